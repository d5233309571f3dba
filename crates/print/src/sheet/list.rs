//! Pages of 一覧表: a fixed number of rows a page.

use super::{Fault, Setter, Sheet, frame, yen};
use crate::content::{Cell, ListReport};
use crate::fit::{self, Frame, Set};
use serde_json::{Value, json};

/// Rows on a page, portrait and landscape.
const ROWS_PORTRAIT: usize = 40;
const ROWS_LANDSCAPE: usize = 26;
/// Width of the table in micrometres.
const WIDTH_PORTRAIT_UM: i64 = 180_000;
const WIDTH_LANDSCAPE_UM: i64 = 267_000;
/// White at both sides of a cell together, in micrometres.
const PADDING_UM: i64 = 2_000;
/// Type size in thousandths of a point.
const SIZE_MPT: i64 = 8_500;
/// Narrowest column in micrometres.
const NARROWEST_UM: i64 = 4_000;

pub(super) fn sheets(list: &ListReport, setter: &mut Setter) -> Result<Vec<Sheet>, Fault> {
    let widths = widths(list)?;
    let every = list.rows.iter().chain(&list.totals);
    for (place, row) in every.enumerate() {
        if row.len() != list.columns.len() {
            return Err(Fault::new(
                format!("一覧 {}行目", place + 1),
                format!(
                    "列が{}個あり、見出しの{}個と違います",
                    row.len(),
                    list.columns.len()
                ),
            ));
        }
    }
    let heads: Vec<Set> = list
        .columns
        .iter()
        .zip(&widths)
        .map(|(column, width)| setter.fit("見出し", &column.title, cell_frame(*width)))
        .collect();
    let common = json!({
        "form": "list",
        "landscape": list.landscape,
        "title": setter.fit("題名", &list.title, frame(1500, 140, 1)),
        "subtitle": setter.fit("副題", &list.subtitle, frame(1200, 90, 1)),
        "issuer": setter.fit("発行元", &list.issuer, frame(600, 85, 1)),
        "printed": setter.fit("作成日時", &list.printed_on, frame(500, 85, 1)),
        "widths": widths,
        "heads": heads,
    });
    let most = if list.landscape {
        ROWS_LANDSCAPE
    } else {
        ROWS_PORTRAIT
    };
    let rows: Vec<&Vec<Cell>> = list.rows.iter().chain(&list.totals).collect();
    let mut pages: Vec<&[&Vec<Cell>]> = rows.chunks(most).collect();
    if pages.is_empty() {
        pages.push(&[]);
    }
    let last = pages.len();
    let mut sheets = Vec::with_capacity(last);
    for (place, rows) in pages.into_iter().enumerate() {
        let columns: Vec<Value> = (0..list.columns.len())
            .map(|at| column(at, rows, &widths, setter, list))
            .collect();
        let mut body = common.clone();
        if let Value::Object(body) = &mut body {
            body.insert("columns".into(), json!(columns));
            body.insert("count".into(), json!(rows.len()));
            body.insert(
                "totals".into(),
                json!(list.totals.is_some() && place + 1 == last),
            );
        }
        sheets.push(Sheet::plain(body));
    }
    Ok(sheets)
}

/// Width of each column in micrometres; the shares fill the table.
fn widths(list: &ListReport) -> Result<Vec<i64>, Fault> {
    let table = if list.landscape {
        WIDTH_LANDSCAPE_UM
    } else {
        WIDTH_PORTRAIT_UM
    };
    let shares: i64 = list.columns.iter().map(|one| i64::from(one.share)).sum();
    if shares == 0 {
        return Err(Fault::new("一覧", "列がないか、列の幅がすべて0です"));
    }
    let widths: Vec<i64> = list
        .columns
        .iter()
        .map(|one| table * i64::from(one.share) / shares)
        .collect();
    match widths.iter().position(|width| *width < NARROWEST_UM) {
        None => Ok(widths),
        Some(place) => Err(Fault::new(
            format!("一覧 {}列目", place + 1),
            "幅が狭すぎます。列を減らすか、横長の用紙にしてください",
        )),
    }
}

fn cell_frame(width_um: i64) -> Frame {
    Frame {
        width_um: width_um - PADDING_UM,
        height_um: 6_000,
        size_mpt: SIZE_MPT,
        lines: 1,
    }
}

/// One column of one page: alignment of the column and its cells. A cell of another alignment than the column's first
/// is rare and keeps its own column of blanks, so each alignment is a layer.
fn column(
    at: usize,
    rows: &[&Vec<Cell>],
    widths: &[i64],
    setter: &mut Setter,
    list: &ListReport,
) -> Value {
    let frame = cell_frame(widths.get(at).copied().unwrap_or(NARROWEST_UM));
    let field = list
        .columns
        .get(at)
        .map_or("一覧", |column| column.title.as_str());
    let mut layers: [(&str, Vec<Set>, bool); 3] = [
        ("l", Vec::new(), false),
        ("c", Vec::new(), false),
        ("r", Vec::new(), false),
    ];
    for row in rows {
        let (kind, text) = match row.get(at) {
            Some(Cell::Text(text)) => ("l", text.clone()),
            Some(Cell::Centre(text)) => ("c", text.clone()),
            Some(Cell::Number(number)) => ("r", yen(*number)),
            Some(Cell::Blank) | None => ("", String::new()),
        };
        let set = setter.fit(field, &text, frame);
        for (align, sets, used) in &mut layers {
            let here = *align == kind;
            *used |= here;
            sets.push(if here { set.clone() } else { Set::default() });
        }
    }
    let layers: Vec<Value> = layers
        .into_iter()
        .filter(|(_, _, used)| *used)
        .map(|(align, sets, _)| json!({ "align": align, "cells": fit::column(sets, SIZE_MPT) }))
        .collect();
    json!(layers)
}
