//! 受付一覧 — what was received on a day, by counter.

use crate::answer;
use crate::desk::Desk;
use crate::fields::Fields;
use crate::registry::names;
use crate::view::cards::{Card, CardsPage, Cell, Table};
use crate::view::entry::{Choice, Field, Form, Input};
use crate::view::format::{count, day_ja};
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use office::OfficeError;
use office::eligibility::figures;
use office::security::permit::{Function, ViewHousehold};
use office::security::{permission, seat};

/// So many are shown.
const MOST: usize = 500;
/// Every counter.
const ALL: &str = "すべて";

/// The list; at first that of the counter one sits at, today.
pub async fn page(desk: Desk, Query(asked): Query<Vec<(String, String)>>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<ViewHousehold>()?;
        desk.record(ViewHousehold::CODE, None)?;
        let fields = Fields::new(asked);
        let today = desk.business_date();
        let mut errors = Vec::new();
        let on = fields
            .day("on", "受付日", today, &mut errors)
            .unwrap_or(today);
        let place = match fields.text("place") {
            "" => seat::name_ja(desk.session().ward()),
            typed => typed,
        };
        let wanted = (place != ALL).then_some(place);
        let (all, names, places) = desk.store().read(|conn| {
            let all = figures::receptions(conn, on, wanted)?;
            let shown = all.iter().take(MOST).filter_map(|one| one.person_id);
            let names = names::people(conn, today, shown.collect::<Vec<_>>())?;
            Ok::<_, OfficeError>((all, names, permission::places(conn)?))
        })?;
        let rules = desk.book()?.eligibility();
        let columns = ["受付", "対象者", "事由", "異動日", "届出日", "窓口", "端末"];
        let mut table = Table::new("受付一覧", &columns);
        for one in all.iter().take(MOST) {
            let who = match (one.person_id, one.household_id) {
                (Some(person), _) => {
                    Cell::link(&names.person(person), &format!("/people/{person}"))
                }
                (None, Some(household)) => Cell::link(
                    &format!("世帯番号{household}"),
                    &format!("/households/{household}"),
                ),
                (None, None) => Cell::default(),
            };
            table.row(vec![
                one.event_id.to_string().into(),
                who,
                rules
                    .cause(&one.cause, one.occurred_on)
                    .map_or(one.cause.as_str(), |cause| cause.name_ja.as_str())
                    .into(),
                day_ja(one.occurred_on).into(),
                one.reported_on.map(day_ja).unwrap_or_default().into(),
                seat::name_ja(&one.place).into(),
                one.terminal.as_str().into(),
            ]);
        }
        let status = if errors.is_empty() {
            StatusCode::OK
        } else {
            StatusCode::UNPROCESSABLE_ENTITY
        };
        let mut layout = desk.layout("受付一覧");
        layout.errors = errors;
        let mut page = CardsPage::new(layout, "受付一覧");
        page.aside = format!("{}件", count(i64::try_from(all.len()).unwrap_or(i64::MAX)));
        let mut choices: Vec<Choice> = vec![(ALL.to_owned(), "すべての窓口".to_owned())];
        choices.push((seat::MAIN_JA.to_owned(), seat::MAIN_JA.to_owned()));
        choices.extend(places.into_iter().map(|place| (place.clone(), place)));
        let mut ask = Card::new("", "w12");
        ask.form = Some(
            Form::get("/receptions")
                .fields(vec![
                    Field::new(Input::Day, "on", "受付日", &day_ja(on)).first(),
                    Field::new(Input::Choice(choices), "place", "窓口", place),
                ])
                .button("表示", "", ""),
        );
        page.cards.push(ask);
        let mut card =
            Card::new("", "w12").with_table(table, "この日に受け付けた届出はありません。");
        if all.len() > MOST {
            card.beside = format!("はじめの{MOST}件");
        }
        page.cards.push(card);
        answer::page_with(status, &page)
    })
    .await
}
