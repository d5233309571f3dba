//! Subjects that stand and are not in a full file: kept, counted, told, and put into the work list.

use crate::desk::{Desk, File, household, insured, number, on_both, resident};
use crate::hostile::{held, small_city};
use db::Store;
use exchange::Extent::{Difference, Full};
use office::OfficeError;
use office::import::{HeldRow, ImportReport, Options, Progress, Settlement, settle};
use office::registry;
use std::panic::{AssertUnwindSafe, catch_unwind};

type Row = Vec<(&'static str, &'static str)>;

/// A layout, its table, who looks after it, and a row of a person.
type Missable<'a> = (&'a str, &'a str, &'a str, &'a dyn Fn(&'static str) -> Row);

const FORCE: Options<'_> = Options {
    force: true,
    chunk_rows: 0,
    scanner: None,
    progress: None,
};

/// Takes a full file that may be much smaller than what stands.
fn full(store: &Store, desk: &Desk, layout: &str, serial: u32, rows: &[Row]) -> ImportReport {
    desk.take_with(store, &desk.file(layout, serial, Full, rows), &FORCE)
        .unwrap()
}

/// Those in the work list who are missing in a full file.
fn missing(store: &Store) -> Vec<HeldRow> {
    held(store)
        .into_iter()
        .filter(|row| row.code == "import.missing_in_full")
        .collect()
}

fn close(
    store: &Store,
    desk: &Desk,
    row: &HeldRow,
    settlement: &Settlement,
) -> Result<(), OfficeError> {
    settle(
        store,
        &desk.catalogue,
        &desk.permit(),
        &desk.acting(),
        &desk.municipality,
        (row.file_id, row.row_number),
        settlement,
    )
}

fn standing(store: &Store, table: &str) -> i64 {
    number(
        store,
        &format!("select count(*) from {table} where superseded_at is null"),
    )
}

fn of_person(person: &'static str, more: &[(&'static str, &'static str)]) -> Row {
    let mut row = vec![("person_number", person), ("history_number", "1")];
    row.extend_from_slice(more);
    row
}

#[test]
fn who_is_not_in_a_full_file_is_kept_told_and_listed() {
    on_both(|store| {
        let desk = Desk::new(store);
        small_city(store, &desk);
        let span = |person| {
            of_person(
                person,
                &[("valid_from", "2024-05-01"), ("valid_until", "2027-04-01")],
            )
        };
        let layouts: [Missable<'_>; 6] = [
            ("insured", "insured_fact", "資格担当", &|person| {
                insured(person, if person == "3" { "53" } else { "51" }, &[])
            }),
            ("care_exempt", "care_exempt_fact", "資格担当", &span),
            (
                "former_insured",
                "former_insured_fact",
                "資格担当",
                &|person| {
                    let mut row = span(person);
                    row.push(("household_number", "51"));
                    row
                },
            ),
            (
                "former_dependant",
                "former_dependant_fact",
                "資格担当",
                &|person| of_person(person, &[("since", "2025-05-01")]),
            ),
            (
                "unemployment",
                "unemployment_fact",
                "賦課担当",
                &|person| of_person(person, &[("left_on", "2026-03-31"), ("leaving_code", "11")]),
            ),
            ("maternity", "maternity_fact", "賦課担当", &|person| {
                of_person(
                    person,
                    &[
                        ("delivery_on", "2026-07-10"),
                        ("multiple", "0"),
                        ("confirmed", "0"),
                    ],
                )
            }),
        ];
        for (place, (layout, table, owner, row)) in layouts.into_iter().enumerate() {
            let serial = 10 + 10 * u32::try_from(place).unwrap();
            let first = full(
                store,
                &desk,
                layout,
                serial,
                &[row("1"), row("2"), row("3")],
            );
            assert_eq!(
                (first.posted, first.missing),
                (3, 0),
                "{layout} {:?}",
                held(store)
            );
            assert_eq!(first.messages, [""; 0]);
            let second = full(store, &desk, layout, serial + 1, &[row("1"), row("3")]);
            assert_eq!(
                (second.same, second.held, second.withdrawn, second.missing),
                (2, 0, 0, 1),
                "{layout}"
            );
            let told = second.messages.join("。");
            assert!(told.contains("1件") && told.contains("宛名番号2"), "{told}");
            assert_eq!(standing(store, table), 3, "{layout}: nothing is withdrawn");
            let listed = missing(store);
            assert_eq!(listed.len(), 1, "{layout}");
            let one = &listed[0];
            assert_eq!((one.file_id, one.state.as_str()), (second.file_id, "held"));
            assert_eq!(
                (one.owner.as_str(), one.field.as_str()),
                (owner, "宛名番号")
            );
            assert_eq!(one.cells["person_number"], "2");
            assert!(one.row_number > 3, "after the lines of the file");
            assert!(one.message.contains("宛名番号2"), "{}", one.message);
            close(
                store,
                &desk,
                one,
                &Settlement::Dismiss("送り元の漏れ".to_owned()),
            )
            .unwrap();
            assert_eq!(missing(store), []);
        }
    });
}

