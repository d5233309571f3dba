//! From dated facts to household years: months, heads, standing.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod support;

use law::levy::facts::{
    FormerInsuredTie, Habits, HeadAdjustment, HeadSpan, HouseholdFacts, InsuredSpan, LossCause,
    Maternity, PersonFacts, Rejoining, Unemployment, household_years,
};
use law::levy::maternity::maternity_months;
use law::levy::months::insured_months;
use law::levy::specific_household::SpecificHouseholdEnd;
use law::levy::unemployment::{CODES, unemployment_months};
use law::levy::{Adjustment, Standing};
use law::rules::levy::LossMonth;
use law::{Date, FiscalYear, Months, Refusal, Span, Yen, day};
use support::{Dice, HABITS, always, earner, household, insured, only, since, until, ward, years};

const YEAR: FiscalYear = FiscalYear(2026);

fn months(rule: LossMonth, spans: Vec<InsuredSpan>) -> Months {
    let mut person = PersonFacts::born(day(1980, 5, 5));
    person.insured = spans;
    insured_months(rule, YEAR, &person).unwrap()
}

/// Index from April of a month's number.
fn index(month: i32) -> i32 {
    (month + 8) % 12
}

/// Months from..=to, by their numbers.
fn run(from: i32, to: i32) -> Months {
    Months::between(index(from), index(to) + 1)
}

/// 国保法7条・8条、条例の月割: 取得した月から喪失した月の前月まで.
#[test]
fn months_run_from_acquisition_to_the_month_before_loss() {
    let moved = |from: Date, lost: Date| InsuredSpan {
        acquired_on: from,
        lost_on: Some(lost),
        event_on: None,
        cause: Some(LossCause::MovedOut),
    };
    let event = LossMonth::EventMonth;
    assert_eq!(months(event, vec![always()]), Months::ALL);
    assert_eq!(months(event, vec![since(2026, 7, 31)]), run(7, 3));
    assert_eq!(
        months(event, vec![moved(day(2026, 6, 1), day(2026, 10, 1))]),
        run(6, 9)
    );
    // Joined and left within one month: nothing.
    assert_eq!(
        months(event, vec![moved(day(2026, 6, 1), day(2026, 6, 30))]),
        Months::NONE
    );
    // Two spans unite; a month touched by both counts once.
    assert_eq!(
        months(
            event,
            vec![moved(day(2026, 4, 10), day(2026, 7, 5)), since(2026, 7, 20)]
        ),
        Months::ALL
    );
    // A span wholly in another year gives nothing.
    assert_eq!(
        months(event, vec![moved(day(2024, 4, 1), day(2025, 12, 1))]),
        Months::NONE
    );
}

/// Q15 (準則の月割規定): 社保 on 30 June, lost on 1 July. The ordinance decides whether June is charged.
#[test]
fn q15_month_end_insurance_follows_the_ordinance() {
    let lost = vec![until(day(2026, 7, 1), LossCause::Insurance)];
    assert_eq!(months(LossMonth::EventMonth, lost.clone()), run(4, 5));
    assert_eq!(months(LossMonth::LossDayMonth, lost.clone()), run(4, 6));
    assert_eq!(months(LossMonth::LastDayKeepsMonth, lost), run(4, 6));
    // 和気町: a loss on the last day itself keeps the month.
    let last_day = vec![until(day(2026, 6, 30), LossCause::MovedOut)];
    assert_eq!(
        months(LossMonth::LastDayKeepsMonth, last_day.clone()),
        run(4, 6)
    );
    assert_eq!(months(LossMonth::LossDayMonth, last_day), run(4, 5));
    // Moving out on the last day with the loss on the next: 6条1〜8号 does not reach it.
    let next_day = vec![until(day(2026, 7, 1), LossCause::MovedOut)];
    assert_eq!(months(LossMonth::EventMonth, next_day), run(4, 6));
}

