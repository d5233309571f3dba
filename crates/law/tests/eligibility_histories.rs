//! Random histories of events against a second, literal fold that walks day by day: whatever happened and in whatever
//! order it was told, both say the same of every day.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use law::date::next_day;
use law::eligibility::{
    HouseholdChange, HouseholdEvent, PersonChange, PersonEvent, PersonStanding, fold_household,
    fold_person,
};
use law::rules::{EligibilityBook, RuleBook};
use law::{Date, day};

fn rules() -> EligibilityBook<'static> {
    let book = RuleBook::shared().unwrap();
    book.eligibility_of("131032").unwrap()
}

/// A number generator of its own, so that a seed means the same everywhere.
struct Chance(u64);

impl Chance {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap() % below
    }

    fn one<'t, T>(&mut self, things: &'t [T]) -> &'t T {
        &things[self.next(things.len())]
    }

    fn shuffle<T>(&mut self, things: &mut [T]) {
        for index in (1..things.len()).rev() {
            things.swap(index, self.next(index + 1));
        }
    }
}

fn how_many(here: u64, in_ci: u64, deep: u64) -> u64 {
    let set = |name: &str, to: &str| std::env::var(name).is_ok_and(|value| value == to);
    if set("KOKUHO_DEEP", "1") {
        deep
    } else if set("CI", "true") {
        in_ci
    } else {
        here
    }
}

const BORN: Date = Date::constant(1951, 5, 20);
const GAINS: [&str; 6] = [
    "moved_in",
    "moved_in_same_prefecture",
    "left_insurance",
    "welfare_ended",
    "left_late_elderly",
    "restored",
];
const LOSSES: [&str; 9] = [
    "moved_out",
    "moved_out_same_prefecture",
    "joined_insurance",
    "welfare_started",
    "joined_nhi_society",
    "died",
    "late_elderly_75",
    "late_elderly_disability",
    "ex_officio_deletion",
];

/// Events of one person, many of them on the same few days.
fn history(chance: &mut Chance, count: usize) -> Vec<PersonEvent> {
    let days: Vec<Date> = (0..40)
        .map(|_| {
            let (year, month) = (2019 + chance.next(9), 1 + chance.next(12));
            let on = 1 + chance.next(28);
            day(
                i16::try_from(year).unwrap(),
                i8::try_from(month).unwrap(),
                i8::try_from(on).unwrap(),
            )
        })
        .collect();
    let mut events = Vec::with_capacity(count);
    for event_id in 0..count {
        let on = *chance.one(&days);
        let household_id = 1 + i64::try_from(chance.next(3)).unwrap();
        let (cause, change) = match chance.next(10) {
            0..4 => {
                let change = PersonChange::Gain {
                    household_id,
                    branch: household_id,
                    prefecture_since: None,
                };
                (*chance.one(&GAINS), change)
            }
            4..8 => {
                let elsewhere_from = match chance.next(3) {
                    0 => Some(on),
                    1 => Some(next_day(next_day(on))),
                    _ => None,
                };
                (*chance.one(&LOSSES), PersonChange::Loss { elsewhere_from })
            }
            8 => {
                let change = PersonChange::Move {
                    household_id,
                    branch: household_id,
                };
                ("household_changed", change)
            }
            _ if chance.next(2) == 0 => {
                let since = day(2018, 1, 1);
                let change = PersonChange::FormerStart {
                    household_id,
                    since,
                };
                ("former_insured_started", change)
            }
            _ => ("former_insured_ended", PersonChange::FormerEnd),
        };
        let event = PersonEvent {
            event_id: i64::try_from(event_id).unwrap() + 1,
            cause: cause.to_owned(),
            loaded_code: None,
            occurred_on: on,
            occurred_known: true,
            reported_on: None,
            fixed_on: None,
            sequence: i64::try_from(chance.next(4)).unwrap(),
            change,
        };
        // The same told twice, word for word.
        if chance.next(12) == 0 {
            events.push(event.clone());
        }
        events.push(event);
    }
    events
}

/// 国保法7条・8条 once more, without the table: the day of effect.
fn effect(event: &PersonEvent) -> Date {
    let PersonChange::Loss { elsewhere_from } = event.change else {
        return event.occurred_on;
    };
    let same_day = match event.cause.as_str() {
        "welfare_started" | "joined_nhi_society" | "late_elderly_75" => true,
        "moved_out" | "moved_out_same_prefecture" => elsewhere_from == Some(event.occurred_on),
        _ => false,
    };
    if same_day {
        event.occurred_on
    } else {
        next_day(event.occurred_on)
    }
}

