//! 一つの賦課処理 — its progress, what it says, approval by a second person, publishing.

use super::{runs, words};
use crate::answer;
use crate::desk::Desk;
use crate::registry::names;
use crate::security::random_token;
use crate::view::chart::{Unit, singles};
use crate::view::run::{CountLine, HeldHousehold, RunHousehold, RunPage, TallyRow};
use crate::work::jobs;
use axum::extract::{Path, Query};
use axum::response::Response;
use db::Conn;
use law::Yen;
use office::OfficeError;
use office::levy::compare::{self, Totals};
use office::levy::run::{self, Run, RunState};
use office::levy::{Outcome, held, tally};
use office::security::permit::{ApproveLevy, Function, PublishLevy, RunLevy, ViewLevy};
use serde::Deserialize;

/// Households on one page.
const PAGE: i64 = 50;
/// No run has this number: comparing with it lists every household of the other run.
const NO_RUN: i64 = 0;

/// Where the list begins.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub struct After {
    #[serde(default)]
    after: i64,
}

/// The page of a run.
pub async fn page(desk: Desk, Path(run_id): Path<i64>, Query(after): Query<After>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<ViewLevy>()?;
        desk.record(ViewLevy::CODE, None)?;
        // Asked before the rows are read: who is no longer at work then has left its last row there.
        let working = desk.app().working().contains(&run_id);
        let page = desk
            .store()
            .read(|conn| gather(desk, conn, (run_id, working), after.after))?;
        match page {
            Some(page) => answer::page(&page),
            None => answer::not_found(desk, "この賦課処理"),
        }
    })
    .await
}

fn gather(
    desk: &Desk,
    conn: &mut Conn,
    (run_id, working): (i64, bool),
    after: i64,
) -> Result<Option<RunPage>, OfficeError> {
    let Some(run) = run::find(conn, run_id)? else {
        return Ok(None);
    };
    let job = jobs::of_run(conn, &run, working)?;
    let components = desk
        .app()
        .rules(run.levy_year)
        .map(|rules| words::components(&rules.levy))
        .unwrap_or_default();
    let calculated = run.state != RunState::Calculating;
    let totals = if calculated {
        compare::totals(conn, run_id)?
    } else {
        Totals::default()
    };
    let listed = if calculated {
        compare::changed(conn, NO_RUN, run_id, after, PAGE)?
    } else {
        Vec::new()
    };
    let outcomes: Vec<Outcome> = listed.into_iter().filter_map(|one| one.after).collect();
    let full = i64::try_from(outcomes.len()).is_ok_and(|count| count >= PAGE);
    let more_href = match outcomes.last() {
        Some(last) if full => format!("/runs/{run_id}?after={}", last.household_id),
        _ => String::new(),
    };
    let mut layout = desk.layout(&format!("賦課処理 {run_id}"));
    let running = job.as_ref().is_some_and(|job| job.running);
    layout.refresh = if running { 2 } else { 0 };
    let (approve, publish, blocked) = next_steps(desk, &run);
    let column_totals: Vec<Yen> = totals
        .parts
        .columns()
        .into_iter()
        .take(components.len())
        .collect();
    let revenue: Vec<(String, i64)> = components
        .iter()
        .cloned()
        .zip(column_totals.iter().map(|yen| yen.0))
        .collect();
    let others = run::list(conn)?;
    Ok(Some(RunPage {
        page: layout,
        run: runs::line(&run),
        job: job.filter(|job| job.running || !calculated || run.state == RunState::Publishing),
        chart: (calculated && !revenue.is_empty())
            .then(|| singles("revenue", "区分ごとの賦課額", Unit::Yen, &revenue)),
        counts: counts(&totals),
        checks: checks(&run),
        held: held_households(desk, conn, run_id)?,
        held_count: held::count(conn, run_id)?,
        tally: tally_rows(desk, conn, &run)?,
        tally_href: if calculated
            && desk.session().may(RunLevy::CODE)
            && tally::frozen(conn, run_id)?.is_empty()
        {
            format!("/runs/{run_id}/tally")
        } else {
            String::new()
        },
        undo_href: if run.state == RunState::Published && desk.session().may(PublishLevy::CODE) {
            format!("/runs/{run_id}/undo")
        } else {
            String::new()
        },
        households: households(desk, conn, &run, &outcomes, components.len())?,
        components,
        component_totals: column_totals,
        more_href,
        history: Vec::new(),
        approve_href: approve,
        publish_href: publish,
        blocked,
        resume_href: if !working
            && desk.session().may(RunLevy::CODE)
            && matches!(run.state, RunState::Calculating | RunState::Publishing)
        {
            format!("/runs/{run_id}/resume")
        } else {
            String::new()
        },
        cancel_href: if desk.session().may(RunLevy::CODE)
            && matches!(run.state, RunState::Calculated | RunState::Approved)
        {
            format!("/runs/{run_id}/cancel")
        } else {
            String::new()
        },
        compare_with: comparable(&run, &others),
        request_id: random_token()?,
    }))
}

fn counts(totals: &Totals) -> Vec<CountLine> {
    let line = |label: &str, count: i64, yen: Yen| CountLine {
        label: label.to_owned(),
        count,
        yen,
    };
    let mut lines: Vec<CountLine> = totals
        .tiers
        .iter()
        .map(|(tenths, count, yen)| match tenths {
            0 => line("軽減なし", *count, *yen),
            tenths => line(&words::reduction(*tenths), *count, *yen),
        })
        .collect();
    if totals.households > 0 {
        lines.push(line(
            "納付義務者の計",
            totals.households,
            totals.parts.total(),
        ));
        lines.push(CountLine {
            label: "限度額を超えて賦課しない額".to_owned(),
            count: 0,
            yen: totals.over_cap,
        });
    }
    lines
}

