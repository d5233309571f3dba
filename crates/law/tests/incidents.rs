//! Mistakes that real cities made, as regressions. Each name carries the number of the incident in the project's list.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod support;

use law::era::{fiscal_year_ja, wareki};
use law::levy::facts::{HeadSpan, LossCause, PersonFacts};
use law::levy::{Assessor, Standing};
use law::{Date, FiscalYear, Months, Span, Yen, day};
use support::{amounts, earner, household, insured, levy, only, since, until, ward, years};

/// Heads counted in the judgement of 1 April.
fn judged(second: PersonFacts) -> usize {
    let year = only(
        &ward(2026),
        &household(vec![insured(day(1980, 1, 1)), second]),
    );
    let people = year.household.people;
    people
        .iter()
        .filter(|one| one.standing == Standing::Insured)
        .count()
}

/// 平塚 2008 (国保令29条の7第6項): a member who left on 2 April is in the household that is judged on the 1st.
#[test]
fn incident_01_losses_around_the_assessment_day() {
    let leaving = |lost_on: Date, cause| {
        let mut son = insured(day(2000, 1, 1));
        son.insured = vec![until(lost_on, cause)];
        judged(son)
    };
    for cause in [
        LossCause::Insurance,
        LossCause::Welfare,
        LossCause::MovedOut,
        LossCause::OfficialDeletion,
    ] {
        let counted: Vec<usize> = [
            day(2026, 3, 31),
            day(2026, 4, 1),
            day(2026, 4, 2),
            day(2026, 4, 3),
        ]
        .into_iter()
        .map(|lost_on| leaving(lost_on, cause))
        .collect();
        assert_eq!(counted, [1, 1, 2, 2], "{cause:?}");
    }
    // Dead on 1 April is lost on the 2nd and no longer judged; dead on the 2nd still is.
    assert_eq!(leaving(day(2026, 4, 2), LossCause::Death), 1);
    assert_eq!(leaving(day(2026, 4, 3), LossCause::Death), 2);
    // Joining on the 1st is in time, on the 2nd is not.
    let joining = |acquired| {
        let mut son = insured(day(2000, 1, 1));
        son.insured = vec![acquired];
        judged(son)
    };
    assert_eq!(
        (joining(since(2026, 4, 1)), joining(since(2026, 4, 2))),
        (2, 1)
    );
}

/// 平塚 2008: the same days for a change of head: from 2 April on the first head has no month and the second is
/// judged on his own day.
#[test]
fn incident_01_head_changes_around_the_assessment_day() {
    for (change, judged_on) in [
        (day(2026, 3, 31), day(2026, 4, 1)),
        (day(2026, 4, 1), day(2026, 4, 1)),
        (day(2026, 4, 2), day(2026, 4, 2)),
        (day(2026, 4, 30), day(2026, 4, 30)),
    ] {
        let mut facts = household(vec![insured(day(1980, 1, 1)), insured(day(1982, 1, 1))]);
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
        let all = years(&ward(2026), &facts);
        assert_eq!(all.len(), 1, "{change}");
        assert_eq!(
            (all[0].head, all[0].judged_on, all[0].months),
            (1, judged_on, Months::ALL),
            "{change}"
        );
    }
}

fn other_income(set: impl Fn(&mut PersonFacts)) -> i64 {
    let mut head = insured(day(1990, 1, 1));
    set(&mut head);
    levy(&ward(2026), &household(vec![head])).components[0]
        .income
        .0
}

/// 仙台 2017 (地税附則35条の2の6): a loss on listed shares carried over is taken from listed dividends too.
#[test]
fn incident_02_share_losses_reach_dividends() {
    // 1,000,000 + 2,000,000 − 2,500,000 = 500,000; − 430,000 = 70,000; × 7.51 % = 5,257.
    let income = other_income(|head| {
        head.income.listed_shares = Yen(1_000_000);
        head.income.listed_dividend = Yen(2_000_000);
        head.income.listed_loss_used = Yen(2_500_000);
    });
    assert_eq!(income, 5_257);
    // It reaches no other income: 3,000,000 − 430,000 stays.
    let income = other_income(|head| {
        head.income.business = Yen(3_000_000);
        head.income.listed_loss_used = Yen(2_500_000);
    });
    assert_eq!(income, 193_007);
}