/// Away on a day, and nobody said that a residence elsewhere began on it.
fn is_out(event: &PersonEvent, on: Date) -> bool {
    let away = matches!(
        event.cause.as_str(),
        "moved_out" | "moved_out_same_prefecture"
    );
    let nowhere = PersonChange::Loss {
        elsewhere_from: None,
    };
    away && event.occurred_on == on && event.change == nowhere
}

/// Whether 連番 orders what begins and ends on a day: none is 0, and a number is said of one thing alone.
fn ordered(today: &[&PersonEvent], on: Date) -> bool {
    let of_day: Vec<_> = today
        .iter()
        .filter(|event| event.occurred_on == on)
        .filter(|event| {
            matches!(
                event.change,
                PersonChange::Gain { .. } | PersonChange::Loss { .. }
            )
        })
        .collect();
    of_day.iter().all(|one| {
        let other_of_number = of_day.iter().any(|two| {
            two.sequence == one.sequence && (&two.change, &two.cause) != (&one.change, &one.cause)
        });
        one.sequence != 0 && !other_of_number
    })
}

/// Insured in a household, or beside the insured of one, at the end of a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Day {
    insured: Option<i64>,
    former: Option<i64>,
}

/// Walks every day and asks what happened on it.
fn literal(events: &[PersonEvent], from: Date, until: Date) -> Vec<(Date, Day)> {
    let mut now = Day::default();
    let mut insured_since = from;
    let mut came_within = false;
    let mut days = Vec::new();
    let mut taken: Option<i64> = None;
    let mut on = from;
    while on < until {
        let of_today = |event: &&PersonEvent| effect(event) == on;
        let mut today: Vec<&PersonEvent> = events.iter().filter(of_today).collect();
        if let Some(gone) = taken.take() {
            let place = today.iter().position(|event| event.event_id == gone);
            today.remove(place.unwrap());
        }
        // Of one day: by the sender's sequence, then by what is said.
        today.sort_by(|one, two| {
            let key = |event: &PersonEvent| {
                (
                    event.sequence,
                    event.occurred_on,
                    event.change.clone(),
                    event.cause.clone(),
                )
            };
            key(one).cmp(&key(two))
        });
        let is_loss = |event: &PersonEvent| matches!(event.change, PersonChange::Loss { .. });
        let mut unmet = Vec::new();
        let too_old = on >= day(2026, 5, 20);
        let in_turn = ordered(&today, on);
        if in_turn {
            // What happened the day before and counts from today comes first; the rest is in turn already.
            let ends = |event: &PersonEvent| is_loss(event) && event.occurred_on < on;
            today.sort_by_key(|event| !ends(event));
        } else {
            today.sort_by_key(|event| !is_loss(event));
        }
        for event in &today {
            if is_loss(event) {
                // 第6条: whoever fell under it on the very day never was insured; 翌日 is for whoever already is, also elsewhere
                // in the prefecture.
                let never = excluded(event) && insured_since == event.occurred_on && !came_within;
                if never && now.insured.is_some() && event.occurred_on < on {
                    let yesterday: &mut (Date, Day) = days.last_mut().unwrap();
                    yesterday.1.insured = None;
                }
                if !end(&mut now, event, never || insured_since == on) && !in_turn {
                    unmet.push(*event);
                }
            }
            let PersonChange::Gain { household_id, .. } = event.change else {
                continue;
            };
            let back = event.cause.starts_with("moved_in") && now.insured.is_some();
            if back && insured_since < on && !too_old {
                let out = events.iter().filter(|out| is_out(out, on));
                let out = out.filter(|out| event.sequence == 0 || out.sequence <= event.sequence);
                if let Some(out) = out.min_by_key(|out| (out.sequence, &out.cause)) {
                    taken = Some(out.event_id);
                    end(&mut now, out, false);
                }
            }
            if now.insured.is_none() && !too_old {
                now = Day {
                    insured: Some(household_id),
                    former: None,
                };
                insured_since = on;
                came_within = event.cause == "moved_in_same_prefecture";
            }
        }
        for event in unmet {
            if event.occurred_on == on {
                end(&mut now, event, insured_since == on);
            }
        }
        // Nobody says which change of household came last: back to where one is comes after the way there.
        let target = |event: &PersonEvent| match event.change {
            PersonChange::Move { household_id, .. } => Some(household_id),
            _ => None,
        };
        let mut moves: Vec<&PersonEvent> = today.clone();
        moves.retain(|event| target(event).is_some());
        let clear = moves.iter().all(|one| {
            let mut others = moves.iter().filter(|two| two.sequence == one.sequence);
            let same = |two: &&PersonEvent| (&two.change, &two.cause) == (&one.change, &one.cause);
            one.sequence > 0 && others.all(same)
        });
        let here = now.insured;
        if here.is_some() && !clear {
            moves.sort_by_key(|event| target(event) == here);
        }
        for event in moves {
            if let PersonChange::Move { household_id, .. } = event.change {
                if now.insured.is_some() {
                    if !too_old {
                        now.insured = Some(household_id);
                    }
                } else if now.former != Some(household_id) {
                    now.former = None;
                }
            }
        }
        for event in &today {
            if matches!(event.change, PersonChange::FormerEnd) {
                now.former = None;
            }
        }
        for event in &today {
            if let PersonChange::FormerStart { household_id, .. } = event.change
                && now.insured.is_none()
            {
                now.former = Some(household_id);
            }
        }
        days.push((on, now));
        on = next_day(on);
    }
    days
}

