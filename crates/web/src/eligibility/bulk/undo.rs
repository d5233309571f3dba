//! 一括処理の取消 — every line as it was before.

use super::said;
use crate::change::{self, About, Blank, Change, Shown};
use crate::desk::{Desk, Posted};
use crate::eligibility::undo::of_eligibility;
use crate::eligibility::with_books;
use crate::fields::{Fields, note};
use crate::view::FieldError;
use crate::view::cards::Note;
use crate::view::entry::{Field, Form, Input};
use crate::view::format::count;
use crate::view::layout::Tone;
use axum::extract::{Path, Query};
use axum::response::Response;
use db::Conn;
use office::eligibility::bulk::{self, Bulk, UndoState};
use office::security::permit::UndoAct;
use office::{Acting, OfficeError};

/// A change to be taken back as a whole.
pub struct Undo(i64);

/// The page.
pub async fn page(
    desk: Desk,
    Path(id): Path<i64>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Response {
    change::open(desk, Undo(id), asked).await
}

/// The order.
pub async fn send(Path(id): Path<i64>, posted: Posted) -> Response {
    change::send(posted, Undo(id)).await
}

/// Whether a second person has to agree first.
fn asks(one: &Bulk) -> bool {
    let agreed = matches!(
        one.undo_state(),
        Some(UndoState::Approved | UndoState::Done)
    );
    one.needs_second() && !agreed
}

impl Change for Undo {
    type Order = (Bulk, String);

    fn title(&self) -> String {
        format!("一括処理{}の取消", self.0)
    }

    fn about(&self) -> About {
        About::default()
    }

    fn allow(&self, desk: &Desk) -> Result<(), OfficeError> {
        of_eligibility(desk)?;
        desk.permit::<UndoAct>().map(|_| ())
    }

    fn blank(&self, _: &Desk, _: &mut Conn, fields: &Fields) -> Result<Blank, OfficeError> {
        let form = Form::post(&format!("/bulk/undo/{}", self.0)).fields(vec![
            Field::new(Input::Text, "note", "取消の理由", fields.text("note"))
                .wide()
                .first(),
        ]);
        Ok(Blank {
            form,
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
        let reason = fields.text("note");
        if reason.is_empty() {
            note(errors, "note", "取消の理由: 理由を入力してください");
            return Ok(None);
        }
        let found = bulk::list(conn)?
            .into_iter()
            .find(|one| one.bulk_id == self.0);
        let Some(one) = found else {
            note(errors, "", "この一括処理はありません");
            return Ok(None);
        };
        if one.undo_state() == Some(UndoState::Asked) {
            note(
                errors,
                "",
                "この一括処理の取消は承認を待っています。承認されてから取り消してください",
            );
            return Ok(None);
        }
        Ok(Some((one, reason.to_owned())))
    }

    fn show(&self, _: &Desk, (one, reason): &Self::Order) -> Result<Shown, OfficeError> {
        let does = if asks(one) {
            "取消の申請だけをします。別の職員が承認した後に、もう一度取り消すと全件が元に戻ります。"
        } else {
            "変更した全件を変更前に戻し、処理待ちに載せたものを外します。"
        };
        Ok(Shown {
            facts: vec![
                ("取り消す処理".to_owned(), one.change.label_ja().to_owned()),
                ("内容".to_owned(), said(&one.change)),
                ("対象".to_owned(), format!("{}件", count(one.done))),
                ("理由".to_owned(), reason.clone()),
            ],
            notes: vec![Note::new(Tone::Warn, "", vec![does.to_owned()])],
            ..Shown::default()
        })
    }

    fn carry_out(
        &self,
        desk: &Desk,
        (one, reason): &Self::Order,
        acting: &Acting,
    ) -> Result<(), OfficeError> {
        let permit = desk.permit::<UndoAct>()?;
        if asks(one) {
            return bulk::ask_undo(desk.store(), &permit, acting, self.0, reason);
        }
        with_books(desk, |books| {
            bulk::undo(desk.store(), &permit, acting, self.0, reason, books)
        })?;
        Ok(())
    }

    fn done(&self, _: i64) -> String {
        "/bulk".to_owned()
    }

    fn field_of(&self, _: &str) -> String {
        "note".to_owned()
    }

    fn back(&self) -> String {
        "/bulk".to_owned()
    }

    fn verb(&self) -> &'static str {
        "この内容で取り消す"
    }
}
