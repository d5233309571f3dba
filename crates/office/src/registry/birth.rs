//! 生年月日の訂正 — an event that makes the day of birth another than it was, or one taken back that had.

use super::event::{self, Stated};
use super::follow::loaded;
use crate::acts::Act;
use crate::eligibility::age::birth_corrected;
use crate::error::OfficeError;
use db::Conn;
use law::Date;
use law::registry::{Folded, fold};

/// What follows from it between two folds of a person's events.
///
/// # Errors
/// [`OfficeError::Store`].
pub(super) fn follow(
    conn: &mut Conn,
    act: &Act,
    person_id: i64,
    known: &[Stated],
    (before, after): (&Folded, &Folded),
    today: Date,
) -> Result<(), OfficeError> {
    match births(known, before, after)? {
        Some(births) => birth_corrected(conn, act, person_id, births, today),
        None => Ok(()),
    }
}

/// The days of birth by the latest record before and after, where they differ. Before the first event of a person it is the one
/// that was loaded.
fn births(
    known: &[Stated],
    before: &Folded,
    after: &Folded,
) -> Result<Option<(Date, Date)>, OfficeError> {
    let of_loaded;
    let before = if before.states.is_empty() {
        let of_file: Vec<Stated> = known.iter().filter(|one| loaded(one)).cloned().collect();
        of_loaded = fold(&event::standing(&of_file)?);
        &of_loaded
    } else {
        before
    };
    let born = |folded: &Folded| {
        let last = folded.states.last()?;
        last.items.get("birth_on")?.parse::<Date>().ok()
    };
    let both = born(before).zip(born(after));
    Ok(both.filter(|(before, after)| before != after))
}
