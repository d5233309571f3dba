//! 住民票の世帯員 — who is in one household of the residents' register, so that a family can be registered at once.

use crate::error::OfficeError;
use db::{Conn, Sql};
use law::Date;

const TOGETHER: Sql = Sql {
    name: "registry.cohabitants.together",
    text: "select distinct subject from resident_fact where register_household = $1 and superseded_at is null \
           and valid_from <= $2 and (valid_until is null or valid_until > $2) order by subject",
};

/// What [`super::support::is_hidden_from`] asks of one, asked the other way round.
const LIVING_WITH: Sql = Sql {
    name: "registry.cohabitants.living_with",
    text: "select o.subject from resident_fact p join resident_fact o on o.register_household = p.register_household \
           where p.subject = $1 and p.superseded_at is null and (p.valid_until is null or p.valid_until > $2) \
           and o.superseded_at is null and (o.valid_until is null or o.valid_until > $2) union \
           select i.subject from insured_fact p join insured_fact i on i.household_id = p.household_id \
           where p.subject = $1 and p.superseded_at is null and (p.valid_until is null or p.valid_until > $2) \
           and i.superseded_at is null and (i.valid_until is null or i.valid_until > $2) union \
           select h.head_person_id from insured_fact p join household_fact h on h.subject = p.household_id \
           where p.subject = $1 and p.superseded_at is null and (p.valid_until is null or p.valid_until > $2) \
           and h.superseded_at is null and (h.valid_until is null or h.valid_until > $2) union \
           select i.subject from household_fact h join insured_fact i on i.household_id = h.subject \
           where h.head_person_id = $1 and h.superseded_at is null and (h.valid_until is null or h.valid_until > $2) \
           and i.superseded_at is null and (i.valid_until is null or i.valid_until > $2) order by 1",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[TOGETHER, LIVING_WITH];

/// Everyone of a household of the residents' register on a day, by 宛名番号.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn together(
    conn: &mut Conn,
    register_household: i64,
    on: Date,
) -> Result<Vec<i64>, OfficeError> {
    let params = [register_household.into(), on.into()];
    Ok(conn.query(&TOGETHER, &params, |row| row.int(0))?)
}

/// Those whose address is that of a person, on a day or later.
///
/// # Errors
/// [`OfficeError::Store`].
pub(crate) fn living_with(
    conn: &mut Conn,
    person_id: i64,
    on: Date,
) -> Result<Vec<i64>, OfficeError> {
    let mut found = conn.query(&LIVING_WITH, &[person_id.into(), on.into()], |row| {
        row.int(0)
    })?;
    found.retain(|one| *one != person_id);
    Ok(found)
}