#[test]
fn households_and_residents_are_missed_too() {
    on_both(|store| {
        let desk = Desk::new(store);
        small_city(store, &desk);
        let report = full(store, &desk, "household", 5, &[household("51", "1", &[])]);
        assert_eq!(report.missing, 1);
        assert!(report.messages[0].contains("国保世帯番号53"), "{report:?}");
        assert_eq!(missing(store)[0].cells["household_number"], "53");
        let left = resident(
            "2",
            "港 花子",
            "ミナト ハナコ",
            &[
                ("history_number", "2"),
                ("resident_state", "2"),
                ("move_cause", "21"),
                ("moved_on", "2026-05-01"),
            ],
        );
        desk.take(store, &desk.file("resident", 6, Difference, &[left]))
            .unwrap();
        // 2 has left and may be left out; 3 lives here.
        let one = resident("1", "港 一郎", "ミナト イチロウ", &[]);
        let report = full(store, &desk, "resident", 7, &[one]);
        assert_eq!(report.missing, 1);
        let listed = missing(store);
        assert_eq!(listed[1].cells["person_number"], "3");
        assert_eq!(listed.len(), 2);
    });
}

#[test]
fn the_list_is_that_of_the_latest_full_file() {
    on_both(|store| {
        let desk = Desk::new(store);
        small_city(store, &desk);
        let row = |person| insured(person, if person == "3" { "53" } else { "51" }, &[]);
        full(store, &desk, "insured", 10, &[row("1"), row("2"), row("3")]);
        full(store, &desk, "insured", 11, &[row("1")]);
        assert_eq!(missing(store).len(), 2);
        // 2 is back; 3 is missed once, not twice.
        let third = full(store, &desk, "insured", 12, &[row("1"), row("2")]);
        let listed = missing(store);
        assert_eq!(listed.len(), 1);
        assert_eq!(listed[0].file_id, third.file_id);
        let still = close(store, &desk, &listed[0], &Settlement::Retry).unwrap_err();
        assert!(still.to_string().contains("宛名番号3"), "{still}");
        let cell = Settlement::Correct(vec![("person_number".to_owned(), "2".to_owned())]);
        assert!(close(store, &desk, &listed[0], &cell).is_err());
        // A difference misses nobody, and one that brings the loss lets the row be closed by trying again.
        let lost = insured(
            "3",
            "53",
            &[("lost_on", "2026-05-01"), ("loss_cause", "42")],
        );
        let report = desk
            .take(store, &desk.file("insured", 13, Difference, &[lost]))
            .unwrap();
        assert_eq!((report.posted, report.missing), (1, 0));
        close(store, &desk, &listed[0], &Settlement::Retry).unwrap();
        assert_eq!(missing(store), []);
        // Who has lost it is no longer in force: told as a number, and not listed.
        let report = full(store, &desk, "insured", 14, &[row("2"), row("1")]);
        assert_eq!(report.missing, 0);
        assert!(
            report.messages[0].contains("期間の終わった1件"),
            "{report:?}"
        );
        assert_eq!(missing(store), []);
    });
}

#[test]
fn a_row_whose_number_was_wrong_is_the_one_that_was_missed() {
    on_both(|store| {
        let desk = Desk::new(store);
        small_city(store, &desk);
        let row = |person| insured(person, "51", &[]);
        full(store, &desk, "insured", 10, &[row("1"), row("2")]);
        let report = full(store, &desk, "insured", 11, &[row("1"), row("7")]);
        assert_eq!((report.held, report.missing), (1, 1));
        let waiting = held(store);
        let wrong = waiting.iter().find(|row| row.row_number == 3).unwrap();
        let right = Settlement::Correct(vec![("person_number".to_owned(), "2".to_owned())]);
        close(store, &desk, wrong, &right).unwrap();
        assert_eq!(held(store), []);
    });
}

