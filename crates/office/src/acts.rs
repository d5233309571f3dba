//! 処理 — nothing changes except through an act: who, from where, for what, under which permission.

use crate::error::OfficeError;
use crate::security::chain::{self, Lane};
use crate::security::hours::in_japan;
use crate::security::permit::Permit;
use crate::security::session::Session;
use db::{Conn, Sql, Value};
use law::Date;

/// Identifier of an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActId(pub i64);

/// Who is acting, from where, when. Made once for a request or a command.
#[derive(Clone, Debug)]
pub struct Acting {
    /// Member of staff.
    pub staff_id: i64,
    /// Terminal or command.
    pub terminal: String,
    /// 利用目的.
    pub purpose: String,
    /// 業務日付: the day the office runs on.
    pub business_date: Date,
    /// Microseconds since 1970-01-01T00:00:00Z, handed in by the edge.
    pub now: i64,
    /// 命令の識別子: the same request twice is carried out once.
    pub request_id: Option<String>,
}

impl Acting {
    /// The earlier of 業務日付 and today in Japan: what is withheld on either is withheld.
    #[must_use]
    pub fn earliest_day(&self) -> Date {
        self.business_date.min(in_japan(self.now).0)
    }

    /// The later of 業務日付 and today in Japan: what runs out on a day has run out by either.
    #[must_use]
    pub fn latest_day(&self) -> Date {
        self.business_date.max(in_japan(self.now).0)
    }

    /// The same hand without the identifier of its request, which one act alone may bear: for a rehearsal, and for what an
    /// order does besides its own act.
    #[must_use]
    pub fn without_request(&self) -> Self {
        Self {
            request_id: None,
            ..self.clone()
        }
    }
}

const INSERT_ACT: Sql = Sql {
    name: "acts.insert",
    text: "insert into act (act_id, kind, staff_id, terminal, purpose, permission, approved_by, \
           undoes_act_id, request_id, business_date, recorded_at, note) \
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
};

const LATEST_MOMENT: Sql = Sql {
    name: "acts.latest_moment",
    text: "select coalesce(max(recorded_at), 0) from act",
};

const BUSINESS_DATE: Sql = Sql {
    name: "acts.business_date",
    text: "select business_date from act where act_id = $1",
};

/// Statements of this module, prepared on both engines by a test.
pub const STATEMENTS: &[Sql] = &[INSERT_ACT, LATEST_MOMENT, BUSINESS_DATE];

/// 業務日付 of an act.
pub(crate) fn business_date(conn: &mut Conn, act: &Act) -> Result<Date, OfficeError> {
    Ok(conn.query_one(&BUSINESS_DATE, &[act.id.0.into()], |row| row.date(0))?)
}

/// What an act may say beyond who and when.
#[derive(Clone, Debug, Default)]
pub struct ActDetails {
    /// Second person.
    pub approved_by: Option<i64>,
    /// The act this one undoes.
    pub undoes: Option<ActId>,
    /// Why, in a clerk's words.
    pub note: String,
}

/// An act that has been written down, and the moment it is recorded under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Act {
    /// Its number.
    pub id: ActId,
    /// `recorded_at` of every fact it writes: never earlier than that of the act before, even when the
    /// clock steps back.
    pub recorded_at: i64,
}

/// Writes down an act under a permit.
///
/// # Errors
/// [`OfficeError::Store`]; a repeated request identifier is a duplicate key and reads as a conflict.
pub fn begin<F>(
    conn: &mut Conn,
    acting: &Acting,
    permit: &Permit<F>,
    kind: &str,
    details: &ActDetails,
) -> Result<Act, OfficeError> {
    write(conn, acting, permit.code(), kind, details)
}

/// Writes down an act that is everybody's own matter: asking for something, with no permit but the session.
pub(crate) fn begin_own(
    conn: &mut Conn,
    acting: &Acting,
    session: &Session,
    kind: &str,
    details: &ActDetails,
) -> Result<Act, OfficeError> {
    if session.staff_id() != acting.staff_id {
        return Err(OfficeError::Bug("本人の処理ではありません".to_owned()));
    }
    write(conn, acting, "", kind, details)
}

fn write(
    conn: &mut Conn,
    acting: &Acting,
    permission: &str,
    kind: &str,
    details: &ActDetails,
) -> Result<Act, OfficeError> {
    let latest = conn.query_one(&LATEST_MOMENT, &[], |row| row.int(0))?;
    // Order is kept by the record, not by the clock: two acts never share a moment.
    let recorded_at = acting.now.max(latest + 1);
    let id = conn.next_ids("act", 1)?;
    let columns = [
        id.into(),
        kind.into(),
        acting.staff_id.into(),
        acting.terminal.as_str().into(),
        acting.purpose.as_str().into(),
        permission.into(),
        details.approved_by.into(),
        details.undoes.map(|act| act.0).into(),
        acting.request_id.clone().into(),
        acting.business_date.into(),
        recorded_at.into(),
        Value::Text(details.note.clone()),
    ];
    conn.execute(&INSERT_ACT, &columns)?;
    chain::append(conn, Lane::Acts, id, &columns)?;
    Ok(Act {
        id: ActId(id),
        recorded_at,
    })
}
