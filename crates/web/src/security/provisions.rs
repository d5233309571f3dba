//! 提供先の画面 — for an auditor: who may be given what on a day, on which ground, and what was given over a time.

use super::pages::Sheet;
use crate::desk::Desk;
use crate::fields::Fields;
use crate::view::cards::{Card, Cell, Table};
use crate::view::entry::{Field, Form, Input};
use crate::view::format::day_ja;
use axum::extract::Query;
use axum::response::Response;
use law::Date;
use law::rules::provision::{ProvisionMethod, ProvisionRow};
use office::provision::{self, Given};
use office::security::permit::{Function, ReviewAccess};

/// The table of a day, and the record from a day to that day.
pub async fn page(desk: Desk, Query(asked): Query<Vec<(String, String)>>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<ReviewAccess>()?;
        desk.record(ReviewAccess::CODE, None)?;
        let fields = Fields::new(asked);
        let today = desk.business_date();
        let mut errors = Vec::new();
        let day = |name, label, usual, errors: &mut Vec<_>| {
            if fields.text(name).is_empty() {
                usual
            } else {
                fields.day(name, label, today, errors).unwrap_or(usual)
            }
        };
        let on = day("on", "いつの表か", today, &mut errors);
        let from = day("from", "記録をこの日から", month_before(on), &mut errors);
        let mut ask = Card::new("", "w12");
        ask.form = Some(
            Form::get("/provisions")
                .fields(vec![
                    Field::new(Input::Day, "on", "いつの表か", &day_ja(on)).first(),
                    Field::new(Input::Day, "from", "記録をこの日から", &day_ja(from)),
                ])
                .button("表示する", "", "main"),
        );
        let city = &desk.app().config().municipality_code;
        let given = desk
            .store()
            .read(|conn| provision::given(conn, (from, on), ""))?;
        let rows = desk.book()?.provisions(city, on);
        let (network, others): (Vec<_>, Vec<_>) = rows
            .into_iter()
            .partition(|row| row.provision.method == ProvisionMethod::NumberNetwork);
        let mut sheet = Sheet::new("提供先・移転先");
        sheet.cards.push(ask);
        let of_others = Card::new("ファイル・紙で渡す相手", "w12");
        sheet
            .cards
            .push(of_others.with_table(listed("ファイル・紙で渡す相手", &others), "ありません。"));
        let of_network = Card::new(
            "情報提供ネットワークシステムで渡す相手（番号法 第19条第8号）",
            "w12",
        );
        let table = listed("情報提供ネットワークシステムで渡す相手", &network);
        sheet
            .cards
            .push(of_network.with_table(table, "ありません。"));
        let record = Card::new("渡した記録", "w12");
        let empty = "この期間に渡したものはありません。";
        sheet.cards.push(record.with_table(handed(&given), empty));
        sheet.show(desk, errors)
    })
    .await
}

fn month_before(on: Date) -> Date {
    on.checked_sub(jiff::Span::new().months(1)).unwrap_or(on)
}

fn listed(title: &str, rows: &[ProvisionRow<'_>]) -> Table {
    let columns = [
        "提供先・移転先",
        "根拠",
        "用途",
        "情報",
        "人数・範囲",
        "方法・時期",
        "渡すもの",
    ];
    let mut table = Table::new(title, &columns);
    for row in rows {
        let one = row.provision;
        let goes = match (&one.awaits, one.disputed) {
            (_, true) => "根拠の確認まで渡しません".to_owned(),
            (Some(system), _) => format!("{system}による"),
            (None, _) => one
                .exports
                .iter()
                .map(|code| office::exports::name_of(code))
                .collect::<Vec<_>>()
                .join("、"),
        };
        table.row(vec![
            with_small(&one.recipient, one.kind.label_ja()),
            row.clause.into(),
            one.purpose.as_str().into(),
            one.items.join("、").into(),
            with_small(&one.persons, &one.scope),
            with_small(one.method.label_ja(), &one.timing),
            goes.into(),
        ]);
    }
    table
}

fn with_small(text: &str, small: &str) -> Cell {
    let mut cell = Cell::from(text);
    cell.small = small.to_owned();
    cell
}

fn handed(given: &[Given]) -> Table {
    let columns = [
        "日",
        "提供先",
        "用途",
        "依頼票",
        "職員",
        "ファイル",
        "#件数",
        "封・媒体",
    ];
    let mut table = Table::new("渡した記録", &columns);
    for one in given {
        let (name, lines, carried) = match &one.file {
            None => (
                "（渡さずに終わった）".to_owned(),
                String::new(),
                String::new(),
            ),
            Some(file) => (
                file.file_name.clone(),
                file.lines.to_string(),
                match (file.sealed, file.medium_entry_id) {
                    (_, Some(entry)) => format!("封・媒体管理簿{entry}番"),
                    (true, None) => "封".to_owned(),
                    (false, None) => String::new(),
                },
            ),
        };
        table.row(vec![
            day_ja(one.made_on).into(),
            one.recipient.as_str().into(),
            one.purpose.as_str().into(),
            one.request_number.as_str().into(),
            one.login.as_str().into(),
            name.into(),
            lines.into(),
            carried.into(),
        ]);
    }
    table
}
