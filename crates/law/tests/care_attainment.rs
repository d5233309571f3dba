//! 40歳到達: the care part of someone who reaches forty within the year waits for the instalments due after that day,
//! or is spread over the whole year, as the municipality does it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod support;

use law::levy::Assessor;
use law::levy::attainment::later_parts;
use law::levy::facts::{HouseholdFacts, LiableYear, PersonFacts};
use law::levy::instalment::{
    Annual, ChangeHabits, DecreaseOrder, IncreaseSpread, Instalment, InstalmentKind, Later,
    replan_later,
};
use law::rules::levy::{LevyKind, Status};
use law::rules::{CareAttainment, InstalmentPeriod, InstalmentRules, LevyRules, RemainderTo};
use law::{Date, FiscalYear, Yen, day};
use support::{Dice, calendar, household, insured, since, ward, years};

/// Ten instalments, end of June to end of March.
fn ten(care_attainment: CareAttainment) -> InstalmentRules {
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
        unit_yen: 1,
        remainder: RemainderTo::First,
        notice_days_before_due: 10,
        ad_hoc_due_days: 14,
        care_attainment,
    }
}

const EVEN: ChangeHabits = ChangeHabits {
    increase: IncreaseSpread::Redivide,
    decrease: DecreaseOrder::Redivide,
};
const ADDED: ChangeHabits = ChangeHabits {
    increase: IncreaseSpread::AddDifference,
    decrease: DecreaseOrder::FromNext,
};
const JUNE: Date = jiff::civil::date(2026, 6, 10);

fn change(
    rules: &InstalmentRules,
    habits: ChangeHabits,
    standing: &[Instalment],
    after: [i64; 2],
    later: &[Later],
    decided_on: Date,
) -> Vec<Instalment> {
    let sum = |index: usize| standing.iter().map(|one| one.parts[index]).sum::<Yen>();
    let before = [sum(0), sum(1)];
    let annual = Annual {
        before: &before,
        after: &after.map(Yen),
        later,
    };
    let replan = replan_later(rules, habits, &calendar(), standing, annual, decided_on).unwrap();
    for (index, annual) in after.iter().enumerate() {
        let sum: Yen = replan.instalments.iter().map(|one| one.parts[index]).sum();
        assert_eq!(sum, Yen(*annual));
    }
    assert!(
        replan
            .instalments
            .iter()
            .all(|one| one.parts.iter().all(|yen| *yen >= Yen::ZERO))
    );
    replan.instalments
}

fn care(instalments: &[Instalment]) -> Vec<i64> {
    instalments.iter().map(|one| one.parts[1].0).collect()
}

fn totals(instalments: &[Instalment]) -> Vec<i64> {
    instalments.iter().map(|one| one.amount().0).collect()
}

fn wait(after: Date, yen: i64) -> Later {
    Later {
        after,
        component: 1,
        yen: Yen(yen),
    }
}

/// F06: reached on 30 November. The instalment due that very day asks for nothing of it, the four after it for a
/// quarter each; the municipality that spreads it asks for a tenth each from June on.
// covers: LEV-005
#[test]
fn f06_the_care_part_goes_to_the_instalments_due_after_the_day() {
    let later = [wait(day(2026, 11, 30), 4_000)];
    let waiting = ten(CareAttainment::FromAttainment);
    for habits in [EVEN, ADDED] {
        let planned = change(&waiting, habits, &[], [100_000, 4_000], &later, JUNE);
        assert_eq!(
            care(&planned),
            [0, 0, 0, 0, 0, 0, 1_000, 1_000, 1_000, 1_000]
        );
        assert_eq!(
            totals(&planned)[..7],
            [10_000, 10_000, 10_000, 10_000, 10_000, 10_000, 11_000]
        );
        let spread = ten(CareAttainment::Spread);
        let planned = change(&spread, habits, &[], [100_000, 4_000], &later, JUNE);
        assert_eq!(care(&planned), [400; 10]);
    }
}

