//! 職権による交付 — what is due to the members of a household, each face shown before it is issued.

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
use law::certificate::{Family, Grant};
use office::certificate::find;
use office::certificate::issue::{self, Due};
use office::registry::support;
use office::security::permit::IssueCertificate;
use office::{Acting, OfficeError};

/// 交付.
pub struct Issue(i64);

/// What is to be issued, and to whom.
pub struct Order {
    people: Vec<(i64, String)>,
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

/// A member who may be given a paper.
struct Member {
    id: i64,
    name: String,
    described: String,
    /// Whether a paper of eligibility that can be used today is there already.
    holds: bool,
    /// Insured in this household today: whoever has died, moved or lost is due nothing.
    insured: bool,
}

impl Issue {
    fn due<'o>(&self, order: &'o Order) -> Vec<Due<'o>> {
        let due = |(person_id, _): &(i64, String)| Due {
            household_id: self.0,
            person_id: *person_id,
            arose_on: order.arose_on,
            reason: &order.reason,
            expected: order.expected.as_deref(),
        };
        order.people.iter().map(due).collect()
    }

    fn people(&self, desk: &Desk, conn: &mut Conn) -> Result<Vec<Member>, OfficeError> {
        let today = desk.business_date();
        let papers = find::of_household(conn, self.0, i64::MAX)?;
        let holds = |person: i64| {
            let mut own = papers.iter().filter(|one| one.person_id == person);
            own.any(|one| one.family == Family::Eligibility.code() && one.usable_on(today))
        };
        Ok(people::around_household(desk, conn, self.0)?
            .into_iter()
            .filter(|one| {
                let mut spans = one.picture.insured.iter();
                spans.any(|span| span.fact.household_id == self.0)
            })
            .map(|one| Member {
                id: one.id(),
                described: one.described(today),
                holds: holds(one.id()),
                insured: one.household == Some(self.0),
                name: one.name,
            })
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
        let people = self.people(desk, conn)?;
        let arose = if fields.has("arose_on") {
            fields.day_written("arose_on", today)
        } else {
            day_ja(today)
        };
        let reason = if fields.has("reason") {
            fields.text("reason")
        } else {
            "新規加入"
        };
        let fresh = !fields.has("arose_on");
        let mut all: Vec<Field> = people
            .iter()
            .map(|one| {
                let name = format!("paper_{}", one.id);
                let ticked = if fresh && one.insured && !one.holds {
                    "1"
                } else {
                    fields.text(&name)
                };
                let held = if one.holds { " 証あり" } else { "" };
                let label = format!("{}{held}", one.described);
                Field::new(Input::Check, &name, &label, ticked).wide()
            })
            .collect();
        if let Some(first) = all.first_mut() {
            first.first = true;
        }
        Ok(Blank {
            form: Form::post(&format!("/households/{}/issue", self.0))
                .fields(all)
                .fields(vec![
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
        let all = self.people(desk, conn)?;
        let chosen: Vec<(i64, String)> = all
            .iter()
            .filter(|one| fields.has(&format!("paper_{}", one.id)))
            .map(|one| (one.id, one.name.clone()))
            .collect();
        if chosen.is_empty() {
            let first = all
                .first()
                .map_or_else(String::new, |one| format!("paper_{}", one.id));
            note(errors, &first, "対象者: 一人以上選んでください");
        }
        Ok(arose_on
            .filter(|_| !chosen.is_empty())
            .map(|arose_on| Order {
                people: chosen,
                arose_on,
                reason: fields.text("reason").to_owned(),
                expected: Some(fields.text("kind").to_owned()).filter(|kind| !kind.is_empty()),
            }))
    }

    fn show(&self, desk: &Desk, order: &Order) -> Result<Shown, OfficeError> {
        let rules = rules(desk)?;
        let today = desk.business_date();
        let mut shown = Shown::default();
        for (due, (_, name)) in self.due(order).iter().zip(&order.people) {
            let (found, concerns) = desk
                .store()
                .read(|conn| {
                    let whose = (due.household_id, due.person_id);
                    let found = issue::preview(conn, &rules, due, today)?;
                    let place = &found.face.destination.address;
                    let concerns = support::kept_concerns(conn, whose, place, today)?;
                    Ok::<_, OfficeError>((found, concerns))
                })
                .map_err(|error| of_person(error, name))?;
            let until = found
                .expires_on
                .map_or_else(|| "定めなし".to_owned(), day_ja);
            let mut card = face(&found.face, &format!("券面 {name}"), "w6", concerns);
            let mut facts = vec![
                ("交付する証".to_owned(), found.kind.name_ja.as_str().into()),
                (
                    "なぜこの証か".to_owned(),
                    found.reasons_ja.join("、").into(),
                ),
                ("発効期日".to_owned(), day_ja(found.effective_from).into()),
                ("有効期限".to_owned(), until.into()),
            ];
            facts.append(&mut card.facts);
            card.facts = facts;
            shown.cards.push(card);
        }
        let names: Vec<&str> = order.people.iter().map(|(_, name)| name.as_str()).collect();
        shown.facts = vec![
            (
                "対象者".to_owned(),
                format!("{}（{}人）", names.join("、"), names.len()),
            ),
            ("異動日".to_owned(), day_ja(order.arose_on)),
            ("交付事由".to_owned(), order.reason.clone()),
        ];
        Ok(shown)
    }

    fn carry_out(&self, desk: &Desk, order: &Order, acting: &Acting) -> Result<(), OfficeError> {
        let permit = desk.permit::<IssueCertificate>()?;
        let due = self.due(order);
        issue::due_together(desk.store(), &permit, acting, &rules(desk)?, &due)?;
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

/// A refusal that says of whose paper it speaks.
fn of_person(error: OfficeError, name: &str) -> OfficeError {
    match error {
        OfficeError::Refusal(mut refusal) => {
            refusal.message_ja = format!("{name}: {}", refusal.message_ja);
            OfficeError::Refusal(refusal)
        }
        other => other,
    }
}
