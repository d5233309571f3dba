//! 欄の定義 — the values of a slot as the template gave them.

use crate::error::PrintError;
use typst::foundations::{Dict, Value as Cell};
use typst::layout::Abs;

fn field<'a>(dict: &'a Dict, name: &str) -> Result<&'a Cell, PrintError> {
    dict.get(name)
        .map_err(|_| PrintError::Layout(format!("欄の定義に {name} がありません")))
}

fn wrong(name: &str) -> PrintError {
    PrintError::Layout(format!("欄の定義の {name} の型が違います"))
}

pub(super) fn length(dict: &Dict, name: &str) -> Result<Abs, PrintError> {
    match field(dict, name)? {
        Cell::Length(length) => Ok(length.abs),
        _ => Err(wrong(name)),
    }
}

pub(super) fn text(dict: &Dict, name: &str) -> Result<String, PrintError> {
    match field(dict, name)? {
        Cell::Str(text) => Ok(text.to_string()),
        _ => Err(wrong(name)),
    }
}

pub(super) fn number(dict: &Dict, name: &str) -> Result<usize, PrintError> {
    match field(dict, name)? {
        Cell::Int(number) => usize::try_from(*number).map_err(|_| wrong(name)),
        _ => Err(wrong(name)),
    }
}

/// Micrometres.
pub(super) fn micrometres(number: i32) -> Abs {
    Abs::mm(f64::from(number)) / 1000.0
}

/// Thousandths of a point.
pub(super) fn points(number: i64) -> Abs {
    Abs::pt(f64::from(i32::try_from(number).unwrap_or(i32::MAX))) / 1000.0
}
