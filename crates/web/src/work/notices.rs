//! 通知書 — decided, printed, posted: the counts must agree.

use crate::answer;
use crate::desk::{Desk, Posted};
use crate::levy::runs;
use crate::registry::names;
use crate::security::random_token;
use crate::view::layout::Tone;
use crate::view::work::{NoticeBatch, NoticeRow, NoticesPage};
use axum::extract::{Path, Query};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use db::Conn;
use law::FiscalYear;
use law::rules::levy::LevyKind;
use office::OfficeError;
use office::levy::run::{self, RunState};
use office::notices::not_found::{self, KeptBack};
use office::notices::{self, Notice};
use office::security::permit::{Function, PrintNotice, ViewLevy};
use serde::Deserialize;
use std::collections::BTreeSet;

/// Notices on one page.
const PAGE: i64 = 50;

/// Which run, and where the list begins.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub struct Of {
    run: Option<i64>,
    #[serde(default)]
    after: i64,
}

/// 納入通知書, 納税通知書 and those of a change, as the municipality's levy is called.
#[must_use]
pub fn kind_ja(desk: &Desk, notice: &Notice) -> &'static str {
    let year = i16::try_from(notice.levy_year).ok().map(FiscalYear);
    let rules = year.and_then(|year| desk.app().rules(year));
    let tax = rules.is_some_and(|rules| rules.levy.kind == LevyKind::Tax);
    match (notice.kind.as_str(), tax) {
        ("initial", false) => "納入通知書",
        ("initial", true) => "納税通知書",
        ("change", false) => "変更決定通知書",
        ("change", true) => "更正決定通知書",
        _ => "通知書",
    }
}

/// A state in words, and how loudly it speaks.
#[must_use]
pub fn state_ja(state: &str) -> (&str, Tone) {
    match state {
        "decided" => ("未作成", Tone::Warn),
        "printed" => ("作成済", Tone::Info),
        "posted" => ("発送済", Tone::Good),
        "held" => ("送付止め", Tone::Bad),
        "void" => ("無効", Tone::Plain),
        other => (other, Tone::Plain),
    }
}

/// The page.
pub async fn page(desk: Desk, Query(of): Query<Of>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<ViewLevy>()?;
        desk.record(ViewLevy::CODE, None)?;
        let page = desk.store().read(|conn| gather(desk, conn, of))?;
        answer::page(&page)
    })
    .await
}

fn gather(desk: &Desk, conn: &mut Conn, of: Of) -> Result<NoticesPage, OfficeError> {
    let today = desk.business_date();
    let mut batches = Vec::new();
    let mut chosen = String::new();
    let published = run::list(conn)?
        .into_iter()
        .filter(|run| run.state == RunState::Published);
    for run in published.take(20) {
        let counts = notices::counts(conn, run.run_id)?;
        let kept = not_found::count(conn, today, run.run_id)?;
        let line = runs::line(&run);
        let title = format!("{} {} {}", line.short(), line.year, line.kind);
        if of.run == Some(run.run_id) {
            chosen.clone_from(&title);
        }
        batches.push(batch(&run, title, &counts, kept));
    }
    let rows = match of.run {
        Some(run) => notices::of_run(conn, run, of.after, PAGE)?,
        None => Vec::new(),
    };
    let kept: BTreeSet<i64> = match of.run {
        Some(run) => not_found::kept_back(conn, today, Some(run))?
            .iter()
            .map(|one| one.notice_id)
            .collect(),
        None => BTreeSet::new(),
    };
    let full = i64::try_from(rows.len()).is_ok_and(|count| count >= PAGE);
    let more_href = match (rows.last(), of.run) {
        (Some(last), Some(run)) if full => format!("/notices?run={run}&after={}", last.notice_id),
        _ => String::new(),
    };
    let names = names::people(
        conn,
        desk.business_date(),
        rows.iter().map(|row| row.addressee_id),
    )?;
    Ok(NoticesPage {
        page: desk.layout("通知書"),
        batches,
        chosen,
        rows: rows
            .iter()
            .map(|row| line(desk, row, &names, kept.contains(&row.notice_id)))
            .collect(),
        posted_href: match of.run {
            Some(run) if may_post(desk, conn, run)? => format!("/runs/{run}/posted"),
            _ => String::new(),
        },
        request_id: random_token()?,
        more_href,
    })
}

