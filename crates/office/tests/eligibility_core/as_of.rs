//! 異動日の世帯: changes of a household told later than their day, and ends registered of days to come.

use super::counter::{Counter, on, on_both, reported};
use law::{Date, day};
use office::OfficeError;
use office::eligibility::as_of::{end_registered, merging, splitting};
use office::eligibility::compose::{gain, loss};
use office::eligibility::{NewEvent, Request};
use office::worklist;

const SINCE: Date = Date::constant(2026, 4, 1);
const MERGED: Date = Date::constant(2026, 9, 1);
const TODAY: Date = Date::constant(2026, 10, 5);

/// Her household: herself, a child that left on 3 October, one that came on 20 September, one who was 75 in June and one who
/// was in September; and his, of one.
fn households(counter: &Counter) -> (i64, i64) {
    let born = [
        (11, day(1985, 5, 5)),
        (12, day(1987, 5, 5)),
        (13, day(2010, 5, 5)),
        (14, day(2012, 5, 5)),
        (15, day(1951, 6, 10)),
        (16, day(1951, 9, 15)),
    ];
    for (id, born_on) in born {
        counter.resident(id, born_on);
    }
    let his = counter.settle(11, &[11], SINCE);
    let hers = counter.settle(12, &[12, 13, 15, 16], SINCE);
    let events = vec![
        loss(on(day(2026, 6, 10)), "late_elderly_75", 15),
        loss(on(day(2026, 9, 15)), "late_elderly_75", 16),
        gain(on(day(2026, 9, 20)), "moved_in", 14, hers),
        loss(on(day(2026, 10, 3)), "moved_out", 13),
    ];
    counter.register(TODAY, events);
    (his, hers)
}

/// 世帯合併 told in October of September: everybody insured in the household on the day or later goes over, the child that left
/// in between too, whoever came later from that day, and who stood beside its insured no longer does.
///
/// 根拠: 国民健康保険法 第76条、国民健康保険法施行規則 第9条
#[test]
fn a_merger_told_later_takes_whoever_was_there_on_its_day() {
    on_both(2026..=2026, |counter| {
        let (his, hers) = households(counter);
        let when = reported(MERGED, TODAY);
        let read = |conn: &mut db::Conn| merging(conn, when, hers, his);
        let events = counter.desk.store.read(read).unwrap();
        let done = counter.register(TODAY, events);
        let left = day(2026, 10, 4);
        assert_eq!(
            counter.cover(13),
            [(hers, SINCE, Some(MERGED)), (his, MERGED, Some(left))]
        );
        assert_eq!(
            counter.cover(12),
            [(hers, SINCE, Some(MERGED)), (his, MERGED, None)]
        );
        assert_eq!(counter.cover(14), [(his, day(2026, 9, 20), None)]);
        assert_eq!(counter.former(15), [(hers, day(2026, 6, 10), Some(MERGED))]);
        assert_eq!(counter.former(16), [(his, day(2026, 9, 15), None)]);
        assert_eq!(counter.heads(hers)[0].3, Some(MERGED));
        let found = done.consequences;
        assert!(found.held.is_empty() && found.waiting.is_empty());
        assert!(counter.work(worklist::ELIGIBILITY_HEAD).is_empty());
        assert_eq!(counter.months(hers, 2026), [(12, (0..5).collect())]);
        counter.desk.check(TODAY, &[his, hers]);
    });
}

/// 世帯分離 told later: who has left since parts on its day too, and who was gone before it cannot.
///
/// 根拠: 国民健康保険法施行規則 第9条
#[test]
fn a_parting_told_later_takes_who_has_left_since() {
    on_both(2026..=2026, |counter| {
        let (_, hers) = households(counter);
        let split = |leaving: &[i64]| {
            let when = reported(MERGED, TODAY);
            let read =
                |conn: &mut db::Conn| splitting(conn, when, hers, leaving, (leaving[0], None));
            counter.desk.store.read(read)
        };
        let events = split(&[13, 14]).unwrap();
        let done = counter.register(TODAY, events);
        let new = done.founded[0].1;
        let left = day(2026, 10, 4);
        assert_eq!(
            counter.cover(13),
            [(hers, SINCE, Some(MERGED)), (new, MERGED, Some(left))]
        );
        assert_eq!(counter.cover(14), [(new, day(2026, 9, 20), None)]);
        assert!(done.consequences.waiting.is_empty());
        let refused = split(&[15]).unwrap_err().to_string();
        assert!(refused.contains("宛名番号15"), "{refused}");
        counter.desk.check(TODAY, &[hers, new]);
    });
}

