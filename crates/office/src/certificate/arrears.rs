//! 納付状況 — what of a household is overdue and unpaid on a day, from the ledger.

use super::propose::Proposal;
use crate::error::OfficeError;
use db::{Conn, Sql};
use law::certificate::Practice;
use law::{Date, Refusal, Yen};

/// What of the receivable is left of each instalment whose due day has passed: all postings on it, payments included.
const OVERDUE: Sql = Sql {
    name: "certificate.arrears.overdue",
    text: "select levy_year, instalment, due_on, cast(sum(case when debit = 1 then \
           medical_yen + support_yen + care_yen + child_yen else 0 end) - sum(case when credit = 1 then \
           medical_yen + support_yen + care_yen + child_yen else 0 end) as bigint) from ledger \
           where household_id = $1 and due_on < $2 group by levy_year, instalment, due_on, debtor_id, method \
           order by due_on, levy_year, instalment",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[OVERDUE];

/// 期別 that is overdue and unpaid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overdue {
    /// 相当年度.
    pub levy_year: i64,
    /// 期別.
    pub instalment: i64,
    /// 納期限.
    pub due_on: Date,
    /// What is left, in yen.
    pub left: Yen,
}

/// The instalments of a household overdue and unpaid on a day, the oldest first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn of_household(
    conn: &mut Conn,
    household_id: i64,
    practice: &Practice,
    on: Date,
) -> Result<Vec<Overdue>, OfficeError> {
    let grace = jiff::Span::new().days(i64::from(practice.arrears_days));
    let before = on.checked_sub(grace).unwrap_or(on);
    let rows = conn.query(&OVERDUE, &[household_id.into(), before.into()], |row| {
        Ok(Overdue {
            levy_year: row.int(0)?,
            instalment: row.int(1)?,
            due_on: row.date(2)?,
            left: Yen(row.int(3)?),
        })
    })?;
    Ok(rows
        .into_iter()
        .filter(|one| one.left > Yen::ZERO)
        .collect())
}

/// Whether 納付状況 is looked at before a certificate is issued. Only the recognition of the classes under 70 is withheld in
/// arrears; that of 70歳以上 (第27条の14の4・第27条の14の5) knows no such exception.
///
/// 根拠: 国民健康保険法施行規則 第27条の14の2第1項
pub(super) fn asked(practice: &Practice, proposal: &Proposal<'_>) -> bool {
    proposal.kind.arrears_check && practice.arrears_withhold && !proposal.elderly
}

/// 納付状況の確認: a household in arrears gets the certificate only with 特別の事情 and a second person's word.
///
/// 根拠: 国民健康保険法施行規則 第27条の14の2第1項
///
/// # Errors
/// A refusal that names the arrears and what is needed.
pub(super) fn check(
    practice: &Practice,
    proposal: &Proposal<'_>,
    overdue: &[Overdue],
    (circumstance, approved): (&str, bool),
) -> Result<(), Refusal> {
    let kind = proposal.kind;
    if !asked(practice, proposal) || overdue.is_empty() {
        return Ok(());
    }
    let total: Yen = overdue.iter().map(|one| one.left).sum();
    let oldest = overdue
        .first()
        .map_or_else(String::new, |one| law::era::wareki(one.due_on));
    let facts = format!(
        "納期限{oldest}から{}期分、計{total}が未納です",
        overdue.len()
    );
    if circumstance.trim().is_empty() {
        return Err(Refusal::new(
            "certificate.arrears",
            format!(
                "{facts}。{}は、特別の事情（災害・病気・廃業など）を入れ、責任者の承認を得たときに交付できます",
                kind.name_ja
            ),
        ));
    }
    if !approved {
        return Err(Refusal::new(
            "certificate.arrears.approval",
            format!(
                "{facts}。特別の事情による交付には責任者の承認が要ります。承認を求めてください"
            ),
        ));
    }
    Ok(())
}
