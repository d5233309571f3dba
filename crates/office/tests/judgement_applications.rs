//! 基準収入額適用申請 — received, decided, judged again, and taken back.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod judgement_desk;
mod support;

use crate::support::handed::cleared;
use judgement_desk::Bench;
use law::judgement::{Over70, TaxStanding};
use law::levy::{Filing, Income};
use law::{Yen, day};
use office::exports::JudgementTable;
use office::judgement::{self, application, handover};
use office::security::permit::{ExportData, ImportFile, Judge, ReceiveApplication};
use support::permit;

fn elder(bench: &Bench, revenue: i64) {
    bench.act(|conn, act| {
        bench.household(conn, act, 1, 11, day(2020, 4, 1));
        bench.person(conn, act, 11, 1, day(1954, 1, 1), day(2020, 4, 1));
        let income = Income {
            business: Yen(2_700_000),
            ..Income::default()
        };
        bench.income(conn, act, 11, 2026, Filing::Filed, income);
        bench.tax(
            conn,
            act,
            11,
            2026,
            TaxStanding::Taxed,
            Some(1_450_000),
            false,
        );
        bench.revenue(conn, act, 11, 2026, revenue, false);
    });
    bench.rejudge(1, day(2026, 8, 1));
}

fn tenths(bench: &Bench, on: law::Date) -> (Option<u8>, Option<Over70>) {
    let standing = bench
        .store
        .read(|conn| judgement::standing(conn, 11, on, None))
        .unwrap()
        .unwrap();
    (standing.tenths, standing.over70)
}

// covers: JDG-002
#[test]
fn an_application_changes_the_ratio_from_the_month_after_and_a_refusal_changes_it_back() {
    for bench in Bench::both() {
        elder(&bench, 3_829_999);
        assert_eq!(
            tenths(&bench, day(2026, 8, 1)),
            (Some(3), Some(Over70::Active1))
        );
        let receive = permit::<ReceiveApplication>(&bench.clerk);
        let judge = permit::<Judge>(&bench.clerk);
        let id = application::receive(
            &bench.store,
            &receive,
            &bench.acting(),
            1,
            2026,
            day(2026, 8, 3),
        )
        .unwrap();
        // Received, not decided: nothing changes.
        assert!(bench.rejudge(1, day(2026, 8, 1)).is_empty());
        let twice = application::receive(
            &bench.store,
            &receive,
            &bench.acting(),
            1,
            2026,
            day(2026, 8, 3),
        );
        assert!(twice.is_err());
        let judged = application::decide(
            &bench.store,
            (&bench.book, &bench.papers),
            &judge,
            &bench.acting(),
            id,
            (true, "収入383万円未満を確認"),
        )
        .unwrap()
        .judged;
        assert_eq!(judged.len(), 1);
        assert_eq!(
            (judged[0].from, judged[0].until),
            (day(2026, 9, 1), day(2027, 8, 1))
        );
        assert_eq!(
            tenths(&bench, day(2026, 8, 31)),
            (Some(3), Some(Over70::Active1))
        );
        assert_eq!(
            tenths(&bench, day(2026, 9, 1)),
            (Some(2), Some(Over70::General))
        );
        let same = application::decide(
            &bench.store,
            (&bench.book, &bench.papers),
            &judge,
            &bench.acting(),
            id,
            (true, "もう一度"),
        );
        assert!(same.is_err());
        application::decide(
            &bench.store,
            (&bench.book, &bench.papers),
            &judge,
            &bench.acting(),
            id,
            (false, "誤って認めた"),
        )
        .unwrap();
        assert_eq!(
            tenths(&bench, day(2026, 9, 1)),
            (Some(3), Some(Over70::Active1))
        );
        let listed = bench.store.read(|conn| application::list(conn, 1)).unwrap();
        assert_eq!(listed[0].granted, Some(false));
    }
}

// covers: JDG-002
#[test]
fn at_3830000_the_application_is_granted_and_still_does_not_help() {
    let bench = Bench::sqlite();
    elder(&bench, 3_830_000);
    let receive = permit::<ReceiveApplication>(&bench.clerk);
    let judge = permit::<Judge>(&bench.clerk);
    let id = application::receive(
        &bench.store,
        &receive,
        &bench.acting(),
        1,
        2026,
        day(2026, 7, 10),
    )
    .unwrap();
    let judged = application::decide(
        &bench.store,
        (&bench.book, &bench.papers),
        &judge,
        &bench.acting(),
        id,
        (true, ""),
    )
    .unwrap();
    assert!(judged.judged.is_empty() && judged.tasks.is_empty());
    assert_eq!(tenths(&bench, day(2027, 7, 31)).0, Some(3));
}

// covers: FIL-085, FIL-086
#[test]
fn ratios_and_applications_leave_by_file_and_come_back_unchanged() {
    let bench = Bench::sqlite();
    elder(&bench, 3_829_999);
    let receive = permit::<ReceiveApplication>(&bench.clerk);
    let judge = permit::<Judge>(&bench.clerk);
    let id = application::receive(
        &bench.store,
        &receive,
        &bench.acting(),
        1,
        2026,
        day(2026, 8, 3),
    )
    .unwrap();
    application::decide(
        &bench.store,
        (&bench.book, &bench.papers),
        &judge,
        &bench.acting(),
        id,
        (true, ""),
    )
    .unwrap();
    let catalogue = exchange::Catalogue::shipped().unwrap();
    let export = |bench: &Bench| {
        let permit = permit::<ExportData>(&bench.clerk);
        let acting = bench.acting();
        let cleared = cleared::<JudgementTable>(&bench.store, &acting, &permit);
        handover::write(
            &bench.store,
            &catalogue,
            (&permit, &cleared),
            &acting,
            (0, i64::MAX),
        )
        .unwrap()
    };
    let bytes = export(&bench);
    let text = String::from_utf8(bytes.clone()).unwrap();
    assert!(text.contains("B03") && text.contains("B04"));
    let other = Bench::sqlite();
    let take = |bytes: &[u8]| {
        let permit = permit::<ImportFile>(&other.clerk);
        handover::take_over(&other.store, &catalogue, &permit, &other.acting(), bytes)
    };
    assert_eq!(take(&bytes).unwrap(), 3);
    assert_eq!(export(&other), bytes);
    assert_eq!(take(&bytes).unwrap(), 0);
    let broken = text.replace("2027-07-31", "2026-07-31");
    assert!(take(broken.as_bytes()).is_err());
    // What was taken over says so where it is asked why.
    let decision = other
        .store
        .read(|conn| judgement::of_household(conn, 1, day(2026, 9, 1), None))
        .unwrap()
        .unwrap();
    assert!(
        other
            .store
            .read(|conn| judgement::why(conn, &decision))
            .is_err()
    );
}
