//! Chunks read and computed side by side, committed one after the other in order.

use super::table::{Chunk, Done, JobState, close_chunk, load, open_chunks, set_state};
use crate::error::OfficeError;
use db::{Conn, Store};
use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// How far a job has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Units done, of all starts together.
    pub done: i64,
    /// Units in all.
    pub total: i64,
    /// The chunk that was just committed.
    pub chunk: i64,
}

/// What the listener wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// Go on.
    Continue,
    /// Stop after this chunk; the next start goes on from here.
    Stop,
}

/// What the workers share with the committer.
struct Desk<T> {
    next: usize,
    committed: usize,
    closed: bool,
    ready: BTreeMap<usize, Result<T, OfficeError>>,
}

/// Runs the open chunks of a job: `compute` on `threads` threads beside the one that calls, which does `commit` in chunk
/// order, each in one transaction with the chunk's mark; with no thread it does both, one after the other. `clock` gives
/// microseconds for heartbeats.
///
/// Returns the final state: `Finished`, or `Stopped` when the listener asked for it.
///
/// # Errors
/// The first error of `compute` or `commit`; the job is left `Failed` and can be started again.
pub fn run_in_order<T: Send>(
    store: &Store,
    job_id: i64,
    threads: usize,
    clock: &(dyn Fn() -> i64 + Sync),
    compute: impl Fn(&Chunk) -> Result<T, OfficeError> + Sync,
    mut commit: impl FnMut(&mut Conn, &Chunk, &T) -> Result<Done, OfficeError>,
    mut listen: impl FnMut(Progress) -> Flow,
) -> Result<JobState, OfficeError> {
    let job = store
        .read(|conn| load(conn, job_id))?
        .ok_or_else(|| OfficeError::Bug(format!("処理{job_id}がありません")))?;
    let chunks = store.read(|conn| open_chunks(conn, job_id))?;
    let filled = filled_by(&job.kind);
    store.write(|conn| set_state(conn, job_id, JobState::Running, "", clock()))?;
    let desk = Mutex::new(Desk {
        next: 0,
        committed: 0,
        closed: false,
        ready: BTreeMap::new(),
    });
    let bell = Condvar::new();
    let mut done = job.done;
    let outcome = std::thread::scope(|scope| {
        for _ in 0..threads.min(chunks.len()) {
            scope.spawn(|| worker(&desk, &bell, &chunks, threads, &compute));
        }
        let result = chunks
            .iter()
            .enumerate()
            .try_fold(JobState::Finished, |_, (index, chunk)| {
                let work = match threads {
                    0 => attempt(&compute, chunk)?,
                    _ => await_result(&desk, &bell, index)?,
                };
                let came_to = store.write(|conn| {
                    let came_to = commit(conn, chunk, &work)?;
                    close_chunk(conn, job_id, chunk, came_to, clock())?;
                    Ok::<_, OfficeError>(came_to)
                })?;
                if (index + 1).is_power_of_two() {
                    store.count_anew(filled).map_err(OfficeError::from)?;
                }
                done += came_to.units;
                lock(&desk).committed = index + 1;
                bell.notify_all();
                let flow = listen(Progress {
                    done,
                    total: job.total,
                    chunk: chunk.number,
                });
                match flow {
                    Flow::Continue => Ok(JobState::Finished),
                    Flow::Stop => Err(Halt::Stopped),
                }
            });
        lock(&desk).closed = true;
        bell.notify_all();
        result
    });
    let (state, message, error) = match outcome {
        Ok(state) => (state, String::new(), None),
        Err(Halt::Stopped) => (JobState::Stopped, String::new(), None),
        Err(Halt::Failed(error)) => (JobState::Failed, error.to_string(), Some(error)),
    };
    store.write(|conn| set_state(conn, job_id, state, &message, clock()))?;
    error.map_or(Ok(state), Err)
}

/// The tables that a kind of job fills with a line or more of each household. They are counted as they grow, whenever they
/// have twice as much in them: what is looked up in one that was empty yesterday would be looked for in all of it.
fn filled_by(kind: &str) -> &'static [&'static str] {
    match kind {
        "certificate.renew" => &["certificate_run_row"],
        "certificate.publish" => &["certificate_standing", "certificate_envelope"],
        "judgement.calculate" => &["judgement_candidate"],
        "judgement.publish" => &["judgement_decision"],
        "levy.calculate" => &["levy_candidate", "levy_candidate_later"],
        "levy.publish" => &["levy_decision", "ledger", "notice"],
        _ => &[],
    }
}

enum Halt {
    Stopped,
    Failed(OfficeError),
}

impl From<OfficeError> for Halt {
    fn from(error: OfficeError) -> Self {
        Self::Failed(error)
    }
}

fn lock<T>(desk: &Mutex<Desk<T>>) -> MutexGuard<'_, Desk<T>> {
    desk.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes the next chunk while it lies within a short stretch of what is committed, so that a slow writer
/// does not pile results up in memory.
fn worker<T>(
    desk: &Mutex<Desk<T>>,
    bell: &Condvar,
    chunks: &[Chunk],
    threads: usize,
    compute: &(impl Fn(&Chunk) -> Result<T, OfficeError> + Sync),
) {
    loop {
        let mut guard = lock(desk);
        while !guard.closed && guard.next < chunks.len() && guard.next > guard.committed + threads {
            guard = bell.wait(guard).unwrap_or_else(PoisonError::into_inner);
        }
        let index = guard.next;
        let Some(chunk) = chunks.get(index).filter(|_| !guard.closed) else {
            return;
        };
        guard.next += 1;
        drop(guard);
        let result = attempt(compute, chunk);
        lock(desk).ready.insert(index, result);
        bell.notify_all();
    }
}

/// What a chunk comes to; a panic is an error of the job.
fn attempt<T>(
    compute: &(impl Fn(&Chunk) -> Result<T, OfficeError> + Sync),
    chunk: &Chunk,
) -> Result<T, OfficeError> {
    let work = std::panic::AssertUnwindSafe(|| compute(chunk));
    std::panic::catch_unwind(work).unwrap_or_else(|_| {
        Err(OfficeError::Bug(format!(
            "区間{}の計算が途中で止まりました",
            chunk.number
        )))
    })
}

fn await_result<T>(desk: &Mutex<Desk<T>>, bell: &Condvar, index: usize) -> Result<T, OfficeError> {
    let mut guard = lock(desk);
    loop {
        if let Some(result) = guard.ready.remove(&index) {
            return result;
        }
        guard = bell.wait(guard).unwrap_or_else(PoisonError::into_inner);
    }
}
