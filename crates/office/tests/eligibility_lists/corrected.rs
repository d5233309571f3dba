//! Rows of another scheme that are told again otherwise: one row is one insurance, whatever days it named before.

use crate::counter::{Counter, on_both};
use crate::intake::{Cells, candidates, file, taken};
use ::office::eligibility::compose::{When, gain, loss};
use ::office::eligibility::status::{CompanyInsurance, LateElderly};
use ::office::eligibility::{Request, register};
use ::office::registry::{Kind, timeline};
use ::office::security::permit::{RegisterEligibility, UndoAct};
use law::{Date, day};

fn spans<F: Kind>(counter: &Counter, person: i64) -> Vec<(Date, Option<Date>)> {
    let read = |conn: &mut db::Conn| timeline::<F>(conn, person, None);
    let facts = counter.desk.store.read(read).unwrap();
    facts
        .iter()
        .map(|one| (one.valid.from, one.valid.until))
        .collect()
}

fn period(
    person: &'static str,
    history: &'static str,
    from: &'static str,
    until: &'static str,
) -> Cells<'static> {
    vec![
        ("person_number", person),
        ("history_number", history),
        ("insurer_number", "06130001"),
        ("insurer_name", "見本健康保険組合"),
        ("symbol", "12"),
        ("number", "34"),
        ("relation", "1"),
        ("gained_on", from),
        ("lost_on", until),
    ]
}

fn aged(history: &'static str, from: &'static str, until: &'static str) -> Cells<'static> {
    vec![
        ("person_number", "6"),
        ("history_number", history),
        ("insured_number", "12345678"),
        ("gain_cause", "002"),
        ("gained_on", from),
        ("loss_cause", if until.is_empty() { "" } else { "005" }),
        ("lost_on", until),
    ]
}

/// 法6条・7条・8条1項: the 履歴番号 names the insurance; told again with other days it is the same one, and what was asked for by its
/// former days is asked for no more.
// covers: QUA-013, QUA-021, FIL-092
#[test]
fn a_corrected_row_takes_the_place_of_what_it_said_before() {
    on_both(day(2026, 11, 20), |counter| {
        for id in 1..=5 {
            counter.single(id * 10, id, day(1980, 5, 5), day(2020, 4, 1));
        }
        counter.single(60, 6, day(1958, 3, 3), day(2020, 4, 1));
        let first = [
            period("1", "1", "2026-06-15", ""),
            period("2", "1", "2026-06-15", "2026-09-01"),
            period("3", "1", "2026-06-15", "2026-10-01"),
            period("4", "1", "2026-06-15", "2026-10-01"),
            period("5", "1", "2025-04-01", "2026-03-01"),
            period("5", "2", "2026-06-15", ""),
        ];
        let told = file("insurance_period", 1, &first);
        assert_eq!(taken(counter, &told), (6, 0, 0));
        let late = [aged("1", "2026-06-01", "2026-09-01")];
        assert_eq!(taken(counter, &file("late_elderly", 1, &late)), (1, 0, 0));
        let corrected = [
            period("1", "1", "2026-06-20", ""),
            period("2", "1", "2026-06-10", "2026-08-20"),
            period("3", "1", "2026-06-15", ""),
            period("4", "1", "2026-06-15", "2026-10-16"),
            period("5", "2", "2026-07-01", ""),
        ];
        let told = file("insurance_period", 2, &corrected);
        assert_eq!(taken(counter, &told), (5, 0, 0));
        let late = [aged("1", "2026-06-10", "2026-08-20")];
        assert_eq!(taken(counter, &file("late_elderly", 2, &late)), (1, 0, 0));

        let company = |person| spans::<CompanyInsurance>(counter, person);
        assert_eq!(company(1), [(day(2026, 6, 20), None)]);
        let second = (day(2026, 6, 10), Some(day(2026, 8, 20)));
        assert_eq!(company(2), [second]);
        assert_eq!(company(3), [(day(2026, 6, 15), None)]);
        let moved = (day(2026, 6, 15), Some(day(2026, 10, 16)));
        assert_eq!(company(4), [moved]);
        let before = (day(2025, 4, 1), Some(day(2026, 3, 1)));
        assert_eq!(
            company(5),
            [before, (day(2026, 7, 1), None)],
            "the other row stands"
        );
        assert_eq!(spans::<LateElderly>(counter, 6), [second]);
        let of = |id: i64| -> Vec<_> {
            let all = candidates(counter).into_iter();
            all.filter(|one| one.0 == id)
                .map(|one| (one.1, one.2))
                .collect()
        };
        let joined = |month, date| ("joined_insurance".to_owned(), day(2026, month, date));
        let left = |month, date| ("left_insurance".to_owned(), day(2026, month, date));
        assert_eq!(of(1), [joined(6, 20)]);
        assert_eq!(of(2), [joined(6, 10), left(8, 20)]);
        assert_eq!(of(3), [joined(6, 15)]);
        assert_eq!(of(4), [joined(6, 15), left(10, 16)]);
        assert!(of(5).contains(&joined(7, 1)), "{:?}", of(5));
        assert!(!of(5).contains(&joined(6, 15)), "{:?}", of(5));
        let six = [
            ("late_elderly_disability".to_owned(), day(2026, 6, 10)),
            ("left_late_elderly".to_owned(), day(2026, 8, 20)),
        ];
        assert_eq!(of(6), six);
    });
}

/// 法6条・7条・8条1項: the row is told again with other days after its 喪失 and its 取得 were registered: both are asked for, and nothing
/// of the former days is asked for again once they are taken back.
// covers: QUA-013, QUA-021
#[test]
fn a_corrected_row_asks_for_what_was_registered_by_it() {
    on_both(day(2026, 11, 20), |counter| {
        counter.single(10, 1, day(1980, 5, 5), day(2020, 4, 1));
        let told = |serial, from, until| {
            let row = [period("1", "1", from, until)];
            assert_eq!(
                taken(counter, &file("insurance_period", serial, &row)),
                (1, 0, 0)
            );
        };
        let at = |on| When {
            occurred_on: on,
            reported_on: Some(counter.today.get()),
        };
        let (store, books) = (&counter.desk.store, counter.books());
        let permit = counter.permit::<RegisterEligibility>();
        let registered = |event| {
            let request = Request::of(vec![event]);
            let done = register(store, &permit, &counter.acting(), &request, &books).unwrap();
            assert_eq!(candidates(counter), []);
            done.event_ids
        };
        told(1, "2026-06-15", "");
        let lost = registered(loss(at(day(2026, 6, 15)), "joined_insurance", 1));
        told(2, "2026-06-15", "2026-10-01");
        let gained = registered(gain(at(day(2026, 10, 1)), "left_insurance", 1, 10));
        told(3, "2026-07-15", "2026-10-16");
        let asks = |cause: &str, month, date| (1, cause.to_owned(), day(2026, month, date));
        let found = candidates(counter);
        for on in [(6, 15), (10, 1)] {
            assert!(found.contains(&asks("take_back", on.0, on.1)), "{found:?}");
        }
        let undo = |events: Vec<i64>| {
            let request = Request {
                undo: events,
                note: "訂正".to_owned(),
                ..Request::default()
            };
            let may = counter.permit::<UndoAct>();
            ::office::eligibility::undo(store, &may, &counter.acting(), &request, &books).unwrap();
        };
        undo(gained);
        undo(lost);
        assert_eq!(
            candidates(counter),
            [
                asks("joined_insurance", 7, 15),
                asks("left_insurance", 10, 16)
            ]
        );
    });
}
