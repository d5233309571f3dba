//! 住所等の連携 — an address, a name or a flag that changes alone is told by the night, whoever wrote it and whenever it takes
//! effect; the receiver keeps no old copy, and nothing goes out of whom it no longer needs.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[allow(dead_code, reason = "shared with other tests")]
#[path = "eligibility_lists/counter.rs"]
mod counter;
mod support;

use counter::{Counter, on_both};
use db::Span;
use exchange::Catalogue;
use law::{Date, day};
use office::Acting;
use office::eligibility::compose::{When, loss};
use office::eligibility::{self, Request};
use office::exports::LinkageOutbox;
use office::jobs::Flow;
use office::nightly;
use office::outbox::{self, Division, Layout, State};
use office::registry::merge;
use office::registry::support::{Measure, MeasureKind};
use office::registry::{self, Resident};
use office::security::permit::{
    ExportData, HandleWork, Permit, RegisterEligibility, RunEligibility,
};
use std::collections::BTreeMap;
use support::desk::lost;
use support::handed::cleared;
use support::merged::{confirm, propose};
use support::permit;

const FRIDAY: Date = law::date::Date::constant(2026, 11, 20);
const SATURDAY: Date = law::date::Date::constant(2026, 11, 21);
const MONDAY: Date = law::date::Date::constant(2026, 11, 23);
const BORN: Date = law::date::Date::constant(1980, 5, 5);
const OLD: &str = "東京都港区芝公園1-5-25";
const NEW: &str = "東京都港区新橋9-9-9";

/// What the receiver holds: by kind and number, the address and whether it is 不開示. One copy of each.
type Held = BTreeMap<(String, String), (String, String)>;

fn night(counter: &Counter, on: Date) -> i64 {
    counter.today.set(on);
    let mut written = 0;
    nightly::run(
        &counter.desk.store,
        &counter.permit::<RunEligibility>(),
        &counter.acting(),
        &counter.books(),
        &|| counter.desk.tick(),
        |heard| {
            if heard.step.code == "particulars" {
                written = heard.page.written;
            }
            Flow::Continue
        },
    )
    .unwrap();
    written
}

/// Households of one that were taken over and never told of, one of whom left since; the nights up to Friday.
fn city(counter: &Counter) {
    for (home, person) in [(10, 1), (20, 2), (30, 3)] {
        counter.single(home, person, BORN, day(2020, 4, 1));
    }
    // Insured no longer.
    counter.desk.report(day(2026, 5, 1), |conn, act| {
        let span = (day(2020, 4, 1), day(2026, 4, 20));
        lost(conn, act, 3, 30, span, "moved_out")
    });
    assert_eq!(night(counter, FRIDAY), 0, "nothing had changed");
}

/// Somebody's record from a day on, otherwise as it stood.
fn record(counter: &Counter, person: i64, from: Date, change: impl Fn(&mut Resident)) {
    counter.desk.report(counter.today.get(), |conn, act| {
        let all = registry::timeline::<Resident>(conn, person, None)?;
        let mut one = all.last().unwrap().fact.clone();
        change(&mut one);
        registry::record(conn, act, person, Span::new(from, None), &one)
    });
}

fn moved(counter: &Counter, person: i64, from: Date) {
    record(counter, person, from, |one| {
        NEW.clone_into(&mut one.address)
    });
}

/// A measure of somebody from a day on.
fn measured(counter: &Counter, person: i64, from: Date) {
    counter.desk.report(counter.today.get(), |conn, act| {
        let measure = Measure {
            kind: MeasureKind::Full,
            ends_on: None,
            history_number: 0,
            origin: "counter".to_owned(),
        };
        registry::record(conn, act, person, Span::new(from, None), &measure)
    });
}

fn waiting(counter: &Counter) -> Vec<(Layout, i64, Division)> {
    let store = &counter.desk.store;
    let list = store.read(|conn| outbox::list(conn, State::Waiting, 0, 100));
    let all = list.unwrap().into_iter();
    all.map(|one| (one.layout, one.subject, one.division))
        .collect()
}

/// The next files go out, and the receiver takes in every line of them. Returns their numbers.
fn update(counter: &Counter, held: &mut Held) -> Vec<i64> {
    let catalogue = Catalogue::shipped().unwrap();
    let may: Permit<ExportData> = permit(&counter.clerk);
    let (store, acting) = (&counter.desk.store, counter.acting());
    let proof = cleared::<LinkageOutbox>(store, &acting, &may);
    let acting = counter.acting();
    let files = outbox::export(store, (&may, &proof), &acting, &catalogue, "138032").unwrap();
    for file in &files {
        let (_, bytes, _) = store.read(|conn| outbox::file(conn, *file)).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let mut lines = text.lines().map(|line| {
            let cells = line
                .split(',')
                .map(|cell| cell.trim_matches('"').to_owned());
            cells.collect::<Vec<String>>()
        });
        let names = lines.next().unwrap();
        for line in lines {
            let cell = |name: &str| {
                let place = names.iter().position(|one| one == name);
                place.map_or_else(String::new, |place| line[place].clone())
            };
            let (kind, number) = if cell("person_number").is_empty() {
                ("household", cell("household_number"))
            } else {
                ("person", cell("person_number"))
            };
            held.insert(
                (kind.to_owned(), number),
                (cell("address"), cell("withheld")),
            );
        }
    }
    files
}

