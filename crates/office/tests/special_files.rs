//! 特別徴収の依頼と結果: the file goes out as the ledger stands, the result comes in, and the amounts reconcile.
//!
//! 港区, 令和8年度. Of a pensioner of whom last February took 3,300 yen, April, June and August take 3,300 each, October
//! 3,421, December and February 3,400 each: 20,121 in the year.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod support;

use crate::support::handed::cleared;
use exchange::{Catalogue, Control, Extent, FileName, Writer};
use law::{Date, FiscalYear, Yen, day};
use office::OfficeError;
use office::exports::LevySpecial;
use office::import::{Incoming, Municipality};
use office::levy::special::Request;
use office::levy::special_files::{
    Asked, Difference, DifferenceKind, OutFile, Reconciliation, RequestKind, read_requests,
    read_results, write_requests,
};
use office::registry::{Pension, record, year_span};
use office::security::{authorize, permit::ExportData};
use support::desk::{Desk, WARD, business, income, single};

const JUNE: Date = Date::constant(2026, 6, 12);
const YEAR: FiscalYear = FiscalYear(2026);
const MADE_AT: &str = "20260914090000";

/// A pensioner of 68 without other income.
fn pensioner(desk: &Desk, household: i64, february: i64) {
    let id = household * 10 + 1;
    single(desk, household, id, day(1957, 6, 20), day(2020, 4, 1));
    desk.report(day(2026, 4, 2), |conn, act| {
        income(conn, act, id, 2026, business(0))
    });
    transfer(desk, day(2026, 4, 3), id, february, false);
}

/// The pension on record, and whether the head wants to pay from an account.
fn transfer(desk: &Desk, on: Date, id: i64, february: i64, account_transfer: bool) {
    desk.report(on, |conn, act| {
        let fact = Pension {
            annual_pension: Yen(2_000_000),
            care_special: true,
            care_per_payment: Yen(5_000),
            account_transfer,
            february_amount: Yen(february),
        };
        record(conn, act, id, year_span(YEAR), &fact)
    });
}

/// Households 1 to 3 go on from last February; 4 begins in October; 3 asks for account transfer in September.
fn levied(desk: &Desk) {
    for household in 1..=3 {
        pensioner(desk, household, 3_300);
    }
    pensioner(desk, 4, 0);
    desk.relevy(JUNE, &[1, 2, 3, 4]);
    transfer(desk, day(2026, 9, 1), 31, 3_300, true);
    desk.relevy(day(2026, 9, 1), &[3]);
}

fn ward() -> Municipality {
    Municipality::new(WARD)
}

fn written(
    desk: &Desk,
    catalogue: &Catalogue,
    (year, month): (FiscalYear, i64),
) -> Result<(OutFile, OutFile), OfficeError> {
    let may = authorize::<ExportData>(&desk.levy).unwrap();
    let acting = desk.clerk(JUNE);
    let cleared = cleared::<LevySpecial>(&desk.store, &acting, &may);
    let may = (&may, &cleared);
    write_requests(&desk.store, may, catalogue, &ward(), year, month, MADE_AT)
}

fn request(desk: &Desk, catalogue: &Catalogue, month: i64) -> (OutFile, OutFile) {
    written(desk, catalogue, (YEAR, month)).unwrap()
}

fn incoming<'f>(file: &'f OutFile, control: &'f OutFile) -> Incoming<'f> {
    Incoming {
        name: &file.name,
        bytes: &file.bytes,
        control: Some(&control.bytes),
    }
}

/// Household, kind and yen of each row of a request file.
fn rows(catalogue: &Catalogue, file: &(OutFile, OutFile)) -> Vec<(i64, RequestKind, i64)> {
    read_requests(catalogue, &ward(), &incoming(&file.0, &file.1))
        .unwrap()
        .iter()
        .map(|Asked { request, kind }| (request.household_id, *kind, request.yen.0))
        .collect()
}

