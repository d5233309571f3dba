//! Rows that cannot be right wait, each with its row, field and reason; what is right beside them is posted.

use crate::desk::{Desk, household, income, insured, number, on_both, resident, today};
use crate::hostile::{held, small_city};
use exchange::Extent::Difference;
use law::{Yen, day};
use office::import::{Settlement, settle};
use office::registry::load_person;

/// The line of the row in this place of a file with a heading.
fn line(place: usize) -> i64 {
    i64::try_from(place).unwrap() + 2
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
                .find(|row| row.row_number == line(place))
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

// covers: ADR-001
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
            assert_eq!(code(4, line(place)), *expected);
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

// covers: LEV-008
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
                .find(|row| row.row_number == line(place))
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
                .find(|row| row.file_id == report.file_id && row.row_number == line(place));
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
fn a_row_that_was_somebody_else_s_adds_its_span_and_erases_no_history() {
    on_both(|store| {
        let desk = Desk::new(store);
        small_city(store, &desk);
        let closed = |number, from, until| {
            let more = [
                ("history_number", number),
                ("gained_on", from),
                ("lost_on", until),
                ("loss_cause", "42"),
            ];
            insured("2", "51", &more)
        };
        let history = [
            closed("1", "2020-04-01", "2021-04-01"),
            closed("2", "2022-04-01", "2023-04-01"),
        ];
        let file = desk.file("insured", 5, Difference, &history);
        assert_eq!(desk.take(store, &file).unwrap().posted, 2);
        let wrong = |from: &'static str, until: &'static str| {
            let more = [
                ("gained_on", from),
                ("lost_on", until),
                ("loss_cause", "42"),
            ];
            insured("7", "51", &more)
        };
        // Two rows of a file under a number that is nobody's; both are of 2.
        let rows = [
            wrong("2024-04-01", "2025-04-01"),
            wrong("2025-10-01", "2026-04-01"),
        ];
        let report = desk
            .take(store, &desk.file("insured", 6, Difference, &rows))
            .unwrap();
        assert_eq!(report.held, 2);
        let standing = || {
            let text =
                "select count(*) from insured_fact where subject = 2 and superseded_at is null";
            number(store, text)
        };
        for (place, spans) in [(0, 3), (1, 4)] {
            let right = vec![("person_number".to_owned(), "2".to_owned())];
            settle(
                store,
                &desk.catalogue,
                &desk.permit(),
                &desk.acting(),
                &desk.municipality,
                (report.file_id, line(place)),
                &Settlement::Correct(right),
            )
            .unwrap();
            assert_eq!(
                standing(),
                spans,
                "what the small file does not have stands"
            );
        }
        assert_eq!(held(store), []);
    });
}