/// Q12 (国保法6条9号・8条2項): 生活保護 on 10 November, lost the same day: charged to October.
#[test]
fn q12_welfare_loses_on_the_day_itself() {
    for rule in [LossMonth::EventMonth, LossMonth::LossDayMonth] {
        let lost = vec![until(day(2026, 11, 10), LossCause::Welfare)];
        assert_eq!(months(rule, lost), run(4, 10));
        // On the first of a month it is that month that is free, not the one before.
        let first = vec![until(day(2026, 11, 1), LossCause::Welfare)];
        assert_eq!(months(rule, first), run(4, 10));
        let society = vec![until(day(2026, 11, 1), LossCause::NhiSociety)];
        assert_eq!(months(rule, society), run(4, 10));
    }
}

/// Q14 (国保法8条): 社保 from 15 June found in November: lost on 16 June, charged to May.
#[test]
fn q14_double_cover_is_cut_at_the_event() {
    let lost = vec![until(day(2026, 6, 16), LossCause::Insurance)];
    assert_eq!(months(LossMonth::EventMonth, lost), run(4, 5));
    let with_event = InsuredSpan {
        event_on: Some(day(2026, 6, 15)),
        ..until(day(2026, 6, 16), LossCause::Insurance)
    };
    assert_eq!(months(LossMonth::EventMonth, vec![with_event]), run(4, 5));
}

/// Q07・Q08 (高確法50条): 75 on the 10th and on the 1st of December: both charged to November, with no loss
/// registered, and whether the loss is registered on the birthday or the day after.
#[test]
fn q07_q08_75_ends_with_the_month_before_the_birthday() {
    for born in [day(1951, 12, 10), day(1951, 12, 1), day(1951, 12, 31)] {
        let mut person = insured(born);
        let birthday = day(2026, 12, born.day());
        let registered = [None, Some(birthday), Some(law::date::next_day(birthday))];
        for lost_on in registered {
            person.insured[0].lost_on = lost_on;
            person.insured[0].cause = lost_on.map(|_| LossCause::LateElderly75);
            for rule in [
                LossMonth::EventMonth,
                LossMonth::LossDayMonth,
                LossMonth::LastDayKeepsMonth,
            ] {
                assert_eq!(
                    insured_months(rule, YEAR, &person).unwrap(),
                    run(4, 11),
                    "{born} {lost_on:?}"
                );
            }
        }
    }
}

#[test]
fn contradictory_spans_are_refused() {
    let refused = |span: InsuredSpan, rule| {
        let mut person = PersonFacts::born(day(1980, 5, 5));
        person.insured = vec![span];
        insured_months(rule, YEAR, &person).unwrap_err().code
    };
    let any = LossMonth::LossDayMonth;
    let reversed = InsuredSpan {
        lost_on: Some(day(2009, 1, 1)),
        cause: Some(LossCause::Other),
        ..always()
    };
    assert_eq!(refused(reversed, any), "levy.facts.span.reversed");
    let no_day = InsuredSpan {
        cause: Some(LossCause::Death),
        ..always()
    };
    assert_eq!(refused(no_day, any), "levy.facts.loss_day.missing");
    assert_eq!(refused(since(2055, 5, 5), any), "levy.facts.acquired_at_75");
    let wrong_75 = InsuredSpan {
        lost_on: Some(day(2026, 7, 1)),
        cause: Some(LossCause::LateElderly75),
        ..always()
    };
    assert_eq!(refused(wrong_75, any), "levy.facts.loss_at_75");
    let no_cause = InsuredSpan {
        lost_on: Some(day(2026, 7, 1)),
        ..always()
    };
    assert_eq!(
        refused(no_cause, LossMonth::EventMonth),
        "levy.facts.loss_cause.missing"
    );
}

