//! 登録した異動 — who was registered in an act, what comes next, and how it is taken back.

use super::{hand as by_hand, names};
use crate::answer;
use crate::change::{self, About, Blank, Change, Shown};
use crate::desk::{Desk, Posted};
use crate::eligibility::{consequence, with_books};
use crate::fields::{Fields, note};
use crate::view::FieldError;
use crate::view::cards::{Action, Card, CardsPage, Cell, Note, Table};
use crate::view::entry::{Field, Form, Input};
use crate::view::format::{day_ja, moment_ja};
use crate::view::layout::Tone;
use crate::work::list as work;
use axum::extract::{Path, Query};
use axum::response::Response;
use db::Conn;
use office::registry::event::Source;
use office::registry::hand;
use office::registry::register::{HistoryEntry, history};
use office::security::permit::{
    Function, HandleWork, RegisterEligibility, RegisterResident, ViewHousehold,
};
use office::{Acting, OfficeError, trail};

/// The page.
pub async fn page(desk: Desk, Path(act): Path<i64>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<ViewHousehold>()?;
        let page = desk.store().read(|conn| gather(desk, conn, act))?;
        let Some((page, people)) = page else {
            return answer::not_found(desk, "この処理の住民異動");
        };
        for person in people {
            desk.record(ViewHousehold::CODE, Some(person))?;
        }
        answer::page(&page)
    })
    .await
}

/// The events an act stated, person by person; a record that was only carried over is none of them.
fn events(conn: &mut Conn, act: i64) -> Result<Vec<(i64, HistoryEntry)>, OfficeError> {
    let mut found = Vec::new();
    for person in hand::people_of(conn, act)? {
        let own = history(conn, person)?
            .into_iter()
            .filter(|entry| entry.stated.act_id == act && entry.stated.source == Source::Counter);
        found.extend(own.map(|entry| (person, entry)));
    }
    Ok(found)
}

type Page = Option<(CardsPage, Vec<i64>)>;

fn gather(desk: &Desk, conn: &mut Conn, act: i64) -> Result<Page, OfficeError> {
    let events = events(conn, act)?;
    let (Some(done), Some((_, first))) = (trail::find(conn, act)?, events.first()) else {
        return Ok(None);
    };
    let stands = events
        .iter()
        .any(|(_, entry)| entry.stated.undone_by_act.is_none());
    let mut page = CardsPage::new(desk.layout("登録した住民異動"), "登録した住民異動");
    page.aside = format!(
        "処理{act} {} {}",
        moment_ja(done.recorded_at),
        done.staff_name
    );
    let mut people: Vec<i64> = events.iter().map(|(person, _)| *person).collect();
    people.dedup();
    if stands {
        let lines = vec![format!("{}人の異動を登録しました。", people.len())];
        page.notes.push(Note::new(Tone::Good, "", lines));
    } else {
        let lines = vec!["この異動は取り消されています。".to_owned()];
        page.notes.push(Note::new(Tone::Warn, "", lines));
    }
    let mut card = people_card(desk, conn, &events)?;
    let event = &first.stated.event;
    if stands
        && by_hand::asks_for_gain(&event.cause)
        && desk.session().may(RegisterEligibility::CODE)
        && let Some(person) = people.first()
    {
        let href = format!(
            "/people/{person}/gain?occurred_on={}&reported_on={}",
            event.occurred_on,
            event
                .reported_on
                .map_or_else(String::new, |day| day.to_string())
        );
        let link = Action::link("国保の加入へ進む", &href);
        card.actions.push(link.main());
    }
    if stands && desk.session().may(RegisterResident::CODE) {
        let href = format!("/movements/{act}/undo");
        card.actions.push(Action::link("この異動を取り消す", &href));
    }
    page.cards.push(card);
    if desk.session().may(HandleWork::CODE) {
        let mut all: Option<Card> = None;
        for person in &people {
            let Some(mut card) = work::card(desk, conn, Some(*person), None)? else {
                continue;
            };
            match (&mut all, &mut card.table) {
                (
                    Some(Card {
                        table: Some(rows), ..
                    }),
                    Some(more),
                ) => {
                    rows.rows.append(&mut more.rows);
                }
                _ => all = Some(card),
            }
        }
        page.cards.extend(all);
    }
    Ok(Some((page, people)))
}

fn people_card(
    desk: &Desk,
    conn: &mut Conn,
    events: &[(i64, HistoryEntry)],
) -> Result<Card, OfficeError> {
    let names = names::people(
        conn,
        desk.business_date(),
        events.iter().map(|(person, _)| *person),
    )?;
    let mut table = Table::new(
        "対象者",
        &["宛名番号", "氏名", "異動日", "届出日", "異動事由", "状態"],
    );
    for (person, entry) in events {
        let event = &entry.stated.event;
        let undone = entry.stated.undone_by_act.is_some();
        let row = table.row(vec![
            Cell::link(&person.to_string(), &format!("/people/{person}")),
            names.person(*person).into(),
            day_ja(event.occurred_on).into(),
            event.reported_on.map_or_else(String::new, day_ja).into(),
            format!("{} {}", event.cause, entry.cause_ja).into(),
            if undone {
                Cell::badge("取消済", Tone::Plain)
            } else {
                Cell::badge("有効", Tone::Good)
            },
        ]);
        row.off = undone;
    }
    Ok(Card::new("対象者", "w12").with_table(table, ""))
}

