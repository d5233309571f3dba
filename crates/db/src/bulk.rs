//! Loading many rows at the speed of the engine.

use crate::conn::{Backend, Conn, Failure};
use crate::error::{Cause, StoreError};
use crate::postgres::{self, PgConn};
use crate::sqlite;
use crate::url::check_name;
use crate::value::{ColumnType, NUL_TEXT, Value};
use ::postgres::types::Type;
use rusqlite::types::Null;
use rusqlite::{CachedStatement, Connection};
use std::io::Write;

/// Rows in one insert of SQLite; more gains nothing.
const ROWS_PER_INSERT: usize = 50;
/// Parameters SQLite allows in one statement.
const PARAMETERS: usize = 32_766;
/// Bytes gathered before they are handed to PostgreSQL.
const CHUNK: usize = 64 * 1024;
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
    table: &'static str,
    columns: Vec<(&'static str, ColumnType)>,
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
        table: &'static str,
        columns: &[(&'static str, ColumnType)],
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
            match value {
                Value::Null => self.push_null()?,
                Value::Int(int) => self.push_int(*int)?,
                Value::Text(text) => self.push_text(text)?,
                Value::Blob(bytes) => self.push_blob(bytes)?,
            }
        }
        self.end_row()
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
            Sink::Sqlite(inserts) => inserts.cells.push(Cell::Int(value)),
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
            Sink::Sqlite(inserts) => {
                inserts.text.push_str(value);
                inserts.cells.push(Cell::Text(inserts.text.len()));
            }
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
            Sink::Sqlite(inserts) => {
                inserts.blob.extend_from_slice(value);
                inserts.cells.push(Cell::Blob(inserts.blob.len()));
            }
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
            Sink::Sqlite(inserts) => inserts.cells.push(Cell::Null),
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

/// A cell that waits for its insert; text and bytes lie in shared buffers up to the given end.
#[derive(Clone, Copy)]
enum Cell {
    Null,
    Int(i64),
    Text(usize),
    Blob(usize),
}

/// Rows on their way into SQLite.
struct Inserts<'c> {
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
    fn start(
        conn: &'c Connection,
        table: &str,
        columns: &[(&'static str, ColumnType)],
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

    fn end_row(&mut self, table: &str) -> Result<(), StoreError> {
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

    fn finish(self, table: &str) -> Result<(), StoreError> {
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

/// The width of an integer column on PostgreSQL.
#[derive(Clone, Copy)]
enum Width {
    Two,
    Four,
    Eight,
    Flag,
    Bytes,
}

/// Rows on their way into PostgreSQL: the binary COPY format, framed by hand.
struct Copy<'c> {
    writer: ::postgres::CopyInWriter<'c>,
    widths: Vec<Width>,
    count: [u8; 2],
    buffer: Vec<u8>,
    row_open: bool,
}

/// Signature, flags and header length of the binary COPY format.
const COPY_HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";

impl<'c> Copy<'c> {
    fn start(
        conn: &'c mut PgConn,
        table: &str,
        columns: &[(&'static str, ColumnType)],
    ) -> Result<Self, StoreError> {
        let name = statement_name(table);
        let names = columns
            .iter()
            .map(|(name, _)| *name)
            .collect::<Vec<_>>()
            .join(", ");
        let statement = conn.prepare(&name, &format!("select {names} from {table}"))?;
        let widths = statement
            .columns()
            .iter()
            .zip(columns)
            .map(|(found, (column, kind))| {
                width(found.type_(), *kind).ok_or_else(|| StoreError::Bulk {
                    table: table.to_owned(),
                    row: 1,
                    column: (*column).to_owned(),
                    reason: format!(
                        "{kind:?} と宣言されていますが、表では {} です",
                        found.type_().name()
                    ),
                })
            })
            .collect::<Result<Vec<_>, _>>()?;
        let writer = conn
            .client
            .copy_in(&format!(
                "copy {table} ({names}) from stdin (format binary)"
            ))
            .map_err(|error| postgres::failure(&name, &error))?;
        let count = i16::try_from(columns.len())
            .unwrap_or(i16::MAX)
            .to_be_bytes();
        let mut buffer = Vec::with_capacity(CHUNK + 4096);
        buffer.extend_from_slice(COPY_HEADER);
        Ok(Self {
            writer,
            widths,
            count,
            buffer,
            row_open: false,
        })
    }

    fn open_row(&mut self) {
        if !self.row_open {
            self.buffer.extend_from_slice(&self.count);
            self.row_open = true;
        }
    }

    /// Adds an integer; false when the column is too narrow for it.
    fn int(&mut self, column: usize, value: i64) -> bool {
        self.open_row();
        match self.widths.get(column) {
            Some(Width::Eight) => {
                self.buffer.extend_from_slice(&8_i32.to_be_bytes());
                self.buffer.extend_from_slice(&value.to_be_bytes());
                true
            }
            Some(Width::Four) => i32::try_from(value)
                .map(|value| self.bytes(&value.to_be_bytes()))
                .is_ok(),
            Some(Width::Two) => i16::try_from(value)
                .map(|value| self.bytes(&value.to_be_bytes()))
                .is_ok(),
            Some(Width::Flag) if value == 0 || value == 1 => {
                self.bytes(&[u8::from(value == 1)]);
                true
            }
            _ => false,
        }
    }

    fn bytes(&mut self, value: &[u8]) {
        self.open_row();
        // Never longer than LONGEST_CELL.
        let length = i32::try_from(value.len()).unwrap_or(i32::MAX);
        self.buffer.extend_from_slice(&length.to_be_bytes());
        self.buffer.extend_from_slice(value);
    }

    fn null(&mut self) {
        self.open_row();
        self.buffer.extend_from_slice(&(-1_i32).to_be_bytes());
    }

    fn end_row(&mut self, table: &str) -> Result<(), StoreError> {
        self.row_open = false;
        if self.buffer.len() < CHUNK {
            Ok(())
        } else {
            self.send(table)
        }
    }

    fn send(&mut self, table: &str) -> Result<(), StoreError> {
        let sent = self.writer.write_all(&self.buffer);
        self.buffer.clear();
        sent.map_err(|error| copy_failure(table, &error))
    }

    fn finish(mut self, table: &str) -> Result<(), StoreError> {
        self.buffer.extend_from_slice(&(-1_i16).to_be_bytes());
        self.send(table)?;
        self.writer
            .finish()
            .map(|_| ())
            .map_err(|error| postgres::failure(&statement_name(table), &error))
    }
}

/// The writer wraps the engine's error in one of input and output.
fn copy_failure(table: &str, error: &std::io::Error) -> StoreError {
    let name = statement_name(table);
    match error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<::postgres::Error>())
    {
        Some(inner) => postgres::failure(&name, inner),
        None => StoreError::Statement {
            statement: name,
            cause: Cause::Connection,
            reason: error.to_string(),
        },
    }
}

fn width(found: &Type, declared: ColumnType) -> Option<Width> {
    match (declared, found) {
        (ColumnType::Int, &Type::INT8) => Some(Width::Eight),
        (ColumnType::Int, &Type::INT4) => Some(Width::Four),
        (ColumnType::Int, &Type::INT2) => Some(Width::Two),
        (ColumnType::Int, &Type::BOOL) => Some(Width::Flag),
        (ColumnType::Text, &Type::TEXT | &Type::VARCHAR | &Type::BPCHAR) => Some(Width::Bytes),
        (ColumnType::Blob, &Type::BYTEA) => Some(Width::Bytes),
        _ => None,
    }
}
