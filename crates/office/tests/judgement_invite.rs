//! 基準収入額適用申請の勧奨 — who is asked to apply, once, and who is not.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod judgement_desk;
mod support;

use judgement_desk::Bench;
use law::judgement::TaxStanding;
use law::levy::{Filing, Income};
use law::rules::RuleBook;
use law::{Date, FiscalYear, Yen, day};
use office::Acting;
use office::eligibility::Books;
use office::eligibility::status::inquiry;
use office::jobs::Flow;
use office::judgement::invite::{self, Invited, Wanted};
use office::judgement::{self, NewApplication, application};
use office::levy::{YearRules, relevy};
use office::nightly;
use office::registry::{FormerInsured, record};
use office::security::permit::{HandleWork, Judge, ReceiveApplication, RunEligibility};
use office::worklist::{self, Filter, Item, JUDGEMENT_INVITE};
use support::permit;

/// Households of one each, 72 and of 3割, with a pension of so many yen and 課税所得 160万円.
fn elders(bench: &Bench, pensions: &[(i64, i64)]) {
    bench.act(|conn, act| {
        for (id, pension) in pensions {
            let head = *id + 10;
            bench.household(conn, act, *id, head, day(2020, 4, 1));
            bench.person(conn, act, head, *id, day(1954, 1, 1), day(2020, 4, 1));
            pensioner(bench, conn, act, (head, *pension));
        }
    });
    for (id, _) in pensions {
        bench.rejudge(*id, day(2026, 8, 1));
    }
}

fn pensioner(
    bench: &Bench,
    conn: &mut db::Conn,
    act: &office::acts::Act,
    (person, pension): (i64, i64),
) {
    let income = Income {
        pension_revenue: Yen(pension),
        pension: Yen(pension - 1_100_000),
        ..Income::default()
    };
    bench.income(conn, act, person, 2026, Filing::Filed, income);
    let taxed = TaxStanding::Taxed;
    bench.tax(conn, act, person, 2026, taxed, Some(1_600_000), false);
}

/// A night of a day: every household is looked at.
fn night(bench: &Bench, today: Date) -> Invited {
    let wanted = Wanted {
        today,
        on: law::judgement::year::next_month(today),
        known_after: 0,
        all: true,
    };
    bench.act(|conn, act| invite::page(conn, act, &bench.book, &wanted, 0).unwrap())
}

/// What is open: household, person.
fn open(bench: &Bench) -> Vec<(i64, i64)> {
    items(bench)
        .iter()
        .map(|item| (item.household_id.unwrap(), item.person_id.unwrap()))
        .collect()
}

fn items(bench: &Bench) -> Vec<Item> {
    let filter = Filter {
        kind: Some(JUDGEMENT_INVITE),
        ..Filter::default()
    };
    let list =
        |conn: &mut db::Conn| worklist::list(conn, &filter, None, bench.acting().business_date);
    bench.store.read(list).unwrap().items
}

/// 規則 第24条の3: 2割 by revenue is for whoever applies; nobody may miss it unseen.
// covers: JDG-002
#[test]
fn one_yen_below_3830000_is_asked_and_3830000_is_not() {
    for bench in Bench::both() {
        elders(&bench, &[(1, 3_829_999), (2, 3_830_000)]);
        let first = night(&bench, day(2026, 7, 20));
        assert_eq!((first.found, first.opened, first.settled), (1, 1, 0));
        assert_eq!(open(&bench), [(1, 11)]);
        assert!(
            items(&bench)[0]
                .title
                .contains("3,829,999円、基準3,830,000円未満")
        );
        // Once for a benefit year.
        let again = night(&bench, day(2026, 7, 21));
        assert_eq!((again.found, again.opened, again.settled), (1, 0, 0));
        // An application of 31 July 2027 would count from August, for which nobody was judged yet: the matter is over.
        assert_eq!(night(&bench, day(2027, 7, 31)).settled, 1);
    }
}

/// 令 第27条の2第3項第1号: several of 70 and over, together below 520万円.
/// 同項第2号: one of 70 and over at 383万円 or more, below 520万円 with a 特定同一世帯所属者.
// covers: JDG-002
#[test]
fn several_and_the_former_insured_count_together() {
    for bench in Bench::both() {
        elders(
            &bench,
            &[
                (1, 3_900_000),
                (2, 3_900_000),
                (3, 3_900_000),
                (4, 3_900_000),
            ],
        );
        bench.act(|conn, act| {
            for (person, household, pension) in [(51, 1, 1_299_999), (52, 2, 1_300_000)] {
                bench.person(
                    conn,
                    act,
                    person,
                    household,
                    day(1954, 5, 5),
                    day(2020, 4, 1),
                );
                pensioner(&bench, conn, act, (person, pension));
            }
            for (person, household, pension) in [(53, 3, 1_299_999), (54, 4, 1_300_000)] {
                bench.resident(conn, act, person, day(1949, 5, 5));
                let span = db::Span::new(day(2024, 5, 4), None);
                let former = FormerInsured {
                    household_id: household,
                };
                record(conn, act, person, span, &former).unwrap();
                pensioner(&bench, conn, act, (person, pension));
            }
        });
        for household in 1..=4 {
            bench.rejudge(household, day(2026, 8, 1));
        }
        night(&bench, day(2026, 7, 20));
        assert_eq!(open(&bench), [(1, 11), (3, 13)]);
    }
}

