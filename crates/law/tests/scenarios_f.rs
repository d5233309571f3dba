//! Scenarios of the levy to the yen, from dated facts to amounts. The yen are worked by hand in the comments.
//!
//! `ward` is 港区 令和8年度: 医療 7.51 %/47,600円, 支援 2.80 %/17,600円, 介護 2.43 %/17,800円, 子ども 0.27 %/1,800円+73円; caps
//! 67/26/17/3万円; 1円単位. `town` is made up: 三方式の税, 平等割 24,100/9,000/10,000/800円, 100円単位.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod support;

use law::levy::facts::{HeadSpan, HouseholdFacts, LossCause, Maternity, PersonFacts, Unemployment};
use law::levy::{Assessor, Filing, Levy, Standing, What};
use law::rules::LevyRules;
use law::rules::levy::CapMethod;
use law::{Months, Span, Yen, day};
use support::{amounts, earner, household, insured, levy, only, since, town, until, ward, years};

fn levies(rules: &LevyRules, facts: &HouseholdFacts) -> Vec<Levy> {
    let assessor = Assessor::new(rules).unwrap();
    years(rules, facts)
        .iter()
        .map(|year| assessor.levy(&year.household).unwrap())
        .collect()
}

fn business(birth_on: law::Date, income: i64) -> PersonFacts {
    let mut person = insured(birth_on);
    person.income.business = Yen(income);
    person
}

/// Q06 (国保法76条): the head dies on 10 August.
#[test]
fn q06_old_head_to_july_new_head_from_august_nothing_twice() {
    // Husband born 1956 (no care part), pension income 2,000,000 of revenue 3,100,000; wife without income.
    let mut husband = insured(day(1956, 1, 5));
    husband.income.pension_revenue = Yen(3_100_000);
    husband.income.pension = Yen(2_000_000);
    husband.insured = vec![until(day(2026, 8, 11), LossCause::Death)];
    let wife = insured(day(1957, 3, 3));
    let mut facts = household(vec![husband, wife]);
    facts.heads = vec![
        HeadSpan {
            person: 0,
            from: day(2000, 1, 1),
            until: Some(day(2026, 8, 10)),
        },
        HeadSpan {
            person: 1,
            from: day(2026, 8, 10),
            until: None,
        },
    ];
    let levies = levies(&ward(2026), &facts);
    // To July: 2,000,000 − 430,000 = 1,570,000. 医療 117,907 + 47,600 × 2 = 213,107; × 4/12 = 71,035.67.
    // Judged 2,000,000 − 150,000 = 1,850,000 over 430,000 + 570,000 × 2 = 1,570,000: no reduction.
    assert_eq!(levies[0].components[0].amount, Yen(71_035));
    assert_eq!(levies[0].reduction_tenths, 0);
    // From August the wife alone without income: 7割. 医療 14,280 × 8/12 = 9,520.
    assert_eq!(levies[1].components[0].amount, Yen(9_520));
    assert_eq!(levies[1].reduction_tenths, 7);
}

/// Q07・Q08 (高確法50条): 75 in December: eight months of a year, whichever day of the month.
#[test]
fn q07_q08_75_in_december_pays_eight_months() {
    for born in [day(1951, 12, 10), day(1951, 12, 1)] {
        // 医療 (2,570,000 × 7.51 % = 193,007) + 47,600 = 240,607; × 8/12 = 160,404.67.
        let levy = levy(&ward(2026), &household(vec![business(born, 3_000_000)]));
        assert_eq!(levy.components[0].amount, Yen(160_404), "{born}");
    }
}

/// Q12 (国保法6条9号): 生活保護 from 10 November: seven months.
#[test]
fn q12_welfare_pays_to_october() {
    let mut head = insured(day(1990, 1, 1));
    head.insured = vec![until(day(2026, 11, 10), LossCause::Welfare)];
    // 7割: 医療 14,280 × 7/12 = 8,330; 支援 5,280 × 7/12 = 3,080; 子ども (540 + 21) × 7/12 = 327.25.
    assert_eq!(
        amounts(&levy(&ward(2026), &household(vec![head]))),
        [8_330, 3_080, 0, 327]
    );
}

