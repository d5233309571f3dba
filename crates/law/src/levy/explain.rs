//! 説明 — steps of a levy as lines a clerk can follow with a finger: label, sentence, clause, parameter, rounding.

pub use super::explain_clause::clause;
use super::what::What;
use crate::era::fiscal_year_ja;
use crate::reason::{Step, WHOLE_HOUSEHOLD};
use crate::rules::LevyRules;
use crate::rules::levy::{BaseRounding, ComponentRules, IncomeRounding, ReductionRounding, Status};
use crate::{Rate, Rounding, Yen};

/// One line of an explanation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The provision at work.
    pub what: What,
    /// Index of the component, where it is one component's line.
    pub component: Option<usize>,
    /// 医療分 and so on, or empty.
    pub component_ja: String,
    /// Index of the person in the household year, where it is one person's line.
    pub person: Option<usize>,
    /// What it is called.
    pub label: String,
    /// The arithmetic with its inputs.
    pub sentence: String,
    /// Where it stands, as in force for the year.
    pub clause: String,
    /// Where the parameter comes from, or empty where none is used.
    pub source: String,
    /// How the fraction was dropped, or empty.
    pub rounding: String,
    /// The result, in the unit of the sentence.
    pub value: i64,
}

/// 説明 of all steps, in their order.
#[must_use]
pub fn explain(rules: &LevyRules, steps: &[Step<What>]) -> Vec<Line> {
    steps.iter().map(|step| line(rules, steps, step)).collect()
}

/// 説明 of one step; `all` are the steps it belongs to, from which the inputs are told.
#[must_use]
pub fn line(rules: &LevyRules, all: &[Step<What>], step: &Step<What>) -> Line {
    let component = rules.components.get(usize::from(step.component));
    let index = component.map(|_| usize::from(step.component));
    Line {
        what: step.what,
        component: index,
        component_ja: component.map_or_else(String::new, |one| one.name_ja.clone()),
        person: (step.person != WHOLE_HOUSEHOLD).then(|| usize::from(step.person)),
        label: step.what.label_ja().to_owned(),
        sentence: sentence(rules, all, step, component),
        clause: clause(rules, step.what, component),
        source: source(rules, step.what),
        rounding: rounding(rules, step.what, component),
        value: step.value,
    }
}

fn yen(amount: i64) -> String {
    Yen(amount).to_string()
}

fn sentence(
    rules: &LevyRules,
    all: &[Step<What>],
    step: &Step<What>,
    component: Option<&ComponentRules>,
) -> String {
    let (left, right, value) = (step.left, step.right, step.value);
    let name = component.map_or("", |one| one.name_ja.as_str());
    match step.what {
        What::LevyTotal => format!(
            "給与所得{}、公的年金等所得{}を含む総所得金額等（雑損失の繰越は引かない） = {}",
            yen(left),
            yen(right),
            yen(value)
        ),
        What::BasicDeduction => {
            format!("合計所得金額{}に応じる基礎控除 = {}", yen(left), yen(value))
        }
        What::IncomeBase => format!("{} − {} = {}", yen(left), yen(right), yen(value)),
        What::IncomeBaseUnemployed => format!(
            "給与所得を30/100とした総所得金額等{} − {} = {}",
            yen(left),
            yen(right),
            yen(value)
        ),
        What::JudgementIncome => format!(
            "給与収入{}、公的年金等収入{}の人の判定所得 = {}",
            yen(left),
            yen(right),
            yen(value)
        ),
        What::Earners => format!("給与所得者等の数 = {value}人"),
        What::Heads => format!("被保険者と特定同一世帯所属者の数 = {value}人"),
        What::Threshold => threshold(rules, left, right, value),
        What::ReductionTier => tier(left, right, value),
        What::NotReducedUnknownIncome => {
            "未申告または照会中の人がいるため、所得が分かるまで軽減しない".to_owned()
        }
        What::IncomeLevy => income_levy(all, component, left, right, value),
        What::AssetLevy => format!(
            "固定資産税額{} × {} = {}",
            months_of_year(left),
            Rate(right),
            yen(value)
        ),
        What::PerCapita | What::PerAdult => unit_price(right, left, "人", value),
        What::PerHousehold => unit_price(right, left, "世帯", value),
        What::StatutoryReduction => format!("低所得者の軽減として{}を減額", yen(value)),
        What::PreschoolDeduction => {
            format!("未就学児の均等割の残りの2分の1 = {}を減額", yen(value))
        }
        What::MaternityDeduction => {
            format!("産前産後の月の所得割と均等割 = {}を減額", yen(value))
        }
        What::MinorDeduction => format!("18歳未満の人の均等割の残り全額 = {}を減額", yen(value)),
        What::FormerDependantRelief => format!("旧被扶養者の減免 = {}", yen(value)),
        What::Adjustment => format!("調整額・独自減額 = {}", yen(value)),
        What::Cap => format!(
            "{}のうち限度額（年{}）を超える額 = {}",
            yen(left),
            yen(right),
            yen(value)
        ),
        What::ComponentAmount => format!("{name}の年額 {} → {}", yen(left), yen(value)),
        What::Total => format!("{} = {}", total_terms(rules, all), yen(value)),
    }
}