/// Whether the mailing of a run can be closed: everything decided that is not kept back is printed, and something waits to
/// go out.
fn may_post(desk: &Desk, conn: &mut Conn, run: i64) -> Result<bool, OfficeError> {
    let counts = notices::counts(conn, run)?;
    let kept = not_found::count(conn, desk.business_date(), run)?;
    let ready = counts.decided == kept.decided && counts.printed > kept.printed;
    Ok(desk.session().may(PrintNotice::CODE) && ready)
}

fn batch(run: &run::Run, title: String, counts: &notices::Counts, kept: KeptBack) -> NoticeBatch {
    let made = counts.printed + counts.posted - kept.printed;
    let waiting = counts.decided - kept.decided;
    let held = counts.held + kept.all();
    let decided = made + waiting + held;
    NoticeBatch {
        run: title,
        kind: run.kind.label_ja().to_owned(),
        decided,
        printed: made,
        posted: counts.posted,
        held,
        waiting,
        pages: counts.pages,
        href: format!("/notices?run={}", run.run_id),
    }
}

fn line(desk: &Desk, notice: &Notice, names: &names::Names, kept: bool) -> NoticeRow {
    let (state, tone) = if kept {
        (not_found::LABEL_JA, Tone::Bad)
    } else {
        state_ja(&notice.state)
    };
    NoticeRow {
        serial: notice.notice_id,
        href: format!("/notices/{}", notice.notice_id),
        addressee: names.person(notice.addressee_id),
        kind: kind_ja(desk, notice).to_owned(),
        pages: notice.pages,
        state: state.to_owned(),
        reason: notice.hold_reason.clone().unwrap_or_default(),
        tone,
        household_href: format!("/households/{}", notice.household_id),
        paper_href: if desk.app().office().paper.is_some()
            && desk.session().may(PrintNotice::CODE)
            && !kept
        {
            format!("/notices/{}/paper", notice.notice_id)
        } else {
            String::new()
        },
    }
}

/// 発送済 — closes the mailing of a run once everything decided is printed.
pub async fn posted(Path(run_id): Path<i64>, posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let permit = desk.permit::<PrintNotice>()?;
            let acting = desk.acting(fields.text("request_id"));
            notices::mark_posted(desk.store(), &permit, &acting, run_id)?;
            Ok(answer::go(&format!("/notices?run={run_id}")))
        })
        .await
}

/// The paper of a notice.
pub async fn paper(desk: Desk, Path(notice_id): Path<i64>) -> Response {
    desk.answer(move |desk| {
        let permit = desk.permit::<PrintNotice>()?;
        let found = desk.store().read(|conn| notices::find(conn, notice_id))?;
        let household = found.map(|notice| notice.household_id);
        desk.record(PrintNotice::CODE, household)?;
        let Some(make) = &desk.app().office().paper else {
            return Err(law::Refusal::new(
                "web.paper.missing",
                "このプログラムは書類の作成を含まずに作られています。管理者に問い合わせてください"
                    .to_owned(),
            )
            .into());
        };
        match make(desk.store(), &permit, &desk.acting(""), notice_id)? {
            Some(pdf) => Ok((
                [
                    (
                        header::CONTENT_TYPE,
                        HeaderValue::from_static("application/pdf"),
                    ),
                    (
                        header::CONTENT_DISPOSITION,
                        HeaderValue::from_static("inline; filename=\"notice.pdf\""),
                    ),
                ],
                pdf,
            )
                .into_response()),
            None => answer::not_found(desk, "この通知書"),
        }
    })
    .await
}
