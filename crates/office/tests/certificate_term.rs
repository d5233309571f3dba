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
use db::Span;
use law::certificate::Item;
use law::day;
use office::certificate::application::{self, NewApplication};
use office::certificate::fact::{Setting, record_setting};
use office::certificate::reissue::{ReissueReason, again};
use office::eligibility::PrefectureFact;
use office::registry::{InsuredSpan, LoadedSpan, record, record_household, record_person};

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

/// 施行規則 第7条第1項・第3項: a paper lost twice is issued a third time; each copy keeps the day on which it was lost.
// covers: CRT-021
#[test]
fn a_paper_lost_twice_is_issued_a_third_time() {
    for counter in both(day(2026, 8, 3)) {
        household(&counter, 3);
        let mut held = counter.issue_due(HOME, 1, day(2026, 8, 1)).unwrap();
        counter.hand(&held);
        let mut lost = Vec::new();
        for on in [day(2026, 11, 20), day(2026, 12, 20)] {
            counter.today.set(on);
            counter.card(1, false);
            let copy = again(
                &counter.store,
                &counter.may(),
                &counter.acting(),
                &counter.rules,
                (held.certificate_id, ReissueReason::Lost),
            )
            .unwrap();
            lost.push((held.certificate_id, Some(on)));
            held = counter.hand(&copy);
        }
        assert_eq!(
            (held.copy_no, held.effective_from, held.invalid_from),
            (3, day(2026, 8, 1), None)
        );
        for (id, on) in lost {
            assert_eq!(counter.get(id).invalid_from, on);
        }
        counter.verify();
    }
}

/// 施行規則 第26条の3第5項・第27条の14の2: a paper that is over keeps its day when it is applied for again from the first; what
/// was to end later ends on the first day of the next paper.
// covers: CRT-021
#[test]
fn what_has_ended_is_not_ended_again_and_what_ends_later_is_brought_forward() {
    for counter in both(today()) {
        household(&counter, 3);
        let first = decide(&counter, apply(&counter, &asked("ceiling", 1)).unwrap()).unwrap();
        let first = counter.hand(&first);
        counter.today.set(day(2026, 11, 21));
        let copy = again(
            &counter.store,
            &counter.may(),
            &counter.acting(),
            &counter.rules,
            (first.certificate_id, ReissueReason::Lost),
        )
        .unwrap();
        let copy = counter.hand(&copy);
        counter.today.set(day(2026, 11, 25));
        let anew = decide(&counter, apply(&counter, &asked("ceiling", 1)).unwrap()).unwrap();
        assert_eq!(anew.effective_from, day(2026, 11, 1));
        let over = |id| counter.get(id).invalid_from;
        assert_eq!(over(first.certificate_id), Some(day(2026, 11, 21)));
        assert_eq!(over(copy.certificate_id), Some(day(2026, 11, 1)));
        // Issued ahead of its day, and another before that day has come.
        let held = counter.hand(&counter.issue_due(HOME, 1, day(2026, 11, 25)).unwrap());
        counter.issue_due(HOME, 1, day(2026, 12, 10)).unwrap();
        assert_eq!(over(held.certificate_id), Some(day(2026, 12, 10)));
        counter.issue_due(HOME, 1, day(2026, 12, 1)).unwrap();
        assert_eq!(over(held.certificate_id), Some(day(2026, 12, 1)));
        counter.verify();
    }
}

