//! Two implementations of the annual levy, held against each other.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod literal;

use law::levy::{Assessor, ComponentLevy, HouseholdYear};
use law::rules::LevyRules;
use literal::{generate, grid, shrink};

/// What the engine says, in the terms of the second implementation.
fn engine(rules: &LevyRules, household: &HouseholdYear) -> Result<literal::Result, String> {
    let assessor = Assessor::new(rules).map_err(|refusal| refusal.to_string())?;
    let levy = assessor
        .levy(household)
        .map_err(|refusal| refusal.to_string())?;
    Ok(literal::Result {
        tenths: levy.reduction_tenths,
        components: levy.components.iter().map(component).collect(),
        total: levy.total,
    })
}

fn component(levy: &ComponentLevy) -> literal::Component {
    let (income, asset, household) = (levy.income, levy.asset, levy.per_household);
    literal::Component {
        parts: [income, asset, levy.per_capita, levy.per_adult, household],
        before_cap: levy.before_cap,
        over_cap: levy.over_cap,
        amount: levy.amount,
    }
}

fn disagree(rules: &LevyRules, household: &HouseholdYear) -> bool {
    engine(rules, household) != Ok(literal::levy(rules, household))
}

/// Fails with the smallest household and rule set that still disagree.
fn hold(rules: &LevyRules, household: &HouseholdYear, name: &str) {
    if !disagree(rules, household) {
        return;
    }
    let start = (rules.clone(), household.clone());
    let (rules, household) = shrink::smallest(start, |pair| {
        // A refusal is only a disagreement where the start was one.
        engine(&pair.0, &pair.1).is_ok() && disagree(&pair.0, &pair.1)
    });
    panic!(
        "{name}\nengine:  {:?}\nliteral: {:?}\nhousehold: {}\nrules: {}",
        engine(&rules, &household),
        literal::levy(&rules, &household),
        serde_json::to_string(&household).unwrap(),
        serde_json::to_string(&rules).unwrap(),
    );
}

/// Whether to look everywhere: optimised, or asked for with `KOKUHO_DEEP=1`.
fn deep() -> bool {
    let asked = std::env::var("KOKUHO_DEEP").is_ok_and(|value| value == "1");
    asked || !cfg!(debug_assertions)
}

#[test]
fn both_agree_on_random_households_under_random_rules() {
    let first = match std::env::var("KOKUHO_SEED") {
        Ok(seed) => seed.parse().unwrap(),
        Err(_) => 20_260_401,
    };
    let rounds = if deep() { 100_000 } else { 5_000 };
    for seed in first..first + rounds {
        let mut rng = fastrand::Rng::with_seed(seed);
        let rules = generate::rules(&mut rng);
        let household = generate::household(&mut rng, &rules);
        hold(&rules, &household, &format!("KOKUHO_SEED={seed}"));
    }
}

#[test]
fn both_agree_on_the_grid() {
    // An ordinary run takes every fifth point, which still meets every rule set and every household.
    let step = if deep() { 1 } else { 5 };
    let mut points = 0;
    for (place, (rules_name, rules)) in grid::rule_sets().iter().enumerate() {
        for (name, household) in grid::households().iter().skip(place % step).step_by(step) {
            hold(rules, household, &format!("{rules_name}, {name}"));
            points += 1;
        }
    }
    assert!(points > 5_000, "the grid has only {points} points");
}
