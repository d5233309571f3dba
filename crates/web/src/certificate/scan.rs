//! 読取 — returned and delivered letters closed by scanning the code of the paper, one after another.

use super::application::is_about_it;
use crate::answer;
use crate::desk::{Desk, Posted};
use crate::fields::note;
use crate::security::random_token;
use crate::view::FieldError;
use crate::view::cards::{Card, CardsPage};
use crate::view::entry::{Choice, Field, Form, Input};
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use office::OfficeError;
use office::certificate::{deliver, find};
use office::security::permit::{Function, IssueCertificate};
use serde::{Deserialize, Serialize};

fn kinds() -> Vec<Choice> {
    [
        ("came_back", "返戻"),
        ("delivered", "配達済"),
        ("open", "証を開く"),
    ]
    .map(|(code, label)| (code.to_owned(), label.to_owned()))
    .to_vec()
}

/// The address after a code: what was done last, sealed; a reason may say where somebody lives.
#[derive(Debug, Default, Deserialize)]
pub struct Address {
    #[serde(default)]
    done: String,
}

/// What was done last, and what the form goes on with.
#[derive(Debug, Default, Deserialize, Serialize)]
struct Last {
    paper: i64,
    what: String,
    reason: Option<String>,
}

/// The page; what was last scanned is said at the top.
pub async fn page(desk: Desk, Query(address): Query<Address>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<IssueCertificate>()?;
        let last = desk.unsealed(&address.done).unwrap_or_default();
        show(desk, &last, Vec::new())
    })
    .await
}

fn show(desk: &Desk, last: &Last, errors: Vec<FieldError>) -> Result<Response, OfficeError> {
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let mut layout = desk.layout("読取");
    layout.errors = errors;
    if let Some(paper) = desk.store().read(|conn| find::get(conn, last.paper))? {
        desk.record(IssueCertificate::CODE, Some(paper.person_id))?;
        layout.done = format!(
            "{} {} {} を「{}」にしました。",
            paper.title,
            paper.number,
            paper.face_name,
            paper.place.label_ja()
        );
    }
    let reason = last.reason.as_deref().unwrap_or("あて所に尋ねあたらない");
    let mut page = CardsPage::new(layout, "証の読取");
    let mut card = Card::new("", "w8");
    card.form = Some(
        Form::post("/certificates/scan")
            .fields(vec![
                Field::new(Input::Text, "code", "読取符号", "")
                    .first()
                    .hint("読取機で読むか、番号を入れて Enter"),
                Field::new(Input::Choice(kinds()), "what", "処理", &last.what),
                Field::new(Input::Text, "reason", "返戻の理由", reason),
            ])
            .hide("request_id", &random_token()?)
            .button("登録する", "scan", "main"),
    );
    page.cards.push(card);
    answer::page_with(status, &page)
}

/// One code.
pub async fn send(posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let permit = desk.permit::<IssueCertificate>()?;
            let acting = desk.acting(fields.text("request_id"));
            let (code, reason, store) = (fields.text("code"), fields.text("reason"), desk.store());
            desk.record(IssueCertificate::CODE, None)?;
            let done = match fields.text("what") {
                "open" => {
                    let found = store.read(|conn| find::by_scan(conn, code));
                    match found {
                        Ok(paper) => {
                            let href = format!("/certificates/{}", paper.certificate_id);
                            return Ok(answer::go(&href));
                        }
                        Err(error) => Err(error),
                    }
                }
                "delivered" => deliver::delivered(store, &permit, &acting, code),
                _ => deliver::came_back(store, &permit, &acting, (code, reason)),
            };
            let mut errors = Vec::new();
            let again = Last {
                paper: 0,
                what: fields.text("what").to_owned(),
                reason: Some(reason.to_owned()),
            };
            match done {
                Ok(paper) => {
                    let paper = paper.certificate_id;
                    let done = desk.sealed(&Last { paper, ..again })?;
                    return Ok(answer::go(&format!("/certificates/scan?done={done}")));
                }
                Err(OfficeError::Input { field, message }) => {
                    note(&mut errors, "reason", &format!("{field}: {message}"));
                }
                Err(OfficeError::Refusal(refusal))
                    if is_about_it(&refusal) || refusal.code.ends_with(".unknown") =>
                {
                    note(&mut errors, "code", &refusal.to_string());
                }
                Err(other) => return Err(other),
            }
            show(desk, &again, errors)
        })
        .await
}
