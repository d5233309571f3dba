//! 全件ファイルにない人 — everyone a full file left out, each to be decided: still here, gone, or asked about; with counts.

use crate::answer;
use crate::desk::{Desk, Posted};
use crate::fields::{Fields, note};
use crate::registry::{acts, codes, names};
use crate::security::random_token;
use crate::view::FieldError;
use crate::view::cards::{Action, Card, CardsPage, Cell, Table};
use crate::view::entry::{Choice, Field, Form, Input};
use crate::view::format::count;
use crate::view::layout::{Badge, Tone};
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use db::Conn;
use office::OfficeError;
use office::import::{Absent, Decided, Municipality, absent, absent_counts, decide_absent};
use office::security::permit::{Function, RegisterEligibility, RegisterResident, SettleHeld};
use serde::Deserialize;

/// Rows on one page.
const PAGE: i64 = 50;

/// Where the list begins.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub struct After {
    #[serde(default)]
    file: i64,
    #[serde(default)]
    row: i64,
}

/// The list with its counts.
pub async fn page(desk: Desk, Query(after): Query<After>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<SettleHeld>()?;
        desk.record(SettleHeld::CODE, None)?;
        let page = desk.store().read(|conn| {
            let mut page =
                CardsPage::new(desk.layout("全件ファイルにない人"), "全件ファイルにない人");
            page.cards.push(counts(conn)?);
            page.cards.push(list(desk, conn, after)?);
            Ok::<_, OfficeError>(page)
        })?;
        answer::page(&page)
    })
    .await
}

fn title_of(layout: &str) -> String {
    codes::catalogue()
        .and_then(|catalogue| catalogue.layout(layout))
        .map_or(layout, |layout| layout.title_ja.as_str())
        .to_owned()
}

fn counts(conn: &mut Conn) -> Result<Card, OfficeError> {
    let mut table = Table::new(
        "ファイルごとの件数",
        &[
            "#受付番号",
            "レイアウト",
            "ファイル名",
            "#未決定",
            "#終わった・後の全件で解消",
            "#まだいる（漏れ）",
            "#合計",
        ],
    );
    for one in absent_counts(conn)? {
        let row = table.row(vec![
            Cell::link(
                &one.file_id.to_string(),
                &format!("/held?file={}", one.file_id),
            ),
            title_of(&one.layout).into(),
            one.file_name.as_str().into(),
            count(one.open).into(),
            count(one.settled).into(),
            count(one.dismissed).into(),
            count(one.open + one.settled + one.dismissed).into(),
        ]);
        row.off = one.open == 0;
    }
    let none = "全件ファイルにない人はいません。";
    Ok(Card::new("件数", "w12").with_table(table, none))
}

/// Name and way to somebody.
fn subject(desk: &Desk, conn: &mut Conn, one: &Absent) -> Result<Cell, OfficeError> {
    let today = desk.business_date();
    if one.household {
        let number = names::household_number(conn, one.subject, today)?;
        let mut cell = Cell::link(
            &format!("世帯番号{}", one.subject),
            &format!("/households/{}", one.subject),
        );
        cell.small = number;
        return Ok(cell);
    }
    let names = names::people(conn, today, [one.subject])?;
    let mut cell = Cell::link(
        &names.person(one.subject),
        &format!("/people/{}", one.subject),
    );
    cell.small = one.subject.to_string();
    Ok(cell)
}

fn list(desk: &Desk, conn: &mut Conn, after: After) -> Result<Card, OfficeError> {
    let found = absent(conn, (after.file, after.row), PAGE)?;
    let mut table = Table::new("未決定", &["対象", "ファイルと行", "担当", "状態"]);
    for one in &found {
        let (file, number) = (one.row.file_id, one.row.row_number);
        let state = if one.asked {
            Cell::badge("照会中", Tone::Info)
        } else {
            Cell::badge("未決定", Tone::Warn)
        };
        let row = table.row(vec![
            subject(desk, conn, one)?,
            format!("受付{file} {number}行目").into(),
            one.row.owner.as_str().into(),
            state,
        ]);
        let href = format!("/missing/{file}/{number}");
        row.actions.push(Action::link("決める", &href));
    }
    if let Some(last) = found.last()
        && i64::try_from(found.len()).is_ok_and(|count| count >= PAGE)
    {
        table.more_href = format!(
            "/missing?file={}&row={}",
            last.row.file_id, last.row.row_number
        );
    }
    Ok(Card::new("未決定の人", "w12").with_table(table, "決めるものはありません。"))
}

