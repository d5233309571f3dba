//! 特別徴収の依頼と結果 — the file that asks the pension payer for each head's amount, and the file that tells what was
//! taken.
//!
//! The request is read back from its own bytes and held against the ledger before it is handed out, and lists are
//! printed from the file: what a clerk sees is what the pension payer gets. Nothing is posted here.
//!
//! 根拠: 国民健康保険法 第76条の4、準用介護保険法 第136条〜第138条

use super::special::{self, Request};
use super::special_read::{layout_of, read, refusal, request, unreadable, wrong_row};
use crate::error::OfficeError;
use crate::exports::LevySpecial;
use crate::import::{Incoming, Municipality};
use crate::provision::Cleared;
use crate::security::permit::{ExportData, Permit};
use db::{Conn, Store};
use exchange::{Catalogue, Extent, Outgoing, Writer};
use law::{FiscalYear, Refusal, Yen};
use std::collections::BTreeMap;

const REQUEST: &str = "special_request";
const RESULT: &str = "special_result";
/// 徴収済, the result code that needs no look.
const TAKEN: &str = "00";
/// 徴収不能: nothing was taken.
const NOT_TAKEN: &str = "09";

/// 依頼種別 — what is asked of the pension payer for one head.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RequestKind {
    /// 開始.
    Begin,
    /// 継続, with the amount of the payment before.
    Continue,
    /// 変更, with another amount.
    Change,
    /// 中止.
    Stop,
}

impl RequestKind {
    /// Every kind, in the order of its codes.
    pub const ALL: [Self; 4] = [Self::Begin, Self::Continue, Self::Change, Self::Stop];

    /// Its code in the file.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Begin => "1",
            Self::Continue => "2",
            Self::Change => "3",
            Self::Stop => "4",
        }
    }

    /// From what stood for the payment before, if anything, and what stands now.
    ///
    /// 仮徴収 only ever goes on from last February, so an April without a February on the books is no beginning.
    fn of(before: Option<Yen>, now: Yen, month: i64) -> Self {
        match before {
            _ if now == Yen::ZERO => Self::Stop,
            None if month == 4 => Self::Continue,
            None | Some(Yen::ZERO) => Self::Begin,
            Some(before) if before == now => Self::Continue,
            Some(_) => Self::Change,
        }
    }
}

/// One row of a request file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Household, head and amount.
    pub request: Request,
    /// 依頼種別.
    pub kind: RequestKind,
}

/// A file to be handed out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutFile {
    /// Its name in the standard form.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What a difference between request and result is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DifferenceKind {
    /// 徴収額相違: taken, but another amount than was asked for.
    Amount,
    /// 結果なし: asked for, and the result does not speak of the head.
    Missing,
    /// 依頼なし: the result speaks of a head of whom nothing was asked.
    Unasked,
    /// 結果コード相違: the amount agrees, but the code says that it was not taken in full.
    Code,
}

impl DifferenceKind {
    /// Its name on lists.
    #[must_use]
    pub const fn label_ja(self) -> &'static str {
        match self {
            Self::Amount => "徴収額相違",
            Self::Missing => "結果なし",
            Self::Unasked => "依頼なし",
            Self::Code => "結果コード相違",
        }
    }
}

/// 差異 — one head of whom request and result do not agree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// 国保世帯番号.
    pub household_id: i64,
    /// 納付義務者宛名番号.
    pub liable_id: i64,
    /// 依頼額 by the ledger.
    pub asked: Yen,
    /// 徴収額 by the result.
    pub taken: Yen,
    /// What it is.
    pub kind: DifferenceKind,
    /// 結果コード; empty where the result does not speak of the head.
    pub result_code: String,
}

/// 突合 — a result file against the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reconciliation {
    /// 相当年度.
    pub year: FiscalYear,
    /// Month of the pension payment.
    pub month: i64,
    /// Heads on the ledger, and the sum asked of them.
    pub asked: (usize, Yen),
    /// Heads in the result, and the sum taken of them.
    pub taken: (usize, Yen),
    /// Where they do not agree, by household and head; the yen of all of them is the difference of the sums.
    pub differences: Vec<Difference>,
}