fn balanced(counter: &Counter) {
    let store = &counter.desk.store;
    let wrong = store.read(|conn| outbox::balance(conn, (0, i64::MAX)));
    assert_eq!(wrong.unwrap(), []);
}

fn person(held: &Held, number: i64) -> (&str, &str) {
    let one = &held[&("person".to_owned(), number.to_string())];
    (one.0.as_str(), one.1.as_str())
}

fn household(held: &Held, number: i64) -> (&str, &str) {
    let one = &held[&("household".to_owned(), number.to_string())];
    (one.0.as_str(), one.1.as_str())
}

fn no_old_copy(held: &Held) {
    let old: Vec<_> = held.iter().filter(|one| one.1.0.contains(OLD)).collect();
    assert!(old.is_empty(), "{old:?}");
}

// covers: SEC-058
#[test]
fn an_address_that_changes_alone_is_told_and_the_old_copy_is_gone_after_the_next_update() {
    on_both(FRIDAY, |counter| {
        let mut held = Held::new();
        city(counter);
        for round in [OLD, NEW] {
            // Person 1's address is recorded by whatever way; the second round is what the row asks for.
            record(counter, 1, FRIDAY, |one| {
                round.clone_into(&mut one.address);
                "別館".clone_into(&mut one.building);
            });
            let on = if round == OLD { SATURDAY } else { MONDAY };
            assert_eq!(night(counter, on), 2, "{round}");
            assert_eq!(
                waiting(counter),
                [
                    (Layout::Person, 1, Division::Change),
                    (Layout::Household, 10, Division::Change),
                ]
            );
            balanced(counter);
            assert_eq!(update(counter, &mut held).len(), 2);
            assert_eq!(person(&held, 1), (format!("{round}別館").as_str(), "0"));
        }
        no_old_copy(&held);
        assert_eq!(held.len(), 2, "nobody else was told of: {held:?}");
        // A night in which nothing changed tells nothing; what does not go out is no change.
        record(counter, 1, FRIDAY, |one| {
            "03".clone_into(&mut one.relationship)
        });
        assert_eq!(night(counter, day(2026, 11, 24)), 0);
        assert!(waiting(counter).is_empty());
        balanced(counter);
    });
}

// covers: SEC-058
#[test]
fn what_takes_effect_later_is_told_on_its_day_and_nothing_of_who_left() {
    on_both(FRIDAY, |counter| {
        let mut held = Held::new();
        city(counter);
        moved(counter, 2, MONDAY);
        moved(counter, 3, FRIDAY);
        assert_eq!(night(counter, SATURDAY), 0, "not yet, and not of who left");
        // Sunday is left out and caught up.
        assert_eq!(night(counter, MONDAY), 2);
        update(counter, &mut held);
        assert_eq!(person(&held, 2).0, NEW);
        no_old_copy(&held);
        assert!(!held.contains_key(&("person".to_owned(), "3".to_owned())));
        balanced(counter);
    });
}

// covers: SEC-058
#[test]
fn a_measure_that_begins_or_ends_is_told_with_its_flag() {
    on_both(FRIDAY, |counter| {
        let mut held = Held::new();
        city(counter);
        measured(counter, 2, SATURDAY);
        // With the household, whose address it is too.
        assert_eq!(night(counter, SATURDAY), 2);
        update(counter, &mut held);
        assert_eq!(person(&held, 2), (OLD, "1"));
        assert_eq!(household(&held, 20), (OLD, "1"));
        counter.desk.report(SATURDAY, |conn, act| {
            registry::end::<Measure>(conn, act, 2, Span::new(MONDAY, None))?;
            Ok(())
        });
        assert_eq!(night(counter, MONDAY), 2);
        update(counter, &mut held);
        assert_eq!(person(&held, 2), (OLD, "0"));
        assert_eq!(household(&held, 20), (OLD, "0"));
    });
}

// covers: SEC-058
#[test]
fn who_lives_with_somebody_under_a_measure_goes_out_with_the_flag_of_the_same_address() {
    on_both(FRIDAY, |counter| {
        let mut held = Held::new();
        counter.single(10, 1, BORN, day(2020, 4, 1));
        counter.member(10, 4, BORN, day(2020, 4, 1));
        counter.single(20, 2, BORN, day(2020, 4, 1));
        night(counter, FRIDAY);
        update(counter, &mut held);
        measured(counter, 4, SATURDAY);
        assert_eq!(night(counter, SATURDAY), 3);
        update(counter, &mut held);
        for told in [person(&held, 4), person(&held, 1), household(&held, 10)] {
            assert_eq!(told, (OLD, "1"));
        }
        assert!(!held.contains_key(&("person".to_owned(), "2".to_owned())));
    });
}

