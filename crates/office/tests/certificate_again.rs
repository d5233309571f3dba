//! 証をもう一度: what changes again after a paper was made, what a void paper leaves behind, and where a letter goes that is written
//! long after the paper.
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
use law::certificate::{Item, Place};
use law::{Date, day};
use office::certificate::reissue::{ReissueReason, again};
use office::certificate::{
    Certificate, TaskKind, application, give_back, issue, letter, letter_print,
};
use office::registry::support::{Measure, MeasureKind};
use office::registry::{Resident, record, record_household};

fn renamed(counter: &Counter, name: &str, on: Date) {
    counter.report(|conn, act| {
        let other = Resident {
            name: name.to_owned(),
            ..resident(1, day(1980, 5, 5))
        };
        record(conn, act, 1, Span::since(on), &other)
    });
}

fn void(counter: &Counter, certificate_id: i64) {
    let (may, acting) = (counter.may(), counter.acting());
    let why = (certificate_id, "印字の誤り");
    give_back::void(&counter.store, &may, &acting, &counter.rules, why).unwrap();
}

/// 規則6条4項: a paper that was put right once and does not fit again, for the same day, is put right again.
// covers: CRT-020
#[test]
fn what_was_replaced_is_asked_to_be_replaced_again_for_the_same_day() {
    for counter in both(today()) {
        counter.household(HOME, 1, day(1980, 5, 5), day(2026, 4, 1));
        counter.card(1, false);
        let first = counter.issue_due(HOME, 1, today()).unwrap();
        counter.hand(&first);
        for name in ["見本　甲", "見本　乙"] {
            renamed(&counter, name, today());
            followed(&counter, HOME, today());
            followed(&counter, HOME, today());
            assert_eq!(open_of(&counter, "replace"), 1, "{name}");
            let next = counter.issue_due(HOME, 1, today()).unwrap();
            assert_eq!(next.face_name, name);
            counter.hand(&next);
            assert_eq!(open_of(&counter, "replace"), 0, "{name}");
        }
        assert!(followed(&counter, HOME, today()).is_empty());
    }
}

/// 法42条1項・令27条の2: a paper made today says what holds until December; the other ratio of December is still to be put on one.
// covers: CRT-020
#[test]
fn a_copy_of_today_leaves_the_other_ratio_of_december_on_the_list() {
    for counter in both(today()) {
        let december = day(2026, 12, 1);
        counter.household(HOME, 1, day(1954, 5, 5), day(2026, 4, 1));
        counter.card(1, false);
        let ratio = |tenths, class| Verdict {
            class,
            tenths,
            ..Verdict::default()
        };
        counter.judged(HOME, 1, (YEAR.0, december), ratio(3, 12));
        counter.judged(HOME, 1, (december, YEAR.1), ratio(2, 14));
        let first = counter.issue_due(HOME, 1, today()).unwrap();
        counter.hand(&first);
        followed(&counter, HOME, today());
        assert_eq!(open_of(&counter, "replace"), 1);
        let lost = (first.certificate_id, ReissueReason::Lost);
        let (may, acting) = (counter.may(), counter.acting());
        let copy = again(&counter.store, &may, &acting, &counter.rules, lost).unwrap();
        assert_eq!((copy.ratio, open_of(&counter, "replace")), (3, 1));
        let next = counter.issue_due(HOME, 1, december).unwrap();
        assert_eq!((next.ratio, next.ratio_from), (2, Some(december)));
        assert_eq!(open_of(&counter, "replace"), 0);
    }
}

