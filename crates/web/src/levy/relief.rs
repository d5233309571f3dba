//! 減免の裁定 — granted, refused or taken back by those who may, shown in yen before it is confirmed.

use super::relief_fields::{component_ticks, month_ticks, read_relief, size_fields};
use crate::change::{self, About, Blank, Change, Shown};
use crate::desk::{Desk, Posted};
use crate::fields::{Fields, note};
use crate::view::FieldError;
use crate::view::entry::{Choice, Field, Form, Input};
use crate::view::format::{day_ja, year_ja};
use axum::extract::{Path, Query};
use axum::response::Response;
use db::Conn;
use law::levy::relief::Relief;
use law::rules::ReliefRules;
use office::levy::relief::{self, Application, Ruled};
use office::security::permit::GrantRelief;
use office::{Acting, OfficeError};

fn missing(what: &str) -> OfficeError {
    law::Refusal::new(
        "web.relief.missing",
        format!("{what}はありません。世帯の画面から開いてください"),
    )
    .into()
}

/// 減免の裁定.
pub struct Rule {
    household: i64,
    application: i64,
}

/// The form of a ruling.
pub async fn rule_page(
    desk: Desk,
    Path((household, application)): Path<(i64, i64)>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Response {
    let change = Rule {
        household,
        application,
    };
    change::open(desk, change, asked).await
}

/// A ruling.
pub async fn rule(Path((household, application)): Path<(i64, i64)>, posted: Posted) -> Response {
    let change = Rule {
        household,
        application,
    };
    change::send(posted, change).await
}

/// What is ruled.
pub enum Ruling {
    /// 決定.
    Grant(Box<Relief>, Vec<(String, String)>),
    /// 不承認, with its reason.
    Refuse(String),
    /// 取消, with its reason.
    Withdraw(String),
}

impl Rule {
    fn application(&self, conn: &mut Conn) -> Result<Application, OfficeError> {
        relief::of_household(conn, self.household)?
            .into_iter()
            .find(|one| one.application_id == self.application)
            .ok_or_else(|| missing("この減免申請"))
    }

    fn provision<'d>(
        desk: &'d Desk,
        application: &Application,
    ) -> Result<&'d ReliefRules, OfficeError> {
        desk.rules(application.levy_year)?
            .reliefs
            .iter()
            .find(|one| one.reason == application.reason)
            .ok_or_else(|| missing("この事由の減免の定め"))
    }
}

fn granted(application: &Application) -> bool {
    matches!(application.ruling, Some((Ruled::Granted, _, _)))
}

impl Change for Rule {
    type Order = Ruling;

    fn title(&self) -> String {
        format!("減免申請{}の裁定", self.application)
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
        let application = self.application(conn)?;
        let provision = Self::provision(desk, &application)?;
        let rules = desk.rules(application.levy_year)?;
        let rulings: Vec<Choice> = if granted(&application) {
            vec![("withdraw".to_owned(), "取り消す".to_owned())]
        } else {
            vec![
                ("grant".to_owned(), "減免を決定する".to_owned()),
                ("refuse".to_owned(), "承認しない".to_owned()),
            ]
        };
        let action = format!("/households/{}/relief/{}", self.household, self.application);
        let mut form = Form::post(&action).section(
            &format!(
                "{} {}（{}）",
                year_ja(application.levy_year),
                provision.name_ja,
                provision.clause
            ),
            vec![
                Field::new(
                    Input::Said,
                    "applied",
                    "申請",
                    &format!("{} {}", day_ja(application.applied_on), application.grounds),
                ),
                Field::new(
                    Input::Choice(rulings),
                    "ruling",
                    "裁定",
                    fields.text("ruling"),
                )
                .first(),
                Field::new(
                    Input::Text,
                    "reason",
                    "不承認・取消の理由",
                    fields.text("reason"),
                ),
            ],
        );
        if !granted(&application) {
            form = form
                .section("減免する額", size_fields(provision, fields))
                .section("対象の区分", component_ticks(rules, fields))
                .section("対象の月", month_ticks(fields));
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
    ) -> Result<Option<Ruling>, OfficeError> {
        let reason = fields.text("reason").to_owned();
        match fields.text("ruling") {
            "refuse" => Ok(Some(Ruling::Refuse(reason))),
            "withdraw" if reason.is_empty() => {
                note(errors, "reason", "取消の理由: 理由を入力してください");
                Ok(None)
            }
            "withdraw" => Ok(Some(Ruling::Withdraw(reason))),
            "grant" => {
                let application = self.application(conn)?;
                let provision = Self::provision(desk, &application)?;
                let rules = desk.rules(application.levy_year)?;
                Ok(read_relief(rules, provision, fields, errors))
            }
            _ => {
                note(errors, "ruling", "裁定: 一覧から選んでください");
                Ok(None)
            }
        }
    }

    fn show(&self, desk: &Desk, ruling: &Ruling) -> Result<Shown, OfficeError> {
        let permit = desk.permit::<GrantRelief>()?;
        let books = change::books(desk);
        let acting = desk.acting("");
        let store = desk.store();
        let mut shown = Shown::default();
        match ruling {
            Ruling::Grant(granted, words) => {
                shown.facts.clone_from(words);
                let order = (self.application, granted.as_ref());
                shown.blocks =
                    relief::preview_grant(store, &books, &permit, &acting, order, |conn, all| {
                        change::blocks(desk, conn, all)
                    })?;
            }
            Ruling::Refuse(reason) => {
                shown.facts = vec![
                    ("裁定".to_owned(), "不承認".to_owned()),
                    ("理由（通知書に印字）".to_owned(), reason.clone()),
                ];
            }
            Ruling::Withdraw(reason) => {
                shown.facts = vec![
                    ("裁定".to_owned(), "減免の取消".to_owned()),
                    ("理由".to_owned(), reason.clone()),
                ];
                let order = (self.application, reason.as_str());
                shown.blocks = relief::preview_withdraw(
                    store,
                    &books,
                    &permit,
                    &acting,
                    order,
                    |conn, all| change::blocks(desk, conn, all),
                )?;
            }
        }
        Ok(shown)
    }

    fn carry_out(&self, desk: &Desk, ruling: &Ruling, acting: &Acting) -> Result<(), OfficeError> {
        let permit = desk.permit::<GrantRelief>()?;
        let (store, books) = (desk.store(), change::books(desk));
        let number = self.application;
        match ruling {
            Ruling::Grant(granted, _) => {
                relief::grant(store, &books, &permit, acting, number, granted)?;
            }
            Ruling::Refuse(reason) => relief::refuse(store, &permit, acting, number, reason)?,
            Ruling::Withdraw(reason) => {
                relief::withdraw(store, &books, &permit, acting, number, reason)?;
            }
        }
        Ok(())
    }

    fn done(&self, act: i64) -> String {
        format!("/households/{}?done={act}", self.household)
    }

    fn field_of(&self, label: &str) -> String {
        match label {
            "不承認の理由" => "reason",
            _ => "",
        }
        .to_owned()
    }

    fn back(&self) -> String {
        format!("/households/{}/tasks", self.household)
    }

    fn verb(&self) -> &'static str {
        "この内容で裁定する"
    }
}