/// 介護保険法9条2号、施行法11条 (F06・F08): 40 on the day before the birthday, exempt while inside.
#[test]
fn f06_f08_care_months_begin_at_40_and_pause_in_exempt_facilities() {
    let care = |born: Date, exempt: Vec<Span>| {
        let mut person = insured(born);
        person.care_exempt = exempt;
        only(&ward(2026), &household(vec![person])).household.people[0].care
    };
    assert_eq!(care(day(1986, 12, 1), vec![]), run(11, 3));
    assert_eq!(care(day(1986, 12, 2), vec![]), run(12, 3));
    assert_eq!(care(day(1961, 8, 1), vec![]), run(4, 6));
    assert_eq!(care(day(1961, 8, 2), vec![]), run(4, 7));
    let stay = |from, until| Span { from, until };
    // In on 10 June, out on 20 September: June to August are free.
    let paused = care(
        day(1980, 1, 1),
        vec![stay(day(2026, 6, 10), Some(day(2026, 9, 20)))],
    );
    assert_eq!(paused, Months::ALL.except(run(6, 8)));
    // In and out within a month frees nothing; inside since before 40 and still: nothing is charged.
    let short = care(
        day(1980, 1, 1),
        vec![stay(day(2026, 6, 10), Some(day(2026, 6, 20)))],
    );
    assert_eq!(short, Months::ALL);
    assert_eq!(
        care(day(1986, 12, 1), vec![stay(day(2020, 1, 1), None)]),
        Months::NONE
    );
}

/// 国保令29条の7第6項8号・9号 (F10): months of one and of several children, across years, none before 2024.
#[test]
fn f10_maternity_months_cross_the_fiscal_year() {
    let of = |year: i16, delivery_on, multiple| {
        maternity_months(
            &support::MATERNITY,
            FiscalYear(year),
            &Maternity {
                delivery_on,
                multiple,
            },
        )
    };
    let twins = day(2027, 5, 20);
    assert_eq!(of(2026, twins, true), run(2, 3));
    assert_eq!(of(2027, twins, true), run(4, 7));
    assert_eq!(of(2026, day(2027, 1, 10), false), run(12, 3));
    assert_eq!(of(2027, day(2027, 1, 10), false), Months::NONE);
    // A delivery in November 2023 leaves January 2024 alone.
    assert_eq!(of(2023, day(2023, 11, 1), false), run(1, 1));
    assert_eq!(of(2023, day(2023, 10, 31), true), Months::NONE);
    assert_eq!(of(2023, day(2024, 1, 5), true), run(1, 3));
}

/// 国保令29条の7の2第2項 (F18): from the month of the day after leaving to the end of the next fiscal year.
#[test]
fn f18_unemployment_runs_to_the_end_of_the_next_fiscal_year() {
    let born = day(1975, 6, 1);
    let of = |year: i16, left_on, code| {
        unemployment_months(FiscalYear(year), born, &Unemployment { left_on, code })
    };
    // Left on 31 March 2026: the day after is in 令和8年度, so it lasts to the end of 令和9年度.
    assert_eq!(of(2025, day(2026, 3, 31), 11), Ok(Months::NONE));
    assert_eq!(of(2026, day(2026, 3, 31), 11), Ok(Months::ALL));
    assert_eq!(of(2027, day(2026, 3, 31), 11), Ok(Months::ALL));
    assert_eq!(of(2028, day(2026, 3, 31), 11), Ok(Months::NONE));
    // A day earlier and it belongs to 令和7年度.
    assert_eq!(of(2025, day(2026, 3, 30), 11), Ok(run(3, 3)));
    assert_eq!(of(2027, day(2026, 3, 30), 11), Ok(Months::NONE));
    assert_eq!(of(2026, day(2026, 7, 31), 34), Ok(run(8, 3)));
    for code in CODES {
        assert!(of(2026, day(2026, 7, 31), code).is_ok());
    }
    for code in [0, 24, 25, 40, 45, 50, 55] {
        assert_eq!(
            of(2026, day(2026, 7, 31), code).unwrap_err().code,
            "levy.unemployment.code"
        );
    }
    // 65 completed on 31 May 2040: not covered on that day, covered the day before.
    assert_eq!(of(2040, day(2040, 5, 31), 11), Ok(Months::NONE));
    assert_eq!(of(2040, day(2040, 5, 30), 11), Ok(run(5, 3)));
}

fn heads(spans: &[(usize, Date, Option<Date>)]) -> Vec<HeadSpan> {
    spans
        .iter()
        .map(|(person, from, until)| HeadSpan {
            person: *person,
            from: *from,
            until: *until,
        })
        .collect()
}

