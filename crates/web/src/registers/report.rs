//! 安全管理措置の実施状況 — each safeguard of the catalogue with the control that last exercised it, and those that nothing has
//! exercised yet.

use crate::answer;
use crate::desk::Desk;
use crate::view::cards::{Card, CardsPage, Cell, Table};
use crate::view::format::moment_ja;
use crate::view::layout::Tone;
use axum::response::Response;
use office::registers::control::{self, Proof};
use office::security::permit::{Function, KeepRegister};

/// The report.
pub async fn page(desk: Desk) -> Response {
    desk.answer(|desk| {
        desk.permit::<KeepRegister>()?;
        desk.record(KeepRegister::CODE, None)?;
        let all = desk
            .store()
            .read(|conn| control::report(conn, super::registers()?))?;
        let mut table = Table::new(
            "安全管理措置の実施状況",
            &["措置", "確かめるもの", "最後に働いた日時", "根拠"],
        );
        let silent = all.iter().filter(|one| one.last.is_none()).count();
        for one in &all {
            table.row(line(one));
        }
        let mut page = CardsPage::new(
            desk.layout("安全管理措置の実施状況"),
            "安全管理措置の実施状況",
        );
        page.aside = format!("{}件 うち記録のないもの{silent}件", all.len());
        page.cards
            .push(Card::new("", "w12").with_table(table, "措置の対応表がありません。"));
        answer::page(&page)
    })
    .await
}

fn line(one: &Proof) -> Vec<Cell> {
    vec![
        one.row.as_str().into(),
        one.name.as_str().into(),
        match &one.last {
            Some((at, _)) => moment_ja(*at).into(),
            None => Cell::badge("記録なし", Tone::Warn),
        },
        one.last
            .as_ref()
            .map_or_else(Cell::default, |(_, what)| what.as_str().into()),
    ]
}
