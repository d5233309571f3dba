//! 夜間処理 — every daily job in its order: each finding once, with an owner; cut off anywhere and gone on; days left out
//! caught up; nothing confirmed without a person unless the office says so.
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
use law::rules::RuleBook;
use law::{Date, day};
use office::OfficeError;
use office::eligibility::compose::{NEW_HOUSEHOLD, When, found, gain};
use office::eligibility::status::{self, Entry, Student};
use office::eligibility::{self, Books, Request};
use office::jobs::Flow;
use office::nightly::{self, Done, State};
use office::registry::{self, detail::Detail};
use office::security::permit::{RegisterEligibility, RegisterFact, RunEligibility};
use office::worklist::{
    self, Candidate, DESTINATION_EXPIRY, ELIGIBILITY_AGE, ELIGIBILITY_CANDIDATE,
    ELIGIBILITY_UNREPORTED, Filter, LEVY_CHANGED, STATUS_RESIDENCE_PERIOD, STATUS_STUDENT,
};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use support::desk::{WARD, business, head, income, insured, person};
use support::medium::approved_medium;

const FRIDAY: Date = law::date::Date::constant(2026, 11, 20);
const MONDAY: Date = law::date::Date::constant(2026, 11, 23);

/// Somebody for each step: 75 on Saturday, no insurance, a stay that ends, a student, a destination that ends, a candidate
/// that is done already and one that is not, an income that changes.
fn city(counter: &Counter) {
    counter.single(10, 1, day(1951, 11, 21), day(2020, 4, 1));
    counter.single(20, 2, day(1980, 5, 5), day(2020, 4, 1));
    counter.single(30, 3, day(2003, 5, 5), day(2020, 4, 1));
    counter.single(40, 4, day(1985, 5, 5), day(2020, 4, 1));
    counter.named(
        5,
        "無保険　花子",
        "ムホケン　ハナコ",
        day(1990, 1, 1),
        day(2026, 3, 1),
    );
    counter.desk.report(day(2026, 4, 1), |conn, act| {
        for person in 1..=4 {
            for year in 2025..=2026 {
                income(conn, act, person, year, business(1_000_000))?;
            }
        }
        let detail = Detail {
            residence_status: "留学".to_owned(),
            stay_until: Some(day(2026, 12, 15)),
            ..Detail::default()
        };
        registry::record(conn, act, 2, Span::new(day(2020, 4, 1), None), &detail)?;
        // A candidate whose loss is there already, and one that still waits.
        for (person, cause) in [(5, "joined_insurance"), (4, "joined_insurance")] {
            let candidate = Candidate {
                person_id: person,
                household_id: None,
                cause: cause.to_owned(),
                occurred_on: day(2026, 11, 1),
                elsewhere_from: None,
                reported_on: None,
                told_by: "試験".to_owned(),
            };
            candidate.open(conn, act, "test/1", "社会保険への加入", day(2026, 11, 2))?;
        }
        Ok(())
    });
    let student = Entry {
        subject: 3,
        span: Span::new(day(2026, 4, 1), None),
        status: Student {
            kind: 1,
            school: "北国大学".to_owned(),
            place: "011002".to_owned(),
            course_end_on: day(2028, 3, 31),
            household_id: 30,
            reported_on: None,
        },
        note: String::new(),
    };
    let store = &counter.desk.store;
    status::register(
        store,
        &counter.permit::<RegisterFact>(),
        &counter.acting(),
        &student,
    )
    .unwrap();
    counter.desk.relevy(FRIDAY, &[10, 20, 30, 40]);
    // Written after the levy: the next batch would find it, the night does first.
    counter.desk.report(FRIDAY, |conn, act| {
        income(conn, act, 4, 2026, business(3_000_000))
    });
}

fn night(
    counter: &Counter,
    books: &Books<'_>,
    stop_after: Option<usize>,
) -> Result<(), OfficeError> {
    let heard = Cell::new(0);
    nightly::run(
        &counter.desk.store,
        &counter.permit::<RunEligibility>(),
        &counter.acting(),
        books,
        &|| counter.desk.tick(),
        |_| {
            heard.set(heard.get() + 1);
            if stop_after.is_some_and(|most| heard.get() >= most) {
                Flow::Stop
            } else {
                Flow::Continue
            }
        },
    )
}

