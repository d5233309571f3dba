//! 処理の一覧 — every job as the page of jobs shows it: when it began, whether it still breathes, and its steps.

use super::table::{Job, read_job};
use crate::error::OfficeError;
use db::{Conn, Row, Sql, StoreError};
use law::Yen;

const RECENT: Sql = Sql {
    name: "jobs.recent",
    text: "select j.job_id, j.kind, j.params, j.state, j.total, j.done, j.act_id, j.message, j.created_at, \
           j.heartbeat_at, coalesce(s.name, '') from job j left join act a on a.act_id = j.act_id \
           left join staff s on s.staff_id = a.staff_id where j.job_id < $1 order by j.job_id desc limit $2",
};
const STEPS: Sql = Sql {
    name: "jobs.steps",
    text: "select step, count(*), cast(sum(case when state = 'done' then 1 else 0 end) as bigint), \
           cast(sum(case when attempt > 1 then attempt - 1 else 0 end) as bigint), cast(sum(done) as bigint), cast(sum(yen) as bigint) \
           from job_chunk where job_id = $1 group by step order by step",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[RECENT, STEPS];

/// A job with its times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overview {
    /// The job.
    pub job: Job,
    /// When it was created, microseconds since 1970 UTC.
    pub created_at: i64,
    /// When it last showed a sign of life, microseconds since 1970 UTC.
    pub heartbeat_at: i64,
    /// Who ordered it; empty for a command without an account.
    pub ordered_by: String,
}

/// One step of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its code.
    pub step: String,
    /// Chunks in all.
    pub chunks: i64,
    /// Chunks done.
    pub done: i64,
    /// How often a chunk was begun again.
    pub retries: i64,
    /// Units of work done.
    pub units: i64,
    /// Yen decided or booked.
    pub yen: Yen,
}

/// Jobs before a number (`None`: the latest), newest first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn recent(
    conn: &mut Conn,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Overview>, OfficeError> {
    let params = [before.unwrap_or(i64::MAX).into(), limit.into()];
    Ok(conn.query(&RECENT, &params, |row| {
        Ok(Overview {
            job: read_job(row)?,
            created_at: row.int(8)?,
            heartbeat_at: row.int(9)?,
            ordered_by: row.text(10)?,
        })
    })?)
}

/// The steps of a job.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn steps(conn: &mut Conn, job_id: i64) -> Result<Vec<Step>, OfficeError> {
    Ok(conn.query(&STEPS, &[job_id.into()], read_step)?)
}

fn read_step(row: &Row<'_>) -> Result<Step, StoreError> {
    Ok(Step {
        step: row.text(0)?,
        chunks: row.int(1)?,
        done: row.int(2)?,
        retries: row.int(3)?,
        units: row.int(4)?,
        yen: Yen(row.int(5)?),
    })
}
