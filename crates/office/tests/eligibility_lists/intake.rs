//! Files of other departments and schemes: every row a fact, a candidate, or held with row and field.

use crate::counter::{Counter, on_both};
use crate::files::{CITY, File};
use ::office::OfficeError;
use ::office::certificate::card_list;
use ::office::certificate::fact::{Card, record_card};
use ::office::eligibility::overlap::{self, State};
use ::office::eligibility::status::{
    CareCertificate, CompanyInsurance, LateElderly, PublicAssistance,
};
use ::office::import::{
    ImportReport, Incoming, Municipality, Options, Settlement, held_rows, receive, settle,
};
use ::office::registry::{Dated, Kind, timeline};
use ::office::security::authorize;
use ::office::security::permit::{ImportFile, SettleHeld};
use ::office::worklist::Candidate;
use exchange::{Catalogue, Extent};
use law::{Date, day};

fn take(counter: &Counter, file: &File) -> Result<ImportReport, OfficeError> {
    receive(
        &counter.desk.store,
        &Catalogue::shipped().unwrap(),
        &counter.permit::<ImportFile>(),
        &counter.acting(),
        &Municipality::new(CITY),
        &Incoming {
            name: &file.name,
            bytes: &file.bytes,
            control: file.control.as_deref(),
        },
        &Options::default(),
    )
}

pub type Cells<'a> = Vec<(&'a str, &'a str)>;

pub fn file(layout: &str, serial: u32, rows: &[Cells<'_>]) -> File {
    File::of(
        &Catalogue::shipped().unwrap(),
        layout,
        serial,
        Extent::Difference,
        rows,
    )
}

/// Takes a file and holds its counts together; the same file again changes nothing.
pub fn taken(counter: &Counter, file: &File) -> (u64, u64, u64) {
    let report = take(counter, file).unwrap();
    assert_eq!(report.posted + report.same + report.held, report.rows_read);
    let again = take(counter, file);
    assert!(matches!(again, Err(OfficeError::Refusal(_))), "{again:?}");
    (report.posted, report.same, report.held)
}

fn facts<F: Kind>(counter: &Counter, person: i64) -> Vec<Dated<F>> {
    counter
        .desk
        .store
        .read(|conn| timeline::<F>(conn, person, None))
        .unwrap()
}

pub fn candidates(counter: &Counter) -> Vec<(i64, String, Date)> {
    let mut found: Vec<_> = counter
        .open_items()
        .iter()
        .filter_map(Candidate::of)
        .map(|one| (one.person_id, one.cause, one.occurred_on))
        .collect();
    found.sort();
    found
}

fn held(counter: &Counter) -> Vec<(i64, i64, String, String)> {
    counter
        .desk
        .store
        .read(|conn| held_rows(conn, None, (0, 0), 100))
        .unwrap()
        .into_iter()
        .map(|row| (row.file_id, row.row_number, row.field, row.message))
        .collect()
}

// covers: QUA-013, QUA-025, FIL-084
#[test]
fn care_numbers_come_from_the_care_insurer() {
    on_both(day(2026, 11, 20), |counter| {
        counter.single(10, 1, day(1950, 5, 5), day(2020, 4, 1));
        let row =
            |person: &'static str, number: &'static str, until: &'static str| -> Cells<'static> {
                vec![
                    ("person_number", person),
                    ("history_number", "1"),
                    ("insurer", "131032"),
                    ("insured_number", number),
                    ("category", "1"),
                    ("gained_on", "2015-05-04"),
                    ("lost_on", until),
                ]
            };
        let rows = [row("1", "0000000123", ""), row("99", "0000000124", "")];
        assert_eq!(taken(counter, &file("care_insured", 1, &rows)), (1, 0, 1));
        let waiting = held(counter);
        assert_eq!(waiting.len(), 1);
        assert_eq!((waiting[0].1, waiting[0].2.as_str()), (3, "宛名番号"));
        assert!(waiting[0].3.contains("3行目"), "{}", waiting[0].3);
        let same = file("care_insured", 2, &[row("1", "0000000123", "9999-12-31")]);
        assert_eq!(taken(counter, &same), (0, 1, 0));
        let ended = file("care_insured", 3, &[row("1", "0000000123", "2026-10-01")]);
        assert_eq!(taken(counter, &ended), (1, 0, 0));
        let standing = facts::<CareCertificate>(counter, 1);
        assert_eq!(standing.len(), 1);
        assert_eq!(standing[0].valid.until, Some(day(2026, 10, 1)));
        assert_eq!(standing[0].fact.number, "0000000123");
        let backwards = file("care_insured", 4, &[row("1", "0000000123", "2015-05-04")]);
        assert_eq!(taken(counter, &backwards), (0, 0, 1));
    });
}

/// A row of 後期高齢者医療の資格.
pub fn late_elderly(
    person: &'static str,
    cause: &'static str,
    from: &'static str,
    loss: &'static str,
    until: &'static str,
) -> Cells<'static> {
    vec![
        ("person_number", person),
        ("history_number", "1"),
        ("insured_number", "12345678"),
        ("gain_cause", cause),
        ("gained_on", from),
        ("loss_cause", loss),
        ("lost_on", until),
    ]
}