/// Q06 (国保法76条、地税9条): the head dies on 10 August: to July he, from August she, no month twice.
#[test]
fn q06_head_dies_and_the_months_are_parted() {
    let mut husband = earner(day(1960, 1, 5), 3_000_000, 2_020_000);
    husband.insured = vec![until(day(2026, 8, 11), LossCause::Death)];
    let wife = insured(day(1962, 3, 3));
    let mut facts = household(vec![husband, wife]);
    for from in [day(2026, 8, 10), day(2026, 8, 11)] {
        facts.heads = heads(&[(0, day(2000, 1, 1), Some(from)), (1, from, None)]);
        let all = years(&ward(2026), &facts);
        assert_eq!(all.len(), 2);
        assert_eq!(
            (all[0].head, all[0].months, all[0].judged_on),
            (0, run(4, 7), day(2026, 4, 1))
        );
        assert_eq!(
            (all[1].head, all[1].months, all[1].judged_on),
            (1, run(8, 3), from)
        );
        assert_eq!(all[0].household.people[0].insured, run(4, 7));
        assert_eq!(all[0].household.people[1].insured, run(4, 7));
        // The dead man is neither charged nor judged with the new head.
        assert_eq!(all[1].members, [1]);
        assert_eq!(all[1].household.people[0].standing, Standing::Insured);
        assert_eq!(all[1].household.people[0].insured, run(8, 3));
    }
}

/// 国保法76条: a head who is not insured is liable and judged, not charged; the others of the house are neither.
#[test]
fn f04_fictitious_head_is_liable_and_judged_only() {
    let mut husband = earner(day(1970, 1, 1), 8_000_000, 6_100_000);
    husband.insured = vec![];
    let wife = insured(day(1972, 1, 1));
    let mut student = insured(day(2004, 1, 1));
    student.insured = vec![];
    let year = only(&ward(2026), &household(vec![husband, wife, student]));
    assert_eq!(year.head, 0);
    assert_eq!(year.members, [0, 1]);
    let people = &year.household.people;
    assert_eq!(
        (people[0].standing, people[0].insured),
        (Standing::FictitiousHead, Months::NONE)
    );
    assert_eq!(
        (people[1].standing, people[1].insured),
        (Standing::Insured, Months::ALL)
    );
}

/// 国保令29条の7第6項 (F19): who joins after the judgement day is charged and not judged; a new head is judged anew.
#[test]
fn f19_later_members_wait_for_a_new_judgement() {
    let head = insured(day(1980, 1, 1));
    let mut child = insured(day(2015, 1, 1));
    child.insured = vec![since(2026, 6, 15)];
    let mut wife = insured(day(1982, 1, 1));
    wife.insured = vec![];
    let mut facts = household(vec![head, child, wife]);
    let year = only(&ward(2026), &facts);
    assert_eq!(year.members, [0, 1]);
    assert_eq!(year.household.people[1].standing, Standing::JoinedLater);
    assert_eq!(year.household.people[1].insured, run(6, 3));

    facts.heads = heads(&[
        (0, day(2000, 1, 1), Some(day(2026, 9, 5))),
        (2, day(2026, 9, 5), None),
    ]);
    let all = years(&ward(2026), &facts);
    assert_eq!(
        (all[1].months, all[1].judged_on),
        (run(9, 3), day(2026, 9, 5))
    );
    let standings: Vec<Standing> = all[1]
        .household
        .people
        .iter()
        .map(|one| one.standing)
        .collect();
    assert_eq!(
        standings,
        [
            Standing::Insured,
            Standing::Insured,
            Standing::FictitiousHead
        ]
    );
}

/// 国保法76条の2: a household that joins within the year is judged on the day the levy arises.
#[test]
fn a_household_that_joins_later_is_judged_on_its_first_day() {
    let mut first = insured(day(1980, 1, 1));
    first.insured = vec![since(2026, 7, 20)];
    let mut second = insured(day(1982, 1, 1));
    second.insured = vec![since(2026, 7, 25)];
    let year = only(&ward(2026), &household(vec![first, second]));
    assert_eq!((year.judged_on, year.months), (day(2026, 7, 20), run(7, 3)));
    assert_eq!(year.household.people[1].standing, Standing::JoinedLater);
}

