//! 生年月日の訂正: what was listed, asked for or registered on the day of birth that was wrong.

use super::counter::{Counter, on_both};
use super::{TODAY, at, candidates, gains, matters, night, resident_with, taken_back};
use db::Conn;
use law::{Date, day};
use office::eligibility::age::{self, Milestone};
use office::eligibility::compose::loss;
use office::eligibility::{self, Request};
use office::security::permit::{RegisterEligibility, UndoAct};

const WRONG: &str = "1951-11-01";

/// Somebody insured since October whose day of birth was entered as [`WRONG`].
fn insured(counter: &Counter) -> i64 {
    let id = resident_with(counter, None, ("01", "2026-10-01"), &[("birth_on", WRONG)]);
    gains(counter, id, "moved_in", day(2026, 10, 1));
    id
}

/// 誤記修正 of the day of birth, dated the day it was made: the days before it keep the wrong one.
fn corrected(counter: &Counter, id: i64, birth_on: &str) {
    let on = counter.today.get().to_string();
    resident_with(counter, Some(id), ("44", &on), &[("birth_on", birth_on)]);
}

/// 75歳到達 of a person within two years, as the list of ages shows it.
fn to_75(counter: &Counter, id: i64) -> Vec<Date> {
    let read = |conn: &mut Conn| age::list(conn, day(2026, 1, 1), day(2028, 1, 1));
    let all = counter.desk.store.read(read).unwrap().into_iter();
    all.filter(|one| one.person_id == id && one.milestone == Milestone::LateElderly)
        .map(|one| one.effective_on)
        .collect()
}

/// 高確法50条1号・国保法6条8号: 75 is counted from the day of birth that is right. What a night had put on the list for the wrong one
/// is no more, and only the right day is listed.
// covers: QUA-020
#[test]
fn a_corrected_birth_leaves_no_matter_of_the_wrong_one() {
    // Younger: a day to come; older: a day that has passed; leap-born: 75 on 1 March.
    for (right, listed, asked) in [
        ("1952-03-01", Some(day(2027, 3, 1)), None),
        ("1952-02-29", Some(day(2027, 3, 1)), None),
        (
            "1951-10-25",
            Some(day(2026, 10, 25)),
            Some(day(2026, 10, 25)),
        ),
        ("1948-05-05", None, Some(day(2023, 5, 5))),
    ] {
        on_both(TODAY, |counter| {
            let id = insured(counter);
            counter.today.set(day(2026, 10, 31));
            night(counter);
            counter.today.set(day(2026, 11, 1));
            night(counter);
            counter.today.set(TODAY);
            assert_eq!(matters(counter, id), 1);
            assert_eq!(to_75(counter, id), [day(2026, 11, 1)]);
            corrected(counter, id, right);
            assert_eq!(matters(counter, id), 0, "{right}");
            assert_eq!(to_75(counter, id), Vec::from_iter(listed), "{right}");
            let of_loss = |on| ("late_elderly_75".to_owned(), on);
            let asked = Vec::from_iter(asked.map(of_loss));
            assert_eq!(candidates(counter, id), asked, "{right}");
            night(counter);
            assert_eq!(candidates(counter, id), asked, "{right}");
            assert_eq!(matters(counter, id), 0, "{right}");
            // The correction was itself a mistake.
            taken_back(counter, id);
            assert_eq!(to_75(counter, id), [day(2026, 11, 1)], "{right}");
            let back = [of_loss(day(2026, 11, 1))];
            assert_eq!(candidates(counter, id), back, "{right}");
        });
    }
}

/// 国保法8条1項: a 喪失 by 75 on the wrong birthday was none. It is asked to be taken back; once it is, the register is as it would be
/// had the day of birth been right from the beginning. A correction taken back asks for nothing.
// covers: QUA-020
#[test]
fn a_loss_at_75_on_a_wrong_birth_is_asked_to_be_taken_back() {
    for (right, after) in [
        ("1955-11-01", None),
        ("1951-10-25", Some(day(2026, 10, 25))),
    ] {
        on_both(TODAY, |counter| {
            let id = insured(counter);
            let wrong = day(2026, 11, 1);
            let lost = Request::of(vec![loss(at(wrong), "late_elderly_75", id)]);
            let store = &counter.desk.store;
            let may = counter.permit::<RegisterEligibility>();
            let (acting, books) = (counter.acting(), counter.books());
            let lost = eligibility::register(store, &may, &acting, &lost, &books).unwrap();
            assert_eq!(candidates(counter, id), []);
            corrected(counter, id, right);
            let back = ("take_back".to_owned(), wrong);
            let right_day = after.map(|on| ("late_elderly_75".to_owned(), on));
            // The day that is right is asked for beside it where it has passed.
            let both = || Vec::from_iter(right_day.clone().into_iter().chain([back.clone()]));
            assert_eq!(candidates(counter, id), both(), "{right}");
            // Whatever else is corrected, it is asked once.
            corrected(counter, id, "1956-01-01");
            assert_eq!(candidates(counter, id), vec![back.clone()]);
            taken_back(counter, id);
            night(counter);
            assert_eq!(candidates(counter, id), both(), "{right}");
            taken_back(counter, id);
            assert_eq!(candidates(counter, id), [], "the day was right");
            corrected(counter, id, right);
            assert_eq!(candidates(counter, id), both(), "{right}");
            let undo = Request {
                undo: lost.event_ids,
                note: "生年月日の訂正".to_owned(),
                ..Request::default()
            };
            let may = counter.permit::<UndoAct>();
            eligibility::undo(store, &may, &counter.acting(), &undo, &counter.books()).unwrap();
            assert_eq!(counter.spans(id), [(day(2026, 10, 1), None, None)]);
            assert_eq!(
                candidates(counter, id),
                Vec::from_iter(right_day),
                "{right}"
            );
        });
    }
}
