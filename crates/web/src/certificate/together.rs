//! まとめて交付した証 — the papers of one act: printed as one PDF, and handed over or mailed together.

use super::act::print_out;
use super::application::is_about_it;
use super::table;
use crate::answer;
use crate::desk::{Desk, Posted};
use crate::fields::{Fields, note};
use crate::registry::household;
use crate::security::random_token;
use crate::view::FieldError;
use crate::view::cards::{Action, Card, CardsPage};
use crate::view::entry::{Choice, Field, Form, Input};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use law::certificate::{MailClass, Place};
use office::certificate::{Certificate, deliver, find};
use office::security::permit::{Function, IssueCertificate, PrintNotice, ViewHousehold};
use office::{Acting, OfficeError};

/// The papers of an act; a single one has its own page.
pub async fn page(desk: Desk, Path(act): Path<i64>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<ViewHousehold>()?;
        show(desk, act, &Fields::new(Vec::new()), Vec::new())
    })
    .await
}

fn show(
    desk: &Desk,
    act: i64,
    fields: &Fields,
    errors: Vec<FieldError>,
) -> Result<Response, OfficeError> {
    let all = desk.store().read(|conn| find::by_act(conn, act))?;
    let first = match all.as_slice() {
        [] => return Ok(answer::go(&format!("/acts/{act}"))),
        [one] => return Ok(answer::go(&format!("/certificates/{}", one.certificate_id))),
        [first, ..] => first,
    };
    for one in &all {
        desk.record(ViewHousehold::CODE, Some(one.person_id))?;
    }
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let mut layout = desk.layout("交付した証");
    layout.subject = desk
        .store()
        .read(|conn| household::subject(desk, conn, first.household_id, "certificates"))?;
    layout.errors = errors;
    let mut page = CardsPage::new(layout, &format!("交付した証 {}通", all.len()));
    let mut card = Card::new("", "w12").with_table(table(desk, &all), "");
    if desk.app().office().certificate_paper.is_some() && desk.session().may(PrintNotice::CODE) {
        let href = format!("/certificates/of-act/{act}/paper");
        let link = Action::link("まとめて印刷する（PDF）", &href);
        card.actions.push(link.main());
    }
    let home = format!("/households/{}/certificates", first.household_id);
    card.actions.push(Action::link("この世帯の証へ", &home));
    page.cards.push(card);
    page.cards.extend(next(desk, act, fields, &all)?);
    answer::page_with(status, &page)
}

fn choices(all: &[(&str, &str)]) -> Vec<Choice> {
    all.iter()
        .map(|(code, label)| ((*code).to_owned(), (*label).to_owned()))
        .collect()
}

/// What can be done with all of them now.
fn next(
    desk: &Desk,
    act: i64,
    fields: &Fields,
    all: &[Certificate],
) -> Result<Option<Card>, OfficeError> {
    let session = desk.session();
    let mut what = Vec::new();
    let every = |place: Place| all.iter().all(|one| one.place == place);
    if every(Place::Decided) && session.may(PrintNotice::CODE) {
        what.push(("print", "01 印刷した（用紙の様式を読み取る）"));
    }
    if every(Place::Office) && session.may(IssueCertificate::CODE) {
        what.push(("hand", "02 窓口で渡した"));
        what.push(("mail", "03 普通郵便で発送した"));
    }
    if what.is_empty() {
        return Ok(None);
    }
    let mut card = Card::new("まとめて処理", "w12");
    card.form = Some(
        Form::post(&format!("/certificates/of-act/{act}"))
            .fields(vec![
                Field::new(
                    Input::Choice(choices(&what)),
                    "what",
                    "処理",
                    fields.text("what"),
                ),
                Field::new(
                    Input::Text,
                    "words",
                    "用紙の様式・受取人",
                    fields.text("words"),
                )
                .hint("印刷は用紙の様式番号（空白で区切って幾つでも）、窓口は受取人"),
            ])
            .hide("request_id", &random_token()?)
            .button("登録する", "confirm", ""),
    );
    Ok(Some(card))
}

/// What was ordered for all of them. Each paper is a step of its own; sent again, none is taken twice.
pub async fn carry_out(Path(act): Path<i64>, posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            desk.permit::<IssueCertificate>()?;
            let all = desk.store().read(|conn| find::by_act(conn, act))?;
            let mut errors = Vec::new();
            for one in &all {
                desk.record(IssueCertificate::CODE, Some(one.person_id))?;
                let request = format!("{}-{}", fields.text("request_id"), one.certificate_id);
                match order(desk, &desk.acting(&request), one, &fields) {
                    Ok(()) => {}
                    Err(OfficeError::Input { field, message }) => {
                        let message = format!("{} {field}: {message}", one.face_name);
                        note(&mut errors, "words", &message);
                        break;
                    }
                    Err(OfficeError::Refusal(refusal)) if is_about_it(&refusal) => {
                        note(
                            &mut errors,
                            "words",
                            &format!("{} {refusal}", one.face_name),
                        );
                        break;
                    }
                    Err(other) => return Err(other),
                }
            }
            if errors.is_empty() {
                return Ok(answer::go(&format!("/certificates/of-act/{act}")));
            }
            show(desk, act, &fields, errors)
        })
        .await
}

fn order(
    desk: &Desk,
    acting: &Acting,
    one: &Certificate,
    fields: &Fields,
) -> Result<(), OfficeError> {
    let (store, words, id) = (desk.store(), fields.text("words"), one.certificate_id);
    match fields.text("what") {
        "print" => {
            let permit = desk.permit::<PrintNotice>()?;
            // A family's papers may lie on several forms; each is checked against its own.
            let mut read = words.split_whitespace();
            let stock = read.find(|word| *word == one.form_stock).unwrap_or(words);
            deliver::print(store, &permit, acting, (id, stock))?;
        }
        "mail" => {
            let permit = desk.permit::<IssueCertificate>()?;
            deliver::mail(store, &permit, acting, id, (MailClass::Ordinary, ""))?;
        }
        "hand" => {
            let permit = desk.permit::<IssueCertificate>()?;
            deliver::hand_over(store, &permit, acting, id, words)?;
        }
        other => {
            return Err(OfficeError::input(
                "処理",
                &format!("「{other}」という処理はありません。一覧から選んでください"),
            ));
        }
    }
    Ok(())
}

/// One PDF of all of them.
pub async fn paper(desk: Desk, Path(act): Path<i64>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<PrintNotice>()?;
        let all = desk.store().read(|conn| find::by_act(conn, act))?;
        let ids: Vec<i64> = all.iter().map(|one| one.certificate_id).collect();
        if ids.is_empty() {
            return answer::not_found(desk, "この処理で交付した証");
        }
        print_out(desk, &ids, &format!("certificates-{act}"))
    })
    .await
}
