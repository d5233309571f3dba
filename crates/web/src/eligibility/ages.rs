//! 年齢到達 — what age alone brings about in a stretch of days: listed, then confirmed in one run.

use super::with_books;
use crate::answer;
use crate::desk::{Desk, Posted};
use crate::fields::Fields;
use crate::registry::names;
use crate::security::random_token;
use crate::view::cards::{Card, CardsPage, Cell, Table};
use crate::view::entry::{Field, Form, Input};
use crate::view::format::{count, day_ja};
use crate::view::layout::Tone;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use law::Date;
use office::OfficeError;
use office::eligibility::age;
use office::security::permit::{Function, RunEligibility};

/// So many people are shown at once.
const MOST: usize = 200;

/// The stretch asked for: from its first day, until before its last.
fn stretch(
    desk: &Desk,
    fields: &Fields,
    errors: &mut Vec<crate::view::FieldError>,
) -> (Date, Date) {
    let today = desk.business_date();
    let first = today.first_of_month();
    let from = fields.day("from", "から", today, errors).unwrap_or(first);
    let last = fields
        .day("until", "まで", today, errors)
        .unwrap_or_else(|| today.last_of_month());
    (from, law::date::next_day(last))
}

/// The list.
pub async fn page(desk: Desk, Query(asked): Query<Vec<(String, String)>>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<RunEligibility>()?;
        desk.record(RunEligibility::CODE, None)?;
        let fields = Fields::new(asked);
        let mut errors = Vec::new();
        let (from, until) = stretch(desk, &fields, &mut errors);
        let today = desk.business_date();
        let (all, names) = desk.store().read(|conn| {
            let all = age::list(conn, from, until)?;
            let shown = all.iter().take(MOST).map(|one| one.person_id);
            let names = names::people(conn, today, shown.collect::<Vec<_>>())?;
            Ok::<_, OfficeError>((all, names))
        })?;
        let mut table = Table::new(
            "年齢到達",
            &[
                "人",
                "#世帯番号",
                "到達",
                "生年月日",
                "年齢に達する日",
                "効力の日",
                "状態",
            ],
        );
        let mut open = 0_i64;
        for one in &all {
            if one.done.is_none() {
                open += 1;
            }
        }
        for one in all.iter().take(MOST) {
            let unknown = if one.birth_unknown {
                "（不詳）"
            } else {
                ""
            };
            let row = table.row(vec![
                Cell::link(
                    &names.person(one.person_id),
                    &format!("/people/{}", one.person_id),
                ),
                Cell::link(
                    &one.household_id.to_string(),
                    &format!("/households/{}", one.household_id),
                ),
                one.milestone.label_ja().into(),
                format!("{}{unknown}", day_ja(one.birth_on)).into(),
                day_ja(one.attained_on).into(),
                day_ja(one.effective_on).into(),
                match &one.done {
                    Some(_) => Cell::badge("確認済", Tone::Good),
                    None => Cell::badge("未確認", Tone::Warn),
                },
            ]);
            row.off = one.done.is_some();
        }
        let status = if errors.is_empty() {
            StatusCode::OK
        } else {
            StatusCode::UNPROCESSABLE_ENTITY
        };
        let last = law::date::previous_day(until);
        let mut layout = desk.layout("年齢到達");
        layout.errors = errors;
        let mut page = CardsPage::new(layout, "年齢到達");
        page.aside = format!(
            "{}件 うち未確認{}件",
            count(i64::try_from(all.len()).unwrap_or(i64::MAX)),
            count(open)
        );
        let mut ask = Card::new("", "w6");
        ask.form = Some(
            Form::get("/ages")
                .fields(vec![
                    Field::new(Input::Day, "from", "から", &day_ja(from)),
                    Field::new(Input::Day, "until", "まで", &day_ja(last)),
                ])
                .button("表示", "", ""),
        );
        page.cards.push(ask);
        let mut todo = Card::new("", "w6");
        if open == 0 {
            todo.empty = "確認する人はいません。".to_owned();
        } else {
            todo.form = Some(
                Form::post("/ages")
                    .fields(vec![Field::new(
                        Input::Said,
                        "what",
                        "確認すること",
                        "75歳は喪失を登録し、ほかの年齢は賦課・判定・証を改めます",
                    )])
                    .hide("from", &from.to_string())
                    .hide("until", &last.to_string())
                    .hide("request_id", &random_token()?)
                    .button("この一覧を確認して登録する", "confirm", "main"),
            );
        }
        page.cards.push(todo);
        page.cards
            .push(Card::new("", "w12").with_table(table, "この期間に年齢に達する人はいません。"));
        answer::page_with(status, &page)
    })
    .await
}

/// Confirms the list: a job beside the pages.
pub async fn confirm(posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let permit = desk.permit::<RunEligibility>()?;
            let mut errors = Vec::new();
            let (from, until) = stretch(desk, &fields, &mut errors);
            let acting = desk.acting(fields.text("request_id"));
            let job = age::start(desk.store(), &permit, &acting, from, until)?;
            let Some(job) = job else {
                return Ok(answer::go("/ages"));
            };
            let worker = desk.clone();
            let acting = desk.acting("");
            std::thread::spawn(move || {
                let clock = worker.app().config().clock;
                let done = with_books(&worker, |books| {
                    let listen = worker.app().counter_first();
                    age::run(
                        worker.store(),
                        &permit,
                        &acting,
                        job,
                        books,
                        &|| clock.now(),
                        listen,
                    )
                });
                if let Err(error) = done {
                    tracing::error!(job, error = %error, "confirming ages failed");
                }
            });
            Ok(answer::go(&format!("/jobs/{job}")))
        })
        .await
}
