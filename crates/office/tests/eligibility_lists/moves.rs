//! 資格異動情報 goes out by its declared layout and comes in again unchanged.

use crate::counter::{Counter, on_both};
use crate::support::handed::cleared;
use ::office::eligibility::event::Event;
use ::office::eligibility::status::handover;
use ::office::eligibility::{self, NewChange, NewEvent, Request, event, moves};
use ::office::import::{ImportReport, Incoming, Municipality, Options, receive};
use ::office::registry::{self, FormerInsured, InsuredSpan, timeline};
use ::office::security::permit::{ExportData, ImportFile, RegisterEligibility};
use db::Span;
use exchange::{Catalogue, Outgoing};
use law::{Date, day};
use office::exports::EligibilityStatus;

const CITY: &str = "131032";

fn register(counter: &Counter, cause: &str, on: Date, change: NewChange) {
    register_as(counter, (0, cause), on, change);
}

/// As [`register`], with the sender's 連番.
fn register_as(counter: &Counter, (sequence, cause): (i64, &str), on: Date, change: NewChange) {
    let new = NewEvent::new(cause, on, Some(day(2026, 11, 4)), change);
    let request = Request::of(vec![NewEvent { sequence, ..new }]);
    eligibility::register(
        &counter.desk.store,
        &counter.permit::<RegisterEligibility>(),
        &counter.acting(),
        &request,
        &counter.books(),
    )
    .unwrap();
}

/// Two households; nobody is insured in them yet but where `insured` says so.
fn city(counter: &Counter, insured: bool) {
    counter.single(10, 1, day(1960, 5, 5), day(2008, 4, 1));
    counter.single(20, 2, day(1953, 5, 5), day(2020, 4, 1));
    counter.single(30, 3, day(1951, 11, 10), day(2010, 4, 1));
    if !insured {
        counter.desk.report(day(2026, 11, 1), |conn, act| {
            for (id, from) in [
                (1, day(2008, 4, 1)),
                (2, day(2020, 4, 1)),
                (3, day(2010, 4, 1)),
            ] {
                registry::end::<InsuredSpan>(conn, act, id, Span::new(from, None))?;
            }
            Ok(())
        });
    }
}

fn export(counter: &Counter, catalogue: &Catalogue) -> Outgoing {
    let store = &counter.desk.store;
    let (may, acting) = (counter.permit::<ExportData>(), counter.acting());
    moves::export(
        store,
        (&may, &cleared::<EligibilityStatus>(store, &acting, &may)),
        &acting,
        (catalogue, &counter.books().eligibility().unwrap()),
        CITY,
        "20261120000000",
    )
    .unwrap()
}

fn take(counter: &Counter, catalogue: &Catalogue, file: &Outgoing, bytes: &[u8]) -> ImportReport {
    receive(
        &counter.desk.store,
        catalogue,
        &counter.permit::<ImportFile>(),
        &counter.acting(),
        &Municipality::new(CITY),
        &Incoming {
            name: &file.name,
            bytes,
            control: Some(&file.control),
        },
        &Options::default(),
    )
    .unwrap()
}

fn counts(report: &ImportReport) -> (u64, u64, u64) {
    (report.posted, report.same, report.held)
}

fn text(file: &Outgoing) -> String {
    String::from_utf8(file.bytes.clone()).unwrap()
}

fn events(counter: &Counter, id: i64) -> Vec<Event> {
    let read = |conn: &mut db::Conn| event::of_person(conn, id);
    counter.desk.store.read(read).unwrap()
}

fn insured(counter: &Counter, id: i64) -> Vec<(Span, InsuredSpan)> {
    let read = |conn: &mut db::Conn| timeline::<InsuredSpan>(conn, id, None);
    let rows = counter.desk.store.read(read).unwrap().into_iter();
    rows.map(|row| (row.valid, row.fact)).collect()
}

/// Rows of spans ever written.
fn facts(counter: &Counter) -> i64 {
    let count = |conn: &mut db::Conn| {
        conn.query_text("select count(*) from insured_fact", &[], |row| row.int(0))
    };
    counter.desk.store.read(count).unwrap()[0]
}

