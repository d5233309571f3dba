//! Values that stand exactly on a boundary of the law, where `>` and `>=` part.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use law::collection::late_charge::late_charge;
use law::levy::{EarnerThresholds, Income};
use law::rules::levy::Status;
use law::rules::{LateChargeRates, LateChargeRules};
use law::{Rate, Yen, day};

/// 施行令29条の7第6項1号・附則5条: 「超える」, so revenue of exactly the figure makes no 給与所得者等.
// covers: LEV-010
#[test]
fn revenue_on_the_figure_makes_no_earner() {
    let thresholds = EarnerThresholds {
        salary: Yen(550_000),
        pension_under_65: Yen(600_000),
        pension_65: Yen(1_250_000),
    };
    let earner = |salary: i64, pension: i64, aged_65: bool| {
        let income = Income {
            salary_revenue: Yen(salary),
            pension_revenue: Yen(pension),
            ..Income::default()
        };
        income.is_earner(aged_65, &thresholds)
    };
    assert!(!earner(550_000, 0, false) && earner(550_001, 0, false));
    assert!(!earner(0, 600_000, false) && earner(0, 600_001, false));
    assert!(!earner(0, 1_250_000, true) && earner(0, 1_250_001, true));
}

/// 地方税法附則3条の2: a year counts 365 days in a leap year too. 1,000,000円, due 2023-12-31, paid
/// 2024-12-31: 31 days at 2.4 % and 335 at 8.7 % of 365.
#[test]
fn a_leap_year_counts_365_days() {
    let rules = LateChargeRules {
        status: Status::Confirmed,
        first_period_months: 1,
        base_unit: 1_000,
        base_minimum: 2_000,
        charge_unit: 100,
        charge_minimum: 1_000,
        days_in_year: 365,
        reminder_fee_yen: 0,
        reminder_within_days: 20,
    };
    let percent = |text: &str| Rate::from_percent(text).unwrap();
    let rates = [LateChargeRates {
        year: 2024,
        first_ppm: percent("2.4"),
        later_ppm: percent("8.7"),
        refund_ppm: percent("0.9"),
    }];
    let (due_on, paid_on) = (day(2023, 12, 31), day(2024, 12, 31));
    let charge = late_charge(&rules, &rates, Yen(1_000_000), due_on, &[], paid_on).unwrap();
    let parts: Vec<(i64, i64)> = charge
        .parts
        .iter()
        .map(|part| (part.days, part.yen.0))
        .collect();
    assert_eq!(parts, [(31, 2_038), (335, 79_849)]);
    assert_eq!(charge.yen, Yen(81_800));
}
