//! The two incomes of one person, item by item.

use law::Yen;
use law::levy::{Income, PersonYear};
use law::rules::LevyRules;
use law::rules::levy::BaseRounding;

/// 旧ただし書き所得 of one person in a month: 総所得金額等 less 基礎控除, never below zero.
pub fn base(rules: &LevyRules, person: &PersonYear, month: i32) -> i64 {
    // 旧被扶養者 owe no 所得割; a person whose income is still being asked for is levied as zero.
    if person.former_dependant || person.inquiry_open {
        return 0;
    }
    let total = total(&person.income, person.unemployed.has(month));
    let taper = total_for_taper(&person.income);
    let deduction = rules
        .basic_deduction
        .iter()
        .find(|row| match row.up_to {
            Some(limit) => taper <= limit.0,
            None => true,
        })
        .map_or(0, |row| row.deduction.0);
    let base = (total - deduction).max(0);
    match rules.base_rounding {
        BaseRounding::PersonThousand => base / 1000 * 1000,
        BaseRounding::None | BaseRounding::HouseholdThousand => base,
    }
}

fn yen(values: &[Yen]) -> i64 {
    values.iter().map(|value| value.0).sum()
}

/// 給与所得 of 特例対象被保険者等 counts at 30/100.
fn salary(salary: i64, unemployed: bool) -> i64 {
    if unemployed {
        salary * 30 / 100
    } else {
        salary
    }
}

/// 総合課税 items other than salary and pension.
fn other_comprehensive(i: &Income) -> i64 {
    yen(&[
        i.business,
        i.farming,
        i.real_estate,
        i.interest,
        i.dividend,
        i.miscellaneous,
        i.short_gain,
        i.long_gain_and_occasional_half,
    ])
}

/// 分離課税 items other than land transfers, after their own carried losses.
fn separated(i: &Income) -> i64 {
    let kinds = [
        i.land_business.0,
        i.general_shares.0,
        i.listed_shares.0.max(0) + i.listed_dividend.0.max(0) - i.listed_loss_used.0,
        i.futures.0 - i.futures_loss_used.0,
        i.forestry.0,
        i.treaty_income.0,
    ];
    kinds.iter().map(|kind| (*kind).max(0)).sum()
}

/// 総所得金額等 for the 所得割: land after its special deduction, no 雑損失.
fn total(i: &Income, unemployed: bool) -> i64 {
    let comprehensive = salary(i.salary.0, unemployed) + i.pension.0 + other_comprehensive(i)
        - i.net_loss_used.0
        - i.home_loss_used.0;
    let short = i.land_short_gain.0 - i.land_short_special_deduction.0;
    let long = i.land_long_gain.0 - i.land_long_special_deduction.0;
    comprehensive.max(0) + short.max(0) + long.max(0) + separated(i)
}

/// 軽減判定所得: 専従者 undone, land before its special deduction, 雑損失 taken, 15万円 off a pension at 65.
pub fn judged(rules: &LevyRules, person: &PersonYear, month: i32) -> i64 {
    let i = &person.income;
    let pay = (i.salary.0 - i.family_employee_salary.0).max(0);
    let relief = if person.aged_65 && i.pension.0 > 0 {
        i.pension.0.min(rules.reduction.pension_relief.0)
    } else {
        0
    };
    let net_loss = i.net_loss_for_judgement.unwrap_or(i.net_loss_used);
    let comprehensive = salary(pay, person.unemployed.has(month)) + i.pension.0 - relief
        + other_comprehensive(i)
        + i.family_employee_deduction.0
        - net_loss.0
        - i.home_loss_used.0;
    let land = i.land_short_gain.0.max(0) + i.land_long_gain.0.max(0);
    (comprehensive.max(0) + land + separated(i) - i.casualty_loss_used.0).max(0)
}

/// 合計所得金額: as handed over, or without carried losses and special deductions.
fn total_for_taper(i: &Income) -> i64 {
    if i.total_income.0 > 0 {
        return i.total_income.0;
    }
    let kinds = [
        i.salary.0 + i.pension.0 + other_comprehensive(i),
        i.land_short_gain.0,
        i.land_long_gain.0,
        i.land_business.0,
        i.general_shares.0,
        i.listed_shares.0,
        i.listed_dividend.0,
        i.futures.0,
        i.forestry.0,
        i.treaty_income.0,
    ];
    kinds.iter().map(|kind| (*kind).max(0)).sum()
}
