//! 給付の判定 — long stays, frequent months, continuity, special diseases and copay relief on the office's own facts.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod judgement_desk;
mod support;

use db::Span;
use judgement_desk::Bench;
use law::judgement::TaxStanding;
use law::judgement::continuity::{Continuity, HouseholdChange, HouseholdState};
use law::judgement::copay_relief::{HardshipReason, Measure, ReliefFacts};
use law::judgement::frequent::PaidUnder;
use law::judgement::special_disease::SpecialDisease;
use law::levy::{Filing, Income};
use law::rules::RuleBook;
use law::rules::judgement::MealClass;
use law::{Yen, day};
use office::certificate::letter::{self, Letter};
use office::judgement::copay;
use office::judgement::long_stay::{Asked, judge_long_stay};
use office::judgement::{HospitalStay, PaidMonthFact, RecognisedDisease};
use office::judgement::{benefit, continuity};
use office::registry::record;
use office::security::permit::Judge;
use office::security::{Role, Session};
use office::{Acting, OfficeError};
use support::{permit, staff_named};

fn untaxed(bench: &Bench, taxed: bool) {
    bench.act(|conn, act| {
        bench.household(conn, act, 1, 11, day(2020, 4, 1));
        bench.person(conn, act, 11, 1, day(1980, 5, 5), day(2020, 4, 1));
        for year in [2025, 2026] {
            let business = if taxed { 9_000_000 } else { 0 };
            let income = Income {
                business: Yen(business),
                ..Income::default()
            };
            bench.income(conn, act, 11, year, Filing::Filed, income);
            let standing = if taxed {
                TaxStanding::Taxed
            } else {
                TaxStanding::NotTaxed
            };
            bench.tax(conn, act, 11, year, standing, Some(business), false);
        }
    });
    bench.rejudge(1, day(2025, 8, 1));
}

/// One stay in hospital, applied for on 3 August 2026.
fn asked(from: law::Date, until: law::Date) -> Asked {
    let stay = HospitalStay {
        hospital: "港病院".to_owned(),
    };
    Asked {
        applied_on: day(2026, 8, 3),
        stays: vec![(Span::new(from, Some(until)), stay)],
    }
}

// covers: JDG-007, JDG-008
#[test]
fn a_long_stay_is_recognised_from_the_month_after_the_application() {
    for bench in Bench::both() {
        untaxed(&bench, false);
        let asked = asked(day(2026, 5, 1), day(2026, 7, 31));
        let meal = |on| {
            bench
                .store
                .read(|conn| benefit::meal_of(conn, 11, on, false))
                .unwrap()
                .0
        };
        assert_eq!(meal(day(2026, 9, 1)), MealClass::Low);
        let judge = permit::<Judge>(&bench.clerk);
        let judged = judge_long_stay(
            &bench.store,
            &bench.book,
            &judge,
            &bench.acting(),
            11,
            &asked,
        )
        .unwrap();
        assert_eq!((judged.days, judged.holds), (91, true));
        assert_eq!(meal(day(2026, 8, 31)), MealClass::Low);
        assert_eq!(meal(day(2026, 9, 1)), MealClass::LowLong);
    }
}

// covers: JDG-007
#[test]
fn days_in_a_taxed_class_do_not_make_a_long_stay() {
    let bench = Bench::sqlite();
    untaxed(&bench, true);
    let asked = asked(day(2026, 3, 1), day(2026, 7, 31));
    let judge = permit::<Judge>(&bench.clerk);
    let judged = judge_long_stay(
        &bench.store,
        &bench.book,
        &judge,
        &bench.acting(),
        11,
        &asked,
    )
    .unwrap();
    assert_eq!(
        (judged.days, judged.days_not_counted, judged.holds),
        (0, 152, false)
    );
}

/// 国民健康保険法施行規則 第26条の2: the days are the person's own, in whichever household and only while insured.
// covers: JDG-007
#[test]
fn days_of_a_long_stay_are_those_of_the_persons_own_households() {
    for bench in Bench::both() {
        untaxed(&bench, false);
        // 12 is insured in household 1 until May, in none of them in June, and in household 2 from July on.
        bench.act(|conn, act| {
            bench.household(conn, act, 2, 12, day(2020, 4, 1));
            let (born, from) = (day(1982, 5, 5), day(2020, 4, 1));
            bench.person(conn, act, 12, 1, born, from);
            for year in [2025, 2026] {
                bench.income(conn, act, 12, year, Filing::Filed, Income::default());
                bench.tax(conn, act, 12, year, TaxStanding::NotTaxed, Some(0), false);
            }
            bench.leave(conn, act, 12, day(2026, 6, 1));
            bench.insure(conn, act, 12, 2, day(2026, 7, 1), None);
        });
        bench.rejudge(1, day(2025, 8, 1));
        bench.rejudge(2, day(2025, 8, 1));
        let judge = permit::<Judge>(&bench.clerk);
        let acting = bench.acting();
        let asked = asked(day(2026, 4, 1), day(2026, 8, 4));
        let judged = judge_long_stay(&bench.store, &bench.book, &judge, &acting, 12, &asked);
        let judged = judged.unwrap();
        // April and May, July and three days of August; June was not insured.
        assert_eq!(
            (judged.days, judged.days_not_counted, judged.holds),
            (61 + 34, 30, true)
        );
    }
}

