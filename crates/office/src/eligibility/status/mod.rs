//! 資格に付く状態 — what is true of an insured person for a time beside the insurance itself: away at school, in a facility
//! elsewhere, not found, insured or assisted by another scheme.
//!
//! Each status is a dated fact with its own table: stated under an act and a permit, ended by a day, undone as a whole,
//! kept for ever as it was known. What a status sets in motion is told by the module that knows it.

pub mod assistance;
pub mod circumstances;
mod describe;
pub mod facility;
pub(crate) mod family;
mod follow;
pub mod handover;
mod history;
pub mod inquiry;
pub mod order;
mod place;
mod scheme;
pub mod slip;
mod stated;
pub mod stay;
pub mod student;
mod taken_back;
pub mod whereabouts;
pub(super) mod within;

pub use describe::{
    DESCRIBED, Described, HOLD_MONTHS, RETIRED_ABOLISHED_ON, RETIRED_CLOSED_ON, Status, Subject,
};
pub use follow::Levied;
pub use history::{Line, every, of_subject};
pub use place::{Facility, FacilityStay, StayRenewal, Student, Whereabouts};
pub use scheme::{
    CareCertificate, CompanyInsurance, Exclusion, LateElderly, PublicAssistance, Retired,
    SpecialCircumstances,
};
pub(in crate::eligibility) use stated::Stated;

use crate::acts::{self, Act, ActDetails, ActId, Acting};
use crate::error::OfficeError;
use crate::registry::fact;
use crate::security::permit::{Permit, RegisterFact, UndoAct};
use db::{Conn, Span, Sql, Store};
use law::{Date, Refusal};

const PERSON: Sql = Sql {
    name: "status.person",
    text: "select count(*) from person where person_id = $1",
};
const HOUSEHOLD: Sql = Sql {
    name: "status.household",
    text: "select count(*) from household where household_id = $1",
};
const ACT_KIND: Sql = Sql {
    name: "status.act_kind",
    text: "select kind from act where act_id = $1",
};

/// Statements of this area.
#[must_use]
pub fn statements() -> Vec<Sql> {
    let mut all = vec![PERSON, HOUSEHOLD, ACT_KIND];
    all.extend_from_slice(circumstances::STATEMENTS);
    all.extend_from_slice(facility::STATEMENTS);
    all.extend_from_slice(handover::STATEMENTS);
    all.extend_from_slice(order::STATEMENTS);
    all.extend_from_slice(taken_back::STATEMENTS);
    all.extend_from_slice(slip::STATEMENTS);
    all.extend_from_slice(stay::STATEMENTS);
    all.extend_from_slice(student::STATEMENTS);
    all.extend_from_slice(family::STATEMENTS);
    all.extend_from_slice(whereabouts::STATEMENTS);
    all
}

/// A status to state.
#[derive(Clone, Debug)]
pub struct Entry<S> {
    /// 宛名番号, or the number of a household or facility.
    pub subject: i64,
    /// The days on which it is true.
    pub span: Span,
    /// What it says.
    pub status: S,
    /// In a clerk's words.
    pub note: String,
}

/// 状態の登録 — states a status over its days; what stood there is closed and kept.
///
/// # Errors
/// [`OfficeError::Input`] beside the field that is wrong; [`OfficeError::Refusal`] when the subject is unknown.
pub fn register<S: Status>(
    store: &Store,
    permit: &Permit<RegisterFact>,
    acting: &Acting,
    entry: &Entry<S>,
) -> Result<ActId, OfficeError> {
    store.write(|conn| {
        let kind = format!("status.{}", S::CODE);
        let act = acts::begin(conn, acting, permit, &kind, &noted(&entry.note))?;
        state(conn, &act, entry)?;
        Ok(act.id)
    })
}

/// States a status under an act that is under way.
///
/// # Errors
/// As [`register`].
pub fn state<S: Status>(conn: &mut Conn, act: &Act, entry: &Entry<S>) -> Result<Span, OfficeError> {
    known(conn, S::SUBJECT, entry.subject)?;
    let span = entry.status.span(entry.span);
    if !span.has_days() {
        return Err(OfficeError::input(
            "終了日",
            "終了日は開始日より後の日にしてください",
        ));
    }
    entry.status.check(span)?;
    fact::record(conn, act, entry.subject, span, &entry.status)?;
    Ok(span)
}

