//! 世帯の継続性の決定 — what the rule leaves open, decided by another person than the one who took it in.

use crate::change::{self, About, Blank, Change, Shown};
use crate::desk::{Desk, Posted};
use crate::fields::{Fields, note};
use crate::view::FieldError;
use crate::view::entry::{Choice, Field, Form, Input};
use crate::view::format::day_ja;
use axum::extract::{Path, Query};
use axum::response::Response;
use db::Conn;
use law::Refusal;
use law::judgement::continuity::Continuity;
use office::judgement::continuity::{ContinuityCase, continuities, rule_continuity};
use office::security::permit::Judge;
use office::{Acting, OfficeError};

/// 決定 of one change.
pub struct Rule {
    household: i64,
    number: i64,
}

/// The form.
pub async fn page(
    desk: Desk,
    Path((household, number)): Path<(i64, i64)>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Response {
    change::open(desk, Rule { household, number }, asked).await
}

/// What was typed.
pub async fn send(Path((household, number)): Path<(i64, i64)>, posted: Posted) -> Response {
    change::send(posted, Rule { household, number }).await
}

const ANSWERS: [(&str, &str, Continuity); 2] = [
    ("1", "継続する", Continuity::Continues),
    ("2", "継続しない", Continuity::Broken),
];

impl Rule {
    fn find(&self, conn: &mut Conn) -> Result<ContinuityCase, OfficeError> {
        let mut all = continuities(conn, self.household)?.into_iter();
        all.find(|case| case.continuity_id == self.number && case.needs_decision)
            .ok_or_else(|| {
                Refusal::new(
                    "web.continuity.missing",
                    format!("この世帯に、決定の要る異動{}はありません", self.number),
                )
                .into()
            })
    }
}

impl Change for Rule {
    type Order = (Continuity, String);

    fn title(&self) -> String {
        "世帯の継続性の決定".to_owned()
    }

    fn about(&self) -> About {
        About {
            household: Some(self.household),
            person: None,
            tab: "judgement",
        }
    }

    fn allow(&self, desk: &Desk) -> Result<(), OfficeError> {
        desk.permit::<Judge>().map(|_| ())
    }

    fn blank(&self, _: &Desk, conn: &mut Conn, fields: &Fields) -> Result<Blank, OfficeError> {
        let case = self.find(conn)?;
        let answers: Vec<Choice> = ANSWERS
            .iter()
            .map(|(code, label, _)| ((*code).to_owned(), (*label).to_owned()))
            .collect();
        let action = format!("/households/{}/continuity/{}", self.household, self.number);
        let said =
            |name: &str, label: &str, value: &str| Field::new(Input::Said, name, label, value);
        let proposed = ANSWERS.iter().find(|row| row.2 == case.proposed);
        Ok(Blank {
            form: Form::post(&action).fields(vec![
                said("changed", "異動日", &day_ja(case.changed_on)),
                said("proposed", "判定の案", proposed.map_or("", |row| row.1)),
                said("why", "案の理由", &case.reason),
                Field::new(
                    Input::Code(answers),
                    "ruling",
                    "決定",
                    fields.text("ruling"),
                )
                .first(),
                Field::new(Input::Text, "reason", "理由", fields.text("reason")).wide(),
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
        self.find(conn)?;
        let list: Vec<Choice> = ANSWERS
            .iter()
            .map(|(code, label, _)| ((*code).to_owned(), (*label).to_owned()))
            .collect();
        let code = fields.code("ruling", "決定", &list, errors);
        let reason = fields.text("reason").to_owned();
        if reason.is_empty() {
            note(errors, "reason", "理由: 決定の理由を入力してください");
        }
        let found = code.and_then(|(code, _)| ANSWERS.iter().find(|row| row.0 == code));
        Ok(found.map(|row| (row.2, reason)))
    }

    fn show(&self, _: &Desk, (result, reason): &Self::Order) -> Result<Shown, OfficeError> {
        let label = ANSWERS
            .iter()
            .find(|row| row.2 == *result)
            .map_or("", |row| row.1);
        Ok(Shown {
            facts: vec![
                ("決定".to_owned(), label.to_owned()),
                ("理由".to_owned(), reason.clone()),
            ],
            ..Shown::default()
        })
    }

    fn carry_out(
        &self,
        desk: &Desk,
        (result, reason): &Self::Order,
        acting: &Acting,
    ) -> Result<(), OfficeError> {
        let permit = desk.permit::<Judge>()?;
        rule_continuity(
            desk.store(),
            &permit,
            acting,
            self.number,
            (*result, reason),
        )
    }

    fn done(&self, _: i64) -> String {
        format!("/households/{}/judgement", self.household)
    }

    fn field_of(&self, label: &str) -> String {
        if label == "理由" { "reason" } else { "" }.to_owned()
    }

    fn back(&self) -> String {
        format!("/households/{}/judgement", self.household)
    }

    fn verb(&self) -> &'static str {
        "この内容で決定する"
    }
}
