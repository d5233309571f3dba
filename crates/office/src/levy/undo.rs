//! 確定の取消 — a published run taken back before anything of it was posted: every decision answered by another, every
//! posting by its reverse, every notice void. Nothing is deleted, and a new run can then be published.

use super::decide::flags;
use super::decision::{self, Decision, nothing};
use super::run::{self, RunState};
use crate::acts::{self, Act, ActDetails, ActId, Acting};
use crate::error::OfficeError;
use crate::jobs::{self, Chunk, Done, Flow, JobState, Progress};
use crate::ledger::{self, Account, Entry, Method, Parts};
use crate::security::permit::{Permit, PublishLevy};
use db::{Conn, Row, Sql, Store, StoreError};
use law::{Date, Refusal, Yen};
use std::collections::BTreeMap;

/// Of a run and of everything decided on top of it: notices, and which of them were posted.
const PROOF: Sql = Sql {
    name: "levy.undo.proof",
    text: "select count(*), coalesce(sum(case when n.state = 'printed' then 1 else 0 end), 0), \
           coalesce(sum(case when n.state = 'posted' then 1 else 0 end), 0), \
           coalesce(min(n.notice_id), 0), coalesce(max(n.notice_id), 0), \
           coalesce(cast(sum(n.pages) as bigint), 0) from notice n \
           join levy_decision d on d.household_id = n.household_id and d.levy_year = n.levy_year \
           and d.liable_id = n.addressee_id where d.run_id = $1 and n.decision_id >= d.decision_id \
           and n.state <> 'void'",
};
const MONEY: Sql = Sql {
    name: "levy.undo.money",
    text: "select count(*) from ledger l join levy_decision d on d.household_id = l.household_id \
           and d.levy_year = l.levy_year and d.liable_id = l.debtor_id where d.run_id = $1 \
           and l.debit + l.credit <> 3",
};
const CANCEL: Sql = Sql {
    name: "levy.undo.cancel",
    text: "update levy_run set state = 'cancelled' where run_id = $1 and state = 'published'",
};
const VOID: Sql = Sql {
    name: "levy.undo.void",
    text: "update notice set state = 'void' where state in ('decided', 'printed', 'held') and notice_id in \
           (select n.notice_id from notice n join levy_decision d on d.household_id = n.household_id \
           and d.levy_year = n.levy_year and d.liable_id = n.addressee_id \
           where d.run_id = $1 and n.decision_id >= d.decision_id)",
};
const CHUNKS: Sql = Sql {
    name: "levy.undo.chunks",
    text: "select chunk, from_key, until_key from job_chunk where job_id = $1 and step = 'main' order by chunk",
};
const FIND_JOB: Sql = Sql {
    name: "levy.undo.find_job",
    text: "select j.job_id, j.act_id, a.recorded_at, a.business_date, a.note from job j \
           join act a on a.act_id = j.act_id where j.kind = 'levy.undo' and j.params = $1",
};
const UNFINISHED: Sql = Sql {
    name: "levy.undo.unfinished",
    text: "select count(*) from job where kind = 'levy.undo' and state <> 'finished'",
};
const DECIDED: Sql = Sql {
    name: "levy.undo.decided",
    text: "select household_id, liable_id, sequence from levy_decision \
           where run_id = $1 and household_id >= $2 and household_id < $3 order by household_id, liable_id",
};
const POSTED: Sql = Sql {
    name: "levy.undo.posted",
    text: "select l.household_id, l.debtor_id, l.fiscal_year, l.instalment, l.due_on, l.method, \
           cast(sum(case when l.debit = 1 then l.medical_yen else -l.medical_yen end) as bigint), \
           cast(sum(case when l.debit = 1 then l.support_yen else -l.support_yen end) as bigint), \
           cast(sum(case when l.debit = 1 then l.care_yen else -l.care_yen end) as bigint), \
           cast(sum(case when l.debit = 1 then l.child_yen else -l.child_yen end) as bigint) \
           from ledger l join levy_decision d on d.household_id = l.household_id \
           and d.levy_year = l.levy_year and d.liable_id = l.debtor_id \
           where d.run_id = $1 and l.household_id >= $2 and l.household_id < $3 and l.decision_id >= d.decision_id \
           and l.debit + l.credit = 3 \
           group by l.household_id, l.debtor_id, l.fiscal_year, l.instalment, l.due_on, l.method \
           order by l.household_id, l.debtor_id, l.fiscal_year, l.instalment, l.due_on, l.method",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[
    PROOF, MONEY, CANCEL, VOID, CHUNKS, FIND_JOB, UNFINISHED, DECIDED, POSTED,
];

/// 発送済0件の証明 — the notices of a run as they stood when it was taken back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Proof {
    /// Notices in all.
    pub notices: i64,
    /// Of these printed.
    pub printed: i64,
    /// Of these posted: zero, or the run may not be taken back.
    pub posted: i64,
    /// First notice number.
    pub first: i64,
    /// Last notice number.
    pub last: i64,
    /// Sheets printed, to be destroyed.
    pub pages: i64,
}

