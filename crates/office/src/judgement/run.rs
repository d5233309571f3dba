//! 年次切替 — the whole city judged for a benefit year from 1 August: calculated, compared, approved, made to stand.

mod candidate;
mod compare;

pub use compare::{Change, Changes, approve, cancel, changed, changes};

use super::rules;
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::jobs::{self, Chunk, Done, Everyone, Flow, JobState, Progress};
use crate::security::permit::{Permit, RunJudgement};
use candidate::{Candidate, insert, judge_chunk};
use db::{Conn, Row, Sql, Store, StoreError};
use law::judgement::benefit_year_start;
use law::judgement::timeline::Periods;
use law::rules::JudgementBook;
use law::{Date, Refusal};

/// The state of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunState {
    /// Being calculated, or waiting to be.
    Calculating,
    /// Calculated; may be compared and approved.
    Calculated,
    /// Approved by a second person who confirmed what changes.
    Approved,
    /// Decisions are being written.
    Publishing,
    /// Its decisions stand.
    Published,
    /// Set aside.
    Cancelled,
}

impl RunState {
    const NAMES: [(Self, &'static str, &'static str); 6] = [
        (Self::Calculating, "calculating", "判定中"),
        (Self::Calculated, "calculated", "判定済"),
        (Self::Approved, "approved", "承認済"),
        (Self::Publishing, "publishing", "確定処理中"),
        (Self::Published, "published", "確定"),
        (Self::Cancelled, "cancelled", "取消"),
    ];

    /// As stored.
    #[must_use]
    pub fn code(self) -> &'static str {
        Self::NAMES
            .iter()
            .find(|row| row.0 == self)
            .map_or("", |row| row.1)
    }

    /// As shown.
    #[must_use]
    pub fn label_ja(self) -> &'static str {
        Self::NAMES
            .iter()
            .find(|row| row.0 == self)
            .map_or("", |row| row.2)
    }

    fn read(code: &str) -> Option<Self> {
        Self::NAMES
            .iter()
            .find(|row| row.1 == code)
            .map(|row| row.0)
    }
}

/// One run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Number; also the number of its calculating job.
    pub run_id: i64,
    /// The calendar year in whose August the benefit year begins.
    pub benefit_year: i16,
    /// State.
    pub state: RunState,
    /// The moment whose knowledge it reads.
    pub known_at: i64,
    /// 決定日.
    pub decided_on: Date,
    /// The rules it was begun under: first month and hash of each.
    pub rules: Vec<(Date, String)>,
    /// Households in the city when it was begun.
    pub households: i64,
    /// Who started it.
    pub started_by: i64,
    /// Note.
    pub note: String,
}

const INSERT: Sql = Sql {
    name: "judgement.run.insert",
    text: "insert into judgement_run (run_id, benefit_year, state, known_at, decided_on, rules, households, act_id, \
           note) values ($1, $2, 'calculating', $3, $4, $5, $6, $7, $8)",
};
const LOAD: Sql = Sql {
    name: "judgement.run.load",
    text: "select r.run_id, r.benefit_year, r.state, r.known_at, r.decided_on, r.rules, r.households, a.staff_id, \
           r.note from judgement_run r join act a on a.act_id = r.act_id where r.run_id = $1",
};
const LIST: Sql = Sql {
    name: "judgement.run.list",
    text: "select r.run_id, r.benefit_year, r.state, r.known_at, r.decided_on, r.rules, r.households, a.staff_id, \
           r.note from judgement_run r join act a on a.act_id = r.act_id order by r.run_id desc limit 200",
};
const SET_STATE: Sql = Sql {
    name: "judgement.run.set_state",
    text: "update judgement_run set state = $3 where run_id = $1 and state = $2",
};
const APPROVE: Sql = Sql {
    name: "judgement.run.approve",
    text: "update judgement_run set state = 'approved', approved_act_id = $2 \
           where run_id = $1 and state = 'calculated'",
};
const CHANGES: Sql = Sql {
    name: "judgement.run.changes",
    text: "select case when subject_id = 0 then 0 else 1 end, before_class, before_tenths, before_pending, class, \
           tenths, pending, count(*) from judgement_candidate where run_id = $1 and before_class >= 0 \
           group by case when subject_id = 0 then 0 else 1 end, before_class, before_tenths, before_pending, class, \
           tenths, pending order by 1, 2, 3, 4, 5, 6, 7",
};
const CHANGED: Sql = Sql {
    name: "judgement.run.changed",
    text: "select household_id, subject_id from judgement_candidate where run_id = $1 and before_tenths = $2 \
           and tenths = $3 and before_class >= 0 and (household_id, subject_id) > ($4, $5) \
           order by household_id, subject_id limit 200",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[INSERT, LOAD, LIST, SET_STATE, APPROVE, CHANGES, CHANGED];

/// What a run is to do.
#[derive(Clone, Debug)]
pub struct RunRequest<'a> {
    /// Rules of the municipality.
    pub book: &'a JudgementBook,
    /// The calendar year in whose August the benefit year begins.
    pub benefit_year: i16,
    /// 決定日.
    pub decided_on: Date,
    /// Households in one chunk.
    pub chunk_households: i64,
    /// Note of the clerk.
    pub note: String,
}

