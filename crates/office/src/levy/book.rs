//! 差分と仕訳 — new outcomes held against what stands: the decisions, postings and notices that follow.
//!
//! There is one way from a result to the books, for a whole city in June and for one household at the
//! counter: subtract, and book the difference.

use super::decide::Outcome;
use super::decision::{self, Decision, nothing};
use super::year_rules::YearRules;
use crate::acts::Act;
use crate::error::OfficeError;
use crate::ledger::{self, Account, COMPONENT_CODES, Charged, Entry, Method, Parts};
use crate::notices::{self, NewNotice, NoticeKind};
use db::Conn;
use law::levy::instalment::{Instalment, InstalmentKey, InstalmentKind, Replan, replan};
use law::levy::limitation::{LimitationFacts, enforceable};
use law::rules::Calendar;
use law::{Date, FiscalYear, Yen};
use std::collections::BTreeMap;

/// Under what the differences are booked.
#[derive(Clone, Copy, Debug)]
pub struct Booking<'a> {
    /// Rules of the levy year.
    pub rules: &'a YearRules,
    /// 休日.
    pub calendar: &'a Calendar,
    /// Act.
    pub act: &'a Act,
    /// Run, or zero at the counter.
    pub run_id: i64,
    /// 決定日.
    pub decided_on: Date,
    /// 決定・更正の理由.
    pub reason: &'a str,
}

/// What one liable person's year changes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relevied {
    /// What stood before.
    pub before: Option<Decision>,
    /// What stands now.
    pub after: Decision,
    /// Instalments before and after.
    pub replan: Replan,
}

impl Relevied {
    /// 差分 of the annual amount.
    #[must_use]
    pub fn difference(&self) -> Parts {
        let before = self
            .before
            .as_ref()
            .map_or_else(Parts::default, |decision| decision.outcome.parts);
        self.after.outcome.parts.minus(before)
    }
}

/// Household and liable person.
type Key = (i64, i64);

/// The differences of some households: `new` outcomes against what stands. Nothing is written.
///
/// # Errors
/// A refusal of the rule, or [`OfficeError::Bug`] when books and decisions disagree.
pub fn differences(
    booking: &Booking<'_>,
    new: &[Outcome],
    standing: &[Decision],
    charged: &[(i64, Charged)],
) -> Result<Vec<Relevied>, OfficeError> {
    let mut keys: BTreeMap<Key, (Option<&Decision>, Option<&Outcome>)> = BTreeMap::new();
    for decision in standing {
        let outcome = &decision.outcome;
        keys.entry((outcome.household_id, outcome.liable_id))
            .or_default()
            .0 = Some(decision);
    }
    for outcome in new {
        keys.entry((outcome.household_id, outcome.liable_id))
            .or_default()
            .1 = Some(outcome);
    }
    let mut charges: BTreeMap<Key, Vec<&Charged>> = BTreeMap::new();
    for (household, row) in charged {
        charges
            .entry((*household, row.debtor_id))
            .or_default()
            .push(row);
    }
    let mut relevied = Vec::new();
    for (key, (before, after)) in keys {
        let after = after.cloned().unwrap_or_else(|| nothing(key.0, key.1));
        let same = before.is_some_and(|decision| {
            decision.outcome.parts == after.parts
                && decision.outcome.months == after.months
                && decision.barred == Yen::ZERO
        });
        let empty = before.is_none() && after.months.is_empty();
        if same || empty {
            continue;
        }
        relevied.extend(relevy(booking, before, after, charges.get(&key))?);
    }
    Ok(relevied)
}

fn relevy(
    booking: &Booking<'_>,
    before: Option<&Decision>,
    mut after: Outcome,
    charged: Option<&Vec<&Charged>>,
) -> Result<Option<Relevied>, OfficeError> {
    let stood = before.map_or_else(Parts::default, |decision| decision.outcome.parts);
    let barred = within_limits(booking, stood, &mut after)?;
    let unchanged = before.is_some_and(|decision| {
        decision.outcome.parts == after.parts
            && decision.outcome.months == after.months
            && decision.barred == barred
    });
    if unchanged {
        return Ok(None);
    }
    let instalments = charged
        .into_iter()
        .flatten()
        .filter(|row| !row.parts.is_zero())
        .map(|row| instalment(row))
        .collect::<Result<Vec<_>, _>>()?;
    let replan = replan(
        &booking.rules.instalments,
        booking.rules.change,
        booking.calendar,
        &instalments,
        &stood.columns(),
        &after.parts.columns(),
        booking.decided_on,
    )?;
    Ok(Some(Relevied {
        after: Decision {
            decision_id: 0,
            levy_year: booking.rules.year(),
            sequence: before.map_or(1, |decision| decision.sequence + 1),
            run_id: booking.run_id,
            decided_on: booking.decided_on,
            reason: booking.reason.to_owned(),
            rule_hash: booking.rules.hash.clone(),
            outcome: after,
            barred,
        },
        before: before.cloned(),
        replan,
    }))
}