/// 法9条2項: whose new paper is void is not without one: what it replaced holds again, and what asked for it waits again.
// covers: CRT-009, CRT-020
#[test]
fn a_void_paper_leaves_what_held_before_and_what_was_due() {
    for counter in both(today()) {
        counter.household(HOME, 1, day(1980, 5, 5), day(2026, 4, 1));
        counter.card(1, false);
        followed(&counter, HOME, today());
        let first = counter.issue_due(HOME, 1, today()).unwrap();
        assert_eq!(open_of(&counter, "issue"), 0);
        // The first one, misprinted: it is due as before.
        void(&counter, first.certificate_id);
        assert_eq!(open_of(&counter, "issue"), 1);
        let held = counter.issue_due(HOME, 1, today()).unwrap();
        counter.hand(&held);
        renamed(&counter, "見本　改姓", today());
        followed(&counter, HOME, today());
        let other = counter.issue_due(HOME, 1, today()).unwrap();
        assert!(counter.get(held.certificate_id).invalid_from.is_some());
        assert_eq!(
            (open_of(&counter, "replace"), open_of(&counter, "return")),
            (0, 1)
        );
        void(&counter, other.certificate_id);
        assert_eq!(counter.get(held.certificate_id).invalid_from, None);
        assert_eq!(
            (open_of(&counter, "replace"), open_of(&counter, "return")),
            (1, 0)
        );
        counter.verify();
    }
}

/// 規則27条の14の2: a granted application whose paper is void is still granted.
// covers: CRT-009
#[test]
fn a_granted_application_gets_its_paper_though_the_first_is_void() {
    for counter in both(today()) {
        household(&counter, 3);
        let id = apply(&counter, &asked("ceiling", 1)).unwrap();
        let first = decide(&counter, id).unwrap();
        void(&counter, first.certificate_id);
        let found = counter.store.read(|conn| application::require(conn, id));
        assert_eq!(found.unwrap().certificate_id, None);
        let (may, acting) = (counter.may(), counter.acting());
        let second =
            issue::on_application(&counter.store, &may, &acting, &counter.rules, id).unwrap();
        assert_eq!(
            (second.class, second.application_id),
            (first.class, Some(id))
        );
    }
}

/// 規則7条4項・11条: it is the head who gives a paper back; the letter goes to whoever is the head, and where the head lives, on its
/// day.
// covers: CRT-016
#[test]
fn a_paper_is_asked_back_where_the_household_lives_now() {
    for counter in both(today()) {
        counter.household(HOME, 1, day(1980, 5, 5), day(2026, 4, 1));
        counter.member(HOME, 2, 2, day(1982, 6, 6), day(2026, 4, 1));
        counter.card(2, false);
        let paper = counter.issue_due(HOME, 2, today()).unwrap();
        counter.hand(&paper);
        let asked_back = || {
            let (may, acting) = (counter.may(), counter.acting());
            let asked = (paper.certificate_id, "資格喪失", day(2026, 12, 28));
            let store = &counter.store;
            let id =
                give_back::request_return(store, &may, &acting, &counter.rules, asked).unwrap();
            let kept = store.read(|conn| letter::require(conn, id)).unwrap();
            kept.letter.destination
        };
        counter.report(|conn, act| {
            for (id, born) in [(1, day(1980, 5, 5)), (2, day(1982, 6, 6))] {
                let moved = Resident {
                    address: "東京都港区新橋1-1-1".into(),
                    ..resident(id, born)
                };
                record(conn, act, id, Span::since(day(2026, 11, 25)), &moved)?;
            }
            let head = head_of(HOME, 2);
            record_household(conn, act, HOME, Span::since(day(2026, 12, 1)), &head)
        });
        counter.today.set(day(2026, 11, 26));
        let to = asked_back();
        assert_eq!(to.address, ["東京都港区新橋1-1-1"]);
        assert_eq!(to.addressee, "見本　1");
        counter.today.set(day(2026, 12, 2));
        assert_eq!(asked_back().addressee, "見本　2");
    }
}

