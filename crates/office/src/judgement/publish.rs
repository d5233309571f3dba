//! 確定 — an approved run's verdicts become decisions, chunk by chunk, restartable.

use super::decision::{self, Decision, flags};
use super::rejudge::{Judged, rejudge_for};
use super::run::{self, Run, RunState};
use crate::acts::{self, Act, ActDetails, ActId, Acting};
use crate::error::OfficeError;
use crate::jobs::{self, Chunk, Done, Flow, JobState, Progress};
use crate::security::permit::{Permit, RunJudgement};
use db::{Conn, Row, Sql, Store, StoreError};
use law::judgement::{Verdict, benefit_year_start};
use law::rules::JudgementBook;
use law::{FiscalYear, Refusal, Yen};

/// Households judged again in one transaction.
const CAUGHT_UP: usize = 50;

const BEGIN: Sql = Sql {
    name: "judgement.publish.begin",
    text: "update judgement_run set state = 'publishing', published_act_id = $2 \
           where run_id = $1 and state = 'approved'",
};
const CHUNKS: Sql = Sql {
    name: "judgement.publish.chunks",
    text: "select chunk, from_key, until_key from job_chunk where job_id = $1 and step = 'main' order by chunk",
};
const FIND_JOB: Sql = Sql {
    name: "judgement.publish.find_job",
    text: "select j.job_id, j.act_id, a.recorded_at from job j join act a on a.act_id = j.act_id \
           where j.kind = 'judgement.publish' and j.params = $1",
};
const CANDIDATES: Sql = Sql {
    name: "judgement.publish.candidates",
    text: "select household_id, subject_id, valid_from, valid_until, class, tenths, pending, judged_yen, flags, \
           income_year, tax_year, basis_on, rule_hash, input_digest from judgement_candidate \
           where run_id = $1 and household_id >= $2 and household_id < $3 \
           order by household_id, subject_id, valid_from",
};

macro_rules! touched {
    ($($table:literal),*) => {
        concat!(
            "with touched as (", touched!(@tables $($table),*), ") ",
            "select household_id from insured_fact where subject in (select subject from touched) ",
            "union select household_id from former_insured_fact where subject in (select subject from touched) ",
            "union select subject from household_fact where head_person_id in (select subject from touched) ",
            "union select m.household_id from insured_fact i ",
            "join household_fact h on h.subject = i.household_id ",
            "and h.valid_from < coalesce(i.valid_until, '9999-12-31') ",
            "and i.valid_from < coalesce(h.valid_until, '9999-12-31') ",
            "join insured_fact m on m.subject = h.head_person_id and m.household_id <> h.subject ",
            "where i.subject in (select subject from touched) ",
            "union select subject from household_fact where recorded_at > $1 or superseded_at > $1 ",
            "union select household_id from revenue_application where recorded_at > $1 ",
            "union select a.household_id from revenue_application a join revenue_ruling r ",
            "on r.application_id = a.application_id where r.recorded_at > $1 order by 1"
        )
    };
    (@tables $first:literal $(, $rest:literal)*) => {
        concat!(
            "select subject from ", $first, " where recorded_at > $1 or superseded_at > $1",
            $(" union select subject from ", $rest, " where recorded_at > $1 or superseded_at > $1"),*
        )
    };
}