/// 軽減基準額, opened to its terms.
fn threshold(rules: &LevyRules, tenths: i64, heads: i64, value: i64) -> String {
    let base = rules.reduction.base;
    let per_head = rules
        .reduction
        .tiers
        .iter()
        .find(|tier| tier.tenths == tenths)
        .map_or(Yen::ZERO, |tier| tier.per_head);
    // What is left of the threshold is the part of the earners beyond the first.
    let earners = (value - base.0 - per_head.0 * heads)
        .checked_div(rules.reduction.per_earner.0)
        .unwrap_or(0);
    let mut terms = base.to_string();
    if per_head > Yen::ZERO {
        terms = format!("{terms} + {per_head} × {heads}人");
    }
    if earners > 0 {
        let each = rules.reduction.per_earner;
        terms = format!("{terms} + {each} × （{}人 − 1）", earners + 1);
    }
    format!("{tenths}割軽減の基準額: {terms} = {}", yen(value))
}

fn tier(income: i64, threshold: i64, tenths: i64) -> String {
    match (tenths, threshold) {
        (0, 0) => format!("判定所得{}はどの基準額も超えるため軽減なし", yen(income)),
        (_, 0) => format!("{tenths}割軽減（外から定めた割合）"),
        _ => format!(
            "判定所得{}は基準額{}を超えないため{tenths}割軽減",
            yen(income),
            yen(threshold)
        ),
    }
}

/// 所得割, opened to the one income behind it where there is one.
fn income_levy(
    all: &[Step<What>],
    component: Option<&ComponentRules>,
    base_months: i64,
    rate: i64,
    value: i64,
) -> String {
    let rounded = component.map_or("", |one| income_rounding_ja(one.income_rounding));
    let base = |step: &&Step<What>| {
        matches!(step.what, What::IncomeBase | What::IncomeBaseUnemployed) && step.value > 0
    };
    let payer = all.iter().find(base).map(|step| step.person);
    let alone = all
        .iter()
        .filter(base)
        .all(|step| Some(step.person) == payer);
    let single = all.iter().filter(base).find_map(|step| {
        let months = base_months / step.value;
        (alone && months * step.value == base_months && (1..=12).contains(&months))
            .then_some((step, months))
    });
    let terms = match single {
        Some((base, 12)) => {
            format!(
                "（{} − {}）× {}",
                yen(base.left),
                yen(base.right),
                Rate(rate)
            )
        }
        Some((base, months)) => format!(
            "（{} − {}）× {} × {months}月/12月",
            yen(base.left),
            yen(base.right),
            Rate(rate)
        ),
        None => format!(
            "算定基礎の合計{} × {}",
            months_of_year(base_months),
            Rate(rate)
        ),
    };
    format!("{terms} = {}（{rounded}）", yen(value))
}

/// A yen-months sum as yen of a year, with the twelfths left visible where they do not divide.
fn months_of_year(yen_months: i64) -> String {
    if yen_months % 12 == 0 {
        yen(yen_months / 12)
    } else {
        format!("（月割の合計{}÷12）", yen(yen_months))
    }
}