/// The notices of a run and of whatever was decided on top of it.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn proof(conn: &mut Conn, run_id: i64) -> Result<Proof, OfficeError> {
    Ok(conn.query_one(&PROOF, &[run_id.into()], |row| {
        Ok(Proof {
            notices: row.int(0)?,
            printed: row.int(1)?,
            posted: row.int(2)?,
            first: row.int(3)?,
            last: row.int(4)?,
            pages: row.int(5)?,
        })
    })?)
}

/// Whether a published run is still being taken back: nothing may be published meanwhile.
///
/// # Errors
/// [`OfficeError::Store`].
pub(super) fn unfinished(conn: &mut Conn) -> Result<bool, OfficeError> {
    Ok(conn.query_one(&UNFINISHED, &[], |row| row.int(0))? > 0)
}

/// Begins to take a published run back: its notices are void from this moment. Returns the proof that none was posted.
///
/// # Errors
/// [`OfficeError::Refusal`] when the run is not published, any notice was posted, or money was booked on it.
pub fn begin(
    store: &Store,
    permit: &Permit<PublishLevy>,
    acting: &Acting,
    run_id: i64,
    reason: &str,
) -> Result<Proof, OfficeError> {
    if reason.trim().is_empty() {
        return Err(OfficeError::input(
            "取消の理由",
            "取消の理由を入れてください",
        ));
    }
    let run = run::require(store, run_id)?;
    if run.state != RunState::Published {
        return Err(refuse(
            "levy.undo.not_published",
            format!(
                "賦課処理{run_id}は{}です。確定した処理だけを取り消せます",
                run.state.label_ja()
            ),
        ));
    }
    store.write(|conn| {
        let proof = proof(conn, run_id)?;
        if proof.posted > 0 {
            return Err(refuse(
                "levy.undo.posted",
                format!(
                    "{}通がすでに発送されています。取り消さずに、正しい規則で更正してください",
                    proof.posted
                ),
            ));
        }
        let money = conn.query_one(&MONEY, &[run_id.into()], |row| row.int(0))?;
        if money > 0 {
            return Err(refuse(
                "levy.undo.money",
                format!(
                    "この賦課に収納などの記録が{money}件あります。取り消さずに更正してください"
                ),
            ));
        }
        let details = ActDetails {
            note: reason.to_owned(),
            ..ActDetails::default()
        };
        let act = acts::begin(conn, acting, permit, "levy.undo", &details)?;
        if conn.execute(&CANCEL, &[run_id.into()])? != 1 {
            return Err(OfficeError::Conflict(format!(
                "賦課処理{run_id}の状態が変わっています。画面を読み直してください"
            )));
        }
        conn.execute(&VOID, &[run_id.into()])?;
        let chunks = conn.query(&CHUNKS, &[run_id.into()], |row| {
            Ok(Chunk {
                number: row.int(0)?,
                from_key: row.int(1)?,
                until_key: row.int(2)?,
            })
        })?;
        let params = run_id.to_string();
        jobs::create(conn, &act, "levy.undo", &params, run.households, &chunks)?;
        Ok(proof)
    })
}

fn refuse(code: &'static str, message: String) -> OfficeError {
    Refusal::new(code, message).into()
}

/// Household and liable person.
type Key = (i64, i64);

/// Takes a run back, or goes on where it was stopped or killed.
///
/// # Errors
/// [`OfficeError`]; the books never hold half a household.
pub fn carry_out(
    store: &Store,
    run_id: i64,
    threads: usize,
    clock: &(dyn Fn() -> i64 + Sync),
    listen: impl FnMut(Progress) -> Flow,
) -> Result<JobState, OfficeError> {
    let run = run::require(store, run_id)?;
    let params = run_id.to_string();
    let found = store.read(|conn| {
        conn.query_opt(&FIND_JOB, &[params.as_str().into()], |row| {
            let act = Act {
                id: ActId(row.int(1)?),
                recorded_at: row.int(2)?,
            };
            Ok((row.int(0)?, act, row.date(3)?, row.text(4)?))
        })
    })?;
    let (job, act, decided_on, reason) = found.ok_or_else(|| {
        refuse(
            "levy.undo.not_begun",
            format!("賦課処理{run_id}の取消はまだ始まっていません"),
        )
    })?;
    let compute = |chunk: &Chunk| store.read(|conn| gather(conn, &run, chunk));
    let reason = format!("確定の取消（{reason}）");
    let commit = |conn: &mut Conn, _: &Chunk, work: &Work| {
        write(conn, &run, &act, decided_on, &reason, work)
    };
    jobs::run_in_order(store, job, threads, clock, compute, commit, listen)
}

