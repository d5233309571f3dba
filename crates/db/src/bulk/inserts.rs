//! Rows on their way into SQLite: prepared inserts of many rows.

use super::statement_name;
use crate::error::StoreError;
use crate::sqlite;
use crate::value::ColumnType;
use rusqlite::types::Null;
use rusqlite::{CachedStatement, Connection};

/// Rows in one insert; more gains nothing.
const ROWS_PER_INSERT: usize = 50;
/// Parameters SQLite allows in one statement.
const PARAMETERS: usize = 32_766;

/// A cell that waits for its insert; text and bytes lie in shared buffers up to the given end.
#[derive(Clone, Copy)]
enum Cell {
    Null,
    Int(i64),
    Text(usize),
    Blob(usize),
}

/// An open load.
pub(super) struct Inserts<'c> {
    conn: &'c Connection,
    many: CachedStatement<'c>,
    single_text: String,
    width: usize,
    cells_per_insert: usize,
    cells: Vec<Cell>,
    text: String,
    blob: Vec<u8>,
}

impl<'c> Inserts<'c> {
    pub(super) fn start(
        conn: &'c Connection,
        table: &str,
        columns: &[(&str, ColumnType)],
    ) -> Result<Self, StoreError> {
        let width = columns.len();
        let rows = (PARAMETERS / width).clamp(1, ROWS_PER_INSERT);
        let names = columns
            .iter()
            .map(|(name, _)| *name)
            .collect::<Vec<_>>()
            .join(", ");
        let row = format!("({})", vec!["?"; width].join(", "));
        let insert = |rows: usize| {
            format!(
                "insert into {table} ({names}) values {}",
                vec![row.as_str(); rows].join(", ")
            )
        };
        let many = conn
            .prepare_cached(&insert(rows))
            .map_err(|error| sqlite::failure(&statement_name(table), &error))?;
        Ok(Self {
            conn,
            many,
            single_text: insert(1),
            width,
            cells_per_insert: rows * width,
            cells: Vec::with_capacity(rows * width),
            text: String::new(),
            blob: Vec::new(),
        })
    }

    pub(super) fn int(&mut self, value: i64) {
        self.cells.push(Cell::Int(value));
    }

    pub(super) fn null(&mut self) {
        self.cells.push(Cell::Null);
    }

    pub(super) fn text(&mut self, value: &str) {
        self.text.push_str(value);
        self.cells.push(Cell::Text(self.text.len()));
    }

    pub(super) fn blob(&mut self, value: &[u8]) {
        self.blob.extend_from_slice(value);
        self.cells.push(Cell::Blob(self.blob.len()));
    }

    pub(super) fn end_row(&mut self, table: &str) -> Result<(), StoreError> {
        if self.cells.len() < self.cells_per_insert {
            return Ok(());
        }
        let mut ends = (0, 0);
        let sent = insert(
            &mut self.many,
            &self.cells,
            &self.text,
            &self.blob,
            &mut ends,
        );
        self.cells.clear();
        self.text.clear();
        self.blob.clear();
        sent.map_err(|error| sqlite::failure(&statement_name(table), &error))
    }

    pub(super) fn finish(self, table: &str) -> Result<(), StoreError> {
        let failure = |error: rusqlite::Error| sqlite::failure(&statement_name(table), &error);
        if self.cells.is_empty() {
            return Ok(());
        }
        let mut single = self
            .conn
            .prepare_cached(&self.single_text)
            .map_err(failure)?;
        let mut ends = (0, 0);
        for row in self.cells.chunks(self.width) {
            insert(&mut single, row, &self.text, &self.blob, &mut ends).map_err(failure)?;
        }
        Ok(())
    }
}

/// Binds cells from the first placeholder on and runs the insert; `ends` is where text and bytes were left.
fn insert(
    statement: &mut CachedStatement<'_>,
    cells: &[Cell],
    text: &str,
    blob: &[u8],
    ends: &mut (usize, usize),
) -> rusqlite::Result<()> {
    for (position, cell) in (1_usize..).zip(cells) {
        match *cell {
            Cell::Null => statement.raw_bind_parameter(position, Null)?,
            Cell::Int(int) => statement.raw_bind_parameter(position, int)?,
            Cell::Text(end) => {
                statement.raw_bind_parameter(position, text.get(ends.0..end).unwrap_or(""))?;
                ends.0 = end;
            }
            Cell::Blob(end) => {
                statement.raw_bind_parameter(position, blob.get(ends.1..end).unwrap_or(&[]))?;
                ends.1 = end;
            }
        }
    }
    statement.raw_execute().map(|_| ())
}