/// One row of a result: household, head, yen, code.
type Taken = (i64, i64, i64, &'static str);

/// A result as the pension payer would send it.
fn result(catalogue: &Catalogue, code: &str, month: &str, rows: &[Taken]) -> (OutFile, OutFile) {
    let layout = catalogue.layout("special_result").unwrap();
    let mut writer = Writer::new(layout, catalogue.codes());
    for (household, head, yen, result_code) in rows {
        writer
            .row(&[
                ("municipality_code", code),
                ("levy_year", "2026"),
                ("payment_month", month),
                ("household_number", &household.to_string()),
                ("liable_number", &head.to_string()),
                ("taken_yen", &yen.to_string()),
                ("result_code", result_code),
            ])
            .unwrap();
    }
    let name = FileName {
        business_id: layout.business_id.clone(),
        link_id: layout.link_id.clone(),
        municipality: code.to_owned(),
        made_at: MADE_AT.to_owned(),
    };
    let control = OutFile {
        name: name.control_name(),
        bytes: Control::of(&writer, &name, Extent::Full)
            .write(catalogue)
            .unwrap(),
    };
    let file = OutFile {
        name: name.to_string(),
        bytes: writer.finish(),
    };
    (file, control)
}

fn reconcile(
    desk: &Desk,
    catalogue: &Catalogue,
    file: &(OutFile, OutFile),
) -> Result<Reconciliation, OfficeError> {
    read_results(&desk.store, catalogue, &ward(), &incoming(&file.0, &file.1))
}

fn refused(outcome: Result<Reconciliation, OfficeError>, code: &str, words: &str) {
    match outcome {
        Err(OfficeError::Refusal(refusal)) => {
            assert_eq!(refusal.code, code, "{refusal}");
            assert!(refusal.message_ja.contains(words), "{refusal}");
        }
        other => panic!("{other:?}"),
    }
}

// covers: LEV-020
#[test]
fn the_file_goes_out_the_result_comes_in_and_the_amounts_reconcile() {
    use RequestKind::{Begin, Change, Stop};
    let catalogue = Catalogue::shipped().unwrap();
    for desk in Desk::wards(2026..=2026) {
        levied(&desk);
        let october = request(&desk, &catalogue, 10);
        assert_eq!(
            october.0.name,
            "K01_special_request_131032_20260914090000.csv"
        );
        let wanted = [
            (1, Change, 3_421),
            (2, Change, 3_421),
            (3, Stop, 0),
            (4, Begin, 4_072),
        ];
        assert_eq!(rows(&catalogue, &october), wanted);
        // What the control declares is what the ledger asks.
        let control = Control::read(&october.1.bytes, &catalogue).unwrap();
        assert_eq!(control.rows, 4);
        assert_eq!(control.sums, [("requested_yen".to_owned(), 10_914)]);

        // All is taken as asked; of household 3 nothing was to be taken and the result is silent.
        let agreed = [
            (1, 11, 3_421, "00"),
            (2, 21, 3_421, "00"),
            (4, 41, 4_072, "00"),
        ];
        let file = result(&catalogue, WARD, "10", &agreed);
        let all = reconcile(&desk, &catalogue, &file).unwrap();
        assert_eq!((all.year, all.month), (YEAR, 10));
        assert_eq!((all.asked, all.taken), ((4, Yen(10_914)), (3, Yen(10_914))));
        assert_eq!(all.differences, []);

        // One amount is wrong and one head is missing: these two and no other.
        let file = result(
            &catalogue,
            WARD,
            "10",
            &[(1, 11, 3_000, "01"), (3, 31, 0, "09"), (4, 41, 4_072, "00")],
        );
        let found = reconcile(&desk, &catalogue, &file).unwrap();
        let differs = |household_id, taken, kind, code: &str| Difference {
            household_id,
            liable_id: household_id * 10 + 1,
            asked: Yen(3_421),
            taken: Yen(taken),
            kind,
            result_code: code.to_owned(),
        };
        let wanted = [
            differs(1, 3_000, DifferenceKind::Amount, "01"),
            differs(2, 0, DifferenceKind::Missing, ""),
        ];
        assert_eq!(found.differences, wanted);
        // The differences explain the sums to the yen.
        let explained: Yen = found
            .differences
            .iter()
            .map(|one| one.taken - one.asked)
            .sum();
        assert_eq!(found.taken.1 - found.asked.1, explained);
        assert_eq!(explained, Yen(-3_842));
    }
}

/// April goes on from last February, which the ledger need not know; the amount stays until it changes.
#[test]
fn what_is_asked_follows_from_the_payment_before() {
    use RequestKind::{Begin, Change, Continue, Stop};
    let catalogue = Catalogue::shipped().unwrap();
    let desk = Desk::ward(2026..=2026);
    levied(&desk);
    let of = |month| rows(&catalogue, &request(&desk, &catalogue, month));
    for month in [4, 6, 8] {
        let wanted = [1, 2, 3].map(|household| (household, Continue, 3_300));
        assert_eq!(of(month), wanted);
    }
    let kinds = |month| of(month).iter().map(|row| row.1).collect::<Vec<_>>();
    assert_eq!(kinds(10), [Change, Change, Stop, Begin]);
    assert_eq!(kinds(12), [Change, Change, Stop, Change]);
    assert_eq!(kinds(2), [Continue, Continue, Stop, Continue]);
    // No pension is paid in May, and nobody is on the ledger of the year before.
    let ask = |year, month| written(&desk, &catalogue, (year, month));
    let error = ask(YEAR, 5).unwrap_err().to_string();
    assert!(error.contains("支払月"), "{error}");
    let error = ask(FiscalYear(2025), 10).unwrap_err().to_string();
    assert!(error.contains("元帳にいません"), "{error}");
}

/// Both directions: taken of someone who was stopped, of someone never asked, and a code that denies its amount.
#[test]
fn what_was_taken_without_asking_is_told() {
    let catalogue = Catalogue::shipped().unwrap();
    let desk = Desk::ward(2026..=2026);
    levied(&desk);
    let file = result(
        &catalogue,
        WARD,
        "12",
        &[
            (1, 11, 3_400, "00"),
            (2, 21, 3_400, "01"),
            (3, 31, 3_300, "00"),
            (4, 41, 4_000, "00"),
            (8, 81, 0, "09"),
            (9, 91, 2_500, "00"),
        ],
    );
    let found = reconcile(&desk, &catalogue, &file).unwrap();
    let seen: Vec<(i64, i64, i64, DifferenceKind)> = found
        .differences
        .iter()
        .map(|one| (one.household_id, one.asked.0, one.taken.0, one.kind))
        .collect();
    let wanted = [
        (2, 3_400, 3_400, DifferenceKind::Code),
        (3, 0, 3_300, DifferenceKind::Amount),
        (8, 0, 0, DifferenceKind::Unasked),
        (9, 0, 2_500, DifferenceKind::Unasked),
    ];
    assert_eq!(seen, wanted);
}

/// Another municipality's file, one that does not tie, one without control or of another kind: refused as a whole.
#[test]
fn a_file_that_cannot_be_trusted_is_refused() {
    let catalogue = Catalogue::shipped().unwrap();
    let desk = Desk::ward(2026..=2026);
    levied(&desk);
    let one = [(1, 11, 3_421, "00")];
    let check = |file: &(OutFile, OutFile), code: &str, words: &str| {
        refused(reconcile(&desk, &catalogue, file), code, words);
    };
    let good = result(&catalogue, WARD, "10", &one);
    assert!(reconcile(&desk, &catalogue, &good).is_ok());
    // 新宿区's, by its name and by its rows.
    let theirs = result(&catalogue, "131041", "10", &one);
    check(&theirs, "special.file.municipality", "131041");
    let renamed = (
        OutFile {
            name: good.0.name.clone(),
            bytes: theirs.0.bytes.clone(),
        },
        good.1.clone(),
    );
    check(&renamed, "special.file.row", "2行目「市区町村コード」");
    // A row more than declared, and an amount changed on the way.
    let two = result(&catalogue, WARD, "10", &[one[0], (2, 21, 3_421, "00")]);
    check(
        &(two.0.clone(), good.1.clone()),
        "special.file.balance",
        "件数表は1件、ファイルは2件",
    );
    let other = result(&catalogue, WARD, "10", &[(1, 11, 3_420, "00")]);
    check(
        &(other.0, good.1.clone()),
        "special.file.balance",
        "件数表は3421、ファイルは3420",
    );
    // A request is no result; a head twice; a code of no list; a code that denies its amount; nothing at all.
    let asked = request(&desk, &catalogue, 10);
    check(&asked, "special.file.layout", "特別徴収結果");
    let twice = result(&catalogue, WARD, "10", &[one[0], one[0]]);
    check(&twice, "special.file.row", "3行目「納付義務者宛名番号」");
    let denied = result(&catalogue, WARD, "10", &[(1, 11, 5, "09")]);
    check(&denied, "special.file.row", "2行目「結果コード」");
    let text = String::from_utf8(good.0.bytes.clone()).unwrap();
    let unknown = OutFile {
        name: good.0.name.clone(),
        bytes: text.replace("\"00\"", "\"77\"").into_bytes(),
    };
    check(&(unknown, good.1.clone()), "special.file.row", "77");
    check(
        &result(&catalogue, WARD, "10", &[]),
        "special.file.empty",
        "1件もありません",
    );
    // Cut off on the way, and without its control.
    let cut = OutFile {
        name: good.0.name.clone(),
        bytes: good.0.bytes[..good.0.bytes.len() - 4].to_vec(),
    };
    check(&(cut, good.1.clone()), "special.file.shape", "行目");
    let alone = Incoming {
        control: None,
        ..incoming(&good.0, &good.1)
    };
    refused(
        read_results(&desk.store, &catalogue, &ward(), &alone),
        "special.file.no_control",
        "special_result_131032",
    );
}

/// Two payments in one file cannot be told apart by its sums.
#[test]
fn a_result_speaks_of_one_payment() {
    let catalogue = Catalogue::shipped().unwrap();
    let desk = Desk::ward(2026..=2026);
    levied(&desk);
    let (file, _) = result(
        &catalogue,
        WARD,
        "10",
        &[(1, 11, 3_421, "00"), (2, 21, 3_421, "00")],
    );
    let text = String::from_utf8(file.bytes).unwrap();
    let at = text.rfind("\"10\"").unwrap();
    let mixed = OutFile {
        name: file.name,
        bytes: format!("{}\"12\"{}", &text[..at], &text[at + 4..]).into_bytes(),
    };
    let (_, control) = result(
        &catalogue,
        WARD,
        "10",
        &[(1, 11, 3_421, "00"), (2, 21, 3_421, "00")],
    );
    refused(
        reconcile(&desk, &catalogue, &(mixed, control)),
        "special.file.row",
        "3行目「相当年度・支払月」",
    );
}

/// The file and the ledger list the same heads with the same amounts.
#[test]
fn every_row_of_the_file_is_a_row_of_the_ledger() {
    let catalogue = Catalogue::shipped().unwrap();
    let desk = Desk::ward(2026..=2026);
    levied(&desk);
    let file = request(&desk, &catalogue, 8);
    let read = read_requests(&catalogue, &ward(), &incoming(&file.0, &file.1)).unwrap();
    let ledger = desk
        .store
        .read(|conn| office::levy::special::requests(conn, YEAR, 8))
        .unwrap();
    let requests: Vec<Request> = read.iter().map(|one| one.request).collect();
    assert_eq!(requests, ledger);
    assert_eq!(ledger.len(), 3);
}
