//! 判定の日 — which day a judgement begins on: 1 August, joining, 70, a change of household, a correction.

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
    Application, HouseholdFacts, IncomeVersion, MovedIn, Over70, Subject, Under70, VerdictSpan,
    judge_member, timeline,
};
use law::levy::facts::HeadSpan;
use law::levy::{Filing, Income};
use law::rules::judgement::{ApplicationEffect, CorrectionEffect, JudgementHabits, Unfiled};
use law::{Date, FiscalYear, Yen, day};

const AUGUST: Date = Date::constant(2026, 8, 1);
const END: Date = Date::constant(2027, 8, 1);
const ADULT: Date = Date::constant(1980, 5, 5);
const ELDER: Date = Date::constant(1954, 1, 1);

fn with(facts: &HouseholdFacts, change: impl Fn(&mut JudgementHabits)) -> Vec<VerdictSpan> {
    let periods = Periods::only(rules_with(AUGUST, change));
    timeline(&periods, facts, AUGUST, END).unwrap()
}

fn usual(facts: &HouseholdFacts) -> Vec<VerdictSpan> {
    with(facts, |_| {})
}

/// (first day, class) of a subject.
fn classes(spans: &[VerdictSpan], subject: Subject) -> Vec<(Date, i64)> {
    let of = spans.iter().filter(|span| span.subject == subject);
    of.map(|span| (span.from, span.verdict.class)).collect()
}

fn rich(birth: Date) -> Person {
    Person::born(birth, AUGUST).base(9_000_000).taxed(8_000_000)
}

fn poor(birth: Date) -> Person {
    Person::born(birth, AUGUST)
        .income(Income::default())
        .untaxed()
}

// covers: JDG-003, JDG-004
#[test]
fn the_year_changes_on_1_august() {
    let mut head = poor(ADULT);
    head.facts.incomes.push(IncomeVersion {
        fiscal_year: FiscalYear(2025),
        known_on: day(2025, 6, 1),
        filing: Filing::Filed,
        inquiry_open: false,
        income: Income {
            business: Yen(10_000_000),
            ..Income::default()
        },
    });
    head = head.tax(law::judgement::TaxStanding::Taxed, None, false);
    // Only the fiscal year 2025 counts for July: 前々年 2024年の所得.
    head.facts.taxes[1].fiscal_year = FiscalYear(2025);
    let facts = household(vec![head]);
    let periods = Periods::of(&book(), day(2026, 7, 1), END).unwrap();
    let spans = timeline(&periods, &facts, day(2026, 7, 1), END).unwrap();
    assert_eq!(
        classes(&spans, Subject::Household),
        [
            (day(2026, 7, 1), Under70::A.code()),
            (AUGUST, Under70::E.code())
        ]
    );
    assert_eq!(spans[0].until, AUGUST);
    assert_eq!(
        (spans[0].verdict.income_year, spans[1].verdict.income_year),
        (2024, 2025)
    );
}

// covers: JDG-004
#[test]
fn a_change_of_household_counts_from_the_next_first_and_on_the_first_at_once() {
    for (joined, from) in [
        (day(2026, 9, 1), day(2026, 9, 1)),
        (day(2026, 9, 2), day(2026, 10, 1)),
        (day(2026, 9, 30), day(2026, 10, 1)),
    ] {
        let facts = household(vec![poor(ADULT), rich(ADULT).insured(joined, None)]);
        assert_eq!(
            classes(&usual(&facts), Subject::Household),
            [(AUGUST, Under70::E.code()), (from, Under70::B.code())],
            "{joined}"
        );
        // Who leaves on the first is gone on the first.
        let facts = household(vec![
            poor(ADULT),
            rich(ADULT).insured(day(2020, 4, 1), Some(joined)),
        ]);
        assert_eq!(
            classes(&usual(&facts), Subject::Household),
            [(AUGUST, Under70::B.code()), (from, Under70::E.code())],
            "{joined}"
        );
    }
}

// covers: JDG-001
#[test]
fn who_joins_within_a_month_is_judged_on_the_day_of_joining() {
    let joined = day(2026, 9, 15);
    let facts = household(vec![poor(ELDER), rich(ELDER).insured(joined, None)]);
    let spans = usual(&facts);
    assert_eq!(
        classes(&spans, Subject::Elder(0)),
        [
            (AUGUST, Over70::Low1.code()),
            (day(2026, 10, 1), Over70::Active3.code())
        ]
    );
    assert_eq!(
        classes(&spans, Subject::Elder(1)),
        [(joined, Over70::Active3.code())]
    );
}