// covers: QUA-021, FIL-093
#[test]
fn joining_and_leaving_the_scheme_of_75_become_candidates() {
    on_both(day(2026, 11, 20), |counter| {
        counter.single(10, 1, day(1951, 11, 10), day(2020, 4, 1));
        counter.single(20, 2, day(1958, 3, 3), day(2020, 4, 1));
        counter.named(
            3,
            "見本　三",
            "ミホン サン",
            day(1958, 3, 4),
            day(2020, 4, 1),
        );
        let rows = [
            late_elderly("1", "001", "2026-11-10", "", ""),
            late_elderly("2", "002", "2026-10-01", "", ""),
            late_elderly("3", "002", "2024-04-01", "005", "2026-11-01"),
        ];
        assert_eq!(taken(counter, &file("late_elderly", 1, &rows)), (3, 0, 0));
        assert_eq!(
            candidates(counter),
            [
                (1, "late_elderly_75".to_owned(), day(2026, 11, 10)),
                (2, "late_elderly_disability".to_owned(), day(2026, 10, 1)),
                (3, "left_late_elderly".to_owned(), day(2026, 11, 1)),
            ]
        );
        assert_eq!(
            facts::<LateElderly>(counter, 3)[0].valid.until,
            Some(day(2026, 11, 1))
        );
        let more = file("late_elderly", 2, &rows[..2]);
        assert_eq!(taken(counter, &more), (0, 2, 0), "told before");
        assert_eq!(candidates(counter).len(), 3);
    });
}

// covers: QUA-013, QUA-016
#[test]
fn assistance_is_told_in_any_order_of_rows_and_a_gap_waits() {
    on_both(day(2026, 12, 1), |counter| {
        for (household, person) in [(10, 1), (20, 2)] {
            counter.single(household, person, day(1980, 5, 5), day(2020, 4, 1));
        }
        let row = |person: &'static str, history, change, on| -> Cells<'static> {
            vec![
                ("person_number", person),
                ("history_number", history),
                ("office", "131032"),
                ("case_number", "0000001234"),
                ("change", change),
                ("changed_on", on),
                ("medical", "1"),
            ]
        };
        let rows = [
            row("1", "2", "2", "2026-10-01"), // 停止, told before the beginning
            row("1", "1", "1", "2026-08-10"), // 開始
            row("2", "2", "3", "2026-11-01"), // 停止解除 without a suspension
        ];
        assert_eq!(
            taken(counter, &file("public_assistance", 1, &rows)),
            (2, 0, 1)
        );
        let states: Vec<(Date, i64)> = facts::<PublicAssistance>(counter, 1)
            .into_iter()
            .map(|dated| (dated.valid.from, dated.fact.state))
            .collect();
        assert_eq!(states, [(day(2026, 8, 10), 1), (day(2026, 10, 1), 2)]);
        assert_eq!(
            candidates(counter),
            [
                (1, "welfare_started".to_owned(), day(2026, 8, 10)),
                (1, "welfare_suspended".to_owned(), day(2026, 10, 1)),
            ]
        );
        let waiting = held(counter);
        assert_eq!(waiting.len(), 1);
        assert!(waiting[0].3.contains("停止解除"), "{}", waiting[0].3);
        // What was missing comes; the row that waited is tried again.
        let first = [
            row("2", "1", "1", "2026-09-01"),
            row("2", "3", "2", "2026-10-01"),
        ];
        assert_eq!(
            taken(counter, &file("public_assistance", 2, &first)),
            (2, 0, 0)
        );
        settle(
            &counter.desk.store,
            &Catalogue::shipped().unwrap(),
            &counter.permit::<SettleHeld>(),
            &counter.acting(),
            &Municipality::new(CITY),
            (waiting[0].0, waiting[0].1),
            &Settlement::Retry,
        )
        .unwrap();
        assert_eq!(facts::<PublicAssistance>(counter, 2).len(), 3);
        assert!(held(counter).is_empty());
        let known = file("public_assistance", 3, &rows[..2]);
        assert_eq!(taken(counter, &known), (0, 2, 0));
    });
}

