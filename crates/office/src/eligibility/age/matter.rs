//! What stands on the work list about an age somebody comes to.

use super::find::{AgeMove, Milestone};
use crate::acts::Act;
use crate::error::OfficeError;
use crate::worklist::{self, ELIGIBILITY_AGE, Filter, Item};
use db::Conn;
use law::Date;

/// What is open on the work list about a milestone of a person: a matter of their own, or one of everybody of the day.
///
/// # Errors
/// [`OfficeError::Store`].
pub(crate) fn matters(
    conn: &mut Conn,
    found: &AgeMove,
    today: Date,
) -> Result<Vec<Item>, OfficeError> {
    let of_day = format!("age/{}/{}", found.milestone.age(), found.effective_on);
    let mut sources = vec![source_of(found), of_day];
    sources.dedup();
    let mut open = Vec::new();
    for source in sources {
        for item_id in worklist::open_of_source(conn, ELIGIBILITY_AGE, &source)? {
            let item = worklist::get(conn, item_id, today)?;
            let theirs = |item: &Item| item.person_id.is_none_or(|one| one == found.person_id);
            open.extend(item.filter(theirs));
        }
    }
    Ok(open)
}

/// The 喪失 at 75 was registered by hand: what a night had put on the list about it is done.
pub(crate) fn registered(
    conn: &mut Conn,
    act: &Act,
    (person_id, on): (i64, Date),
    note: &str,
) -> Result<(), OfficeError> {
    let filter = Filter {
        kind: Some(ELIGIBILITY_AGE),
        person_id: Some(person_id),
        ..Filter::default()
    };
    let own = format!("age/{}/", Milestone::LateElderly.age());
    for item in worklist::list(conn, &filter, None, on)?.items {
        if item.source.starts_with(&own) {
            worklist::answer(conn, act, item.item_id, note)?;
        }
    }
    Ok(())
}

/// How the matter of a milestone is named on the work list.
pub(crate) fn source_of(found: &AgeMove) -> String {
    format!("age/{}/{}", found.milestone.age(), found.attained_on)
}