/// 国民健康保険法 第9条第2項、施行規則 第6条第4項: what is issued is of the kind that is due on the day of issue, with the card,
/// the wish and the ratio of that day, whatever lies between it and the 異動日 behind it.
// covers: CRT-001
#[test]
fn a_paper_for_a_past_day_is_of_the_kind_due_when_it_is_issued() {
    let arose = day(2026, 11, 1);
    for counter in both(today()) {
        // 要配慮の申請 of 15 November, a linked card.
        counter.household(HOME, 1, day(1980, 5, 5), day(2026, 4, 1));
        counter.card(1, true);
        let asked = Setting {
            confirmation_asked: true,
            ..Setting::default()
        };
        let permit = counter.may();
        let since = day(2026, 11, 15);
        record_setting(&counter.store, &permit, &counter.acting(), 1, since, &asked).unwrap();
        let paper = counter.issue_due(HOME, 1, arose).unwrap();
        assert_eq!(
            (paper.kind.as_str(), paper.effective_from),
            ("confirmation", arose)
        );
        // The list of cards is of the day of issue: it is known.
        counter.household(200, 21, day(1980, 5, 5), day(2026, 4, 1));
        counter.card(21, true);
        assert_eq!(counter.issue_due(200, 21, arose).unwrap().kind, "notice");
        // Told in 2026 that the insurance began in 2023: no 被保険者証 is made any more, and the paper is not over.
        counter.household(300, 31, day(1980, 5, 5), day(2023, 6, 1));
        counter.card(31, false);
        let paper = counter.issue_due(300, 31, day(2023, 6, 1)).unwrap();
        assert_eq!(
            (paper.kind.as_str(), paper.expires_on),
            ("confirmation", Some(day(2027, 7, 31)))
        );
        // 3割 since November: the paper says it with its own 発効期日, and not October's 2割.
        counter.household(400, 41, day(1954, 5, 5), day(2020, 4, 1));
        counter.card(41, false);
        for (from, class, tenths) in [(YEAR.0, 14, 2), (arose, 13, 3)] {
            let verdict = Verdict {
                class,
                tenths,
                pending: 0,
            };
            counter.judged(400, 41, (from, YEAR.1), verdict);
        }
        let paper = counter.issue_due(400, 41, day(2026, 10, 15)).unwrap();
        assert_eq!((paper.ratio, paper.ratio_from), (3, Some(arose)));
        // What is issued ahead is of the day it begins.
        let ahead = counter.issue_due(200, 21, day(2026, 12, 1)).unwrap();
        assert_eq!(ahead.effective_from, day(2026, 12, 1));
    }
}

/// 国民健康保険法 第5条・第7条: the 資格 is the prefecture's; a move between its municipalities begins an 適用 and no 資格. 施行規則
/// 第6条第4項第4号: 適用開始 or 資格取得 stands on the paper; what is not known is left out.
// covers: CRT-001
#[test]
fn the_day_of_the_prefecture_stands_on_the_paper() {
    let known = |since_known| PrefectureFact {
        since_known,
        until_known: false,
        passed: None,
    };
    let moved = day(2026, 11, 15);
    for counter in both(today()) {
        // Who moved, what is known of the prefecture's 資格, by which cause; and what is printed.
        let cases = [
            (
                1,
                Some((day(2015, 4, 1), known(true))),
                "01",
                Some("平成27年4月1日"),
            ),
            (2, Some((moved, known(true))), "01", Some("令和8年11月15日")),
            (3, Some((moved, known(false))), "01", None),
            (4, None, "01", None),
            (5, None, "02", Some("令和8年11月15日")),
            // Loaded and never touched: what the file says.
            (6, None, "01", Some("平成28年7月1日")),
            (7, None, "02", Some("平成28年7月1日")),
        ];
        for (person, held, cause, printed) in cases {
            let home = 100 * person;
            let born_on = day(1980, 5, 5);
            counter.report(|conn, act| {
                let whole = Span::new(born_on, None);
                record_person(conn, act, person, 1, whole, &resident(person, born_on))?;
                let since = Span::new(moved, None);
                record_household(conn, act, home, since, &head_of(home, person))?;
                let cover = InsuredSpan {
                    gain_cause: cause.to_owned(),
                    ..insured(home, 1)
                };
                let gained_on = (person > 5).then_some(day(2016, 7, 1));
                let cover = LoadedSpan {
                    span: cover,
                    gained_on,
                };
                record(conn, act, person, since, &cover)?;
                if let Some((from, fact)) = &held {
                    record(conn, act, person, Span::new(*from, None), fact)?;
                }
                Ok(())
            });
            counter.card(person, false);
            let paper = counter.issue_due(home, person, moved).unwrap();
            assert_eq!(paper.face.value(Item::Acquired), printed, "{person}");
            let applied = paper.face.value(Item::AppliedFrom);
            assert_eq!(applied, Some("令和8年11月15日"), "{person}");
        }
    }
}

