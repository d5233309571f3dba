//! 異動の順序 — events on their days of effect, in an order that does not depend on how they arrived.

use super::effect::effective_on;
use super::event::{PersonChange, PersonEvent};
use super::standing::Edge;
use crate::rules::eligibility::{Cause, DayRule, EligibilityBook, PrefectureEffect};
use crate::{Date, Refusal};
use std::ops::Range;

/// An event with its day of effect and what its row says.
pub(super) struct Placed<'e> {
    pub(super) on: Date,
    pub(super) event: &'e PersonEvent,
    pub(super) code: String,
    pub(super) prefecture: PrefectureEffect,
    pub(super) leaves: bool,
    pub(super) becomes_former: bool,
    /// 第6条各号のいずれかに該当した日.
    pub(super) excluded_on: Option<Date>,
    /// 第6条各号 is its cause, on whatever day: it ends the 資格 wherever in the prefecture the person lives.
    pub(super) excludes: bool,
    /// 転出 whose next day counts because nobody said that a residence elsewhere began on the day itself.
    pub(super) back_on: Option<Date>,
}

impl Placed<'_> {
    /// Whether a gain goes on with a 資格 that the prefecture holds already: the cause says so, or with causes that may be either
    /// its day, told with the gain.
    pub(super) fn goes_on(&self, since: Option<Date>) -> bool {
        match self.prefecture {
            PrefectureEffect::Continues => true,
            PrefectureEffect::Told => since.is_some(),
            PrefectureEffect::Breaks | PrefectureEffect::None => false,
        }
    }

    pub(super) fn edge(&self) -> Edge {
        let event = self.event;
        Edge {
            event_id: event.event_id,
            code: self.code.clone(),
            occurred_on: event.occurred_known.then_some(event.occurred_on),
            reported_on: event.reported_on,
        }
    }
}

/// Within one day: what ends comes before what begins, and a change of household after both.
pub(super) const fn rank(change: &PersonChange) -> u8 {
    match change {
        PersonChange::Loss { .. } => 0,
        PersonChange::Gain { .. } => 1,
        PersonChange::Move { .. } => 3,
        PersonChange::FormerEnd => 4,
        PersonChange::FormerStart { .. } => 5,
    }
}

pub(super) fn place<'e>(
    book: &EligibilityBook<'_>,
    event: &'e PersonEvent,
) -> Result<Placed<'e>, Refusal> {
    let on = effective_on(book, event)?;
    let row = book.rules.cause(&event.cause, event.occurred_on);
    // A loaded span stands as it was loaded, whether the table reaches back to it or not.
    let row = match (&event.fixed_on, row) {
        (None, row) => Some(row?),
        (Some(_), row) => row.ok(),
    };
    let code = event.loaded_code.clone();
    Ok(Placed {
        on,
        event,
        code: code.unwrap_or_else(|| row.map(|row| row.code.clone()).unwrap_or_default()),
        prefecture: row.map_or(PrefectureEffect::Breaks, |row| row.prefecture),
        leaves: row.is_some_and(|row| row.leaves_household),
        // A loaded loss brings its standing as 特定同一世帯所属者 along as a fact of its own.
        becomes_former: event.fixed_on.is_none() && row.is_some_and(|row| row.former_insured),
        excluded_on: row
            .is_some_and(|row| event.fixed_on.is_none() && row.excludes())
            .then_some(event.occurred_on),
        excludes: row.is_some_and(Cause::excludes),
        back_on: row
            .is_some_and(|row| row.day == DayRule::Elsewhere && on > event.occurred_on)
            .then_some(event.occurred_on)
            .filter(|_| {
                event.change
                    == PersonChange::Loss {
                        elsewhere_from: None,
                    }
            }),
    })
}

/// The total order: never the order of arrival, except between events that say the very same.
pub(super) fn key<'p>(placed: &'p Placed<'_>) -> impl Ord + use<'p> {
    let event = placed.event;
    (
        (placed.on, rank(&event.change), event.sequence),
        (event.occurred_on, &event.change, &event.cause),
        (&event.loaded_code, event.reported_on, event.event_id),
    )
}

/// Those of a day whose kind is among these.
pub(super) fn of_rank<'p, 'e>(today: &'p [Placed<'e>], ranks: Range<u8>) -> Vec<&'p Placed<'e>> {
    let among = |one: &&Placed<'_>| ranks.contains(&rank(&one.event.change));
    today.iter().filter(among).collect()
}

/// Whether the sender's 連番 puts an event after another of the same day.
pub(super) fn after(one: &PersonEvent, other: &PersonEvent) -> bool {
    other.sequence > 0 && one.sequence > other.sequence
}
