//! 施設 — the master of facilities of 住所地特例, with who stays in each.

use super::{Whom, done, history};
use crate::answer;
use crate::desk::Desk;
use crate::fields::Fields;
use crate::view::cards::{Action, Card, CardsPage, Cell, Table};
use crate::view::format::{count, day_ja};
use axum::extract::Query;
use axum::response::Response;
use office::OfficeError;
use office::eligibility::status::facility::{self, KINDS};
use office::security::permit::{Function, RegisterEligibility, ViewHousehold};

/// The list; one facility opens with its history.
pub async fn page(desk: Desk, Query(asked): Query<Vec<(String, String)>>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<ViewHousehold>()?;
        let asked = Fields::new(asked);
        let today = desk.business_date();
        let mut page = CardsPage::new(desk.layout("施設"), "住所地特例の施設");
        let mut errors = Vec::new();
        let on = asked
            .day("as_of", "基準日", today, &mut errors)
            .unwrap_or(today);
        page.page.errors = errors;
        desk.store().read(|conn| {
            let open = asked.text("facility").parse::<i64>().ok();
            done(
                desk,
                conn,
                Whom::Facility(open.unwrap_or(0)),
                &asked,
                &mut page,
            )?;
            let mut table = Table::new(
                "施設",
                &["#番号", "施設名", "種別", "所在地", "市区町村", "#入所者"],
            );
            for (id, one) in facility::list(conn, on)? {
                let staying = facility::staying(conn, id, on)?.len();
                let kind = KINDS
                    .iter()
                    .find(|row| row.0 == one.kind)
                    .map_or("", |row| row.1);
                let row = table.row(vec![
                    Cell::link(&id.to_string(), &format!("/facilities?facility={id}")),
                    one.name.into(),
                    kind.into(),
                    one.address.into(),
                    one.municipality.into(),
                    count(i64::try_from(staying).unwrap_or(i64::MAX)).into(),
                ]);
                row.actions.push(Action::link(
                    "移転・名称変更",
                    &format!("/bulk/facility?facility={id}"),
                ));
            }
            let mut card = Card::new(&format!("{}の施設", day_ja(on)), "w12")
                .with_table(table, "登録された施設はありません。");
            if desk.session().may(RegisterEligibility::CODE) {
                card.actions
                    .push(Action::link("施設を登録する", "/facilities/0").main());
            }
            page.cards.push(card);
            if let Some(id) = open {
                let mut card = history(desk, conn, Whom::Facility(id), false)?;
                card.title = format!("施設{id}の履歴");
                page.cards.push(card);
            }
            Ok::<_, OfficeError>(())
        })?;
        answer::page(&page)
    })
    .await
}
