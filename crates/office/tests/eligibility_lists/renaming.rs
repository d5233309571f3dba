//! A town the office renamed, and the first events of people who were loaded without any.

use crate::bulk::{carry, undo};
use crate::counter::{Counter, on_both};
use crate::files::{CITY, File, resident};
use ::office::eligibility::bulk::Change;
use ::office::import::{Incoming, Municipality, Options, receive};
use ::office::registry::detail::Detail;
use ::office::registry::{Resident, event, timeline};
use db::Span;
use exchange::{Catalogue, Extent};
use law::{Date, day};

type Row<'a> = Vec<(&'a str, &'a str)>;

fn take(counter: &Counter, layout: &str, serial: u32, rows: &[Row<'_>]) {
    let catalogue = Catalogue::shipped().unwrap();
    let file = File::of(&catalogue, layout, serial, Extent::Difference, rows);
    let report = receive(
        &counter.desk.store,
        &catalogue,
        &counter.permit(),
        &counter.acting(),
        &Municipality::new(CITY),
        &Incoming {
            name: &file.name,
            bytes: &file.bytes,
            control: file.control.as_deref(),
        },
        &Options::default(),
    )
    .unwrap();
    assert_eq!(report.held, 0, "{report:?}");
}

fn told(counter: &Counter, person: i64) -> Vec<(Date, String, String, String)> {
    let store = &counter.desk.store;
    let facts = store.read(|conn| timeline::<Resident>(conn, person, None));
    let facts = facts.unwrap().into_iter();
    facts
        .map(|dated| {
            let fact = dated.fact;
            (dated.valid.from, fact.name, fact.address, fact.postal_code)
        })
        .collect()
}

fn spans(counter: &Counter, person: i64) -> Vec<Span> {
    let store = &counter.desk.store;
    let facts = store.read(|conn| timeline::<Detail>(conn, person, None));
    facts
        .unwrap()
        .into_iter()
        .map(|dated| dated.valid)
        .collect()
}

#[test]
fn a_renamed_town_keeps_its_name_when_the_first_event_comes() {
    on_both(day(2026, 11, 20), |counter| {
        let people = ["1", "2", "3", "4", "5", "6"];
        let rows: Vec<Row<'_>> = people
            .iter()
            .map(|number| {
                resident(
                    number,
                    "港 花子",
                    "ミナト ハナコ",
                    &[("history_number", "5")],
                )
            })
            .collect();
        take(counter, "resident", 1, &rows);
        let before = told(counter, 5);
        let change = Change::Town {
            old: "東京都港区芝公園".to_owned(),
            new: "東京都港区芝公園南".to_owned(),
            postal_code: Some("1050012".to_owned()),
            on: day(2026, 11, 15),
        };
        let bulk_id = carry(counter, &change);
        let loaded = told(counter, 1);
        let old = ("東京都港区芝公園一丁目5番25号", "1050011");
        let new = ("東京都港区芝公園南一丁目5番25号", "1050012");
        let row = |on: Date, name: &str, place: (&str, &str)| {
            (on, name.to_owned(), place.0.to_owned(), place.1.to_owned())
        };
        let (since, named) = (day(2020, 4, 1), day(2026, 11, 15));
        assert_eq!(
            loaded,
            [row(since, "港 花子", old), row(named, "港 花子", new)]
        );
        // The same record by the daily file says nothing new, and nothing becomes an event.
        take(counter, "resident_event", 1, &[rows[0].clone()]);
        assert_eq!(told(counter, 1), loaded);
        let of = |number: &'static str, more: &[(&'static str, &'static str)]| {
            let mut cells = vec![("history_number", "6"), ("move_reported_on", "2026-11-19")];
            cells.extend_from_slice(more);
            resident(number, "港 花子", "ミナト ハナコ", &cells)
        };
        let events = [
            // Another name, on a day after and on one before the renaming.
            of(
                "1",
                &[
                    ("move_cause", "44"),
                    ("moved_on", "2026-11-18"),
                    ("name", "湊 花子"),
                ],
            ),
            of(
                "2",
                &[
                    ("move_cause", "44"),
                    ("moved_on", "2026-11-01"),
                    ("name", "湊 花子"),
                ],
            ),
            // A move, on a day after it and on one before it within the town.
            of(
                "3",
                &[
                    ("move_cause", "41"),
                    ("moved_on", "2026-11-18"),
                    ("town", "三田二丁目"),
                    ("postal_code", "1080073"),
                ],
            ),
            of(
                "4",
                &[
                    ("move_cause", "41"),
                    ("moved_on", "2026-11-01"),
                    ("town", "芝公園二丁目"),
                ],
            ),
            of(
                "5",
                &[
                    ("move_cause", "44"),
                    ("moved_on", "2026-11-18"),
                    ("name", "湊 花子"),
                ],
            ),
            // The register has the new name too.
            of(
                "6",
                &[
                    ("move_cause", "43"),
                    ("moved_on", "2026-11-15"),
                    ("town", "芝公園南一丁目"),
                    ("postal_code", "1050012"),
                ],
            ),
        ];
        take(counter, "resident_event", 2, &events);
        let later = day(2026, 11, 18);
        assert_eq!(
            told(counter, 1),
            [
                row(since, "港 花子", old),
                row(named, "港 花子", new),
                row(later, "湊 花子", new)
            ]
        );
        let (earlier, first) = (day(2026, 11, 1), row(since, "港 花子", old));
        assert_eq!(
            told(counter, 2),
            [
                first.clone(),
                row(earlier, "湊 花子", old),
                row(named, "湊 花子", new)
            ]
        );
        let away = ("東京都港区三田二丁目5番25号", "1080073");
        assert_eq!(
            told(counter, 3),
            [
                first.clone(),
                row(named, "港 花子", new),
                row(later, "港 花子", away)
            ]
        );
        let within = ("東京都港区芝公園二丁目5番25号", "1050011");
        let renamed = ("東京都港区芝公園南二丁目5番25号", "1050012");
        assert_eq!(
            told(counter, 4),
            [
                first.clone(),
                row(earlier, "港 花子", within),
                row(named, "港 花子", renamed)
            ]
        );
        assert_eq!(
            told(counter, 6),
            [first.clone(), row(named, "港 花子", new)]
        );
        let store = &counter.desk.store;
        let events = store.read(|conn| event::of_person(conn, 1)).unwrap();
        assert_eq!(events.len(), 2, "a renaming is no event of the person");
        assert_eq!(spans(counter, 1).len(), 2);
        // Taken back, it is as if the town had never had another name, for those with events too.
        assert_eq!(undo(counter, bulk_id).unwrap(), 1);
        assert_eq!(
            told(counter, 5),
            [before[0].clone(), row(later, "湊 花子", old)]
        );
        assert_eq!(told(counter, 2), [first, row(earlier, "湊 花子", old)]);
    });
}
