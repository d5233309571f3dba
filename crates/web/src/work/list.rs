//! 処理待ち — mine, my role's, everybody's; overdue first, each item open to the person it is about.

use crate::answer;
use crate::desk::{Desk, Posted};
use crate::fields::{Fields, note};
use crate::registry::{household, names};
use crate::security::random_token;
use crate::view::FieldError;
use crate::view::cards::{Action, Card, CardsPage, Cell, Row, Table};
use crate::view::entry::{Choice, Field, Form, Input};
use crate::view::format::{count, day_ja, moment_ja};
use crate::view::layout::{Badge, Tone};
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use db::Conn;
use law::Date;
use office::security::Role;
use office::security::permit::{Function, HandleWork};
use office::worklist::{
    self, Candidate, Cursor, Filter, Handover, Item, Kind, Outcome, Owner, State,
};
use office::{OfficeError, trail};
use serde::Deserialize;

/// Which items, and where the list begins.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Asked {
    /// `mine`, `role`, `all`, `settled`; my role's where it is not said.
    #[serde(default)]
    of: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    after_on: String,
    #[serde(default)]
    after: i64,
}

/// The list.
pub async fn page(desk: Desk, Query(asked): Query<Asked>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<HandleWork>()?;
        desk.record(HandleWork::CODE, None)?;
        let page = desk.store().read(|conn| gather(desk, conn, &asked))?;
        answer::page(&page)
    })
    .await
}

/// The roles of this member of staff that look after matters.
fn roles(desk: &Desk) -> impl Iterator<Item = Role> + '_ {
    desk.session()
        .roles()
        .iter()
        .copied()
        .filter(|role| role.holds(HandleWork::CODE))
}

fn filter(desk: &Desk, asked: &Asked) -> Filter {
    let mut filter = Filter {
        kind: Kind::of(&asked.kind),
        ..Filter::default()
    };
    match asked.of.as_str() {
        "mine" => filter.staff_id = Some(desk.session().staff_id()),
        "all" => {}
        "settled" => filter.settled = true,
        _ => filter.role = roles(desk).next(),
    }
    filter
}

fn gather(desk: &Desk, conn: &mut Conn, asked: &Asked) -> Result<CardsPage, OfficeError> {
    let today = desk.business_date();
    let filter = filter(desk, asked);
    let cursor = asked.after_on.parse::<Date>().ok().map(|due_on| Cursor {
        due_on,
        item_id: asked.after,
    });
    let found = worklist::list(conn, &filter, cursor.as_ref(), today)?;
    let mut page = CardsPage::new(desk.layout("処理待ち"), "処理待ち");
    let mut views = Card::new("", "w12");
    for (of, label) in [
        ("role", "自分の役割"),
        ("mine", "自分"),
        ("all", "すべて"),
        ("settled", "処理済"),
    ] {
        let here = asked.of == of || asked.of.is_empty() && of == "role";
        let link = Action::link(label, &format!("/work?of={of}&kind={}", asked.kind));
        views.actions.push(if here { link.main() } else { link });
    }
    page.cards.push(views);
    let mut kinds = Table::new(
        "種類ごとの件数",
        &["種類", "#件数", "#期限超過", "最も早い期限"],
    );
    for one in worklist::count_by_kind(conn, filter.role, today)? {
        let overdue = if one.overdue > 0 {
            Cell {
                badges: vec![Badge::new(
                    &count(one.overdue),
                    Tone::Bad,
                    "期限を過ぎています",
                )],
                ..Cell::default()
            }
        } else {
            "0".into()
        };
        kinds.row(vec![
            Cell::link(
                &one.label_ja,
                &format!("/work?of={}&kind={}", asked.of, one.kind),
            ),
            count(one.open).into(),
            overdue,
            day_ja(one.first_due_on).into(),
        ]);
    }
    let mut table = Table::new("処理待ち", &["期限", "種類", "対象", "件名", "担当"]);
    for item in &found.items {
        table.rows.push(row(desk, conn, item)?);
    }
    if let Some(next) = found.next {
        table.more_href = format!(
            "/work?of={}&kind={}&after_on={}&after={}",
            asked.of, asked.kind, next.due_on, next.item_id
        );
    }
    let title = filter.kind.map_or("一覧", |kind| kind.label_ja);
    let mut list = Card::new(title, "w8").with_table(table, "待っているものはありません。");
    if filter.kind.is_some() {
        let href = format!("/work?of={}", asked.of);
        list.actions.push(Action::link("すべての種類", &href));
    }
    page.cards.push(list);
    page.cards
        .push(Card::new("種類ごと", "w4").with_table(kinds, "待っているものはありません。"));
    Ok(page)
}

fn due(item: &Item) -> Cell {
    let mut cell = Cell::link(&day_ja(item.due_on), &format!("/work/{}", item.item_id));
    if item.overdue {
        cell.badges
            .push(Badge::new("期限超過", Tone::Bad, "期限を過ぎています"));
    }
    cell
}

