//! 賦課決定の期間制限, to the day.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use law::levy::limitation::{InsuranceAdjustment, LimitationFacts, clause, enforceable, limits};
use law::rules::levy::LevyKind;
use law::rules::{RuleBook, TimeLimits};
use law::{Date, FiscalYear, Yen, day};

/// As the law has them.
fn limits_of(kind: LevyKind) -> TimeLimits {
    let national = RuleBook::embedded().unwrap().national(FiscalYear(2026));
    let national = national.unwrap();
    match kind {
        LevyKind::Premium => national.premium_limits,
        LevyKind::Tax => national.tax_limits,
    }
}

fn facts(kind: LevyKind, first_due_on: Date) -> LimitationFacts {
    LimitationFacts {
        limits: limits_of(kind),
        first_due_on,
        arose_on: None,
        fraud: false,
        adjustment: None,
    }
}

/// 国保法110条の2第1項: first due 2022-06-30, last day 2024-06-30, up and down alike.
#[test]
fn premium_is_two_years_both_ways() {
    let limits = limits(&facts(LevyKind::Premium, day(2022, 6, 30)));
    assert_eq!(limits.increase_until, day(2024, 6, 30));
    assert_eq!(limits.decrease_until, day(2024, 6, 30));
    let of = |on, after| {
        enforceable(
            &facts(LevyKind::Premium, day(2022, 6, 30)),
            Yen(100_000),
            Yen(after),
            on,
        )
    };
    assert_eq!(of(day(2024, 6, 30), 130_000).charge, Yen(30_000));
    let late = of(day(2024, 7, 1), 130_000);
    assert_eq!(
        (late.charge, late.barred_charge, late.difference()),
        (Yen::ZERO, Yen(30_000), Yen::ZERO)
    );
    assert_eq!(of(day(2024, 6, 30), 70_000).difference(), Yen(-30_000));
    let late = of(day(2024, 7, 1), 70_000);
    assert_eq!(
        (late.reduce, late.barred_reduction),
        (Yen::ZERO, Yen(30_000))
    );
    assert_eq!(late.last_day, day(2024, 6, 30));
}

/// 国保法110条の2第1項: what could be levied only after the first due day counts from that day.
#[test]
fn a_levy_that_arises_later_counts_from_its_own_day() {
    let later = LimitationFacts {
        arose_on: Some(day(2022, 11, 14)),
        ..facts(LevyKind::Premium, day(2022, 6, 30))
    };
    assert_eq!(limits(&later).increase_until, day(2024, 11, 14));
    let earlier = LimitationFacts {
        arose_on: Some(day(2022, 4, 1)),
        ..later
    };
    assert_eq!(limits(&earlier).increase_until, day(2024, 6, 30));
}

/// 国保法110条の2第2項: downward only, for the adjustment with employees' insurance, as long as the city holds.
#[test]
fn adjustment_with_employees_insurance_reaches_further_down() {
    let adjusted = LimitationFacts {
        adjustment: Some(InsuranceAdjustment { years: 5 }),
        ..facts(LevyKind::Premium, day(2020, 6, 30))
    };
    let limits = limits(&adjusted);
    assert_eq!(
        (limits.increase_until, limits.decrease_until),
        (day(2022, 6, 30), day(2025, 6, 30))
    );
    assert_eq!(
        enforceable(&adjusted, Yen(90_000), Yen(0), day(2025, 6, 30)).reduce,
        Yen(90_000)
    );
    assert_eq!(
        enforceable(&adjusted, Yen(90_000), Yen(95_000), day(2025, 6, 30)).barred_charge,
        Yen(5_000)
    );
    // Never shorter than the first paragraph.
    let short = LimitationFacts {
        adjustment: Some(InsuranceAdjustment { years: 1 }),
        ..adjusted
    };
    assert_eq!(
        law::levy::limitation::limits(&short).decrease_until,
        day(2022, 6, 30)
    );
}

/// 地税17条の5: three years up, five down, seven for fraud, from the day after the first due day.
#[test]
fn tax_is_three_five_and_seven_years() {
    let plain = facts(LevyKind::Tax, day(2023, 7, 31));
    let limits_plain = limits(&plain);
    assert_eq!(
        (limits_plain.increase_until, limits_plain.decrease_until),
        (day(2026, 7, 31), day(2028, 7, 31))
    );
    let fraud = LimitationFacts {
        fraud: true,
        ..plain
    };
    let limits_fraud = limits(&fraud);
    assert_eq!(
        (limits_fraud.increase_until, limits_fraud.decrease_until),
        (day(2030, 7, 31), day(2030, 7, 31))
    );
}

/// 民法143条: the last day where the month is shorter or longer in the later year.
#[test]
fn periods_end_before_the_corresponding_day() {
    let last = |first_due_on| limits(&facts(LevyKind::Premium, first_due_on)).increase_until;
    assert_eq!(last(day(2024, 2, 29)), day(2026, 2, 28));
    assert_eq!(last(day(2026, 2, 28)), day(2028, 2, 29));
    assert_eq!(last(day(2024, 2, 28)), day(2026, 2, 28));
    assert_eq!(last(day(2024, 7, 1)), day(2026, 7, 1));
    assert_eq!(last(day(2023, 8, 30)), day(2025, 8, 30));
}

/// F01 (国保法110条の2、地税17条の5): three years corrected in November 2026: only those within the limit move.
#[test]
fn f01_only_years_within_the_limit_are_raised() {
    let on = day(2026, 11, 20);
    let charged = |kind, due: &[Date]| -> Vec<i64> {
        due.iter()
            .map(|due| {
                enforceable(&facts(kind, *due), Yen(100_000), Yen(150_000), on)
                    .charge
                    .0
            })
            .collect()
    };
    let premium = [day(2023, 6, 30), day(2024, 7, 1), day(2025, 6, 30)];
    assert_eq!(charged(LevyKind::Premium, &premium), [0, 0, 50_000]);
    let tax = [day(2023, 7, 31), day(2024, 7, 31), day(2025, 7, 31)];
    assert_eq!(charged(LevyKind::Tax, &tax), [0, 50_000, 50_000]);
}

#[test]
fn each_kind_names_its_provision() {
    assert_eq!(
        clause(LevyKind::Premium).to_string(),
        "国民健康保険法第110条の2"
    );
    assert_eq!(clause(LevyKind::Tax).to_string(), "地方税法第17条の5");
}

/// The row of the rules decides, not the program.
#[test]
fn the_years_are_those_of_the_rules() {
    let mut other = facts(LevyKind::Tax, day(2022, 6, 30));
    other.limits.increase_years = 1;
    other.limits.decrease_years = 4;
    other.limits.fraud_years = 9;
    assert_eq!(limits(&other).increase_until, day(2023, 6, 30));
    assert_eq!(limits(&other).decrease_until, day(2026, 6, 30));
    other.fraud = true;
    assert_eq!(limits(&other).increase_until, day(2031, 6, 30));
    let mut other = facts(LevyKind::Premium, day(2022, 6, 30));
    other.limits.increase_years = 3;
    assert_eq!(limits(&other).increase_until, day(2025, 6, 30));
    assert_eq!(limits(&other).decrease_until, day(2024, 6, 30));
}
