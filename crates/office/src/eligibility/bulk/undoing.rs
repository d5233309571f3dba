//! 一括処理の取消 — asked for, agreed to by a second person where the change itself needed one, and carried out as a whole.

use super::carry::{job_of, load};
use super::lines::Change;
use super::ruling::{made, needs_second};
use crate::acts::{self, Act, ActDetails, ActId, Acting};
use crate::eligibility::deed::carry_out;
use crate::eligibility::register::undoing_of_act;
use crate::eligibility::request::Books;
use crate::eligibility::status::Facility;
use crate::error::OfficeError;
use crate::jobs::JobState;
use crate::registry::fact::Kind;
use crate::registry::{Resident, movement};
use crate::security::permit::{ApproveEligibility, Permit, UndoAct};
use crate::worklist::{self, ELIGIBILITY_CANDIDATE};
use db::{Conn, Sql, Store};
use law::Refusal;

const ACTS: Sql = Sql {
    name: "eligibility.bulk.acts",
    text: "select a.act_id from act a where a.request_id like $1 and a.kind = 'eligibility.bulk' \
           and not exists (select 1 from act u where u.undoes_act_id = a.act_id) order by a.act_id desc",
};
const STEPS: Sql = Sql {
    name: "eligibility.bulk.undo_steps",
    text: "select s.step_no, s.what, s.note, s.act_id, a.staff_id from bulk_undo_step s \
           join act a on a.act_id = s.act_id where s.bulk_id = $1 order by s.step_no",
};
const STEP: Sql = Sql {
    name: "eligibility.bulk.undo_step",
    text: "insert into bulk_undo_step (bulk_id, step_no, what, note, act_id) values ($1, $2, $3, $4, $5)",
};

/// Statements of this module.
pub(super) const STATEMENTS: &[Sql] = &[ACTS, STEPS, STEP];

/// How far the taking back of a bulk change has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UndoState {
    /// 申請: a second person has not ruled yet.
    Asked,
    /// 承認: it can be carried out.
    Approved,
    /// 却下.
    Rejected,
    /// 取消済.
    Done,
}

impl UndoState {
    const ALL: [(Self, &'static str); 4] = [
        (Self::Asked, "asked"),
        (Self::Approved, "approved"),
        (Self::Rejected, "rejected"),
        (Self::Done, "done"),
    ];

    fn of(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|row| row.1 == code).map(|row| row.0)
    }

    fn code(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|row| row.0 == self)
            .map_or("", |row| row.1)
    }
}

/// 取消の経過, one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UndoStep {
    /// What was done.
    pub state: UndoState,
    /// Why, in the words of whoever did it.
    pub note: String,
    /// Under which act.
    pub act_id: i64,
    /// By whom.
    pub staff_id: i64,
}

/// Every step of the taking back of a bulk change, in their order; empty where nobody asked for it.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn undo_steps(conn: &mut Conn, bulk_id: i64) -> Result<Vec<UndoStep>, OfficeError> {
    Ok(conn.query(&STEPS, &[bulk_id.into()], |row| {
        let code = row.str(1)?;
        Ok(UndoStep {
            state: UndoState::of(code).ok_or_else(|| row.wrong(1, code.to_owned()))?,
            note: row.text(2)?,
            act_id: row.int(3)?,
            staff_id: row.int(4)?,
        })
    })?)
}

fn step(
    conn: &mut Conn,
    act: &Act,
    bulk_id: i64,
    (state, note): (UndoState, &str),
) -> Result<(), OfficeError> {
    let so_far = undo_steps(conn, bulk_id)?.len();
    let number = i64::try_from(so_far).unwrap_or(i64::MAX) + 1;
    let row = [
        bulk_id.into(),
        number.into(),
        state.code().into(),
        note.into(),
        act.id.0.into(),
    ];
    conn.execute(&STEP, &row)?;
    Ok(())
}

fn standing(conn: &mut Conn, bulk_id: i64) -> Result<Option<UndoStep>, OfficeError> {
    Ok(undo_steps(conn, bulk_id)?.pop())
}

