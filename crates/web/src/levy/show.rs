//! 賦課の画面: the amount, its instalments, its history and why.

use super::words;
use crate::answer;
use crate::desk::Desk;
use crate::registry::names::{self, Names};
use crate::view::format::{day_ja, year_ja};
use crate::view::levy::{DecisionLine, InstalmentLine, LedgerLine, LevyPage};
use crate::view::why::Why;
use axum::extract::{Path, Query};
use axum::response::Response;
use db::Conn;
use law::{FiscalYear, Yen};
use office::levy::decide::flags;
use office::levy::numbers::label_ja;
use office::levy::why::Explained;
use office::levy::{Decision, decision, why};
use office::notices::table::columns;
use office::security::permit::{Function, TrialLevy, ViewLevy};
use office::{OfficeError, ledger, notices};
use serde::Deserialize;

/// Which decision of the year.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub struct Which {
    /// 納付義務者; the first where it is not said.
    pub liable: Option<i64>,
    /// 回; the latest where it is not said.
    pub sequence: Option<i64>,
}

/// The levy page.
pub async fn page(
    desk: Desk,
    Path((household, year)): Path<(i64, i16)>,
    Query(which): Query<Which>,
) -> Response {
    desk.answer(move |desk| {
        desk.permit::<ViewLevy>()?;
        desk.record(ViewLevy::CODE, Some(household))?;
        let found = desk
            .store()
            .read(|conn| gather(desk, conn, household, FiscalYear(year), which))?;
        match found {
            Found::Page(page) => answer::page(page.as_ref()),
            Found::OtherYear(year) => Ok(answer::go(&format!(
                "/households/{household}/levy/{}",
                year.0
            ))),
            Found::Nothing => answer::not_found(desk, "この世帯の賦課の決定"),
        }
    })
    .await
}

/// What there is to show.
enum Found {
    Page(Box<LevyPage>),
    OtherYear(FiscalYear),
    Nothing,
}

fn gather(
    desk: &Desk,
    conn: &mut Conn,
    household: i64,
    year: FiscalYear,
    which: Which,
) -> Result<Found, OfficeError> {
    let all = decision::history(conn, household)?;
    let of_year: Vec<&Decision> = all.iter().filter(|one| one.levy_year == year).collect();
    let liable = which
        .liable
        .or_else(|| of_year.first().map(|one| one.outcome.liable_id));
    let mut own: Vec<&Decision> = of_year
        .into_iter()
        .filter(|one| Some(one.outcome.liable_id) == liable)
        .collect();
    own.sort_by_key(|one| one.sequence);
    let shown = match which.sequence {
        Some(sequence) => own.iter().find(|one| one.sequence == sequence),
        None => own.last(),
    };
    let Some(shown) = shown.copied() else {
        // Asked for the year as such, the latest that was levied is meant.
        let latest = all.iter().map(|one| one.levy_year).max();
        return Ok(match latest.filter(|latest| *latest != year) {
            Some(latest) if which.liable.is_none() => Found::OtherYear(latest),
            _ => Found::Nothing,
        });
    };
    let names = names::of(conn, desk.business_date(), &all)?;
    let mut layout = desk.layout(&format!("{}の賦課", year_ja(year)));
    layout.subject = crate::registry::household::subject(desk, conn, household, "levy")?;
    // Broken reasons are an alarm on the page, not the end of the page.
    let (explained, alarm) = match why::explain(conn, shown) {
        Ok(explained) => (explained, String::new()),
        Err(OfficeError::Bug(message)) => (Vec::new(), message),
        Err(OfficeError::Refusal(refusal)) => (Vec::new(), refusal.to_string()),
        Err(other) => return Err(other),
    };
    let (instalments, instalment_sum) = instalments(desk, conn, shown)?;
    let rules = desk.app().rules(year).map(|rules| &rules.levy);
    let amounts = match explained.first() {
        Some(one) => {
            let (columns, sum) = columns(&one.rules, &explained, shown.outcome.parts);
            vec![words::decided(&columns, &sum, shown.outcome.tenths)]
        }
        None => Vec::new(),
    };
    let may_preview = desk.session().may(TrialLevy::CODE);
    let paper = notices::of_household(conn, household)?
        .into_iter()
        .find(|notice| notice.decision_id == shown.decision_id);
    Ok(Found::Page(Box::new(LevyPage {
        page: layout,
        year: year_ja(year),
        kind: rules.map_or_else(String::new, |rules| rules.kind.name_ja().to_owned()),
        liable: names.person(shown.outcome.liable_id),
        decisions: decisions(&own, shown),
        total: shown.outcome.parts.total(),
        amounts,
        instalments,
        instalment_sum,
        columns: rules.map(words::components).unwrap_or_default(),
        ledger: booked(conn, shown)?,
        why: reasons(&explained, &names),
        alarm,
        years: years(&all, household, year),
        preview_href: if may_preview {
            format!("/households/{household}/preview")
        } else {
            String::new()
        },
        paper_href: match (paper, &desk.app().office().paper) {
            (Some(notice), Some(_)) => format!("/notices/{}/paper", notice.notice_id),
            _ => String::new(),
        },
        draft: rules.is_some_and(|rules| rules.status == law::rules::levy::Status::Draft),
        cancelled: shown.outcome.flags & flags::CANCELLED != 0,
        income_unknown: shown.outcome.flags & (flags::UNFILED | flags::INQUIRY) != 0,
    })))
}

