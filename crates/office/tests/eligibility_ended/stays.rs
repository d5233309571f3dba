//! 学遠・住所地特例 that is told after the 転出: nobody is asked to lose the insurance that goes on.

use super::counter::{Counter, on_both};
use super::support::desk::WARD;
use super::{TODAY, at, candidates, gains, night, request, resident};
use db::{Span, Value};
use law::{Date, day};
use office::eligibility::compose::{gain, loss};
use office::eligibility::status::facility::{self, Entering};
use office::eligibility::status::order::Undone;
use office::eligibility::status::order::{self, Order, Stated};
use office::eligibility::status::{Facility, Student, Subject};
use office::eligibility::{self, Request};
use office::registry::{InsuredSpan, Kind, timeline};
use office::security::permit::{RegisterEligibility, RegisterFact, UndoAct};

const LEFT: Date = Date::constant(2026, 11, 10);

fn order(counter: &Counter, order: &Order) -> office::ActId {
    let permit = counter.permit::<RegisterFact>();
    let (store, books) = (&counter.desk.store, counter.books());
    let shown = order::preview(store, &permit, &counter.acting(), order, &books).unwrap();
    let before = counter.open_items().len();
    let done = order::carry_out(store, &permit, &counter.acting(), order, &books).unwrap();
    let after = before + shown.opened.len() - shown.closed.len();
    assert_eq!(counter.open_items().len(), after, "what is shown is done");
    done
}

fn home(counter: &Counter, id: i64) -> i64 {
    let read = |conn: &mut db::Conn| timeline::<InsuredSpan>(conn, id, None);
    counter.desk.store.read(read).unwrap()[0].fact.household_id
}

fn student(counter: &Counter, id: i64) -> Order {
    let values: Vec<Value> = vec![
        1_i64.into(),
        "北国大学".into(),
        "011002".into(),
        day(2029, 3, 31).into(),
        home(counter, id).into(),
        Value::Null,
    ];
    Order::State(Stated {
        code: "student".to_owned(),
        subject: id,
        replaces: None,
        span: Span::new(LEFT, Some(day(2029, 4, 1))),
        values,
        note: String::new(),
    })
}

fn open(counter: &Counter, name: &str, municipality: &str) -> i64 {
    let place = Facility {
        name: name.to_owned(),
        kind: 6,
        municipality: municipality.to_owned(),
        postal_code: String::new(),
        address: String::new(),
    };
    let permit = counter.permit::<RegisterFact>();
    let (store, from) = (&counter.desk.store, day(2020, 4, 1));
    facility::open(store, &permit, &counter.acting(), from, &place).unwrap()
}

fn enter(id: i64, facility_id: i64, entered_on: Date, came_from: &str) -> Order {
    Order::Enter {
        own: WARD.to_owned(),
        entering: Entering {
            person_id: id,
            facility_id,
            entered_on,
            came_from: came_from.to_owned(),
            reported_on: TODAY,
        },
    }
}

fn undo(counter: &Counter, act: office::ActId, id: i64) {
    let permit = counter.permit::<UndoAct>();
    let (store, books) = (&counter.desk.store, counter.books());
    let undone = Undone {
        act,
        subject: (Subject::Person, id),
        reason: "誤り",
    };
    order::undo(store, &permit, &counter.acting(), &undone, &books).unwrap();
}

/// One of a parent's household.
fn insured(counter: &Counter) -> i64 {
    let came = day(2026, 10, 1);
    let [parent, id] = [(); 2].map(|()| resident(counter, None, "01", "2026-10-01"));
    gains(counter, parent, "moved_in", came);
    let joins = gain(at(came), "moved_in", id, home(counter, parent));
    request(counter, &Request::of(vec![joins]));
    id
}

