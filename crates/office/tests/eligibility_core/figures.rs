//! 集計と一覧: counts that tie, counters' receptions, and papers held against the register.

use super::counter::{Counter, on, on_both, reported};
use law::{Date, day};
use office::eligibility::compose::{change_household, gain, loss};
use office::eligibility::figures::receptions;
use office::eligibility::statistics;
use office::eligibility::{NewEvent, Request};

/// Incident 11: the count is the sum of the dated spans, leavers leave it, and each month ties to the one before; a month
/// can be made again as it was known.
// covers: QUA-018
#[test]
fn incident_11_counts_are_those_of_the_dated_spans() {
    on_both(2026..=2026, |counter| {
        for id in 11..=16 {
            counter.resident(id, day(1980, 5, 5));
        }
        let first = counter.settle(11, &[11, 12, 13], day(2026, 4, 1));
        let second = counter.settle(14, &[14, 15], day(2026, 5, 10));
        counter.register(
            day(2026, 6, 20),
            vec![loss(on(day(2026, 6, 15)), "joined_insurance", 12)],
        );
        counter.register(
            day(2026, 6, 20),
            vec![change_household(on(day(2026, 6, 18)), 13, second)],
        );
        counter.register(
            day(2026, 6, 30),
            vec![gain(on(day(2026, 6, 30)), "moved_in", 16, first)],
        );
        let known = counter.desk.tick();
        let figures = |month: Date, known| {
            let store = &counter.desk.store;
            let found = store
                .read(|conn| statistics::month(conn, month, known))
                .unwrap();
            assert!(found.balances(), "{found:?}");
            found
        };
        let june = figures(day(2026, 6, 1), None);
        assert_eq!((june.before, june.insured), (5, 5));
        assert_eq!(june.gained, [("01".to_owned(), 1)].into());
        assert_eq!(june.lost, [("42".to_owned(), 1)].into());
        assert_eq!(figures(day(2026, 4, 1), None).insured, 3);

        // Told in August: somebody had left in May. May changes, and as known in June it does not.
        let late = reported(day(2026, 5, 20), day(2026, 8, 1));
        counter.register(day(2026, 8, 1), vec![loss(late, "moved_out", 15)]);
        assert_eq!(figures(day(2026, 5, 1), None).insured, 4);
        assert_eq!(figures(day(2026, 5, 1), Some(known)).insured, 5);
        assert_eq!(figures(day(2026, 6, 1), Some(known)), june);
        for month in 4..=12 {
            figures(day(2026, month, 1), None);
        }
    });
}

/// What was received on a day, by counter.
// covers: QUA-017
#[test]
fn receptions_are_those_of_the_day_and_the_counter() {
    on_both(2026..=2026, |counter| {
        for id in 11..=12 {
            counter.resident(id, day(1980, 5, 5));
        }
        counter.settle(11, &[11, 12], day(2026, 4, 1));
        let left = counter.register(
            day(2026, 7, 1),
            vec![loss(on(day(2026, 7, 1)), "joined_insurance", 12)],
        );
        let store = &counter.desk.store;
        let at = |place| {
            let found = store.read(|conn| receptions(conn, day(2026, 7, 1), place));
            let found = found.unwrap().into_iter();
            found.map(|one| one.event_id).collect::<Vec<_>>()
        };
        assert_eq!(at(None), left.event_ids);
        assert_eq!(at(Some("本庁")), left.event_ids);
        assert!(at(Some("支所")).is_empty());
    });
}

/// The day of birth on the paper is held against the register before anything is registered.
// covers: QUA-015
#[test]
fn a_paper_of_another_person_is_stopped() {
    let counter = Counter::sqlite(2026..=2026);
    counter.resident(11, day(1980, 5, 5));
    let home = counter.settle(11, &[11], day(2026, 4, 1));
    let paper = |born_on| {
        Request::of(vec![NewEvent {
            declared_birth_on: Some(born_on),
            ..loss(on(day(2026, 7, 1)), "moved_out", 11)
        }])
    };
    let refused = counter.try_register(day(2026, 7, 1), &paper(day(1980, 5, 6)));
    let told = refused.unwrap_err().to_string();
    assert!(
        told.contains("届書の生年月日") && told.contains("昭和55年5月5日"),
        "{told}"
    );
    assert_eq!(counter.cover(11), [(home, day(2026, 4, 1), None)]);
    counter
        .try_register(day(2026, 7, 1), &paper(day(1980, 5, 5)))
        .unwrap();
}
