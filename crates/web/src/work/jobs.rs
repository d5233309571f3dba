//! 処理状況.

use crate::answer;
use crate::desk::{App, Desk};
use crate::view::format::moment_ja;
use crate::view::layout::Tone;
use crate::view::work::{JobLine, JobPage, JobsPage};
use axum::Json;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use db::Conn;
use office::OfficeError;
use office::jobs::{Job, JobState, load};
use office::levy::run::{self, Run, RunState};
use office::security::permit::ViewLevy;
use serde::Serialize;

/// The list of jobs.
pub async fn list(desk: Desk) -> Response {
    desk.answer(|desk| {
        desk.permit::<ViewLevy>()?;
        let jobs = desk.store().read(|conn| latest(desk.app(), conn, 200))?;
        answer::page(&JobsPage {
            page: desk.layout("処理状況"),
            jobs,
        })
    })
    .await
}

/// The latest jobs, newest first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn latest(app: &App, conn: &mut Conn, how_many: usize) -> Result<Vec<JobLine>, OfficeError> {
    let runs = run::list(conn)?;
    let mut lines = Vec::new();
    for run in runs.iter().take(how_many) {
        lines.extend(of_run(app, conn, run)?);
    }
    Ok(lines)
}

/// The job that calculates a run. While this program publishes the run, it is shown as running.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn of_run(app: &App, conn: &mut Conn, run: &Run) -> Result<Option<JobLine>, OfficeError> {
    let working = app.working().contains(&run.run_id);
    Ok(load(conn, run.run_id)?.map(|job| {
        let mut line = line(&job);
        line.began = moment_ja(run.known_at);
        if run.state == RunState::Publishing && working {
            line.running = true;
            line.message = "確定しています".to_owned();
        }
        line
    }))
}

fn line(job: &Job) -> JobLine {
    JobLine {
        job_id: job.job_id,
        kind: kind_ja(&job.kind).to_owned(),
        began: String::new(),
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

fn kind_ja(kind: &str) -> &str {
    match kind {
        "levy.calculate" => "賦課の計算",
        "levy.publish" => "賦課の確定",
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
            Ok::<_, OfficeError>(job.map(|job| (job, run)))
        })?;
        let Some((job, run)) = found else {
            return answer::not_found(desk, "この処理");
        };
        let mut line = line(&job);
        line.began = run
            .as_ref()
            .map_or_else(String::new, |run| moment_ja(run.known_at));
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
            steps: Vec::new(),
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
        let Some(job) = desk.store().read(|conn| load(conn, job_id))? else {
            return Ok(axum::http::StatusCode::NOT_FOUND.into_response());
        };
        let line = line(&job);
        Ok(Json(Now {
            total: line.total,
            done: line.done,
            running: line.running,
            text: format!("{} {}", line.progress(), line.message),
        })
        .into_response())
    })
    .await
}
