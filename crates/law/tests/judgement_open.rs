//! 判定と未確定 — what is decided while something is still to be known, what is held, and when what came late counts.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod judgement_support;

use judgement_support::{Person, book, household, rules_with};
use law::judgement::timeline::Periods;
use law::judgement::{
    Application, HouseholdFacts, IncomeVersion, Moment, Subject, TaxStanding, TaxVersion, Under70,
    judge_elder, timeline,
};
use law::levy::{Filing, Income};
use law::reason::Silent;
use law::rules::JudgementRules;
use law::rules::judgement::{CorrectionEffect, JudgementHabits, RevenueRecord};
use law::{Date, Yen, day};

const ON: Date = Date::constant(2026, 10, 1);
const ADULT: Date = Date::constant(1980, 5, 5);
const ELDER: Date = Date::constant(1955, 5, 5);
const AUGUST: Date = Date::constant(2026, 8, 1);

fn pensioner(change: impl Fn(&mut Income)) -> Person {
    // 年金収入 340万円 and 給与収入 30万円: 370万円, below 383万円.
    let mut income = Income {
        salary_revenue: Yen(300_000),
        pension_revenue: Yen(3_400_000),
        pension: Yen(2_530_002),
        ..Income::default()
    };
    change(&mut income);
    Person::born(ELDER, ON).income(income).taxed(1_450_000)
}

fn tenths(rules: &JudgementRules, person: Person, granted: bool) -> Option<u8> {
    let mut facts = household(vec![person]);
    if granted {
        facts.applications.push(Application {
            benefit_year: 2026,
            received_on: day(2026, 7, 10),
        });
    }
    judge_elder(rules, &facts, Moment::of(ON), &mut Silent)
        .unwrap()
        .tenths
}

/// 規則第24条の3ただし書: without an application only what is confirmed as 収入 counts; a tax record with pay alone does where the
/// municipality says that it confirms.
// covers: JDG-002
#[test]
fn without_an_application_only_confirmed_revenue_counts() {
    let strict = rules_with(ON, |_| {});
    assert_eq!(strict.habits.revenue_record, RevenueRecord::Confirmed);
    let by_pay = rules_with(ON, |habits| habits.revenue_record = RevenueRecord::PayAlone);
    let plain = || pensioner(|_| {});
    assert_eq!(tenths(&strict, plain(), false), Some(3));
    assert_eq!(
        tenths(&strict, plain().revenue(3_829_999, true), false),
        Some(2)
    );
    assert_eq!(
        tenths(&strict, plain().revenue(3_830_000, true), false),
        Some(3)
    );
    assert_eq!(tenths(&by_pay, plain(), false), Some(2));
    // What was stated goes before what the tax record leaves out, granted or not.
    for rules in [&strict, &by_pay] {
        let stated = || plain().revenue(8_800_000, false);
        assert_eq!(tenths(rules, stated(), false), Some(3));
        assert_eq!(tenths(rules, stated(), true), Some(3));
        assert_eq!(
            tenths(rules, plain().revenue(3_700_000, false), false),
            Some(3)
        );
        assert_eq!(
            tenths(rules, plain().revenue(3_700_000, false), true),
            Some(2)
        );
    }
    let never = rules_with(ON, |habits| {
        habits.revenue_record = RevenueRecord::PayAlone;
        habits.revenue_by_record = false;
    });
    assert_eq!(tenths(&never, plain(), false), Some(3));
    assert_eq!(
        tenths(&never, plain().revenue(3_700_000, true), false),
        Some(3)
    );
    // Anything on the record beside pay, or pay without the 収入 behind it, confirms nothing.
    let others: [fn(&mut Income); 9] = [
        |income| income.business = Yen(1),
        |income| income.real_estate = Yen(-1),
        |income| income.listed_loss_used = Yen(1),
        |income| income.net_loss_used = Yen(1),
        |income| income.home_loss_used = Yen(1),
        |income| income.land_long_special_deduction = Yen(1),
        |income| income.total_income = Yen(2_530_003),
        |income| income.pension_revenue = Yen::ZERO,
        |income| income.salary = Yen(300_001),
    ];
    for (number, other) in others.into_iter().enumerate() {
        let found = tenths(&by_pay, pensioner(other), false);
        assert_eq!(found, Some(3), "{number}");
    }
    let whole: fn(&mut Income) = |income| income.total_income = Yen(2_530_002);
    assert_eq!(tenths(&by_pay, pensioner(whole), false), Some(2));
}

/// A return filed late and what it was taxed by, in November.
fn filed_late(before: (Filing, bool), taxed_on: Date) -> HouseholdFacts {
    let mut head = Person::born(ADULT, AUGUST)
        .filing(before.0, before.1, Income::default())
        .untaxed();
    let income = IncomeVersion {
        known_on: day(2026, 11, 20),
        filing: Filing::Filed,
        inquiry_open: false,
        income: Income {
            business: Yen(7_430_000),
            ..Income::default()
        },
        ..head.facts.incomes[0]
    };
    head.facts.incomes.push(income);
    let tax = TaxVersion {
        known_on: taxed_on,
        standing: TaxStanding::Taxed,
        ..head.facts.taxes[0]
    };
    head.facts.taxes.push(tax);
    household(vec![head])
}

fn classes(facts: &HouseholdFacts, change: impl Fn(&mut JudgementHabits)) -> Vec<(Date, i64)> {
    let mut periods = Vec::new();
    let mut rules = book().at(AUGUST).unwrap();
    change(&mut rules.habits);
    let only = Periods::only(rules);
    for span in timeline(&only, facts, AUGUST, day(2027, 8, 1)).unwrap() {
        if span.subject == Subject::Household {
            periods.push((span.from, span.verdict.class));
        }
    }
    periods
}

/// The tax record counts from when the income counts that it came with: the new income with the old 非課税 would be オ, which no
/// reading of 所得更正の反映 gives.
// covers: JDG-003, JDG-017
#[test]
fn the_tax_of_a_late_return_counts_with_its_income() {
    use CorrectionEffect::{NextMonth, Retroactive};
    let (a, b, december) = (Under70::A.code(), Under70::B.code(), day(2026, 12, 1));
    for taxed_on in [day(2026, 11, 20), day(2026, 11, 18), day(2026, 11, 24)] {
        let late = filed_late((Filing::Unfiled, false), taxed_on);
        let found = classes(&late, |habits| {
            habits.correction = NextMonth;
            habits.late_filing = Retroactive;
        });
        assert_eq!(found, [(AUGUST, b)], "{taxed_on}");
        let found = classes(&late, |habits| {
            habits.correction = Retroactive;
            habits.late_filing = NextMonth;
        });
        assert_eq!(found, [(AUGUST, a), (december, b)], "{taxed_on}");
        // 照会: the answer counts from the beginning, with what was levied there.
        let answered = filed_late((Filing::Filed, true), taxed_on);
        let found = classes(&answered, |habits| {
            habits.correction = NextMonth;
            habits.late_filing = NextMonth;
        });
        assert_eq!(found, [(AUGUST, b)], "{taxed_on}");
        // A correction of what was filed is no late return.
        let mended = filed_late((Filing::Filed, false), taxed_on);
        let found = classes(&mended, |habits| {
            habits.correction = NextMonth;
            habits.late_filing = Retroactive;
        });
        assert_eq!(
            found,
            [(AUGUST, Under70::E.code()), (december, b)],
            "{taxed_on}"
        );
    }
}
