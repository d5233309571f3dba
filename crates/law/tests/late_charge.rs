//! 延滞金: published examples and the turns of month and year.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod support;

use law::collection::late_charge::{Payment, first_period_until, late_charge};
use law::rules::levy::Status;
use law::rules::{LateChargeRates, LateChargeRules};
use law::{Date, Rate, Yen, day};

/// 地税20条の4の2第2項・第5項.
const TAX: LateChargeRules = LateChargeRules {
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

fn rates() -> Vec<LateChargeRates> {
    let row = |year, first: &str, later: &str, refund: &str| LateChargeRates {
        year,
        first_ppm: Rate::from_percent(first).unwrap(),
        later_ppm: Rate::from_percent(later).unwrap(),
        refund_ppm: Rate::from_percent(refund).unwrap(),
    };
    vec![
        row(2021, "2.5", "8.8", "1.0"),
        row(2022, "2.4", "8.7", "0.9"),
        row(2023, "2.4", "8.7", "0.9"),
        row(2024, "2.4", "8.7", "0.9"),
        row(2025, "2.4", "8.7", "0.9"),
        row(2026, "2.8", "9.1", "1.3"),
    ]
}

fn charge(
    rules: &LateChargeRules,
    levy: i64,
    due_on: Date,
    paid_on: Date,
) -> law::collection::late_charge::LateCharge {
    late_charge(rules, &rates(), Yen(levy), due_on, &[], paid_on).unwrap()
}

/// 中央市（山梨）の計算例: 56,400円, due 2026-02-02, paid 2026-05-29: 120 + 1,228 → 1,300円.
#[test]
fn published_example_of_tax() {
    let result = charge(&TAX, 56_400, day(2026, 2, 2), day(2026, 5, 29));
    let parts: Vec<(i64, i64)> = result
        .parts
        .iter()
        .map(|part| (part.days, part.yen.0))
        .collect();
    assert_eq!(parts, [(28, 120), (88, 1_228)]);
    assert_eq!((result.before_cut, result.yen), (Yen(1_348), Yen(1_300)));
    assert_eq!(result.parts[0].base, Yen(56_000));
}

/// 品川区・墨田区の計算例: 100,000円, due 2021-04-30, paid 2021-10-31, three months: 630 + 2,218 → 2,800円.
#[test]
fn published_example_of_premium_with_three_months() {
    let three = LateChargeRules {
        first_period_months: 3,
        ..TAX
    };
    let result = charge(&three, 100_000, day(2021, 4, 30), day(2021, 10, 31));
    let parts: Vec<(i64, i64)> = result
        .parts
        .iter()
        .map(|part| (part.days, part.yen.0))
        .collect();
    assert_eq!(parts, [(92, 630), (92, 2_218)]);
    assert_eq!((result.before_cut, result.yen), (Yen(2_848), Yen(2_800)));
}

/// D09 (地税723条、附則3条の2、利率等の年表示の移行法25条): each day at the rate of its year; 365 days always.
#[test]
fn d09_rates_change_with_the_calendar_year() {
    let result = charge(&TAX, 100_000, day(2024, 12, 25), day(2026, 2, 10));
    // 100,000 × 2.4 % × 6/365 = 39.4; × 25/365 = 164.3; 8.7 % × 340/365 = 8,104.1; 9.1 % × 41/365 = 1,022.1.
    let parts: Vec<(i64, i64)> = result
        .parts
        .iter()
        .map(|part| (part.days, part.yen.0))
        .collect();
    assert_eq!(parts, [(6, 39), (25, 164), (340, 8_104), (41, 1_022)]);
    assert_eq!(result.first_period_until, day(2025, 1, 25));
    assert_eq!(result.yen, Yen(9_300));
}

/// D10 (民法143条): due on 31 January, moved to 2 February: the lower rate holds to 2 March.
#[test]
fn d10_first_month_counts_from_the_shifted_due_day() {
    assert_eq!(first_period_until(day(2026, 2, 2), 1), day(2026, 3, 2));
    // Beginning on the first: to the month's last day.
    assert_eq!(first_period_until(day(2026, 1, 31), 1), day(2026, 2, 28));
    // No corresponding day: to the month's last day.
    assert_eq!(first_period_until(day(2026, 1, 30), 1), day(2026, 2, 28));
    assert_eq!(first_period_until(day(2024, 1, 30), 1), day(2024, 2, 29));
    assert_eq!(first_period_until(day(2025, 11, 29), 3), day(2026, 2, 28));
    assert_eq!(first_period_until(day(2025, 12, 25), 1), day(2026, 1, 25));
}

/// 地税20条の4の2第2項・第5項: 1,999円 bears nothing, 2,000円 does; under 1,000円 nothing is taken, then by 100円.
#[test]
fn small_amounts_are_cut() {
    let long = |levy| charge(&TAX, levy, day(2021, 1, 4), day(2026, 6, 30)).yen;
    assert_eq!(long(1_999), Yen::ZERO);
    // 2,000円: about 8.7 % a year for five and a half years is under 1,000円.
    assert_eq!(long(2_000), Yen::ZERO);
    assert!(charge(&TAX, 2_000, day(2021, 1, 4), day(2026, 6, 30)).before_cut > Yen(900));
    assert_eq!(
        long(3_999),
        charge(&TAX, 3_000, day(2021, 1, 4), day(2026, 6, 30)).yen
    );
    assert!(long(3_000) >= Yen(1_400) && long(3_000).0 % 100 == 0);
    // An ordinance that cuts nothing.
    let plain = LateChargeRules {
        base_unit: 1,
        base_minimum: 0,
        charge_unit: 1,
        charge_minimum: 0,
        ..TAX
    };
    // 1,999 × 2.4 % × 10/365 = 1.31.
    assert_eq!(
        charge(&plain, 1_999, day(2025, 6, 30), day(2025, 7, 10)).yen,
        Yen(1)
    );
}

/// 地税20条の9の4: a part paid lowers the base from the day after it.
#[test]
fn part_payments_lower_the_base() {
    let paid = |on, yen| Payment {
        paid_on: on,
        yen: Yen(yen),
    };
    let payments = [
        paid(day(2026, 4, 10), 60_500),
        paid(day(2026, 3, 10), 20_000),
    ];
    let result = late_charge(
        &TAX,
        &rates(),
        Yen(100_000),
        day(2026, 2, 2),
        &payments,
        day(2026, 6, 30),
    )
    .unwrap();
    // 100,000 to 2 March (28 days, 2.8 %) and to 10 March (8, 9.1 %); 80,000 to 10 April (31); 19,500 → 19,000 (81).
    let parts: Vec<(i64, i64, i64)> = result
        .parts
        .iter()
        .map(|part| (part.base.0, part.days, part.yen.0))
        .collect();
    assert_eq!(
        parts,
        [
            (100_000, 28, 214),
            (100_000, 8, 199),
            (80_000, 31, 618),
            (19_000, 81, 383)
        ]
    );
    assert_eq!((result.before_cut, result.yen), (Yen(1_414), Yen(1_400)));
    // Paid in full: the charge stands still.
    let full = [paid(day(2026, 4, 10), 100_000)];
    let of = |until| {
        late_charge(&TAX, &rates(), Yen(100_000), day(2026, 2, 2), &full, until)
            .unwrap()
            .yen
    };
    assert_eq!(of(day(2026, 4, 10)), of(day(2026, 12, 31)));
    // In time: nothing.
    let early = [paid(day(2026, 2, 2), 100_000)];
    let none = late_charge(
        &TAX,
        &rates(),
        Yen(100_000),
        day(2026, 2, 2),
        &early,
        day(2026, 12, 31),
    )
    .unwrap();
    assert!(none.parts.is_empty() && none.yen == Yen::ZERO);
}

#[test]
fn missing_years_and_overpayments_are_refused() {
    let refused = |due_on, until| {
        late_charge(&TAX, &rates(), Yen(50_000), due_on, &[], until)
            .unwrap_err()
            .code
    };
    assert_eq!(
        refused(day(2026, 12, 25), day(2027, 1, 10)),
        "collection.late_charge.rate"
    );
    assert_eq!(
        refused(day(2020, 12, 25), day(2021, 1, 10)),
        "collection.late_charge.rate"
    );
    let over = [Payment {
        paid_on: day(2026, 3, 1),
        yen: Yen(50_001),
    }];
    let refusal = late_charge(
        &TAX,
        &rates(),
        Yen(50_000),
        day(2026, 2, 2),
        &over,
        day(2026, 4, 1),
    )
    .unwrap_err();
    assert_eq!(refusal.code, "collection.late_charge.overpaid");
}

/// Whatever the payments, the parts cover each unpaid day once, and waiting longer never costs less.
#[test]
fn parts_cover_every_late_day_once() {
    let mut dice = support::Dice(9_101);
    let after = |from: Date, days: i64| from.checked_add(jiff::Span::new().days(days)).unwrap();
    for round in 0..2_000 {
        let due_on = after(day(2021, 1, 4), dice.below(1_000));
        let months = u8::try_from(1 + dice.below(3)).unwrap();
        let rules = LateChargeRules {
            first_period_months: months,
            ..TAX
        };
        let levy = 10_000 + dice.below(500_000);
        let payments: Vec<Payment> = (0..dice.below(4))
            .map(|_| Payment {
                paid_on: after(due_on, dice.below(500) - 50),
                yen: Yen(dice.below(levy / 5)),
            })
            .collect();
        let until = after(due_on, dice.below(700));
        let result = late_charge(&rules, &rates(), Yen(levy), due_on, &payments, until).unwrap();
        let mut expected = law::date::next_day(due_on);
        for part in &result.parts {
            assert_eq!(part.from, expected, "round {round}");
            assert!(
                part.from <= part.to && part.from.year() == part.to.year(),
                "round {round}"
            );
            assert_eq!(
                part.first_period,
                part.to <= result.first_period_until,
                "round {round}"
            );
            let days = i64::from(part.from.until(part.to).unwrap().get_days()) + 1;
            assert_eq!(part.days, days, "round {round}");
            expected = law::date::next_day(part.to);
        }
        assert_eq!(
            expected,
            law::date::next_day(until.max(due_on)),
            "round {round}"
        );
        let later = late_charge(
            &rules,
            &rates(),
            Yen(levy),
            due_on,
            &payments,
            after(until, 30),
        )
        .unwrap();
        assert!(later.before_cut >= result.before_cut, "round {round}");
    }
}