fn checks(run: &Run) -> Vec<(String, bool)> {
    let reached = |states: &[RunState]| states.contains(&run.state);
    let calculated = !reached(&[RunState::Calculating, RunState::Cancelled]);
    let approved = reached(&[
        RunState::Approved,
        RunState::Publishing,
        RunState::Published,
    ]);
    vec![
        ("全世帯の計算".to_owned(), calculated),
        ("別の職員による承認".to_owned(), approved),
        (
            "確定（調定・通知書）".to_owned(),
            run.state == RunState::Published,
        ),
    ]
}

/// Where approval and publishing go, or why they cannot be given now.
fn next_steps(desk: &Desk, run: &Run) -> (String, String, String) {
    let session = desk.session();
    let none = String::new;
    match run.state {
        RunState::Calculated if !session.may(ApproveLevy::CODE) => {
            (none(), none(), "承認は賦課責任者が行います。".to_owned())
        }
        RunState::Calculated if run.started_by == session.staff_id() => (
            none(),
            none(),
            "自分で始めた処理は承認できません。別の職員に依頼してください。".to_owned(),
        ),
        RunState::Calculated => (format!("/runs/{}/approve", run.run_id), none(), none()),
        RunState::Approved if !session.may(PublishLevy::CODE) => {
            (none(), none(), "確定は賦課責任者が行います。".to_owned())
        }
        RunState::Approved => (none(), format!("/runs/{}/publish", run.run_id), none()),
        _ => (none(), none(), none()),
    }
}

fn comparable(run: &Run, others: &[Run]) -> Vec<(String, String)> {
    others
        .iter()
        .filter(|other| other.run_id != run.run_id && other.levy_year == run.levy_year)
        .filter(|other| other.state != RunState::Calculating)
        .take(8)
        .map(|other| {
            let line = runs::line(other);
            let (first, second) = (run.run_id.min(other.run_id), run.run_id.max(other.run_id));
            (
                format!("{} {}（{}）", line.short(), line.kind, line.known),
                format!("/runs/compare?left={first}&right={second}"),
            )
        })
        .collect()
}

fn households(
    desk: &Desk,
    conn: &mut Conn,
    run: &Run,
    outcomes: &[Outcome],
    columns: usize,
) -> Result<Vec<RunHousehold>, OfficeError> {
    let today = desk.business_date();
    let names = names::people(conn, today, outcomes.iter().map(|one| one.liable_id))?;
    let households = outcomes.iter().map(|one| one.household_id);
    let numbers = names::household_numbers(conn, households, today)?;
    let line = |one: &Outcome| RunHousehold {
        household_id: one.household_id,
        number: numbers.get(&one.household_id).cloned().unwrap_or_default(),
        liable: names.person(one.liable_id),
        reduction: words::reduction(one.tenths),
        components: one.parts.columns().into_iter().take(columns).collect(),
        total: one.parts.total(),
        href: if run.state == RunState::Published {
            format!(
                "/households/{}/levy/{}?liable={}",
                one.household_id, run.levy_year.0, one.liable_id
            )
        } else {
            format!("/households/{}", one.household_id)
        },
    };
    Ok(outcomes.iter().map(line).collect())
}

/// The first of the households that wait; the rest follow once these are put right.
fn held_households(
    desk: &Desk,
    conn: &mut Conn,
    run_id: i64,
) -> Result<Vec<HeldHousehold>, OfficeError> {
    const SHOWN: usize = 100;
    let today = desk.business_date();
    held::list(conn, run_id, 0, i64::MAX)?
        .into_iter()
        .take(SHOWN)
        .map(|one| {
            let number = names::household_number(conn, one.household_id, today)?;
            Ok(HeldHousehold {
                number: if number.is_empty() {
                    format!("世帯番号{}", one.household_id)
                } else {
                    number
                },
                message: one.message,
                code: one.code,
                href: format!("/households/{}", one.household_id),
            })
        })
        .collect()
}

/// The kept tally, one row for each kind and tier, the components side by side.
fn tally_rows(desk: &Desk, conn: &mut Conn, run: &Run) -> Result<Vec<TallyRow>, OfficeError> {
    let lines = tally::frozen(conn, run.run_id)?;
    let codes: Vec<String> = desk
        .app()
        .rules(run.levy_year)
        .map(|rules| {
            rules
                .levy
                .components
                .iter()
                .map(|component| component.code.clone())
                .collect()
        })
        .unwrap_or_default();
    let mut kinds: Vec<(tally::Kind, i64)> =
        lines.keys().map(|key| (key.kind, key.tenths)).collect();
    kinds.sort_by_key(|(kind, tenths)| (*kind, -tenths));
    kinds.dedup();
    Ok(kinds
        .into_iter()
        .map(|(kind, tenths)| TallyRow {
            label: match tenths {
                0 => kind.label_ja().to_owned(),
                _ => format!("{}（{tenths}割軽減の世帯）", kind.label_ja()),
            },
            cells: codes
                .iter()
                .map(|code| {
                    let key = tally::LineKey {
                        component: code.clone(),
                        tenths,
                        kind,
                    };
                    let line = lines.get(&key).copied().unwrap_or_default();
                    let href = super::behind::href(run.run_id, &key);
                    (line.units, line.yen, href)
                })
                .collect(),
        })
        .collect())
}
