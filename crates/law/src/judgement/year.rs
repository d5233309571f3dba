//! 所得の年・税の年度・切替の日 — which year's income counts for a month of treatment.

use crate::date::{attains, day};
use crate::{Date, FiscalYear};

/// 所得の年: the calendar year before, or the one before that for treatment from January to July.
///
/// 根拠: 国民健康保険法施行令 第27条の2第1項、第29条の3第1項第2号
#[must_use]
pub fn income_year(on: Date) -> i16 {
    on.year() - if on.month() <= 7 { 2 } else { 1 }
}

/// 市町村民税の年度: the fiscal year of the month, or the one before for treatment from April to July.
///
/// 根拠: 国民健康保険法施行令 第29条の3第1項第5号
#[must_use]
pub fn tax_year(on: Date) -> FiscalYear {
    let year = FiscalYear::of(on);
    if (4..=7).contains(&on.month()) {
        year.previous()
    } else {
        year
    }
}

/// The calendar year in whose August the benefit year of a day begins.
#[must_use]
pub fn benefit_year(on: Date) -> i16 {
    on.year() - i16::from(on.month() < 8)
}

/// 年次切替: the first day of a benefit year, 1 August.
#[must_use]
pub fn benefit_year_start(year: i16) -> Date {
    day(year, 8, 1)
}

/// 70歳以上として扱う最初の日: the first of the month after the month in which 70 is attained. Attained the day before the
/// birthday, so a person born on the 1st has it in the month of the birthday.
///
/// 根拠: 国民健康保険法 第42条第1項第3号、年齢計算ニ関スル法律
#[must_use]
pub fn seventy_from(birth_on: Date) -> Date {
    next_month(attains(birth_on, 70))
}

/// The first day of the month after.
#[must_use]
pub fn next_month(on: Date) -> Date {
    let (year, month) = if on.month() == 12 {
        (on.year() + 1, 1)
    } else {
        (on.year(), on.month() + 1)
    };
    day(year, month, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn july_and_august_read_different_years() {
        assert_eq!(income_year(day(2026, 7, 31)), 2024);
        assert_eq!(income_year(day(2026, 8, 1)), 2025);
        assert_eq!(income_year(day(2027, 1, 1)), 2025);
        assert_eq!(tax_year(day(2026, 7, 31)), FiscalYear(2025));
        assert_eq!(tax_year(day(2026, 8, 1)), FiscalYear(2026));
        assert_eq!(tax_year(day(2027, 3, 31)), FiscalYear(2026));
        assert_eq!(tax_year(day(2027, 4, 1)), FiscalYear(2026));
    }

    #[test]
    fn seventy_counts_from_the_month_after_it_is_attained() {
        assert_eq!(seventy_from(day(1956, 8, 1)), day(2026, 8, 1));
        assert_eq!(seventy_from(day(1956, 8, 2)), day(2026, 9, 1));
        assert_eq!(seventy_from(day(1956, 12, 2)), day(2027, 1, 1));
    }
}
