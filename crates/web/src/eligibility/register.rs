//! 資格台帳 — each person's spans, both pairs of days, events standing and taken back, and what waits.

use super::undo;
use crate::answer;
use crate::desk::Desk;
use crate::registry::codes::word;
use crate::registry::{acts, household, names};
use crate::view::cards::{Action, Card, CardsPage, Cell, Table};
use crate::view::format::{day_ja, moment_ja};
use crate::view::layout::{Badge, Tone};
use axum::extract::Path;
use axum::response::Response;
use db::Conn;
use law::eligibility::{HouseholdChange, Pending, PersonChange};
use office::eligibility::event::Event;
use office::eligibility::{PersonRegister, Says, event, person_register, picture};
use office::security::permit::{Function, ViewHousehold};
use office::{OfficeError, trail};

/// The page of a household.
pub async fn page(desk: Desk, Path(id): Path<i64>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<ViewHousehold>()?;
        desk.record(ViewHousehold::CODE, Some(id))?;
        let page = desk.store().read(|conn| gather(desk, conn, id))?;
        match page {
            Some(page) => answer::page(&page),
            None => answer::no_household(desk, id),
        }
    })
    .await
}

fn gather(desk: &Desk, conn: &mut Conn, id: i64) -> Result<Option<CardsPage>, OfficeError> {
    let today = desk.business_date();
    let mut layout = desk.layout("資格台帳");
    layout.subject = household::subject(desk, conn, id, "register")?;
    let Some(found) = office::registry::load_household(conn, id, today, None)? else {
        return Ok(None);
    };
    let mut page = CardsPage::new(layout, "資格台帳");
    let mut ids: Vec<i64> = found
        .heads
        .iter()
        .rev()
        .map(|head| head.fact.head_person_id)
        .collect();
    ids.extend(&found.ever_members);
    ids.extend(found.former_members.iter().map(|one| one.person_id));
    let mut seen = Vec::new();
    for person in ids {
        if seen.contains(&person) {
            continue;
        }
        seen.push(person);
        page.cards.extend(of_person(desk, conn, person, id)?);
    }
    page.cards.push(of_household(desk, conn, id)?);
    Ok(Some(page))
}

/// The cards of one person's register; nothing for somebody without any record of insurance.
///
/// # Errors
/// [`OfficeError`].
pub fn of_person(
    desk: &Desk,
    conn: &mut Conn,
    person: i64,
    household: i64,
) -> Result<Vec<Card>, OfficeError> {
    let rules = desk
        .book()?
        .eligibility_of(&desk.app().config().municipality_code)?;
    let register = person_register(conn, &rules, person, None)?;
    if register.cover.is_empty() && register.events.is_empty() && register.former.is_empty() {
        return Ok(Vec::new());
    }
    let names = names::people(conn, desk.business_date(), [person])?;
    let name = names.person(person);
    let mut spans = spans(&register);
    spans.title = format!("{name}の資格");
    let mut events = events(desk, conn, &register.events, &register.pending, household)?;
    events.title = format!("{name}の異動");
    Ok(vec![spans, events])
}

fn spans(register: &PersonRegister) -> Card {
    let mut table = Table::new(
        "資格の期間",
        &[
            "区分",
            "開始",
            "開始事由",
            "終了",
            "終了事由",
            "届出日",
            "#世帯番号",
            "#枝番",
        ],
    );
    for span in &register.cover {
        let fact = &span.fact;
        let reported: Vec<String> = [fact.gain_reported_on, fact.loss_reported_on]
            .into_iter()
            .flatten()
            .map(day_ja)
            .collect();
        let row = table.row(vec![
            "適用".into(),
            day_ja(span.valid.from).into(),
            word("gain_cause", &fact.gain_cause).into(),
            span.valid.until.map_or_else(String::new, day_ja).into(),
            fact.loss_cause
                .as_deref()
                .map_or_else(String::new, |code| word("loss_cause", code))
                .into(),
            reported.join("・").into(),
            Cell::link(
                &fact.household_id.to_string(),
                &format!("/households/{}", fact.household_id),
            ),
            format!("{:02}", fact.branch).into(),
        ]);
        row.off = span.valid.until.is_some();
    }
    for span in &register.prefecture {
        table.row(vec![
            "都道府県の資格".into(),
            day_ja(span.valid.from).into(),
            "".into(),
            span.valid.until.map_or_else(String::new, day_ja).into(),
            "".into(),
            "".into(),
            "".into(),
            "".into(),
        ]);
    }
    for span in &register.former {
        table.row(vec![
            "特定同一世帯所属者".into(),
            day_ja(span.valid.from).into(),
            "".into(),
            span.valid.until.map_or_else(String::new, day_ja).into(),
            "".into(),
            "".into(),
            span.fact.household_id.to_string().into(),
            "".into(),
        ]);
    }
    Card::new("資格", "w12").with_table(table, "資格の記録はありません。")
}