/// 国民健康保険法 第116条・第116条の2: whoever moved out for a school or into a facility stays insured here, in whatever order the two are
/// told. Taken back, the 喪失 is asked for again.
// covers: QUA-011, QUA-012
#[test]
fn a_school_or_a_facility_told_after_the_move_asks_for_no_loss() {
    for away in [false, true] {
        on_both(TODAY, |counter| {
            let id = insured(counter);
            resident(counter, Some(id), "21", "2026-11-10");
            let asked = [("moved_out".to_owned(), LEFT)];
            assert_eq!(candidates(counter, id), asked);
            let stays = if away {
                student(counter, id)
            } else {
                let place = open(counter, "北国荘", "011002");
                enter(id, place, LEFT, WARD)
            };
            let act = order(counter, &stays);
            assert_eq!(candidates(counter, id), []);
            night(counter);
            assert_eq!(candidates(counter, id), []);
            undo(counter, act, id);
            assert_eq!(candidates(counter, id), asked);
            night(counter);
            assert_eq!(candidates(counter, id), asked);
            // Once it is lost, taking back asks for nothing.
            let act = order(counter, &stays);
            request(counter, &Request::of(vec![loss(at(LEFT), "moved_out", id)]));
            undo(counter, act, id);
            assert_eq!(candidates(counter, id), []);
        });
    }
}

/// 国民健康保険法 第116条の2第2項: who goes from one facility to another on one day stays the insured of the first municipality; another
/// municipality's insured does not become ours.
// covers: QUA-011
#[test]
fn who_goes_from_one_facility_to_another_is_not_asked_to_lose_it() {
    on_both(TODAY, |counter| {
        let id = insured(counter);
        let (one, two) = (open(counter, "一", "011002"), open(counter, "二", "142051"));
        order(counter, &enter(id, one, day(2026, 11, 1), WARD));
        let leaves = Order::Leave {
            own: WARD.to_owned(),
            person_id: id,
            left_on: LEFT,
        };
        order(counter, &leaves);
        let asked = [("moved_out".to_owned(), LEFT)];
        assert_eq!(candidates(counter, id), asked);
        let act = order(counter, &enter(id, two, LEFT, "011002"));
        assert_eq!(candidates(counter, id), []);
        undo(counter, act, id);
        assert_eq!(candidates(counter, id), asked);
        // The address had gone home to another town before: its insured, and ours no more.
        order(counter, &enter(id, two, LEFT, "131130"));
        let told = candidates(counter, id);
        assert!(
            told.contains(&("moved_out_same_prefecture".to_owned(), LEFT)),
            "{told:?}"
        );
        night(counter);
        assert_eq!(candidates(counter, id), told);
    });
}

/// What waited before this was looked at is taken off by the night, and waits no more when something else is registered.
// covers: QUA-012
#[test]
fn a_night_takes_off_the_loss_of_who_stays_insured() {
    on_both(TODAY, |counter| {
        let id = insured(counter);
        resident(counter, Some(id), "21", "2026-11-10");
        let Order::State(stated) = student(counter, id) else {
            return;
        };
        counter.desk.report(TODAY, |conn, act| {
            Student::TABLE.put(conn, act.stamp(), id, stated.span, &stated.values)?;
            Ok(())
        });
        assert_eq!(candidates(counter, id), [("moved_out".to_owned(), LEFT)]);
        night(counter);
        assert_eq!(candidates(counter, id), []);
        // A 喪失 registered and taken back leaves the school as it is.
        let lost = Request::of(vec![loss(at(day(2026, 11, 15)), "joined_insurance", id)]);
        let permit = counter.permit::<RegisterEligibility>();
        let (store, books) = (&counter.desk.store, counter.books());
        let done = eligibility::register(store, &permit, &counter.acting(), &lost, &books).unwrap();
        let back = Request {
            undo: done.event_ids,
            note: "誤り".to_owned(),
            ..Request::default()
        };
        let may = counter.permit::<UndoAct>();
        eligibility::undo(store, &may, &counter.acting(), &back, &books).unwrap();
        assert_eq!(candidates(counter, id), []);
    });
}
