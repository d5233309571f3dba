//! 資格の統計 — how many are insured month by month, and how that came about: begin, gains, losses, end.

use crate::error::OfficeError;
use db::{Conn, Sql};
use law::{Date, FiscalYear};
use std::collections::BTreeMap;

const INSURED: Sql = Sql {
    name: "eligibility.statistics.insured",
    text: "select count(*), count(distinct household_id) from insured_fact where superseded_at is null \
           and valid_from <= $1 and (valid_until is null or valid_until > $1)",
};
const BEGUN: Sql = Sql {
    name: "eligibility.statistics.begun",
    text: "select gain_cause, count(*) from insured_fact f where superseded_at is null \
           and valid_from >= $1 and valid_from < $2 and not exists (select 1 from insured_fact b \
           where b.subject = f.subject and b.superseded_at is null and b.valid_until = f.valid_from) \
           group by gain_cause order by gain_cause",
};
const ENDED: Sql = Sql {
    name: "eligibility.statistics.ended",
    text: "select coalesce(loss_cause, ''), count(*) from insured_fact f where superseded_at is null \
           and valid_until >= $1 and valid_until < $2 and not exists (select 1 from insured_fact a \
           where a.subject = f.subject and a.superseded_at is null and a.valid_from = f.valid_until) \
           group by coalesce(loss_cause, '') order by 1",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[INSURED, BEGUN, ENDED];

/// One month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Month {
    /// Its first day.
    pub month: Date,
    /// 被保険者数 at the end of the month before.
    pub before: i64,
    /// 取得 by the code of the cause. A change of household inside the municipality is none.
    pub gained: BTreeMap<String, i64>,
    /// 喪失 by the code of the cause.
    pub lost: BTreeMap<String, i64>,
    /// 被保険者数 at the end of the month.
    pub insured: i64,
    /// 世帯数 at the end of the month.
    pub households: i64,
}

impl Month {
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
pub fn monthly(conn: &mut Conn, year: FiscalYear) -> Result<Vec<Month>, OfficeError> {
    let mut months = Vec::new();
    for index in 0..12 {
        let (first, next) = (year.month_start(index), year.month_start(index + 1));
        let (before, _) = insured(conn, law::date::previous_day(first))?;
        let (end, households) = insured(conn, law::date::previous_day(next))?;
        let days = [first.into(), next.into()];
        let mut by = |sql: &Sql| {
            let rows = conn.query(sql, &days, |row| Ok((row.text(0)?, row.int(1)?)))?;
            Ok::<BTreeMap<String, i64>, OfficeError>(rows.into_iter().collect())
        };
        let month = Month {
            month: first,
            before,
            gained: by(&BEGUN)?,
            lost: by(&ENDED)?,
            insured: end,
            households,
        };
        if !month.balances() {
            return Err(OfficeError::Bug(format!(
                "{first}の月の被保険者数が取得・喪失と合いません: {month:?}"
            )));
        }
        months.push(month);
    }
    Ok(months)
}

fn insured(conn: &mut Conn, on: Date) -> Result<(i64, i64), OfficeError> {
    Ok(conn.query_one(&INSURED, &[on.into()], |row| Ok((row.int(0)?, row.int(1)?)))?)
}