// covers: QUA-024
#[test]
fn the_list_of_double_insurance_is_matched_row_by_row() {
    on_both(day(2026, 11, 20), |counter| {
        counter.single(10, 1, day(1980, 5, 5), day(2020, 4, 1));
        counter.named(
            1,
            "見本　花子",
            "ミホン　ハナコ",
            day(1980, 5, 5),
            day(2020, 4, 1),
        );
        counter.named(
            2,
            "見本　二郎",
            "ミホン　ジロウ",
            day(1981, 5, 5),
            day(2020, 4, 1),
        );
        let row = |number: &'static str, name: &'static str, kana, born| -> Cells<'static> {
            vec![
                ("list_number", number),
                ("as_of", "2026-11-01"),
                ("name", name),
                ("kana", kana),
                ("sex", "2"),
                ("birth_on", born),
                ("insurer_number", "06130001"),
                ("insurer_name", "見本健康保険組合"),
                ("gained_on", "2026-09-01"),
            ]
        };
        let rows = [
            row("1", "見本　花子", "ミホン　ハナコ", "1980-05-05"),
            row("2", "見本　二郎", "ミホン　ジロウ", "1981-05-05"), // not insured here
            row("3", "他所　人", "ヨソ　ヒト", "1990-01-01"),
            row("4", "見本　花子", "ミホン　ハナコ", "1980-05-32"),
        ];
        assert_eq!(taken(counter, &file("overlap_list", 1, &rows)), (1, 1, 2));
        let waiting = held(counter);
        let fields: Vec<&str> = waiting.iter().map(|row| row.2.as_str()).collect();
        assert_eq!(fields, ["氏名・生年月日", "生年月日"]);
        let next_month = file("overlap_list", 2, &rows[..1]);
        assert_eq!(taken(counter, &next_month), (0, 1, 0));
        let found = counter
            .desk
            .store
            .read(|conn| overlap::list(conn, State::Found))
            .unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].row.as_of, day(2026, 11, 1));
    });
}

