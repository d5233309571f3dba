//! Every step of a levy as a line that a clerk can check by hand.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod support;

use law::levy::explain::{Line, clause, explain};
use law::levy::facts::{HouseholdFacts, LossCause, Maternity, Unemployment};
use law::levy::{Adjustment, Assessor, Filing, What};
use law::reason::{Step, WHOLE_HOUSEHOLD};
use law::rules::LevyRules;
use law::rules::levy::ReductionRounding;
use law::{Rate, Span, Yen, day};
use support::{earner, household, insured, only, town, until, ward};

/// Every provision a levy goes through; the match keeps the list whole.
fn every_what() -> Vec<What> {
    const fn next(what: What) -> Option<What> {
        match what {
            What::LevyTotal => Some(What::BasicDeduction),
            What::BasicDeduction => Some(What::IncomeBase),
            What::IncomeBase => Some(What::IncomeBaseUnemployed),
            What::IncomeBaseUnemployed => Some(What::JudgementIncome),
            What::JudgementIncome => Some(What::Earners),
            What::Earners => Some(What::Heads),
            What::Heads => Some(What::Threshold),
            What::Threshold => Some(What::ReductionTier),
            What::ReductionTier => Some(What::NotReducedUnknownIncome),
            What::NotReducedUnknownIncome => Some(What::IncomeLevy),
            What::IncomeLevy => Some(What::AssetLevy),
            What::AssetLevy => Some(What::PerCapita),
            What::PerCapita => Some(What::PerAdult),
            What::PerAdult => Some(What::PerHousehold),
            What::PerHousehold => Some(What::StatutoryReduction),
            What::StatutoryReduction => Some(What::PreschoolDeduction),
            What::PreschoolDeduction => Some(What::MaternityDeduction),
            What::MaternityDeduction => Some(What::MinorDeduction),
            What::MinorDeduction => Some(What::FormerDependantRelief),
            What::FormerDependantRelief => Some(What::Adjustment),
            What::Adjustment => Some(What::Cap),
            What::Cap => Some(What::ComponentAmount),
            What::ComponentAmount => Some(What::Total),
            What::Total => None,
        }
    }
    let mut all = vec![What::LevyTotal];
    while let Some(what) = next(*all.last().unwrap()) {
        all.push(what);
    }
    all
}

fn lines(rules: &LevyRules, facts: &HouseholdFacts) -> Vec<Line> {
    let year = only(rules, facts);
    let reasoned = Assessor::new(rules)
        .unwrap()
        .explain(&year.household)
        .unwrap();
    explain(rules, &reasoned.steps)
}

fn sentence(lines: &[Line], what: What, component: Option<usize>) -> &str {
    let line = lines
        .iter()
        .find(|line| line.what == what && line.component == component);
    &line
        .unwrap_or_else(|| panic!("no line for {what:?} {component:?}"))
        .sentence
}

/// 国保令29条の7第2項4号: the income levy opens to total, deduction, rate and fraction.
// covers: LEV-002
#[test]
fn income_levy_opens_to_its_inputs() {
    let lines = lines(
        &ward(2026),
        &household(vec![earner(day(1990, 1, 1), 4_300_000, 3_000_000)]),
    );
    assert_eq!(
        sentence(&lines, What::IncomeLevy, Some(0)),
        "（3,000,000円 − 430,000円）× 7.51% = 193,007円（1円未満切捨て）"
    );
    assert_eq!(
        sentence(&lines, What::IncomeBase, None),
        "3,000,000円 − 430,000円 = 2,570,000円"
    );
    assert_eq!(
        sentence(&lines, What::PerCapita, Some(0)),
        "47,600円 × 1人 = 47,600円"
    );
    // 193,007 + 47,600; 71,960 + 17,600; nothing for care at 36; 6,939 + 1,873.
    assert_eq!(
        sentence(&lines, What::Total, None),
        "医療分240,607円 + 支援分89,560円 + 子ども分8,812円 = 338,979円"
    );
    let line = lines
        .iter()
        .find(|line| line.what == What::IncomeLevy)
        .unwrap();
    assert_eq!(line.label, "所得割額");
    assert_eq!(line.clause, "国民健康保険法施行令第29条の7第2項第4号");
    assert_eq!(line.source, "港区の条例 令和8年度（未確認）");
    assert_eq!(line.rounding, "1円未満切捨て");
    assert_eq!(
        (line.component_ja.as_str(), line.value),
        ("医療分", 193_007)
    );
}

