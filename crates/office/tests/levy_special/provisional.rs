//! 暫定賦課（仮算定）: a city that asks for three instalments from last year's levy, and settles them in July.

use crate::poor;
use crate::support::desk::{Desk, WARD, business, income, lost, single};
use crate::support::permit;
use db::testing;
use law::rules::{InstalmentPeriod, RuleSet};
use law::{Date, FiscalYear, Yen, day};
use office::OfficeError;
use office::ledger::Method;
use office::levy::decide::flags;
use office::levy::run::{self, RunKind, RunRequest};
use office::levy::{relevy, tally, why};
use office::registry::{Pension, record, year_span};
use office::security::permit::RunLevy;

const APRIL: Date = Date::constant(2026, 4, 10);
const JULY: Date = Date::constant(2026, 7, 10);

/// Ten instalments from April to January, the first three provisional.
fn provisional_city(set: &mut RuleSet) {
    let year = set.instalments.fiscal_year;
    let periods = (1..=10).map(|number| InstalmentPeriod {
        number,
        due_on: year.month_start(i32::from(number) - 1).last_of_month(),
        provisional: number <= 3,
    });
    set.instalments.periods = periods.collect();
}

fn desks() -> [Desk; 2] {
    [testing::sqlite, testing::postgres].map(|store| {
        let store = store(office::schema::MIGRATIONS).unwrap();
        Desk::not_open(store, WARD, 2025..=2026).with_rules(provisional_city)
    })
}

/// A single person with a levy of 令和7年度.
fn levied_before(desk: &Desk, household: i64, id: i64, born_on: Date) {
    single(desk, household, id, born_on, day(2020, 4, 1));
    desk.report(day(2025, 4, 2), |conn, act| {
        income(conn, act, id, 2025, business(1_430_000))
    });
}

fn amounts(desk: &Desk, household: i64) -> Vec<(i64, i64)> {
    desk.by_method(household, 2026, Method::Ordinary)
}

#[test]
fn three_instalments_of_last_years_levy_and_the_rest_from_july() {
    for desk in desks() {
        levied_before(&desk, 1, 11, day(1990, 1, 1));
        levied_before(&desk, 2, 21, day(1990, 1, 1));
        levied_before(&desk, 3, 31, day(1958, 1, 1));
        desk.publish_year(day(2025, 7, 11), 2025, RunKind::Initial);
        let previous = desk.total(1, 2025);
        // Joined after the assessment day, and levied by nobody the year before.
        single(&desk, 4, 41, day(1990, 1, 1), day(2026, 4, 6));
        single(&desk, 5, 51, day(1990, 1, 1), day(2026, 3, 6));
        // Collected from the pension since last year: 仮徴収 goes on, and nothing is asked for beside it.
        desk.report(day(2026, 4, 3), |conn, act| {
            let fact = Pension {
                annual_pension: Yen(2_000_000),
                care_special: true,
                care_per_payment: Yen(5_000),
                account_transfer: false,
                february_amount: Yen(3_300),
            };
            record(conn, act, 31, year_span(FiscalYear(2026)), &fact)
        });
        let run_id = desk.publish_year(APRIL, 2026, RunKind::Provisional);
        let each = previous / 10;
        assert!(each > 10_000);
        for household in [1, 2] {
            assert_eq!(amounts(&desk, household), [(1, each), (2, each), (3, each)]);
            let standing = &desk.standing(household, 2026)[0];
            assert_eq!(standing.outcome.flags, flags::PROVISIONAL);
            assert_eq!(standing.reason, "暫定賦課");
            let explained = desk
                .store
                .read(|conn| why::explain(conn, standing))
                .unwrap();
            assert!(explained.is_empty());
        }
        for household in [3, 4, 5] {
            assert!(desk.standing(household, 2026).is_empty(), "{household}");
        }
        desk.check_books(&[1, 2, 3, 4, 5]);
        // The year is not open to the counter by that, and no tally is taken of it.
        let open = desk.store.read(relevy::open_years).unwrap();
        assert_eq!(open, [FiscalYear(2025)]);
        assert!(tally::compute(&desk.store, run_id).is_err());
        // A second time it asks for nothing more.
        desk.publish_year(day(2026, 4, 13), 2026, RunKind::Provisional);
        assert_eq!(amounts(&desk, 1), [(1, each), (2, each), (3, each)]);

        // 本算定: one earns more than last year, the other left in May.
        desk.report(day(2026, 6, 1), |conn, act| {
            for id in [11, 21, 31, 41, 51] {
                income(conn, act, id, 2026, business(2_430_000))?;
            }
            lost(
                conn,
                act,
                21,
                2,
                (day(2020, 4, 1), day(2026, 5, 20)),
                "moved_out",
            )
        });
        desk.publish_year(JULY, 2026, RunKind::Initial);
        desk.check(JULY, &[1, 2, 3, 4]);
        desk.check_books(&[5]);
        let settled = amounts(&desk, 1);
        assert_eq!(settled[..3], [(1, each), (2, each), (3, each)]);
        assert_eq!(settled.len(), 10);
        let total: i64 = settled.iter().map(|row| row.1).sum();
        assert_eq!(total, desk.total(1, 2026));
        let rest: Vec<i64> = settled[3..].iter().map(|row| row.1).collect();
        assert!(rest.iter().max().unwrap() - rest.iter().min().unwrap() < 10);
        // One month of twelve is less than was asked for: what is too much comes off the latest.
        let left = amounts(&desk, 2);
        assert!(desk.total(2, 2026) < 3 * each);
        assert_eq!(left[0], (1, desk.total(2, 2026).min(each)));
        assert_eq!(
            desk.standing(1, 2026)[0].outcome.flags & flags::PROVISIONAL,
            0
        );
        assert_eq!(desk.by_method(3, 2026, Method::Special)[0], (304, 3_300));
        let told: Vec<String> = desk.notices(1).into_iter().map(|one| one.0).collect();
        assert_eq!(told, ["initial", "initial", "initial"]);
        let open = desk.store.read(relevy::open_years).unwrap();
        assert_eq!(open, [FiscalYear(2025), FiscalYear(2026)]);
    }
}