/// Refuses what cannot be taken back: nothing was done, or not yet to its end.
fn finished(conn: &mut Conn, bulk_id: i64) -> Result<Change, OfficeError> {
    let change = load(conn, bulk_id)?;
    let (_, job_state) = job_of(conn, bulk_id)?;
    if job_state == JobState::Finished.code() {
        return Ok(change);
    }
    Err(Refusal::new(
        "eligibility.bulk.unfinished",
        "一括処理が終わっていません。最後まで実行してから取り消してください".to_owned(),
    )
    .into())
}

fn reasoned(reason: &str) -> Result<(), OfficeError> {
    if reason.trim().is_empty() {
        let message = "取消の理由を入れてください";
        return Err(OfficeError::input("取消の理由", message));
    }
    Ok(())
}

/// 取消の申請 — asks a second person for the taking back of a change that needed one itself.
///
/// # Errors
/// [`OfficeError::Input`] without a reason; [`OfficeError::Refusal`] when the change is unknown, not carried out to its
/// end, or can be taken back by one person; [`OfficeError::Conflict`] when it is asked for already.
pub fn ask_undo(
    store: &Store,
    permit: &Permit<UndoAct>,
    acting: &Acting,
    bulk_id: i64,
    reason: &str,
) -> Result<(), OfficeError> {
    reasoned(reason)?;
    store.write(|conn| {
        let change = finished(conn, bulk_id)?;
        let (_, subjects) = made(conn, bulk_id)?;
        if !needs_second(&change, subjects) {
            return Err(Refusal::new(
                "eligibility.bulk.undo_alone",
                "この一括処理の取消に承認は要りません。そのまま取り消してください".to_owned(),
            )
            .into());
        }
        if let Some(last) = standing(conn, bulk_id)?
            && last.state != UndoState::Rejected
        {
            return Err(OfficeError::Conflict(format!(
                "一括処理{bulk_id}の取消はすでに申請されています。一覧を読み直してください"
            )));
        }
        let details = ActDetails {
            note: reason.to_owned(),
            ..ActDetails::default()
        };
        let act = acts::begin(conn, acting, permit, "eligibility.bulk_undo_ask", &details)?;
        step(conn, &act, bulk_id, (UndoState::Asked, reason))
    })
}

/// 取消の裁定 by somebody who did not ask for it.
///
/// # Errors
/// [`OfficeError::Refusal`] for the person who asked; [`OfficeError::Input`] for a rejection without a reason;
/// [`OfficeError::Conflict`] when nothing waits.
pub fn rule_undo(
    store: &Store,
    permit: &Permit<ApproveEligibility>,
    acting: &Acting,
    bulk_id: i64,
    (approved, note): (bool, &str),
) -> Result<(), OfficeError> {
    if !approved && note.trim().is_empty() {
        return Err(OfficeError::input("理由", "却下の理由を入れてください"));
    }
    store.write(|conn| {
        load(conn, bulk_id)?;
        let asked = standing(conn, bulk_id)?.filter(|last| last.state == UndoState::Asked);
        let Some(asked) = asked else {
            return Err(OfficeError::Conflict(format!(
                "一括処理{bulk_id}に承認を待つ取消はありません。一覧を読み直してください"
            )));
        };
        if asked.staff_id == acting.staff_id {
            return Err(Refusal::new(
                "eligibility.bulk.same_person",
                "取消を申請した本人は承認できません。別の承認者に依頼してください".to_owned(),
            )
            .into());
        }
        let details = ActDetails {
            approved_by: Some(acting.staff_id),
            note: note.to_owned(),
            ..ActDetails::default()
        };
        let act = acts::begin(conn, acting, permit, "eligibility.bulk_undo_rule", &details)?;
        let state = if approved {
            UndoState::Approved
        } else {
            UndoState::Rejected
        };
        step(conn, &act, bulk_id, (state, note))
    })
}

