//! 番号紐付け確認リスト — rows without a number, each worked off by two people.

use super::{field_of, vault};
use crate::answer;
use crate::desk::{Desk, Posted};
use crate::fields::{Fields, note};
use crate::registry::names;
use crate::view::FieldError;
use crate::view::cards::{Card, CardsPage, Cell, Note, Table};
use crate::view::entry::{Choice, Field, Form, Input};
use crate::view::format::moment_ja;
use crate::view::layout::Tone;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use office::OfficeError;
use office::security::permit::{ApproveNumber, Function, SettleNumber, UseNumber};
use office::vault::{LinkKind, LinkOutcome, LinkRow, LinkState};

/// Rows on one page.
const PAGE: i64 = 100;

/// The list.
pub async fn page(desk: Desk) -> Response {
    desk.answer(|desk| {
        desk.permit::<UseNumber>()?;
        desk.record(UseNumber::CODE, None)?;
        let rows = vault(desk)?.unsettled(0, PAGE)?;
        let ids = rows
            .iter()
            .flat_map(|row| [Some(row.person_id), row.other_person_id])
            .flatten();
        let names = desk
            .store()
            .read(|conn| names::people(conn, desk.business_date(), ids))?;
        let mut table = Table::new(
            "番号紐付け確認リスト",
            &[
                "#番号",
                "理由",
                "対象者",
                "登録済みの者",
                "入った日時",
                "状態",
            ],
        );
        for row in &rows {
            let who = |id: i64| Cell::link(&names.person(id), &format!("/number/people/{id}"));
            table.row(vec![
                Cell::link(
                    &row.link_id.to_string(),
                    &format!("/number/links/{}", row.link_id),
                ),
                row.kind.label_ja().into(),
                who(row.person_id),
                row.other_person_id.map_or_else(Cell::default, who),
                moment_ja(row.recorded_at).into(),
                state(row),
            ]);
        }
        let mut page = CardsPage::new(desk.layout("番号紐付け確認リスト"), "番号紐付け確認リスト");
        page.cards
            .push(Card::new("", "w12").with_table(table, "解消を待つ行はありません。"));
        answer::page(&page)
    })
    .await
}

fn state(row: &LinkRow) -> Cell {
    match &row.state {
        LinkState::Open => Cell::badge("未着手", Tone::Bad),
        LinkState::Proposed(outcome, ..) => {
            let mut cell = Cell::badge("承認待ち", Tone::Warn);
            outcome.label_ja().clone_into(&mut cell.text);
            cell
        }
        LinkState::Settled(outcome) => {
            let mut cell = Cell::badge("解消済", Tone::Good);
            outcome.label_ja().clone_into(&mut cell.text);
            cell
        }
    }
}

/// One row.
pub async fn one(desk: Desk, Path(link): Path<i64>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<UseNumber>()?;
        show(desk, link, &Fields::default(), Vec::new())
    })
    .await
}

fn show(
    desk: &Desk,
    link: i64,
    fields: &Fields,
    errors: Vec<FieldError>,
) -> Result<Response, OfficeError> {
    let Some(row) = vault(desk)?.row(link)? else {
        return answer::not_found(desk, "確認リストのこの行");
    };
    for person in [Some(row.person_id), row.other_person_id]
        .into_iter()
        .flatten()
    {
        desk.record(UseNumber::CODE, Some(person))?;
    }
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let names = desk.store().read(|conn| {
        let ids = [Some(row.person_id), row.other_person_id];
        names::people(conn, desk.business_date(), ids.into_iter().flatten())
    })?;
    let mut layout = desk.layout("番号紐付け確認リスト");
    layout.errors = errors;
    let mut page = CardsPage::new(layout, &format!("確認リスト {link}"));
    page.badges = state(&row).badges;
    let mut card = Card::new("何が合わないか", "w6");
    card.fact("理由", row.kind.label_ja());
    let who = |id: i64| Cell::link(&names.person(id), &format!("/number/people/{id}"));
    card.fact("対象者", who(row.person_id));
    if let Some(other) = row.other_person_id {
        card.fact("登録済みの者", who(other));
    }
    card.fact("入った日時", moment_ja(row.recorded_at));
    page.cards.push(card);
    match &row.state {
        LinkState::Open if desk.session().may(SettleNumber::CODE) => {
            page.cards.push(proposing(&row, fields));
        }
        LinkState::Proposed(outcome, staff, reason) => {
            let mut card = Card::new("一人目の案", "w6");
            card.fact("解消の方法", outcome.label_ja());
            card.fact("理由", reason.as_str());
            if *staff == desk.session().staff_id() {
                page.notes.push(Note::new(
                    Tone::Info,
                    "二人目を待っています",
                    vec![
                        "案を出した職員は承認できません。ほかの職員に依頼してください。".to_owned(),
                    ],
                ));
            } else if desk.session().may(ApproveNumber::CODE) {
                card.form = Some(
                    Form::post(&format!("/number/links/{link}"))
                        .fields(vec![
                            Field::new(
                                Input::Text,
                                "reason",
                                "差し戻すときの理由",
                                fields.text("reason"),
                            )
                            .wide(),
                        ])
                        .hide("seen", &row.steps().to_string())
                        .button("承認する", "agree", "main")
                        .button("差し戻す", "turn_down", "danger"),
                );
            }
            page.cards.push(card);
        }
        LinkState::Open | LinkState::Settled(_) => {}
    }
    answer::page_with(status, &page)
}