/// A line of a list of items.
fn row(desk: &Desk, conn: &mut Conn, item: &Item) -> Result<Row, OfficeError> {
    Ok(Row {
        cells: vec![
            due(item),
            item.kind_ja.as_str().into(),
            subject(desk, conn, item)?,
            item.title.as_str().into(),
            owner(desk, item.owner).into(),
        ],
        off: item.state == State::Settled,
        actions: Vec::new(),
    })
}

/// Whom an item is about, and the way there.
fn subject(desk: &Desk, conn: &mut Conn, item: &Item) -> Result<Cell, OfficeError> {
    let today = desk.business_date();
    Ok(match (item.person_id, item.household_id) {
        (Some(person), _) => {
            let names = names::people(conn, today, [person])?;
            Cell::link(&names.person(person), &format!("/people/{person}"))
        }
        (None, Some(household)) => {
            let number = names::household_number(conn, household, today)?;
            let text = if number.is_empty() {
                format!("世帯番号{household}")
            } else {
                number
            };
            Cell::link(&text, &format!("/households/{household}"))
        }
        (None, None) => Cell::default(),
    })
}

fn owner(desk: &Desk, owner: Owner) -> String {
    match owner.staff_id {
        Some(staff) if staff == desk.session().staff_id() => {
            format!("{}（自分）", owner.role.name_ja())
        }
        Some(staff) => format!("{}（職員{staff}）", owner.role.name_ja()),
        None => owner.role.name_ja().to_owned(),
    }
}

/// The open items about a person or a household, as a card; nothing where there are none.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn card(
    desk: &Desk,
    conn: &mut Conn,
    person: Option<i64>,
    household: Option<i64>,
) -> Result<Option<Card>, OfficeError> {
    let filter = Filter {
        person_id: person,
        household_id: household,
        ..Filter::default()
    };
    let found = worklist::list(conn, &filter, None, desk.business_date())?;
    if found.items.is_empty() {
        return Ok(None);
    }
    let mut table = Table::new("処理待ち", &["期限", "種類", "対象", "件名", "担当"]);
    for item in &found.items {
        table.rows.push(row(desk, conn, item)?);
    }
    Ok(Some(
        Card::new("処理待ち", "w12").with_table(table, "待っているものはありません。"),
    ))
}

/// One item with its history.
pub async fn item(desk: Desk, Path(item_id): Path<i64>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<HandleWork>()?;
        show(desk, item_id, &Fields::default(), Vec::new())
    })
    .await
}

fn show(
    desk: &Desk,
    item_id: i64,
    fields: &Fields,
    errors: Vec<FieldError>,
) -> Result<Response, OfficeError> {
    let today = desk.business_date();
    let Some(item) = desk
        .store()
        .read(|conn| worklist::get(conn, item_id, today))?
    else {
        return answer::not_found(desk, "この処理待ち");
    };
    desk.record(HandleWork::CODE, item.person_id.or(item.household_id))?;
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let mut page = desk.store().read(|conn| {
        let mut layout = desk.layout(&item.kind_ja);
        layout.subject = match item.household_id {
            Some(household) => household::subject(desk, conn, household, "tasks")?,
            None => None,
        };
        let mut page = CardsPage::new(layout, &format!("{} {item_id}", item.kind_ja));
        page.cards.push(facts(desk, conn, &item)?);
        page.cards.push(history(desk, conn, item_id)?);
        Ok::<_, OfficeError>(page)
    })?;
    page.page.errors = errors;
    if item.state == State::Open {
        page.cards.push(settle_card(&item, fields)?);
        page.cards.push(assign_card(desk, &item, fields)?);
    }
    answer::page_with(status, &page)
}

fn facts(desk: &Desk, conn: &mut Conn, item: &Item) -> Result<Card, OfficeError> {
    let mut card = Card::new(&item.title, "w6");
    card.fact("対象", subject(desk, conn, item)?);
    card.fact("期限", {
        let mut cell = due(item);
        cell.href.clear();
        cell
    });
    card.fact("担当", owner(desk, item.owner));
    card.fact("状態", item.state.label_ja());
    if let Some(outcome) = item.outcome {
        card.fact("結果", outcome.label_ja());
    }
    match Candidate::of(item) {
        Some(candidate) => {
            card.fact("異動日", day_ja(candidate.occurred_on));
            card.fact(
                "届出日",
                candidate.reported_on.map_or_else(String::new, day_ja),
            );
            card.fact("知らせたもの", candidate.told_by);
        }
        None if !item.detail.starts_with('{') => card.fact("内容", item.detail.as_str()),
        None => {}
    }
    card.fact("元になったもの", item.source.as_str());
    Ok(card)
}

