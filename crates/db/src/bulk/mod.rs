//! Loading many rows at the speed of the engine.

mod copy;
mod inserts;

use crate::conn::{Backend, Conn, Failure};
use crate::error::{Cause, StoreError};
use crate::url::check_name;
use crate::value::{Cell, ColumnType, NUL_TEXT, Value, day_text};
use copy::Copy;
use inserts::Inserts;
use jiff::civil::Date;

/// Bytes one cell may have; PostgreSQL takes fields of up to 1 GiB.
const LONGEST_CELL: usize = 512 * 1024 * 1024;

/// A bulk load into one table: rows are given cell by cell or as values, then [`Bulk::finish`].
///
/// SQLite gets prepared inserts of many rows, PostgreSQL a binary COPY. Cells are checked against the declared
/// kinds. A load that is dropped before `finish` spoils its transaction.
///
/// ```no_run
/// # fn load(conn: &mut db::Conn) -> Result<u64, db::StoreError> {
/// use db::ColumnType::{Int, Text};
/// let mut load = conn.bulk("person", &[("person_id", Int), ("name", Text)]);
/// load.row(&[1.into(), "港 花子".into()])?;
/// load.push_int(2)?;
/// load.push_null()?;
/// load.end_row()?;
/// load.finish()
/// # }
/// ```
pub struct Bulk<'c> {
    table: &'c str,
    columns: Vec<(&'c str, ColumnType)>,
    /// The column the next cell belongs to.
    at: usize,
    rows: u64,
    failed: &'c mut Option<Failure>,
    sink: Sink<'c>,
}

