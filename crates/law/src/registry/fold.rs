//! 履歴の組立て — the events of one person folded into states, the same whatever the order of arrival.
//!
//! The sender's number (履歴番号, 枝番号) says what a record changed: an event's own part is the difference between its
//! record and the one numbered before it. The day (異動日) says from when it holds: the parts are laid over each other by
//! day, then by number. So a correction that is dated back goes on into what was known before, and an event taken
//! back leaves what the others make of the person. A 取消 takes back and never adds.
//!
//! A record that was loaded as it stood holds everything the sender had numbered before it. What arrives later with an
//! older number fills the days before the loaded record and never those from it on.
//!
//! A 住登外者 is no resident: whoever lives here again is entered without a 消除, and the 住登外 record ends the day before.

use super::cause::{Cause, Side};
use crate::date::Date;
use std::collections::{BTreeMap, BTreeSet};

/// The items of a record, empty ones left out.
pub type Items = BTreeMap<String, String>;

/// Whether a person is in the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Presence {
    /// 住民 (or 住登外者 in use).
    Present,
    /// 除票.
    Removed,
}

/// One event as it was stated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Our number of it.
    pub no: i64,
    /// 異動事由.
    pub cause: &'static Cause,
    /// 異動日, or the day that stands in for it.
    pub on: Date,
    /// 履歴番号 and 枝番号 of the sender.
    pub sequence: (i64, i64),
    /// The 履歴番号 and 枝番号 a 取消 names.
    pub refers_to: Option<(i64, i64)>,
    /// A record that was loaded as it stood: it holds without what came before it.
    pub loaded: Option<Presence>,
    /// The whole record after the event.
    pub items: Items,
}

/// Why an event has no effect yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Waiting {
    /// 消除 or 修正 of a person who was not entered.
    NoEntry,
    /// 消除 of a person who was taken out before, without being entered again.
    NoEntryAgain,
    /// 記載 of a person who was entered before and not taken out.
    NoRemoval,
    /// 取消 of an event that is not there.
    NoTarget,
}

impl Waiting {
    /// What is waited for, for a clerk.
    #[must_use]
    pub const fn message_ja(self) -> &'static str {
        match self {
            Self::NoEntry => "先に記載の異動が要ります",
            Self::NoEntryAgain => "すでに消除されています。再び記載する異動が要ります",
            Self::NoRemoval => "すでに記載されています。先に消除の異動が要ります",
            Self::NoTarget => "取り消す元の異動が届いていません",
        }
    }
}

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fate {
    /// It has its effect.
    Stands,
    /// It was taken back by the event of this number.
    Undone(i64),
    /// It takes back the event of this number.
    Undoes(i64),
    /// The loaded record of this number was numbered after it and holds it already.
    Included(i64),
    /// It waits.
    Waits(Waiting),
}

/// The record of a person from a day on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// First day; it holds until the next state.
    pub on: Date,
    /// Whether the person is in the register.
    pub presence: Presence,
    /// The record.
    pub items: Items,
    /// The event that brought it about.
    pub by: i64,
}

/// What the events make of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folded {
    /// States in order of their days.
    pub states: Vec<State>,
    /// What became of each event.
    pub fates: BTreeMap<i64, Fate>,
}

/// Folds the events of one person.
#[must_use]
pub fn fold(events: &[Event]) -> Folded {
    let mut fates = cancellations(events);
    let parts = parts(events);
    let restored = restored(events, &fates);
    let mut ordered: Vec<(&Event, &Part)> = events
        .iter()
        .zip(&parts)
        .filter(|(event, _)| !fates.contains_key(&event.no))
        .chain(restored.iter().map(|(event, part)| (event, part)))
        .collect();
    ordered.sort_by_key(|(event, _)| order(event));
    let included = included(&ordered);
    ordered.retain(|(event, _)| !included.contains_key(&event.no));
    fates.extend(included);
    let mut states: Vec<State> = Vec::new();
    let mut early: Vec<(&Event, &Part)> = Vec::new();
    for (event, part) in ordered {
        match admitted(states.last(), event, part) {
            Ok(presence) => {
                fates.entry(event.no).or_insert(Fate::Stands);
                lay(&mut states, event.on, presence, event, part);
                if event.cause.side == Side::Entry || event.loaded.is_some() {
                    // Corrections numbered after this record but dated before it hold from its day on.
                    early.retain(|(waiting, part)| {
                        let holds = waiting.sequence > event.sequence
                            && holds_from(event, waiting.cause.side);
                        if holds {
                            let presence = match waiting.cause.side {
                                Side::Removal => Presence::Removed,
                                _ => presence,
                            };
                            fates.insert(waiting.no, Fate::Stands);
                            lay(&mut states, event.on, presence, waiting, part);
                        }
                        // A 消除 is of the stay before the first record that follows, or of none.
                        !holds && waiting.cause.side == Side::Amendment
                    });
                }
            }
            Err(waiting) => {
                fates.insert(event.no, Fate::Waits(waiting));
                if matches!(event.cause.side, Side::Amendment | Side::Removal) {
                    early.push((event, part));
                }
            }
        }
    }
    Folded { states, fates }
}

