//! 基準収入額適用申請の受理 — the day, the period and the 収入 of each person who counts, with the incomes on record beside.
//!
//! 根拠: 国民健康保険法施行規則 第24条の2・第24条の3

use super::revenue::{beside, said, year_name};
use crate::change::{self, About, Blank, Change, Shown};
use crate::desk::{Desk, Posted};
use crate::fields::{Fields, note};
use crate::registry::names::{self, Names};
use crate::view::FieldError;
use crate::view::entry::{Choice, Field, Form, Input};
use crate::view::format::day_ja;
use axum::extract::{Path, Query};
use axum::response::Response;
use db::Conn;
use law::judgement::{AskedAs, benefit_year};
use law::{Date, Yen};
use office::judgement::NewApplication;
use office::judgement::application;
use office::judgement::stated::{self, Asked, Asking};
use office::security::permit::ReceiveApplication;
use office::{Acting, OfficeError};

/// 受理 of an application.
pub struct Receive(i64);

/// The form.
pub async fn page(
    desk: Desk,
    Path(household): Path<i64>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Response {
    change::open(desk, Receive(household), asked).await
}

/// What was typed.
pub async fn send(Path(household): Path<i64>, posted: Posted) -> Response {
    change::send(posted, Receive(household)).await
}

/// What was typed, read; with the names of those whose 収入 it states.
pub struct Order {
    new: NewApplication,
    names: Names,
}

impl Receive {
    /// Whose 収入 is asked for, with their names.
    fn asked(
        &self,
        desk: &Desk,
        conn: &mut Conn,
        (year, received_on): (i16, Date),
    ) -> Result<(Asking, Names), OfficeError> {
        let book = crate::judgement::book(desk)?;
        let asking = stated::asked(conn, &book, self.0, year, received_on)?;
        let people = asking.people.iter().map(|one| one.person_id);
        let names = names::people(conn, desk.business_date(), people.collect::<Vec<_>>())?;
        Ok((asking, names))
    }
}

/// Name of the field with somebody's 収入.
fn field(person: i64) -> String {
    format!("revenue_{person}")
}

/// What the field is called.
fn label(person: i64, names: &Names) -> String {
    format!("{}の収入金額", names.person(person))
}

fn entry(one: &Asked, names: &Names, typed: &str) -> Field {
    let name = field(one.person_id);
    let hint = match one.asked_as {
        AskedAs::Elder => "70歳以上の被保険者。退職所得を除き、経費や控除を引く前の合計を円で",
        AskedAs::Later => "適用の期間の途中から対象となる被保険者。申請書にあるときに円で",
        AskedAs::FormerInsured => {
            "特定同一世帯所属者。70歳以上の被保険者が1人で収入が383万円以上のときに円で"
        }
    };
    Field::new(Input::Yen, &name, &label(one.person_id, names), typed).hint(hint)
}

impl Change for Receive {
    type Order = Order;

    fn title(&self) -> String {
        "基準収入額適用申請の受付".to_owned()
    }

    fn about(&self) -> About {
        About {
            household: Some(self.0),
            person: None,
            tab: "judgement",
        }
    }

    fn allow(&self, desk: &Desk) -> Result<(), OfficeError> {
        desk.permit::<ReceiveApplication>().map(|_| ())
    }

    fn blank(&self, desk: &Desk, conn: &mut Conn, fields: &Fields) -> Result<Blank, OfficeError> {
        let today = desk.business_date();
        let this = benefit_year(today);
        let years: Vec<Choice> = (0..=2)
            .map(|back| this + 1 - back)
            .map(|year| (year.to_string(), year_name(year)))
            .collect();
        let chosen = if fields.has("year") {
            fields.text("year").to_owned()
        } else {
            this.to_string()
        };
        let received = if fields.has("received_on") {
            fields.day_written("received_on", today)
        } else {
            day_ja(today)
        };
        let year = chosen.parse().unwrap_or(this);
        let on = law::era::date_input(&received, today).unwrap_or(today);
        let mut entries = vec![
            Field::new(Input::Choice(years), "year", "適用の期間", &chosen).first(),
            Field::new(Input::Day, "received_on", "申請日", &received),
        ];
        match self.asked(desk, conn, (year, on)) {
            Ok((asking, names)) => entries.extend(asking.people.iter().map(|one| {
                let typed = fields.text(&field(one.person_id));
                entry(one, &names, typed)
            })),
            // Nobody of 70 or over in that period: another one can still be chosen.
            Err(OfficeError::Refusal(_)) => {}
            Err(other) => return Err(other),
        }
        Ok(Blank {
            form: Form::post(&format!("/households/{}/revenue", self.0)).fields(entries),
            cards: vec![beside(desk, conn, self.0, year)?],
            ..Blank::default()
        })
    }

    fn read(
        &self,
        desk: &Desk,
        conn: &mut Conn,
        fields: &Fields,
        errors: &mut Vec<FieldError>,
    ) -> Result<Option<Self::Order>, OfficeError> {
        let on = fields.required_day("received_on", "申請日", desk.business_date(), errors);
        let year: Option<i16> = fields.text("year").parse().ok();
        if year.is_none() {
            note(errors, "year", "適用の期間: 一覧から選んでください");
        }
        let Some((year, on)) = year.zip(on) else {
            return Ok(None);
        };
        let (asking, names) = self.asked(desk, conn, (year, on))?;
        let mut revenues: Vec<(i64, Yen)> = Vec::new();
        let mut wrong = Vec::new();
        for one in &asking.people {
            let name = field(one.person_id);
            if fields.text(&name).is_empty() {
                continue;
            }
            let yen = fields.yen(&name, &label(one.person_id, &names), &mut wrong);
            revenues.push((one.person_id, yen));
        }
        // An amount that cannot be read is no zero: what hangs on it is asked when it can be.
        if wrong.is_empty() {
            for (person, message) in asking.problems(&revenues) {
                let message = format!("{}: {message}", label(person, &names));
                note(errors, &field(person), &message);
            }
        }
        errors.append(&mut wrong);
        let new = NewApplication {
            household_id: self.0,
            benefit_year: year,
            received_on: on,
            revenues,
        };
        Ok(Some(Order { new, names }))
    }

    fn show(&self, desk: &Desk, Order { new, names }: &Self::Order) -> Result<Shown, OfficeError> {
        let card = desk
            .store()
            .read(|conn| beside(desk, conn, self.0, new.benefit_year))?;
        Ok(Shown {
            facts: vec![
                ("適用の期間".to_owned(), year_name(new.benefit_year)),
                ("申請日".to_owned(), day_ja(new.received_on)),
                ("収入金額".to_owned(), said(&new.revenues, names)),
            ],
            cards: vec![card],
            ..Shown::default()
        })
    }

    fn carry_out(
        &self,
        desk: &Desk,
        Order { new, .. }: &Self::Order,
        acting: &Acting,
    ) -> Result<(), OfficeError> {
        let permit = desk.permit::<ReceiveApplication>()?;
        let book = crate::judgement::book(desk)?;
        application::receive(desk.store(), &book, &permit, acting, new)?;
        Ok(())
    }

    fn done(&self, _: i64) -> String {
        format!("/households/{}/judgement", self.0)
    }

    fn field_of(&self, label: &str) -> String {
        let person: String = label.chars().filter(char::is_ascii_digit).collect();
        match person.parse() {
            Ok(person) => field(person),
            Err(_) if label == "申請日" => "received_on".to_owned(),
            Err(_) => String::new(),
        }
    }

    fn back(&self) -> String {
        format!("/households/{}/judgement", self.0)
    }

    fn verb(&self) -> &'static str {
        "この申請を受け付ける"
    }
}
