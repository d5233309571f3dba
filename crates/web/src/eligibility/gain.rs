//! 加入（取得）の届出 — a person or a whole family into a household that stands or a new one.

use super::people::{self, Candidate};
use super::{Order, causes, residence};
use crate::change::{self, About, Blank, Change, Shown};
use crate::desk::{Desk, Posted};
use crate::fields::{Fields, note};
use crate::registry::names;
use crate::view::FieldError;
use crate::view::entry::{Choice, Field, Form, Grid, Input};
use axum::extract::{Path, Query};
use axum::response::Response;
use db::Conn;
use law::eligibility::exclusion::permitted_months;
use law::rules::eligibility::Side;
use office::eligibility::compose::{NEW_HOUSEHOLD, When, found};
use office::eligibility::{NewChange, NewEvent, Request, version};
use office::security::permit::RegisterEligibility;
use office::{Acting, OfficeError};

/// Whose gain.
#[derive(Clone, Copy)]
enum Whose {
    Person(i64),
    Household(i64),
}

/// 加入の届出.
pub struct Gain(Whose);

/// The form for somebody who is not in a household yet.
pub async fn of_person(
    desk: Desk,
    Path(person): Path<i64>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Response {
    change::open(desk, Gain(Whose::Person(person)), asked).await
}

/// What was typed for a person.
pub async fn send_of_person(Path(person): Path<i64>, posted: Posted) -> Response {
    change::send(posted, Gain(Whose::Person(person))).await
}

/// The form for somebody who joins a household.
pub async fn of_household(
    desk: Desk,
    Path(household): Path<i64>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Response {
    change::open(desk, Gain(Whose::Household(household)), asked).await
}

/// What was typed for a household.
pub async fn send_of_household(Path(household): Path<i64>, posted: Posted) -> Response {
    change::send(posted, Gain(Whose::Household(household))).await
}

impl Gain {
    fn people(&self, desk: &Desk, conn: &mut Conn) -> Result<Vec<Candidate>, OfficeError> {
        match self.0 {
            Whose::Person(person) => people::around_person(desk, conn, person),
            Whose::Household(household) => people::around_household(desk, conn, household),
        }
    }

    fn action(&self) -> String {
        match self.0 {
            Whose::Person(person) => format!("/people/{person}/gain"),
            Whose::Household(household) => format!("/households/{household}/gain"),
        }
    }
}

/// Households the people of a form are in, or head, now: what they may join.
fn targets(
    desk: &Desk,
    conn: &mut Conn,
    whose: Whose,
    people: &[Candidate],
) -> Result<Vec<Choice>, OfficeError> {
    let today = desk.business_date();
    let mut ids = match whose {
        Whose::Household(household) => vec![household],
        Whose::Person(_) => Vec::new(),
    };
    for person in people {
        let headed = person.picture.headed.first().copied();
        for id in person.household.into_iter().chain(headed) {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
    }
    let mut found = Vec::new();
    for id in ids {
        let number = names::household_number(conn, id, today)?;
        found.push((id.to_string(), format!("{number}（世帯番号{id}）")));
    }
    found.push(("new".to_owned(), "新しい国保世帯".to_owned()));
    Ok(found)
}

fn grid(
    desk: &Desk,
    fields: &Fields,
    whose: Whose,
    (people, foreign): (&[Candidate], bool),
) -> Grid {
    let today = desk.business_date();
    let fresh = !fields.has("cause");
    let mut columns = vec![
        "対象者".to_owned(),
        "加入".to_owned(),
        "都道府県の資格取得日（県内で資格が続くとき）".to_owned(),
    ];
    if foreign {
        columns.extend(residence::HEADS.map(str::to_owned));
    }
    let rows = people
        .iter()
        .map(|one| {
            let id = one.id();
            let join = format!("join_{id}");
            let asked = match whose {
                Whose::Person(_) => one.household.is_none(),
                Whose::Household(_) => false,
            };
            let ticked = if fresh && asked {
                "1"
            } else {
                fields.text(&join)
            };
            let text = |name: String, label: &str| {
                let value = fields.text(&name).to_owned();
                Field::new(
                    Input::Text,
                    &name,
                    &format!("{}の{label}", one.name),
                    &value,
                )
            };
            let mut cells = vec![
                Field::new(Input::Check, &join, &format!("{}の加入", one.name), ticked),
                Field {
                    input: Input::Day,
                    ..text(format!("since_{id}"), "都道府県の資格取得日")
                },
            ];
            if foreign {
                let label = format!("{}の", one.name);
                cells.extend(residence::fields(fields, &format!("_{id}"), &label));
            }
            (one.described(today), cells)
        })
        .collect();
    Grid {
        caption: "加入する人".to_owned(),
        columns,
        rows,
    }
}

/// 在留期間: what is typed and cannot be read is not taken for a stay without end.
pub(super) fn period(
    fields: &Fields,
    of: &str,
    whose: &str,
    errors: &mut Vec<FieldError>,
) -> Option<u8> {
    let name = format!("months{of}");
    let typed = fields.text(&name);
    let months = permitted_months(typed);
    if months.is_none() && !typed.is_empty() {
        let message = format!(
            "{whose}在留期間: 「{typed}」を読めません。「3月」「1年3月」「90日」のように在留カードのとおりに入れてください。\
             期限のない在留資格では空欄にします"
        );
        note(errors, &name, &message);
    }
    months
}

impl Change for Gain {
    type Order = Order;

    fn title(&self) -> String {
        "加入（取得）の届出".to_owned()
    }

    fn about(&self) -> About {
        match self.0 {
            Whose::Person(person) => About {
                person: Some(person),
                ..About::default()
            },
            Whose::Household(household) => About {
                household: Some(household),
                person: None,
                tab: "tasks",
            },
        }
    }

    fn allow(&self, desk: &Desk) -> Result<(), OfficeError> {
        desk.permit::<RegisterEligibility>().map(|_| ())
    }

    fn blank(&self, desk: &Desk, conn: &mut Conn, fields: &Fields) -> Result<Blank, OfficeError> {
        let people = self.people(desk, conn)?;
        let foreign = !residence::asked_of(desk, conn, fields, &people)?.is_empty();
        let targets = targets(desk, conn, self.0, &people)?;
        let heads: Vec<Choice> = people
            .iter()
            .map(|one| (one.id().to_string(), one.name.clone()))
            .collect();
        let head = if fields.has("head") {
            fields.text("head").to_owned()
        } else {
            heads.first().map_or_else(String::new, |(id, _)| id.clone())
        };
        let target = if fields.has("target") {
            fields.text("target").to_owned()
        } else {
            targets
                .first()
                .map_or_else(String::new, |(id, _)| id.clone())
        };
        let mut first = causes::fields(desk, Side::Gain, fields)?;
        first.push(Field::new(
            Input::Choice(targets),
            "target",
            "加入する国保世帯",
            &target,
        ));
        first.push(Field::new(
            Input::Choice(heads),
            "head",
            "世帯主（新しい世帯のとき）",
            &head,
        ));
        let mut form = Form::post(&self.action())
            .fields(first)
            .grid("加入する人", grid(desk, fields, self.0, (&people, foreign)))
            .fields(vec![
                Field::new(Input::Text, "note", "備考", fields.text("note")).wide(),
            ]);
        if fields.has("item") {
            form = form.hide("item", fields.text("item"));
        }
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
        let people = self.people(desk, conn)?;
        let foreigners = residence::asked_of(desk, conn, fields, &people)?;
        let head = causes::read(desk, Side::Gain, fields, errors)?;
        let joining: Vec<&Candidate> = people
            .iter()
            .filter(|one| fields.has(&format!("join_{}", one.id())))
            .collect();
        if joining.is_empty() {
            let first = people
                .first()
                .map_or_else(String::new, |one| format!("join_{}", one.id()));
            note(errors, &first, "加入する人: 一人以上選んでください");
        }
        let Some(head) = head else {
            return Ok(None);
        };
        let when = When {
            occurred_on: head.occurred_on,
            reported_on: head.reported_on,
        };
        let mut events = Vec::new();
        let mut said = head.said();
        let target = match fields.text("target") {
            "new" => {
                let leader = people
                    .iter()
                    .find(|one| one.id().to_string() == fields.text("head"));
                let Some(leader) = leader else {
                    note(errors, "head", "世帯主: 一覧から選んでください");
                    return Ok(None);
                };
                events.push(found(when, NEW_HOUSEHOLD, leader.id()));
                said.push((
                    "国保世帯".to_owned(),
                    format!("新しい世帯（世帯主 {}）", leader.name),
                ));
                NEW_HOUSEHOLD
            }
            typed => {
                let known = targets(desk, conn, self.0, &people)?;
                let Some((id, label)) = known.into_iter().find(|(id, _)| id == typed) else {
                    note(errors, "target", "加入する国保世帯: 一覧から選んでください");
                    return Ok(None);
                };
                said.push(("国保世帯".to_owned(), label));
                id.parse().unwrap_or(NEW_HOUSEHOLD)
            }
        };
        let mut excepted = Vec::new();
        for one in &joining {
            let id = one.id();
            let since = fields.day(
                &format!("since_{id}"),
                &format!("{}の都道府県の資格取得日", one.name),
                desk.business_date(),
                errors,
            );
            let whose = format!("{}の", one.name);
            let of = format!("_{id}");
            let residence = if foreigners.contains(&id) {
                residence::read(fields, &of, &whose, errors)
            } else {
                None
            };
            excepted.extend(residence.as_ref().and_then(|paper| {
                let whose = format!("{}: ", one.name);
                residence::said(&whose, paper)
            }));
            let change = NewChange::Gain {
                person_id: id,
                household_id: target,
                prefecture_since: since,
                residence,
            };
            let mut event =
                NewEvent::new(&head.cause.key, head.occurred_on, head.reported_on, change);
            fields.text("note").clone_into(&mut event.note);
            events.push(event);
        }
        let names: Vec<&str> = joining.iter().map(|one| one.name.as_str()).collect();
        said.push((
            "加入する人".to_owned(),
            format!("{}（{}人）", names.join("、"), names.len()),
        ));
        said.extend(excepted);
        let mut request = Request {
            note: fields.text("note").to_owned(),
            ..Request::of(events)
        };
        if target > 0 {
            request = request.seen(target, version(conn, target)?);
        }
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
        match self.0 {
            Whose::Person(person) => format!("/people/{person}"),
            Whose::Household(household) => format!("/households/{household}/tasks"),
        }
    }
}
