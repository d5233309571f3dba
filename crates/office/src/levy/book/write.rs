//! 記帳 — differences written down: decisions, postings, notices.

use super::super::decision::{self, Decision};
use super::super::numbers::{columns, instalment_number};
use super::super::special::Withheld;
use super::{Booking, Relevied, is_cancelled, is_provisional};
use crate::error::OfficeError;
use crate::ledger::{self, Account, Entry, Method};
use crate::notices::{self, NewNotice, NoticeKind};
use db::Conn;
use law::Yen;

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
        if is_told(item) {
            notices.push(notice(booking, item));
        }
    }
    decision::insert(
        conn,
        booking.act,
        0,
        relevied.iter().map(|item| &item.after),
    )?;
    ledger::post(conn, &entries)?;
    notices::decide(conn, booking.act, 0, &notices)
}

/// 記帳の用意 — what [`write`] would write, made ready beside the writer. The decisions are counted from zero until the
/// store has given them numbers.
#[derive(Debug)]
pub(in crate::levy) struct Prepared {
    decisions: Vec<Decision>,
    entries: Vec<Entry>,
    notices: Vec<NewNotice>,
    /// 差分 of the annual amounts in all.
    pub(in crate::levy) yen: i64,
}

/// Makes differences ready to be written.
pub(in crate::levy) fn prepare(booking: &Booking<'_>, relevied: Vec<Relevied>) -> Prepared {
    let mut ready = Prepared {
        decisions: Vec::with_capacity(relevied.len()),
        entries: Vec::with_capacity(relevied.len() * 10),
        notices: Vec::with_capacity(relevied.len()),
        yen: 0,
    };
    for (place, mut item) in (0..).zip(relevied) {
        item.after.decision_id = place;
        ready.entries.extend(postings(booking, &item));
        if is_told(&item) {
            ready.notices.push(notice(booking, &item));
        }
        ready.yen += item.difference().total().0;
        ready.decisions.push(item.after);
    }
    ready
}

/// Writes down what was made ready.
///
/// # Errors
/// [`OfficeError::Store`].
pub(in crate::levy) fn write_prepared(
    conn: &mut Conn,
    booking: &Booking<'_>,
    ready: &Prepared,
) -> Result<(), OfficeError> {
    let count = i64::try_from(ready.decisions.len()).unwrap_or(i64::MAX);
    if count == 0 {
        return Ok(());
    }
    let first = conn.next_ids("decision", count)?;
    decision::insert(conn, booking.act, first, &ready.decisions)?;
    ledger::post_for(conn, first, &ready.entries)?;
    notices::decide(conn, booking.act, first, &ready.notices)
}

fn postings(booking: &Booking<'_>, item: &Relevied) -> impl Iterator<Item = Entry> {
    let outcome = &item.after.outcome;
    let entry = move |change: &law::levy::instalment::Change| Entry {
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
    let withheld = move |one: &Withheld| Entry {
        household_id: outcome.household_id,
        levy_year: booking.rules.year().0,
        act: booking.act.id,
        decision_id: item.after.decision_id,
        debtor_id: outcome.liable_id,
        fiscal_year: booking.rules.year().0,
        instalment: one.number,
        due_on: one.due_on,
        method: Method::Special,
        debit: Account::Receivable,
        credit: Account::LevyRevenue,
        parts: one.after.minus(one.before),
    };
    let ordinary = item.replan.changes.iter().map(entry);
    ordinary.chain(item.withheld.iter().map(withheld))
}

/// Whether the liable person is told: of a new levy, and of whatever changes amounts or days. A levy that the limits
/// of time keep at nothing is recorded and not told.
fn is_told(item: &Relevied) -> bool {
    let initial = first_told(item) && item.after.barred == Yen::ZERO;
    initial || !item.difference().is_zero() || item.moves_instalments()
}

/// Whether nothing of this year's levy was told before.
fn first_told(item: &Relevied) -> bool {
    item.before.as_ref().is_none_or(|before| {
        is_provisional(before) || (is_cancelled(before) && before.outcome.months.is_empty())
    })
}

fn notice(booking: &Booking<'_>, item: &Relevied) -> NewNotice {
    let outcome = &item.after.outcome;
    NewNotice {
        decision_id: item.after.decision_id,
        household_id: outcome.household_id,
        addressee_id: outcome.liable_id,
        levy_year: booking.rules.year(),
        kind: if first_told(item) {
            NoticeKind::Initial
        } else {
            NoticeKind::Change
        },
        run_id: booking.run_id,
    }
}
