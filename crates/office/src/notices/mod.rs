//! 通知 — an outbox: what was decided waits here until someone proves that it was printed and posted.

pub mod content;
pub mod hold;
pub mod not_found;
mod printed;
pub mod release;
pub mod table;

pub use printed::{mark_printed, mark_printed_for};

use crate::acts::{self, Act, ActDetails, Acting};
use crate::error::OfficeError;
use crate::security::permit::{Permit, PrintNotice};
use db::{ColumnType, Conn, Row, Sql, Store, StoreError};
use law::{FiscalYear, Refusal};

/// 通知書の種類.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// 当初の納入（納税）通知書.
    Initial,
    /// 変更（更正）決定通知書.
    Change,
}

impl NoticeKind {
    /// As stored.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Initial => "initial",
            Self::Change => "change",
        }
    }
}

/// A notice to be sent for a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewNotice {
    /// Decision it tells of.
    pub decision_id: i64,
    /// Household.
    pub household_id: i64,
    /// The liable person, to whom it is addressed.
    pub addressee_id: i64,
    /// 相当年度.
    pub levy_year: FiscalYear,
    /// Kind.
    pub kind: NoticeKind,
    /// Run, or zero.
    pub run_id: i64,
}

/// One notice in the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Number; also the 通知書番号.
    pub notice_id: i64,
    /// Decision it tells of.
    pub decision_id: i64,
    /// Household.
    pub household_id: i64,
    /// Addressee.
    pub addressee_id: i64,
    /// 相当年度.
    pub levy_year: i64,
    /// `initial` or `change`.
    pub kind: String,
    /// `decided`, `printed`, `posted`, `held` or `void`.
    pub state: String,
    /// Sheets printed.
    pub pages: i64,
    /// Why it is held, with the legal effect of holding it.
    pub hold_reason: Option<String>,
    /// The place that stands on the printed sheets, where it was written down.
    pub place_digest: Option<String>,
}

const POSTED: Sql = Sql {
    name: "notices.posted",
    text: "update notice set state = 'posted', posted_act_id = $2 where run_id = $1 and state = 'printed' \
           and addressee_id not in (select w.subject from whereabouts_fact w where w.holds_notice = 1 \
           and w.superseded_at is null and w.valid_from <= $3 and (w.valid_until is null or w.valid_until > $3))",
};
const VOID: Sql = Sql {
    name: "notices.void",
    text: "update notice set state = 'void' where run_id = $1 and state in ('decided', 'printed')",
};
const COUNTS: Sql = Sql {
    name: "notices.counts",
    text: "select state, count(*), coalesce(cast(sum(pages) as bigint), 0) from notice where run_id = $1 \
           group by state order by state",
};
const OF_RUN: Sql = Sql {
    name: "notices.of_run",
    text: "select notice_id, decision_id, household_id, addressee_id, levy_year, kind, state, pages, hold_reason, \
           place_digest \
           from notice where run_id = $1 and notice_id > $2 order by notice_id limit $3",
};
const OF_HOUSEHOLD: Sql = Sql {
    name: "notices.of_household",
    text: "select notice_id, decision_id, household_id, addressee_id, levy_year, kind, state, pages, hold_reason, \
           place_digest \
           from notice where household_id = $1 order by notice_id desc",
};

const FIND: Sql = Sql {
    name: "notices.find",
    text: "select notice_id, decision_id, household_id, addressee_id, levy_year, kind, state, pages, hold_reason, \
           place_digest \
           from notice where notice_id = $1",
};

const UNPRINTED: Sql = Sql {
    name: "notices.unprinted",
    text: "select notice_id, decision_id, household_id, addressee_id, levy_year, kind, state, pages, hold_reason, \
           place_digest \
           from notice where run_id = $1 and notice_id > $2 and state = 'decided' order by notice_id limit $3",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[
    POSTED,
    VOID,
    COUNTS,
    OF_RUN,
    OF_HOUSEHOLD,
    FIND,
    UNPRINTED,
    printed::PRINTED,
    hold::HOLD,
    hold::RELEASE,
    hold::INSERT,
    hold::STATE,
    hold::LATEST,
    hold::RUN_OUT,
];

const COLUMNS: &[(&str, ColumnType)] = &[
    ("notice_id", ColumnType::Int),
    ("decision_id", ColumnType::Int),
    ("household_id", ColumnType::Int),
    ("addressee_id", ColumnType::Int),
    ("levy_year", ColumnType::Int),
    ("kind", ColumnType::Text),
    ("state", ColumnType::Text),
    ("run_id", ColumnType::Int),
    ("running_number", ColumnType::Int),
    ("pages", ColumnType::Int),
    ("act_id", ColumnType::Int),
];

/// Puts notices into the outbox, in the transaction of their decisions; `first_decision` is added to the numbers of those.
///
/// # Errors
/// [`OfficeError::Store`].
pub(crate) fn decide(
    conn: &mut Conn,
    act: &Act,
    first_decision: i64,
    notices: &[NewNotice],
) -> Result<(), OfficeError> {
    let count = i64::try_from(notices.len()).unwrap_or(i64::MAX);
    if count == 0 {
        return Ok(());
    }
    let first = conn.next_ids("notice", count)?;
    let mut bulk = conn.bulk("notice", COLUMNS);
    for (id, notice) in (first..).zip(notices) {
        bulk.cells(&[
            id.into(),
            (first_decision + notice.decision_id).into(),
            notice.household_id.into(),
            notice.addressee_id.into(),
            i64::from(notice.levy_year.0).into(),
            notice.kind.code().into(),
            "decided".into(),
            notice.run_id.into(),
            id.into(),
            0_i64.into(),
            act.id.0.into(),
        ])?;
    }
    bulk.finish()?;
    Ok(())
}

/// How many notices of a run are in which state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// 決定 and not yet printed.
    pub decided: i64,
    /// 印刷済.
    pub printed: i64,
    /// 発送済.
    pub posted: i64,
    /// 保留.
    pub held: i64,
    /// 無効.
    pub void: i64,
    /// Sheets printed in all.
    pub pages: i64,
}

