//! 世帯: who owes, for which months, and to whom it is told.

use crate::support::desk::{Desk, business, head, income, insured, lost, person, single};
use crate::{JUNE, poor};
use law::levy::Income;
use law::levy::instalment::DecreaseOrder;
use law::rules::RuleBook;
use law::{Yen, day};
use office::levy::decide::flags;

fn salary(revenue: i64, salary: i64) -> Income {
    Income {
        salary_revenue: Yen(revenue),
        salary: Yen(salary),
        ..Income::default()
    }
}

/// F04: the husband is insured elsewhere and liable; his income judges and is not levied.
// covers: LEV-003, LEV-004
#[test]
fn f04_the_fictitious_head_owes_for_his_wife() {
    let desk = Desk::ward(2026..=2026);
    desk.report(JUNE, |conn, act| {
        person(conn, act, 11, day(1970, 1, 1))?;
        person(conn, act, 12, day(1972, 1, 1))?;
        head(conn, act, 1, 11, day(2020, 4, 1))?;
        insured(conn, act, 12, 1, day(2020, 4, 1))?;
        income(conn, act, 11, 2026, salary(7_800_000, 6_000_000))?;
        income(conn, act, 12, 2026, salary(1_650_000, 1_000_000))
    });
    desk.relevy(JUNE, &[1]);
    // Base 570,000: 42,807 + 47,600, 15,960 + 17,600, 13,851 + 17,800, 1,539 + 1,873. He is liable and told.
    assert_eq!(
        desk.annual(1, 2026),
        [(11, [90_407, 33_560, 31_651, 3_412])]
    );
    assert_eq!(desk.notices(1), [("initial".to_owned(), 11)]);
    let standing = &desk.standing(1, 2026)[0];
    assert_ne!(standing.outcome.flags & flags::FICTITIOUS_HEAD, 0);
    assert_eq!(standing.outcome.tenths, 0);
    // The steps behind the yen: 所得割 and 均等割 of each part add up to it.
    let explained = desk
        .store
        .read(|conn| office::levy::why::explain(conn, standing))
        .unwrap();
    let parts = &explained[0].reasoned.value.components;
    let sums: Vec<Yen> = parts
        .iter()
        .map(|one| one.income + one.per_capita + one.per_adult + one.per_household)
        .collect();
    assert_eq!(sums, [90_407, 33_560, 31_651, 3_412].map(Yen));
    assert!(explained[0].reasoned.steps.len() > 10);
}

/// F05: over the cap before and after a member leaves, the amount stands; six months of the cap when all have left.
// covers: LEV-015
#[test]
fn f05_over_the_cap_a_member_more_or_less_changes_nothing() {
    let desk = Desk::ward(2026..=2026);
    single(&desk, 1, 11, day(1980, 3, 3), day(2020, 4, 1));
    desk.report(JUNE, |conn, act| {
        person(conn, act, 12, day(2003, 7, 7))?;
        insured(conn, act, 12, 1, day(2020, 4, 1))?;
        income(conn, act, 11, 2026, business(20_430_000))?;
        income(conn, act, 12, 2026, business(0))
    });
    desk.relevy(JUNE, &[1]);
    assert_eq!(desk.amount(1, 2026), [670_000, 260_000, 170_000, 30_000]);
    // Over by 20,000,000 × 7.51 % + 95,200 − 670,000 = 927,200; 335,200 + … in the other parts.
    assert!(desk.standing(1, 2026)[0].outcome.over_cap > Yen(927_200));
    desk.report(day(2026, 9, 20), |conn, act| {
        lost(
            conn,
            act,
            12,
            1,
            (day(2020, 4, 1), day(2026, 9, 16)),
            "insurance",
        )
    });
    assert!(desk.relevy(day(2026, 9, 20), &[1]).is_empty());
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
    // April to September: half of each cap.
    assert_eq!(desk.amount(1, 2026), [335_000, 130_000, 85_000, 15_000]);
}