/// 国保令29条の7第6項3号: the judgement opens to its thresholds.
#[test]
fn judgement_opens_to_its_thresholds() {
    let pair = household(vec![
        earner(day(1990, 1, 1), 1_700_000, 1_050_000),
        earner(day(1991, 1, 1), 700_000, 50_000),
    ]);
    let lines = lines(&ward(2026), &pair);
    let thresholds: Vec<&str> = lines
        .iter()
        .filter(|line| line.what == What::Threshold)
        .map(|line| line.sentence.as_str())
        .collect();
    assert_eq!(
        thresholds,
        [
            "7割軽減の基準額: 430,000円 + 100,000円 × （2人 − 1） = 530,000円",
            "5割軽減の基準額: 430,000円 + 310,000円 × 2人 + 100,000円 × （2人 − 1） = 1,150,000円",
        ]
    );
    assert_eq!(
        sentence(&lines, What::ReductionTier, None),
        "判定所得1,100,000円は基準額1,150,000円を超えないため5割軽減"
    );
    assert_eq!(
        sentence(&lines, What::Heads, None),
        "被保険者と特定同一世帯所属者の数 = 2人"
    );
}

#[test]
fn months_stay_visible() {
    let mut head = earner(day(1990, 1, 1), 4_300_000, 3_000_000);
    head.insured = vec![until(day(2026, 12, 11), LossCause::Insurance)];
    let lines = lines(&ward(2026), &household(vec![head]));
    // 193,007 × 8/12 = 128,671.3.
    assert_eq!(
        sentence(&lines, What::IncomeLevy, Some(0)),
        "（3,000,000円 − 430,000円）× 7.51% × 8月/12月 = 128,671円（1円未満切捨て）"
    );
    // 47,600 × 8/12 does not come out even.
    assert!(sentence(&lines, What::PerCapita, Some(0)).starts_with("47,600円 × 8月/12月"));
}

/// A household in which nearly everything happens: each step has label, sentence and clause.
// covers: LEV-016
#[test]
fn every_step_of_a_rich_household_is_told() {
    let mut rules = town(2026);
    for one in &mut rules.components {
        one.asset_rate = Rate(100_000);
        one.cap = Yen(60_000);
        one.reduction_rounding = ReductionRounding::FloorTotals;
    }
    let mut husband = insured(day(1949, 5, 5));
    husband.insured = vec![until(day(2024, 5, 6), LossCause::LateElderly75)];
    husband.former_insured = vec![Span {
        from: day(2024, 5, 5),
        until: None,
    }];
    // 2,400,000: 2割 with four heads, 5割 from September at 30/100.
    let mut mother = earner(day(1985, 1, 1), 3_500_000, 2_400_000);
    mother.asset_tax = Yen(80_000);
    mother.maternities = vec![Maternity {
        delivery_on: day(2026, 6, 6),
        multiple: false,
    }];
    mother.unemployments = vec![Unemployment {
        left_on: day(2026, 8, 31),
        code: 31,
    }];
    let mut grandmother = insured(day(1958, 1, 1));
    grandmother.former_dependant_since = Some(day(2026, 1, 10));
    let facts = household(vec![husband, mother, grandmother, insured(day(2022, 1, 1))]);
    let mut year = only(&rules, &facts);
    year.household.adjustments = vec![Adjustment {
        component: 0,
        yen: Yen(1_000),
    }];
    let reasoned = Assessor::new(&rules)
        .unwrap()
        .explain(&year.household)
        .unwrap();
    let lines = explain(&rules, &reasoned.steps);
    assert_eq!(lines.len(), reasoned.steps.len());
    let mut unseen = every_what();
    unseen.retain(|what| lines.iter().all(|line| line.what != *what));
    assert_eq!(unseen, [What::NotReducedUnknownIncome]);
    for line in &lines {
        assert!(
            !line.label.is_empty() && !line.sentence.is_empty() && !line.clause.is_empty(),
            "{line:?}"
        );
        assert_eq!(line.component_ja.is_empty(), line.component.is_none());
    }

    let mut unfiled = insured(day(1990, 1, 1));
    unfiled.filing = Filing::Unfiled;
    let lines = self::lines(&rules, &household(vec![unfiled]));
    assert!(sentence(&lines, What::NotReducedUnknownIncome, None).contains("軽減しない"));
}

