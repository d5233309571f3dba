//! 発送停止（居所不明）: the notices of an addressee who is not found stay in the office while the hold stands, and go on after.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod support;

use db::Span;
use law::{Date, day};
use office::OfficeError;
use office::eligibility::status::Whereabouts;
use office::levy::run::RunKind;
use office::notices::not_found::{self, KeptBack};
use office::notices::release::{Handling, check_paper, handling};
use office::notices::{self, Notice};
use office::registry::{end, record};
use office::security::permit::PrintNotice;
use support::desk::{Desk, single};
use support::permit;

const JUNE: Date = Date::constant(2026, 6, 12);

fn hold(notice: bool) -> Whereabouts {
    Whereabouts {
        stage: 1,
        holds_notice: notice,
        holds_certificate: true,
        ground: "返戻".to_owned(),
        address: "東京都港区芝公園1-5-25".to_owned(),
        reported_on: Some(JUNE),
    }
}

fn code<T: std::fmt::Debug>(result: Result<T, OfficeError>) -> &'static str {
    match result.unwrap_err() {
        OfficeError::Refusal(refusal) => refusal.code,
        other => panic!("{other:?}"),
    }
}

fn print(desk: &Desk, on: Date, some: &[&Notice]) -> Result<(), OfficeError> {
    let sheets: Vec<(i64, i64)> = some.iter().map(|one| (one.notice_id, 2)).collect();
    let clerk = permit::<PrintNotice>(&desk.levy);
    notices::mark_printed(&desk.store, &clerk, &desk.clerk(on), &sheets)
}

fn post(desk: &Desk, on: Date, run_id: i64) -> Result<u64, OfficeError> {
    let clerk = permit::<PrintNotice>(&desk.levy);
    notices::mark_posted(&desk.store, &clerk, &desk.clerk(on), run_id)
}

fn kept(desk: &Desk, on: Date, run_id: Option<i64>) -> Vec<i64> {
    let read = |conn: &mut db::Conn| not_found::kept_back(conn, on, run_id);
    let all = desk.store.read(read).unwrap();
    all.into_iter().map(|one| one.addressee_id).collect()
}

fn of_run(desk: &Desk, run_id: i64) -> Vec<Notice> {
    let read = |conn: &mut db::Conn| notices::of_run(conn, run_id, 0, 100);
    desk.store.read(read).unwrap()
}

/// 地方税法第20条: a notice is served where the person lives; 第20条の2 (公示送達) is another proceeding.
#[test]
fn the_notices_of_who_is_not_found_wait_and_are_not_lost() {
    for desk in Desk::wards(2026..=2026) {
        for id in 11..=15 {
            single(&desk, id - 10, id, day(1990, 1, 1), day(2020, 4, 1));
        }
        let run_id = desk.publish_year(JUNE, 2026, RunKind::Initial);
        let until = day(2026, 8, 1);
        desk.report(JUNE, |conn, act| {
            let now = Span::new(day(2026, 6, 1), Some(until));
            record(conn, act, 11, now, &hold(true))?;
            // Only certificates; only planned; over.
            record(conn, act, 12, now, &hold(false))?;
            let planned = Span::new(day(2026, 6, 20), Some(until));
            record(conn, act, 13, planned, &hold(true))?;
            let over = Span::new(day(2026, 5, 1), Some(JUNE));
            record(conn, act, 14, over, &hold(true))
        });
        let all = of_run(&desk, run_id);
        let of = |person: i64| all.iter().find(|one| one.addressee_id == person).unwrap();
        assert_eq!(kept(&desk, JUNE, Some(run_id)), [11]);
        assert_eq!(kept(&desk, JUNE, None), [11]);
        assert!(kept(&desk, JUNE, Some(0)).is_empty());
        let held = |person: i64, on: Date| {
            let read = |conn: &mut db::Conn| handling(conn, of(person), on);
            desk.store.read(read).unwrap()
        };
        assert_eq!(held(11, JUNE), Handling::NotFound);
        for person in 12..=15 {
            assert_eq!(held(person, JUNE), Handling::Ordinary, "{person}");
        }
        // Neither shown as paper nor printed.
        let paper = desk
            .store
            .read(|conn| check_paper(conn, of(11), &desk.clerk(JUNE)));
        assert_eq!(code(paper), "notice.print.whereabouts");
        assert_eq!(
            code(print(&desk, JUNE, &[of(11), of(12)])),
            "notice.print.whereabouts"
        );
        // The others are printed, and all but the one kept back must be.
        print(&desk, JUNE, &[of(12), of(13), of(14)]).unwrap();
        assert_eq!(code(post(&desk, JUNE, run_id)), "notice.post.unprinted");
        print(&desk, JUNE, &[of(15)]).unwrap();
        // 13 is not found from the 20th on, with the paper made already: it stays.
        let late = day(2026, 6, 22);
        let count = |on: Date| {
            let read = |conn: &mut db::Conn| not_found::count(conn, on, run_id);
            desk.store.read(read).unwrap()
        };
        assert_eq!(
            count(late),
            KeptBack {
                decided: 1,
                printed: 1
            }
        );
        assert_eq!(post(&desk, late, run_id).unwrap(), 3);
        let states = |desk: &Desk| -> Vec<String> {
            let mut all = of_run(desk, run_id);
            all.sort_by_key(|one| one.addressee_id);
            all.into_iter().map(|one| one.state).collect()
        };
        assert_eq!(
            states(&desk),
            ["decided", "posted", "printed", "posted", "posted"]
        );
        // Found: the one is printed and goes out, the other still waits.
        desk.report(day(2026, 7, 1), |conn, act| {
            let found = Span::new(day(2026, 7, 1), Some(until));
            end::<Whereabouts>(conn, act, 11, found).map(|_| ())
        });
        let found = day(2026, 7, 2);
        assert_eq!(held(11, found), Handling::Ordinary);
        assert_eq!(code(post(&desk, found, run_id)), "notice.post.unprinted");
        print(&desk, found, &[of(11)]).unwrap();
        assert_eq!(post(&desk, found, run_id).unwrap(), 1);
        assert_eq!(kept(&desk, found, None), [13]);
        // The hold has run out.
        assert!(kept(&desk, until, None).is_empty());
        assert_eq!(post(&desk, until, run_id).unwrap(), 1);
        assert_eq!(states(&desk), ["posted"; 5]);
    }
}
