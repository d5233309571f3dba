//! 承認待ち — requests that a second person looks at: what they would do now, approved or sent back.

use super::{consequence, with_books};
use crate::answer;
use crate::desk::{Desk, Posted};
use crate::fields::note;
use crate::registry::names;
use crate::security::random_token;
use crate::view::FieldError;
use crate::view::cards::{Action, Card, CardsPage, Cell, Note, Table};
use crate::view::entry::{Field, Form, Input};
use crate::view::format::{day_ja, moment_ja};
use crate::view::layout::Tone;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use office::eligibility::{NewEvent, Proposal, approve, open_proposals, preview, proposal, reject};
use office::security::permit::ApproveEligibility;
use office::{OfficeError, trail};

/// The list.
pub async fn page(desk: Desk) -> Response {
    desk.answer(|desk| {
        desk.permit::<ApproveEligibility>()?;
        desk.record("eligibility.approve", None)?;
        let mut table = Table::new(
            "承認待ち",
            &[
                "#番号",
                "登録日時",
                "登録した職員",
                "異動",
                "承認が要る理由",
            ],
        );
        desk.store().read(|conn| {
            for one in open_proposals(conn)? {
                let by = trail::find(conn, one.act_id)?;
                table.row(vec![
                    Cell::link(
                        &one.proposal_id.to_string(),
                        &format!("/approvals/{}", one.proposal_id),
                    ),
                    moment_ja(one.recorded_at).into(),
                    by.map_or_else(String::new, |act| act.staff_name).into(),
                    summary(desk, &one.request.events)?.into(),
                    one.why.join("、").into(),
                ]);
            }
            Ok::<_, OfficeError>(())
        })?;
        let mut page = CardsPage::new(desk.layout("承認待ち"), "資格異動の承認待ち");
        page.cards
            .push(Card::new("", "w12").with_table(table, "承認を待つ異動はありません。"));
        answer::page(&page)
    })
    .await
}

fn summary(desk: &Desk, events: &[NewEvent]) -> Result<String, OfficeError> {
    let rules = desk.book()?.eligibility();
    let all: Vec<String> = events
        .iter()
        .map(|event| {
            let name = rules
                .cause(&event.cause, event.occurred_on)
                .map_or(event.cause.as_str(), |cause| cause.name_ja.as_str());
            format!("{} {name}", day_ja(event.occurred_on))
        })
        .collect();
    Ok(if all.is_empty() {
        "取消".to_owned()
    } else {
        all.join("、")
    })
}

/// One request, with what it would do now.
pub async fn one(desk: Desk, Path(id): Path<i64>) -> Response {
    desk.answer(move |desk| show(desk, id, Vec::new())).await
}

fn show(desk: &Desk, id: i64, errors: Vec<FieldError>) -> Result<Response, OfficeError> {
    let permit = desk.permit::<ApproveEligibility>()?;
    let Some(found) = desk.store().read(|conn| proposal(conn, id))? else {
        return answer::not_found(desk, "この承認待ち");
    };
    let person = found.request.events.iter().find_map(NewEvent::person_id);
    desk.record("eligibility.approve", person)?;
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let mut layout = desk.layout("承認待ち");
    layout.errors = errors;
    let mut page = CardsPage::new(layout, &format!("資格異動の承認 {id}"));
    page.cards.push(facts(desk, &found)?);
    if found.approved.is_none() {
        let consequences = with_books(desk, |books| {
            preview(
                desk.store(),
                &permit,
                &desk.acting(""),
                &found.request,
                books,
            )
        });
        match consequences {
            Ok(consequences) => {
                let mut shown = consequence::shown(desk, &consequences)?;
                page.notes.append(&mut shown.notes);
                page.blocks.append(&mut shown.blocks);
                page.cards.append(&mut shown.cards);
            }
            Err(OfficeError::Conflict(message)) => page.notes.push(Note::new(
                Tone::Bad,
                "登録した後に変わっています",
                vec![message],
            )),
            Err(OfficeError::Refusal(refusal)) => page.notes.push(Note::new(
                Tone::Bad,
                "このままでは承認できません",
                vec![refusal.to_string()],
            )),
            Err(other) => return Err(other),
        }
        page.cards.push(ruling(desk, &found)?);
    }
    answer::page_with(status, &page)
}

fn facts(desk: &Desk, found: &Proposal) -> Result<Card, OfficeError> {
    let mut card = Card::new("登録された内容", "w12");
    desk.store().read(|conn| {
        let by = trail::find(conn, found.act_id)?;
        card.fact(
            "登録した職員",
            by.map_or_else(String::new, |act| act.staff_name),
        );
        card.fact("登録日時", moment_ja(found.recorded_at));
        card.fact("異動", summary(desk, &found.request.events)?);
        let ids: Vec<i64> = found
            .request
            .events
            .iter()
            .filter_map(NewEvent::person_id)
            .collect();
        let names = names::people(conn, desk.business_date(), ids.iter().copied())?;
        for id in ids {
            card.fact(
                "対象者",
                Cell::link(&names.person(id), &format!("/people/{id}")),
            );
        }
        for id in &found.request.undo {
            card.fact("取り消す異動", format!("異動番号{id}"));
        }
        card.fact("備考", found.request.note.as_str());
        for ground in found.request.events.iter().filter_map(|one| one.excepted()) {
            card.fact(super::residence::MINISTER, ground);
        }
        card.fact("承認が要る理由", found.why.join("、"));
        card.fact(
            "状態",
            match found.approved {
                None => Cell::badge("承認待ち", Tone::Warn),
                Some(true) => Cell::badge("承認済", Tone::Good),
                Some(false) => Cell::badge("却下", Tone::Bad),
            },
        );
        card.fact("承認者の記載", found.ruling_note.as_str());
        Ok::<_, OfficeError>(())
    })?;
    Ok(card)
}

fn ruling(desk: &Desk, found: &Proposal) -> Result<Card, OfficeError> {
    let mut card = Card::new("裁定", "w12");
    if found.staff_id == desk.session().staff_id() {
        card.empty = "自分で登録したものは承認できません。別の職員に依頼してください。".to_owned();
        card.actions.push(Action::link("一覧へ", "/approvals"));
        return Ok(card);
    }
    card.form = Some(
        Form::post(&format!("/approvals/{}", found.proposal_id))
            .fields(vec![
                Field::new(Input::Text, "note", "承認者の記載（却下のときは理由）", "").wide(),
            ])
            .hide("request_id", &random_token()?)
            .button("承認する", "approve", "main")
            .button("却下する", "reject", "danger")
            .back("一覧へ", "/approvals"),
    );
    Ok(card)
}

/// Approves or sends back.
pub async fn rule(Path(id): Path<i64>, posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let permit = desk.permit::<ApproveEligibility>()?;
            let acting = desk.acting(fields.text("request_id"));
            let words = fields.text("note");
            let done = if fields.text("do") == "reject" {
                reject(desk.store(), &permit, &acting, id, words)
            } else {
                with_books(desk, |books| {
                    approve(desk.store(), &permit, &acting, id, words, books)
                })
                .map(|_| ())
            };
            match done {
                Ok(()) => Ok(answer::go(&format!("/approvals/{id}"))),
                Err(OfficeError::Input { field, message }) => {
                    let mut errors = Vec::new();
                    note(&mut errors, "note", &format!("{field}: {message}"));
                    show(desk, id, errors)
                }
                Err(other) if answer::is_repeated_order(&other) => {
                    Ok(answer::go(&format!("/approvals/{id}")))
                }
                Err(other) => Err(other),
            }
        })
        .await
}