/// 第6条第1号から第8号.
fn excluded(event: &PersonEvent) -> bool {
    matches!(
        event.cause.as_str(),
        "joined_insurance" | "late_elderly_disability"
    )
}

/// Whether the loss ended something.
fn end(now: &mut Day, event: &PersonEvent, never_a_day: bool) -> bool {
    let goes_over = matches!(
        event.cause.as_str(),
        "late_elderly_75" | "late_elderly_disability"
    );
    let leaves = matches!(
        event.cause.as_str(),
        "moved_out" | "moved_out_same_prefecture" | "died" | "ex_officio_deletion"
    );
    match now.insured {
        Some(home) => {
            now.insured = None;
            now.former = (goes_over && !never_a_day).then_some(home);
            true
        }
        None if leaves && now.former.is_some() => {
            now.former = None;
            true
        }
        None => false,
    }
}

fn on_day(standing: &PersonStanding, on: Date) -> Day {
    let former = standing.former.iter().find(|span| {
        // A standing that was taken over counts here from the day it was.
        span.here_from.max(span.from) <= on && span.until.is_none_or(|until| on < until)
    });
    let insured = standing.cover_on(on).map(|span| span.household_id);
    Day {
        insured,
        // On the day before the loss somebody is still insured and already beside.
        former: former
            .filter(|_| insured.is_none())
            .map(|span| span.household_id),
    }
}

/// What a fold says, without the numbers of the events.
fn plain(standing: &PersonStanding) -> String {
    let cover: Vec<_> = standing
        .cover
        .iter()
        .map(|span| {
            let loss = span
                .loss
                .as_ref()
                .map(|loss| (&loss.code, loss.occurred_on));
            (
                span.household_id,
                span.from,
                span.until,
                &span.gain.code,
                loss,
            )
        })
        .collect();
    let former: Vec<_> = standing
        .former
        .iter()
        .map(|span| (span.household_id, span.from, span.until))
        .collect();
    format!(
        "{cover:?} {former:?} {:?} {}",
        standing.prefecture,
        standing.pending.len()
    )
}

