//! 証の期間と区分: a paper shows what is judged for its own days, whenever it is decided.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod certificate_support;

use certificate_support::*;
use law::certificate::Item;
use law::day;
use office::certificate::application;
use office::certificate::reissue::{ReissueReason, again};

fn classed(class: i64) -> Verdict {
    Verdict {
        class,
        ..Verdict::default()
    }
}

/// 根拠: 国民健康保険法施行令 第29条の3第1項 — the class is that of the year of 療養のあつた月: July and August read different
/// years, and a paper for July shows July's.
// covers: CRT-025, CRT-026
#[test]
fn a_paper_shows_the_class_of_its_term_and_not_of_the_day_it_is_decided() {
    let next = (day(2027, 8, 1), day(2028, 8, 1));
    for (kind, then, now, printed) in [
        ("ceiling", 3, 4, Some("A03")),
        ("meal_reduction", 5, 3, Some("A05")),
        ("meal_reduction", 3, 5, None),
    ] {
        for counter in both(day(2027, 7, 31)) {
            household(&counter, then);
            counter.judged(HOME, 0, next, classed(now));
            let mut new = asked(kind, 1);
            new.applied_on = day(2027, 7, 31);
            let id = apply(&counter, &new).unwrap();
            counter.today.set(day(2027, 8, 3));
            let shown = counter
                .store
                .read(|conn| application::examine(conn, &counter.rules, id, day(2027, 8, 3)))
                .unwrap();
            let Some(class) = printed else {
                assert!(shown.proposal.is_err());
                let (code, message) = refused(decide(&counter, id));
                assert_eq!(code, "certificate.conditions", "{message}");
                continue;
            };
            let paper = decide(&counter, id).unwrap();
            let shown = shown.proposal.unwrap();
            for item in [Item::Class, Item::EffectiveFrom, Item::ExpiresOn] {
                assert_eq!(shown.value(item), paper.face.value(item));
            }
            assert_eq!(paper.class, class);
            assert_eq!(
                (paper.effective_from, paper.expires_on),
                (day(2027, 7, 1), Some(day(2027, 7, 31)))
            );
            // August is asked for anew, and read from its own year.
            let mut again = new.clone();
            again.applied_on = day(2027, 8, 3);
            let id = apply(&counter, &again).unwrap();
            match (kind, decide(&counter, id)) {
                ("ceiling", paper) => {
                    let paper = paper.unwrap();
                    assert_eq!(
                        (paper.class.as_str(), paper.effective_from),
                        ("A04", next.0)
                    );
                }
                (_, refused_now) => {
                    assert_eq!(refused(refused_now).0, "certificate.conditions");
                }
            }
            counter.verify();
        }
    }
}

/// A class that is known to change within the year ends the paper on the day before.
// covers: CRT-025
#[test]
fn a_paper_ends_where_another_class_is_judged() {
    let later = (day(2026, 12, 1), day(2027, 8, 1));
    let held = Verdict {
        pending: 1,
        ..Verdict::default()
    };
    for (now, decided_on, last) in [
        (classed(4), day(2026, 11, 20), day(2026, 11, 30)),
        (classed(4), day(2026, 12, 2), day(2026, 11, 30)),
        (held, day(2026, 11, 20), day(2026, 11, 30)),
        (classed(3), day(2026, 11, 20), day(2027, 7, 31)),
    ] {
        for counter in both(today()) {
            household(&counter, 3);
            counter.judged(HOME, 0, later, now);
            let id = apply(&counter, &asked("ceiling", 1)).unwrap();
            counter.today.set(decided_on);
            let paper = decide(&counter, id).unwrap();
            assert_eq!(
                (paper.class.as_str(), paper.effective_from, paper.expires_on),
                ("A03", day(2026, 11, 1), Some(last))
            );
        }
    }
}

/// Who lost the eligibility before the decision had it in the month that was asked for.
#[test]
fn a_paper_for_the_month_before_the_loss_is_still_decided() {
    for counter in both(day(2027, 7, 31)) {
        household(&counter, 3);
        let mut new = asked("ceiling", 1);
        new.applied_on = day(2027, 7, 31);
        let id = apply(&counter, &new).unwrap();
        counter.report(|conn, act| lose(conn, act, 1, HOME, (day(2026, 4, 1), day(2027, 8, 2))));
        counter.today.set(day(2027, 8, 3));
        let paper = decide(&counter, id).unwrap();
        assert_eq!(
            (paper.effective_from, paper.expires_on),
            (day(2027, 7, 1), Some(day(2027, 7, 31)))
        );
    }
}

/// 根拠: 国民健康保険法施行規則 第7条 — a paper lost in the middle of its term is issued again, for the rest of it.
// covers: CRT-021
#[test]
fn a_paper_lost_after_its_first_day_is_issued_again() {
    for why in [
        ReissueReason::Lost,
        ReissueReason::Stolen,
        ReissueReason::Damaged,
    ] {
        for counter in both(today()) {
            household(&counter, 3);
            let first = counter.issue_due(HOME, 1, today()).unwrap();
            let first = counter.hand(&first);
            let later = day(2027, 1, 15);
            counter.today.set(later);
            counter.card(1, false);
            let copy = again(
                &counter.store,
                &counter.may(),
                &counter.acting(),
                &counter.rules,
                (first.certificate_id, why),
            )
            .unwrap();
            assert_eq!(
                (copy.effective_from, copy.expires_on, copy.replaces),
                (
                    first.effective_from,
                    first.expires_on,
                    Some(first.certificate_id)
                )
            );
            let old = counter.get(first.certificate_id);
            assert_eq!(old.invalid_from, Some(later));
            counter.verify();
        }
    }
}
