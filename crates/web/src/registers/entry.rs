//! 台帳の記入 — one entry: what was given when, the steps that can be taken now, and the second person's word.

use super::list::{due, of, state};
use super::{field_of, given, inputs, shown};
use crate::answer;
use crate::desk::{Desk, Posted};
use crate::fields::{Fields, note};
use crate::security::random_token;
use crate::view::FieldError;
use crate::view::cards::{Card, CardsPage, Cell, Note, Table};
use crate::view::entry::{Field, Form, Input};
use crate::view::format::day_ja;
use crate::view::layout::Tone;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use office::OfficeError;
use office::registers::{Entry, Register, Step, Taken, agree, entry, take_step, turn_down};
use office::security::permit::{ConfirmRegister, Function, KeepRegister};

/// The form of a new entry.
pub async fn blank(desk: Desk, Path(code): Path<String>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<KeepRegister>()?;
        match of(&code)? {
            Some(register) => open(desk, register, &Fields::default(), Vec::new()),
            None => answer::not_found(desk, "この台帳"),
        }
    })
    .await
}

fn status(errors: &[FieldError]) -> StatusCode {
    if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    }
}

fn open(
    desk: &Desk,
    register: &Register,
    typed: &Fields,
    errors: Vec<FieldError>,
) -> Result<Response, OfficeError> {
    let Some(step) = register.opening() else {
        return answer::not_found(desk, "始めの手続");
    };
    let status = status(&errors);
    let mut layout = desk.layout(&register.name);
    layout.errors = errors;
    let mut page = CardsPage::new(layout, &format!("{} {}", register.name, step.name));
    let action = format!("/registers/{}/new", register.code);
    page.cards
        .push(step_card(desk, register, step, (&action, 0, true), typed)?);
    answer::page_with(status, &page)
}

fn step_card(
    desk: &Desk,
    register: &Register,
    step: &Step,
    (action, seen, first): (&str, i64, bool),
    typed: &Fields,
) -> Result<Card, OfficeError> {
    let mut card = Card::new(&step.name, "w12");
    if step.two_persons {
        "二人目の確認で成立します".clone_into(&mut card.beside);
    }
    card.form = Some(
        inputs(desk, register, step, typed, Form::post(action))
            .hide("seen", &seen.to_string())
            .hide("request_id", &random_token()?)
            .button(&step.name, &step.code, if first { "main" } else { "" })
            .back("一覧へ", &format!("/registers/{}", register.code)),
    );
    Ok(card)
}

/// Opens an entry.
pub async fn add(Path(code): Path<String>, posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let Some(register) = of(&code)? else {
                return answer::not_found(desk, "この台帳");
            };
            let step = register.opening().map_or("", |step| step.code.as_str());
            match take(desk, register, None, (step, &fields)) {
                Ok(id) => Ok(answer::go(&format!("/registers/{code}/{id}"))),
                Err(Wrong::Typed(errors)) => open(desk, register, &fields, errors),
                Err(Wrong::Other(error)) => Err(error),
            }
        })
        .await
}

enum Wrong {
    Typed(Vec<FieldError>),
    Other(OfficeError),
}

fn take(
    desk: &Desk,
    register: &Register,
    on: Option<(i64, i64)>,
    (code, fields): (&str, &Fields),
) -> Result<i64, Wrong> {
    let permit = desk.permit::<KeepRegister>().map_err(Wrong::Other)?;
    let mut errors = Vec::new();
    let step = register.steps.iter().find(|step| step.code == code);
    let values = step.map_or_else(Default::default, |step| {
        given(desk, register, step, fields, &mut errors)
    });
    if !errors.is_empty() {
        return Err(Wrong::Typed(errors));
    }
    let acting = desk.acting(fields.text("request_id"));
    let done = desk
        .store()
        .write(|conn| take_step(conn, (&acting, &permit), register, on, (code, &values)));
    match done {
        Ok(Taken::Done(id) | Taken::AwaitsSecond(id)) => Ok(id),
        Err(OfficeError::Input { field, message }) => {
            let mut errors = Vec::new();
            note(
                &mut errors,
                &step.map_or_else(String::new, |step| field_of(register, step, &field)),
                &format!("{field}: {message}"),
            );
            Err(Wrong::Typed(errors))
        }
        Err(other) => Err(Wrong::Other(other)),
    }
}

/// One entry.
pub async fn page(desk: Desk, Path((code, id)): Path<(String, i64)>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<KeepRegister>()?;
        match of(&code)? {
            Some(register) => show(desk, register, id, &Fields::default(), Vec::new()),
            None => answer::not_found(desk, "この台帳"),
        }
    })
    .await
}