fn former(counter: &Counter, id: i64) -> usize {
    let read = |conn: &mut db::Conn| timeline::<FormerInsured>(conn, id, None);
    counter.desk.store.read(read).unwrap().len()
}

/// Person 2 came into the scheme for the elderly early and stays beside the insured of the household; person 1 left for a
/// company, came back, and moved into the other household; one thing was taken back.
fn live(counter: &Counter) {
    let loss = |person_id| NewChange::Loss {
        person_id,
        elsewhere_from: None,
    };
    register(
        counter,
        "late_elderly_disability",
        day(2026, 9, 30),
        loss(2),
    );
    register(counter, "joined_insurance", day(2026, 6, 30), loss(1));
    let back = NewChange::Gain {
        person_id: 1,
        household_id: 10,
        prefecture_since: None,
        residence: None,
    };
    register(counter, "left_insurance", day(2026, 9, 1), back);
    let over = NewChange::Move {
        person_id: 1,
        household_id: 20,
    };
    register(counter, "household_changed", day(2026, 10, 15), over);
    // A loss of somebody who is not insured waits; it goes along and waits there too.
    register(counter, "joined_insurance", day(2026, 10, 20), loss(2));
    // So does a change of household past 75, which no day given in a file may carry out.
    let over = NewChange::Move {
        person_id: 3,
        household_id: 20,
    };
    register(counter, "household_changed", day(2026, 11, 15), over);
}

// covers: FIL-082
#[test]
fn moves_with_their_days_reports_and_causes_come_in_as_they_went_out() {
    let catalogue = Catalogue::shipped().unwrap();
    on_both(day(2026, 11, 20), |first| {
        city(first, true);
        let untouched = export(first, &catalogue);
        assert_eq!(untouched.rows, 3, "what was loaded as spans is told of too");
        live(first);
        assert_eq!(former(first, 2), 1);
        let file = export(first, &catalogue);
        let said = text(&file);
        for (person, kind, cause, day) in [
            (1, 2, "joined_insurance", "2026-06-30"),
            (1, 1, "left_insurance", "2026-09-01"),
            (1, 3, "household_changed", "2026-10-15"),
            (2, 2, "late_elderly_disability", "2026-09-30"),
        ] {
            let wanted = |line: &str| {
                let cells: Vec<&str> = line.split(',').map(|cell| cell.trim_matches('"')).collect();
                cells[1] == person.to_string()
                    && cells[3] == kind.to_string()
                    && cells[4] == cause
                    && cells[6] == day
            };
            assert_eq!(
                said.lines().filter(|line| wanted(line)).count(),
                1,
                "{cause} in\n{said}"
            );
        }
        assert_eq!(file.rows, 9);
        assert_eq!(insured(first, 3).len(), 1);
        on_both(day(2026, 11, 20), |second| {
            city(second, false);
            let report = take(second, &catalogue, &file, &file.bytes);
            assert_eq!(counts(&report), (9, 0, 0));
            for person in 1..=3 {
                assert_eq!(insured(first, person), insured(second, person));
            }
            assert_eq!(text(&export(second, &catalogue)), said);
            let kept = events(second, 1);
            let left = kept
                .iter()
                .find(|event| event.cause == "joined_insurance")
                .unwrap();
            assert_eq!(
                (left.occurred_on, left.reported_on),
                (day(2026, 6, 30), Some(day(2026, 11, 4)))
            );
        });
        on_both(day(2026, 11, 20), |third| {
            city(third, false);
            // The spans come by their own file; the events behind them are filed and change nothing.
            let store = &first.desk.store;
            let (may, acting) = (first.permit::<ExportData>(), first.acting());
            let spans = handover::export(
                store,
                (&may, &cleared::<EligibilityStatus>(store, &acting, &may)),
                &acting,
                &catalogue,
                CITY,
                "insured",
                "20261120000000",
            )
            .unwrap();
            take(third, &catalogue, &spans, &spans.bytes);
            assert_eq!(insured(first, 1), insured(third, 1));
            let before = facts(third);
            assert_eq!(
                counts(&take(third, &catalogue, &file, &file.bytes)),
                (9, 0, 0)
            );
            assert_eq!(facts(third), before);
            assert_eq!(text(&export(third, &catalogue)), said);
        });
        // Where it came from, all of it is known.
        assert_eq!(
            counts(&take(first, &catalogue, &file, &file.bytes)),
            (0, 9, 0)
        );
    });
}

