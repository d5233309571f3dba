//! Reading a file of special collection: ours, whole, tied to its control, and of one pension payment.
//!
//! A row that cannot be trusted refuses the file: its sums could not be relied on either.

use super::special::Request;
use crate::error::OfficeError;
use crate::import::{Incoming, Municipality};
use exchange::{Catalogue, Control, FileError, FileName, Layout, Row, Table};
use law::{FiscalYear, Refusal, Yen};
use std::collections::BTreeSet;

/// 相当年度 and month of the payment a file speaks of.
pub(super) type Payment = (FiscalYear, i64);

/// Every row of a file that is ours, ties to its control and speaks of one payment.
pub(super) fn read<T>(
    catalogue: &Catalogue,
    municipality: &Municipality,
    layout: &str,
    file: &Incoming<'_>,
    mut of_row: impl FnMut(&Row<'_>) -> Result<T, OfficeError>,
) -> Result<(Option<Payment>, Vec<T>), OfficeError> {
    let layout = layout_of(catalogue, layout)?;
    let control = control_of(catalogue, municipality, layout, file)?;
    let table = Table::open(layout, file.bytes).map_err(unreadable)?;
    let mut sums: Vec<(String, i64)> = layout.sums.iter().map(|name| (name.clone(), 0)).collect();
    let mut payment = None;
    let mut heads = BTreeSet::new();
    let mut rows = Vec::new();
    table
        .for_each(|row| {
            check_row(catalogue, municipality, &row)?;
            let year = i16::try_from(number(&row, "levy_year", "相当年度")?)
                .map_err(|_| wrong_row(&row, "相当年度", "西暦4桁で書いてください"))?;
            let this = (FiscalYear(year), number(&row, "payment_month", "支払月")?);
            if *payment.get_or_insert(this) != this {
                let message = "ほかの行と違います。1つのファイルには1回の支払だけを載せてください";
                return Err(wrong_row(&row, "相当年度・支払月", message).into());
            }
            let head = (
                number(&row, "household_number", "国保世帯番号")?,
                number(&row, "liable_number", "納付義務者宛名番号")?,
            );
            if !heads.insert(head) {
                let message = "同じ人の行が二度あります。送り元に確かめてください";
                return Err(wrong_row(&row, "納付義務者宛名番号", message).into());
            }
            for (name, sum) in &mut sums {
                *sum = sum.saturating_add(number(&row, name, name_ja(&row, name))?);
            }
            rows.push(of_row(&row)?);
            Ok::<(), Stop>(())
        })
        .map_err(|Stop(error)| error)?;
    let count = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    let untied = control.differences(count, &sums);
    if !untied.is_empty() {
        let message = format!(
            "件数・合計が件数表と合いません。{}。送り元に確かめてください",
            untied.join("、")
        );
        return Err(refusal("special.file.balance", message));
    }
    Ok((payment, rows))
}

/// The control of a file, once its name says that it is ours and which file it is.
fn control_of(
    catalogue: &Catalogue,
    municipality: &Municipality,
    layout: &Layout,
    file: &Incoming<'_>,
) -> Result<Control, OfficeError> {
    let name =
        FileName::parse(file.name).map_err(|message| refusal("special.file.name", message))?;
    if name.municipality != municipality.code {
        let message = format!(
            "別の団体のファイルです。ファイル名の市区町村コードは{}ですが、この団体は{}です",
            name.municipality, municipality.code
        );
        return Err(refusal("special.file.municipality", message));
    }
    if name.link_id != layout.link_id {
        let message = format!(
            "{name} は「{}」のファイルではありません。連携ID「{}」のファイルを渡してください",
            layout.title_ja, layout.link_id
        );
        return Err(refusal("special.file.layout", message));
    }
    let Some(bytes) = file.control else {
        let message = format!(
            "件数表（{}）がありません。データと一緒に渡してください",
            name.control_name()
        );
        return Err(refusal("special.file.no_control", message));
    };
    let control = Control::read(bytes, catalogue).map_err(unreadable)?;
    if control.municipality != municipality.code || control.file_name != name.to_string() {
        let message = format!(
            "件数表は別のファイル（{}、団体{}）のものです。{name} の件数表を渡してください",
            exchange::field::shown(&control.file_name),
            exchange::field::shown(&control.municipality)
        );
        return Err(refusal("special.file.control", message));
    }
    Ok(control)
}

/// What ends the reading of a file.
struct Stop(OfficeError);

impl From<FileError> for Stop {
    fn from(error: FileError) -> Self {
        Self(unreadable(error))
    }
}

impl From<OfficeError> for Stop {
    fn from(error: OfficeError) -> Self {
        Self(error)
    }
}

/// Every cell against its declaration, and the municipality.
fn check_row(
    catalogue: &Catalogue,
    municipality: &Municipality,
    row: &Row<'_>,
) -> Result<(), OfficeError> {
    let mut flaws = Vec::new();
    row.check(catalogue.codes(), &mut flaws);
    if let Some(flaw) = flaws.first() {
        return Err(wrong_row(row, &flaw.field, &flaw.message));
    }
    let code = row.named("municipality_code");
    if municipality.holds(code) {
        return Ok(());
    }
    let message = format!(
        "別の団体（{}）の行です。この団体は{}です",
        exchange::field::shown(code),
        municipality.code
    );
    Err(wrong_row(row, "市区町村コード", &message))
}

pub(super) fn request(
    row: &Row<'_>,
    amount: &str,
    amount_ja: &str,
) -> Result<Request, OfficeError> {
    Ok(Request {
        household_id: number(row, "household_number", "国保世帯番号")?,
        liable_id: number(row, "liable_number", "納付義務者宛名番号")?,
        yen: Yen(number(row, amount, amount_ja)?),
    })
}

fn name_ja<'r>(row: &Row<'r>, name: &'r str) -> &'r str {
    row.column(name).map_or(name, |column| row.name_ja(column))
}

fn number(row: &Row<'_>, name: &str, name_ja: &str) -> Result<i64, OfficeError> {
    row.named(name)
        .parse()
        .map_err(|_| wrong_row(row, name_ja, "整数ではありません"))
}

pub(super) fn layout_of<'c>(catalogue: &'c Catalogue, id: &str) -> Result<&'c Layout, OfficeError> {
    catalogue.layout(id).ok_or_else(|| {
        refusal(
            "special.file.layout",
            format!("レイアウト「{id}」がありません。レイアウトの設定を確かめてください"),
        )
    })
}

pub(super) fn wrong_row(row: &Row<'_>, field: &str, message: &str) -> OfficeError {
    refusal(
        "special.file.row",
        format!("{}行目「{field}」: {message}", row.line),
    )
}

pub(super) fn unreadable(error: FileError) -> OfficeError {
    refusal("special.file.shape", error.to_string())
}

pub(super) fn refusal(code: &'static str, message: String) -> OfficeError {
    Refusal::new(code, message).into()
}
