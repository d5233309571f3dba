//! 確定 — an approved run's results become decisions, postings and notices, chunk by chunk, restartable.

use super::book::{Booking, Circumstances, Prepared, differences, prepare, write_prepared};
use super::candidate;
use super::decide::Outcome;
use super::decision;
use super::held;
use super::run::{self, Run, RunKind, RunState};
use super::undo;
use super::year_rules::YearRules;
use crate::acts::{self, Act, ActDetails, ActId, Acting};
use crate::error::OfficeError;
use crate::jobs::{self, Chunk, Done, Flow, JobState, Progress};
use crate::ledger;
use crate::security::permit::{Permit, PublishLevy};
use db::{Conn, Sql, Store};
use law::rules::Calendar;
use law::{FiscalYear, Refusal, Yen};

const BEGIN: Sql = Sql {
    name: "levy.publish.begin",
    text: "update levy_run set state = 'publishing', published_act_id = $2 where run_id = $1 and state = 'approved'",
};
const FINISH: Sql = Sql {
    name: "levy.publish.finish",
    text: "update levy_run set state = 'published' where run_id = $1 and state = 'publishing'",
};
const CHUNKS: Sql = Sql {
    name: "levy.publish.chunks",
    text: "select chunk, from_key, until_key from job_chunk where job_id = $1 and step = 'main' order by chunk",
};
const FIND_JOB: Sql = Sql {
    name: "levy.publish.find_job",
    text: "select j.job_id, j.act_id, a.recorded_at from job j join act a on a.act_id = j.act_id \
           where j.kind = 'levy.publish' and j.params = $1",
};
const CANDIDATES: Sql = Sql {
    name: "levy.publish.candidates",
    text: "select household_id, liable_id, tenths, months, flags, medical_yen, support_yen, care_yen, child_yen, \
           over_cap_yen, input_digest, arose_on, february_yen, half_room_yen \
           from levy_candidate \
           where run_id = $1 and household_id >= $2 and household_id < $3 order by household_id, liable_id",
};
const TIE: Sql = Sql {
    name: "levy.publish.tie",
    text: "select (select coalesce(cast(sum(d.medical_yen + d.support_yen + d.care_yen + d.child_yen) as bigint), 0) \
           from levy_decision d where d.levy_year = $1 and d.sequence = (select max(e.sequence) from levy_decision e \
           where e.household_id = d.household_id and e.levy_year = d.levy_year and e.liable_id = d.liable_id)), \
           (select coalesce(cast(sum(case when debit = 1 then medical_yen + support_yen + care_yen + child_yen \
           else -(medical_yen + support_yen + care_yen + child_yen) end) as bigint), 0) \
           from ledger where levy_year = $1 and ((debit = 1 and credit = 2) or (debit = 2 and credit = 1)))",
};

const OVERTAKEN: Sql = Sql {
    name: "levy.publish.overtaken",
    text: "select distinct d.household_id from levy_decision d join act a on a.act_id = d.act_id \
           where d.household_id >= $1 and d.household_id < $2 and d.levy_year = $3 and d.flags / 2048 % 2 = 0 \
           and d.sequence = (select max(e.sequence) from levy_decision e where e.household_id = d.household_id \
           and e.levy_year = d.levy_year and e.liable_id = d.liable_id) \
           and coalesce((select r.known_at from levy_run r where r.run_id = d.run_id), a.recorded_at) > $4 \
           order by 1",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[BEGIN, FINISH, CHUNKS, FIND_JOB, CANDIDATES, OVERTAKEN, TIE];

/// Begins to publish an approved run, or finds the job that was begun. Returns the job.
///
/// # Errors
/// [`OfficeError::Refusal`] when the run is not approved.
pub fn begin(
    store: &Store,
    permit: &Permit<PublishLevy>,
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
            "levy.publish.not_approved",
            format!(
                "賦課処理{run_id}は{}です。別の職員が承認してから確定してください",
                run.state.label_ja()
            ),
        )
        .into());
    }
    store.write(|conn| {
        if undo::unfinished(conn)? {
            return Err(Refusal::new(
                "levy.publish.undo_unfinished",
                "前の確定の取消が終わっていません。取消を最後まで進めてから確定してください"
                    .to_owned(),
            )
            .into());
        }
        let act = acts::begin(conn, acting, permit, "levy.publish", &ActDetails::default())?;
        let chunks = conn.query(&CHUNKS, &[run_id.into()], |row| {
            Ok(Chunk {
                number: row.int(0)?,
                from_key: row.int(1)?,
                until_key: row.int(2)?,
            })
        })?;
        let job = jobs::create(conn, &act, "levy.publish", &params, run.households, &chunks)?;
        if conn.execute(&BEGIN, &[run_id.into(), act.id.0.into()])? != 1 {
            return Err(OfficeError::Conflict(format!(
                "賦課処理{run_id}の状態が変わっています。画面を読み直してください"
            )));
        }
        Ok(job)
    })
}

