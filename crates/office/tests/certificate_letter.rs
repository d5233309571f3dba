//! 証に関する通知の印刷: an act each time, and a second person's word where somebody under 支援措置 lives in the household.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod certificate_support;

use certificate_support::*;
use db::Span;
use law::day;
use office::certificate::{give_back, letter_print};
use office::registry::record;
use office::registry::support::{Measure, MeasureKind};

// covers: QUA-026, SEC-102
#[test]
fn a_letter_to_a_household_in_hiding_is_printed_after_another_s_word() {
    for counter in both(day(2026, 8, 3)) {
        counter.household(HOME, 1, day(1980, 5, 5), day(2020, 4, 1));
        counter.member(HOME, 2, 2, day(1984, 1, 1), day(2020, 4, 1));
        let days = (day(2026, 10, 1), day(2026, 9, 10));
        let letter_id = give_back::notify_special(
            &counter.store,
            &counter.may(),
            &counter.acting(),
            HOME,
            days,
        )
        .unwrap();
        let print =
            || letter_print::print(&counter.store, &counter.may(), &counter.acting(), letter_id);
        assert_eq!(print().unwrap().letter_id, letter_id);
        // The letter goes to the head; whoever hides lives with the head.
        counter.report(|conn, act| {
            let measure = Measure {
                kind: MeasureKind::Full,
                ends_on: None,
                history_number: 0,
                origin: "counter".into(),
            };
            record(conn, act, 2, Span::since(day(2026, 8, 1)), &measure)
        });
        assert_eq!(refused(print()).0, "certificate.letter.support");
        let allow = |acting: &office::Acting| {
            let why = (letter_id, "申出書を確認");
            letter_print::allow(&counter.store, &counter.chief_may(), acting, why)
        };
        assert_eq!(
            refused(allow(&counter.acting())).0,
            "certificate.approval.same_person"
        );
        allow(&counter.chief()).unwrap();
        print().unwrap();
        let printed = counter
            .store
            .read(|conn| {
                conn.query_text(
                    "select count(*) from act where kind = 'certificate.letter_print'",
                    &[],
                    |row| row.int(0),
                )
            })
            .unwrap();
        assert_eq!(printed, [2]);
    }
}
