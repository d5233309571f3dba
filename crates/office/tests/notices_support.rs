//! 支援措置対象者の通知書: whoever approves has seen the place, the sheets bear the place that was approved, and the head of the
//! household counts.
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
use office::levy::run::RunKind;
use office::notices::release::{self, Handling, handling};
use office::notices::{self, Notice};
use office::registry::record;
use office::registry::support::{Measure, MeasureKind};
use office::registry::{Resident, record_person, timeline};
use office::security::permit::{PrintNotice, ReleaseWithheld};
use office::security::{Role, Session};
use support::desk::{Desk, head, person, single};
use support::{permit, staff_named};

const JUNE: Date = Date::constant(2026, 6, 12);

fn code<T: std::fmt::Debug>(result: Result<T, OfficeError>) -> &'static str {
    match result.unwrap_err() {
        OfficeError::Refusal(refusal) => refusal.code,
        other => panic!("{other:?}"),
    }
}

fn print(desk: &Desk, on: Date, notice: &Notice) -> Result<(), OfficeError> {
    let clerk = permit::<PrintNotice>(&desk.levy);
    let sheets = [(notice.notice_id, 2)];
    notices::mark_printed(&desk.store, &clerk, &desk.clerk(on), &sheets)
}

fn post(desk: &Desk, on: Date, run_id: i64) -> Result<u64, OfficeError> {
    let clerk = permit::<PrintNotice>(&desk.levy);
    notices::mark_posted(&desk.store, &clerk, &desk.clerk(on), run_id)
}

fn only(desk: &Desk, run_id: i64) -> Notice {
    let mut all = desk
        .store
        .read(|conn| notices::of_run(conn, run_id, 0, 100))
        .unwrap();
    assert_eq!(all.len(), 1);
    all.remove(0)
}

/// The place a notice goes to on a day, as whoever approves has it before their eyes.
fn place(desk: &Desk, notice: &Notice, on: Date) -> String {
    desk.store
        .read(|conn| release::place_of(conn, notice, on))
        .map(|place| release::digest(&place))
        .unwrap()
}

fn allow(
    desk: &Desk,
    by: &Session,
    (notice, seen): (&Notice, &str),
    on: Date,
) -> Result<(), OfficeError> {
    let acting = by.acting("承認", on, desk.tick(), None);
    let may = permit::<ReleaseWithheld>(by);
    let word = ("送付先を確かめた", seen);
    release::release(&desk.store, &may, &acting, notice.notice_id, word)
}

fn hide(desk: &Desk, person: i64, from: Date) {
    let measure = Measure {
        kind: MeasureKind::Full,
        ends_on: None,
        history_number: 0,
        origin: "counter".to_owned(),
    };
    desk.report(from, |conn, act| {
        record(conn, act, person, Span::new(from, None), &measure).map(|_| ())
    });
}

fn moves(desk: &Desk, person: i64, from: Date, address: &str) {
    desk.report(from, |conn, act| {
        let mut all = timeline::<Resident>(conn, person, None)?;
        let mut resident = all.remove(0).fact;
        address.clone_into(&mut resident.address);
        record_person(conn, act, person, 1, Span::new(from, None), &resident)
    });
}

fn published(desk: &Desk) -> (Notice, i64) {
    single(desk, 1, 11, day(1990, 1, 1), day(2020, 4, 1));
    let run_id = desk.publish_year(JUNE, 2026, RunKind::Initial);
    (only(desk, run_id), run_id)
}

/// 支援措置（住民基本台帳事務処理要領 第5-10）: sheets that were printed before the measure and the flight do not leave on the word
/// for the new place: they bear the old one.
#[test]
fn a_notice_under_a_measure_leaves_only_with_the_place_that_was_approved_on_it() {
    for desk in Desk::wards(2026..=2026) {
        let (notice, run_id) = published(&desk);
        let (chief, _) = staff_named(&desk.store, "shikaku02", &[Role::EligibilitySupervisor]);
        print(&desk, JUNE, &notice).unwrap();
        let old = place(&desk, &notice, JUNE);
        let (fled, later) = (day(2026, 6, 15), day(2026, 6, 16));
        hide(&desk, 11, fled);
        assert_eq!(code(post(&desk, fled, run_id)), "notice.print.support");
        moves(&desk, 11, later, "東京都港区三田九丁目9番9号");
        let new = place(&desk, &notice, later);
        assert_ne!(old, new);
        // The word is for the place that was seen.
        for seen in [old.as_str(), ""] {
            let refused = allow(&desk, &chief, (&notice, seen), later);
            assert!(
                matches!(refused, Err(OfficeError::Conflict(_))),
                "{refused:?}"
            );
        }
        allow(&desk, &chief, (&notice, &new), later).unwrap();
        // The sheets with the old place stay, until the notice is printed anew.
        assert_eq!(code(post(&desk, later, run_id)), "notice.post.unprinted");
        assert_eq!(only(&desk, run_id).state, "decided");
        print(&desk, later, &notice).unwrap();
        assert_eq!(post(&desk, later, run_id).unwrap(), 1);
    }
}

