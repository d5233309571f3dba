//! 受付の一覧 — what was received where.

use crate::error::OfficeError;
use crate::security::seat;
use db::{Conn, Sql};
use law::Date;

const RECEIVED: Sql = Sql {
    name: "eligibility.figures.received",
    text: "select e.event_id, a.terminal, a.staff_id, e.cause, e.person_id, e.household_id, e.occurred_on, e.reported_on, \
           coalesce((select s.note from act s where s.kind = 'counter.sit' and s.staff_id = a.staff_id \
           and s.terminal = a.terminal and s.business_date = a.business_date and s.act_id < a.act_id \
           order by s.act_id desc limit 1), (select p.ward from staff_post_fact p where p.subject = a.staff_id \
           and p.superseded_at is null and p.valid_from <= a.business_date \
           and (p.valid_until is null or p.valid_until > a.business_date)), \
           (select f.ward from staff f where f.staff_id = a.staff_id), '') \
           from eligibility_event e join act a on a.act_id = e.act_id where a.business_date = $1 and e.origin = 1 \
           order by e.event_id",
};
/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[RECEIVED];

/// 受付 — one event as a counter received it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reception {
    /// The event.
    pub event_id: i64,
    /// 端末.
    pub terminal: String,
    /// 窓口拠点: where whoever received it sat; empty for 本庁.
    pub place: String,
    /// Member of staff.
    pub staff_id: i64,
    /// 事由.
    pub cause: String,
    /// 宛名番号.
    pub person_id: Option<i64>,
    /// 国保世帯.
    pub household_id: Option<i64>,
    /// 異動日.
    pub occurred_on: Date,
    /// 届出日.
    pub reported_on: Option<Date>,
}

/// What was registered on a business day, at one counter — the name of a place, `本庁` for the main office — or at all.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn receptions(
    conn: &mut Conn,
    business_date: Date,
    place: Option<&str>,
) -> Result<Vec<Reception>, OfficeError> {
    let all = conn.query(&RECEIVED, &[business_date.into()], |row| {
        // A post with several places stands here only for what was done without a session: at its first.
        let sat = seat::places(&row.text(8)?).into_iter().next();
        Ok(Reception {
            event_id: row.int(0)?,
            terminal: row.text(1)?,
            place: sat.unwrap_or_default(),
            staff_id: row.int(2)?,
            cause: row.text(3)?,
            person_id: row.opt_int(4)?,
            household_id: row.opt_int(5)?,
            occurred_on: row.date(6)?,
            reported_on: row.opt_date(7)?,
        })
    })?;
    let wanted = |one: &Reception| place.is_none_or(|place| seat::name_ja(&one.place) == place);
    Ok(all.into_iter().filter(wanted).collect())
}