/// Whether what was numbered after a record but dated before it holds from the record's day on: a correction always does;
/// a 消除 does where the record is a loaded one of somebody who had been entered before.
fn holds_from(record: &Event, side: Side) -> bool {
    match side {
        Side::Amendment => true,
        _ => record.loaded == Some(Presence::Present) && record.cause.side != Side::Entry,
    }
}

/// Events the sender had numbered before a loaded record that holds from their day on or earlier.
fn included(ordered: &[(&Event, &Part)]) -> BTreeMap<i64, Fate> {
    let loaded: Vec<&Event> = ordered
        .iter()
        .map(|(event, _)| *event)
        .filter(|event| event.loaded.is_some())
        .collect();
    let own = ordered.iter().filter(|(event, _)| event.loaded.is_none());
    own.filter_map(|(event, _)| {
        // Numbers of the residents' register and those of 住登外者 are given by different senders.
        let over = loaded.iter().find(|record| {
            record.sequence > event.sequence
                && record.on <= event.on
                && outsider(&record.items) == outsider(&event.items)
        })?;
        Some((event.no, Fate::Included(over.no)))
    })
    .collect()
}

/// Whether a record is that of a 住登外者.
fn outsider(items: &Items) -> bool {
    items.get("resident_kind").is_some_and(|kind| kind == "3")
}

/// The order of days; what ties is ordered by the sender, then by content, never by arrival.
fn order(event: &Event) -> (Date, (i64, i64), &str, &Items, i64) {
    (
        event.on,
        event.sequence,
        event.cause.code,
        &event.items,
        event.no,
    )
}

/// Whether an event can follow the state before it, and what the person is after it.
fn admitted(before: Option<&State>, event: &Event, part: &Part) -> Result<Presence, Waiting> {
    if let Some(presence) = event.loaded {
        return Ok(match (before, part) {
            (Some(before), Part::Further(_)) => before.presence,
            _ => presence,
        });
    }
    let other = before.is_some_and(|state| outsider(&state.items) != outsider(&event.items));
    match (event.cause.side, before.map(|state| state.presence)) {
        // 住民基本台帳法 第8条: a 住登外者 who lives here is entered; there is nothing to be taken out of the register.
        (Side::Entry, Some(Presence::Present)) if other && !outsider(&event.items) => {
            Ok(Presence::Present)
        }
        (Side::Entry, Some(Presence::Present)) => Err(Waiting::NoRemoval),
        // What ends or changes a 住登外 record is not about the resident.
        (Side::Removal | Side::Amendment, Some(Presence::Present))
            if other && outsider(&event.items) =>
        {
            Err(Waiting::NoEntry)
        }
        (Side::Entry, _) => Ok(Presence::Present),
        (Side::Removal, Some(Presence::Present)) => Ok(Presence::Removed),
        (Side::Removal, Some(Presence::Removed)) => Err(Waiting::NoEntryAgain),
        (Side::Amendment, Some(presence)) => Ok(presence),
        _ => Err(Waiting::NoEntry),
    }
}

/// What an event changes.
enum Part {
    Whole(Items),
    Changes(Vec<Change>),
    /// Those of a loaded record that leaves the person in or out of the register, as the loaded one before it.
    Further(Vec<Change>),
}

/// An item and what it is afterwards, if anything.
type Change = (String, Option<String>);

