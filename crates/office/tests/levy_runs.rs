//! 当初賦課: calculated, compared, approved, published; killed anywhere and started again.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod support;

use db::{Conn, Store, testing};
use law::{Yen, day};
use office::OfficeError;
use office::jobs::{Flow, JobState};
use office::levy::run::{RunKind, RunRequest, RunState};
use office::levy::{compare, publish, relevy, run, why};
use office::security::Session;
use office::security::permit::{ApproveLevy, PublishLevy, RunLevy};
use std::cell::Cell;
use support::*;

fn start(store: &Store, session: &Session, chunk_households: i64) -> i64 {
    let rules = rules();
    let request = RunRequest {
        kind: RunKind::Initial,
        rules: &rules,
        decided_on: day(2026, 6, 12),
        chunk_households,
        note: "試験".to_owned(),
    };
    run::start(
        store,
        &permit::<RunLevy>(session),
        &acting(session, day(2026, 6, 12), 100),
        &request,
    )
    .unwrap()
}

fn calculate(store: &Store, run_id: i64) -> JobState {
    run::calculate(store, run_id, 2, &|| 200, |_| Flow::Continue).unwrap()
}

fn approve_and_publish(store: &Store, levy: &Session, chief: &Session, run_id: i64) {
    run::approve(
        store,
        &permit::<ApproveLevy>(chief),
        &acting(chief, day(2026, 6, 12), 300),
        run_id,
    )
    .unwrap();
    let _ = levy;
    publish::begin(
        store,
        &permit::<PublishLevy>(chief),
        &acting(chief, day(2026, 6, 12), 400),
        run_id,
    )
    .unwrap();
    let state = publish::publish(store, book().calendar(), run_id, 2, &|| 500, |_| {
        Flow::Continue
    })
    .unwrap();
    assert_eq!(state, JobState::Finished);
}

fn scalar(store: &Store, text: &str) -> i64 {
    store
        .read(|conn: &mut Conn| {
            Ok::<_, OfficeError>(conn.query_text(text, &[], |row| row.int(0))?[0])
        })
        .unwrap()
}

fn with_city(check: impl Fn(&Store, &Session, &Session)) {
    for store in testing::both(office::schema::MIGRATIONS).unwrap() {
        let (levy, chief) = staff(&store);
        lay(&store, &city(120, 7));
        check(&store, &levy, &chief);
    }
}

// covers: LEV-001, LEV-018, LEV-021
#[test]
fn a_whole_city_is_levied_approved_booked_and_told() {
    with_city(|store, levy, chief| {
        let run_id = start(store, levy, 32);
        assert_eq!(calculate(store, run_id), JobState::Finished);
        let done = run::require(store, run_id).unwrap();
        assert_eq!(done.state, RunState::Calculated);
        assert!(done.households > 100 && done.total > Yen::ZERO);
        approve_and_publish(store, levy, chief, run_id);
        // Decided = posted = told.
        let tied = store.read(|conn| publish::tie(conn, YEAR)).unwrap();
        assert_eq!(tied, done.total);
        assert_eq!(
            scalar(store, "select count(*) from levy_decision"),
            done.households
        );
        assert_eq!(
            scalar(store, "select count(*) from notice where state = 'decided'"),
            done.households
        );
        let sums = store.read(office::ledger::trial_balance).unwrap();
        assert_eq!(sums.iter().map(|(_, yen)| *yen).sum::<Yen>(), Yen::ZERO);
        // Every decision comes out of the rule again.
        let wrong = store
            .read(|conn| why::verify(conn, 0, i64::MAX, YEAR))
            .unwrap();
        assert!(wrong.is_empty(), "{wrong:?}");
        // Nothing changed, so nothing is levied again.
        let touched = store.read(|conn| relevy::touched_since(conn, 1)).unwrap();
        assert!(touched.is_empty(), "{touched:?}");
    });
}