/// Starts a run: fixes the snapshot and the rules, lays out the chunks. Returns its number.
///
/// # Errors
/// [`OfficeError::Refusal`] when a month of the year has no rules.
pub fn start(
    store: &Store,
    permit: &Permit<RunJudgement>,
    acting: &Acting,
    request: &RunRequest<'_>,
) -> Result<i64, OfficeError> {
    let from = benefit_year_start(request.benefit_year);
    let until = benefit_year_start(request.benefit_year + 1);
    let periods = Periods::of(request.book, from, until)?;
    let everyone = store.read(|conn| Everyone::read(conn, request.chunk_households))?;
    store.write(|conn| {
        let details = ActDetails {
            note: request.note.clone(),
            ..ActDetails::default()
        };
        let act = acts::begin(conn, acting, permit, "judgement.run", &details)?;
        let kept = rules::keep_all(conn, &act, &periods)?;
        let named: Vec<String> = periods
            .rows()
            .zip(&kept)
            .map(|((from, _), kept)| format!("{from}={}", kept.hash))
            .collect();
        let Everyone { chunks, total, .. } = everyone.standing(conn)?;
        let run_id = jobs::create(conn, &act, "judgement.calculate", "{}", total, &chunks)?;
        conn.execute(
            &INSERT,
            &[
                run_id.into(),
                i64::from(request.benefit_year).into(),
                act.recorded_at.into(),
                request.decided_on.into(),
                named.join(",").into(),
                total.into(),
                act.id.0.into(),
                request.note.as_str().into(),
            ],
        )?;
        Ok(run_id)
    })
}

/// Calculates a run, or goes on with one that was stopped or killed.
///
/// # Errors
/// [`OfficeError`]; the run can be started again and ends with the rows of an uninterrupted one.
pub fn calculate(
    store: &Store,
    run_id: i64,
    threads: usize,
    clock: &(dyn Fn() -> i64 + Sync),
    listen: impl FnMut(Progress) -> Flow,
) -> Result<JobState, OfficeError> {
    let run = require(store, run_id)?;
    if run.state != RunState::Calculating {
        return Err(Refusal::new(
            "judgement.run.not_calculating",
            format!(
                "年次切替{run_id}は{}です。判定し直すときは新しい処理を始めてください",
                run.state.label_ja()
            ),
        )
        .into());
    }
    let periods = periods(store, &run)?;
    let compute = |chunk: &Chunk| judge_chunk(store, &run, &periods, chunk);
    let commit = |conn: &mut Conn, _: &Chunk, (units, rows): &(i64, Vec<Candidate>)| {
        insert(conn, &run, rows)?;
        Ok(Done {
            units: *units,
            yen: 0,
        })
    };
    let state = jobs::run_in_order(store, run_id, threads, clock, compute, commit, listen)?;
    if state == JobState::Finished {
        set_state(store, run_id, RunState::Calculating, RunState::Calculated)?;
    }
    Ok(state)
}

pub(super) fn set_state(
    store: &Store,
    run_id: i64,
    from: RunState,
    to: RunState,
) -> Result<(), OfficeError> {
    let params = [run_id.into(), from.code().into(), to.code().into()];
    store.write(|conn| moved(conn.execute(&SET_STATE, &params)?, run_id))
}

/// The rules a run was begun under.
fn periods(store: &Store, run: &Run) -> Result<Periods, OfficeError> {
    store.read(|conn| {
        let rows = run
            .rules
            .iter()
            .map(|(from, hash)| Ok((*from, rules::recall(conn, hash)?)))
            .collect::<Result<Vec<_>, OfficeError>>()?;
        Ok(Periods::of_rows(rows))
    })
}

/// A run, or a refusal.
///
/// # Errors
/// [`OfficeError::Refusal`] when there is none.
pub fn require(store: &Store, run_id: i64) -> Result<Run, OfficeError> {
    store.read(|conn| find(conn, run_id))?.ok_or_else(|| {
        Refusal::new(
            "judgement.run.unknown",
            format!("年次切替{run_id}はありません。一覧から選んでください"),
        )
        .into()
    })
}

/// A run by its number.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn find(conn: &mut Conn, run_id: i64) -> Result<Option<Run>, OfficeError> {
    Ok(conn.query_opt(&LOAD, &[run_id.into()], read_run)?)
}

/// The latest runs, newest first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn list(conn: &mut Conn) -> Result<Vec<Run>, OfficeError> {
    Ok(conn.query(&LIST, &[], read_run)?)
}

fn read_run(row: &Row) -> Result<Run, StoreError> {
    let state = row.text(2)?;
    let rules: Option<Vec<(Date, String)>> = row
        .str(5)?
        .split(',')
        .map(|named| {
            let (from, hash) = named.split_once('=')?;
            Some((from.parse().ok()?, hash.to_owned()))
        })
        .collect();
    Ok(Run {
        run_id: row.int(0)?,
        benefit_year: i16::try_from(row.int(1)?)
            .map_err(|_| row.wrong(1, "年ではありません".to_owned()))?,
        state: RunState::read(&state)
            .ok_or_else(|| row.wrong(2, format!("年次切替の状態「{state}」を知りません")))?,
        known_at: row.int(3)?,
        decided_on: row.date(4)?,
        rules: rules.ok_or_else(|| row.wrong(5, "規則の並びを読めません".to_owned()))?,
        households: row.int(6)?,
        started_by: row.int(7)?,
        note: row.text(8)?,
    })
}

pub(super) fn moved(changed: u64, run_id: i64) -> Result<(), OfficeError> {
    if changed == 1 {
        return Ok(());
    }
    Err(OfficeError::Conflict(format!(
        "年次切替{run_id}の状態が変わっています。画面を読み直して確かめてください"
    )))
}
