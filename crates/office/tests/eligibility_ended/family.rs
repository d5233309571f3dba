//! 修学中の者の世帯の転出: the deemed address of a student moves with the family.

use super::counter::{Counter, on_both};
use super::support::desk::{insured, person};
use super::{TODAY, at, candidates, gains, night, request, resident, resident_with};
use db::Span;
use law::{Date, day};
use office::eligibility::compose::{change_head, loss};
use office::eligibility::consequence::Warning;
use office::eligibility::status::order::{self, Order};
use office::eligibility::status::{self, Entry, Student};
use office::eligibility::{self, Request};
use office::registry::{self, InsuredSpan, Resident, Status, timeline};
use office::security::permit::{RegisterEligibility, RegisterFact, UndoAct};

const LEFT: Date = Date::constant(2026, 11, 10);

/// A student (3) whose 住民票 is at the school, in the household of a parent.
fn family(counter: &Counter) -> (i64, i64) {
    let parent = resident(counter, None, "01", "2026-11-02");
    gains(counter, parent, "moved_in", day(2026, 11, 2));
    let read = |conn: &mut db::Conn| timeline::<InsuredSpan>(conn, parent, None);
    let home = counter.desk.store.read(read).unwrap()[0].fact.household_id;
    let since = day(2026, 11, 2);
    counter.desk.report(TODAY, |conn, act| {
        person(conn, act, 3, day(2006, 5, 5))?;
        let old = timeline::<Resident>(conn, 3, None)?.pop().unwrap();
        let gone = Resident {
            status: Status::Removed,
            ..old.fact
        };
        registry::record(conn, act, 3, Span::since(since), &gone)?;
        insured(conn, act, 3, home, since)
    });
    let student = Entry {
        subject: 3,
        span: Span::since(since),
        status: Student {
            kind: 1,
            school: "北国大学".to_owned(),
            place: "011002".to_owned(),
            course_end_on: day(2028, 3, 31),
            household_id: home,
            reported_on: None,
        },
        note: String::new(),
    };
    let permit = counter.permit::<RegisterFact>();
    status::register(&counter.desk.store, &permit, &counter.acting(), &student).unwrap();
    (parent, home)
}

/// 国民健康保険法 第116条: the student is deemed to live where the family does. Where the family goes to another prefecture the 資格
/// here ends; within the prefecture its application does; a family that stays asks for nothing.
// covers: QUA-012
#[test]
fn a_student_whose_family_moved_out_is_asked_to_lose_it() {
    for (planned, cause) in [
        ("142051", "moved_out"),
        ("131041", "moved_out_same_prefecture"),
    ] {
        on_both(TODAY, |counter| {
            let (parent, _) = family(counter);
            night(counter);
            assert_eq!(candidates(counter, 3), [], "the family lives here");
            let to = [("planned_city_code", planned)];
            resident_with(counter, Some(parent), ("21", "2026-11-10"), &to);
            request(counter, &Request::of(vec![loss(at(LEFT), cause, parent)]));
            counter.today.set(day(2026, 11, 21));
            night(counter);
            let asked = [(cause.to_owned(), LEFT)];
            assert_eq!(candidates(counter, 3), asked);
            counter.today.set(day(2026, 11, 22));
            night(counter);
            assert_eq!(candidates(counter, 3), asked, "asked once");
        });
    }
}

/// A parent who died leaves nobody's address elsewhere.
// covers: QUA-012
#[test]
fn a_student_whose_parent_died_is_not_asked_by_it() {
    on_both(TODAY, |counter| {
        let (parent, _) = family(counter);
        resident(counter, Some(parent), "23", "2026-11-10");
        counter.today.set(day(2026, 11, 21));
        night(counter);
        assert_eq!(candidates(counter, 3), []);
    });
}

/// 国民健康保険法 第116条: the article is for one of another's household. A student who comes to head it is asked about, and no more
/// once the change is taken back or the course is over.
// covers: QUA-006, QUA-012
#[test]
fn a_student_who_becomes_the_head_is_asked_about() {
    on_both(TODAY, |counter| {
        let (parent, home) = family(counter);
        resident(counter, Some(parent), "23", "2026-11-10");
        let headed = |request: &Request| {
            let permit = counter.permit::<RegisterEligibility>();
            let (store, books) = (&counter.desk.store, counter.books());
            eligibility::register(store, &permit, &counter.acting(), request, &books).unwrap()
        };
        let lost = headed(&Request::of(vec![loss(at(LEFT), "died", parent)]));
        assert_eq!(lost.proposal_id, None);
        assert_eq!(candidates(counter, 3), []);
        let done = headed(&Request::of(vec![change_head(at(LEFT), home, 3)]));
        let warned = |all: &[Warning]| {
            let mut told = all.iter().filter_map(|one| match one {
                Warning::StudentHead {
                    household_id,
                    person_id,
                    from,
                } => Some((*household_id, *person_id, *from)),
                _ => None,
            });
            told.next()
        };
        assert_eq!(warned(&done.consequences.warnings), Some((home, 3, LEFT)));
        let asked = [("moved_out".to_owned(), LEFT)];
        assert_eq!(candidates(counter, 3), asked);
        night(counter);
        assert_eq!(candidates(counter, 3), asked, "for a person to settle");
        let undo = Request {
            undo: done.event_ids,
            note: "誤り".to_owned(),
            ..Request::default()
        };
        let may = counter.permit::<UndoAct>();
        let (store, books) = (&counter.desk.store, counter.books());
        eligibility::undo(store, &may, &counter.acting(), &undo, &books).unwrap();
        assert_eq!(candidates(counter, 3), []);
        headed(&Request::of(vec![change_head(at(LEFT), home, 3)]));
        assert_eq!(candidates(counter, 3), asked);
        // The course ended before: nothing is left to ask of the headship.
        let ended = Order::End {
            code: "student".to_owned(),
            subject: 3,
            from: LEFT,
            note: String::new(),
        };
        let permit = counter.permit::<RegisterFact>();
        order::carry_out(store, &permit, &counter.acting(), &ended, &books).unwrap();
        let mut left = candidates(counter, 3);
        left.retain(|one| one.1 == LEFT);
        assert_eq!(left, []);
    });
}
