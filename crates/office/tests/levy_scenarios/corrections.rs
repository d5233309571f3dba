//! 更正: what a change of income, found late, does to amounts, instalments and years.

use crate::support::desk::{Desk, business, filed, head, income, insured, lost, person, single};
use crate::support::permit;
use crate::{JUNE, poor};
use law::levy::Filing;
use law::levy::limitation::InsuranceAdjustment;
use law::rules::levy::LevyKind;
use law::{Date, FiscalYear, Yen, day};
use office::OfficeError;
use office::ledger::Method;
use office::levy::book::Circumstances;
use office::levy::relevy;
use office::security::permit::RunLevy;

/// F01: income of three years corrected upward in November 2026; only what the limits leave is raised.
// covers: LEV-007, LEV-018
#[test]
fn f01_three_years_raised_only_within_the_limit_each_at_its_own_rates() {
    for desk in Desk::wards(2024..=2026) {
        single(&desk, 1, 11, day(1970, 5, 5), day(2020, 4, 1));
        let years = [2024, 2025, 2026];
        desk.report(day(2024, 6, 1), |conn, act| {
            years
                .iter()
                .try_for_each(|year| income(conn, act, 11, *year, business(1_430_000)))
        });
        for on in [day(2024, 6, 14), day(2025, 6, 13), JUNE] {
            desk.relevy(on, &[1]);
        }
        // Base 1,000,000. 86,900 + 49,100, 28,000 + 16,500, 23,600 + 16,500.
        assert_eq!(desk.amount(1, 2024), [136_000, 44_500, 40_100, 0]);
        // 77,100 + 47,300, 26,900 + 16,800, 22,500 + 16,600.
        assert_eq!(desk.amount(1, 2025), [124_400, 43_700, 39_100, 0]);
        // 75,100 + 47,600, 28,000 + 17,600, 24,300 + 17,800, 2,700 + 1,873.
        assert_eq!(desk.amount(1, 2026), [122_700, 45_600, 42_100, 4_573]);
        let corrected = desk.report(day(2026, 11, 18), |conn, act| {
            years
                .iter()
                .try_for_each(|year| income(conn, act, 11, *year, business(2_430_000)))
        });
        desk.relevy(day(2026, 11, 20), &[1]);
        // 令和6年度: first due 2024-07-01, so to be raised until 2026-07-01. 138,500 are recorded and not charged.
        assert_eq!(desk.amount(1, 2024), [136_000, 44_500, 40_100, 0]);
        assert_eq!(desk.standing(1, 2024)[0].barred, Yen(138_500));
        // + 77,100, 26,900, 22,500.
        assert_eq!(desk.amount(1, 2025), [201_500, 70_600, 61_600, 0]);
        // + 75,100, 28,000, 24,300, 2,700.
        assert_eq!(desk.amount(1, 2026), [197_800, 73_600, 66_400, 7_273]);
        // F20: 214,973 over ten: 21,500 and nine of 21,497; 130,100 more over the five still to be reached.
        let instalments: Vec<i64> = desk.instalments(1, 2026).iter().map(|row| row.2).collect();
        assert_eq!(instalments[..5], [21_500, 21_497, 21_497, 21_497, 21_497]);
        assert_eq!(instalments[5..], [47_517; 5]);
        // Undone, everything stands as before, and nothing is barred any more.
        desk.undo(day(2026, 12, 1), corrected);
        desk.relevy(day(2026, 12, 2), &[1]);
        assert_eq!(desk.amount(1, 2025), [124_400, 43_700, 39_100, 0]);
        assert_eq!(desk.amount(1, 2026), [122_700, 45_600, 42_100, 4_573]);
        assert_eq!(desk.standing(1, 2024)[0].barred, Yen::ZERO);
    }
}

/// F03: unfiled in April, filed with no income in October: 7割 from April; what was due beyond it is overpaid.
#[test]
fn f03_filed_in_october_reduced_from_april() {
    let desk = Desk::ward(2026..=2026);
    single(&desk, 1, 11, day(1990, 1, 1), day(2020, 4, 1));
    desk.relevy(JUNE, &[1]);
    // Nothing filed is not zero income: 47,600 + 17,600 + 1,873 without reduction.
    assert_eq!(desk.amount(1, 2026), [47_600, 17_600, 0, 1_873]);
    let filed_on = day(2026, 10, 15);
    let act = desk.report(filed_on, |conn, act| {
        income(conn, act, 11, 2026, business(0))
    });
    let changed = desk.relevy(filed_on, &[1]);
    assert_eq!(desk.amount(1, 2026), [14_280, 5_280, 0, 561]);
    // 46,952 less: the six of 6,707 to come, then 6,707 of September and 3 of August.
    assert_eq!(changed[0].replan.past_due_reduction, Yen(6_710));
    let left: Vec<_> = desk
        .instalments(1, 2026)
        .iter()
        .map(|row| (row.0, row.2))
        .collect();
    assert_eq!(left, [(1, 6_710), (2, 6_707), (3, 6_704)]);
    desk.undo(day(2026, 10, 20), act);
    desk.relevy(day(2026, 10, 20), &[1]);
    assert_eq!(desk.total(1, 2026), 67_073);
}