fn said(says: &Says) -> String {
    match says {
        Says::Person { event, .. } => match &event.change {
            PersonChange::Gain { household_id, .. } => format!("取得（世帯{household_id}）"),
            PersonChange::Loss { .. } => "喪失".to_owned(),
            PersonChange::Move { household_id, .. } => format!("世帯変更（世帯{household_id}へ）"),
            PersonChange::FormerStart { .. } => "特定同一世帯所属者の引継ぎ".to_owned(),
            PersonChange::FormerEnd => "特定同一世帯所属者の終了".to_owned(),
        },
        Says::Household { event, .. } => match &event.change {
            HouseholdChange::Founded { symbol, number, .. } => {
                format!("世帯の設定 {symbol} {number}")
            }
            HouseholdChange::Head { .. } => "世帯主の変更".to_owned(),
            HouseholdChange::Number { symbol, number } => {
                format!("記号番号の変更 {symbol} {number}")
            }
            HouseholdChange::Closed => "閉鎖".to_owned(),
        },
    }
}

fn events(
    desk: &Desk,
    conn: &mut Conn,
    all: &[Event],
    pending: &[Pending],
    household: i64,
) -> Result<Card, OfficeError> {
    let rules = desk.book()?.eligibility();
    let mut table = Table::new(
        "異動",
        &["異動日", "届出日", "事由", "内容", "登録", "状態"],
    );
    for one in all.iter().rev() {
        let name = rules
            .cause(&one.cause, one.occurred_on)
            .map_or(one.cause.as_str(), |cause| cause.name_ja.as_str());
        let by = trail::find(conn, one.act_id)?;
        let waits = pending.iter().find(|waits| waits.event_id == one.event_id);
        let state = match (one.undone_by, waits) {
            (Some(act), _) => Cell {
                small: format!("処理{act}"),
                ..Cell::badge("取消済", Tone::Plain)
            },
            (None, Some(waits)) => Cell {
                small: waits.reason.message_ja(),
                badges: vec![Badge::new(
                    "効力なし",
                    Tone::Warn,
                    &waits.reason.message_ja(),
                )],
                ..Cell::default()
            },
            (None, None) => Cell::badge("有効", Tone::Good),
        };
        let who = by
            .as_ref()
            .map_or_else(String::new, |act| act.staff_name.clone());
        let row = table.row(vec![
            day_ja(one.occurred_on).into(),
            one.reported_on.map_or_else(String::new, day_ja).into(),
            Cell::beside(name, &one.note),
            said(&one.says).into(),
            Cell {
                href: match household {
                    0 => format!("/acts/{}", one.act_id),
                    _ => format!("/acts/{}?household={household}", one.act_id),
                },
                ..Cell::beside(&moment_ja(one.recorded_at), &who)
            },
            state,
        ]);
        row.off = one.undone_by.is_some();
        let undoable = one.undone_by.is_none() && one.origin == event_origin();
        if undoable && by.is_some_and(|act| undo::offered(desk, &act)) {
            let href = format!("/households/{household}/undo-events/{}", one.act_id);
            row.actions.push(Action::link("取り消す", &href));
        }
    }
    Ok(Card::new("異動", "w12").with_table(
        table,
        "異動の登録はありません（移行・取込の期間だけです）。",
    ))
}

const fn event_origin() -> office::eligibility::Origin {
    office::eligibility::Origin::Registered
}

fn of_household(desk: &Desk, conn: &mut Conn, id: i64) -> Result<Card, OfficeError> {
    let (all, pending) = picture::household_register(conn, id)?;
    let mut card = events(desk, conn, &all, &pending, id)?;
    card.title = "世帯の異動".to_owned();
    Ok(card)
}

/// Where the result of an act is shown: the household its events are about.
pub async fn result(desk: Desk, Path(act): Path<i64>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<ViewHousehold>()?;
        let found = desk.store().read(|conn| {
            let events = event::of_act(conn, act)?;
            for one in &events {
                match &one.says {
                    Says::Household { household_id, .. } => return Ok(Some(*household_id)),
                    Says::Person { person_id, event } => match event.change {
                        PersonChange::Gain { household_id, .. }
                        | PersonChange::Move { household_id, .. }
                        | PersonChange::FormerStart { household_id, .. } => {
                            return Ok(Some(household_id));
                        }
                        PersonChange::Loss { .. } | PersonChange::FormerEnd => {
                            let home = acts::household_of(desk, conn, *person_id)?;
                            if home.is_some() {
                                return Ok(home);
                            }
                        }
                    },
                }
            }
            Ok::<_, OfficeError>(None)
        })?;
        Ok(answer::go(&match found {
            Some(household) => format!("/households/{household}?done={act}"),
            None => format!("/acts/{act}"),
        }))
    })
    .await
}
