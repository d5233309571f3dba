//! 特別の事情の決定 — accepted for a time or not, by somebody who may approve.

use super::Whom;
use crate::change::{self, About, Blank, Change, Shown};
use crate::desk::{Desk, Posted};
use crate::fields::{Fields, note};
use crate::view::FieldError;
use crate::view::cards::Note;
use crate::view::entry::{Field, Form, Input};
use crate::view::format::day_ja;
use crate::view::layout::Tone;
use axum::extract::{Path, Query};
use axum::response::Response;
use db::Conn;
use law::Date;
use office::eligibility::status::circumstances;
use office::security::permit::ApproveEligibility;
use office::{Acting, OfficeError};

/// One decision.
pub struct Rule(i64);

/// The form.
pub async fn page(
    desk: Desk,
    Path(id): Path<i64>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Response {
    change::open(desk, Rule(id), asked).await
}

/// What was typed.
pub async fn send(Path(id): Path<i64>, posted: Posted) -> Response {
    change::send(posted, Rule(id)).await
}

impl Change for Rule {
    type Order = (Option<Date>, String);

    fn title(&self) -> String {
        "特別の事情の決定".to_owned()
    }

    fn about(&self) -> About {
        Whom::Household(self.0).about()
    }

    fn allow(&self, desk: &Desk) -> Result<(), OfficeError> {
        desk.permit::<ApproveEligibility>().map(|_| ())
    }

    fn blank(&self, desk: &Desk, conn: &mut Conn, fields: &Fields) -> Result<Blank, OfficeError> {
        let until = fields.text("until").to_owned();
        let until = law::era::date_input(&until, desk.business_date()).map_or(until, day_ja);
        let answers = vec![
            ("1".to_owned(), "認める".to_owned()),
            ("2".to_owned(), "認めない".to_owned()),
        ];
        let form = Form::post(&format!("/households/{}/circumstances", self.0)).section(
            &Whom::Household(self.0).said(desk, conn)?,
            vec![
                Field::new(
                    Input::Code(answers),
                    "ruling",
                    "決定",
                    fields.text("ruling"),
                )
                .first(),
                Field::new(
                    Input::Day,
                    "until",
                    "認める期間の終わり（この日の前日まで）",
                    &until,
                )
                .hint("認めるときだけ"),
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
    ) -> Result<Option<Self::Order>, OfficeError> {
        let answers = [
            ("1".to_owned(), "認める".to_owned()),
            ("2".to_owned(), "認めない".to_owned()),
        ];
        let ruling = fields.code("ruling", "決定", &answers, errors);
        let today = desk.business_date();
        if fields.text("note").is_empty() {
            note(errors, "note", "理由: 決定の理由を入力してください");
        }
        let accepted = ruling.is_some_and(|(code, _)| code == "1");
        let until = if accepted {
            fields.required_day("until", "認める期間の終わり", today, errors)
        } else {
            None
        };
        if until.is_some_and(|until| until <= today) {
            note(
                errors,
                "until",
                "認める期間の終わり: 明日以降の日にしてください",
            );
        }
        Ok(errors
            .is_empty()
            .then(|| (until, fields.text("note").to_owned())))
    }

    fn show(&self, _: &Desk, (until, reason): &Self::Order) -> Result<Shown, OfficeError> {
        let said = until.map_or_else(
            || "認めない".to_owned(),
            |until| format!("{}の前日まで認める", day_ja(until)),
        );
        Ok(Shown {
            facts: vec![
                ("決定".to_owned(), said),
                ("理由".to_owned(), reason.clone()),
            ],
            notes: vec![Note::new(
                Tone::Info,
                "",
                vec![circumstances::EFFECT_JA.to_owned()],
            )],
            ..Shown::default()
        })
    }

    fn carry_out(
        &self,
        desk: &Desk,
        (until, reason): &Self::Order,
        acting: &Acting,
    ) -> Result<(), OfficeError> {
        let permit = desk.permit::<ApproveEligibility>()?;
        circumstances::rule(desk.store(), &permit, acting, self.0, *until, reason)
    }

    fn done(&self, act: i64) -> String {
        Whom::Household(self.0).done(act)
    }

    fn field_of(&self, _: &str) -> String {
        "until".to_owned()
    }

    fn back(&self) -> String {
        Whom::Household(self.0).back()
    }

    fn verb(&self) -> &'static str {
        "この内容で決定する"
    }
}