/// F20: instalments of 1,000 yen, the rest in the first; the sum is the year's amount before and after a change.
#[test]
fn f20_thousands_with_the_rest_in_the_first() {
    let desk = Desk::ward(2026..=2026).with_rules(|set| set.instalments.unit_yen = 1_000);
    single(&desk, 1, 11, day(1970, 5, 5), day(2020, 4, 1));
    desk.report(JUNE, |conn, act| {
        income(conn, act, 11, 2026, business(1_430_000))
    });
    desk.relevy(JUNE, &[1]);
    // 214,973: nine of 21,000 and 25,973.
    let yen: Vec<i64> = desk.instalments(1, 2026).iter().map(|row| row.2).collect();
    assert_eq!(yen, [&[25_973][..], &[21_000; 9]].concat());
    desk.report(day(2026, 8, 3), |conn, act| {
        income(conn, act, 11, 2026, business(1_500_000))
    });
    desk.relevy(day(2026, 8, 3), &[1]);
    // 70,000 × 7.51 %, 2.80 %, 2.43 %, 0.27 %: 5,257 + 1,960 + 1,701 + 189 = 9,107: 1,000 each and 2,107 in August.
    let yen: Vec<i64> = desk.instalments(1, 2026).iter().map(|row| row.2).collect();
    assert_eq!(yen, [&[25_973, 21_000, 23_107][..], &[22_000; 7]].concat());
    assert_eq!(yen.iter().sum::<i64>(), 214_973 + 9_107);
}

/// F21: moved in in May, income asked of the former municipality: no 所得割 and no reduction until the answer.
#[test]
fn f21_an_open_inquiry_is_levied_without_income_and_corrected_by_the_answer() {
    let desk = Desk::ward(2026..=2026);
    single(&desk, 1, 11, day(1990, 1, 1), day(2026, 5, 10));
    desk.report(day(2026, 5, 12), |conn, act| {
        filed(conn, act, 11, 2026, (Filing::Filed, true), business(0))
    });
    desk.relevy(JUNE, &[1]);
    // Eleven months: 47,600, 17,600 and 1,873 × 11/12.
    assert_eq!(desk.amount(1, 2026), [43_633, 16_133, 0, 1_716]);
    let before = desk.instalments(1, 2026);
    desk.report(day(2026, 8, 20), |conn, act| {
        income(conn, act, 11, 2026, business(1_430_000))
    });
    desk.relevy(day(2026, 8, 20), &[1]);
    // 122,700, 45,600 and 4,573 × 11/12.
    assert_eq!(desk.amount(1, 2026), [112_475, 41_800, 0, 4_191]);
    // The increase waits for new due days: what was due by the end of August stays.
    let after = desk.instalments(1, 2026);
    assert_eq!(before[..2], after[..2]);
    assert!(
        after[3..]
            .iter()
            .zip(&before[3..])
            .all(|(after, before)| after.2 > before.2)
    );
}

/// F25: in February 2027 a levy of 令和7年度 is raised: an instalment of its own, accounted in 令和8年度.
#[test]
fn f25_past_year_has_its_own_due_day_and_accounting_year() {
    let desk = Desk::ward(2025..=2026);
    poor(&desk, 1, 11, day(1990, 1, 1));
    desk.relevy(day(2025, 6, 13), &[1]);
    desk.relevy(JUNE, &[1]);
    desk.report(day(2027, 2, 9), |conn, act| {
        income(conn, act, 11, 2025, business(1_430_000))
    });
    desk.relevy(day(2027, 2, 10), &[1]);
    // From 7割 14,190 + 5,040 to 124,400 + 43,700.
    assert_eq!(desk.amount(1, 2025), [124_400, 43_700, 0, 0]);
    let past: Vec<_> = desk
        .charged(1, 2025)
        .into_iter()
        .filter(|row| row.instalment > 200)
        .collect();
    assert_eq!(past.len(), 1);
    assert_eq!(past[0].instalment, 201);
    assert_eq!(past[0].method, Method::Ordinary);
    assert_eq!(
        (past[0].fiscal_year, past[0].due_on),
        (2026, day(2027, 3, 31))
    );
    assert_eq!(past[0].parts.total(), Yen(168_100 - 19_230));
}