#[test]
fn the_one_who_started_a_run_cannot_approve_it_and_an_unapproved_run_is_not_published() {
    let store = testing::sqlite(office::schema::MIGRATIONS).unwrap();
    let (levy, chief) = staff(&store);
    lay(&store, &city(10, 7));
    let run_id = start(&store, &levy, 32);
    calculate(&store, run_id);
    let refused = publish::begin(
        &store,
        &permit::<PublishLevy>(&chief),
        &acting(&chief, day(2026, 6, 12), 1),
        run_id,
    );
    assert!(
        matches!(refused, Err(OfficeError::Refusal(refusal)) if refusal.code == "levy.publish.not_approved")
    );
    assert!(office::security::authorize::<ApproveLevy>(&levy).is_err());
}

#[test]
fn two_runs_on_the_same_facts_are_equal_and_a_changed_income_shows() {
    with_city(|store, levy, _| {
        let first = start(store, levy, 32);
        calculate(store, first);
        let second = start(store, levy, 7);
        calculate(store, second);
        let changed = store
            .read(|conn| compare::changed(conn, first, second, 0, 100))
            .unwrap();
        assert!(changed.is_empty(), "{changed:?}");
        let totals = store.read(|conn| compare::totals(conn, first)).unwrap();
        assert_eq!(
            totals,
            store.read(|conn| compare::totals(conn, second)).unwrap()
        );
    });
}

// 100 kills in the full suite; here every boundary of a short run once.
#[test]
fn killed_at_any_chunk_and_started_again_the_rows_are_those_of_an_uninterrupted_run() {
    const TABLES: [(&str, &str); 5] = [
        ("levy_candidate", "run_id, household_id, liable_id"),
        (
            "levy_candidate_later",
            "run_id, household_id, liable_id, after_on, place",
        ),
        (
            "levy_decision",
            "household_id, levy_year, liable_id, sequence",
        ),
        ("ledger", "household_id, levy_year, entry_id"),
        ("notice", "notice_id"),
    ];
    let rows = |store: &Store, table: &str, order: &str| {
        let text = format!("select * from {table} order by {order}");
        store
            .read(|conn| {
                conn.query_text(&text, &[], |row| {
                    (0..row.width())
                        .map(|index| row.value(index).map(|value| format!("{value:?}")))
                        .collect::<Result<Vec<_>, _>>()
                        .map(|cells| cells.join("|"))
                })
            })
            .unwrap()
    };
    let levied = |stops: &[usize]| {
        let store = testing::sqlite(office::schema::MIGRATIONS).unwrap();
        let (levy, chief) = staff(&store);
        lay(&store, &city(60, 20));
        let run_id = start(&store, &levy, 8);
        let stopper = |after: usize| {
            let seen = Cell::new(0);
            move |_| {
                seen.set(seen.get() + 1);
                if seen.get() > after {
                    Flow::Stop
                } else {
                    Flow::Continue
                }
            }
        };
        for stop in stops {
            run::calculate(&store, run_id, 2, &|| 200, stopper(*stop)).unwrap();
            if run::require(&store, run_id).unwrap().state == RunState::Calculated {
                break;
            }
        }
        if run::require(&store, run_id).unwrap().state == RunState::Calculating {
            calculate(&store, run_id);
        }
        run::approve(
            &store,
            &permit::<ApproveLevy>(&chief),
            &acting(&chief, day(2026, 6, 12), 300),
            run_id,
        )
        .unwrap();
        publish::begin(
            &store,
            &permit::<PublishLevy>(&chief),
            &acting(&chief, day(2026, 6, 12), 400),
            run_id,
        )
        .unwrap();
        for stop in stops {
            if run::require(&store, run_id).unwrap().state == RunState::Publishing {
                publish::publish(
                    &store,
                    book().calendar(),
                    run_id,
                    2,
                    &|| 500,
                    stopper(*stop),
                )
                .unwrap();
            }
        }
        if run::require(&store, run_id).unwrap().state == RunState::Publishing {
            publish::publish(&store, book().calendar(), run_id, 2, &|| 500, |_| {
                Flow::Continue
            })
            .unwrap();
        }
        TABLES.map(|(table, order)| rows(&store, table, order))
    };
    let whole = levied(&[]);
    assert!(whole.iter().all(|table| !table.is_empty()));
    for stop in 0..7 {
        assert!(whole == levied(&[stop]), "stopped after chunk {stop}");
    }
    assert!(whole == levied(&[0, 0, 0]), "stopped again and again");
}
