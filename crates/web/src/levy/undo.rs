//! 届出・申告の取消 — shown with what it changes, then taken back.

use crate::change::{self, About, Blank, Change, Shown};
use crate::desk::{Desk, Posted};
use crate::eligibility::with_books;
use crate::fields::Fields;
use crate::registry::acts;
use crate::revenue_change::effects;
use crate::view::FieldError;
use crate::view::entry::{Field, Form, Input};
use crate::view::format::moment_ja;
use axum::extract::{Path, Query};
use axum::response::Response;
use db::Conn;
use office::levy::declare;
use office::security::permit::RegisterFact;
use office::trail::Done;
use office::{Acting, OfficeError};

/// One act of a household, to be taken back.
pub struct Undo {
    household: i64,
    act: i64,
}

/// The page: what would be taken back.
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
        declare::stated(conn, self.household, self.act)
    }
}

impl Change for Undo {
    type Order = Done;

    fn title(&self) -> String {
        format!("処理{}の取消", self.act)
    }

    fn about(&self) -> About {
        About {
            household: Some(self.household),
            person: None,
            tab: "tasks",
        }
    }

    fn allow(&self, desk: &Desk) -> Result<(), OfficeError> {
        desk.permit::<RegisterFact>().map(|_| ())
    }

    fn blank(&self, _: &Desk, conn: &mut Conn, _: &Fields) -> Result<Blank, OfficeError> {
        let act = self.find(conn)?;
        let what = format!("{} {}", acts::label(&act.kind), act.note);
        let when = format!("{} {}", moment_ja(act.recorded_at), act.staff_name);
        let action = format!("/households/{}/undo/{}", self.household, self.act);
        Ok(Blank {
            form: Form::post(&action).fields(vec![
                Field::new(Input::Said, "what", "取り消す処理", &what).wide(),
                Field::new(Input::Said, "when", "行った日時と職員", &when).wide(),
            ]),
            ..Blank::default()
        })
    }

    fn read(
        &self,
        _: &Desk,
        conn: &mut Conn,
        _: &Fields,
        _: &mut Vec<FieldError>,
    ) -> Result<Option<Done>, OfficeError> {
        self.find(conn).map(Some)
    }

    fn show(&self, desk: &Desk, act: &Done) -> Result<Shown, OfficeError> {
        let permit = desk.permit::<RegisterFact>()?;
        let (blocks, declared) = with_books(desk, |books| {
            declare::preview_undo(
                desk.store(),
                books,
                &permit,
                &desk.acting(""),
                (self.household, self.act),
                |conn, declared| {
                    let blocks = change::blocks(desk, conn, &declared.relevied)?;
                    Ok((blocks, declared.clone()))
                },
            )
        })?;
        Ok(Shown {
            facts: vec![
                ("取り消す処理".to_owned(), acts::label(&act.kind)),
                ("内容".to_owned(), act.note.clone()),
                ("行った職員".to_owned(), act.staff_name.clone()),
            ],
            blocks,
            cards: effects(desk, (&declared.judged, &declared.tasks))?,
            ..Shown::default()
        })
    }

    fn carry_out(&self, desk: &Desk, _: &Done, acting: &Acting) -> Result<(), OfficeError> {
        let permit = desk.permit::<RegisterFact>()?;
        let (household, act) = (self.household, self.act);
        with_books(desk, |books| {
            declare::undo(desk.store(), books, &permit, acting, household, act)
        })?;
        Ok(())
    }

    fn done(&self, act: i64) -> String {
        format!("/households/{}?done={act}", self.household)
    }

    fn field_of(&self, _: &str) -> String {
        String::new()
    }

    fn back(&self) -> String {
        format!("/households/{}/tasks", self.household)
    }

    fn verb(&self) -> &'static str {
        "この処理を取り消す"
    }
}
