//! 期割の行 — which instalments can take or give, and how a total is divided over them.

use super::instalment::{DecreaseOrder, IncreaseSpread, Instalment, InstalmentKey, InstalmentKind};
use super::instalment_later::{lay, lay_waiting, takes_more};
use crate::rules::Calendar;
use crate::rules::instalment::{InstalmentRules, RemainderTo};
use crate::{Date, FiscalYear, Refusal, Yen};
use jiff::ToSpan;

/// The key of a regular instalment.
pub(super) fn regular(rules: &InstalmentRules, number: u8) -> InstalmentKey {
    InstalmentKey {
        accounted_in: rules.fiscal_year,
        kind: InstalmentKind::Regular,
        number,
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Due day passed.
    PastDue,
    /// Not yet due, but a notice would come too late to ask for more.
    Closed,
    /// Can take more and give way.
    Open,
}

#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) key: InstalmentKey,
    pub(super) due_on: Date,
    pub(super) before: Vec<Yen>,
    pub(super) total: Yen,
    pub(super) state: State,
}

impl Row {
    pub(super) fn was(&self) -> Yen {
        self.before.iter().copied().sum()
    }
}

/// The standing instalments, and the regular ones of the year that do not stand yet.
pub(super) fn rows(
    rules: &InstalmentRules,
    calendar: &Calendar,
    standing: &[Instalment],
    decided_on: Date,
) -> Result<Vec<Row>, Refusal> {
    let reachable_from = decided_on.saturating_add(rules.notice_days_before_due.days());
    let state = |due_on: Date| match due_on {
        due_on if due_on < decided_on => State::PastDue,
        due_on if due_on < reachable_from => State::Closed,
        _ => State::Open,
    };
    let mut rows: Vec<Row> = standing
        .iter()
        .map(|one| Row {
            key: one.key,
            due_on: one.due_on,
            before: one.parts.clone(),
            total: one.amount(),
            state: state(one.due_on),
        })
        .collect();
    if FiscalYear::of(decided_on) > rules.fiscal_year {
        return Ok(rows);
    }
    for period in rules.periods.iter().filter(|period| !period.provisional) {
        let key = regular(rules, period.number);
        let due_on = calendar.shift_to_open_day(period.due_on)?;
        if state(due_on) == State::Open && rows.iter().all(|row| row.key != key) {
            rows.push(Row {
                key,
                due_on,
                before: Vec::new(),
                total: Yen::ZERO,
                state: State::Open,
            });
        }
    }
    Ok(rows)
}

/// `total` over `count` instalments: equal multiples of the unit, the rest to the first or the last.
///
/// 根拠: 地方税法 第20条の4の2第6項、国等の債権債務等の金額の端数計算に関する法律 第3条
pub(super) fn divide(rules: &InstalmentRules, total: Yen, count: usize) -> Vec<Yen> {
    let pieces = i64::try_from(count).unwrap_or(i64::MAX).max(1);
    let each = Yen(total.0 / pieces).floor_to(rules.unit_yen.max(1));
    let mut amounts = vec![each; count];
    let rest = Yen(total.0 - each.0 * pieces);
    let takes = match rules.remainder {
        RemainderTo::First => amounts.first_mut(),
        RemainderTo::Last => amounts.last_mut(),
    };
    if let Some(takes) = takes {
        *takes += rest;
    }
    amounts
}

pub(super) fn increase(
    rules: &InstalmentRules,
    spread: IncreaseSpread,
    calendar: &Calendar,
    rows: &mut Vec<Row>,
    (difference, waiting): (Yen, &[(Date, Yen)]),
    decided_on: Date,
) -> Result<(), Refusal> {
    let open = |row: &Row| takes_more(rules, row, decided_on);
    if !rows.iter().any(open) {
        let key = next_key(rules, rows, decided_on);
        rows.push(Row {
            key,
            due_on: ad_hoc_due_on(rules, calendar, decided_on)?,
            before: Vec::new(),
            total: difference,
            state: State::Open,
        });
        return Ok(());
    }
    let mut pool = difference;
    if spread == IncreaseSpread::Redivide {
        for row in rows.iter_mut().filter(|row| open(row)) {
            pool += row.total;
            row.total = Yen::ZERO;
        }
    }
    let given = (waiting, pool);
    let left = lay_waiting(rules, spread, calendar, rows, given, decided_on)?;
    lay(rules, rows, left, open);
    Ok(())
}

