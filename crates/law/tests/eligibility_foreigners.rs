//! 外国人の資格 — the stay, the activity and a renewal under way.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use law::eligibility::exclusion::{
    RenewalOutcome, Residence, Stay, exclusion_of, needs_period, permitted_months,
};
use law::rules::RuleBook;
use law::{Date, day};

const BORN: Date = Date::constant(1980, 5, 5);

/// Q20: while a renewal asked for in time is open, nothing is lost; two months after the expiry at the latest it is over.
#[test]
fn q20_a_renewal_under_way_keeps_the_stay() {
    let stay = |applied, outcome| Stay {
        expires_on: day(2026, 11, 30),
        applied_on: applied,
        outcome,
    };
    let applied = Some(day(2026, 11, 20));
    let open = stay(applied, RenewalOutcome::Open);
    // 民法 第140条・第143条: the two months begin on 1 December and end with 31 January.
    assert!(open.goes_on(day(2026, 12, 1)) && open.goes_on(day(2027, 1, 31)));
    assert!(!open.goes_on(day(2027, 2, 1)));
    assert_eq!(open.over_on(), Some(day(2027, 2, 1)));
    let permitted = stay(applied, RenewalOutcome::Permitted(day(2027, 1, 10)));
    assert_eq!(permitted.stays_until(), None);
    let refused = stay(applied, RenewalOutcome::Refused(day(2026, 12, 15)));
    assert_eq!(refused.stays_until(), Some(day(2026, 12, 15)));
    for late in [None, Some(day(2026, 12, 1))] {
        assert!(!stay(late, RenewalOutcome::Open).goes_on(day(2026, 12, 1)));
    }
    // The two months end with the last day of a shorter month, and the day before the same day of any other.
    for (expires_on, last) in [
        (day(2026, 12, 31), day(2027, 2, 28)),
        (day(2026, 12, 30), day(2027, 2, 28)),
        (day(2026, 12, 29), day(2027, 2, 28)),
        (day(2026, 12, 28), day(2027, 2, 28)),
        (day(2026, 12, 27), day(2027, 2, 27)),
        (day(2027, 6, 30), day(2027, 8, 31)),
        (day(2027, 7, 20), day(2027, 9, 20)),
    ] {
        let open = Stay {
            expires_on,
            applied_on: applied,
            outcome: RenewalOutcome::Open,
        };
        assert_eq!(open.stays_until(), Some(last), "{expires_on}");
    }
}

fn residence(status: &str, activity: &str, months: Option<u8>) -> Residence {
    Residence {
        status: status.to_owned(),
        activity: activity.to_owned(),
        months,
        insured_before: false,
        excepted: false,
    }
}

fn excluded(residence: &Residence, born_on: Date) -> Option<String> {
    let found = exclusion_of(
        RuleBook::shared().unwrap().eligibility(),
        residence,
        born_on,
        day(2026, 10, 1),
    );
    found.map(|row| row.key.clone())
}

/// Q21: short stays are excluded; from the day of the change to a longer one nothing excludes.
#[test]
fn q21_a_short_stay_is_excluded_until_it_is_changed() {
    let at = |residence: &Residence| excluded(residence, BORN);
    assert_eq!(
        at(&residence("短期滞在", "", Some(3))).as_deref(),
        Some("temporary")
    );
    assert_eq!(at(&residence("留学", "", Some(27))), None);
    assert_eq!(
        at(&residence("技能実習", "", Some(3))).as_deref(),
        Some("three_months")
    );
    assert_eq!(at(&residence("技能実習", "", Some(4))), None);
    assert_eq!(at(&residence("永住者", "", None)), None);
    assert_eq!(
        at(&residence("なし", "", None)).as_deref(),
        Some("no_status")
    );
    assert_eq!(
        at(&residence("公用", "", None)).as_deref(),
        Some("diplomat")
    );
    // 規則1条1号括弧書: insured before and still with a status.
    let mut kept = residence("留学", "", Some(3));
    kept.insured_before = true;
    assert_eq!(at(&kept), None);
    // And 厚生労働大臣が別に定める者: the months alone exclude no more, every other row does.
    let excepted = |status, activity| Residence {
        excepted: true,
        ..residence(status, activity, Some(3))
    };
    assert_eq!(at(&excepted("技能実習", "")), None);
    assert_eq!(at(&excepted("短期滞在", "")).as_deref(), Some("temporary"));
    let medical = at(&excepted("特定活動", "医療"));
    assert_eq!(medical.as_deref(), Some("medical"));
}

/// Incident 52: medical stays were insured because the residents' register was taken as enough.
#[test]
fn incident_52_status_and_activity_decide_not_the_register() {
    let born = day(1970, 1, 1);
    for (activity, key) in [
        ("医療", Some("medical")),
        ("医療付添", Some("medical")),
        ("観光・保養", Some("sightseeing")),
        ("観光・保養同行", Some("sightseeing_spouse")),
        ("ワーキングホリデー", None),
    ] {
        let stay = residence("特定活動", activity, Some(12));
        assert_eq!(excluded(&stay, born).as_deref(), key, "{activity}");
    }
    // 規則1条3号 asks for 18 or over; one who comes along as a child is not excluded by it.
    let child = residence("特定活動", "観光・保養", Some(12));
    assert_eq!(excluded(&child, day(2010, 1, 1)), None);
    // Who had the insurance before does not keep it under 2号.
    let mut insured = residence("特定活動", "医療", Some(12));
    insured.insured_before = true;
    assert_eq!(excluded(&insured, born).as_deref(), Some("medical"));
}

/// 規則第1条第1号・住民基本台帳法第30条の45・入管法第19条の3第1号: what the card says of the period is read however it is typed,
/// and nothing that cannot be read becomes a stay without end.
#[test]
fn incident_52_a_period_is_read_as_the_card_shows_it_or_not_at_all() {
    for (typed, months) in [
        ("3", 3),
        ("３", 3),
        ("3月", 3),
        ("３か月", 3),
        ("3ヶ月", 3),
        ("3カ月", 3),
        ("3箇月", 3),
        ("3月間", 3),
        ("1年", 12),
        ("１年３月", 15),
        ("5年", 60),
        ("15日", 1),
        ("30日", 1),
        ("90日", 3),
        ("90日間", 3),
        ("93日", 4),
    ] {
        assert_eq!(permitted_months(typed), Some(months), "{typed}");
    }
    for typed in [
        "",
        "0",
        "-3",
        "3.5",
        "三月",
        "91日",
        "92日",
        "3月1年",
        "1年12月",
        "無期限",
        "月",
        "年",
        "3日3日",
        "99999999",
        "6年",
        "R8.12.1",
    ] {
        assert_eq!(permitted_months(typed), None, "{typed}");
    }
    for status in [
        "永住者",
        "特別永住者",
        "高度専門職２号",
        "高度専門職（第2号）",
        "出生による経過滞在者",
        "仮滞在許可者",
    ] {
        assert!(!needs_period(status), "{status}");
    }
    for status in ["留学", "永住者の配偶者等", "高度専門職1号イ", "定住者", ""]
    {
        assert!(needs_period(status), "{status}");
    }
    // 経過滞在者 (六十日) and 一時庇護許可者 are residents by rows of their own, however short.
    assert_eq!(
        excluded(&residence("出生による経過滞在者", "", Some(2)), BORN),
        None
    );
    assert_eq!(
        excluded(&residence("一時庇護許可者", "", Some(3)), BORN),
        None
    );
}
