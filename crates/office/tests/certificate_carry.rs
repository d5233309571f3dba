//! 任意記載: what was asked for on a 資格確認書 goes on by renewal, by a paper of the office's own motion and by a copy.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod certificate_support;

use certificate_support::renewal::{FROZEN, RENEWAL, calculated, list, published};
use certificate_support::*;
use law::certificate::Item;
use law::{Date, day};
use office::certificate::application::NewApplication;
use office::certificate::fact::{Sanction, SanctionKind};
use office::certificate::issue::{self, Due};
use office::certificate::measure::{Lifting, Order};
use office::certificate::reissue::{ReissueReason, again};
use office::certificate::run_delta::{Change, delta};
use office::certificate::{Certificate, find};
use office::eligibility::status::circumstances;
use office::registry;

const BEFORE: (Date, Date) = (
    law::date::Date::constant(2025, 8, 1),
    law::date::Date::constant(2026, 8, 1),
);

/// 区分オ is 5, ウ is 3.
fn classed(class: i64) -> Verdict {
    Verdict {
        class,
        ..Verdict::default()
    }
}

/// A household of one with a 資格確認書 on which class, 長期該当 and 特定疾病 were asked for in June.
fn asked_for(counter: &Counter, home: i64, long_term_on: Date, classes: (i64, i64)) -> Certificate {
    let person = home * 10;
    counter.household(home, person, day(1980, 5, 5), day(2020, 4, 1));
    counter.card(person, false);
    counter.judged(home, 0, BEFORE, classed(5));
    counter.long_stay(person, long_term_on);
    counter.judged(home, 0, YEAR, classed(classes.1));
    let mut new = NewApplication {
        household_id: home,
        applied_on: counter.today.get(),
        ..asked("confirmation", person)
    };
    new.wish.class_on_face = true;
    new.wish.long_term_on = Some(long_term_on);
    new.wish.disease = Some(1);
    new.wish.doctor_opinion = true;
    let id = apply(counter, &new).unwrap();
    if classes.0 != 5 {
        counter.judged(home, 0, BEFORE, classed(classes.0));
    }
    decide(counter, id).unwrap()
}

fn shown(paper: &Certificate) -> (&str, Option<&str>, Option<Date>, Option<&str>, i64) {
    (
        paper.class.as_str(),
        paper.face.value(Item::Class),
        paper.long_term_on,
        paper.face.value(Item::LongTerm),
        paper.disease,
    )
}

fn latest(counter: &Counter, person: i64) -> Certificate {
    let read = |conn: &mut db::Conn| find::of_person(conn, person);
    counter.store.read(read).unwrap().remove(0)
}

fn renewed(counter: &Counter, persons: &[i64]) {
    counter.today.set(FROZEN);
    let cards: Vec<(i64, bool)> = persons.iter().map(|one| (*one, false)).collect();
    list(counter, FROZEN, "a", &cards);
    let run_id = calculated(counter);
    published(counter, run_id);
}

/// 規則第6条第4項第7号: what was asked for is an item of the paper. 長期該当 is of 区分オ・低所得Ⅱ (規則第26条の2・第26条の3).
// covers: CRT-001, CRT-030
#[test]
fn a_renewal_carries_what_was_asked_for() {
    for counter in both(day(2026, 6, 20)) {
        let recent = day(2026, 6, 1);
        let first = asked_for(&counter, 1, recent, (5, 5));
        assert_eq!(
            shown(&first),
            ("A05", Some("オ"), Some(recent), Some("令和8年6月1日"), 1)
        );
        asked_for(&counter, 2, recent, (5, 3));
        asked_for(&counter, 3, day(2025, 8, 1), (5, 5));
        // ウ by the time it was decided: nothing to carry into オ.
        asked_for(&counter, 4, recent, (3, 5));
        // An earlier paper had the class; the one that holds has nothing, for it was applied for without.
        asked_for(&counter, 5, recent, (5, 5));
        let plain = NewApplication {
            household_id: 5,
            applied_on: day(2026, 6, 20),
            ..asked("confirmation", 50)
        };
        let id = apply(&counter, &plain).unwrap();
        decide(&counter, id).unwrap();
        renewed(&counter, &[10, 20, 30, 40, 50]);
        let paper = latest(&counter, 10);
        assert_eq!(
            (paper.effective_from, paper.application_id),
            (RENEWAL, None)
        );
        assert_eq!(
            shown(&paper),
            ("A05", Some("オ"), Some(recent), Some("令和8年6月1日"), 1)
        );
        assert_eq!(
            paper.face.value(Item::Disease),
            first.face.value(Item::Disease)
        );
        // Another class: 長期該当 ends with the class, the others go on.
        assert_eq!(
            shown(&latest(&counter, 20)),
            ("A03", Some("ウ"), None, None, 1)
        );
        // More than twelve months: it was looked at for a year, and has to be asked for again.
        assert_eq!(
            shown(&latest(&counter, 30)),
            ("A05", Some("オ"), None, None, 1)
        );
        assert_eq!(
            shown(&latest(&counter, 40)),
            ("A05", Some("オ"), None, None, 1)
        );
        assert_eq!(shown(&latest(&counter, 50)), ("", None, None, None, 0));
        counter.verify();
    }
}