/// Costs are taken from 収入 before it is income: what cannot be seen on the record is asked for.
// covers: JDG-002
#[test]
fn income_after_costs_is_the_least_that_the_revenue_can_be() {
    for bench in Bench::both() {
        elders(&bench, &[(1, 2_000_000), (2, 2_000_000)]);
        bench.act(|conn, act| {
            for (person, business) in [(11, 1_829_999), (12, 1_830_000)] {
                let income = Income {
                    pension_revenue: Yen(2_000_000),
                    pension: Yen(900_000),
                    business: Yen(business),
                    ..Income::default()
                };
                bench.income(conn, act, person, 2026, Filing::Filed, income);
            }
        });
        for household in [1, 2] {
            bench.rejudge(household, day(2026, 8, 1));
        }
        night(&bench, day(2026, 7, 20));
        assert_eq!(open(&bench), [(1, 11)]);
    }
}

// covers: JDG-002
#[test]
fn who_applies_leaves_the_list_and_is_not_asked_again() {
    for bench in Bench::both() {
        elders(&bench, &[(1, 3_700_000)]);
        night(&bench, day(2026, 7, 20));
        let letter = inquiry::inquire(
            &bench.store,
            &permit::<HandleWork>(&bench.clerk),
            &bench.acting(),
            items(&bench)[0].item_id,
            day(2026, 12, 10),
        )
        .unwrap();
        let words = letter.content.paragraphs.concat();
        assert!(words.contains("1人のときは3,830,000円未満"), "{words}");
        assert!(words.contains("合わせて5,200,000円未満"), "{words}");
        assert!(
            words.contains("令和8年8月1日より前に申請したとき"),
            "{words}"
        );
        let new = NewApplication {
            household_id: 1,
            benefit_year: 2026,
            received_on: day(2026, 8, 3),
            revenues: vec![(11, Yen(3_700_000))],
        };
        let may = permit::<ReceiveApplication>(&bench.clerk);
        let id = application::receive(&bench.store, &bench.book, &may, &bench.acting(), &new);
        assert_eq!(open(&bench), []);
        assert_eq!(night(&bench, day(2026, 8, 4)), Invited::default());
        // Neither when it is refused, nor when it is granted.
        let judge = permit::<Judge>(&bench.clerk);
        let books = (&bench.book, &bench.papers);
        for granted in [false, true] {
            let ruling = (granted, "収入を確かめた");
            judgement::decide(
                &bench.store,
                books,
                &judge,
                &bench.acting(),
                *id.as_ref().unwrap(),
                ruling,
            )
            .unwrap();
            assert_eq!(night(&bench, day(2026, 8, 5)), Invited::default());
        }
    }
}

/// Whom a later record makes 2割, or whose 収入 turns out to be too high, needs no application.
// covers: JDG-002
#[test]
fn what_changes_takes_a_household_off_the_list_and_brings_it_back() {
    for bench in Bench::both() {
        elders(&bench, &[(1, 3_700_000), (2, 3_700_000)]);
        night(&bench, day(2026, 7, 20));
        assert_eq!(open(&bench).len(), 2);
        bench.act(|conn, act| {
            let taxed = TaxStanding::Taxed;
            bench.tax(conn, act, 11, 2026, taxed, Some(1_449_999), false);
            bench.revenue(conn, act, 12, 2026, 4_000_000, true);
        });
        bench.rejudge(1, day(2026, 8, 1));
        assert_eq!(night(&bench, day(2026, 7, 22)).settled, 2);
        assert_eq!(open(&bench), []);
        bench.act(|conn, act| {
            let taxed = TaxStanding::Taxed;
            bench.tax(conn, act, 11, 2026, taxed, Some(1_450_000), false);
        });
        bench.rejudge(1, day(2026, 8, 1));
        assert_eq!(night(&bench, day(2026, 7, 23)).opened, 1);
        assert_eq!(open(&bench), [(1, 11)]);
    }
}

