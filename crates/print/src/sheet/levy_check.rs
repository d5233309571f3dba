//! What a levy notice must agree on before it is printed.

use super::{Fault, sum, yen};
use crate::content::{Component, LevyNotice, Line};

/// Rows the instalment table takes.
const MOST_INSTALMENTS: usize = 20;
/// Components the table takes.
const MOST_COMPONENTS: usize = 5;

/// Totals against their parts, and the limits of the form.
pub(super) fn check(notice: &LevyNotice) -> Result<(), Fault> {
    let table = &notice.table;
    if table.components.is_empty() || table.components.len() > MOST_COMPONENTS {
        return Err(Fault::new(
            "算定の内訳",
            format!(
                "区分は1から{MOST_COMPONENTS}までです（{}区分）",
                table.components.len()
            ),
        ));
    }
    for Line { label, amount, .. } in &Component::LINES {
        let parts: Vec<i64> = table.components.iter().filter_map(amount).collect();
        let total = amount(&table.total).unwrap_or(0);
        if sum(parts) != Some(total) {
            return Err(Fault::new(
                format!("算定の内訳 {label}"),
                format!(
                    "区分の合計と合計欄（{}円）が一致しません。賦課をやり直してください",
                    yen(total)
                ),
            ));
        }
    }
    let decided = table.total.decided_yen;
    if sum(notice.instalments.iter().map(|one| one.amount_yen)) != Some(decided) {
        return Err(Fault::new(
            "期別",
            format!(
                "期別の合計が決定額（{}円）と一致しません。期割をやり直してください",
                yen(decided)
            ),
        ));
    }
    if notice.instalments.len() > MOST_INSTALMENTS {
        return Err(Fault::new(
            "期別",
            format!(
                "期別は{MOST_INSTALMENTS}までです（{}）",
                notice.instalments.len()
            ),
        ));
    }
    check_change(notice)?;
    let components = table.components.len();
    for (place, member) in notice.members.iter().enumerate() {
        if member.months.len() != components {
            return Err(Fault::new(
                format!("被保険者 {}人目", place + 1),
                format!(
                    "月数が{}個あり、区分の数（{components}）と違います",
                    member.months.len()
                ),
            ));
        }
    }
    if notice.window.address.len() > 4 {
        return Err(Fault::new(
            "宛先",
            "住所は4行までです。方書をまとめてください",
        ));
    }
    Ok(())
}

fn check_change(notice: &LevyNotice) -> Result<(), Fault> {
    let before = notice.instalments.iter().map(|one| one.before_yen);
    let Some(change) = &notice.change else {
        if before.flatten().next().is_some() {
            return Err(Fault::new("期別", "当初の通知書に変更前の額があります"));
        }
        return Ok(());
    };
    let difference = notice
        .table
        .total
        .decided_yen
        .checked_sub(change.before_yen);
    if difference != Some(change.difference_yen) {
        return Err(Fault::new(
            "差引額",
            format!(
                "変更後と変更前の差になっていません（{}円）",
                yen(change.difference_yen)
            ),
        ));
    }
    if sum(before.map(Option::unwrap_or_default)) != Some(change.before_yen) {
        return Err(Fault::new(
            "期別",
            format!(
                "変更前の期別の合計が変更前の年額（{}円）と一致しません",
                yen(change.before_yen)
            ),
        ));
    }
    Ok(())
}
