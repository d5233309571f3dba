//! Hostile files: refused as a whole with nothing stored, or held row by row with row, field and reason.

use crate::desk::{CITY, Desk, File, counts, household, insured, number, on_both, resident, today};
use db::Store;
use exchange::Extent::{Difference, Full};
use exchange::{Control, Encoding};
use office::import::{HeldRow, Options, held_rows};
use office::registry::load_person;
use office::{OfficeError, import::Municipality};

fn refusal(result: Result<office::import::ImportReport, OfficeError>) -> (&'static str, String) {
    match result {
        Err(OfficeError::Refusal(refusal)) => (refusal.code, refusal.message_ja),
        other => panic!("not refused: {other:?}"),
    }
}

/// The file is refused with this code, and no table has a row more or less.
pub fn refused(store: &Store, desk: &Desk, file: &File, code: &str, parts: &[&str]) {
    let before = counts(store);
    let (found, message) = refusal(desk.take(store, file));
    assert_eq!(found, code, "{message}");
    for part in parts {
        assert!(message.contains(part), "「{part}」 not in {message}");
    }
    assert_eq!(counts(store), before, "{code}");
}

pub fn held(store: &Store) -> Vec<HeldRow> {
    store
        .read(|conn| held_rows(conn, None, (0, 0), 1000))
        .unwrap()
}

/// Two residents of one household with their insurance.
pub fn small_city(store: &Store, desk: &Desk) {
    let people = [
        resident("1", "港 一郎", "ミナト イチロウ", &[]),
        resident(
            "2",
            "港 花子",
            "ミナト ハナコ",
            &[("relationship1", "12"), ("birth_on", "2000-02-29")],
        ),
        resident(
            "3",
            "芝 三郎",
            "シバ サブロウ",
            &[("household_number", "903")],
        ),
    ];
    desk.take(store, &desk.file("resident", 1, Full, &people))
        .unwrap();
    desk.take(
        store,
        &desk.file(
            "household",
            2,
            Full,
            &[household("51", "1", &[]), household("53", "3", &[])],
        ),
    )
    .unwrap();
}

// covers: SEC-040
#[test]
fn another_encoding_is_refused_before_any_row() {
    on_both(|store| {
        let desk = Desk::new(store);
        let good = desk.file(
            "resident",
            1,
            Full,
            &[resident("1", "髙橋 太郎", "タカハシ タロウ", &[])],
        );
        let text = String::from_utf8(good.bytes.clone()).unwrap();
        let mut sjis = Vec::new();
        Encoding::Cp932.encode(&text, &mut sjis).unwrap();
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let utf16_bom = [b"\xFF\xFE".as_slice(), &utf16].concat();
        let bom = [b"\xEF\xBB\xBF".as_slice(), &good.bytes].concat();
        for (bytes, part) in [
            (sjis, "Shift_JIS"),
            (utf16, "UTF-16"),
            (utf16_bom, "UTF-16"),
            (bom, "BOM"),
        ] {
            refused(
                store,
                &desk,
                &File {
                    bytes,
                    ..good.clone()
                },
                "import.file.encoding",
                &[part, "1行も取り込んでいません"],
            );
        }
        let mut own = Desk::new_like(&desk);
        let sjis_layout = include_str!("../../../exchange/layouts/resident.toml")
            .replace("\"utf8\"", "\"cp932\"");
        own.catalogue.add_layout(&sjis_layout).unwrap();
        refused(
            store,
            &own,
            &good,
            "import.file.encoding",
            &["UTF-8のファイル"],
        );
    });
}

#[test]
fn a_truncated_file_is_refused_wherever_it_is_cut() {
    on_both(|store| {
        let desk = Desk::new(store);
        let good = desk.file(
            "resident",
            1,
            Full,
            &[
                resident("1", "髙橋 太郎", "タカハシ タロウ", &[]),
                resident("2", "𠮷田 花", "ヨシダ ハナ", &[]),
            ],
        );
        let before = counts(store);
        let rows_begin = good.bytes.iter().position(|byte| *byte == b'\n').unwrap();
        let mut kinds = std::collections::BTreeSet::new();
        for at in (0..good.bytes.len()).filter(|at| {
            at % 7 == 0 || *at > good.bytes.len() - 40 || good.bytes[at.saturating_sub(1)] == b'\n'
        }) {
            let (code, message) = refusal(desk.take(
                store,
                &File {
                    bytes: good.bytes[..at].to_vec(),
                    ..good.clone()
                },
            ));
            kinds.insert(code);
            assert!(
                at < rows_begin || message.contains("行目") || message.contains("件数"),
                "{at}: {message}"
            );
        }
        assert_eq!(
            kinds.into_iter().collect::<Vec<_>>(),
            [
                "import.file.balance",
                "import.file.encoding",
                "import.file.shape"
            ]
        );
        assert_eq!(counts(store), before);
    });
}

