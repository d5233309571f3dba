//! 資格の異動: acquisition and loss, reported when they are reported.

use crate::support::desk::{Desk, insured, lost, person, single};
use crate::{JUNE, poor};
use law::rules::levy::LossMonth;
use law::{Yen, day};
use office::levy::run::RunKind;
use office::registry::{InsuredSpan, history};

/// Q01: 取得 of 2023-06-01 reported in November 2026: insured since then, levied only within the limits.
// covers: LEV-019
#[test]
fn q01_three_years_late_insured_from_the_first_day_levied_within_the_limits() {
    let desk = Desk::ward(2023..=2026);
    desk.report(day(2026, 11, 20), |conn, act| {
        person(conn, act, 11, day(1990, 1, 1))?;
        crate::support::desk::head(conn, act, 1, 11, day(2020, 4, 1))?;
        insured(conn, act, 11, 1, day(2023, 6, 1))
    });
    desk.relevy(day(2026, 11, 20), &[1]);
    // Nothing filed: no reduction. Barred: 令和5年度 (45,000 + 15,100) × 10/12 = 37,500 + 12,583, 令和6年度 65,600.
    for (year, barred) in [(2023, 50_083), (2024, 65_600)] {
        assert_eq!(desk.amount(1, year), [0, 0, 0, 0]);
        assert_eq!(desk.standing(1, year)[0].barred, Yen(barred));
    }
    assert_eq!(desk.amount(1, 2025), [47_300, 16_800, 0, 0]);
    assert_eq!(desk.amount(1, 2026), [47_600, 17_600, 0, 1_873]);
    // 令和7年度 at once by the end of the next month; 令和8年度 over the five instalments a notice can reach.
    assert_eq!(desk.instalments(1, 2025), [(201, day(2027, 1, 4), 64_100)]);
    let yen: Vec<i64> = desk.instalments(1, 2026).iter().map(|row| row.2).collect();
    assert_eq!(yen, [13_417, 13_414, 13_414, 13_414, 13_414]);
    // A year that is kept at nothing is recorded and not told.
    assert_eq!(desk.notices(1).len(), 2);
}

/// Q10: born on 30 September, reported on 2 November: insured and levied from September.
#[test]
fn q10_a_birth_reported_late_counts_from_the_birth() {
    let desk = Desk::ward(2026..=2026);
    poor(&desk, 1, 11, day(1990, 1, 1));
    desk.relevy(JUNE, &[1]);
    let born = day(2026, 9, 30);
    let act = desk.report(day(2026, 11, 2), |conn, act| {
        person(conn, act, 12, born)?;
        insured(conn, act, 12, 1, born)
    });
    desk.relevy(day(2026, 11, 2), &[1]);
    // Half of 14,280 and 5,280 for seven months: 4,165 and 1,540. Under 18 there is no 子ども分.
    assert_eq!(desk.amount(1, 2026), [18_445, 6_820, 0, 561]);
    desk.undo(day(2026, 11, 4), act);
    desk.relevy(day(2026, 11, 4), &[1]);
    assert_eq!(desk.amount(1, 2026), [14_280, 5_280, 0, 561]);
}

/// Q12: 生活保護 from 10 November, told in December: lost on the day itself, seven months remain.
#[test]
fn q12_welfare_ends_the_levy_with_october() {
    let desk = Desk::ward(2026..=2026);
    poor(&desk, 1, 11, day(1990, 1, 1));
    desk.relevy(JUNE, &[1]);
    desk.report(day(2026, 12, 1), |conn, act| {
        lost(
            conn,
            act,
            11,
            1,
            (day(2020, 4, 1), day(2026, 11, 10)),
            "welfare",
        )
    });
    let changed = desk.relevy(day(2026, 12, 1), &[1]);
    // 14,280, 5,280 and 561 × 7/12.
    assert_eq!(desk.amount(1, 2026), [8_330, 3_080, 0, 327]);
    // 20,121 − 11,737 = 8,384 less: 4 × 2,012 to come (1/4 to 3/31), then 336 of 11/30.
    assert_eq!(changed[0].replan.past_due_reduction, Yen(336));
    assert_eq!(desk.notices(1).last().unwrap().0, "change");
}

