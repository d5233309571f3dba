//! 人ごとの所得と課税 — what is known of one person for the year a month of treatment reads, and from when it counts.

use super::class::Pending;
use super::facts::{IncomeVersion, PersonFacts, RevenueVersion, TaxStanding, TaxVersion};
use super::year::{income_year, next_month, tax_year};
use crate::date::{age_on, day, next_day};
use crate::levy::facts::Unemployment;
use crate::levy::unemployment::CODES;
use crate::levy::{Filing, Income};
use crate::rules::JudgementRules;
use crate::rules::judgement::{CorrectionEffect, JudgementHabits};
use crate::{Date, FiscalYear, Yen};

/// Up to when a correction that makes the burden lighter is taken back to the beginning; see
/// [`CorrectionEffect::RetroactiveWhenLighter`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Knowledge {
    /// First day of the month of treatment.
    pub month: Date,
    /// Corrections up to this day count as if they made the burden lighter.
    pub lighter_until: Date,
}

/// 市町村民税が課されるか.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taxed {
    /// 課税.
    Yes,
    /// 非課税・免除.
    No,
    /// 賦課期日に国内に住所なし: not charged, and yet never 非課税 for the classes.
    Abroad,
    /// Nobody has said.
    Unknown,
}

/// Whether the income of a person is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filed {
    /// Known, zero included.
    Known,
    /// 未申告.
    Unfiled,
    /// Not known yet.
    Pending(Pending),
}

/// What is known of one person for one month.
#[derive(Clone, Copy, Debug)]
pub struct Resolved {
    /// Whether income is known.
    pub filed: Filed,
    /// Whether 市町村民税 is charged.
    pub taxed: Taxed,
    /// Income; zero where none is known.
    pub income: Income,
    /// 特例対象被保険者等, the months until the following 31 July included.
    pub unemployed: bool,
    /// 基準所得額.
    pub base: Yen,
    /// 総所得金額等 it was taken of.
    pub total: Yen,
    /// 基礎控除.
    pub deduction: Yen,
    /// 課税所得 before 調整控除, where the tax side says it.
    pub taxable: Option<Yen>,
    /// No 課税所得 can be above this: the total less 基礎控除 alone.
    pub taxable_at_most: Yen,
}

/// A fact that came on some day.
pub(super) trait Version {
    fn year(&self) -> FiscalYear;
    fn known_on(&self) -> Date;
    /// What the version before it means for when this one begins to count.
    fn effect_after(before: &Self, habits: &JudgementHabits) -> CorrectionEffect;
}

impl Version for IncomeVersion {
    fn year(&self) -> FiscalYear {
        self.fiscal_year
    }
    fn known_on(&self) -> Date {
        self.known_on
    }
    fn effect_after(before: &Self, habits: &JudgementHabits) -> CorrectionEffect {
        if before.inquiry_open {
            // 保留 is no judgement: the answer counts from the beginning.
            CorrectionEffect::Retroactive
        } else if before.filing == Filing::Unfiled {
            habits.late_filing
        } else {
            habits.correction
        }
    }
}

impl Version for TaxVersion {
    fn year(&self) -> FiscalYear {
        self.fiscal_year
    }
    fn known_on(&self) -> Date {
        self.known_on
    }
    fn effect_after(_: &Self, habits: &JudgementHabits) -> CorrectionEffect {
        habits.correction
    }
}

impl Version for RevenueVersion {
    fn year(&self) -> FiscalYear {
        self.fiscal_year
    }
    fn known_on(&self) -> Date {
        self.known_on
    }
    fn effect_after(_: &Self, habits: &JudgementHabits) -> CorrectionEffect {
        habits.correction
    }
}

/// The version of a year that counts in a month.
pub(super) fn counting<'v, V: Version>(
    versions: &'v [V],
    year: FiscalYear,
    habits: &JudgementHabits,
    knowledge: Knowledge,
) -> Option<&'v V> {
    let mut found: Option<&V> = None;
    let mut before: Option<&V> = None;
    for version in versions.iter().filter(|version| version.year() == year) {
        let counts = match before.map(|before| V::effect_after(before, habits)) {
            None | Some(CorrectionEffect::Retroactive) => true,
            Some(CorrectionEffect::NextMonth) => next_month(version.known_on()) <= knowledge.month,
            Some(CorrectionEffect::RetroactiveWhenLighter) => {
                next_month(version.known_on()) <= knowledge.month
                    || version.known_on() <= knowledge.lighter_until
            }
        };
        if counts {
            found = Some(version);
        }
        before = Some(version);
    }
    found
}