/// 久喜・都城・防府ほか 2016 (国保令29条の7第6項2号): the judgement takes NHI's own carried loss, without 専従者給与.
#[test]
fn incident_04_judgement_has_its_own_carried_loss() {
    let mut head = insured(day(1990, 1, 1));
    head.income.business = Yen(2_000_000);
    head.income.net_loss_used = Yen(1_900_000);
    let of =
        |head: &PersonFacts| levy(&ward(2026), &household(vec![head.clone()])).reduction_tenths;
    // By the tax side's loss 100,000 would be left.
    assert_eq!(of(&head), 7);
    head.income.net_loss_for_judgement = Some(Yen(400_000));
    // 1,600,000 is over 1,000,000.
    assert_eq!(of(&head), 0);
}

/// 福井ほか 2021 (国保令29条の7第6項1号・2号): 専従者給与 makes nobody a 給与所得者, and the edges are 「超える」.
#[test]
fn incident_05_family_employees_are_no_earners() {
    let tenths = |revenue: i64, family: i64, pension: i64| {
        // The proprietor's 530,000 pass the 7割 limit only if the other counts as a second earner.
        let proprietor = earner(day(1980, 1, 1), 1_000_000, 530_000);
        let mut other = insured(day(1982, 1, 1));
        other.income.salary_revenue = Yen(revenue);
        other.income.family_employee_revenue = Yen(family);
        other.income.pension_revenue = Yen(pension);
        levy(&ward(2026), &household(vec![proprietor, other])).reduction_tenths
    };
    assert_eq!(tenths(0, 0, 0), 5);
    assert_eq!(tenths(900_000, 900_000, 0), 5);
    assert_eq!(tenths(550_000, 0, 0), 5);
    assert_eq!(tenths(550_001, 0, 0), 7);
    assert_eq!(tenths(0, 0, 600_000), 5);
    assert_eq!(tenths(0, 0, 600_001), 7);
    assert_eq!(tenths(1_450_001, 900_000, 0), 7);
    assert_eq!(tenths(1_450_000, 900_000, 0), 5);
}

/// 茅ヶ崎 2010: rules of another year are refused, never borrowed.
#[test]
fn incident_08_another_years_rules_are_refused() {
    let year = only(&ward(2026), &household(vec![insured(day(1980, 1, 1))]));
    let last_year = ward(2025);
    let refusal = Assessor::new(&last_year)
        .unwrap()
        .levy(&year.household)
        .unwrap_err();
    assert_eq!(refusal.code, "levy.year.mismatch");
}

/// 湯沢 2022: a 特定同一世帯所属者 whose end is not yet known counts until it is; with no span at all he does not.
#[test]
fn incident_12_former_insured_stand_by_their_dates() {
    let mut husband = insured(day(1948, 5, 5));
    husband.insured = vec![until(day(2023, 5, 6), LossCause::LateElderly75)];
    let wife = insured(day(1955, 2, 2));
    let standing = |husband: &PersonFacts| {
        let year = only(&ward(2026), &household(vec![husband.clone(), wife.clone()]));
        (
            year.household.people[0].standing,
            year.household.specific_half,
        )
    };
    assert_eq!(standing(&husband), (Standing::FictitiousHead, Months::NONE));
    husband.former_insured = vec![Span {
        from: day(2023, 5, 5),
        until: None,
    }];
    assert_eq!(standing(&husband), (Standing::FormerInsured, Months::ALL));
}

