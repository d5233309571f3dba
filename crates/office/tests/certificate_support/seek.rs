//! What can be sought of the papers.

use super::certificate_support::*;
use super::{YEAR, apply, asked, decide, household};
use law::certificate::MailClass;
use law::day;
use office::certificate::record::Division;
use office::certificate::reissue::{ReissueReason, again};
use office::certificate::{Certificate, deliver, find, give_back};

/// 交付区分・交付事由・発効期日・有効期限・長期該当・発行先・回収・返戻: what a search finds is what reading every paper finds.
// covers: CRT-031
#[test]
fn every_field_of_a_paper_is_sought() {
    for counter in both(today()) {
        household(&counter, 3);
        let first = apply(&counter, &asked("ceiling", 1)).unwrap();
        let first = decide(&counter, first).unwrap();
        counter.hand(&first);
        let verdict = Verdict {
            class: 5,
            ..Verdict::default()
        };
        counter.judged(HOME, 0, YEAR, verdict);
        let mut long = asked("ceiling_meal", 1);
        long.wish.long_term_on = Some(day(2026, 12, 1));
        counter.long_stay(1, day(2026, 12, 1));
        let long = apply(&counter, &long).unwrap();
        decide(&counter, long).unwrap();
        let collected = (first.certificate_id, ("区分の変更", None));
        give_back::collect(
            &counter.store,
            &counter.may(),
            &counter.acting(),
            collected.0,
            collected.1,
        )
        .unwrap();
        // Later one paper is mailed; when it comes back from the post, another is lost and issued again.
        for (home, person) in [(200, 21), (300, 31)] {
            counter.household(home, person, day(1970, 7, 7), day(2026, 4, 1));
            counter.card(person, false);
        }
        counter.today.set(day(2026, 11, 24));
        let posted = counter.issue_due(200, 21, day(2026, 11, 24)).unwrap();
        let (id, may) = (posted.certificate_id, counter.may());
        let printed = (id, posted.form_stock.as_str());
        deliver::print(&counter.store, &counter.may(), &counter.acting(), printed).unwrap();
        let ordinary = (MailClass::Ordinary, "");
        deliver::mail(&counter.store, &may, &counter.acting(), id, ordinary).unwrap();
        counter.today.set(day(2026, 11, 30));
        let code = posted.scan().figures().unwrap();
        let back = (code.as_str(), "あて所に尋ねあたらない");
        deliver::came_back(&counter.store, &may, &counter.acting(), back).unwrap();
        let lost = counter.issue_due(300, 31, day(2026, 11, 30)).unwrap();
        let lost = counter.hand(&lost);
        let why = (lost.certificate_id, ReissueReason::Lost);
        let acting = counter.acting();
        again(&counter.store, &may, &acting, &counter.rules, why).unwrap();

        let read = |conn: &mut db::Conn| find::search(conn, &find::Filter::default(), 0);
        let all = counter.store.read(read).unwrap();
        assert_eq!(all.len(), 5);
        let sought = |name: &str, filter: find::Filter, fits: &dyn Fn(&Certificate) -> bool| {
            let read = |conn: &mut db::Conn| find::search(conn, &filter, 0);
            let found = counter.store.read(read).unwrap();
            let expected: Vec<Certificate> = all.iter().filter(|one| fits(one)).cloned().collect();
            assert_eq!(found, expected, "{name}");
            assert!(
                !found.is_empty() && found.len() < all.len(),
                "{name} tells them apart"
            );
        };
        let any = find::Filter::default;
        let on = |day| (Some(day), Some(day));
        for division in [Division::New, Division::Reissue] {
            let filter = find::Filter {
                division: Some(division),
                ..any()
            };
            sought("交付区分", filter, &|one| one.division == division);
        }
        let reasons = counter.store.read(find::reasons).unwrap();
        assert!(reasons.contains(&"紛失".to_owned()), "{reasons:?}");
        for reason in reasons {
            let filter = find::Filter {
                reason: Some(reason.clone()),
                ..any()
            };
            sought("交付事由", filter, &|one| one.reason == reason);
        }
        let filter = find::Filter {
            effective: on(day(2026, 11, 1)),
            ..any()
        };
        sought("発効期日", filter, &|one| {
            one.effective_from == day(2026, 11, 1)
        });
        for term in [true, false] {
            let filter = find::Filter {
                long_term: Some(term),
                ..any()
            };
            sought("長期該当", filter, &|one| {
                one.long_term_on.is_some() == term
            });
        }
        let filter = find::Filter {
            addressee: Some("見本　21".to_owned()),
            ..any()
        };
        sought("発行先", filter, &|one| {
            one.destination.addressee.starts_with("見本　21")
        });
        let filter = find::Filter {
            collected: (None, Some(today())),
            ..any()
        };
        sought("回収", filter, &|one| one.collected_on.is_some());
        let filter = find::Filter {
            came_back: (Some(day(2026, 11, 30)), None),
            ..any()
        };
        sought("返戻", filter, &|one| one.certificate_id == id);
        // A stretch in which nothing happened, a mark of quotation and an address find nothing.
        for filter in [
            find::Filter {
                came_back: (None, Some(today())),
                ..any()
            },
            find::Filter {
                addressee: Some("\"".to_owned()),
                ..any()
            },
            find::Filter {
                addressee: Some("東京都".to_owned()),
                ..any()
            },
        ] {
            let read = |conn: &mut db::Conn| find::search(conn, &filter, 0);
            assert_eq!(counter.store.read(read).unwrap(), [], "{filter:?}");
        }
    }
}
