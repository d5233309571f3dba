//! 判定の決定 — a household judged, judged again, explained, and asked for by month, on both engines.
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
use law::judgement::{Over70, Pending, TaxStanding, Under70};
use law::levy::{Filing, Income};
use law::{Date, FiscalYear, Yen, day};
use office::judgement;
use office::judgement::load::{self, Stretch};
use office::registry::HouseholdHead;

fn pay(salary: i64) -> Income {
    Income {
        salary_revenue: Yen(salary * 2),
        salary: Yen(salary),
        ..Income::default()
    }
}

// covers: JDG-003, JDG-004, JDG-015
#[test]
fn a_household_is_judged_once_and_judging_again_changes_nothing() {
    for bench in Bench::both() {
        bench.act(|conn, act| {
            bench.household(conn, act, 1, 11, day(2020, 4, 1));
            bench.person(conn, act, 11, 1, day(1980, 5, 5), day(2020, 4, 1));
            bench.income(conn, act, 11, 2026, Filing::Filed, pay(7_000_000));
            bench.tax(
                conn,
                act,
                11,
                2026,
                TaxStanding::Taxed,
                Some(5_000_000),
                false,
            );
        });
        let judged = bench.rejudge(1, day(2026, 8, 1));
        assert_eq!(judged.len(), 1);
        assert_eq!(judged[0].after.unwrap().class, Under70::B.code());
        assert_eq!(
            (judged[0].from, judged[0].until),
            (day(2026, 8, 1), day(2027, 8, 1))
        );
        assert!(bench.rejudge(1, day(2026, 8, 1)).is_empty());
        let line = bench
            .store
            .read(|conn| {
                judgement::by_month(conn, 1, None, (day(2026, 10, 1), day(2026, 11, 1)), None)
            })
            .unwrap();
        let decision = &line[0].decision;
        assert_eq!(decision.verdict.unwrap().income_year, 2025);
        assert_eq!(decision.verdict.unwrap().tax_year.0, 2026);
        let explained = bench
            .store
            .read(|conn| judgement::why(conn, decision))
            .unwrap();
        assert!(
            explained
                .lines
                .iter()
                .any(|line| line.sentence.contains("区分イ"))
        );
        assert!(explained.lines.iter().all(|line| !line.clause.is_empty()));
    }
}

// covers: JDG-003
#[test]
fn a_correction_writes_the_difference_and_the_past_stays_known() {
    for bench in Bench::both() {
        bench.act(|conn, act| {
            bench.household(conn, act, 1, 11, day(2020, 4, 1));
            bench.person(conn, act, 11, 1, day(1980, 5, 5), day(2020, 4, 1));
            bench.income(conn, act, 11, 2026, Filing::Filed, pay(2_000_000));
            bench.tax(
                conn,
                act,
                11,
                2026,
                TaxStanding::Taxed,
                Some(1_000_000),
                false,
            );
        });
        bench.rejudge(1, day(2026, 8, 1));
        let known_at = bench.moment();
        bench.act(|conn, act| {
            bench.income(conn, act, 11, 2026, Filing::Filed, pay(7_000_000));
        });
        let judged = bench.rejudge(1, day(2026, 8, 1));
        assert_eq!(judged[0].before.unwrap().class, Under70::D.code());
        assert_eq!(judged[0].after.unwrap().class, Under70::B.code());
        let at = |known| {
            bench
                .store
                .read(|conn| judgement::of_household(conn, 1, day(2026, 9, 1), known))
                .unwrap()
                .unwrap()
        };
        assert_eq!(at(None).verdict.unwrap().class, Under70::B.code());
        let before = at(Some(known_at));
        assert_eq!(before.verdict.unwrap().class, Under70::D.code());
        // What was decided then is explained by the facts as they were known then.
        bench
            .store
            .read(|conn| judgement::why(conn, &before))
            .unwrap();
    }
}

