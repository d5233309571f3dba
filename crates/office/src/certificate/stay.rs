//! 在留期間と修学の終わり, read for a stretch of households.

use super::view::Stay;
use crate::error::OfficeError;
use db::{Conn, Sql};
use law::Date;
use std::collections::BTreeMap;

const STUDENTS: Sql = Sql {
    name: "certificate.stay.students",
    text: "select subject, course_end_on from student_fact \
           where subject in (select subject from insured_fact where household_id >= $1 and household_id < $2) \
           and recorded_at <= $3 and (superseded_at is null or superseded_at > $3) \
           and valid_from <= $4 and (valid_until is null or valid_until > $4) order by subject",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[STUDENTS];

/// By 宛名番号; who has neither is not named.
pub(super) fn stays(
    conn: &mut Conn,
    (from, until): (i64, i64),
    on: Date,
    known_at: i64,
) -> Result<BTreeMap<i64, Stay>, OfficeError> {
    let params = [from.into(), until.into(), known_at.into(), on.into()];
    let mut found: BTreeMap<i64, Stay> = BTreeMap::new();
    for (person, end) in conn.query(&STUDENTS, &params, |row| Ok((row.int(0)?, row.date(1)?)))? {
        found.entry(person).or_default().student_until = Some(end);
    }
    Ok(found)
}
