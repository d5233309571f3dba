//! Instalments: the sums that must hold whatever happens, and the cases of the statute.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod support;

use law::levy::instalment::{
    ChangeHabits, DecreaseOrder, IncreaseSpread, Instalment, InstalmentKey, InstalmentKind,
    ad_hoc_due_on, lay_provisional, overpaid, plan, plan_provisional, replan,
};
use law::rules::levy::{LevyKind, Status};
use law::rules::{CareAttainment, InstalmentPeriod, InstalmentRules, RemainderTo};
use law::{Date, FiscalYear, Yen, day};
use support::{Dice, calendar};

const EVEN: ChangeHabits = ChangeHabits {
    increase: IncreaseSpread::Redivide,
    decrease: DecreaseOrder::Redivide,
};

/// Ten instalments, end of June to end of March.
fn ten(unit_yen: i64) -> InstalmentRules {
    let year = FiscalYear(2026);
    InstalmentRules {
        municipality: "131032".to_owned(),
        fiscal_year: year,
        kind: LevyKind::Premium,
        status: Status::Draft,
        periods: (1..=10)
            .map(|number| InstalmentPeriod {
                number,
                due_on: year.month_start(i32::from(number) + 1).last_of_month(),
                provisional: false,
            })
            .collect(),
        unit_yen,
        remainder: RemainderTo::First,
        notice_days_before_due: 10,
        ad_hoc_due_days: 14,
        care_attainment: CareAttainment::FromAttainment,
    }
}

fn sums(instalments: &[Instalment], components: usize) -> Vec<Yen> {
    (0..components)
        .map(|index| instalments.iter().map(|one| one.parts[index]).sum())
        .collect()
}

fn yens(amounts: &[i64]) -> Vec<Yen> {
    amounts.iter().copied().map(Yen).collect()
}

fn amounts(instalments: &[Instalment]) -> Vec<i64> {
    instalments.iter().map(|one| one.amount().0).collect()
}

/// F20 (地税20条の4の2第6項): under 1,000 yen goes to the first instalment; the sum is the annual amount.
#[test]
fn f20_remainder_to_the_first_and_sum_is_the_year() {
    let annual = yens(&[82_300, 24_100, 0, 17_000]);
    let planned = plan(&ten(1000), &calendar(), &annual, day(2026, 6, 10)).unwrap();
    // 123,400 / 10 = 12,340 → 12,000; 3,400 over.
    assert_eq!(
        amounts(&planned),
        [
            15_400, 12_000, 12_000, 12_000, 12_000, 12_000, 12_000, 12_000, 12_000, 12_000
        ]
    );
    assert_eq!(sums(&planned, 4), annual);
    let mut last = ten(1000);
    last.remainder = RemainderTo::Last;
    let planned = plan(&last, &calendar(), &annual, day(2026, 6, 10)).unwrap();
    assert_eq!(amounts(&planned)[9], 15_400);
    // An ordinance of 料 with 100 yen: 12,300 each, 400 over.
    let planned = plan(&ten(100), &calendar(), &annual, day(2026, 6, 10)).unwrap();
    assert_eq!(amounts(&planned)[..2], [12_700, 12_300]);
    // Less than a unit for each: all of it in the first.
    let planned = plan(
        &ten(1000),
        &calendar(),
        &yens(&[9_900, 0, 0, 0]),
        day(2026, 6, 10),
    )
    .unwrap();
    assert_eq!(amounts(&planned), [9_900]);
    assert!(
        plan(&ten(1000), &calendar(), &yens(&[0, 0]), day(2026, 6, 10))
            .unwrap()
            .is_empty()
    );
}

/// 端数計算法3条 (料 without an ordinance): under one yen to the first.
#[test]
fn premium_without_ordinance_divides_to_the_yen() {
    let planned = plan(&ten(1), &calendar(), &yens(&[100_003]), day(2026, 6, 10)).unwrap();
    assert_eq!(amounts(&planned)[..3], [10_003, 10_000, 10_000]);
}

