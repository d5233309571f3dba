//! The daily file: every order of arrival, twice, taken back, too early, on days that do not exist.

use crate::desk::{CITY, Desk, Row, content, count, details, event, on_both, record, work};
use law::day;
use law::registry::{CAUSES, Fate, Side};
use office::import::held_rows;
use office::registry::Resident;
use office::registry::fact::history as fact_history;
use office::registry::register::history;

fn family() -> Vec<Row> {
    vec![
        event(7, 1, "01", "2026-04-01"),
        event(7, 2, "41", "2026-06-10").with(&[("town", "三田二丁目"), ("lot", "1番")]),
        event(7, 3, "44", "2026-05-01").with(&[
            ("name", "湊 花子"),
            ("town", "三田二丁目"),
            ("lot", "1番"),
        ]),
        event(7, 4, "50", "2026-07-01").with(&[
            ("name", "湊 花子"),
            ("town", "三田二丁目"),
            ("lot", "1番"),
            ("household_number", "901"),
        ]),
        event(7, 5, "59", "2026-07-02").with(&[
            ("name", "湊 花子"),
            ("town", "三田二丁目"),
            ("lot", "1番"),
        ]),
        event(7, 6, "21", "2026-09-30").with(&[
            ("name", "湊 花子"),
            ("town", "三田二丁目"),
            ("lot", "1番"),
            ("resident_state", "2"),
            ("planned_city_code", "142051"),
        ]),
    ]
}

// covers: ADR-004, ADR-005, SYS-012
#[test]
fn any_order_of_arrival_gives_one_record() {
    let rows = family();
    let mut one_file = None;
    // All in one file; one file each; backwards; inside out; twice.
    let orders: [&[&[usize]]; 5] = [
        &[&[0, 1, 2, 3, 4, 5]],
        &[&[0], &[1], &[2], &[3], &[4], &[5]],
        &[&[5], &[4], &[3], &[2], &[1], &[0]],
        &[&[3, 0], &[5, 2], &[4, 1]],
        &[&[2], &[2, 4], &[0], &[5, 3, 0], &[1], &[1, 5]],
    ];
    for order in orders {
        on_both(|store| {
            let desk = Desk::new(store);
            for (serial, file) in (1_u32..).zip(order) {
                let rows: Vec<Row> = file.iter().map(|place| rows[*place].clone()).collect();
                let report = desk.take(store, "resident_event", serial, &rows).unwrap();
                assert_eq!(report.posted + report.same + report.held, rows.len() as u64);
                assert_eq!(report.held, 0);
            }
            assert_eq!(count(store, "resident_event"), 6);
            assert_eq!(record(store, 7).len(), 4);
            assert!(work(store, "registry.resident_event").is_empty());
        });
        let store = &db::testing::both(office::schema::MIGRATIONS).unwrap()[0];
        let desk = Desk::new(store);
        for (serial, file) in (1_u32..).zip(order) {
            let rows: Vec<Row> = file.iter().map(|place| rows[*place].clone()).collect();
            desk.take(store, "resident_event", serial, &rows).unwrap();
        }
        let now = content(store, 7);
        assert_eq!(one_file.get_or_insert_with(|| now.clone()), &now);
    }
    let last = one_file.unwrap().last().unwrap().clone();
    assert!(last.contains("planned_city_code"), "{last}");
}

// covers: ADR-004
#[test]
fn a_stated_past_is_kept_when_it_changes() {
    on_both(|store| {
        let desk = Desk::new(store);
        let rows = family();
        desk.take(store, "resident_event", 1, &rows[..1]).unwrap();
        let before = store
            .read(|conn| fact_history::<Resident>(conn, 7))
            .unwrap();
        desk.take(store, "resident_event", 2, &rows[1..]).unwrap();
        let after = store
            .read(|conn| fact_history::<Resident>(conn, 7))
            .unwrap();
        assert!(after.len() > before.len());
        assert_eq!(after[0].fact, before[0].fact);
        assert!(after[0].superseded_by_act.is_some());
        // The page of 異動履歴 has each day, each report and each cause, what was taken back included.
        let shown = store.read(|conn| history(conn, 7)).unwrap();
        let told: Vec<_> = shown
            .iter()
            .map(|entry| (entry.stated.event.occurred_on, entry.cause_ja))
            .collect();
        assert_eq!(
            told,
            [
                (day(2026, 4, 1), "国内転入"),
                (day(2026, 5, 1), "誤記修正"),
                (day(2026, 6, 10), "転居"),
                (day(2026, 7, 1), "世帯分離"),
                (day(2026, 7, 2), "異動の取消し（修正）"),
                (day(2026, 9, 30), "国内転出"),
            ]
        );
        assert!(
            shown
                .iter()
                .all(|entry| entry.stated.event.reported_on == Some(day(2026, 11, 19)))
        );
        let undone = &shown[3];
        assert!(matches!(undone.fate, Some(Fate::Undone(_))));
    });
}