/// The year's levy comes to what was asked for provisionally: it is decided all the same, and told.
#[test]
fn the_years_levy_is_decided_even_where_nothing_is_left_to_ask() {
    let [desk, _] = desks();
    levied_before(&desk, 1, 11, day(1990, 1, 1));
    desk.publish_year(day(2025, 7, 11), 2025, RunKind::Initial);
    desk.publish_year(APRIL, 2026, RunKind::Provisional);
    let asked = desk.total(1, 2026);
    // A year that comes to exactly as much, by a rate of its own.
    let desk = desk.with_rules(|set| {
        for component in &mut set.levy.components {
            component.income_rate = law::Rate(0);
            component.per_capita = Yen(0);
            component.per_adult = Yen(0);
        }
        set.levy.components[0].per_capita = Yen(asked);
    });
    desk.report(day(2026, 6, 1), |conn, act| {
        income(conn, act, 11, 2026, business(2_430_000))
    });
    desk.publish_year(JULY, 2026, RunKind::Initial);
    assert_eq!(desk.total(1, 2026), asked);
    let standing = &desk.standing(1, 2026)[0];
    assert_eq!(
        (
            standing.sequence,
            standing.outcome.flags & flags::PROVISIONAL
        ),
        (2, 0)
    );
    assert_eq!(desk.notices(1).len(), 3);
}

#[test]
fn where_no_instalment_is_provisional_there_is_no_such_run() {
    let desk = Desk::ward(2026..=2026);
    poor(&desk, 1, 11, day(1990, 1, 1));
    let request = RunRequest {
        kind: RunKind::Provisional,
        rules: desk.rules_of(2026),
        decided_on: APRIL,
        chunk_households: 16,
        note: String::new(),
    };
    let clerk = permit::<RunLevy>(&desk.levy);
    match run::start(&desk.store, &clerk, &desk.clerk(APRIL), &request) {
        Err(OfficeError::Refusal(refusal)) => assert_eq!(refusal.code, "levy.run.no_provisional"),
        other => panic!("{other:?}"),
    }
    assert_eq!(
        RunKind::of_city(&desk.rules_of(2026).instalments),
        [RunKind::Initial, RunKind::Monthly]
    );
}