enum Sink<'c> {
    /// Nothing was sent yet.
    Waiting(&'c mut Backend),
    Sqlite(Inserts<'c>),
    Postgres(Copy<'c>),
    Closed,
}

impl<'c> Bulk<'c> {
    pub(crate) fn new(
        conn: &'c mut Conn,
        table: &'c str,
        columns: &[(&'c str, ColumnType)],
    ) -> Self {
        let Conn {
            backend, failed, ..
        } = conn;
        Self {
            table,
            columns: columns.to_vec(),
            at: 0,
            rows: 0,
            failed,
            sink: Sink::Waiting(backend),
        }
    }

    /// Adds one row.
    pub fn row(&mut self, values: &[Value]) -> Result<(), StoreError> {
        for value in values {
            self.push(value.into())?;
        }
        self.end_row()
    }

    /// Adds one row of cells that only borrow.
    pub fn cells(&mut self, cells: &[Cell<'_>]) -> Result<(), StoreError> {
        for cell in cells {
            self.push(*cell)?;
        }
        self.end_row()
    }

    #[inline]
    fn push(&mut self, cell: Cell<'_>) -> Result<(), StoreError> {
        match cell {
            Cell::Null => self.push_null(),
            Cell::Int(int) => self.push_int(int),
            Cell::Text(text) => self.push_text(text),
            Cell::Blob(bytes) => self.push_blob(bytes),
            Cell::Day(day) => self.push_day(day),
        }
    }

    /// Adds a day as text `YYYY-MM-DD`.
    pub fn push_day(&mut self, day: Date) -> Result<(), StoreError> {
        let text = day_text(day);
        match std::str::from_utf8(&text) {
            Ok(text) if (0..=9999).contains(&day.year()) => self.push_text(text),
            _ => self.push_text(&day.to_string()),
        }
    }

    /// Adds one row of integers.
    pub fn ints(&mut self, values: &[i64]) -> Result<(), StoreError> {
        for value in values {
            self.push_int(*value)?;
        }
        self.end_row()
    }

    /// Adds an integer cell.
    pub fn push_int(&mut self, value: i64) -> Result<(), StoreError> {
        self.expect(ColumnType::Int)?;
        let column = self.at;
        match &mut self.sink {
            Sink::Sqlite(inserts) => inserts.int(value),
            Sink::Postgres(copy) => {
                if !copy.int(column, value) {
                    return Err(self.wrong(format!("整数 {value} は列の幅に収まりません")));
                }
            }
            Sink::Waiting(_) | Sink::Closed => {}
        }
        self.at += 1;
        Ok(())
    }

    /// Adds a text cell.
    pub fn push_text(&mut self, value: &str) -> Result<(), StoreError> {
        self.expect(ColumnType::Text)?;
        self.check_length(value.len())?;
        if value.as_bytes().contains(&0) {
            return Err(self.wrong(NUL_TEXT.to_owned()));
        }
        match &mut self.sink {
            Sink::Sqlite(inserts) => inserts.text(value),
            Sink::Postgres(copy) => copy.bytes(value.as_bytes()),
            Sink::Waiting(_) | Sink::Closed => {}
        }
        self.at += 1;
        Ok(())
    }

    /// Adds a cell of bytes.
    pub fn push_blob(&mut self, value: &[u8]) -> Result<(), StoreError> {
        self.expect(ColumnType::Blob)?;
        self.check_length(value.len())?;
        match &mut self.sink {
            Sink::Sqlite(inserts) => inserts.blob(value),
            Sink::Postgres(copy) => copy.bytes(value),
            Sink::Waiting(_) | Sink::Closed => {}
        }
        self.at += 1;
        Ok(())
    }

    /// Adds an empty cell.
    pub fn push_null(&mut self) -> Result<(), StoreError> {
        if self.at == 0 {
            self.start_row()?;
        }
        if self.at >= self.columns.len() {
            return Err(self.wrong("列が多すぎます".to_owned()));
        }
        match &mut self.sink {
            Sink::Sqlite(inserts) => inserts.null(),
            Sink::Postgres(copy) => copy.null(),
            Sink::Waiting(_) | Sink::Closed => {}
        }
        self.at += 1;
        Ok(())
    }

    /// Ends the row; every column must have got its cell.
    pub fn end_row(&mut self) -> Result<(), StoreError> {
        if self.at != self.columns.len() {
            return Err(self.wrong(format!(
                "列は{}個ですが、{}個しかありません",
                self.columns.len(),
                self.at
            )));
        }
        self.at = 0;
        self.rows += 1;
        let sent = match &mut self.sink {
            Sink::Sqlite(inserts) => inserts.end_row(self.table),
            Sink::Postgres(copy) => copy.end_row(self.table),
            Sink::Waiting(_) | Sink::Closed => Ok(()),
        };
        sent.inspect_err(|error| crate::conn::note(self.failed, error))
    }

    /// Sends what is left; returns how many rows were loaded.
    pub fn finish(mut self) -> Result<u64, StoreError> {
        if let Some(failure) = &*self.failed {
            return Err(StoreError::Aborted {
                statement: failure.statement.clone(),
            });
        }
        if self.at != 0 {
            return Err(self.wrong("行の途中で終わっています".to_owned()));
        }
        let sent = match std::mem::replace(&mut self.sink, Sink::Closed) {
            Sink::Sqlite(inserts) => inserts.finish(self.table),
            Sink::Postgres(copy) => copy.finish(self.table),
            Sink::Waiting(_) | Sink::Closed => Ok(()),
        };
        sent.inspect_err(|error| crate::conn::note(self.failed, error))?;
        Ok(self.rows)
    }

    fn expect(&mut self, kind: ColumnType) -> Result<(), StoreError> {
        if self.at == 0 {
            self.start_row()?;
        }
        match self.columns.get(self.at) {
            Some((_, declared)) if *declared == kind => Ok(()),
            Some((_, declared)) => {
                Err(self.wrong(format!("{declared:?} の列に {kind:?} が渡されました")))
            }
            None => Err(self.wrong("列が多すぎます".to_owned())),
        }
    }

    fn check_length(&mut self, bytes: usize) -> Result<(), StoreError> {
        if bytes > LONGEST_CELL {
            return Err(self.wrong(format!(
                "{bytes}バイトは長すぎます。{LONGEST_CELL}バイト以内にしてください"
            )));
        }
        Ok(())
    }

    fn start_row(&mut self) -> Result<(), StoreError> {
        if let Some(failure) = &*self.failed {
            return Err(StoreError::Aborted {
                statement: failure.statement.clone(),
            });
        }
        if !matches!(self.sink, Sink::Waiting(_)) {
            return Ok(());
        }
        check_name(self.table)?;
        for (column, _) in &self.columns {
            check_name(column)?;
        }
        if self.columns.is_empty() || self.columns.len() > 1000 {
            return Err(self.wrong("列は1個から1000個までです".to_owned()));
        }
        let started = match std::mem::replace(&mut self.sink, Sink::Closed) {
            Sink::Waiting(Backend::Sqlite(conn)) => {
                Inserts::start(conn, self.table, &self.columns).map(Sink::Sqlite)
            }
            Sink::Waiting(Backend::Postgres(conn)) => {
                Copy::start(conn, self.table, &self.columns).map(Sink::Postgres)
            }
            other => Ok(other),
        };
        self.sink = started.inspect_err(|error| crate::conn::note(self.failed, error))?;
        Ok(())
    }

    /// The error for the current cell; it spoils the transaction, so that no half of a load is ever committed.
    fn wrong(&mut self, reason: String) -> StoreError {
        let column = self.columns.get(self.at).map_or("", |(name, _)| name);
        if self.failed.is_none() {
            let statement = statement_name(self.table);
            *self.failed = Some(Failure {
                statement,
                cause: Cause::Rule,
                reason: reason.clone(),
            });
        }
        StoreError::Bulk {
            table: self.table.to_owned(),
            row: self.rows + 1,
            column: column.to_owned(),
            reason,
        }
    }
}

impl Drop for Bulk<'_> {
    fn drop(&mut self) {
        if matches!(self.sink, Sink::Sqlite(_) | Sink::Postgres(_)) && self.failed.is_none() {
            *self.failed = Some(Failure {
                statement: statement_name(self.table),
                cause: Cause::Other,
                reason: "finish が呼ばれていません".to_owned(),
            });
        }
    }
}

fn statement_name(table: &str) -> String {
    format!("{table} への一括登録")
}
