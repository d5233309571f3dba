//! 所得・世帯の変更と判定 — a changed income judges the household again by itself: at once where a clerk states it, in the
//! night where a file brings it; judged the same once more, nothing is written.
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
use law::judgement::{TaxStanding, Under70};
use law::levy::{Filing, Income};
use law::rules::RuleBook;
use law::{Date, FiscalYear, Yen, day};
use office::eligibility::Books;
use office::jobs::Flow;
use office::judgement::{self, Decision};
use office::levy::declare::{self, Statement, Whose};
use office::levy::relevy;
use office::nightly::{self, Done};
use office::registry::YearIncome;
use office::security::permit::{RegisterFact, RunEligibility};
use support::permit;

const WARD: &str = "131032";
const YEAR: FiscalYear = FiscalYear(2026);

fn pay(salary: i64) -> Income {
    Income {
        salary_revenue: Yen(salary * 2),
        salary: Yen(salary),
        ..Income::default()
    }
}

/// Two households of one under 70, judged ウ or lower in August: 1 of person 11, 2 of person 21; and 3 of person 31, of whom no
/// income is known.
fn city(bench: &Bench) {
    bench.act(|conn, act| {
        for (household, person) in [(1, 11), (2, 21), (3, 31)] {
            bench.household(conn, act, household, person, day(2020, 4, 1));
            bench.person(
                conn,
                act,
                person,
                household,
                day(1980, 5, 5),
                day(2020, 4, 1),
            );
            if household < 3 {
                bench.income(conn, act, person, 2026, Filing::Filed, pay(2_000_000));
                let taxed = TaxStanding::Taxed;
                bench.tax(conn, act, person, 2026, taxed, Some(1_000_000), false);
            }
        }
    });
    for household in [1, 2, 3] {
        bench.rejudge(household, day(2026, 8, 1));
    }
}