/// 地税20条の5第2項: due days move; 713条: an instalment that no notice reaches in time takes nothing.
#[test]
fn due_days_shift_and_late_households_skip_what_is_past() {
    let planned = plan(&ten(100), &calendar(), &yens(&[70_000]), day(2026, 10, 20)).unwrap();
    let due: Vec<Date> = planned.iter().map(|one| one.due_on).collect();
    // 31 October is a Saturday: 2 November. 31 December: 4 January. 31 January, 28 February: Sundays.
    assert_eq!(
        due,
        [
            day(2026, 11, 2),
            day(2026, 11, 30),
            day(2027, 1, 4),
            day(2027, 2, 1),
            day(2027, 3, 1),
            day(2027, 3, 31)
        ]
    );
    assert_eq!(planned[0].key.number, 5);
    // Ten days before 2 November is 23 October; a day later the first is the 6th.
    let on = |decided_on| {
        plan(&ten(100), &calendar(), &yens(&[70_000]), decided_on).unwrap()[0]
            .key
            .number
    };
    assert_eq!((on(day(2026, 10, 23)), on(day(2026, 10, 24))), (5, 6));
}

/// F25 (国保法76条の3): decided after the last instalment, or after the year: due by itself, in the year of decision.
#[test]
fn f25_past_year_has_its_own_due_day_and_year() {
    let rules = ten(100);
    let before = plan(&rules, &calendar(), &yens(&[100_000]), day(2026, 6, 10)).unwrap();
    let late = replan(
        &rules,
        EVEN,
        &calendar(),
        &before,
        &yens(&[100_000]),
        &yens(&[130_000]),
        day(2027, 3, 25),
    )
    .unwrap();
    let added = late.instalments.last().unwrap();
    let key = |accounted_in, kind, number| InstalmentKey {
        accounted_in: FiscalYear(accounted_in),
        kind,
        number,
    };
    assert_eq!(added.key, key(2026, InstalmentKind::AdHoc, 11));
    assert_eq!(
        (added.amount(), added.due_on),
        (Yen(30_000), day(2027, 4, 30))
    );

    let next_year = replan(
        &rules,
        EVEN,
        &calendar(),
        &late.instalments,
        &yens(&[130_000]),
        &yens(&[150_000]),
        day(2028, 2, 10),
    )
    .unwrap();
    let added = next_year.instalments.last().unwrap();
    assert_eq!(added.key, key(2027, InstalmentKind::PastYear, 1));
    assert_eq!(
        (added.amount(), added.due_on),
        (Yen(20_000), day(2028, 3, 31))
    );
    assert_eq!(
        next_year.changes.len(),
        1,
        "what was due before stays as it is"
    );
    let again = replan(
        &rules,
        EVEN,
        &calendar(),
        &next_year.instalments,
        &yens(&[150_000]),
        &yens(&[151_000]),
        day(2028, 3, 10),
    )
    .unwrap();
    assert_eq!(
        again.instalments.last().unwrap().key,
        key(2027, InstalmentKind::PastYear, 2)
    );
}

#[test]
fn ad_hoc_due_day_leaves_the_days_the_ordinance_wants() {
    let rules = ten(100);
    let on = |decided_on| ad_hoc_due_on(&rules, &calendar(), decided_on).unwrap();
    assert_eq!(on(day(2026, 11, 5)), day(2027, 1, 4));
    assert_eq!(on(day(2027, 2, 10)), day(2027, 3, 31));
    let mut long = ten(100);
    long.ad_hoc_due_days = 45;
    // From 31 May the end of June is 30 days off: the end of July.
    assert_eq!(
        ad_hoc_due_on(&long, &calendar(), day(2026, 5, 31)).unwrap(),
        day(2026, 7, 31)
    );
}