// covers: CRT-001
#[test]
fn a_renewed_paper_is_issued_again_as_it_is() {
    let counter = sqlite(day(2026, 6, 20));
    asked_for(&counter, 1, day(2026, 6, 1), (5, 5));
    renewed(&counter, &[10]);
    let paper = counter.hand(&latest(&counter, 10));
    counter.today.set(day(2026, 8, 20));
    let lost = (paper.certificate_id, ReissueReason::Lost);
    let copy = again(
        &counter.store,
        &counter.may(),
        &counter.acting(),
        &counter.rules,
        lost,
    )
    .unwrap();
    assert_eq!((copy.copy_no, shown(&copy)), (2, shown(&paper)));
    counter.verify();
}

// covers: CRT-001
#[test]
fn a_paper_of_the_office_s_own_motion_carries_what_was_asked_for() {
    let counter = sqlite(day(2026, 6, 20));
    let recent = day(2026, 6, 1);
    let first = counter.hand(&asked_for(&counter, 1, recent, (5, 5)));
    counter.today.set(day(2026, 7, 1));
    let second = counter.hand(&counter.issue_due(1, 10, day(2026, 7, 1)).unwrap());
    assert_eq!(shown(&second), shown(&first));
    // Not to 区分ウ, and not back from it.
    let from = day(2026, 7, 10);
    counter.judged(1, 0, (from, day(2026, 7, 20)), classed(3));
    counter.judged(1, 0, (day(2026, 7, 20), BEFORE.1), classed(5));
    counter.today.set(from);
    let third = counter.hand(&counter.issue_due(1, 10, from).unwrap());
    assert_eq!(shown(&third), ("A03", Some("ウ"), None, None, 1));
    counter.today.set(day(2026, 7, 20));
    let fourth = counter.issue_due(1, 10, day(2026, 7, 20)).unwrap();
    assert_eq!(shown(&fourth), ("A05", Some("オ"), None, None, 1));
    counter.verify();
}

/// A posting of the head of a household: owed, or paid where `paid`.
fn post(counter: &Counter, home: i64, due_on: Date, paid: bool) {
    let entry = 900_000 + i64::from(due_on.day_of_year()) * 2 + i64::from(paid);
    let (debit, credit) = if paid { (2, 1) } else { (1, 2) };
    counter.report(|conn, act| {
        conn.execute_text(
            "insert into ledger (household_id, levy_year, entry_id, act_id, decision_id, debtor_id, fiscal_year, instalment, \
             due_on, method, debit, credit, medical_yen, support_yen, care_yen, child_yen) \
             values ($1, 2026, $2, $3, 0, $4, 2026, 1, $5, 1, $6, $7, 12000, 0, 0, 0)",
            &[
                home.into(),
                entry.into(),
                act.id.0.into(),
                (home * 10).into(),
                due_on.into(),
                debit.into(),
                credit.into(),
            ],
        )?;
        Ok(())
    });
}

