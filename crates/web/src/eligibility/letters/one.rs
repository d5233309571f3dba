//! 一つの文書 — what it says, what happened with it, what came back.

use super::papers;
use crate::answer;
use crate::desk::{Desk, Posted};
use crate::fields::note;
use crate::registry::names;
use crate::security::random_token;
use crate::view::FieldError;
use crate::view::cards::{Action, Card, CardsPage, Cell, Note, Table};
use crate::view::entry::{Choice, Field, Form, Input};
use crate::view::format::moment_ja;
use crate::view::layout::Tone;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use db::Conn;
use office::eligibility::letters::Letter;
use office::eligibility::letters::desk::{self as letters, Answer, What};
use office::security::permit::{ApproveEligibility, Function, HandleWork, PrintNotice};
use office::{OfficeError, trail};

/// One letter.
pub async fn page(desk: Desk, Path(id): Path<i64>) -> Response {
    desk.answer(move |desk| show(desk, id, Vec::new())).await
}

fn show(desk: &Desk, id: i64, errors: Vec<FieldError>) -> Result<Response, OfficeError> {
    desk.permit::<HandleWork>()?;
    let Some(letter) = desk.store().read(|conn| letters::get(conn, id))? else {
        return answer::not_found(desk, "この文書");
    };
    desk.record(HandleWork::CODE, Some(letter.person_id))?;
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let mut layout = desk.layout("資格の文書");
    layout.errors = errors;
    let mut page = CardsPage::new(layout, &format!("文書{id} {}", letter.content.title));
    desk.store()
        .read(|conn| fill(desk, conn, &letter, &mut page))?;
    answer::page_with(status, &page)
}

fn fill(
    desk: &Desk,
    conn: &mut Conn,
    letter: &Letter,
    page: &mut CardsPage,
) -> Result<(), OfficeError> {
    let id = letter.letter_id;
    let steps = letters::steps(conn, id)?;
    let now = letters::look(conn, letter.clone(), desk.business_date())?;
    page.cards.push(content(desk, conn, letter, now.withheld)?);
    let mut table = Table::new("経過", &["したこと", "内容", "印刷の回", "職員", "日時"]);
    for step in &steps {
        let act = trail::find(conn, step.act_id)?;
        table.row(vec![
            step.what.label_ja().into(),
            step.note.as_str().into(),
            step.batch_id.map_or_else(Cell::default, |batch| {
                Cell::link(&batch.to_string(), &format!("/letters/batches/{batch}"))
            }),
            act.as_ref()
                .map_or_else(String::new, |act| act.staff_name.clone())
                .into(),
            act.map_or_else(String::new, |act| moment_ja(act.recorded_at))
                .into(),
        ]);
    }
    let printed = steps.iter().any(|step| step.what == What::Printed);
    let answered = steps.iter().any(|step| step.what == What::Answered);
    let mut card = Card::new("経過", "w6").with_table(table, "まだ何もしていません。");
    if printed && desk.session().may(PrintNotice::CODE) {
        let href = format!("/letters/{id}/paper");
        card.actions.push(Action::link("PDFを開く", &href));
    }
    let href = format!("/letters?kind={}", letter.kind);
    card.actions.push(Action::link("この種類の一覧へ", &href));
    page.cards.push(card);
    if now.withheld {
        page.notes.push(Note::new(
            Tone::Bad,
            "支援措置の対象者です",
            vec![
                "印刷と、印刷したものを開くことには、いまの宛先への責任者の承認が要ります。宛先を誰にも伝えないでください。"
                    .to_owned(),
            ],
        ));
        let session = desk.session();
        let decides = session.may(ApproveEligibility::CODE)
            && letters::author(conn, letter)? != session.staff_id();
        if !now.allowed && decides {
            page.cards.push(allow_card(id, &now.letter)?);
        }
    }
    if printed && !letter.content.questions.is_empty() && !answered {
        page.cards.push(answer_card(letter)?);
    }
    if printed {
        page.cards.push(order_card(
            id,
            "返戻",
            vec![
                Field::new(Input::Text, "words", "返戻の理由", "")
                    .hint("あて所に尋ねあたりません など")
                    .wide(),
            ],
            ("返戻を記録する", "back"),
        )?);
    }
    Ok(())
}

fn content(
    desk: &Desk,
    conn: &mut Conn,
    letter: &Letter,
    withheld: bool,
) -> Result<Card, OfficeError> {
    let one = &letter.content;
    let names = names::people(conn, desk.business_date(), [letter.person_id])?;
    let mut card = Card::new("文書の内容", "w6");
    card.fact(
        "対象の人",
        Cell::link(
            &names.person(letter.person_id),
            &format!("/people/{}", letter.person_id),
        ),
    );
    let to = &one.addressee;
    let place = if withheld {
        "（非開示）".to_owned()
    } else {
        format!("〒{} {} {}", to.postal_code, to.address, to.building)
    };
    card.fact("宛先", Cell::beside(&format!("{} 様", to.name), &place));
    if let Some(about) = &to.about {
        card.fact("様分", about.as_str());
    }
    card.fact("作成日", one.sent_on.as_str());
    card.fact("回答の期限", one.answer_by.as_str());
    for (place, text) in (1..).zip(&one.paragraphs) {
        card.fact(&format!("本文{place}"), text.as_str());
    }
    for (label, value) in &one.lines {
        card.fact(label, value.as_str());
    }
    card.fact("教示", one.instruction.as_str());
    if let Some(item) = letter.item_id {
        card.fact(
            "処理待ち",
            Cell::link(&item.to_string(), &format!("/work/{item}")),
        );
    }
    Ok(card)
}

