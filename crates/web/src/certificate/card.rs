//! マイナ保険証の確認 — what a clerk saw of the registrations of a household; it decides which papers are due.

use crate::change::{self, About, Blank, Change, Shown};
use crate::desk::{Desk, Posted};
use crate::eligibility::people::{self, Candidate};
use crate::fields::{Fields, note};
use crate::view::FieldError;
use crate::view::cards::Card as ViewCard;
use crate::view::entry::{Choice, Field, Form, Grid, Input};
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
    fn people(&self, desk: &Desk, conn: &mut Conn) -> Result<Vec<Candidate>, OfficeError> {
        people::around_household(desk, conn, self.0)
    }
}

/// What may be known of somebody; what was not looked at stays as it is.
const STATES: [(&str, &str); 3] = [
    ("", "確かめていない"),
    ("no", "1 利用登録なし"),
    ("yes", "2 利用登録あり"),
];

fn states() -> Vec<Choice> {
    STATES
        .map(|(code, label)| (code.to_owned(), label.to_owned()))
        .to_vec()
}

impl Change for Seen {
    type Order = Vec<(i64, String, Card)>;

    fn title(&self) -> String {
        "マイナ保険証の利用登録".to_owned()
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
        let as_of = if fields.has("as_of") {
            fields.day_written("as_of", today)
        } else {
            day_ja(today)
        };
        let source = if fields.has("source") {
            fields.text("source")
        } else {
            "本人の申出"
        };
        let rows = self
            .people(desk, conn)?
            .iter()
            .enumerate()
            .map(|(place, one)| {
                let name = format!("linked_{}", one.id());
                let label = format!("{}の利用登録", one.name);
                let value = fields.text(&name).to_owned();
                let field = Field::new(Input::Choice(states()), &name, &label, &value);
                let field = if place == 0 { field.first() } else { field };
                (one.described(today), vec![field])
            })
            .collect();
        let grid = Grid {
            caption: "マイナ保険証の利用登録".to_owned(),
            columns: vec!["対象者".to_owned(), "利用登録".to_owned()],
            rows,
        };
        Ok(Blank {
            form: Form::post(&format!("/households/{}/card", self.0))
                .grid("マイナ保険証の利用登録", grid)
                .fields(vec![
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
        let Some(as_of) = as_of else {
            return Ok(None);
        };
        let mut order = Vec::new();
        for one in &people {
            let name = format!("linked_{}", one.id());
            let linked = match fields.text(&name) {
                "" => continue,
                "yes" => true,
                "no" => false,
                _ => {
                    note(errors, &name, "利用登録: 一覧から選んでください");
                    continue;
                }
            };
            let source = format!("counter/{}", fields.text("source"));
            let card = Card {
                linked,
                as_of,
                source,
            };
            order.push((one.id(), one.name.clone(), card));
        }
        if order.is_empty() && errors.is_empty() {
            let first = people
                .first()
                .map_or_else(String::new, |one| format!("linked_{}", one.id()));
            note(errors, &first, "利用登録: 一人以上選んでください");
        }
        Ok(Some(order))
    }

    fn show(&self, _: &Desk, order: &Self::Order) -> Result<Shown, OfficeError> {
        let mut shown = Shown::default();
        let mut due = ViewCard::new("交付することになる証", "w6");
        for (_, name, card) in order {
            let (state, paper) = if card.linked {
                ("利用登録あり", "資格情報のお知らせ")
            } else {
                ("利用登録なし", "資格確認書")
            };
            shown.facts.push((name.clone(), state.to_owned()));
            due.fact(name, paper);
        }
        if let Some((_, _, card)) = order.first() {
            shown
                .facts
                .push(("確かめた日".to_owned(), day_ja(card.as_of)));
        }
        shown.cards.push(due);
        Ok(shown)
    }

    fn carry_out(
        &self,
        desk: &Desk,
        order: &Self::Order,
        acting: &Acting,
    ) -> Result<(), OfficeError> {
        let permit = desk.permit::<IssueCertificate>()?;
        let cards: Vec<(i64, Card)> = order
            .iter()
            .map(|(person, _, card)| (*person, card.clone()))
            .collect();
        fact::record_cards(desk.store(), &permit, acting, &cards)
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
