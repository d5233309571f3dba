//! 人ごとの所得と課税 — what is known of one person for the year a month of treatment reads, and from when it counts.

use super::class::Pending;
use super::facts::{IncomeVersion, PersonFacts, RevenueVersion, TaxStanding, TaxVersion};
use super::year::{income_year, next_month, tax_year};
use crate::date::{age_on, day, next_day};
use crate::levy::facts::Unemployment;
use crate::levy::unemployment::CODES;
use crate::levy::{Filing, Income};
use crate::rules::JudgementRules;
use crate::rules::judgement::{CorrectionEffect, JudgementHabits, RevenueRecord};
use crate::{Date, FiscalYear, Yen};

/// Up to when a correction that makes the burden lighter is taken back to the beginning; see
/// [`CorrectionEffect::RetroactiveWhenLighter`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Knowledge {
    /// First day of the month of treatment.
    pub month: Date,
    /// Corrections up to this day count as if they made the burden lighter.
    pub lighter_until: Date,
    /// But those of these days, which make it heavier.
    pub heavier: Heavier,
}

/// How many days of corrections are told apart.
pub(super) const TOLD_APART: usize = 5;

/// Days whose corrections count from the month after, though a later one is taken back to the beginning.
pub type Heavier = [Option<Date>; TOLD_APART];

impl Knowledge {
    /// Whether a correction that came on a day is taken back to the beginning.
    fn takes_back(&self, known_on: Date) -> bool {
        known_on <= self.lighter_until && !self.heavier.contains(&Some(known_on))
    }
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
trait Version {
    fn year(&self) -> FiscalYear;
    fn known_on(&self) -> Date;
}

impl Version for IncomeVersion {
    fn year(&self) -> FiscalYear {
        self.fiscal_year
    }
    fn known_on(&self) -> Date {
        self.known_on
    }
}

impl Version for TaxVersion {
    fn year(&self) -> FiscalYear {
        self.fiscal_year
    }
    fn known_on(&self) -> Date {
        self.known_on
    }
}

impl Version for RevenueVersion {
    fn year(&self) -> FiscalYear {
        self.fiscal_year
    }
    fn known_on(&self) -> Date {
        self.known_on
    }
}

/// When what takes the place of an income begins to count.
fn after(before: &IncomeVersion, habits: &JudgementHabits) -> CorrectionEffect {
    if before.inquiry_open {
        // 保留 is no judgement: the answer counts from the beginning.
        CorrectionEffect::Retroactive
    } else if before.filing == Filing::Unfiled {
        habits.late_filing
    } else {
        habits.correction
    }
}

/// When a record of tax or revenue that takes the place of another begins to count: with the income it came with. A return
/// filed late brings both, and one of them alone would be a household that never was.
fn beside<V: Version>(
    person: &PersonFacts,
    (before, version): (&V, &V),
    habits: &JudgementHabits,
) -> CorrectionEffect {
    let mut known = person
        .incomes
        .iter()
        .filter(|one| one.fiscal_year == version.year() && one.known_on <= version.known_on());
    let latest = known.next_back();
    let answered = match latest {
        Some(latest) if latest.known_on > before.known_on() => known.next_back(),
        other => other,
    };
    answered.map_or(habits.correction, |income| after(income, habits))
}

/// The version of a year that counts in a month; `effect` says it of one and of what it takes the place of.
fn counting<V: Version>(
    versions: &[V],
    knowledge: Knowledge,
    effect: impl Fn(&V, &V) -> CorrectionEffect,
) -> Option<&V> {
    let year = tax_year(knowledge.month);
    let mut found: Option<&V> = None;
    let mut before: Option<&V> = None;
    for version in versions.iter().filter(|version| version.year() == year) {
        let counts = match before.map(|before| effect(before, version)) {
            None | Some(CorrectionEffect::Retroactive) => true,
            Some(CorrectionEffect::NextMonth) => next_month(version.known_on()) <= knowledge.month,
            Some(CorrectionEffect::RetroactiveWhenLighter) => {
                next_month(version.known_on()) <= knowledge.month
                    || knowledge.takes_back(version.known_on())
            }
        };
        if counts {
            found = Some(version);
        }
        before = Some(version);
    }
    found
}

/// The tax record of a person that counts in a month.
pub(super) fn tax_of<'p>(
    person: &'p PersonFacts,
    habits: &JudgementHabits,
    knowledge: Knowledge,
) -> Option<&'p TaxVersion> {
    counting(&person.taxes, knowledge, |before, version| {
        beside(person, (before, version), habits)
    })
}

/// Resolves one person for a month of treatment.
pub(super) fn resolve(
    rules: &JudgementRules,
    person: &PersonFacts,
    knowledge: Knowledge,
) -> Resolved {
    let year = tax_year(knowledge.month);
    let habits = &rules.habits;
    let income = counting(&person.incomes, knowledge, |before, _| {
        after(before, habits)
    });
    let tax = tax_of(person, habits, knowledge);
    // 扶養親族 are of the age of 31 December of the income year (所得税法 第85条第3項).
    let year_end = day(income_year(knowledge.month), 12, 31);
    let child = person.birth_on > year_end || age_on(person.birth_on, year_end) < 16;
    let abroad = tax.map_or_else(|| came_from_abroad(person, year), |tax| tax.abroad);
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
        _ if abroad => Taxed::Abroad,
        Some(tax) if tax.standing == TaxStanding::Taxed => Taxed::Yes,
        Some(_) => Taxed::No,
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

/// 基準収入額, where it can be told: as stated with a granted application, or as the municipality's own records confirm it.
/// What somebody stated goes before every reading of the tax record.
///
/// 根拠: 国民健康保険法施行規則 第24条の2・第24条の3
pub(super) fn revenue(
    rules: &JudgementRules,
    person: &PersonFacts,
    resolved: &Resolved,
    knowledge: Knowledge,
    applied: bool,
) -> Option<Yen> {
    let habits = &rules.habits;
    let version = counting(&person.revenues, knowledge, |before, version| {
        beside(person, (before, version), habits)
    });
    let on_record = |version: &RevenueVersion| version.by_record && habits.revenue_by_record;
    let by_pay = habits.revenue_by_record && habits.revenue_record == RevenueRecord::PayAlone;
    match version {
        Some(version) if applied || on_record(version) => Some(version.revenue),
        Some(_) => None,
        None if applied || by_pay => pay_alone(resolved),
        None => None,
    }
}

/// 給与収入 and 年金収入 together, where the tax record shows nothing beside them: no other kind of income or of loss, no
/// 合計所得金額 beyond them, and the revenue behind each of them.
fn pay_alone(resolved: &Resolved) -> Option<Yen> {
    let income = &resolved.income;
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
    let pay = (income.salary + income.pension).at_least_zero();
    let whole = income.total_income == Yen::ZERO || income.total_income == pay;
    let behind = income.salary <= income.salary_revenue && income.pension <= income.pension_revenue;
    let alone = rest == Income::default() && whole && behind;
    (resolved.filed == Filed::Known && alone)
        .then_some(income.salary_revenue + income.pension_revenue)
}
