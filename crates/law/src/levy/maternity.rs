//! 産前産後 — the months in which the levy of a person who gives birth is taken off.

use super::facts::Maternity;
use crate::rules::national::MaternityRules;
use crate::{FiscalYear, Months};

/// 産前産後の月 of one delivery that fall into a fiscal year.
///
/// 根拠: 国民健康保険法施行令 第29条の7第6項第8号・第9号、国民健康保険法施行規則 第32条の10の3、
/// 令和5年政令の附則 (令和6年1月1日施行)
///
/// From the month before the month of delivery (three months before for a multiple pregnancy) to the second
/// month after, and no month before the provision exists, so that of a delivery in November 2023 January 2024 alone is
/// left. The months run on over 31 March; each fiscal year takes its own.
#[must_use]
pub fn maternity_months(rules: &MaternityRules, year: FiscalYear, maternity: &Maternity) -> Months {
    let delivery = year.month_index(maternity.delivery_on);
    let before = if maternity.multiple {
        rules.months_before_multiple
    } else {
        rules.months_before_single
    };
    let first_ever = year.month_index(rules.from);
    Months::between(
        (delivery - i32::from(before)).max(first_ever),
        delivery + i32::from(rules.months_after) + 1,
    )
}

/// All deliveries of a person together; none where the year has no such provision.
#[must_use]
pub fn all_maternity_months(
    rules: Option<&MaternityRules>,
    year: FiscalYear,
    maternities: &[Maternity],
) -> Months {
    let Some(rules) = rules else {
        return Months::NONE;
    };
    maternities.iter().fold(Months::NONE, |months, one| {
        months.or(maternity_months(rules, year, one))
    })
}
