//! 処理状況.

use crate::answer;
use crate::desk::{App, Desk};
use crate::view::format::moment_ja;
use crate::view::layout::Tone;
use crate::view::work::{JobLine, JobPage, JobsPage, StepLine};
use axum::Json;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Response};
use db::Conn;
use office::OfficeError;
use office::jobs::overview::{self, Step};
use office::jobs::{Job, JobState, load};
use office::levy::run::{self, Run, RunState};
use office::security::permit::ViewLevy;
use serde::{Deserialize, Serialize};

/// Jobs on one page.
const PAGE: i64 = 50;
/// A job at work that has been silent so long is looked after, microseconds.
const SILENT: i64 = 60 * 1_000_000;

/// Where the list begins.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub struct Before {
    before: Option<i64>,
}

/// The list of jobs.
pub async fn list(desk: Desk, Query(asked): Query<Before>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<ViewLevy>()?;
        let jobs = desk
            .store()
            .read(|conn| latest(desk.app(), conn, asked.before, PAGE, desk.now()))?;
        let full = i64::try_from(jobs.len()).is_ok_and(|number| number >= PAGE);
        let more_href = match jobs.last() {
            Some(last) if full => format!("/jobs?before={}", last.job_id),
            _ => String::new(),
        };
        answer::page(&JobsPage {
            page: desk.layout("処理状況"),
            jobs,
            more_href,
        })
    })
    .await
}

/// Jobs of every kind before a number, newest first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn latest(
    app: &App,
    conn: &mut Conn,
    before: Option<i64>,
    how_many: i64,
    now: i64,
) -> Result<Vec<JobLine>, OfficeError> {
    let mut lines = Vec::new();
    for found in overview::recent(conn, before, how_many)? {
        let publishing = app.working().contains(&found.job.job_id)
            && run::find(conn, found.job.job_id)?
                .is_some_and(|run| run.state == RunState::Publishing);
        let mut line = line(&found.job);
        line.began = moment_ja(found.created_at);
        line.ordered_by.clone_from(&found.ordered_by);
        line.breath = breath(found.heartbeat_at, now);
        line.silent = line.running && now - found.heartbeat_at > SILENT;
        if publishing {
            line.running = true;
            "確定しています".clone_into(&mut line.message);
        }
        lines.push(line);
    }
    Ok(lines)
}

/// How long ago a job last showed a sign of life.
fn breath(at: i64, now: i64) -> String {
    let seconds = (now - at).max(0) / 1_000_000;
    match seconds {
        0..=59 => format!("{seconds}秒前"),
        60..=3_599 => format!("{}分前", seconds / 60),
        3_600..=86_399 => format!("{}時間前", seconds / 3_600),
        _ => moment_ja(at),
    }
}

/// The job that calculates a run. While this program is at work publishing the run, it is shown as running.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn of_run(conn: &mut Conn, run: &Run, working: bool) -> Result<Option<JobLine>, OfficeError> {
    Ok(load(conn, run.run_id)?.map(|job| {
        let mut line = line(&job);
        line.began = moment_ja(run.known_at);
        // A job ends before its run says so: whoever looks in between goes on looking.
        if working {
            line.running = true;
            if run.state == RunState::Publishing {
                line.message = "確定しています".to_owned();
            }
        }
        line
    }))
}

fn line(job: &Job) -> JobLine {
    JobLine {
        job_id: job.job_id,
        kind: kind_ja(&job.kind).to_owned(),
        began: String::new(),
        ordered_by: String::new(),
        breath: String::new(),
        silent: false,
        state: job.state.label_ja().to_owned(),
        tone: match job.state {
            JobState::Waiting | JobState::Running => Tone::Info,
            JobState::Stopped => Tone::Warn,
            JobState::Finished => Tone::Good,
            JobState::Failed => Tone::Bad,
        },
        total: job.total,
        done: job.done,
        message: job.message.clone(),
        running: matches!(job.state, JobState::Waiting | JobState::Running),
        href: format!("/jobs/{}", job.job_id),
    }
}

fn step(step: Step) -> StepLine {
    StepLine {
        step: if step.step == "main" {
            "本処理".to_owned()
        } else {
            step.step
        },
        chunks: step.chunks,
        done: step.done,
        retries: step.retries,
        rows: step.units,
        yen: step.yen,
    }
}

fn kind_ja(kind: &str) -> &str {
    match kind {
        "levy.calculate" => "賦課の計算",
        "levy.publish" => "賦課の確定",
        "levy.undo" => "賦課の確定の取消",
        "import.file" => "取込",
        "judgement.cutover" => "8月の年次判定",
        "certificate.renewal" => "証の一斉更新",
        other => other,
    }
}

/// The page of a job.
pub async fn page(desk: Desk, Path(job_id): Path<i64>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<ViewLevy>()?;
        let found = desk.store().read(|conn| {
            let job = load(conn, job_id)?;
            let run = run::find(conn, job_id)?;
            let steps = overview::steps(conn, job_id)?;
            let times = overview::recent(conn, Some(job_id.saturating_add(1)), 1)?;
            Ok::<_, OfficeError>(job.map(|job| (job, run, steps, times)))
        })?;
        let Some((job, run, steps, times)) = found else {
            return answer::not_found(desk, "この処理");
        };
        let mut line = line(&job);
        if let Some(times) = times.first() {
            line.began = moment_ja(times.created_at);
            line.ordered_by.clone_from(&times.ordered_by);
            line.breath = breath(times.heartbeat_at, desk.now());
            line.silent = line.running && desk.now() - times.heartbeat_at > SILENT;
        }
        let steps = steps.into_iter().map(step).collect();
        let mut layout = desk.layout(&format!("処理 {job_id}"));
        layout.refresh = if line.running { 2 } else { 0 };
        let result_href = match (run, job.kind.as_str()) {
            (Some(run), _) => format!("/runs/{}", run.run_id),
            (None, "levy.publish") => format!("/runs/{}", job.params),
            (None, _) => String::new(),
        };
        answer::page(&JobPage {
            page: layout,
            job: line,
            steps,
            result_href,
        })
    })
    .await
}

/// How far a job is, for the script that watches it.
#[derive(Debug, Serialize)]
struct Now {
    total: i64,
    done: i64,
    running: bool,
    text: String,
}

/// The progress of a job as JSON.
pub async fn progress(desk: Desk, Path(job_id): Path<i64>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<ViewLevy>()?;
        // Asked before the row is read: who is no longer at work then has left its last row there.
        let working = desk.app().working().contains(&job_id);
        let Some(job) = desk.store().read(|conn| load(conn, job_id))? else {
            return Ok(axum::http::StatusCode::NOT_FOUND.into_response());
        };
        let line = line(&job);
        Ok(Json(Now {
            total: line.total,
            done: line.done,
            running: line.running || working,
            text: format!("{} {}", line.progress(), line.message),
        })
        .into_response())
    })
    .await
}
