//! 産前産後 — the months in which the levy of a person who gives birth is taken off.

use super::facts::Maternity;
use crate::{FiscalYear, Months, day};

/// 産前産後の月 of one delivery that fall into a fiscal year.
///
/// 根拠: 国民健康保険法施行令 第29条の7第6項第8号・第9号、国民健康保険法施行規則 第32条の10の3、
/// 令和5年政令の附則 (令和6年1月1日施行)
///
/// From the month before the month of delivery (three months before for a multiple pregnancy) to the second
/// month after. Only deliveries from 1 November 2023 on, and no month before January 2024. The months run on
/// over 31 March; each fiscal year takes its own.
#[must_use]
pub fn maternity_months(year: FiscalYear, maternity: &Maternity) -> Months {
    if maternity.delivery_on < day(2023, 11, 1) {
        return Months::NONE;
    }
    let delivery = year.month_index(maternity.delivery_on);
    let before = if maternity.multiple { 3 } else { 1 };
    let first_ever = year.month_index(day(2024, 1, 1));
    Months::between((delivery - before).max(first_ever), delivery + 3)
}

/// All deliveries of a person together.
#[must_use]
pub fn all_maternity_months(year: FiscalYear, maternities: &[Maternity]) -> Months {
    maternities.iter().fold(Months::NONE, |months, one| {
        months.or(maternity_months(year, one))
    })
}
