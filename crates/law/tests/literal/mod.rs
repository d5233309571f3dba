//! The annual levy once more, slowly and literally: month by month, in exact fractions, without grouping.
//!
//! Written from the order and the meaning of each option, apart from the engine, so that the two can be
//! held against each other.

pub mod fraction;
pub mod generate;
pub mod grid;
pub mod income;
pub mod judge;
pub mod parts;
pub mod shrink;

use fraction::Fraction;
use law::levy::HouseholdYear;
use law::rules::LevyRules;
use law::rules::levy::{CapMethod, ComponentRules};
use law::{Rounding, Yen};
use parts::{Composition, Parts};

/// What the two implementations must agree on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Result {
    /// The reduction of the last month judged.
    pub tenths: i64,
    /// The components in order.
    pub components: Vec<Component>,
    /// 世帯の年額.
    pub total: Yen,
}

/// One component, fractions dropped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    /// 所得割, 資産割, 均等割, 18歳以上均等割, 平等割, after every reduction.
    pub parts: [Yen; 5],
    /// All of them less 調整額.
    pub before_cap: Yen,
    /// 限度超過額.
    pub over_cap: Yen,
    /// 決定額.
    pub amount: Yen,
}

/// Parts, amount before the cap, amount under the cap.
type Year = ([Fraction; 5], Fraction, Fraction);

/// The levy of a household, from the order of 国民健康保険法施行令 第29条の7: reductions, cap, months.
pub fn levy(rules: &LevyRules, household: &HouseholdYear) -> Result {
    let tenths: Vec<(i32, i64)> = (0..12)
        .map(|month| (month, judge::tenths(rules, household, month)))
        .collect();
    let components: Vec<Component> = (0..rules.components.len())
        .map(|component| amount(rules, household, component, &tenths))
        .collect();
    let total: Yen = components.iter().map(|c| c.amount).sum();
    Result {
        tenths: tenths[11].1,
        total: Yen(total.0 / rules.total_unit * rules.total_unit),
        components,
    }
}

fn amount(
    rules: &LevyRules,
    household: &HouseholdYear,
    index: usize,
    tenths: &[(i32, i64)],
) -> Component {
    let component = &rules.components[index];
    let taken_off: i64 = household
        .adjustments
        .iter()
        .filter(|adjustment| adjustment.component == index)
        .map(|adjustment| adjustment.yen.0)
        .sum();
    let taken_off = Fraction::from(taken_off);
    let (parts, before, capped) = match rules.cap_method {
        CapMethod::MonthlyComposition => {
            monthly_composition(rules, household, component, tenths, taken_off)
        }
        CapMethod::PersonMonths => person_months(rules, household, component, tenths, taken_off),
    };
    let whole = |part: Fraction| Yen(part.round_to(Rounding::Floor, 1));
    Component {
        parts: parts.map(whole),
        before_cap: whole(before),
        over_cap: whole(before - capped),
        amount: Yen(capped.round_to(component.amount_rounding, component.amount_unit)),
    }
}

/// 月ごとの構成での年額（限度額適用後）の12分の1を足す.
fn monthly_composition(
    rules: &LevyRules,
    household: &HouseholdYear,
    component: &ComponentRules,
    tenths: &[(i32, i64)],
    taken_off: Fraction,
) -> Year {
    let compositions: Vec<Composition> = tenths
        .iter()
        .map(|(month, tenths)| Composition::of(rules, component, household, *month, *tenths))
        .collect();
    let charged = compositions.iter().filter(|c| !c.payers.is_empty()).count();
    let charged = i64::try_from(charged).unwrap();
    let (mut sum, mut before, mut capped) = ([Fraction::ZERO; 5], Fraction::ZERO, Fraction::ZERO);
    for composition in &compositions {
        if composition.payers.is_empty() {
            continue;
        }
        // 産前産後: her share, for as many of the months of this composition as fall in her period.
        let run: Vec<i32> = compositions
            .iter()
            .filter(|other| *other == composition)
            .map(|other| other.month)
            .collect();
        let owed_share = |person: usize, _: i32| {
            let relieved = household.people[person].maternity;
            let held = run.iter().filter(|month| relieved.has(**month)).count();
            Fraction::share(run.len() - held, run.len())
        };
        // The same composition through the whole year.
        let year_long = [composition; 12];
        let parts = Parts::of(component, rules.base_rounding, &year_long, owed_share);
        // 調整額 is an amount of this year, shared by the months that are charged.
        let off_a_year = taken_off * Fraction::new(12, 1) / charged;
        let parts = parts.rounded(component);
        parts::add(&mut sum, &parts, 1);
        let annual = parts::all(&parts) - off_a_year;
        let annual = annual.at_least_zero();
        before = before + annual / 12;
        capped = capped + annual.at_most(component.cap.0.into()) / 12;
    }
    (sum, before, capped)
}

/// 人の月数で按分した合計に年間の限度額を当てる.
fn person_months(
    rules: &LevyRules,
    household: &HouseholdYear,
    component: &ComponentRules,
    tenths: &[(i32, i64)],
    taken_off: Fraction,
) -> Year {
    let mut sum = [Fraction::ZERO; 5];
    let mut tiers: Vec<i64> = tenths.iter().map(|(_, tenths)| *tenths).collect();
    tiers.sort_unstable();
    tiers.dedup();
    for tier in tiers {
        let of_tier: Vec<Composition> = tenths
            .iter()
            .filter(|(_, tenths)| *tenths == tier)
            .map(|(month, _)| Composition::of(rules, component, household, *month, tier))
            .collect();
        let months: Vec<&Composition> = of_tier.iter().collect();
        let owed_share = |person: usize, month: i32| {
            let relieved = household.people[person].maternity.has(month);
            Fraction::from(i64::from(!relieved))
        };
        let parts = Parts::of(component, rules.base_rounding, &months, owed_share);
        parts::add(&mut sum, &parts.rounded(component), 12);
    }
    let before = (parts::all(&sum) - taken_off).at_least_zero();
    (sum, before, before.at_most(component.cap.0.into()))
}