/// 規則第27条の14の2第1項: 認定 is for a term, and the next is none for a household whose head is in arrears, but where special
/// circumstances are accepted. 特定疾病 (規則第27条の13) knows no such exception.
// covers: CRT-030
#[test]
fn a_renewal_leaves_the_class_out_of_who_is_in_arrears() {
    for counter in both(day(2026, 6, 20)) {
        let recent = day(2026, 6, 1);
        for home in 1..=4 {
            asked_for(&counter, home, recent, (5, 5));
            let due_on = day(2026, 6, 30);
            let due_on = if home == 4 { day(2026, 7, 13) } else { due_on };
            post(&counter, home, due_on, false);
        }
        let (may, acting) = (counter.may(), counter.acting());
        let told = (day(2026, 6, 20), "災害", "り災証明書");
        circumstances::notify(&counter.store, &may, &acting, 2, told.0, told.1, told.2).unwrap();
        let (may, acting) = (counter.chief_may(), counter.chief());
        let until = Some(day(2026, 12, 31));
        circumstances::rule(&counter.store, &may, &acting, 2, until, "認める").unwrap();
        post(&counter, 3, day(2026, 6, 30), true);
        counter.today.set(FROZEN);
        let cards: Vec<(i64, bool)> = (1..=4).map(|home| (home * 10, false)).collect();
        list(&counter, FROZEN, "a", &cards);
        let run_id = calculated(&counter);
        let changes = || counter.store.read(|conn| delta(conn, run_id)).unwrap();
        assert_eq!(changes(), []);
        published(&counter, run_id);
        let without = ("", None, None, None, 1);
        let with = ("A05", Some("オ"), Some(recent), Some("令和8年6月1日"), 1);
        assert_eq!(shown(&latest(&counter, 10)), without);
        assert!(latest(&counter, 10).reason.contains("滞納"));
        for person in [20, 30, 40] {
            assert_eq!(shown(&latest(&counter, person)), with, "{person}");
        }
        assert_eq!(latest(&counter, 20).reason, "年次更新");
        // Paid after the freeze: what was made is no longer right.
        post(&counter, 1, day(2026, 6, 30), true);
        let found: Vec<(i64, Change)> = changes()
            .iter()
            .map(|one| (one.person_id, one.change))
            .collect();
        assert_eq!(found, [(10, Change::Changed)]);
        counter.verify();
    }
}

/// 規則第27条の14の2第1項・第4項: within its term a recognition goes on, and the paper may be asked back; another class, or
/// another term, is recognised anew.
// covers: CRT-030
#[test]
fn a_paper_of_the_office_s_own_motion_recognises_nothing_anew_in_arrears() {
    let counter = sqlite(day(2026, 6, 20));
    let first = counter.hand(&asked_for(&counter, 1, day(2026, 6, 1), (5, 5)));
    post(&counter, 1, day(2026, 6, 30), false);
    counter.today.set(day(2026, 7, 1));
    let second = counter.hand(&counter.issue_due(1, 10, day(2026, 7, 1)).unwrap());
    assert_eq!(shown(&second), shown(&first));
    let august = day(2026, 8, 1);
    counter.today.set(august);
    counter.card(10, false);
    let due = Due {
        household_id: 1,
        person_id: 10,
        arose_on: august,
        reason: "差替え",
        expected: None,
    };
    let preview = |conn: &mut db::Conn| issue::preview(conn, &counter.rules, &due, august);
    let before = counter.store.read(preview).unwrap();
    let why = |reasons: &[String]| reasons.iter().any(|one| one.contains("滞納"));
    assert!(why(&before.reasons_ja), "{:?}", before.reasons_ja);
    assert_eq!(before.face.value(Item::Class), None);
    let third = counter.issue_due(1, 10, august).unwrap();
    assert_eq!(shown(&third), ("", None, None, None, 1));
    // Paid, and asked for again: an application recognises it.
    post(&counter, 1, day(2026, 6, 30), true);
    let mut new = NewApplication {
        household_id: 1,
        applied_on: august,
        ..asked("confirmation", 10)
    };
    new.wish.class_on_face = true;
    let id = apply(&counter, &new).unwrap();
    let fourth = counter.hand(&decide(&counter, id).unwrap());
    assert_eq!(fourth.class, "A05");
    // Another class is recognised anew.
    post(&counter, 1, day(2026, 7, 31), false);
    let september = day(2026, 9, 1);
    counter.judged(1, 0, (september, YEAR.1), classed(3));
    counter.today.set(september);
    counter.card(10, false);
    let fifth = counter.issue_due(1, 10, september).unwrap();
    assert_eq!(fifth.class, "");
    counter.verify();
}