/// Q14: employees' insurance since 15 June, reported in November with everything paid: only April and May stay.
// covers: LEV-017, LEV-019
#[test]
fn q14_double_cover_found_in_november_leaves_two_months() {
    for desk in Desk::wards(2026..=2026) {
        poor(&desk, 1, 11, day(1990, 1, 1));
        desk.relevy(JUNE, &[1]);
        let act = desk.report(day(2026, 11, 5), |conn, act| {
            lost(
                conn,
                act,
                11,
                1,
                (day(2020, 4, 1), day(2026, 6, 16)),
                "insurance",
            )
        });
        let changed = desk.relevy(day(2026, 11, 5), &[1]);
        // 14,280, 5,280 and 561 × 2/12.
        assert_eq!(desk.amount(1, 2026), [2_380, 880, 0, 93]);
        // 20,121 − 3,353 = 16,768 less; 5 × 2,012 = 10,060 were still to come.
        assert_eq!(changed[0].replan.past_due_reduction, Yen(6_708));
        assert_eq!(changed[0].difference().total(), Yen(-16_768));
        desk.undo(day(2026, 11, 6), act);
        desk.relevy(day(2026, 11, 6), &[1]);
        assert_eq!(desk.amount(1, 2026), [14_280, 5_280, 0, 561]);
    }
}

/// Q15: employees' insurance from 30 June, lost on 1 July: May or June is the last month, as the ordinance says.
#[test]
fn q15_the_ordinance_decides_about_june() {
    for (rule, wanted) in [
        // 14,280, 5,280 and 561 × 2/12 or 3/12.
        (LossMonth::EventMonth, [2_380, 880, 0, 93]),
        (LossMonth::LossDayMonth, [3_570, 1_320, 0, 140]),
    ] {
        let desk = Desk::ward(2026..=2026).with_rules(|set| set.levy.loss_month = rule);
        poor(&desk, 1, 11, day(1990, 1, 1));
        desk.relevy(JUNE, &[1]);
        desk.report(day(2026, 7, 10), |conn, act| {
            lost(
                conn,
                act,
                11,
                1,
                (day(2020, 4, 1), day(2026, 7, 1)),
                "insurance",
            )
        });
        desk.relevy(day(2026, 7, 10), &[1]);
        assert_eq!(desk.amount(1, 2026), wanted, "{rule:?}");
    }
}

/// Q26: the day of acquisition moves within its month: no yen changes, and both versions can be seen.
#[test]
fn q26_a_corrected_day_changes_no_yen_and_keeps_the_old_version() {
    let desk = Desk::ward(2026..=2026);
    single(&desk, 1, 11, day(1990, 1, 1), day(2026, 10, 1));
    desk.relevy(day(2026, 10, 5), &[1]);
    // Six months of 47,600, 17,600 and 1,873.
    assert_eq!(desk.amount(1, 2026), [23_800, 8_800, 0, 936]);
    desk.report(day(2026, 11, 10), |conn, act| {
        office::registry::end::<InsuredSpan>(conn, act, 11, db::Span::new(day(2026, 10, 1), None))?;
        insured(conn, act, 11, 1, day(2026, 10, 20))
    });
    assert!(desk.relevy(day(2026, 11, 10), &[1]).is_empty());
    let versions = desk
        .store
        .read(|conn| history::<InsuredSpan>(conn, 11))
        .unwrap();
    let from: Vec<_> = versions
        .iter()
        .map(|one| (one.valid.from, one.superseded_at.is_some()))
        .collect();
    assert_eq!(from, [(day(2026, 10, 1), true), (day(2026, 10, 20), false)]);
}

/// 取得 of February 2025 reported in August 2026: 令和6年度 could first be levied when the insurance began, so its two
/// months are in time; at the counter and in a run alike.
#[test]
fn q01_the_limit_counts_from_the_day_the_levy_could_first_be_decided() {
    let on = day(2026, 8, 3);
    let at_the_counter = |desk: &Desk| {
        desk.relevy(on, &[1]);
    };
    let in_a_run = |desk: &Desk| {
        desk.publish_year(on, 2024, RunKind::Monthly);
    };
    for levy in [&at_the_counter as &dyn Fn(&Desk), &in_a_run] {
        let desk = Desk::ward(2024..=2024);
        desk.report(on, |conn, act| {
            person(conn, act, 11, day(1990, 1, 1))?;
            crate::support::desk::head(conn, act, 1, 11, day(2020, 4, 1))?;
            insured(conn, act, 11, 1, day(2025, 2, 10))
        });
        levy(&desk);
        // 49,100 and 16,500 × 2/12. Counted from 1 July 2024 it would have been barred since July.
        assert_eq!(desk.amount(1, 2024), [8_183, 2_750, 0, 0]);
        assert_eq!(desk.standing(1, 2024)[0].barred, Yen::ZERO);
    }
}
