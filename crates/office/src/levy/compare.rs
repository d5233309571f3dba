//! 比較 — two runs side by side: totals, and the households whose amounts differ.

use super::candidate::read_outcome;
use super::decide::Outcome;
use crate::error::OfficeError;
use crate::ledger::Parts;
use db::{Conn, Sql};
use law::Yen;

const TOTALS: Sql = Sql {
    name: "levy.compare.totals",
    text: "select count(*), coalesce(cast(sum(medical_yen) as bigint), 0), \
           coalesce(cast(sum(support_yen) as bigint), 0), coalesce(cast(sum(care_yen) as bigint), 0), \
           coalesce(cast(sum(child_yen) as bigint), 0), coalesce(cast(sum(over_cap_yen) as bigint), 0) \
           from levy_candidate where run_id = $1",
};
const BY_TIER: Sql = Sql {
    name: "levy.compare.by_tier",
    text: "select tenths, count(*), \
           cast(sum(medical_yen + support_yen + care_yen + child_yen) as bigint) \
           from levy_candidate where run_id = $1 group by tenths order by tenths desc",
};
const CHANGED: Sql = Sql {
    name: "levy.compare.changed",
    text: "select a.household_id, a.liable_id, a.tenths, a.months, a.flags, a.medical_yen, a.support_yen, \
           a.care_yen, a.child_yen, a.over_cap_yen, a.input_digest, \
           b.household_id, b.liable_id, b.tenths, b.months, b.flags, b.medical_yen, b.support_yen, b.care_yen, \
           b.child_yen, b.over_cap_yen, b.input_digest \
           from (select household_id, liable_id from levy_candidate where run_id = $1 and household_id > $3 \
                 union select household_id, liable_id from levy_candidate where run_id = $2 and household_id > $3) as k \
           left join levy_candidate a on a.run_id = $1 and a.household_id = k.household_id and a.liable_id = k.liable_id \
           left join levy_candidate b on b.run_id = $2 and b.household_id = k.household_id and b.liable_id = k.liable_id \
           where a.run_id is null or b.run_id is null or a.medical_yen <> b.medical_yen \
           or a.support_yen <> b.support_yen or a.care_yen <> b.care_yen or a.child_yen <> b.child_yen \
           or a.tenths <> b.tenths or a.months <> b.months \
           order by k.household_id, k.liable_id limit $4",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[TOTALS, BY_TIER, CHANGED];

/// Totals of one run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Liable persons with a levy.
    pub households: i64,
    /// Sums by component.
    pub parts: Parts,
    /// 限度超過額.
    pub over_cap: Yen,
    /// Tenths, number and yen of each tier, strongest first.
    pub tiers: Vec<(i64, i64, Yen)>,
}

/// Totals of a run's candidates.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn totals(conn: &mut Conn, run_id: i64) -> Result<Totals, OfficeError> {
    let mut totals = conn.query_one(&TOTALS, &[run_id.into()], |row| {
        Ok(Totals {
            households: row.int(0)?,
            parts: Parts::from_columns([
                Yen(row.int(1)?),
                Yen(row.int(2)?),
                Yen(row.int(3)?),
                Yen(row.int(4)?),
            ]),
            over_cap: Yen(row.int(5)?),
            tiers: Vec::new(),
        })
    })?;
    totals.tiers = conn.query(&BY_TIER, &[run_id.into()], |row| {
        Ok((row.int(0)?, row.int(1)?, Yen(row.int(2)?)))
    })?;
    Ok(totals)
}

/// A liable person whose result differs between two runs; absent where a run has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// In the first run.
    pub before: Option<Outcome>,
    /// In the second run.
    pub after: Option<Outcome>,
}

/// The differences between two runs, by household number, after `after_household`; at most `limit` rows.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn changed(
    conn: &mut Conn,
    first: i64,
    second: i64,
    after_household: i64,
    limit: i64,
) -> Result<Vec<Changed>, OfficeError> {
    let params = [
        first.into(),
        second.into(),
        after_household.into(),
        limit.into(),
    ];
    Ok(conn.query(&CHANGED, &params, |row| {
        let side = |at: usize| match row.opt_int(at)? {
            Some(_) => read_outcome(row, at).map(Some),
            None => Ok(None),
        };
        Ok(Changed {
            before: side(0)?,
            after: side(11)?,
        })
    })?)
}