/// A row of マイナ保険証利用登録状況.
fn card(person: &'static str, as_of: &'static str, registered: &'static str) -> Cells<'static> {
    vec![
        ("person_number", person),
        ("history_number", "1"),
        ("as_of", as_of),
        ("registered", registered),
    ]
}

#[test]
fn incidents_28_and_51_an_old_list_of_cards_is_refused() {
    on_both(day(2026, 11, 20), |counter| {
        counter.single(10, 1, day(1980, 5, 5), day(2020, 4, 1));
        counter.single(20, 2, day(1981, 5, 5), day(2020, 4, 1));
        let may = file(
            "online_status",
            1,
            &[card("1", "2026-05-01", "1"), card("2", "2026-05-01", "0")],
        );
        assert_eq!(taken(counter, &may), (2, 0, 0));
        let april = file("online_status", 2, &[card("2", "2026-04-01", "1")]);
        assert_eq!(taken(counter, &april), (0, 0, 1), "April for May");
        assert!(held(counter)[0].3.contains("古い"), "{:?}", held(counter));
        let ahead = file("online_status", 3, &[card("2", "2026-12-01", "1")]);
        assert_eq!(taken(counter, &ahead), (0, 0, 1));
        let standing = facts::<Card>(counter, 1);
        assert!(standing[0].fact.linked);
        let as_of = standing[0].fact.as_of;
        assert_eq!(as_of, day(2026, 5, 1), "every answer says the day it is of");
    });
}

/// A list of everybody is what a renewal begins with; one of some people is none.
// covers: QUA-013
#[test]
fn a_list_of_everybody_is_received_with_its_day() {
    on_both(day(2026, 11, 20), |counter| {
        counter.single(10, 1, day(1980, 5, 5), day(2020, 4, 1));
        counter.single(20, 2, day(1981, 5, 5), day(2020, 4, 1));
        let whole = |serial, rows: &[Cells<'_>]| {
            let catalogue = Catalogue::shipped().unwrap();
            File::of(&catalogue, "online_status", serial, Extent::Full, rows)
        };
        let latest = || {
            let store = &counter.desk.store;
            store
                .read(|conn| card_list::latest(conn, i64::MAX))
                .unwrap()
        };
        let some = file("online_status", 1, &[card("1", "2026-05-01", "0")]);
        assert_eq!(taken(counter, &some), (1, 0, 0));
        assert_eq!(latest(), None);
        // Seen at the counter after the day of the list, and before the list comes.
        let seen = Card {
            linked: false,
            as_of: day(2026, 7, 3),
            source: "本人の申出".to_owned(),
        };
        let permit = authorize(&counter.clerk).unwrap();
        record_card(&counter.desk.store, &permit, &counter.acting(), 2, &seen).unwrap();
        let july = whole(
            2,
            &[
                card("1", "2026-07-01", "0"),
                card("2", "2026-07-01", "1"),
                card("3", "2026-07-01", "1"),
            ],
        );
        assert_eq!(taken(counter, &july), (2, 0, 1), "nobody has the number 3");
        assert_eq!(latest(), Some(day(2026, 7, 1)));
        // The same again of a later day is news of that day.
        let one = facts::<Card>(counter, 1);
        let days: Vec<Date> = one.iter().map(|row| row.fact.as_of).collect();
        assert_eq!(days, [day(2026, 5, 1), day(2026, 7, 1)]);
        let two = facts::<Card>(counter, 2);
        let spans: Vec<_> = two
            .iter()
            .map(|row| (row.valid.from, row.valid.until, row.fact.linked))
            .collect();
        assert_eq!(
            spans,
            [
                (day(2026, 7, 1), Some(day(2026, 7, 3)), true),
                (day(2026, 7, 3), None, false)
            ],
            "what was seen since goes on"
        );
        // One of several days, and one from before, are refused as a whole.
        let mixed = whole(
            3,
            &[card("1", "2026-08-01", "1"), card("2", "2026-08-02", "1")],
        );
        let june = whole(
            4,
            &[card("1", "2026-06-01", "1"), card("2", "2026-06-01", "1")],
        );
        for (file, words) in [(mixed, "2通り"), (june, "新しくありません")] {
            let refused = take(counter, &file).unwrap_err().to_string();
            assert!(refused.contains(words), "{refused}");
        }
        assert_eq!(facts::<Card>(counter, 1).len(), 2);
        assert_eq!(latest(), Some(day(2026, 7, 1)));
    });
}

/// What was put right by a list of some people and is put back by the list that came before is a file like any other.
// covers: QUA-013
#[test]
fn a_list_of_everybody_that_came_before_is_taken_again() {
    on_both(day(2026, 11, 20), |counter| {
        counter.single(10, 1, day(1980, 5, 5), day(2020, 4, 1));
        let whole = |serial| {
            let catalogue = Catalogue::shipped().unwrap();
            let rows = [card("1", "2026-07-01", "1")];
            File::of(&catalogue, "online_status", serial, Extent::Full, &rows)
        };
        let linked = || -> Vec<bool> {
            let standing = facts::<Card>(counter, 1);
            standing.iter().map(|row| row.fact.linked).collect()
        };
        assert_eq!(taken(counter, &whole(1)), (1, 0, 0));
        assert_eq!(linked(), [true]);
        let some = file("online_status", 2, &[card("1", "2026-07-01", "0")]);
        assert_eq!(taken(counter, &some), (1, 0, 0));
        assert_eq!(linked(), [false]);
        assert_eq!(taken(counter, &whole(3)), (1, 0, 0));
        assert_eq!(linked(), [true]);
        let store = &counter.desk.store;
        let lists = "select count(*) from card_list where as_of = '2026-07-01'";
        let lists = store.read(|conn| conn.query_text(lists, &[], |row| row.int(0)));
        assert_eq!(lists.unwrap(), [1], "one list of one content and one day");
        let again = take(counter, &whole(4)).unwrap_err().to_string();
        assert!(again.contains("取込済み"), "{again}");
    });
}

// covers: QUA-013, QUA-024, FIL-092
#[test]
fn days_of_another_insurance_become_candidates() {
    on_both(day(2026, 11, 20), |counter| {
        counter.single(10, 1, day(1980, 5, 5), day(2020, 4, 1));
        counter.named(
            2,
            "見本　二郎",
            "ミホン　ジロウ",
            day(1981, 5, 5),
            day(2020, 4, 1),
        );
        let row = |person: &'static str, history, from, until| -> Cells<'static> {
            vec![
                ("person_number", person),
                ("history_number", history),
                ("insurer_number", "06130001"),
                ("insurer_name", "見本健康保険組合"),
                ("symbol", "12"),
                ("number", "34"),
                ("relation", "1"),
                ("gained_on", from),
                ("lost_on", until),
            ]
        };
        let rows = [
            row("1", "1", "2026-10-01", ""),
            row("2", "1", "2020-04-01", "2026-10-01"),
        ];
        assert_eq!(
            taken(counter, &file("insurance_period", 1, &rows)),
            (2, 0, 0)
        );
        assert_eq!(
            candidates(counter),
            [
                (1, "joined_insurance".to_owned(), day(2026, 10, 1)),
                (2, "left_insurance".to_owned(), day(2026, 10, 1)),
            ]
        );
        assert_eq!(facts::<CompanyInsurance>(counter, 1).len(), 1);
        let strangers = [vec![
            ("municipality_code", "142051"),
            ("person_number", "1"),
            ("history_number", "1"),
            ("insurer_number", "06130001"),
            ("insurer_name", "見本"),
            ("relation", "1"),
            ("gained_on", "2026-10-01"),
        ]];
        let foreign = take(counter, &file("insurance_period", 2, &strangers));
        assert!(
            matches!(foreign, Err(OfficeError::Refusal(_))),
            "{foreign:?}"
        );
    });
}

/// 法6条・8条1項: another insurance told as one closed period ends the insurance here and lets it begin again; who was not
/// insured here on any of its days is asked for nothing but what follows it.
// covers: QUA-013
#[test]
fn days_of_another_insurance_that_are_over_end_and_begin_the_insurance_here() {
    on_both(day(2026, 11, 20), |counter| {
        for id in [1, 2, 3, 4, 5] {
            counter.single(id * 10, id, day(1980, 5, 5), day(2026, 4, 1));
        }
        let row = |person: &'static str, from, until| -> Cells<'static> {
            vec![
                ("person_number", person),
                ("history_number", "1"),
                ("insurer_number", "06130001"),
                ("insurer_name", "見本健康保険組合"),
                ("symbol", "12"),
                ("number", "34"),
                ("relation", "1"),
                ("gained_on", from),
                ("lost_on", until),
            ]
        };
        let rows = [
            row("1", "2026-06-01", "2026-09-01"), // in the middle of the insurance here
            row("2", "2025-06-01", "2026-04-01"), // over when it began
            row("3", "2026-02-01", "2026-07-01"), // not over yet when it began
            row("4", "2026-06-01", "2026-06-02"), // one day: lost and gained on the next
        ];
        assert_eq!(
            taken(counter, &file("insurance_period", 1, &rows)),
            (4, 0, 0)
        );
        let wanted = [
            (1, "joined_insurance".to_owned(), day(2026, 6, 1)),
            (1, "left_insurance".to_owned(), day(2026, 9, 1)),
            (3, "joined_insurance".to_owned(), day(2026, 2, 1)),
            (3, "left_insurance".to_owned(), day(2026, 7, 1)),
        ];
        assert_eq!(candidates(counter), wanted);
        // First told without an end, then with it.
        let open = file("insurance_period", 2, &[row("5", "2026-06-01", "")]);
        assert_eq!(taken(counter, &open), (1, 0, 0));
        let closed = file(
            "insurance_period",
            3,
            &[row("5", "2026-06-01", "2026-09-01")],
        );
        assert_eq!(taken(counter, &closed), (1, 0, 0));
        let of_five: Vec<_> = candidates(counter)
            .into_iter()
            .filter(|one| one.0 == 5)
            .map(|one| one.2)
            .collect();
        assert_eq!(of_five, [day(2026, 6, 1), day(2026, 9, 1)]);
        // The gain waits for the loss; no night takes it off before.
        let before = candidates(counter);
        let ran = ::office::nightly::run(
            &counter.desk.store,
            &counter.permit::<::office::security::permit::RunEligibility>(),
            &counter.acting(),
            &counter.books(),
            &|| counter.desk.tick(),
            |_| ::office::jobs::Flow::Continue,
        );
        ran.unwrap();
        assert_eq!(candidates(counter), before);
    });
}

/// 法6条8号・8条1項: a recognition that was withdrawn again, told in one row.
// covers: QUA-021
#[test]
fn days_of_the_scheme_of_75_that_are_over_end_and_begin_the_insurance_here() {
    on_both(day(2026, 11, 20), |counter| {
        counter.single(10, 1, day(1958, 3, 3), day(2020, 4, 1));
        counter.single(20, 2, day(1951, 5, 5), day(2020, 4, 1));
        let rows = [
            late_elderly("1", "002", "2026-06-01", "005", "2026-09-01"),
            late_elderly("2", "001", "2026-05-05", "005", "2026-09-01"),
        ];
        assert_eq!(taken(counter, &file("late_elderly", 1, &rows)), (2, 0, 0));
        assert_eq!(
            candidates(counter),
            [
                (1, "late_elderly_disability".to_owned(), day(2026, 6, 1)),
                (1, "left_late_elderly".to_owned(), day(2026, 9, 1)),
                (2, "late_elderly_75".to_owned(), day(2026, 5, 5)),
            ]
        );
    });
}