/// Q14 (国保法8条・65条): employees' insurance from 15 June, found in November: only April and May stay.
#[test]
fn q14_double_cover_found_later_leaves_two_months() {
    let head = insured(day(1990, 1, 1));
    let before = levy(&ward(2026), &household(vec![head.clone()]));
    assert_eq!(before.components[0].amount, Yen(14_280));
    let mut found = head;
    found.insured = vec![until(day(2026, 6, 16), LossCause::Insurance)];
    let after = levy(&ward(2026), &household(vec![found]));
    // 14,280 × 2/12.
    assert_eq!(after.components[0].amount, Yen(2_380));
}

/// Q15 (条例の月割規定): 社保 on 30 June: May or June is the last month, as the ordinance says.
#[test]
fn q15_month_end_costs_a_month_more_where_the_ordinance_counts_the_day_of_loss() {
    let mut head = insured(day(1990, 1, 1));
    head.insured = vec![until(day(2026, 7, 1), LossCause::Insurance)];
    let facts = household(vec![head]);
    // 14,280 × 2/12 and × 3/12.
    assert_eq!(levy(&ward(2026), &facts).components[0].amount, Yen(2_380));
    let mut by_day = ward(2026);
    by_day.loss_month = law::rules::levy::LossMonth::LossDayMonth;
    assert_eq!(levy(&by_day, &facts).components[0].amount, Yen(3_570));
}

/// F03 (条例の軽減規定): unfiled, then filed with no income: reduced from April, not from the month of filing.
#[test]
fn f03_filing_late_reduces_from_april() {
    let mut head = insured(day(1990, 1, 1));
    head.filing = Filing::Unfiled;
    let unfiled = levy(&ward(2026), &household(vec![head.clone()]));
    assert_eq!(
        (unfiled.reduction_tenths, unfiled.components[0].amount),
        (0, Yen(47_600))
    );
    head.filing = Filing::Filed;
    let filed = levy(&ward(2026), &household(vec![head]));
    assert_eq!(
        (filed.reduction_tenths, filed.components[0].amount),
        (7, Yen(14_280))
    );
}

/// F04 (国保法76条、国保令29条の7): the head in employees' insurance: his income only judges.
#[test]
fn f04_fictitious_head_pays_for_his_wife_alone() {
    let mut husband = earner(day(1970, 1, 1), 7_800_000, 6_000_000);
    husband.insured = vec![];
    let wife = earner(day(1972, 1, 1), 1_650_000, 1_000_000);
    let result = levy(&ward(2026), &household(vec![husband, wife.clone()]));
    // Base 570,000. 医療 42,807 + 47,600; 支援 15,960 + 17,600; 介護 13,851 + 17,800; 子ども 1,539 + 1,873.
    assert_eq!(amounts(&result), [90_407, 33_560, 31_651, 3_412]);
    assert_eq!((result.reduction_tenths, result.total), (0, Yen(159_030)));
    // Without him she would be reduced: 1,000,000 ≤ 430,000 + 570,000.
    assert_eq!(
        levy(&ward(2026), &household(vec![wife])).reduction_tenths,
        2
    );
}

/// F05 (国保令29条の7第2項9号、条例): one yen over the cap, then one of two leaves; both readings.
#[test]
fn f05_cap_and_months_by_both_methods() {
    // Base 7,653,809 × 7.51 % = 574,801; + 47,600 × 2 = 670,001, one yen over.
    let head = business(day(1990, 1, 1), 8_083_809);
    let mut brother = insured(day(1992, 1, 1));
    let whole = levy(&ward(2026), &household(vec![head.clone(), brother.clone()]));
    assert_eq!(
        (whole.components[0].before_cap, whole.components[0].amount),
        (Yen(670_001), Yen(670_000))
    );

    brother.insured = vec![until(day(2026, 10, 11), LossCause::Insurance)];
    let facts = household(vec![head, brother]);
    let mut yearly = ward(2026);
    yearly.cap_method = CapMethod::PersonMonths;
    // By month: 670,000 × 6/12 + 622,401 × 6/12 = 646,200.5. By person-months: 574,801 + 47,600 × 18/12 = 646,201.
    assert_eq!(levy(&ward(2026), &facts).components[0].amount, Yen(646_200));
    assert_eq!(levy(&yearly, &facts).components[0].amount, Yen(646_201));
}