/// F19: a child joins in June: charged from June, the household is not judged again.
#[test]
fn f19_joining_later_does_not_judge_again() {
    let desk = Desk::ward(2026..=2026);
    single(&desk, 1, 11, day(1990, 1, 1), day(2020, 4, 1));
    desk.report(JUNE, |conn, act| {
        income(conn, act, 11, 2026, business(1_000_000))
    });
    desk.relevy(JUNE, &[1]);
    desk.report(day(2026, 7, 6), |conn, act| {
        person(conn, act, 12, day(2010, 10, 10))?;
        insured(conn, act, 12, 1, day(2026, 6, 10))
    });
    desk.relevy(day(2026, 7, 6), &[1]);
    // 1,000,000 ≤ 430,000 + 570,000: 2割. With two heads it would be 5割. Base 570,000.
    // 医療 42,807 + 38,080 + 38,080 × 10/12; 支援 15,960 + 14,080 + 14,080 × 10/12; 子ども 1,539 + 1,440 + 58.
    assert_eq!(desk.amount(1, 2026), [112_620, 41_773, 0, 3_037]);
    assert_eq!(desk.standing(1, 2026)[0].outcome.tenths, 2);
}

/// F23: his loss stops at zero and is not set against her income.
#[test]
fn f23_losses_stay_with_the_person() {
    let desk = Desk::ward(2026..=2026);
    single(&desk, 1, 11, day(1990, 1, 1), day(2020, 4, 1));
    desk.report(JUNE, |conn, act| {
        person(conn, act, 12, day(1991, 1, 1))?;
        insured(conn, act, 12, 1, day(2020, 4, 1))?;
        income(conn, act, 11, 2026, business(-2_000_000))?;
        income(conn, act, 12, 2026, business(2_000_000))
    });
    desk.relevy(JUNE, &[1]);
    // Base 1,570,000 + 0. 117,907 + 95,200; 43,960 + 35,200; 4,239 + 3,746. 2,000,000 > 1,570,000: no reduction.
    assert_eq!(desk.amount(1, 2026), [213_107, 79_160, 0, 7_985]);
}

/// Q05: two households become one in September: one 平等割 from then on; what she owed stays hers.
#[test]
fn q05_a_merged_household_has_one_per_household_part_and_old_debts_stay() {
    let desk = Desk::ward(2026..=2026)
        .with_rules(|set| set.levy.components[0].per_household = Yen(12_000));
    poor(&desk, 1, 11, day(1990, 1, 1));
    poor(&desk, 2, 21, day(1992, 2, 2));
    desk.relevy(JUNE, &[1, 2]);
    // 14,280 + 3,600.
    assert_eq!(desk.amount(1, 2026)[0], 17_880);
    assert_eq!(desk.amount(2, 2026)[0], 17_880);
    let act = desk.report(day(2026, 9, 28), |conn, act| {
        insured(conn, act, 21, 1, day(2026, 9, 15))
    });
    desk.relevy(day(2026, 9, 28), &[1, 2]);
    // His: 14,280 + 3,600 + 14,280 × 7/12 = 8,330. Hers to August: (14,280 + 3,600) × 5/12.
    assert_eq!(desk.annual(1, 2026)[0].0, 11);
    assert_eq!(desk.amount(1, 2026)[0], 26_210);
    assert_eq!(desk.annual(2, 2026)[0].0, 21);
    assert_eq!(desk.amount(2, 2026)[0], 7_450);
    let debtors: Vec<i64> = desk
        .charged(2, 2026)
        .iter()
        .map(|row| row.debtor_id)
        .collect();
    assert!(debtors.iter().all(|debtor| *debtor == 21));
    desk.undo(day(2026, 10, 1), act);
    desk.relevy(day(2026, 10, 1), &[1, 2]);
    assert_eq!(desk.amount(1, 2026)[0], 17_880);
    assert_eq!(desk.amount(2, 2026)[0], 17_880);
}

