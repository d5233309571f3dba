//! 徴収猶予 — instalments put off, and put back.

use crate::change::{self, About, Blank, Change, Shown};
use crate::desk::{Desk, Posted};
use crate::fields::{Fields, note};
use crate::registry::names;
use crate::view::FieldError;
use crate::view::entry::{Choice, Field, Form, Input};
use crate::view::format::{day_ja, year_ja};
use axum::extract::{Path, Query};
use axum::response::Response;
use db::Conn;
use law::{Date, FiscalYear};
use office::ledger::{self, Charged};
use office::levy::deferral::{self, Deferral};
use office::levy::numbers::label_ja;
use office::security::permit::GrantRelief;
use office::{Acting, OfficeError};

/// 猶予の決定.
pub struct Grant {
    household: i64,
}

/// The form.
pub async fn page(
    desk: Desk,
    Path(household): Path<i64>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Response {
    change::open(desk, Grant { household }, asked).await
}

/// A deferral.
pub async fn send(Path(household): Path<i64>, posted: Posted) -> Response {
    change::send(posted, Grant { household }).await
}

/// What is put off.
pub struct Order {
    year: FiscalYear,
    liable: i64,
    name: String,
    rows: Vec<Charged>,
    until: Date,
    reason: String,
}

impl Grant {
    /// What stands to be paid in a year and is not yet due.
    fn open_rows(
        &self,
        desk: &Desk,
        conn: &mut Conn,
        fields: &Fields,
    ) -> Result<(FiscalYear, Vec<Charged>), OfficeError> {
        let year = fields
            .text("year")
            .parse::<i16>()
            .map_or_else(|_| desk.usual_year(), FiscalYear);
        let rows = ledger::charged(conn, self.household, year.0)?;
        Ok((year, rows))
    }
}

fn row_name(row: &Charged) -> String {
    format!("row_{}_{}", row.debtor_id, row.instalment)
}

impl Change for Grant {
    type Order = Order;

    fn title(&self) -> String {
        "徴収猶予の決定".to_owned()
    }

    fn about(&self) -> About {
        About {
            household: Some(self.household),
            person: None,
            tab: "tasks",
        }
    }

    fn allow(&self, desk: &Desk) -> Result<(), OfficeError> {
        desk.permit::<GrantRelief>().map(|_| ())
    }

    fn blank(&self, desk: &Desk, conn: &mut Conn, fields: &Fields) -> Result<Blank, OfficeError> {
        let (year, rows) = self.open_rows(desk, conn, fields)?;
        let names = names::people(
            conn,
            desk.business_date(),
            rows.iter().map(|row| row.debtor_id),
        )?;
        let ticks: Vec<Field> = rows
            .iter()
            .map(|row| {
                let label = format!(
                    "{} {}（{} 納期限{}）",
                    names.person(row.debtor_id),
                    label_ja(row.instalment),
                    row.parts.total(),
                    day_ja(row.due_on)
                );
                let name = row_name(row);
                Field::new(Input::Check, &name, &label, fields.text(&name)).wide()
            })
            .collect();
        let until = fields.text("until").to_owned();
        let until = law::era::date_input(&until, desk.business_date()).map_or(until, day_ja);
        let form = Form::post(&format!("/households/{}/deferral", self.household)).fields(vec![
            Field::new(
                Input::Choice(desk.years()),
                "year",
                "相当年度",
                &year.0.to_string(),
            ),
            Field::new(Input::Day, "until", "猶予の期限", &until).first(),
            Field::new(Input::Text, "reason", "猶予の理由", fields.text("reason")).wide(),
        ]);
        let form = if ticks.is_empty() {
            form.section(
                &format!("{}に立っている期別はありません。", year_ja(year)),
                Vec::new(),
            )
        } else {
            form.section("猶予する期", ticks)
        };
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
        let (year, all) = self.open_rows(desk, conn, fields)?;
        let until = fields.required_day("until", "猶予の期限", desk.business_date(), errors);
        let rows: Vec<Charged> = all
            .into_iter()
            .filter(|row| fields.has(&row_name(row)))
            .collect();
        let Some(first) = rows.first() else {
            note(errors, "", "猶予する期: 一つ以上選んでください");
            return Ok(None);
        };
        let liable = first.debtor_id;
        if rows.iter().any(|row| row.debtor_id != liable) {
            note(
                errors,
                "",
                "猶予する期: 納付義務者ごとに分けて登録してください",
            );
        }
        let names = names::people(conn, desk.business_date(), [liable])?;
        Ok(until.map(|until| Order {
            year,
            liable,
            name: names.person(liable),
            rows,
            until,
            reason: fields.text("reason").to_owned(),
        }))
    }

    fn show(&self, desk: &Desk, order: &Order) -> Result<Shown, OfficeError> {
        let permit = desk.permit::<GrantRelief>()?;
        let numbers: Vec<i64> = order.rows.iter().map(|row| row.instalment).collect();
        let request = self.request(order, &numbers);
        let books = change::books(desk);
        let acting = desk.acting("");
        let blocks = deferral::preview_grant(
            desk.store(),
            &books,
            &permit,
            &acting,
            &request,
            |conn, one| change::blocks(desk, conn, std::slice::from_ref(one)),
        )?;
        let mut facts = vec![
            ("相当年度".to_owned(), year_ja(order.year)),
            ("納付義務者".to_owned(), order.name.clone()),
            ("猶予の期限".to_owned(), day_ja(order.until)),
            ("理由".to_owned(), order.reason.clone()),
        ];
        for row in &order.rows {
            facts.push((
                label_ja(row.instalment),
                format!("{} 納期限{}から", row.parts.total(), day_ja(row.due_on)),
            ));
        }
        Ok(Shown {
            facts,
            blocks,
            ..Shown::default()
        })
    }

    fn carry_out(&self, desk: &Desk, order: &Order, acting: &Acting) -> Result<(), OfficeError> {
        let permit = desk.permit::<GrantRelief>()?;
        let numbers: Vec<i64> = order.rows.iter().map(|row| row.instalment).collect();
        let request = self.request(order, &numbers);
        deferral::grant(
            desk.store(),
            &change::books(desk),
            &permit,
            acting,
            &request,
        )?;
        Ok(())
    }

    fn done(&self, act: i64) -> String {
        format!("/households/{}?done={act}", self.household)
    }

    fn field_of(&self, label: &str) -> String {
        match label {
            "猶予の理由" => "reason",
            _ => "",
        }
        .to_owned()
    }

    fn back(&self) -> String {
        format!("/households/{}/tasks", self.household)
    }
}

impl Grant {
    fn request<'o>(&self, order: &'o Order, numbers: &'o [i64]) -> deferral::Request<'o> {
        deferral::Request {
            household_id: self.household,
            levy_year: order.year,
            liable_id: order.liable,
            instalments: numbers,
            until: order.until,
            reason: &order.reason,
        }
    }
}

/// 猶予の取消.
pub struct Withdraw {
    household: i64,
    deferral: i64,
}

/// The form of a withdrawal.
pub async fn withdraw_page(
    desk: Desk,
    Path((household, deferral)): Path<(i64, i64)>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Response {
    let change = Withdraw {
        household,
        deferral,
    };
    change::open(desk, change, asked).await
}

/// A withdrawal.
pub async fn withdraw(Path((household, deferral)): Path<(i64, i64)>, posted: Posted) -> Response {
    let change = Withdraw {
        household,
        deferral,
    };
    change::send(posted, change).await
}

impl Withdraw {
    fn find(&self, conn: &mut Conn) -> Result<Deferral, OfficeError> {
        deferral::of_household(conn, self.household)?
            .into_iter()
            .find(|one| one.deferral_id == self.deferral && !one.withdrawn)
            .ok_or_else(|| {
                law::Refusal::new(
                    "web.deferral.missing",
                    format!("猶予{}はないか、すでに取り消されています", self.deferral),
                )
                .into()
            })
    }
}

impl Change for Withdraw {
    type Order = (Deferral, String);

    fn title(&self) -> String {
        format!("徴収猶予{}の取消", self.deferral)
    }

    fn about(&self) -> About {
        About {
            household: Some(self.household),
            person: None,
            tab: "tasks",
        }
    }

    fn allow(&self, desk: &Desk) -> Result<(), OfficeError> {
        desk.permit::<GrantRelief>().map(|_| ())
    }

    fn blank(&self, _: &Desk, conn: &mut Conn, fields: &Fields) -> Result<Blank, OfficeError> {
        let found = self.find(conn)?;
        let action = format!("/households/{}/deferral/{}", self.household, self.deferral);
        let what = format!(
            "{} {} {}→{}",
            year_ja(found.levy_year),
            label_ja(found.instalment),
            day_ja(found.from_due_on),
            day_ja(found.to_due_on)
        );
        Ok(Blank {
            form: Form::post(&action).fields(vec![
                Field::new(Input::Said, "what", "猶予", &what),
                Field::new(Input::Text, "reason", "取消の理由", fields.text("reason"))
                    .wide()
                    .first(),
            ]),
            ..Blank::default()
        })
    }

    fn read(
        &self,
        _: &Desk,
        conn: &mut Conn,
        fields: &Fields,
        errors: &mut Vec<FieldError>,
    ) -> Result<Option<Self::Order>, OfficeError> {
        if fields.text("reason").is_empty() {
            note(errors, "reason", "取消の理由: 理由を入力してください");
        }
        Ok(Some((self.find(conn)?, fields.text("reason").to_owned())))
    }

    fn show(&self, _: &Desk, (found, reason): &Self::Order) -> Result<Shown, OfficeError> {
        let facts: Vec<Choice> = vec![
            ("期".to_owned(), label_ja(found.instalment)),
            (
                "納期限".to_owned(),
                format!(
                    "{}から{}へ戻す",
                    day_ja(found.to_due_on),
                    day_ja(found.from_due_on)
                ),
            ),
            ("取消の理由".to_owned(), reason.clone()),
        ];
        Ok(Shown {
            facts,
            ..Shown::default()
        })
    }

    fn carry_out(
        &self,
        desk: &Desk,
        (_, reason): &Self::Order,
        acting: &Acting,
    ) -> Result<(), OfficeError> {
        let permit = desk.permit::<GrantRelief>()?;
        deferral::withdraw(
            desk.store(),
            &change::books(desk),
            &permit,
            acting,
            self.household,
            self.deferral,
            reason,
        )?;
        Ok(())
    }

    fn done(&self, act: i64) -> String {
        format!("/households/{}?done={act}", self.household)
    }

    fn field_of(&self, _: &str) -> String {
        String::new()
    }

    fn back(&self) -> String {
        format!("/households/{}/tasks", self.household)
    }
}
