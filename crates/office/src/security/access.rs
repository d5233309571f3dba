//! 操作の記録 — views, searches, prints and refusals, written before the page is shown.

use super::chain::{self, Lane};
use super::permit::{Permit, ReviewAccess};
use super::session::Session;
use super::setting;
use crate::acts::Acting;
use crate::error::OfficeError;
use db::{Conn, Sql, Store, Value};

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

const PAGE: Sql = Sql {
    name: "access_log.page",
    text: "select l.entry_id, l.at, l.terminal, l.what, l.subject, l.purpose, l.outcome, l.staff_id, \
           coalesce(s.name, '') from access_log l left join staff s on s.staff_id = l.staff_id \
           where l.entry_id < $1 and l.at >= $2 and l.at < $3 and ($4 = 0 or l.staff_id = $4) \
           and ($5 = '' or l.outcome = $5) and ($7 = '' or l.what = $7) order by l.entry_id desc limit $6",
};
const OF_SUBJECT: Sql = Sql {
    name: "access_log.of_subject",
    text: "select l.entry_id, l.at, l.terminal, l.what, l.subject, l.purpose, l.outcome, l.staff_id, \
           coalesce(s.name, '') from access_log l left join staff s on s.staff_id = l.staff_id \
           where l.subject = $8 and l.entry_id < $1 and l.at >= $2 and l.at < $3 and ($4 = 0 or l.staff_id = $4) \
           and ($5 = '' or l.outcome = $5) and ($7 = '' or l.what = $7) order by l.entry_id desc limit $6",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[INSERT, LATEST, PAGE, OF_SUBJECT];

/// 利用目的 of looks.
pub(super) const PURPOSE: &str = "国民健康保険事務";

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
            purpose: PURPOSE,
            outcome: Outcome::Shown,
        }
    }
}

/// Writes a line.
///
/// # Errors
/// [`OfficeError::Store`]; what was to be recorded must then not be shown.
pub fn record(conn: &mut Conn, access: &Access<'_>) -> Result<(), OfficeError> {
    write(conn, access).map(|_| ())
}

/// Writes a line and says its number.
pub(super) fn write(conn: &mut Conn, access: &Access<'_>) -> Result<i64, OfficeError> {
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
    chain::append(conn, Lane::Access, entry, &columns)?;
    Ok(entry)
}

/// Records that something was refused to a session, and looks for refusals in a row.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn refuse(
    store: &Store,
    session: &Session,
    (what, subject): (&str, Option<i64>),
    now: i64,
) -> Result<(), OfficeError> {
    let mut line = Access::of(session, now, what, subject);
    line.outcome = Outcome::Refused;
    store.write(|conn| {
        let settings = setting::as_of(conn, i64::MAX)?;
        let entry = write(conn, &line)?;
        super::alert::notice(conn, &settings, &line, entry)
    })
}

/// Records the use of an individual number beside its act, and looks for the case it belongs to.
pub(crate) fn number_use(
    conn: &mut Conn,
    acting: &Acting,
    (what, person): (&str, Option<i64>),
) -> Result<(), OfficeError> {
    let line = Access {
        staff_id: acting.staff_id,
        terminal: &acting.terminal,
        at: acting.now,
        what,
        subject: person,
        purpose: &acting.purpose,
        outcome: Outcome::Shown,
    };
    let entry = write(conn, &line)?;
    match person {
        Some(person) => {
            super::alert::number_use(conn, (acting.staff_id, person), (entry, acting.now))
        }
        None => Ok(()),
    }
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

/// What an auditor looks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// From this moment, microseconds since 1970 UTC.
    pub from: i64,
    /// Until before this moment, microseconds since 1970 UTC.
    pub until: i64,
    /// One member of staff; 0 everyone.
    pub staff_id: i64,
    /// One outcome code; empty any.
    pub outcome: String,
    /// One function code, or another word of the record; empty any.
    pub what: String,
    /// One 宛名番号 or 世帯番号.
    pub subject: Option<i64>,
    /// Lines before this one; `None` the latest.
    pub before: Option<i64>,
}

/// A line with its number and the name of the member of staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Number of the line.
    pub entry_id: i64,
    /// 氏名; empty where nobody was logged in.
    pub staff_name: String,
    /// The line.
    pub recorded: Recorded,
}

/// Lines that an auditor looks for, newest first, a page at a time.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn page(
    conn: &mut Conn,
    _permit: &Permit<ReviewAccess>,
    wanted: &Wanted,
    limit: i64,
) -> Result<Vec<Entry>, OfficeError> {
    let mut params: Vec<Value> = vec![
        wanted.before.unwrap_or(i64::MAX).into(),
        wanted.from.into(),
        wanted.until.into(),
        wanted.staff_id.into(),
        wanted.outcome.as_str().into(),
        limit.into(),
        wanted.what.as_str().into(),
    ];
    let statement = match wanted.subject {
        Some(subject) => {
            params.push(subject.into());
            &OF_SUBJECT
        }
        None => &PAGE,
    };
    Ok(conn.query(statement, &params, |row| {
        Ok(Entry {
            entry_id: row.int(0)?,
            staff_name: row.text(8)?,
            recorded: Recorded {
                staff_id: row.int(7)?,
                terminal: row.text(2)?,
                at: row.int(1)?,
                what: row.text(3)?,
                subject: row.opt_int(4)?,
                purpose: row.text(5)?,
                outcome: row.text(6)?,
            },
        })
    })?)
}