// covers: JDG-010, JDG-011
#[test]
fn months_handed_over_count_once_a_person_decides_that_the_household_goes_on() {
    for bench in Bench::both() {
        untaxed(&bench, false);
        let months = |conn: &mut db::Conn, act: &office::acts::Act, all: &[(i8, &str)]| {
            for (month, town) in all {
                let fact = PaidMonthFact {
                    under: vec![PaidUnder::Household, PaidUnder::OutpatientOnly],
                    town: (*town).to_owned(),
                };
                let span = Span::new(day(2026, *month, 1), Some(day(2026, *month + 1, 1)));
                record(conn, act, 1, span, &fact).unwrap();
            }
        };
        bench.act(|conn, act| {
            months(
                conn,
                act,
                &[(2, "131041"), (3, "131041"), (4, "141003"), (6, "")],
            )
        });
        let holds = |month| {
            bench
                .store
                .read(|conn| benefit::frequent_in(conn, &bench.book, 1, month))
                .unwrap()
        };
        assert_eq!(holds(day(2026, 8, 1)).counted, [day(2026, 6, 1)]);
        let household = |head, members: &[i64]| HouseholdState {
            head,
            members: members.iter().copied().collect(),
        };
        let (id, judged) = bench.act(|conn, act| {
            let change = HouseholdChange {
                before: household(11, &[11, 12]),
                after: household(11, &[11]),
                same_prefecture: true,
                split_off: [12].into_iter().collect(),
                merged_in: [].into_iter().collect(),
            };
            let from = ("131041", day(2026, 5, 10));
            continuity::judge_continuity(conn, act, 1, from, &change).unwrap()
        });
        assert!(judged.needs_decision);
        assert!(!holds(day(2026, 8, 1)).holds);
        // Who took the change in does not decide on it.
        let (second, _) = staff_named(&bench.store, "judge03", &[Role::Eligibility]);
        let ruled = |by: &Session, answer: (Continuity, &str)| {
            let acting = Acting {
                staff_id: by.staff_id(),
                ..bench.acting()
            };
            let judge = permit::<Judge>(by);
            continuity::rule_continuity(&bench.store, &judge, &acting, id, answer)
        };
        let answer = (Continuity::Continues, "世帯主が同じ");
        assert!(ruled(&bench.clerk, answer).is_err());
        assert!(ruled(&second, (Continuity::Continues, " ")).is_err());
        assert!(!holds(day(2026, 8, 1)).holds);
        ruled(&second, answer).unwrap();
        // 横浜市 lies in another prefecture and never counts.
        let found = holds(day(2026, 8, 1));
        assert_eq!(
            found.counted,
            [day(2026, 2, 1), day(2026, 3, 1), day(2026, 6, 1)]
        );
        assert!(found.holds);
        ruled(&second, (Continuity::Broken, "誤り")).unwrap();
        assert!(!holds(day(2026, 8, 1)).holds);
    }
}

// covers: JDG-013
#[test]
fn the_special_disease_ceiling_follows_the_standing_class() {
    let bench = Bench::sqlite();
    untaxed(&bench, true);
    let ceiling = |on| {
        bench
            .store
            .read(|conn| benefit::special_disease_ceiling(conn, &bench.book, 11, on, false))
            .unwrap()
    };
    assert_eq!(ceiling(day(2026, 9, 1)), None);
    bench.act(|conn, act| {
        let fact = RecognisedDisease {
            disease: SpecialDisease::Dialysis,
            applied_on: day(2026, 8, 3),
        };
        record(conn, act, 11, Span::new(day(2026, 8, 1), None), &fact).unwrap();
    });
    assert_eq!(ceiling(day(2026, 9, 1)), Some(Yen(20_000)));
    bench.act(|conn, act| {
        let small = Income {
            business: Yen(1_000_000),
            ..Income::default()
        };
        bench.income(conn, act, 11, 2026, Filing::Filed, small);
    });
    bench.rejudge(1, day(2026, 8, 1));
    assert_eq!(ceiling(day(2026, 9, 1)), Some(Yen(10_000)));
}

/// 段階表 of a made-up 要綱.
const STAGES: &str = r#"
[[copay_relief]]
from = 2020-04-01
savings_months = 3
relief_months = 3
deferral_months = 6
inpatient_only = false
stage = [
  { up_to_permille = 1100, measure = "exempt" },
  { up_to_permille = 1200, measure = "reduce", percent = 50 },
  { up_to_permille = 1300, measure = "defer" },
]
clause = "国民健康保険法 第44条、試験要綱"
source = "試験"
status = "draft"
grade = "C"
"#;

