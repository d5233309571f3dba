//! The published items one by one, and every hard name in, found, shown and out again.

use crate::desk::{CITY, Desk, Row, content, event, on_both, today};
use crate::support::handed::cleared;
use db::Span;
use law::day;
use office::exports::RegistryResidents;
use office::import::{Incoming, Options, receive};
use office::registry::contact::{self, Contact};
use office::registry::destination::{self, Destination, Use};
use office::registry::items::{ITEMS, of_person};
use office::registry::{
    HouseholdHead, InsuredSpan, NonResident, export, load_person, record, record_household, search,
};
use office::security::permit::{ExportData, RegisterContact, RegisterFact, SearchPerson};
use std::collections::BTreeMap;

/// A foreigner with every item of the layout that the published list asks for.
fn rows() -> Vec<Row> {
    let first = event(7, 1, "02", "2024-04-01").with(&[
        ("resident_kind", "2"),
        ("name", "NGUYEN VAN BINH"),
        ("latin_name", "NGUYEN VAN BINH"),
        ("foreign_kanji_name", "阮 文平"),
        ("kana", "グエン ヴァン ビン"),
        ("alias", "山田 太郎"),
        ("alias_kana", "ヤマダ タロウ"),
        ("former_surname", "高橋"),
        ("former_surname_kana", "タカハシ"),
        ("name_priority", "02"),
        ("sex", "1"),
        ("sex_text", "男"),
        ("building", "芝公園ハイツ101"),
        ("resident_since", "2024-04-01"),
        ("resident_reported_on", "2024-04-03"),
        ("settled_on", "2024-04-02"),
        ("settled_reported_on", "2024-04-04"),
        ("nationality_code", "127"),
        ("nationality", "ベトナム"),
        ("article_30_45", "01"),
        ("residence_status", "17"),
        ("stay_years", "3"),
        ("stay_until", "2027-03-31"),
        ("foreign_resident_since", "2024-04-01"),
        ("before_country_code", "127"),
        ("before_abroad", "Ha Noi"),
        ("district3", "A-12"),
        ("operator", "op1"),
    ]);
    let second = Row(first.0.clone()).with(&[
        ("history_number", "2"),
        ("move_cause", "41"),
        ("moved_on", "2026-06-01"),
        ("move_reported_on", "2026-06-05"),
        ("town", "三田二丁目"),
        ("lot", "1番"),
        ("town_code", "0007002"),
        ("postal_code", "1080073"),
        ("planned_moved_on", "2026-12-15"),
        ("planned_reported_on", "2026-11-18"),
        ("planned_city_code", "142051"),
        ("planned_prefecture", "神奈川県"),
        ("planned_city", "藤沢市"),
    ]);
    vec![first, second]
}