/// 期間制限: what may no longer be charged or given back stays as it stood; its amount is returned.
///
/// 根拠: 国民健康保険法 第110条の2、地方税法 第17条の5
fn within_limits(
    booking: &Booking<'_>,
    stood: Parts,
    after: &mut Outcome,
) -> Result<Yen, OfficeError> {
    let rules = &booking.rules.instalments;
    let first_due = rules
        .periods
        .iter()
        .map(|period| period.due_on)
        .min()
        .ok_or_else(|| OfficeError::Bug("納期がありません".to_owned()))?;
    let facts = LimitationFacts {
        kind: rules.kind,
        first_due_on: booking.calendar.shift_to_open_day(first_due)?,
        arose_on: after.arose_on,
        fraud: false,
        adjustment: None,
    };
    let (before, wanted) = (stood.total(), after.parts.total());
    let verdict = enforceable(&facts, before, wanted, booking.decided_on);
    if verdict.barred_charge == Yen::ZERO && verdict.barred_reduction == Yen::ZERO {
        return Ok(Yen::ZERO);
    }
    after.parts = stood;
    Ok(verdict.barred_charge - verdict.barred_reduction)
}

const KINDS: [(InstalmentKind, i64); 3] = [
    (InstalmentKind::Regular, 0),
    (InstalmentKind::AdHoc, 100),
    (InstalmentKind::PastYear, 200),
];

/// The number an instalment is stored under: 定期 1…, 随時 101…, 過年度 201….
#[must_use]
pub fn instalment_number(key: InstalmentKey) -> i64 {
    let base = KINDS
        .iter()
        .find(|(kind, _)| *kind == key.kind)
        .map_or(0, |(_, base)| *base);
    base + i64::from(key.number)
}

fn instalment(row: &Charged) -> Result<Instalment, OfficeError> {
    let (kind, base) = KINDS
        .iter()
        .rev()
        .find(|(_, base)| row.instalment > *base)
        .ok_or_else(|| OfficeError::Bug(format!("期別{}を知りません", row.instalment)))?;
    let number = u8::try_from(row.instalment - base)
        .map_err(|_| OfficeError::Bug(format!("期別{}を知りません", row.instalment)))?;
    let year = i16::try_from(row.fiscal_year)
        .map_err(|_| OfficeError::Bug("調定年度ではありません".to_owned()))?;
    Ok(Instalment {
        key: InstalmentKey {
            accounted_in: FiscalYear(year),
            kind: *kind,
            number,
        },
        due_on: row.due_on,
        parts: row.parts.columns().to_vec(),
    })
}

/// Writes the differences down: decisions, postings, notices, in one transaction with whatever the caller does.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn write(
    conn: &mut Conn,
    booking: &Booking<'_>,
    relevied: &mut [Relevied],
) -> Result<(), OfficeError> {
    let count = i64::try_from(relevied.len()).unwrap_or(i64::MAX);
    if count == 0 {
        return Ok(());
    }
    let first = conn.next_ids("decision", count)?;
    let mut entries = Vec::new();
    let mut notices = Vec::with_capacity(relevied.len());
    for (id, item) in (first..).zip(relevied.iter_mut()) {
        item.after.decision_id = id;
        entries.extend(postings(booking, item));
        if !item.difference().is_zero() || item.before.is_none() {
            notices.push(notice(booking, item));
        }
    }
    let decisions: Vec<Decision> = relevied.iter().map(|item| item.after.clone()).collect();
    decision::insert(conn, booking.act, &decisions)?;
    ledger::post(conn, &entries)?;
    notices::decide(conn, booking.act, &notices)
}

fn postings(booking: &Booking<'_>, item: &Relevied) -> Vec<Entry> {
    let outcome = &item.after.outcome;
    let entry = |change: &law::levy::instalment::Change| Entry {
        household_id: outcome.household_id,
        levy_year: booking.rules.year().0,
        act: booking.act.id,
        decision_id: item.after.decision_id,
        debtor_id: outcome.liable_id,
        fiscal_year: change.key.accounted_in.0,
        instalment: instalment_number(change.key),
        due_on: change.due_on,
        method: Method::Ordinary,
        debit: Account::Receivable,
        credit: Account::LevyRevenue,
        parts: columns(&change.after).minus(columns(&change.before)),
    };
    item.replan.changes.iter().map(entry).collect()
}

/// Amounts in the order of [`COMPONENT_CODES`]; an empty list is zero.
fn columns(parts: &[Yen]) -> Parts {
    let mut columns = [Yen::ZERO; COMPONENT_CODES.len()];
    for (column, yen) in columns.iter_mut().zip(parts) {
        *column = *yen;
    }
    Parts::from_columns(columns)
}

fn notice(booking: &Booking<'_>, item: &Relevied) -> NewNotice {
    let outcome = &item.after.outcome;
    NewNotice {
        decision_id: item.after.decision_id,
        household_id: outcome.household_id,
        addressee_id: outcome.liable_id,
        levy_year: booking.rules.year(),
        kind: if item.before.is_none() {
            NoticeKind::Initial
        } else {
            NoticeKind::Change
        },
        run_id: booking.run_id,
    }
}
