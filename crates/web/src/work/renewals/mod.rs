//! 証の一斉更新 — frozen, worked out, looked at, approved by a second person, handed out in bags.

mod changed;
mod one;
mod pull;
mod refused;

use crate::answer;
use crate::certificate::rules;
use crate::desk::{App, Desk, Posted};
use crate::fields::Fields;
use crate::levy::runs::{beside, threads};
use crate::security::random_token;
use crate::view::FieldError;
use crate::view::cards::{Card, CardsPage, Cell, Table};
use crate::view::entry::{Field, Form, Input};
use crate::view::format::{count, day_ja};
use crate::view::layout::Tone;
use axum::http::StatusCode;
use axum::response::Response;
use office::OfficeError;
use office::certificate::run as renewal;
use office::certificate::{card_list, run_publish, run_work};
use office::security::permit::{ApproveCertificate, Function, RunRenewal};

pub use one::{order_renewal, renewal_page};
pub use pull::pull_out;
pub use refused::refused;

/// Households in one chunk.
const CHUNK: i64 = 200;

/// Renewals.
pub async fn renewals(desk: Desk) -> Response {
    desk.answer(|desk| list_renewals(desk, &Fields::default(), Vec::new()))
        .await
}

fn list_renewals(
    desk: &Desk,
    fields: &Fields,
    errors: Vec<FieldError>,
) -> Result<Response, OfficeError> {
    desk.permit_either::<RunRenewal, ApproveCertificate>()?;
    let mut table = Table::new(
        "一斉更新",
        &[
            "#番号",
            "発効期日",
            "交付日",
            "状態",
            "#人数",
            "#作れない人",
            "マイナ保険証の基準日",
            "備考",
        ],
    );
    for run in desk.store().read(renewal::list)? {
        table.row(vec![
            Cell::link(
                &run.run_id.to_string(),
                &format!("/renewals/{}", run.run_id),
            ),
            day_ja(run.effective_from).into(),
            day_ja(run.issued_on).into(),
            Cell::badge(run.state.label_ja(), Tone::Info),
            count(run.persons).into(),
            Cell::link(
                &count(run.refused),
                &format!("/renewals/{}/refused", run.run_id),
            ),
            run.card_as_of.map_or_else(String::new, day_ja).into(),
            run.note.into(),
        ]);
    }
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let mut layout = desk.layout("証の一斉更新");
    layout.errors = errors;
    let mut page = CardsPage::new(layout, "証の一斉更新");
    if desk.session().may(RunRenewal::CODE) {
        let day = |name: &str, label: &str| Field::new(Input::Day, name, label, fields.text(name));
        let mut card = Card::new("始める", "w12");
        card.form = Some(
            Form::post("/renewals")
                .fields(vec![
                    day("effective_from", "発効期日").hint("例 R8.8.1"),
                    day("issued_on", "交付日"),
                    cards_as_of(desk, fields)?,
                    Field::new(Input::Text, "note", "備考", fields.text("note")),
                ])
                .hide("request_id", &random_token()?)
                .button("作成を始める", "start", "main"),
        );
        page.cards.push(card);
    }
    page.cards
        .push(Card::new("", "w12").with_table(table, "一斉更新はまだありません。"));
    answer::page_with(status, &page)
}

/// 基準日: that of the latest list, until another day is typed.
fn cards_as_of(desk: &Desk, fields: &Fields) -> Result<Field, OfficeError> {
    let latest = desk
        .store()
        .read(|conn| card_list::latest(conn, i64::MAX))?;
    let typed = if fields.has("effective_from") {
        fields.text("card_as_of").to_owned()
    } else {
        latest.map_or_else(String::new, day_ja)
    };
    let hint = match latest {
        Some(day) => format!("最新の一覧は{}現在", day_ja(day)),
        None => "一覧がまだありません。kokuho import で一覧を取り込む".to_owned(),
    };
    let label = "マイナ保険証の一覧の基準日";
    Ok(Field::new(Input::Day, "card_as_of", label, &typed).hint(&hint))
}

/// Begins a renewal: the facts are frozen.
pub async fn start_renewal(posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let permit = desk.permit::<RunRenewal>()?;
            let today = desk.business_date();
            let mut errors = Vec::new();
            let effective_from =
                fields.required_day("effective_from", "発効期日", today, &mut errors);
            let issued_on = fields.required_day("issued_on", "交付日", today, &mut errors);
            let card_as_of = fields.required_day("card_as_of", "基準日", today, &mut errors);
            let (Some(effective_from), Some(issued_on), Some(card_as_of)) =
                (effective_from, issued_on, card_as_of)
            else {
                return list_renewals(desk, &fields, errors);
            };
            let rules = rules(desk)?;
            let request = renewal::Request {
                rules: &rules,
                effective_from,
                issued_on,
                card_as_of,
                chunk_households: CHUNK,
                note: fields.text("note").to_owned(),
            };
            let acting = desk.acting(fields.text("request_id"));
            let id = renewal::start(desk.store(), &permit, &acting, &request)?;
            make(desk.app(), id);
            Ok(answer::go(&format!("/renewals/{id}")))
        })
        .await
}

fn make(app: &App, id: i64) {
    beside(app, id, move |app| {
        let clock = app.config().clock;
        run_work::calculate(
            app.store(),
            id,
            threads(),
            &|| clock.now(),
            app.counter_first(),
        )
    });
}

fn hand_out(app: &App, id: i64) {
    beside(app, id, move |app| {
        let clock = app.config().clock;
        run_publish::publish(
            app.store(),
            id,
            threads(),
            &|| clock.now(),
            app.counter_first(),
        )
    });
}