const TOUCHED: Sql = Sql {
    name: "judgement.publish.touched",
    text: touched!(
        "resident_fact",
        "resident_detail_fact",
        "insured_fact",
        "former_insured_fact",
        "income_fact",
        "resident_tax_fact",
        "revenue_fact",
        "unemployment_fact"
    ),
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[BEGIN, CHUNKS, FIND_JOB, CANDIDATES, TOUCHED];

/// Begins to publish an approved run, or finds the job that was begun. Returns the job.
///
/// # Errors
/// [`OfficeError::Refusal`] when the run is not approved.
pub fn begin(
    store: &Store,
    permit: &Permit<RunJudgement>,
    acting: &Acting,
    run_id: i64,
) -> Result<i64, OfficeError> {
    let run = run::require(store, run_id)?;
    let params = run_id.to_string();
    if run.state == RunState::Publishing {
        let found = store
            .read(|conn| conn.query_opt(&FIND_JOB, &[params.as_str().into()], |row| row.int(0)))?;
        return found.ok_or_else(|| OfficeError::Bug(format!("確定処理{run_id}がありません")));
    }
    if run.state != RunState::Approved {
        return Err(Refusal::new(
            "judgement.publish.not_approved",
            format!(
                "年次切替{run_id}は{}です。別の職員が承認してから確定してください",
                run.state.label_ja()
            ),
        )
        .into());
    }
    store.write(|conn| {
        let act = acts::begin(
            conn,
            acting,
            permit,
            "judgement.publish",
            &ActDetails::default(),
        )?;
        let chunks = conn.query(&CHUNKS, &[run_id.into()], |row| {
            Ok(Chunk {
                number: row.int(0)?,
                from_key: row.int(1)?,
                until_key: row.int(2)?,
            })
        })?;
        let total = run.households;
        let job = jobs::create(conn, &act, "judgement.publish", &params, total, &chunks)?;
        run::moved(
            conn.execute(&BEGIN, &[run_id.into(), act.id.0.into()])?,
            run_id,
        )?;
        Ok(job)
    })
}

/// Publishes a run, or goes on with one that was stopped or killed. A household judged at the counter on later facts
/// stays as it was judged there.
///
/// # Errors
/// [`OfficeError`]; the run can be started again and ends with the rows of an uninterrupted one.
pub fn publish(
    store: &Store,
    run_id: i64,
    threads: usize,
    clock: &(dyn Fn() -> i64 + Sync),
    listen: impl FnMut(Progress) -> Flow,
) -> Result<JobState, OfficeError> {
    let run = run::require(store, run_id)?;
    let params = run_id.to_string();
    let (job, act) = store
        .read(|conn| {
            conn.query_opt(&FIND_JOB, &[params.as_str().into()], |row| {
                let act = Act {
                    id: ActId(row.int(1)?),
                    recorded_at: row.int(2)?,
                };
                Ok((row.int(0)?, act))
            })
        })?
        .ok_or_else(|| {
            Refusal::new(
                "judgement.publish.not_begun",
                format!("年次切替{run_id}の確定はまだ始まっていません"),
            )
        })?;
    let compute = |chunk: &Chunk| store.read(|conn| gather(conn, &run, chunk));
    let commit = |conn: &mut Conn, _: &Chunk, (units, decisions): &(i64, Vec<Decision>)| {
        let mut decisions = decisions.clone();
        decision::insert(conn, &act, &mut decisions)?;
        Ok(Done {
            units: *units,
            yen: 0,
        })
    };
    let state = jobs::run_in_order(store, job, threads, clock, compute, commit, listen)?;
    if state == JobState::Finished {
        run::set_state(store, run_id, RunState::Publishing, RunState::Published)?;
    }
    Ok(state)
}

/// The decisions of a chunk: what stands where the run says the same is not written again.
fn gather(conn: &mut Conn, run: &Run, chunk: &Chunk) -> Result<(i64, Vec<Decision>), OfficeError> {
    let keys = (chunk.from_key, chunk.until_key);
    let from = benefit_year_start(run.benefit_year);
    let params = [run.run_id.into(), keys.0.into(), keys.1.into()];
    let candidates = conn.query(&CANDIDATES, &params, |row| read(row, run))?;
    let now = crate::levy::relevy::NOW;
    let standing = decision::of_households(conn, keys, now, from)?;
    let mut newer: Vec<i64> = standing
        .iter()
        .filter(|one| one.known_at > run.known_at)
        .map(|one| one.household_id)
        .collect();
    newer.dedup();
    let painted: Vec<Decision> = decision::painted(&standing).into_iter().flatten().collect();
    let mut households: Vec<i64> = candidates.iter().map(|one| one.household_id).collect();
    households.dedup();
    let units = i64::try_from(households.len()).unwrap_or(0);
    let decisions = candidates
        .into_iter()
        .filter(|one| newer.binary_search(&one.household_id).is_err())
        .filter(|one| !stands_already(&painted, one))
        .collect();
    Ok((units, decisions))
}

fn stands_already(painted: &[Decision], one: &Decision) -> bool {
    let key = (one.household_id, one.subject_id);
    let first = painted.partition_point(|before| (before.household_id, before.subject_id) < key);
    painted
        .get(first..)
        .unwrap_or_default()
        .iter()
        .take_while(|before| (before.household_id, before.subject_id) == key)
        .any(|before| {
            before.from <= one.from && one.until <= before.until && before.verdict == one.verdict
        })
}

fn read(row: &Row, run: &Run) -> Result<Decision, StoreError> {
    let year = |at: usize| {
        i16::try_from(row.int(at)?).map_err(|_| row.wrong(at, "年ではありません".to_owned()))
    };
    let stored = row.int(8)?;
    Ok(Decision {
        household_id: row.int(0)?,
        subject_id: row.int(1)?,
        decision_id: 0,
        from: row.date(2)?,
        until: row.date(3)?,
        verdict: Some(Verdict {
            class: row.int(4)?,
            tenths: row.int(5)?,
            pending: row.int(6)?,
            judged: Yen(row.int(7)?),
            untaxed: stored & flags::UNTAXED != 0,
            by_exception: stored & flags::EXCEPTION != 0,
            income_year: year(9)?,
            tax_year: FiscalYear(year(10)?),
        }),
        basis_on: row.date(11)?,
        reason: "年次切替".to_owned(),
        rule_hash: row.text(12)?,
        input_digest: row.int(13)?,
        decided_on: run.decided_on,
        known_at: run.known_at,
        run_id: run.run_id,
        recorded_at: 0,
        act_id: 0,
    })
}

/// The households whose facts were written or closed after a moment.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn touched_since(conn: &mut Conn, moment: i64) -> Result<Vec<i64>, OfficeError> {
    Ok(conn.query(&TOUCHED, &[moment.into()], |row| row.int(0))?)
}