/// Whoever decides has to see where the letter goes now; nobody else does, and afterwards nobody.
fn allow_card(id: i64, now: &Letter) -> Result<Card, OfficeError> {
    let to = &now.content.addressee;
    let mut card = order_card(
        id,
        "印刷の承認",
        vec![Field::new(Input::Text, "words", "承認の理由", "").wide()],
        ("印刷を承認する", "allow"),
    )?;
    let place = format!("〒{} {} {}", to.postal_code, to.address, to.building);
    card.fact(
        "いまの宛先",
        Cell::beside(&format!("{} 様", to.name), &place),
    );
    card.form = card
        .form
        .map(|form| form.hide("place", &letters::digest(to)));
    Ok(card)
}

fn answer_card(letter: &Letter) -> Result<Card, OfficeError> {
    let mut fields = Vec::new();
    if letter.kind.starts_with("overlap") {
        let choices: Vec<Choice> = vec![
            (
                "1".to_owned(),
                "加入している（喪失の候補にする）".to_owned(),
            ),
            ("2".to_owned(), "加入していない（重複なし）".to_owned()),
        ];
        fields.push(Field::new(Input::Code(choices), "double", "ほかの保険", "").first());
    }
    fields.push(Field::new(Input::Area, "words", "回答の内容", "").wide());
    order_card(
        letter.letter_id,
        "回答の記録",
        fields,
        ("回答を記録する", "answer"),
    )
}

fn order_card(
    id: i64,
    title: &str,
    fields: Vec<Field>,
    (label, order): (&str, &str),
) -> Result<Card, OfficeError> {
    let class = if order == "back" { "" } else { "main" };
    let mut card = Card::new(title, "w6");
    card.form = Some(
        Form::post(&format!("/letters/{id}"))
            .fields(fields)
            .hide("request_id", &random_token()?)
            .button(label, order, class),
    );
    Ok(card)
}

/// An answer, a letter that came back, or the word of a second person.
pub async fn order(Path(id): Path<i64>, posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let acting = desk.acting(fields.text("request_id"));
            let store = desk.store();
            let words = fields.text("words");
            let mut errors = Vec::new();
            let done = match fields.text("do") {
                "allow" => {
                    let permit = desk.permit::<ApproveEligibility>()?;
                    letters::allow(store, &permit, &acting, id, (words, fields.text("place")))
                }
                "back" => {
                    let permit = desk.permit::<HandleWork>()?;
                    let reason = if words.is_empty() {
                        "理由の記載なし"
                    } else {
                        words
                    };
                    letters::came_back(store, &permit, &acting, id, reason)
                }
                _ => {
                    let permit = desk.permit::<HandleWork>()?;
                    let typed = fields.text("double");
                    if fields.has("double") && !typed.starts_with(['1', '2']) {
                        note(&mut errors, "double", "ほかの保険: 1か2を入力してください");
                        return show(desk, id, errors);
                    }
                    let answer = Answer {
                        double: typed.starts_with('1'),
                        words,
                    };
                    letters::answer(store, &permit, &acting, id, &answer)
                }
            };
            match done {
                Ok(()) => Ok(answer::go(&format!("/letters/{id}"))),
                Err(OfficeError::Input { field, message }) => {
                    note(&mut errors, "words", &format!("{field}: {message}"));
                    show(desk, id, errors)
                }
                Err(other) if answer::is_repeated_order(&other) => {
                    Ok(answer::go(&format!("/letters/{id}")))
                }
                Err(other) => Err(other),
            }
        })
        .await
}

/// The PDF of one letter, as it was set.
pub async fn paper(desk: Desk, Path(id): Path<i64>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<HandleWork>()?;
        desk.permit::<PrintNotice>()?;
        let Some(letter) = desk.store().read(|conn| letters::get(conn, id))? else {
            return answer::not_found(desk, "この文書");
        };
        desk.record(PrintNotice::CODE, Some(letter.person_id))?;
        let body = desk.store().read(|conn| {
            letters::check_opening(conn, &[id], desk.business_date())?;
            letters::paper_of(conn, id)
        })?;
        let Some(body) = body else {
            return answer::not_found(desk, "この文書の印刷");
        };
        let bytes = (papers(desk)?.render)(&[body])?;
        Ok(answer::pdf(&format!("letter-{id}"), bytes))
    })
    .await
}
