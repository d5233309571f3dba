//! 軽減と減額: by age, by birth, by loss of work, by who belongs to the household.

use crate::support::desk::{Desk, business, head, income, insured, lost, person, single};
use crate::{JUNE, poor};
use db::Span;
use law::levy::Income;
use law::rules::CareAttainment;
use law::{Date, Yen, day};
use office::levy::run::RunKind;
use office::registry::{CareExempt, FormerInsured, Maternity, Unemployment, record};

/// F06: 40 on 1 December, reached the day before: 介護分 from November.
#[test]
fn f06_forty_on_the_first_pays_care_from_november() {
    let desk = Desk::ward(2026..=2026);
    poor(&desk, 1, 11, day(1986, 12, 1));
    desk.relevy(JUNE, &[1]);
    // 5,340 × 5/12.
    assert_eq!(desk.amount(1, 2026), [14_280, 5_280, 2_225, 561]);
}

/// 介護分 of each instalment, in order of due day.
fn care(desk: &Desk) -> Vec<i64> {
    let mut rows = desk.charged(1, 2026);
    rows.sort_by_key(|row| row.due_on);
    rows.iter().map(|row| row.parts.care.0).collect()
}

/// F06: the instalments up to the one due on 30 November ask for none of the care part and the four after it for all of
/// it, whether the whole city is levied in June or the household alone; levied again nothing moves, and a correction
/// before the day leaves it waiting. A city that spreads it asks for it from June.
#[test]
fn f06_the_care_part_is_asked_for_after_it_is_reached() {
    let spread = |set: &mut law::rules::RuleSet| {
        set.instalments.care_attainment = CareAttainment::Spread;
    };
    let waiting = [0, 0, 0, 0, 0, 0, 557, 556, 556, 556];
    for (desks, wanted) in [
        (Desk::wards(2026..=2026), waiting),
        (
            Desk::wards(2026..=2026).map(|desk| desk.with_rules(spread)),
            [223, 222, 222, 223, 222, 223, 222, 223, 222, 223],
        ),
    ] {
        for desk in desks {
            poor(&desk, 1, 11, day(1986, 12, 1));
            desk.publish_year(JUNE, 2026, RunKind::Initial);
            assert_eq!(care(&desk), wanted);
            assert!(desk.relevy(day(2026, 8, 3), &[1]).is_empty());
            let alone = Desk::ward(2026..=2026);
            let alone = if wanted == waiting {
                alone
            } else {
                alone.with_rules(spread)
            };
            poor(&alone, 1, 11, day(1986, 12, 1));
            alone.relevy(JUNE, &[1]);
            assert_eq!(alone.instalments(1, 2026), desk.instalments(1, 2026));
            if wanted != waiting {
                continue;
            }
            // 43万円 + 8万円 in September: 5割 from then on, by the instalments still to come; 8,900 × 5/12 + 80,000 × 2.43 % × 5/12.
            desk.report(day(2026, 9, 7), |conn, act| {
                income(conn, act, 11, 2026, business(510_000))
            });
            desk.relevy(day(2026, 9, 7), &[1]);
            assert_eq!(desk.amount(1, 2026)[2], 4_518);
            assert_eq!(care(&desk)[..6], [0; 6]);
            assert_eq!(care(&desk)[6..].iter().sum::<i64>(), 4_518);
        }
    }
}

/// Moved out before reaching forty: the part that waited is asked for by nobody.
#[test]
fn f06_gone_before_it_is_reached() {
    let desk = Desk::ward(2026..=2026);
    poor(&desk, 1, 11, day(1986, 12, 1));
    desk.relevy(JUNE, &[1]);
    desk.report(day(2026, 10, 5), |conn, act| {
        lost(
            conn,
            act,
            11,
            1,
            (day(2020, 4, 1), day(2026, 10, 1)),
            "moved_out",
        )
    });
    desk.relevy(day(2026, 10, 5), &[1]);
    assert_eq!(desk.amount(1, 2026), [7_140, 2_640, 0, 280]);
    assert!(care(&desk).iter().all(|yen| *yen == 0));
}

