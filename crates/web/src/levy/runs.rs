//! 賦課処理の一覧 and 開始.

use crate::answer;
use crate::desk::{App, Desk, Posted};
use crate::fields::Fields;
use crate::security::random_token;
use crate::view::format::{day_ja, moment_ja, year_ja};
use crate::view::layout::{FieldError, Tone};
use crate::view::run::{RunLine, RunsPage};
use axum::http::StatusCode;
use axum::response::Response;
use law::FiscalYear;
use office::OfficeError;
use office::jobs::JobState;
use office::levy::run::{self, Run, RunKind, RunRequest, RunState};
use office::levy::{YearRules, publish, undo};
use office::security::permit::{Function, RunLevy, ViewLevy};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Households in one chunk of a run.
const CHUNK_HOUSEHOLDS: i64 = 2_000;

/// The list, with the form to start a run.
pub async fn page(desk: Desk) -> Response {
    desk.answer(|desk| {
        desk.permit::<ViewLevy>()?;
        show(desk, &Fields::default(), Vec::new(), StatusCode::OK)
    })
    .await
}

fn show(
    desk: &Desk,
    fields: &Fields,
    errors: Vec<FieldError>,
    status: StatusCode,
) -> Result<Response, OfficeError> {
    let runs = desk.store().read(run::list)?;
    let mut layout = desk.layout("賦課処理");
    layout.errors = errors;
    let typed = |name: &str, usual: String| {
        if fields.has(name) {
            fields.text(name).to_owned()
        } else {
            usual
        }
    };
    let mut years = desk.years();
    let usual = desk.usual_year().0.to_string();
    years.sort_by_key(|(value, _)| *value != usual);
    answer::page_with(
        status,
        &RunsPage {
            page: layout,
            runs: runs.iter().map(line).collect(),
            may_run: desk.session().may(RunLevy::CODE),
            years,
            kinds: kinds(desk)
                .into_iter()
                .map(|kind| (kind.code().to_owned(), kind.label_ja().to_owned()))
                .collect(),
            decided_on: typed("decided_on", day_ja(desk.business_date())),
            note: typed("note", String::new()),
            kind: typed("kind", RunKind::Initial.code().to_owned()),
            request_id: random_token()?,
        },
    )
}

/// The kinds of run that can be begun here: with 仮算定 where a year has provisional instalments.
fn kinds(desk: &Desk) -> Vec<RunKind> {
    let years = &desk.app().office().rules;
    let of_years = years
        .iter()
        .map(|rules| RunKind::of_city(&rules.instalments));
    of_years
        .max_by_key(Vec::len)
        .unwrap_or_else(|| vec![RunKind::Initial, RunKind::Monthly])
}

/// A run as a line of a list.
#[must_use]
pub fn line(run: &Run) -> RunLine {
    RunLine {
        run_id: run.run_id,
        kind: run.kind.label_ja().to_owned(),
        year: year_ja(run.levy_year),
        decided: day_ja(run.decided_on),
        known: moment_ja(run.known_at),
        state: run.state.label_ja().to_owned(),
        tone: match run.state {
            RunState::Calculating | RunState::Publishing => Tone::Warn,
            RunState::Calculated | RunState::Approved => Tone::Info,
            RunState::Published => Tone::Good,
            RunState::Cancelled => Tone::Plain,
        },
        households: run.households,
        total: run.total,
        note: run.note.clone(),
        href: format!("/runs/{}", run.run_id),
    }
}

/// Starts a run and shows it while it is being calculated.
pub async fn start(posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let permit = desk.permit::<RunLevy>()?;
            let mut errors = Vec::new();
            let years: Vec<FiscalYear> = desk
                .app()
                .office()
                .rules
                .iter()
                .map(YearRules::year)
                .collect();
            let year = fields.year("year", &years, &mut errors);
            let today = desk.business_date();
            let decided_on = fields.required_day("decided_on", "決定日", today, &mut errors);
            let (Some(year), Some(decided_on), true) = (year, decided_on, errors.is_empty()) else {
                return show(desk, &fields, errors, StatusCode::UNPROCESSABLE_ENTITY);
            };
            let kind = RunKind::read(fields.text("kind"))
                .filter(|kind| kinds(desk).contains(kind))
                .unwrap_or(RunKind::Initial);
            let request = RunRequest {
                kind,
                rules: desk.rules(year)?,
                decided_on,
                chunk_households: CHUNK_HOUSEHOLDS,
                note: fields.text("note").chars().take(100).collect(),
            };
            let acting = desk.acting(fields.text("request_id"));
            let run_id = run::start(desk.store(), &permit, &acting, &request)?;
            calculate(desk.app(), run_id);
            Ok(answer::go(&format!("/runs/{run_id}")))
        })
        .await
}

/// Threads of a run beside the one that writes: one processor is left to the counter, one is that thread's own.
pub(crate) fn threads() -> usize {
    std::thread::available_parallelism().map_or(0, |cores| cores.get().saturating_sub(2))
}

/// Works on a run beside the pages, once at a time. Its job says how it went; a run that was killed is gone on
/// with from there.
pub(crate) fn beside(
    app: &App,
    run_id: i64,
    work: impl FnOnce(&App) -> Result<JobState, OfficeError> + Send + 'static,
) {
    if !app.working().insert(run_id) {
        return;
    }
    let app = app.clone();
    std::thread::spawn(move || {
        let done = catch_unwind(AssertUnwindSafe(|| work(&app)));
        app.working().remove(&run_id);
        match done {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => tracing::error!(run_id, error = %error, "work on a levy run failed"),
            Err(_) => tracing::error!(run_id, "work on a levy run panicked"),
        }
    });
}

/// Calculates a run.
pub(super) fn calculate(app: &App, run_id: i64) {
    beside(app, run_id, move |app| {
        let clock = app.config().clock;
        run::calculate(
            app.store(),
            run_id,
            threads(),
            &|| clock.now(),
            app.counter_first(),
        )
    });
}

/// Publishes a run.
pub(super) fn publish(app: &App, run_id: i64) {
    beside(app, run_id, move |app| {
        let clock = app.config().clock;
        let calendar = &app.office().calendar;
        publish::publish(
            app.store(),
            calendar,
            run_id,
            threads(),
            &|| clock.now(),
            app.counter_first(),
        )
    });
}

/// Takes a published run back.
pub(super) fn take_back(app: &App, run_id: i64) {
    beside(app, run_id, move |app| {
        let clock = app.config().clock;
        undo::carry_out(
            app.store(),
            run_id,
            threads(),
            &|| clock.now(),
            app.counter_first(),
        )
    });
}
