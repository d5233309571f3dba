//! 判定と未確定 — what is decided while something is still to be known, what is held, and when what came late counts.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod judgement_support;

use judgement_support::{Person, book, elder, household, rules_with, under70};
use law::judgement::timeline::Periods;
use law::judgement::{
    Application, HouseholdFacts, IncomeVersion, Moment, Over70, Pending, Subject, TaxStanding,
    TaxVersion, Under70, judge_elder, judge_household, timeline,
};
use law::levy::facts::Unemployment;
use law::levy::{Filing, Income};
use law::reason::Silent;
use law::rules::JudgementRules;
use law::rules::judgement::{CorrectionEffect, JudgementHabits, RevenueRecord, Unfiled};
use law::{Date, Yen, day};

const ON: Date = Date::constant(2026, 10, 1);
const ADULT: Date = Date::constant(1980, 5, 5);
const ELDER: Date = Date::constant(1955, 5, 5);
const AUGUST: Date = Date::constant(2026, 8, 1);

fn poor(birth_on: Date) -> Person {
    Person::born(birth_on, ON)
        .income(Income::default())
        .untaxed()
}

/// 照会中.
fn asked(birth_on: Date) -> Person {
    Person::born(birth_on, ON).filing(Filing::Filed, true, Income::default())
}

/// 未申告.
fn unfiled(birth_on: Date) -> Person {
    Person::born(birth_on, ON).filing(Filing::Unfiled, false, Income::default())
}

fn class(people: Vec<Person>) -> (Option<Under70>, Option<Pending>) {
    let judged = under70(&household(people), ON);
    (judged.class, judged.pending)
}

fn old_class(people: Vec<Person>) -> (Option<u8>, Option<Over70>, Option<Pending>) {
    let judged = elder(&household(people), ON);
    (judged.tenths, judged.class, judged.pending)
}

const HELD: (Option<Under70>, Option<Pending>) = (None, Some(Pending::Inquiry));

/// 令第29条の3第1項第2号〜第4号 add up the insured alone, and one who is taxed excludes 第5号: a 擬制世帯主 of whom another
/// municipality is asked changes nothing.
// covers: JDG-004, JDG-017
#[test]
fn a_class_that_no_answer_changes_is_not_held() {
    let head = || asked(ADULT).not_insured();
    let wife = |base: i64| Person::born(ADULT, ON).base(base).taxed(1);
    for (base, wanted) in [
        (2_100_000, Under70::D),
        (3_000_000, Under70::C),
        (6_000_001, Under70::B),
        (9_010_001, Under70::A),
    ] {
        assert_eq!(class(vec![head(), wife(base)]), (Some(wanted), None));
    }
    // Nobody is known to be taxed: オ or エ is his answer.
    assert_eq!(class(vec![head(), poor(ADULT)]), HELD);
    // 非課税 on our own record while another municipality is asked says nothing of what it levies.
    assert_eq!(class(vec![head().untaxed(), poor(ADULT)]), HELD);
    // The income of an insured person adds to the sum: only above 901万円 it has nothing left to change.
    assert_eq!(class(vec![wife(3_000_000), asked(ADULT)]), HELD);
    let rich = class(vec![wife(9_010_001), asked(ADULT)]);
    assert_eq!(rich, (Some(Under70::A), None));
    assert_eq!(class(vec![wife(9_010_000), asked(ADULT)]), HELD);
    // Without any record of income, and taxed or not on record: 第5号 asks for the tax alone.
    let silent = || Person::born(ADULT, ON).not_insured();
    assert_eq!(
        class(vec![silent().untaxed(), poor(ADULT)]),
        (Some(Under70::E), None)
    );
    assert_eq!(
        class(vec![silent().taxed(1), poor(ADULT)]),
        (Some(Under70::D), None)
    );
    assert_eq!(
        class(vec![silent(), poor(ADULT)]),
        (None, Some(Pending::IncomeMissing))
    );
}

/// 令第29条の3第4項第1号: who is taxed at 2割 is 一般, whatever is heard of the others.
// covers: JDG-004, JDG-017
#[test]
fn at_two_tenths_one_taxed_makes_it_general() {
    let taxed = || Person::born(ELDER, ON).base(1_000_000).taxed(1_000_000);
    let head = || asked(ADULT).not_insured();
    let general = (Some(2), Some(Over70::General), None);
    let held = (Some(2), None, Some(Pending::Inquiry));
    assert_eq!(old_class(vec![head(), taxed()]), general);
    assert_eq!(old_class(vec![asked(ADULT), taxed()]), general);
    assert_eq!(old_class(vec![head(), poor(ELDER)]), held);
    // 低所得Ⅰ asks for the income of everybody; 低所得Ⅱ is certain once one has any.
    let silent = || Person::born(ADULT, ON).not_insured().untaxed();
    let some = Income {
        business: Yen(1),
        ..Income::default()
    };
    let little = || Person::born(ELDER, ON).income(some).untaxed();
    assert_eq!(
        old_class(vec![silent(), poor(ELDER)]),
        (Some(2), None, Some(Pending::IncomeMissing))
    );
    assert_eq!(
        old_class(vec![silent(), little()]),
        (Some(2), Some(Over70::Low2), None)
    );
}

