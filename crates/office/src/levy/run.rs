//! 賦課処理 — a frozen snapshot, calculated at will, compared, approved by a second person, published.

use super::candidate;
use super::decide::{Outcome, outcomes};
use super::held::{self, Held};
use super::load;
use super::load_rare::RareFacts;
use super::provisional;
use super::run_scope;
use super::year_rules::YearRules;
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::jobs::{self, Chunk, Done, Everyone, Flow, JobState, Progress};
use crate::security::permit::{ApproveLevy, Permit, RunLevy};
use db::{Conn, Row, Sql, Store, StoreError};
use law::levy::{Assessor, Scratch};
use law::{Date, FiscalYear, Refusal, Yen};

pub use super::run_kind::{RunKind, RunState};

/// One run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Number; also the number of its calculating job.
    pub run_id: i64,
    /// Kind.
    pub kind: RunKind,
    /// 相当年度.
    pub levy_year: FiscalYear,
    /// State.
    pub state: RunState,
    /// The moment whose knowledge it reads.
    pub known_at: i64,
    /// 決定日.
    pub decided_on: Date,
    /// Rule set.
    pub rule_hash: String,
    /// Households with a levy.
    pub households: i64,
    /// Sum of the annual amounts.
    pub total: Yen,
    /// Who started it.
    pub started_by: i64,
    /// Note.
    pub note: String,
}