/// 法 第42条第1項第4号・令 第27条の2: the ratio is decided by those of 70 and over alone; whoever else has said nothing keeps the class
/// back, and no 資格確認書. 規則 第6条第4項第5号.
// covers: CRT-001
#[test]
fn a_ratio_is_printed_while_the_class_waits_for_another() {
    for counter in both(today()) {
        counter.household(HOME, 1, day(1954, 5, 5), day(2026, 4, 1));
        counter.card(1, false);
        let waits = Verdict {
            class: 0,
            tenths: 2,
            pending: 2,
        };
        counter.judged(HOME, 1, YEAR, waits);
        let paper = counter.issue_due(HOME, 1, today()).unwrap();
        assert_eq!((paper.ratio, paper.ratio_from), (2, Some(YEAR.0)));
        // What shows the class goes on waiting.
        let told =
            refused(apply(&counter, &asked("ceiling_meal", 1)).and_then(|id| decide(&counter, id)));
        assert_eq!(told.0, "certificate.conditions", "{told:?}");
    }
}

/// 施行規則 第6条第4項第5号: the 発効期日 of a ratio is the day from which it holds, whatever else was decided since; another year
/// and another ratio begin their own, and a copy says what the paper said.
// covers: CRT-004, CRT-021
#[test]
fn the_first_day_of_a_ratio_outlasts_a_decision_with_the_same_ratio() {
    let two = |class| Verdict {
        class,
        tenths: 2,
        pending: 0,
    };
    for counter in both(today()) {
        counter.household(HOME, 1, day(1954, 5, 5), day(2025, 4, 1));
        counter.card(1, false);
        counter.judged(HOME, 1, (day(2025, 8, 1), YEAR.0), two(14));
        counter.judged(HOME, 1, YEAR, two(14));
        counter.judged(HOME, 1, (day(2026, 11, 1), YEAR.1), two(15));
        let paper = counter.hand(&counter.issue_due(HOME, 1, today()).unwrap());
        assert_eq!((paper.ratio, paper.ratio_from), (2, Some(YEAR.0)));
        // Judged as 3割 for a time that is over, and 2割 again: the paper lost now is issued as it was.
        let three = Verdict {
            class: 13,
            tenths: 3,
            pending: 0,
        };
        counter.judged(HOME, 1, (day(2026, 9, 1), day(2026, 10, 1)), three);
        let copy = again(
            &counter.store,
            &counter.may(),
            &counter.acting(),
            &counter.rules,
            (paper.certificate_id, ReissueReason::Lost),
        )
        .unwrap();
        assert_eq!((copy.ratio, copy.ratio_from), (2, Some(YEAR.0)));
        let anew = counter.issue_due(HOME, 1, today()).unwrap();
        assert_eq!((anew.ratio, anew.ratio_from), (2, Some(day(2026, 10, 1))));
    }
}

/// 令 第29条の3第1項: the class is that of the household one belongs to. Who has come into another household in the middle of a
/// month has its paper from that day; the paper of the household that was left holds up to it.
// covers: CRT-003
#[test]
fn a_paper_does_not_begin_before_the_person_came_to_the_household() {
    let moved = day(2026, 11, 10);
    for counter in both(day(2026, 8, 3)) {
        household(&counter, 1);
        counter.member(HOME, 2, 2, day(1985, 5, 5), day(2026, 4, 1));
        counter.card(2, false);
        let new = NewApplication {
            applied_on: day(2026, 8, 3),
            ..asked("ceiling", 2)
        };
        let first = decide(&counter, apply(&counter, &new).unwrap()).unwrap();
        let first = counter.hand(&first);
        counter.report(|conn, act| {
            lose(conn, act, 2, HOME, (day(2026, 4, 1), moved))?;
            let since = Span::new(moved, None);
            record_household(conn, act, 200, since, &head_of(200, 2))?;
            record(conn, act, 2, since, &insured(200, 1))
        });
        let poor = Verdict {
            class: 5,
            ..Verdict::default()
        };
        counter.judged(200, 0, (moved, YEAR.1), poor);
        counter.today.set(day(2026, 11, 15));
        counter.card(2, false);
        let new = NewApplication {
            applied_on: day(2026, 11, 15),
            household_id: 200,
            ..asked("ceiling", 2)
        };
        let second = decide(&counter, apply(&counter, &new).unwrap()).unwrap();
        assert_eq!(second.effective_from, moved);
        let over = counter.get(first.certificate_id).invalid_from;
        assert_eq!(over, Some(moved), "{}", first.class);
        counter.verify();
    }
}
