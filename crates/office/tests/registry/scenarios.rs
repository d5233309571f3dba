//! Published scenarios of the residents' register, each in several orders of arrival and twice.

use crate::desk::{Desk, Row, content, count, event, on_both, record, work};
use law::day;

fn take_in_orders(rows: &[Row], look: impl Fn(&db::Store)) {
    let forward: Vec<usize> = (0..rows.len()).collect();
    let backward: Vec<usize> = forward.iter().rev().copied().collect();
    let mut turned = forward.clone();
    turned.rotate_left(1);
    for order in [forward, backward, turned] {
        on_both(|store| {
            let desk = Desk::new(store);
            for (serial, place) in (1_u32..).zip(&order) {
                desk.take(store, "resident_event", serial, &[rows[*place].clone()])
                    .unwrap();
            }
            look(store);
            let before = (content(store, 7), count(store, "resident_event"));
            // All of it once more, in one file of its own, changes nothing.
            let report = desk.take(store, "resident_event", 90, rows).unwrap();
            assert_eq!(report.posted, 0);
            assert_eq!((content(store, 7), count(store, "resident_event")), before);
        });
    }
}

// covers: ADR-004
#[test]
fn q02_out_and_in_on_one_day_leave_neither_gap_nor_overlap() {
    let rows = [
        event(7, 1, "01", "2020-04-01"),
        event(7, 2, "21", "2026-11-10").with(&[("resident_state", "2")]),
        event(7, 3, "01", "2026-11-10").with(&[("town", "三田二丁目")]),
    ];
    take_in_orders(&rows, |store| {
        let told = record(store, 7);
        let days: Vec<_> = told
            .iter()
            .map(|(from, status, ..)| (*from, *status))
            .collect();
        assert_eq!(days, [(day(2020, 4, 1), 1), (day(2026, 11, 10), 1)]);
        assert!(work(store, "registry.resident_event").is_empty());
    });
}

// covers: ADR-004
#[test]
fn q23_removal_by_authority_counts_from_its_own_day() {
    let rows = [
        event(7, 1, "01", "2020-04-01"),
        event(7, 2, "26", "2026-11-01").with(&[("resident_state", "9")]),
    ];
    take_in_orders(&rows, |store| {
        let told = record(store, 7);
        assert_eq!((told[1].0, told[1].1), (day(2026, 11, 1), 2));
        assert_eq!(told[0].1, 1);
    });
}

// covers: ADR-010
#[test]
fn q27_a_household_divided_and_put_back_is_one_again() {
    let rows = [
        event(7, 1, "01", "2020-04-01"),
        event(7, 2, "50", "2026-11-09").with(&[("household_number", "901")]),
        event(7, 3, "59", "2026-11-10"),
    ];
    take_in_orders(&rows, |store| {
        let told = record(store, 7);
        assert_eq!(told.len(), 1);
        let households = store
            .read(|conn| office::registry::timeline::<office::registry::Resident>(conn, 7, None))
            .unwrap();
        assert_eq!(households[0].fact.register_household, Some(900));
    });
}

// covers: ADR-004
#[test]
fn q28_three_events_of_one_day_end_in_one_state() {
    let (name, town) = (("name", "湊 花子"), ("town", "三田二丁目"));
    let rows = [
        event(7, 1, "01", "2020-04-01"),
        event(7, 2, "44", "2026-11-20").with(&[name]),
        event(7, 3, "41", "2026-11-20").with(&[name, town]),
        event(7, 4, "53", "2026-11-20").with(&[name, town, ("relationship1", "12")]),
    ];
    take_in_orders(&rows, |store| {
        let told = record(store, 7);
        assert_eq!(told.len(), 2);
        assert_eq!(
            (told[1].2.as_str(), told[1].3.as_str()),
            ("湊 花子", "東京都港区三田二丁目5番25号")
        );
    });
}