fn decisions(own: &[&Decision], shown: &Decision) -> Vec<DecisionLine> {
    let mut lines = Vec::new();
    let mut before = Yen::ZERO;
    for one in own {
        let total = one.outcome.parts.total();
        lines.push(DecisionLine {
            sequence: one.sequence,
            decided: day_ja(one.decided_on),
            reason: one.reason.clone(),
            total,
            change: total - before,
            barred: one.barred,
            href: format!(
                "/households/{}/levy/{}?liable={}&sequence={}",
                one.outcome.household_id, one.levy_year.0, one.outcome.liable_id, one.sequence
            ),
            current: one.decision_id == shown.decision_id,
        });
        before = total;
    }
    lines.reverse();
    lines
}

fn instalments(
    desk: &Desk,
    conn: &mut Conn,
    shown: &Decision,
) -> Result<(Vec<InstalmentLine>, Yen), OfficeError> {
    let today = desk.business_date();
    let columns = desk
        .app()
        .rules(shown.levy_year)
        .map_or(0, |rules| rules.levy.components.len());
    let charged = ledger::charged(conn, shown.outcome.household_id, shown.levy_year.0)?;
    let own = || {
        charged
            .iter()
            .filter(|line| line.debtor_id == shown.outcome.liable_id)
    };
    let lines = own()
        .map(|line| InstalmentLine {
            label: label_ja(line.instalment),
            due: day_ja(line.due_on),
            method: line.method.label_ja().to_owned(),
            parts: line.parts.columns().into_iter().take(columns).collect(),
            amount: line.parts.total(),
            state: if line.due_on < today {
                "納期限後"
            } else {
                "納期限前"
            }
            .to_owned(),
        })
        .collect();
    Ok((lines, own().map(|line| line.parts.total()).sum()))
}

/// What was booked to the liable person, newest first.
fn booked(conn: &mut Conn, shown: &Decision) -> Result<Vec<LedgerLine>, OfficeError> {
    let entries = ledger::entries(conn, shown.outcome.household_id, shown.levy_year.0)?;
    Ok(entries
        .into_iter()
        .filter(|entry| entry.debtor_id == shown.outcome.liable_id)
        .map(|entry| LedgerLine {
            when: day_ja(entry.posted_on),
            what: if entry.note.is_empty() {
                "賦課決定の調定".to_owned()
            } else {
                entry.note
            },
            instalment: label_ja(entry.instalment),
            debit: entry.debit.label_ja().to_owned(),
            credit: entry.credit.label_ja().to_owned(),
            amount: entry.parts.total(),
            act: entry.act_id,
        })
        .collect())
}

/// The trees of each stretch of liability, with names.
pub(crate) fn reasons(explained: &[Explained], names: &Names) -> Vec<Why> {
    explained
        .iter()
        .flat_map(|one| {
            let people: Vec<String> = one
                .members
                .iter()
                .map(|member| names.person(member.person_id))
                .collect();
            let mut why = words::why(&one.rules.levy, &one.reasoned, &people);
            why.extend(words::relief(one));
            why
        })
        .collect()
}

fn years(all: &[Decision], household: i64, current: FiscalYear) -> Vec<(String, String, bool)> {
    let mut years: Vec<FiscalYear> = all.iter().map(|one| one.levy_year).collect();
    years.sort_unstable();
    years.dedup();
    years
        .into_iter()
        .rev()
        .map(|year| {
            (
                year_ja(year),
                format!("/households/{household}/levy/{}", year.0),
                year == current,
            )
        })
        .collect()
}