/// The person is insured again, in the other household.
fn comes_back(person_id: i64) -> NewChange {
    NewChange::Gain {
        person_id,
        household_id: 20,
        prefecture_since: None,
        residence: None,
    }
}

/// The last that is known of the person is insurance from a day on.
fn insured_again(counter: &Counter, person_id: i64, on: Date) {
    let cover = insured(counter, person_id);
    let last = cover.last().map(|row| row.0);
    assert_eq!(last, Some(Span::since(on)), "{cover:?}");
}

/// A file of this office brings another, which knows nothing of it, to the same insurance of a person and to the same file.
fn stands_where_received(first: &Counter, person_id: i64) {
    let catalogue = Catalogue::shipped().unwrap();
    let file = export(first, &catalogue);
    on_both(day(2026, 11, 20), |second| {
        city(second, false);
        let report = take(second, &catalogue, &file, &file.bytes);
        assert_eq!(counts(&report), (file.rows, 0, 0));
        assert_eq!(insured(second, person_id), insured(first, person_id));
        assert_eq!(text(&export(second, &catalogue)), text(&file));
    });
}

/// 国保法8条1項: who moves out and back in on one day has no day without insurance, so the loss counts from that day and not from the
/// next, as its rule alone would have it; the file says the day on which it counted.
// covers: FIL-082
#[test]
fn a_loss_that_counted_a_day_earlier_is_handed_over_with_that_day() {
    on_both(day(2026, 11, 20), |first| {
        city(first, true);
        live(first);
        let on = day(2026, 11, 10);
        let away = NewChange::Loss {
            person_id: 1,
            elsewhere_from: None,
        };
        register(first, "moved_out", on, away);
        register(first, "moved_in", on, comes_back(1));
        let cover = insured(first, 1);
        let [.., before, after] = cover.as_slice() else {
            panic!("{cover:?}");
        };
        assert_eq!((before.0.until, after.0), (Some(on), Span::since(on)));
        stands_where_received(first, 1);
    });
}

/// 国保法6条: who falls under it on the day of the 取得 is never insured, in whatever order the two were told; whoever takes the file over
/// must not hold the loss for one of before and the gain for one that stands.
// covers: FIL-082
#[test]
fn a_gain_that_came_to_nothing_comes_to_nothing_where_it_is_received() {
    on_both(day(2026, 11, 20), |first| {
        city(first, true);
        live(first);
        let loss = || NewChange::Loss {
            person_id: 1,
            elsewhere_from: None,
        };
        register(first, "joined_insurance", day(2026, 11, 1), loss());
        let on = day(2026, 11, 10);
        register(first, "welfare_started", on, loss());
        register(first, "moved_in", on, comes_back(1));
        let cover = insured(first, 1);
        let last = cover.last().and_then(|row| row.0.until);
        assert_eq!(last, Some(day(2026, 11, 2)), "{cover:?}");
        stands_where_received(first, 1);
    });
}

/// 国保法8条1項ただし書: who is said twice to be insured again on the day of a loss is insured behind it, for no 連番 orders all three;
/// where the file is received only two have effect, and their 連番 puts the gain first.
// covers: FIL-082
#[test]
fn a_gain_behind_a_loss_of_its_day_stands_where_it_is_received() {
    on_both(day(2026, 11, 20), |first| {
        city(first, true);
        live(first);
        let on = day(2026, 11, 10);
        let away = NewChange::Loss {
            person_id: 1,
            elsewhere_from: Some(on),
        };
        register_as(first, (3, "moved_out"), on, away);
        register_as(first, (1, "left_insurance"), on, comes_back(1));
        register_as(first, (1, "moved_in"), on, comes_back(1));
        insured_again(first, 1, on);
        stands_where_received(first, 1);
    });
}

