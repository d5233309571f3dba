//! The rows of the outbox.

use super::kinds::{Division, Layout, State};
use crate::acts::Act;
use crate::error::OfficeError;
use db::{Conn, Row, Sql, StoreError, Value};
use law::Date;

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select message_id, layout, subject, valid_from, division, content, told, state, decided_on, act_id, \
             file_id, line_no, sent_on, result_note from outbox_message ",
            $rest
        )
    };
}

const OF_SUBJECT: Sql = Sql {
    name: "outbox.of_subject",
    text: select!("where layout = $1 and subject = $2 order by message_id"),
};
const OF_ACT: Sql = Sql {
    name: "outbox.of_act",
    text: select!("where act_id = $1 order by message_id"),
};
const OF_FILE: Sql = Sql {
    name: "outbox.of_file",
    text: select!("where file_id = $1 order by line_no"),
};
const ONE: Sql = Sql {
    name: "outbox.one",
    text: select!("where message_id = $1"),
};
const LIST: Sql = Sql {
    name: "outbox.list",
    text: select!("where state = $1 and message_id > $2 order by message_id limit $3"),
};
const WAITING: Sql = Sql {
    name: "outbox.waiting",
    text: select!("where state = 'waiting' and layout = $1 order by message_id limit $2"),
};
const UNCONFIRMED: Sql = Sql {
    name: "outbox.unconfirmed",
    text: select!(
        "where message_id > $1 and ((state = 'sent' and sent_on <= $2) or state = 'refused') \
         order by message_id limit $3"
    ),
};
const COUNTS: Sql = Sql {
    name: "outbox.counts",
    text: "select state, count(*), min(decided_on) from outbox_message where state <> 'withdrawn' group by state \
           order by state",
};
const INSERT: Sql = Sql {
    name: "outbox.insert",
    text: "insert into outbox_message (message_id, layout, subject, valid_from, division, content, told, state, \
           decided_on, act_id, result_note) values ($1, $2, $3, $4, $5, $6, $7, 'waiting', $8, $9, '')",
};
const WITHDRAW: Sql = Sql {
    name: "outbox.withdraw",
    text: "update outbox_message set state = 'withdrawn', withdrawn_act_id = $2 \
           where message_id = $1 and state in ('waiting', 'refused')",
};
const SEND: Sql = Sql {
    name: "outbox.send",
    text: "update outbox_message set state = 'sent', file_id = $2, line_no = $3, sent_on = $4 \
           where message_id = $1 and state = 'waiting'",
};
const SETTLE: Sql = Sql {
    name: "outbox.settle",
    text: "update outbox_message set state = $2, result_act_id = $3, result_note = $4 \
           where message_id = $1 and state = 'sent'",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[
    OF_SUBJECT,
    OF_ACT,
    OF_FILE,
    ONE,
    LIST,
    WAITING,
    UNCONFIRMED,
    COUNTS,
    INSERT,
    WITHDRAW,
    SEND,
    SETTLE,
];

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Number.
    pub message_id: i64,
    /// 種類.
    pub layout: Layout,
    /// 宛名番号 or 世帯番号, by the kind.
    pub subject: i64,
    /// The first day of the period it is about.
    pub valid_from: Date,
    /// 異動区分.
    pub division: Division,
    /// What is to be told; empty for a 取消.
    pub content: String,
    /// What had been told when it was decided; empty for nothing.
    pub told: String,
    /// 状態.
    pub state: State,
    /// The business day of the act.
    pub decided_on: Date,
    /// The act that decided it.
    pub act_id: i64,
    /// The file it went out in, and its line there.
    pub file_id: Option<i64>,
    /// Its line there, from 1.
    pub line_no: Option<i64>,
    /// The day it went out.
    pub sent_on: Option<Date>,
    /// What the receiver said.
    pub result_note: String,
}

fn read(row: &Row<'_>) -> Result<Message, StoreError> {
    let (layout, state) = (row.text(1)?, row.text(7)?);
    Ok(Message {
        message_id: row.int(0)?,
        layout: Layout::from_code(&layout)
            .ok_or_else(|| row.wrong(1, format!("連携の種類「{layout}」を知りません")))?,
        subject: row.int(2)?,
        valid_from: row.date(3)?,
        division: Division::read(row.int(4)?)
            .ok_or_else(|| row.wrong(4, "異動区分を知りません".to_owned()))?,
        content: row.text(5)?,
        told: row.text(6)?,
        state: State::from_code(&state)
            .ok_or_else(|| row.wrong(7, format!("連携の状態「{state}」を知りません")))?,
        decided_on: row.date(8)?,
        act_id: row.int(9)?,
        file_id: row.opt_int(10)?,
        line_no: row.opt_int(11)?,
        sent_on: row.opt_date(12)?,
        result_note: row.text(13)?,
    })
}

