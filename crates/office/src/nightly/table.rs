//! The record of nights.

use super::step::{Page, Step};
use crate::acts::Act;
use crate::error::OfficeError;
use crate::names::{code_of, label_of, named};
use db::{Conn, Row, Sql, StoreError};
use law::Date;

const ONE: Sql = Sql {
    name: "nightly.one",
    text: "select run_on, step, covered_after, known_after, state, after_key, found, opened, settled, written, message, \
           begun_at, heard_at from nightly_step where run_on = $1 and step = $2",
};
const LAST_DONE: Sql = Sql {
    name: "nightly.last_done",
    text: "select run_on, step, covered_after, known_after, state, after_key, found, opened, settled, written, message, \
           begun_at, heard_at from nightly_step where step = $1 and state = 'done' and run_on < $2 \
           order by run_on desc limit 1",
};
const BEGIN: Sql = Sql {
    name: "nightly.begin",
    text: "insert into nightly_step (run_on, step, covered_after, known_after, state, after_key, found, opened, settled, \
           written, message, first_act_id, last_act_id, begun_at, heard_at) \
           values ($1, $2, $3, $4, 'open', 0, 0, 0, 0, 0, '', $5, $5, $6, $6)",
};
const ADVANCE: Sql = Sql {
    name: "nightly.advance",
    text: "update nightly_step set state = $3, after_key = $4, found = found + $5, opened = opened + $6, \
           settled = settled + $7, written = written + $8, message = '', last_act_id = $9, heard_at = $10 \
           where run_on = $1 and step = $2 and state <> 'done' and after_key = $11",
};
const FAIL: Sql = Sql {
    name: "nightly.fail",
    text: "update nightly_step set state = 'failed', message = $3, heard_at = $4 \
           where run_on = $1 and step = $2 and state <> 'done'",
};
const OF_DAY: Sql = Sql {
    name: "nightly.of_day",
    text: "select run_on, step, covered_after, known_after, state, after_key, found, opened, settled, written, message, \
           begun_at, heard_at from nightly_step where run_on = $1",
};
const DAYS: Sql = Sql {
    name: "nightly.days",
    text: "select distinct run_on from nightly_step where run_on < $1 order by run_on desc limit $2",
};
const LATER: Sql = Sql {
    name: "nightly.later",
    text: "select max(run_on) from nightly_step where run_on > $1",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[ONE, LAST_DONE, BEGIN, ADVANCE, FAIL, OF_DAY, DAYS, LATER];

/// 状態 of a step of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// 途中: at work, or cut off; the next start goes on.
    Open,
    /// 済.
    Done,
    /// 失敗: its message says why; the next start tries again.
    Failed,
}

impl State {
    const NAMES: [(Self, &'static str, &'static str); 3] = [
        (Self::Open, "open", "途中"),
        (Self::Done, "done", "済"),
        (Self::Failed, "failed", "失敗"),
    ];

    /// As stored.
    #[must_use]
    pub fn code(self) -> &'static str {
        code_of(&Self::NAMES, self)
    }

    /// As shown.
    #[must_use]
    pub fn label_ja(self) -> &'static str {
        label_of(&Self::NAMES, self)
    }
}

/// What a step of a day came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// The day.
    pub run_on: Date,
    /// Code of the step.
    pub step: String,
    /// The last day covered before.
    pub covered_after: Date,
    /// The moment up to which had been looked before, microseconds since 1970 UTC.
    pub known_after: i64,
    /// State.
    pub state: State,
    /// Key up to which it has come.
    pub after_key: i64,
    /// Findings, matters opened and settled, letters written.
    pub page: Page,
    /// What went wrong, where something did.
    pub message: String,
    /// When it was begun, microseconds since 1970 UTC: what was recorded later is for the next night.
    pub begun_at: i64,
    /// When it was last heard of, microseconds since 1970 UTC.
    pub heard_at: i64,
}

fn read(row: &Row<'_>) -> Result<Done, StoreError> {
    let code = row.text(4)?;
    Ok(Done {
        run_on: row.date(0)?,
        step: row.text(1)?,
        covered_after: row.date(2)?,
        known_after: row.int(3)?,
        state: named(&State::NAMES, &code)
            .ok_or_else(|| row.wrong(4, format!("夜間処理の状態「{code}」を知りません")))?,
        after_key: row.int(5)?,
        page: Page {
            found: row.int(6)?,
            opened: row.int(7)?,
            settled: row.int(8)?,
            written: row.int(9)?,
            next: None,
        },
        message: row.text(10)?,
        begun_at: row.int(11)?,
        heard_at: row.int(12)?,
    })
}

/// A step of a day.
pub(super) fn one(conn: &mut Conn, on: Date, step: &Step) -> Result<Option<Done>, OfficeError> {
    Ok(conn.query_opt(&ONE, &[on.into(), step.code.into()], read)?)
}

/// The last day before another on which a step was done.
pub(super) fn last_done(
    conn: &mut Conn,
    on: Date,
    step: &Step,
) -> Result<Option<Done>, OfficeError> {
    Ok(conn.query_opt(&LAST_DONE, &[step.code.into(), on.into()], read)?)
}

/// The latest day after another on which anything was run.
pub(super) fn later(conn: &mut Conn, on: Date) -> Result<Option<Date>, OfficeError> {
    Ok(conn.query_one(&LATER, &[on.into()], |row| row.opt_date(0))?)
}

/// Writes that a step of a day has begun.
pub(super) fn begin(
    conn: &mut Conn,
    act: &Act,
    (on, step): (Date, &Step),
    (after, known_after): (Date, i64),
) -> Result<(), OfficeError> {
    let params = [
        on.into(),
        step.code.into(),
        after.into(),
        known_after.into(),
        act.id.0.into(),
        act.recorded_at.into(),
    ];
    conn.execute(&BEGIN, &params)?;
    Ok(())
}

/// Moves a step on by a page that began after a key.
pub(super) fn advance(
    conn: &mut Conn,
    act: &Act,
    (on, step): (Date, &Step),
    began_after: i64,
    page: &Page,
) -> Result<(), OfficeError> {
    let state = page.next.map_or(State::Done, |_| State::Open);
    let params = [
        on.into(),
        step.code.into(),
        state.code().into(),
        page.next.unwrap_or(began_after).into(),
        page.found.into(),
        page.opened.into(),
        page.settled.into(),
        page.written.into(),
        act.id.0.into(),
        act.recorded_at.into(),
        began_after.into(),
    ];
    if conn.execute(&ADVANCE, &params)? == 1 {
        return Ok(());
    }
    Err(OfficeError::Conflict(format!(
        "夜間処理「{}」は、別の処理が同時に進めています。一つだけを動かしてください",
        step.label_ja
    )))
}

/// Writes what stopped a step.
pub(super) fn fail(
    conn: &mut Conn,
    (on, step): (Date, &Step),
    message: &str,
    now: i64,
) -> Result<(), OfficeError> {
    let params = [on.into(), step.code.into(), message.into(), now.into()];
    conn.execute(&FAIL, &params)?;
    Ok(())
}

/// What the steps of a day came to, by their code.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn of_day(conn: &mut Conn, on: Date) -> Result<Vec<Done>, OfficeError> {
    Ok(conn.query(&OF_DAY, &[on.into()], read)?)
}

/// The days before another on which a night was run, latest first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn latest_days(conn: &mut Conn, before: Date, how_many: i64) -> Result<Vec<Date>, OfficeError> {
    Ok(conn.query(&DAYS, &[before.into(), how_many.into()], |row| row.date(0))?)
}