/// Takes `wanted` off; what came off instalments already due is returned.
pub(super) fn decrease(
    rules: &InstalmentRules,
    order: DecreaseOrder,
    rows: &mut [Row],
    wanted: Yen,
    waiting: &[(Date, Yen)],
) -> Yen {
    let mut coming: Vec<&mut Row> = Vec::new();
    let mut past: Vec<&mut Row> = Vec::new();
    for row in rows.iter_mut().filter(|row| row.total > Yen::ZERO) {
        match row.state {
            State::PastDue => past.push(row),
            State::Closed | State::Open => coming.push(row),
        }
    }
    coming.sort_by_key(|row| (row.due_on, row.key));
    past.sort_by_key(|row| std::cmp::Reverse((row.due_on, row.key)));
    let standing: Yen = coming.iter().map(|row| row.total).sum();
    let taken = standing.min(wanted);
    match order {
        DecreaseOrder::Redivide => {
            redivide(rules, &mut coming, standing - taken, waiting);
        }
        DecreaseOrder::FromNext => take_from(coming, taken),
        DecreaseOrder::FromLast => {
            coming.reverse();
            take_from(coming, taken);
        }
    }
    take_from(past, wanted - taken);
    wanted - taken
}

/// `pool` divided anew over rows in order of due day, what waits for a day over those due after it.
fn redivide(
    rules: &InstalmentRules,
    coming: &mut [&mut Row],
    mut pool: Yen,
    waiting: &[(Date, Yen)],
) {
    let mut totals = vec![Yen::ZERO; coming.len()];
    let add = |totals: &mut [Yen], part: Yen| {
        let amounts = divide(rules, part, totals.len());
        totals
            .iter_mut()
            .zip(amounts)
            .for_each(|(total, yen)| *total += yen);
    };
    for (after, yen) in waiting.iter().rev() {
        let first = coming.partition_point(|row| row.due_on <= *after);
        let behind = totals.get_mut(first..).unwrap_or_default();
        if !behind.is_empty() {
            let part = pool.min(*yen);
            pool -= part;
            add(behind, part);
        }
    }
    add(&mut totals, pool);
    coming
        .iter_mut()
        .zip(totals)
        .for_each(|(row, yen)| row.total = yen);
}

fn take_from(rows: Vec<&mut Row>, mut wanted: Yen) {
    for row in rows {
        let off = row.total.min(wanted);
        row.total -= off;
        wanted -= off;
    }
}

pub(super) fn next_key(rules: &InstalmentRules, rows: &[Row], decided_on: Date) -> InstalmentKey {
    let accounted_in = FiscalYear::of(decided_on).max(rules.fiscal_year);
    let (kind, after) = if accounted_in > rules.fiscal_year {
        (InstalmentKind::PastYear, 0)
    } else {
        let last = rules.periods.iter().map(|period| period.number).max();
        (InstalmentKind::AdHoc, last.unwrap_or(0))
    };
    let last = rows
        .iter()
        .filter(|row| row.key.kind == kind && row.key.accounted_in == accounted_in)
        .map(|row| row.key.number)
        .max();
    InstalmentKey {
        accounted_in,
        kind,
        number: last.unwrap_or(after).saturating_add(1),
    }
}

/// 随時の納期限 — the last day of the month after the decision, or of the one after that where too few days lie
/// between, moved over holidays.
///
/// # Errors
/// A [`Refusal`] when the calendar of holidays does not reach far enough.
pub fn ad_hoc_due_on(
    rules: &InstalmentRules,
    calendar: &Calendar,
    decided_on: Date,
) -> Result<Date, Refusal> {
    let earliest = decided_on.saturating_add(rules.ad_hoc_due_days.days());
    let year = FiscalYear::of(decided_on);
    let month = year.month_index(decided_on);
    let last_day_of = |index: i32| year.month_start(index).last_of_month();
    let nominal = if last_day_of(month + 1) >= earliest {
        last_day_of(month + 1)
    } else {
        last_day_of(month + 2)
    };
    calendar.shift_to_open_day(nominal)
}