/// F05: still over the cap without the one who left: nothing changes, by either method.
#[test]
fn f05_amount_stands_while_the_rest_is_over_the_cap() {
    let head = business(day(1990, 1, 1), 10_430_000);
    let mut brother = insured(day(1992, 1, 1));
    brother.insured = vec![until(day(2026, 10, 11), LossCause::Insurance)];
    let mut rules = ward(2026);
    for method in [CapMethod::MonthlyComposition, CapMethod::PersonMonths] {
        rules.cap_method = method;
        // 10,000,000 × 7.51 % = 751,000 alone is over.
        let result = levy(&rules, &household(vec![head.clone(), brother.clone()]));
        assert_eq!(result.components[0].amount, Yen(670_000));
    }
}

/// F05 (三郷市条例11条・19条の順): the household leaves as a whole: the cap is prorated, or it is not.
#[test]
fn f05_whole_household_leaves_half_way() {
    let mut head = business(day(1990, 1, 1), 10_430_000);
    head.insured = vec![until(day(2026, 10, 11), LossCause::Insurance)];
    let facts = household(vec![head]);
    let mut rules = ward(2026);
    // 670,000 × 6/12.
    assert_eq!(levy(&rules, &facts).components[0].amount, Yen(335_000));
    rules.cap_method = CapMethod::PersonMonths;
    // (751,000 + 47,600) × 6/12, below the yearly cap.
    assert_eq!(levy(&rules, &facts).components[0].amount, Yen(399_300));
}

/// F06 (介護保険法9条2号、年齢計算ニ関スル法律): born on 1 December: the care part from November.
#[test]
fn f06_40_on_the_first_pays_care_from_the_month_before() {
    // 介護 2,570,000 × 2.43 % = 62,451; + 17,800 = 80,251; × 5/12 = 33,437.9 and × 4/12 = 26,750.3.
    let care =
        |born| levy(&ward(2026), &household(vec![business(born, 3_000_000)])).components[2].amount;
    assert_eq!(care(day(1986, 12, 1)), Yen(33_437));
    assert_eq!(care(day(1986, 12, 2)), Yen(26_750));
}

/// F08 (介護保険法施行法11条): three months in an exempt facility are free of the care part.
#[test]
fn f08_exempt_facility_frees_its_months() {
    let mut head = business(day(1980, 1, 1), 3_000_000);
    head.care_exempt = vec![Span {
        from: day(2026, 6, 10),
        until: Some(day(2026, 9, 20)),
    }];
    // 80,251 × 9/12 = 60,188.25.
    assert_eq!(
        levy(&ward(2026), &household(vec![head])).components[2].amount,
        Yen(60_188)
    );
}

/// F09 (国保令29条の7第6項3号・8号): 7割 first, then four months of what it leaves; never below zero.
#[test]
fn f09_maternity_after_the_statutory_reduction() {
    let mut mother = insured(day(1996, 1, 1));
    mother.maternities = vec![Maternity {
        delivery_on: day(2027, 1, 10),
        multiple: false,
    }];
    let result = levy(&ward(2026), &household(vec![mother.clone()]));
    // 医療 14,280 × 8/12 = 9,520; 支援 5,280 × 8/12 = 3,520; 子ども (540 + 21) × 8/12 = 374.
    assert_eq!(amounts(&result), [9_520, 3_520, 0, 374]);
    assert_eq!(result.components[0].maternity_deduction, Yen(4_760));
    // Two deliveries on end could take every month, and still nothing is negative.
    mother.maternities = (4..=12)
        .map(|month| Maternity {
            delivery_on: day(2026, month, 1),
            multiple: true,
        })
        .collect();
    mother.maternities.push(Maternity {
        delivery_on: day(2027, 3, 1),
        multiple: true,
    });
    assert_eq!(
        amounts(&levy(&ward(2026), &household(vec![mother]))),
        [0, 0, 0, 0]
    );
}