fn came_to(counter: &Counter, on: Date) -> BTreeMap<&'static str, Done> {
    let read = counter.desk.store.read(|conn| nightly::night(conn, on));
    read.unwrap()
        .into_iter()
        .filter_map(|(step, done)| Some((step.code, done?)))
        .collect()
}

/// Kind, whom it is about and where it comes from, of every open matter.
fn open(counter: &Counter) -> Vec<(String, Option<i64>, Option<i64>, String)> {
    let mut all: Vec<_> = counter
        .open_items()
        .into_iter()
        .map(|item| (item.kind, item.person_id, item.household_id, item.source))
        .collect();
    all.sort();
    all
}

fn of_kind(counter: &Counter, kind: worklist::Kind) -> Vec<Option<i64>> {
    open(counter)
        .into_iter()
        .filter(|item| item.0 == kind.code)
        .map(|item| item.1)
        .collect()
}

#[test]
fn a_night_puts_every_finding_on_the_list_once_with_an_owner() {
    on_both(FRIDAY, |counter| {
        city(counter);
        night(counter, &counter.books(), None).unwrap();
        let done = came_to(counter, FRIDAY);
        assert_eq!(done.len(), nightly::STEPS.len());
        assert!(
            done.values().all(|one| one.state == State::Done),
            "{done:?}"
        );
        assert_eq!(of_kind(counter, ELIGIBILITY_UNREPORTED), [Some(5)]);
        assert_eq!(of_kind(counter, STATUS_RESIDENCE_PERIOD), [Some(2)]);
        assert_eq!(of_kind(counter, STATUS_STUDENT), [Some(3)]);
        assert_eq!(
            of_kind(counter, ELIGIBILITY_CANDIDATE),
            [Some(4)],
            "the moot one is off"
        );
        assert_eq!(done["candidates"].page.settled, 1);
        // The first letter to the one without insurance is written.
        assert_eq!(done["unreported_letters"].page.written, 1);
        let levy: Vec<_> = counter
            .open_items()
            .into_iter()
            .filter(|item| item.kind == LEVY_CHANGED.code)
            .collect();
        assert_eq!(levy.len(), 1, "{levy:?}");
        assert_eq!(levy[0].household_id, Some(40));
        assert_eq!(levy[0].owner.role, LEVY_CHANGED.owner);
        assert!(levy[0].title.contains('→'), "{}", levy[0].title);
        // 75 on Saturday is not due on Friday.
        assert!(of_kind(counter, ELIGIBILITY_AGE).is_empty());
        // Again on the same day, and on the next: nothing twice.
        let before = open(counter);
        night(counter, &counter.books(), None).unwrap();
        assert_eq!(open(counter), before);
        assert_eq!(came_to(counter, FRIDAY), done);
        counter.today.set(day(2026, 11, 21));
        night(counter, &counter.books(), None).unwrap();
        let of_saturday = open(counter);
        let new: Vec<_> = of_saturday
            .iter()
            .filter(|item| !before.contains(item))
            .collect();
        assert_eq!(new.len(), 1, "{new:?}");
        assert_eq!(
            (new[0].0.as_str(), new[0].1),
            (ELIGIBILITY_AGE.code, Some(1))
        );
        let saturday = came_to(counter, day(2026, 11, 21));
        assert!(!saturday.contains_key("student"), "once a fiscal year");
        // A levy that follows at the counter takes the matter off the list.
        counter.desk.relevy(day(2026, 11, 21), &[40]);
        counter.today.set(day(2026, 11, 22));
        night(counter, &counter.books(), None).unwrap();
        assert!(of_kind(counter, LEVY_CHANGED).is_empty());
        // A day that lies behind is not run again.
        counter.today.set(FRIDAY);
        let refused = night(counter, &counter.books(), None).unwrap_err();
        assert!(
            refused.to_string().contains("もう動いています"),
            "{refused}"
        );
    });
}

