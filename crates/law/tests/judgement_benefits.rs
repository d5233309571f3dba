//! 長期該当・多数回・世帯継続性・特定疾病・標準負担額・一部負担金減免 to the day and the yen.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use law::judgement::continuity::{Continuity, HouseholdChange, HouseholdState};
use law::judgement::copay_relief::{CopayReliefRules, HardshipReason, Measure, ReliefFacts, Stage};
use law::judgement::frequent::{PaidBy, PaidMonth, PaidUnder};
use law::judgement::meal::{MealFacts, meal_class, reduced};
use law::judgement::special_disease::SpecialDisease;
use law::judgement::{
    Over70, Under70, continuity, copay_relief, frequent, long_stay, special_disease,
};
use law::rules::RuleBook;
use law::rules::judgement::{CeilingClass, MealClass, MealKind};
use law::{Date, Span, Yen, day};
use std::collections::BTreeSet;

fn book() -> &'static RuleBook {
    RuleBook::shared().unwrap()
}

fn span(from: Date, until: Date) -> Span {
    Span {
        from,
        until: Some(until),
    }
}

// covers: JDG-007
#[test]
fn the_91st_day_begins_the_long_stay_and_only_untaxed_days_count() {
    let rules = book().judgement().long_stay(day(2026, 11, 1)).unwrap();
    let applied_on = day(2026, 11, 10);
    let low = [span(day(2025, 8, 1), day(2027, 8, 1))];
    let stay = |from: Date, until: Date| {
        long_stay::judge(rules, &[span(from, until)], &low, applied_on).unwrap()
    };
    // 2026-06-01 to 2026-08-30 is 90 days with the last half-open day 2026-08-30.
    let ninety = stay(day(2026, 6, 1), day(2026, 8, 30));
    assert_eq!((ninety.days, ninety.holds), (90, false));
    let more = stay(day(2026, 6, 1), day(2026, 8, 31));
    assert_eq!((more.days, more.holds), (91, true));
    assert_eq!(more.reduced_from, day(2026, 12, 1));
    assert_eq!(more.difference, span(applied_on, day(2026, 12, 1)));
    // The window: the month of the application and the eleven before it.
    assert_eq!(more.window_from, day(2025, 12, 1));
    assert_eq!(stay(day(2025, 11, 1), day(2026, 2, 28)).days, 89);
    // 課税の期間の入院は数えない.
    let taxed_until_august = [span(day(2026, 8, 1), day(2027, 8, 1))];
    let one = long_stay::judge(
        rules,
        &[span(day(2026, 6, 1), day(2026, 9, 30))],
        &taxed_until_august,
        applied_on,
    )
    .unwrap();
    assert_eq!((one.days, one.days_not_counted, one.holds), (60, 61, false));
    let twice = [
        span(day(2026, 6, 1), day(2026, 8, 1)),
        span(day(2026, 7, 31), day(2026, 9, 1)),
    ];
    assert!(long_stay::judge(rules, &twice, &low, applied_on).is_err());
}

fn paid(year: i16, month: i8, under: PaidUnder, by: PaidBy) -> PaidMonth {
    PaidMonth {
        month: day(year, month, 1),
        under,
        by,
    }
}

// covers: JDG-010
#[test]
fn three_months_within_twelve_make_the_fourth_cheaper_carried_over_ones_too() {
    let rules = book().judgement().frequent(day(2026, 10, 1)).unwrap();
    let here = |month| paid(2026, month, PaidUnder::Household, PaidBy::Here);
    let carried = |month, continues| {
        let by = PaidBy::SamePrefecture { continues };
        paid(2026, month, PaidUnder::Household, by)
    };
    let holds = |months: &[PaidMonth]| frequent::judge(rules, months, day(2026, 10, 1)).holds;
    assert!(!holds(&[here(7), here(8)]));
    assert!(holds(&[here(7), here(8), carried(3, true)]));
    assert!(!holds(&[here(7), here(8), carried(3, false)]));
    let elsewhere = paid(2026, 3, PaidUnder::Household, PaidBy::OtherPrefecture);
    assert!(!holds(&[here(7), here(8), elsewhere]));
    // 外来（個人）・公費・マル長 alone do not count; 第1項〜第4項 do.
    for under in PaidUnder::ALL {
        let third = paid(2026, 3, under, PaidBy::Here);
        assert_eq!(
            holds(&[here(7), here(8), third]),
            under.paragraph() <= 4,
            "{under:?}"
        );
    }
    // The window: eleven months before the month itself. The month itself and the same month twice count once.
    let last = |year, month| paid(year, month, PaidUnder::ElderHousehold, PaidBy::Here);
    assert!(holds(&[here(7), here(8), last(2025, 11)]));
    assert!(!holds(&[here(7), here(8), last(2025, 10)]));
    assert!(!holds(&[here(7), here(8), here(10), here(8)]));
}