/// 国保法42条1項4号, 世帯構成変更は翌月1日: who comes from another household here has not joined; the ratio of that household
/// holds for him to the end of the month, and on the first it is that of the new one at once.
// covers: JDG-001, JDG-004
#[test]
fn who_moves_between_households_within_a_month_keeps_the_ratio_to_its_end() {
    let there = |moved_on: Date, since: Date| HouseholdFacts {
        people: vec![
            poor(ELDER).not_insured().facts,
            rich(ELDER).insured(since, Some(moved_on)).facts,
        ],
        heads: vec![HeadSpan {
            person: 1,
            from: day(2000, 4, 1),
            until: None,
        }],
        ..HouseholdFacts::default()
    };
    let ratios = |spans: &[VerdictSpan], index| -> Vec<(Date, Date, i64)> {
        let of = spans
            .iter()
            .filter(|one| one.subject == Subject::Elder(index));
        of.map(|one| (one.from, one.until, one.verdict.tenths))
            .collect()
    };
    let long = day(2010, 4, 1);
    for (moved_on, since, stood_on) in [
        (day(2026, 11, 10), long, day(2026, 11, 1)),
        // He had joined the insurance within the same month.
        (day(2026, 11, 10), day(2026, 11, 4), day(2026, 11, 4)),
        (day(2026, 11, 30), long, day(2026, 11, 1)),
    ] {
        // A rich one comes to a poor one of two: both are judged together from 1 December.
        let mut facts = household(vec![poor(ELDER), rich(ELDER).insured(moved_on, None)]);
        let mut former = there(moved_on, since);
        former.people[1].incomes[0].income.business = Yen(1_430_000);
        former.people[1].taxes[0].taxable_income = Some(Yen(1_000_000));
        facts.moved_in.push(MovedIn {
            person: 1,
            on: moved_on,
            stood_on,
            household: former,
        });
        let spans = usual(&facts);
        let december = day(2026, 12, 1);
        assert_eq!(
            ratios(&spans, 0),
            [(AUGUST, december, 2), (december, END, 3)],
            "{moved_on}"
        );
        assert_eq!(
            ratios(&spans, 1),
            [(moved_on, december, 2), (december, END, 3)],
            "{moved_on}"
        );
        // What was read for the rest of November was read of the former household.
        let moment = spans
            .iter()
            .find(|one| one.from == moved_on)
            .unwrap()
            .moment;
        let mut steps = Vec::new();
        let rules = rules_with(AUGUST, |_| {});
        let judged = judge_member(&rules, &facts, 1, moment, &mut steps).unwrap();
        assert_eq!((moment.on, judged.tenths), (moved_on, Some(2)));
        // Without a former household here he has joined, and is judged on the day.
        facts.moved_in.clear();
        assert_eq!(ratios(&usual(&facts), 1), [(moved_on, END, 3)]);
    }
    // On the first it counts at once.
    let first = day(2026, 11, 1);
    let facts = household(vec![poor(ELDER), rich(ELDER).insured(first, None)]);
    for index in [0, 1] {
        assert_eq!(ratios(&usual(&facts), index).last(), Some(&(first, END, 3)));
    }
}

// covers: JDG-001
#[test]
fn seventy_is_judged_from_the_month_after_and_born_on_the_first_from_the_month_itself() {
    for (birth, from) in [
        (day(1956, 11, 1), day(2026, 11, 1)),
        (day(1956, 11, 2), day(2026, 12, 1)),
        (day(1956, 11, 30), day(2026, 12, 1)),
    ] {
        let spans = usual(&household(vec![poor(birth)]));
        assert_eq!(
            classes(&spans, Subject::Elder(0)),
            [(from, Over70::Low1.code())],
            "{birth}"
        );
    }
}

// covers: JDG-004
#[test]
fn a_new_head_counts_for_untaxed_from_the_next_first() {
    let mut facts = household(vec![poor(ADULT), rich(ADULT).not_insured()]);
    facts.heads[0].until = Some(day(2026, 12, 10));
    facts.heads.push(HeadSpan {
        person: 1,
        from: day(2026, 12, 10),
        until: None,
    });
    assert_eq!(
        classes(&usual(&facts), Subject::Household),
        [
            (AUGUST, Under70::E.code()),
            (day(2027, 1, 1), Under70::D.code())
        ]
    );
}

