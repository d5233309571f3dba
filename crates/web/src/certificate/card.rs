//! マイナ保険証の確認 — what a clerk saw of one person's registration; it decides which paper is due.

use crate::change::{self, About, Blank, Change, Shown};
use crate::desk::{Desk, Posted};
use crate::eligibility::people;
use crate::fields::{Fields, note};
use crate::view::FieldError;
use crate::view::entry::{Choice, Field, Form, Input};
use crate::view::format::day_ja;
use axum::extract::{Path, Query};
use axum::response::Response;
use db::Conn;
use office::certificate::fact::{self, Card};
use office::security::permit::IssueCertificate;
use office::{Acting, OfficeError};

/// マイナ保険証の確認.
pub struct Seen(i64);

/// The form.
pub async fn page(
    desk: Desk,
    Path(household): Path<i64>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Response {
    change::open(desk, Seen(household), asked).await
}

/// What was typed.
pub async fn send(Path(household): Path<i64>, posted: Posted) -> Response {
    change::send(posted, Seen(household)).await
}

impl Seen {
    fn people(&self, desk: &Desk, conn: &mut Conn) -> Result<Vec<Choice>, OfficeError> {
        Ok(people::around_household(desk, conn, self.0)?
            .into_iter()
            .map(|one| (one.id().to_string(), one.described(desk.business_date())))
            .collect())
    }
}

fn states() -> Vec<Choice> {
    [("no", "利用登録なし"), ("yes", "利用登録あり")]
        .map(|(code, label)| (code.to_owned(), label.to_owned()))
        .to_vec()
}

impl Change for Seen {
    type Order = (i64, String, Card);

    fn title(&self) -> String {
        "マイナ保険証の確認".to_owned()
    }

    fn about(&self) -> About {
        About {
            household: Some(self.0),
            person: None,
            tab: "certificates",
        }
    }

    fn allow(&self, desk: &Desk) -> Result<(), OfficeError> {
        desk.permit::<IssueCertificate>().map(|_| ())
    }

    fn blank(&self, desk: &Desk, conn: &mut Conn, fields: &Fields) -> Result<Blank, OfficeError> {
        let today = desk.business_date();
        let typed = fields.text("as_of").to_owned();
        let as_of = if fields.has("as_of") {
            law::era::date_input(&typed, today).map_or(typed, day_ja)
        } else {
            day_ja(today)
        };
        let source = if fields.has("source") {
            fields.text("source")
        } else {
            "本人の申出"
        };
        let people = self.people(desk, conn)?;
        Ok(Blank {
            form: Form::post(&format!("/households/{}/card", self.0)).fields(vec![
                Field::new(
                    Input::Choice(people),
                    "person",
                    "対象者",
                    fields.text("person"),
                )
                .first(),
                Field::new(
                    Input::Choice(states()),
                    "linked",
                    "利用登録",
                    fields.text("linked"),
                ),
                Field::new(Input::Day, "as_of", "確かめた日", &as_of),
                Field::new(Input::Text, "source", "何で確かめたか", source),
            ]),
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
        let as_of = fields.required_day("as_of", "確かめた日", desk.business_date(), errors);
        let people = self.people(desk, conn)?;
        let chosen = people
            .into_iter()
            .find(|(id, _)| id == fields.text("person"));
        if chosen.is_none() {
            note(errors, "person", "対象者: 一覧から選んでください");
        }
        Ok(match (chosen, as_of) {
            (Some((id, name)), Some(as_of)) => Some((
                id.parse().unwrap_or(0),
                name,
                Card {
                    linked: fields.text("linked") == "yes",
                    as_of,
                    source: format!("counter/{}", fields.text("source")),
                },
            )),
            _ => None,
        })
    }

    fn show(&self, _: &Desk, (_, name, card): &Self::Order) -> Result<Shown, OfficeError> {
        let state = if card.linked {
            "利用登録あり（資格情報のお知らせを交付します）"
        } else {
            "利用登録なし（資格確認書を交付します）"
        };
        Ok(Shown {
            facts: vec![
                ("対象者".to_owned(), name.clone()),
                ("マイナ保険証".to_owned(), state.to_owned()),
                ("確かめた日".to_owned(), day_ja(card.as_of)),
            ],
            ..Shown::default()
        })
    }

    fn carry_out(
        &self,
        desk: &Desk,
        (person, _, card): &Self::Order,
        acting: &Acting,
    ) -> Result<(), OfficeError> {
        let permit = desk.permit::<IssueCertificate>()?;
        fact::record_card(desk.store(), &permit, acting, *person, card)
    }

    fn done(&self, _: i64) -> String {
        format!("/households/{}/certificates", self.0)
    }

    fn field_of(&self, label: &str) -> String {
        match label {
            "基準日" => "as_of",
            _ => "",
        }
        .to_owned()
    }

    fn back(&self) -> String {
        format!("/households/{}/certificates", self.0)
    }
}