/// 国保法76条の2: whoever is insured on 1 April fixes the judgement, though no month of his is charged.
#[test]
fn a_member_of_the_assessment_day_fixes_the_judgement() {
    let mut first = insured(day(1980, 1, 1));
    first.insured = vec![until(day(2026, 4, 20), LossCause::Insurance)];
    let mut second = insured(day(1982, 1, 1));
    second.insured = vec![since(2026, 4, 10)];
    for rejoining in [Rejoining::SameLevy, Rejoining::NewLevy] {
        let habits = Habits {
            rejoining,
            ..HABITS
        };
        let facts = household(vec![first.clone(), second.clone()]);
        let all = household_years(&ward(2026), &habits, YEAR, &facts).unwrap();
        assert_eq!(
            (all[0].judged_on, all[0].months),
            (day(2026, 4, 1), Months::ALL)
        );
        let standings: Vec<Standing> = all[0]
            .household
            .people
            .iter()
            .map(|one| one.standing)
            .collect();
        assert_eq!(standings, [Standing::Insured, Standing::JoinedLater]);
    }
}

#[test]
fn a_household_that_comes_back_is_levied_as_the_ordinance_says() {
    let mut head = insured(day(1980, 1, 1));
    head.insured = vec![
        until(day(2026, 7, 10), LossCause::Insurance),
        since(2026, 11, 1),
    ];
    let facts = household(vec![head]);
    let of = |rejoining| {
        let habits = Habits {
            rejoining,
            ..HABITS
        };
        household_years(&ward(2026), &habits, YEAR, &facts).unwrap()
    };
    let same = of(Rejoining::SameLevy);
    assert_eq!(same.len(), 1);
    assert_eq!(same[0].months, run(4, 6).or(run(11, 3)));
    assert_eq!(same[0].judged_on, day(2026, 4, 1));
    let anew = of(Rejoining::NewLevy);
    assert_eq!(anew.len(), 2);
    assert_eq!(
        (anew[1].months, anew[1].judged_on),
        (run(11, 3), day(2026, 11, 1))
    );
}

/// Every charged month goes to exactly one head, whatever the order of events.
#[test]
fn heads_share_every_month_once() {
    let mut dice = Dice(20_261_120);
    let mut days_after = |from: Date, below: i64| {
        from.checked_add(jiff::Span::new().days(dice.below(below)))
            .unwrap()
    };
    for round in 0..2_000 {
        let mut people = Vec::new();
        for person in 0..3 {
            let mut one = insured(day(1970 + person, 1, 1));
            one.insured.clear();
            let mut from = days_after(day(2026, 3, 1), 300);
            for _ in 0..2 {
                let lost = days_after(from, 200);
                one.insured.push(InsuredSpan {
                    acquired_on: from,
                    lost_on: Some(lost),
                    event_on: None,
                    cause: Some(LossCause::Insurance),
                });
                from = days_after(lost, 60);
            }
            people.push(one);
        }
        let mut facts = household(people);
        let change = days_after(day(2026, 4, 1), 365);
        facts.heads = heads(&[(0, day(2000, 1, 1), Some(change)), (1, change, None)]);
        let charged = facts.people.iter().fold(Months::NONE, |all, person| {
            all.or(insured_months(LossMonth::EventMonth, YEAR, person).unwrap())
        });
        let mut seen = Months::NONE;
        for year in years(&ward(2026), &facts) {
            assert!(
                seen.and(year.months).is_empty(),
                "round {round}: a month twice"
            );
            seen = seen.or(year.months);
            let own = year
                .household
                .people
                .iter()
                .fold(Months::NONE, |all, one| all.or(one.insured));
            assert_eq!(own, year.months, "round {round}");
            assert!(
                year.judged_on >= day(2026, 4, 1) && year.judged_on < day(2027, 4, 1),
                "round {round}"
            );
        }
        assert_eq!(seen, charged, "round {round}: months lost or invented");
    }
}

