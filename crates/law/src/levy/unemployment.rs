//! 特例対象被保険者等 — 非自発的失業者, whose salary income counts at 30/100.

use super::facts::Unemployment;
use crate::date::{age_on, next_day};
use crate::{Clause, Date, FiscalYear, Months, Refusal, Statute};

/// 離職理由コード of 特定受給資格者 and 特定理由離職者.
///
/// 根拠: 国民健康保険法施行令 第29条の7の2第2項 (雇用保険法 第23条第2項、第13条第3項)
pub const CODES: [u8; 9] = [11, 12, 21, 22, 23, 31, 32, 33, 34];

/// 特例対象の月 of one leaving of employment that fall into a fiscal year.
///
/// 根拠: 国民健康保険法施行令 第29条の7の2第2項
///
/// From the month that holds the day after leaving to the end of the fiscal year after the one that holds that
/// day. A new job does not end it. A person of 65 or over on the day of leaving is 高年齢被保険者 and not covered.
///
/// # Errors
/// A [`Refusal`] when the code is not one of [`CODES`].
pub fn unemployment_months(
    year: FiscalYear,
    birth_on: Date,
    unemployment: &Unemployment,
) -> Result<Months, Refusal> {
    if !CODES.contains(&unemployment.code) {
        return Err(Refusal::new(
            "levy.unemployment.code",
            format!(
                "離職理由コード「{}」は非自発的失業の対象ではありません。雇用保険受給資格者証の離職理由が11・12・21・22・23・31・32・33・34のいずれかであるか確かめてください",
                unemployment.code
            ),
        )
        .under(Clause::new(Statute::NhiOrder, "第29条の7の2第2項")));
    }
    if age_on(birth_on, unemployment.left_on) >= 65 {
        return Ok(Months::NONE);
    }
    let begins_on = next_day(unemployment.left_on);
    let ends_on = FiscalYear::of(begins_on).next().end();
    Ok(Months::between(
        year.month_index(begins_on),
        year.month_index(ends_on),
    ))
}

/// Every leaving of a person together: a second one begins a new period of its own.
///
/// # Errors
/// As [`unemployment_months`].
pub fn all_unemployment_months(
    year: FiscalYear,
    birth_on: Date,
    unemployments: &[Unemployment],
) -> Result<Months, Refusal> {
    unemployments.iter().try_fold(Months::NONE, |months, one| {
        Ok(months.or(unemployment_months(year, birth_on, one)?))
    })
}
