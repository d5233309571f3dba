//! 効力の日 — from the day of an event to the day on which it counts.

use super::event::{PersonChange, PersonEvent};
use crate::date::next_day;
use crate::rules::eligibility::{Cause, DayRule, EligibilityBook, LossAt75, Side};
use crate::{Date, Refusal};

/// 効力の日 of an event.
///
/// 根拠: 国民健康保険法 第7条・第8条
///
/// # Errors
/// A [`Refusal`] where the cause has no row on the day of the event, or is of the other side.
pub fn effective_on(book: &EligibilityBook<'_>, event: &PersonEvent) -> Result<Date, Refusal> {
    if let Some(fixed_on) = event.fixed_on {
        return Ok(fixed_on);
    }
    let cause = book.rules.cause(&event.cause, event.occurred_on)?;
    let wanted = match event.change {
        PersonChange::Gain { .. } => Side::Gain,
        PersonChange::Loss { .. } => Side::Loss,
        PersonChange::Move { .. } | PersonChange::FormerStart { .. } | PersonChange::FormerEnd => {
            Side::Change
        }
    };
    if cause.side != wanted {
        return Err(Refusal::new(
            "eligibility.cause.side",
            format!(
                "事由「{}」は{}の事由です。{}の事由を選んでください",
                cause.name_ja,
                cause.side.label_ja(),
                wanted.label_ja()
            ),
        ));
    }
    let elsewhere_from = match event.change {
        PersonChange::Loss { elsewhere_from } => elsewhere_from,
        _ => None,
    };
    day_of(book, cause, event.occurred_on, elsewhere_from)
}

/// The day on which a cause takes effect.
///
/// # Errors
/// A [`Refusal`] where the municipality's practice is asked and missing.
pub fn day_of(
    book: &EligibilityBook<'_>,
    cause: &Cause,
    occurred_on: Date,
    elsewhere_from: Option<Date>,
) -> Result<Date, Refusal> {
    let the_next = match cause.day {
        DayRule::Same => false,
        DayRule::Next => true,
        DayRule::Elsewhere => elsewhere_from != Some(occurred_on),
        DayRule::Practice => book.practice(occurred_on)?.loss_at_75 == LossAt75::NextDay,
    };
    Ok(if the_next {
        next_day(occurred_on)
    } else {
        occurred_on
    })
}
