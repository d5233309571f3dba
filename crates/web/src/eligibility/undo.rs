//! 資格異動の取消 — the events of one act taken back; everything later is folded again without them.

use super::{consequence, with_books};
use crate::change::{self, About, Blank, Change, Shown};
use crate::desk::{Desk, Posted};
use crate::fields::{Fields, note};
use crate::registry::acts;
use crate::view::FieldError;
use crate::view::entry::{Field, Form, Input};
use crate::view::format::moment_ja;
use axum::extract::{Path, Query};
use axum::response::Response;
use db::Conn;
use office::eligibility::{Request, act_of_household, own, preview, undo, undoing_in_household};
use office::security::permit::{
    ApproveEligibility, Function, RegisterEligibility, UndoAct, UndoOwnAct,
};
use office::trail::{self, Done};
use office::{Acting, OfficeError};

/// Whether this member of staff may take an act back: anybody's, or one's own of today.
///
/// # Errors
/// A refusal that says who may.
pub fn allowed(desk: &Desk, act: i64) -> Result<(), OfficeError> {
    if desk.session().may(UndoAct::CODE) {
        return desk.permit::<UndoAct>().map(|_| ());
    }
    desk.permit::<UndoOwnAct>()?;
    desk.store()
        .read(|conn| own::act(conn, &desk.acting(""), act))
}

/// Whether this member of staff looks after 資格 at all: an act of it is not taken back from another desk.
///
/// # Errors
/// A refusal that says who does.
pub fn of_eligibility(desk: &Desk) -> Result<(), OfficeError> {
    if desk.session().may(ApproveEligibility::CODE) {
        return Ok(());
    }
    desk.permit::<RegisterEligibility>().map(|_| ())
}

/// Whether a link to undo an act is worth showing.
#[must_use]
pub fn offered(desk: &Desk, act: &Done) -> bool {
    let own = act.staff_id == desk.session().staff_id()
        && act.business_date == desk.business_date()
        && desk.session().may(UndoOwnAct::CODE);
    own || desk.session().may(UndoAct::CODE)
}

/// One act, to be taken back.
pub struct Undo {
    household: i64,
    act: i64,
}

/// The page.
pub async fn page(
    desk: Desk,
    Path((household, act)): Path<(i64, i64)>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Response {
    change::open(desk, Undo { household, act }, asked).await
}

/// The order.
pub async fn send(Path((household, act)): Path<(i64, i64)>, posted: Posted) -> Response {
    change::send(posted, Undo { household, act }).await
}

impl Undo {
    fn find(&self, conn: &mut Conn) -> Result<Done, OfficeError> {
        act_of_household(conn, self.act, self.household)?;
        trail::find(conn, self.act)?.ok_or_else(|| {
            law::Refusal::new("web.act.missing", format!("処理{}はありません", self.act)).into()
        })
    }
}

impl Change for Undo {
    type Order = (Done, Request);

    fn title(&self) -> String {
        format!("資格異動（処理{}）の取消", self.act)
    }

    fn about(&self) -> About {
        About {
            household: Some(self.household),
            person: None,
            tab: "register",
        }
    }

    fn allow(&self, desk: &Desk) -> Result<(), OfficeError> {
        allowed(desk, self.act)
    }

    fn blank(&self, _: &Desk, conn: &mut Conn, fields: &Fields) -> Result<Blank, OfficeError> {
        let act = self.find(conn)?;
        if undoing_in_household(conn, (self.household, self.act), "")?
            .undo
            .is_empty()
        {
            let text = format!("処理{}の異動は、すべて取り消されています", self.act);
            return Err(law::Refusal::new("web.act.undone", text).into());
        }
        let what = format!("{} {}", acts::label(&act.kind), act.note);
        let when = format!("{} {}", moment_ja(act.recorded_at), act.staff_name);
        let action = format!("/households/{}/undo-events/{}", self.household, self.act);
        Ok(Blank {
            form: Form::post(&action).fields(vec![
                Field::new(Input::Said, "what", "取り消す処理", &what).wide(),
                Field::new(Input::Said, "when", "行った日時と職員", &when).wide(),
                Field::new(Input::Text, "note", "取消の理由", fields.text("note"))
                    .wide()
                    .first(),
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
        let reason = fields.text("note");
        if reason.is_empty() {
            note(errors, "note", "取消の理由: 理由を入力してください");
            return Ok(None);
        }
        let request = undoing_in_household(conn, (self.household, self.act), reason)?;
        if request.undo.is_empty() {
            note(errors, "", "この処理の異動は、すべて取り消されています");
            return Ok(None);
        }
        Ok(Some((self.find(conn)?, request)))
    }

    fn show(&self, desk: &Desk, (act, request): &Self::Order) -> Result<Shown, OfficeError> {
        let acting = desk.acting("");
        let found = with_books(desk, |books| {
            if desk.session().may(UndoAct::CODE) {
                let permit = desk.permit::<UndoAct>()?;
                preview(desk.store(), &permit, &acting, request, books)
            } else {
                let permit = desk.permit::<UndoOwnAct>()?;
                preview(desk.store(), &permit, &acting, request, books)
            }
        })?;
        let mut shown = consequence::shown(desk, &found)?;
        shown.facts = vec![
            ("取り消す処理".to_owned(), acts::label(&act.kind)),
            ("内容".to_owned(), act.note.clone()),
            ("行った職員".to_owned(), act.staff_name.clone()),
            (
                "取り消す異動".to_owned(),
                format!("{}件", request.undo.len()),
            ),
            ("理由".to_owned(), request.note.clone()),
        ];
        Ok(shown)
    }

    fn carry_out(
        &self,
        desk: &Desk,
        (_, request): &Self::Order,
        acting: &Acting,
    ) -> Result<(), OfficeError> {
        with_books(desk, |books| {
            if desk.session().may(UndoAct::CODE) {
                let permit = desk.permit::<UndoAct>()?;
                undo(desk.store(), &permit, acting, request, books)
            } else {
                let permit = desk.permit::<UndoOwnAct>()?;
                undo(desk.store(), &permit, acting, request, books)
            }
        })?;
        Ok(())
    }

    fn done(&self, act: i64) -> String {
        format!("/households/{}?done={act}", self.household)
    }

    fn field_of(&self, label: &str) -> String {
        super::field_of(label)
    }

    fn back(&self) -> String {
        format!("/households/{}/register", self.household)
    }

    fn verb(&self) -> &'static str {
        "この処理を取り消す"
    }
}