#[test]
fn many_are_told_by_the_first_few_and_listed_one_by_one() {
    on_both(|store| {
        let desk = Desk::new(store);
        let people: Vec<String> = (1..=40).map(|number| number.to_string()).collect();
        let rows: Vec<_> = people
            .iter()
            .map(|number| resident(number, "港 某", "ミナト ボウ", &[]))
            .collect();
        let file = |serial, rows: &[Vec<(&str, &str)>]| -> File {
            desk.file("resident", serial, Full, rows)
        };
        desk.take(store, &file(1, &rows)).unwrap();
        // Killed when the last row was posted and before anyone was listed.
        let stop = |progress: Progress| {
            if progress.done == progress.total {
                std::panic::panic_any("killed");
            }
        };
        let killed = Options {
            chunk_rows: 3,
            progress: Some(&stop),
            ..FORCE
        };
        let fewer = file(2, &rows[..9]);
        assert!(catch_unwind(AssertUnwindSafe(|| desk.take_with(store, &fewer, &killed))).is_err());
        assert_eq!(missing(store), []);
        let report = desk.take_with(store, &fewer, &FORCE).unwrap();
        assert_eq!((report.same, report.missing), (9, 31));
        let told = report.messages.join("。");
        assert!(
            told.contains("31件") && told.contains("宛名番号10、11、12、13、14 ほか"),
            "{told}"
        );
        let listed = missing(store);
        assert_eq!(listed.len(), 31);
        assert_eq!(listed[30].cells["person_number"], "40");
    });
}

/// A full file of residents is held against those whom the residents' register has, not against everybody the office knows.
#[test]
fn who_is_no_resident_of_the_register_is_not_missed() {
    on_both(|store| {
        let desk = Desk::new(store);
        small_city(store, &desk);
        let outsider = vec![
            ("person_number", "90"),
            ("history_number", "1"),
            ("action", "1"),
            ("moved_on", "2026-04-01"),
            ("name", "髙橋 一"),
            ("kana", "タカハシ ハジメ"),
            ("sex", "1"),
            ("birth_on", "1970-01-01"),
            ("town", "藤沢市朝日町"),
            ("business", "K01"),
        ];
        desk.take(store, &desk.file("nonresident", 2, Difference, &[outsider]))
            .unwrap();
        let gone = resident(
            "91",
            "港 次郎",
            "ミナト ジロウ",
            &[
                ("resident_state", "2"),
                ("move_cause", "21"),
                ("moved_on", "2026-05-01"),
            ],
        );
        desk.take(store, &desk.file("resident", 3, Difference, &[gone]))
            .unwrap();
        let all = |from: usize| -> Vec<Row> {
            [
                ("1", "港 一郎", "ミナト イチロウ"),
                ("2", "港 花子", "ミナト ハナコ"),
            ]
            .into_iter()
            .skip(from)
            .map(|(number, name, kana)| resident(number, name, kana, &[]))
            .collect()
        };
        // Only 3 lives here and is not in the file: 90 lives elsewhere, 91 has left.
        let report = full(store, &desk, "resident", 4, &all(0));
        let numbers = |store: &Store| -> Vec<String> {
            let rows = missing(store).into_iter();
            rows.map(|row| row.cells["person_number"].clone()).collect()
        };
        assert_eq!((report.missing, numbers(store)), (1, vec!["3".to_owned()]));
        // Who was entered at a counter alone is in no file of the sender yet.
        let entered = registry::event::NewEvent {
            cause: "01".to_owned(),
            occurred_on: law::day(2026, 11, 1),
            occurred_text: String::new(),
            reported_on: None,
            sequence: (0, 0),
            refers_to: None,
            items: [
                ("name", "港 三郎"),
                ("kana", "ミナト サブロウ"),
                ("birth_on", "1990-01-01"),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
        };
        let registration = registry::register::Registration {
            person_id: 92,
            kind: 1,
            events: vec![entered],
            seen: 0,
        };
        registry::register::register(store, &desk.permit(), &desk.acting(), &registration).unwrap();
        let report = full(store, &desk, "resident", 5, &all(1));
        let left = ["1", "3"].map(str::to_owned).to_vec();
        assert_eq!((report.missing, numbers(store)), (2, left));
    });
}
