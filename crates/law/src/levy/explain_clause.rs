//! 根拠条文 — where each step of a levy stands, as numbered in the year it is levied for.

use super::what::What;
use crate::rules::LevyRules;
use crate::rules::levy::{ComponentRules, LevyKind};

/// Where a step stands for the kind of levy, the component and the year.
#[must_use]
pub fn clause(rules: &LevyRules, what: What, component: Option<&ComponentRules>) -> String {
    match rules.kind {
        LevyKind::Premium => premium_clause(rules.fiscal_year.0, what, component),
        LevyKind::Tax => tax_clause(what),
    }
}

/// 国民健康保険法施行令 第29条の7 by paragraph and item, as numbered in the year.
///
/// Until 平成29年度 the items stood one or two later; until 令和7年度 there was no paragraph for 子ども and the reduction
/// was the fifth.
fn premium_clause(year: i16, what: What, component: Option<&ComponentRules>) -> String {
    let paragraph = match component.map(|one| one.code.as_str()) {
        Some("support") => 3,
        Some("care") => 4,
        Some("child") => 5,
        _ => 2,
    };
    let reduction = if year >= 2026 { 6 } else { 5 };
    let at = |paragraph: i32, items: &str| {
        format!("国民健康保険法施行令第29条の7第{paragraph}項{items}")
    };
    // Items of the paragraph in hand: (income, asset, per capita, household, cap).
    let (income, asset, per_capita, household, cap) = match (year, paragraph) {
        (..=2017, 2) => (4, 7, 8, 9, 10),
        (..=2017, _) => (4, 6, 7, 8, 9),
        (_, 2) => (4, 6, 7, 8, 9),
        (_, 5) => (4, 5, 6, 9, 10),
        _ => (4, 5, 6, 7, 8),
    };
    let item = |number: i32| at(paragraph, &format!("第{number}号"));
    match what {
        What::LevyTotal => at(2, "第4号・第5号"),
        What::BasicDeduction => "地方税法第314条の2第2項".to_owned(),
        What::IncomeBase => at(2, "第4号"),
        What::IncomeBaseUnemployed => "国民健康保険法施行令第29条の7の2".to_owned(),
        What::JudgementIncome => {
            format!("{}、附則第5条", at(reduction, "第1号・第2号"))
        }
        What::Earners => format!("{}、附則第5条", at(reduction, "第1号")),
        What::Heads | What::Threshold | What::ReductionTier | What::StatutoryReduction => {
            at(reduction, "第3号")
        }
        What::NotReducedUnknownIncome => at(reduction, "第1号"),
        What::IncomeLevy => item(income),
        What::AssetLevy => item(asset),
        What::PerCapita => item(per_capita),
        What::PerAdult => at(5, "第8号"),
        What::PerHousehold => item(household),
        What::PreschoolDeduction => at(reduction, "第6号・第7号"),
        What::MaternityDeduction => at(reduction, "第8号・第9号"),
        What::MinorDeduction => at(reduction, "第10号・第11号"),
        What::FormerDependantRelief | What::Adjustment => "国民健康保険法第77条".to_owned(),
        What::Cap => item(cap),
        What::ComponentAmount => {
            "国民健康保険法第81条、国等の債権債務等の金額の端数計算に関する法律第2条".to_owned()
        }
        What::Total => at(1, ""),
    }
}

fn tax_clause(what: What) -> String {
    let place = match what {
        What::LevyTotal
        | What::IncomeBase
        | What::IncomeLevy
        | What::AssetLevy
        | What::PerCapita
        | What::PerAdult
        | What::PerHousehold
        | What::Total => "地方税法第703条の4",
        What::BasicDeduction => "地方税法第314条の2第2項",
        What::IncomeBaseUnemployed => "地方税法第703条の5の2",
        What::JudgementIncome
        | What::Earners
        | What::Heads
        | What::Threshold
        | What::ReductionTier
        | What::NotReducedUnknownIncome => "地方税法第703条の5第1項、地方税法施行令第56条の89",
        What::StatutoryReduction => "地方税法第703条の5第1項",
        What::PreschoolDeduction => "地方税法第703条の5第2項",
        What::MaternityDeduction => "地方税法第703条の5第3項",
        What::MinorDeduction => "地方税法第703条の5第4項",
        What::FormerDependantRelief | What::Adjustment => "地方税法第717条",
        What::Cap => "地方税法第703条の4、地方税法施行令第56条の88の2",
        What::ComponentAmount => "地方税法第20条の4の2第3項",
    };
    place.to_owned()
}