/// 状態の終了 — ends what stands from a day on.
///
/// # Errors
/// [`OfficeError::Refusal`] when nothing stands from that day on.
pub fn end<S: Status>(
    store: &Store,
    permit: &Permit<RegisterFact>,
    acting: &Acting,
    subject: i64,
    from: Date,
    note: &str,
) -> Result<ActId, OfficeError> {
    store.write(|conn| {
        let kind = format!("status.{}", S::CODE);
        let act = acts::begin(conn, acting, permit, &kind, &noted(note))?;
        end_under::<S>(conn, &act, subject, from)?;
        Ok(act.id)
    })
}

/// Ends what stands from a day on, under an act that is under way.
///
/// # Errors
/// As [`end`].
pub fn end_under<S: Status>(
    conn: &mut Conn,
    act: &Act,
    subject: i64,
    from: Date,
) -> Result<(), OfficeError> {
    if fact::end::<S>(conn, act, subject, Span::new(from, None))? == 0 {
        return Err(Refusal::new(
            "status.nothing",
            format!(
                "{}以後の「{}」は登録されていません。日を確かめてください",
                law::era::wareki(from),
                S::LABEL_JA
            ),
        )
        .into());
    }
    Ok(())
}

/// 状態の取消 — undoes one registration of any status: what it closed stands again. Returns the subjects it touched.
///
/// # Errors
/// [`OfficeError::Input`] without a reason; [`OfficeError::Refusal`] when the act is none of a status;
/// [`OfficeError::Store`] when it was undone before.
pub fn undo(
    store: &Store,
    permit: &Permit<UndoAct>,
    acting: &Acting,
    undone: ActId,
    reason: &str,
) -> Result<Vec<i64>, OfficeError> {
    if reason.trim().is_empty() {
        return Err(OfficeError::input(
            "取消の理由",
            "取消の理由を入れてください",
        ));
    }
    store.write(|conn| {
        let kind = conn.query_opt(&ACT_KIND, &[undone.0.into()], |row| row.text(0))?;
        if !kind.is_some_and(|kind| kind.starts_with("status.")) {
            return Err(Refusal::new(
                "status.undo.kind",
                format!(
                    "処理{}は状態の登録ではないため、ここでは取り消せません",
                    undone.0
                ),
            )
            .into());
        }
        let details = ActDetails {
            undoes: Some(undone),
            note: reason.to_owned(),
            ..ActDetails::default()
        };
        let act = acts::begin(conn, acting, permit, "status.undo", &details)?;
        undo_under(conn, &act, undone)
    })
}

/// Undoes a registration under an act that is under way; the subjects it touched.
fn undo_under(conn: &mut Conn, act: &Act, undone: ActId) -> Result<Vec<i64>, OfficeError> {
    let mut touched = Vec::new();
    for described in DESCRIBED {
        touched.extend(described.table.undo(conn, act.stamp(), undone.0)?);
    }
    slip::withdraw_of_act(conn, act, undone)?;
    touched.sort_unstable();
    touched.dedup();
    Ok(touched)
}

/// The subject must be known.
fn known(conn: &mut Conn, subject: Subject, id: i64) -> Result<(), OfficeError> {
    let (sql, what) = match subject {
        Subject::Person => (&PERSON, "宛名番号"),
        Subject::Household => (&HOUSEHOLD, "国保世帯番号"),
        // A facility is known by its first fact.
        Subject::Facility => return Ok(()),
    };
    if conn.query_one(sql, &[id.into()], |row| row.int(0))? == 0 {
        return Err(Refusal::new(
            "status.unknown_subject",
            format!("{what}{id}は登録されていません。番号を確かめてください"),
        )
        .into());
    }
    Ok(())
}

pub(crate) fn noted(note: &str) -> ActDetails {
    ActDetails {
        note: note.to_owned(),
        ..ActDetails::default()
    }
}