fn lost_the_job(salary: i64) -> Person {
    let mut person = Person::born(day(1976, 2, 2), ON)
        .income(Income {
            salary_revenue: Yen(salary * 3 / 2),
            salary: Yen(salary),
            ..Income::default()
        })
        .taxed(1);
    person.facts.unemployments.push(Unemployment {
        left_on: day(2026, 3, 31),
        code: 11,
    });
    person
}

/// 令第29条の3第10項: the incomes of 特定同一世帯所属者 are added, and what is not known of them leaves オ open (43万円 and 57万円 for
/// each of two).
// covers: JDG-004, JDG-017
#[test]
fn the_threshold_of_the_unemployed_waits_for_the_former_insured() {
    let former = |person: Person| person.former_insured(day(2024, 6, 1));
    let born = day(1950, 3, 3);
    let with = |husband: Person| class(vec![lost_the_job(2_000_000), former(husband)]);
    assert_eq!(with(poor(born)), (Some(Under70::E), None));
    let rich = Person::born(born, ON).base(2_000_000).taxed(1);
    assert_eq!(with(rich), (Some(Under70::D), None));
    assert_eq!(with(asked(born)), HELD);
    assert_eq!(
        with(Person::born(born, ON)),
        (None, Some(Pending::IncomeMissing))
    );
    // 30/100 of 5,566,667 is 1,670,000, as much as two earners may have; a yen more, and no answer helps.
    let beyond = |salary| class(vec![lost_the_job(salary), former(asked(born))]);
    assert_eq!(beyond(5_566_667), HELD);
    assert_eq!(beyond(5_566_670), (Some(Under70::D), None));
    // Nobody lost a job: 特定同一世帯所属者 are not asked about.
    let at_work = Person::born(ADULT, ON).base(1_000_000).taxed(1);
    let without = class(vec![at_work, former(asked(born))]);
    assert_eq!(without, (Some(Under70::D), None));
    // 第4項第5号 with 第10項: 一般 or 低所得Ⅱ hangs on it alike.
    let old = Person::born(ELDER, ON).base(0).taxed(0);
    let held = old_class(vec![lost_the_job(2_000_000), old, former(asked(born))]);
    assert_eq!(held, (Some(2), None, Some(Pending::Inquiry)));
}

/// 令第27条の2第2項・第3項: one of 145万円 makes 3割, and an answer only adds to the sum of 210万円. Only 収入 that is not known
/// could make it 2割 again, and only while what is known stays below 520万円.
// covers: JDG-002, JDG-004, JDG-017
#[test]
fn a_ratio_that_no_answer_changes_is_not_held() {
    let rich = |taxable: i64, base: i64| Person::born(ELDER, ON).base(base).taxed(taxable);
    let waiting = || asked(day(1954, 4, 4));
    let inquiry = Some(Pending::Inquiry);
    let held = (None, None, inquiry);
    // No record confirms the revenue of the one who is known: without an application nothing makes it 2割.
    let three = (Some(3), None, inquiry);
    assert_eq!(
        old_class(vec![rich(1_450_000, 2_100_001), waiting()]),
        three
    );
    assert_eq!(
        old_class(vec![waiting(), rich(1_450_000, 2_100_001)]),
        three
    );
    assert_eq!(old_class(vec![rich(1_449_999, 2_100_001), waiting()]), held);
    assert_eq!(old_class(vec![rich(1_450_000, 2_100_000), waiting()]), held);
    // 690万円 is 現役並みⅢ whatever is heard.
    let third = (Some(3), Some(Over70::Active3), None);
    assert_eq!(
        old_class(vec![rich(6_900_000, 7_000_000), waiting()]),
        third
    );
    assert_eq!(
        old_class(vec![rich(6_899_999, 7_000_000), waiting()]),
        three
    );
    // 収入 on record: 520万円 is reached by one alone, or the other's may leave it below.
    let on_record = |revenue| rich(1_450_000, 2_100_001).revenue(revenue, true);
    assert_eq!(old_class(vec![on_record(5_200_000), waiting()]), three);
    assert_eq!(old_class(vec![on_record(5_199_999), waiting()]), held);
    // The record of the one who is asked about shows it already: below 520万円 together is 2割 whatever is taxed there.
    let both = |revenue: i64| {
        let other = waiting().revenue(1_000_000, true).taxed(1);
        old_class(vec![on_record(revenue), other])
    };
    assert_eq!(both(4_199_999), (Some(2), Some(Over70::General), None));
    assert_eq!(both(4_200_000), three);
    // 未申告, where the municipality waits for the return.
    let rules = rules_with(ON, |habits| habits.unfiled = Unfiled::Pending);
    let facts = household(vec![rich(1_450_000, 2_100_001), unfiled(ELDER)]);
    let judged = judge_elder(&rules, &facts, Moment::of(ON), &mut Silent).unwrap();
    assert_eq!(
        (judged.tenths, judged.class, judged.pending),
        (Some(3), None, Some(Pending::Unfiled))
    );
    // 課税所得 that the tax side does not say, beside one of 145万円: the class alone hangs on it.
    let unsaid = |base: i64| {
        Person::born(ELDER, ON)
            .base(base)
            .tax(TaxStanding::Taxed, None, false)
    };
    assert_eq!(
        old_class(vec![rich(1_450_000, 2_100_001), unsaid(3_800_000)]),
        (Some(3), None, Some(Pending::TaxMissing))
    );
    assert_eq!(
        old_class(vec![rich(1_450_000, 2_100_001), unsaid(3_799_999)]),
        (Some(3), Some(Over70::Active1), None)
    );
    assert_eq!(
        old_class(vec![unsaid(3_800_000)]),
        (None, None, Some(Pending::TaxMissing))
    );
}

