//! 月次更正: the households whose facts changed since the run published last, and nobody else.

use crate::support::desk::{Desk, WARD, business, income};
use crate::support::permit;
use crate::{JUNE, poor};
use db::testing;
use law::{Date, Yen, day};
use office::OfficeError;
use office::levy::run::{self, RunKind, RunRequest};
use office::levy::tally;
use office::security::permit::RunLevy;

const JULY: Date = Date::constant(2026, 7, 10);

/// Number of households the job of a run was laid out for, and those with a candidate.
fn looked_at(desk: &Desk, run_id: i64) -> (i64, Vec<i64>) {
    let count = format!("select total from job where job_id = {run_id}");
    let who = format!("select household_id from levy_candidate where run_id = {run_id} order by 1");
    let number = |text: &str| {
        let read = |conn: &mut db::Conn| conn.query_text(text, &[], |row| row.int(0));
        desk.store.read(read).unwrap()
    };
    (number(&count)[0], number(&who))
}

#[test]
fn a_months_run_looks_at_those_whose_facts_changed() {
    for desk in Desk::wards(2026..=2026) {
        for (household, id) in [(1, 11), (2, 21), (3, 31), (7, 71), (8, 81)] {
            poor(&desk, household, id, day(1990, 1, 1));
        }
        desk.publish_year(JUNE, 2026, RunKind::Initial);
        let quiet = desk.publish_year(day(2026, 6, 20), 2026, RunKind::Monthly);
        assert_eq!(looked_at(&desk, quiet), (0, vec![]));
        desk.report(day(2026, 7, 1), |conn, act| {
            income(conn, act, 21, 2026, business(1_430_000))?;
            income(conn, act, 71, 2026, business(1_430_000))?;
            income(conn, act, 81, 2026, business(0))
        });
        let monthly = desk.publish_year(JULY, 2026, RunKind::Monthly);
        assert_eq!(looked_at(&desk, monthly), (3, vec![2, 7, 8]));
        for (household, total) in [(1, 20_121), (2, 172_873), (3, 20_121), (7, 172_873)] {
            assert_eq!(desk.total(household, 2026), total);
        }
        desk.check(JULY, &[1, 2, 3, 7, 8]);
        let again = desk.publish_year(day(2026, 8, 10), 2026, RunKind::Monthly);
        assert_eq!(looked_at(&desk, again), (0, vec![]));
        // It is no levy of the whole city, and no tally is taken of it.
        let refused = tally::compute(&desk.store, monthly).unwrap_err();
        assert!(
            matches!(refused, OfficeError::Refusal(refusal) if refusal.code == "levy.tally.kind")
        );
    }
}

#[test]
fn under_other_rules_everyone_is_looked_at() {
    let desk = Desk::ward(2026..=2026);
    for (household, id) in [(1, 11), (2, 21)] {
        poor(&desk, household, id, day(1990, 1, 1));
    }
    desk.publish_year(JUNE, 2026, RunKind::Initial);
    let desk = desk.with_rules(|set| set.levy.components[0].per_capita += Yen(1_000));
    let monthly = desk.publish_year(JULY, 2026, RunKind::Monthly);
    assert_eq!(looked_at(&desk, monthly), (2, vec![1, 2]));
    // 3/10 of 1,000.
    assert_eq!(desk.total(2, 2026), 20_421);
}

#[test]
fn no_months_run_before_the_year_is_published() {
    let store = testing::sqlite(office::schema::MIGRATIONS).unwrap();
    let desk = Desk::not_open(store, WARD, 2026..=2026);
    poor(&desk, 1, 11, day(1990, 1, 1));
    let request = RunRequest {
        kind: RunKind::Monthly,
        rules: desk.rules_of(2026),
        decided_on: JULY,
        chunk_households: 16,
        note: String::new(),
    };
    let clerk = permit::<RunLevy>(&desk.levy);
    match run::start(&desk.store, &clerk, &desk.clerk(JULY), &request) {
        Err(OfficeError::Refusal(refusal)) => {
            assert_eq!(refusal.code, "levy.run.monthly.not_open");
        }
        other => panic!("{other:?}"),
    }
}