fn parts(events: &[Event]) -> Vec<Part> {
    let mut by_number: Vec<usize> = (0..events.len()).collect();
    let key = |place: &usize| {
        events
            .get(*place)
            .map(|event| (event.sequence, order(event)))
    };
    by_number.sort_by(|one, two| key(one).cmp(&key(two)));
    let mut parts: Vec<(usize, Part)> = Vec::with_capacity(events.len());
    let mut before: Option<&Items> = None;
    let mut loaded_before = None;
    for place in by_number {
        let Some(event) = events.get(place) else {
            continue;
        };
        let cancels = event.cause.side.cancels().is_some();
        // Of two loaded records the second one says what changed; the first one holds without what came before it.
        let whole = match event.loaded {
            Some(_) => loaded_before.is_none(),
            None => event.cause.side == Side::Entry,
        };
        let part = match before {
            Some(before) if !whole && event.loaded.is_some() && event.loaded == loaded_before => {
                Part::Further(changes(before, &event.items))
            }
            Some(before) if !whole => Part::Changes(changes(before, &event.items)),
            _ => Part::Whole(event.items.clone()),
        };
        loaded_before = event.loaded;
        parts.push((place, part));
        if cancels {
            // Its record shows what is left: the record after the event taken back says what the next one changed.
            before = Some(&event.items)
                .filter(|items| !items.is_empty())
                .or(before);
        } else {
            before = Some(&event.items);
        }
    }
    parts.sort_by_key(|(place, _)| *place);
    parts.into_iter().map(|(_, part)| part).collect()
}

fn changes(before: &Items, after: &Items) -> Vec<Change> {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    names
        .into_iter()
        .filter(|name| before.get(*name) != after.get(*name))
        .map(|name| (name.clone(), after.get(name).cloned()))
        .collect()
}

fn lay(states: &mut Vec<State>, on: Date, presence: Presence, event: &Event, part: &Part) {
    let mut items = match (part, states.last()) {
        (Part::Whole(items), _) => items.clone(),
        (_, Some(state)) => state.items.clone(),
        (_, None) => event.items.clone(),
    };
    if let Part::Changes(changes) | Part::Further(changes) = part {
        for (name, value) in changes {
            match value {
                Some(value) => items.insert(name.clone(), value.clone()),
                None => items.remove(name),
            };
        }
    }
    if states.last().is_some_and(|state| state.on == on) {
        states.pop();
    }
    states.push(State {
        on,
        presence,
        items,
        by: event.no,
    });
}

/// What a loaded record was before the event that brought it about was taken back: nothing earlier is known of it, so
/// the record the 取消 carries takes its place from its day on, and where it carries none what was loaded is kept.
fn restored(events: &[Event], fates: &BTreeMap<i64, Fate>) -> Vec<(Event, Part)> {
    let taken_back = events.iter().filter_map(|event| {
        let Some(Fate::Undone(by)) = fates.get(&event.no) else {
            return None;
        };
        let cancel = events.iter().find(|cancel| cancel.no == *by)?;
        let presence = match (event.loaded?, cancel.cause.side) {
            (_, Side::CancelEntry) => return None,
            (_, Side::CancelRemoval) => Presence::Present,
            (presence, _) => presence,
        };
        let known_before = events
            .iter()
            .any(|other| !fates.contains_key(&other.no) && order(other) < order(event));
        (!known_before).then(|| {
            let items = if cancel.items.is_empty() {
                event.items.clone()
            } else {
                cancel.items.clone()
            };
            let event = Event {
                loaded: Some(presence),
                ..event.clone()
            };
            (event, Part::Whole(items))
        })
    });
    taken_back.collect()
}

/// Which event each 取消 takes back: the one it names, else one of its own 履歴番号, else the last of its kind that
/// stands and was numbered before it.
fn cancellations(events: &[Event]) -> BTreeMap<i64, Fate> {
    let mut fates = BTreeMap::new();
    let mut cancels: Vec<&Event> = events
        .iter()
        .filter(|event| event.cause.side.cancels().is_some())
        .collect();
    cancels.sort_by_key(|event| (event.sequence, order(event)));
    for cancel in cancels {
        match target(events, cancel, &fates) {
            Some(target) => {
                fates.insert(target.no, Fate::Undone(cancel.no));
                fates.insert(cancel.no, Fate::Undoes(target.no));
            }
            None => {
                fates.insert(cancel.no, Fate::Waits(Waiting::NoTarget));
            }
        }
    }
    fates
}

fn target<'e>(
    events: &'e [Event],
    cancel: &Event,
    fates: &BTreeMap<i64, Fate>,
) -> Option<&'e Event> {
    let side = cancel.cause.side.cancels()?;
    let mut open: Vec<&Event> = events
        .iter()
        .filter(|event| event.cause.side == side && !fates.contains_key(&event.no))
        .collect();
    open.sort_by_key(|event| (event.sequence, order(event)));
    if let Some(named) = cancel.refers_to {
        return open.into_iter().rfind(|event| event.sequence == named);
    }
    let own = open.iter().rfind(|event| {
        event.sequence.0 == cancel.sequence.0 && event.sequence.1 < cancel.sequence.1
    });
    let before = || open.iter().rfind(|event| event.sequence < cancel.sequence);
    own.or_else(before).copied()
}
