//! Days on which two things meet: born and died, moved and made head, 75 on 1 March of a leap day's birth, welfare begun and
//! ended within a month. Days and months are counted by hand from the articles.

use super::counter::{on, on_both, reported};
use law::{Date, day};
use office::eligibility::compose::{change_head, gain, loss};
use office::eligibility::{NewChange, NewEvent, Request};
use office::worklist;

fn out_and_in_elsewhere(id: i64, left: Date) -> NewEvent {
    NewEvent::new(
        "moved_out",
        left,
        Some(left),
        NewChange::Loss {
            person_id: id,
            elsewhere_from: Some(left),
        },
    )
}

/// 国民健康保険法 第7条・第8条: born and died on one day is one day insured, and no month is charged.
// covers: QUA-003, QUA-004
#[test]
fn born_and_died_on_one_day_is_one_day() {
    on_both(2026..=2026, |counter| {
        counter.resident(11, day(1990, 5, 5));
        let home = counter.settle(11, &[11], day(2026, 4, 1));
        let before = counter.desk.total(home, 2026);
        let birth = day(2026, 9, 10);
        counter.resident(31, birth);
        // Told in reverse.
        let early = counter.register(day(2026, 9, 20), vec![loss(on(birth), "died", 31)]);
        assert_eq!(early.consequences.waiting.len(), 1);
        let done = counter.register(day(2026, 9, 21), vec![gain(on(birth), "born", 31, home)]);
        assert_eq!(done.consequences.released, early.event_ids);
        assert_eq!(counter.cover(31), [(home, birth, Some(day(2026, 9, 11)))]);
        assert_eq!(counter.desk.total(home, 2026), before);
        assert!(counter.work(worklist::ELIGIBILITY_PENDING).is_empty());
        counter.desk.check(day(2026, 9, 21), &[home]);
    });
}

/// 国民健康保険法 第76条: the head moves out and the wife follows on the same day: the month is hers alone.
// covers: QUA-006
#[test]
fn a_head_who_moves_out_is_followed_on_the_same_day() {
    for reversed in [false, true] {
        on_both(2026..=2026, |counter| {
            counter.resident(11, day(1960, 5, 5));
            counter.resident(12, day(1962, 5, 5));
            let home = counter.settle(11, &[11, 12], day(2026, 4, 1));
            let left = day(2026, 9, 10);
            let mut events = vec![
                out_and_in_elsewhere(11, left),
                change_head(on(left), home, 12),
            ];
            if reversed {
                events.reverse();
            }
            for event in events {
                counter.register(left, vec![event]);
            }
            assert_eq!(
                counter.cover(11),
                [(home, day(2026, 4, 1), Some(left))],
                "第8条第1項ただし書"
            );
            assert_eq!(
                counter.months(home, 2026),
                [(11, (0..5).collect()), (12, (5..12).collect())]
            );
            assert!(counter.work(worklist::ELIGIBILITY_HEAD).is_empty());
            counter.desk.check(left, &[home]);
        });
    }
}

/// 国民健康保険法 第6条第8号、年齢計算ニ関スル法律: born on 29 February, on 1 March and on 1 April.
// covers: QUA-028
#[test]
fn reaching_75_on_days_at_the_edge() {
    on_both(2026..=2026, |counter| {
        for (id, born_on, lost_on) in [
            (11, day(1952, 2, 29), day(2027, 3, 1)),
            (21, day(1952, 3, 1), day(2027, 3, 1)),
            (31, day(1952, 3, 31), day(2027, 3, 31)),
        ] {
            counter.resident(id, born_on);
            counter.resident(id + 1, day(1960, 5, 5));
            let home = counter.settle(id, &[id, id + 1], day(2026, 4, 1));
            let told = NewEvent {
                reported_on: None,
                ..loss(on(lost_on), "late_elderly_75", id)
            };
            counter.register(day(2027, 3, 31), vec![told]);
            assert_eq!(counter.cover(id), [(home, day(2026, 4, 1), Some(lost_on))]);
            assert_eq!(counter.former(id), [(home, lost_on, None)]);
            // Nobody is insured on the 75th birthday any more, whatever is told later.
            let late = Request::of(vec![gain(on(lost_on), "left_insurance", id, home)]);
            let refused = counter.try_register(day(2027, 3, 31), &late).unwrap_err();
            assert!(refused.to_string().contains("75歳"), "{refused}");
            counter.desk.check(day(2027, 3, 31), &[home]);
        }
    });
}