fn show(
    desk: &Desk,
    register: &Register,
    id: i64,
    typed: &Fields,
    errors: Vec<FieldError>,
) -> Result<Response, OfficeError> {
    let found = desk.store().read(|conn| entry(conn, id))?;
    let Some(found) = found.filter(|found| found.register == register.code) else {
        return answer::not_found(desk, "この記入");
    };
    desk.record(&format!("{}/{id}", KeepRegister::CODE), None)?;
    let status = status(&errors);
    let mut layout = desk.layout(&register.name);
    layout.errors = errors;
    let mut page = CardsPage::new(layout, &format!("{} {id}番", register.name));
    page.badges = state(&found).badges;
    let mut card = Card::new("いまの内容", "w6");
    card.fact("状態", found.state.as_str());
    card.fact("次の期限", due(&found, desk.business_date()));
    for field in &register.fields {
        if let Some(value) = found.values.get(&field.code) {
            card.fact(&field.name, shown(field, value));
        }
    }
    page.cards.push(card);
    page.cards.push(history(register, &found));
    let action = format!("/registers/{}/{id}", register.code);
    if let Some(waiting) = &found.waiting {
        let own = waiting.staff_id == desk.session().staff_id();
        if own {
            page.notes.push(Note::new(
                Tone::Info,
                "二人目を待っています",
                vec!["記入した職員は確認できません。ほかの職員に依頼してください。".to_owned()],
            ));
        } else if desk.session().may(ConfirmRegister::CODE) {
            let mut card = Card::new("二人目の確認", "w12");
            for field in &register.fields {
                if let Some(value) = waiting.given.get(&field.code) {
                    card.fact(&field.name, shown(field, value));
                }
            }
            card.form = Some(
                Form::post(&action)
                    .fields(vec![
                        Field::new(Input::Text, "why", "差し戻すときの理由", typed.text("why"))
                            .wide(),
                    ])
                    .hide("seen", &found.steps().to_string())
                    .hide("request_id", &random_token()?)
                    .button("確認した", "agree!", "main")
                    .button("差し戻す", "turn_down!", "danger"),
            );
            page.cards.push(card);
        }
    } else {
        for (place, step) in register.steps_from(&found.state).enumerate() {
            let seen = (action.as_str(), found.steps(), place == 0);
            page.cards
                .push(step_card(desk, register, step, seen, typed)?);
        }
    }
    answer::page_with(status, &page)
}

fn history(register: &Register, found: &Entry) -> Card {
    let mut table = Table::new("経過", &["日", "手続", "確認"]);
    for taken in found.history.iter().rev() {
        let step = register.steps.iter().find(|step| step.code == taken.step);
        let name = step.map_or(taken.step.as_str(), |step| step.name.as_str());
        let row = table.row(vec![
            day_ja(taken.taken_on).into(),
            name.into(),
            match (taken.counts, taken.second) {
                (true, Some(_)) => Cell::badge("二人で確認", Tone::Good),
                (true, None) => Cell::default(),
                (false, Some(_)) => Cell::badge("差し戻し", Tone::Bad),
                (false, None) => Cell::badge("確認待ち", Tone::Warn),
            },
        ]);
        row.off = !taken.counts && taken.second.is_some();
    }
    Card::new("経過", "w6").with_table(table, "経過はありません。")
}

/// Takes a step, agrees or turns down.
pub async fn carry_on(Path((code, id)): Path<(String, i64)>, posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let Some(register) = of(&code)? else {
                return answer::not_found(desk, "この台帳");
            };
            let here = format!("/registers/{code}/{id}");
            let pressed = fields.text("do");
            let seen = fields.text("seen").parse().unwrap_or(0);
            if pressed == "agree!" || pressed == "turn_down!" {
                let permit = desk.permit::<ConfirmRegister>()?;
                let acting = desk.acting(fields.text("request_id"));
                let done = desk.store().write(|conn| {
                    if pressed == "agree!" {
                        return agree(conn, (&acting, &permit), register, (id, seen));
                    }
                    let down = ((id, seen), fields.text("why"));
                    turn_down(conn, (&acting, &permit), register, down)
                });
                return match done {
                    Ok(()) => Ok(answer::go(&here)),
                    Err(OfficeError::Input { field, message }) => {
                        let mut errors = Vec::new();
                        note(&mut errors, "why", &format!("{field}: {message}"));
                        show(desk, register, id, &fields, errors)
                    }
                    Err(other) => Err(other),
                };
            }
            match take(desk, register, Some((id, seen)), (pressed, &fields)) {
                Ok(_) => Ok(answer::go(&here)),
                Err(Wrong::Typed(errors)) => show(desk, register, id, &fields, errors),
                Err(Wrong::Other(error)) => Err(error),
            }
        })
        .await
}