/// 追い付き: judges the households again whose facts changed after a run's snapshot, from its first day on.
///
/// # Errors
/// [`OfficeError::Refusal`] when the run does not stand.
pub fn catch_up(
    store: &Store,
    book: &JudgementBook,
    permit: &Permit<RunJudgement>,
    acting: &Acting,
    run_id: i64,
) -> Result<Vec<Judged>, OfficeError> {
    let run = run::require(store, run_id)?;
    if run.state != RunState::Published {
        return Err(Refusal::new(
            "judgement.publish.not_published",
            format!(
                "年次切替{run_id}は{}です。確定してから行ってください",
                run.state.label_ja()
            ),
        )
        .into());
    }
    let from = benefit_year_start(run.benefit_year);
    let households = store.read(|conn| touched_since(conn, run.known_at))?;
    let acting = &acting.without_request();
    let mut all = Vec::new();
    // An act for a few households at a time: the counter does not wait for all of them, and what was cut off is done
    // again without a difference.
    for some in households.chunks(CAUGHT_UP) {
        all.extend(store.write(|conn| {
            let details = ActDetails::default();
            let act = acts::begin(conn, acting, permit, "judgement.catch_up", &details)?;
            let mut judged = Vec::new();
            for household_id in some {
                let why = "年次切替後の異動";
                judged.extend(rejudge_for(conn, &act, book, *household_id, from, why)?);
            }
            Ok::<_, OfficeError>(judged)
        })?);
    }
    Ok(all)
}