/// F08: at 45 in an exempt home from 10 June to 20 October, both told late: 介護分 of the other months only.
// covers: LEV-005
#[test]
fn f08_no_care_part_while_in_an_exempt_home() {
    let desk = Desk::ward(2026..=2026);
    poor(&desk, 1, 11, day(1981, 2, 2));
    desk.relevy(JUNE, &[1]);
    assert_eq!(desk.amount(1, 2026)[2], 5_340);
    let home = |until| {
        move |conn: &mut db::Conn, act: &office::Act| {
            let fact = CareExempt {
                facility: "見本園".to_owned(),
            };
            record(conn, act, 11, Span::new(day(2026, 6, 10), until), &fact)
        }
    };
    desk.report(day(2026, 8, 3), home(None));
    desk.relevy(day(2026, 8, 3), &[1]);
    // April and May: 5,340 × 2/12.
    assert_eq!(desk.amount(1, 2026)[2], 890);
    desk.report(day(2026, 11, 4), |conn, act| {
        let open = Span::new(day(2026, 6, 10), None);
        office::registry::end::<CareExempt>(conn, act, 11, open)?;
        home(Some(day(2026, 10, 20)))(conn, act)
    });
    desk.relevy(day(2026, 11, 4), &[1]);
    // October, the month of leaving, to March again: 5,340 × 8/12.
    assert_eq!(desk.amount(1, 2026)[2], 3_560);
}

fn delivers(desk: &Desk, on: Date, delivery_on: Date, multiple: bool) {
    desk.report(on, |conn, act| {
        let fact = Maternity {
            delivery_on,
            multiple,
            confirmed: false,
        };
        record(conn, act, 11, fact.span(), &fact)
    });
}

/// F09: one child expected on 10 January 2027 in a 7割 household: December to March of what 7割 leaves is free.
#[test]
fn f09_four_months_of_what_the_reduction_leaves() {
    let desk = Desk::ward(2026..=2026);
    poor(&desk, 1, 11, day(1995, 5, 5));
    desk.relevy(JUNE, &[1]);
    delivers(&desk, day(2026, 12, 7), day(2027, 1, 10), false);
    desk.relevy(day(2026, 12, 7), &[1]);
    // 14,280, 5,280 and 561 × 8/12.
    assert_eq!(desk.amount(1, 2026), [9_520, 3_520, 0, 374]);
}

/// F10: twins expected on 20 May 2025: February to July, each month at the rates of its own year.
#[test]
fn f10_twins_over_the_turn_of_the_year() {
    let desk = Desk::ward(2024..=2025);
    poor(&desk, 1, 11, day(1995, 5, 5));
    desk.relevy(day(2024, 6, 14), &[1]);
    delivers(&desk, day(2025, 2, 10), day(2025, 5, 20), true);
    desk.relevy(day(2025, 2, 10), &[1]);
    desk.relevy(day(2025, 6, 13), &[1]);
    // 令和6年度 (14,730, 4,950) × 10/12; 令和7年度 (14,190, 5,040) × 8/12.
    assert_eq!(desk.amount(1, 2024), [12_275, 4_125, 0, 0]);
    assert_eq!(desk.amount(1, 2025), [9_460, 3_360, 0, 0]);
}

/// F12・F13・F14: a child of 5 pays half of 3/10; the turn of the school year falls between 1 and 2 April.
#[test]
fn f12_f13_f14_children_by_their_school_year() {
    for (born_on, wanted) in [
        // 14,280 + 7,140, 5,280 + 2,640.
        (day(2021, 5, 1), [21_420, 7_920, 0, 561]),
        (day(2020, 4, 2), [21_420, 7_920, 0, 561]),
        (day(2020, 4, 1), [28_560, 10_560, 0, 561]),
        (day(2008, 4, 2), [28_560, 10_560, 0, 561]),
        // 18 since March: 子ども分 for two.
        (day(2008, 4, 1), [28_560, 10_560, 0, 1_122]),
    ] {
        let desk = Desk::ward(2026..=2026);
        poor(&desk, 1, 11, day(1985, 1, 1));
        desk.report(JUNE, |conn, act| {
            person(conn, act, 12, born_on)?;
            insured(conn, act, 12, 1, day(2026, 4, 1).max(born_on))?;
            income(conn, act, 12, 2026, business(0))
        });
        desk.relevy(JUNE, &[1]);
        let [medical, support, _, child] = desk.amount(1, 2026);
        assert_eq!([medical, support, 0, child], wanted, "{born_on}");
    }
}

