//! 特別徴収: who is collected from the pension, and how much from each payment.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use law::levy::special_collection::{
    AfterChange, Change, Condition, PensionFacts, Provisional, Withholding, change, decide,
    main_collection, provisional, stopped,
};
use law::rules::levy::LevyKind;
use law::rules::{RuleBook, SpecialCollectionLaw};
use law::{Date, FiscalYear, Yen, day};
use std::sync::LazyLock;

/// As the law has it.
static LAW: LazyLock<SpecialCollectionLaw> = LazyLock::new(|| {
    let book = RuleBook::embedded().unwrap();
    book.national(YEAR).unwrap().special_collection
});

const YEAR: FiscalYear = FiscalYear(2026);

/// A couple of 70 and 68 with a pension of 1,800,000 yen a year, on 1 April 2026.
fn couple() -> PensionFacts {
    PensionFacts {
        kind: LevyKind::Premium,
        fiscal_year: YEAR,
        judged_on: day(2026, 4, 1),
        head_born_on: day(1956, 1, 1),
        head_insured: true,
        insured_born_on: vec![day(1956, 1, 1), day(1958, 1, 1)],
        pension_yearly: Some(Yen(1_800_000)),
        care_withheld: true,
        care_each: Yen(12_000),
        levy_each: Yen(20_000),
        prefers_ordinary: false,
        exclude_year_of_75: true,
    }
}

fn failed(change: impl Fn(&mut PensionFacts)) -> Vec<Condition> {
    let mut facts = couple();
    change(&mut facts);
    let decision = decide(&LAW, &facts);
    let failed: Vec<Condition> = decision.failed().collect();
    assert_eq!(decision.special, failed.is_empty());
    assert_eq!(decision.findings.len(), 8);
    failed
}

/// 国保法76条の3、国保令29条の11〜14: each condition fails by itself.
#[test]
fn each_condition_decides() {
    assert_eq!(failed(|_| {}), []);
    assert_eq!(
        failed(|facts| facts.head_insured = false),
        [Condition::HeadInsured]
    );
    assert_eq!(
        failed(|facts| facts.head_born_on = day(1961, 4, 3)),
        [Condition::HeadAge]
    );
    assert_eq!(failed(|facts| facts.head_born_on = day(1961, 4, 2)), []);
    assert_eq!(
        failed(|facts| facts.insured_born_on.push(day(1961, 4, 3))),
        [Condition::NobodyUnder65]
    );
    assert_eq!(
        failed(|facts| facts.insured_born_on.push(day(1961, 4, 2))),
        []
    );
    assert_eq!(
        failed(|facts| facts.care_withheld = false),
        [Condition::CareWithheld]
    );
    assert_eq!(
        failed(|facts| facts.prefers_ordinary = true),
        [Condition::NotOrdinary]
    );
    let poor = failed(|facts| facts.pension_yearly = Some(Yen(179_999)));
    assert_eq!(poor, [Condition::PensionAmount, Condition::HalfOfPension]);
    assert_eq!(
        failed(|facts| facts.pension_yearly = None),
        [Condition::PensionAmount, Condition::HalfOfPension]
    );
    let just = failed(|facts| {
        facts.pension_yearly = Some(Yen(180_000));
        facts.care_each = Yen(5_000);
        facts.levy_each = Yen(10_000);
    });
    assert_eq!(just, []);
}

/// 国保規則32条の16: yearly ÷ 6, cut to a yen, ÷ 2; exactly half is not over.
#[test]
fn half_of_the_pension_is_exact() {
    let with = |yearly, levy| {
        failed(|facts| {
            facts.pension_yearly = Some(Yen(yearly));
            facts.levy_each = Yen(levy);
        })
    };
    // 1,800,000 / 6 / 2 = 150,000.
    assert_eq!(with(1_800_000, 138_000), []);
    assert_eq!(with(1_800_000, 138_001), [Condition::HalfOfPension]);
    // 1,800,011 / 6 = 300,001 (cut), half 150,000.5: 150,000 passes, 150,001 does not.
    assert_eq!(with(1_800_011, 138_000), []);
    assert_eq!(with(1_800_011, 138_001), [Condition::HalfOfPension]);
}