/// F10 (国保令29条の7第6項9号): twins due in May: two months of this year, four of the next, each at its own rates.
#[test]
fn f10_twins_across_the_fiscal_year() {
    let mut mother = business(day(1995, 1, 1), 2_830_000);
    mother.maternities = vec![Maternity {
        delivery_on: day(2027, 5, 20),
        multiple: true,
    }];
    let facts = household(vec![mother]);
    // Base 2,400,000: 医療 180,240, 支援 67,200, 子ども 6,480; 均等割 47,600, 17,600, 1,873.
    // × 10/12: 150,200 + 39,666.67; 56,000 + 14,666.67; 5,400 + 1,560.83.
    assert_eq!(
        amounts(&levy(&ward(2026), &facts)),
        [189_866, 70_666, 0, 6_960]
    );
    // × 8/12: 120,160 + 31,733.33; 44,800 + 11,733.33; 4,320 + 1,248.67.
    assert_eq!(
        amounts(&levy(&ward(2027), &facts)),
        [151_893, 56_533, 0, 5_568]
    );
}

/// F12 (国保令29条の7第6項3号・6号): a pre-school child in a 7割 household pays 15 %.
#[test]
fn f12_preschool_child_after_seven_tenths() {
    let facts = household(vec![insured(day(1996, 1, 1)), insured(day(2021, 6, 1))]);
    let result = levy(&ward(2026), &facts);
    // 医療 14,280 + 7,140; 支援 5,280 + 2,640; 子ども 540 + 21, the child's 均等割 all off.
    assert_eq!(amounts(&result), [21_420, 7_920, 0, 561]);
    assert_eq!(result.components[0].preschool_deduction, Yen(7_140));
}

/// F13 (年齢計算ニ関スル法律): born on 1 April 2020 it ended with 令和7年度, born on the 2nd a year later.
#[test]
fn f13_preschool_ends_by_the_school_year() {
    let parent = business(day(1990, 1, 1), 5_000_000);
    let of = |born| levy(&ward(2026), &household(vec![parent.clone(), insured(born)])).total;
    // Half of 47,600 and of 17,600.
    assert_eq!(
        of(day(2020, 4, 1)) - of(day(2020, 4, 2)),
        Yen(23_800 + 8_800)
    );
}

/// F14 (国保令29条の7第6項10号・第5項8号): born on 1 April 2008 pays 子ども分 of an adult, born on the 2nd none.
#[test]
fn f14_minor_ends_by_the_school_year() {
    let parent = business(day(1990, 1, 1), 5_000_000);
    let of = |born| {
        levy(&ward(2026), &household(vec![parent.clone(), insured(born)])).components[3].amount
    };
    assert_eq!(of(day(2008, 4, 1)) - of(day(2008, 4, 2)), Yen(1_800 + 73));
}

/// F15 (国保令29条の7第2項8号、地税703条の4): 平等割 half to October, three quarters from November.
#[test]
fn f15_specific_household_pays_half_then_three_quarters() {
    let mut husband = insured(day(1946, 11, 15));
    husband.insured = vec![until(day(2021, 11, 16), LossCause::LateElderly75)];
    husband.former_insured = vec![Span {
        from: day(2021, 11, 15),
        until: None,
    }];
    let wife = business(day(1955, 2, 2), 5_000_000);
    let result = levy(&town(2026), &household(vec![husband, wife]));
    let households: Vec<i64> = result
        .components
        .iter()
        .map(|one| one.per_household.0)
        .collect();
    // 医療 12,050 × 7/12 + 18,075 × 5/12 = 14,560.4; 支援 4,500, 6,750 → 5,437.5; 子ども 400, 600 → 483.3.
    assert_eq!(households, [14_560, 5_437, 0, 483]);
}