/// Who takes somebody in who is under a measure has a hidden address from then on, and theirs to tell again once they live alone.
// covers: SEC-058
#[test]
fn who_takes_somebody_under_a_measure_in_goes_out_with_the_flag_until_they_part() {
    on_both(FRIDAY, |counter| {
        let mut held = Held::new();
        city(counter);
        measured(counter, 2, FRIDAY);
        let home = |number: i64| move |one: &mut Resident| one.register_household = Some(number);
        record(counter, 1, FRIDAY, home(901));
        record(counter, 2, FRIDAY, home(902));
        night(counter, SATURDAY);
        update(counter, &mut held);
        assert!(!held.contains_key(&("person".to_owned(), "1".to_owned())));
        record(counter, 2, SATURDAY, home(901));
        assert_eq!(night(counter, MONDAY), 2);
        update(counter, &mut held);
        assert_eq!(person(&held, 1), (OLD, "1"));
        assert_eq!(household(&held, 10), (OLD, "1"));
        record(counter, 2, MONDAY, home(902));
        assert_eq!(night(counter, day(2026, 11, 24)), 2);
        update(counter, &mut held);
        assert_eq!(person(&held, 1), (OLD, "0"));
        assert_eq!(household(&held, 10), (OLD, "0"));
        assert_eq!(night(counter, day(2026, 11, 25)), 0);
    });
}

/// 名寄せ: who turns out to be somebody under a measure goes out with the flag, and without it once the numbers are parted.
// covers: SEC-058, ADR-008
#[test]
fn the_other_number_of_somebody_under_a_measure_goes_out_with_the_flag_until_they_are_parted() {
    on_both(FRIDAY, |counter| {
        let mut held = Held::new();
        city(counter);
        measured(counter, 2, FRIDAY);
        assert_eq!(night(counter, SATURDAY), 2);
        update(counter, &mut held);
        let store = &counter.desk.store;
        let asked = propose(store, (2, 1), (SATURDAY, counter.desk.tick()));
        assert_eq!(night(counter, MONDAY), 0);
        let (may, acting, merge_id) = confirm(store, asked, (MONDAY, counter.desk.tick()));
        assert_eq!(night(counter, day(2026, 11, 24)), 2);
        update(counter, &mut held);
        assert_eq!(person(&held, 1), (OLD, "1"));
        assert_eq!(household(&held, 10), (OLD, "1"));
        assert_eq!(night(counter, day(2026, 11, 25)), 0);
        let acting = Acting {
            now: counter.desk.tick(),
            ..acting
        };
        merge::undo(store, &may, &acting, merge_id, "別人だった").unwrap();
        assert_eq!(night(counter, day(2026, 11, 26)), 2);
        update(counter, &mut held);
        assert_eq!(person(&held, 1), (OLD, "0"));
        assert_eq!(household(&held, 10), (OLD, "0"));
        assert_eq!(person(&held, 2), (OLD, "1"));
    });
}

// covers: SEC-058
#[test]
fn an_address_that_waits_is_not_lost_when_something_else_is_told_or_refused() {
    on_both(FRIDAY, |counter| {
        let mut held = Held::new();
        city(counter);
        moved(counter, 1, FRIDAY);
        assert_eq!(night(counter, SATURDAY), 2);
        let before = waiting(counter);
        // Told before it went out that she left, and taken back: her address is still to be told.
        let books = counter.books();
        let store = &counter.desk.store;
        let register = |request: &Request| {
            let may = counter.permit::<RegisterEligibility>();
            eligibility::register(store, &may, &counter.acting(), request, &books).unwrap()
        };
        let left = When {
            occurred_on: day(2026, 11, 16),
            reported_on: Some(SATURDAY),
        };
        let done = register(&Request::of(vec![loss(left, "joined_insurance", 1)]));
        let undone = Request {
            undo: done.event_ids,
            note: "誤り".to_owned(),
            ..Request::default()
        };
        register(&undone);
        let mut after = waiting(counter);
        after.sort();
        let mut expected = before;
        expected.sort();
        assert_eq!(after, expected);
        balanced(counter);
        // The file goes out and the person's line is refused: sent again, it says the address of that day.
        let files = update(counter, &mut held);
        let sent = store.read(|conn| outbox::of_person(conn, 1)).unwrap();
        let sent = sent.iter().find(|one| one.state == State::Sent).unwrap();
        let refused = [(sent.line_no.unwrap(), "試験".to_owned())];
        let may = permit::<ExportData>(&counter.clerk);
        let acting = counter.acting();
        outbox::confirm(store, &may, &acting, sent.file_id.unwrap(), &refused).unwrap();
        assert_eq!(files.len(), 2);
        held.clear();
        assert_eq!(night(counter, MONDAY), 0, "it is somebody's matter already");
        let may = permit::<HandleWork>(&counter.clerk);
        let again = outbox::resend(store, &may, &counter.acting(), sent.message_id).unwrap();
        assert!(again.is_some(), "the receiver does not know it");
        update(counter, &mut held);
        assert_eq!(person(&held, 1).0, NEW);
        balanced(counter);
    });
}