/// An approval is for the place that was seen: who moves before anything is printed waits for another.
#[test]
fn a_word_ends_with_the_place_it_was_given_for() {
    for desk in Desk::wards(2026..=2026) {
        let (notice, run_id) = published(&desk);
        let (chief, _) = staff_named(&desk.store, "shikaku02", &[Role::EligibilitySupervisor]);
        let (fled, later) = (day(2026, 6, 15), day(2026, 6, 16));
        hide(&desk, 11, fled);
        let here = place(&desk, &notice, fled);
        allow(&desk, &chief, (&notice, &here), fled).unwrap();
        let stands = |on: Date| desk.store.read(|conn| handling(conn, &notice, on)).unwrap();
        assert_eq!(stands(fled), Handling::Apart);
        moves(&desk, 11, later, "東京都港区三田九丁目9番9号");
        assert_eq!(stands(later), Handling::Waits);
        assert_eq!(code(print(&desk, later, &notice)), "notice.print.support");
        let there = place(&desk, &notice, later);
        allow(&desk, &chief, (&notice, &there), later).unwrap();
        print(&desk, later, &notice).unwrap();
        assert_eq!(post(&desk, later, run_id).unwrap(), 1);
    }
}

/// Where the place is the same it was before the measure, the sheets are good; where nobody wrote it down they are not.
#[test]
fn sheets_bear_the_place_that_was_written_down_when_they_were_printed() {
    for desk in Desk::wards(2026..=2026) {
        let (notice, run_id) = published(&desk);
        let (chief, _) = staff_named(&desk.store, "shikaku02", &[Role::EligibilitySupervisor]);
        print(&desk, JUNE, &notice).unwrap();
        let later = day(2026, 6, 15);
        hide(&desk, 11, later);
        let here = place(&desk, &notice, later);
        let written = only(&desk, run_id).place_digest;
        assert_eq!(written.as_deref(), Some(here.as_str()));
        allow(&desk, &chief, (&notice, &here), later).unwrap();
        assert_eq!(only(&desk, run_id).state, "printed");
        // Printed before the place was written down.
        desk.store
            .write(|conn| conn.execute_text("update notice set place_digest = null", &[]))
            .unwrap();
        let printed = only(&desk, run_id);
        let stands = desk.store.read(|conn| handling(conn, &printed, later));
        assert_eq!(stands.unwrap(), Handling::Waits);
        assert_eq!(code(post(&desk, later, run_id)), "notice.print.support");
        allow(&desk, &chief, (&notice, &here), later).unwrap();
        assert_eq!(code(post(&desk, later, run_id)), "notice.post.unprinted");
        print(&desk, later, &notice).unwrap();
        assert_eq!(post(&desk, later, run_id).unwrap(), 1);
    }
}

/// The head of the household who is not insured is looked at before posting too, as before printing.
#[test]
fn the_head_of_the_household_counts_before_posting() {
    for desk in Desk::wards(2026..=2026) {
        let (notice, run_id) = published(&desk);
        print(&desk, JUNE, &notice).unwrap();
        let later = day(2026, 6, 15);
        desk.report(later, |conn, act| {
            person(conn, act, 12, day(1960, 1, 1))?;
            head(conn, act, 1, 12, later)
        });
        hide(&desk, 12, later);
        assert_eq!(code(post(&desk, later, run_id)), "notice.print.support");
    }
}

/// 支援措置 is asked by today too: a business date on which the measure will have ended frees nothing while it stands.
#[test]
fn a_business_date_after_the_end_of_the_measure_frees_nothing_before_it() {
    // Ten in the morning in Japan of 15 June and of 2 July 2026.
    const JUNE_15: i64 = 1_781_485_200_000_000;
    const JULY_2: i64 = 1_782_954_000_000_000;
    for desk in Desk::wards(2026..=2026) {
        let (notice, run_id) = published(&desk);
        let measure = Measure {
            kind: MeasureKind::Full,
            ends_on: None,
            history_number: 0,
            origin: "counter".to_owned(),
        };
        let ends = day(2026, 7, 1);
        desk.report(JUNE, |conn, act| {
            let span = Span::new(JUNE, Some(ends));
            record(conn, act, 11, span, &measure).map(|_| ())
        });
        let clerk = permit::<PrintNotice>(&desk.levy);
        let after = day(2026, 7, 2);
        let at = |now: i64| desk.levy.acting("試験", after, now, None);
        let sheets = [(notice.notice_id, 2)];
        let print = |now: i64| notices::mark_printed(&desk.store, &clerk, &at(now), &sheets);
        let post = |now: i64| notices::mark_posted(&desk.store, &clerk, &at(now), run_id);
        let paper = |now: i64| {
            desk.store
                .read(|conn| release::check_paper(conn, &notice, &at(now)))
        };
        assert_eq!(code(paper(JUNE_15)), "notice.print.support");
        assert_eq!(code(print(JUNE_15)), "notice.print.support");
        paper(JULY_2).unwrap();
        print(JULY_2).unwrap();
        assert_eq!(code(post(JUNE_15)), "notice.print.support");
        assert_eq!(post(JULY_2).unwrap(), 1);
    }
}
