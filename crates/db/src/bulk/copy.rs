//! Rows on their way into PostgreSQL: the binary COPY format, framed by hand.

use super::statement_name;
use crate::error::{Cause, StoreError};
use crate::postgres::{self, PgConn};
use crate::value::ColumnType;
use ::postgres::types::Type;
use std::io::Write;

/// Bytes gathered before they are handed over.
const CHUNK: usize = 64 * 1024;

/// The width of an integer column on PostgreSQL.
#[derive(Clone, Copy)]
enum Width {
    Two,
    Four,
    Eight,
    Flag,
    Bytes,
}

/// An open load.
pub(super) struct Copy<'c> {
    writer: ::postgres::CopyInWriter<'c>,
    widths: Vec<Width>,
    count: [u8; 2],
    buffer: Vec<u8>,
    row_open: bool,
}

/// Signature, flags and header length of the binary COPY format.
const COPY_HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";

impl<'c> Copy<'c> {
    pub(super) fn start(
        conn: &'c mut PgConn,
        table: &str,
        columns: &[(&str, ColumnType)],
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
    pub(super) fn int(&mut self, column: usize, value: i64) -> bool {
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

    pub(super) fn bytes(&mut self, value: &[u8]) {
        self.open_row();
        // Never longer than LONGEST_CELL.
        let length = i32::try_from(value.len()).unwrap_or(i32::MAX);
        self.buffer.extend_from_slice(&length.to_be_bytes());
        self.buffer.extend_from_slice(value);
    }

    pub(super) fn null(&mut self) {
        self.open_row();
        self.buffer.extend_from_slice(&(-1_i32).to_be_bytes());
    }

    pub(super) fn end_row(&mut self, table: &str) -> Result<(), StoreError> {
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

    pub(super) fn finish(mut self, table: &str) -> Result<(), StoreError> {
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