/// Taking back every event of an act.
pub struct Undo(i64);

/// What is taken back, why, and on which version.
pub struct Order {
    reason: String,
    seen: i64,
    facts: Vec<(String, String)>,
}

/// The form.
pub async fn undo_page(
    desk: Desk,
    Path(act): Path<i64>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Response {
    change::open(desk, Undo(act), asked).await
}

/// The order.
pub async fn undo(Path(act): Path<i64>, posted: Posted) -> Response {
    change::send(posted, Undo(act)).await
}

impl Undo {
    fn said(&self, desk: &Desk, conn: &mut Conn) -> Result<Vec<(String, String)>, OfficeError> {
        let events = events(conn, self.0)?;
        let standing = events
            .iter()
            .filter(|(_, entry)| entry.stated.undone_by_act.is_none());
        let names = names::people(
            conn,
            desk.business_date(),
            events.iter().map(|(person, _)| *person),
        )?;
        let said: Vec<(String, String)> = standing
            .map(|(person, entry)| {
                let event = &entry.stated.event;
                (
                    names.person(*person),
                    format!(
                        "{} {} {}",
                        day_ja(event.occurred_on),
                        event.cause,
                        entry.cause_ja
                    ),
                )
            })
            .collect();
        if said.is_empty() {
            return Err(law::Refusal::new(
                "web.moved.missing",
                format!(
                    "処理{}の住民異動は、すべて取り消されているか、ありません",
                    self.0
                ),
            )
            .into());
        }
        Ok(said)
    }
}

impl Change for Undo {
    type Order = Order;

    fn title(&self) -> String {
        "住民異動の取消".to_owned()
    }

    fn about(&self) -> About {
        About::default()
    }

    fn allow(&self, desk: &Desk) -> Result<(), OfficeError> {
        desk.permit::<RegisterResident>()?;
        let people = desk.store().read(|conn| hand::people_of(conn, self.0))?;
        for person in people {
            desk.record(RegisterResident::CODE, Some(person))?;
        }
        Ok(())
    }

    fn blank(&self, desk: &Desk, conn: &mut Conn, fields: &Fields) -> Result<Blank, OfficeError> {
        let mut all: Vec<Field> = self
            .said(desk, conn)?
            .iter()
            .enumerate()
            .map(|(place, (name, what))| {
                Field::new(Input::Said, &format!("what{place}"), name, what).wide()
            })
            .collect();
        let reason = Field::new(Input::Text, "reason", "取消の理由", fields.text("reason"));
        all.push(reason.wide().first());
        let seen = if fields.has("version") {
            fields.text("version").to_owned()
        } else {
            let people = hand::people_of(conn, self.0)?;
            hand::versions(conn, &people)?.to_string()
        };
        Ok(Blank {
            form: Form::post(&format!("/movements/{}/undo", self.0))
                .fields(all)
                .hide("version", &seen),
            ..Blank::default()
        })
    }

    fn read(
        &self,
        desk: &Desk,
        conn: &mut Conn,
        fields: &Fields,
        errors: &mut Vec<FieldError>,
    ) -> Result<Option<Order>, OfficeError> {
        if fields.text("reason").is_empty() {
            note(errors, "reason", "取消の理由: 理由を入力してください");
            return Ok(None);
        }
        let mut facts = self.said(desk, conn)?;
        facts.push(("理由".to_owned(), fields.text("reason").to_owned()));
        Ok(Some(Order {
            reason: fields.text("reason").to_owned(),
            seen: fields.text("version").parse().unwrap_or(0),
            facts,
        }))
    }

    fn show(&self, desk: &Desk, order: &Order) -> Result<Shown, OfficeError> {
        let permit = desk.permit::<RegisterResident>()?;
        let found = with_books(desk, |books| {
            hand::preview_undo(
                desk.store(),
                &permit,
                &desk.acting(""),
                books,
                (self.0, &order.reason, order.seen),
            )
        })?;
        let mut shown = consequence::shown(desk, &found.consequences)?;
        shown.facts.clone_from(&order.facts);
        Ok(shown)
    }

    fn carry_out(&self, desk: &Desk, order: &Order, acting: &Acting) -> Result<(), OfficeError> {
        let permit = desk.permit::<RegisterResident>()?;
        with_books(desk, |books| {
            hand::undo(
                desk.store(),
                &permit,
                acting,
                books,
                (self.0, &order.reason, order.seen),
            )
        })?;
        Ok(())
    }

    fn done(&self, _: i64) -> String {
        format!("/movements/{}", self.0)
    }

    fn field_of(&self, label: &str) -> String {
        by_hand::field_of(label)
    }

    fn back(&self) -> String {
        format!("/movements/{}", self.0)
    }

    fn verb(&self) -> &'static str {
        "この異動を取り消す"
    }
}
