//! 秘匿の一覧 — whose papers may give away a hidden address, of a whole city at once: what [`super::support::concerns`] asks of one
//! paper, read once for a run of many.

use super::hidden;
use crate::error::OfficeError;
use db::{Conn, Sql};
use law::Date;
use std::collections::BTreeSet;

const ALL: Sql = Sql {
    name: "registry.support.concerned",
    text: concat!(
        "with ",
        hidden::concerned!("$1"),
        " select cast(0 as bigint), person_id from touched union select cast(1 as bigint), household_id from concerned \
         order by 1, 2"
    ),
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[ALL];

/// Everybody and every household whose papers may give away an address that is hidden on a day or later.
#[derive(Debug, Default)]
pub struct Concerned {
    people: BTreeSet<i64>,
    households: BTreeSet<i64>,
}

impl Concerned {
    /// As they stand on a day or later.
    ///
    /// # Errors
    /// [`OfficeError::Store`].
    pub fn on(conn: &mut Conn, day: Date) -> Result<Self, OfficeError> {
        let mut all = Self::default();
        for (of_household, number) in
            conn.query(&ALL, &[day.into()], |row| Ok((row.flag(0)?, row.int(1)?)))?
        {
            match of_household {
                true => all.households.insert(number),
                false => all.people.insert(number),
            };
        }
        Ok(all)
    }

    /// Whether a paper of a household, or of one person, is among them.
    #[must_use]
    pub fn has(&self, (household_id, person_id): (i64, i64)) -> bool {
        self.people.contains(&person_id) || self.households.contains(&household_id)
    }
}
