//! 取り消された記載 — whom the register has no record of any more: every move was taken back. What was registered because of one stands
//! until it is taken back too, and is folded, levied and judged by the day of birth that was recorded last.

use crate::error::OfficeError;
use db::{Conn, Sql};
use law::Date;
use std::collections::{BTreeMap, BTreeSet};

const LAST_BIRTH: Sql = Sql {
    name: "registry.erased.last_birth",
    text: "select birth_on from resident_fact where subject = $1 and recorded_at <= $2 \
           order by recorded_at desc, fact_no desc limit 1",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[LAST_BIRTH];

/// 生年月日 that was recorded last by a moment, whether or not it stands; none where nothing was.
///
/// # Errors
/// [`OfficeError::Store`].
pub(crate) fn last_birth(
    conn: &mut Conn,
    person_id: i64,
    known_at: i64,
) -> Result<Option<Date>, OfficeError> {
    let params = [person_id.into(), known_at.into()];
    Ok(conn.query_opt(&LAST_BIRTH, &params, |row| row.date(0))?)
}

/// [`last_birth`] of each of some people.
///
/// # Errors
/// [`OfficeError::Bug`] when nothing was ever recorded of one.
pub(crate) fn births(
    conn: &mut Conn,
    people: &BTreeSet<i64>,
    known_at: i64,
) -> Result<BTreeMap<i64, Date>, OfficeError> {
    let mut born = BTreeMap::new();
    for id in people {
        let birth_on = last_birth(conn, *id, known_at)?
            .ok_or_else(|| OfficeError::Bug(format!("宛名番号{id}の生年月日がありません")))?;
        born.insert(*id, birth_on);
    }
    Ok(born)
}
