//! 一人の個人番号 — where each number came from, masked; shown once on order, compared, registered, asked of the network.

use super::register;
use super::{field_of, use_fields, use_of, vault};
use crate::answer;
use crate::desk::{Desk, Posted};
use crate::fields::{Fields, note};
use crate::registry::names;
use crate::view::FieldError;
use crate::view::cards::{Action, Card, CardsPage, Cell, Note, Table};
use crate::view::entry::{Field, Form, Input};
use crate::view::format::moment_ja;
use crate::view::layout::Tone;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use office::OfficeError;
use office::security::permit::{Function, RegisterNumber, UseNumber};
use office::vault::{IndividualNumber, Registered};

/// The page. No number stands on it.
pub async fn page(desk: Desk, Path(person): Path<i64>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<UseNumber>()?;
        desk.record(UseNumber::CODE, Some(person))?;
        show(desk, person, &Fields::default(), Vec::new(), Vec::new())
    })
    .await
}

fn show(
    desk: &Desk,
    person: i64,
    fields: &Fields,
    errors: Vec<FieldError>,
    notes: Vec<Note>,
) -> Result<Response, OfficeError> {
    let vault = vault(desk)?;
    let today = desk.business_date();
    let found = desk
        .store()
        .read(|conn| office::registry::load_person(conn, person, today, None))?;
    if found.is_none() {
        return answer::not_found(desk, "この宛名番号の人");
    }
    let names = desk
        .store()
        .read(|conn| names::people(conn, today, [person]))?;
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let mut layout = desk.layout("個人番号");
    layout.errors = errors;
    let mut page = CardsPage::new(layout, &format!("{}の個人番号", names.person(person)));
    page.aside = format!("宛名番号 {person}");
    page.notes = notes;
    if vault.is_pending(person)? {
        page.notes.push(Note::new(
            Tone::Bad,
            "番号紐付け確認リストにあります",
            vec![
                "二人で解消するまで、紐付けの確認・訂正のほかには番号を利用できません。".to_owned(),
            ],
        ));
    }
    page.cards.push(history(desk, person)?);
    page.cards.push(using(person, fields));
    if desk.session().may(RegisterNumber::CODE) {
        page.cards.push(register::query_card(desk, person, fields)?);
        page.cards.push(register::card(person, fields)?);
    }
    answer::page_with(status, &page)
}

/// Every number the person ever had here, masked, with its source and evidence.
fn history(desk: &Desk, person: i64) -> Result<Card, OfficeError> {
    let mut table = Table::new(
        "登録の経過",
        &[
            "登録",
            "番号",
            "入手元",
            "提供者",
            "確認書類",
            "様式・根拠",
            "状態",
        ],
    );
    for one in vault(desk)?.history(person)? {
        let ground = format!("{} {}", one.origin.form, one.origin.ground);
        let row = table.row(vec![
            Cell {
                href: format!("/acts/{}", one.act_id),
                ..Cell::from(moment_ja(one.recorded_at))
            },
            "登録あり".into(),
            one.origin.source_ja().into(),
            one.origin.giver_ja().into(),
            one.origin.evidence_ja().into(),
            ground.trim().into(),
            match one.superseded_at {
                None => Cell::badge("有効", Tone::Good),
                Some(at) => Cell::beside("終了", &moment_ja(at)),
            },
        ]);
        row.off = one.superseded_at.is_some();
    }
    Ok(Card::new("登録の経過", "w12").with_table(table, "個人番号は登録されていません。"))
}

fn using(person: i64, fields: &Fields) -> Card {
    let mut card = Card::new("番号を利用する", "w6");
    let mut asked = use_fields(fields);
    asked.push(
        Field::new(Input::Text, "presented", "本人が示した番号", "")
            .hint("照合のときだけ入れます。番号は画面に残りません"),
    );
    card.form = Some(
        Form::post(&format!("/number/people/{person}"))
            .fields(asked)
            .button("番号を照合する", "confirm", "main")
            .button("番号を表示する", "show", ""),
    );
    card
}

