//! みなし住所 — who has the address here that counts for the insurance: a resident, or whose 住民票 is elsewhere for a school or a
//! facility; not whoever lives in a facility here and is another municipality's insured.
//!
//! 根拠: 国民健康保険法 第5条・第116条・第116条の2

use crate::error::OfficeError;
use db::{Conn, Sql};
use law::Date;

const HERE: Sql = Sql {
    name: "eligibility.deemed.here",
    text: "select (select l.birth_on from resident_fact l where l.subject = r.subject and l.superseded_at is null \
           order by l.valid_from desc limit 1) from resident_fact r where r.subject = $1 and r.superseded_at is null \
           and r.valid_from <= $2 and (r.valid_until is null or r.valid_until > $2) \
           and not exists (select 1 from facility_stay_fact f where f.subject = r.subject \
             and f.superseded_at is null and f.insurer <> $3 \
             and f.valid_from <= $2 and (f.valid_until is null or f.valid_until > $2)) \
           and (r.status = 1 or exists (select 1 from student_fact s where s.subject = r.subject \
             and s.superseded_at is null and s.valid_from <= $2 and (s.valid_until is null or s.valid_until > $2)) \
           or exists (select 1 from facility_stay_fact f where f.subject = r.subject and f.superseded_at is null \
             and f.valid_from <= $2 and (f.valid_until is null or f.valid_until > $2))) \
           and not (r.status = 2 and exists (select 1 from resident_detail_fact d where d.subject = r.subject \
             and d.superseded_at is null and d.move_cause = '23' \
             and d.valid_from <= $2 and (d.valid_until is null or d.valid_until > $2)))",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[HERE];

/// 生年月日 by the latest record of somebody whose address counts as here on a day; none of anybody else. `own` is this municipality.
///
/// # Errors
/// [`OfficeError::Store`].
pub(super) fn born_of_here(
    conn: &mut Conn,
    own: &str,
    person_id: i64,
    on: Date,
) -> Result<Option<Date>, OfficeError> {
    let params = [person_id.into(), on.into(), own.into()];
    let found = conn.query(&HERE, &params, |row| row.date(0))?;
    Ok(found.first().copied())
}