// covers: SEC-040, SYS-070
#[test]
fn a_file_that_does_not_balance_posts_nothing() {
    on_both(|store| {
        let desk = Desk::new(store);
        small_city(store, &desk);
        let good = desk.file(
            "asset_tax",
            5,
            Full,
            &[vec![
                ("person_number", "1"),
                ("fiscal_year", "2026"),
                ("asset_tax", "120000"),
            ]],
        );
        let control = |change: &dyn Fn(&mut Control)| {
            let mut control =
                Control::read(good.control.as_ref().unwrap(), &desk.catalogue).unwrap();
            change(&mut control);
            File {
                control: Some(control.write(&desk.catalogue).unwrap()),
                ..good.clone()
            }
        };
        refused(
            store,
            &desk,
            &control(&|control| control.rows = 2),
            "import.file.balance",
            &["件数表は2件", "ファイルは1件"],
        );
        refused(
            store,
            &desk,
            &control(&|control| control.sums[0].1 = 1),
            "import.file.balance",
            &["asset_tax", "120000"],
        );
        refused(
            store,
            &desk,
            &control(&|control| control.sums.clear()),
            "import.file.balance",
            &["件数表にありません"],
        );
        refused(
            store,
            &desk,
            &control(&|control| control.file_name = "x.csv".to_owned()),
            "import.file.control",
            &["別のファイル"],
        );
        refused(
            store,
            &desk,
            &control(&|control| control.municipality = "011002".to_owned()),
            "import.file.control",
            &["011002"],
        );
        refused(
            store,
            &desk,
            &File {
                control: None,
                ..good.clone()
            },
            "import.file.no_control",
            &["_control.csv"],
        );
        refused(
            store,
            &desk,
            &File {
                control: Some(b"x".to_vec()),
                ..good.clone()
            },
            "import.file.shape",
            &["件数表"],
        );
        assert_eq!(desk.take(store, &good).unwrap().posted, 1);
    });
}

#[test]
fn the_same_content_changes_nothing_under_any_name() {
    on_both(|store| {
        let desk = Desk::new(store);
        let good = desk.file(
            "resident",
            1,
            Full,
            &[resident("1", "港 一郎", "ミナト イチロウ", &[])],
        );
        desk.take(store, &good).unwrap();
        refused(
            store,
            &desk,
            &good,
            "import.file.duplicate",
            &["取込済み", &good.name],
        );
        let renamed = desk.file(
            "resident",
            9,
            Full,
            &[resident("1", "港 一郎", "ミナト イチロウ", &[])],
        );
        assert_eq!(renamed.bytes, good.bytes);
        refused(
            store,
            &desk,
            &renamed,
            "import.file.duplicate",
            &[&good.name],
        );
    });
}

#[test]
fn another_citys_file_is_refused() {
    on_both(|store| {
        let desk = Desk::new(store);
        let good = desk.file(
            "resident",
            1,
            Full,
            &[resident("1", "港 一郎", "ミナト イチロウ", &[])],
        );
        let renamed = File {
            name: good.name.replace(CITY, "142051"),
            ..good.clone()
        };
        refused(
            store,
            &desk,
            &renamed,
            "import.file.municipality",
            &["142051", CITY],
        );
        let foreign = desk.file(
            "resident",
            2,
            Full,
            &[
                resident(
                    "1",
                    "港 一郎",
                    "ミナト イチロウ",
                    &[("city_code", "142051")],
                ),
                resident("2", "港 二郎", "ミナト ジロウ", &[("city_code", "142051")]),
            ],
        );
        refused(
            store,
            &desk,
            &foreign,
            "import.file.municipality",
            &["2行目", "142051"],
        );
        let foreign = desk.file(
            "insured",
            3,
            Full,
            &[insured("1", "51", &[("municipality_code", "142051")])],
        );
        refused(
            store,
            &desk,
            &foreign,
            "import.file.municipality",
            &["142051"],
        );
        for (name, code) in [
            ("x.csv", "import.file.name"),
            (
                "J01_unknown_131032_20260601000000.csv",
                "import.file.layout",
            ),
            (
                "J01_control_131032_20260601000000.csv",
                "import.file.layout",
            ),
        ] {
            refused(
                store,
                &desk,
                &File {
                    name: name.to_owned(),
                    ..good.clone()
                },
                code,
                &[],
            );
        }
        // One stray row among many waits; a ward of a designated city is the city itself.
        let mut yokohama = Desk::new_like(&desk);
        yokohama.municipality = Municipality {
            code: CITY.to_owned(),
            wards: vec!["141011".to_owned()],
        };
        let mixed = desk.file(
            "resident",
            4,
            Difference,
            &[
                resident(
                    "1",
                    "港 一郎",
                    "ミナト イチロウ",
                    &[("city_code", "141011")],
                ),
                resident("2", "港 二郎", "ミナト ジロウ", &[]),
                resident(
                    "3",
                    "港 三郎",
                    "ミナト サブロウ",
                    &[("city_code", "142051")],
                ),
                resident(
                    "4",
                    "港 四郎",
                    "ミナト シロウ",
                    &[
                        ("city_code", "142051"),
                        ("resident_state", "2"),
                        ("move_cause", "21"),
                    ],
                ),
            ],
        );
        let report = yokohama.take(store, &mixed).unwrap();
        assert_eq!((report.posted, report.held), (3, 1));
        let waiting = held(store);
        assert_eq!(
            (waiting[0].row_number, waiting[0].code.as_str()),
            (4, "import.row.municipality")
        );
        let person = store
            .read(|conn| load_person(conn, 1, today(), None))
            .unwrap()
            .unwrap();
        assert_eq!(person.resident.unwrap().fact.ward, "141011");
    });
}