/// F16 (国保令29条の7第6項1号・3号): the husband who moved on counts with his head, his income and as an earner.
#[test]
fn f16_former_insured_counts_in_the_judgement() {
    let mut husband = insured(day(1949, 5, 5));
    husband.insured = vec![until(day(2024, 5, 6), LossCause::LateElderly75)];
    husband.former_insured = vec![Span {
        from: day(2024, 5, 5),
        until: None,
    }];
    husband.income.pension_revenue = Yen(2_400_000);
    husband.income.pension = Yen(1_300_000);
    let wife = insured(day(1955, 2, 2));
    let facts = household(vec![husband, wife]);
    let year = only(&ward(2026), &facts);
    assert_eq!(year.household.people[0].standing, Standing::FormerInsured);
    let result = levy(&ward(2026), &facts);
    // 1,300,000 − 150,000 = 1,150,000: over 5割 (430,000 + 310,000 × 2), within 2割 (430,000 + 570,000 × 2);
    // with one head only, 1,000,000, it would be none.
    assert_eq!(result.reduction_tenths, 2);
    // 47,600, 17,600, 1,800 × 8/10; 73 × 8/10 = 58.4.
    assert_eq!(amounts(&result), [38_080, 14_080, 0, 1_498]);
}

/// F18 (国保令29条の7の2): salary at 30/100 for the income levy and for the judgement.
#[test]
fn f18_unemployment_counts_three_tenths_of_salary() {
    let mut head = earner(day(1990, 1, 1), 5_000_000, 3_560_000);
    head.unemployments = vec![Unemployment {
        left_on: day(2026, 3, 31),
        code: 11,
    }];
    // 3,560,000 × 30/100 = 1,068,000; − 430,000 = 638,000; × 7.51 % = 47,913.8.
    let whole_year = levy(&ward(2026), &household(vec![head.clone()]));
    assert_eq!(whole_year.components[0].amount, Yen(47_913 + 47_600));
    // From August: (235,063 + 47,600) × 4/12 + (47,913 + 47,600) × 8/12 = 157,896.33.
    head.unemployments[0].left_on = day(2026, 7, 31);
    let part = levy(&ward(2026), &household(vec![head.clone()]));
    assert_eq!(part.components[0].amount, Yen(157_896));
    // 3,000,000 × 30/100 = 900,000 ≤ 1,000,000: 2割. Base 470,000: 35,297 + 38,080.
    head.unemployments[0].left_on = day(2026, 3, 31);
    head.income.salary = Yen(3_000_000);
    let reduced = levy(&ward(2026), &household(vec![head.clone()]));
    assert_eq!(
        (reduced.reduction_tenths, reduced.components[0].amount),
        (2, Yen(73_377))
    );
    // Over 65 on the day of leaving: as if nothing had happened.
    head.birth_on = day(1960, 1, 1);
    assert_eq!(
        levy(&ward(2026), &household(vec![head])).reduction_tenths,
        0
    );
}

/// F19 (国保令29条の7第6項): a child who joins in June changes the levy and not the judgement; a new head does.
#[test]
fn f19_judgement_stays_until_the_levy_arises_anew() {
    let parent = earner(day(1990, 1, 1), 1_700_000, 1_050_000);
    let mut child = insured(day(2015, 1, 1));
    child.insured = vec![since(2026, 6, 15)];
    let mut facts = household(vec![parent, child]);
    let result = levy(&ward(2026), &facts);
    // 1,050,000 over 1,000,000. Base 620,000: 46,562 + 47,600 + 47,600 × 10/12 = 133,828.67.
    assert_eq!(
        (result.reduction_tenths, result.components[0].amount),
        (0, Yen(133_828))
    );
    let mut wife = insured(day(1992, 1, 1));
    wife.insured = vec![];
    facts.people.push(wife);
    facts.heads = vec![
        HeadSpan {
            person: 0,
            from: day(2000, 1, 1),
            until: Some(day(2026, 9, 5)),
        },
        HeadSpan {
            person: 2,
            from: day(2026, 9, 5),
            until: None,
        },
    ];
    // Judged with two heads on 5 September: 1,050,000 ≤ 430,000 + 310,000 × 2.
    let tenths: Vec<i64> = levies(&ward(2026), &facts)
        .iter()
        .map(|one| one.reduction_tenths)
        .collect();
    assert_eq!(tenths, [0, 5]);
}