fn with_books<R>(work: impl FnOnce(&Books<'_>) -> R) -> R {
    let book = RuleBook::shared().unwrap();
    work(&Books {
        book,
        municipality: WARD,
        levy: relevy::Books {
            rules: &[],
            calendar: book.calendar(),
        },
    })
}

fn night(bench: &Bench, on: Date) -> Done {
    with_books(|books| {
        let acting = office::Acting {
            business_date: on,
            ..bench.acting()
        };
        let may = permit::<RunEligibility>(&bench.clerk);
        let clock = || bench.acting().now;
        nightly::run(&bench.store, &may, &acting, books, &clock, |_| {
            Flow::Continue
        })
        .unwrap();
    });
    let read = bench.store.read(|conn| nightly::night(conn, on)).unwrap();
    let step = read.into_iter().find(|(step, _)| step.code == "judgement");
    step.unwrap().1.unwrap()
}

fn standing(bench: &Bench, household: i64, on: Date) -> Option<Decision> {
    let read = |conn: &mut db::Conn| judgement::of_household(conn, household, on, None);
    bench.store.read(read).unwrap()
}

fn class(bench: &Bench, household: i64, on: Date) -> i64 {
    standing(bench, household, on)
        .unwrap()
        .verdict
        .unwrap()
        .class
}

fn decisions(bench: &Bench) -> i64 {
    let count = db::Sql {
        name: "test.decisions",
        text: "select count(*) from judgement_decision",
    };
    let read = |conn: &mut db::Conn| {
        Ok::<_, office::OfficeError>(conn.query_one(&count, &[], |row| row.int(0))?)
    };
    bench.store.read(read).unwrap()
}

/// 令27条の2・29条の3第1項第2項: the class of a year follows the income of that year.
// covers: JDG-003
#[test]
fn an_income_that_a_file_brings_judges_its_household_again_in_the_night() {
    for bench in Bench::both() {
        city(&bench);
        night(&bench, day(2026, 8, 3));
        let before = decisions(&bench);
        assert_eq!(class(&bench, 1, day(2026, 9, 1)), Under70::D.code());
        bench.act(|conn, act| {
            bench.income(conn, act, 11, 2026, Filing::Filed, pay(7_000_000));
        });
        let done = night(&bench, day(2026, 9, 15));
        assert_eq!((done.page.found, done.page.written), (1, 1), "{done:?}");
        // From the first day of the year the income counts for, not from the night.
        for on in [day(2026, 8, 1), day(2026, 9, 1), day(2027, 7, 31)] {
            assert_eq!(class(&bench, 1, on), Under70::B.code(), "{on}");
        }
        assert_eq!(class(&bench, 2, day(2026, 9, 1)), Under70::D.code());
        // Judged already: the next night finds nothing and writes nothing.
        let after = decisions(&bench);
        assert!(after > before);
        let next = night(&bench, day(2026, 9, 16));
        assert_eq!((next.page.found, next.page.written), (0, 0));
        assert_eq!(decisions(&bench), after);
    }
}

/// A household that waited for the income of a newcomer is judged by itself when the answer comes.
#[test]
fn a_household_that_waited_is_judged_when_its_income_comes() {
    for bench in Bench::both() {
        city(&bench);
        night(&bench, day(2026, 8, 3));
        let waits = standing(&bench, 3, day(2026, 9, 1))
            .unwrap()
            .verdict
            .unwrap();
        assert!(waits.pending > 0, "{waits:?}");
        bench.act(|conn, act| {
            bench.income(conn, act, 31, 2026, Filing::Filed, pay(2_000_000));
            bench.tax(
                conn,
                act,
                31,
                2026,
                TaxStanding::Taxed,
                Some(1_000_000),
                false,
            );
        });
        night(&bench, day(2026, 9, 15));
        let judged = standing(&bench, 3, day(2026, 9, 1))
            .unwrap()
            .verdict
            .unwrap();
        assert_eq!((judged.pending, judged.class), (0, Under70::D.code()));
    }
}

/// A city of which nobody was judged yet is the matter of its first run.
#[test]
fn before_the_first_judgement_the_night_begins_none() {
    for bench in Bench::both() {
        bench.act(|conn, act| {
            bench.household(conn, act, 1, 11, day(2020, 4, 1));
            bench.person(conn, act, 11, 1, day(1980, 5, 5), day(2020, 4, 1));
            bench.income(conn, act, 11, 2026, Filing::Filed, pay(2_000_000));
        });
        assert_eq!(night(&bench, day(2026, 8, 3)).page.written, 0);
        assert_eq!(decisions(&bench), 0);
    }
}

/// 簡易申告 and 取消: judged in the act of the statement, and as before when it is taken back.
// covers: JDG-003
#[test]
fn an_income_stated_at_the_counter_judges_the_household_in_the_same_act() {
    for bench in Bench::both() {
        city(&bench);
        let whose = Whose {
            household_id: 1,
            person_id: 11,
        };
        let stated = Statement::Income(
            YEAR,
            Box::new(YearIncome {
                filing: Filing::Filed,
                inquiry_open: false,
                source: "簡易申告".to_owned(),
                received_on: day(2026, 8, 3),
                income: pay(7_000_000),
            }),
        );
        let may = permit::<RegisterFact>(&bench.clerk);
        let previewed = with_books(|books| {
            declare::preview(
                &bench.store,
                books,
                &may,
                &bench.acting(),
                (whose, &stated),
                |_, declared| Ok(declared.judged.clone()),
            )
        });
        assert_eq!(previewed.unwrap().len(), 1);
        assert_eq!(
            class(&bench, 1, day(2026, 9, 1)),
            Under70::D.code(),
            "a preview keeps nothing"
        );
        let declared = with_books(|books| {
            declare::register(&bench.store, books, &may, &bench.acting(), whose, &stated)
        })
        .unwrap();
        assert_eq!(declared.judged.len(), 1);
        assert_eq!(class(&bench, 1, day(2026, 9, 1)), Under70::B.code());
        let undone = with_books(|books| {
            declare::undo(
                &bench.store,
                books,
                &may,
                &bench.acting(),
                1,
                declared.act_id,
            )
        });
        assert_eq!(undone.unwrap().judged.len(), 1);
        assert_eq!(class(&bench, 1, day(2026, 9, 1)), Under70::D.code());
    }
}
