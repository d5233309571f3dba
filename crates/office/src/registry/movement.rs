//! 住民異動 — events are stated and made into the dated record of the person.
//!
//! The fold is the law's; here its result is written as the difference to what stands, events that wait go onto the work
//! list, and what an event may mean for eligibility goes there as a candidate. A person whose record was loaded as it
//! stood gets events of that origin with the first event of his own, so that nothing has two truths.

use super::detail::{self, Detail, Origin};
use super::event::{self, NewEvent, Source, Stated, of_person};
use super::fact::{Kind, timeline};
use super::follow;
use super::load::{PersonKind, make_person};
use super::loaded::{records, same_record, says_the_same};
use super::person::Resident;
use super::project::{Wanted, joined, lay};
use super::town::Towns;
use super::{search_key, support};
use crate::acts::Act;
use crate::eligibility::bulk::renamings_of;
use crate::error::OfficeError;
use db::{Conn, Span};
use law::Date;
use law::registry::{Fate, Folded, fold};
use std::collections::BTreeMap;

/// What became of a stated event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It was written down under this number.
    New(i64),
    /// It had been stated before, word for word.
    Same(i64),
    /// Another event has its 履歴番号 and 枝番号.
    Differs(i64),
}

/// What stated events made of a person.
#[derive(Clone, Debug)]
pub struct Projected {
    /// What became of each event, in the order in which they were given.
    pub taken: Vec<Taken>,
    /// Whether the record of the person changed.
    pub changed: bool,
    /// What became of every event of the person.
    pub fates: BTreeMap<i64, Fate>,
}

/// States events of a person and makes his record what follows from all of them.
///
/// An event whose number is taken by another one is not stated; the others are.
///
/// # Errors
/// [`OfficeError::Input`] when a record has no name or no day of birth; [`OfficeError::Store`].
pub(crate) fn state(
    conn: &mut Conn,
    act: &Act,
    person_id: i64,
    kind: PersonKind,
    source: Source,
    events: &[NewEvent],
    today: Date,
) -> Result<Projected, OfficeError> {
    make_person(conn, act, person_id, kind)?;
    let mut known = of_person(conn, person_id)?;
    let before = fold(&event::standing(&known)?);
    let mut loaded = false;
    let mut taken = Vec::with_capacity(events.len());
    for new in events {
        if let Some(before) = known.iter().find(|one| one.event.sequence == new.sequence) {
            taken.push(against(before, new));
            continue;
        }
        if known.is_empty() && !loaded {
            loaded = true;
            let records = records(conn, person_id)?;
            let agrees = records.iter().any(|(_, record)| {
                record.sequence == new.sequence && new.sequence.0 > 0 && same_record(record, new)
            });
            if agrees && events.len() == 1 {
                // Nothing new: the record stays a loaded one.
                taken.push(Taken::Same(0));
                continue;
            }
            support::of_loaded(conn, act, person_id)?;
            for (source, record) in &records {
                insert(conn, act, person_id, *source, record, &mut known)?;
            }
            if let Some(before) = known.iter().find(|one| one.event.sequence == new.sequence) {
                taken.push(against(before, new));
                continue;
            }
        }
        let event_id = insert(conn, act, person_id, source, new, &mut known)?;
        taken.push(Taken::New(event_id));
    }
    let after = fold(&event::standing(&known)?);
    let changed = if known.is_empty() {
        false
    } else {
        project(conn, act, person_id, &known, &after)?
    };
    follow::changes(conn, act, person_id, &known, &before, &after, today)?;
    Ok(Projected {
        taken,
        changed,
        fates: after.fates,
    })
}

fn against(before: &Stated, new: &NewEvent) -> Taken {
    if says_the_same(before, new) {
        Taken::Same(before.event_id)
    } else {
        Taken::Differs(before.event_id)
    }
}

fn insert(
    conn: &mut Conn,
    act: &Act,
    person_id: i64,
    source: Source,
    new: &NewEvent,
    known: &mut Vec<Stated>,
) -> Result<i64, OfficeError> {
    let event_id = event::insert(conn, act, person_id, source, new)?;
    known.push(Stated {
        event_id,
        source,
        event: new.clone(),
        act_id: act.id.0,
        undone_by_act: None,
    });
    Ok(event_id)
}

/// Writes what follows from the events as the difference to what stands.
pub(super) fn project(
    conn: &mut Conn,
    act: &Act,
    person_id: i64,
    known: &[Stated],
    folded: &Folded,
) -> Result<bool, OfficeError> {
    let mut residents: Vec<Wanted> = Vec::new();
    let mut details: Vec<Wanted> = Vec::new();
    let withheld = support::withheld_days(conn, person_id)?;
    let mut towns = Towns::new(renamings_of(conn, person_id)?);
    for (place, state) in folded.states.iter().enumerate() {
        let until = folded.states.get(place + 1).map(|next| next.on);
        let span = Span::new(state.on, until);
        let stated = known
            .iter()
            .find(|one| one.event_id == state.by)
            .ok_or_else(|| OfficeError::Bug(format!("異動{}がありません", state.by)))?;
        let resident = detail::resident(&state.items, state.presence)?;
        let origin = Origin {
            sequence: stated.event.sequence,
            cause: &stated.event.cause,
            reported_on: stated.event.reported_on,
            occurred_text: &stated.event.occurred_text,
        };
        let beside = Detail::beside(&state.items, &resident, &origin);
        details.push((span, beside.values()));
        let loaded = matches!(stated.source, Source::LoadedPresent | Source::LoadedRemoved);
        for (span, resident) in towns.lay(span, &resident, loaded) {
            for (part, withheld) in support::split(span, &withheld) {
                let resident = Resident {
                    withheld,
                    ..resident.clone()
                };
                residents.push((part, resident.values()));
            }
        }
    }
    let resident = lay(conn, act, &Resident::TABLE, person_id, &joined(residents))?;
    let detail = lay(conn, act, &Detail::TABLE, person_id, &joined(details))?;
    if resident || detail {
        search_key::rebuild(conn, person_id)?;
    }
    Ok(resident || detail)
}

/// Lays the record of a person anew, after something beside the events changed.
///
/// # Errors
/// [`OfficeError::Store`].
pub(crate) fn project_again(
    conn: &mut Conn,
    act: &Act,
    person_id: i64,
) -> Result<bool, OfficeError> {
    let known = of_person(conn, person_id)?;
    if known.is_empty() {
        return Ok(false);
    }
    let folded = fold(&event::standing(&known)?);
    project(conn, act, person_id, &known, &folded)
}

/// Whether a person's record follows from events, so that no file writes it directly.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn has_events(conn: &mut Conn, person_id: i64) -> Result<bool, OfficeError> {
    Ok(!of_person(conn, person_id)?.is_empty())
}

/// The greatest 履歴番号 that is known of a person; 0 when none is.
///
/// # Errors
/// [`OfficeError::Store`].
pub(crate) fn last_history(conn: &mut Conn, person_id: i64) -> Result<i64, OfficeError> {
    let events = of_person(conn, person_id)?;
    let details = timeline::<Detail>(conn, person_id, None)?;
    let numbers = events
        .iter()
        .map(|one| one.event.sequence.0)
        .chain(details.iter().map(|fact| fact.fact.history_number));
    Ok(numbers.max().unwrap_or(0))
}