/// The form of one of them.
pub async fn one(desk: Desk, Path((file, row)): Path<(i64, i64)>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<SettleHeld>()?;
        show(desk, (file, row), &Fields::default(), Vec::new())
    })
    .await
}

fn show(
    desk: &Desk,
    (file, row): (i64, i64),
    fields: &Fields,
    errors: Vec<FieldError>,
) -> Result<Response, OfficeError> {
    let found = desk
        .store()
        .read(|conn| absent(conn, (file, row.saturating_sub(1)), 1))?
        .into_iter()
        .find(|one| (one.row.file_id, one.row.row_number) == (file, row));
    let Some(found) = found else {
        return answer::not_found(desk, "決めるこの行");
    };
    desk.record(SettleHeld::CODE, Some(found.subject))?;
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let mut layout = desk.layout("全件ファイルにない人");
    layout.errors = errors;
    let mut page = CardsPage::new(layout, "全件ファイルにない人");
    page.aside = format!("受付{file} {row}行目");
    if found.asked {
        page.badges
            .push(Badge::new("照会中", Tone::Info, "送り元に照会しています"));
    }
    let cards = desk.store().read(|conn| {
        let mut facts = Card::new("対象", "w6");
        facts.fact("対象", subject(desk, conn, &found)?);
        facts.fact("知らせ", found.row.message.as_str());
        let home = if found.household {
            Some(found.subject)
        } else {
            acts::household_of(desk, conn, found.subject)?
        };
        // Where the last day is registered.
        if let Some(home) = home.filter(|_| desk.session().may(RegisterEligibility::CODE)) {
            let link = Action::link("喪失の届出", &format!("/households/{home}/loss"));
            facts.actions.push(link);
        }
        if !found.household && desk.session().may(RegisterResident::CODE) {
            let href = format!("/people/{}/movement/leave", found.subject);
            facts.actions.push(Action::link("転出・死亡・消除", &href));
        }
        Ok::<_, OfficeError>(facts)
    })?;
    page.cards.push(cards);
    let choices: Vec<Choice> = [
        ("here", "まだいる（ファイルの漏れ。登録を残す）"),
        ("gone", "終わっている（終わった日を登録した）"),
        ("ask", "送り元に照会する（決めずに残す）"),
    ]
    .map(|(code, label)| (code.to_owned(), label.to_owned()))
    .to_vec();
    let mut card = Card::new("決める", "w6");
    card.form = Some(
        Form::post(&format!("/missing/{file}/{row}"))
            .fields(vec![
                Field::new(
                    Input::Choice(choices),
                    "decided",
                    "決定",
                    fields.text("decided"),
                )
                .wide()
                .first(),
                Field::new(
                    Input::Text,
                    "reason",
                    "理由・照会の内容",
                    fields.text("reason"),
                )
                .wide(),
            ])
            .hide("request_id", &random_token()?)
            .button("決める", "decide", "main")
            .back("一覧へ", "/missing"),
    );
    page.cards.push(card);
    answer::page_with(status, &page)
}

/// Decides about one of them.
pub async fn decide(Path((file, row)): Path<(i64, i64)>, posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let permit = desk.permit::<SettleHeld>()?;
            let mut errors = Vec::new();
            let decided = match fields.text("decided") {
                "here" => Decided::StillHere,
                "gone" => Decided::Gone,
                "ask" => Decided::Ask,
                _ => {
                    note(&mut errors, "decided", "決定: 一覧から選んでください");
                    return show(desk, (file, row), &fields, errors);
                }
            };
            let Some(catalogue) = codes::catalogue() else {
                return Err(OfficeError::Bug("同梱のレイアウトを読めません".to_owned()));
            };
            let municipality = Municipality::new(&desk.app().config().municipality_code);
            let acting = desk.acting(fields.text("request_id"));
            let words = fields.text("reason");
            match decide_absent(
                desk.store(),
                catalogue,
                &permit,
                &acting,
                &municipality,
                (file, row),
                (decided, words),
            ) {
                Ok(()) => Ok(answer::go("/missing")),
                Err(other) if answer::is_repeated_order(&other) => Ok(answer::go("/missing")),
                Err(OfficeError::Input { field, message }) => {
                    let place = if field == "理由" {
                        "reason"
                    } else {
                        "decided"
                    };
                    note(&mut errors, place, &message);
                    show(desk, (file, row), &fields, errors)
                }
                Err(other) => Err(other),
            }
        })
        .await
}
