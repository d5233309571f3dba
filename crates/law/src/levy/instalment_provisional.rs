//! 暫定賦課（仮算定）— what is asked for before the year's levy is known.

use super::instalment::{Instalment, Replan, conclude};
use super::instalment_parts::share_out;
use super::instalment_rows::{Row, State, divide, regular};
use crate::rules::Calendar;
use crate::rules::instalment::InstalmentRules;
use crate::{Clause, Refusal, Statute, Yen};

/// 暫定賦課（仮算定）— the provisional instalments, from the levy of the year before.
///
/// 根拠: 地方税法 第706条の2
///
/// Each is the previous annual amount over the number of instalments of the year, cut to the unit, so that
/// together they stay within half of it. [`replan`](super::instalment::replan) settles them once the year's levy is decided.
///
/// # Errors
/// A [`Refusal`] when more than half of the previous levy would be asked for.
pub fn plan_provisional(
    rules: &InstalmentRules,
    calendar: &Calendar,
    previous_annual: &[Yen],
) -> Result<Vec<Instalment>, Refusal> {
    let total: Yen = previous_annual.iter().copied().sum();
    let count = i64::try_from(rules.periods.len())
        .unwrap_or(i64::MAX)
        .max(1);
    let each = Yen(total.0 / count).floor_to(rules.unit_yen.max(1));
    let mut rows = provisional_rows(rules, calendar)?;
    for row in &mut rows {
        row.total = each;
    }
    let asked: Yen = rows.iter().map(|row| row.total).sum();
    if asked.0 * 2 > total.0 {
        return Err(Refusal::new(
            "levy.instalment.provisional",
            format!("仮算定の合計{asked}が前年度の額{total}の2分の1を超えます。仮算定の期数を確かめてください"),
        )
        .under(Clause::new(Statute::LocalTaxAct, "第706条の2")));
    }
    // The provisional amount is in the proportion of last year's components.
    let mut left = previous_annual.to_vec();
    Ok(rows
        .into_iter()
        .filter(|row| row.total > Yen::ZERO)
        .map(|row| Instalment {
            parts: share_out(row.total, &mut left),
            key: row.key,
            due_on: row.due_on,
        })
        .collect())
}

/// 仮算定の期割 — a provisional levy laid upon the provisional instalments, where nothing of the year stands yet.
///
/// 根拠: 地方税法 第706条の2
///
/// `amounts` are what [`plan_provisional`] asks for in all, so every instalment is the same.
///
/// # Errors
/// A [`Refusal`] when the year has no provisional instalment or the calendar of holidays does not reach far enough.
pub fn lay_provisional(
    rules: &InstalmentRules,
    calendar: &Calendar,
    amounts: &[Yen],
) -> Result<Replan, Refusal> {
    let mut rows = provisional_rows(rules, calendar)?;
    if rows.is_empty() {
        return Err(Refusal::new(
            "levy.instalment.provisional.none",
            format!(
                "{}の納期に仮算定の期がありません。納期の provisional を確かめてください",
                rules.fiscal_year
            ),
        ));
    }
    let total: Yen = amounts.iter().copied().sum();
    let each = divide(rules, total, rows.len());
    for (row, yen) in rows.iter_mut().zip(each) {
        row.total = yen;
    }
    rows.retain(|row| row.total > Yen::ZERO);
    let mut left = amounts.to_vec();
    let parts = rows
        .iter()
        .map(|row| share_out(row.total, &mut left))
        .collect();
    Ok(conclude(rows, parts, Yen::ZERO))
}

fn provisional_rows(rules: &InstalmentRules, calendar: &Calendar) -> Result<Vec<Row>, Refusal> {
    let provisional = rules.periods.iter().filter(|period| period.provisional);
    provisional
        .map(|period| {
            Ok(Row {
                key: regular(rules, period.number),
                due_on: calendar.shift_to_open_day(period.due_on)?,
                before: Vec::new(),
                total: Yen::ZERO,
                state: State::Open,
            })
        })
        .collect()
}
