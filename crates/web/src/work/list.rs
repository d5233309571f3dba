//! 処理待ち — mine, my role's, everybody's; overdue first, each item open to the person it is about.

use crate::answer;
use crate::desk::Desk;
use crate::registry::names;
use crate::view::cards::{Action, Card, CardsPage, Cell, Row, Table};
use crate::view::format::{count, day_ja};
use crate::view::layout::{Badge, Tone};
use axum::extract::Query;
use axum::response::Response;
use db::Conn;
use law::Date;
use office::OfficeError;
use office::security::Role;
use office::security::permit::{Function, HandleWork};
use office::worklist::{self, Cursor, Filter, Item, Kind, Owner, State};
use serde::Deserialize;
use std::collections::HashMap;

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
pub(super) fn roles(desk: &Desk) -> impl Iterator<Item = Role> + '_ {
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
        _ => filter.roles = roles(desk).collect(),
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
    for one in worklist::count_by_kind(conn, &filter.roles, today)? {
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
    let subjects = Subjects::read(desk, conn, &found.items)?;
    for item in &found.items {
        table.rows.push(row(desk, &subjects, item));
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

pub(super) fn due(item: &Item) -> Cell {
    let mut cell = Cell::link(&day_ja(item.due_on), &format!("/work/{}", item.item_id));
    if item.overdue {
        cell.badges
            .push(Badge::new("期限超過", Tone::Bad, "期限を過ぎています"));
    }
    cell
}

/// A line of a list of items.
fn row(desk: &Desk, subjects: &Subjects, item: &Item) -> Row {
    Row {
        cells: vec![
            due(item),
            item.kind_ja.as_str().into(),
            subjects.of(item),
            item.title.as_str().into(),
            owner(desk, item.owner).into(),
        ],
        off: item.state == State::Settled,
        actions: Vec::new(),
    }
}

/// Whom some items are about, read for all of them together.
pub(super) struct Subjects {
    names: names::Names,
    numbers: HashMap<i64, String>,
}

impl Subjects {
    /// # Errors
    /// [`OfficeError::Store`].
    pub(super) fn read(desk: &Desk, conn: &mut Conn, items: &[Item]) -> Result<Self, OfficeError> {
        let today = desk.business_date();
        let people = items.iter().filter_map(|item| item.person_id);
        let alone = items.iter().filter(|item| item.person_id.is_none());
        let households = alone.filter_map(|item| item.household_id);
        Ok(Self {
            names: names::people(conn, today, people)?,
            numbers: names::household_numbers(conn, households, today)?,
        })
    }

    /// Whom an item is about, and the way there.
    pub(super) fn of(&self, item: &Item) -> Cell {
        match (item.person_id, item.household_id) {
            (Some(person), _) => {
                Cell::link(&self.names.person(person), &format!("/people/{person}"))
            }
            (None, Some(household)) => {
                let number = self.numbers.get(&household).filter(|text| !text.is_empty());
                let text = number.map_or_else(|| format!("世帯番号{household}"), Clone::clone);
                Cell::link(&text, &format!("/households/{household}"))
            }
            (None, None) => Cell::default(),
        }
    }
}

pub(super) fn owner(desk: &Desk, owner: Owner) -> String {
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
    let subjects = Subjects::read(desk, conn, &found.items)?;
    for item in &found.items {
        table.rows.push(row(desk, &subjects, item));
    }
    Ok(Some(
        Card::new("処理待ち", "w12").with_table(table, "待っているものはありません。"),
    ))
}
