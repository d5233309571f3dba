//! 一覧への処理 — one step over a whole list: tried with its figures, then carried out.

use super::title_of;
use crate::answer;
use crate::change::{self, About, Blank, Change, Shown};
use crate::desk::{Desk, Posted};
use crate::fields::Fields;
use crate::view::FieldError;
use crate::view::cards::{Card, Table};
use crate::view::entry::{Field, Form, Input};
use crate::view::format::{count, day_ja};
use axum::extract::{Path, Query};
use axum::response::Response;
use db::Conn;
use law::Date;
use law::rules::OfficePractice;
use office::eligibility::waves::{self, Wave};
use office::security::permit::RunEligibility;
use office::{Acting, OfficeError};

/// A step over a list.
pub struct Step {
    list: String,
    wave: Wave,
}

/// The form of a step.
pub async fn page(
    desk: Desk,
    Path((list, step)): Path<(String, String)>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Response {
    match Wave::of(&list, &step) {
        Some(wave) => change::open(desk, Step { list, wave }, asked).await,
        None => {
            desk.answer(|desk| answer::not_found(desk, "この処理"))
                .await
        }
    }
}

/// The order of a step.
pub async fn send(Path((list, step)): Path<(String, String)>, posted: Posted) -> Response {
    match Wave::of(&list, &step) {
        Some(wave) => change::send(posted, Step { list, wave }).await,
        None => {
            posted
                .desk
                .answer(|desk| answer::not_found(desk, "この処理"))
                .await
        }
    }
}

impl Step {
    fn path(&self) -> String {
        let address = Wave::ALL
            .iter()
            .find(|row| row.0 == self.wave)
            .map_or("", |row| row.1);
        format!("/lists/{}", address.replacen('/', "/wave/", 1))
    }
}

impl Change for Step {
    type Order = Option<Date>;

    fn title(&self) -> String {
        let list = title_of(&self.list).map_or("", |row| row.0);
        format!("{list}: {}", self.wave.label_ja())
    }

    fn about(&self) -> About {
        About::default()
    }

    fn allow(&self, desk: &Desk) -> Result<(), OfficeError> {
        desk.permit::<RunEligibility>().map(|_| ())
    }

    fn blank(&self, desk: &Desk, _: &mut Conn, fields: &Fields) -> Result<Blank, OfficeError> {
        let today = desk.business_date();
        let mut all = vec![
            Field::new(Input::Said, "what", "すること", self.wave.label_ja()).wide(),
            Field::new(Input::Said, "on", "業務日付", &day_ja(today)),
        ];
        if self.wave.asks_until() {
            let usual = jiff_days(today, 21);
            let typed = if fields.has("answer_by") {
                fields.day_written("answer_by", today)
            } else {
                day_ja(usual)
            };
            all.push(Field::new(Input::Day, "answer_by", "回答の期限", &typed).first());
        }
        Ok(Blank {
            form: Form::post(&self.path()).fields(all),
            ..Blank::default()
        })
    }

    fn read(
        &self,
        desk: &Desk,
        _: &mut Conn,
        fields: &Fields,
        errors: &mut Vec<FieldError>,
    ) -> Result<Option<Option<Date>>, OfficeError> {
        if !self.wave.asks_until() {
            return Ok(Some(None));
        }
        let today = desk.business_date();
        Ok(fields
            .required_day("answer_by", "回答の期限", today, errors)
            .map(Some))
    }

    fn show(&self, desk: &Desk, answer_by: &Option<Date>) -> Result<Shown, OfficeError> {
        let permit = desk.permit::<RunEligibility>()?;
        let acting = desk.acting("");
        let practice = practice(desk)?;
        let wish = (self.wave, *answer_by);
        let of = (city(desk), &practice);
        let found = waves::preview(desk.store(), &permit, &acting, of, wish)?;
        let mut facts = vec![("すること".to_owned(), self.wave.label_ja().to_owned())];
        if let Some(day) = answer_by {
            facts.push(("回答の期限".to_owned(), day_ja(*day)));
        }
        let mut table = Table::new("この処理ですること", &["区分", "#件数"]);
        for (label, number) in &found {
            table.row(vec![(*label).into(), count(*number).into()]);
        }
        Ok(Shown {
            facts,
            cards: vec![Card::new("件数", "w6").with_table(table, "")],
            ..Shown::default()
        })
    }

    fn carry_out(
        &self,
        desk: &Desk,
        answer_by: &Option<Date>,
        acting: &Acting,
    ) -> Result<(), OfficeError> {
        let permit = desk.permit::<RunEligibility>()?;
        let practice = practice(desk)?;
        let wish = (self.wave, *answer_by);
        let of = (city(desk), &practice);
        waves::run(desk.store(), &permit, acting, of, wish)?;
        Ok(())
    }

    fn done(&self, _: i64) -> String {
        format!("/lists/{}", self.list)
    }

    fn field_of(&self, _: &str) -> String {
        "answer_by".to_owned()
    }

    fn back(&self) -> String {
        format!("/lists/{}", self.list)
    }

    fn verb(&self) -> &'static str {
        "この件数で実行する"
    }
}

/// 市町村の扱い of the business day.
fn city(desk: &Desk) -> &str {
    &desk.app().config().municipality_code
}

fn practice(desk: &Desk) -> Result<OfficePractice, OfficeError> {
    let today = desk.business_date();
    Ok(desk.book()?.office_practice(city(desk), today)?)
}

/// A day so many days later.
fn jiff_days(from: Date, days: i64) -> Date {
    (0..days).fold(from, |day, _| law::date::next_day(day))
}
