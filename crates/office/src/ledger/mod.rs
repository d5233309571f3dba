//! 元帳 — double entry, insert only. Each row is one transfer between two accounts, so the books balance by
//! construction; balances are sums.

mod account;
mod parts;

pub use account::Account;
pub use parts::{COMPONENT_CODES, Parts};

use crate::acts::ActId;
use crate::error::OfficeError;
use db::{ColumnType, Conn, Row, Sql, StoreError};
use law::{Date, Yen};

/// 徴収方法.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(i64)]
pub enum Method {
    /// 普通徴収.
    Ordinary = 1,
    /// 特別徴収.
    Special = 2,
}

impl Method {
    /// As stored.
    ///
    /// # Errors
    /// [`OfficeError::Bug`] for an unknown code.
    pub fn read(code: i64) -> Result<Self, OfficeError> {
        match code {
            1 => Ok(Self::Ordinary),
            2 => Ok(Self::Special),
            other => Err(OfficeError::Bug(format!("徴収方法{other}を知りません"))),
        }
    }

    /// As shown.
    #[must_use]
    pub fn label_ja(self) -> &'static str {
        match self {
            Self::Ordinary => "普通徴収",
            Self::Special => "特別徴収",
        }
    }
}

/// One transfer. A decrease is a negative amount between the same accounts (赤の伝票).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Household levied.
    pub household_id: i64,
    /// 相当年度.
    pub levy_year: i16,
    /// Act that posts it.
    pub act: ActId,
    /// Decision it carries out.
    pub decision_id: i64,
    /// 納付義務者.
    pub debtor_id: i64,
    /// 調定年度.
    pub fiscal_year: i16,
    /// 期別.
    pub instalment: i64,
    /// 納期限.
    pub due_on: Date,
    /// 徴収方法.
    pub method: Method,
    /// Debit.
    pub debit: Account,
    /// Credit.
    pub credit: Account,
    /// Amounts.
    pub parts: Parts,
}

const COLUMNS: &[(&str, ColumnType)] = &[
    ("household_id", ColumnType::Int),
    ("levy_year", ColumnType::Int),
    ("entry_id", ColumnType::Int),
    ("act_id", ColumnType::Int),
    ("decision_id", ColumnType::Int),
    ("debtor_id", ColumnType::Int),
    ("fiscal_year", ColumnType::Int),
    ("instalment", ColumnType::Int),
    ("due_on", ColumnType::Text),
    ("method", ColumnType::Int),
    ("debit", ColumnType::Int),
    ("credit", ColumnType::Int),
    ("medical_yen", ColumnType::Int),
    ("support_yen", ColumnType::Int),
    ("care_yen", ColumnType::Int),
    ("child_yen", ColumnType::Int),
];

const CHARGED_BETWEEN: Sql = Sql {
    name: "ledger.charged_between",
    text: "select debtor_id, instalment, due_on, method, fiscal_year, \
           cast(sum(case when debit = 1 then medical_yen else -medical_yen end) as bigint), \
           cast(sum(case when debit = 1 then support_yen else -support_yen end) as bigint), \
           cast(sum(case when debit = 1 then care_yen else -care_yen end) as bigint), \
           cast(sum(case when debit = 1 then child_yen else -child_yen end) as bigint), household_id \
           from ledger where household_id >= $1 and household_id < $2 and levy_year = $3 \
           and ((debit = 1 and credit = 2) or (debit = 2 and credit = 1)) \
           group by household_id, debtor_id, instalment, due_on, method, fiscal_year \
           order by household_id, debtor_id, method, due_on, instalment",
};

const TRIAL_BALANCE: Sql = Sql {
    name: "ledger.trial_balance",
    text: "select debit, credit, cast(sum(medical_yen + support_yen + care_yen + child_yen) as bigint), count(*) \
           from ledger group by debit, credit order by debit, credit",
};

const ENTRIES: Sql = Sql {
    name: "ledger.entries",
    text: "select l.entry_id, l.act_id, a.business_date, a.note, l.debtor_id, l.instalment, l.debit, l.credit, \
           l.medical_yen, l.support_yen, l.care_yen, l.child_yen from ledger l join act a on a.act_id = l.act_id \
           where l.household_id = $1 and l.levy_year = $2 order by l.entry_id desc",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[CHARGED_BETWEEN, TRIAL_BALANCE, ENTRIES];

/// Posts entries in bulk; entries whose parts are all zero are left out.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn post(conn: &mut Conn, entries: &[Entry]) -> Result<u64, OfficeError> {
    post_for(conn, 0, entries)
}

