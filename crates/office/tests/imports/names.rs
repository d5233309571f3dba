//! Every hard name is stored letter by letter and read back, or waits with a message.

use crate::desk::{Desk, number, on_both, resident, today};
use exchange::Extent::Full;
use office::import::held_rows;
use office::registry::{load_person, search};
use std::collections::BTreeMap;

struct Hard {
    id: String,
    name: String,
    kana: String,
    expected: String,
}

fn hard_names() -> Vec<Hard> {
    let bytes = include_bytes!("../data/hard_names.csv");
    let text = std::str::from_utf8(bytes).unwrap();
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

// covers: ADR-002
#[test]
fn every_hard_name_is_stored_unchanged_or_waits() {
    let names = hard_names();
    assert_eq!(names.len(), 263);
    on_both(|store| {
        let desk = Desk::new(store);
        let numbers: Vec<String> = (1..=names.len()).map(|number| number.to_string()).collect();
        let rows: Vec<_> = names
            .iter()
            .zip(&numbers)
            .map(|(hard, number)| resident(number, &hard.name, &hard.kana, &[]))
            .collect();
        let report = desk
            .take(store, &desk.file("resident", 1, Full, &rows))
            .unwrap();
        assert_eq!(report.posted + report.held, names.len() as u64);
        let waiting: BTreeMap<String, String> = store
            .read(|conn| held_rows(conn, None, (0, 0), 1000))
            .unwrap()
            .into_iter()
            .filter(|row| row.state == "held")
            .map(|row| (row.cells["person_number"].clone(), row.message))
            .collect();
        assert_eq!(waiting.len() as u64, report.held);
        for (hard, number) in names.iter().zip(&numbers) {
            let person = store
                .read(|conn| load_person(conn, number.parse().unwrap(), today(), None))
                .unwrap();
            match (person, waiting.get(number)) {
                (Some(person), None) => {
                    let fact = person.resident.unwrap().fact;
                    assert_eq!(
                        (&fact.name, &fact.kana),
                        (&hard.name, &hard.kana),
                        "{}",
                        hard.id
                    );
                    assert!(
                        !hard.expected.starts_with("reject"),
                        "{} must wait",
                        hard.id
                    );
                }
                (None, Some(message)) => {
                    assert!(
                        message.contains("行目 項目「氏名"),
                        "{}: {message}",
                        hard.id
                    );
                    assert!(hard.expected != "store", "{} is a name: {message}", hard.id);
                }
                (person, message) => panic!("{}: {} {message:?}", hard.id, person.is_some()),
            }
        }
        assert_eq!(number_of_replacement_letters(store), 0);
    });
}

fn number_of_replacement_letters(store: &db::Store) -> i64 {
    number(
        store,
        "select count(*) from resident_fact where name like '%\u{FFFD}%' or kana like '%\u{FFFD}%'",
    )
}

#[test]
fn names_are_found_by_what_a_clerk_types() {
    on_both(|store| {
        let desk = Desk::new(store);
        let names = [
            ("1", "渡邉\u{E0110} 一", "ワタナベ ハジメ"),
            ("2", "渡邊 二", "ワタナベ ツギ"),
            ("3", "𠮷﨑 誠", "ヨシザキ マコト"),
            ("4", "ＮＧＵＹＥＮ　ＶＡＮ　ＢＩＮＨ", "グエン ヴァン ビン"),
            ("5", "佐々木 文代", "ササキ フミヨ"),
        ];
        let rows: Vec<_> = names
            .iter()
            .map(|(number, name, kana)| resident(number, name, kana, &[]))
            .collect();
        desk.take(store, &desk.file("resident", 1, Full, &rows))
            .unwrap();
        let found = |typed: &str| -> Vec<i64> {
            let page = store
                .read(|conn| search(conn, &desk.permit(), &desk.acting(), typed, None))
                .unwrap();
            page.hits.iter().map(|hit| hit.person_id).collect()
        };
        for (typed, expected) in [
            ("渡辺", vec![1, 2]),
            ("わたなへ", vec![2, 1]),
            ("吉崎", vec![3]),
            ("nguyen", vec![4]),
            ("グエン", vec![4]),
            ("佐佐木文代", vec![5]),
            ("渡辺 昭和55年5月5日", vec![1, 2]),
            ("渡辺 昭和55年5月6日", vec![]),
        ] {
            let mut hits = found(typed);
            if typed == "渡辺" || typed.starts_with("渡辺 ") {
                hits.sort_unstable();
            }
            assert_eq!(hits, expected, "{typed}");
        }
    });
}

#[test]
fn pages_follow_a_key_and_never_repeat() {
    on_both(|store| {
        let desk = Desk::new(store);
        let numbers: Vec<String> = (1..=170).map(|number| number.to_string()).collect();
        let rows: Vec<_> = numbers
            .iter()
            .map(|number| resident(number, "港 花子", "ミナト ハナコ", &[]))
            .collect();
        desk.take(store, &desk.file("resident", 1, Full, &rows))
            .unwrap();
        for typed in ["みなと", "港", "S55.5.5"] {
            let mut seen = Vec::new();
            let mut after = None;
            loop {
                let page = store
                    .read(|conn| {
                        search(conn, &desk.permit(), &desk.acting(), typed, after.as_ref())
                    })
                    .unwrap();
                seen.extend(page.hits.iter().map(|hit| hit.person_id));
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            assert_eq!(seen, (1..=170).collect::<Vec<_>>(), "{typed}");
        }
    });
}

/// Digits may be a day, a person, a household or 記号番号: whatever they may be is looked for.
#[test]
fn bare_digits_are_a_birthday_and_a_number_alike() {
    on_both(|store| {
        let desk = Desk::new(store);
        let rows = [
            ("550505", "港 一", "ミナト ハジメ", "1970-01-01", "9001"),
            ("19800505", "港 二", "ミナト ツギ", "1971-01-01", "9002"),
            ("3", "港 三", "ミナト ミツ", "1980-05-05", "9003"),
            ("4", "港 四", "ミナト ヨツ", "1993-05-05", "19800505"),
        ]
        .map(|(number, name, kana, birth, home)| {
            resident(
                number,
                name,
                kana,
                &[("birth_on", birth), ("household_number", home)],
            )
        });
        desk.take(store, &desk.file("resident", 1, Full, &rows))
            .unwrap();
        let found = |typed: &str| -> Vec<i64> {
            let page = store
                .read(|conn| search(conn, &desk.permit(), &desk.acting(), typed, None))
                .unwrap();
            page.hits.iter().map(|hit| hit.person_id).collect()
        };
        assert_eq!(found("19800505"), [19_800_505, 4, 3], "numbers first");
        assert_eq!(found("１９８００５０５"), [19_800_505, 4, 3]);
        assert_eq!(found("550505"), [550_505], "Reiwa has no such year yet");
        assert_eq!(found("9003"), [3], "世帯番号");
        // Beside a name it is a day; beside a day it is a number.
        assert_eq!(found("ミナト 19800505"), [3]);
        assert_eq!(found("19800505 S46.1.1"), [19_800_505]);
        assert_eq!(found("19930505 19800505"), [4]);
    });
}
