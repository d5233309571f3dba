//! 操作の記録 — views, searches, prints and refusals, written before the page is shown.

use super::chain::{self, Lane};
use super::session::Session;
use crate::error::OfficeError;
use db::{Conn, Sql, Value};

const INSERT: Sql = Sql {
    name: "access_log.insert",
    text: "insert into access_log (entry_id, staff_id, terminal, at, what, subject, purpose, outcome) \
           values ($1, $2, $3, $4, $5, $6, $7, $8)",
};
const LATEST: Sql = Sql {
    name: "access_log.latest",
    text: "select staff_id, terminal, at, what, subject, purpose, outcome from access_log \
           order by entry_id desc limit $1",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[INSERT, LATEST];

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// 許可: it was shown or done.
    Shown,
    /// 拒否: authorization said no.
    Refused,
    /// 失敗: a log-in that did not succeed.
    Failed,
}

impl Outcome {
    /// Stable code, as stored.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Shown => "shown",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

/// One line of the record. Searches give the kind of key in `what`, never what was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access<'a> {
    /// Who; 0 before anybody has logged in.
    pub staff_id: i64,
    /// From where.
    pub terminal: &'a str,
    /// When, microseconds since 1970-01-01T00:00:00Z.
    pub at: i64,
    /// Function code, or `login`, `logout`.
    pub what: &'a str,
    /// 宛名番号 or 世帯番号 looked at, where there is one.
    pub subject: Option<i64>,
    /// 利用目的.
    pub purpose: &'a str,
    /// How it ended.
    pub outcome: Outcome,
}

impl<'a> Access<'a> {
    /// A line for a session.
    #[must_use]
    pub fn of(session: &'a Session, at: i64, what: &'a str, subject: Option<i64>) -> Self {
        Self {
            staff_id: session.staff_id(),
            terminal: session.terminal(),
            at,
            what,
            subject,
            purpose: "国民健康保険事務",
            outcome: Outcome::Shown,
        }
    }
}

/// Writes a line.
///
/// # Errors
/// [`OfficeError::Store`]; what was to be recorded must then not be shown.
pub fn record(conn: &mut Conn, access: &Access<'_>) -> Result<(), OfficeError> {
    let entry = conn.next_ids("access_log", 1)?;
    let columns = [
        entry.into(),
        access.staff_id.into(),
        access.terminal.into(),
        access.at.into(),
        access.what.into(),
        access.subject.map_or(Value::Null, Value::Int),
        access.purpose.into(),
        access.outcome.code().into(),
    ];
    conn.execute(&INSERT, &columns)?;
    chain::append(conn, Lane::Access, entry, &columns)
}

/// A line as read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Who.
    pub staff_id: i64,
    /// From where.
    pub terminal: String,
    /// When, microseconds.
    pub at: i64,
    /// What.
    pub what: String,
    /// Whom or which household.
    pub subject: Option<i64>,
    /// 利用目的.
    pub purpose: String,
    /// Outcome code.
    pub outcome: String,
}

/// The latest lines, newest first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn latest(conn: &mut Conn, how_many: i64) -> Result<Vec<Recorded>, OfficeError> {
    Ok(conn.query(&LATEST, &[how_many.into()], |row| {
        Ok(Recorded {
            staff_id: row.int(0)?,
            terminal: row.text(1)?,
            at: row.int(2)?,
            what: row.text(3)?,
            subject: row.opt_int(4)?,
            purpose: row.text(5)?,
            outcome: row.text(6)?,
        })
    })?)
}
