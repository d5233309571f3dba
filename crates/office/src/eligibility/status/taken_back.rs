//! 状態の取消 — one registration taken back with all that followed from it.

use super::describe::Subject;
use super::follow;
use super::history::{Line, every, of_subject};
use super::order::{Effect, finish, without};
use super::slip::{self, SlipKind};
use super::whereabouts;
use crate::acts::{self, ActDetails, ActId, Acting};
use crate::eligibility::request::{Books, MayUndo};
use crate::eligibility::unfounded::{self, Gone};
use crate::eligibility::{own, settle};
use crate::error::OfficeError;
use crate::rehearsal::rolled_back;
use crate::security::permit::Permit;
use crate::trail;
use crate::worklist::{self, Outcome};
use db::{Conn, Sql, Store};
use law::{Date, Refusal};

const STILL_OPEN: Sql = Sql {
    name: "status.order.still_open",
    text: "select item_id from work_item where opened_act_id = $1 and state = 'open' order by item_id",
};
/// Candidates that an act took off the list and that nothing of the same source has followed since.
const TAKEN_OFF: Sql = Sql {
    name: "status.order.taken_off",
    text: "select w.item_id from work_item w where w.settled_act_id = $1 and w.kind = 'eligibility.candidate' \
           and w.state = 'settled' and w.outcome = 'withdrawn' and not exists (select 1 from work_item o \
           where o.kind = w.kind and o.subject = w.subject and o.source = w.source \
           and (o.outcome <> 'withdrawn' or o.item_id > w.item_id)) order by w.item_id",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[STILL_OPEN, TAKEN_OFF];

/// What taking an act back would come to.
///
/// # Errors
/// As [`undo`].
pub fn preview_undo<F: MayUndo>(
    store: &Store,
    permit: &Permit<F>,
    acting: &Acting,
    undone: &Undone<'_>,
    books: &Books<'_>,
) -> Result<Effect, OfficeError> {
    rolled_back(store, |conn| {
        undo_deed(conn, permit, &acting.without_request(), undone, books).map(|done| done.1)
    })
}

/// An act of a status to be taken back.
#[derive(Clone, Copy, Debug)]
pub struct Undone<'u> {
    /// The act.
    pub act: ActId,
    /// Whom the page is about.
    pub subject: (Subject, i64),
    /// 取消の理由.
    pub reason: &'u str,
}

/// Refuses unless an act wrote or ended a status of somebody, of a household or of a facility.
///
/// # Errors
/// A [`Refusal`] that says from where it is taken back; [`OfficeError::Store`].
pub fn of_act(
    conn: &mut Conn,
    act: ActId,
    (subject, id): (Subject, i64),
) -> Result<(), OfficeError> {
    let wrote = |line: &Line| line.act_id == act.0 || line.superseded_by_act == Some(act.0);
    let of_person = subject == Subject::Person;
    if every(conn, subject, id)?.iter().any(wrote)
        || of_person
            && slip::of_act(conn, act)?
                .iter()
                .any(|kept| kept.slip.person_id == id)
        || of_person
            && whereabouts::card(conn, id)?
                .iter()
                .any(|line| line.act_id == act.0)
    {
        return Ok(());
    }
    let whom = match subject {
        Subject::Person => "宛名番号",
        Subject::Household => "世帯番号",
        Subject::Facility => "施設番号",
    };
    Err(Refusal::new(
        "status.undo.elsewhere",
        format!(
            "処理{}は{whom}{id}の状態の登録ではないため、ここでは取り消せません。登録した人・世帯・施設の画面から取り消してください",
            act.0
        ),
    )
    .into())
}

/// 取消 — takes an act of a status back with all that followed: what it closed stands again, what it opened is withdrawn, what it took
/// off the list waits again,
/// the levy follows. Beyond the days of the municipality's rule a second person does it.
///
/// # Errors
/// [`OfficeError::Input`] without a reason; [`OfficeError::Refusal`] where it is not one's own of today, or another person
/// has to; [`OfficeError::Conflict`] when it was undone before.
pub fn undo<F: MayUndo>(
    store: &Store,
    permit: &Permit<F>,
    acting: &Acting,
    undone: &Undone<'_>,
    books: &Books<'_>,
) -> Result<ActId, OfficeError> {
    store.write(|conn| undo_deed(conn, permit, acting, undone, books).map(|done| done.0))
}