fn history(desk: &Desk, conn: &mut Conn, item_id: i64) -> Result<Card, OfficeError> {
    let mut table = Table::new(
        "経過",
        &["日時", "職員", "したこと", "担当", "期限", "内容"],
    );
    for step in worklist::steps(conn, item_id)? {
        let act = trail::find(conn, step.act_id)?;
        let what = match (step.what.as_str(), step.outcome) {
            ("open", _) => "登録".to_owned(),
            ("assign", _) => "担当替え".to_owned(),
            (_, Some(outcome)) => outcome.label_ja().to_owned(),
            (other, None) => other.to_owned(),
        };
        table.row(vec![
            act.as_ref()
                .map_or_else(String::new, |act| moment_ja(act.recorded_at))
                .into(),
            act.map_or_else(String::new, |act| act.staff_name).into(),
            what.into(),
            owner(desk, step.owner).into(),
            day_ja(step.due_on).into(),
            step.note.into(),
        ]);
    }
    Ok(Card::new("経過", "w6").with_table(table, "経過はありません。"))
}

fn settle_card(item: &Item, fields: &Fields) -> Result<Card, OfficeError> {
    let outcomes: Vec<Choice> = [Outcome::Done, Outcome::NotNeeded]
        .map(|one| (one.code().to_owned(), one.label_ja().to_owned()))
        .to_vec();
    let form = Form::post(&format!("/work/{}", item.item_id))
        .fields(vec![
            Field::new(
                Input::Choice(outcomes),
                "outcome",
                "結果",
                fields.text("outcome"),
            ),
            Field::new(Input::Text, "note", "対応内容", fields.text("note")).wide(),
        ])
        .hide("steps", &item.steps.to_string())
        .hide("request_id", &random_token()?)
        .button("処理済にする", "settle", "main");
    let mut card = Card::new("処理済にする", "w6");
    card.form = Some(form);
    Ok(card)
}

fn assign_card(desk: &Desk, item: &Item, fields: &Fields) -> Result<Card, OfficeError> {
    let mut owners: Vec<Choice> = roles(desk)
        .map(|role| {
            (
                format!("me/{}", role.code()),
                format!("自分（{}）", role.name_ja()),
            )
        })
        .collect();
    owners.extend(
        Role::ALL
            .into_iter()
            .filter(|role| role.holds(HandleWork::CODE))
            .map(|role| (role.code().to_owned(), role.name_ja().to_owned())),
    );
    let until = if fields.has("due_on") {
        fields.text("due_on").to_owned()
    } else {
        day_ja(item.due_on)
    };
    let form = Form::post(&format!("/work/{}", item.item_id))
        .fields(vec![
            Field::new(Input::Choice(owners), "owner", "担当", fields.text("owner")),
            Field::new(Input::Day, "due_on", "期限", &until),
            Field::new(Input::Text, "why", "申し送り", fields.text("why")).wide(),
        ])
        .hide("steps", &item.steps.to_string())
        .hide("request_id", &random_token()?)
        .button("担当・期限を変える", "assign", "");
    let mut card = Card::new("担当・期限を変える", "w6");
    card.form = Some(form);
    Ok(card)
}

/// Settles an item or gives it to somebody.
pub async fn handle(Path(item_id): Path<i64>, posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let permit = desk.permit::<HandleWork>()?;
            let acting = desk.acting(fields.text("request_id"));
            let steps = fields.text("steps").parse::<i64>().unwrap_or(0);
            let mut errors = Vec::new();
            let done = if fields.text("do") == "assign" {
                let due_on = fields.day("due_on", "期限", desk.business_date(), &mut errors);
                let typed = fields.text("owner");
                let (own, code) = typed
                    .strip_prefix("me/")
                    .map_or((false, typed), |code| (true, code));
                let Some(role) = Role::from_code(code) else {
                    note(&mut errors, "owner", "担当: 一覧から選んでください");
                    return show(desk, item_id, &fields, errors);
                };
                if !errors.is_empty() {
                    return show(desk, item_id, &fields, errors);
                }
                let handover = Handover {
                    owner: Owner {
                        role,
                        staff_id: own.then(|| desk.session().staff_id()),
                    },
                    due_on,
                    note: fields.text("why"),
                };
                worklist::assign(desk.store(), &permit, &acting, item_id, steps, &handover)
            } else {
                let outcome = Outcome::from_code(fields.text("outcome")).unwrap_or(Outcome::Done);
                let words = fields.text("note");
                worklist::settle_by(
                    desk.store(),
                    &permit,
                    &acting,
                    item_id,
                    steps,
                    outcome,
                    words,
                )
            };
            match done {
                Ok(()) => Ok(answer::go(&format!("/work/{item_id}"))),
                Err(OfficeError::Input { field, message }) => {
                    note(&mut errors, "note", &format!("{field}: {message}"));
                    show(desk, item_id, &fields, errors)
                }
                Err(other) if answer::is_repeated_order(&other) => {
                    Ok(answer::go(&format!("/work/{item_id}")))
                }
                Err(other) => Err(other),
            }
        })
        .await
}