const INSERT: Sql = Sql {
    name: "levy.run.insert",
    text: "insert into levy_run (run_id, kind, levy_year, state, known_at, decided_on, rule_hash, households, \
           total_yen, act_id, note) values ($1, $2, $3, 'calculating', $4, $5, $6, 0, 0, $7, $8)",
};
const LOAD: Sql = Sql {
    name: "levy.run.load",
    text: "select r.run_id, r.kind, r.levy_year, r.state, r.known_at, r.decided_on, r.rule_hash, r.households, \
           r.total_yen, a.staff_id, r.note from levy_run r join act a on a.act_id = r.act_id where r.run_id = $1",
};
const LIST: Sql = Sql {
    name: "levy.run.list",
    text: "select r.run_id, r.kind, r.levy_year, r.state, r.known_at, r.decided_on, r.rule_hash, r.households, \
           r.total_yen, a.staff_id, r.note from levy_run r join act a on a.act_id = r.act_id \
           order by r.run_id desc limit 200",
};
const CONCLUDE: Sql = Sql {
    name: "levy.run.conclude",
    text: "update levy_run set state = 'calculated', \
           households = $2, total_yen = $3 where run_id = $1 and state = 'calculating'",
};
const CAME_TO: Sql = Sql {
    name: "levy.run.came_to",
    text: "select count(*), coalesce(cast(sum(medical_yen + support_yen + care_yen + child_yen) as bigint), 0) \
           from levy_candidate where run_id = $1",
};
const APPROVE: Sql = Sql {
    name: "levy.run.approve",
    text: "update levy_run set state = 'approved', approved_act_id = $2 where run_id = $1 and state = 'calculated'",
};
const CANCEL: Sql = Sql {
    name: "levy.run.cancel",
    text: "update levy_run set state = 'cancelled' where run_id = $1 \
           and state in ('calculating', 'calculated', 'approved')",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[INSERT, LOAD, LIST, CONCLUDE, CAME_TO, APPROVE, CANCEL];

/// What a run is to do.
#[derive(Clone, Debug)]
pub struct RunRequest<'a> {
    /// Kind.
    pub kind: RunKind,
    /// Rules of the levy year.
    pub rules: &'a YearRules,
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
/// [`OfficeError`].
pub fn start(
    store: &Store,
    permit: &Permit<RunLevy>,
    acting: &Acting,
    request: &RunRequest<'_>,
) -> Result<i64, OfficeError> {
    let everyone = store.read(|conn| Everyone::read(conn, request.chunk_households))?;
    store.write(|conn| {
        let details = ActDetails {
            note: request.note.clone(),
            ..ActDetails::default()
        };
        let act = acts::begin(conn, acting, permit, "levy.run", &details)?;
        request.rules.keep(conn, &act)?;
        let (chunks, total) = run_scope::chunks(conn, request, &everyone)?;
        let run_id = jobs::create(conn, &act, "levy.calculate", "{}", total, &chunks)?;
        conn.execute(
            &INSERT,
            &[
                run_id.into(),
                request.kind.code().into(),
                i64::from(request.rules.year().0).into(),
                act.recorded_at.into(),
                request.decided_on.into(),
                request.rules.hash.as_str().into(),
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
            "levy.run.not_calculating",
            format!(
                "賦課処理{run_id}は{}です。計算し直すときは新しい処理を始めてください",
                run.state.label_ja()
            ),
        )
        .into());
    }
    let rules = store.read(|conn| YearRules::recall(conn, &run.rule_hash))?;
    let assessor = Assessor::new(&rules.levy)?;
    let rare = store.read(|conn| RareFacts::of_city(conn, run.known_at, rules.year()))?;
    let compute = |chunk: &Chunk| {
        let households = store.read(|conn| {
            let (from, until) = (chunk.from_key, chunk.until_key);
            load::households_with(conn, from, until, run.known_at, rules.year(), &rare)
        })?;
        let before = match run.kind {
            RunKind::Provisional => {
                Some(store.read(|conn| provisional::Before::of(conn, &run, chunk))?)
            }
            _ => None,
        };
        let mut scratch = Scratch::default();
        let mut work = Work {
            units: i64::try_from(households.len()).unwrap_or(0),
            outcomes: Vec::with_capacity(households.len()),
            held: Vec::new(),
        };
        for household in &households {
            let levied = outcomes(&rules, &assessor, &mut scratch, household);
            let levied = match &before {
                None => levied,
                Some(before) => levied.and_then(|rows| before.ask(&rules, rows)),
            };
            match levied {
                Ok(rows) => work.outcomes.extend(rows),
                Err(OfficeError::Refusal(refusal)) => {
                    work.held.push(Held::new(household.household_id, &refusal));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(work)
    };
    let commit = |conn: &mut Conn, _: &Chunk, work: &Work| {
        candidate::insert(conn, run_id, &work.outcomes)?;
        held::insert(conn, run_id, &work.held)?;
        Ok(Done {
            units: work.units,
            yen: work.outcomes.iter().map(|row| row.parts.total().0).sum(),
        })
    };
    let state = jobs::run_in_order(store, run_id, threads, clock, compute, commit, listen)?;
    if state == JobState::Finished {
        // Added up before: every result is written, and nobody should wait behind the sum of a whole city.
        let (households, yen) = store.read(|conn| {
            conn.query_one(&CAME_TO, &[run_id.into()], |row| {
                Ok((row.int(0)?, row.int(1)?))
            })
        })?;
        let came_to = [run_id.into(), households.into(), yen.into()];
        store.write(|conn| conn.execute(&CONCLUDE, &came_to))?;
    }
    Ok(state)
}

/// What a chunk came to: results, and households that could not be levied.
struct Work {
    units: i64,
    outcomes: Vec<Outcome>,
    held: Vec<Held>,
}

/// A run, or a refusal.
///
/// # Errors
/// [`OfficeError::Refusal`] when there is none.
pub fn require(store: &Store, run_id: i64) -> Result<Run, OfficeError> {
    store.read(|conn| find(conn, run_id))?.ok_or_else(|| {
        Refusal::new(
            "levy.run.unknown",
            format!("賦課処理{run_id}はありません。一覧から選んでください"),
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
    let (kind, state) = (row.text(1)?, row.text(3)?);
    let year =
        i16::try_from(row.int(2)?).map_err(|_| row.wrong(2, "年度ではありません".to_owned()))?;
    Ok(Run {
        run_id: row.int(0)?,
        kind: RunKind::read(&kind)
            .ok_or_else(|| row.wrong(1, format!("賦課処理の種類「{kind}」を知りません")))?,
        levy_year: FiscalYear(year),
        state: RunState::read(&state)
            .ok_or_else(|| row.wrong(3, format!("賦課処理の状態「{state}」を知りません")))?,
        known_at: row.int(4)?,
        decided_on: row.date(5)?,
        rule_hash: row.text(6)?,
        households: row.int(7)?,
        total: Yen(row.int(8)?),
        started_by: row.int(9)?,
        note: row.text(10)?,
    })
}

/// 承認: a second person approves a calculated run.
///
/// # Errors
/// [`OfficeError::Refusal`] for the person who started it, [`OfficeError::Conflict`] when its state moved on.
pub fn approve(
    store: &Store,
    permit: &Permit<ApproveLevy>,
    acting: &Acting,
    run_id: i64,
) -> Result<(), OfficeError> {
    let run = require(store, run_id)?;
    if run.started_by == acting.staff_id {
        return Err(Refusal::new(
            "levy.run.same_person",
            "賦課処理を始めた本人は承認できません。別の職員が承認してください".to_owned(),
        )
        .into());
    }
    store.write(|conn| {
        let act = acts::begin(conn, acting, permit, "levy.approve", &ActDetails::default())?;
        moved(
            conn.execute(&APPROVE, &[run_id.into(), act.id.0.into()])?,
            run_id,
        )
    })
}

/// 取消: a run that is not published is set aside; its candidates stay for comparison.
///
/// # Errors
/// [`OfficeError::Conflict`] when it is already published or cancelled.
pub fn cancel(
    store: &Store,
    permit: &Permit<RunLevy>,
    acting: &Acting,
    run_id: i64,
) -> Result<(), OfficeError> {
    store.write(|conn| {
        acts::begin(conn, acting, permit, "levy.cancel", &ActDetails::default())?;
        moved(conn.execute(&CANCEL, &[run_id.into()])?, run_id)
    })
}

fn moved(changed: u64, run_id: i64) -> Result<(), OfficeError> {
    if changed == 1 {
        return Ok(());
    }
    Err(OfficeError::Conflict(format!(
        "賦課処理{run_id}の状態が変わっています。画面を読み直して確かめてください"
    )))
}