fn undo_deed<F: MayUndo>(
    conn: &mut Conn,
    permit: &Permit<F>,
    acting: &Acting,
    undone: &Undone<'_>,
    books: &Books<'_>,
) -> Result<(ActId, Effect), OfficeError> {
    if undone.reason.trim().is_empty() {
        return Err(OfficeError::input(
            "取消の理由",
            "取消の理由を入れてください",
        ));
    }
    let done = trail::find(conn, undone.act.0)?.filter(|act| act.kind.starts_with("status."));
    let Some(done) = done.filter(|act| act.undoes.is_none()) else {
        return Err(Refusal::new(
            "status.undo.kind",
            format!(
                "処理{}は状態の登録ではないため、ここでは取り消せません",
                undone.act.0
            ),
        )
        .into());
    };
    of_act(conn, undone.act, undone.subject)?;
    if done.undone {
        return Err(OfficeError::Conflict(format!(
            "処理{}は取消済みです。画面を読み直してください",
            undone.act.0
        )));
    }
    if F::OWN_TODAY {
        own::act(conn, acting, undone.act.0)?;
    }
    let days = law::eligibility::report::days_between(done.business_date, acting.business_date);
    let practice = books.eligibility()?.practice(acting.business_date)?;
    if days > practice.undo_approval_after_days && !(F::SECOND && done.staff_id != acting.staff_id)
    {
        return Err(Refusal::new(
            "status.undo.second",
            format!("{days}日前の登録です。取消は、登録した人でない資格責任者が行ってください"),
        )
        .into());
    }
    let before = of_subject(conn, undone.subject.0, undone.subject.1, None)?;
    let details = ActDetails {
        undoes: Some(undone.act),
        note: undone.reason.to_owned(),
        ..ActDetails::default()
    };
    let act = acts::begin(conn, acting, permit, "status.undo", &details)?;
    let slips = slip::of_act(conn, undone.act)?;
    let touched = super::undo_under(conn, &act, undone.act)?;
    if touched.is_empty() && slips.is_empty() {
        return Err(Refusal::new(
            "status.undo.nothing",
            format!(
                "処理{}には取り消せる状態の登録がありません。調査の記録は残し、誤りは新しい記録で補ってください",
                undone.act.0
            ),
        )
        .into());
    }
    for item_id in conn.query(&STILL_OPEN, &[undone.act.0.into()], |row| row.int(0))? {
        worklist::settle(conn, &act, item_id, Outcome::Withdrawn, undone.reason)?;
    }
    for item_id in conn.query(&TAKEN_OFF, &[undone.act.0.into()], |row| row.int(0))? {
        if let Some(item) = worklist::get(conn, item_id, acting.business_date)? {
            settle::waits_again(conn, books, &act, (&item, undone.reason))?;
        }
    }
    let mut effect = Effect::default();
    let levied = done.kind == "status.care_exempt"
        || slips
            .iter()
            .any(|kept| kept.slip.kind == SlipKind::FormerDependant);
    if levied {
        let person = undone.subject.1;
        effect.levy = follow::levy(conn, books, acting, &act, person, undone.reason)?;
    }
    let today = acting.business_date;
    registered_for(conn, &act, undone.subject, &before, today)?;
    finish(conn, &act, undone.subject, before, today, &mut effect)?;
    Ok((act.id, effect))
}

/// What was registered for the lines that stand no more is asked to be taken back too.
fn registered_for(
    conn: &mut Conn,
    act: &acts::Act,
    (subject, id): (Subject, i64),
    before: &[Line],
    today: Date,
) -> Result<(), OfficeError> {
    if subject != Subject::Person {
        return Ok(());
    }
    let after = of_subject(conn, subject, id, None)?;
    for line in without(before, &after) {
        let gone = Gone {
            person_id: id,
            code: line.code,
            days: line.valid,
            why: "もとになった登録が取り消されました",
        };
        unfounded::look(conn, act, &gone, today)?;
    }
    Ok(())
}
