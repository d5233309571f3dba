//! 基準収入額適用申請の決定 — with the incomes it rests on, the ratio and the papers that follow.

pub use crate::revenue_receive::{page, send};

use super::revenue::{beside, stated, year_name};
use crate::change::{self, About, Blank, Change, Shown};
use crate::desk::{Desk, Posted};
use crate::eligibility::consequence::papers;
use crate::fields::{Fields, note};
use crate::judgement::changes;
use crate::registry::names;
use crate::view::FieldError;
use crate::view::cards::Card;
use crate::view::entry::{Choice, Field, Form, Input};
use crate::view::format::day_ja;
use axum::extract::{Path, Query};
use axum::response::Response;
use db::Conn;
use office::certificate::Task;
use office::judgement::Judged;
use office::judgement::application::{self, Application};
use office::judgement::decision::HOUSEHOLD;
use office::security::permit::Judge;
use office::{Acting, OfficeError};

/// 決定 of an application.
pub struct Decide {
    household: i64,
    number: i64,
}

/// The form.
pub async fn decide_page(
    desk: Desk,
    Path((household, number)): Path<(i64, i64)>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Response {
    change::open(desk, Decide { household, number }, asked).await
}

/// What was typed.
pub async fn decide(Path((household, number)): Path<(i64, i64)>, posted: Posted) -> Response {
    change::send(posted, Decide { household, number }).await
}

impl Decide {
    fn find(&self, conn: &mut Conn) -> Result<Application, OfficeError> {
        application::find(conn, self.number)?
            .filter(|one| one.household_id == self.household)
            .ok_or_else(|| {
                law::Refusal::new(
                    "web.revenue.missing",
                    format!("この世帯に申請{}はありません", self.number),
                )
                .into()
            })
    }

    fn ruled<R>(
        &self,
        desk: &Desk,
        work: impl FnOnce(
            (&law::rules::JudgementBook, &office::certificate::KeptRules),
        ) -> Result<R, OfficeError>,
    ) -> Result<R, OfficeError> {
        let book = crate::judgement::book(desk)?;
        let kept = crate::certificate::rules(desk)?;
        work((&book, &kept))
    }
}

impl Change for Decide {
    type Order = (Application, bool, String);

    fn title(&self) -> String {
        "基準収入額適用の決定".to_owned()
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

    fn blank(&self, desk: &Desk, conn: &mut Conn, fields: &Fields) -> Result<Blank, OfficeError> {
        let found = self.find(conn)?;
        let choices: Vec<Choice> = [("grant", "認定する"), ("refuse", "認定しない")]
            .map(|(code, label)| (code.to_owned(), label.to_owned()))
            .to_vec();
        let action = format!("/households/{}/revenue/{}", self.household, self.number);
        let form = Form::post(&action).fields(vec![
            Field::new(
                Input::Said,
                "year",
                "適用の期間",
                &year_name(found.benefit_year),
            ),
            Field::new(
                Input::Said,
                "received",
                "申請日",
                &day_ja(found.received_on),
            ),
            Field::new(
                Input::Said,
                "revenues",
                "収入金額",
                &stated(conn, desk.business_date(), self.number)?,
            )
            .wide(),
            Field::new(
                Input::Choice(choices),
                "ruling",
                "決定",
                fields.text("ruling"),
            )
            .first(),
            Field::new(Input::Text, "reason", "理由", fields.text("reason")).wide(),
        ]);
        Ok(Blank {
            form,
            cards: vec![beside(desk, conn, self.household, found.benefit_year)?],
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
        let reason = fields.text("reason").to_owned();
        if reason.is_empty() {
            note(errors, "reason", "理由: 決定の理由を入力してください");
        }
        let granted = match fields.text("ruling") {
            "grant" => true,
            "refuse" => false,
            _ => {
                note(errors, "ruling", "決定: 一覧から選んでください");
                return Ok(None);
            }
        };
        Ok(Some((self.find(conn)?, granted, reason)))
    }

    fn show(
        &self,
        desk: &Desk,
        (found, granted, reason): &Self::Order,
    ) -> Result<Shown, OfficeError> {
        let permit = desk.permit::<Judge>()?;
        let ruled = self.ruled(desk, |rules| {
            let ruling = (*granted, reason.as_str());
            let acting = desk.acting("");
            application::preview(desk.store(), rules, &permit, &acting, self.number, ruling)
        })?;
        let cards = effects(desk, (&ruled.judged, &ruled.tasks))?;
        let revenues = desk
            .store()
            .read(|conn| stated(conn, desk.business_date(), self.number))?;
        let verdict = if *granted {
            "認定する"
        } else {
            "認定しない"
        };
        Ok(Shown {
            facts: vec![
                ("適用の期間".to_owned(), year_name(found.benefit_year)),
                ("申請日".to_owned(), day_ja(found.received_on)),
                ("収入金額".to_owned(), revenues),
                ("決定".to_owned(), verdict.to_owned()),
                ("理由".to_owned(), reason.clone()),
            ],
            mark: format!("{:?}", ruled.judged),
            cards,
            ..Shown::default()
        })
    }

    fn carry_out(
        &self,
        desk: &Desk,
        (_, granted, reason): &Self::Order,
        acting: &Acting,
    ) -> Result<(), OfficeError> {
        let permit = desk.permit::<Judge>()?;
        self.ruled(desk, |rules| {
            let ruling = (*granted, reason.as_str());
            application::decide(desk.store(), rules, &permit, acting, self.number, ruling)
        })?;
        Ok(())
    }

    fn done(&self, _: i64) -> String {
        format!("/households/{}/judgement", self.household)
    }

    fn field_of(&self, _: &str) -> String {
        String::new()
    }

    fn back(&self) -> String {
        format!("/households/{}/judgement", self.household)
    }

    fn verb(&self) -> &'static str {
        "この内容で決定する"
    }
}

/// The classes and ratios before and after, and the papers that follow.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn effects(
    desk: &Desk,
    (judged, tasks): (&[Judged], &[Task]),
) -> Result<Vec<Card>, OfficeError> {
    let ids = judged
        .iter()
        .map(|one| one.subject_id)
        .filter(|id| *id != HOUSEHOLD)
        .chain(tasks.iter().map(|task| task.person_id));
    let names = desk
        .store()
        .read(|conn| names::people(conn, desk.business_date(), ids.collect::<Vec<_>>()))?;
    let mut cards = Vec::new();
    let table = changes(judged, &names);
    if !table.rows.is_empty() {
        cards.push(Card::new("変わる判定", "w6").with_table(table, ""));
    }
    if !tasks.is_empty() {
        cards.push(papers(tasks, &names));
    }
    Ok(cards)
}
