//! Making a disagreement as small as possible before a person reads it.

use law::levy::{HouseholdYear, Income, PersonYear, Standing};
use law::rules::LevyRules;
use law::rules::levy::{
    BaseRounding, CapMethod, ComponentRules, IncomeRounding, ReductionRounding,
};
use law::{Months, Rate, Rounding, Yen};

type Pair = (LevyRules, HouseholdYear);

/// Applies every simplification that keeps the pair disagreeing, until none does.
pub fn smallest(start: Pair, disagrees: impl Fn(&Pair) -> bool) -> Pair {
    let mut best = start;
    // Every change only ever simplifies, so a few hundred steps are always enough.
    for _ in 0..500 {
        let simpler = candidates(&best)
            .into_iter()
            .find(|candidate| *candidate != best && disagrees(candidate));
        match simpler {
            Some(simpler) => best = simpler,
            None => break,
        }
    }
    best
}

fn candidates(pair: &Pair) -> Vec<Pair> {
    let mut found = Vec::new();
    let (rules, household) = pair;
    for index in 0..rules.components.len() {
        if rules.components.len() > 1 {
            let mut next = pair.clone();
            next.0.components.remove(index);
            next.1.adjustments.retain(|a| a.component != index);
            for adjustment in &mut next.1.adjustments {
                adjustment.component -= usize::from(adjustment.component > index);
            }
            found.push(next);
        }
    }
    for index in 0..household.people.len() {
        let mut next = pair.clone();
        next.1.people.remove(index);
        found.push(next);
    }
    let mut household_as = |change: fn(&mut HouseholdYear)| {
        let mut next = pair.clone();
        change(&mut next.1);
        found.push(next);
    };
    household_as(|h| h.adjustments.clear());
    household_as(|h| h.specific_half = Months::NONE);
    household_as(|h| h.specific_three_quarters = Months::NONE);
    household_as(|h| h.forced_reduction = Some(0));
    for index in 0..household.people.len() {
        for change in PERSON {
            let mut next = pair.clone();
            change(&mut next.1.people[index]);
            found.push(next);
        }
    }
    for change in RULES {
        let mut next = pair.clone();
        change(&mut next.0);
        found.push(next);
    }
    for index in 0..rules.components.len() {
        for change in COMPONENT {
            let mut next = pair.clone();
            change(&mut next.0.components[index]);
            found.push(next);
        }
    }
    found
}

const PERSON: &[fn(&mut PersonYear)] = &[
    |p| p.income = Income::default(),
    |p| {
        p.income = Income {
            miscellaneous: p.income.levy_total(false),
            ..Income::default()
        }
    },
    |p| p.income.miscellaneous = Yen(p.income.miscellaneous.0 / 1_000 * 1_000),
    |p| p.income.miscellaneous = Yen(p.income.miscellaneous.0 / 2),
    |p| p.insured = Months::ALL,
    |p| p.care = Months::NONE,
    |p| p.unemployed = Months::NONE,
    |p| p.maternity = Months::NONE,
    |p| p.preschool = false,
    |p| p.minor = false,
    |p| p.aged_65 = false,
    |p| p.earner = Some(false),
    |p| p.former_dependant = false,
    |p| p.former_dependant_months = Months::NONE,
    |p| p.asset_tax = Yen::ZERO,
    |p| p.filing = law::levy::Filing::Filed,
    |p| p.inquiry_open = false,
    |p| p.standing = Standing::Insured,
];

const RULES: &[fn(&mut LevyRules)] = &[
    |r| r.base_rounding = BaseRounding::None,
    |r| r.cap_method = CapMethod::PersonMonths,
    |r| r.total_unit = 1,
];

const COMPONENT: &[fn(&mut ComponentRules)] = &[
    |c| c.income_rate = Rate(0),
    |c| c.asset_rate = Rate(0),
    |c| c.per_capita = Yen::ZERO,
    |c| c.per_adult = Yen::ZERO,
    |c| c.per_household = Yen::ZERO,
    |c| c.per_capita = Yen(c.per_capita.0 / 100 * 100),
    |c| c.cap = Yen(1_000_000_000),
    |c| c.specific_household = false,
    |c| c.preschool = false,
    |c| c.minor_exempt = false,
    |c| c.income_rounding = IncomeRounding::HouseholdFloor,
    |c| {
        c.reduction_rounding = ReductionRounding::Exact;
        c.reduction_table.clear();
    },
    |c| c.person_unit = 0,
    |c| c.amount_unit = 1,
    |c| c.amount_rounding = Rounding::Floor,
];
