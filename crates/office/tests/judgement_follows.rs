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

use db::Span;
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
use office::registry::{YearIncome, record};
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

/// 令27条の2第1項: the 控除対象者 are those of the household headed on 31 December. A grandchild who stayed in it earned more than
/// was known: the grandparent who has moved is judged again, 3割.
// covers: JDG-003
#[test]
fn a_corrected_income_of_a_child_judges_the_head_of_31_december_who_has_moved() {
    for bench in Bench::both() {
        let (elder, child, host) = (41, 42, 43);
        let (since, moved_on) = (day(2020, 4, 1), day(2026, 5, 10));
        city(&bench);
        bench.act(|conn, act| {
            bench.household(conn, act, 4, elder, since);
            bench.household(conn, act, 5, host, since);
            bench.resident(conn, act, elder, day(1954, 5, 5));
            bench.insure(conn, act, elder, 4, since, Some(moved_on));
            bench.insure(conn, act, elder, 5, moved_on, None);
            bench.person(conn, act, child, 4, day(2008, 9, 5), since);
            bench.person(conn, act, host, 5, day(1985, 5, 5), since);
            bench.household(conn, act, 4, child, moved_on);
            let taxed = TaxStanding::Taxed;
            bench.income(conn, act, elder, 2026, Filing::Filed, pay(2_700_000));
            bench.tax(conn, act, elder, 2026, taxed, Some(1_500_000), false);
            bench.revenue(conn, act, elder, 2026, 5_300_000, true);
            bench.income(conn, act, host, 2026, Filing::Filed, pay(2_700_000));
            bench.tax(conn, act, host, 2026, taxed, Some(1_000_000), false);
            bench.income(conn, act, child, 2026, Filing::Filed, pay(0));
        });
        for household in [4, 5] {
            bench.rejudge(household, day(2026, 8, 1));
        }
        let tenths = || {
            let read =
                |conn: &mut db::Conn| judgement::standing(conn, elder, day(2026, 9, 1), None);
            bench.store.read(read).unwrap().unwrap().tenths
        };
        assert_eq!(tenths(), Some(2), "1,500,000 − 120,000 is below 1,450,000");
        night(&bench, day(2026, 8, 3));
        bench.act(|conn, act| {
            bench.income(conn, act, child, 2026, Filing::Filed, pay(500_000));
        });
        let done = night(&bench, day(2026, 10, 15));
        // The child's own household and that of the grandparent.
        assert_eq!(done.page.found, 2, "{done:?}");
        assert_eq!(tenths(), Some(3));
    }
}

/// 法42条1項・令27条の2: whoever by the corrected day of birth is 70 has been so since the month after, whenever the correction is
/// dated.
// covers: JDG-003
#[test]
fn a_corrected_birth_judges_from_the_birthday_and_not_from_the_correction() {
    for bench in Bench::both() {
        let (person, wrong, right) = (41, day(1957, 5, 5), day(1956, 5, 5));
        city(&bench);
        bench.act(|conn, act| {
            bench.household(conn, act, 4, person, day(2020, 4, 1));
            bench.person(conn, act, person, 4, wrong, day(2020, 4, 1));
            for year in [2025, 2026] {
                bench.income(conn, act, person, year, Filing::Filed, pay(800_000));
                let taxed = TaxStanding::Taxed;
                bench.tax(conn, act, person, year, taxed, Some(400_000), false);
            }
        });
        bench.rejudge(4, day(2026, 5, 1));
        night(&bench, day(2026, 8, 3));
        let tenths = |on: Date| {
            let read = |conn: &mut db::Conn| judgement::standing(conn, person, on, None);
            bench.store.read(read).unwrap().unwrap().tenths
        };
        assert_eq!(tenths(day(2026, 6, 1)), Some(3), "under 70");
        bench.act(|conn, act| {
            let corrected = judgement_desk::resident(right);
            let span = Span::new(day(2026, 10, 14), None);
            record(conn, act, person, span, &corrected).unwrap();
        });
        let done = night(&bench, day(2026, 10, 15));
        assert_eq!(done.page.found, 1, "{done:?}");
        assert_eq!(tenths(day(2026, 5, 31)), Some(3));
        for on in [day(2026, 6, 1), day(2026, 8, 1), day(2026, 10, 15)] {
            assert_eq!(tenths(on), Some(2), "{on}");
        }
        // Looked at once: an address that changes later is the matter of its own day.
        assert_eq!(night(&bench, day(2026, 10, 16)).page.found, 0);
    }
}

/// 令29条の3第1項第5号: a child who came from abroad in May, of whom nobody has a record, keeps the household from オ; what the
/// residents' register says of the entry is enough.
// covers: JDG-006
#[test]
fn a_child_from_abroad_without_records_makes_the_household_taxed() {
    for bench in Bench::both() {
        let (head, came_on, born_on) = (51, day(2026, 5, 10), day(2015, 5, 5));
        city(&bench);
        bench.act(|conn, act| {
            bench.household(conn, act, 6, head, day(2020, 4, 1));
            bench.person(conn, act, head, 6, day(1980, 5, 5), day(2020, 4, 1));
            bench.income(conn, act, head, 2026, Filing::Filed, pay(0));
            let untaxed = TaxStanding::NotTaxed;
            bench.tax(conn, act, head, 2026, untaxed, Some(0), false);
        });
        bench.rejudge(6, day(2026, 8, 1));
        assert_eq!(class(&bench, 6, day(2026, 9, 1)), Under70::E.code());
        night(&bench, day(2026, 8, 3));
        let arrives = |id: i64, cause: &str| {
            bench.act(|conn, act| {
                bench.resident(conn, act, id, born_on);
                let span = db::Span::new(came_on, None);
                let before = db::Span::new(born_on, None);
                office::registry::end::<office::registry::Resident>(conn, act, id, before).unwrap();
                let resident = office::registry::Resident {
                    resident_since: Some(came_on),
                    ..judgement_desk::resident(born_on)
                };
                office::registry::record(conn, act, id, span, &resident).unwrap();
                let detail = office::registry::detail::Detail {
                    move_cause: cause.to_owned(),
                    ..Default::default()
                };
                office::registry::record(conn, act, id, span, &detail).unwrap();
                bench.insure(conn, act, id, 6, came_on, None);
            });
        };
        arrives(52, "01");
        night(&bench, day(2026, 9, 15));
        assert_eq!(class(&bench, 6, day(2026, 9, 1)), Under70::E.code());
        arrives(53, "02");
        night(&bench, day(2026, 9, 16));
        assert_eq!(class(&bench, 6, day(2026, 9, 1)), Under70::D.code());
    }
}