/// 規則第27条の14の2第1項: in arrears the class is left out, so nobody waits for one that is held back (保留); without arrears
/// the paper on which it is asked for waits, and from 70 on the class is no matter of arrears.
// covers: CRT-030
#[test]
fn a_class_that_is_held_back_keeps_no_paper_in_arrears() {
    let held = Verdict {
        pending: 4,
        ..Verdict::default()
    };
    for counter in both(day(2026, 6, 20)) {
        let recent = day(2026, 6, 1);
        for home in 1..=2 {
            asked_for(&counter, home, recent, (5, 5));
            counter.judged(home, 0, YEAR, held);
        }
        let elderly = Verdict {
            class: 12,
            tenths: 3,
            pending: 0,
        };
        counter.household(3, 30, day(1954, 5, 5), day(2020, 4, 1));
        counter.card(30, false);
        counter.judged(3, 30, BEFORE, elderly);
        let mut new = NewApplication {
            household_id: 3,
            applied_on: counter.today.get(),
            ..asked("confirmation", 30)
        };
        new.wish.class_on_face = true;
        let id = apply(&counter, &new).unwrap();
        let three = decide(&counter, id).unwrap();
        assert_eq!(three.face.value(Item::Class), Some("現役並みⅡ"));
        let waits = Verdict {
            pending: 4,
            ..elderly
        };
        counter.judged(3, 30, YEAR, waits);
        for home in [1, 3] {
            post(&counter, home, day(2026, 6, 30), false);
        }
        renewed(&counter, &[10, 20, 30]);
        assert_eq!(shown(&latest(&counter, 10)), ("", None, None, None, 1));
        assert_eq!(latest(&counter, 30).certificate_id, three.certificate_id);
        assert!(latest(&counter, 10).reason.contains("滞納"));
        assert_eq!(latest(&counter, 20).class, "A05");
        counter.today.set(RENEWAL);
        for person in [10, 20] {
            counter.card(person, false);
        }
        let (code, _) = refused(counter.issue_due(2, 20, RENEWAL));
        assert_eq!(code, "certificate.judgement.pending");
        post(&counter, 2, day(2026, 7, 31), false);
        counter.today.set(day(2026, 8, 3));
        let paper = counter.issue_due(2, 20, day(2026, 8, 3)).unwrap();
        assert_eq!(paper.class, "");
        counter.verify();
    }
}

/// 国保法第9条: one 資格確認書 at a time, with 特定疾病 on it or without.
// covers: CRT-001
#[test]
fn a_paper_with_a_disease_ends_the_one_without() {
    let counter = sqlite(day(2026, 6, 20));
    counter.household(1, 10, day(1980, 5, 5), day(2020, 4, 1));
    counter.card(10, false);
    let plain = counter.issue_due(1, 10, day(2026, 6, 20)).unwrap();
    let plain = counter.hand(&plain);
    counter.today.set(day(2026, 6, 22));
    let with = asked_again(&counter);
    assert_eq!(with.disease, 1);
    let before = counter.get(plain.certificate_id);
    assert_eq!(before.invalid_from, Some(day(2026, 6, 22)));
    counter.verify();
}

fn asked_again(counter: &Counter) -> Certificate {
    let mut new = NewApplication {
        household_id: 1,
        applied_on: counter.today.get(),
        ..asked("confirmation", 10)
    };
    new.wish.disease = Some(1);
    new.wish.doctor_opinion = true;
    let id = apply(counter, &new).unwrap();
    decide(counter, id).unwrap()
}

/// 2024-12-02 の改正の経過措置: a 被保険者証 of before holds to its printed end, at most to 2025-12-01; it is neither asked back nor
/// replaced before, unless it says what is not so.
// covers: CRT-002
#[test]
fn a_card_of_before_holds_to_its_end_and_at_most_to_the_end_of_the_transition() {
    for counter in both(day(2024, 9, 2)) {
        counter.household(HOME, 1, day(1980, 5, 5), day(2020, 4, 1));
        let card = counter.hand(&counter.issue_due(HOME, 1, day(2024, 9, 2)).unwrap());
        assert_eq!(
            (card.kind.as_str(), card.expires_on),
            ("insured_card", Some(day(2025, 7, 31)))
        );
        let tasks = |on| {
            counter.today.set(on);
            counter.card(1, false);
            let read = |conn: &mut db::Conn| {
                office::certificate::follow::would_follow(conn, &counter.rules, HOME, on)
            };
            let told = counter.store.read(read).unwrap();
            told.iter().map(|task| task.kind).collect::<Vec<_>>()
        };
        use office::certificate::TaskKind::{Issue, Return};
        assert_eq!(tasks(day(2025, 2, 10)), []);
        assert_eq!(tasks(day(2025, 7, 31)), []);
        assert_eq!(tasks(day(2025, 8, 1)), [Issue]);
        // One taken over with a later day printed on it.
        let later = |on, printed| {
            let mut home = counter
                .store
                .read(|conn| office::certificate::load::household(conn, HOME, on, i64::MAX))
                .unwrap()
                .unwrap();
            home.members[0].previous[0].expires_on = Some(printed);
            home.members[0].confirmation(&counter.rules, on).is_some()
        };
        let printed = day(2026, 3, 31);
        assert!(later(day(2025, 12, 1), printed) && !later(day(2025, 12, 2), printed));
        let taken = Certificate {
            expires_on: Some(printed),
            ..counter.get(card.certificate_id)
        };
        assert!(taken.usable_on(day(2025, 12, 1)) && !taken.usable_on(day(2025, 12, 2)));
        // The number of the household has changed: it is asked back, and a new one is due.
        counter.report(|conn, act| {
            let since = db::Span::new(day(2025, 3, 1), None);
            let head = office::registry::HouseholdHead {
                number: "7654321".to_owned(),
                ..head_of(HOME, 1)
            };
            office::registry::record_household(conn, act, HOME, since, &head)
        });
        assert_eq!(tasks(day(2025, 3, 1)), [Return, Issue]);
    }
}