#[test]
fn households_that_contradict_themselves_are_refused() {
    let refused = |spans: &[(usize, Date, Option<Date>)]| -> Refusal {
        let mut facts = household(vec![insured(day(1980, 1, 1))]);
        facts.heads = heads(spans);
        household_years(&ward(2026), &HABITS, YEAR, &facts).unwrap_err()
    };
    let gap = refused(&[(0, day(2026, 6, 1), None)]);
    assert_eq!(gap.code, "levy.facts.head.gap");
    assert!(gap.message_ja.contains("2026-04-01"));
    assert_eq!(
        refused(&[(3, day(2000, 1, 1), None)]).code,
        "levy.facts.head.unknown"
    );
    let two = [(0, day(2000, 1, 1), None), (0, day(2026, 6, 1), None)];
    assert_eq!(refused(&two).code, "levy.facts.head.overlap");
    let facts = household(vec![insured(day(1980, 1, 1))]);
    let other = household_years(&ward(2025), &HABITS, YEAR, &facts).unwrap_err();
    assert_eq!(other.code, "levy.year.mismatch");
}

fn couple_after_75() -> HouseholdFacts {
    let mut husband = insured(day(1946, 11, 15));
    husband.insured = vec![until(day(2021, 11, 16), LossCause::LateElderly75)];
    husband.former_insured = vec![Span {
        from: day(2021, 11, 15),
        until: None,
    }];
    household(vec![husband, insured(day(1955, 2, 2))])
}

/// F15 (国保令29条の7第2項8号): half for 60 months from 特定月, three quarters for 36 more; the ordinance may let
/// both run to the end of the fiscal year; members and head end it.
#[test]
fn f15_specific_household_half_then_three_quarters() {
    let facts = couple_after_75();
    let of = |year: i16, end, facts: &HouseholdFacts| {
        let habits = Habits {
            specific_household_end: end,
            ..HABITS
        };
        let mut all = household_years(&ward(year), &habits, FiscalYear(year), facts).unwrap();
        let household = all.pop().unwrap().household;
        (household.specific_half, household.specific_three_quarters)
    };
    let exact = SpecificHouseholdEnd::Months;
    assert_eq!(of(2021, exact, &facts), (run(11, 3), Months::NONE));
    assert_eq!(of(2025, exact, &facts), (Months::ALL, Months::NONE));
    // 2021-11 is month 1, 2026-10 month 60.
    assert_eq!(of(2026, exact, &facts), (run(4, 10), run(11, 3)));
    // Month 96 is 2029-10.
    assert_eq!(of(2029, exact, &facts), (Months::NONE, run(4, 10)));
    let year_end = SpecificHouseholdEnd::FiscalYearEnd;
    assert_eq!(of(2026, year_end, &facts), (Months::ALL, Months::NONE));
    assert_eq!(of(2027, year_end, &facts), (Months::NONE, Months::ALL));
    assert_eq!(
        of(2029, year_end, &facts),
        (Months::NONE, run(4, 1)),
        "the wife is 75 in February 2030"
    );

    let mut joined = couple_after_75();
    let mut son = insured(day(1985, 1, 1));
    son.insured = vec![since(2026, 9, 10)];
    joined.people.push(son);
    assert_eq!(of(2026, exact, &joined), (run(4, 8), Months::NONE));

    let mut left = couple_after_75();
    left.people[0].former_insured[0].until = Some(day(2026, 6, 15));
    left.heads = heads(&[
        (0, day(2000, 1, 1), Some(day(2026, 6, 15))),
        (1, day(2026, 6, 15), None),
    ]);
    let all = years(&ward(2026), &left);
    assert_eq!(all[0].household.specific_half, run(4, 5));
    assert_eq!(all[1].household.specific_half, Months::NONE);
}

