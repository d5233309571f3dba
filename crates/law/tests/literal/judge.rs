//! 低所得者の軽減: who is counted, what is added up, which threshold holds.

use super::income;
use law::levy::{Filing, HouseholdYear, PersonYear, Standing};
use law::rules::LevyRules;

/// Tenths taken off in a month. Only 特例対象被保険者等 make one month differ from another.
pub fn tenths(rules: &LevyRules, household: &HouseholdYear, month: i32) -> i64 {
    if let Some(forced) = household.forced_reduction {
        return forced;
    }
    let mut heads = 0;
    let mut earners = 0;
    let mut total = 0;
    for person in &household.people {
        let (counts_income, counts_head) = match person.standing {
            Standing::Insured | Standing::FormerInsured => (true, true),
            Standing::FictitiousHead => (true, false),
            Standing::JoinedLater => (false, false),
        };
        if counts_head {
            heads += 1;
        }
        if counts_income {
            if person.filing == Filing::Unfiled || person.inquiry_open {
                return 0;
            }
            total += income::judged(rules, person, month);
            if earns(rules, person) {
                earners += 1;
            }
        }
    }
    let more_earners = if earners > 1 { earners - 1 } else { 0 };
    for tier in &rules.reduction.tiers {
        let threshold = rules.reduction.base.0
            + rules.reduction.per_earner.0 * more_earners
            + tier.per_head.0 * heads;
        if total <= threshold {
            return tier.tenths;
        }
    }
    0
}

/// 給与所得者等.
fn earns(rules: &LevyRules, person: &PersonYear) -> bool {
    if let Some(known) = person.earner {
        return known;
    }
    let limits = &rules.reduction.earner;
    let pay = person.income.salary_revenue.0 - person.income.family_employee_revenue.0;
    let pension_limit = if person.aged_65 {
        limits.pension_65
    } else {
        limits.pension_under_65
    };
    pay > limits.salary.0 || person.income.pension_revenue > pension_limit
}