/// 転出予定 of a family in one act, and one of them dies before: the end registered of that one is found, and the death takes
/// its place in one request; the others leave as they said.
///
/// 根拠: 国民健康保険法 第8条第1項
#[test]
fn a_death_takes_the_place_of_a_planned_departure() {
    on_both(2026..=2026, |counter| {
        for (id, year) in [(11, 1985), (12, 1987), (13, 2010)] {
            counter.resident(id, day(year, 5, 5));
        }
        let home = counter.settle(11, &[11, 12, 13], SINCE);
        let planned =
            [11, 12, 13].map(|id| loss(reported(day(2026, 11, 30), TODAY), "moved_out", id));
        let done = counter.register(TODAY, planned.to_vec());
        let later = day(2026, 10, 20);
        let end = |id: i64| {
            let book = counter.books().eligibility().unwrap();
            let read = |conn: &mut db::Conn| end_registered(conn, &book, (id, home), later);
            counter.desk.store.read(read).unwrap()
        };
        assert_eq!(end(12), Some((done.event_ids[1], day(2026, 12, 1))));
        let died: NewEvent = loss(on(day(2026, 10, 15)), "died", 12);
        let request = Request {
            undo: end(12).into_iter().map(|one| one.0).collect(),
            note: "死亡届".to_owned(),
            ..Request::of(vec![died])
        };
        let done = counter.request(later, &request);
        if let Some(proposal) = done.proposal_id {
            counter.approve(later, proposal);
        }
        assert_eq!(counter.cover(12), [(home, SINCE, Some(day(2026, 10, 16)))]);
        assert!(counter.work(worklist::ELIGIBILITY_PENDING).is_empty());
        for id in [11, 13] {
            assert_eq!(counter.cover(id), [(home, SINCE, Some(day(2026, 12, 1)))]);
        }
        assert_eq!(end(12), None);
        counter.desk.check(later, &[home]);
    });
}

/// 国民健康保険法 第76条: after a parting the 世帯主 of each household belongs to it. The head who parts is followed by somebody who
/// stays, and who stays heads no other household.
// covers: QUA-006, QUA-008
#[test]
fn a_parting_leaves_each_household_a_head_of_its_own() {
    on_both(2026..=2026, |counter| {
        for (id, year) in [(11, 1985), (12, 1987), (13, 2012)] {
            counter.resident(id, day(year, 5, 5));
        }
        let home = counter.settle(11, &[11, 12, 13], SINCE);
        let split = |leaving: &[i64], heads| {
            let read = |conn: &mut db::Conn| splitting(conn, on(MERGED), home, leaving, heads);
            counter.desk.store.read(read)
        };
        let refused = |leaving: &[i64], heads| match split(leaving, heads) {
            Err(OfficeError::Input { field, .. }) => field,
            other => panic!("{leaving:?} {heads:?}: {other:?}"),
        };
        let successor = "元の世帯の新しい世帯主";
        // The head who parts and nobody follows; who parts with him follows; the head who stays heads the new one.
        for (leaving, heads) in [
            (&[11][..], (11, None)),
            (&[11, 13], (13, None)),
            (&[11, 13], (11, Some(13))),
            (&[12], (11, None)),
            (&[12], (12, Some(12))),
        ] {
            assert_eq!(refused(leaving, heads), successor, "{leaving:?} {heads:?}");
        }
        assert_eq!(refused(&[12], (13, None)), "新しい世帯の世帯主");
        assert_eq!(refused(&[12], (11, Some(13))), "新しい世帯の世帯主");
        assert!(split(&[11, 12, 13], (11, None)).is_ok(), "nobody is left");
        assert!(split(&[12], (12, None)).is_ok(), "the head stays");
        let events = split(&[11], (11, Some(12))).unwrap();
        let done = counter.register(MERGED, events);
        let new = done.founded[0].1;
        assert_eq!(
            counter.months(home, 2026),
            [(11, (0..5).collect()), (12, (5..12).collect())]
        );
        assert_eq!(counter.months(new, 2026), [(11, (5..12).collect())]);
        assert!(counter.work(worklist::ELIGIBILITY_HEAD).is_empty());
        counter.desk.check(MERGED, &[home, new]);
    });
}
