//! 資格の履歴 — a person's events, both pairs of days and what waits, as known at any moment.

use super::event::{self, Event, Says};
use super::project::PrefectureFact;
use crate::error::OfficeError;
use crate::registry::{Dated, FormerInsured, InsuredSpan, Resident, timeline};
use db::Conn;
use law::eligibility::{Pending, fold_household, fold_person};
use law::rules::EligibilityBook;

/// 個人の資格.
#[derive(Clone, Debug)]
pub struct PersonRegister {
    /// 宛名番号.
    pub person_id: i64,
    /// 適用開始・適用終了.
    pub cover: Vec<Dated<InsuredSpan>>,
    /// 都道府県の資格取得・喪失; empty for a person whose spans were loaded and never touched.
    pub prefecture: Vec<Dated<PrefectureFact>>,
    /// 特定同一世帯所属者.
    pub former: Vec<Dated<FormerInsured>>,
    /// Every event, standing or taken back, in the order of writing.
    pub events: Vec<Event>,
    /// What has no effect, and why.
    pub pending: Vec<Pending>,
}

/// A person's 資格 as known at a moment (`None`: now).
///
/// # Errors
/// [`OfficeError::Store`].
pub fn person_register(
    conn: &mut Conn,
    rules: &EligibilityBook<'_>,
    person_id: i64,
    known_at: Option<i64>,
) -> Result<PersonRegister, OfficeError> {
    let mut events = event::of_person(conn, person_id)?;
    if let Some(moment) = known_at {
        events.retain(|event| event.recorded_at <= moment);
        for event in &mut events {
            // Taken back later than the moment: it stood then.
            event.undone_by = event.undone_by.filter(|_| event.undone_at <= Some(moment));
        }
    }
    let standing = event::standing_of_person(&events);
    let residents = timeline::<Resident>(conn, person_id, known_at)?;
    let pending = residents.last().map_or_else(Vec::new, |row| {
        fold_person(rules, row.fact.birth_on, &standing).pending
    });
    Ok(PersonRegister {
        person_id,
        cover: timeline(conn, person_id, known_at)?,
        prefecture: timeline(conn, person_id, known_at)?,
        former: timeline(conn, person_id, known_at)?,
        events,
        pending,
    })
}

/// The events of a household itself, and what of them has no effect.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn household_register(
    conn: &mut Conn,
    household_id: i64,
) -> Result<(Vec<Event>, Vec<Pending>), OfficeError> {
    let events = event::of_household(conn, household_id)?;
    let pending = fold_household(&event::standing_of_household(&events)).pending;
    Ok((events, pending))
}

/// Whether a person has events of our own: a file must not write over them.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn has_events(conn: &mut Conn, person_id: i64) -> Result<bool, OfficeError> {
    let events = event::of_person(conn, person_id)?;
    Ok(events
        .iter()
        .any(|event| matches!(event.says, Says::Person { .. })))
}
