//! 後から掛かる額の割り振り — what waits for a day is laid upon the instalments due after it, the rest upon all.

use super::instalment::{IncreaseSpread, InstalmentKind, Later};
use super::instalment_rows::{Row, State, ad_hoc_due_on, divide, next_key};
use crate::rules::Calendar;
use crate::rules::instalment::InstalmentRules;
use crate::{Date, FiscalYear, Refusal, Yen};

/// What still waits on the day of decision: day and yen, in order of the day.
pub(super) fn waiting(later: &[Later], decided_on: Date) -> Vec<(Date, Yen)> {
    let mut waiting: Vec<(Date, Yen)> = Vec::new();
    let mut to_come: Vec<&Later> = later.iter().filter(|one| one.after >= decided_on).collect();
    to_come.sort_by_key(|one| one.after);
    for one in to_come {
        match waiting.last_mut() {
            Some((after, yen)) if *after == one.after => *yen += one.yen,
            _ => waiting.push((one.after, one.yen)),
        }
    }
    waiting
}

/// Whether an instalment can take more within the year; a provisional one asks for no more than it was fixed at.
pub(super) fn takes_more(rules: &InstalmentRules, row: &Row, decided_on: Date) -> bool {
    let past_year = FiscalYear::of(decided_on) > rules.fiscal_year;
    let provisional = |row: &Row| {
        let mut periods = rules.periods.iter();
        periods.any(|period| period.provisional && period.number == row.key.number)
    };
    !past_year
        && row.key.kind == InstalmentKind::Regular
        && row.state == State::Open
        && !provisional(row)
}

/// Lays the waiting parts of an increase upon the instalments due after their days, or upon one of their own where the
/// year has none left. Returns what of `pool` is still to be divided over all.
pub(super) fn lay_waiting(
    rules: &InstalmentRules,
    spread: IncreaseSpread,
    calendar: &Calendar,
    rows: &mut Vec<Row>,
    (waiting, mut pool): (&[(Date, Yen)], Yen),
    decided_on: Date,
) -> Result<Yen, Refusal> {
    let open: Vec<Row> = rows
        .iter()
        .filter(|row| takes_more(rules, row, decided_on))
        .cloned()
        .collect();
    for (index, (after, yen)) in waiting.iter().enumerate().rev() {
        let (early, late): (Vec<&Row>, Vec<&Row>) =
            open.iter().partition(|row| row.due_on <= *after);
        if early.is_empty() {
            continue;
        }
        let held: Yen = if late.is_empty() {
            let alone = |row: &&Row| row.key.kind != InstalmentKind::Regular;
            let due_after = rows.iter().filter(|row| row.due_on > *after);
            due_after.filter(alone).map(|row| row.total).sum()
        } else if spread == IncreaseSpread::AddDifference {
            let before = index.checked_sub(1).and_then(|before| waiting.get(before));
            let next = waiting.get(index + 1);
            let near_early = |row: &Row| before.is_none_or(|(day, _)| row.due_on > *day);
            let near_late = |row: &Row| next.is_none_or(|(day, _)| row.due_on <= *day);
            let step = least(&late, near_late) - least(&early, near_early);
            Yen(step.at_least_zero().0 * i64::try_from(late.len()).unwrap_or(i64::MAX))
        } else {
            Yen::ZERO
        };
        let part = (*yen - held).at_least_zero().min(pool);
        pool -= part;
        if late.is_empty() {
            push_alone(rules, calendar, rows, part, (*after, decided_on))?;
        } else {
            lay(rules, rows, part, |row| {
                takes_more(rules, row, decided_on) && row.due_on > *after
            });
        }
    }
    Ok(pool)
}

/// The least total of the rows that are `near`, or of all where none is: what each holds besides remainders.
fn least(rows: &[&Row], near: impl Fn(&Row) -> bool) -> Yen {
    let totals = |row: &&Row| row.total;
    let nearest = rows.iter().copied().filter(|row| near(row));
    let least = nearest.map(|row| row.total).min();
    least.unwrap_or_else(|| rows.iter().map(totals).min().unwrap_or(Yen::ZERO))
}

/// Divides `amount` over the rows chosen, in order of due day, on top of what they hold.
pub(super) fn lay(
    rules: &InstalmentRules,
    rows: &mut [Row],
    amount: Yen,
    chosen: impl Fn(&Row) -> bool,
) {
    let mut takers: Vec<&mut Row> = rows.iter_mut().filter(|row| chosen(row)).collect();
    takers.sort_by_key(|row| (row.due_on, row.key));
    let amounts = divide(rules, amount, takers.len());
    for (row, yen) in takers.iter_mut().zip(amounts) {
        row.total += yen;
    }
}

/// An instalment of its own for what becomes due after the last regular one.
fn push_alone(
    rules: &InstalmentRules,
    calendar: &Calendar,
    rows: &mut Vec<Row>,
    part: Yen,
    (after, decided_on): (Date, Date),
) -> Result<(), Refusal> {
    if part > Yen::ZERO {
        rows.push(Row {
            key: next_key(rules, rows, decided_on),
            due_on: ad_hoc_due_on(rules, calendar, after)?,
            before: Vec::new(),
            total: part,
            state: State::Open,
        });
    }
    Ok(())
}

/// Moves behind the day what instalments still to come and due by then would ask of a waiting part.
pub(super) fn uphold(
    rules: &InstalmentRules,
    rows: &mut [Row],
    waiting: &[(Date, Yen)],
    decided_on: Date,
) {
    let all: Yen = rows.iter().map(|row| row.total).sum();
    let mut left: Yen = waiting.iter().map(|(_, yen)| *yen).sum();
    for (after, yen) in waiting {
        let by_then: Yen = rows
            .iter()
            .filter(|row| row.due_on <= *after)
            .map(|row| row.total)
            .sum();
        let mut excess = (by_then - (all - left)).at_least_zero();
        left -= *yen;
        let behind = |row: &Row| takes_more(rules, row, decided_on) && row.due_on > *after;
        if excess == Yen::ZERO || !rows.iter().any(behind) {
            continue;
        }
        let mut early: Vec<&mut Row> = rows
            .iter_mut()
            .filter(|row| row.due_on <= *after && row.state != State::PastDue)
            .collect();
        early.sort_by_key(|row| std::cmp::Reverse((row.due_on, row.key)));
        let mut moved = Yen::ZERO;
        for row in early {
            let off = row.total.min(excess);
            row.total -= off;
            excess -= off;
            moved += off;
        }
        lay(rules, rows, moved, behind);
    }
}
