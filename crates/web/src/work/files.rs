//! 受付簿 — the files received, with what became of their rows.

use crate::answer;
use crate::desk::Desk;
use crate::registry::codes;
use crate::view::cards::{Card, CardsPage, Cell, Table};
use crate::view::format::{count, moment_ja};
use crate::view::layout::{Badge, Tone};
use axum::extract::Query;
use axum::response::Response;
use office::import::files;
use office::security::permit::{Function, ImportFile, SettleHeld};
use serde::Deserialize;

/// Files on one page.
const PAGE: i64 = 50;

/// Where the list begins.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub struct Before {
    before: Option<i64>,
}

/// The list.
pub async fn page(desk: Desk, Query(asked): Query<Before>) -> Response {
    desk.answer(move |desk| {
        let permit = desk.permit::<ImportFile>()?;
        desk.record(ImportFile::CODE, None)?;
        let all = desk
            .store()
            .read(|conn| files(conn, &permit, asked.before, PAGE))?;
        let settles = desk.session().may(SettleHeld::CODE);
        let mut table = Table::new(
            "受け取ったファイル",
            &[
                "#受付番号",
                "レイアウト",
                "ファイル名",
                "受付日時",
                "状態",
                "#行数",
                "#登録",
                "#同じ",
                "#保留",
                "#待ち",
                "知らせ",
            ],
        );
        let full = i64::try_from(all.len()).is_ok_and(|number| number >= PAGE);
        if let Some(last) = all.last().filter(|_| full) {
            table.more_href = format!("/files?before={}", last.file_id);
        }
        for file in &all {
            let title = codes::catalogue()
                .and_then(|catalogue| catalogue.layout(&file.layout))
                .map_or(file.layout.as_str(), |layout| layout.title_ja.as_str());
            let waiting = if file.waiting > 0 {
                let href = format!("/held?file={}", file.file_id);
                Cell {
                    href: if settles { href } else { String::new() },
                    text: count(file.waiting),
                    badges: vec![Badge::new("保留", Tone::Warn, "確かめる行があります")],
                    ..Cell::default()
                }
            } else {
                "0".into()
            };
            table.row(vec![
                file.file_id.to_string().into(),
                title.into(),
                file.file_name.as_str().into(),
                moment_ja(file.received_at).into(),
                state(&file.state),
                count(file.rows_read).into(),
                count(file.rows_posted).into(),
                count(file.rows_same).into(),
                count(file.rows_held).into(),
                waiting,
                file.message.as_str().into(),
            ]);
        }
        let mut page = CardsPage::new(desk.layout("受付簿"), "受け取ったファイル");
        page.cards
            .push(Card::new("", "w12").with_table(table, "受け取ったファイルはありません。"));
        answer::page(&page)
    })
    .await
}

fn state(code: &str) -> Cell {
    match code {
        "posted" => Cell::badge("登録済", Tone::Good),
        "posting" => Cell::badge("登録中", Tone::Info),
        "refused" => Cell::badge("不受理", Tone::Bad),
        other => other.into(),
    }
}