/// Shows, compares, registers or asks.
pub async fn order(Path(person): Path<i64>, posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            desk.permit::<UseNumber>()?;
            desk.record(UseNumber::CODE, Some(person))?;
            let done = match fields.text("do") {
                "show" => display(desk, person, &fields),
                "confirm" => confirm(desk, person, &fields),
                "register" => registered(desk, person, &fields),
                "query" => return asked(desk, person, &fields),
                _ => {
                    return Err(OfficeError::input(
                        "操作",
                        "画面のボタンから操作してください",
                    ));
                }
            };
            match done {
                Ok(note) => show(desk, person, &Fields::default(), Vec::new(), vec![note]),
                Err(OfficeError::Input { field, message }) => {
                    wrong(desk, person, &fields, (&field, &message))
                }
                Err(other) => Err(other),
            }
        })
        .await
}

fn wrong(
    desk: &Desk,
    person: i64,
    fields: &Fields,
    (field, message): (&str, &str),
) -> Result<Response, OfficeError> {
    let mut errors = Vec::new();
    let name = match (fields.text("do"), field_of(field)) {
        ("confirm", "number") => "presented",
        ("query", "case") => "asking_case",
        (_, name) => name,
    };
    note(&mut errors, name, &format!("{field}: {message}"));
    show(desk, person, fields, errors, Vec::new())
}

/// 表示: this once, on the answer to this order.
fn display(desk: &Desk, person: i64, fields: &Fields) -> Result<Note, OfficeError> {
    let permit = desk.permit::<UseNumber>()?;
    let why = use_of(fields)?;
    let acting = desk.acting("");
    let number = vault(desk)?.show(desk.store(), &permit, (&acting, &why), person)?;
    Ok(match number {
        None => Note::new(
            Tone::Info,
            "個人番号は登録されていません",
            vec!["表示する番号がありません。".to_owned()],
        ),
        Some(number) => Note::new(
            Tone::Warn,
            "個人番号",
            vec![
                number.expose().to_owned(),
                "この画面を離れると消えます。書き写さず、印刷しないでください。".to_owned(),
            ],
        ),
    })
}

fn confirm(desk: &Desk, person: i64, fields: &Fields) -> Result<Note, OfficeError> {
    let permit = desk.permit::<UseNumber>()?;
    let why = use_of(fields)?;
    let number = IndividualNumber::read(fields.exact("presented"))?;
    let acting = desk.acting("");
    let same = vault(desk)?.confirm(desk.store(), &permit, (&acting, &why), (person, &number))?;
    Ok(if same {
        Note::new(
            Tone::Good,
            "登録されている番号と同じです",
            vec!["照合の結果を記録しました。".to_owned()],
        )
    } else {
        Note::new(
            Tone::Bad,
            "登録されている番号と違います",
            vec!["書類と身元確認をもう一度確かめてください。照合の結果を記録しました。".to_owned()],
        )
    })
}

fn registered(desk: &Desk, person: i64, fields: &Fields) -> Result<Note, OfficeError> {
    let done = register::carry_out(desk, person, fields)?;
    Ok(match done {
        Registered::Linked => Note::new(
            Tone::Good,
            "登録しました",
            vec!["個人番号を登録しました。".to_owned()],
        ),
        Registered::Same => Note::new(
            Tone::Info,
            "すでに登録されています",
            vec!["同じ番号が登録されているので、何も変えていません。".to_owned()],
        ),
        Registered::Waits(row, kind) => Note::new(
            Tone::Bad,
            "まだ紐付けていません",
            vec![format!(
                "{}のため、番号紐付け確認リスト{row}番に入れました。二人で確かめて解消してください。",
                kind.label_ja()
            )],
        ),
    })
}

/// 住基ネット照会: the file is the answer.
fn asked(desk: &Desk, person: i64, fields: &Fields) -> Result<Response, OfficeError> {
    match register::query(desk, person, fields) {
        Ok(response) => Ok(response),
        Err(OfficeError::Input { field, message }) => {
            wrong(desk, person, fields, (&field, &message))
        }
        Err(OfficeError::Refusal(refusal)) if refusal.code == "vault.query.items" => {
            wrong(desk, person, fields, ("照会の項目", &refusal.message_ja))
        }
        Err(other) => Err(other),
    }
}

/// The way here from the page of a person, for those who may.
#[must_use]
pub fn action(desk: &Desk, person: i64) -> Option<Action> {
    let open = desk.app().vault().is_some() && desk.session().may(UseNumber::CODE);
    open.then(|| Action::link("個人番号", &format!("/number/people/{person}")))
}
