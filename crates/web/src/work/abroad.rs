//! 1月1日に国外にいた人の洗い出し — households judged 非課税 with somebody who had, or may have had, no address in Japan then.

use super::{household, person};
use crate::answer;
use crate::desk::Desk;
use crate::registry::names;
use crate::view::cards::{Action, Card, CardsPage, Note, Table};
use crate::view::format::{count, day_ja};
use crate::view::layout::Tone;
use axum::extract::Query;
use axum::response::Response;
use law::{Date, FiscalYear};
use office::OfficeError;
use office::judgement::retro;
use office::security::permit::{ApproveEligibility, Function, RunJudgement};
use serde::Deserialize;
use std::ops::RangeInclusive;

/// Rows of a page.
const ROWS: usize = 200;
/// Years that can be looked at, back from this one: 時効 is two years, and one more for what is being asked now.
const YEARS: i16 = 3;

/// Which year, and where the page begins.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub struct Asked {
    year: Option<i16>,
    #[serde(default)]
    above: usize,
}

/// The page.
pub async fn page(desk: Desk, Query(asked): Query<Asked>) -> Response {
    desk.answer(move |desk| {
        desk.permit_either::<RunJudgement, ApproveEligibility>()?;
        desk.record(RunJudgement::CODE, None)?;
        let today = desk.business_date();
        let year = asked.year.unwrap_or_else(|| today.year());
        if !years(today).contains(&year) {
            let message = format!("{}年から{}年までを見られます", years(today).start(), today.year());
            return Err(OfficeError::input("年", &message));
        }
        let mut page = CardsPage::new(
            desk.layout("国外居住の洗い出し"),
            &format!("{year}年1月1日に国内に住所がなかったかもしれない人"),
        );
        page.notes.push(Note::new(
            Tone::Info,
            "",
            vec![
                "この年度の課税で住民税非課税世帯と判定した世帯のうち、1月1日に国外にいたと税の情報にある人と、税の情報がなく1月1日より後に住民となった人がいる世帯です。"
                    .to_owned(),
                "国内に住所がなかったことが分かったら、税の情報を登録して判定し直してください。"
                    .to_owned(),
            ],
        ));
        page.cards.push(table(desk, year, asked.above)?);
        answer::page(&page)
    })
    .await
}

fn years(today: Date) -> RangeInclusive<i16> {
    today.year() - YEARS + 1..=today.year()
}

fn table(desk: &Desk, year: i16, above: usize) -> Result<Card, OfficeError> {
    let today = desk.business_date();
    let (rows, all) = desk.store().read(|conn| {
        let found = retro::retro_abroad(conn, FiscalYear(year))?;
        let all = found.len();
        let shown: Vec<_> = found.into_iter().skip(above).take(ROWS).collect();
        let names = names::people(conn, today, shown.iter().map(|one| one.person_id))?;
        Ok::<_, OfficeError>(((shown, names), all))
    })?;
    let (shown, names) = rows;
    let mut table = Table::new("洗い出し", &["#世帯", "人", "確かめること", "から"]);
    for one in &shown {
        let why = if one.on_record {
            "税の情報に国外とある"
        } else {
            "税の情報がなく、1月1日より後に住民となった"
        };
        table.row(vec![
            household(one.household_id),
            person(&names, one.person_id),
            why.into(),
            day_ja(one.since).into(),
        ]);
    }
    let next = above.saturating_add(ROWS);
    if next < all {
        table.more_href = format!("/cut-over/abroad?year={year}&above={next}");
    }
    let mut card = Card::new(
        &format!("{}人", count(i64::try_from(all).unwrap_or(0))),
        "w12",
    )
    .with_table(table, "この年度に当たる人はいません。");
    for other in years(today).rev() {
        if other != year {
            card.actions.push(Action::link(
                &format!("{other}年を見る"),
                &format!("/cut-over/abroad?year={other}"),
            ));
        }
    }
    card.actions.push(Action::link("年次判定へ", "/cut-over"));
    Ok(card)
}