/// 施行規則 第27条の14の4・第27条の14の5: 現役並みⅡ・Ⅰ of 70 and over have a 限度額適用認定証; 低所得Ⅱ・Ⅰ have the
/// 限度額適用・標準負担額減額認定証 and no other.
// covers: CRT-003, CRT-004
#[test]
fn the_low_incomes_of_seventy_have_the_paper_that_names_both() {
    for counter in both(today()) {
        counter.household(HOME, 1, day(1954, 5, 5), day(2026, 4, 1));
        counter.card(1, false);
        let judge = |class, tenths| {
            let verdict = Verdict {
                class,
                tenths,
                pending: 0,
            };
            counter.judged(HOME, 1, YEAR, verdict);
        };
        let asks = |kind| apply(&counter, &asked(kind, 1)).and_then(|id| decide(&counter, id));
        for class in [15, 16] {
            judge(class, 2);
            for kind in ["ceiling", "meal_reduction", "living_reduction"] {
                let told = refused(asks(kind));
                assert_eq!(told.0, "certificate.conditions", "{kind}");
                assert!(told.1.contains("標準負担額減額認定証を交付"), "{told:?}");
            }
            for kind in ["ceiling_meal", "ceiling_living"] {
                assert_eq!(asks(kind).unwrap().kind, kind);
            }
        }
        judge(13, 3);
        assert_eq!(asks("ceiling").unwrap().kind, "ceiling");
        assert_eq!(refused(asks("ceiling_meal")).0, "certificate.conditions");
    }
}

/// Another paper of the office's own motion, by what is known of the card.
fn next(counter: &Counter, (home, person): (i64, i64), on: Date, linked: bool) -> Certificate {
    counter.today.set(on);
    counter.card(person, linked);
    let paper = counter.issue_due(home, person, on).unwrap();
    counter.hand(&paper)
}

/// Asks for a 資格確認書 on which nothing more stands.
fn asked_without(counter: &Counter, home: i64, person: i64) {
    let plain = NewApplication {
        household_id: home,
        applied_on: counter.today.get(),
        ..asked("confirmation", person)
    };
    let id = apply(counter, &plain).unwrap();
    let paper = decide(counter, id).unwrap();
    counter.hand(&paper);
}

/// 規則第27条の13・第6条第4項第7号: the recognition of an illness does not end with a paper that cannot show it; that of a class holds for its
/// term. Who asked for a paper without them later has neither.
// covers: CRT-001, CRT-030
#[test]
fn what_was_asked_for_goes_on_over_a_notice_that_cannot_show_it() {
    for counter in both(day(2026, 6, 20)) {
        let recent = day(2026, 6, 1);
        let first = counter.hand(&asked_for(&counter, 1, recent, (5, 5)));
        for home in 2..=3 {
            counter.hand(&asked_for(&counter, home, recent, (5, 5)));
        }
        asked_without(&counter, 3, 30);
        for home in 1..=3 {
            let notice = next(&counter, (home, home * 10), day(2026, 7, 1), true);
            assert_eq!((notice.kind.as_str(), notice.disease), ("notice", 0));
        }
        // Within the term it is no recognition anew, in arrears or not.
        post(&counter, 1, day(2026, 6, 30), false);
        let again = next(&counter, (1, 10), day(2026, 7, 20), false);
        assert_eq!(shown(&again), shown(&first));
        let plain = next(&counter, (3, 30), day(2026, 7, 20), false);
        assert_eq!(shown(&plain), ("", None, None, None, 0));
        let later = next(&counter, (2, 20), day(2026, 8, 3), false);
        assert_eq!(shown(&later), ("", None, None, None, 1));
        counter.verify();
    }
}

