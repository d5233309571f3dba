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
use law::judgement::{AskedAs, Over70, TaxStanding};
use law::levy::{Filing, Income};
use law::{Date, Yen, day};
use office::OfficeError;
use office::exports::JudgementTable;
use office::judgement::{self, NewApplication, Ruled, application, handover, stated};
use office::registry::{FormerInsured, record};
use office::security::permit::{ExportData, ImportFile, Judge, ReceiveApplication};
use support::permit;

/// One of 72 with 3割 by 課税所得 145万円.
fn elder(bench: &Bench) {
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
    });
    bench.rejudge(1, day(2026, 8, 1));
}

/// 受理 for the benefit year 2026, with 収入 by 宛名番号.
fn receive(bench: &Bench, received_on: Date, revenues: &[(i64, i64)]) -> Result<i64, OfficeError> {
    let new = NewApplication {
        household_id: 1,
        benefit_year: 2026,
        received_on,
        revenues: revenues.iter().map(|one| (one.0, Yen(one.1))).collect(),
    };
    let permit = permit::<ReceiveApplication>(&bench.clerk);
    application::receive(&bench.store, &bench.book, &permit, &bench.acting(), &new)
}

/// 決定.
fn decide(bench: &Bench, id: i64, ruling: (bool, &str)) -> Result<Ruled, OfficeError> {
    let permit = permit::<Judge>(&bench.clerk);
    let books = (&bench.book, &bench.papers);
    application::decide(&bench.store, books, &permit, &bench.acting(), id, ruling)
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
        elder(&bench);
        assert_eq!(
            tenths(&bench, day(2026, 8, 1)),
            (Some(3), Some(Over70::Active1))
        );
        let id = receive(&bench, day(2026, 8, 3), &[(11, 3_829_999)]).unwrap();
        // Received, not decided: nothing changes.
        assert!(bench.rejudge(1, day(2026, 8, 1)).is_empty());
        let twice = receive(&bench, day(2026, 8, 3), &[(11, 3_829_999)]);
        assert!(twice.is_err());
        let judged = decide(&bench, id, (true, "収入383万円未満を確認"))
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
        let same = decide(&bench, id, (true, "もう一度"));
        assert!(same.is_err());
        decide(&bench, id, (false, "誤って認めた")).unwrap();
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
    elder(&bench);
    let id = receive(&bench, day(2026, 7, 10), &[(11, 3_830_000)]).unwrap();
    let judged = decide(&bench, id, (true, "")).unwrap();
    assert!(judged.judged.is_empty() && judged.tasks.is_empty());
    assert_eq!(tenths(&bench, day(2027, 7, 31)).0, Some(3));
}