/// Resolves one person for a month of treatment.
pub(super) fn resolve(
    rules: &JudgementRules,
    person: &PersonFacts,
    knowledge: Knowledge,
) -> Resolved {
    let year = tax_year(knowledge.month);
    let habits = &rules.habits;
    let income = counting(&person.incomes, year, habits, knowledge);
    let tax = counting(&person.taxes, year, habits, knowledge);
    // 扶養親族 are of the age of 31 December of the income year (所得税法 第85条第3項).
    let year_end = day(income_year(knowledge.month), 12, 31);
    let child = person.birth_on > year_end || age_on(person.birth_on, year_end) < 16;
    let abroad = tax.is_some_and(|tax| tax.abroad);
    let filed = match income {
        Some(version) if version.inquiry_open => Filed::Pending(Pending::Inquiry),
        Some(version) if version.filing == Filing::Unfiled && !abroad && !child => Filed::Unfiled,
        Some(_) => Filed::Known,
        // A child needs no return, whatever its record says; who lived abroad had no income that a municipality would know of.
        None if child || abroad => Filed::Known,
        None => Filed::Pending(Pending::IncomeMissing),
    };
    let items = income.map_or_else(Income::default, |version| version.income);
    let unemployed = specially_unemployed(person, knowledge.month);
    let total = items.levy_total(unemployed);
    let deduction = rules.basic_deduction_for(items.total_for_taper());
    let plain = if unemployed {
        items.levy_total(false)
    } else {
        total
    };
    let no_income = plain == Yen::ZERO && items.total_for_taper() == Yen::ZERO;
    let taxed = match tax {
        Some(tax) if tax.abroad => Taxed::Abroad,
        Some(tax) if tax.standing == TaxStanding::Taxed => Taxed::Yes,
        Some(_) => Taxed::No,
        None if came_from_abroad(person, year) => Taxed::Abroad,
        None if filed == Filed::Known && no_income => Taxed::No,
        None => Taxed::Unknown,
    };
    Resolved {
        filed,
        taxed,
        income: items,
        unemployed,
        base: (total - deduction).at_least_zero(),
        total,
        deduction,
        taxable: tax.and_then(|tax| tax.taxable_income),
        taxable_at_most: (plain - deduction).at_least_zero(),
    }
}

/// 賦課期日に国内に住所なし, where no tax record says it: born by 1 January, not living here on it, and come from abroad after it.
/// Who came from another municipality is asked about there; who was born after it stays out of the question.
///
/// 根拠: 国民健康保険法施行令 第29条の3第1項第5号
fn came_from_abroad(person: &PersonFacts, year: FiscalYear) -> bool {
    let new_year = day(year.0, 1, 1);
    let stays = &person.stays;
    let after = stays.iter().find(|stay| new_year < stay.span.from);
    person.birth_on <= new_year
        && !stays.iter().any(|stay| stay.span.contains(new_year))
        && after.is_some_and(|stay| stay.from_abroad)
}

/// 特例対象被保険者等 in a month, or within the months until the first 31 July after it ended.
///
/// 根拠: 国民健康保険法施行令 第29条の3第2項、第29条の7の2第2項
#[must_use]
pub fn specially_unemployed(person: &PersonFacts, month: Date) -> bool {
    person
        .unemployments
        .iter()
        .any(|one| covers(person.birth_on, one, month))
}

fn covers(birth_on: Date, one: &Unemployment, month: Date) -> bool {
    if !CODES.contains(&one.code) || age_on(birth_on, one.left_on) >= 65 {
        return false;
    }
    let begins_on = next_day(one.left_on);
    let ended_on = FiscalYear::of(begins_on).next().end();
    begins_on.first_of_month() <= month && month < day(ended_on.year(), 8, 1)
}

/// 基準収入額, where it can be told: as stated or on record, or from the tax data alone where there is nothing but salary
/// and pensions.
pub(super) fn revenue(
    rules: &JudgementRules,
    person: &PersonFacts,
    resolved: &Resolved,
    knowledge: Knowledge,
    applied: bool,
) -> Option<Yen> {
    let year = tax_year(knowledge.month);
    let habits = &rules.habits;
    let version = counting(&person.revenues, year, habits, knowledge);
    let on_record = |version: &RevenueVersion| version.by_record && habits.revenue_by_record;
    match version {
        Some(version) if applied || on_record(version) => Some(version.revenue),
        _ if applied || habits.revenue_by_record => {
            let income = &resolved.income;
            let plain = income.salary + income.pension;
            let known = resolved.filed == Filed::Known;
            (known && income.levy_total(false) == plain.at_least_zero() && only_pay(income))
                .then_some(income.salary_revenue + income.pension_revenue)
        }
        _ => None,
    }
}

/// Whether every item but salary and pension is nothing.
fn only_pay(income: &Income) -> bool {
    let rest = Income {
        salary_revenue: Yen::ZERO,
        salary: Yen::ZERO,
        pension_revenue: Yen::ZERO,
        pension: Yen::ZERO,
        family_employee_salary: Yen::ZERO,
        family_employee_revenue: Yen::ZERO,
        total_income: Yen::ZERO,
        ..*income
    };
    rest == Income::default()
}