/// 国民健康保険法 第6条第9号・第8条第2項: welfare begun and ended within one month; the month stays, only the days go.
// covers: QUA-004
#[test]
fn welfare_begun_and_ended_within_a_month() {
    on_both(2026..=2026, |counter| {
        counter.resident(11, day(1980, 5, 5));
        let home = counter.settle(11, &[11], day(2026, 4, 1));
        let before = counter.desk.total(home, 2026);
        let (from, until) = (day(2026, 11, 5), day(2026, 11, 20));
        let told = day(2026, 12, 1);
        counter.register(
            told,
            vec![gain(reported(until, told), "welfare_ended", 11, home)],
        );
        counter.register(
            told,
            vec![loss(reported(from, told), "welfare_started", 11)],
        );
        assert_eq!(
            counter.cover(11),
            [(home, day(2026, 4, 1), Some(from)), (home, until, None)]
        );
        assert_eq!(counter.months(home, 2026), [(11, (0..12).collect())]);
        assert_eq!(counter.desk.total(home, 2026), before);
        counter.desk.check(told, &[home]);
    });
}

/// 国民健康保険法 第76条: one head who is not insured follows another; each owes the months of his own.
// covers: QUA-006
#[test]
fn one_fictitious_head_follows_another() {
    on_both(2026..=2026, |counter| {
        for (id, year) in [(11, 1960), (12, 1990), (13, 1962)] {
            counter.resident(id, day(year, 5, 5));
        }
        let home = counter.settle(11, &[12], day(2026, 4, 1));
        counter.register(
            day(2026, 10, 1),
            vec![change_head(on(day(2026, 10, 1)), home, 13)],
        );
        assert_eq!(
            counter.months(home, 2026),
            [(11, (0..6).collect()), (13, (6..12).collect())]
        );
        // And the insured becomes head in her own right.
        counter.register(
            day(2026, 12, 10),
            vec![change_head(on(day(2026, 12, 10)), home, 12)],
        );
        assert_eq!(
            counter.months(home, 2026),
            [
                (11, (0..6).collect()),
                (12, (8..12).collect()),
                (13, (6..8).collect())
            ]
        );
        counter.desk.check(day(2026, 12, 10), &[home]);
    });
}

/// What was taken back is not taken back again, and stating it anew is a new event.
// covers: QUA-013
#[test]
fn taking_back_what_was_taken_back_is_refused() {
    on_both(2026..=2026, |counter| {
        counter.resident(11, day(1980, 5, 5));
        let home = counter.settle(11, &[11], day(2026, 4, 1));
        let left = day(2026, 7, 10);
        let state = || counter.register(left, vec![out_and_in_elsewhere(11, left)]);
        let first = state();
        counter.undo(left, &first.event_ids);
        let request = Request {
            undo: first.event_ids.clone(),
            note: "再度".to_owned(),
            ..Request::default()
        };
        let again = counter.try_register(left, &request).unwrap_err();
        assert!(
            matches!(again, office::OfficeError::Conflict(_)),
            "{again:?}"
        );
        assert_eq!(counter.cover(11), [(home, day(2026, 4, 1), None)]);
        let second = state();
        assert_ne!(second.event_ids, first.event_ids);
        assert_eq!(counter.cover(11), [(home, day(2026, 4, 1), Some(left))]);
        counter.undo(left, &second.event_ids);
        assert_eq!(counter.cover(11), [(home, day(2026, 4, 1), None)]);
        counter.desk.check(left, &[home]);
    });
}

/// Out and in again on one day, told in either order: insured all along.
// covers: QUA-003, QUA-004
#[test]
fn out_and_back_in_on_one_day_is_insured_all_along() {
    for reversed in [false, true] {
        on_both(2026..=2026, |counter| {
            counter.resident(11, day(1980, 5, 5));
            let home = counter.settle(11, &[11], day(2026, 4, 1));
            let moved = day(2026, 11, 10);
            let mut events = vec![
                loss(on(moved), "moved_out", 11),
                gain(on(moved), "moved_in", 11, home),
            ];
            if reversed {
                events.reverse();
            }
            for event in events {
                counter.register(moved, vec![event]);
            }
            let cover = counter.cover(11);
            let last = cover.last().unwrap();
            assert_eq!(last.2, None, "{cover:?}");
            for pair in cover.windows(2) {
                assert_eq!(pair[0].2, Some(pair[1].1), "neither gap nor overlap");
            }
            assert_eq!(counter.months(home, 2026), [(11, (0..12).collect())]);
            counter.desk.check(moved, &[home]);
        });
    }
}