/// 条例・levy 2.4: an increase over what is left; a decrease in the order the municipality chose, then from what is due.
#[test]
fn changes_go_where_the_municipality_puts_them() {
    let rules = ten(100);
    let before = plan(&rules, &calendar(), &yens(&[100_000]), day(2026, 6, 10)).unwrap();
    // On 1 December the instalments 1 to 6 (to 30 November) are past; 7 to 10 are left.
    let on = day(2026, 12, 1);
    let change = |habits, after| {
        let replan = replan(
            &rules,
            habits,
            &calendar(),
            &before,
            &yens(&[100_000]),
            &yens(&[after]),
            on,
        )
        .unwrap();
        (amounts(&replan.instalments)[6..].to_vec(), replan)
    };
    let add = ChangeHabits {
        increase: IncreaseSpread::AddDifference,
        ..EVEN
    };
    assert_eq!(change(EVEN, 104_050).0, [11_050, 11_000, 11_000, 11_000]);
    assert_eq!(change(add, 104_050).0, [11_050, 11_000, 11_000, 11_000]);
    let order = |decrease| ChangeHabits { decrease, ..EVEN };
    assert_eq!(
        change(order(DecreaseOrder::Redivide), 84_000).0,
        [6_000, 6_000, 6_000, 6_000]
    );
    assert_eq!(
        change(order(DecreaseOrder::FromNext), 84_000).0,
        [0, 4_000, 10_000, 10_000]
    );
    // From an uneven plan the two ways of raising differ: 32,000 / 4, and 2,000 more for each.
    let uneven = change(order(DecreaseOrder::FromNext), 84_000).1.instalments;
    let raised = |habits| {
        let (from, to) = (yens(&[84_000]), yens(&[92_000]));
        let raised = replan(&rules, habits, &calendar(), &uneven, &from, &to, on).unwrap();
        amounts(&raised.instalments)[6..].to_vec()
    };
    assert_eq!(raised(EVEN), [8_000, 8_000, 8_000, 8_000]);
    assert_eq!(raised(add), [2_000, 6_000, 12_000, 12_000]);
    let (left, from_last) = change(order(DecreaseOrder::FromLast), 84_000);
    assert_eq!(left, [10_000, 10_000, 4_000, 0]);
    assert_eq!(from_last.no_longer_due.len(), 1);
    assert_eq!(from_last.past_due_reduction, Yen::ZERO);

    // More than what is left comes off the instalments already due, the latest first.
    let (left, deep) = change(EVEN, 45_000);
    assert_eq!(left, [0, 0, 0, 0]);
    assert_eq!(deep.past_due_reduction, Yen(15_000));
    assert_eq!(amounts(&deep.instalments)[3..6], [10_000, 5_000, 0]);
    let paid: Vec<(InstalmentKey, Yen)> = before[..6]
        .iter()
        .map(|one| (one.key, one.amount()))
        .collect();
    let over: Vec<i64> = overpaid(&deep.instalments, &paid)
        .iter()
        .map(|(_, yen)| yen.0)
        .collect();
    assert_eq!(over, [5_000, 10_000]);
    assert!(deep.changes.iter().filter(|change| change.past_due).count() == 2);
}

/// One component falls while another rises: no part goes below zero and what was due keeps its total.
#[test]
fn components_move_without_going_negative() {
    let rules = ten(100);
    let before = yens(&[60_000, 40_000]);
    let standing = plan(&rules, &calendar(), &before, day(2026, 6, 10)).unwrap();
    let after = yens(&[120_000, 0]);
    let changed = replan(
        &rules,
        EVEN,
        &calendar(),
        &standing,
        &before,
        &after,
        day(2026, 12, 1),
    )
    .unwrap();
    assert_eq!(sums(&changed.instalments, 2), after);
    assert!(
        changed
            .instalments
            .iter()
            .all(|one| one.parts.iter().all(|part| *part >= Yen::ZERO))
    );
    assert_eq!(amounts(&changed.instalments)[..6], [10_000; 6]);
    // The same total by other components, when every instalment is past.
    let swapped = replan(
        &rules,
        EVEN,
        &calendar(),
        &standing,
        &before,
        &yens(&[50_000, 50_000]),
        day(2027, 5, 1),
    )
    .unwrap();
    assert_eq!(sums(&swapped.instalments, 2), yens(&[50_000, 50_000]));
    assert_eq!(amounts(&swapped.instalments), amounts(&standing));
}