/// The husband moved on to 後期高齢者医療 on his 75th birthday; the wife stays insured.
fn widow_to_be(desk: &Desk, birthday_75: Date, his: Income) {
    desk.report(JUNE, |conn, act| {
        person(
            conn,
            act,
            11,
            birthday_75.saturating_sub(jiff::Span::new().years(75)),
        )?;
        person(conn, act, 12, day(1955, 2, 2))?;
        head(conn, act, 1, 11, day(2000, 1, 1))?;
        let former = FormerInsured { household_id: 1 };
        record(conn, act, 11, Span::new(birthday_75, None), &former)?;
        insured(conn, act, 12, 1, day(2020, 4, 1))?;
        income(conn, act, 11, 2026, his)?;
        income(conn, act, 12, 2026, business(0))
    });
    desk.relevy(JUNE, &[1]);
}

/// F15: since 2021-11 alone: 平等割 half to October 2026, three quarters from November.
#[test]
fn f15_specific_household_half_then_three_quarters() {
    let desk = Desk::ward(2026..=2026)
        .with_rules(|set| set.levy.components[0].per_household = Yen(24_000));
    widow_to_be(&desk, day(2021, 11, 15), Income::default());
    // 7割: 14,280 + 3,600 × 7/12 + 5,400 × 5/12 = 14,280 + 2,100 + 2,250.
    assert_eq!(desk.amount(1, 2026)[0], 18_630);
}

/// F16: he counts among the heads and with his income: 5割, where she alone would have 2割.
#[test]
fn f16_the_former_insured_counts_in_the_judgement() {
    let desk = Desk::ward(2026..=2026);
    let his = Income {
        pension_revenue: Yen(2_150_000),
        pension: Yen(1_050_000),
        ..Income::default()
    };
    widow_to_be(&desk, day(2024, 5, 5), his);
    // 1,050,000 − 150,000 = 900,000 ≤ 430,000 + 310,000 × 2. Half of 47,600, 17,600, 1,800 and 73.
    assert_eq!(desk.amount(1, 2026), [23_800, 8_800, 0, 936]);
}

/// F18: left on 31 March for reason 11, told in September: salary at 30/100 from April, in the judgement too.
// covers: LEV-010, LEV-011
#[test]
fn f18_salary_at_three_tenths_from_april() {
    let desk = Desk::ward(2026..=2026);
    single(&desk, 1, 11, day(1985, 5, 5), day(2026, 4, 1));
    desk.report(JUNE, |conn, act| {
        let salary = Income {
            salary_revenue: Yen(4_520_000),
            salary: Yen(3_160_000),
            ..Income::default()
        };
        income(conn, act, 11, 2026, salary)
    });
    desk.relevy(JUNE, &[1]);
    // Base 2,730,000: 205,023 + 47,600, 76,440 + 17,600, 66,339 + 17,800, 7,371 + 1,873.
    assert_eq!(desk.amount(1, 2026), [252_623, 94_040, 84_139, 9_244]);
    desk.report(day(2026, 9, 7), |conn, act| {
        let fact = Unemployment {
            left_on: day(2026, 3, 31),
            leaving_code: 11,
        };
        record(conn, act, 11, fact.span(), &fact)
    });
    desk.relevy(day(2026, 9, 7), &[1]);
    // 948,000 ≤ 1,000,000: 2割. Base 518,000: 38,901 + 38,080, 14,504 + 14,080, 12,587 + 14,240, 1,398 + 1,440 + 58.
    assert_eq!(desk.amount(1, 2026), [76_981, 28_584, 26_827, 2_896]);
    assert_eq!(desk.standing(1, 2026)[0].outcome.tenths, 2);
}
