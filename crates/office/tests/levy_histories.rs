//! Random histories: whatever happened and in whatever order it was reported, the levies that stand are those of the
//! facts, the instalments add up to them, and the books balance.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod support;

use law::levy::facts::{FormerInsuredTie, Rejoining};
use law::levy::instalment::{DecreaseOrder, IncreaseSpread};
use law::rules::RemainderTo;
use law::rules::levy::CapMethod;
use law::{FiscalYear, Yen, day};
use std::panic::{AssertUnwindSafe, catch_unwind};
use support::desk::{Desk, WARD};
use support::history::{Levied, Step, households, lay_final_facts, play, same_as_scratch, steps};

const STEPS: usize = 14;

/// What the histories must come across, or they prove nothing: rows of the store that show it.
const REACHED: [(&str, &str); 9] = [
    (
        "withholding",
        "select count(*) from ledger where method = 2",
    ),
    (
        "a stop",
        "select count(*) from ledger where method = 2 and medical_yen < 0",
    ),
    (
        "a bar",
        "select count(*) from levy_decision where barred_yen > 0",
    ),
    (
        "a barred reduction",
        "select count(*) from levy_decision where barred_yen < 0",
    ),
    (
        "a relief",
        "select count(*) from levy_decision where flags / 4096 % 2 = 1",
    ),
    (
        "a past year",
        "select count(*) from ledger where instalment between 201 and 299",
    ),
    (
        "two heads",
        "select count(*) from (select household_id, levy_year from levy_decision \
      where months > 0 and sequence = 1 group by household_id, levy_year having count(*) > 1) as two",
    ),
    ("a deferral", "select count(*) from deferral"),
    (
        "an undoing",
        "select count(*) from act where undoes_act_id is not null",
    ),
];

/// How many rows were found of each of [`REACHED`].
type Reached = [i64; REACHED.len()];

/// How many histories: here, in CI (two thousand in all), and under `KOKUHO_DEEP=1`.
fn how_many(here: i64, in_ci: i64, deep: i64) -> i64 {
    let set = |name: &str, to: &str| std::env::var(name).is_ok_and(|value| value == to);
    if set("KOKUHO_DEEP", "1") {
        deep
    } else if set("CI", "true") {
        in_ci
    } else {
        here
    }
}

/// The seed of the run: fixed, or given by `KOKUHO_SEED` to walk elsewhere.
fn seed() -> u64 {
    std::env::var("KOKUHO_SEED")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(20_260_612)
}

/// One to three fiscal years, as the number goes.
fn years(number: i64) -> (i16, i16) {
    [(2026, 2026), (2025, 2026), (2024, 2026)][usize::try_from(number % 3).unwrap()]
}

fn steps_of(number: i64, first_year: i16) -> Vec<Step> {
    let (from, until) = years(number);
    let years = (from.max(first_year), until);
    steps(seed() + u64::try_from(number).unwrap(), years, STEPS)
}

fn ward() -> Desk {
    Desk::ward(2024..=2026)
}

/// Plays histories; the first that fails is played again in an office of its own, shorter and shorter.
fn histories(new_desk: &dyn Fn() -> Desk, scratch: &dyn Fn() -> Desk, count: i64) -> Reached {
    println!("seed {}", seed());
    let mut reached = [0; REACHED.len()];
    // A few histories share an office: making one costs more than playing one.
    for first in (1..=count).step_by(20) {
        let (desk, scratch) = (new_desk(), scratch());
        let first_year = desk.rules[0].year().0;
        for number in first..(first + 20).min(count + 1) {
            let steps = steps_of(number, first_year);
            let played = catch_unwind(AssertUnwindSafe(|| {
                play(&desk, number, &steps);
                lay_final_facts(&desk, &scratch, number, day(2020, 4, 1));
                for year in years(number).0.max(first_year)..=FiscalYear::of(steps[STEPS - 1].on).0
                {
                    for house in households(number) {
                        same_as_scratch(&desk, &scratch, house, year);
                    }
                }
            }));
            if played.is_err() {
                report(new_desk, number, &steps);
            }
        }
        for (count, (_, query)) in reached.iter_mut().zip(REACHED) {
            let rows = desk
                .store
                .read(|conn| conn.query_text(query, &[], |row| row.int(0)));
            *count += rows.unwrap()[0];
        }
    }
    reached
}

/// The shortest beginning that fails.
fn report(new_desk: &dyn Fn() -> Desk, number: i64, steps: &[Step]) -> ! {
    for length in 1..=steps.len() {
        let mut prefix = steps[..length].to_vec();
        prefix[length - 1].levied = Levied::AtTheCounter;
        let alone = || play(&new_desk(), number, &prefix);
        if catch_unwind(AssertUnwindSafe(alone)).is_err() {
            panic!(
                "seed {} history {number} fails after {length} steps: {prefix:#?}",
                seed()
            );
        }
    }
    panic!("seed {} history {number} fails beside others only", seed());
}

// covers: LEV-018, LEV-019
#[test]
fn histories_end_where_the_facts_alone_would_have_ended() {
    let reached = histories(&ward, &ward, how_many(200, 1_700, 4_000));
    for (count, (what, _)) in reached.iter().zip(REACHED) {
        println!("{what}: {count}");
        assert!(*count > 0, "no history came across {what}");
    }
}

#[test]
fn histories_on_the_other_engine() {
    let reached = histories(
        &|| Desk::postgres(WARD, 2024..=2026),
        &ward,
        how_many(40, 100, 800),
    );
    assert!(reached.iter().sum::<i64>() > 0);
}

/// 税 in thousands with 平等割, tens, hundreds; and habits no shipped town has: divided anew, from the last, a levy of its
/// own after a gap, the remainder last, three provisional instalments.
#[test]
fn towns_of_other_habits_keep_the_same_books() {
    let odd = || {
        Desk::ward(2024..=2026).with_rules(|set| {
            set.change.increase = IncreaseSpread::Redivide;
            set.change.decrease = DecreaseOrder::FromLast;
            set.household.rejoining = Rejoining::NewLevy;
            set.household.former_insured_tie = FormerInsuredTie::SameHousehold;
            set.instalments.remainder = RemainderTo::Last;
            set.instalments.unit_yen = 100;
            set.special_collection.level_from_month = Some(8);
            set.special_collection.exclude_year_of_75 = false;
            set.levy.components[0].per_household = Yen(12_000);
            let first_three = set.instalments.periods.iter_mut().take(3);
            first_three.for_each(|period| period.provisional = true);
        })
    };
    let redivided = || {
        Desk::ward(2024..=2026).with_rules(|set| {
            set.change.decrease = DecreaseOrder::Redivide;
            set.levy.cap_method = CapMethod::PersonMonths;
        })
    };
    let hidakagawa = || Desk::sqlite("303925", 2026..=2026);
    let sapporo = || Desk::sqlite("011002", 2026..=2026);
    let nishitokyo = || Desk::sqlite("132292", 2026..=2026);
    let towns: [&dyn Fn() -> Desk; 5] = [&odd, &redivided, &hidakagawa, &sapporo, &nishitokyo];
    for town in towns {
        histories(town, town, how_many(16, 40, 320));
    }
}