// covers: JDG-001, JDG-003
#[test]
fn seventy_joining_and_leaving_have_their_days() {
    for bench in Bench::both() {
        bench.act(|conn, act| {
            bench.household(conn, act, 1, 11, day(2020, 4, 1));
            // Seventy from 2026-10-01; the spouse, seventy all along, joins on 2026-09-15 and leaves on 2027-01-20.
            bench.person(conn, act, 11, 1, day(1956, 9, 10), day(2020, 4, 1));
            bench.person(conn, act, 12, 1, day(1954, 1, 1), day(2026, 9, 15));
            bench.leave(conn, act, 12, day(2027, 1, 20));
            for id in [11, 12] {
                bench.income(conn, act, id, 2026, Filing::Filed, Income::default());
                bench.tax(conn, act, id, 2026, TaxStanding::NotTaxed, Some(0), false);
            }
        });
        bench.rejudge(1, day(2026, 8, 1));
        let at = |person: i64, on| {
            bench
                .store
                .read(|conn| judgement::standing(conn, person, on, None))
                .unwrap()
        };
        assert_eq!(at(11, day(2026, 9, 30)).unwrap().tenths, Some(3));
        let seventy = at(11, day(2026, 10, 1)).unwrap();
        assert_eq!(
            (seventy.tenths, seventy.over70),
            (Some(2), Some(Over70::Low1))
        );
        assert!(at(12, day(2026, 9, 14)).is_none());
        assert_eq!(at(12, day(2026, 9, 15)).unwrap().over70, Some(Over70::Low1));
        assert!(at(12, day(2027, 1, 20)).is_none());
        let months = bench
            .store
            .read(|conn| {
                judgement::by_month(conn, 1, Some(12), (day(2026, 8, 1), day(2027, 8, 1)), None)
            })
            .unwrap();
        assert_eq!(months.first().unwrap().month, day(2026, 9, 1));
        assert_eq!(months.last().unwrap().month, day(2027, 1, 1));
    }
}

// covers: JDG-017
#[test]
fn missing_income_is_held_until_the_answer_and_then_counts_from_the_beginning() {
    let bench = Bench::sqlite();
    bench.act(|conn, act| {
        bench.household(conn, act, 1, 11, day(2020, 4, 1));
        bench.person(conn, act, 11, 1, day(1980, 5, 5), day(2020, 4, 1));
    });
    bench.rejudge(1, day(2026, 8, 1));
    let at = |on| {
        bench
            .store
            .read(|conn| judgement::standing(conn, 11, on, None))
            .unwrap()
            .unwrap()
    };
    let held = at(day(2026, 8, 1));
    assert_eq!(
        (held.under70, held.pending),
        (None, Some(Pending::IncomeMissing))
    );
    bench.act(|conn, act| {
        bench.income(conn, act, 11, 2026, Filing::Filed, Income::default());
    });
    bench.rejudge(1, day(2026, 8, 1));
    let decided = at(day(2026, 8, 1));
    assert_eq!((decided.under70, decided.pending), (Some(Under70::E), None));
}

// covers: JDG-016
#[test]
fn who_is_on_public_assistance_is_not_judged_from_the_day() {
    let bench = Bench::sqlite();
    bench.act(|conn, act| {
        bench.household(conn, act, 1, 11, day(2020, 4, 1));
        bench.person(conn, act, 11, 1, day(1954, 1, 1), day(2020, 4, 1));
        bench.income(conn, act, 11, 2026, Filing::Filed, Income::default());
    });
    bench.rejudge(1, day(2026, 8, 1));
    bench.act(|conn, act| bench.leave(conn, act, 11, day(2026, 11, 10)));
    let judged = bench.rejudge(1, day(2026, 11, 1));
    assert!(
        judged
            .iter()
            .all(|one| one.after.is_none() && one.from == day(2026, 11, 10))
    );
    assert_eq!(judged.len(), 2);
    let at = |on| {
        bench
            .store
            .read(|conn| judgement::of_household(conn, 1, on, None))
            .unwrap()
    };
    assert!(at(day(2026, 11, 9)).is_some());
    assert!(at(day(2026, 11, 10)).is_none());
}

#[test]
fn an_altered_record_raises_the_alarm() {
    let bench = Bench::sqlite();
    bench.act(|conn, act| {
        bench.household(conn, act, 1, 11, day(2020, 4, 1));
        bench.person(conn, act, 11, 1, day(1980, 5, 5), day(2020, 4, 1));
        bench.income(conn, act, 11, 2026, Filing::Filed, pay(2_000_000));
        bench.tax(
            conn,
            act,
            11,
            2026,
            TaxStanding::Taxed,
            Some(1_000_000),
            false,
        );
    });
    bench.rejudge(1, day(2026, 8, 1));
    let decision = bench
        .store
        .read(|conn| judgement::of_household(conn, 1, day(2026, 9, 1), None))
        .unwrap()
        .unwrap();
    let mut forged = decision.clone();
    let mut verdict = forged.verdict.unwrap();
    verdict.class = Under70::E.code();
    forged.verdict = Some(verdict);
    assert!(
        bench
            .store
            .read(|conn| judgement::why(conn, &forged))
            .is_err()
    );
    let mut other_facts = decision;
    other_facts.input_digest += 1;
    assert!(
        bench
            .store
            .read(|conn| judgement::why(conn, &other_facts))
            .is_err()
    );
}

