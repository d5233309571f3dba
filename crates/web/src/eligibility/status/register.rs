//! 状態の登録・訂正・終了 — form, preview with all that follows, confirmation.

use super::fields::{self as typed, Topic};
use super::{Whom, effect, line_from, read as reading};
use crate::answer;
use crate::change::{self, About, Blank, Change, Shown};
use crate::desk::{Desk, Posted};
use crate::eligibility::with_books;
use crate::fields::Fields;
use crate::view::FieldError;
use crate::view::cards::Card;
use crate::view::entry::{Field, Form, Input};
use crate::view::format::day_ja;
use axum::extract::{Path, Query};
use axum::response::Response;
use db::Conn;
use law::Date;
use office::eligibility::status::order::{self, Order};
use office::eligibility::status::{Described, Line};
use office::security::permit::{RegisterEligibility, RegisterFact};
use office::{Acting, OfficeError};

/// One registration.
pub struct Register {
    whom: Whom,
    code: String,
}

/// The form about a person.
pub async fn of_person(
    desk: Desk,
    Path((id, code)): Path<(i64, String)>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Response {
    open(desk, Whom::Person(id), code, asked).await
}

/// What was typed about a person.
pub async fn send_of_person(Path((id, code)): Path<(i64, String)>, posted: Posted) -> Response {
    send(Whom::Person(id), code, posted).await
}

/// The form about a household.
pub async fn of_household(
    desk: Desk,
    Path((id, code)): Path<(i64, String)>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Response {
    open(desk, Whom::Household(id), code, asked).await
}

/// What was typed about a household.
pub async fn send_of_household(Path((id, code)): Path<(i64, String)>, posted: Posted) -> Response {
    send(Whom::Household(id), code, posted).await
}

/// The form about a facility; number 0 is a new one.
pub async fn of_facility(
    desk: Desk,
    Path(id): Path<i64>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Response {
    open(desk, Whom::Facility(id), "facility".to_owned(), asked).await
}

/// What was typed about a facility.
pub async fn send_of_facility(Path(id): Path<i64>, posted: Posted) -> Response {
    send(Whom::Facility(id), "facility".to_owned(), posted).await
}

async fn open(desk: Desk, whom: Whom, code: String, asked: Vec<(String, String)>) -> Response {
    if !whom.takes(&code) {
        return desk
            .answer(|desk| answer::not_found(desk, "この状態"))
            .await;
    }
    change::open(desk, Register { whom, code }, asked).await
}

async fn send(whom: Whom, code: String, posted: Posted) -> Response {
    if !whom.takes(&code) {
        return posted
            .desk
            .answer(|desk| answer::not_found(desk, "この状態"))
            .await;
    }
    change::send(posted, Register { whom, code }).await
}

/// A correction names the first day of what it corrects.
fn corrected(fields: &Fields) -> Option<Date> {
    fields.text("was").parse().ok()
}

impl Register {
    fn topic(&self, correcting: bool) -> Result<Topic, OfficeError> {
        Topic::of(&self.code, correcting)
            .ok_or_else(|| OfficeError::Bug(format!("状態{}がありません", self.code)))
    }

    fn standing(&self, conn: &mut Conn, fields: &Fields) -> Result<Option<Line>, OfficeError> {
        match corrected(fields) {
            Some(from) => line_from(conn, self.whom, &self.code, from).map(Some),
            None => Ok(None),
        }
    }
}

impl Change for Register {
    type Order = Order;

    fn title(&self) -> String {
        let what = Topic::of(&self.code, false).map_or_else(String::new, Topic::title);
        format!("{what}の登録")
    }

    fn about(&self) -> About {
        self.whom.about()
    }

    fn allow(&self, desk: &Desk) -> Result<(), OfficeError> {
        desk.permit::<RegisterEligibility>()?;
        desk.permit::<RegisterFact>().map(|_| ())
    }

    fn blank(&self, desk: &Desk, conn: &mut Conn, fields: &Fields) -> Result<Blank, OfficeError> {
        let standing = self.standing(conn, fields)?;
        let topic = self.topic(standing.is_some())?;
        let withheld = self.whom.withheld(desk, conn)?;
        let replaced = standing.as_ref().map(|line| (line, withheld));
        let all = typed::blank(desk, conn, topic, self.whom.id(), fields, replaced)?;
        let action = match self.whom {
            Whom::Facility(_) => self.whom.path(),
            _ => format!("{}/status/{}", self.whom.path(), self.code),
        };
        let mut form = Form::post(&action).section(&self.whom.said(desk, conn)?, all);
        if let Some(line) = &standing {
            form = form.hide("was", &line.valid.from.to_string());
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
        let standing = self.standing(conn, fields)?;
        let topic = self.topic(standing.is_some())?;
        let withheld = self.whom.withheld(desk, conn)?;
        let replaced = standing.as_ref().map(|line| (line, withheld));
        reading::read(desk, topic, self.whom.id(), fields, errors, replaced)
    }

    fn show(&self, desk: &Desk, order: &Order) -> Result<Shown, OfficeError> {
        show(desk, self.whom, order)
    }

    fn carry_out(&self, desk: &Desk, order: &Order, acting: &Acting) -> Result<(), OfficeError> {
        carry_out(desk, order, acting)
    }

    fn done(&self, act: i64) -> String {
        self.whom.done(act)
    }

    fn field_of(&self, label: &str) -> String {
        Topic::of(&self.code, true)
            .into_iter()
            .chain(Topic::of(&self.code, false))
            .map(|topic| reading::field_of(topic, label))
            .find(|name| !name.is_empty())
            .unwrap_or_default()
    }

    fn back(&self) -> String {
        self.whom.back()
    }
}

fn show(desk: &Desk, whom: Whom, order: &Order) -> Result<Shown, OfficeError> {
    let permit = desk.permit::<RegisterFact>()?;
    let found = with_books(desk, |books| {
        order::preview(desk.store(), &permit, &desk.acting(""), order, books)
    })?;
    let (withheld, said) = desk
        .store()
        .read(|conn| Ok::<_, OfficeError>((whom.withheld(desk, conn)?, whom.said(desk, conn)?)))?;
    let mut shown = effect::shown(desk, &found, withheld)?;
    shown.facts.push(("対象".to_owned(), said));
    shown.facts.extend(effect::words(order));
    if shown.cards.is_empty() && shown.blocks.is_empty() {
        let mut card = Card::new("", "w6");
        "調査の記録だけを残します。".clone_into(&mut card.empty);
        shown.cards.push(card);
    }
    Ok(shown)
}

fn carry_out(desk: &Desk, order: &Order, acting: &Acting) -> Result<(), OfficeError> {
    let permit = desk.permit::<RegisterFact>()?;
    with_books(desk, |books| {
        order::carry_out(desk.store(), &permit, acting, order, books)
    })?;
    Ok(())
}

/// The end of a status.
pub struct End {
    whom: Whom,
    code: String,
}

/// The form that ends a status of a person.
pub async fn end_of_person(
    desk: Desk,
    Path((id, code)): Path<(i64, String)>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Response {
    let whom = Whom::Person(id);
    if !whom.takes(&code) {
        return desk
            .answer(|desk| answer::not_found(desk, "この状態"))
            .await;
    }
    change::open(desk, End { whom, code }, asked).await
}

/// What was typed to end a status of a person.
pub async fn send_end_of_person(Path((id, code)): Path<(i64, String)>, posted: Posted) -> Response {
    let whom = Whom::Person(id);
    if !whom.takes(&code) {
        return posted
            .desk
            .answer(|desk| answer::not_found(desk, "この状態"))
            .await;
    }
    change::send(posted, End { whom, code }).await
}

impl Change for End {
    type Order = Order;

    fn title(&self) -> String {
        let what = Described::find(&self.code).map_or("", |row| row.label_ja);
        format!("{what}の終了")
    }

    fn about(&self) -> About {
        self.whom.about()
    }

    fn allow(&self, desk: &Desk) -> Result<(), OfficeError> {
        desk.permit::<RegisterEligibility>()?;
        desk.permit::<RegisterFact>().map(|_| ())
    }

    fn blank(&self, desk: &Desk, conn: &mut Conn, fields: &Fields) -> Result<Blank, OfficeError> {
        let day = fields.text("from").to_owned();
        let day = law::era::date_input(&day, desk.business_date()).map_or(day, day_ja);
        let label = if self.code == "facility_stay" {
            "退所日"
        } else {
            "非該当日"
        };
        let form = Form::post(&format!("{}/status/{}/end", self.whom.path(), self.code)).section(
            &self.whom.said(desk, conn)?,
            vec![
                Field::new(Input::Day, "from", label, &day)
                    .hint("この日から当たらない")
                    .first(),
                Field::new(Input::Text, "note", "理由", fields.text("note")).wide(),
            ],
        );
        Ok(Blank {
            form,
            ..Blank::default()
        })
    }

    fn read(
        &self,
        desk: &Desk,
        _: &mut Conn,
        fields: &Fields,
        errors: &mut Vec<FieldError>,
    ) -> Result<Option<Order>, OfficeError> {
        let from = fields.required_day("from", "非該当日", desk.business_date(), errors);
        Ok(from.map(|from| {
            if self.code == "facility_stay" {
                return Order::Leave {
                    own: desk.app().config().municipality_code.clone(),
                    person_id: self.whom.id(),
                    left_on: from,
                };
            }
            Order::End {
                code: self.code.clone(),
                subject: self.whom.id(),
                from,
                note: fields.text("note").to_owned(),
            }
        }))
    }

    fn show(&self, desk: &Desk, order: &Order) -> Result<Shown, OfficeError> {
        show(desk, self.whom, order)
    }

    fn carry_out(&self, desk: &Desk, order: &Order, acting: &Acting) -> Result<(), OfficeError> {
        carry_out(desk, order, acting)
    }

    fn done(&self, act: i64) -> String {
        self.whom.done(act)
    }

    fn field_of(&self, _: &str) -> String {
        "from".to_owned()
    }

    fn back(&self) -> String {
        self.whom.back()
    }

    fn verb(&self) -> &'static str {
        "この日で終了する"
    }
}