#[test]
fn a_much_smaller_or_older_full_file_needs_a_second_look() {
    on_both(|store| {
        let desk = Desk::new(store);
        let people: Vec<String> = (1..=20).map(|number| number.to_string()).collect();
        let rows: Vec<_> = people
            .iter()
            .map(|number| resident(number, "港 某", "ミナト ボウ", &[]))
            .collect();
        desk.take(store, &desk.file("resident", 5, Full, &rows))
            .unwrap();
        let fewer = desk.file("resident", 6, Full, &rows[..17]);
        refused(
            store,
            &desk,
            &fewer,
            "import.file.shrunk",
            &["17件", "20件", "確認済み"],
        );
        let older = desk.file("resident", 4, Full, &rows[..19]);
        refused(store, &desk, &older, "import.file.older", &["順番"]);
        let force = Options {
            force: true,
            ..Options::default()
        };
        let report = desk.take_with(store, &fewer, &force).unwrap();
        assert_eq!((report.posted, report.same, report.withdrawn), (0, 17, 0));
        assert_eq!(
            number(
                store,
                "select count(*) from resident_fact where superseded_at is null"
            ),
            20
        );
    });
}

#[test]
fn a_household_of_120_is_a_household() {
    on_both(|store| {
        let desk = Desk::new(store);
        let people: Vec<String> = (1..=120).map(|number| number.to_string()).collect();
        let branches: Vec<String> = (1..=120).map(|number| (number % 100).to_string()).collect();
        let rows: Vec<_> = people
            .iter()
            .map(|number| resident(number, "港 某", "ミナト ボウ", &[]))
            .collect();
        assert_eq!(
            desk.take(store, &desk.file("resident", 1, Full, &rows))
                .unwrap()
                .posted,
            120
        );
        desk.take(
            store,
            &desk.file("household", 2, Full, &[household("51", "1", &[])]),
        )
        .unwrap();
        let rows: Vec<_> = people
            .iter()
            .zip(&branches)
            .map(|(number, branch)| insured(number, "51", &[("branch", branch)]))
            .collect();
        assert_eq!(
            desk.take(store, &desk.file("insured", 3, Full, &rows))
                .unwrap()
                .posted,
            120
        );
        let picture = store
            .read(|conn| office::registry::load_household(conn, 51, today(), None))
            .unwrap()
            .unwrap();
        assert_eq!(picture.members.len(), 120);
    });
}

// covers: SEC-071
#[test]
fn a_program_an_archive_and_the_test_file_of_scanners_are_refused() {
    on_both(|store| {
        let desk = Desk::new(store);
        let good = desk.file(
            "resident",
            1,
            Full,
            &[resident("1", "港 一郎", "ミナト イチロウ", &[])],
        );
        let halves = [
            "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-",
            "STANDARD-ANTIVIRUS-TEST-FILE!$H+H*",
        ];
        let test_file = halves.concat().into_bytes();
        let with_rows = [good.bytes.as_slice(), b"\n", &test_file].concat();
        for (bytes, part) in [
            (test_file, "EICAR"),
            (with_rows, "EICAR"),
            (b"MZ\x90\x00".to_vec(), "実行ファイル"),
            (b"PK\x03\x04".to_vec(), "圧縮ファイル"),
        ] {
            let file = File {
                bytes,
                ..good.clone()
            };
            refused(
                store,
                &desk,
                &file,
                "import.file.malware",
                &[part, "1行も取り込んでいません"],
            );
        }
    });
}
