//! 書かれた場所 — whether a place that was written down on a paper is one that is hidden by now.

use super::super::fact::timeline;
use super::super::person::Resident;
use super::{Shared, concerns, is_hidden_from};
use crate::error::OfficeError;
use db::{Conn, Sql};
use law::Date;

/// Whoever stood at any time for a person, or for the head of the household.
pub(super) const STOOD_FOR: Sql = Sql {
    name: "registry.support.stood_for",
    text: concat!(
        "select distinct f.representative_id from registry_slot r join representative_fact f on f.subject = r.slot_id \
         where r.topic = 'representative' and f.representative_id is not null and (r.person_id = $2 or r.person_id in \
         (select h.head_person_id from household_fact h where h.subject = $1 and ",
        stands!("h", "$3"),
        ")) order by 1"
    ),
};

pub(super) const ADDRESSES: Sql = Sql {
    name: "registry.support.addresses",
    text: "select distinct address from resident_fact where subject = $1 order by 1",
};

/// As [`concerns`], of a paper that was kept with its place: the place may be one that is hidden by now, of a home the person
/// has left or of somebody who stood for them when it was made.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn kept_concerns(
    conn: &mut Conn,
    whose: (i64, i64),
    place: &[String],
    on: Date,
) -> Result<bool, OfficeError> {
    Ok(concerns(conn, whose, on)? || tells_any_home(conn, whose, place, on)?)
}

/// Whether a place that was written down is one that is hidden on a day or later: of a home the person has or has left, or of
/// somebody who stands or stood for them or the household.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn tells_any_home(
    conn: &mut Conn,
    whose: (i64, i64),
    place: &[String],
    on: Date,
) -> Result<bool, OfficeError> {
    if tells_home(conn, whose.1, place, on)? {
        return Ok(true);
    }
    let params = [whose.0.into(), whose.1.into(), on.into()];
    for stood in conn.query(&STOOD_FOR, &params, |row| row.int(0))? {
        if is_hidden_from(conn, stood, on)? {
            let all = conn.query(&ADDRESSES, &[stood.into()], |row| row.text(0))?;
            if all.iter().any(|address| stands_in(place, address)) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Whether an address is a line of a place, alone or with 方書 behind it.
fn stands_in(place: &[String], address: &str) -> bool {
    let told = |line: &String| {
        let rest = line.strip_prefix(address);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    !address.is_empty() && place.iter().any(told)
}

/// Whether a place that was written down is one of a person's records whose address is not to be shown on a day or later.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn tells_home(
    conn: &mut Conn,
    person_id: i64,
    place: &[String],
    on: Date,
) -> Result<bool, OfficeError> {
    let shared = Shared::of(conn, person_id, on)?;
    if shared.records.is_empty() {
        return Ok(false);
    }
    let records = timeline::<Resident>(conn, person_id, None)?;
    let mut here = records
        .iter()
        .filter(|record| stands_in(place, &record.fact.address))
        .peekable();
    // An address that another record shows is the person's own.
    Ok(here.peek().is_some() && here.all(|record| shared.hides(record)))
}
