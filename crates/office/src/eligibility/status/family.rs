//! 修学中の者の世帯の転出 — a student's deemed address is that of the family: where the head of it has moved out and nobody else of it
//! lives here, the student is insured where the family went.
//!
//! 根拠: 国民健康保険法 第8条第1項・第116条

use crate::acts::Act;
use crate::error::OfficeError;
use crate::registry::follow;
use crate::worklist::{self, Candidate, NewItem};
use db::{Conn, Sql};
use law::Date;

/// Students insured on a day in the household of their family whose head has left the register otherwise than by death and is
/// not deemed to live here, and nobody else insured in it is a resident.
const LEFT: Sql = Sql {
    name: "status.family.left",
    text: "select s.subject, s.household_id, h.head_person_id, r.valid_from from student_fact s \
           join insured_fact i on i.subject = s.subject and i.household_id = s.household_id and i.superseded_at is null \
             and i.valid_from <= $1 and (i.valid_until is null or i.valid_until > $1) \
           join household_fact h on h.subject = s.household_id and h.superseded_at is null \
             and h.valid_from <= $1 and (h.valid_until is null or h.valid_until > $1) and h.head_person_id <> s.subject \
           join resident_fact r on r.subject = h.head_person_id and r.superseded_at is null and r.status = 2 \
             and r.valid_from < $1 and (r.valid_until is null or r.valid_until > $1) \
           where s.superseded_at is null and s.valid_from <= $1 and (s.valid_until is null or s.valid_until > $1) \
           and not exists (select 1 from resident_detail_fact d where d.subject = r.subject and d.superseded_at is null \
             and d.move_cause = '23' and d.valid_from <= $1 and (d.valid_until is null or d.valid_until > $1)) \
           and not exists (select 1 from facility_stay_fact f where f.subject = r.subject and f.superseded_at is null \
             and f.valid_from <= $1 and (f.valid_until is null or f.valid_until > $1)) \
           and not exists (select 1 from student_fact o where o.subject = r.subject and o.superseded_at is null \
             and o.valid_from <= $1 and (o.valid_until is null or o.valid_until > $1)) \
           and not exists (select 1 from insured_fact o join resident_fact p on p.subject = o.subject \
             and p.superseded_at is null and p.status = 1 \
             and p.valid_from <= $1 and (p.valid_until is null or p.valid_until > $1) \
             where o.household_id = s.household_id and o.subject <> s.subject and o.superseded_at is null \
             and o.valid_from <= $1 and (o.valid_until is null or o.valid_until > $1)) \
           order by s.subject",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[LEFT];

/// Every student whose family has left made a candidate of a 喪失 by the family's move, under an act: how many, and how many are
/// new. Where no event tells of the move it is taken for one out of the prefecture, on the day on which the record ended.
///
/// # Errors
/// [`OfficeError::Store`].
pub(crate) fn left_within(conn: &mut Conn, act: &Act, on: Date) -> Result<(i64, i64), OfficeError> {
    let read = |row: &db::Row<'_>| Ok((row.int(0)?, row.int(1)?, row.int(2)?, row.date(3)?));
    let mut items: Vec<NewItem> = Vec::new();
    for (person_id, household_id, head, ended_on) in conn.query(&LEFT, &[on.into()], read)? {
        let told = follow::leavings(conn, head)?.into_iter();
        let last = told.max_by_key(|leaving| leaving.candidate.occurred_on);
        let (cause, left_on) = last.map_or(("moved_out".to_owned(), ended_on), |leaving| {
            (leaving.candidate.cause, leaving.candidate.occurred_on)
        });
        if !cause.starts_with("moved_out") {
            continue;
        }
        let candidate = Candidate {
            person_id,
            household_id: Some(household_id),
            cause,
            occurred_on: left_on,
            elsewhere_from: None,
            reported_on: None,
            told_by: "修学中の者の世帯の転出".to_owned(),
        };
        let title =
            "修学中の者の世帯が転出した: 世帯の移った先の被保険者となるため、喪失を確かめる";
        items.push(candidate.item(&format!("student/family/{left_on}"), title, on));
    }
    let found = i64::try_from(items.len()).unwrap_or(i64::MAX);
    Ok((found, worklist::open_all(conn, act, &items)?))
}
