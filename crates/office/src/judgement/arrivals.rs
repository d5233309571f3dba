//! 国外転入 — when those who ever came from abroad were residents here.
//!
//! 根拠: 国民健康保険法施行令 第29条の3第1項第5号

use crate::error::OfficeError;
use crate::registry::Status;
use db::{Conn, Sql, Value};
use law::judgement::{PersonFacts, Stay};
use law::{Date, Span};
use std::collections::BTreeMap;

/// 異動事由 02 国外転入等, of the records of the residents' register.
const STAYS: Sql = Sql {
    name: "judgement.load.stays",
    text: "select r.subject, r.valid_from, r.valid_until, r.resident_since, \
           (select count(*) from resident_detail_fact d where d.subject = r.subject and d.move_cause = '02' \
           and d.valid_from = r.valid_from and d.recorded_at <= $3 \
           and (d.superseded_at is null or d.superseded_at > $3)) from resident_fact r \
           where r.status = $4 and r.recorded_at <= $3 and (r.superseded_at is null or r.superseded_at > $3) \
           and r.subject in (select subject from insured_fact where household_id >= $1 and household_id < $2 \
           union select head_person_id from household_fact where subject >= $1 and subject < $2 \
           union select subject from former_insured_fact where household_id >= $1 and household_id < $2) \
           and exists (select 1 from resident_detail_fact d where d.subject = r.subject and d.move_cause = '02' \
           and d.recorded_at <= $3 and (d.superseded_at is null or d.superseded_at > $3)) \
           order by r.subject, r.valid_from, r.fact_no",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[STAYS];

/// One record of a resident: its days, 住民となった日, and whether 国外転入 brought it about.
struct Record {
    span: Span,
    since: Option<Date>,
    from_abroad: bool,
}

/// Gives the people of a stretch of households (`keys`: from, until, moment) their stays.
pub(super) fn put(
    conn: &mut Conn,
    keys: &[Value],
    people: &mut BTreeMap<i64, PersonFacts>,
) -> Result<(), OfficeError> {
    let mut params = keys.to_vec();
    params.push(Status::Resident.code().into());
    let mut since: BTreeMap<i64, Option<Date>> = BTreeMap::new();
    conn.for_each::<OfficeError>(&STAYS, &params, |row| {
        let id = row.int(0)?;
        let record = Record {
            span: Span {
                from: row.date(1)?,
                until: row.opt_date(2)?,
            },
            since: row.opt_date(3)?,
            from_abroad: row.int(4)? > 0,
        };
        if let Some(person) = people.get_mut(&id) {
            let before = since.insert(id, record.since);
            add(&mut person.stays, &record, before.flatten());
        }
        Ok(())
    })?;
    Ok(())
}

/// A record goes on with the stay before it, unless it is one of 国外転入 or has another 住民となった日.
fn add(stays: &mut Vec<Stay>, record: &Record, before: Option<Date>) {
    let anew = record.from_abroad || record.since != before;
    match stays.last_mut() {
        Some(stay) if !anew && stay.span.until == Some(record.span.from) => {
            stay.span.until = record.span.until;
        }
        _ => stays.push(Stay {
            span: Span {
                from: record.since.unwrap_or(record.span.from),
                until: record.span.until,
            },
            from_abroad: record.from_abroad,
        }),
    }
}
