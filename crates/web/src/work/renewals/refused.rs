//! 証を作れない人 — for whom a renewal makes no paper and why, and who is kept out of it.

use super::pull::{all_form, one_form};
use crate::answer;
use crate::desk::Desk;
use crate::fields::Fields;
use crate::registry::names;
use crate::security::random_token;
use crate::view::FieldError;
use crate::view::cards::{Action, Card, CardsPage, Cell, Note, Table};
use crate::view::format::count;
use crate::view::layout::Tone;
use crate::work::{household, person};
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use db::Conn;
use office::OfficeError;
use office::certificate::run::{self as renewal, Run, RunState};
use office::certificate::run_mail;
use office::certificate::run_pull::{self, Pull};
use office::certificate::run_refused::{Reason, reason_ja, reasons};
use office::security::permit::{ApproveCertificate, Function, RunRenewal};
use serde::Deserialize;

/// Lines on one page.
const PAGE: usize = 50;

/// Which reason, and where the list begins.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Of {
    #[serde(default)]
    pub(super) reason: String,
    #[serde(default)]
    home: i64,
    #[serde(default)]
    after: i64,
}

/// Those for whom no paper can be made.
pub async fn refused(desk: Desk, Path(id): Path<i64>, Query(of): Query<Of>) -> Response {
    desk.answer(move |desk| show(desk, id, &of, &Fields::default(), Vec::new()))
        .await
}

pub(super) fn show(
    desk: &Desk,
    id: i64,
    of: &Of,
    fields: &Fields,
    errors: Vec<FieldError>,
) -> Result<Response, OfficeError> {
    desk.permit_either::<RunRenewal, ApproveCertificate>()?;
    let (run, reasons, pulls) = desk.store().read(|conn| {
        Ok::<_, OfficeError>((
            renewal::require(conn, id)?,
            reasons(conn, id)?,
            run_pull::pulls(conn, id)?,
        ))
    })?;
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let mut layout = desk.layout("証を作れない人");
    layout.errors = errors;
    let mut page = CardsPage::new(layout, &format!("一斉更新{id}　証を作れない人と抜取"));
    page.badges = vec![crate::view::Badge::new(
        run.state.label_ja(),
        Tone::Info,
        "",
    )];
    let open = run.state == RunState::Calculated && desk.session().may(RunRenewal::CODE);
    if run.state != RunState::Calculated {
        page.notes.push(Note::new(
            Tone::Info,
            "",
            vec!["抜取とその取消は、作成が終わってから承認するまでの間にできます。".to_owned()],
        ));
    }
    let mut counts = by_reason(id, &reasons);
    counts.actions = vec![Action::link("更新へ戻る", &format!("/renewals/{id}"))];
    page.cards.push(counts);
    if open {
        page.cards.push(one_form(&run, fields)?);
        if let Some(card) = all_form(&run, &reasons, of, fields)? {
            page.cards.push(card);
        }
    }
    desk.store().read(|conn| {
        page.cards.push(people(desk, conn, &run, (of, &pulls))?);
        page.cards.push(standing(desk, conn, (&run, open), &pulls)?);
        Ok::<_, OfficeError>(())
    })?;
    answer::page_with(status, &page)
}

/// 作れない理由 with how many have it and how many of them were pulled out; each leads to its list.
pub(super) fn by_reason(id: i64, reasons: &[Reason]) -> Card {
    let mut table = Table::new("証を作れない人", &["理由", "#人数", "#抜取済"]);
    for one in reasons {
        let href = format!(
            "/renewals/{id}/refused?reason={}",
            answer::percent(&one.code)
        );
        table.row(vec![
            reason_ja(&one.code).into(),
            Cell::link(&count(one.persons), &href),
            count(one.pulled).into(),
        ]);
    }
    let mut card = Card::new("証を作れない人", "w4").with_table(table, "作れない人はいません。");
    card.actions = vec![Action::link(
        "一覧・抜取",
        &format!("/renewals/{id}/refused"),
    )];
    card
}

fn people(
    desk: &Desk,
    conn: &mut Conn,
    run: &Run,
    (of, pulls): (&Of, &[Pull]),
) -> Result<Card, OfficeError> {
    let id = run.run_id;
    let rows = run_mail::refused_for(conn, id, &of.reason, (of.home, of.after))?;
    let names = names::people(
        conn,
        desk.business_date(),
        rows.iter().map(|row| row.person_id),
    )?;
    let mut table = Table::new(
        "証を作れない人",
        &["人", "国保世帯", "理由", "作れないわけ", "抜取"],
    );
    for row in &rows {
        let pulled = pulls
            .iter()
            .any(|pull| pull.holds(row.household_id, row.person_id));
        table.row(vec![
            person(&names, row.person_id),
            household(row.household_id),
            reason_ja(&row.code).into(),
            row.reason.as_str().into(),
            if pulled {
                Cell::badge("抜取済", Tone::Info)
            } else {
                Cell::default()
            },
        ]);
    }
    if let Some(last) = rows.last().filter(|_| rows.len() >= PAGE) {
        table.more_href = format!(
            "/renewals/{id}/refused?reason={}&home={}&after={}",
            answer::percent(&of.reason),
            last.household_id,
            last.person_id
        );
    }
    let title = if of.reason.is_empty() {
        "証を作れない人の一覧".to_owned()
    } else {
        format!("証を作れない人の一覧（{}）", reason_ja(&of.reason))
    };
    let mut card = Card::new(&title, "w12").with_table(table, "この理由で作れない人はいません。");
    if !of.reason.is_empty() {
        card.actions = vec![Action::link(
            "すべての理由",
            &format!("/renewals/{id}/refused"),
        )];
    }
    Ok(card)
}

/// The pull-outs that stand, each with its way back while there is one.
fn standing(
    desk: &Desk,
    conn: &mut Conn,
    (run, open): (&Run, bool),
    pulls: &[Pull],
) -> Result<Card, OfficeError> {
    let numbers = pulls.iter().map(|pull| pull.person_id);
    let names = names::people(
        conn,
        desk.business_date(),
        numbers.filter(|number| *number != 0),
    )?;
    let mut table = Table::new("抜取", &["人", "国保世帯", "抜取の理由"]);
    for pull in pulls {
        let who = if pull.person_id == 0 {
            "世帯の全員".into()
        } else {
            person(&names, pull.person_id)
        };
        let row = table.row(vec![
            who,
            household(pull.household_id),
            pull.reason.as_str().into(),
        ]);
        if open {
            row.actions.push(Action::post(
                "取消",
                &format!("/renewals/{}/refused", run.run_id),
                &[
                    ("do", "release"),
                    ("pull", &pull.pull_id.to_string()),
                    ("request_id", &random_token()?),
                ],
            ));
        }
    }
    let title = format!("抜取（{}件）", pulls.len());
    Ok(Card::new(&title, "w12").with_table(table, "抜取はありません。"))
}