// covers: QUA-005, QUA-016
#[test]
fn histories_in_any_order_say_the_same_of_every_day() {
    let rules = rules();
    let (from, until) = (day(2019, 1, 1), day(2028, 1, 5));
    let (mut days_insured, mut days_former, mut waiting) = (0, 0, 0);
    for seed in 1..=how_many(60, 400, 4_000) {
        let mut chance = Chance(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let count = 1 + chance.next(200);
        let mut events = history(&mut chance, count);
        let standing = fold_person(&rules, BORN, &events);
        for (on, expected) in literal(&events, from, until) {
            assert_eq!(on_day(&standing, on), expected, "seed {seed} on {on}");
            days_insured += usize::from(expected.insured.is_some());
            days_former += usize::from(expected.former.is_some());
        }
        waiting += standing.pending.len();

        // Every event is somewhere: in a span, void, or waiting; and every insured day has a day of the prefecture.
        for pair in standing.cover.windows(2) {
            assert!(pair[0].until.unwrap() <= pair[1].from, "seed {seed}");
        }
        for span in &standing.cover {
            let held = standing.prefecture.iter().any(|one| {
                one.since <= span.from && one.until.is_none_or(|until| span.from < until)
            });
            assert!(held, "seed {seed} {}", span.from);
        }
        for pair in standing.prefecture.windows(2) {
            assert!(pair[0].until.unwrap() <= pair[1].since, "seed {seed}");
        }

        // Told in another order, under other numbers.
        for _ in 0..3 {
            chance.shuffle(&mut events);
            for (event_id, event) in (1..).zip(&mut events) {
                event.event_id = event_id;
            }
            let again = fold_person(&rules, BORN, &events);
            assert_eq!(plain(&again), plain(&standing), "seed {seed}");
        }

        // One taken back is as if it had never been said: said again, all is as before.
        let gone = events.remove(chance.next(events.len()));
        let without = fold_person(&rules, BORN, &events);
        for (on, expected) in literal(&events, from, until) {
            assert_eq!(
                on_day(&without, on),
                expected,
                "seed {seed} without one, {on}"
            );
        }
        events.push(gone);
        let back = fold_person(&rules, BORN, &events);
        assert_eq!(plain(&back), plain(&standing), "seed {seed}");
    }
    assert!(days_insured > 1_000 && days_former > 1_000 && waiting > 100);
}

/// Households: head and number of every day are those of the last thing said by then.
#[test]
fn households_in_any_order_say_the_same_of_every_day() {
    for seed in 1..=how_many(60, 400, 4_000) {
        let mut chance = Chance(seed.wrapping_mul(0xD134_2543_DE82_EF95) | 1);
        let count = 1 + chance.next(40);
        let mut events: Vec<HouseholdEvent> = (0..count)
            .map(|sequence| {
                let on = day(
                    2020,
                    i8::try_from(1 + chance.next(12)).unwrap(),
                    i8::try_from(1 + chance.next(6)).unwrap(),
                );
                let head_person_id = i64::try_from(chance.next(5)).unwrap();
                let number = format!("{:07}", chance.next(5));
                let symbol = "国".to_owned();
                let change = match chance.next(6) {
                    0 => HouseholdChange::Founded {
                        head_person_id,
                        symbol,
                        number,
                    },
                    1 | 2 => HouseholdChange::Head { head_person_id },
                    3 | 4 => HouseholdChange::Number { symbol, number },
                    _ => HouseholdChange::Closed,
                };
                HouseholdEvent {
                    event_id: 0,
                    occurred_on: on,
                    sequence: i64::try_from(sequence).unwrap(),
                    change,
                }
            })
            .collect();
        let standing = fold_household(&events);
        let mut on = day(2019, 12, 31);
        let mut now: Option<(i64, String)> = None;
        while on < day(2021, 1, 2) {
            let today = events.iter().filter(|event| event.occurred_on == on);
            let mut today: Vec<_> = today.collect();
            today.sort_by_key(|event| event.sequence);
            let closed = |event: &HouseholdEvent| event.change == HouseholdChange::Closed;
            let bounds: Vec<_> = today
                .iter()
                .filter(|event| {
                    closed(event) || matches!(event.change, HouseholdChange::Founded { .. })
                })
                .collect();
            let any_closed = bounds.iter().any(|event| closed(event));
            // 連番 says it, or a closing is before a founding, and where nothing was open after it.
            let told = bounds.iter().all(|event| event.sequence > 0);
            let was_open = now.is_some();
            if any_closed && !told {
                now = None;
            }
            for event in bounds {
                match &event.change {
                    HouseholdChange::Founded {
                        head_person_id,
                        number,
                        ..
                    } if now.is_none() => now = Some((*head_person_id, number.clone())),
                    HouseholdChange::Closed if told => now = None,
                    _ => {}
                }
            }
            if any_closed && !told && !was_open {
                now = None;
            }
            for event in &today {
                match (&event.change, now.as_mut()) {
                    (HouseholdChange::Head { head_person_id }, Some(now)) => {
                        now.0 = *head_person_id;
                    }
                    (HouseholdChange::Number { number, .. }, Some(now)) => {
                        now.1.clone_from(number);
                    }
                    _ => {}
                }
            }
            let found = standing.heads.iter().find(|head| head.holds(on));
            let found = found.map(|head| (head.head_person_id, head.number.clone()));
            assert_eq!(found, now, "seed {seed} on {on}");
            on = next_day(on);
        }
        for pair in standing.heads.windows(2) {
            assert!(pair[0].until.unwrap() <= pair[1].from);
        }
        chance.shuffle(&mut events);
        assert_eq!(fold_household(&events).heads, standing.heads, "seed {seed}");
    }
}