/// The other care payers of the household pay theirs from June; two who reach forty on different days wait each for
/// their own.
#[test]
fn each_waits_for_his_own_day() {
    let rules = ten(CareAttainment::FromAttainment);
    let later = [wait(day(2026, 8, 10), 1_600), wait(day(2027, 1, 5), 300)];
    let planned = change(&rules, EVEN, &[], [100_000, 11_900], &later, JUNE);
    // 10,000 from June, 1,600 over the eight due from 31 August, 300 over January to March.
    let wanted = [
        1_000, 1_000, 1_200, 1_200, 1_200, 1_200, 1_200, 1_300, 1_300, 1_300,
    ];
    assert_eq!(care(&planned), wanted);
}

/// With no instalment left after the day, it is asked for by one of its own, due at the end of the month after.
#[test]
fn reached_after_the_last_due_day() {
    let mut rules = ten(CareAttainment::FromAttainment);
    rules.periods.truncate(9);
    let planned = change(
        &rules,
        EVEN,
        &[],
        [90_000, 400],
        &[wait(day(2027, 3, 10), 400)],
        JUNE,
    );
    assert_eq!(care(&planned), [0, 0, 0, 0, 0, 0, 0, 0, 0, 400]);
    let last = planned.last().unwrap();
    assert_eq!(last.key.kind, InstalmentKind::AdHoc);
    assert_eq!(last.due_on, day(2027, 4, 30));
    // Levied again without a change of facts nothing moves; with a change elsewhere the care part stays where it is.
    let again = change(
        &rules,
        EVEN,
        &planned,
        [99_000, 400],
        &[wait(day(2027, 3, 10), 400)],
        day(2026, 7, 1),
    );
    assert_eq!(care(&again), care(&planned));
}

/// A change of what everyone pays leaves the waiting part where it is; a change of the waiting part leaves the rest.
#[test]
fn changes_before_the_day_keep_it_waiting() {
    let rules = ten(CareAttainment::FromAttainment);
    let on = day(2026, 11, 30);
    for habits in [EVEN, ADDED] {
        let june = change(
            &rules,
            habits,
            &[],
            [100_000, 4_000],
            &[wait(on, 4_000)],
            JUNE,
        );
        let sept = day(2026, 9, 1);
        // 14,000 more over the seven instalments from September.
        let more = change(
            &rules,
            habits,
            &june,
            [114_000, 4_000],
            &[wait(on, 4_000)],
            sept,
        );
        assert_eq!(
            totals(&more)[2..8],
            [10_000, 12_000, 12_000, 12_000, 13_000, 13_000],
            "{habits:?}"
        );
        assert_eq!(care(&more)[..6], [0; 6]);
        let cared = change(
            &rules,
            habits,
            &june,
            [100_000, 8_000],
            &[wait(on, 8_000)],
            sept,
        );
        assert_eq!(
            totals(&cared)[2..8],
            [10_000, 10_000, 10_000, 10_000, 12_000, 12_000],
            "{habits:?}"
        );
        assert_eq!(care(&cared), [0, 0, 0, 0, 0, 0, 2_000, 2_000, 2_000, 2_000]);
    }
}

/// Once the day has passed the care part is like any other.
#[test]
fn after_the_day_it_is_divided_like_the_rest() {
    let rules = ten(CareAttainment::FromAttainment);
    let later = [wait(day(2026, 11, 30), 4_000)];
    let planned = change(
        &rules,
        EVEN,
        &[],
        [100_000, 4_000],
        &later,
        day(2026, 12, 1),
    );
    assert_eq!(care(&planned), [1_000; 4]);
}