/// As [`post`]; `first_decision` is added to the numbers of their decisions.
///
/// # Errors
/// [`OfficeError::Store`].
pub(crate) fn post_for(
    conn: &mut Conn,
    first_decision: i64,
    entries: &[Entry],
) -> Result<u64, OfficeError> {
    let wanted = entries.iter().filter(|entry| !entry.parts.is_zero());
    let count = i64::try_from(wanted.clone().count()).unwrap_or(i64::MAX);
    if count == 0 {
        return Ok(0);
    }
    let first = conn.next_ids("ledger", count)?;
    let mut bulk = conn.bulk("ledger", COLUMNS);
    for (id, entry) in (first..).zip(wanted) {
        let [medical, support, care, child] = entry.parts.columns();
        bulk.cells(&[
            entry.household_id.into(),
            i64::from(entry.levy_year).into(),
            id.into(),
            entry.act.0.into(),
            (first_decision + entry.decision_id).into(),
            entry.debtor_id.into(),
            i64::from(entry.fiscal_year).into(),
            entry.instalment.into(),
            entry.due_on.into(),
            (entry.method as i64).into(),
            (entry.debit as i64).into(),
            (entry.credit as i64).into(),
            medical.0.into(),
            support.0.into(),
            care.0.into(),
            child.0.into(),
        ])?;
    }
    Ok(bulk.finish()?)
}

/// What has been charged to a debtor for one instalment: the sum of levy postings, payments left aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charged {
    /// 納付義務者.
    pub debtor_id: i64,
    /// 期別.
    pub instalment: i64,
    /// 納期限.
    pub due_on: Date,
    /// 徴収方法.
    pub method: Method,
    /// 調定年度 of the latest posting.
    pub fiscal_year: i64,
    /// Amounts.
    pub parts: Parts,
}

/// The standing charges of a household and levy year by debtor and instalment.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn charged(
    conn: &mut Conn,
    household_id: i64,
    levy_year: i16,
) -> Result<Vec<Charged>, OfficeError> {
    let rows = charged_between(conn, household_id, household_id + 1, levy_year)?;
    Ok(rows.into_iter().map(|(_, charged)| charged).collect())
}

/// The standing charges of the households `from..until` in a levy year, each with its household.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn charged_between(
    conn: &mut Conn,
    from: i64,
    until: i64,
    levy_year: i16,
) -> Result<Vec<(i64, Charged)>, OfficeError> {
    let params = [from.into(), until.into(), i64::from(levy_year).into()];
    let rows = conn.query(&CHARGED_BETWEEN, &params, |row| {
        Ok((row.int(9)?, row.int(3)?, read_charged(row)?))
    })?;
    rows.into_iter()
        .map(|(household, method, mut charged)| {
            charged.method = Method::read(method)?;
            Ok((household, charged))
        })
        .collect()
}

fn read_charged(row: &Row) -> Result<Charged, StoreError> {
    Ok(Charged {
        debtor_id: row.int(0)?,
        instalment: row.int(1)?,
        due_on: row.date(2)?,
        method: Method::Ordinary,
        fiscal_year: row.int(4)?,
        parts: Parts::from_columns([
            Yen(row.int(5)?),
            Yen(row.int(6)?),
            Yen(row.int(7)?),
            Yen(row.int(8)?),
        ]),
    })
}

/// One entry as posted, for the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posted {
    /// Number.
    pub entry_id: i64,
    /// Act that posted it.
    pub act_id: i64,
    /// 業務日付 of the act.
    pub posted_on: Date,
    /// What the act says of itself.
    pub note: String,
    /// 納付義務者.
    pub debtor_id: i64,
    /// 期別 as stored.
    pub instalment: i64,
    /// 借方.
    pub debit: Account,
    /// 貸方.
    pub credit: Account,
    /// Amounts.
    pub parts: Parts,
}

/// The entries of a household and levy year, newest first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn entries(
    conn: &mut Conn,
    household_id: i64,
    levy_year: i16,
) -> Result<Vec<Posted>, OfficeError> {
    let params = [household_id.into(), i64::from(levy_year).into()];
    let rows = conn.query(&ENTRIES, &params, |row| {
        let posted = Posted {
            entry_id: row.int(0)?,
            act_id: row.int(1)?,
            posted_on: row.date(2)?,
            note: row.text(3)?,
            debtor_id: row.int(4)?,
            instalment: row.int(5)?,
            debit: Account::Receivable,
            credit: Account::LevyRevenue,
            parts: Parts::from_columns([
                Yen(row.int(8)?),
                Yen(row.int(9)?),
                Yen(row.int(10)?),
                Yen(row.int(11)?),
            ]),
        };
        Ok((row.int(6)?, row.int(7)?, posted))
    })?;
    rows.into_iter()
        .map(|(debit, credit, mut posted)| {
            posted.debit = Account::read(debit)?;
            posted.credit = Account::read(credit)?;
            Ok(posted)
        })
        .collect()
}

/// 試算表: what each account holds, debit minus credit. The sum over all accounts is zero.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn trial_balance(conn: &mut Conn) -> Result<Vec<(i64, Yen)>, OfficeError> {
    let flows = conn.query(&TRIAL_BALANCE, &[], |row| {
        Ok((row.int(0)?, row.int(1)?, row.int(2)?))
    })?;
    let mut balances = std::collections::BTreeMap::new();
    for (debit, credit, yen) in flows {
        *balances.entry(debit).or_insert(0) += yen;
        *balances.entry(credit).or_insert(0) -= yen;
    }
    Ok(balances
        .into_iter()
        .map(|(account, yen)| (account, Yen(yen)))
        .collect())
}
