//! 試算のための所得計算 — salary and pension income from revenue, for trial calculations only.
//!
//! The municipal tax side decides the income of record; these tables serve the household that has not
//! joined yet and the published examples that give revenue.

use super::income::Income;
use crate::{FiscalYear, Yen};

/// 給与所得 from 給与収入, for the levy of a fiscal year (income of the calendar year before).
///
/// 根拠: 所得税法 第28条、別表第五
///
/// Between 1,619,000 (1,900,000 from 令和8年度) and 6,600,000 yen the revenue is first cut to 4,000 yen.
#[must_use]
pub fn salary_income(fiscal_year: FiscalYear, revenue: Yen) -> Yen {
    let revenue = revenue.0.max(0);
    let quarter = revenue / 4_000 * 1_000;
    // The 10万円 moved from this deduction to 基礎控除 with the income of 2020 (令和3年度).
    let shift = if fiscal_year.0 >= 2021 { 100_000 } else { 0 };
    let least = if fiscal_year.0 >= 2026 {
        650_000
    } else {
        650_000 - shift
    };
    let flat_until = if fiscal_year.0 >= 2026 {
        1_900_000
    } else {
        1_619_000
    };
    let income = match revenue {
        r if r < flat_until => r - least,
        r if r < 1_620_000 => 969_000 + shift,
        r if r < 1_622_000 => 970_000 + shift,
        r if r < 1_624_000 => 972_000 + shift,
        r if r < 1_628_000 => 974_000 + shift,
        r if r < 1_800_000 => quarter * 24 / 10 + shift,
        r if r < 3_600_000 => quarter * 28 / 10 - 180_000 + shift,
        r if r < 6_600_000 => quarter * 32 / 10 - 540_000 + shift,
        r => high_salary(fiscal_year, r, shift),
    };
    Yen(income.max(0))
}

fn high_salary(fiscal_year: FiscalYear, revenue: i64, shift: i64) -> i64 {
    let tenth_off = revenue * 9 / 10 - 1_200_000 + shift;
    if fiscal_year.0 >= 2021 {
        if revenue < 8_500_000 {
            tenth_off
        } else {
            revenue - 1_950_000
        }
    } else if revenue < 10_000_000 {
        tenth_off
    } else if fiscal_year.0 >= 2018 {
        revenue - 2_200_000
    } else if revenue < 12_000_000 {
        revenue * 95 / 100 - 1_700_000
    } else {
        revenue - 2_300_000
    }
}

/// 公的年金等に係る雑所得 from 公的年金等収入.
///
/// 根拠: 所得税法 第35条第3項・第4項、租税特別措置法 第41条の15の3
///
/// `other_income` is 合計所得金額 other than pension: above 10 and 20 million yen the deduction shrinks
/// (from 令和3年度).
#[must_use]
pub fn pension_income(
    fiscal_year: FiscalYear,
    revenue: Yen,
    aged_65: bool,
    other_income: Yen,
) -> Yen {
    let revenue = revenue.0.max(0);
    let modern = fiscal_year.0 >= 2021;
    let shift = if modern { 100_000 } else { 0 };
    let least = if aged_65 { 1_200_000 } else { 700_000 } - shift;
    let flat_until = if aged_65 { 3_300_000 } else { 1_300_000 };
    let deduction = match revenue {
        r if r < flat_until => least,
        r if r < 4_100_000 => r - r * 75 / 100 + 375_000 - shift,
        r if r < 7_700_000 => r - r * 85 / 100 + 785_000 - shift,
        r if r < 10_000_000 || !modern => r - r * 95 / 100 + 1_555_000 - shift,
        _ => 1_955_000,
    };
    let less = match other_income.0 {
        _ if !modern => 0,
        other if other > 20_000_000 => 200_000,
        other if other > 10_000_000 => 100_000,
        _ => 0,
    };
    Yen((revenue - (deduction - less)).max(0))
}

/// 所得金額調整控除（給与と年金の双方がある者） taken from salary income.
///
/// 根拠: 租税特別措置法 第41条の3の11第2項
#[must_use]
pub fn salary_after_adjustment(fiscal_year: FiscalYear, salary: Yen, pension: Yen) -> Yen {
    if fiscal_year.0 < 2021 || salary.0 <= 0 || pension.0 <= 0 {
        return salary;
    }
    let both = salary.0.min(100_000) + pension.0.min(100_000) - 100_000;
    Yen((salary.0 - both.max(0)).max(0))
}

/// An income made of revenues alone, as a counter clerk is told it.
#[must_use]
pub fn income_from_revenue(
    fiscal_year: FiscalYear,
    salary_revenue: Yen,
    pension_revenue: Yen,
    other: Yen,
    aged_65: bool,
) -> Income {
    let salary = salary_income(fiscal_year, salary_revenue);
    let pension = pension_income(fiscal_year, pension_revenue, aged_65, salary + other);
    Income {
        salary_revenue,
        salary: salary_after_adjustment(fiscal_year, salary, pension),
        pension_revenue,
        pension,
        miscellaneous: other,
        ..Income::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn salary_table_at_its_edges() {
        let at = |year, revenue| salary_income(FiscalYear(year), Yen(revenue)).0;
        assert_eq!(at(2025, 550_999), 999);
        assert_eq!(at(2025, 980_000), 430_000);
        assert_eq!(at(2025, 1_619_000), 1_069_000);
        assert_eq!(at(2025, 1_627_999), 1_074_000);
        assert_eq!(at(2025, 2_000_000), 1_320_000);
        assert_eq!(at(2025, 3_000_000), 2_020_000);
        assert_eq!(at(2025, 5_000_000), 3_560_000);
        assert_eq!(at(2022, 12_000_000), 10_050_000);
        assert_eq!(at(2018, 5_000_000), 3_460_000);
        assert_eq!(at(2018, 1_200_000), 550_000);
        assert_eq!(at(2026, 650_999), 999);
        assert_eq!(at(2026, 1_899_999), 1_249_999);
        assert_eq!(at(2026, 1_900_000), 1_250_000);
        assert_eq!(at(2017, 13_000_000), 10_700_000);
    }

    #[test]
    fn pension_table_at_its_edges() {
        let at =
            |year, revenue, aged| pension_income(FiscalYear(year), Yen(revenue), aged, Yen::ZERO).0;
        assert_eq!(at(2026, 1_100_000, true), 0);
        assert_eq!(at(2026, 2_400_000, true), 1_300_000);
        assert_eq!(at(2026, 4_000_000, true), 2_725_000);
        assert_eq!(at(2026, 600_000, false), 0);
        assert_eq!(at(2026, 1_300_000, false), 700_000);
        assert_eq!(at(2020, 1_200_000, true), 0);
        let rich = pension_income(FiscalYear(2026), Yen(2_400_000), true, Yen(25_000_000));
        assert_eq!(rich, Yen(1_500_000));
    }

    #[test]
    fn both_salary_and_pension_lose_a_hundred_thousand() {
        let year = FiscalYear(2026);
        assert_eq!(
            salary_after_adjustment(year, Yen(500_000), Yen(800_000)),
            Yen(400_000)
        );
        assert_eq!(
            salary_after_adjustment(year, Yen(50_000), Yen(80_000)),
            Yen(20_000)
        );
        assert_eq!(
            salary_after_adjustment(FiscalYear(2020), Yen(500_000), Yen(800_000)),
            Yen(500_000)
        );
    }
}
