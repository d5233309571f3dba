//! 夜間処理 — what the last nights found, step by step, and what waits of it.

use crate::answer;
use crate::desk::Desk;
use crate::view::cards::{Action, Card, CardsPage, Cell, Note, Table};
use crate::view::format::{count, day_ja, moment_ja};
use crate::view::layout::Tone;
use axum::extract::Query;
use axum::response::Response;
use db::Conn;
use law::Date;
use law::date::next_day;
use office::OfficeError;
use office::nightly::{self, State};
use office::security::permit::HandleWork;
use office::worklist;
use serde::Deserialize;

/// Nights listed.
const NIGHTS: i64 = 14;

/// Which day is shown.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    on: String,
}

/// The page.
pub async fn page(desk: Desk, Query(asked): Query<Asked>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<HandleWork>()?;
        let page = desk.store().read(|conn| gather(desk, conn, &asked))?;
        answer::page(&page)
    })
    .await
}

fn gather(desk: &Desk, conn: &mut Conn, asked: &Asked) -> Result<CardsPage, OfficeError> {
    let today = desk.business_date();
    let days = nightly::latest_days(conn, next_day(today), NIGHTS)?;
    let mut page = CardsPage::new(desk.layout("夜間処理"), "夜間処理");
    let shown = asked.on.parse::<Date>().ok().or(days.first().copied());
    let Some(on) = shown else {
        page.notes.push(Note::new(
            Tone::Info,
            "夜間処理はまだ動いていません",
            vec!["システム担当に、夜間処理（kokuho nightly）の設定を確かめてください".to_owned()],
        ));
        return Ok(page);
    };
    if days.first().is_some_and(|last| *last < today) {
        page.notes.push(Note::new(
            Tone::Info,
            "",
            vec![format!(
                "最後に動いたのは{}です。動いていない日の分は、次に動いたときにまとめて拾います",
                days.first().map_or_else(String::new, |day| day_ja(*day))
            )],
        ));
    }
    page.cards.push(steps(conn, on)?);
    page.cards.push(nights(conn, &days)?);
    page.cards.push(waiting(conn, today)?);
    Ok(page)
}

/// The steps of one night, in their order.
fn steps(conn: &mut Conn, on: Date) -> Result<Card, OfficeError> {
    let mut table = Table::new(
        "段階",
        &[
            "段階",
            "状態",
            "#該当",
            "#新しい処理待ち",
            "#済んだもの",
            "#文書・確定",
            "いつの分から",
        ],
    );
    for (step, done) in nightly::night(conn, on)? {
        let name = Cell::beside(step.label_ja, step.what_ja);
        let Some(done) = done else {
            let blank = || Cell::from("");
            table.row(vec![
                name,
                Cell::badge("対象日でない・未処理", Tone::Info),
                blank(),
                blank(),
                blank(),
                blank(),
                blank(),
            ]);
            continue;
        };
        let tone = match done.state {
            State::Done => Tone::Good,
            State::Open => Tone::Warn,
            State::Failed => Tone::Bad,
        };
        let mut state = Cell::badge(done.state.label_ja(), tone);
        state.small = if done.message.is_empty() {
            moment_ja(done.heard_at)
        } else {
            done.message
        };
        table.row(vec![
            name,
            state,
            count(done.page.found).into(),
            count(done.page.opened).into(),
            count(done.page.settled).into(),
            count(done.page.written).into(),
            day_ja(next_day(done.covered_after)).into(),
        ]);
    }
    Ok(Card::new(&format!("{}の夜間処理", day_ja(on)), "w12").with_table(table, ""))
}

/// The last nights, each with its sums.
fn nights(conn: &mut Conn, days: &[Date]) -> Result<Card, OfficeError> {
    let mut table = Table::new(
        "最近の夜",
        &["業務日", "#済んだ段階", "#該当", "#新しい処理待ち", "#失敗"],
    );
    for day in days {
        let done = nightly::of_day(conn, *day)?;
        let number = |state: State| {
            let of_state = done.iter().filter(|one| one.state == state).count();
            count(i64::try_from(of_state).unwrap_or(i64::MAX))
        };
        let found: i64 = done.iter().map(|one| one.page.found).sum();
        let opened: i64 = done.iter().map(|one| one.page.opened).sum();
        table.row(vec![
            Cell::link(&day_ja(*day), &format!("/nightly?on={day}")),
            number(State::Done).into(),
            count(found).into(),
            count(opened).into(),
            number(State::Failed).into(),
        ]);
    }
    Ok(Card::new("最近の夜", "w6").with_table(table, ""))
}

/// What waits, of every kind.
fn waiting(conn: &mut Conn, today: Date) -> Result<Card, OfficeError> {
    let mut table = Table::new("処理待ち", &["種類", "#件数", "#期限超過"]);
    for one in worklist::count_by_kind(conn, &[], today)? {
        table.row(vec![
            Cell::link(&one.label_ja, &format!("/work?of=all&kind={}", one.kind)),
            count(one.open).into(),
            count(one.overdue).into(),
        ]);
    }
    let mut card = Card::new("待っているもの", "w6").with_table(table, "処理待ちはありません。");
    card.actions
        .push(Action::link("処理待ちの一覧", "/work?of=all"));
    Ok(card)
}
