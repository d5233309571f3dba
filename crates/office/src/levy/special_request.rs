//! 特別徴収の依頼額 — what the ledger asks of one pension payment, held against what was taken.

use super::special::BASE;
use crate::error::OfficeError;
use db::{Conn, Sql};
use law::{FiscalYear, Yen};
use std::collections::BTreeMap;

const WITHHELD: Sql = Sql {
    name: "levy.special.withheld",
    text: "select household_id, debtor_id, \
           cast(sum(case when debit = 1 then medical_yen + support_yen + care_yen + child_yen \
           else -(medical_yen + support_yen + care_yen + child_yen) end) as bigint) \
           from ledger where levy_year = $1 and instalment = $2 and method = 2 \
           and ((debit = 1 and credit = 2) or (debit = 2 and credit = 1)) \
           group by household_id, debtor_id order by household_id, debtor_id",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[WITHHELD];

/// One head's withholding of one pension payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// 国保世帯番号.
    pub household_id: i64,
    /// 納付義務者.
    pub liable_id: i64,
    /// Amount.
    pub yen: Yen,
}

/// 特別徴収の依頼額 — what the ledger says one pension payment is to take, head by head. A head whose
/// withholding was stopped is listed with zero, so that a stop can be sent.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn requests(
    conn: &mut Conn,
    year: FiscalYear,
    month: i64,
) -> Result<Vec<Request>, OfficeError> {
    let params = [i64::from(year.0).into(), (BASE + month).into()];
    Ok(conn.query(&WITHHELD, &params, |row| {
        Ok(Request {
            household_id: row.int(0)?,
            liable_id: row.int(1)?,
            yen: Yen(row.int(2)?),
        })
    })?)
}

/// 依頼と結果の突合 — heads of whom the pension payer reports another amount than was asked for: household, head,
/// asked, taken.
#[must_use]
pub fn reconcile(asked: &[Request], taken: &[Request]) -> Vec<(i64, i64, Yen, Yen)> {
    let mut both: BTreeMap<(i64, i64), (Yen, Yen)> = BTreeMap::new();
    for one in asked {
        both.entry((one.household_id, one.liable_id)).or_default().0 += one.yen;
    }
    for one in taken {
        both.entry((one.household_id, one.liable_id)).or_default().1 += one.yen;
    }
    both.into_iter()
        .filter(|(_, (asked, taken))| asked != taken)
        .map(|((household_id, liable_id), (asked, taken))| (household_id, liable_id, asked, taken))
        .collect()
}