/// 国民健康保険法施行令 第27条の2第1項: the 控除対象者 are those of the household that somebody headed on 31 December. Grandfather
/// and grandchild move to another household in May; the deduction goes with them.
// covers: JDG-001
#[test]
fn the_children_of_31_december_count_after_a_change_of_household() {
    for bench in Bench::both() {
        let moved_on = day(2026, 5, 10);
        let (elder, child, host) = (11, 12, 13);
        bench.act(|conn, act| {
            let (until, since) = (Span::new(day(2020, 4, 1), Some(moved_on)), day(2020, 4, 1));
            bench.household(conn, act, 2, elder, since);
            bench.household(conn, act, 1, host, since);
            let over = Span::new(moved_on, None);
            office::registry::end::<HouseholdHead>(conn, act, 2, over).unwrap();
            bench.person(conn, act, host, 1, day(1985, 5, 5), since);
            for (id, born) in [(elder, day(1954, 5, 5)), (child, day(2011, 5, 5))] {
                bench.resident(conn, act, id, born);
                bench.insure(conn, act, id, 2, until.from, until.until);
                bench.insure(conn, act, id, 1, moved_on, None);
            }
            for (id, taxable) in [(host, 1_000_000), (elder, 1_500_000)] {
                bench.income(conn, act, id, 2026, Filing::Filed, pay(4_000_000));
                let taxed = TaxStanding::Taxed;
                bench.tax(conn, act, id, 2026, taxed, Some(taxable), false);
                bench.revenue(conn, act, id, 2026, 8_000_000, true);
            }
        });
        bench.rejudge(1, day(2026, 8, 1));
        let standing = bench
            .store
            .read(|conn| judgement::standing(conn, elder, day(2026, 8, 1), None))
            .unwrap()
            .unwrap();
        // 1,500,000 − 330,000 is below 1,450,000.
        assert_eq!(standing.tenths, Some(2));
        // Worked out alone or together with the household that was left, the facts are the same.
        let read = |until| {
            let stretch = Stretch {
                from: 1,
                until,
                known_at: i64::MAX,
                first_year: FiscalYear(2025),
                last_year: FiscalYear(2026),
                with_history: false,
            };
            let found = bench.store.read(|conn| load::households(conn, &stretch));
            found.unwrap().remove(0).facts
        };
        let alone = read(2);
        assert_eq!(alone, read(3));
        assert_eq!(alone.headed_elsewhere.len(), 2, "31 December 2024 and 2025");
    }
}

/// さくら alone in household 1 (2割: 基準所得額 within 210万円), 健 and 千代 in household 2 (2割: 課税所得 below 145万円); all four
/// figures together are 3割.
const SAKURA: i64 = 11;
const KEN: i64 = 12;
const CHIYO: i64 = 13;

fn two_households(bench: &Bench) {
    bench.act(|conn, act| {
        let since = day(2020, 4, 1);
        bench.household(conn, act, 1, SAKURA, since);
        bench.household(conn, act, 2, KEN, since);
        for (id, home, birth, salary, taxable) in [
            (SAKURA, 1, day(1955, 5, 5), 2_400_000, 1_600_000),
            (KEN, 2, day(1954, 5, 5), 1_700_000, 1_000_000),
            (CHIYO, 2, day(1952, 5, 5), 1_700_000, 1_000_000),
        ] {
            bench.person(conn, act, id, home, birth, since);
            bench.income(conn, act, id, 2026, Filing::Filed, pay(salary));
            bench.tax(
                conn,
                act,
                id,
                2026,
                TaxStanding::Taxed,
                Some(taxable),
                false,
            );
        }
    });
    for home in [1, 2] {
        bench.rejudge(home, day(2026, 8, 1));
    }
}

/// 世帯変更 of people from the household they are in to another.
fn moved(bench: &Bench, people: &[i64], from: (i64, bool), to: i64, on: Date) {
    bench.act(|conn, act| {
        for id in people {
            bench.leave(conn, act, *id, on);
            bench.insure(conn, act, *id, to, on, None);
        }
        if from.1 {
            let over = Span::new(on, None);
            office::registry::end::<HouseholdHead>(conn, act, from.0, over).unwrap();
        }
    });
    for home in [from.0, to] {
        bench.rejudge(home, on);
    }
}

fn tenths(bench: &Bench, person: i64, on: Date) -> Option<u8> {
    let standing = bench
        .store
        .read(|conn| judgement::standing(conn, person, on, None));
    standing.unwrap().and_then(|one| one.tenths)
}