#[test]
fn what_comes_too_early_waits_where_it_is_seen_and_takes_effect_later() {
    on_both(|store| {
        let desk = Desk::new(store);
        let out =
            event(7, 3, "21", "2026-09-30").with(&[("resident_state", "2"), ("name", "湊 花子")]);
        let fix = event(7, 2, "44", "2026-05-01").with(&[("name", "湊 花子")]);
        let back = event(8, 2, "28", "2026-05-01");
        desk.take(store, "resident_event", 1, &[out, fix, back])
            .unwrap();
        assert!(record(store, 7).is_empty() && record(store, 8).is_empty());
        let waiting = work(store, "registry.resident_event");
        assert_eq!(waiting.len(), 3);
        assert!(
            waiting
                .iter()
                .any(|item| item.title.contains("先に記載の異動が要ります"))
        );
        assert!(
            waiting
                .iter()
                .any(|item| item.title.contains("取り消す元の異動が届いていません"))
        );
        let missing = [
            event(7, 1, "01", "2026-04-01"),
            event(8, 1, "01", "2026-04-01"),
        ];
        desk.take(store, "resident_event", 2, &missing).unwrap();
        assert!(work(store, "registry.resident_event").is_empty());
        let told: Vec<_> = record(store, 7)
            .into_iter()
            .map(|(from, status, name, _)| (from, status, name))
            .collect();
        assert_eq!(
            told,
            [
                (day(2026, 4, 1), 1, "港 花子".to_owned()),
                (day(2026, 5, 1), 1, "湊 花子".to_owned()),
                (day(2026, 9, 30), 2, "湊 花子".to_owned()),
            ]
        );
        // The entry and its 取消 leave nothing, and never a second person.
        assert!(record(store, 8).is_empty());
    });
}

#[test]
fn every_cause_of_the_list_is_taken_and_acts_by_its_side() {
    on_both(|store| {
        let desk = Desk::new(store);
        let mut rows = Vec::new();
        let codes: Vec<_> = CAUSES
            .iter()
            .filter(|cause| !cause.code.starts_with('J'))
            .collect();
        for (person, cause) in (100_i64..).zip(&codes) {
            if cause.side != Side::Entry {
                rows.push(event(person, 1, "06", "2026-04-01"));
            }
            rows.push(event(person, 2, cause.code, "2026-05-01").with(&[("name", "湊 花子")]));
        }
        let report = desk.take(store, "resident_event", 1, &rows).unwrap();
        assert_eq!((report.posted, report.held), (rows.len() as u64, 0));
        for (person, cause) in (100_i64..).zip(&codes) {
            let states = record(store, person);
            let last = states
                .last()
                .map(|(_, status, name, _)| (*status, name.as_str()));
            let expected = match cause.side {
                Side::Entry | Side::Amendment => Some((1, "湊 花子")),
                Side::Removal => Some((2, "湊 花子")),
                Side::CancelEntry => None,
                Side::CancelRemoval | Side::CancelAmendment => Some((1, "港 花子")),
            };
            assert_eq!(last, expected, "{}", cause.code);
        }
    });
}

#[test]
fn days_that_do_not_exist_are_kept_and_another_stands_in() {
    on_both(|store| {
        let desk = Desk::new(store);
        let rows = [
            event(1, 1, "01", "2023-02-29").with(&[("birth_on", "1950-02-30")]),
            event(2, 1, "01", "2026-04-01").with(&[
                ("moved_on_unknown", "1"),
                ("moved_on_unknown_text", "令和8年4月頃日不詳"),
                ("birth_on", "1960-00-00"),
                ("birth_on_unknown", "1"),
                ("birth_on_unknown_text", "昭和35年月日不詳"),
            ]),
            event(3, 1, "01", "").with(&[("moved_on_unknown", "1")]),
            event(4, 1, "01", "2026-04-01").with(&[("birth_on", "0000-01-01")]),
        ];
        let report = desk.take(store, "resident_event", 1, &rows).unwrap();
        assert_eq!((report.posted, report.held, report.reviewed), (2, 2, 2));
        assert_eq!(record(store, 1)[0].0, day(2023, 2, 28));
        assert_eq!(details(store, 1)[0].occurred_text, "2023-02-29");
        let known = details(store, 1)[0].items.clone();
        assert_eq!(known["birth_on_as_sent"], "1950-02-30");
        assert_eq!(details(store, 2)[0].occurred_text, "令和8年4月頃日不詳");
        assert_eq!(
            details(store, 2)[0].items["birth_on_unknown_text"],
            "昭和35年月日不詳"
        );
        let births = store
            .read(|conn| office::registry::timeline::<Resident>(conn, 2, None))
            .unwrap();
        assert_eq!(births[0].fact.birth_on, day(1960, 12, 31));
        assert!(births[0].fact.birth_unknown);
        let held = store.read(|conn| held_rows(conn, None, (0, 0), 9)).unwrap();
        let messages: Vec<_> = held
            .iter()
            .filter(|row| row.state == "held")
            .map(|row| row.message.as_str())
            .collect();
        assert!(messages[0].contains("異動年月日") && messages[1].contains("生年月日"));
    });
}

// covers: ADR-001
#[test]
fn a_number_of_the_sender_means_one_event() {
    on_both(|store| {
        let desk = Desk::new(store);
        let first = event(7, 1, "01", "2026-04-01");
        desk.take(store, "resident_event", 1, std::slice::from_ref(&first))
            .unwrap();
        let other = first.clone().with(&[("name", "別 人")]);
        let report = desk.take(store, "resident_event", 2, &[other]).unwrap();
        assert_eq!((report.posted, report.held), (0, 1));
        assert_eq!(record(store, 7)[0].2, "港 花子");
        let held = store.read(|conn| held_rows(conn, None, (0, 0), 9)).unwrap();
        assert_eq!(held[0].code, "import.row.history_differs");
        let foreign = event(9, 1, "01", "2026-04-01").with(&[("city_code", "142051")]);
        let rows = [
            foreign,
            event(10, 1, "01", "2026-04-01"),
            event(11, 1, "01", "2026-04-01"),
        ];
        let report = desk.take(store, "resident_event", 3, &rows).unwrap();
        assert_eq!((report.posted, report.held), (2, 1));
        assert_eq!(CITY, desk.municipality.code);
    });
}