/// F15・F16: a change of head ends the standing where the city reads it so, and not where it does not.
#[test]
fn f15_head_change_ends_the_tie_as_the_city_reads_it() {
    let mut facts = couple_after_75();
    facts.heads = heads(&[
        (0, day(2000, 1, 1), Some(day(2026, 6, 15))),
        (1, day(2026, 6, 15), None),
    ]);
    let of = |former_insured_tie| {
        let habits = Habits {
            former_insured_tie,
            ..HABITS
        };
        household_years(&ward(2026), &habits, YEAR, &facts).unwrap()
    };
    let same_head = of(FormerInsuredTie::SameHead);
    assert_eq!(
        same_head[0].household.people[0].standing,
        Standing::FormerInsured
    );
    assert_eq!(same_head[0].household.specific_half, run(4, 5));
    assert_eq!(same_head[1].members, [1]);
    assert_eq!(same_head[1].household.specific_half, Months::NONE);
    let same_household = of(FormerInsuredTie::SameHousehold);
    assert_eq!(
        same_household[1].household.people[0].standing,
        Standing::FormerInsured
    );
    assert_eq!(same_household[1].household.specific_half, run(6, 10));
    assert_eq!(
        same_household[1].household.specific_three_quarters,
        run(11, 3)
    );
}

/// 条例減免 (旧被扶養者): 24 months from acquisition; whoever was insured otherwise before keeps those months apart.
#[test]
fn former_dependants_are_relieved_for_two_years() {
    let mut wife = insured(day(1955, 1, 1));
    wife.insured = vec![since(2025, 9, 10)];
    wife.former_dependant_since = Some(day(2025, 9, 10));
    let of = |year: i16, wife: &PersonFacts| {
        only(&ward(year), &household(vec![wife.clone()]))
            .household
            .people
    };
    assert_eq!(of(2025, &wife)[0].former_dependant_months, run(9, 3));
    assert_eq!(of(2026, &wife)[0].former_dependant_months, Months::ALL);
    assert_eq!(of(2027, &wife)[0].former_dependant_months, run(4, 8));
    assert!(of(2028, &wife)[0].former_dependant);

    wife.insured = vec![
        until(day(2026, 5, 10), LossCause::Insurance),
        since(2026, 9, 10),
    ];
    wife.former_dependant_since = Some(day(2026, 9, 10));
    let rows = of(2026, &wife);
    assert_eq!(rows.len(), 2);
    assert_eq!(
        (rows[0].insured, rows[0].former_dependant),
        (run(4, 4), false)
    );
    assert_eq!(
        (rows[1].insured, rows[1].former_dependant),
        (run(9, 3), true)
    );
    assert_eq!(rows[1].standing, Standing::JoinedLater);

    wife.birth_on = day(1965, 1, 1);
    let facts = household(vec![wife]);
    let refusal = household_years(&ward(2026), &HABITS, YEAR, &facts).unwrap_err();
    assert_eq!(refusal.code, "levy.facts.former_dependant.age");
}

/// 調整額 belongs to one levy of one head; where it could belong to two it is refused, not doubled.
#[test]
fn adjustments_belong_to_one_levy() {
    let granted = |component| HeadAdjustment {
        head: 0,
        adjustment: Adjustment {
            component,
            yen: Yen(3_000),
        },
    };
    let mut head = insured(day(1980, 1, 1));
    head.insured = vec![
        until(day(2026, 7, 10), LossCause::Insurance),
        since(2026, 11, 1),
    ];
    let mut facts = household(vec![head]);
    facts.adjustments = vec![granted(0)];
    let of = |rejoining, facts: &HouseholdFacts| {
        let habits = Habits {
            rejoining,
            ..HABITS
        };
        household_years(&ward(2026), &habits, YEAR, facts)
    };
    let one = of(Rejoining::SameLevy, &facts).unwrap();
    assert_eq!(one[0].household.adjustments, [granted(0).adjustment]);
    let two = of(Rejoining::NewLevy, &facts).unwrap_err();
    assert_eq!(two.code, "levy.facts.adjustment.two_levies");
    facts.adjustments = vec![granted(4)];
    let unknown = of(Rejoining::SameLevy, &facts).unwrap_err();
    assert_eq!(unknown.code, "levy.facts.adjustment.component");
}
