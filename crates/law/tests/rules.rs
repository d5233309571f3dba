//! The shipped rule files and their loader.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use law::rules::RuleBook;
use law::{FiscalYear, Rate, Yen};

fn shipped() -> RuleBook {
    RuleBook::embedded().unwrap_or_else(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        panic!("{}", lines.join("\n"))
    })
}

#[test]
fn minato_2026_is_there() {
    let rules = shipped().levy("131032", FiscalYear(2026)).unwrap();
    assert_eq!(rules.components.len(), 4);
    assert_eq!(
        rules.components[0].income_rate,
        Rate::from_percent("7.51").unwrap()
    );
    assert_eq!(rules.components[3].per_adult, Yen(73));
}
