//! 取り消された転入: an insurance whose only 住民異動 is taken back can be taken back or ended, and nothing else fails on it.

use super::counter::{Counter, on_both};
use super::{TODAY, at, candidates, night, resident, taken_back};
use law::day;
use office::OfficeError;
use office::eligibility::compose::{NEW_HOUSEHOLD, found, gain, loss};
use office::eligibility::{self, Books, Registered, Request, person_register};
use office::registry::{Resident, load_household, load_person, timeline};
use office::security::permit::{RegisterEligibility, UndoAct};

fn register(counter: &Counter, request: &Request) -> Result<Registered, OfficeError> {
    let permit = counter.permit::<RegisterEligibility>();
    let (store, books) = (&counter.desk.store, counter.books());
    eligibility::register(store, &permit, &counter.acting(), request, &books)
}

fn of(books: &Books<'_>, counter: &Counter, id: i64) -> usize {
    let rules = books.eligibility().unwrap();
    let read = |conn: &mut db::Conn| person_register(conn, &rules, id, None);
    counter.desk.store.read(read).unwrap().prefecture.len()
}

/// 国民健康保険法 第5条・第7条: whoever never came has no insurance. The 取得 that was registered is taken back, or ended, though the
/// register says nothing of the person any more; a new one is refused.
// covers: QUA-002, QUA-016
#[test]
fn a_gain_whose_only_move_was_taken_back_can_be_taken_back_or_ended() {
    let on = day(2026, 11, 10);
    for (by_file, ends) in [(false, false), (true, false), (false, true)] {
        on_both(TODAY, |counter| {
            let store = &counter.desk.store;
            let id = resident(counter, None, "01", "2026-11-10");
            let events = vec![
                found(at(on), NEW_HOUSEHOLD, id),
                gain(at(on), "moved_in", id, NEW_HOUSEHOLD),
            ];
            let request = Request::of(events);
            let done = register(counter, &request).unwrap();
            if by_file {
                resident(counter, Some(id), "28", "2026-11-10");
            } else {
                taken_back(counter, id);
            }
            let left = |conn: &mut db::Conn| timeline::<Resident>(conn, id, None);
            assert_eq!(store.read(left).unwrap(), []);
            let asked = [("take_back".to_owned(), on)];
            assert_eq!(candidates(counter, id), asked);
            night(counter);
            assert_eq!(candidates(counter, id), asked);
            assert_eq!(of(&counter.books(), counter, id), 1);
            let home = done.founded[0].1;
            let seen = |conn: &mut db::Conn| {
                load_person(conn, id, TODAY, None)?;
                load_household(conn, home, TODAY, None)
            };
            assert!(store.read(seen).unwrap().is_some());
            // Nobody is insured anew who was never here.
            let anew = Request::of(vec![gain(at(day(2026, 11, 15)), "moved_in", id, home)]);
            let refused = register(counter, &anew);
            assert!(
                matches!(&refused, Err(OfficeError::Refusal(one)) if one.code == "eligibility.person.unknown"),
                "{refused:?}"
            );
            if ends {
                let lost = Request::of(vec![loss(at(day(2026, 11, 12)), "moved_out", id)]);
                register(counter, &lost).unwrap();
                assert!(counter.spans(id)[0].1.is_some());
                return;
            }
            let undo = Request {
                undo: done.event_ids,
                note: "転入の取消".to_owned(),
                ..Request::default()
            };
            let may = counter.permit::<UndoAct>();
            eligibility::undo(store, &may, &counter.acting(), &undo, &counter.books()).unwrap();
            assert_eq!(counter.spans(id), []);
            assert_eq!(candidates(counter, id), []);
            assert_eq!(of(&counter.books(), counter, id), 0);
            night(counter);
            assert_eq!(candidates(counter, id), []);
        });
    }
}