/// F21 (条例): no answer from the former municipality: no income levy and no reduction until it comes.
#[test]
fn f21_unanswered_inquiry_is_not_zero_income() {
    let mut head = insured(day(1990, 1, 1));
    head.insured = vec![since(2026, 5, 10)];
    head.inquiry_open = true;
    let of = |head: &PersonFacts| {
        let result = levy(&ward(2026), &household(vec![head.clone()]));
        (result.reduction_tenths, result.components[0].amount)
    };
    // 47,600 × 11/12 = 43,633.3.
    assert_eq!(of(&head), (0, Yen(43_633)));
    head.inquiry_open = false;
    // Answered: none at all, 14,280 × 11/12.
    assert_eq!(of(&head), (7, Yen(13_090)));
    head.income.business = Yen(2_000_000);
    // Answered: 1,570,000 × 7.51 % = 117,907; (117,907 + 47,600) × 11/12 = 151,714.75.
    assert_eq!(of(&head), (0, Yen(151_714)));
}

/// F23 (国保令29条の7第2項4号): a loss stops at zero with the person who made it.
#[test]
fn f23_losses_are_not_shared_in_the_household() {
    let facts = household(vec![
        business(day(1990, 1, 1), -2_000_000),
        business(day(1991, 1, 1), 2_000_000),
    ]);
    let result = levy(&ward(2026), &facts);
    // 1,570,000 × 7.51 % = 117,907; + 47,600 × 2. Judged 2,000,000 over 430,000 + 570,000 × 2.
    assert_eq!(
        (result.reduction_tenths, result.components[0].amount),
        (0, Yen(213_107))
    );
}

/// F26 (地税314条の2第2項): 基礎控除 shrinks above 2,400万, 2,450万 and 2,500万.
#[test]
fn f26_basic_deduction_tapers_with_total_income() {
    let rules = ward(2026);
    for (income, base) in [
        (24_000_000, 23_570_000),
        (24_000_001, 23_710_001),
        (24_500_000, 24_210_000),
        (24_500_001, 24_350_001),
        (25_000_000, 24_850_000),
        (25_000_001, 25_000_001),
    ] {
        let year = only(&rules, &household(vec![business(day(1990, 1, 1), income)]));
        let reasoned = Assessor::new(&rules)
            .unwrap()
            .explain(&year.household)
            .unwrap();
        let step = reasoned
            .steps
            .iter()
            .find(|step| step.what == What::IncomeBase)
            .unwrap();
        assert_eq!(step.value, base, "{income}");
        assert_eq!(reasoned.value.components[0].amount, Yen(670_000));
    }
}

/// 国保法76条: whatever the head change, two liable years of one household without reductions, taxed by whole
/// months, add up to the one of an unchanged head where no cap and no fraction stands between.
#[test]
fn a_head_change_alone_moves_months_and_makes_no_yen() {
    // Base 1,200,000 a year: every twelfth is whole yen. 均等割 is divisible by twelve as well.
    let mut rules = ward(2026);
    for one in &mut rules.components {
        one.per_capita = Yen(48_000);
        one.per_adult = Yen(1_200);
        one.income_rate = law::Rate(50_000);
    }
    let head = business(day(1990, 1, 1), 1_630_000);
    let other = business(day(1991, 1, 1), 1_630_000);
    let mut facts = household(vec![head, other]);
    let unchanged = levy(&rules, &facts);
    assert_eq!(unchanged.reduction_tenths, 0);
    for month in 5..=12 {
        let change = day(2026, month, 17);
        facts.heads = vec![
            HeadSpan {
                person: 0,
                from: day(2000, 1, 1),
                until: Some(change),
            },
            HeadSpan {
                person: 1,
                from: change,
                until: None,
            },
        ];
        let parts = levies(&rules, &facts);
        let total: Yen = parts.iter().map(|one| one.total).sum();
        assert_eq!(total, unchanged.total, "change in month {month}");
        let months = years(&rules, &facts)
            .iter()
            .fold(Months::NONE, |all, year| all.or(year.months));
        assert_eq!(months, Months::ALL);
    }
}