/// F24 (国保令29条の11): 75 within the fiscal year is ordinary from April, on 1 April of the next it is not.
#[test]
fn f24_year_of_75_is_collected_ordinarily() {
    let born = |on: Date| failed(move |facts| facts.head_born_on = on);
    assert_eq!(born(day(1951, 12, 10)), [Condition::Not75WithinYear]);
    assert_eq!(born(day(1952, 3, 31)), [Condition::Not75WithinYear]);
    assert_eq!(born(day(1952, 4, 1)), []);
    let practice = failed(|facts| {
        facts.head_born_on = day(1951, 12, 10);
        facts.exclude_year_of_75 = false;
    });
    assert_eq!(practice, []);
    // 75 already.
    let old = failed(|facts| facts.head_born_on = day(1951, 4, 1));
    assert_eq!(old, [Condition::HeadAge, Condition::Not75WithinYear]);
}

#[test]
fn conditions_name_their_provision() {
    for condition in law::levy::special_collection::CONDITIONS {
        assert!(!condition.label_ja().is_empty());
        assert!(
            condition
                .clause(LevyKind::Premium)
                .to_string()
                .starts_with("国民健康保険法")
        );
        assert!(
            condition
                .clause(LevyKind::Tax)
                .to_string()
                .starts_with("地方税法")
        );
    }
    let half = Condition::HalfOfPension.clause(LevyKind::Premium);
    assert_eq!(half.to_string(), "国民健康保険法施行令第29条の13第1号");
}

fn taken(withheld: &[Withholding]) -> Vec<(i8, i64)> {
    withheld.iter().map(|one| (one.month, one.yen.0)).collect()
}

/// 国保規則32条の30: April, June and August take what February took, unless changed from a month on.
#[test]
fn continuing_takes_last_february() {
    let of = |changed| {
        let how = Provisional::Continuing {
            february: Yen(15_400),
            changed,
        };
        taken(&provisional(&LAW, LevyKind::Premium, YEAR, &how).unwrap())
    };
    assert_eq!(of(None), [(4, 15_400), (6, 15_400), (8, 15_400)]);
    let changed = Some(Change {
        from_month: 8,
        each: Yen(9_000),
    });
    assert_eq!(of(changed), [(4, 15_400), (6, 15_400), (8, 9_000)]);
}

/// 国保規則32条の21、地税718条の8: the estimate of a household that begins within the first half.
#[test]
fn estimates_round_as_their_law_says() {
    let of = |kind, first_month, divisor| {
        let how = Provisional::Estimated {
            first_month,
            expected_annual: Yen(100_003),
            divisor,
        };
        provisional(&LAW, kind, YEAR, &how).map(|all| taken(&all))
    };
    // 料: 100,003 / 12 × 6 = 50,001.5 → 50,002; / 3 = 16,667.3. × 4 = 33,334.3 → 33,334; / 2. × 2 = 16,667.2.
    let premium = LevyKind::Premium;
    assert_eq!(
        of(premium, 4, 12),
        Ok(vec![(4, 16_667), (6, 16_667), (8, 16_667)])
    );
    assert_eq!(of(premium, 6, 12), Ok(vec![(6, 16_667), (8, 16_667)]));
    assert_eq!(of(premium, 8, 12), Ok(vec![(8, 16_667)]));
    // Divided by ten: 100,003 / 10 × 6 = 60,001.8 → 60,002; / 3 = 20,000.7.
    assert_eq!(of(premium, 4, 10).unwrap()[0], (4, 20_000));
    // 税: 100,003 / 6 = 16,667, cut to 100.
    assert_eq!(
        of(LevyKind::Tax, 4, 12),
        Ok(vec![(4, 16_600), (6, 16_600), (8, 16_600)])
    );
    assert!(of(premium, 5, 12).is_err());
    assert!(of(premium, 4, 0).is_err());
    assert!(of(premium, 4, 13).is_err());
    assert_eq!(
        provisional(&LAW, premium, YEAR, &Provisional::None),
        Ok(vec![])
    );
}