fn corrected(first: i64, second: i64, known_on: Date) -> HouseholdFacts {
    let mut head = Person::born(ADULT, AUGUST).base(first).taxed(1);
    let mut version = head.facts.incomes[0];
    version.known_on = known_on;
    version.income.business = Yen(second + 430_000);
    head.facts.incomes.push(version);
    household(vec![head])
}

// covers: JDG-003
#[test]
fn a_corrected_income_counts_from_when_the_municipality_says() {
    let heavier = corrected(1_000_000, 7_000_000, day(2026, 11, 20));
    let lighter = corrected(7_000_000, 1_000_000, day(2026, 11, 20));
    let (low, high) = (Under70::D.code(), Under70::B.code());
    let december = day(2026, 12, 1);
    let effect = |facts: &HouseholdFacts, effect: CorrectionEffect| {
        classes(
            &with(facts, |habits| habits.correction = effect),
            Subject::Household,
        )
    };
    assert_eq!(
        effect(&heavier, CorrectionEffect::Retroactive),
        [(AUGUST, high)]
    );
    assert_eq!(
        effect(&lighter, CorrectionEffect::Retroactive),
        [(AUGUST, low)]
    );
    let next = CorrectionEffect::NextMonth;
    assert_eq!(effect(&heavier, next), [(AUGUST, low), (december, high)]);
    assert_eq!(effect(&lighter, next), [(AUGUST, high), (december, low)]);
    let when_lighter = CorrectionEffect::RetroactiveWhenLighter;
    assert_eq!(
        effect(&heavier, when_lighter),
        [(AUGUST, low), (december, high)]
    );
    assert_eq!(effect(&lighter, when_lighter), [(AUGUST, low)]);
}

/// A correction that makes it lighter is taken back to August though another, on another day, makes it heavier: the sum of
/// 令第29条の3第1項第3号 is looked at for each month with each correction on its own.
// covers: JDG-003
#[test]
fn a_heavier_correction_does_not_keep_a_lighter_one_back() {
    let with_second = |mut person: Person, second: i64, known_on: Date| {
        let mut version = person.facts.incomes[0];
        version.known_on = known_on;
        version.income.business = Yen(second + 430_000);
        person.facts.incomes.push(version);
        person
    };
    let of = |base: i64| Person::born(ADULT, AUGUST).base(base).taxed(1);
    let when_lighter = |people: Vec<Person>| {
        let spans = with(&household(people), |habits| {
            habits.correction = CorrectionEffect::RetroactiveWhenLighter;
        });
        let mut found = classes(&spans, Subject::Household);
        found.dedup_by_key(|(_, class)| *class);
        found
    };
    let (c, d, b) = (Under70::C.code(), Under70::D.code(), Under70::B.code());
    let (september, november) = (day(2026, 9, 10), day(2026, 11, 20));
    // 150万 and 150万 are ウ. To 50万 in November: エ. To 600万 in September: イ from October, ウ with the other from the beginning.
    let heavier = || with_second(of(1_500_000), 6_000_000, september);
    let lighter = || with_second(of(1_500_000), 500_000, november);
    let october = day(2026, 10, 1);
    assert_eq!(
        when_lighter(vec![heavier(), lighter()]),
        [(AUGUST, d), (october, b)]
    );
    assert_eq!(
        when_lighter(vec![lighter(), heavier()]),
        [(AUGUST, d), (october, b)]
    );
    // Two that make it heavier, and a third that makes it lighter.
    let third = with_second(of(1_200_000), 1_300_000, day(2026, 10, 5));
    let other = with_second(of(0), 900_000, september);
    let last = with_second(of(1_000_000), 0, november);
    assert_eq!(
        when_lighter(vec![third, other, last]),
        [(AUGUST, d), (day(2026, 11, 1), c)]
    );
    // One person's own: heavier first, then lighter than at the beginning, then heavier again.
    let own = with_second(of(2_500_000), 6_500_000, september);
    let own = with_second(own, 1_000_000, november);
    let own = with_second(own, 3_000_000, day(2026, 12, 10));
    assert_eq!(when_lighter(vec![own]), [(AUGUST, d), (day(2027, 1, 1), c)]);
}

