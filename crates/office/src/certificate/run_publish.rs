//! 更新の交付決定 — what was approved is written: envelopes first, in the order of postal codes, then certificates,
//! a stretch of households and its mark in one transaction.

use super::event::{self, Happened};
use super::find;
use super::issue::plain;
use super::record::{self, Division, New};
use super::rules::KeptRules;
use super::run::{Run, RunState, moved, require};
use super::run_envelope;
use super::run_pull::pulls;
use super::run_refused::all_judged;
use super::run_tell;
use super::run_work::{Line, Outcome, Work, work};
use super::view::Household;
use crate::acts::{self, Act, ActDetails, ActId, Acting};
use crate::error::OfficeError;
use crate::jobs::{self, Chunk, Done, Flow, JobState, Progress};
use crate::security::permit::{Permit, RunRenewal};
use db::{Conn, Sql, Store};
use law::Refusal;
use law::certificate::EventKind;
use std::collections::{BTreeMap, BTreeSet};

const BEGIN: Sql = Sql {
    name: "certificate.publish.begin",
    text: "update certificate_run set state = 'publishing', published_act_id = $2 where run_id = $1 and state = 'approved'",
};
const CHUNKS: Sql = Sql {
    name: "certificate.publish.chunks",
    text: "select chunk, from_key, until_key from job_chunk where job_id = $1 and step = 'main' order by chunk",
};
const JOB: Sql = Sql {
    name: "certificate.publish.job",
    text: "select job_id from job where kind = 'certificate.publish' and params = $1",
};
const ACT: Sql = Sql {
    name: "certificate.publish.act",
    text: "select recorded_at, business_date from act where act_id = $1",
};
const DIGESTS: Sql = Sql {
    name: "certificate.publish.digests",
    text: "select household_id, person_id, digest from certificate_run_row where run_id = $1 and household_id >= $2 \
           and household_id < $3 and reason_code = '' order by household_id, person_id",
};
const DONE: Sql = Sql {
    name: "certificate.publish.done",
    text: "update certificate_run set state = 'published' where run_id = $1 and state = 'publishing'",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[BEGIN, CHUNKS, JOB, ACT, DIGESTS, DONE];

/// Begins to publish an approved run: what is pulled out and what is not is fixed, and the job is laid out. Returns the
/// number of the job.
///
/// # Errors
/// A refusal while somebody in the run has no judgement and was not pulled out: a renewal on half-loaded judgements is
/// no renewal. A conflict when the run is not approved.
pub fn begin(
    store: &Store,
    permit: &Permit<RunRenewal>,
    acting: &Acting,
    run_id: i64,
) -> Result<i64, OfficeError> {
    store.write(|conn| {
        require(conn, run_id)?;
        all_judged(
            conn,
            run_id,
            "取り消して、年次判定を終えてから更新を作り直してください",
        )?;
        let act = acts::begin(
            conn,
            acting,
            permit,
            "certificate.run_publish",
            &ActDetails::default(),
        )?;
        moved(
            conn.execute(&BEGIN, &[run_id.into(), act.id.0.into()])?,
            run_id,
        )?;
        let chunks = conn.query(&CHUNKS, &[run_id.into()], |row| {
            Ok(Chunk {
                number: row.int(0)?,
                from_key: row.int(1)?,
                until_key: row.int(2)?,
            })
        })?;
        let total = jobs::load(conn, run_id)?.map_or(0, |job| job.total);
        jobs::create(
            conn,
            &act,
            "certificate.publish",
            &run_id.to_string(),
            total,
            &chunks,
        )
    })
}

/// Writes the certificates of a run, or goes on with one that was stopped or killed. Whose approved paper was not written, and
/// what else changed since the freeze, is put on the work list at the end.
///
/// # Errors
/// [`OfficeError`]; it can be started again and ends with the rows of an uninterrupted one.
pub fn publish(
    store: &Store,
    run_id: i64,
    threads: usize,
    clock: &(dyn Fn() -> i64 + Sync),
    listen: impl FnMut(Progress) -> Flow,
) -> Result<JobState, OfficeError> {
    let run = store.read(|conn| require(conn, run_id))?;
    if run.state != RunState::Publishing {
        return Err(Refusal::new(
            "certificate.run.not_publishing",
            format!(
                "更新処理{run_id}は{}です。承認の後に交付を決定してください",
                run.state.label_ja()
            ),
        )
        .into());
    }
    let (rules, job_id, (act, on)) = store.read(|conn| {
        let rules = KeptRules::recall(conn, &run.rule_hash)?;
        let job = conn.query_one(&JOB, &[run_id.to_string().into()], |row| row.int(0))?;
        let (recorded_at, on) = conn.query_one(&ACT, &[run.published_act.into()], |row| {
            Ok((row.int(0)?, row.date(1)?))
        })?;
        let act = Act {
            id: ActId(run.published_act),
            recorded_at,
        };
        Ok::<_, OfficeError>((rules, job, (act, on)))
    })?;
    run_envelope::lay(store, &run, rules.practice(run.issued_on)?.bag_pieces)?;
    let compute = |chunk: &Chunk| {
        store.read(|conn| {
            let range = (chunk.from_key, chunk.until_key);
            let found = work(conn, &rules, &run, range)?;
            let digests = digests(conn, run_id, range)?;
            Ok::<_, OfficeError>((found, digests))
        })
    };
    let pulled: BTreeSet<(i64, i64)> = store
        .read(|conn| pulls(conn, run_id))?
        .into_iter()
        .map(|pull| (pull.household_id, pull.person_id))
        .collect();
    let commit = |conn: &mut Conn, _: &Chunk, (found, digests): &(Work<'_>, Digests)| {
        write(conn, &act, &rules, &run, (found, digests, &pulled))?;
        Ok(Done {
            units: i64::try_from(found.households.len()).unwrap_or(0),
            yen: 0,
        })
    };
    let state = jobs::run_in_order(store, job_id, threads, clock, compute, commit, listen)?;
    if state == JobState::Finished {
        // Before the mark: killed in between, the next start tells it again, and nothing twice.
        let done = Run {
            state: RunState::Published,
            ..run
        };
        run_tell::tell_all(store, &act, &done, on)?;
        store.write(|conn| conn.execute(&DONE, &[run_id.into()]))?;
    }
    Ok(state)
}

/// 交付事由 of a renewed paper that says no class though the one before did.
const CLASS_LEFT_OUT: &str =
    "年次更新（世帯主に滞納があるため適用区分を記載しない。施行規則第27条の14の2第1項）";

/// What was approved, by household and person.
type Digests = BTreeMap<(i64, i64), String>;

fn digests(conn: &mut Conn, run_id: i64, range: (i64, i64)) -> Result<Digests, OfficeError> {
    let params = [run_id.into(), range.0.into(), range.1.into()];
    let rows = conn.query(&DIGESTS, &params, |row| {
        Ok(((row.int(0)?, row.int(1)?), row.text(2)?))
    })?;
    Ok(rows.into_iter().collect())
}

fn write(
    conn: &mut Conn,
    act: &Act,
    rules: &KeptRules,
    run: &Run,
    (work, digests, pulled): (&Work<'_>, &Digests, &BTreeSet<(i64, i64)>),
) -> Result<(), OfficeError> {
    let mut new: Vec<New<'_>> = Vec::with_capacity(work.lines.len());
    for line in &work.lines {
        let Some(household) = work.households.get(line.household) else {
            continue;
        };
        let home = household.household_id;
        if pulled.contains(&(home, 0)) || pulled.contains(&(home, line.person_id)) {
            continue;
        }
        // What is issued is what was approved: something issued to the person since the freeze takes its place.
        let approved = digests.get(&(home, line.person_id));
        let Outcome::Ready(proposal) = &line.outcome else {
            continue;
        };
        if approved == Some(&proposal.digest) {
            new.push(New {
                division: Division::Renewal,
                reason: if line.class_left_out {
                    CLASS_LEFT_OUT
                } else {
                    "年次更新"
                },
                replaces: held(household, line),
                run_id: run.run_id,
                ..plain(household, line.person_id, proposal, run.issued_on)?
            });
        }
    }
    record::insert(conn, act, &rules.hash, &new)?;
    for one in &new {
        end_overlapping(conn, act, run, one)?;
    }
    Ok(())
}

/// The paper the new one follows.
fn held(household: &Household, line: &Line<'_>) -> Option<i64> {
    let member = household.member(line.person_id)?;
    let family = law::certificate::Family::Eligibility.code();
    let mut before = member.previous.iter().rev();
    before
        .find(|one| one.family == family)
        .map(|one| one.certificate_id)
}

/// A paper printed to hold beyond the day of the renewal ends with it, unless it was over before.
fn end_overlapping(
    conn: &mut Conn,
    act: &Act,
    run: &Run,
    new: &New<'_>,
) -> Result<(), OfficeError> {
    let Some(member) = new.household.member(new.person_id) else {
        return Ok(());
    };
    let family = new.proposal.kind.family.code();
    let from = run.effective_from;
    for held in &member.previous {
        // What is over when the run is issued, or was ended before it began, keeps its own day.
        let after = from.max(run.issued_on).max(held.effective_from);
        let ended = held.invalid_from.is_some() && held.last_day() < after;
        let beyond = held.expires_on.is_none_or(|last| from <= last) && !ended;
        if held.family == family && beyond {
            let old = find::require(conn, held.certificate_id)?;
            let day = from.max(old.effective_from);
            let why = Happened::because("年次更新");
            event::append(conn, act, &old, (EventKind::Invalidated, day), &why)?;
        }
    }
    Ok(())
}