/// F26: 合計所得 24,500,000円: the basic deduction is 290,000.
#[test]
fn f26_high_income_has_a_smaller_basic_deduction() {
    let desk =
        Desk::ward(2026..=2026).with_rules(|set| set.levy.components[0].cap = Yen(9_000_000));
    single(&desk, 1, 11, day(1990, 1, 1), day(2020, 4, 1));
    desk.report(JUNE, |conn, act| {
        income(conn, act, 11, 2026, business(24_500_000))
    });
    desk.relevy(JUNE, &[1]);
    // 24,210,000 × 7.51 % = 1,818,171, + 47,600.
    assert_eq!(desk.amount(1, 2026)[0], 1_865_771);
}

/// O12: two years side by side; a change of one leaves the other as it stands.
#[test]
fn o12_two_years_stand_side_by_side() {
    let desk = Desk::ward(2025..=2026);
    poor(&desk, 1, 11, day(1990, 1, 1));
    desk.relevy(day(2026, 4, 1), &[1]);
    // 47,300 and 16,800 at 3/10 of 令和7年度; 令和8年度 is 14,280, 5,280, 561.
    assert_eq!(desk.amount(1, 2025), [14_190, 5_040, 0, 0]);
    assert_eq!(desk.amount(1, 2026), [14_280, 5_280, 0, 561]);
    desk.report(day(2026, 6, 1), |conn, act| {
        income(conn, act, 11, 2026, business(1_430_000))
    });
    let changed = desk.relevy(JUNE, &[1]);
    assert!(changed.iter().all(|one| one.after.levy_year.0 == 2026));
    assert_eq!(desk.amount(1, 2025), [14_190, 5_040, 0, 0]);
    assert_eq!(desk.standing(1, 2025)[0].sequence, 1);
    assert_eq!(desk.standing(1, 2026)[0].sequence, 2);
}

/// 期間制限 of a decrease: counted from the day the standing levy arose, though nothing is liable any more.
#[test]
fn a_levy_that_arose_late_is_taken_back_within_two_years_of_that_day() {
    // First due 2024-07-01, arose 2024-11-05.
    for (on, left) in [
        (day(2026, 8, 5), 0),
        (day(2026, 11, 5), 0),
        (day(2026, 11, 6), 27_333),
    ] {
        for desk in Desk::wards(2024..=2024) {
            let joined = desk.report(day(2024, 11, 6), |conn, act| {
                person(conn, act, 11, day(1990, 1, 1))?;
                head(conn, act, 1, 11, day(2024, 11, 5))?;
                insured(conn, act, 11, 1, day(2024, 11, 5))
            });
            desk.relevy(day(2024, 11, 8), &[1]);
            let arose = desk.standing(1, 2024)[0].outcome.arose_on;
            assert_eq!(arose, Some(day(2024, 11, 5)));
            // Five months: 49,100 and 16,500 × 5/12 = 20,458 + 6,875.
            assert_eq!(desk.total(1, 2024), 27_333);
            desk.undo(on, joined);
            desk.relevy(on, &[1]);
            assert_eq!(desk.total(1, 2024), left, "{on}");
        }
    }
}

/// Levies again on a day under circumstances that a clerk found.
fn under(desk: &Desk, on: Date, circumstances: Circumstances) -> Result<(), OfficeError> {
    under_of(desk, on, 1, circumstances)
}

/// The same of any household.
fn under_of(
    desk: &Desk,
    on: Date,
    household: i64,
    circumstances: Circumstances,
) -> Result<(), OfficeError> {
    let permit = permit::<RunLevy>(&desk.levy);
    let (books, acting) = (desk.books(), desk.clerk(on));
    relevy::relevy_under(
        &desk.store,
        &books,
        &permit,
        &acting,
        &[household],
        "更正",
        circumstances,
    )
    .map(|_| ())
}

