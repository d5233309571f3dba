//! 連携の送信箱 — what 国保情報集約システム is to be told, was told, took and refused.

use crate::answer;
use crate::desk::Desk;
use crate::registry::names::{self, Names};
use crate::view::cards::{Action, Card, CardsPage, Cell, Table};
use crate::view::format::{count, day_ja};
use crate::view::layout::Tone;
use axum::extract::Query;
use axum::response::Response;
use db::Conn;
use office::OfficeError;
use office::outbox::{self, Layout, Message, State};
use office::security::permit::{Function, HandleWork};
use serde::Deserialize;

/// Messages on one page.
const PAGE: i64 = 50;

/// Which messages, and where the list begins.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    state: String,
    #[serde(default)]
    after: i64,
    #[serde(default)]
    file: i64,
}

/// The page.
pub async fn page(desk: Desk, Query(asked): Query<Asked>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<HandleWork>()?;
        desk.record(HandleWork::CODE, None)?;
        let page = desk.store().read(|conn| gather(desk, conn, &asked))?;
        answer::page(&page)
    })
    .await
}

fn gather(desk: &Desk, conn: &mut Conn, asked: &Asked) -> Result<CardsPage, OfficeError> {
    let mut page = CardsPage::new(desk.layout("連携の送信箱"), "連携の送信箱");
    let state = State::from_code(&asked.state).unwrap_or(State::Waiting);
    page.cards.push(states(conn, state)?);
    let messages = if asked.file > 0 {
        outbox::of_file(conn, asked.file)?
    } else {
        outbox::list(conn, state, asked.after, PAGE)?
    };
    let mut table = Table::new(
        "連携",
        &["番号", "内容", "対象", "期間の始まり", "決定日", "状態"],
    );
    let people = messages
        .iter()
        .filter(|one| one.layout == Layout::Person)
        .map(|one| one.subject);
    let names = names::people(conn, desk.business_date(), people)?;
    for message in &messages {
        table.row(row(&names, message));
    }
    let full = i64::try_from(messages.len()).is_ok_and(|number| number >= PAGE);
    if let Some(last) = messages.last().filter(|_| full && asked.file == 0) {
        table.more_href = format!("/messages?state={}&after={}", state.code(), last.message_id);
    }
    let title = if asked.file > 0 {
        format!("送信ファイル{}", asked.file)
    } else {
        state.label_ja().to_owned()
    };
    page.cards
        .push(Card::new(&title, "w12").with_table(table, "ありません。"));
    page.cards.push(files(conn)?);
    Ok(page)
}

/// How many of each state.
fn states(conn: &mut Conn, here: State) -> Result<Card, OfficeError> {
    let counts = outbox::counts(conn)?;
    let mut card = Card::new("国保情報集約システムへの連携", "w12");
    for state in State::ALL {
        let found = counts.iter().find(|one| one.0 == state);
        let label = match found {
            Some((_, number, _)) => format!("{} {}件", state.label_ja(), count(*number)),
            None => state.label_ja().to_owned(),
        };
        let link = Action::link(&label, &format!("/messages?state={}", state.code()));
        card.actions
            .push(if state == here { link.main() } else { link });
    }
    Ok(card)
}

fn row(names: &Names, message: &Message) -> Vec<Cell> {
    let about = match message.layout {
        Layout::Person => Cell {
            href: format!("/people/{}", message.subject),
            ..Cell::beside(&names.person(message.subject), &message.subject.to_string())
        },
        Layout::Household => Cell::link(
            &format!("世帯番号{}", message.subject),
            &format!("/households/{}", message.subject),
        ),
    };
    let tone = match message.state {
        State::Waiting | State::Withdrawn => Tone::Info,
        State::Sent => Tone::Warn,
        State::Acknowledged => Tone::Good,
        State::Refused => Tone::Bad,
    };
    let mut state = Cell::badge(message.state.label_ja(), tone);
    state.small = match message.sent_on {
        Some(on) if message.result_note.is_empty() => format!("{}送信", day_ja(on)),
        _ => message.result_note.clone(),
    };
    vec![
        message.message_id.to_string().into(),
        Cell::beside(message.layout.label_ja(), message.division.label_ja()),
        about,
        day_ja(message.valid_from).into(),
        day_ja(message.decided_on).into(),
        state,
    ]
}

/// The latest files.
fn files(conn: &mut Conn) -> Result<Card, OfficeError> {
    let mut table = Table::new(
        "送信ファイル",
        &["ファイル", "#行", "#結果未確認", "作成日"],
    );
    for file in outbox::files(conn, i64::MAX, 20)? {
        table.row(vec![
            Cell::link(&file.file_name, &format!("/messages?file={}", file.file_id)),
            count(file.lines).into(),
            count(file.unconfirmed).into(),
            day_ja(file.made_on).into(),
        ]);
    }
    Ok(Card::new("送信ファイル", "w12").with_table(table, "まだ送っていません。"))
}
