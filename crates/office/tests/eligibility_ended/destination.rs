//! 転出先の確定: what the other town confirms may make of a move out of the prefecture one inside it, and the other way round.

use super::counter::{Counter, on_both};
use super::support::desk::{WARD, head, person};
use super::{TODAY, at, candidates, gains, night, request, resident, resident_with};
use db::Span;
use law::{Date, day};
use office::eligibility::compose::loss;
use office::eligibility::event::of_person;
use office::eligibility::{PrefectureFact, Request};
use office::registry::detail::Detail;
use office::registry::{InsuredSpan, Resident, Status, record, timeline};

const LEFT: Date = Date::constant(2026, 11, 10);
const OUT: &str = "moved_out";
const INSIDE: &str = "moved_out_same_prefecture";

/// Somebody insured here who moves out, to a town as planned.
fn leaves(counter: &Counter, planned: &str) -> i64 {
    let id = resident(counter, None, "01", "2026-11-02");
    gains(counter, id, "moved_in", day(2026, 11, 2));
    let to = [("planned_city_code", planned)];
    resident_with(counter, Some(id), ("21", "2026-11-10"), &to)
}

/// The other town confirms where the person went, by a correction of the record.
fn confirms(counter: &Counter, id: i64, city: &str) {
    let to = [("confirmed_city_code", city)];
    resident_with(counter, Some(id), ("42", "2026-11-12"), &to);
}

fn waits(cause: &str) -> Vec<(String, Date)> {
    vec![(cause.to_owned(), LEFT)]
}

fn until(counter: &Counter, id: i64) -> Vec<Option<Date>> {
    let read = |conn: &mut db::Conn| timeline::<PrefectureFact>(conn, id, None);
    let rows = counter.desk.store.read(read).unwrap().into_iter();
    rows.map(|row| row.valid.until).collect()
}

/// 国民健康保険法 第5条・第8条第1項: whether the 資格 ends depends on where the address went, not on where it was to go.
// covers: QUA-003
#[test]
fn a_confirmed_destination_asks_for_the_other_cause_of_a_registered_loss() {
    for (planned, registered, confirmed, right) in [
        ("142051", OUT, "131041", INSIDE),
        ("131041", INSIDE, "142051", OUT),
    ] {
        on_both(TODAY, |counter| {
            let id = leaves(counter, planned);
            assert_eq!(candidates(counter, id), waits(registered));
            let loses = |cause: &str| vec![loss(at(LEFT), cause, id)];
            request(counter, &Request::of(loses(registered)));
            assert_eq!(candidates(counter, id), []);
            confirms(counter, id, confirmed);
            let asked = waits(&format!("correct/{right}"));
            assert_eq!(candidates(counter, id), asked);
            night(counter);
            assert_eq!(
                candidates(counter, id),
                asked,
                "not for the night to settle"
            );
            // The same destination told again asks for nothing more.
            let to = [("confirmed_town", "見本")];
            resident_with(counter, Some(id), ("44", "2026-11-13"), &to);
            assert_eq!(candidates(counter, id), asked);
            let read = |conn: &mut db::Conn| of_person(conn, id);
            let events = counter.desk.store.read(read).unwrap();
            let wrong = events.iter().find(|one| one.cause == registered).unwrap();
            let correction = Request {
                undo: vec![wrong.event_id],
                note: "転出先の確定".to_owned(),
                ..Request::of(loses(right))
            };
            request(counter, &correction);
            assert_eq!(candidates(counter, id), [], "what was asked for stands");
            let ends = (right == OUT).then_some(day(2026, 11, 11));
            assert_eq!(until(counter, id), [ends]);
        });
    }
}

/// The candidate that still waits is told anew, with the cause that is right.
// covers: QUA-003
#[test]
fn a_confirmed_destination_changes_the_candidate_that_waits() {
    on_both(TODAY, |counter| {
        let id = leaves(counter, "142051");
        assert_eq!(candidates(counter, id), waits(OUT));
        confirms(counter, id, "131041");
        assert_eq!(candidates(counter, id), waits(INSIDE));
        let id = leaves(counter, "131041");
        confirms(counter, id, "131130");
        assert_eq!(
            candidates(counter, id),
            waits(INSIDE),
            "another town of the prefecture"
        );
    });
}

/// 国民健康保険法 第5条・第8条第1項: a 喪失 by 転出 that a file brought is corrected like one registered here. The record of the move was
/// loaded with it; its code says neither inside nor outside, and is taken for outside.
// covers: QUA-003
#[test]
fn a_confirmed_destination_asks_for_the_other_cause_of_a_loaded_loss() {
    for (told, confirmed, asked) in [
        (Some(LEFT), "131041", true),
        (None, "131041", true),
        (Some(LEFT), "142051", false),
        (Some(day(2026, 10, 1)), "131041", false),
    ] {
        on_both(TODAY, |counter| {
            counter.desk.report(TODAY, |conn, act| {
                person(conn, act, 3, day(1980, 5, 5))?;
                head(conn, act, 30, 3, day(2020, 4, 1))?;
                let standing = timeline::<Resident>(conn, 3, None)?.remove(0);
                let gone = Resident {
                    status: Status::Removed,
                    ..standing.fact.clone()
                };
                record(conn, act, 3, Span::since(LEFT), &gone)?;
                let planned = ("planned_city_code".to_owned(), "142051".to_owned());
                let detail = Detail {
                    history_number: 1,
                    branch_number: 0,
                    move_cause: "21".to_owned(),
                    reported_on: None,
                    occurred_text: String::new(),
                    town_code: WARD.to_owned(),
                    nationality_code: String::new(),
                    article_30_45: String::new(),
                    residence_status: String::new(),
                    stay_until: None,
                    items: [planned].into(),
                };
                record(conn, act, 3, Span::since(LEFT), &detail)?;
                let lost = InsuredSpan {
                    household_id: 30,
                    branch: 1,
                    gain_cause: "01".to_owned(),
                    gain_reported_on: None,
                    loss_cause: Some("41".to_owned()),
                    loss_event_on: told,
                    loss_reported_on: None,
                };
                let until = told.map_or(day(2026, 11, 11), |on| on.max(LEFT));
                let span = Span::new(day(2020, 4, 1), Some(until));
                record(conn, act, 3, span, &lost)
            });
            confirms(counter, 3, confirmed);
            let expected = if asked {
                waits(&format!("correct/{INSIDE}"))
            } else {
                Vec::new()
            };
            assert_eq!(candidates(counter, 3), expected);
            // Told again, it is asked for once.
            let to = [("confirmed_town", "見本")];
            resident_with(counter, Some(3), ("44", "2026-11-13"), &to);
            assert_eq!(candidates(counter, 3), expected);
        });
    }
}
