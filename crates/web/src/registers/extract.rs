//! データ抽出 — the approved requests of whoever is logged in, and the table of one of them as a file.

use super::list::{due, state};
use super::registers;
use crate::answer;
use crate::desk::{Desk, Posted};
use crate::security::random_token;
use crate::view::cards::{Action, Card, CardsPage, Table};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use office::OfficeError;
use office::exports::Extract;
use office::provision::Asked;
use office::registers::{Entry, entries};
use office::security::permit::{ExportData, Function, KeepRegister};

const REGISTER: &str = "extraction";
const APPROVED: &str = "承認";

/// The requests in which this member of staff is named.
pub async fn page(desk: Desk) -> Response {
    desk.answer(|desk| {
        desk.permit::<ExportData>()?;
        desk.record(ExportData::CODE, None)?;
        let login = desk.session().login().to_owned();
        let all = desk.store().read(|conn| entries(conn, REGISTER))?;
        let own = all
            .iter()
            .rev()
            .filter(|entry| entry.values.get("user_login") == Some(&login));
        let mut table = Table::new(
            "抽出の申請",
            &["#申請番号", "抽出する表", "目的", "状態", "利用期限"],
        );
        for entry in own {
            line(desk, &mut table, entry)?;
        }
        let mut page = CardsPage::new(desk.layout("データ抽出"), "データ抽出");
        page.aside =
            "承認された申請の表だけを、申請した職員が、利用期限まで取り出せます。".to_owned();
        let mut card = Card::new("自分の申請", "w12").with_table(
            table,
            "抽出の申請はありません。データ抽出申請簿を記入する職員に、目的と表を伝えてください。",
        );
        if desk.session().may(KeepRegister::CODE) {
            let register = registers()?.get(REGISTER)?;
            let href = format!("/registers/{REGISTER}");
            card.actions.push(Action::link(&register.name, &href));
        }
        page.cards.push(card);
        answer::page(&page)
    })
    .await
}

fn line(desk: &Desk, table: &mut Table, entry: &Entry) -> Result<(), OfficeError> {
    let value = |field: &str| entry.values.get(field).map_or("", String::as_str);
    let today = desk.business_date();
    let open = entry.state == APPROVED && entry.due_on.is_none_or(|day| day >= today);
    let row = table.row(vec![
        entry.entry_id.to_string().into(),
        value("view").into(),
        value("request_purpose").into(),
        state(entry),
        due(entry, today),
    ]);
    row.off = entry.closed;
    if open {
        let id = entry.entry_id.to_string();
        let token = random_token()?;
        let hidden = [("request", id.as_str()), ("request_id", token.as_str())];
        row.actions
            .push(Action::post("抽出する", "/extractions", &hidden));
    }
    Ok(())
}

/// The table of one request. Who it was approved for and until when is asked again where it is read.
pub async fn file(posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let permit = desk.permit::<ExportData>()?;
            let request = fields.text("request").parse().unwrap_or(0);
            let acting = desk.acting(fields.text("request_id"));
            let number = request.to_string();
            let asked = Asked {
                recipient: "office-extract",
                request: &number,
                ..Asked::default()
            };
            let cleared = desk.clear::<Extract>(&permit, &asked)?;
            let may = (&permit, &cleared);
            let table = office::extract::extract(desk.store(), may, &acting, request)?;
            let name = format!("chushutsu-{request}.csv");
            desk.handed_out(
                (&permit, &cleared),
                (&name, table.text.as_bytes()),
                table.rows,
            )?;
            let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""))
                .map_err(|_| OfficeError::Bug("抽出ファイルの名前を書けません".to_owned()))?;
            let kind = HeaderValue::from_static("text/csv; charset=utf-8");
            Ok((
                [
                    (header::CONTENT_TYPE, kind),
                    (header::CONTENT_DISPOSITION, disposition),
                ],
                table.text,
            )
                .into_response())
        })
        .await
}
