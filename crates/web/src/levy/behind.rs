//! 集計の内訳 — a line of a run's tally opened down to its households.

use crate::answer;
use crate::desk::Desk;
use crate::registry::names;
use crate::view::cards::{Card, CardsPage, Cell, Table};
use crate::view::format::count;
use axum::extract::{Path, Query};
use axum::response::Response;
use law::Yen;
use office::OfficeError;
use office::levy::run;
use office::levy::tally::{self, Behind, Kind, LineKey};
use office::security::permit::{Function, ViewLevy};
use serde::Deserialize;
use std::sync::Arc;

/// Households on one page.
const PAGE: usize = 50;

/// Which line, and where the list begins.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Line {
    #[serde(default)]
    component: String,
    #[serde(default)]
    tenths: i64,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    after: i64,
}

/// The households behind a line, as last worked out.
#[derive(Clone)]
pub struct Opened {
    run_id: i64,
    key: LineKey,
    households: Arc<Vec<Behind>>,
}

/// Where a line opens.
#[must_use]
pub fn href(run_id: i64, key: &LineKey) -> String {
    format!(
        "/runs/{run_id}/tally?component={}&tenths={}&kind={}",
        answer::percent(&key.component),
        key.tenths,
        key.kind.code()
    )
}

/// The households of a line.
pub async fn page(desk: Desk, Path(run_id): Path<i64>, Query(line): Query<Line>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<ViewLevy>()?;
        desk.record(ViewLevy::CODE, None)?;
        let Some(kind) = Kind::read(&line.kind) else {
            return answer::not_found(desk, "集計のこの行");
        };
        let key = LineKey {
            component: line.component.clone(),
            tenths: line.tenths,
            kind,
        };
        let found = opened(desk, run_id, &key)?;
        let run = desk.store().read(|conn| run::find(conn, run_id))?;
        let name = run
            .and_then(|run| desk.app().rules(run.levy_year))
            .and_then(|rules| {
                let all = &rules.levy.components;
                all.iter().find(|component| component.code == key.component)
            })
            .map_or(key.component.as_str(), |component| {
                component.name_ja.as_str()
            });
        let tier = match key.tenths {
            0 => String::new(),
            tenths => format!("（{tenths}割軽減の世帯）"),
        };
        let title = format!("{name} {}{tier}", kind.label_ja());
        let mut page = CardsPage::new(desk.layout("集計の内訳"), &title);
        let total: Yen = found.iter().map(|one| one.yen).sum();
        page.aside = format!(
            "賦課処理{run_id} {}件 {total}",
            count(i64::try_from(found.len()).unwrap_or(i64::MAX))
        );
        let table = table(desk, run_id, &key, &found, line.after)?;
        let mut card = Card::new("", "w12").with_table(table, "この行の世帯はありません。");
        card.actions.push(crate::view::cards::Action::link(
            "賦課処理へ戻る",
            &format!("/runs/{run_id}"),
        ));
        page.cards.push(card);
        answer::page(&page)
    })
    .await
}

/// Works a line out, or takes it as it was worked out last: the figures of a run never change.
fn opened(desk: &Desk, run_id: i64, key: &LineKey) -> Result<Arc<Vec<Behind>>, OfficeError> {
    let held = desk.app().opened_line().clone();
    if let Some(held) = held.filter(|held| held.run_id == run_id && held.key == *key) {
        return Ok(held.households);
    }
    let households = Arc::new(tally::behind(desk.store(), run_id, key)?);
    *desk.app().opened_line() = Some(Opened {
        run_id,
        key: key.clone(),
        households: Arc::clone(&households),
    });
    Ok(households)
}

fn table(
    desk: &Desk,
    run_id: i64,
    key: &LineKey,
    found: &[Behind],
    after: i64,
) -> Result<Table, OfficeError> {
    let today = desk.business_date();
    let shown: Vec<&Behind> = found
        .iter()
        .filter(|one| one.household_id > after)
        .take(PAGE)
        .collect();
    let mut table = Table::new("世帯", &["記号番号", "納付義務者", "#人数", "#金額（円）"]);
    desk.store().read(|conn| {
        let names = names::people(conn, today, shown.iter().map(|one| one.liable_id))?;
        for one in &shown {
            let number = names::household_number(conn, one.household_id, today)?;
            let text = if number.is_empty() {
                format!("世帯番号{}", one.household_id)
            } else {
                number
            };
            table.row(vec![
                Cell::link(&text, &format!("/households/{}", one.household_id)),
                names.person(one.liable_id).into(),
                count(one.persons).into(),
                one.yen.grouped().into(),
            ]);
        }
        Ok::<_, OfficeError>(())
    })?;
    if let Some(last) = shown.last().filter(|_| shown.len() == PAGE) {
        table.more_href = format!("{}&after={}", href(run_id, key), last.household_id);
    }
    Ok(table)
}
