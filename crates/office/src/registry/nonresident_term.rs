//! 住登外の期間 — it ends the day before its person is a resident again, and goes on when that was taken back.

use super::event::Stated;
use super::fact::{end, history, record, timeline};
use super::nonresident::NonResident;
use crate::acts::Act;
use crate::error::OfficeError;
use db::{Conn, Span};
use law::Date;
use law::registry::{Fate, Folded, Presence, Side, State, cause};

/// Ends the terms of a 住登外者 on the days of a resident, and lays those again that an entry had ended which stands no more.
///
/// 根拠: 住民基本台帳法 第8条・第22条（転入をした者は住民票に記載する）
///
/// # Errors
/// [`OfficeError::Store`].
pub(super) fn follow(
    conn: &mut Conn,
    act: &Act,
    person_id: i64,
    known: &[Stated],
    (before, after): (&Folded, &Folded),
) -> Result<(), OfficeError> {
    if !before.states.iter().chain(&after.states).any(outside) {
        return Ok(());
    }
    let stands = |folded: &Folded, no: i64| folded.fates.get(&no) == Some(&Fate::Stands);
    for stated in known {
        let entry = cause(&stated.event.cause).is_some_and(|cause| cause.side == Side::Entry);
        let no = stated.event_id;
        if entry && stands(before, no) && !stands(after, no) {
            go_on(conn, act, person_id, stated.event.occurred_on)?;
        }
    }
    for (place, state) in after.states.iter().enumerate() {
        if state.presence == Presence::Present && !outside(state) {
            let until = after.states.get(place + 1).map(|next| next.on);
            close(conn, act, person_id, Span::new(state.on, until))?;
        }
    }
    Ok(())
}

fn outside(state: &State) -> bool {
    state.items.get("resident_kind").map(String::as_str) == Some("3")
}

/// No term runs on from the first day of a resident on.
fn close(conn: &mut Conn, act: &Act, person_id: i64, lives: Span) -> Result<(), OfficeError> {
    for term in timeline::<NonResident>(conn, person_id, None)? {
        if term.valid.intersection(lives).is_some() {
            let from = term.valid.from.max(lives.from);
            end::<NonResident>(conn, act, person_id, Span::new(from, term.valid.until))?;
        }
    }
    Ok(())
}

/// A term that was ended on a day runs as long as it was stated to.
fn go_on(conn: &mut Conn, act: &Act, person_id: i64, on: Date) -> Result<(), OfficeError> {
    let written = history::<NonResident>(conn, person_id)?;
    let standing = timeline::<NonResident>(conn, person_id, None)?;
    let Some(term) = standing.iter().find(|term| term.valid.until == Some(on)) else {
        return Ok(());
    };
    let stated = written.iter().rfind(|row| {
        row.superseded_at.is_some()
            && row.fact == term.fact
            && row.valid.from <= term.valid.from
            && row.valid.holds(on)
    });
    if let Some(stated) = stated {
        let span = Span::new(term.valid.from, stated.valid.until);
        record(conn, act, person_id, span, &term.fact)?;
    }
    Ok(())
}
