//! Random lives: events in any order, late, twice, taken back by the sender and by the office. What stands is what the same
//! events give at once in an empty registry, and what was known before is still known.

use crate::desk::{Desk, Row, content, event};
use office::registry::event::{of_person, version};
use office::registry::fact::history;
use office::registry::register::undo;
use office::registry::{Resident, search_key};
use office::security::permit::RegisterResident;
use std::collections::BTreeMap;

/// A life of the sender's making: numbered in order, days that wander back and forth.
fn life(random: &mut fastrand::Rng, events: i64) -> Vec<Row> {
    let codes = [
        "01", "41", "44", "53", "50", "21", "01", "59", "09", "28", "42", "57", "23", "08", "27",
        "26", "02",
    ];
    let mut cells: BTreeMap<&str, String> = BTreeMap::new();
    (1..=events)
        .map(|number| {
            let code = codes[random.usize(0..codes.len())];
            let (item, value) = [
                (
                    "name",
                    format!("港 {}", ["一", "花子", "𠮷"][random.usize(0..3)]),
                ),
                ("town", format!("{}丁目", random.u8(1..9))),
                ("household_number", random.u16(900..904).to_string()),
                (
                    "alias",
                    ["", "芝 桜", "芝 梅"][random.usize(0..3)].to_owned(),
                ),
            ][random.usize(0..4)]
            .clone();
            cells.insert(item, value);
            let on = format!("2026-{:02}-{:02}", random.u8(1..12), random.u8(1..29));
            let more: Vec<(&str, &str)> = cells
                .iter()
                .map(|(name, value)| (*name, value.as_str()))
                .collect();
            event(7, number, code, &on).with(&more)
        })
        .collect()
}

fn keys(store: &db::Store) -> Vec<String> {
    store
        .read(|conn| {
            conn.query_text(
                "select search_key, kind from search_key where person_id = 7 order by search_key, kind",
                &[],
                |row| Ok(format!("{} {}", row.text(0)?, row.int(1)?)),
            )
        })
        .unwrap()
}

// covers: ADR-004, SYS-012
#[test]
fn any_history_ends_where_its_events_end_at_once() {
    for seed in 0..3 {
        let mut random = fastrand::Rng::with_seed(seed);
        let rows = life(&mut random, 40);
        for store in db::testing::both(office::schema::MIGRATIONS).unwrap() {
            let desk = Desk::new(&store);
            let mut order: Vec<usize> = (0..rows.len()).collect();
            random.shuffle(&mut order);
            let mut known = Vec::new();
            let mut serial = 0;
            while !order.is_empty() {
                let many = random.usize(1..=order.len().min(9));
                let mut file: Vec<Row> = order
                    .drain(..many)
                    .map(|place| rows[place].clone())
                    .collect();
                // Something that came before comes again.
                file.push(rows[random.usize(0..rows.len())].clone());
                serial += 1;
                let report = desk.take(&store, "resident_event", serial, &file).unwrap();
                assert_eq!(report.held, 0, "seed {seed}");
                known.push(store.read(|conn| history::<Resident>(conn, 7)).unwrap());
            }
            // The office takes some back.
            for _ in 0..4 {
                let stated = store.read(|conn| of_person(conn, 7)).unwrap();
                let standing: Vec<_> = stated
                    .iter()
                    .filter(|one| one.undone_by_act.is_none())
                    .collect();
                let chosen = standing[random.usize(0..standing.len())].event_id;
                let seen = store.read(|conn| version(conn, 7)).unwrap();
                let permit = desk.permit::<RegisterResident>();
                undo(&store, &permit, &desk.acting(), chosen, "試験", seen).unwrap();
            }
            let stated = store.read(|conn| of_person(conn, 7)).unwrap();
            let standing: Vec<Row> = rows
                .iter()
                .filter(|row| {
                    let number: i64 = row.cell("history_number").parse().unwrap();
                    stated
                        .iter()
                        .any(|one| one.event.sequence.0 == number && one.undone_by_act.is_none())
                })
                .cloned()
                .collect();
            for fresh in db::testing::both(office::schema::MIGRATIONS).unwrap() {
                let there = Desk::new(&fresh);
                there.take(&fresh, "resident_event", 1, &standing).unwrap();
                assert_eq!(content(&fresh, 7), content(&store, 7), "seed {seed}");
                assert_eq!(keys(&fresh), keys(&store), "seed {seed}");
            }
            // Nothing that was ever written is gone: rows are only ever closed.
            let now = store.read(|conn| history::<Resident>(conn, 7)).unwrap();
            for (before, after) in known.iter().flat_map(|rows| rows.iter().zip(&now)) {
                assert_eq!(before.fact, after.fact);
                assert_eq!(
                    (before.valid, before.recorded_at),
                    (after.valid, after.recorded_at)
                );
            }
            let before = keys(&store);
            store.write(|conn| search_key::rebuild(conn, 7)).unwrap();
            assert_eq!(keys(&store), before);
        }
    }
}
