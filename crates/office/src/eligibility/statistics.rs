//! 資格の統計 — how many are insured month by month, and how that came about: begin, gains, losses, end.

use crate::error::OfficeError;
use db::{Conn, Sql};
use law::date::{next_day, previous_day};
use law::{Date, FiscalYear};
use std::collections::BTreeMap;

const INSURED: Sql = Sql {
    name: "eligibility.statistics.insured",
    text: "select count(*), count(distinct household_id) from insured_fact where valid_from <= $1 \
           and (valid_until is null or valid_until > $1) \
           and recorded_at <= $2 and (superseded_at is null or superseded_at > $2)",
};
const BEGUN: Sql = Sql {
    name: "eligibility.statistics.begun",
    text: "select gain_cause, count(*) from insured_fact f where valid_from >= $1 and valid_from < $2 \
           and recorded_at <= $3 and (superseded_at is null or superseded_at > $3) \
           and not exists (select 1 from insured_fact b where b.subject = f.subject and b.valid_until = f.valid_from \
           and b.recorded_at <= $3 and (b.superseded_at is null or b.superseded_at > $3)) \
           group by gain_cause order by gain_cause",
};
const ENDED: Sql = Sql {
    name: "eligibility.statistics.ended",
    text: "select coalesce(loss_cause, ''), count(*) from insured_fact f where valid_until >= $1 and valid_until < $2 \
           and recorded_at <= $3 and (superseded_at is null or superseded_at > $3) \
           and not exists (select 1 from insured_fact a where a.subject = f.subject and a.valid_from = f.valid_until \
           and a.recorded_at <= $3 and (a.superseded_at is null or a.superseded_at > $3)) \
           group by coalesce(loss_cause, '') order by 1",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[INSURED, BEGUN, ENDED];

/// One month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthFigures {
    /// Its first day.
    pub month: Date,
    /// 被保険者数 at the end of the month before.
    pub before: i64,
    /// 取得 by the code of the cause. A change of household inside the municipality is none, and neither is cover that ends
    /// and begins again on one day.
    pub gained: BTreeMap<String, i64>,
    /// 喪失 by the code of the cause; empty where a loaded span names none.
    pub lost: BTreeMap<String, i64>,
    /// 被保険者数 at the end of the month.
    pub insured: i64,
    /// 世帯数 at the end of the month.
    pub households: i64,
}

impl MonthFigures {
    /// Whether what was there before, what came and what went give what is there.
    #[must_use]
    pub fn balances(&self) -> bool {
        let gained: i64 = self.gained.values().sum();
        let lost: i64 = self.lost.values().sum();
        self.before + gained - lost == self.insured
    }
}

/// 月別被保険者数 of a fiscal year, as the register stands now. Every month balances, or it is refused.
///
/// # Errors
/// [`OfficeError::Bug`] when a month does not balance.
pub fn monthly(conn: &mut Conn, year: FiscalYear) -> Result<Vec<MonthFigures>, OfficeError> {
    let months = (0..12).map(|index| month(conn, year.month_start(index), None));
    months.collect()
}

/// The month that holds a day, as known at a moment (`None`: now): from dated spans alone, so that any past month can be
/// made again as it was.
///
/// # Errors
/// [`OfficeError::Bug`] when it does not balance.
pub fn month(
    conn: &mut Conn,
    on: Date,
    known_at: Option<i64>,
) -> Result<MonthFigures, OfficeError> {
    let (first, last) = (on.first_of_month(), on.last_of_month());
    let known_at = known_at.unwrap_or(i64::MAX);
    let (before, _) = insured(conn, previous_day(first), known_at)?;
    let (end, households) = insured(conn, last, known_at)?;
    let stretch = [first.into(), next_day(last).into(), known_at.into()];
    let mut by = |sql: &Sql| {
        let rows = conn.query(sql, &stretch, |row| Ok((row.text(0)?, row.int(1)?)))?;
        Ok::<BTreeMap<String, i64>, OfficeError>(rows.into_iter().collect())
    };
    let month = MonthFigures {
        month: first,
        before,
        gained: by(&BEGUN)?,
        lost: by(&ENDED)?,
        insured: end,
        households,
    };
    if month.balances() {
        return Ok(month);
    }
    Err(OfficeError::Bug(format!(
        "{first}の月の被保険者数が取得・喪失と合いません: {month:?}"
    )))
}

fn insured(conn: &mut Conn, on: Date, known_at: i64) -> Result<(i64, i64), OfficeError> {
    let params = [on.into(), known_at.into()];
    Ok(conn.query_one(&INSURED, &params, |row| Ok((row.int(0)?, row.int(1)?)))?)
}