#[test]
fn a_weekend_left_out_is_caught_up() {
    on_both(FRIDAY, |counter| {
        city(counter);
        night(counter, &counter.books(), None).unwrap();
        counter.today.set(MONDAY);
        night(counter, &counter.books(), None).unwrap();
        assert_eq!(
            of_kind(counter, ELIGIBILITY_AGE),
            [Some(1)],
            "75 on Saturday"
        );
        let monday = came_to(counter, MONDAY);
        assert_eq!(monday["age"].covered_after, FRIDAY);
        assert_eq!(monday["age"].page.opened, 1);
    });
}

#[test]
fn cut_off_after_any_page_it_ends_with_the_rows_of_a_night_that_ran_through() {
    let expected = RefCell::new(None);
    on_both(FRIDAY, |whole| {
        city(whole);
        night(whole, &whole.books(), None).unwrap();
        let rows = (open(whole), pages(whole));
        let first = expected.borrow_mut().get_or_insert(rows.clone()).clone();
        assert_eq!(first, rows, "the engines differ");
    });
    for stop_after in [1, 4] {
        on_both(FRIDAY, |counter| {
            city(counter);
            let mut starts = 0;
            while came_to(counter, FRIDAY)
                .values()
                .filter(|one| one.state == State::Done)
                .count()
                < nightly::STEPS.len()
            {
                night(counter, &counter.books(), Some(stop_after)).unwrap();
                starts += 1;
                assert!(starts < 60);
            }
            assert!(starts > 1);
            let rows = (open(counter), pages(counter));
            assert_eq!(
                Some(&rows),
                expected.borrow().as_ref(),
                "stopped after {stop_after}"
            );
        });
    }
}

/// What each step found, opened, settled and wrote.
fn pages(counter: &Counter) -> Vec<(&'static str, [i64; 4])> {
    came_to(counter, FRIDAY)
        .into_iter()
        .map(|(code, done)| {
            let page = done.page;
            (code, [page.found, page.opened, page.settled, page.written])
        })
        .collect()
}

#[test]
fn only_an_office_that_says_so_lets_the_night_confirm() {
    let files = RuleBook::embedded_files();
    let national = files
        .iter()
        .find(|file| file.0.ends_with("national/office.toml"));
    let own = national
        .unwrap()
        .1
        .replace("age_automatic = false", "age_automatic = true");
    let path = format!("municipal/{WARD}/office.toml");
    let book = RuleBook::embedded_with(&[(path.as_str(), own.as_str())]).unwrap();
    on_both(MONDAY, |counter| {
        city(counter);
        let books = Books {
            book: &book,
            ..counter.books()
        };
        night(counter, &books, None).unwrap();
        assert!(of_kind(counter, ELIGIBILITY_AGE).is_empty());
        let lost = counter.spans(1);
        assert_eq!(lost[0].1, Some(day(2026, 11, 21)), "{lost:?}");
        assert_eq!(came_to(counter, MONDAY)["age"].page.written, 1);
        // What the night did is told like any other act.
        let told = counter
            .desk
            .store
            .read(|conn| office::outbox::of_person(conn, 1))
            .unwrap();
        assert_eq!(told.len(), 1, "{told:?}");
        let wrong = counter
            .desk
            .store
            .read(|conn| office::outbox::balance(conn, (0, i64::MAX)))
            .unwrap();
        assert!(wrong.is_empty(), "{wrong:?}");
    });
}