/// Refuses what waits for a second person.
fn may_undo(conn: &mut Conn, bulk_id: i64, change: &Change) -> Result<(), OfficeError> {
    let (_, subjects) = made(conn, bulk_id)?;
    if !needs_second(change, subjects) {
        return Ok(());
    }
    let why = match standing(conn, bulk_id)?.map(|last| last.state) {
        Some(UndoState::Approved | UndoState::Done) => return Ok(()),
        Some(UndoState::Rejected) => "この一括処理の取消は却下されています",
        Some(UndoState::Asked) => {
            "この一括処理の取消は承認を待っています。承認されてから取り消してください"
        }
        None => "この一括処理の取消には別の職員の承認が要ります。取消を申請してください",
    };
    Err(Refusal::new("eligibility.bulk.not_approved", why.to_owned()).into())
}

/// 一括処理の取消 — takes back all that a change did; what it put on the list is taken off. Run again it goes on.
///
/// # Errors
/// [`OfficeError::Input`] without a reason; [`OfficeError::Refusal`] when the change is unknown, not carried out to
/// its end, or waits for a second person.
pub fn undo(
    store: &Store,
    permit: &Permit<UndoAct>,
    acting: &Acting,
    bulk_id: i64,
    reason: &str,
    books: &Books<'_>,
) -> Result<i64, OfficeError> {
    reasoned(reason)?;
    let (change, left) = store.read(|conn| {
        let change = finished(conn, bulk_id)?;
        may_undo(conn, bulk_id, &change)?;
        let left = conn.query(&ACTS, &[format!("bulk/{bulk_id}/%").into()], |row| {
            row.int(0)
        })?;
        Ok::<_, OfficeError>((change, left))
    })?;
    let mut undone = 0;
    for act_id in left {
        store.write(|conn| {
            take_back(
                conn,
                permit,
                acting,
                (bulk_id, act_id),
                &change,
                (reason, books),
            )
        })?;
        undone += 1;
    }
    store.write(|conn| {
        if standing(conn, bulk_id)?.is_some_and(|last| last.state == UndoState::Done) {
            return Ok(());
        }
        let details = ActDetails {
            note: reason.to_owned(),
            ..ActDetails::default()
        };
        let act = acts::begin(conn, acting, permit, "eligibility.bulk_undone", &details)?;
        step(conn, &act, bulk_id, (UndoState::Done, reason))
    })?;
    Ok(undone)
}

/// One stretch, as it was before.
fn take_back(
    conn: &mut Conn,
    permit: &Permit<UndoAct>,
    acting: &Acting,
    (bulk_id, act_id): (i64, i64),
    change: &Change,
    (reason, books): (&str, &Books<'_>),
) -> Result<(), OfficeError> {
    // The order of a page is one; its stretches are many, and the last of them bears its number.
    let acting = acting.without_request();
    let details = ActDetails {
        undoes: Some(ActId(act_id)),
        note: reason.to_owned(),
        ..ActDetails::default()
    };
    let act = acts::begin(conn, &acting, permit, "eligibility.bulk_undo", &details)?;
    match change {
        Change::Town { .. } | Change::TownTable { .. } => {
            let people = Resident::TABLE.undo(conn, act.stamp(), act_id)?;
            // Records that events have made anew since follow from them, without the name that is taken back.
            let mut anew = None;
            for person_id in people {
                if movement::has_events(conn, person_id)? {
                    let act = match anew {
                        Some(act) => act,
                        None => {
                            let note = reason.to_owned();
                            let details = ActDetails {
                                note,
                                ..ActDetails::default()
                            };
                            acts::begin(conn, &acting, permit, "eligibility.bulk_undo", &details)?
                        }
                    };
                    anew = Some(act);
                    movement::project_again(conn, &act, person_id)?;
                }
            }
        }
        Change::Facility { .. } => {
            Facility::TABLE.undo(conn, act.stamp(), act_id)?;
        }
        Change::Numbers { .. } | Change::NumberTable { .. } => {
            let request = undoing_of_act(conn, act_id, reason)?;
            if !request.undo.is_empty() {
                carry_out(conn, books, &acting, &act, &request)?;
            }
        }
    }
    let source = format!("bulk/{bulk_id}");
    worklist::withdraw_source(conn, &act, ELIGIBILITY_CANDIDATE, &source, reason)?;
    Ok(())
}
