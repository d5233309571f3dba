//! 資産割: a profile of an ordinance with an asset rate adds its amount, one without adds nothing.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use law::levy::{Assessor, HouseholdYear, Levy, PersonYear};
use law::rules::{LevyRules, RuleBook};
use law::{Months, Rate, Yen};

/// A shipped rule set of the four- or three-part method with 資産割.
fn with_asset_rate() -> LevyRules {
    let book = RuleBook::embedded().unwrap();
    let mut all = book.municipalities().into_iter().flat_map(|entry| {
        let years = entry.years.clone();
        years
            .into_iter()
            .map(move |year| (entry.code.clone(), year))
    });
    all.find_map(|(code, year)| {
        let rules = book.levy(&code, year).unwrap();
        let has = rules.components.iter().any(|one| one.asset_rate > Rate(0));
        has.then_some(rules)
    })
    .expect("a municipality with 資産割 is shipped")
}

fn levied(rules: &LevyRules, asset_tax: i64) -> Levy {
    let person = PersonYear {
        insured: Months::ALL,
        asset_tax: Yen(asset_tax),
        ..PersonYear::default()
    };
    let household = HouseholdYear {
        fiscal_year: rules.fiscal_year,
        people: vec![person],
        specific_half: Months::NONE,
        specific_three_quarters: Months::NONE,
        forced_reduction: None,
        adjustments: Vec::new(),
    };
    Assessor::new(rules).unwrap().levy(&household).unwrap()
}

/// 国民健康保険法施行令 第29条の7第2項第6号: 固定資産税額 times the rate, by component.
// covers: LEV-006
#[test]
fn the_asset_rate_of_the_profile_decides() {
    let with = with_asset_rate();
    let mut without = with.clone();
    for component in &mut without.components {
        component.asset_rate = Rate(0);
    }
    let tax = 80_000;
    let levy = levied(&with, tax);
    for (component, result) in with.components.iter().zip(&levy.components) {
        let charged = result.before_cap > Yen::ZERO;
        let wanted = if charged {
            tax * component.asset_rate.0 / 1_000_000
        } else {
            0
        };
        assert_eq!(result.asset, Yen(wanted), "{}", component.name_ja);
    }
    assert!(levy.total > levied(&with, 0).total);
    assert_eq!(levied(&without, tax), levied(&without, 0));
    assert_eq!(levied(&without, tax).total, levied(&with, 0).total);
}
