//! 最初の画面 — what waits for this member of staff.

use crate::answer;
use crate::desk::Desk;
use crate::levy::runs;
use crate::view::format::{count, year_ja};
use crate::view::home::{HomePage, Task, YearLine};
use crate::view::layout::Tone;
use crate::work::{held, jobs};
use axum::response::Response;
use db::Conn;
use office::eligibility::open_proposals;
use office::levy::run::{self, Run, RunState};
use office::notices::not_found;
use office::security::permit::{
    ApproveEligibility, ApproveLevy, Function, HandleWork, PublishLevy, SearchPerson, SettleHeld,
    ViewLevy,
};
use office::{OfficeError, notices, worklist};

/// The first page.
pub async fn page(desk: Desk) -> Response {
    desk.answer(|desk| {
        let page = desk.store().read(|conn| gather(desk, conn))?;
        answer::page(&page)
    })
    .await
}

fn gather(desk: &Desk, conn: &mut Conn) -> Result<HomePage, OfficeError> {
    let sees_levy = desk.session().may(ViewLevy::CODE);
    let sees_held = desk.session().may(SettleHeld::CODE);
    let runs = if sees_levy {
        run::list(conn)?
    } else {
        Vec::new()
    };
    let mut tasks = run_tasks(desk, &runs);
    tasks.extend(work_tasks(desk, conn)?);
    let today = desk.business_date();
    let mut years = Vec::new();
    for run in runs.iter().filter(|run| run.state == RunState::Published) {
        let counts = notices::counts(conn, run.run_id)?;
        let kept = not_found::count(conn, today, run.run_id)?;
        let unmade = counts.decided - kept.decided;
        if unmade > 0 {
            tasks.push(task("未作成の通知書", unmade, "件", "/notices", Tone::Warn));
        }
        // The mailing is closed, and these came back to it: their addressee is found, or a hold was released.
        let left = counts.printed - kept.printed;
        if counts.posted > 0 && left > 0 {
            let href = format!("/notices?run={}", run.run_id);
            tasks.push(task("発送していない通知書", left, "通", &href, Tone::Warn));
        }
        years.push(YearLine {
            year: format!("{} {}", year_ja(run.levy_year), run.kind.label_ja()),
            households: run.households,
            levied: run.total,
            notices: counts.printed + counts.posted,
            state: run.state.label_ja().to_owned(),
            href: format!("/runs/{}", run.run_id),
        });
    }
    if sees_levy {
        let kept = not_found::kept_back(conn, today, None)?;
        if let Some(first) = kept.first() {
            let number = i64::try_from(kept.len()).unwrap_or(i64::MAX);
            let label = format!("{}の通知書", not_found::LABEL_JA);
            let href = format!("/notices/{}", first.notice_id);
            tasks.push(task(&label, number, "通", &href, Tone::Warn));
        }
        let over = notices::hold::run_out(conn, desk.business_date(), 0)?;
        if let Some(first) = over.first() {
            let number = i64::try_from(over.len()).unwrap_or(i64::MAX);
            let href = format!("/notices/{}", first.notice_id);
            tasks.push(task("期限の過ぎた送付止め", number, "通", &href, Tone::Bad));
        }
    }
    if sees_held {
        let waiting = held::waiting(conn)?;
        if waiting > 0 {
            tasks.push(Task {
                label: "取込で保留・要確認の行".to_owned(),
                count: held::total(waiting),
                unit: String::new(),
                href: "/held".to_owned(),
                tone: Tone::Bad,
            });
        }
    }
    Ok(HomePage {
        page: desk.layout("ホーム"),
        tasks,
        years,
        sees_levy,
        jobs: if sees_levy {
            jobs::latest(desk.app(), conn, None, 8, desk.now())?
        } else {
            Vec::new()
        },
        may_search: desk.session().may(SearchPerson::CODE),
    })
}

/// What waits for the roles of this member of staff, kind by kind, and what is to be approved.
fn work_tasks(desk: &Desk, conn: &mut Conn) -> Result<Vec<Task>, OfficeError> {
    let session = desk.session();
    let mut tasks = Vec::new();
    if session.may(ApproveEligibility::CODE) {
        let waiting = i64::try_from(open_proposals(conn)?.len()).unwrap_or(i64::MAX);
        if waiting > 0 {
            tasks.push(task(
                "資格異動の承認待ち",
                waiting,
                "件",
                "/approvals",
                Tone::Warn,
            ));
        }
    }
    if !session.may(HandleWork::CODE) {
        return Ok(tasks);
    }
    let today = desk.business_date();
    for one in worklist::count_by_kind(conn, session.roles(), today)? {
        let tone = if one.overdue > 0 {
            Tone::Bad
        } else {
            Tone::Info
        };
        let label = if one.overdue > 0 {
            format!("{}（期限超過{}件）", one.label_ja, count(one.overdue))
        } else {
            one.label_ja.clone()
        };
        let href = format!("/work?of=all&kind={}", one.kind);
        tasks.push(task(&label, one.open, "件", &href, tone));
    }
    Ok(tasks)
}

fn task(label: &str, number: i64, unit: &str, href: &str, tone: Tone) -> Task {
    Task {
        label: label.to_owned(),
        count: count(number),
        unit: unit.to_owned(),
        href: href.to_owned(),
        tone,
    }
}

/// Runs that wait for approval or publishing by this member of staff, and those being worked on.
fn run_tasks(desk: &Desk, all: &[Run]) -> Vec<Task> {
    let session = desk.session();
    let mut tasks = Vec::new();
    for run in all {
        let (label, tone) = match run.state {
            RunState::Calculated
                if session.may(ApproveLevy::CODE) && run.started_by != session.staff_id() =>
            {
                ("承認を待っています", Tone::Warn)
            }
            RunState::Approved if session.may(PublishLevy::CODE) => {
                ("確定を待っています", Tone::Warn)
            }
            RunState::Calculating | RunState::Publishing => ("処理しています", Tone::Info),
            _ => continue,
        };
        let line = runs::line(run);
        let label = format!("{} {} {label}", line.year, line.kind);
        tasks.push(task(&label, run.households, "世帯", &line.href, tone));
    }
    tasks
}