/// 規則第27条の13: nor does it end with 特別療養費 and its paper, nor with the move into another household of the municipality; the class is
/// that of a household.
// covers: CRT-001, CRT-030
#[test]
fn an_illness_goes_on_over_a_measure_and_into_another_household() {
    for counter in both(day(2026, 6, 20)) {
        let recent = day(2026, 6, 1);
        let first = counter.hand(&asked_for(&counter, 1, recent, (5, 5)));
        counter.hand(&asked_for(&counter, 2, recent, (5, 5)));
        let sanction = Sanction {
            kind: SanctionKind::Special,
            noticed_on: Some(day(2026, 5, 1)),
            answer_until: Some(day(2026, 6, 10)),
            circumstance: false,
            ground: "令和7年度第3期から滞納、勧奨4回".into(),
        };
        let order = Order::Impose(db::Span::since(day(2026, 7, 1)), &sanction);
        counter.decide(1, &order).unwrap();
        let special = next(&counter, (1, 10), day(2026, 7, 1), false);
        assert_eq!(
            (special.kind.as_str(), special.disease),
            ("confirmation_special", 0)
        );
        let lifting = Lifting {
            from: day(2026, 7, 20),
            noticed_on: Some(day(2026, 7, 1)),
            reason: "完納",
        };
        counter.decide(1, &Order::Lift(&lifting)).unwrap();
        let lifted = next(&counter, (1, 10), day(2026, 7, 20), false);
        assert_eq!(shown(&lifted), shown(&first));
        // Into the household of somebody else, where the class is not judged as it was at home.
        counter.household(7, 70, day(1980, 5, 5), day(2020, 4, 1));
        counter.judged(7, 0, BEFORE, classed(3));
        let moves = day(2026, 7, 22);
        moved(&counter, 20, (2, 7), moves);
        let there = next(&counter, (7, 20), moves, false);
        assert_eq!(shown(&there), ("", None, None, None, 1));
        // Out of the insurance and in again: it is asked for again.
        let (lost, back) = (day(2026, 7, 24), day(2026, 7, 28));
        counter.report(|conn, act| {
            lose(conn, act, 20, 7, (moves, lost))?;
            registry::record(conn, act, 20, db::Span::since(back), &insured(7, 3))
        });
        let anew = next(&counter, (7, 20), back, false);
        assert_eq!(shown(&anew), ("", None, None, None, 0));
        counter.verify();
    }
}

/// Moves a member from one household into another on a day.
fn moved(counter: &Counter, person: i64, (from, to): (i64, i64), on: Date) {
    counter.report(|conn, act| {
        lose(conn, act, person, from, (day(2020, 4, 1), on))?;
        registry::record(conn, act, person, db::Span::since(on), &insured(to, 2))
    });
}

/// 規則第27条の13・第7条の2: by a renewal no less than at the counter, whatever the paper before it could show.
// covers: CRT-001, CRT-030
#[test]
fn a_renewal_carries_an_illness_over_papers_that_cannot_show_it() {
    for counter in both(day(2026, 6, 20)) {
        let recent = day(2026, 6, 1);
        for home in 1..=3 {
            counter.hand(&asked_for(&counter, home, recent, (5, 5)));
        }
        asked_without(&counter, 3, 30);
        for home in [1, 3] {
            next(&counter, (home, home * 10), day(2026, 7, 1), true);
        }
        counter.household(7, 70, day(1980, 5, 5), day(2020, 4, 1));
        counter.judged(7, 0, YEAR, classed(3));
        moved(&counter, 20, (2, 7), day(2026, 7, 2));
        counter.today.set(FROZEN);
        list(
            &counter,
            FROZEN,
            "a",
            &[(10, false), (20, false), (30, false), (70, false)],
        );
        let run_id = calculated(&counter);
        let changes = || counter.store.read(|conn| delta(conn, run_id)).unwrap();
        assert_eq!(changes(), []);
        published(&counter, run_id);
        assert_eq!(changes(), []);
        for (person, disease) in [(10, 1), (20, 1), (30, 0), (70, 0)] {
            let paper = latest(&counter, person);
            assert_eq!(
                (paper.effective_from, paper.kind.as_str()),
                (RENEWAL, "confirmation")
            );
            assert_eq!(shown(&paper), ("", None, None, None, disease), "{person}");
        }
        counter.verify();
    }
}
