//! Runs beside the counter: what is decided while a run waits for its approval.

use crate::support::desk::{Desk, WARD, business, income, lost, single};
use crate::support::permit;
use crate::{JUNE, poor};
use db::testing;
use law::levy::limitation::InsuranceAdjustment;
use law::{Yen, day};
use office::OfficeError;
use office::jobs::Flow;
use office::levy::book::Circumstances;
use office::levy::run::{self, RunKind};
use office::levy::{publish, relevy};
use office::security::permit::{ApproveLevy, PublishLevy, RunLevy};

fn approve_and_publish(desk: &Desk, run_id: i64) {
    let on = day(2026, 6, 19);
    let chief = permit::<ApproveLevy>(&desk.chief);
    run::approve(&desk.store, &chief, &desk.chief(on), run_id).unwrap();
    let chief = permit::<PublishLevy>(&desk.chief);
    publish::begin(&desk.store, &chief, &desk.chief(on), run_id).unwrap();
    let calendar = desk.book.calendar();
    publish::publish(&desk.store, calendar, run_id, 1, &|| 1, |_| Flow::Continue).unwrap();
}

/// Between calculation and publication the counter levies two households on what it has learned since: the run, which
/// knows less, leaves them alone and publishes the rest.
#[test]
fn a_run_never_puts_older_knowledge_over_a_newer_decision() {
    for desk in Desk::wards(2026..=2026) {
        poor(&desk, 1, 11, day(1990, 1, 1));
        poor(&desk, 2, 21, day(1990, 1, 1));
        poor(&desk, 4, 41, day(1990, 1, 1));
        let run_id = desk.calculate(JUNE, 2026, RunKind::Initial);
        // Household 1 files more; household 3 has only just moved in, between the others.
        desk.report(day(2026, 6, 15), |conn, act| {
            income(conn, act, 11, 2026, business(1_430_000))
        });
        single(&desk, 3, 31, day(1990, 1, 1), day(2026, 6, 10));
        desk.relevy(day(2026, 6, 15), &[1, 3]);
        // 122,700 + 45,600 + 4,573; ten months of 47,600, 17,600, 1,873.
        assert_eq!(desk.total(1, 2026), 172_873);
        assert_eq!(desk.amount(3, 2026), [39_666, 14_666, 0, 1_560]);
        let known = run::require(&desk.store, run_id).unwrap();
        let left = desk
            .store
            .read(|conn| publish::overtaken(conn, &known, 0, i64::MAX))
            .unwrap();
        assert_eq!(left, [1, 3]);
        approve_and_publish(&desk, run_id);
        desk.check(day(2026, 6, 19), &[1, 2, 3, 4]);
        assert_eq!(desk.total(1, 2026), 172_873);
        assert_eq!(desk.standing(1, 2026)[0].sequence, 1);
        assert_eq!(desk.amount(3, 2026), [39_666, 14_666, 0, 1_560]);
        assert_eq!(desk.total(2, 2026) + desk.total(4, 2026), 2 * 20_121);
        let balance = desk
            .store
            .read(|conn| publish::tie(conn, known.levy_year))
            .unwrap();
        assert_eq!(balance, Yen(172_873 + 55_892 + 2 * 20_121));
    }
}

/// A correction begins no year: the counter levies the years whose levy was published, and is refused where there is none.
#[test]
fn the_counter_begins_no_year() {
    for store in [testing::sqlite, testing::postgres] {
        let store = store(office::schema::MIGRATIONS).unwrap();
        let desk = Desk::not_open(store, WARD, 2025..=2026);
        poor(&desk, 1, 11, day(1990, 1, 1));
        let levied = |reason: &str, circumstances| {
            let permit = permit::<RunLevy>(&desk.levy);
            let (books, acting) = (desk.books(), desk.clerk(JUNE));
            let store = &desk.store;
            relevy::relevy_under(store, &books, &permit, &acting, &[1], reason, circumstances)
        };
        match levied("更正", Circumstances::default()) {
            Err(OfficeError::Refusal(refusal)) => {
                assert_eq!(refusal.code, "levy.relevy.not_open");
                assert!(
                    refusal.message_ja.contains("2025年度・2026年度"),
                    "{}",
                    refusal.message_ja
                );
            }
            other => panic!("{other:?}"),
        }
        assert!(desk.annual(1, 2026).is_empty());
        // Published for 令和8年度, where another household lives; 令和7年度 stays as it is.
        desk.publish_year(JUNE, 2026, RunKind::Initial);
        desk.report(JUNE, |conn, act| {
            income(conn, act, 11, 2026, business(900_000))?;
            income(conn, act, 11, 2025, business(900_000))
        });
        assert_eq!(levied("更正", Circumstances::default()).unwrap().len(), 1);
        assert!(desk.annual(1, 2025).is_empty());
        // What lengthens the limits is never found without a reason.
        let found = Circumstances {
            adjustment: Some(InsuranceAdjustment { years: 5 }),
            fraud: false,
        };
        assert!(matches!(levied(" ", found), Err(OfficeError::Input { .. })));
        desk.report(JUNE, |conn, act| {
            let span = (day(2020, 4, 1), day(2026, 6, 2));
            lost(conn, act, 11, 1, span, "insurance")
        });
        assert_eq!(levied("社保加入の届出が遅れた", found).unwrap().len(), 1);
        let notes = desk.store.read(|conn| {
            conn.query_text(
                "select note from act where kind = 'levy.relevy' order by act_id desc",
                &[],
                |row| row.text(0),
            )
        });
        assert_eq!(
            notes.unwrap()[0],
            "社保加入の届出が遅れた 被用者保険との調整（国民健康保険法第110条の2第2項、5年）"
        );
    }
}
