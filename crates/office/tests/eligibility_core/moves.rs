//! 転入・転出・出生・死亡: coming and going.

use super::counter::{Counter, on, on_both, reported};
use super::support::desk::Desk;
use law::day;
use office::eligibility::compose::{NEW_HOUSEHOLD, change_head, found, gain, loss};
use office::eligibility::{NewChange, Warning};
use office::levy::run::RunKind;

/// Four people move in; the household is founded, branches 01 to 04 are given, the year's levy is decided and undone.
// covers: QUA-001, QUA-005, QUA-016, QUA-029, QUA-031
#[test]
fn a_family_of_four_moves_in() {
    on_both(2026..=2026, |counter| {
        let family = [
            (11, day(1986, 5, 1)),
            (12, day(1988, 6, 1)),
            (13, day(2015, 7, 1)),
            (14, day(2021, 8, 1)),
        ];
        for (id, born_on) in family {
            counter.resident(id, born_on);
        }
        let came = on(day(2026, 7, 10));
        let mut events = vec![found(came, NEW_HOUSEHOLD, 11)];
        events.extend(family.map(|(id, _)| gain(came, "moved_in", id, NEW_HOUSEHOLD)));
        let done = counter.register(day(2026, 7, 10), events);
        let home = done.founded[0].1;
        for (branch, (id, _)) in (1..).zip(family) {
            assert_eq!(counter.cover(id), [(home, day(2026, 7, 10), None)]);
            assert_eq!(counter.branch(id), branch);
            assert_eq!(counter.prefecture(id), [(day(2026, 7, 10), true, None)]);
        }
        let levies = &done.consequences.levies;
        assert_eq!(levies.len(), 1);
        assert_eq!((levies[0].household_id, levies[0].liable_id), (home, 11));
        assert_eq!(levies[0].after.0, counter.desk.total(home, 2026));
        assert!(levies[0].after.0 > 0 && levies[0].before.0 == 0);
        let by_instalment: i64 = levies[0].instalments.iter().map(|one| one.after.0).sum();
        assert_eq!(by_instalment, levies[0].after.0);
        counter.desk.check(day(2026, 7, 10), &[home]);

        counter.undo(day(2026, 7, 20), &done.event_ids);
        for (id, _) in family {
            assert_eq!(counter.cover(id), []);
        }
        assert_eq!(counter.desk.total(home, 2026), 0);
        counter.desk.check(day(2026, 7, 20), &[home]);
    });
}
