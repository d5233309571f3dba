//! The steps of the office, each timed: calculated by one person, approved and published by another.

use super::super::spent::Spent;
use anyhow::{Context, Result};
use db::Store;
use law::levy::{Assessor, Scratch};
use law::rules::RuleBook;
use office::OfficeError;
use office::jobs::{self, Flow, JobState};
use office::levy::load_rare::RareFacts;
use office::levy::run::{self, RunKind, RunRequest};
use office::levy::{YearRules, decide, load, publish};
use office::security::login::command_session;
use office::security::password::PasswordCost;
use office::security::permit::{ApproveLevy, ManageStaff, Permit, PublishLevy, RunLevy};
use office::security::staff::{NewStaff, ReadyStaff, open, open_first, prepare};
use office::security::{Role, Session, authorize};
use office::{Acting, security};
use std::time::{Duration, Instant};

/// Households a chunk, as the office runs it.
const CHUNK: i64 = 2_048;
/// Chunks read and computed once more by one thread, to tell where the time goes.
const SAMPLE: usize = 24;

/// What the steps came to.
#[derive(Clone, Debug)]
pub struct Steps {
    /// Threads that read and compute.
    pub threads: usize,
    /// 当初賦課 calculated: candidates written.
    pub calculate: Spent,
    /// Published: decisions, postings, notices written and tied.
    pub publish: Spent,
    /// Reading facts, by one thread, all chunks as the sample.
    pub read: Duration,
    /// The rule and what is made of it, likewise.
    pub compute: Duration,
    /// Stretches of household numbers.
    pub stretches: Vec<(i64, i64)>,
}

/// Runs them.
pub fn run(store: &Store, book: &RuleBook, rules: &YearRules) -> Result<Steps> {
    let (clerk, chief) = staff(store)?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let clock = || 1_000;
    let request = RunRequest {
        kind: RunKind::Initial,
        rules,
        decided_on: law::day(rules.year().0, 6, 12),
        chunk_households: CHUNK,
        note: String::new(),
    };
    let (run_id, calculate) = Spent::on(|| {
        let permit = allowed::<RunLevy>(&clerk)?;
        let run_id = run::start(store, &permit, &acting(&clerk, 100), &request)?;
        let state = run::calculate(store, run_id, threads, &clock, |_| Flow::Continue)?;
        anyhow::ensure!(state == JobState::Finished, "the run did not finish");
        Ok(run_id)
    });
    let run_id = run_id?;
    let (published, publish) = Spent::on(|| {
        let permit = allowed::<ApproveLevy>(&chief)?;
        run::approve(store, &permit, &acting(&chief, 200), run_id)?;
        let permit = allowed::<PublishLevy>(&chief)?;
        publish::begin(store, &permit, &acting(&chief, 300), run_id)?;
        let calendar = book.calendar();
        let go_on = |_| Flow::Continue;
        let state = publish::publish(store, calendar, run_id, threads, &clock, go_on)?;
        anyhow::ensure!(
            state == JobState::Finished,
            "the publication did not finish"
        );
        Ok(())
    });
    published?;
    let chunks = store.read(|conn| all_chunks(conn, run_id))?;
    let (read, compute) = shares(store, rules, &chunks)?;
    Ok(Steps {
        threads,
        calculate,
        publish,
        read,
        compute,
        stretches: chunks
            .iter()
            .map(|chunk| (chunk.from_key, chunk.until_key))
            .collect(),
    })
}

/// The chunks of a job that is done.
fn all_chunks(conn: &mut db::Conn, job_id: i64) -> Result<Vec<jobs::Chunk>, db::StoreError> {
    let text = "select chunk, from_key, until_key from job_chunk where job_id = $1 order by chunk";
    conn.query_text(text, &[job_id.into()], |row| {
        Ok(jobs::Chunk {
            number: row.int(0)?,
            from_key: row.int(1)?,
            until_key: row.int(2)?,
        })
    })
}

/// Reads and computes a sample of the chunks once more by one thread; the times are those of all chunks.
fn shares(
    store: &Store,
    rules: &YearRules,
    chunks: &[jobs::Chunk],
) -> Result<(Duration, Duration)> {
    let assessor = Assessor::new(&rules.levy)?;
    let mut scratch = Scratch::default();
    let (mut read, mut compute) = (Duration::ZERO, Duration::ZERO);
    let begun = Instant::now();
    let rare = store.read(|conn| RareFacts::of_city(conn, 100, rules.year()))?;
    let once = begun.elapsed();
    let every = chunks.len().div_ceil(SAMPLE).max(1);
    let sample = chunks.iter().step_by(every);
    let taken = u32::try_from(sample.len())?.max(1);
    for chunk in sample {
        let begun = Instant::now();
        let households = store.read(|conn| {
            let (from, until) = (chunk.from_key, chunk.until_key);
            load::households_with(conn, from, until, 100, rules.year(), &rare)
        })?;
        read += begun.elapsed();
        let begun = Instant::now();
        for household in &households {
            let rows = decide::outcomes(rules, &assessor, &mut scratch, household)?;
            std::hint::black_box(rows);
        }
        compute += begun.elapsed();
    }
    let all = u32::try_from(chunks.len())?;
    Ok((once + read * all / taken, compute * all / taken))
}

/// A clerk of the levy and a chief, with their sessions.
pub(super) fn staff(store: &Store) -> Result<(Session, Session)> {
    let ready = |login: &str, roles: Vec<Role>| {
        let new = NewStaff {
            login: login.to_owned(),
            name: login.to_owned(),
            password: "Correct-horse-7-battery".to_owned(),
            roles,
            ward: String::new(),
        };
        prepare(new, PasswordCost::LOWEST).map(ReadyStaff::of_demonstration)
    };
    let alone = Acting {
        staff_id: 0,
        terminal: "bench".to_owned(),
        purpose: "bench".to_owned(),
        business_date: law::day(2026, 6, 1),
        now: 1,
        request_id: None,
    };
    let first = ready("levy01", vec![Role::Levy, Role::Administrator])?;
    store.write(|conn| open_first(conn, &alone, &first))?;
    let clerk = session(store, "levy01")?;
    let permit = allowed::<ManageStaff>(&clerk)?;
    let second = ready("chief01", vec![Role::Supervisor])?;
    store.write(|conn| open(conn, &alone, &permit, &second))?;
    Ok((clerk, session(store, "chief01")?))
}

fn session(store: &Store, login: &str) -> Result<Session> {
    let session = store.read(|conn| command_session(conn, login, "bench", 0));
    session.context("no session")
}

/// The permit of a session.
pub(super) fn allowed<F: security::permit::Function>(
    session: &Session,
) -> Result<Permit<F>, OfficeError> {
    Ok(authorize(session)?)
}

/// Someone at work at a moment.
pub(super) fn acting(session: &Session, now: i64) -> Acting {
    session.acting("bench", law::day(2026, 6, 12), now, None)
}