// covers: JDG-017
#[test]
fn a_late_return_counts_from_when_the_municipality_says_and_an_answer_always_from_the_beginning() {
    let filed_late = |before: (Filing, bool)| {
        let mut head = Person::born(ADULT, AUGUST).filing(before.0, before.1, Income::default());
        head.facts.incomes.push(IncomeVersion {
            known_on: day(2026, 11, 20),
            filing: Filing::Filed,
            inquiry_open: false,
            ..head.facts.incomes[0]
        });
        household(vec![head])
    };
    let late = |facts: &HouseholdFacts, effect: CorrectionEffect| {
        classes(
            &with(facts, |habits| habits.late_filing = effect),
            Subject::Household,
        )
    };
    let unfiled = filed_late((Filing::Unfiled, false));
    let december = day(2026, 12, 1);
    assert_eq!(
        late(&unfiled, CorrectionEffect::Retroactive),
        [(AUGUST, Under70::E.code())]
    );
    assert_eq!(
        late(&unfiled, CorrectionEffect::NextMonth),
        [(AUGUST, Under70::A.code()), (december, Under70::E.code())]
    );
    let asked = filed_late((Filing::Filed, true));
    assert_eq!(
        late(&asked, CorrectionEffect::NextMonth),
        [(AUGUST, Under70::E.code())]
    );
}

// covers: JDG-017
#[test]
fn unfiled_is_the_highest_class_or_held_as_the_municipality_says() {
    let facts = household(vec![Person::born(ELDER, AUGUST).filing(
        Filing::Unfiled,
        false,
        Income::default(),
    )]);
    let highest = usual(&facts);
    assert_eq!(
        classes(&highest, Subject::Household),
        [(AUGUST, Under70::A.code())]
    );
    assert_eq!(
        classes(&highest, Subject::Elder(0)),
        [(AUGUST, Over70::General.code())]
    );
    assert_eq!(highest[1].verdict.tenths, 2);
    let held = with(&facts, |habits| habits.unfiled = Unfiled::Pending);
    assert!(
        held.iter()
            .all(|span| span.verdict.class == 0 && span.verdict.pending == 4)
    );
    // A 擬制世帯主 who has not filed.
    let head =
        Person::born(ADULT, AUGUST)
            .not_insured()
            .filing(Filing::Unfiled, false, Income::default());
    let facts = household(vec![head, poor(ADULT)]);
    assert_eq!(
        classes(&usual(&facts), Subject::Household),
        [(AUGUST, Under70::A.code())]
    );
    // Where he does not count for ア, he still keeps オ from being proved.
    let spans = with(&facts, |habits| habits.unfiled_head_counts = false);
    assert_eq!((spans[0].verdict.class, spans[0].verdict.pending), (0, 4));
}

// covers: JDG-002
#[test]
fn an_application_counts_from_the_month_after_or_from_the_beginning() {
    let ratios = |received_on: Date, effect: ApplicationEffect| {
        let head = Person::born(ELDER, AUGUST)
            .base(2_200_000)
            .taxed(1_450_000)
            .revenue(3_800_000, false);
        let mut facts = household(vec![head]);
        facts.applications.push(Application {
            benefit_year: 2026,
            received_on,
        });
        let spans = with(&facts, |habits| habits.application = effect);
        spans
            .iter()
            .filter(|span| span.subject == Subject::Elder(0))
            .map(|span| (span.from, span.verdict.tenths))
            .collect::<Vec<_>>()
    };
    let next = ApplicationEffect::NextMonth;
    assert_eq!(ratios(day(2026, 7, 31), next), [(AUGUST, 2)]);
    assert_eq!(ratios(AUGUST, next), [(AUGUST, 3), (day(2026, 9, 1), 2)]);
    assert_eq!(
        ratios(day(2026, 12, 31), next),
        [(AUGUST, 3), (day(2027, 1, 1), 2)]
    );
    let retroactive = ApplicationEffect::Retroactive;
    assert_eq!(ratios(day(2026, 12, 31), retroactive), [(AUGUST, 2)]);
}

// covers: JDG-001
/// 狭山市 2019年・延岡市 2024年の事故: the day of effect is derived for each person, never given once for a run.
#[test]
fn incident_49_each_person_has_a_day_of_their_own() {
    let facts = household(vec![
        poor(day(1956, 9, 10)),
        poor(day(1956, 12, 1)),
        poor(ELDER).insured(day(2026, 9, 20), None),
    ]);
    let spans = usual(&facts);
    let first = |index| classes(&spans, Subject::Elder(index))[0].0;
    assert_eq!(first(0), day(2026, 10, 1));
    assert_eq!(first(1), day(2026, 12, 1));
    assert_eq!(first(2), day(2026, 9, 20));
}