/// What a night took off the list waits again when what made it moot is taken back, or when there is something to lose after
/// all: what was told late or in reverse waits and does not vanish.
#[test]
fn a_candidate_that_came_to_nothing_waits_again_when_there_is_something_to_do() {
    on_both(FRIDAY, |counter| {
        city(counter);
        night(counter, &counter.books(), None).unwrap();
        assert_eq!(of_kind(counter, ELIGIBILITY_CANDIDATE), [Some(4)]);
        let request = |request: Request| {
            let permit = counter.permit::<RegisterEligibility>();
            let (store, books) = (&counter.desk.store, counter.books());
            eligibility::register(store, &permit, &counter.acting(), &request, &books).unwrap()
        };
        // The loss of 1 November was told of somebody who was not insured then. Now she is: since October.
        let came = When {
            occurred_on: day(2026, 10, 1),
            reported_on: Some(FRIDAY),
        };
        let gained = request(Request::of(vec![
            found(came, NEW_HOUSEHOLD, 5),
            gain(came, "left_insurance", 5, NEW_HOUSEHOLD),
        ]));
        assert_eq!(of_kind(counter, ELIGIBILITY_CANDIDATE), [Some(4), Some(5)]);
        // A move-in is told of a day on which she is insured already; the night takes it off.
        counter.desk.report(FRIDAY, |conn, act| {
            let candidate = Candidate {
                person_id: 5,
                household_id: None,
                cause: "moved_in".to_owned(),
                occurred_on: day(2026, 10, 10),
                elsewhere_from: None,
                reported_on: None,
                told_by: "試験".to_owned(),
            };
            candidate.open(conn, act, "test/2", "転入", FRIDAY)?;
            Ok(())
        });
        counter.today.set(MONDAY);
        night(counter, &counter.books(), None).unwrap();
        let of_five = || -> Vec<String> {
            let items = counter.open_items().into_iter();
            let of_kind = items.filter(|item| item.kind == ELIGIBILITY_CANDIDATE.code);
            let candidates = of_kind.filter_map(|item| Candidate::of(&item));
            let of_five = candidates.filter(|one| one.person_id == 5);
            of_five.map(|one| one.cause).collect()
        };
        assert_eq!(of_five(), ["joined_insurance"]);
        // The gain was an error: the move-in is what has to be registered.
        request(Request {
            undo: gained.event_ids,
            note: "誤り".to_owned(),
            ..Request::default()
        });
        let mut waits = of_five();
        waits.sort();
        assert_eq!(waits, ["joined_insurance", "moved_in"]);
    });
}

/// The rules of an office whose night hands a crowd over to a run from so many tens of households on.
fn book_with_many(many: i64) -> RuleBook {
    let files = RuleBook::embedded_files();
    let national = files
        .iter()
        .find(|file| file.0.ends_with("national/office.toml"));
    let own = national.unwrap().1;
    assert!(own.contains("many = 200"));
    let own = own.replace("many = 200", &format!("many = {many}"));
    let path = format!("municipal/{WARD}/office.toml");
    RuleBook::embedded_with(&[(path.as_str(), own.as_str())]).unwrap()
}

/// Households of one whose levy stands and whose income is then told anew by a file.
fn crowd(counter: &Counter, homes: std::ops::Range<i64>) {
    counter.desk.report(day(2026, 4, 1), |conn, act| {
        for home in homes.clone() {
            let person_id = home + 10_000;
            person(conn, act, person_id, day(1980, 5, 5))?;
            head(conn, act, home, person_id, day(2020, 4, 1))?;
            insured(conn, act, person_id, home, day(2020, 4, 1))?;
            income(conn, act, person_id, 2026, business(1_000_000))?;
        }
        Ok(())
    });
    counter
        .desk
        .relevy(FRIDAY, &homes.clone().collect::<Vec<_>>());
    // The days before lie behind the first night: what it looks at is what is told from here on.
    night(counter, &counter.books(), None).unwrap();
    counter.desk.report(MONDAY, |conn, act| {
        for home in homes.clone() {
            let more = business(1_000_000 + home * 1_000);
            income(conn, act, home + 10_000, 2026, more)?;
        }
        Ok(())
    });
    counter.today.set(MONDAY);
}

