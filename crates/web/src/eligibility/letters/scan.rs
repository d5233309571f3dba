//! 回答書の読取り — a code leads to its letter.

use crate::answer;
use crate::desk::Desk;
use crate::fields::{Fields, note};
use crate::view::cards::{Card, CardsPage};
use crate::view::entry::{Field, Form, Input};
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use office::eligibility::letters::desk as letters;
use office::security::permit::HandleWork;

pub(super) fn card() -> Card {
    let mut card = Card::new("回答書を読み取る", "w4");
    card.form = Some(
        Form::get("/letters/scan")
            .fields(vec![
                Field::new(Input::Text, "code", "読取符号", "")
                    .hint("回答書の右上の符号を読み取るか、数字を入力")
                    .wide()
                    .first(),
            ])
            .button("開く", "", "main"),
    );
    card
}

/// Where a code leads.
pub async fn page(desk: Desk, Query(asked): Query<Vec<(String, String)>>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<HandleWork>()?;
        let asked = Fields::new(asked);
        let typed = asked.text("code");
        let mut page = CardsPage::new(desk.layout("回答書を読み取る"), "回答書を読み取る");
        page.cards.push(card());
        if typed.is_empty() {
            return answer::page(&page);
        }
        let found = letters::by_scan(typed).and_then(|letter_id| {
            let known = desk.store().read(|conn| letters::get(conn, letter_id));
            match known {
                Ok(Some(_)) => Ok(letter_id),
                _ => Err(law::Refusal::new(
                    "web.letter.missing",
                    format!("符号の文書{letter_id}はありません。符号を確かめてください"),
                )),
            }
        });
        match found {
            Ok(letter_id) => Ok(answer::go(&format!("/letters/{letter_id}"))),
            Err(refusal) => {
                note(&mut page.page.errors, "code", &refusal.message_ja);
                answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
            }
        }
    })
    .await
}
