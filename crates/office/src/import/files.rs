//! 受付簿 — the files received, newest first, with what became of their rows.

use crate::error::OfficeError;
use crate::security::permit::{ImportFile, Permit};
use db::{Conn, Sql};

const LIST: Sql = Sql {
    name: "import.files",
    text: "select f.file_id, f.layout, f.file_name, f.received_at, f.state, f.rows_read, f.rows_posted, f.rows_same, \
           f.rows_held, f.message, (select count(*) from import_row r where r.file_id = f.file_id and r.state in ('held', 'review')) \
           from import_file f where f.file_id < $1 order by f.file_id desc limit $2",
};

/// Statements of this module.
pub(super) const STATEMENTS: &[Sql] = &[LIST];

/// A file that was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// 受付番号.
    pub file_id: i64,
    /// Layout.
    pub layout: String,
    /// Name of the file.
    pub file_name: String,
    /// When, microseconds since 1970 UTC.
    pub received_at: i64,
    /// `posting`, `posted`, …
    pub state: String,
    /// Rows in the file.
    pub rows_read: i64,
    /// Rows that became facts.
    pub rows_posted: i64,
    /// Rows that said what stood already.
    pub rows_same: i64,
    /// Rows that were held when it was taken.
    pub rows_held: i64,
    /// What was told.
    pub message: String,
    /// Rows that wait now.
    pub waiting: i64,
}

/// Files before a number (`None`: the latest), newest first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn files(
    conn: &mut Conn,
    _permit: &Permit<ImportFile>,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Received>, OfficeError> {
    let params = [before.unwrap_or(i64::MAX).into(), limit.into()];
    Ok(conn.query(&LIST, &params, |row| {
        Ok(Received {
            file_id: row.int(0)?,
            layout: row.text(1)?,
            file_name: row.text(2)?,
            received_at: row.int(3)?,
            state: row.text(4)?,
            rows_read: row.int(5)?,
            rows_posted: row.int(6)?,
            rows_same: row.int(7)?,
            rows_held: row.int(8)?,
            message: row.text(9)?,
            waiting: row.int(10)?,
        })
    })?)
}
