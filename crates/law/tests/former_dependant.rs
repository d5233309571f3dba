//! 旧被扶養者の減免 — what is waived and for how long.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use law::levy::facts::{HeadSpan, HouseholdFacts, InsuredSpan, PersonFacts, household_years};
use law::levy::{Assessor, Income};
use law::rules::RuleBook;
use law::{FiscalYear, Yen, day};

// 留萌市 令和7年度, 四方式: 医療 均等割 22,000 平等割 25,000 資産割 28 %, 支援 6,000 + 7,000 資産割 7 %.
// The one insured is a 旧被扶養者 of 69 in her first two years, without statutory reduction: 所得割 and 資産割 are
// waived, 均等割 and 平等割 halved. 医療 11,000 + 12,500 and 支援 3,000 + 3,500 make 30,000.
// covers: LEV-014
#[test]
fn income_and_asset_levies_are_waived_and_the_rest_halved() {
    let mut person = PersonFacts::born(day(1955, 5, 5));
    person.insured = vec![InsuredSpan {
        acquired_on: day(2025, 4, 1),
        lost_on: None,
        event_on: None,
        cause: None,
    }];
    person.former_dependant_since = Some(day(2025, 4, 1));
    person.asset_tax = Yen(100_000);
    person.income = Income {
        pension_revenue: Yen(3_100_000),
        pension: Yen(2_000_000),
        ..Income::default()
    };
    let facts = HouseholdFacts {
        people: vec![person],
        heads: vec![HeadSpan {
            person: 0,
            from: day(2025, 4, 1),
            until: None,
        }],
        adjustments: Vec::new(),
    };
    let book = RuleBook::shared().unwrap();
    let year = FiscalYear(2025);
    let set = book.rule_set("012122", year).unwrap();
    let years = household_years(&set.levy, &set.household, year, &facts).unwrap();
    let levy = Assessor::new(&set.levy)
        .unwrap()
        .levy(&years[0].household)
        .unwrap();
    let amounts: Vec<i64> = levy.components.iter().map(|one| one.amount.0).collect();
    assert_eq!(levy.reduction_tenths, 0);
    assert_eq!(amounts, [23_500, 6_500, 0]);
    assert_eq!(levy.components[0].asset, Yen::ZERO);
    assert_eq!(levy.total, Yen(30_000));
}