fn old_with(
    change: impl Fn(&mut JudgementHabits),
    people: Vec<Person>,
) -> (Option<Over70>, Option<Pending>) {
    let rules = rules_with(ON, change);
    let judged = judge_elder(&rules, &household(people), Moment::of(ON), &mut Silent).unwrap();
    (judged.class, judged.pending)
}

// covers: JDG-017
#[test]
fn an_unfiled_head_counts_where_the_municipality_counts_him() {
    let head = || unfiled(ADULT).not_insured();
    let counts =
        |counts: bool| move |habits: &mut JudgementHabits| habits.unfiled_head_counts = counts;
    assert_eq!(
        old_with(counts(true), vec![head().untaxed(), poor(ELDER)]),
        (Some(Over70::General), None)
    );
    let some = Income {
        business: Yen(1),
        ..Income::default()
    };
    let little = || Person::born(ELDER, ON).income(some).untaxed();
    assert_eq!(
        old_with(counts(false), vec![head().untaxed(), little()]),
        (Some(Over70::Low2), None)
    );
    // Nothing says whether he is taxed: 一般 or 低所得 hangs on it.
    assert_eq!(
        old_with(counts(false), vec![head(), little()]),
        (None, Some(Pending::Unfiled))
    );
}

// covers: JDG-017
#[test]
fn the_order_of_people_decides_nothing() {
    let same = |habits: fn(&mut JudgementHabits), people: [fn() -> Person; 2]| {
        let [one, two] = people;
        // Who is judged stands last; the head is another person throughout.
        let of = |first: fn() -> Person, second: fn() -> Person| {
            let all = vec![poor(ADULT).not_insured(), first(), second(), poor(ELDER)];
            let rules = rules_with(ON, habits);
            let facts = household(all);
            let class = judge_household(&rules, &facts, Moment::of(ON), &mut Silent).unwrap();
            let old = judge_elder(&rules, &facts, Moment::of(ON), &mut Silent).unwrap();
            (
                class.class,
                class.pending,
                old.tenths,
                old.class,
                old.pending,
                old.taxable,
            )
        };
        assert_eq!(of(one, two), of(two, one));
        of(one, two)
    };
    let usual: fn(&mut JudgementHabits) = |_| {};
    let waits: fn(&mut JudgementHabits) = |habits| habits.unfiled = Unfiled::Pending;
    let found = same(usual, [|| unfiled(ADULT), || asked(ADULT)]);
    assert_eq!(
        (found.0, found.3),
        (Some(Under70::A), Some(Over70::General))
    );
    let found = same(waits, [|| unfiled(ADULT), || asked(ADULT)]);
    assert_eq!(
        (found.1, found.4),
        (Some(Pending::Inquiry), Some(Pending::Inquiry))
    );
    let found = same(waits, [|| unfiled(ELDER), || asked(ELDER)]);
    assert_eq!((found.2, found.4), (None, Some(Pending::Inquiry)));
    same(usual, [|| Person::born(ADULT, ON), || asked(ADULT)]);
    same(
        usual,
        [
            || Person::born(ELDER, ON).base(9_000_000).taxed(8_000_000),
            || asked(ELDER),
        ],
    );
}

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