/// Whatever happens before the day, no instalment still to come and due by then asks for the waiting part, as long as
/// the later ones can take it.
#[test]
fn never_before_the_day_whatever_happens() {
    let mut dice = Dice(7);
    let rules = ten(CareAttainment::FromAttainment);
    let habits = [
        EVEN,
        ADDED,
        ChangeHabits {
            increase: IncreaseSpread::AddDifference,
            decrease: DecreaseOrder::FromLast,
        },
    ];
    for round in 0..3_000_usize {
        let on = day(2026, 11, 30);
        let habits = habits[round % habits.len()];
        let mut standing: Vec<Instalment> = Vec::new();
        for decided_on in [JUNE, day(2026, 8, 3), day(2026, 10, 5)] {
            let waits = dice.below(9_000);
            let care_all = waits + dice.below(2) * dice.below(5_000);
            let after = [dice.below(200_000), care_all];
            standing = change(
                &rules,
                habits,
                &standing,
                after,
                &[wait(on, waits)],
                decided_on,
            );
            let by_then: i64 = standing
                .iter()
                .filter(|one| one.due_on <= on)
                .map(|one| one.amount().0)
                .sum();
            let to_come: i64 = standing
                .iter()
                .filter(|one| one.due_on <= on && one.due_on >= decided_on)
                .map(|one| one.amount().0)
                .sum();
            let without: i64 = after.iter().sum::<i64>() - waits;
            assert!(
                by_then <= without || to_come == 0,
                "{round} {decided_on} {standing:?}"
            );
        }
    }
}

fn stages(rules: &LevyRules, facts: &HouseholdFacts, year: &LiableYear) -> Vec<(Date, usize, i64)> {
    let assessor = Assessor::new(rules).unwrap();
    let amounts = |household: &law::levy::HouseholdYear| {
        let levy = assessor.levy(household)?;
        Ok(levy.components.iter().map(|one| one.amount).collect())
    };
    later_parts(facts, year, amounts)
        .unwrap()
        .iter()
        .map(|one| (one.after, one.component, one.yen.0))
        .collect()
}

fn earning(birth_on: Date, yen: i64) -> PersonFacts {
    let mut person = insured(birth_on);
    person.income.business = Yen(yen);
    person
}

/// What waits is the care part of those who reach forty while insured, and nobody else's: 介護保険法9条2号.
#[test]
fn what_waits() {
    let rules = ward(2026);
    let one = |facts: &HouseholdFacts| stages(&rules, facts, &years(&rules, facts)[0]);
    // 80,251 × 5/12.
    let reached = household(vec![earning(day(1986, 12, 1), 3_000_000)]);
    assert_eq!(one(&reached), [(day(2026, 11, 30), 2, 33_437)]);
    // Beside a payer of fifty: 80,251 stays, his own 62,451 + 17,800 over five months waits.
    let two = household(vec![
        earning(day(1976, 1, 5), 3_000_000),
        earning(day(1986, 12, 1), 3_000_000),
    ]);
    let whole = Assessor::new(&rules)
        .unwrap()
        .levy(&years(&rules, &two)[0].household)
        .unwrap();
    let waiting: i64 = one(&two).iter().map(|row| row.2).sum();
    assert_eq!(whole.components[2].amount.0 - waiting, 80_251);
    // Two of the same year: each his own day, the earlier first.
    let both = household(vec![
        earning(day(1986, 12, 1), 3_000_000),
        earning(day(1986, 8, 11), 1_000_000),
    ]);
    let days: Vec<Date> = one(&both).iter().map(|row| row.0).collect();
    assert_eq!(days, [day(2026, 8, 10), day(2026, 11, 30)]);
    // 64 turning 65, forty on 1 April, forty since last year, forty next year, joined after reaching it: nothing waits.
    for born_on in [
        day(1961, 9, 9),
        day(1986, 4, 2),
        day(1986, 3, 31),
        day(1987, 4, 2),
    ] {
        let facts = household(vec![earning(born_on, 3_000_000)]);
        assert_eq!(one(&facts), [], "{born_on}");
    }
    let mut joined = earning(day(1986, 8, 11), 3_000_000);
    joined.insured = vec![since(2026, 10, 1)];
    assert_eq!(one(&household(vec![joined])), []);
}
