//! 一覧表 — a title, columns, rows, totals.

use serde::{Deserialize, Serialize};

/// 一覧表 (調定表, 限度超過世帯一覧 …).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListReport {
    /// Title.
    pub title: String,
    /// What was selected: 「令和8年度 当初賦課 全世帯」. May be empty.
    pub subtitle: String,
    /// Municipality and section.
    pub issuer: String,
    /// 作成日時, Japanese text.
    pub printed_on: String,
    /// A4 landscape instead of portrait.
    pub landscape: bool,
    /// Columns.
    pub columns: Vec<Column>,
    /// Rows, each with one cell a column.
    pub rows: Vec<Vec<Cell>>,
    /// Totals row below the last row, with one cell a column; none where there is no total.
    pub totals: Option<Vec<Cell>>,
}

/// One column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Heading.
    pub title: String,
    /// Share of the width of the page, relative to the other columns; at least 1.
    pub share: u16,
}

/// One cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cell {
    /// Nothing.
    Blank,
    /// Text, set left.
    Text(String),
    /// A code or a date, set in the middle.
    Centre(String),
    /// Yen or a count, set right with commas.
    Number(i64),
}
