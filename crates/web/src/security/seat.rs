//! 窓口の選択 — at which of several counters somebody sits today. Asked after log-in, before any other page opens.

use super::local;
use crate::answer;
use crate::desk::{Desk, Posted};
use crate::fields::{Fields, note};
use crate::view::FieldError;
use crate::view::cards::{Card, CardsPage};
use crate::view::entry::{Choice, Field, Form, Input};
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use office::OfficeError;
use office::security::seat;

/// The question.
pub async fn page(desk: Desk, Query(asked): Query<Vec<(String, String)>>) -> Response {
    desk.answer(move |desk| {
        desk.record("own", None)?;
        show(desk, &Fields::new(asked), Vec::new())
    })
    .await
}

fn show(desk: &Desk, fields: &Fields, errors: Vec<FieldError>) -> Result<Response, OfficeError> {
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let session = desk.session();
    let choices: Vec<Choice> = session
        .places()
        .iter()
        .map(|place| {
            let name = seat::name_ja(place).to_owned();
            (name.clone(), name)
        })
        .collect();
    let mut layout = desk.layout("窓口の選択");
    layout.errors = errors;
    let mut page = CardsPage::new(layout, "窓口の選択");
    page.aside = "処理は、ここで選んだ窓口のものとして記録されます".to_owned();
    let mut card = Card::new("", "w6");
    let now = seat::name_ja(session.ward());
    card.form = Some(
        Form::post("/me/seat")
            .fields(vec![
                Field::new(Input::Choice(choices), "place", "きょう着く窓口", now).first(),
            ])
            .hide("next", &local(fields.text("next")))
            .button("この窓口に着く", "sit", "main"),
    );
    page.cards.push(card);
    answer::page_with(status, &page)
}

/// The answer.
pub async fn sit(posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let acting = desk.acting("");
            let chosen = desk.store().write(|conn| {
                let whose = (desk.session(), desk.token());
                seat::sit(conn, &acting, whose, fields.text("place"))
            });
            match chosen {
                Ok(()) => {
                    desk.leads_on();
                    Ok(answer::go(&local(fields.text("next"))))
                }
                Err(OfficeError::Input { field, message }) => {
                    let mut errors = Vec::new();
                    note(&mut errors, "place", &format!("{field}: {message}"));
                    show(desk, &fields, errors)
                }
                Err(other) => Err(other),
            }
        })
        .await
}