/// 支援措置: the place of a paper is registered also where it calls the head by the alias that the head has chosen.
// covers: SEC-102
#[test]
fn a_letter_under_an_alias_goes_to_a_registered_place() {
    for counter in both(today()) {
        counter.household(HOME, 1, day(1980, 5, 5), day(2026, 4, 1));
        counter.card(1, false);
        counter.report(|conn, act| {
            let foreign = Resident {
                name: "ＭＩＨＯＮ　ＩＣＨＩ".into(),
                alias: Some("見本　通称".into()),
                ..resident(1, day(1980, 5, 5))
            };
            record(conn, act, 1, Span::since(day(2026, 4, 1)), &foreign)?;
            let measure = Measure {
                kind: MeasureKind::Full,
                ends_on: None,
                history_number: 0,
                origin: "counter".into(),
            };
            record(conn, act, 1, Span::since(day(2026, 8, 1)), &measure)
        });
        let (may, acting) = (counter.may(), counter.acting());
        let days = (day(2027, 2, 1), day(2027, 1, 10));
        let store = &counter.store;
        let id =
            give_back::notify_special(store, &may, &acting, &counter.rules, HOME, days).unwrap();
        let kept = store.read(|conn| letter::require(conn, id)).unwrap();
        assert_eq!(kept.letter.destination.addressee, "見本　通称");
        let why = (id, "申出書を確認");
        letter_print::allow(store, &counter.chief_may(), &counter.chief(), why).unwrap();
        let (may, acting) = (counter.may(), counter.acting());
        assert_eq!(
            letter_print::print(store, &may, &acting, id)
                .unwrap()
                .letter_id,
            id
        );
    }
}

/// 規則7条3項・6条4項5号: a copy holds as long as what it stands for held; the paper of a later day, handed out already, is neither ended
/// nor asked back. Nor is one by a copy of the copy, or by one of a paper on which no end is printed.
// covers: CRT-009, CRT-020
#[test]
fn a_copy_of_today_leaves_the_paper_of_december_as_it_is() {
    for counter in both(day(2026, 8, 1)) {
        let december = day(2026, 12, 1);
        counter.household(HOME, 1, day(1954, 5, 5), day(2026, 4, 1));
        counter.household(HOME + 1, 2, day(1980, 5, 5), day(2026, 4, 1));
        let cards = || {
            counter.card(1, false);
            counter.card(2, true);
        };
        cards();
        let ratio = |tenths, class| Verdict {
            class,
            tenths,
            ..Verdict::default()
        };
        counter.judged(HOME, 1, YEAR, ratio(2, 14));
        let both_of = |on| [(HOME, 1), (HOME + 1, 2)].map(|of| counter.issue_due(of.0, of.1, on));
        let first = both_of(day(2026, 8, 1)).map(|one| counter.hand(&one.unwrap()));
        assert_eq!(
            [first[0].expires_on, first[1].expires_on],
            [Some(day(2027, 7, 31)), Some(day(2050, 5, 31))]
        );
        counter.judged(HOME, 1, (december, YEAR.1), ratio(3, 12));
        counter.today.set(day(2026, 11, 20));
        cards();
        let next = both_of(december).map(|one| counter.hand(&one.unwrap()));
        assert_eq!((next[0].ratio, next[1].effective_from), (3, december));
        let last = Some(day(2026, 11, 30));
        let mut lost = first.each_ref().map(|one| one.certificate_id);
        for on in [day(2026, 11, 22), day(2026, 11, 25)] {
            counter.today.set(on);
            for (at, printed) in [(0, Some("令和8年11月30日")), (1, None)] {
                let what = (lost[at], ReissueReason::Lost);
                let (may, acting) = (counter.may(), counter.acting());
                let copy = again(&counter.store, &may, &acting, &counter.rules, what).unwrap();
                assert_eq!(copy.expires_on, last);
                assert_eq!(copy.face.value(Item::ExpiresOn), printed);
                lost[at] = counter.hand(&copy).certificate_id;
                let stands = counter.get(next[at].certificate_id);
                assert_eq!((stands.place, stands.invalid_from), (Place::Holder, None));
                assert_eq!(asked_back(&counter, &stands), 0);
            }
        }
        for on in [day(2026, 11, 26), december] {
            counter.today.set(on);
            for home in [HOME, HOME + 1] {
                let told = followed(&counter, home, on);
                assert!(
                    told.iter().all(|one| one.kind == TaskKind::Return),
                    "{told:?}"
                );
            }
        }
        for stands in &next {
            assert_eq!(asked_back(&counter, stands), 0);
        }
        counter.verify();
    }
}

fn asked_back(counter: &Counter, paper: &Certificate) -> i64 {
    let id = paper.certificate_id;
    counter.number(&format!(
        "select count(*) from work_item where source = 'certificate/{id}' and state = 'open'"
    ))
}