/// 依頼ファイルの作成 — one pension payment's request and its control, compared with the ledger before it goes out.
///
/// `made_at` is `YYYYMMDDhhmmss` in Japan.
///
/// # Errors
/// [`OfficeError::Input`] for a month without a pension payment. [`OfficeError::Refusal`] when nobody is on the
/// ledger, an amount does not fit, or the ledger changed meanwhile. [`OfficeError::Bug`] when the file read back says
/// something else than was written.
pub fn write_requests(
    store: &Store,
    (_permit, _cleared): (&Permit<ExportData>, &Cleared<LevySpecial>),
    catalogue: &Catalogue,
    municipality: &Municipality,
    year: FiscalYear,
    month: i64,
    made_at: &str,
) -> Result<(OutFile, OutFile), OfficeError> {
    if !(2..=12).contains(&month) || month % 2 != 0 {
        return Err(OfficeError::input(
            "支払月",
            "年金の支払月（2・4・6・8・10・12）を指定してください",
        ));
    }
    let asked = store.read(|conn| asked(conn, year, month))?;
    if asked.is_empty() {
        let message = format!(
            "{}年度{month}月の年金から徴収する人が元帳にいません。年度と支払月を確かめてください",
            year.0
        );
        return Err(Refusal::new("special.request.empty", message).into());
    }
    let (file, control) = write(catalogue, municipality, year, month, made_at, &asked)?;
    let read_back = read_requests(
        catalogue,
        municipality,
        &incoming(&file, Some(&control.bytes)),
    )?;
    if read_back != asked {
        let message = format!("{} を読み返すと、書いた内容と違います", file.name);
        return Err(OfficeError::Bug(message));
    }
    if store.read(|conn| self::asked(conn, year, month))? != read_back {
        let message = "作成している間に元帳が変わりました。もう一度作成してください".to_owned();
        return Err(Refusal::new("special.request.changed", message).into());
    }
    Ok((file, control))
}

/// A file as if it had come in.
fn incoming<'f>(file: &'f OutFile, control: Option<&'f [u8]>) -> Incoming<'f> {
    Incoming {
        name: &file.name,
        bytes: &file.bytes,
        control,
    }
}

/// What the ledger says is to be asked, with its kind.
fn asked(conn: &mut Conn, year: FiscalYear, month: i64) -> Result<Vec<Asked>, OfficeError> {
    let (before_year, before_month) = match month {
        4 => (year.previous(), 2),
        2 => (year, 12),
        _ => (year, month - 2),
    };
    let before: BTreeMap<(i64, i64), Yen> = special::requests(conn, before_year, before_month)?
        .into_iter()
        .map(|one| ((one.household_id, one.liable_id), one.yen))
        .collect();
    let now = special::requests(conn, year, month)?;
    Ok(now
        .into_iter()
        .map(|request| {
            let before = before.get(&(request.household_id, request.liable_id));
            let kind = RequestKind::of(before.copied(), request.yen, month);
            Asked { request, kind }
        })
        .collect())
}

fn write(
    catalogue: &Catalogue,
    municipality: &Municipality,
    year: FiscalYear,
    month: i64,
    made_at: &str,
    asked: &[Asked],
) -> Result<(OutFile, OutFile), OfficeError> {
    let layout = layout_of(catalogue, REQUEST)?;
    let mut writer = Writer::new(layout, catalogue.codes());
    for one in asked {
        writer
            .row(&[
                ("municipality_code", &municipality.code),
                ("levy_year", &year.0.to_string()),
                ("payment_month", &format!("{month:02}")),
                ("household_number", &one.request.household_id.to_string()),
                ("liable_number", &one.request.liable_id.to_string()),
                ("request_kind", one.kind.code()),
                ("requested_yen", &one.request.yen.0.to_string()),
            ])
            .map_err(|error| {
                let message = format!(
                    "世帯{} 納付義務者{}: {error}。賦課の内容を確かめてください",
                    one.request.household_id, one.request.liable_id
                );
                Refusal::new("special.request.row", message)
            })?;
    }
    let made = (municipality.code.as_str(), made_at);
    let out = Outgoing::close(writer, catalogue, made, Extent::Full).map_err(unreadable)?;
    let control = OutFile {
        name: out.control_name,
        bytes: out.control,
    };
    let file = OutFile {
        name: out.name,
        bytes: out.bytes,
    };
    Ok((file, control))
}