/// The sentences stand for any operands, so that a stored step can always be read again.
#[test]
fn every_what_reads_for_any_operands() {
    for rules in [ward(2026), town(2026), ward(2017)] {
        for what in every_what() {
            for component in [0_u8, 2, 3, u8::MAX] {
                for (left, right, value) in [(0, 0, 0), (7, 3, -1), (12_000_000, 75_100, 900_000)] {
                    let step = Step {
                        what,
                        component,
                        person: WHOLE_HOUSEHOLD,
                        left,
                        right,
                        value,
                    };
                    let lines = explain(&rules, &[step]);
                    assert_eq!(lines.len(), 1);
                    assert!(
                        !lines[0].sentence.is_empty() && !lines[0].clause.is_empty(),
                        "{what:?}"
                    );
                    assert_eq!(lines[0].person, None);
                }
            }
        }
    }
}

/// 国保令29条の7: paragraph and item by component, as numbered in each year; 地税703条の4・703条の5 for 税.
#[test]
fn clauses_follow_component_and_year() {
    let at = |year: i16, what, component: usize| {
        let rules = ward(year);
        let place = clause(&rules, what, rules.components.get(component));
        place.replace("国民健康保険法施行令第29条の7", "")
    };
    for (what, component, place) in [
        (What::IncomeLevy, 0, "第2項第4号"),
        (What::AssetLevy, 0, "第2項第6号"),
        (What::PerCapita, 0, "第2項第7号"),
        (What::PerHousehold, 0, "第2項第8号"),
        (What::Cap, 0, "第2項第9号"),
        (What::AssetLevy, 1, "第3項第5号"),
        (What::PerCapita, 1, "第3項第6号"),
        (What::PerHousehold, 1, "第3項第7号"),
        (What::Cap, 1, "第3項第8号"),
        (What::PerCapita, 2, "第4項第6号"),
        (What::Cap, 2, "第4項第8号"),
        (What::IncomeLevy, 3, "第5項第4号"),
        (What::PerCapita, 3, "第5項第6号"),
        (What::PerAdult, 3, "第5項第8号"),
        (What::PerHousehold, 3, "第5項第9号"),
        (What::Cap, 3, "第5項第10号"),
        (What::StatutoryReduction, 0, "第6項第3号"),
        (What::PreschoolDeduction, 0, "第6項第6号・第7号"),
        (What::MaternityDeduction, 0, "第6項第8号・第9号"),
        (What::MinorDeduction, 3, "第6項第10号・第11号"),
    ] {
        assert_eq!(at(2026, what, component), place, "{what:?}");
    }
    assert_eq!(at(2025, What::StatutoryReduction, 0), "第5項第3号");
    assert_eq!(at(2018, What::PerCapita, 0), "第2項第7号");
    assert_eq!(at(2017, What::PerCapita, 0), "第2項第8号");
    assert_eq!(at(2017, What::Cap, 1), "第3項第9号");
    let tax = town(2026);
    let of = |what| clause(&tax, what, tax.components.first());
    assert_eq!(of(What::IncomeLevy), "地方税法第703条の4");
    assert_eq!(of(What::PreschoolDeduction), "地方税法第703条の5第2項");
    assert_eq!(of(What::IncomeBaseUnemployed), "地方税法第703条の5の2");
    assert_eq!(of(What::ComponentAmount), "地方税法第20条の4の2第3項");
}
