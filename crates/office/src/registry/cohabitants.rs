//! 住民票の世帯員 — who is in one household of the residents' register, so that a family can be registered at once.

use crate::error::OfficeError;
use db::{Conn, Sql};
use law::Date;

const TOGETHER: Sql = Sql {
    name: "registry.cohabitants.together",
    text: "select distinct subject from resident_fact where register_household = $1 and superseded_at is null \
           and valid_from <= $2 and (valid_until is null or valid_until > $2) order by subject",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[TOGETHER];

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