/// 夜間処理 of a day, all of it: found, new and settled of the step.
fn whole_night(bench: &Bench, on: Date) -> (i64, i64, i64) {
    let book = RuleBook::shared().unwrap();
    let year = YearRules::from_book(book, "131032", FiscalYear(2026)).unwrap();
    let books = Books {
        book,
        municipality: "131032",
        levy: relevy::Books {
            rules: std::slice::from_ref(&year),
            calendar: book.calendar(),
        },
    };
    let acting = Acting {
        business_date: on,
        ..bench.acting()
    };
    let clock = || bench.acting().now;
    let permit = permit::<RunEligibility>(&bench.clerk);
    nightly::run(&bench.store, &permit, &acting, &books, &clock, |_| {
        Flow::Continue
    })
    .unwrap();
    let steps = bench.store.read(|conn| nightly::night(conn, on)).unwrap();
    let step = steps
        .into_iter()
        .find(|(step, _)| step.code == "revenue_invite");
    let page = step.unwrap().1.unwrap().page;
    (page.found, page.opened, page.settled)
}

/// A night looks at whom the days since the last one brought to 3割, the first one of a month at everybody.
// covers: JDG-002
#[test]
fn the_night_finds_them_as_they_become_three_tenths() {
    for bench in Bench::both() {
        elders(&bench, &[(1, 3_700_000)]);
        assert_eq!(whole_night(&bench, day(2026, 7, 20)), (1, 1, 0));
        assert_eq!(open(&bench), [(1, 11)]);
        elders(&bench, &[(2, 3_700_000)]);
        assert_eq!(whole_night(&bench, day(2026, 7, 21)), (1, 1, 0));
        assert_eq!(whole_night(&bench, day(2026, 7, 22)), (0, 0, 0));
        // What changes no ratio is seen when an application would count from another month.
        bench.act(|conn, act| bench.revenue(conn, act, 11, 2026, 4_000_000, true));
        assert_eq!(whole_night(&bench, day(2026, 7, 23)), (0, 0, 0));
        assert_eq!(whole_night(&bench, day(2026, 8, 1)), (1, 0, 1));
        assert_eq!(open(&bench), [(2, 12)]);
    }
}

/// 令 第27条の2第3項第1号・規則 第24条の3第2号: an application says the 収入 of those who count. Where somebody turns 70, another one may be
/// granted, whether the one before was refused or granted; while one waits nobody is asked.
// covers: JDG-002
#[test]
fn who_applied_is_asked_again_where_other_people_count() {
    for mut bench in Bench::both() {
        elders(&bench, &[(1, 3_900_000), (2, 3_700_000), (3, 3_700_000)]);
        bench.act(|conn, act| {
            for (person, home) in [(61, 1), (62, 2), (63, 3)] {
                bench.person(conn, act, person, home, day(1956, 12, 5), day(2020, 4, 1));
                pensioner(&bench, conn, act, (person, 1_200_000));
            }
            // 収入 that no record tells: the application of the one does not say it either.
            let income = Income {
                pension_revenue: Yen(1_200_000),
                pension: Yen(100_000),
                business: Yen(50_000),
                ..Income::default()
            };
            bench.income(conn, act, 62, 2026, Filing::Filed, income);
        });
        let apply = |bench: &Bench, home: i64, revenues: &[(i64, Yen)]| {
            let new = NewApplication {
                household_id: home,
                benefit_year: 2026,
                received_on: bench.business_date,
                revenues: revenues.to_vec(),
            };
            let may = permit::<ReceiveApplication>(&bench.clerk);
            application::receive(&bench.store, &bench.book, &may, &bench.acting(), &new).unwrap()
        };
        let decide = |bench: &Bench, id: i64, granted: bool| {
            let judge = permit::<Judge>(&bench.clerk);
            let books = (&bench.book, &bench.papers);
            let ruling = (granted, "収入を確かめた");
            judgement::decide(&bench.store, books, &judge, &bench.acting(), id, ruling).unwrap();
        };
        let alone = [(1, 3_900_000), (2, 3_700_000), (3, 3_700_000)]
            .map(|(home, yen)| apply(&bench, home, &[(home + 10, Yen(yen))]));
        decide(&bench, alone[0], false);
        decide(&bench, alone[1], true);
        for home in 1..=3 {
            bench.rejudge(home, day(2026, 8, 1));
        }
        assert_eq!(night(&bench, day(2026, 11, 20)), Invited::default());
        night(&bench, day(2026, 12, 20));
        assert_eq!(open(&bench), [(1, 11), (2, 12)]);
        // The two together, applied for and refused: nobody else counts.
        bench.business_date = day(2027, 1, 5);
        let both = [(11, Yen(3_900_000)), (61, Yen(1_300_000))];
        let again = apply(&bench, 1, &both);
        assert_eq!(open(&bench), [(2, 12)]);
        decide(&bench, again, false);
        night(&bench, day(2027, 1, 6));
        assert_eq!(open(&bench), [(2, 12)]);
    }
}