/// 依頼ファイルの一覧 — the rows of a request file, from its bytes.
///
/// # Errors
/// [`OfficeError::Refusal`] as [`read_results`].
pub fn read_requests(
    catalogue: &Catalogue,
    municipality: &Municipality,
    file: &Incoming<'_>,
) -> Result<Vec<Asked>, OfficeError> {
    let (_, rows) = read(catalogue, municipality, REQUEST, file, |row| {
        let code = row.named("request_kind");
        let kind = RequestKind::ALL.into_iter().find(|one| one.code() == code);
        let kind = kind.ok_or_else(|| wrong_row(row, "依頼種別", "この業務にないコードです"))?;
        Ok(Asked {
            request: request(row, "requested_yen", "依頼額")?,
            kind,
        })
    })?;
    Ok(rows)
}

/// 結果ファイルの突合 — what the pension payer took against what the ledger asks, in both directions.
///
/// The whole file is refused when a row of it cannot be trusted: the sums could not be relied on either.
///
/// # Errors
/// [`OfficeError::Refusal`] with a code `special.file.*` for another municipality's file, a missing control, counts or
/// sums that do not tie, a row that does not fit its layout, contradicts itself or stands twice; the message names
/// row and field.
pub fn read_results(
    store: &Store,
    catalogue: &Catalogue,
    municipality: &Municipality,
    file: &Incoming<'_>,
) -> Result<Reconciliation, OfficeError> {
    let (payment, rows) = read(catalogue, municipality, RESULT, file, |row| {
        let taken = request(row, "taken_yen", "徴収額")?;
        let code = row.named("result_code").to_owned();
        if code == NOT_TAKEN && taken.yen != Yen::ZERO {
            let message = "徴収不能なのに徴収額があります";
            return Err(wrong_row(row, "結果コード", message));
        }
        Ok((taken, code))
    })?;
    let (year, month) = payment.ok_or_else(|| {
        let message =
            "結果が1件もありません。どの支払月の結果か分からないので、送り元に確かめてください";
        refusal("special.file.empty", message.to_owned())
    })?;
    let asked = store.read(|conn| special::requests(conn, year, month))?;
    let sum = |rows: &mut dyn Iterator<Item = Yen>| rows.sum::<Yen>();
    Ok(Reconciliation {
        year,
        month,
        asked: (asked.len(), sum(&mut asked.iter().map(|one| one.yen))),
        taken: (rows.len(), sum(&mut rows.iter().map(|(one, _)| one.yen))),
        differences: differences(&asked, &rows),
    })
}

fn differences(asked: &[Request], results: &[(Request, String)]) -> Vec<Difference> {
    let key = |one: &Request| (one.household_id, one.liable_id);
    let on_ledger: BTreeMap<(i64, i64), Yen> =
        asked.iter().map(|one| (key(one), one.yen)).collect();
    let codes: BTreeMap<(i64, i64), &str> = results
        .iter()
        .map(|(one, code)| (key(one), code.as_str()))
        .collect();
    let mut found = BTreeMap::new();
    let taken: Vec<Request> = results.iter().map(|(one, _)| *one).collect();
    for (household_id, liable_id, asked, taken) in special::reconcile(asked, &taken) {
        let head = (household_id, liable_id);
        let kind = match (on_ledger.contains_key(&head), codes.contains_key(&head)) {
            (true, true) => DifferenceKind::Amount,
            (true, false) => DifferenceKind::Missing,
            (false, _) => DifferenceKind::Unasked,
        };
        found.insert(head, (kind, asked, taken));
    }
    // The amounts of these agree, and still they want a look.
    for (one, code) in results {
        let kind = match on_ledger.get(&key(one)) {
            None => DifferenceKind::Unasked,
            Some(yen) if *yen != Yen::ZERO && code != TAKEN => DifferenceKind::Code,
            Some(_) => continue,
        };
        found.entry(key(one)).or_insert((kind, one.yen, one.yen));
    }
    found
        .into_iter()
        .map(
            |((household_id, liable_id), (kind, asked, taken))| Difference {
                household_id,
                liable_id,
                asked,
                taken,
                kind,
                result_code: codes
                    .get(&(household_id, liable_id))
                    .map_or(String::new(), |code| (*code).to_owned()),
            },
        )
        .collect()
}