// covers: FIL-032, FIL-033, FIL-034, FIL-035, FIL-036, FIL-037, FIL-038, FIL-039, FIL-040, FIL-041, FIL-042, FIL-043
// covers: FIL-044, FIL-045, FIL-046, FIL-047, FIL-048, FIL-049, FIL-050, FIL-051, FIL-052, FIL-053, FIL-054, FIL-055
// covers: FIL-056, FIL-057, FIL-058, FIL-059, FIL-060, FIL-061, FIL-062, FIL-063, FIL-064, FIL-065, FIL-066, FIL-067
// covers: FIL-068, FIL-069, FIL-070, FIL-071, FIL-072, FIL-073, FIL-074, FIL-075, FIL-076, FIL-077, FIL-078, FIL-079
// covers: ADR-002, ADR-004, ADR-005
#[test]
fn every_published_item_has_its_value() {
    on_both(|store| {
        let desk = Desk::new(store);
        desk.take(store, "resident_event", 1, &rows()).unwrap();
        around(&desk, store);
        let values = store
            .read(|conn| of_person(conn, 7, today()))
            .unwrap()
            .unwrap();
        assert_eq!(values.len(), ITEMS.len());
        let told: BTreeMap<(u8, u8), &str> = ITEMS
            .iter()
            .zip(&values)
            .map(|((group, number, _), value)| ((*group, *number), value.as_str()))
            .collect();
        let address = "東京都港区三田二丁目1番芝公園ハイツ101";
        let before = "東京都港区芝公園一丁目5番25号芝公園ハイツ101";
        for (item, expected) in [
            ((1, 1), "7"),
            ((1, 3), "港 51 02"),
            ((1, 4), "NGUYEN VAN BINH"),
            ((1, 5), "グエン ヴァン ビン"),
            ((1, 6), "山田 太郎"),
            ((1, 7), "1980-05-05"),
            ((1, 8), "男"),
            ((1, 9), "世帯主"),
            ((1, 10), "46"),
            ((1, 11), address),
            ((1, 12), "1080073"),
            ((1, 13), "1310320007002"),
            ((1, 14), "外国人・ベトナム・17・2027-03-31"),
            ((1, 15), "住民"),
            ((1, 16), before),
            ((1, 17), "1050011"),
            ((1, 18), "1310320001001"),
            ((1, 20), "2024-04-01・2024-04-03"),
            ((1, 21), "2024-04-02・2024-04-04"),
            ((1, 22), "2026-12-15・2026-11-18"),
            ((1, 23), ""),
            ((1, 24), "2026-06-01・2026-06-05・41 転居"),
            ((1, 25), "2026-11-20"),
            ((1, 26), "2026-11-20"),
            ((1, 27), "2024-04-01・2027-01-01・01・41"),
            (
                (1, 28),
                "東京都港区芝五丁目1番1号・1080014・1310320012000・2026-06-01・2026-11-30・後見 守・有効",
            ),
            ((1, 29), "高橋・NGUYEN VAN BINH・阮 文平"),
            ((2, 1), "港 51 02"),
            ((2, 2), address),
            ((2, 3), before),
            ((2, 4), "NGUYEN VAN BINH"),
            ((2, 5), "2024-04-01"),
            ((2, 6), "01"),
            ((2, 7), "2027-01-01"),
            ((2, 8), "41"),
            ((2, 9), "NGUYEN VAN BINH"),
            ((2, 10), "グエン ヴァン ビン"),
            ((2, 11), "NGUYEN VAN BINH"),
            ((2, 12), "山田 太郎"),
            ((2, 13), "男"),
            ((2, 14), "46"),
            ((2, 15), "1980-05-05"),
            ((2, 16), "世帯主"),
            ((2, 17), "7"),
            ((2, 18), "090-1234-5678"),
        ] {
            assert_eq!(told[&item], expected, "{item:?}");
        }
        assert!(told[&(1, 2)].parse::<i64>().unwrap() > 0);
        assert_eq!(told[&(1, 28)], told[&(2, 19)]);
        // Once gone, 消除 tells its day, its report and its cause.
        let out = Row(rows()[1].0.clone()).with(&[
            ("history_number", "3"),
            ("move_cause", "22"),
            ("moved_on", "2026-11-15"),
            ("resident_state", "2"),
            ("removed_on", "2026-11-15"),
            ("removal_reported_on", "2026-11-10"),
        ]);
        desk.take(store, "resident_event", 2, &[out]).unwrap();
        let values = store
            .read(|conn| of_person(conn, 7, today()))
            .unwrap()
            .unwrap();
        assert_eq!(values[22], "2026-11-15・2026-11-10・22 国外転出");
        assert_eq!(values[14], "除票");
        assert_eq!(
            store.read(|conn| of_person(conn, 404, today())).unwrap(),
            None
        );
    });
}

fn around(desk: &Desk, store: &db::Store) {
    let permit = desk.permit::<RegisterContact>();
    let phone = Contact {
        contact: "090-1234-5678".to_owned(),
        remark: String::new(),
    };
    let since = Span::since(day(2026, 4, 1));
    contact::register(
        store,
        &permit,
        &desk.acting(),
        7,
        "mobile",
        since,
        &phone,
        0,
    )
    .unwrap();
    let place = Use {
        person_id: 7,
        scheme: "nhi".to_owned(),
        document: String::new(),
        from: day(2026, 6, 1),
        until: Some(day(2026, 12, 1)),
    };
    let guardian = Destination {
        addressee: "後見 守".to_owned(),
        postal_code: "1080014".to_owned(),
        address_code: "1310320012000".to_owned(),
        address: "東京都港区芝五丁目1番1号".to_owned(),
        relation: "guardian".to_owned(),
        ground: "審判書".to_owned(),
        ..Destination::default()
    };
    let seen = store
        .read(|conn| office::registry::slot::version(conn, 7))
        .unwrap();
    let id = destination::propose(store, &permit, &desk.acting(), &place, &guardian, seen).unwrap();
    let second = desk.second_permit::<RegisterContact>();
    destination::decide(store, &second, &desk.second_acting(), id, true, "", &[]).unwrap();
    store
        .write(|conn| {
            let permit = desk.permit::<RegisterFact>();
            let details = office::acts::ActDetails::default();
            let act = office::acts::begin(conn, &desk.acting(), &permit, "test", &details)?;
            let head = HouseholdHead {
                head_person_id: 7,
                symbol: "港".to_owned(),
                number: "51".to_owned(),
            };
            record_household(conn, &act, 51, Span::since(day(2024, 4, 1)), &head)?;
            let insured = InsuredSpan {
                household_id: 51,
                branch: 2,
                gain_cause: "01".to_owned(),
                gain_reported_on: None,
                loss_cause: Some("41".to_owned()),
                loss_event_on: None,
                loss_reported_on: None,
            };
            let span = Span::new(day(2024, 4, 1), Some(day(2027, 1, 1)));
            record(conn, &act, 7, span, &insured)?;
            record(
                conn,
                &act,
                7,
                Span::new(day(2026, 1, 1), Some(day(2027, 4, 1))),
                &NonResident::default(),
            )
        })
        .unwrap();
}

