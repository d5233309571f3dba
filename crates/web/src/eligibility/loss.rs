//! 喪失の届出 — one or more people of a household.

use super::people::{self, Candidate};
use super::{Order, causes};
use crate::change::{self, About, Blank, Change, Shown};
use crate::desk::{Desk, Posted};
use crate::fields::{Fields, note};
use crate::view::FieldError;
use crate::view::entry::{Field, Form, Input};
use crate::view::format::day_ja;
use axum::extract::{Path, Query};
use axum::response::Response;
use db::Conn;
use law::rules::eligibility::Side;
use office::eligibility::as_of::end_registered;
use office::eligibility::{NewChange, NewEvent, Request, version};
use office::security::permit::RegisterEligibility;
use office::{Acting, OfficeError};

/// 喪失の届出.
pub struct Loss(i64);

/// The form.
pub async fn page(
    desk: Desk,
    Path(household): Path<i64>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Response {
    change::open(desk, Loss(household), asked).await
}

/// What was typed.
pub async fn send(Path(household): Path<i64>, posted: Posted) -> Response {
    change::send(posted, Loss(household)).await
}

impl Loss {
    /// Who is insured in the household today or later, with an end that is registered or without.
    fn insured(&self, desk: &Desk, conn: &mut Conn) -> Result<Vec<Candidate>, OfficeError> {
        let mut all = people::around_household(desk, conn, self.0)?;
        let today = desk.business_date();
        all.retain(|one| one.stay(self.0, today).is_some());
        Ok(all)
    }

    /// 登録済みの喪失 of those who leave, which the new one takes the place of: the events, and how they are said.
    fn replaced(
        &self,
        desk: &Desk,
        conn: &mut Conn,
        leaving: &[&Candidate],
    ) -> Result<(Vec<i64>, Vec<String>), OfficeError> {
        let today = desk.business_date();
        let book = desk.book()?;
        let book = book.eligibility_of(&desk.app().config().municipality_code)?;
        let (mut events, mut told) = (Vec::new(), Vec::new());
        for one in leaving {
            let found = end_registered(conn, &book, (one.id(), self.0), today)?;
            if let Some((event_id, until)) = found {
                events.push(event_id);
                told.push(format!("{} {}", one.name, day_ja(until)));
            }
        }
        Ok((events, told))
    }
}

impl Change for Loss {
    type Order = Order;

    fn title(&self) -> String {
        "喪失の届出".to_owned()
    }

    fn about(&self) -> About {
        About {
            household: Some(self.0),
            person: None,
            tab: "tasks",
        }
    }

    fn allow(&self, desk: &Desk) -> Result<(), OfficeError> {
        desk.permit::<RegisterEligibility>().map(|_| ())
    }

    fn blank(&self, desk: &Desk, conn: &mut Conn, fields: &Fields) -> Result<Blank, OfficeError> {
        let people = self.insured(desk, conn)?;
        let fresh = !fields.has("cause");
        let only = people.len() == 1;
        let ticks: Vec<Field> = people
            .iter()
            .map(|one| {
                let name = format!("leave_{}", one.id());
                let value = if fresh && only {
                    "1"
                } else {
                    fields.text(&name)
                };
                let today = desk.business_date();
                let label = one.described_until(today, one.stay(self.0, today));
                Field::new(Input::Check, &name, &label, value).wide()
            })
            .collect();
        let elsewhere = fields.text("elsewhere_from").to_owned();
        let elsewhere =
            law::era::date_input(&elsewhere, desk.business_date()).map_or(elsewhere, day_ja);
        let title = if ticks.is_empty() {
            "この世帯に加入中の人はいません。"
        } else {
            "喪失する人"
        };
        let form = Form::post(&format!("/households/{}/loss", self.0))
            .fields(causes::fields(desk, Side::Loss, fields)?)
            .section(title, ticks)
            .fields(vec![
                Field::new(
                    Input::Day,
                    "elsewhere_from",
                    "転出先で住所を有した日",
                    &elsewhere,
                )
                .hint("転出のときだけ。分からなければ空欄"),
                Field::new(Input::Text, "note", "備考", fields.text("note")).wide(),
            ]);
        Ok(Blank {
            form,
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
        let people = self.insured(desk, conn)?;
        let head = causes::read(desk, Side::Loss, fields, errors)?;
        let elsewhere_from = fields.day(
            "elsewhere_from",
            "転出先で住所を有した日",
            desk.business_date(),
            errors,
        );
        let leaving: Vec<&Candidate> = people
            .iter()
            .filter(|one| fields.has(&format!("leave_{}", one.id())))
            .collect();
        if leaving.is_empty() {
            let first = people
                .first()
                .map_or_else(String::new, |one| format!("leave_{}", one.id()));
            note(errors, &first, "喪失する人: 一人以上選んでください");
            return Ok(None);
        }
        let Some(head) = head else {
            return Ok(None);
        };
        let events = leaving
            .iter()
            .map(|one| {
                let change = NewChange::Loss {
                    person_id: one.id(),
                    elsewhere_from,
                };
                let mut event =
                    NewEvent::new(&head.cause.key, head.occurred_on, head.reported_on, change);
                fields.text("note").clone_into(&mut event.note);
                event
            })
            .collect();
        let mut said = head.said();
        let names: Vec<&str> = leaving.iter().map(|one| one.name.as_str()).collect();
        said.push((
            "喪失する人".to_owned(),
            format!("{}（{}人）", names.join("、"), names.len()),
        ));
        if let Some(day) = elsewhere_from {
            said.push(("転出先で住所を有した日".to_owned(), day_ja(day)));
        }
        let (undo, told) = self.replaced(desk, conn, &leaving)?;
        let mut why = fields.text("note").to_owned();
        if !undo.is_empty() {
            said.push(("取り消す登録済みの喪失".to_owned(), told.join("、")));
            if why.is_empty() {
                why = format!("登録済みの喪失に代えて{}", head.cause.name_ja);
            }
        }
        let request = Request {
            note: why,
            undo,
            ..Request::of(events)
        }
        .seen(self.0, version(conn, self.0)?);
        Ok(Some(Order {
            request,
            said,
            papers: head.cause.papers.clone(),
        }))
    }

    fn show(&self, desk: &Desk, order: &Order) -> Result<Shown, OfficeError> {
        super::show(desk, order)
    }

    fn carry_out(&self, desk: &Desk, order: &Order, acting: &Acting) -> Result<(), OfficeError> {
        super::carry_out(desk, order, acting)
    }

    fn done(&self, act: i64) -> String {
        format!("/acts/{act}/result")
    }

    fn field_of(&self, label: &str) -> String {
        super::field_of(label)
    }

    fn back(&self) -> String {
        format!("/households/{}/tasks", self.0)
    }
}