const OUTCOMES: [(LinkOutcome, &str); 3] = [
    (LinkOutcome::Keep, "keep"),
    (LinkOutcome::Link, "link"),
    (LinkOutcome::Move, "move"),
];

fn proposing(row: &LinkRow, fields: &Fields) -> Card {
    let fits = |outcome: LinkOutcome| match row.kind {
        LinkKind::OtherNumber => outcome != LinkOutcome::Move,
        LinkKind::SameNumber => outcome != LinkOutcome::Link,
        LinkKind::Blank => outcome == LinkOutcome::Keep,
    };
    let choices: Vec<Choice> = OUTCOMES
        .iter()
        .filter(|(outcome, _)| fits(*outcome))
        .map(|(outcome, code)| ((*code).to_owned(), outcome.label_ja().to_owned()))
        .collect();
    let mut card = Card::new("どう解消するか", "w6");
    card.form = Some(
        Form::post(&format!("/number/links/{}", row.link_id))
            .fields(vec![
                Field::new(
                    Input::Choice(choices),
                    "outcome",
                    "解消の方法",
                    fields.text("outcome"),
                ),
                Field::new(
                    Input::Text,
                    "reason",
                    "確かめたことと理由",
                    fields.text("reason"),
                )
                .wide(),
            ])
            .button("案を出す", "propose", "main")
            .back("一覧へ", "/number/links"),
    );
    card
}

/// Proposes, agrees or turns down.
pub async fn order(Path(link): Path<i64>, posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            desk.permit::<UseNumber>()?;
            let acting = desk.acting("");
            let (store, vault) = (desk.store(), vault(desk)?);
            let reason = fields.text("reason");
            let seen = (link, fields.text("seen").parse().unwrap_or(-1));
            let done = match fields.text("do") {
                "agree" => {
                    let permit = desk.permit::<ApproveNumber>()?;
                    vault.agree(store, &permit, &acting, seen).map(|_| ())
                }
                "turn_down" => {
                    let permit = desk.permit::<ApproveNumber>()?;
                    vault.turn_down(store, &permit, &acting, seen, reason)
                }
                _ => {
                    let permit = desk.permit::<SettleNumber>()?;
                    let outcome = OUTCOMES
                        .iter()
                        .find(|(_, code)| *code == fields.text("outcome"))
                        .map(|(outcome, _)| *outcome);
                    match outcome {
                        Some(outcome) => {
                            vault.propose(store, &permit, &acting, link, (outcome, reason))
                        }
                        None => Err(OfficeError::input(
                            "解消の方法",
                            "解消の方法を選んでください",
                        )),
                    }
                }
            };
            match done {
                Ok(()) => Ok(answer::go(&format!("/number/links/{link}"))),
                Err(OfficeError::Input { field, message }) => {
                    let mut errors = Vec::new();
                    note(
                        &mut errors,
                        field_of(&field),
                        &format!("{field}: {message}"),
                    );
                    show(desk, link, &fields, errors)
                }
                Err(other) => Err(other),
            }
        })
        .await
}