/// What a chunk needs from the store before it can be booked.
struct Work {
    outcomes: Vec<Outcome>,
    standing: Vec<decision::Decision>,
    charged: Vec<(i64, ledger::Charged)>,
}

/// Publishes a run, or goes on with one that was stopped or killed.
///
/// # Errors
/// [`OfficeError`]; the books never hold half a household.
pub fn publish(
    store: &Store,
    calendar: &Calendar,
    run_id: i64,
    threads: usize,
    clock: &(dyn Fn() -> i64 + Sync),
    listen: impl FnMut(Progress) -> Flow,
) -> Result<JobState, OfficeError> {
    let run = run::require(store, run_id)?;
    let rules = store.read(|conn| YearRules::recall(conn, &run.rule_hash))?;
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
                "levy.publish.not_begun",
                format!("賦課処理{run_id}の確定はまだ始まっていません"),
            )
        })?;
    let booking = Booking {
        rules: &rules,
        calendar,
        act: &act,
        run_id,
        decided_on: run.decided_on,
        reason: run.kind.label_ja(),
        circumstances: Circumstances::default(),
    };
    let compute = |chunk: &Chunk| {
        let work = store.read(|conn| gather(conn, &run, chunk))?;
        let relevied = differences(&booking, &work.outcomes, &work.standing, &work.charged)?;
        let units = i64::try_from(work.outcomes.len()).unwrap_or(0);
        Ok((units, prepare(&booking, relevied)))
    };
    let commit = |conn: &mut Conn, _: &Chunk, (units, ready): &(i64, Prepared)| {
        write_prepared(conn, &booking, ready)?;
        Ok(Done {
            units: *units,
            yen: ready.yen,
        })
    };
    let state = jobs::run_in_order(store, job, threads, clock, compute, commit, listen)?;
    if state == JobState::Finished {
        store.read(|conn| tie(conn, rules.year()))?;
        store.write(|conn| conn.execute(&FINISH, &[run_id.into()]))?;
    }
    Ok(state)
}

/// 窓口が先に決定した世帯 — households of `from..until` whose standing decision knows more than the run: levied at the
/// counter, or by another run, on facts recorded after this run's snapshot. Publishing leaves them as they stand.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn overtaken(
    conn: &mut Conn,
    run: &Run,
    from: i64,
    until: i64,
) -> Result<Vec<i64>, OfficeError> {
    let params = [
        from.into(),
        until.into(),
        i64::from(run.levy_year.0).into(),
        run.known_at.into(),
    ];
    Ok(conn.query(&OVERTAKEN, &params, |row| row.int(0))?)
}

fn gather(conn: &mut Conn, run: &Run, chunk: &Chunk) -> Result<Work, OfficeError> {
    let (stretch, year) = ((chunk.from_key, chunk.until_key), run.levy_year);
    let params = [run.run_id.into(), stretch.0.into(), stretch.1.into()];
    let mut outcomes = conn.query(&CANDIDATES, &params, |row| candidate::read(row, 11))?;
    candidate::attach_later(conn, run.run_id, stretch, &mut outcomes)?;
    let mut standing = decision::standing(conn, chunk.from_key, chunk.until_key, year)?;
    // A household the run could not levy stays as it stood.
    let held = held::list(conn, run.run_id, chunk.from_key, chunk.until_key)?;
    let overtaken = if standing.is_empty() {
        Vec::new()
    } else {
        overtaken(conn, run, stretch.0, stretch.1)?
    };
    let newer = |household: i64| overtaken.binary_search(&household).is_ok();
    let waits = |household: i64| held.iter().any(|one| one.household_id == household);
    outcomes.retain(|outcome| !newer(outcome.household_id));
    standing.retain(|decision| {
        !waits(decision.outcome.household_id) && !newer(decision.outcome.household_id)
    });
    if run.kind == RunKind::Provisional {
        // It only asks of those of whom nothing stands; the others stay as they are.
        let asked = |decision: &decision::Decision| {
            let other = &decision.outcome;
            let key = (other.household_id, other.liable_id);
            let at = outcomes.binary_search_by_key(&key, |row| (row.household_id, row.liable_id));
            at.is_ok()
        };
        standing.retain(asked);
    }
    let charged = if standing.is_empty() {
        Vec::new()
    } else {
        ledger::charged_between(conn, chunk.from_key, chunk.until_key, year.0)?
    };
    Ok(Work {
        outcomes,
        standing,
        charged,
    })
}

/// 決定 = 調定: what stands decided for a year equals what the ledger holds as charged.
///
/// # Errors
/// [`OfficeError::Bug`] with both sums when they differ: the next step does not start.
pub fn tie(conn: &mut Conn, year: FiscalYear) -> Result<Yen, OfficeError> {
    let (decided, booked) = conn.query_one(&TIE, &[i64::from(year.0).into()], |row| {
        Ok((Yen(row.int(0)?), Yen(row.int(1)?)))
    })?;
    if decided == booked {
        return Ok(decided);
    }
    Err(OfficeError::Bug(format!(
        "{year}の決定額{decided}と調定額{booked}が合いません。確定を止めました"
    )))
}