/// 地税706条の2: provisional instalments within half of last year, settled by the others.
#[test]
fn provisional_instalments_are_settled_later() {
    let year = FiscalYear(2026);
    let mut rules = ten(100);
    rules.periods = (1..=12)
        .map(|number| InstalmentPeriod {
            number,
            due_on: year.month_start(i32::from(number) - 1).last_of_month(),
            provisional: number <= 3,
        })
        .collect();
    let provisional = plan_provisional(&rules, &calendar(), &yens(&[90_000, 31_000])).unwrap();
    // 121,000 / 12 = 10,083 → 10,000.
    assert_eq!(amounts(&provisional), [10_000, 10_000, 10_000]);
    let before = sums(&provisional, 2);
    let after = yens(&[100_000, 38_000]);
    let settled = replan(
        &rules,
        EVEN,
        &calendar(),
        &provisional,
        &before,
        &after,
        day(2026, 7, 10),
    )
    .unwrap();
    assert_eq!(
        amounts(&settled.instalments),
        [
            10_000, 10_000, 10_000, 12_000, 12_000, 12_000, 12_000, 12_000, 12_000, 12_000, 12_000,
            12_000
        ]
    );
    assert_eq!(sums(&settled.instalments, 2), after);
    for period in &mut rules.periods {
        period.provisional = period.number <= 7;
    }
    let refusal = plan_provisional(&rules, &calendar(), &yens(&[90_000, 31_000])).unwrap_err();
    assert_eq!(refusal.code, "levy.instalment.provisional");
}

#[test]
fn what_does_not_add_up_is_refused() {
    let rules = ten(100);
    let standing = plan(&rules, &calendar(), &yens(&[100_000]), day(2026, 6, 10)).unwrap();
    let code = |before: &[i64], after: &[i64]| {
        replan(
            &rules,
            EVEN,
            &calendar(),
            &standing,
            &yens(before),
            &yens(after),
            day(2026, 7, 1),
        )
        .unwrap_err()
        .code
    };
    assert_eq!(code(&[99_000], &[100_000]), "levy.instalment.sum");
    assert_eq!(
        code(&[100_000, 0], &[100_000, 0]),
        "levy.instalment.components"
    );
    assert_eq!(code(&[100_000], &[-1]), "levy.instalment.negative");
}

