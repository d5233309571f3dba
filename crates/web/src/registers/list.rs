//! 台帳の一覧 and the entries of one register.

use super::{registers, shown};
use crate::answer;
use crate::desk::Desk;
use crate::view::cards::{Action, Card, CardsPage, Cell, Table};
use crate::view::format::day_ja;
use crate::view::layout::Tone;
use axum::extract::Path;
use axum::response::Response;
use law::Date;
use office::OfficeError;
use office::registers::{Entry, Register, entries, overdue};
use office::security::permit::{ExportData, Function, KeepRegister};

/// Every register, and what is overdue.
pub async fn page(desk: Desk) -> Response {
    desk.answer(|desk| {
        desk.permit::<KeepRegister>()?;
        desk.record(KeepRegister::CODE, None)?;
        let today = desk.business_date();
        let mut page = CardsPage::new(desk.layout("台帳"), "台帳");
        let late = desk.store().read(|conn| overdue(conn, today))?;
        let mut table = Table::new("期限が過ぎたもの", &["台帳", "#番号", "状態", "期限"]);
        for entry in &late {
            let register = registers()?.get(&entry.register)?;
            table.row(vec![
                register.name.as_str().into(),
                Cell::link(
                    &entry.entry_id.to_string(),
                    &format!("/registers/{}/{}", register.code, entry.entry_id),
                ),
                entry.state.as_str().into(),
                due(entry, today),
            ]);
        }
        page.cards.push(
            Card::new("期限が過ぎたもの", "w12")
                .with_table(table, "期限が過ぎた手続はありません。"),
        );
        let mut table = Table::new("台帳", &["台帳", "目的", "管理者", "#記入", "#継続中"]);
        for register in registers()?.iter() {
            let all = desk.store().read(|conn| entries(conn, &register.code))?;
            let open = all.iter().filter(|entry| !entry.closed).count();
            table.row(vec![
                Cell::link(&register.name, &format!("/registers/{}", register.code)),
                register.purpose.as_str().into(),
                register.owner.as_str().into(),
                all.len().to_string().into(),
                open.to_string().into(),
            ]);
        }
        let mut card = Card::new("台帳", "w12").with_table(table, "台帳がありません。");
        card.actions.push(Action::link(
            "安全管理措置の実施状況",
            "/registers/safeguards",
        ));
        page.cards.push(card);
        answer::page(&page)
    })
    .await
}

/// Until when the next step is due.
pub(super) fn due(entry: &Entry, today: Date) -> Cell {
    match entry.due_on {
        _ if entry.closed => Cell::badge("完了", Tone::Good),
        None => Cell::default(),
        Some(day) if day < today => {
            let mut cell = Cell::badge("期限経過", Tone::Bad);
            cell.text = day_ja(day);
            cell
        }
        Some(day) => day_ja(day).into(),
    }
}

/// The entries of a register, newest first.
pub async fn entries_of(desk: Desk, Path(code): Path<String>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<KeepRegister>()?;
        let Ok(register) = registers()?.get(&code) else {
            return answer::not_found(desk, "この台帳");
        };
        desk.record(KeepRegister::CODE, None)?;
        let all = desk.store().read(|conn| entries(conn, &register.code))?;
        let mut page = CardsPage::new(desk.layout(&register.name), &register.name);
        page.aside = format!("{} 管理者: {}", register.purpose, register.owner);
        let mut card =
            Card::new("", "w12").with_table(table(desk, register, &all), "記入はありません。");
        if let Some(step) = register.opening() {
            let href = format!("/registers/{}/new", register.code);
            card.actions.push(Action::link(&step.name, &href).main());
        }
        if code == "extraction" && desk.session().may(ExportData::CODE) {
            card.actions
                .push(Action::link("自分の申請を抽出する", "/extractions"));
        }
        card.actions.push(Action::link("台帳の一覧", "/registers"));
        page.cards.push(card);
        answer::page(&page)
    })
    .await
}

/// How many of an entry's values a line shows.
const SHOWN: usize = 3;

fn table(desk: &Desk, register: &Register, all: &[Entry]) -> Table {
    let asked: Vec<_> = register
        .opening()
        .map(|step| step.asks.iter().take(SHOWN).collect())
        .unwrap_or_default();
    let fields: Vec<_> = asked
        .into_iter()
        .filter_map(|code| register.field(code))
        .collect();
    let mut columns = vec!["#番号"];
    columns.extend(fields.iter().map(|field| field.name.as_str()));
    columns.extend(["状態", "次の期限"]);
    let mut table = Table::new(&register.name, &columns);
    for entry in all.iter().rev() {
        let mut cells = vec![Cell::link(
            &entry.entry_id.to_string(),
            &format!("/registers/{}/{}", register.code, entry.entry_id),
        )];
        cells.extend(fields.iter().map(|field| {
            let waiting = entry.waiting.as_ref().map(|step| &step.given);
            let value = entry
                .values
                .get(&field.code)
                .or_else(|| waiting.and_then(|given| given.get(&field.code)));
            Cell::from(value.map_or_else(String::new, |value| shown(field, value)))
        }));
        cells.push(state(entry));
        cells.push(due(entry, desk.business_date()));
        table.row(cells).off = entry.closed;
    }
    table
}

/// Where an entry stands.
pub(super) fn state(entry: &Entry) -> Cell {
    let mut cell = if entry.waiting.is_some() {
        Cell::badge("二人目の確認待ち", Tone::Warn)
    } else {
        Cell::default()
    };
    cell.text.clone_from(&entry.state);
    cell
}

/// A register by its code, as the pages find it.
pub(super) fn of(code: &str) -> Result<Option<&'static Register>, OfficeError> {
    Ok(registers()?.get(code).ok())
}
