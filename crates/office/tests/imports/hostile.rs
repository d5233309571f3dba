//! Hostile files: refused as a whole with nothing stored, or held row by row with row, field and reason.

use crate::desk::{
    CITY, Desk, File, counts, household, income, insured, number, on_both, resident, today,
};
use db::Store;
use exchange::Extent::{Difference, Full};
use exchange::{Control, Encoding};
use law::{Yen, day};
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
fn refused(store: &Store, desk: &Desk, file: &File, code: &str, parts: &[&str]) {
    let before = counts(store);
    let (found, message) = refusal(desk.take(store, file));
    assert_eq!(found, code, "{message}");
    for part in parts {
        assert!(message.contains(part), "「{part}」 not in {message}");
    }
    assert_eq!(counts(store), before, "{code}");
}

fn held(store: &Store) -> Vec<HeldRow> {
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
fn rows_that_cannot_be_right_wait_with_row_and_field() {
    on_both(|store| {
        let desk = Desk::new(store);
        small_city(store, &desk);
        let facts = |table: &str| number(store, &format!("select count(*) from {table}"));
        let before = (facts("resident_fact"), facts("person"));
        let bad = [
            ("11", vec![("sex", "9")], "性別", "import.field.code"),
            (
                "12",
                vec![("move_cause", "77")],
                "異動事由",
                "import.field.code",
            ),
            (
                "13",
                vec![("birth_on", "2025-02-29")],
                "生年月日",
                "import.field.date",
            ),
            (
                "14",
                vec![("birth_on", "2026-02-30")],
                "生年月日",
                "import.field.date",
            ),
            (
                "15",
                vec![
                    ("birth_on", "0000-01-01"),
                    ("birth_on_unknown", "1"),
                    ("birth_on_unknown_text", "不詳"),
                ],
                "生年月日",
                "import.row.day_unknown",
            ),
            (
                "16",
                vec![("birth_on", ""), ("birth_on_unknown", "1")],
                "生年月日",
                "import.row.day_unknown",
            ),
            (
                "17",
                vec![("birth_on", "2026-06-02"), ("moved_on", "2026-06-02")],
                "生年月日",
                "import.row.birth_future",
            ),
            (
                "18",
                vec![("moved_on", "1970-01-01")],
                "異動年月日",
                "import.row.before_birth",
            ),
            ("19", vec![("name", "")], "氏名", "import.field.required"),
            (
                "20",
                vec![("postal_code", "１０５００１１")],
                "住所_郵便番号",
                "import.field.half_width",
            ),
            ("2x", vec![], "宛名番号", "import.field.digits"),
            (
                "1234567890123456",
                vec![],
                "宛名番号",
                "import.field.length",
            ),
            ("-5", vec![], "宛名番号", "import.field.digits"),
        ];
        let rows: Vec<_> = bad
            .iter()
            .map(|(number, more, _, _)| resident(number, "港 某", "ミナト ボウ", more))
            .collect();
        let report = desk
            .take(store, &desk.file("resident", 7, Difference, &rows))
            .unwrap();
        assert_eq!((report.posted, report.held), (0, bad.len() as u64));
        assert_eq!((facts("resident_fact"), facts("person")), before);
        let waiting = held(store);
        assert_eq!(waiting.len(), bad.len());
        for (place, (number, _, field, code)) in bad.iter().enumerate() {
            let row = waiting
                .iter()
                .find(|row| row.row_number == place as i64 + 2)
                .unwrap();
            assert_eq!(
                (row.field.as_str(), row.code.as_str()),
                (*field, *code),
                "{row:?}"
            );
            assert!(
                row.message.contains(&format!("{}行目", place + 2)) && row.message.contains(field),
                "{}",
                row.message
            );
            assert_eq!(row.cells["person_number"], *number);
            assert_eq!(row.owner, "資格担当");
        }
        // 不詳 with a day that stands in for it is taken.
        let unknown = resident(
            "30",
            "港 某",
            "ミナト ボウ",
            &[
                ("birth_on", "1950-01-01"),
                ("birth_on_unknown", "1"),
                ("birth_on_unknown_text", "年月不詳"),
            ],
        );
        assert_eq!(
            desk.take(store, &desk.file("resident", 8, Difference, &[unknown]))
                .unwrap()
                .posted,
            1
        );
        let person = store
            .read(|conn| load_person(conn, 30, today(), None))
            .unwrap()
            .unwrap()
            .resident
            .unwrap();
        assert!(person.fact.birth_unknown && person.fact.birth_on == day(1950, 1, 1));
    });
}

#[test]
fn insurance_rows_are_held_against_the_registry() {
    on_both(|store| {
        let desk = Desk::new(store);
        small_city(store, &desk);
        let file = desk.file(
            "household",
            5,
            Difference,
            &[
                household("60", "99", &[]),
                household(
                    "61",
                    "1",
                    &[("history_number", "1"), ("valid_until", "2025-04-01")],
                ),
                household(
                    "61",
                    "2",
                    &[("history_number", "2"), ("valid_from", "2025-03-01")],
                ),
                household("62", "1", &[("valid_until", "2020-04-01")]),
            ],
        );
        assert_eq!(desk.take(store, &file).unwrap().held, 4);
        let bad = [
            (
                insured("99", "51", &[]),
                "宛名番号",
                "import.row.unknown_person",
            ),
            (
                insured("3", "59", &[]),
                "国保世帯番号",
                "import.row.unknown_household",
            ),
            (
                insured("2", "53", &[("history_number", "5")]),
                "国保世帯番号",
                "import.row.head_elsewhere",
            ),
        ];
        let rows: Vec<_> = bad.iter().map(|(row, _, _)| row.clone()).collect();
        let report = desk
            .take(store, &desk.file("insured", 6, Difference, &rows))
            .unwrap();
        assert_eq!((report.posted, report.held), (0, 3));
        let overlap = desk.file(
            "insured",
            7,
            Difference,
            &[
                insured(
                    "1",
                    "51",
                    &[
                        ("history_number", "1"),
                        ("lost_on", "2024-05-01"),
                        ("loss_cause", "42"),
                    ],
                ),
                insured(
                    "1",
                    "51",
                    &[("history_number", "2"), ("gained_on", "2024-04-30")],
                ),
                insured(
                    "2",
                    "51",
                    &[("lost_on", "2020-04-01"), ("loss_cause", "42")],
                ),
                insured("3", "53", &[("gained_on", "1979-01-01")]),
            ],
        );
        assert_eq!(desk.take(store, &overlap).unwrap().held, 4);
        let more = desk.file(
            "insured",
            8,
            Difference,
            &[
                insured("1", "51", &[]),
                insured("1", "51", &[("gained_on", "2030-01-01")]),
                insured("2", "51", &[("lost_on", "2025-05-01")]),
                insured(
                    "3",
                    "53",
                    &[
                        ("lost_on", "2025-05-01"),
                        ("loss_cause", "42"),
                        ("loss_event_on", "2025-05-02"),
                    ],
                ),
            ],
        );
        assert_eq!(desk.take(store, &more).unwrap().held, 4);
        let codes: Vec<(i64, i64, String)> = held(store)
            .into_iter()
            .map(|row| (row.file_id, row.row_number, row.code))
            .collect();
        let code = |file: i64, row: i64| {
            codes
                .iter()
                .find(|found| (found.0, found.1) == (file, row))
                .unwrap()
                .2
                .clone()
        };
        assert_eq!(code(3, 2), "import.row.unknown_person");
        assert_eq!(
            (code(3, 3), code(3, 4)),
            (
                "import.row.overlap".to_owned(),
                "import.row.overlap".to_owned()
            )
        );
        assert_eq!(code(3, 5), "import.row.loss_before_gain");
        for (place, (_, _, expected)) in bad.iter().enumerate() {
            assert_eq!(code(4, place as i64 + 2), *expected);
        }
        assert_eq!(
            (code(5, 2), code(5, 3)),
            (
                "import.row.overlap".to_owned(),
                "import.row.overlap".to_owned()
            )
        );
        assert_eq!(
            (code(5, 4), code(5, 5)),
            (
                "import.row.loss_before_gain".to_owned(),
                "import.row.before_birth".to_owned()
            )
        );
        assert_eq!(
            (code(6, 2), code(6, 3)),
            (
                "import.row.duplicate".to_owned(),
                "import.row.duplicate".to_owned()
            )
        );
        assert_eq!(
            (code(6, 4), code(6, 5)),
            (
                "import.row.loss_cause".to_owned(),
                "import.row.loss_event".to_owned()
            )
        );
        assert_eq!(number(store, "select count(*) from insured_fact"), 0);
        assert_eq!(number(store, "select count(*) from household_fact"), 2);
    });
}

#[test]
fn income_rows_that_do_not_tie_wait() {
    on_both(|store| {
        let desk = Desk::new(store);
        small_city(store, &desk);
        let bad = [
            (
                income("99", "2026", &[]),
                "宛名番号",
                "import.row.unknown_person",
            ),
            (
                income("1", "2026", &[("salary", "-1")]),
                "給与所得（所得金額調整控除後）",
                "import.field.digits",
            ),
            (
                income(
                    "2",
                    "2026",
                    &[
                        ("salary_revenue", "5000000"),
                        ("salary", "3560000"),
                        ("comprehensive_total", "3000000"),
                    ],
                ),
                "総所得金額（繰越控除前）",
                "import.income.total",
            ),
            (
                income("3", "2026", &[("salary_revenue", "100"), ("salary", "200")]),
                "給与所得（所得金額調整控除後）",
                "import.income.exceeds",
            ),
        ];
        let rows: Vec<_> = bad.iter().map(|(row, _, _)| row.clone()).collect();
        assert_eq!(
            desk.take(store, &desk.file("income", 5, Difference, &rows))
                .unwrap()
                .held,
            4
        );
        for (place, (_, field, code)) in bad.iter().enumerate() {
            let row = held(store)
                .into_iter()
                .find(|row| row.row_number == place as i64 + 2)
                .unwrap();
            assert_eq!((row.field.as_str(), row.code.as_str()), (*field, *code));
        }
        let more = [
            (income("1", "2030", &[]), "import.row.year"),
            (
                income(
                    "2",
                    "2026",
                    &[("filing", "1"), ("salary_revenue", "900000")],
                ),
                "import.income.unfiled",
            ),
            (
                income(
                    "3",
                    "2026",
                    &[("business", "3000000"), ("total_income", "2000000")],
                ),
                "import.income.total",
            ),
        ];
        let rows: Vec<_> = more.iter().map(|(row, _)| row.clone()).collect();
        let report = desk
            .take(store, &desk.file("income", 6, Difference, &rows))
            .unwrap();
        assert_eq!(report.held, 3);
        for (place, (_, code)) in more.iter().enumerate() {
            let found = held(store)
                .into_iter()
                .find(|row| row.file_id == report.file_id && row.row_number == place as i64 + 2);
            assert_eq!(found.unwrap().code, *code);
        }
        assert_eq!(number(store, "select count(*) from income_fact"), 0);
    });
}

#[test]
fn an_older_history_never_replaces_a_newer_one() {
    on_both(|store| {
        let desk = Desk::new(store);
        small_city(store, &desk);
        let row = |history: &'static str, salary: &'static str| {
            vec![income(
                "1",
                "2026",
                &[
                    ("history_number", history),
                    ("salary_revenue", "9000000"),
                    ("salary", salary),
                ],
            )]
        };
        desk.take(store, &desk.file("income", 5, Difference, &row("3", "300")))
            .unwrap();
        let report = desk
            .take(store, &desk.file("income", 6, Difference, &row("2", "200")))
            .unwrap();
        assert_eq!((report.posted, report.held), (0, 1));
        assert_eq!(held(store)[0].code, "import.row.older");
        // Several histories in one file: the latest stands.
        let file = desk.file(
            "income",
            7,
            Difference,
            &[row("5", "500"), row("4", "400")].concat(),
        );
        let report = desk.take(store, &file).unwrap();
        assert_eq!((report.posted, report.same), (1, 1));
        let person = store
            .read(|conn| load_person(conn, 1, today(), None))
            .unwrap()
            .unwrap();
        assert_eq!(
            (person.incomes.len(), person.incomes[0].fact.income.salary),
            (1, Yen(500))
        );
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