/// 被用者保険との調整: a loss by employees' insurance learned after two years still lowers the premium.
#[test]
fn a_loss_by_employees_insurance_lowers_the_premium_after_two_years() {
    // First due 2024-07-01: five years end with 2029-07-01.
    let (late, adjustment) = (
        day(2026, 11, 20),
        Circumstances {
            adjustment: Some(InsuranceAdjustment { years: 5 }),
            fraud: false,
        },
    );
    for desk in Desk::wards(2024..=2024) {
        single(&desk, 1, 11, day(1990, 1, 1), day(2020, 4, 1));
        desk.relevy(day(2024, 6, 14), &[1]);
        assert_eq!(desk.total(1, 2024), 65_600);
        desk.report(late, |conn, act| {
            let span = (day(2020, 4, 1), day(2024, 10, 1));
            lost(conn, act, 11, 1, span, "insurance")
        });
        // Ordinarily two years: seven months of it are recorded and not given back (employees' insurance began on 30 September).
        desk.relevy(late, &[1]);
        assert_eq!(desk.total(1, 2024), 65_600);
        assert_eq!(desk.standing(1, 2024)[0].barred, Yen(-38_267));
        // Fraud lengthens nothing of a premium, and is not taken for it.
        let fraud = Circumstances {
            fraud: true,
            ..Circumstances::default()
        };
        match under(&desk, late, fraud) {
            Err(OfficeError::Refusal(refusal)) => {
                assert_eq!(refusal.code, "levy.circumstances.kind");
            }
            other => panic!("{other:?}"),
        }
        under(&desk, late, adjustment).unwrap();
        desk.check(late, &[1]);
        assert_eq!(desk.total(1, 2024), 27_333);
        // Of a household that lost nothing to employees' insurance the adjustment is refused.
        single(&desk, 2, 21, day(1990, 1, 1), day(2020, 4, 1));
        desk.relevy(day(2026, 12, 1), &[2]);
        desk.report(day(2026, 12, 2), |conn, act| {
            let span = (day(2020, 4, 1), day(2024, 10, 1));
            lost(conn, act, 21, 2, span, "moved_out")
        });
        match under_of(&desk, day(2026, 12, 2), 2, adjustment) {
            Err(OfficeError::Refusal(refusal)) => {
                assert_eq!(refusal.code, "levy.circumstances.no_loss");
                assert!(refusal.message_ja.contains("喪失事由42"));
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(desk.standing(1, 2024)[0].barred, Yen::ZERO);
    }
}

/// 偽りその他不正の行為: the tax is raised within seven years.
#[test]
fn fraud_raises_the_tax_in_the_sixth_year() {
    let limits = crate::support::book().national(FiscalYear(2021));
    let limits = limits.unwrap().tax_limits;
    let desk = Desk::ward(2021..=2021).with_rules(|set| {
        set.levy.kind = LevyKind::Tax;
        set.instalments.kind = LevyKind::Tax;
        set.time_limits = limits;
    });
    single(&desk, 1, 11, day(1990, 1, 1), day(2020, 4, 1));
    let first = day(2021, 6, 14);
    desk.report(first, |conn, act| {
        income(conn, act, 11, 2021, business(1_430_000))
    });
    desk.relevy(first, &[1]);
    let before = desk.total(1, 2021);
    // First due 2021-06-30: three years have passed, and five, not seven.
    let late = day(2026, 11, 20);
    desk.report(late, |conn, act| {
        income(conn, act, 11, 2021, business(2_430_000))
    });
    desk.relevy(late, &[1]);
    assert_eq!(desk.total(1, 2021), before);
    // 1,000,000 more at 7.13 % and 2.41 %.
    assert_eq!(desk.standing(1, 2021)[0].barred, Yen(95_400));
    let fraud = Circumstances {
        fraud: true,
        ..Circumstances::default()
    };
    under(&desk, late, fraud).unwrap();
    desk.check(late, &[1]);
    assert_eq!(desk.total(1, 2021), before + 95_400);
}

/// An ordinance that cuts the total and not each component: components, instalments and books add up to the total, with a
/// relief and without.
#[test]
fn a_total_cut_to_hundreds_is_what_the_components_add_up_to() {
    for desk in Desk::wards(2026..=2026) {
        let desk = desk.with_rules(|set| set.levy.total_unit = 100);
        poor(&desk, 1, 11, day(1990, 1, 1));
        desk.relevy(JUNE, &[1]);
        desk.check(JUNE, &[1]);
        // 14,280 + 5,280 + 561 = 20,121: the 21 come off 医療分.
        assert_eq!(desk.amount(1, 2026), [14_259, 5_280, 0, 561]);
        desk.report(day(2026, 9, 7), |conn, act| {
            income(conn, act, 11, 2026, business(777_777))
        });
        desk.relevy(day(2026, 9, 7), &[1]);
        desk.check(day(2026, 9, 7), &[1]);
        assert_eq!(desk.total(1, 2026) % 100, 0);
    }
}
