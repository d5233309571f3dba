//! 認定の一巡: application, recognition, issue, inspection, reissue and return of one kind, each a line of one person's history.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod certificate_support;

use certificate_support::*;
use law::certificate::EventKind;
use law::day;
use office::certificate::reissue::{ReissueReason, again};
use office::certificate::{event, find, give_back};

// covers: CRT-027, CRT-028, CRT-029
#[test]
fn every_step_of_a_cycle_leaves_a_line_and_the_ineligible_are_refused() {
    let counter = sqlite(today());
    counter.household(HOME, 1, day(1959, 5, 5), day(2026, 4, 1));
    counter.card(1, false);
    let class = |class| {
        let verdict = Verdict {
            class,
            ..Verdict::default()
        };
        counter.judged(HOME, 0, YEAR, verdict);
    };
    class(5);
    let history = |certificate_id| -> Vec<EventKind> {
        let all = counter
            .store
            .read(|conn| event::history(conn, certificate_id))
            .unwrap();
        all.into_iter().map(|one| one.kind).collect()
    };
    for kind in ["meal_reduction", "living_reduction", "disease"] {
        let mut new = asked(kind, 1);
        if kind == "disease" {
            new.wish.disease = Some(2);
            new.wish.doctor_opinion = true;
        }
        let id = apply(&counter, &new).unwrap();
        let paper = decide(&counter, id).unwrap();
        let first = counter.hand(&paper).certificate_id;
        give_back::inspect(&counter.store, &counter.may(), &counter.acting(), first).unwrap();
        let copy = again(
            &counter.store,
            &counter.may(),
            &counter.acting(),
            &counter.rules,
            (first, ReissueReason::Damaged),
        )
        .unwrap();
        let second = counter.hand(&copy).certificate_id;
        let why = ("非該当", None);
        give_back::collect(
            &counter.store,
            &counter.may(),
            &counter.acting(),
            second,
            why,
        )
        .unwrap();
        use EventKind::{Collected, Handed, Inspected, Printed};
        let lines = history(first);
        for step in [Printed, Handed, Inspected, Collected] {
            assert!(lines.contains(&step), "{kind}: {lines:?}");
        }
        assert_eq!(history(second), [Printed, Handed, Collected], "{kind}");
        // Application, issue and reissue stand in the history of the one person.
        let papers = counter.store.read(|conn| find::of_person(conn, 1)).unwrap();
        let own: Vec<(i64, Option<i64>)> = papers
            .iter()
            .filter(|one| one.kind == kind)
            .map(|one| (one.copy_no, one.application_id))
            .collect();
        assert_eq!(own, [(2, Some(id)), (1, Some(id))], "{kind}");
    }
    // Taxed from now on: refused, and the reason is a sentence.
    class(2);
    for kind in ["meal_reduction", "living_reduction"] {
        let told = refused(apply(&counter, &asked(kind, 1)).and_then(|id| decide(&counter, id)));
        assert!(
            !told.1.is_empty() && told.0 == "certificate.conditions",
            "{told:?}"
        );
    }
    counter.verify();
}
