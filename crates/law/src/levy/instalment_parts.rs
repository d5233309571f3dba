//! 期別の内訳 — instalment totals shared out over the components, so that both ways of adding agree.

use super::instalment::Later;
use super::instalment_rows::{Row, State};
use crate::Yen;

/// The instalments by component, changing as few of them as will do. What waits for a day is kept out of those due by
/// it. `rows` are in order of due day.
pub(super) fn parts(rows: &[Row], annual: &[Yen], later: &[Later]) -> Vec<Vec<Yen>> {
    let unchanged = |row: &Row| !row.before.is_empty() && row.total == row.was();
    let attempts: [&dyn Fn(&Row) -> bool; 3] = [
        &unchanged,
        &|row| unchanged(row) && row.state == State::PastDue,
        &|_| false,
    ];
    attempts
        .iter()
        .find_map(|kept| parts_keeping(rows, annual, later, kept))
        .unwrap_or_default()
}

/// The parts where the rows `kept` stay as they are; `None` where the others cannot make up the rest.
fn parts_keeping(
    rows: &[Row],
    annual: &[Yen],
    later: &[Later],
    kept: &dyn Fn(&Row) -> bool,
) -> Option<Vec<Vec<Yen>>> {
    let mut left = annual.to_vec();
    for row in rows.iter().filter(|row| kept(row)) {
        for (left, part) in left.iter_mut().zip(&row.before) {
            *left -= *part;
        }
    }
    let nobody_else = rows.iter().all(kept);
    if left
        .iter()
        .any(|yen| *yen < Yen::ZERO || (nobody_else && *yen != Yen::ZERO))
    {
        return None;
    }
    let all = rows.iter().map(|row| {
        if kept(row) {
            row.before.clone()
        } else {
            share_waiting(row, &mut left, later)
        }
    });
    Some(all.collect())
}

/// A row's total shared over what is left, without what waits for a day this row does not reach, as far as that will do.
fn share_waiting(row: &Row, left: &mut [Yen], later: &[Later]) -> Vec<Yen> {
    let mut ripe = left.to_vec();
    for one in later.iter().filter(|one| row.due_on <= one.after) {
        if let Some(own) = ripe.get_mut(one.component) {
            *own = (*own - one.yen).at_least_zero();
        }
    }
    if ripe.iter().copied().sum::<Yen>() < row.total {
        return share_out(row.total, left);
    }
    let shares = share_out(row.total, &mut ripe);
    for (own, share) in left.iter_mut().zip(&shares) {
        *own -= *share;
    }
    shares
}

/// `amount` shared over what is left of each component, in proportion, largest remainders first.
pub(super) fn share_out(amount: Yen, left: &mut [Yen]) -> Vec<Yen> {
    let total: Yen = left.iter().copied().sum();
    if total <= Yen::ZERO {
        return vec![Yen::ZERO; left.len()];
    }
    let mut shares: Vec<Yen> = left
        .iter()
        .map(|own| Yen(amount.0 * own.0 / total.0))
        .collect();
    let mut missing = amount - shares.iter().copied().sum();
    let mut order: Vec<usize> = (0..left.len()).collect();
    order.sort_by_key(|index| {
        let own = left.get(*index).map_or(0, |own| own.0);
        (std::cmp::Reverse(amount.0 * own % total.0), *index)
    });
    for index in order {
        if let Some(share) = shares.get_mut(index)
            && missing > Yen::ZERO
        {
            *share += Yen(1);
            missing -= Yen(1);
        }
    }
    for (own, share) in left.iter_mut().zip(&shares) {
        *own -= *share;
    }
    shares
}
