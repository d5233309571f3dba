//! 在留期間, 修学の終わり, and whose papers go elsewhere — read for a stretch of households.

use super::view::Stay;
use super::wish::Destination;
use crate::eligibility::status::StayRenewal;
use crate::error::OfficeError;
use crate::registry::destination::{AddressOrigin, address_known};
use db::{Conn, Row, Sql, StoreError};
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
/// Of a stay the application that was recorded last; its days do not matter, for the stay it is about is named.
const RENEWALS: Sql = Sql {
    name: "certificate.stay.renewals",
    text: "select subject, stay_until, applied_on, refused_on, reported_on from stay_renewal_fact \
           where subject in (select subject from insured_fact where household_id >= $1 and household_id < $2) \
           and recorded_at <= $3 and (superseded_at is null or superseded_at > $3) order by subject, fact_no",
};
/// Of whom nothing was known yet has no papers that go anywhere.
const ELSEWHERE: Sql = Sql {
    name: "certificate.stay.elsewhere",
    text: "select distinct person_id from registry_slot where topic in ('destination', 'representative') and (\
           person_id in (select subject from insured_fact where household_id >= $1 and household_id < $2) \
           or person_id in (select head_person_id from household_fact where subject >= $1 and subject < $2)) \
           and exists (select 1 from resident_fact r where r.subject = person_id and r.recorded_at <= $3 \
           and (r.superseded_at is null or r.superseded_at > $3)) order by person_id",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[STUDENTS, STAYS, RENEWALS, ELSEWHERE];

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
    // 特例期間: an application made in time carries the stay on. One about another 満了日 has had its answer.
    let params = [from.into(), until.into(), known_at.into()];
    let mut over: BTreeMap<(i64, Date), Date> = BTreeMap::new();
    for (person, renewal) in conn.query(&RENEWALS, &params, read_renewal)? {
        if let Some(end) = renewal.stay().stays_until() {
            over.insert((person, renewal.stay_until), end);
        }
    }
    for (person, stay) in &mut found {
        let expires = stay.stay_until;
        stay.stay_until = expires.map(|on| over.get(&(*person, on)).copied().unwrap_or(on));
    }
    Ok(found)
}

fn read_renewal(row: &Row) -> Result<(i64, StayRenewal), StoreError> {
    let renewal = StayRenewal {
        stay_until: row.date(1)?,
        applied_on: row.date(2)?,
        refused_on: row.opt_date(3)?,
        reported_on: row.opt_date(4)?,
    };
    Ok((row.int(0)?, renewal))
}

/// 送付先 and those who stand for a person, as known at a moment: to whom papers go that are not sent to the registered
/// address.
pub(super) fn elsewhere(
    conn: &mut Conn,
    (from, until): (i64, i64),
    on: Date,
    known_at: i64,
) -> Result<BTreeMap<i64, Destination>, OfficeError> {
    let params = [from.into(), until.into(), known_at.into()];
    let persons = conn.query(&ELSEWHERE, &params, |row| row.int(0))?;
    let mut found = BTreeMap::new();
    for person in persons {
        let what = ("nhi", "certificate");
        let mailing = address_known(conn, person, what, on, Some(known_at))?;
        if mailing.origin == AddressOrigin::Registered {
            continue;
        }
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