// covers: FIL-085, FIL-086
#[test]
fn ratios_and_applications_leave_by_file_and_come_back_unchanged() {
    let bench = Bench::sqlite();
    elder(&bench);
    let id = receive(&bench, day(2026, 8, 3), &[(11, 3_829_999)]).unwrap();
    decide(&bench, id, (true, "")).unwrap();
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

/// 令第27条の2第3項第1号・規則第24条の2: 収入 is told with the application, and once it is granted the ratio follows. 課税所得 160万円,
/// 基準所得額 212万円, 年金 240万円 and 不動産収入 140万円: 380万円, below 383万円.
// covers: JDG-002
#[test]
fn the_revenue_an_application_states_is_what_the_ratio_follows() {
    for bench in Bench::both() {
        bench.act(|conn, act| {
            bench.household(conn, act, 1, 11, day(2020, 4, 1));
            bench.person(conn, act, 11, 1, day(1954, 1, 1), day(2020, 4, 1));
            let income = Income {
                pension_revenue: Yen(2_400_000),
                pension: Yen(1_300_000),
                real_estate: Yen(1_250_000),
                ..Income::default()
            };
            bench.income(conn, act, 11, 2026, Filing::Filed, income);
            bench.tax(
                conn,
                act,
                11,
                2026,
                TaxStanding::Taxed,
                Some(1_600_000),
                false,
            );
        });
        bench.rejudge(1, day(2026, 8, 1));
        assert_eq!(tenths(&bench, day(2026, 8, 1)).0, Some(3));
        // Without the amount, with that of somebody else, or with less than nothing, nothing is received.
        for wrong in [
            &[][..],
            &[(99, 1)],
            &[(11, 3_800_000), (99, 1)],
            &[(11, -1)],
        ] {
            let refused = receive(&bench, day(2026, 8, 3), wrong);
            assert!(
                matches!(refused, Err(OfficeError::Input { .. })),
                "{wrong:?}"
            );
        }
        let listed = bench.store.read(|conn| application::list(conn, 1)).unwrap();
        assert!(listed.is_empty());
        let id = receive(&bench, day(2026, 8, 3), &[(11, 3_800_000)]).unwrap();
        let read = bench.store.read(|conn| stated::stated(conn, id)).unwrap();
        assert_eq!(read, [(11, Yen(3_800_000))]);
        assert!(bench.rejudge(1, day(2026, 8, 1)).is_empty());
        decide(&bench, id, (true, "収入380万円を確認")).unwrap();
        assert_eq!(
            tenths(&bench, day(2026, 8, 31)),
            (Some(3), Some(Over70::Active1))
        );
        assert_eq!(
            tenths(&bench, day(2026, 9, 1)),
            (Some(2), Some(Over70::General))
        );
        assert_eq!(tenths(&bench, day(2027, 7, 31)).0, Some(2));
    }
}

/// 令第27条の2第3項第2号: one of 70 and over alone at 383万円 or more states the 収入 of the 特定同一世帯所属者 too.
// covers: JDG-002
#[test]
fn from_3830000_on_the_revenue_of_the_former_insured_is_asked_too() {
    for bench in Bench::both() {
        elder(&bench);
        bench.act(|conn, act| {
            bench.resident(conn, act, 12, day(1949, 5, 5));
            let former = FormerInsured { household_id: 1 };
            record(conn, act, 12, db::Span::new(day(2024, 5, 4), None), &former).unwrap();
            bench.income(conn, act, 12, 2026, Filing::Filed, Income::default());
        });
        let short = receive(&bench, day(2026, 8, 3), &[(11, 3_830_000)]);
        let field = match short {
            Err(OfficeError::Input { field, .. }) => field,
            other => panic!("{other:?}"),
        };
        assert_eq!(field, stated::label(12));
        let id = receive(&bench, day(2026, 8, 3), &[(11, 3_830_000), (12, 1_369_999)]).unwrap();
        decide(&bench, id, (true, "合わせて520万円未満")).unwrap();
        assert_eq!(tenths(&bench, day(2026, 8, 31)).0, Some(3));
        assert_eq!(tenths(&bench, day(2026, 9, 1)).0, Some(2));
    }
}

/// Nobody's 収入 is asked for whose insurance ends before the application can count: an amount of theirs changes nothing.
// covers: JDG-002
#[test]
fn who_leaves_before_the_application_counts_is_not_asked() {
    for bench in Bench::both() {
        elder(&bench);
        bench.act(|conn, act| {
            bench.person(conn, act, 12, 1, day(1954, 5, 5), day(2020, 4, 1));
            bench.person(conn, act, 13, 1, day(1957, 5, 5), day(2020, 4, 1));
            bench.leave(conn, act, 12, day(2026, 9, 1));
        });
        let asked = |received_on| {
            let all = bench
                .store
                .read(|conn| stated::asked(conn, &bench.book, 1, 2026, received_on))
                .unwrap();
            all.people
                .iter()
                .map(|one| (one.person_id, one.asked_as))
                .collect::<Vec<_>>()
        };
        // It counts from 1 August: the one who is insured until the end of August is asked like the other.
        let (elder, later) = (AskedAs::Elder, AskedAs::Later);
        assert_eq!(
            asked(day(2026, 7, 31)),
            [(11, elder), (12, elder), (13, later)]
        );
        // It counts from 1 September, on which that insurance has ended.
        assert_eq!(asked(day(2026, 8, 3)), [(11, elder), (13, later)]);
    }
}

/// An application of which nobody told the 収入 is not granted: it would say 認定 and change nothing.
// covers: JDG-002
#[test]
fn what_has_no_revenue_is_not_granted() {
    for bench in Bench::both() {
        elder(&bench);
        bench.act(|conn, act| {
            conn.execute_text(
                "insert into revenue_application (application_id, household_id, benefit_year, received_on, recorded_at, \
                 act_id, note) values (1, 1, 2026, '2026-08-03', $1, $2, '')",
                &[act.recorded_at.into(), act.id.0.into()],
            )
            .unwrap();
        });
        assert!(matches!(
            decide(&bench, 1, (true, "認める")),
            Err(OfficeError::Refusal(_))
        ));
        decide(&bench, 1, (false, "収入の記載がない")).unwrap();
        assert_eq!(tenths(&bench, day(2026, 9, 1)).0, Some(3));
    }
}
