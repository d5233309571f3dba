//! 資格の集計と一覧 — how many were insured and why they came and went, and what was received where.

use crate::error::OfficeError;
use crate::security::seat;
use db::{Conn, Row, Sql, StoreError};
use law::Date;
use law::date::{next_day, previous_day};

const INSURED_ON: Sql = Sql {
    name: "eligibility.figures.insured_on",
    text: "select count(*) from insured_fact where valid_from <= $1 and (valid_until is null or valid_until > $1) \
           and recorded_at <= $2 and (superseded_at is null or superseded_at > $2)",
};
const GAINED: Sql = Sql {
    name: "eligibility.figures.gained",
    text: "select i.gain_cause, count(*) from insured_fact i where i.valid_from >= $1 and i.valid_from < $2 \
           and i.recorded_at <= $3 and (i.superseded_at is null or i.superseded_at > $3) \
           and not exists (select 1 from insured_fact b where b.subject = i.subject and b.valid_until = i.valid_from \
             and b.loss_cause is null and b.recorded_at <= $3 and (b.superseded_at is null or b.superseded_at > $3)) \
           group by i.gain_cause order by i.gain_cause",
};
const LOST: Sql = Sql {
    name: "eligibility.figures.lost",
    text: "select coalesce(i.loss_cause, ''), count(*) from insured_fact i \
           where i.valid_until >= $1 and i.valid_until < $2 \
           and i.recorded_at <= $3 and (i.superseded_at is null or i.superseded_at > $3) \
           and not (i.loss_cause is null and exists (select 1 from insured_fact n where n.subject = i.subject \
             and n.valid_from = i.valid_until and n.recorded_at <= $3 \
             and (n.superseded_at is null or n.superseded_at > $3))) \
           group by coalesce(i.loss_cause, '') order by 1",
};
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
pub const STATEMENTS: &[Sql] = &[INSURED_ON, GAINED, LOST, RECEIVED];

/// 事由コード and how many.
pub type ByCause = Vec<(String, i64)>;

/// 被保険者数と増減 of one month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthFigures {
    /// First day of the month.
    pub month: Date,
    /// 前月末 insured.
    pub before: i64,
    /// 取得, by code; a change of household is none.
    pub gained: ByCause,
    /// 喪失, by code; empty where a loaded span names none.
    pub lost: ByCause,
    /// 月末 insured.
    pub after: i64,
}

impl MonthFigures {
    /// 前月末 + 取得 − 喪失 = 月末.
    #[must_use]
    pub fn ties(&self) -> bool {
        let sum = |causes: &ByCause| causes.iter().map(|one| one.1).sum::<i64>();
        self.before + sum(&self.gained) - sum(&self.lost) == self.after
    }
}

/// The figures of the month that holds a day, as known at a moment (`None`: now): from dated spans alone, so that those
/// of any past month can be made again as they were.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn month_figures(
    conn: &mut Conn,
    on: Date,
    known_at: Option<i64>,
) -> Result<MonthFigures, OfficeError> {
    let month = on.first_of_month();
    let last = month.last_of_month();
    let known = known_at.unwrap_or(i64::MAX);
    let stretch = [month.into(), next_day(last).into(), known.into()];
    let read = |row: &Row<'_>| Ok::<_, StoreError>((row.text(0)?, row.int(1)?));
    Ok(MonthFigures {
        month,
        before: insured_on(conn, previous_day(month), known_at)?,
        gained: conn.query(&GAINED, &stretch, read)?,
        lost: conn.query(&LOST, &stretch, read)?,
        after: insured_on(conn, last, known_at)?,
    })
}

/// How many are insured on a day, as known at a moment (`None`: now).
///
/// # Errors
/// [`OfficeError::Store`].
pub fn insured_on(conn: &mut Conn, on: Date, known_at: Option<i64>) -> Result<i64, OfficeError> {
    let params = [on.into(), known_at.unwrap_or(i64::MAX).into()];
    Ok(conn.query_one(&INSURED_ON, &params, |row| row.int(0))?)
}

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