/// 久留米 2025: the years are counted from the real first day, however often the household was renumbered: parting
/// the head's time and the insured's time on a renumbering day changes no yen.
#[test]
fn incident_13_renumbering_changes_nothing() {
    let mut husband = insured(day(1946, 11, 15));
    husband.insured = vec![until(day(2021, 11, 16), LossCause::LateElderly75)];
    husband.former_insured = vec![Span {
        from: day(2021, 11, 15),
        until: None,
    }];
    let mut facts = household(vec![husband, insured(day(1955, 2, 2))]);
    let before = only(&ward(2026), &facts);
    let renumbered = day(2025, 4, 10);
    facts.heads = vec![
        HeadSpan {
            person: 0,
            from: day(2000, 1, 1),
            until: Some(renumbered),
        },
        HeadSpan {
            person: 0,
            from: renumbered,
            until: None,
        },
    ];
    facts.people[1].insured = vec![until(renumbered, LossCause::Other), since(2025, 4, 10)];
    assert_eq!(only(&ward(2026), &facts), before);
    assert_eq!(before.household.specific_half, Months::between(0, 7));
}

/// 堺 2023 (国保令29条の7第6項6号): the pre-school limit moves with the year; first-graders are never reduced.
#[test]
fn incident_14_first_graders_are_not_preschool() {
    for year in 2022..=2030 {
        let of = |month, day_of_month| {
            let child = insured(day(year - 6, month, day_of_month));
            let parent = insured(day(1990, 1, 1));
            only(&ward(year), &household(vec![parent, child]))
                .household
                .people[1]
                .preschool
        };
        assert_eq!((of(4, 1), of(4, 2)), (false, true), "{year}");
    }
}

/// 大阪 2018 (国保法76条): each month is owed by the one who was head then, and by nobody else.
#[test]
fn incident_26_each_month_has_its_own_debtor() {
    let mut facts = household(vec![
        insured(day(1980, 1, 1)),
        insured(day(1982, 1, 1)),
        insured(day(1984, 1, 1)),
    ]);
    facts.heads = vec![
        HeadSpan {
            person: 0,
            from: day(2000, 1, 1),
            until: Some(day(2026, 7, 31)),
        },
        HeadSpan {
            person: 1,
            from: day(2026, 7, 31),
            until: Some(day(2026, 12, 1)),
        },
        HeadSpan {
            person: 0,
            from: day(2026, 12, 1),
            until: None,
        },
    ];
    let owed: Vec<(usize, Months)> = years(&ward(2026), &facts)
        .iter()
        .map(|year| (year.head, year.months))
        .collect();
    assert_eq!(
        owed,
        [
            (0, Months::between(0, 3)),
            (1, Months::between(3, 8)),
            (0, Months::between(8, 12))
        ]
    );
}

/// 仙台 2019: the first year of an era is 元年, for days and for fiscal years.
#[test]
fn incident_30_the_first_year_is_gannen() {
    assert_eq!(wareki(day(2019, 4, 30)), "平成31年4月30日");
    assert_eq!(wareki(day(2019, 5, 1)), "令和元年5月1日");
    assert_eq!(wareki(day(2019, 12, 31)), "令和元年12月31日");
    assert_eq!(wareki(day(2020, 1, 1)), "令和2年1月1日");
    let names: Vec<String> = [1988, 1989, 2018, 2019, 2020]
        .map(FiscalYear)
        .map(fiscal_year_ja)
        .to_vec();
    assert_eq!(
        names,
        [
            "昭和63年度",
            "平成元年度",
            "平成30年度",
            "令和元年度",
            "令和2年度"
        ]
    );
    for name in (1989..2100).map(FiscalYear).map(fiscal_year_ja) {
        assert!(
            !name.ends_with("成1年度") && !name.ends_with("和1年度"),
            "{name}"
        );
    }
}

/// さいたま 2017 (地税313条): only the loss used this year is taken, never what is carried on.
#[test]
fn incident_03_only_the_loss_used_this_year_counts() {
    // 3,000,000 − 500,000 − 430,000 = 2,070,000; × 7.51 % = 155,457.
    let income = other_income(|head| {
        head.income.business = Yen(3_000_000);
        head.income.net_loss_used = Yen(500_000);
    });
    assert_eq!(income, 155_457);
    let facts = household(vec![insured(day(1990, 1, 1))]);
    assert_eq!(amounts(&levy(&ward(2026), &facts))[0], 14_280);
}