fn unit_price(price: i64, count_months: i64, unit: &str, value: i64) -> String {
    let whole = count_months / 12;
    let count = if count_months % 12 == 0 {
        format!("{whole}{unit}")
    } else {
        format!("{count_months}月/12月")
    };
    if price * count_months == value * 12 {
        return format!("{} × {count} = {}", yen(price), yen(value));
    }
    format!(
        "{} × {count} から軽減・減額の後 = {}",
        yen(price),
        yen(value)
    )
}

fn total_terms(rules: &LevyRules, all: &[Step<What>]) -> String {
    let terms: Vec<String> = all
        .iter()
        .filter(|step| step.what == What::ComponentAmount)
        .map(|step| {
            let name = rules
                .components
                .get(usize::from(step.component))
                .map_or("", |one| one.name_ja.as_str());
            format!("{name}{}", yen(step.value))
        })
        .collect();
    if terms.is_empty() {
        "対象となる月がない".to_owned()
    } else {
        terms.join(" + ")
    }
}

/// The ordinance or order the parameter of a step was taken from.
fn source(rules: &LevyRules, what: What) -> String {
    let year = fiscal_year_ja(rules.fiscal_year);
    let status = match rules.status {
        Status::Draft => "未確認",
        Status::Confirmed => "確認済",
    };
    let ordinance = format!("{}の条例 {year}（{status}）", rules.municipality_name);
    match what {
        What::IncomeLevy
        | What::AssetLevy
        | What::PerCapita
        | What::PerAdult
        | What::PerHousehold
        | What::StatutoryReduction
        | What::PreschoolDeduction
        | What::MaternityDeduction
        | What::MinorDeduction
        | What::FormerDependantRelief
        | What::Adjustment
        | What::Cap
        | What::ComponentAmount
        | What::Total => ordinance,
        What::BasicDeduction | What::Earners | What::Threshold | What::JudgementIncome => {
            format!("法令 {year}")
        }
        What::LevyTotal
        | What::IncomeBase
        | What::IncomeBaseUnemployed
        | What::Heads
        | What::ReductionTier
        | What::NotReducedUnknownIncome => String::new(),
    }
}

const fn income_rounding_ja(rounding: IncomeRounding) -> &'static str {
    match rounding {
        IncomeRounding::HouseholdFloor => "1円未満切捨て",
        IncomeRounding::HouseholdNearest => "1円未満四捨五入",
        IncomeRounding::PersonFloor => "1人ごとに1円未満切捨て",
        IncomeRounding::PersonNearest => "1人ごとに1円未満四捨五入",
    }
}

fn rounding(rules: &LevyRules, what: What, component: Option<&ComponentRules>) -> String {
    match (what, component) {
        (What::IncomeLevy, Some(one)) => income_rounding_ja(one.income_rounding).to_owned(),
        (What::AssetLevy, Some(_)) => unit_ja(1, Rounding::Floor),
        (What::IncomeBase | What::IncomeBaseUnemployed, _) => match rules.base_rounding {
            BaseRounding::None => String::new(),
            BaseRounding::PersonThousand => "1人ごとに1,000円未満切捨て".to_owned(),
            BaseRounding::HouseholdThousand => "世帯で1,000円未満切捨て".to_owned(),
        },
        (
            What::PerCapita
            | What::PerAdult
            | What::PerHousehold
            | What::StatutoryReduction
            | What::PreschoolDeduction,
            Some(one),
        ) => match one.reduction_rounding {
            ReductionRounding::Exact => String::new(),
            ReductionRounding::FloorTotals => "軽減後の計を1円未満切捨て".to_owned(),
            ReductionRounding::FloorEach => "1人・1世帯ごとに軽減後を1円未満切捨て".to_owned(),
            ReductionRounding::AmountOff { unit, rounding } => {
                format!("軽減額を{}", unit_ja(unit, rounding))
            }
            ReductionRounding::Table => "条例に定める軽減額".to_owned(),
        },
        (What::ComponentAmount, Some(one)) => unit_ja(one.amount_unit, one.amount_rounding),
        (What::Total, _) => unit_ja(rules.total_unit, Rounding::Floor),
        _ => String::new(),
    }
}

fn unit_ja(unit: i64, rounding: Rounding) -> String {
    format!("{}未満{}", Yen(unit), rounding.label_ja())
}