/// Whether a crowd or each by itself: what is owed in the end, and what is left on the list, is the same. Only the way there
/// differs: one matter that asks for a run in place of a matter for each household.
#[test]
fn a_night_of_too_many_ends_where_one_by_one_does() {
    let homes = || 1_000..1_101_i64;
    let owed = |counter: &Counter| -> Vec<i64> {
        homes().map(|home| counter.desk.total(home, 2026)).collect()
    };
    let expected = RefCell::new(None);
    let (few, many) = (book_with_many(11), book_with_many(10));
    let under = |counter: &Counter, book: &RuleBook| {
        let books = Books {
            book,
            ..counter.books()
        };
        night(counter, &books, None).unwrap();
    };
    on_both(FRIDAY, |counter| {
        crowd(counter, homes());
        let before = owed(counter);
        under(counter, &few);
        // A page of the list is shorter than this crowd.
        let waits = |home: &i64| {
            let filter = Filter {
                kind: Some(LEVY_CHANGED),
                household_id: Some(*home),
                ..Filter::default()
            };
            let store = &counter.desk.store;
            let found = store.read(|conn| worklist::list(conn, &filter, None, MONDAY));
            found.unwrap().items.len() == 1
        };
        assert!(homes().all(|home| waits(&home)));
        let page = came_to(counter, MONDAY)["levy"].page;
        assert_eq!((page.found, page.opened), (101, 101));
        for home in homes() {
            counter.desk.relevy(MONDAY, &[home]);
        }
        counter.today.set(day(2026, 11, 24));
        under(counter, &few);
        assert!(of_kind(counter, LEVY_CHANGED).is_empty());
        let after = owed(counter);
        assert!(
            before
                .iter()
                .zip(&after)
                .all(|(before, after)| before < after)
        );
        let first = expected.borrow_mut().get_or_insert(after.clone()).clone();
        assert_eq!(first, after, "the engines differ");
    });
    on_both(FRIDAY, |counter| {
        crowd(counter, homes());
        let before = owed(counter);
        under(counter, &many);
        let done = came_to(counter, MONDAY)["levy"].page;
        assert_eq!((done.found, done.opened, done.next), (101, 1, None));
        let told: Vec<_> = counter
            .open_items()
            .into_iter()
            .filter(|item| item.kind == LEVY_CHANGED.code)
            .collect();
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(
            told[0].title.starts_with("101世帯の事実が変わりました"),
            "{}",
            told[0].title
        );
        assert_eq!((told[0].household_id, told[0].person_id), (None, None));
        assert_eq!(owed(counter), before, "a night levies nothing");
        // Again on the same day nothing twice; the run it asks for takes the whole crowd.
        under(counter, &many);
        assert_eq!(of_kind(counter, LEVY_CHANGED).len(), 1);
        counter.desk.relevy(MONDAY, &homes().collect::<Vec<_>>());
        assert_eq!(Some(&owed(counter)), expected.borrow().as_ref());
        counter.today.set(day(2026, 11, 24));
        under(counter, &many);
        let left = of_kind(counter, LEVY_CHANGED);
        assert_eq!(
            left,
            [None],
            "a person takes the matter of the run off the list"
        );
    });
}

#[test]
fn a_destination_that_ends_is_told_before_it_does() {
    on_both(FRIDAY, |counter| {
        counter.single(10, 1, day(1980, 5, 5), day(2020, 4, 1));
        counter.desk.report(day(2026, 4, 1), |conn, act| {
            conn.execute_text(
                "insert into registry_slot (slot_id, person_id, topic, scheme, detail, act_id) \
                 values (1, 1, 'destination', 'nhi', '', $1)",
                &[act.id.0.into()],
            )?;
            let destination = registry::destination::Destination {
                addressee: "見本　親".to_owned(),
                address: "東京都港区見本1".to_owned(),
                ..Default::default()
            };
            let span = Span::new(day(2026, 4, 1), Some(day(2027, 1, 1)));
            registry::record(conn, act, 1, span, &destination)
        });
        night(counter, &counter.books(), None).unwrap();
        let item = counter
            .open_items()
            .into_iter()
            .find(|item| item.kind == DESTINATION_EXPIRY.code)
            .unwrap();
        assert_eq!((item.person_id, item.due_on), (Some(1), day(2026, 12, 31)));
        assert!(item.title.contains("令和8年12月31日"), "{}", item.title);
    });
}

// covers: SEC-054, SEC-097
#[test]
fn a_register_whose_next_step_is_overdue_is_on_the_list_by_the_night() {
    on_both(FRIDAY, |counter| {
        let store = &counter.desk.store;
        approved_medium(store, "USB-1", "A-1", "2026-11-19");
        approved_medium(store, "USB-2", "A-2", "2026-11-20");
        night(counter, &counter.books(), None).unwrap();
        assert_eq!(of_kind(counter, worklist::REGISTER_DUE), [None]);
        assert_eq!(came_to(counter, FRIDAY)["registers"].page.opened, 1);
    });
}
