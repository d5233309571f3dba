//! 住民異動の取消 — one event taken back; the record is folded again without it.

use crate::change::{self, About, Blank, Change, Shown};
use crate::desk::{Desk, Posted};
use crate::eligibility::{consequence, with_books};
use crate::fields::{Fields, note};
use crate::view::FieldError;
use crate::view::entry::{Field, Form, Input};
use crate::view::format::day_ja;
use axum::extract::{Path, Query};
use axum::response::Response;
use db::Conn;
use office::registry::register::{HistoryEntry, history};
use office::registry::{event, hand};
use office::security::permit::RegisterResident;
use office::{Acting, OfficeError};

/// One event of a person, to be taken back.
pub struct Undo {
    person: i64,
    event: i64,
}

/// The page.
pub async fn page(
    desk: Desk,
    Path((person, event)): Path<(i64, i64)>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Response {
    change::open(desk, Undo { person, event }, asked).await
}

/// The order.
pub async fn send(Path((person, event)): Path<(i64, i64)>, posted: Posted) -> Response {
    change::send(posted, Undo { person, event }).await
}

impl Undo {
    fn find(&self, conn: &mut Conn) -> Result<HistoryEntry, OfficeError> {
        history(conn, self.person)?
            .into_iter()
            .find(|entry| entry.stated.event_id == self.event)
            .ok_or_else(|| {
                law::Refusal::new(
                    "web.movement.missing",
                    format!(
                        "宛名番号{}に住民異動{}はありません",
                        self.person, self.event
                    ),
                )
                .into()
            })
    }
}

impl Change for Undo {
    type Order = (String, i64, String);

    fn title(&self) -> String {
        "住民異動の取消".to_owned()
    }

    fn about(&self) -> About {
        About {
            person: Some(self.person),
            ..About::default()
        }
    }

    fn allow(&self, desk: &Desk) -> Result<(), OfficeError> {
        desk.permit::<RegisterResident>().map(|_| ())
    }

    fn blank(&self, _: &Desk, conn: &mut Conn, fields: &Fields) -> Result<Blank, OfficeError> {
        let entry = self.find(conn)?;
        if let Some(act) = entry.stated.undone_by_act {
            let text = format!("この異動は、処理{act}で取り消されています");
            return Err(law::Refusal::new("web.movement.undone", text).into());
        }
        let what = format!(
            "{} {}",
            day_ja(entry.stated.event.occurred_on),
            entry.cause_ja
        );
        let version = if fields.has("version") {
            fields.text("version").to_owned()
        } else {
            event::version(conn, self.person)?.to_string()
        };
        let action = format!("/people/{}/undo-movement/{}", self.person, self.event);
        Ok(Blank {
            form: Form::post(&action)
                .fields(vec![
                    Field::new(Input::Said, "what", "取り消す異動", &what).wide(),
                    Field::new(Input::Text, "reason", "取消の理由", fields.text("reason"))
                        .wide()
                        .first(),
                ])
                .hide("version", &version),
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
            note(errors, "reason", "取消の理由: 理由を入力してください");
            return Ok(None);
        }
        let entry = self.find(conn)?;
        let what = format!(
            "{} {}",
            day_ja(entry.stated.event.occurred_on),
            entry.cause_ja
        );
        let seen = fields.text("version").parse().unwrap_or(0);
        Ok(Some((reason, seen, what)))
    }

    fn show(&self, desk: &Desk, (reason, seen, what): &Self::Order) -> Result<Shown, OfficeError> {
        let permit = desk.permit::<RegisterResident>()?;
        let one = (self.event, reason.as_str(), *seen);
        let found = with_books(desk, |books| {
            hand::preview_undo_event(desk.store(), &permit, &desk.acting(""), books, one)
        })?;
        let mut shown = consequence::shown(desk, &found.consequences)?;
        shown.facts = vec![
            ("取り消す異動".to_owned(), what.clone()),
            ("理由".to_owned(), reason.clone()),
        ];
        Ok(shown)
    }

    fn carry_out(
        &self,
        desk: &Desk,
        (reason, seen, _): &Self::Order,
        acting: &Acting,
    ) -> Result<(), OfficeError> {
        let permit = desk.permit::<RegisterResident>()?;
        let one = (self.event, reason.as_str(), *seen);
        with_books(desk, |books| {
            hand::undo_event(desk.store(), &permit, acting, books, one)
        })?;
        Ok(())
    }

    fn done(&self, _: i64) -> String {
        format!("/people/{}", self.person)
    }

    fn field_of(&self, _: &str) -> String {
        "reason".to_owned()
    }

    fn back(&self) -> String {
        format!("/people/{}", self.person)
    }

    fn verb(&self) -> &'static str {
        "この異動を取り消す"
    }
}
