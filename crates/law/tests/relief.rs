//! 条例減免: what comes off a decided levy.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod support;

use law::levy::Levy;
use law::levy::relief::{Relief, ReliefBase, ReliefKind, ReliefSize, relieve};
use law::{Months, Rounding, Yen, day};
use support::{earner, household, levy, ward};

/// 医療 193,007 + 47,600; 支援 71,960 + 17,600; 子ども 6,939 + 1,873: 240,607, 89,560, 8,812.
fn decided() -> Levy {
    let levy = levy(
        &ward(2026),
        &household(vec![earner(day(1990, 1, 1), 4_300_000, 3_000_000)]),
    );
    assert_eq!(support::amounts(&levy), [240_607, 89_560, 0, 8_812]);
    levy
}

fn relief(kind: ReliefKind, base: ReliefBase, size: ReliefSize) -> Relief {
    Relief {
        kind,
        ordinance: "条例第20条第1項".to_owned(),
        components: vec![0, 1, 2, 3],
        base,
        size,
        months: Months::ALL,
        unit: 1,
        rounding: Rounding::Floor,
    }
}

fn components(relieved: &law::levy::relief::Relieved) -> Vec<i64> {
    relieved.components.iter().map(|yen| yen.0).collect()
}

/// 国保法77条: a share of the whole, of the income part, of the per-capita part.
#[test]
fn shares_of_each_base() {
    let levy = decided();
    let percent = ReliefSize::Percent(70);
    let whole = relief(ReliefKind::Disaster, ReliefBase::Whole, percent);
    let result = relieve(&levy, Months::ALL, &[whole]).unwrap();
    // 168,424.9, 62,692 and 6,168.4 off.
    assert_eq!(components(&result), [72_183, 26_868, 0, 2_644]);
    assert_eq!(
        (result.relief, result.total),
        (Yen(168_424 + 62_692 + 6_168), Yen(101_695))
    );

    let income = relief(ReliefKind::IncomeDrop, ReliefBase::IncomePart, percent);
    // 135,104.9, 50,372 and 4,857.3 off.
    let result = relieve(&levy, Months::ALL, &[income]).unwrap();
    assert_eq!(components(&result), [105_503, 39_188, 0, 3_955]);

    let heads = relief(
        ReliefKind::Poverty,
        ReliefBase::PerCapita,
        ReliefSize::Percent(50),
    );
    // 23,800, 8,800 and 936.5 off.
    let result = relieve(&levy, Months::ALL, &[heads]).unwrap();
    assert_eq!(components(&result), [216_807, 80_760, 0, 7_876]);
    assert_eq!(result.parts.len(), 4);
}

/// 国保法59条: months in custody come off as months of the levy.
#[test]
fn custody_takes_its_months() {
    let mut custody = relief(
        ReliefKind::Custody,
        ReliefBase::Whole,
        ReliefSize::Percent(100),
    );
    custody.months = Months::between(2, 5);
    let result = relieve(&decided(), Months::ALL, &[custody.clone()]).unwrap();
    // 3/12: 60,151.75, 22,390, 2,203 off.
    assert_eq!(components(&result), [180_456, 67_170, 0, 6_609]);
    // Of a levy of six months only two of the three fall into it: 2/6.
    let result = relieve(&decided(), Months::between(3, 9), &[custody]).unwrap();
    assert_eq!(
        (
            result.parts[0].months,
            result.parts[0].of_months,
            result.parts[0].yen
        ),
        (2, 6, Yen(80_202))
    );
}

/// Fixed amounts, rounding, and never below zero, one relief after the other.
#[test]
fn reliefs_stack_and_stop_at_zero() {
    let mut amount = relief(
        ReliefKind::Other,
        ReliefBase::Whole,
        ReliefSize::Amount(Yen(30_000)),
    );
    amount.components = vec![1];
    let mut share = relief(
        ReliefKind::Disaster,
        ReliefBase::Whole,
        ReliefSize::Percent(80),
    );
    share.components = vec![1];
    share.unit = 100;
    share.rounding = Rounding::Ceil;
    let result = relieve(&decided(), Months::ALL, &[amount.clone(), share.clone()]).unwrap();
    // 89,560 − 30,000 = 59,560; 71,648 → 71,700 is more than is left.
    assert_eq!(
        (result.parts[1].yen, result.components[1]),
        (Yen(59_560), Yen::ZERO)
    );
    let result = relieve(&decided(), Months::ALL, &[share]).unwrap();
    assert_eq!(result.components[1], Yen(89_560 - 71_700));
    amount.months = Months::first(3);
    let result = relieve(&decided(), Months::ALL, &[amount]).unwrap();
    assert_eq!(result.parts[0].yen, Yen(7_500));
}

/// 限度額: above the cap the income part is what the cap leaves of it.
#[test]
fn income_part_is_what_the_cap_leaves() {
    let rich = household(vec![earner(day(1990, 1, 1), 15_000_000, 13_050_000)]);
    let levy = levy(&ward(2026), &rich);
    assert_eq!(levy.components[0].amount, Yen(670_000));
    let all = relief(
        ReliefKind::IncomeDrop,
        ReliefBase::IncomePart,
        ReliefSize::Percent(100),
    );
    let result = relieve(&levy, Months::ALL, &[all]).unwrap();
    assert_eq!(result.components[0], Yen(47_600));
}

#[test]
fn what_cannot_be_granted_is_refused() {
    let code = |change: &dyn Fn(&mut Relief)| {
        let mut one = relief(
            ReliefKind::Other,
            ReliefBase::Whole,
            ReliefSize::Percent(10),
        );
        change(&mut one);
        relieve(&decided(), Months::ALL, &[one]).unwrap_err().code
    };
    assert_eq!(
        code(&|one| one.size = ReliefSize::Percent(101)),
        "levy.relief.percent"
    );
    assert_eq!(
        code(&|one| one.size = ReliefSize::Amount(Yen(-1))),
        "levy.relief.amount"
    );
    assert_eq!(
        code(&|one| one.components = vec![4]),
        "levy.relief.component"
    );
    assert_eq!(code(&|one| one.unit = 0), "levy.relief.unit");
    for kind in [
        ReliefKind::Disaster,
        ReliefKind::IncomeDrop,
        ReliefKind::Poverty,
        ReliefKind::Custody,
        ReliefKind::Other,
    ] {
        assert!(!kind.label_ja().is_empty());
        assert!(kind.clause().to_string().contains("第77条"));
    }
}