fn applied() -> ReliefFacts {
    ReliefFacts {
        reason: HardshipReason::Disaster,
        monthly_income: Yen(210_000),
        standard_of_living: Yen(200_000),
        savings: Yen(0),
        inpatient: false,
        applied_on: day(2026, 8, 3),
        months: 3,
    }
}

/// The notice of the latest decision.
fn told(bench: &Bench) -> Letter {
    let latest = |conn: &mut db::Conn| copay::of_household(conn, 1);
    let decided = bench.store.read(latest).unwrap();
    let number = decided[0].letter_id.unwrap();
    let kept = bench.store.read(|conn| letter::require(conn, number));
    kept.unwrap().letter
}

fn fact<'l>(letter: &'l Letter, label: &str) -> &'l str {
    let found = letter.facts.iter().find(|fact| fact.0 == label);
    found.map_or("", |fact| fact.1.as_str())
}

/// 法44条1項: granted by the municipality's own table, and told: the head reads measure, days and how to appeal (法91条).
// covers: JDG-009
#[test]
fn copay_relief_is_granted_by_the_citys_own_table_only() {
    for bench in Bench::both() {
        bench.act(|conn, act| {
            bench.household(conn, act, 1, 11, day(2020, 4, 1));
            bench.person(conn, act, 11, 1, day(1964, 1, 1), day(2020, 4, 1));
        });
        let facts = applied();
        assert!(bench.book.copay_relief(day(2026, 8, 3)).is_err());
        let own = [("rules/municipal/131032/copay_relief.toml", STAGES)];
        let book = RuleBook::embedded_with(&own).unwrap();
        let book = book.judgement_of("131032").unwrap();
        let rules = book.copay_relief(day(2026, 8, 3)).unwrap();
        let judge = permit::<Judge>(&bench.clerk);
        let grant = |facts: &ReliefFacts| {
            let rules = (rules, &bench.papers);
            copay::grant(&bench.store, rules, &judge, &bench.acting(), 1, facts)
        };
        let ruled = grant(&facts).unwrap();
        assert_eq!(ruled.measure, Measure::Exempt);
        assert_eq!(ruled.span.until, Some(day(2026, 11, 1)));
        let letter = told(&bench);
        assert_eq!(letter.title, "一部負担金免除承認決定通知書");
        assert_eq!(fact(&letter, "決定の内容"), "一部負担金の免除");
        let days = "令和8年8月1日から令和8年10月31日まで";
        assert_eq!(fact(&letter, "期間"), days);
        assert!(letter.appealable);
        let long = ReliefFacts { months: 4, ..facts };
        assert!(grant(&long).is_err());
        let halved = ReliefFacts {
            monthly_income: Yen(240_000),
            ..facts
        };
        grant(&halved).unwrap();
        let letter = told(&bench);
        assert_eq!(letter.title, "一部負担金減額承認決定通知書");
        assert_eq!(fact(&letter, "決定の内容"), "一部負担金の減額（50％）");
        let deferred = ReliefFacts {
            monthly_income: Yen(240_001),
            months: 6,
            ..facts
        };
        grant(&deferred).unwrap();
        let letter = told(&bench);
        assert_eq!(letter.title, "一部負担金徴収猶予承認決定通知書");
        assert!(
            letter
                .paragraphs
                .concat()
                .contains("期間の後に市町村へ納めて")
        );
    }
}

/// 法44条1項・91条1項: a refusal is a decision too: kept with its reason and told, and no relief.
// covers: JDG-009
#[test]
fn copay_relief_refused_is_kept_and_told() {
    for bench in Bench::both() {
        bench.act(|conn, act| {
            bench.household(conn, act, 1, 11, day(2020, 4, 1));
            bench.person(conn, act, 11, 1, day(1964, 1, 1), day(2020, 4, 1));
        });
        let judge = permit::<Judge>(&bench.clerk);
        let refuse = |why: &str| {
            let of = (HardshipReason::LossOfWork, day(2026, 8, 3), why);
            copay::refuse(&bench.store, &bench.papers, &judge, &bench.acting(), 1, of)
        };
        assert!(matches!(refuse(" "), Err(OfficeError::Input { .. })));
        let all = |conn: &mut db::Conn| copay::of_household(conn, 1);
        assert!(bench.store.read(all).unwrap().is_empty());
        let number = refuse("預貯金が基準生活費の3か月分を超えている").unwrap();
        let kept = bench.store.read(all).unwrap();
        assert_eq!((kept[0].measure, kept[0].letter_id), (None, Some(number)));
        assert_eq!(kept[0].refused, "預貯金が基準生活費の3か月分を超えている");
        let letter = told(&bench);
        assert_eq!(letter.title, "一部負担金減免等不承認決定通知書");
        assert_eq!(fact(&letter, "特別の理由"), "事業の休廃止・失業");
        assert_eq!(fact(&letter, "不承認の理由"), kept[0].refused);
        assert_eq!(fact(&letter, "期間"), "");
        assert!(letter.appealable);
    }
}
