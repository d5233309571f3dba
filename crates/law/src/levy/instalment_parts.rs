//! 期別の内訳 — instalment totals shared out over the components, so that both ways of adding agree.

use super::instalment_rows::{Row, State};
use crate::Yen;

/// The instalments by component, changing as few of them as will do.
pub(super) fn parts(rows: &[Row], annual: &[Yen]) -> Vec<Vec<Yen>> {
    let unchanged = |row: &Row| !row.before.is_empty() && row.total == row.was();
    let attempts: [&dyn Fn(&Row) -> bool; 3] = [
        &unchanged,
        &|row| unchanged(row) && row.state == State::PastDue,
        &|_| false,
    ];
    attempts
        .iter()
        .find_map(|kept| parts_keeping(rows, annual, kept))
        .unwrap_or_default()
}

/// The parts where the rows `kept` stay as they are; `None` where the others cannot make up the rest.
fn parts_keeping(
    rows: &[Row],
    annual: &[Yen],
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
            share_out(row.total, &mut left)
        }
    });
    Some(all.collect())
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
