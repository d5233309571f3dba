//! 状態の取消 — one registration taken back with all that followed.

use super::{Whom, effect};
use crate::change::{self, About, Blank, Change, Shown};
use crate::desk::{Desk, Posted};
use crate::eligibility::undo::{allowed, of_eligibility};
use crate::eligibility::with_books;
use crate::fields::{Fields, note};
use crate::registry::acts;
use crate::view::FieldError;
use crate::view::entry::{Field, Form, Input};
use crate::view::format::moment_ja;
use axum::extract::{Path, Query};
use axum::response::Response;
use db::Conn;
use office::eligibility::Books;
use office::eligibility::status::order::{self, Effect, Undone};
use office::security::permit::{ApproveEligibility, Function, UndoAct, UndoOwnAct};
use office::trail::{self, Done};
use office::{ActId, Acting, OfficeError};

/// One act, to be taken back.
pub struct Undo {
    whom: Whom,
    act: i64,
}

/// The page about a person.
pub async fn of_person(
    desk: Desk,
    Path((id, act)): Path<(i64, i64)>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Response {
    let whom = Whom::Person(id);
    change::open(desk, Undo { whom, act }, asked).await
}

/// The order about a person.
pub async fn send_of_person(Path((id, act)): Path<(i64, i64)>, posted: Posted) -> Response {
    let whom = Whom::Person(id);
    change::send(posted, Undo { whom, act }).await
}

/// The page about a household.
pub async fn of_household(
    desk: Desk,
    Path((id, act)): Path<(i64, i64)>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Response {
    let whom = Whom::Household(id);
    change::open(desk, Undo { whom, act }, asked).await
}

/// The order about a household.
pub async fn send_of_household(Path((id, act)): Path<(i64, i64)>, posted: Posted) -> Response {
    let whom = Whom::Household(id);
    change::send(posted, Undo { whom, act }).await
}

/// The page about a facility.
pub async fn of_facility(
    desk: Desk,
    Path((id, act)): Path<(i64, i64)>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Response {
    let whom = Whom::Facility(id);
    change::open(desk, Undo { whom, act }, asked).await
}

/// The order about a facility.
pub async fn send_of_facility(Path((id, act)): Path<(i64, i64)>, posted: Posted) -> Response {
    let whom = Whom::Facility(id);
    change::send(posted, Undo { whom, act }).await
}

impl Undo {
    fn find(&self, conn: &mut Conn) -> Result<Done, OfficeError> {
        order::of_act(conn, ActId(self.act), self.whom.subject())?;
        trail::find(conn, self.act)?.ok_or_else(|| {
            law::Refusal::new("web.act.missing", format!("処理{}はありません", self.act)).into()
        })
    }

    fn undone<'u>(&self, reason: &'u str) -> Undone<'u> {
        Undone {
            act: ActId(self.act),
            subject: self.whom.subject(),
            reason,
        }
    }

    fn preview(&self, desk: &Desk, reason: &str, books: &Books<'_>) -> Result<Effect, OfficeError> {
        let (store, acting, undone) = (desk.store(), desk.acting(""), self.undone(reason));
        let may = |code| desk.session().may(code);
        if may(UndoAct::CODE) && may(ApproveEligibility::CODE) {
            let permit = desk.permit::<ApproveEligibility>()?;
            order::preview_undo(store, &permit, &acting, &undone, books)
        } else if may(UndoAct::CODE) {
            let permit = desk.permit::<UndoAct>()?;
            order::preview_undo(store, &permit, &acting, &undone, books)
        } else {
            let permit = desk.permit::<UndoOwnAct>()?;
            order::preview_undo(store, &permit, &acting, &undone, books)
        }
    }
}

impl Change for Undo {
    type Order = (Done, String);

    fn title(&self) -> String {
        format!("状態の登録（処理{}）の取消", self.act)
    }

    fn about(&self) -> About {
        self.whom.about()
    }

    fn allow(&self, desk: &Desk) -> Result<(), OfficeError> {
        of_eligibility(desk)?;
        allowed(desk, self.act)
    }

    fn blank(&self, desk: &Desk, conn: &mut Conn, fields: &Fields) -> Result<Blank, OfficeError> {
        let act = self.find(conn)?;
        let what = format!("{} {}", acts::label(&act.kind), act.note);
        let when = format!("{} {}", moment_ja(act.recorded_at), act.staff_name);
        let form = Form::post(&format!("{}/undo-status/{}", self.whom.path(), self.act)).section(
            &self.whom.said(desk, conn)?,
            vec![
                Field::new(Input::Said, "what", "取り消す処理", &what).wide(),
                Field::new(Input::Said, "when", "行った日時と職員", &when).wide(),
                Field::new(Input::Text, "note", "取消の理由", fields.text("note"))
                    .wide()
                    .first(),
            ],
        );
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
        Ok(Some((self.find(conn)?, reason.to_owned())))
    }

    fn show(&self, desk: &Desk, (act, reason): &Self::Order) -> Result<Shown, OfficeError> {
        let found = with_books(desk, |books| self.preview(desk, reason, books))?;
        let withheld = desk.store().read(|conn| self.whom.withheld(desk, conn))?;
        let mut shown = effect::shown(desk, &found, withheld)?;
        shown.facts = vec![
            ("取り消す処理".to_owned(), acts::label(&act.kind)),
            ("内容".to_owned(), act.note.clone()),
            ("行った職員".to_owned(), act.staff_name.clone()),
            ("理由".to_owned(), reason.clone()),
        ];
        Ok(shown)
    }

    fn carry_out(
        &self,
        desk: &Desk,
        (_, reason): &Self::Order,
        acting: &Acting,
    ) -> Result<(), OfficeError> {
        let (store, undone) = (desk.store(), self.undone(reason));
        let may = |code| desk.session().may(code);
        with_books(desk, |books| {
            if may(UndoAct::CODE) && may(ApproveEligibility::CODE) {
                let permit = desk.permit::<ApproveEligibility>()?;
                order::undo(store, &permit, acting, &undone, books)
            } else if may(UndoAct::CODE) {
                let permit = desk.permit::<UndoAct>()?;
                order::undo(store, &permit, acting, &undone, books)
            } else {
                let permit = desk.permit::<UndoOwnAct>()?;
                order::undo(store, &permit, acting, &undone, books)
            }
        })?;
        Ok(())
    }

    fn done(&self, act: i64) -> String {
        self.whom.done(act)
    }

    fn field_of(&self, _: &str) -> String {
        "note".to_owned()
    }

    fn back(&self) -> String {
        self.whom.back()
    }

    fn verb(&self) -> &'static str {
        "この処理を取り消す"
    }
}
