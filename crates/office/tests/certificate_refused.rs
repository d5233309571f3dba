//! 証を作れない人: named with the reason and kept out of a renewal, one by one or all of one reason.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod certificate_support;

use certificate_support::renewal::*;
use certificate_support::*;
use law::day;
use office::OfficeError;
use office::certificate::run_mail::{refused_for, stocks};
use office::certificate::run_pull::{household_of, pull, pull_refused, pulls, release};
use office::certificate::run_refused::{reason_ja, reasons};

#[test]
fn who_gets_no_paper_is_named_with_the_reason_and_pulled_out() {
    for counter in both(FROZEN) {
        city(&counter);
        for home in [100, 101, 102] {
            counter.household(home, home * 10, day(1953, 3, 3), day(2020, 4, 1));
            counter.card(home * 10, false);
        }
        counter.judged(
            102,
            1020,
            YEAR,
            Verdict {
                class: 14,
                tenths: 0,
                pending: 1,
            },
        );
        let run_id = calculated(&counter);
        let (may, acting) = (counter.may(), counter.acting());
        let out = |whom| pull(&counter.store, &may, &acting, run_id, whom);
        let all = |why| pull_refused(&counter.store, &may, &acting, run_id, why);
        let read = || {
            let found = counter.store.read(|conn| reasons(conn, run_id)).unwrap();
            found
                .into_iter()
                .map(|one| (one.code, one.persons, one.pulled))
                .collect::<Vec<_>>()
        };
        let (none, pending) = (
            "certificate.judgement.none".to_owned(),
            "certificate.judgement.pending".to_owned(),
        );
        assert_eq!(read(), [(none.clone(), 2, 0), (pending.clone(), 1, 0)]);
        assert_ne!(reason_ja(&none), reason_ja(&pending));
        let of = |code: &str, after| {
            let rows = counter
                .store
                .read(|conn| refused_for(conn, run_id, code, after));
            rows.unwrap()
                .iter()
                .map(|one| one.person_id)
                .collect::<Vec<_>>()
        };
        assert_eq!(of("", (0, 0)), [1000, 1010, 1020]);
        assert_eq!(of(&none, (0, 0)), [1000, 1010]);
        assert_eq!(of(&none, (100, 1000)), [1010]);
        // Nobody of the run, twice, and without a reason.
        assert_eq!(refused(out((900, 0, "誤り"))).0, "certificate.pull.nobody");
        assert_eq!(refused(out((5, 60, "誤り"))).0, "certificate.pull.nobody");
        let home = |person| {
            counter
                .store
                .read(|conn| household_of(conn, run_id, person))
        };
        assert_eq!((home(1000).unwrap(), home(1).unwrap()), (Some(100), None));
        let first = out((100, 0, "判定待ち")).unwrap();
        assert_eq!(
            refused(out((100, 1000, "判定待ち"))).0,
            "certificate.pull.done"
        );
        assert!(matches!(all((&none, "　")), Err(OfficeError::Input { .. })));
        assert_eq!(refused(all(("", "判定待ち"))).0, "certificate.pull.none");
        assert_eq!(all((&none, "判定待ち")).unwrap(), 1);
        assert_eq!(refused(all((&none, "判定待ち"))).0, "certificate.pull.none");
        assert_eq!(read(), [(none.clone(), 2, 2), (pending.clone(), 1, 0)]);
        // Taken back, one is listed as not pulled again.
        release(&counter.store, &may, &acting, run_id, first).unwrap();
        assert_eq!(read()[0], (none.clone(), 2, 1));
        assert_eq!(all((&none, "判定待ち")).unwrap(), 1);
        let standing = counter.store.read(|conn| pulls(conn, run_id)).unwrap();
        assert!(standing.iter().any(|one| one.holds(100, 1000)));
        assert!(standing.iter().all(|one| one.reason == "判定待ち"));
        published(&counter, run_id);
        assert_eq!(refused(all((&pending, "遅い"))).0, "certificate.pull.late");
        let forms = counter.store.read(|conn| stocks(conn, run_id)).unwrap();
        let told: Vec<(&str, i64)> = forms
            .iter()
            .map(|one| (one.stock.as_str(), one.papers))
            .collect();
        assert_eq!(told, [("100101", 45), ("100201", 35)]);
        assert!(forms.iter().all(|one| !one.kind_ja.is_empty()));
    }
}