/// Counts of a run.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn counts(conn: &mut Conn, run_id: i64) -> Result<Counts, OfficeError> {
    let mut counts = Counts::default();
    let rows = conn.query(&COUNTS, &[run_id.into()], |row| {
        Ok((row.text(0)?, row.int(1)?, row.int(2)?))
    })?;
    for (state, number, pages) in rows {
        let slot = match state.as_str() {
            "decided" => &mut counts.decided,
            "printed" => &mut counts.printed,
            "posted" => &mut counts.posted,
            "held" => &mut counts.held,
            "void" => &mut counts.void,
            other => {
                return Err(OfficeError::Bug(format!(
                    "通知の状態「{other}」を知りません"
                )));
            }
        };
        *slot += number;
        counts.pages += pages;
    }
    Ok(counts)
}

/// Notices of a run after a number, in order.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn of_run(
    conn: &mut Conn,
    run_id: i64,
    after: i64,
    limit: i64,
) -> Result<Vec<Notice>, OfficeError> {
    let params = [run_id.into(), after.into(), limit.into()];
    Ok(conn.query(&OF_RUN, &params, read)?)
}

/// Notices of a run that are decided and not printed, after a number, in order.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn unprinted(
    conn: &mut Conn,
    run_id: i64,
    after: i64,
    limit: i64,
) -> Result<Vec<Notice>, OfficeError> {
    let params = [run_id.into(), after.into(), limit.into()];
    Ok(conn.query(&UNPRINTED, &params, read)?)
}

/// A notice by its number.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn find(conn: &mut Conn, notice_id: i64) -> Result<Option<Notice>, OfficeError> {
    Ok(conn.query_opt(&FIND, &[notice_id.into()], read)?)
}

/// Notices of a household, newest first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn of_household(conn: &mut Conn, household_id: i64) -> Result<Vec<Notice>, OfficeError> {
    Ok(conn.query(&OF_HOUSEHOLD, &[household_id.into()], read)?)
}

fn read(row: &Row) -> Result<Notice, StoreError> {
    Ok(Notice {
        notice_id: row.int(0)?,
        decision_id: row.int(1)?,
        household_id: row.int(2)?,
        addressee_id: row.int(3)?,
        levy_year: row.int(4)?,
        kind: row.text(5)?,
        state: row.text(6)?,
        pages: row.int(7)?,
        hold_reason: row.opt_text(8)?,
        place_digest: row.opt_text(9)?,
    })
}

/// 発送済: closes a run's mailing when as many were printed as were decided. What is kept back for 居所不明 stays as it is,
/// and is posted by doing this again once it is printed.
///
/// # Errors
/// [`OfficeError::Refusal`] when decided and printed counts differ.
pub fn mark_posted(
    store: &Store,
    permit: &Permit<PrintNotice>,
    acting: &Acting,
    run_id: i64,
) -> Result<u64, OfficeError> {
    store.write(|conn| {
        let counts = counts(conn, run_id)?;
        let kept_back = not_found::count(conn, acting.business_date, run_id)?;
        let unprinted = counts.decided - kept_back.decided;
        if unprinted != 0 {
            return Err(Refusal::new(
                "notice.post.unprinted",
                format!(
                    "決定した通知のうち{unprinted}通がまだ印刷されていません。印刷してから発送を確定してください"
                ),
            )
            .into());
        }
        let run_out = hold::run_out(conn, acting.business_date, run_id)?;
        if !run_out.is_empty() {
            return Err(Refusal::new(
                "notice.post.hold_run_out",
                format!(
                    "送付止めの期限が過ぎた通知書が{}通あります。解除するか期限を改めてから発送を確定してください",
                    run_out.len()
                ),
            )
            .into());
        }
        release::check_posting(conn, run_id, acting)?;
        let act = acts::begin(conn, acting, permit, "notice.post", &ActDetails::default())?;
        let params = [run_id.into(), act.id.0.into(), acting.business_date.into()];
        Ok(conn.execute(&POSTED, &params)?)
    })
}

/// 無効: the notices of a run that were not posted, with proof of how many had been.
///
/// # Errors
/// [`OfficeError::Refusal`] when any was posted: those need a change notice, not a void.
pub fn void_unposted(
    store: &Store,
    permit: &Permit<PrintNotice>,
    acting: &Acting,
    run_id: i64,
) -> Result<u64, OfficeError> {
    store.write(|conn| {
        let counts = counts(conn, run_id)?;
        if counts.posted != 0 {
            return Err(Refusal::new(
                "notice.void.posted",
                format!(
                    "{}通はすでに発送されています。無効にせず、変更決定通知書を送ってください",
                    counts.posted
                ),
            )
            .into());
        }
        acts::begin(conn, acting, permit, "notice.void", &ActDetails::default())?;
        Ok(conn.execute(&VOID, &[run_id.into()])?)
    })
}