/// Changes of household on one day come to the same household where they are received: in the sender's order where each has a 連番
/// of its own, and away before back where one of them, though it came to nothing, has none.
// covers: FIL-082
#[test]
fn changes_of_household_on_one_day_end_in_the_same_household_where_they_are_received() {
    let over = |household_id| NewChange::Move {
        person_id: 1,
        household_id,
    };
    let on = day(2026, 11, 10);
    for (moves, ends_in) in [
        ([(1, 30), (2, 20), (3, 10)], 10),
        ([(3, 30), (2, 20), (1, 10)], 30),
        ([(2, 30), (0, 10), (1, 20)], 20),
    ] {
        on_both(day(2026, 11, 20), |first| {
            city(first, true);
            live(first);
            for (sequence, household_id) in moves {
                register_as(
                    first,
                    (sequence, "household_changed"),
                    on,
                    over(household_id),
                );
            }
            let cover = insured(first, 1);
            let last = cover.last().map(|row| row.1.household_id);
            assert_eq!(last, Some(ends_in), "{moves:?}: {cover:?}");
            stands_where_received(first, 1);
        });
    }
}

/// Somebody who stands beside the insured (特定同一世帯所属者) moves away and comes back on one day: the loss ends that standing and
/// no insurance, and whoever takes the file over must not set it against the gain of that day.
// covers: FIL-082
#[test]
fn a_loss_that_ended_no_insurance_takes_none_away_where_it_is_received() {
    on_both(day(2026, 11, 20), |first| {
        city(first, true);
        live(first);
        let on = day(2026, 11, 10);
        let away = NewChange::Loss {
            person_id: 2,
            elsewhere_from: Some(on),
        };
        register(first, "moved_out", on, away);
        register(first, "moved_in", on, comes_back(2));
        insured_again(first, 2, on);
        stands_where_received(first, 2);
    });
}

#[test]
fn events_that_come_to_other_spans_wait_with_everything_of_the_person() {
    let catalogue = Catalogue::shipped().unwrap();
    on_both(day(2026, 11, 20), |first| {
        city(first, true);
        live(first);
        let file = export(first, &catalogue);
        on_both(day(2026, 11, 20), |second| {
            // Person 1 and 2 are insured to this day by the file of spans; the events say otherwise. Those of 3 do not.
            city(second, true);
            let report = take(second, &catalogue, &file, &file.bytes);
            assert_eq!(counts(&report), (2, 0, 7));
            assert_eq!(second.spans(1).len(), 1);
            assert!(events(second, 1).is_empty());
        });
        // Another day of one move: that row waits, the others are known.
        let wrong = text(&file).replace(
            "household_changed,,2026-10-15",
            "household_changed,,2026-10-16",
        );
        let wrong = wrong.replace("2026-10-15", "2026-10-16");
        assert_ne!(wrong, text(&file));
        let report = take(first, &catalogue, &file, wrong.as_bytes());
        assert_eq!(counts(&report), (0, 8, 1));
    });
}

#[test]
fn a_household_that_is_not_there_and_a_gain_without_one_are_named() {
    let catalogue = Catalogue::shipped().unwrap();
    on_both(day(2026, 11, 20), |first| {
        city(first, true);
        let file = export(first, &catalogue);
        on_both(day(2026, 11, 20), |second| {
            city(second, false);
            for (from, to, field) in [
                (r#","10","1","#, r#","77","1","#, "国保世帯番号"),
                (r#","20","1","#, r#","","1","#, "国保世帯番号"),
            ] {
                let wrong = text(&file).replace(from, to);
                assert_ne!(wrong, text(&file), "{from}");
                let report = take(second, &catalogue, &file, wrong.as_bytes());
                assert_eq!(report.held, 1, "{from}");
                let rows = second.desk.store.read(|conn| {
                    conn.query_text(
                        "select field from import_row where state = 'held'",
                        &[],
                        |row| row.text(0),
                    )
                });
                assert!(rows.unwrap().iter().any(|named| named == field));
            }
        });
    });
}