/// Takes a written file into another store.
fn again(desk: &Desk, store: &db::Store, file: &export::Exported) -> office::import::ImportReport {
    let incoming = Incoming {
        name: &file.file.name,
        bytes: &file.file.bytes,
        control: Some(&file.file.control),
    };
    receive(
        store,
        &desk.catalogue,
        &desk.permit(),
        &desk.acting(),
        &desk.municipality,
        &incoming,
        &Options::default(),
    )
    .unwrap()
}

fn written(desk: &Desk, store: &db::Store, until: i64) -> export::Exported {
    let (may, acting) = (desk.permit::<ExportData>(), desk.acting());
    export::residents(
        store,
        &desk.catalogue,
        (&may, &cleared::<RegistryResidents>(store, &acting, &may)),
        &acting,
        (CITY, "20261120000000"),
        (1, until),
    )
    .unwrap()
}

// covers: FIL-035, FIL-036, FIL-037, FIL-042, FIL-044, FIL-055, FIL-060
#[test]
fn what_goes_out_comes_in_again_unchanged() {
    on_both(|store| {
        let desk = Desk::new(store);
        desk.take(store, "resident_event", 1, &rows()).unwrap();
        let file = written(&desk, store, 100);
        assert_eq!(file.file.rows, 2);
        // Into the same store: nothing changes.
        let same = again(&desk, store, &file);
        assert_eq!((same.posted, same.same, same.held), (0, 2, 0));
        // Into an empty one: the same record, item by item.
        for other in db::testing::both(office::schema::MIGRATIONS).unwrap() {
            let there = Desk::new(&other);
            let report = again(&there, &other, &file);
            assert_eq!((report.posted, report.held), (2, 0));
            assert_eq!(content(&other, 7), content(store, 7));
            assert_eq!(written(&there, &other, 100).file.bytes, file.file.bytes);
        }
    });
}

struct Hard {
    id: String,
    name: String,
    kana: String,
    expected: String,
}

fn hard_names() -> Vec<Hard> {
    let text = std::str::from_utf8(include_bytes!("../data/hard_names.csv")).unwrap();
    let mut records = exchange::csv::Records::new(text, b',');
    let mut record = exchange::csv::Record::default();
    let mut found = Vec::new();
    records.next(&mut record).unwrap();
    while records.next(&mut record).unwrap() {
        let cell = |place: usize| record.cells[place].to_string();
        found.push(Hard {
            id: cell(0),
            name: cell(1),
            kana: cell(2),
            expected: cell(4),
        });
    }
    found
}

// covers: ADR-002, FIL-035, FIL-036, FIL-069, FIL-070
#[test]
fn every_hard_name_goes_in_is_found_and_comes_out_unchanged() {
    let names = hard_names();
    assert_eq!(names.len(), 263);
    on_both(|store| {
        let desk = Desk::new(store);
        let people: Vec<Row> = (1_i64..)
            .zip(&names)
            .map(|(person, hard)| {
                event(person, 1, "01", "2020-04-01")
                    .with(&[("name", &hard.name), ("kana", &hard.kana)])
            })
            .collect();
        let report = desk.take(store, "resident_event", 1, &people).unwrap();
        assert_eq!(report.posted + report.held, 263);
        let file = written(&desk, store, 1000);
        assert_eq!(file.file.rows, report.posted);
        let text = String::from_utf8(file.file.bytes.clone()).unwrap();
        let permit = desk.permit::<SearchPerson>();
        let found = |typed: &str, person: i64| -> bool {
            let mut after = None;
            loop {
                let page = store
                    .read(|conn| search(conn, &permit, &desk.acting(), typed, after.as_ref()))
                    .unwrap_or_else(|error| panic!("{person} {typed:?}: {error}"));
                if page.hits.iter().any(|hit| hit.person_id == person) {
                    return true;
                }
                after = page.next;
                if after.is_none() {
                    return false;
                }
            }
        };
        let mut taken = 0;
        for (person, hard) in (1_i64..).zip(&names) {
            let picture = store
                .read(|conn| load_person(conn, person, today(), None))
                .unwrap();
            let Some(shown) = picture.and_then(|picture| picture.resident) else {
                // What is no name waits; a name never does.
                assert_ne!(hard.expected, "store", "{}", hard.id);
                continue;
            };
            taken += 1;
            assert_eq!(
                (&shown.fact.name, &shown.fact.kana),
                (&hard.name, &hard.kana),
                "{}",
                hard.id
            );
            assert!(found(&hard.name, person), "{} by name", hard.id);
            // Some have no reading, only a mark in its place.
            if hard.kana.chars().any(char::is_alphanumeric) {
                assert!(found(&hard.kana, person), "{} by kana", hard.id);
            }
            assert!(
                text.contains(&format!("\"{}\"", hard.name)),
                "{} goes out",
                hard.id
            );
        }
        assert_eq!(taken, report.posted);
        let back = again(&desk, store, &file);
        assert_eq!((back.posted, back.same), (0, taken));
    });
}
