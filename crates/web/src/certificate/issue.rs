//! 職権による交付 — what is due to a person, its face shown before it is issued.

use super::{face, rules};
use crate::change::{self, About, Blank, Change, Shown};
use crate::desk::{Desk, Posted};
use crate::eligibility::people;
use crate::fields::{Fields, note};
use crate::view::FieldError;
use crate::view::entry::{Choice, Field, Form, Input};
use crate::view::format::day_ja;
use axum::extract::{Path, Query};
use axum::response::Response;
use db::Conn;
use law::Date;
use law::certificate::Grant;
use office::certificate::issue::{self, Due};
use office::security::permit::IssueCertificate;
use office::{Acting, OfficeError};

/// 交付.
pub struct Issue(i64);

/// What is to be issued.
pub struct Order {
    person: i64,
    name: String,
    arose_on: Date,
    reason: String,
    expected: Option<String>,
}

/// The form.
pub async fn page(
    desk: Desk,
    Path(household): Path<i64>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Response {
    change::open(desk, Issue(household), asked).await
}

/// What was typed.
pub async fn send(Path(household): Path<i64>, posted: Posted) -> Response {
    change::send(posted, Issue(household)).await
}

impl Issue {
    fn due<'o>(&self, order: &'o Order) -> Due<'o> {
        Due {
            household_id: self.0,
            person_id: order.person,
            arose_on: order.arose_on,
            reason: &order.reason,
            expected: order.expected.as_deref(),
        }
    }

    fn people(&self, desk: &Desk, conn: &mut Conn) -> Result<Vec<Choice>, OfficeError> {
        Ok(people::around_household(desk, conn, self.0)?
            .into_iter()
            .filter(|one| {
                let mut spans = one.picture.insured.iter();
                spans.any(|span| span.fact.household_id == self.0)
            })
            .map(|one| (one.id().to_string(), one.described(desk.business_date())))
            .collect())
    }
}

impl Change for Issue {
    type Order = Order;

    fn title(&self) -> String {
        "証の交付".to_owned()
    }

    fn about(&self) -> About {
        About {
            household: Some(self.0),
            person: None,
            tab: "certificates",
        }
    }

    fn allow(&self, desk: &Desk) -> Result<(), OfficeError> {
        desk.permit::<IssueCertificate>().map(|_| ())
    }

    fn blank(&self, desk: &Desk, conn: &mut Conn, fields: &Fields) -> Result<Blank, OfficeError> {
        let today = desk.business_date();
        let rules = rules(desk)?;
        let mut kinds: Vec<Choice> = vec![(String::new(), "交付すべき証（判定による）".to_owned())];
        kinds.extend(
            rules
                .issued_on(today)
                .into_iter()
                .filter(|kind| kind.grant == Grant::Office)
                .map(|kind| (kind.code.clone(), kind.name_ja.clone())),
        );
        let arose = if fields.has("arose_on") {
            let typed = fields.text("arose_on").to_owned();
            law::era::date_input(&typed, today).map_or(typed, day_ja)
        } else {
            day_ja(today)
        };
        let reason = if fields.has("reason") {
            fields.text("reason")
        } else {
            "新規加入"
        };
        let people = self.people(desk, conn)?;
        Ok(Blank {
            form: Form::post(&format!("/households/{}/issue", self.0)).fields(vec![
                Field::new(
                    Input::Choice(people),
                    "person",
                    "対象者",
                    fields.text("person"),
                )
                .first(),
                Field::new(Input::Choice(kinds), "kind", "種類", fields.text("kind")),
                Field::new(Input::Day, "arose_on", "異動日", &arose)
                    .hint("権利が生じた日・変わった日"),
                Field::new(Input::Text, "reason", "交付事由", reason),
            ]),
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
        let arose_on = fields.required_day("arose_on", "異動日", desk.business_date(), errors);
        let people = self.people(desk, conn)?;
        let chosen = people
            .into_iter()
            .find(|(id, _)| id == fields.text("person"));
        if chosen.is_none() {
            note(errors, "person", "対象者: 一覧から選んでください");
        }
        Ok(match (chosen, arose_on) {
            (Some((id, name)), Some(arose_on)) => Some(Order {
                person: id.parse().unwrap_or(0),
                name,
                arose_on,
                reason: fields.text("reason").to_owned(),
                expected: Some(fields.text("kind").to_owned()).filter(|kind| !kind.is_empty()),
            }),
            _ => None,
        })
    }

    fn show(&self, desk: &Desk, order: &Order) -> Result<Shown, OfficeError> {
        let rules = rules(desk)?;
        let today = desk.business_date();
        let found = desk
            .store()
            .read(|conn| issue::preview(conn, &rules, &self.due(order), today))?;
        let until = found
            .expires_on
            .map_or_else(|| "定めなし".to_owned(), day_ja);
        Ok(Shown {
            facts: vec![
                ("対象者".to_owned(), order.name.clone()),
                ("交付する証".to_owned(), found.kind.name_ja.clone()),
                ("なぜこの証か".to_owned(), found.reasons_ja.join("、")),
                ("発効期日".to_owned(), day_ja(found.effective_from)),
                ("有効期限".to_owned(), until),
                ("交付事由".to_owned(), order.reason.clone()),
            ],
            cards: vec![face(&found.face, "券面", "w6")],
            ..Shown::default()
        })
    }

    fn carry_out(&self, desk: &Desk, order: &Order, acting: &Acting) -> Result<(), OfficeError> {
        let permit = desk.permit::<IssueCertificate>()?;
        issue::due(
            desk.store(),
            &permit,
            acting,
            &rules(desk)?,
            &self.due(order),
        )?;
        Ok(())
    }

    fn done(&self, act: i64) -> String {
        format!("/certificates/of-act/{act}")
    }

    fn field_of(&self, label: &str) -> String {
        match label {
            "異動日" => "arose_on",
            "交付事由" => "reason",
            _ => "",
        }
        .to_owned()
    }

    fn back(&self) -> String {
        format!("/households/{}/certificates", self.0)
    }

    fn verb(&self) -> &'static str {
        "この証を交付する"
    }
}
