//! 届出・申告の登録 — facts of one person that the levy hangs on: typed, previewed in yen and papers, confirmed.

use super::declare_fields::{self as fields_of, Kind};
use super::declare_income;
use crate::answer;
use crate::change::{self, About, Blank, Change, Shown};
use crate::desk::{Desk, Posted};
use crate::eligibility::with_books;
use crate::fields::{Fields, note};
use crate::registry::{names, picture};
use crate::revenue_change::effects;
use crate::view::FieldError;
use crate::view::entry::{Choice, Field, Form, Input};
use axum::extract::{Path, Query};
use axum::response::Response;
use db::Conn;
use office::levy::declare::{Statement, Whose, preview, register};
use office::registry::{PersonPicture, load_household, load_person};
use office::security::permit::RegisterFact;
use office::{Acting, OfficeError};

/// One kind of statement for one household.
pub struct Declare {
    household: i64,
    kind: Kind,
}

/// What is stated, of whom.
pub struct Order {
    person: PersonPicture,
    statement: Statement,
    said: Vec<(String, String)>,
}

/// The form.
pub async fn page(
    desk: Desk,
    Path((household, what)): Path<(i64, String)>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Response {
    match Kind::of(&what) {
        Some(kind) => change::open(desk, Declare { household, kind }, asked).await,
        None => {
            desk.answer(|desk| answer::not_found(desk, "この届出"))
                .await
        }
    }
}

/// What was typed.
pub async fn send(Path((household, what)): Path<(i64, String)>, posted: Posted) -> Response {
    match Kind::of(&what) {
        Some(kind) => change::send(posted, Declare { household, kind }).await,
        None => {
            posted
                .desk
                .answer(|desk| answer::not_found(desk, "この届出"))
                .await
        }
    }
}

impl Declare {
    /// The people of the household: number and name.
    fn people(&self, desk: &Desk, conn: &mut Conn) -> Result<Vec<Choice>, OfficeError> {
        let today = desk.business_date();
        let Some(found) = load_household(conn, self.household, today, None)? else {
            return Ok(Vec::new());
        };
        let mut ids: Vec<i64> = picture::everyone(&found)
            .iter()
            .map(|person| person.person_id)
            .collect();
        for id in &found.ever_members {
            if !ids.contains(id) {
                ids.push(*id);
            }
        }
        let names = names::people(conn, today, ids.iter().copied())?;
        Ok(ids
            .into_iter()
            .map(|id| (id.to_string(), names.person(id)))
            .collect())
    }

    fn whose(&self, order: &Order) -> Whose {
        Whose {
            household_id: self.household,
            person_id: order.person.person_id,
        }
    }
}

impl Change for Declare {
    type Order = Order;

    fn title(&self) -> String {
        self.kind.title().to_owned()
    }

    fn about(&self) -> About {
        About {
            household: Some(self.household),
            person: None,
            tab: "tasks",
        }
    }

    fn allow(&self, desk: &Desk) -> Result<(), OfficeError> {
        desk.permit::<RegisterFact>().map(|_| ())
    }

    fn blank(&self, desk: &Desk, conn: &mut Conn, fields: &Fields) -> Result<Blank, OfficeError> {
        let people = self.people(desk, conn)?;
        if people.is_empty() {
            return Err(law::Refusal::new(
                "web.household.missing",
                format!("世帯番号{}の世帯はありません", self.household),
            )
            .into());
        }
        let chosen = match people.as_slice() {
            [(only, _)] if !fields.has("person") => only.clone(),
            _ => fields.text("person").to_owned(),
        };
        let person = chosen.parse::<i64>().ok();
        let standing = match person {
            Some(id) => load_person(conn, id, desk.business_date(), None)?,
            None => None,
        };
        let mut of_person =
            vec![Field::new(Input::Choice(people), "person", "対象者", &chosen).first()];
        of_person.extend(fields_of::fields(
            desk,
            self.kind,
            fields,
            standing.as_ref(),
        ));
        let form = Form::post(&format!(
            "/households/{}/declare/{}",
            self.household,
            self.kind.code()
        ))
        .fields(of_person);
        let form = match self.kind {
            Kind::Income => form.section(
                "所得（前年1年間・円）",
                declare_income::amounts(desk, fields, standing.as_ref()),
            ),
            _ => form,
        };
        Ok(Blank {
            form,
            notes: self.kind.notes(),
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
        let chosen = people.iter().find(|(id, _)| id == fields.text("person"));
        let Some((id, name)) = chosen else {
            note(errors, "person", "対象者: 世帯の人から選んでください");
            return Ok(None);
        };
        let person = id.parse::<i64>().unwrap_or(0);
        let Some(person) = load_person(conn, person, desk.business_date(), None)? else {
            note(errors, "person", "対象者: 登録されていません");
            return Ok(None);
        };
        let Some((statement, mut said)) = fields_of::read(desk, self.kind, fields, &person, errors)
        else {
            return Ok(None);
        };
        said.insert(0, ("対象者".to_owned(), format!("{name}（宛名番号{id}）")));
        Ok(Some(Order {
            person,
            statement,
            said,
        }))
    }

    fn show(&self, desk: &Desk, order: &Order) -> Result<Shown, OfficeError> {
        let permit = desk.permit::<RegisterFact>()?;
        let (blocks, declared) = with_books(desk, |books| {
            preview(
                desk.store(),
                books,
                &permit,
                &desk.acting(""),
                (self.whose(order), &order.statement),
                |conn, declared| {
                    let blocks = change::blocks(desk, conn, &declared.relevied)?;
                    Ok((blocks, declared.clone()))
                },
            )
        })?;
        Ok(Shown {
            facts: order.said.clone(),
            blocks,
            cards: effects(desk, (&declared.judged, &declared.tasks))?,
            ..Shown::default()
        })
    }

    fn carry_out(&self, desk: &Desk, order: &Order, acting: &Acting) -> Result<(), OfficeError> {
        let permit = desk.permit::<RegisterFact>()?;
        let (whose, statement) = (self.whose(order), &order.statement);
        with_books(desk, |books| {
            register(desk.store(), books, &permit, acting, whose, statement)
        })?;
        Ok(())
    }

    fn done(&self, act: i64) -> String {
        format!("/households/{}?done={act}", self.household)
    }

    fn field_of(&self, label: &str) -> String {
        fields_of::field_of(label).to_owned()
    }

    fn back(&self) -> String {
        format!("/households/{}/tasks", self.household)
    }
}