/// Q06: the head dies on 10 August: to July it is his, from August hers, and nothing is asked for twice.
#[test]
fn q06_the_old_head_to_july_the_new_one_from_august() {
    for desk in Desk::wards(2026..=2026) {
        desk.report(JUNE, |conn, act| {
            person(conn, act, 11, day(1956, 1, 5))?;
            person(conn, act, 12, day(1957, 3, 3))?;
            head(conn, act, 1, 11, day(2000, 1, 1))?;
            insured(conn, act, 11, 1, day(2020, 4, 1))?;
            insured(conn, act, 12, 1, day(2020, 4, 1))?;
            let pension = Income {
                pension_revenue: Yen(3_100_000),
                pension: Yen(2_000_000),
                ..Income::default()
            };
            income(conn, act, 11, 2026, pension)?;
            income(conn, act, 12, 2026, business(0))
        });
        desk.relevy(JUNE, &[1]);
        // 117,907 + 95,200, 43,960 + 35,200, 4,239 + 3,746.
        assert_eq!(desk.annual(1, 2026), [(11, [213_107, 79_160, 0, 7_985])]);
        desk.report(day(2026, 8, 25), |conn, act| {
            head(conn, act, 1, 12, day(2026, 8, 10))?;
            lost(
                conn,
                act,
                11,
                1,
                (day(2020, 4, 1), day(2026, 8, 11)),
                "death",
            )
        });
        desk.relevy(day(2026, 8, 25), &[1]);
        // × 4/12: 71,035.67, 26,386.67, 2,661.67. Hers, 7割, × 8/12: 9,520, 3,520, 374.
        assert_eq!(
            desk.annual(1, 2026),
            [
                (11, [71_035, 26_386, 0, 2_661]),
                (12, [9_520, 3_520, 0, 374])
            ]
        );
        // His slips were not turned into hers: each is told by a notice of their own.
        let told = desk.notices(1);
        let named = |kind: &str, who| (kind.to_owned(), who);
        assert_eq!(
            told,
            [
                named("initial", 11),
                named("change", 11),
                named("initial", 12)
            ]
        );
    }
}

/// 相続人の承継: whatever the order in which instalments give way, what his heirs owe is his months and no more than each of
/// his instalments stood at, and what she owes is hers alone, due after it was decided.
#[test]
fn after_the_heads_death_his_heirs_owe_his_months_and_she_hers() {
    for (decrease, due) in [
        // 300,252 over ten instalments; 100,082 are left, of which June and July stand.
        (DecreaseOrder::FromNext, [1, 2, 9, 10].as_slice()),
        (DecreaseOrder::FromLast, &[1, 2, 3, 4]),
        (DecreaseOrder::Redivide, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
    ] {
        let desk = Desk::ward(2026..=2026).with_rules(|set| set.change.decrease = decrease);
        desk.report(JUNE, |conn, act| {
            person(conn, act, 11, day(1956, 1, 5))?;
            person(conn, act, 12, day(1957, 3, 3))?;
            head(conn, act, 1, 11, day(2000, 1, 1))?;
            insured(conn, act, 11, 1, day(2020, 4, 1))?;
            insured(conn, act, 12, 1, day(2020, 4, 1))?;
            let pension = Income {
                pension_revenue: Yen(3_100_000),
                pension: Yen(2_000_000),
                ..Income::default()
            };
            income(conn, act, 11, 2026, pension)?;
            income(conn, act, 12, 2026, business(0))
        });
        desk.relevy(JUNE, &[1]);
        let stood = desk.charged(1, 2026);
        let died = day(2026, 8, 10);
        desk.report(day(2026, 8, 12), |conn, act| {
            head(conn, act, 1, 12, died)?;
            let span = (day(2020, 4, 1), day(2026, 8, 11));
            lost(conn, act, 11, 1, span, "death")
        });
        desk.relevy(day(2026, 8, 12), &[1]);
        desk.check(day(2026, 8, 12), &[1]);
        let rows = desk.charged(1, 2026);
        let of = |who| {
            rows.iter()
                .filter(move |row| row.debtor_id == who && !row.parts.is_zero())
        };
        assert_eq!(of(11).map(|row| row.parts.total().0).sum::<i64>(), 100_082);
        assert_eq!(of(11).map(|row| row.instalment).collect::<Vec<_>>(), due);
        for row in of(11) {
            let before = stood.iter().find(|old| old.instalment == row.instalment);
            assert!(row.parts.total() <= before.unwrap().parts.total());
        }
        assert_eq!(of(12).map(|row| row.parts.total().0).sum::<i64>(), 13_414);
        assert!(of(12).all(|row| row.due_on > day(2026, 8, 12)));
    }
}

/// O16: rates entered over a period that has rates already are refused before anyone is levied by them.
#[test]
fn o16_rates_over_an_occupied_period_are_refused() {
    let path = "municipal/131032/levy.toml";
    let files = RuleBook::embedded_files();
    let (name, text) = files.iter().find(|(name, _)| name.ends_with(path)).unwrap();
    let row = text.split("[[rates]]").last().unwrap();
    assert!(row.contains("from = 2026-04-01"), "{row}");
    let twice = format!("{text}\n[[rates]]{row}");
    let errors = RuleBook::embedded_with(&[(*name, twice.as_str())]).unwrap_err();
    assert!(
        errors
            .iter()
            .any(|error| error.to_string().contains("重な")),
        "{errors:?}"
    );
}
