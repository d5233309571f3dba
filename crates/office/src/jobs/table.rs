//! The tables of the runner.

use crate::acts::Act;
use crate::error::OfficeError;
use crate::names::{code_of, label_of, named};
use db::{ColumnType, Conn, Row, Sql, StoreError};

/// 処理の状態.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobState {
    /// Created, not begun.
    Waiting,
    /// At work, or killed while at work: the next start goes on.
    Running,
    /// Stopped by a person; the next start goes on.
    Stopped,
    /// Every chunk is done.
    Finished,
    /// A chunk failed; its message says why. The next start tries again.
    Failed,
}

impl JobState {
    const NAMES: [(Self, &'static str, &'static str); 5] = [
        (Self::Waiting, "waiting", "待機"),
        (Self::Running, "running", "処理中"),
        (Self::Stopped, "stopped", "中断"),
        (Self::Finished, "finished", "完了"),
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

    fn read(code: &str) -> Option<Self> {
        named(&Self::NAMES, code)
    }
}

/// One job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Number.
    pub job_id: i64,
    /// `levy.calculate`, `levy.publish`, …
    pub kind: String,
    /// Parameters as JSON.
    pub params: String,
    /// State.
    pub state: JobState,
    /// Units of work in all (households).
    pub total: i64,
    /// Units done.
    pub done: i64,
    /// Act that created it.
    pub act_id: i64,
    /// What to tell the clerk.
    pub message: String,
}

/// One stretch of keys: `from_key..until_key`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// Position, from 0.
    pub number: i64,
    /// First key.
    pub from_key: i64,
    /// First key after the end.
    pub until_key: i64,
}

/// What a chunk came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Units of work.
    pub units: i64,
    /// Yen decided or booked, for the totals of the run.
    pub yen: i64,
}

const INSERT_JOB: Sql = Sql {
    name: "jobs.insert",
    text: "insert into job (job_id, kind, params, state, total, done, act_id, created_at, heartbeat_at, message) \
           values ($1, $2, $3, 'waiting', $4, 0, $5, $6, $6, '')",
};
const CHUNK_COLUMNS: &[(&str, ColumnType)] = &[
    ("job_id", ColumnType::Int),
    ("step", ColumnType::Text),
    ("chunk", ColumnType::Int),
    ("from_key", ColumnType::Int),
    ("until_key", ColumnType::Int),
    ("state", ColumnType::Text),
    ("attempt", ColumnType::Int),
    ("lease_until", ColumnType::Int),
    ("done", ColumnType::Int),
    ("yen", ColumnType::Int),
];
const LOAD: Sql = Sql {
    name: "jobs.load",
    text: "select job_id, kind, params, state, total, done, act_id, message from job where job_id = $1",
};
const OPEN_CHUNKS: Sql = Sql {
    name: "jobs.open_chunks",
    text: "select chunk, from_key, until_key from job_chunk \
           where job_id = $1 and step = 'main' and state = 'open' order by chunk",
};
const CLOSE_CHUNK: Sql = Sql {
    name: "jobs.close_chunk",
    text: "update job_chunk set state = 'done', attempt = attempt + 1, done = $3, yen = $4 \
           where job_id = $1 and step = 'main' and chunk = $2 and state = 'open'",
};
const ADVANCE: Sql = Sql {
    name: "jobs.advance",
    text: "update job set done = done + $2, heartbeat_at = $3 where job_id = $1",
};
const SET_STATE: Sql = Sql {
    name: "jobs.set_state",
    text: "update job set state = $2, message = $3, heartbeat_at = $4 where job_id = $1",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[
    INSERT_JOB,
    LOAD,
    OPEN_CHUNKS,
    CLOSE_CHUNK,
    ADVANCE,
    SET_STATE,
];

/// Creates a job with its chunks.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn create(
    conn: &mut Conn,
    act: &Act,
    kind: &str,
    params: &str,
    total: i64,
    chunks: &[Chunk],
) -> Result<i64, OfficeError> {
    let job_id = conn.next_ids("job", 1)?;
    conn.execute(
        &INSERT_JOB,
        &[
            job_id.into(),
            kind.into(),
            params.into(),
            total.into(),
            act.id.0.into(),
            act.recorded_at.into(),
        ],
    )?;
    let mut bulk = conn.bulk("job_chunk", CHUNK_COLUMNS);
    for chunk in chunks {
        bulk.row(&[
            job_id.into(),
            "main".into(),
            chunk.number.into(),
            chunk.from_key.into(),
            chunk.until_key.into(),
            "open".into(),
            0_i64.into(),
            0_i64.into(),
            0_i64.into(),
            0_i64.into(),
        ])?;
    }
    bulk.finish()?;
    Ok(job_id)
}

/// Loads a job.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn load(conn: &mut Conn, job_id: i64) -> Result<Option<Job>, OfficeError> {
    Ok(conn.query_opt(&LOAD, &[job_id.into()], read_job)?)
}

pub(super) fn read_job(row: &Row) -> Result<Job, StoreError> {
    let code = row.text(3)?;
    Ok(Job {
        job_id: row.int(0)?,
        kind: row.text(1)?,
        params: row.text(2)?,
        state: JobState::read(&code)
            .ok_or_else(|| row.wrong(3, format!("処理の状態「{code}」を知りません")))?,
        total: row.int(4)?,
        done: row.int(5)?,
        act_id: row.int(6)?,
        message: row.text(7)?,
    })
}

/// The chunks not yet committed, in order.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn open_chunks(conn: &mut Conn, job_id: i64) -> Result<Vec<Chunk>, OfficeError> {
    Ok(conn.query(&OPEN_CHUNKS, &[job_id.into()], |row| {
        Ok(Chunk {
            number: row.int(0)?,
            from_key: row.int(1)?,
            until_key: row.int(2)?,
        })
    })?)
}

/// Marks a chunk done inside the transaction that wrote its rows.
///
/// # Errors
/// [`OfficeError::Conflict`] when another worker was first: the caller's rows must be rolled back.
pub(super) fn close_chunk(
    conn: &mut Conn,
    job_id: i64,
    chunk: &Chunk,
    done: Done,
    now: i64,
) -> Result<(), OfficeError> {
    let changed = conn.execute(
        &CLOSE_CHUNK,
        &[
            job_id.into(),
            chunk.number.into(),
            done.units.into(),
            done.yen.into(),
        ],
    )?;
    if changed != 1 {
        return Err(OfficeError::Conflict(format!(
            "処理{job_id}の区間{}は、別の処理がすでに終えています",
            chunk.number
        )));
    }
    conn.execute(&ADVANCE, &[job_id.into(), done.units.into(), now.into()])?;
    Ok(())
}

/// Sets the state and the message.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn set_state(
    conn: &mut Conn,
    job_id: i64,
    state: JobState,
    message: &str,
    now: i64,
) -> Result<(), OfficeError> {
    conn.execute(
        &SET_STATE,
        &[
            job_id.into(),
            state.code().into(),
            message.into(),
            now.into(),
        ],
    )?;
    Ok(())
}
