//! 在留期間, 修学の終わり, and whose papers go elsewhere — read for a stretch of households.

use super::view::Stay;
use super::wish::Destination;
use crate::error::OfficeError;
use crate::registry::destination::address_for;
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
const STAYS: Sql = Sql {
    name: "certificate.stay.stays",
    text: "select subject, stay_until from resident_detail_fact \
           where subject in (select subject from insured_fact where household_id >= $1 and household_id < $2) \
           and recorded_at <= $3 and (superseded_at is null or superseded_at > $3) \
           and valid_from <= $4 and (valid_until is null or valid_until > $4) and stay_until is not null \
           order by subject",
};
const ELSEWHERE: Sql = Sql {
    name: "certificate.stay.elsewhere",
    text: "select distinct person_id from registry_slot where topic in ('destination', 'representative') and (\
           person_id in (select subject from insured_fact where household_id >= $1 and household_id < $2) \
           or person_id in (select head_person_id from household_fact where subject >= $1 and subject < $2)) \
           order by person_id",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[STUDENTS, STAYS, ELSEWHERE];

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
    for (person, end) in conn.query(&STAYS, &params, |row| Ok((row.int(0)?, row.date(1)?)))? {
        found.entry(person).or_default().stay_until = Some(end);
    }
    Ok(found)
}

/// 送付先 and those who stand for a person: to whom papers go that are not sent to the registered address.
pub(super) fn elsewhere(
    conn: &mut Conn,
    (from, until): (i64, i64),
    on: Date,
) -> Result<BTreeMap<i64, Destination>, OfficeError> {
    let persons = conn.query(&ELSEWHERE, &[from.into(), until.into()], |row| row.int(0))?;
    let mut found = BTreeMap::new();
    for person in persons {
        let mailing = address_for(conn, person, "nhi", "certificate", on)?;
        let mut address = vec![mailing.address];
        if !mailing.building.is_empty() {
            address.push(mailing.building);
        }
        if let Some(about) = &mailing.about {
            address.push(format!("（{about}様分）"));
        }
        let destination = Destination {
            postal_code: mailing.postal_code,
            address,
            addressee: mailing.addressee,
        };
        found.insert(person, destination);
    }
    Ok(found)
}