/// Every message about a subject, oldest first.
pub(super) fn all(
    conn: &mut Conn,
    layout: Layout,
    subject: i64,
) -> Result<Vec<Message>, OfficeError> {
    Ok(conn.query(&OF_SUBJECT, &[layout.code().into(), subject.into()], read)?)
}

/// Every message about a person, oldest first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn of_person(conn: &mut Conn, person_id: i64) -> Result<Vec<Message>, OfficeError> {
    all(conn, Layout::Person, person_id)
}

/// Every message about a household, oldest first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn of_household(conn: &mut Conn, household_id: i64) -> Result<Vec<Message>, OfficeError> {
    all(conn, Layout::Household, household_id)
}

/// The messages an act decided.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn of_act(conn: &mut Conn, act_id: i64) -> Result<Vec<Message>, OfficeError> {
    Ok(conn.query(&OF_ACT, &[act_id.into()], read)?)
}

/// The messages of a file, by line.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn of_file(conn: &mut Conn, file_id: i64) -> Result<Vec<Message>, OfficeError> {
    Ok(conn.query(&OF_FILE, &[file_id.into()], read)?)
}

/// One message.
pub fn one(conn: &mut Conn, message_id: i64) -> Result<Option<Message>, OfficeError> {
    Ok(conn.query_opt(&ONE, &[message_id.into()], read)?)
}

/// The messages of a state after a number.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn list(
    conn: &mut Conn,
    state: State,
    after: i64,
    limit: i64,
) -> Result<Vec<Message>, OfficeError> {
    let params = [state.code().into(), after.into(), limit.into()];
    Ok(conn.query(&LIST, &params, read)?)
}

/// What waits to be sent, oldest first.
pub(super) fn waiting(
    conn: &mut Conn,
    layout: Layout,
    limit: i64,
) -> Result<Vec<Message>, OfficeError> {
    Ok(conn.query(&WAITING, &[layout.code().into(), limit.into()], read)?)
}

/// Messages after a number that were sent on or before a day without a confirmed result, or were refused.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn unconfirmed(
    conn: &mut Conn,
    by: Date,
    after: i64,
    limit: i64,
) -> Result<Vec<Message>, OfficeError> {
    let params = [after.into(), by.into(), limit.into()];
    Ok(conn.query(&UNCONFIRMED, &params, read)?)
}

/// How many messages there are of each state, with the oldest business day; those withdrawn are not counted.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn counts(conn: &mut Conn) -> Result<Vec<(State, i64, Date)>, OfficeError> {
    Ok(conn.query(&COUNTS, &[], |row| {
        let code = row.text(0)?;
        let state = State::from_code(&code)
            .ok_or_else(|| row.wrong(0, format!("連携の状態「{code}」を知りません")))?;
        Ok((state, row.int(1)?, row.date(2)?))
    })?)
}

/// A message to write.
pub(super) struct New<'n> {
    pub(super) layout: Layout,
    pub(super) subject: i64,
    pub(super) valid_from: Date,
    pub(super) content: &'n str,
    pub(super) told: &'n str,
}

/// Writes a message that waits.
pub(super) fn insert(
    conn: &mut Conn,
    act: &Act,
    decided_on: Date,
    new: &New<'_>,
) -> Result<i64, OfficeError> {
    let message_id = conn.next_ids("outbox_message", 1)?;
    let params: [Value; 9] = [
        message_id.into(),
        new.layout.code().into(),
        new.subject.into(),
        new.valid_from.into(),
        Division::between(new.told, new.content).code().into(),
        new.content.into(),
        new.told.into(),
        decided_on.into(),
        act.id.0.into(),
    ];
    conn.execute(&INSERT, &params)?;
    Ok(message_id)
}

/// Withdraws a message that waits or was refused.
pub(super) fn withdraw(conn: &mut Conn, act: &Act, message_id: i64) -> Result<(), OfficeError> {
    let params = [message_id.into(), act.id.0.into()];
    moved(conn.execute(&WITHDRAW, &params)?, message_id)
}

/// Marks a message as gone out in a file.
pub(super) fn send(
    conn: &mut Conn,
    message_id: i64,
    (file_id, line_no): (i64, i64),
    on: Date,
) -> Result<(), OfficeError> {
    let params = [message_id.into(), file_id.into(), line_no.into(), on.into()];
    moved(conn.execute(&SEND, &params)?, message_id)
}

/// Writes what the receiver said of a message.
pub(super) fn settle(
    conn: &mut Conn,
    act: &Act,
    message_id: i64,
    (state, note): (State, &str),
) -> Result<(), OfficeError> {
    let params = [
        message_id.into(),
        state.code().into(),
        act.id.0.into(),
        note.into(),
    ];
    moved(conn.execute(&SETTLE, &params)?, message_id)
}

fn moved(changed: u64, message_id: i64) -> Result<(), OfficeError> {
    if changed == 1 {
        return Ok(());
    }
    Err(OfficeError::Conflict(format!(
        "連携{message_id}の状態が変わっています。一覧を読み直してください"
    )))
}