fn state(head: i64, members: &[i64]) -> HouseholdState {
    HouseholdState {
        head,
        members: members.iter().copied().collect(),
    }
}

// covers: JDG-011
#[test]
fn continuity_follows_the_head_and_a_divided_household_waits_for_a_person() {
    let judge = |before: HouseholdState, after: HouseholdState, split: &[i64], same: bool| {
        continuity::judge(&HouseholdChange {
            before,
            after,
            same_prefecture: same,
            split_off: split.iter().copied().collect(),
            merged_in: BTreeSet::new(),
        })
    };
    let decided =
        |judged: continuity::ContinuityJudgement| (judged.proposed, judged.needs_decision);
    let (yes, no) = (Continuity::Continues, Continuity::Broken);
    // Only the address changed; only the head; birth or a new job's end; death or a new job.
    assert_eq!(
        decided(judge(state(1, &[1, 2]), state(1, &[1, 2]), &[], true)),
        (yes, false)
    );
    assert_eq!(
        decided(judge(state(1, &[1, 2]), state(2, &[1, 2]), &[], true)),
        (yes, false)
    );
    assert_eq!(
        decided(judge(state(1, &[1]), state(1, &[1, 3]), &[], true)),
        (yes, false)
    );
    assert_eq!(
        decided(judge(state(1, &[1, 2]), state(1, &[1]), &[], true)),
        (yes, false)
    );
    assert_eq!(
        decided(judge(state(1, &[1, 2]), state(2, &[2]), &[], true)),
        (yes, false)
    );
    // 世帯分離: the one who was head keeps the count, the other does not, and a person decides both.
    assert_eq!(
        decided(judge(state(1, &[1, 2]), state(1, &[1]), &[2], true)),
        (yes, true)
    );
    assert_eq!(
        decided(judge(state(1, &[1, 2]), state(2, &[2]), &[2], true)),
        (no, true)
    );
    assert_eq!(
        decided(judge(state(1, &[1]), state(1, &[1]), &[], false)),
        (no, false)
    );
}

// covers: JDG-013
#[test]
fn the_special_disease_ceiling_goes_by_class_age_and_disease() {
    let rules = book()
        .judgement()
        .special_disease(day(2026, 10, 1))
        .unwrap();
    let ceiling = |disease, class, seventy, turning| {
        special_disease::ceiling(rules, disease, class, seventy, turning).map(|yen| yen.0)
    };
    let dialysis = SpecialDisease::Dialysis;
    assert_eq!(
        ceiling(dialysis, Some(Under70::A), false, false),
        Ok(20_000)
    );
    assert_eq!(
        ceiling(dialysis, Some(Under70::B), false, false),
        Ok(20_000)
    );
    assert_eq!(
        ceiling(dialysis, Some(Under70::C), false, false),
        Ok(10_000)
    );
    assert_eq!(ceiling(dialysis, Some(Under70::A), true, false), Ok(10_000));
    assert_eq!(
        ceiling(SpecialDisease::Hiv, Some(Under70::A), false, false),
        Ok(10_000)
    );
    assert_eq!(ceiling(dialysis, Some(Under70::A), false, true), Ok(10_000));
    assert_eq!(ceiling(dialysis, Some(Under70::D), false, true), Ok(5_000));
    assert!(ceiling(dialysis, None, false, false).is_err());
    assert_eq!(ceiling(dialysis, None, true, false), Ok(10_000));
}

