//! 減免申請の受理 — taken in at the counter; the ruling is another's.

use crate::change::{self, About, Blank, Change, Shown};
use crate::desk::{Desk, Posted};
use crate::fields::Fields;
use crate::view::FieldError;
use crate::view::cards::Note;
use crate::view::entry::{Choice, Field, Form, Input};
use crate::view::format::year_ja;
use crate::view::layout::Tone;
use axum::extract::{Path, Query};
use axum::response::Response;
use db::Conn;
use law::FiscalYear;
use law::rules::{ReliefReason, ReliefRules};
use office::levy::YearRules;
use office::levy::relief;
use office::security::permit::RegisterFact;
use office::{Acting, OfficeError};

/// The reasons the ordinance of a year knows, by application.
fn reasons(rules: &YearRules) -> Vec<(&ReliefRules, Choice)> {
    rules
        .reliefs
        .iter()
        .filter(|one| one.reason != ReliefReason::FormerDependant)
        .zip(1..)
        .map(|(one, number)| (one, (format!("{number:02}"), one.name_ja.clone())))
        .collect()
}

fn years(desk: &Desk) -> Vec<FiscalYear> {
    desk.app()
        .office()
        .rules
        .iter()
        .map(YearRules::year)
        .collect()
}

/// 減免申請の受理.
pub struct Apply {
    household: i64,
}

/// The form of an application.
pub async fn apply_page(
    desk: Desk,
    Path(household): Path<i64>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Response {
    change::open(desk, Apply { household }, asked).await
}

/// An application.
pub async fn apply(Path(household): Path<i64>, posted: Posted) -> Response {
    change::send(posted, Apply { household }).await
}

/// What is applied for.
pub struct Wish {
    year: FiscalYear,
    reason: ReliefReason,
    name: String,
    grounds: String,
}

impl Change for Apply {
    type Order = Wish;

    fn title(&self) -> String {
        "減免申請の受理".to_owned()
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

    fn blank(&self, desk: &Desk, _: &mut Conn, fields: &Fields) -> Result<Blank, OfficeError> {
        let year = fields
            .text("year")
            .parse::<i16>()
            .map_or_else(|_| desk.usual_year(), FiscalYear);
        let known: Vec<Choice> = reasons(desk.rules(year)?)
            .into_iter()
            .map(|(_, choice)| choice)
            .collect();
        let notes = if known.is_empty() {
            vec![Note::new(
                Tone::Warn,
                "",
                vec![format!(
                    "{}の規則に、申請による減免の定めがありません。",
                    year_ja(year)
                )],
            )]
        } else {
            Vec::new()
        };
        let form = Form::post(&format!("/households/{}/relief", self.household)).fields(vec![
            Field::new(
                Input::Choice(desk.years()),
                "year",
                "相当年度",
                &year.0.to_string(),
            ),
            Field::new(Input::Code(known), "reason", "事由", fields.text("reason")).first(),
            Field::new(
                Input::Area,
                "grounds",
                "申請の理由（申請者の言葉で）",
                fields.text("grounds"),
            )
            .wide(),
        ]);
        Ok(Blank {
            form,
            notes,
            ..Blank::default()
        })
    }

    fn read(
        &self,
        desk: &Desk,
        _: &mut Conn,
        fields: &Fields,
        errors: &mut Vec<FieldError>,
    ) -> Result<Option<Wish>, OfficeError> {
        let Some(year) = fields.year("year", &years(desk), errors) else {
            return Ok(None);
        };
        let known = reasons(desk.rules(year)?);
        let list: Vec<Choice> = known.iter().map(|(_, choice)| choice.clone()).collect();
        let Some((code, name)) = fields.code("reason", "事由", &list, errors) else {
            return Ok(None);
        };
        let reason = known
            .iter()
            .find(|(_, (known, _))| *known == code)
            .map(|(rules, _)| rules.reason);
        Ok(reason.map(|reason| Wish {
            year,
            reason,
            name,
            grounds: fields.text("grounds").to_owned(),
        }))
    }

    fn show(&self, _: &Desk, wish: &Wish) -> Result<Shown, OfficeError> {
        Ok(Shown {
            facts: vec![
                ("相当年度".to_owned(), year_ja(wish.year)),
                ("事由".to_owned(), wish.name.clone()),
                ("申請の理由".to_owned(), wish.grounds.clone()),
            ],
            notes: vec![Note::new(
                Tone::Info,
                "",
                vec!["受理だけでは金額は変わりません。決定は賦課担当が行います。".to_owned()],
            )],
            ..Shown::default()
        })
    }

    fn carry_out(&self, desk: &Desk, wish: &Wish, acting: &Acting) -> Result<(), OfficeError> {
        let permit = desk.permit::<RegisterFact>()?;
        relief::apply(
            desk.store(),
            &permit,
            acting,
            desk.rules(wish.year)?,
            self.household,
            wish.reason,
            &wish.grounds,
        )?;
        Ok(())
    }

    fn done(&self, act: i64) -> String {
        format!("/households/{}?done={act}", self.household)
    }

    fn field_of(&self, label: &str) -> String {
        match label {
            "申請の理由" => "grounds",
            _ => "",
        }
        .to_owned()
    }

    fn back(&self) -> String {
        format!("/households/{}/tasks", self.household)
    }
}
