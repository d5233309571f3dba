//! 抜取 — a person, a household or all of one reason are kept out of a renewal, or put back.

use super::refused::{Of, show};
use crate::answer;
use crate::desk::{Desk, Posted};
use crate::fields::{Fields, half_width, note};
use crate::security::random_token;
use crate::view::FieldError;
use crate::view::cards::Card;
use crate::view::entry::{Field, Form, Input};
use crate::view::format::count;
use axum::extract::Path;
use axum::response::Response;
use office::OfficeError;
use office::certificate::run::Run;
use office::certificate::run_pull;
use office::certificate::run_refused::{Reason, reason_ja};
use office::security::permit::RunRenewal;

/// 抜取, 一括抜取 and what is taken back.
pub async fn pull_out(Path(id): Path<i64>, posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let here = format!("/renewals/{id}/refused");
            let mut errors = Vec::new();
            match carry_out(desk, id, &fields, &mut errors) {
                Ok(()) if errors.is_empty() => return Ok(answer::go(&here)),
                Ok(()) => {}
                Err(OfficeError::Input { message, .. }) => {
                    let field = if fields.text("do") == "pull_all" {
                        "words"
                    } else {
                        "reason"
                    };
                    note(&mut errors, field, &message);
                }
                Err(OfficeError::Refusal(refusal)) if is_said_here(&refusal) => {
                    let field = match fields.text("do") {
                        "pull" if fields.text("person").is_empty() => "household",
                        "pull" => "person",
                        _ => "",
                    };
                    note(&mut errors, field, &refusal.to_string());
                }
                Err(error) if answer::is_repeated_order(&error) => return Ok(answer::go(&here)),
                Err(other) => return Err(other),
            }
            show(desk, id, &Of::default(), &fields, errors)
        })
        .await
}

/// A refusal of what was ordered, unlike one of somebody without the right: it is said on the page it was ordered on.
pub(super) fn is_said_here(refusal: &law::Refusal) -> bool {
    refusal.code.starts_with("certificate.")
}

fn carry_out(
    desk: &Desk,
    id: i64,
    fields: &Fields,
    errors: &mut Vec<FieldError>,
) -> Result<(), OfficeError> {
    let permit = desk.permit::<RunRenewal>()?;
    let acting = desk.acting(fields.text("request_id"));
    let store = desk.store();
    match fields.text("do") {
        "pull" => {
            let Some((household, person)) = whom(desk, id, fields, errors)? else {
                return Ok(());
            };
            let whom = (household, person, fields.text("reason"));
            run_pull::pull(store, &permit, &acting, id, whom)?;
        }
        "pull_all" => {
            let why = (fields.text("code"), fields.text("words"));
            run_pull::pull_refused(store, &permit, &acting, id, why)?;
        }
        "release" => {
            let number = fields.text("pull").parse().unwrap_or(0);
            let standing = store.read(|conn| run_pull::pulls(conn, id))?;
            if let Some(pull) = standing.iter().find(|pull| pull.pull_id == number) {
                desk.may_open(&[pull.household_id])?;
                if pull.person_id != 0 {
                    desk.may_open(&[pull.person_id])?;
                }
            }
            run_pull::release(store, &permit, &acting, id, number)?;
        }
        _ => {}
    }
    Ok(())
}

/// Who was typed: a person, or a whole household (its person is zero).
fn whom(
    desk: &Desk,
    id: i64,
    fields: &Fields,
    errors: &mut Vec<FieldError>,
) -> Result<Option<(i64, i64)>, OfficeError> {
    let mut number = |name: &str, label: &str| {
        let typed = half_width(fields.text(name));
        if typed.is_empty() {
            return None;
        }
        let read = typed.parse::<i64>().ok().filter(|number| *number > 0);
        if read.is_none() {
            note(errors, name, &format!("{label}: 数字で入力してください"));
        }
        read
    };
    let person = number("person", "宛名番号");
    let household = number("household", "国保世帯番号");
    if !errors.is_empty() {
        return Ok(None);
    }
    let Some(person) = person else {
        if household.is_none() {
            note(errors, "person", "宛名番号か国保世帯番号を入力してください");
        }
        return Ok(household.map(|household| (household, 0)));
    };
    if let Some(household) = household {
        return Ok(Some((household, person)));
    }
    let found = desk
        .store()
        .read(|conn| run_pull::household_of(conn, id, person))?;
    if found.is_none() {
        note(
            errors,
            "person",
            &format!("宛名番号{person}の方はこの更新にいません。番号を確かめてください"),
        );
    }
    Ok(found.map(|household| (household, person)))
}

/// 抜取 of a person or a household.
pub(super) fn one_form(run: &Run, fields: &Fields) -> Result<Card, OfficeError> {
    let field = |name: &str, label: &str| Field::new(Input::Text, name, label, fields.text(name));
    let mut card = Card::new("抜き取る", "w4");
    card.form = Some(
        Form::post(&format!("/renewals/{}/refused", run.run_id))
            .fields(vec![
                field("person", "宛名番号").hint("一人だけのとき"),
                field("household", "国保世帯番号").hint("世帯の全員のとき"),
                field("reason", "理由").wide(),
            ])
            .hide("request_id", &random_token()?)
            .button("抜き取る", "pull", "main"),
    );
    Ok(card)
}

/// 一括抜取: the reasons under which somebody is left.
pub(super) fn all_form(
    run: &Run,
    reasons: &[Reason],
    of: &Of,
    fields: &Fields,
) -> Result<Option<Card>, OfficeError> {
    let choices: Vec<(String, String)> = reasons
        .iter()
        .filter(|one| one.pulled < one.persons)
        .map(|one| {
            let left = count(one.persons - one.pulled);
            (
                one.code.clone(),
                format!("{}（{left}人）", reason_ja(&one.code)),
            )
        })
        .collect();
    if choices.is_empty() {
        return Ok(None);
    }
    let chosen = if fields.has("code") {
        fields.text("code")
    } else {
        &of.reason
    };
    let mut card = Card::new("理由ごとにまとめて抜き取る", "w4");
    card.form = Some(
        Form::post(&format!("/renewals/{}/refused", run.run_id))
            .fields(vec![
                Field::new(Input::Choice(choices), "code", "作れない理由", chosen),
                Field::new(Input::Text, "words", "抜取の理由", fields.text("words")).wide(),
            ])
            .hide("request_id", &random_token()?)
            .button("全員を抜き取る", "pull_all", "danger"),
    );
    Ok(Some(card))
}