// covers: JDG-008
#[test]
fn standard_burdens_are_reduced_for_untaxed_households_only_with_a_reason() {
    let facts = |class, long_stay| MealFacts {
        class,
        long_stay,
        designated: false,
    };
    let under = |class| Some(CeilingClass::Under70(class));
    let over = |class| Some(CeilingClass::Over70(class));
    assert_eq!(
        meal_class(facts(under(Under70::E), false)).0,
        MealClass::Low
    );
    assert_eq!(
        meal_class(facts(under(Under70::E), true)).0,
        MealClass::LowLong
    );
    assert_eq!(
        meal_class(facts(over(Over70::Low2), true)).0,
        MealClass::LowLong
    );
    assert_eq!(
        meal_class(facts(over(Over70::Low1), true)).0,
        MealClass::Lowest
    );
    let (class, reason) = meal_class(facts(under(Under70::D), true));
    assert_eq!(class, MealClass::General);
    assert!(reason.contains("課税世帯"));
    assert!(!reduced(facts(None, true)));
    let tables = book().judgement();
    let yen = |class, on| tables.standard_burden(MealKind::Meal, class, on).unwrap().0;
    assert_eq!(yen(MealClass::Low, day(2025, 4, 1)), Yen(240));
    assert_eq!(yen(MealClass::LowLong, day(2025, 4, 1)), Yen(190));
    assert_eq!(yen(MealClass::General, day(2024, 5, 31)), Yen(460));
    assert_eq!(yen(MealClass::General, day(2024, 6, 1)), Yen(490));
    // Nobody has read the notice of 2026: refused, not carried on.
    assert!(
        tables
            .standard_burden(MealKind::Meal, MealClass::Low, day(2026, 6, 1))
            .is_err()
    );
}

// covers: JDG-006
#[test]
fn ceilings_are_looked_up_by_the_month_of_treatment() {
    let tables = book().judgement();
    let base = |class, on| tables.ceiling(class, on).unwrap().0.base.0;
    let c = CeilingClass::Under70(Under70::C);
    assert_eq!(base(c, day(2026, 7, 31)), 80_100);
    assert_eq!(base(c, day(2026, 8, 1)), 85_800);
    let general = CeilingClass::Over70(Over70::General);
    let outpatient = |on| tables.ceiling(general, on).unwrap().0.outpatient;
    assert_eq!(outpatient(day(2017, 7, 31)), Some(Yen(12_000)));
    assert_eq!(outpatient(day(2018, 8, 1)), Some(Yen(18_000)));
    assert_eq!(outpatient(day(2026, 8, 1)), Some(Yen(22_000)));
    // The finer classes planned for 2027-08 are not law: there is no row, and no other month's row in its place.
    assert!(tables.ceiling(c, day(2027, 8, 1)).is_err());
    // 1%の起点 = 基礎額 ÷ 0.3, in every class and period.
    for class in Under70::ALL
        .map(CeilingClass::Under70)
        .into_iter()
        .chain(Over70::ALL.map(CeilingClass::Over70))
    {
        for on in [day(2018, 8, 1), day(2026, 7, 1), day(2026, 8, 1)] {
            let (ceiling, _) = tables.ceiling(class, on).unwrap();
            if let Some(over) = ceiling.one_percent_over {
                assert_eq!(over.0 * 3, ceiling.base.0 * 10, "{class:?} {on}");
            }
        }
    }
}

// covers: JDG-009
#[test]
fn copay_relief_goes_by_the_stages_and_is_bounded() {
    let rules = CopayReliefRules {
        stages: vec![
            Stage {
                up_to_permille: 1_100,
                measure: Measure::Exempt,
            },
            Stage {
                up_to_permille: 1_200,
                measure: Measure::Reduce { percent: 50 },
            },
            Stage {
                up_to_permille: 1_300,
                measure: Measure::Defer,
            },
        ],
        savings_months: 3,
        relief_months: 3,
        deferral_months: 6,
        inpatient_only: false,
    };
    let facts = |income: i64, savings: i64, months: i64| ReliefFacts {
        reason: HardshipReason::Disaster,
        monthly_income: Yen(income),
        standard_of_living: Yen(200_000),
        savings: Yen(savings),
        inpatient: true,
        applied_on: day(2026, 11, 20),
        months,
    };
    let ruled = copay_relief::judge(&rules, &facts(220_000, 600_000, 3)).unwrap();
    assert_eq!(ruled.measure, Measure::Exempt);
    assert_eq!(ruled.span, span(day(2026, 11, 1), day(2027, 2, 1)));
    let measure = |income| copay_relief::judge(&rules, &facts(income, 0, 1)).map(|one| one.measure);
    assert_eq!(measure(220_001), Ok(Measure::Reduce { percent: 50 }));
    assert_eq!(measure(240_000), Ok(Measure::Reduce { percent: 50 }));
    assert_eq!(measure(240_001), Ok(Measure::Defer));
    assert!(measure(260_001).is_err());
    assert!(copay_relief::judge(&rules, &facts(200_000, 600_001, 1)).is_err());
    assert!(copay_relief::judge(&rules, &facts(200_000, 0, 4)).is_err());
    assert!(copay_relief::judge(&rules, &facts(250_000, 0, 6)).is_ok());
}