struct Work {
    /// What stands, and what stood before the run.
    decisions: Vec<(Decision, Option<Decision>)>,
    /// What was charged since.
    posted: Vec<(Key, Entry)>,
}

fn gather(conn: &mut Conn, run: &run::Run, chunk: &Chunk) -> Result<Work, OfficeError> {
    let stretch = (chunk.from_key, chunk.until_key);
    let params = [run.run_id.into(), stretch.0.into(), stretch.1.into()];
    let decided = conn.query(&DECIDED, &params, |row| {
        Ok(((row.int(0)?, row.int(1)?), row.int(2)?))
    })?;
    let standing = decision::standing(conn, stretch.0, stretch.1, run.levy_year)?;
    let mut standing: BTreeMap<Key, Decision> = standing
        .into_iter()
        .map(|one| ((one.outcome.household_id, one.outcome.liable_id), one))
        .collect();
    let mut decisions = Vec::with_capacity(decided.len());
    for (key, sequence) in decided {
        let stands = standing
            .remove(&key)
            .ok_or_else(|| OfficeError::Bug(format!("世帯番号{}の決定がありません", key.0)))?;
        let history = if sequence > 1 {
            decision::history(conn, key.0)?
        } else {
            Vec::new()
        };
        let before = history.into_iter().find(|one| {
            one.levy_year == run.levy_year
                && one.outcome.liable_id == key.1
                && one.sequence + 1 == sequence
        });
        decisions.push((stands, before));
    }
    let posted = conn.query(&POSTED, &params, |row| read_posted(row, run))?;
    let posted = posted
        .into_iter()
        .map(|(key, method, mut entry)| {
            entry.method = Method::read(method)?;
            Ok((key, entry))
        })
        .collect::<Result<Vec<_>, OfficeError>>()?;
    Ok(Work { decisions, posted })
}

/// The reverse of what was charged under one instalment.
fn read_posted(row: &Row, run: &run::Run) -> Result<(Key, i64, Entry), StoreError> {
    let fiscal_year = i16::try_from(row.int(2)?)
        .map_err(|_| row.wrong(2, "調定年度ではありません".to_owned()))?;
    let charged = Parts::from_columns([
        Yen(row.int(6)?),
        Yen(row.int(7)?),
        Yen(row.int(8)?),
        Yen(row.int(9)?),
    ]);
    let entry = Entry {
        household_id: row.int(0)?,
        levy_year: run.levy_year.0,
        act: ActId(0),
        decision_id: 0,
        debtor_id: row.int(1)?,
        fiscal_year,
        instalment: row.int(3)?,
        due_on: row.date(4)?,
        method: Method::Ordinary,
        debit: Account::Receivable,
        credit: Account::LevyRevenue,
        parts: Parts::default().minus(charged),
    };
    Ok(((row.int(0)?, row.int(1)?), row.int(5)?, entry))
}

fn write(
    conn: &mut Conn,
    run: &run::Run,
    act: &Act,
    decided_on: Date,
    reason: &str,
    work: &Work,
) -> Result<Done, OfficeError> {
    let count = i64::try_from(work.decisions.len()).unwrap_or(i64::MAX);
    if count == 0 {
        return Ok(Done::default());
    }
    let first = conn.next_ids("decision", count)?;
    let mut numbers: BTreeMap<Key, i64> = BTreeMap::new();
    let mut decisions = Vec::with_capacity(work.decisions.len());
    for (decision_id, (stands, before)) in (first..).zip(&work.decisions) {
        let (household_id, liable_id) = (stands.outcome.household_id, stands.outcome.liable_id);
        numbers.insert((household_id, liable_id), decision_id);
        let mut outcome = before.as_ref().map_or_else(
            || nothing(household_id, liable_id),
            |before| before.outcome.clone(),
        );
        outcome.flags |= flags::CANCELLED;
        decisions.push(Decision {
            decision_id,
            levy_year: run.levy_year,
            sequence: stands.sequence + 1,
            run_id: 0,
            decided_on,
            reason: reason.to_owned(),
            rule_hash: before
                .as_ref()
                .map_or_else(|| run.rule_hash.clone(), |before| before.rule_hash.clone()),
            outcome,
            barred: before.as_ref().map_or(Yen::ZERO, |before| before.barred),
        });
    }
    let entries: Vec<Entry> = work
        .posted
        .iter()
        .filter_map(|(key, entry)| {
            Some(Entry {
                act: act.id,
                decision_id: *numbers.get(key)?,
                ..entry.clone()
            })
        })
        .collect();
    decision::insert(conn, act, 0, &decisions)?;
    ledger::post(conn, &entries)?;
    Ok(Done {
        units: count,
        yen: entries.iter().map(|entry| entry.parts.total().0).sum(),
    })
}
