//! 番号による検索 — a number from a form leads to the person; the number itself is not shown again.

use super::{field_of, use_fields, use_of, vault};
use crate::answer;
use crate::desk::{Desk, Posted};
use crate::fields::{Fields, note};
use crate::registry::names;
use crate::view::FieldError;
use crate::view::cards::{Action, Card, CardsPage, Note};
use crate::view::entry::{Field, Form, Input};
use crate::view::layout::Tone;
use axum::http::StatusCode;
use axum::response::Response;
use office::OfficeError;
use office::security::permit::{Function, UseNumber};
use office::vault::{Found, IndividualNumber};

/// The page: why, for which case, and the number.
pub async fn page(desk: Desk) -> Response {
    desk.answer(|desk| {
        desk.permit::<UseNumber>()?;
        show(desk, &Fields::default(), Vec::new(), None)
    })
    .await
}

fn show(
    desk: &Desk,
    fields: &Fields,
    errors: Vec<FieldError>,
    found: Option<Note>,
) -> Result<Response, OfficeError> {
    vault(desk)?;
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let mut layout = desk.layout("個人番号");
    layout.errors = errors;
    let mut page = CardsPage::new(layout, "個人番号");
    page.notes.extend(found);
    let mut asked = use_fields(fields);
    asked.push(
        Field::new(Input::Text, "number", "個人番号", "")
            .hint("届出・申請に記載された12桁。この番号は画面に残りません"),
    );
    let mut card = Card::new("番号から本人を特定する", "w8");
    card.form = Some(
        Form::post("/number")
            .fields(asked)
            .button("特定する", "find", "main"),
    );
    page.cards.push(card);
    let mut card = Card::new("番号紐付け確認リスト", "w4");
    let waiting = vault(desk)?.unsettled(0, 1_000)?.len();
    card.fact("未解消", format!("{waiting}件"));
    card.actions
        .push(Action::link("一覧を開く", "/number/links"));
    page.cards.push(card);
    answer::page_with(status, &page)
}

/// Finds the person.
pub async fn find(posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let permit = desk.permit::<UseNumber>()?;
            let vault = vault(desk)?;
            let asked = use_of(&fields)
                .and_then(|why| Ok((why, IndividualNumber::read(fields.exact("number"))?)));
            let (why, number) = match asked {
                Ok(asked) => asked,
                Err(OfficeError::Input { field, message }) => {
                    let mut errors = Vec::new();
                    note(&mut errors, field_of(&field), &format!("{field}: {message}"));
                    return show(desk, &fields, errors, None);
                }
                Err(other) => return Err(other),
            };
            desk.record(UseNumber::CODE, None)?;
            let acting = desk.acting("");
            let found = vault.find(desk.store(), &permit, (&acting, &why), &number)?;
            // Found or once theirs: nothing is said of anybody who may not be opened here.
            if let Found::Standing(person) | Found::Former(person) = found {
                desk.record(UseNumber::CODE, Some(person))?;
            }
            match found {
                Found::Standing(person) => Ok(answer::go(&format!("/number/people/{person}"))),
                Found::Former(person) => {
                    let name = desk
                        .store()
                        .read(|conn| names::people(conn, desk.business_date(), [person]))?;
                    let message = format!(
                        "この番号は、{}（宛名番号{person}）の以前の番号です。いまは使われていません。新しい番号を確かめてください。",
                        name.person(person)
                    );
                    let note = Note::new(Tone::Warn, "変更前の番号です", vec![message]);
                    show(desk, &fields, Vec::new(), Some(note))
                }
                Found::Nobody => {
                    let note = Note::new(
                        Tone::Info,
                        "該当する人はいません",
                        vec!["この番号はどの宛名にも登録されていません。氏名・生年月日で検索してください。".to_owned()],
                    );
                    show(desk, &fields, Vec::new(), Some(note))
                }
            }
        })
        .await
}