/// 国保規則32条の20、地税20条の4の2第9項: under 100 yen goes to the first payment from October on.
#[test]
fn main_collection_takes_the_rest_by_hundreds() {
    let of =
        |annual, collected, first| main_collection(&LAW, YEAR, Yen(annual), Yen(collected), first);
    // 100,000 − 46,200 = 53,800; / 3 = 17,933 → 17,900; 100 over.
    let all = of(100_000, 46_200, 10).unwrap();
    assert_eq!(taken(&all), [(10, 18_000), (12, 17_900), (2, 17_900)]);
    assert_eq!(
        (all[0].paid_on, all[2].paid_on),
        (day(2026, 10, 15), day(2027, 2, 15))
    );
    assert_eq!(
        taken(&of(46_450, 46_200, 10).unwrap()),
        [(10, 250), (12, 0), (2, 0)]
    );
    assert_eq!(
        taken(&of(60_050, 0, 12).unwrap()),
        [(12, 30_050), (2, 30_000)]
    );
    assert!(
        of(40_000, 46_200, 10)
            .unwrap_err()
            .message_ja
            .contains("還付")
    );
    assert!(of(40_000, 0, 4).is_err());
    for annual in (0..40_000).step_by(37) {
        let sum: Yen = of(annual, 0, 10).unwrap().iter().map(|one| one.yen).sum();
        assert_eq!(sum, Yen(annual));
    }
}

/// F24 (準用介護保険法139条、地税718条の10): what is stopped is collected ordinarily, and not twice.
#[test]
fn f24_stopped_payments_go_over_to_ordinary() {
    let planned = main_collection(&LAW, YEAR, Yen(90_000), Yen(30_000), 10).unwrap();
    let (kept, left) = stopped(&planned, day(2026, 11, 10));
    assert_eq!((taken(&kept), left), (vec![(10, 20_000)], Yen(40_000)));
    let (kept, left) = stopped(&planned, day(2026, 10, 15));
    assert_eq!((kept.len(), left), (0, Yen(60_000)));
}

/// 国保規則32条の15第3号、準用介護保険法138条・139条: more is collected beside, less stops what can be stopped.
#[test]
fn changes_within_the_year_never_take_twice() {
    let mut planned = provisional(
        &LAW,
        LevyKind::Premium,
        YEAR,
        &Provisional::Continuing {
            february: Yen(10_000),
            changed: None,
        },
    )
    .unwrap();
    planned.extend(main_collection(&LAW, YEAR, Yen(90_000), Yen(30_000), 10).unwrap());
    let on = day(2026, 11, 10);
    assert_eq!(
        change(&planned, Yen(95_500), on),
        AfterChange::Continued {
            ordinary: Yen(5_500)
        }
    );
    assert_eq!(
        change(&planned, Yen(90_000), on),
        AfterChange::Continued {
            ordinary: Yen::ZERO
        }
    );
    // 10,000 × 3 + 20,000 were taken; 80,000 leaves 30,000, 45,000 is 5,000 too little.
    let of = |after| match change(&planned, Yen(after), on) {
        AfterChange::Stopped {
            kept,
            ordinary,
            overpaid,
        } => (kept.len(), ordinary.0, overpaid.0),
        AfterChange::Continued { .. } => panic!("{after} should stop"),
    };
    assert_eq!(of(80_000), (4, 30_000, 0));
    assert_eq!(of(45_000), (4, 0, 5_000));
}

/// The row of the rules decides, not the program.
#[test]
fn the_figures_are_those_of_the_rules() {
    let mut law = LAW.clone();
    law.pension_minimum = Yen(1_800_001);
    law.age_until = 70;
    law.share_divisor = 3;
    law.unit_yen = 1_000;
    law.main_months = vec![10, 12];
    let failed: Vec<Condition> = decide(&law, &couple()).failed().collect();
    // 70 already; 12,000 + 20,000 are within half of 300,000 and within a third.
    assert_eq!(
        failed,
        [
            Condition::HeadAge,
            Condition::PensionAmount,
            Condition::Not75WithinYear
        ]
    );
    law.share_divisor = 10;
    assert!(!Condition::HalfOfPension.holds(&law, &couple()));
    let main = main_collection(&law, YEAR, Yen(5_500), Yen::ZERO, 10).unwrap();
    assert_eq!(taken(&main), [(10, 3_500), (12, 2_000)]);
    let law = SpecialCollectionLaw {
        provisional_months: vec![6, 8],
        ..law
    };
    let how = Provisional::Continuing {
        february: Yen(100),
        changed: None,
    };
    let all = provisional(&law, LevyKind::Premium, YEAR, &how).unwrap();
    assert_eq!(taken(&all), [(6, 100), (8, 100)]);
}