/// 国保法42条1項4号, 世帯構成変更は翌月1日: people who move between households here keep the ratio of the household they left to
/// the end of the month, as the household they come to keeps its own; all of them change on the next first.
// covers: JDG-001, JDG-004
#[test]
fn one_household_has_one_ratio_after_a_merger_within_a_month() {
    for bench in Bench::both() {
        two_households(&bench);
        let on = day(2026, 11, 10);
        moved(&bench, &[KEN, CHIYO], (2, true), 1, on);
        for person in [SAKURA, KEN, CHIYO] {
            for (day, ratio) in [
                (day(2026, 11, 9), 2),
                (on, 2),
                (day(2026, 11, 30), 2),
                (day(2026, 12, 1), 3),
            ] {
                assert_eq!(tenths(&bench, person, day), Some(ratio), "{person} {day}");
            }
        }
        // The reasons of November are those of the household that was left, person by person.
        let found = bench
            .store
            .read(|conn| judgement::standing(conn, KEN, on, None));
        let decision = found.unwrap().unwrap().person.unwrap();
        assert_eq!(
            (decision.household_id, decision.from, decision.until),
            (1, on, day(2026, 12, 1))
        );
        let why = bench.store.read(|conn| judgement::why(conn, &decision));
        let why = why.unwrap();
        let named: Vec<i64> = why
            .lines
            .iter()
            .filter_map(|line| why.person_ids.get(line.person?).copied())
            .collect();
        assert!(named.contains(&KEN) && named.contains(&CHIYO), "{named:?}");
        assert!(!named.contains(&SAKURA), "{named:?}");
        for home in [1, 2] {
            assert!(bench.rejudge(home, day(2026, 8, 1)).is_empty());
        }
        // 千代's income is corrected from the beginning: the household that was left is judged again, and so is the rest of
        // November in the household that both came to.
        bench.act(|conn, act| {
            bench.income(conn, act, CHIYO, 2026, Filing::Filed, pay(6_000_000));
            bench.tax(
                conn,
                act,
                CHIYO,
                2026,
                TaxStanding::Taxed,
                Some(5_000_000),
                false,
            );
        });
        bench.rejudge(2, day(2026, 8, 1));
        assert_eq!(tenths(&bench, KEN, day(2026, 11, 9)), Some(3));
        assert_eq!(tenths(&bench, KEN, on), Some(3));
        assert_eq!(tenths(&bench, CHIYO, on), Some(3));
        assert_eq!(tenths(&bench, SAKURA, on), Some(2));
    }
}

/// On the first it counts at once; who goes twice within a month keeps the ratio of the household of the first.
// covers: JDG-001, JDG-004
#[test]
fn a_move_on_the_first_counts_at_once_and_two_moves_in_a_month_from_the_next() {
    let bench = Bench::sqlite();
    two_households(&bench);
    moved(&bench, &[KEN, CHIYO], (2, true), 1, day(2026, 12, 1));
    for person in [SAKURA, KEN, CHIYO] {
        assert_eq!(tenths(&bench, person, day(2026, 11, 30)), Some(2));
        assert_eq!(tenths(&bench, person, day(2026, 12, 1)), Some(3));
    }
    // 世帯分離 and, in the same month, another household: 3割 to its end, then the ratio of his own.
    bench.act(|conn, act| {
        bench.household(conn, act, 3, KEN, day(2027, 1, 5));
        bench.household(conn, act, 4, KEN, day(2027, 1, 20));
    });
    moved(&bench, &[KEN], (1, false), 3, day(2027, 1, 5));
    moved(&bench, &[KEN], (3, true), 4, day(2027, 1, 20));
    for on in [
        day(2027, 1, 5),
        day(2027, 1, 19),
        day(2027, 1, 20),
        day(2027, 1, 31),
    ] {
        assert_eq!(tenths(&bench, KEN, on), Some(3), "{on}");
    }
    assert_eq!(tenths(&bench, KEN, day(2027, 2, 1)), Some(2));
    assert_eq!(tenths(&bench, SAKURA, day(2027, 1, 31)), Some(3));
    // 月の途中で番号が変わる世帯分離 is a household of its own: the class under 70 is that of its people from the day on.
    let class = |household, on| {
        let found = bench
            .store
            .read(|conn| judgement::standing::of_household(conn, household, on, None));
        found
            .unwrap()
            .map(|one| (one.from, one.verdict.unwrap().class))
    };
    assert_eq!(
        class(4, day(2027, 1, 20)),
        Some((day(2027, 1, 20), Under70::D.code()))
    );
}