/// Over random histories: sums by instalment and component hold, nothing is negative, undoing restores, and doing
/// the same again changes nothing.
#[test]
fn sums_hold_over_random_histories() {
    let mut dice = Dice(8_041);
    let calendar = calendar();
    for round in 0..3_000 {
        let rules = ten([1, 10, 100, 1000][usize::try_from(dice.below(4)).unwrap()]);
        let habits = ChangeHabits {
            increase: [IncreaseSpread::Redivide, IncreaseSpread::AddDifference]
                [usize::try_from(dice.below(2)).unwrap()],
            decrease: [
                DecreaseOrder::Redivide,
                DecreaseOrder::FromNext,
                DecreaseOrder::FromLast,
            ][usize::try_from(dice.below(3)).unwrap()],
        };
        let mut annual = yens(&[0, 0, 0, 0]);
        let mut standing: Vec<Instalment> = Vec::new();
        let mut on = day(2026, 6, 10);
        for step in 0..6 {
            let after: Vec<Yen> = [700_000, 260_000, 170_000, 30_000]
                .iter()
                .map(|cap| {
                    Yen(if dice.below(4) == 0 {
                        0
                    } else {
                        dice.below(*cap)
                    })
                })
                .collect();
            let changed =
                replan(&rules, habits, &calendar, &standing, &annual, &after, on).unwrap();
            assert_eq!(
                sums(&changed.instalments, 4),
                after,
                "round {round} step {step}"
            );
            for one in &changed.instalments {
                assert!(
                    one.parts.iter().all(|part| *part >= Yen::ZERO),
                    "round {round} step {step}"
                );
            }
            assert_eq!(changed.undone(), standing, "round {round} step {step}");
            let again = replan(
                &rules,
                habits,
                &calendar,
                &changed.instalments,
                &after,
                &after,
                on,
            )
            .unwrap();
            assert!(again.changes.is_empty(), "round {round} step {step}");
            let moved: i64 = changed
                .changes
                .iter()
                .map(|change| {
                    let sum = |parts: &[Yen]| parts.iter().map(|part| part.0).sum::<i64>();
                    sum(&change.after) - sum(&change.before)
                })
                .sum();
            let difference: i64 = after
                .iter()
                .zip(&annual)
                .map(|(after, before)| after.0 - before.0)
                .sum();
            assert_eq!(moved, difference, "round {round} step {step}");
            annual = after;
            standing = changed.instalments;
            on = on
                .checked_add(jiff::Span::new().days(dice.below(120)))
                .unwrap();
        }
    }
}

/// With even division both ways, a change taken back on the same day leaves the plan as it was.
#[test]
fn even_division_taken_back_restores_the_plan() {
    let rules = ten(1000);
    for decided_on in [day(2026, 6, 10), day(2026, 9, 15), day(2026, 12, 1)] {
        let first = yens(&[123_400]);
        let standing = plan(&rules, &calendar(), &first, day(2026, 6, 10)).unwrap();
        for after in [90_000, 123_500, 400_000] {
            let changed = replan(
                &rules,
                EVEN,
                &calendar(),
                &standing,
                &first,
                &yens(&[after]),
                decided_on,
            )
            .unwrap();
            let back = replan(
                &rules,
                EVEN,
                &calendar(),
                &changed.instalments,
                &yens(&[after]),
                &first,
                decided_on,
            )
            .unwrap();
            assert_eq!(back.instalments, standing, "{decided_on} {after}");
        }
    }
}

/// 地税706条の2: what a provisional run decided is laid upon the same instalments, and the year's levy, decided while the last
/// of them is still to come, asks the rest of the others alone.
#[test]
fn a_provisional_levy_is_laid_as_it_was_planned() {
    let mut rules = ten(1_000);
    for period in &mut rules.periods {
        period.provisional = period.number <= 3;
    }
    for previous in [[90_000, 31_000], [9_900, 0], [10_000, 0], [123_456, 7]] {
        let planned = plan_provisional(&rules, &calendar(), &yens(&previous)).unwrap();
        let amounts_planned = sums(&planned, 2);
        let laid = lay_provisional(&rules, &calendar(), &amounts_planned).unwrap();
        assert_eq!(amounts(&laid.instalments), amounts(&planned));
        assert_eq!(sums(&laid.instalments, 2), amounts_planned);
        assert_eq!(laid.changes.len(), planned.len());
        let after = yens(&[200_000, 10_000]);
        let settled = replan(
            &rules,
            EVEN,
            &calendar(),
            &laid.instalments,
            &amounts_planned,
            &after,
            day(2026, 7, 14),
        )
        .unwrap();
        assert_eq!(sums(&settled.instalments, 2), after);
        let first = laid.instalments.len();
        assert_eq!(amounts(&settled.instalments)[..first], amounts(&planned));
    }
    let refusal = lay_provisional(&ten(1), &calendar(), &yens(&[1, 2])).unwrap_err();
    assert_eq!(refusal.code, "levy.instalment.provisional.none");
}
