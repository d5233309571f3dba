//! 任意記載 applied for at the counter: 適用区分, 長期入院該当 and 特定疾病 on a 資格確認書, under the conditions of the papers they
//! stand for.
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
use law::{Date, day};
use office::certificate::application::{self, Examined};
use office::certificate::ruling::allow;
use office::registry::record_household;

/// What is owed by somebody in a household, due on a day.
fn owe(counter: &Counter, (home, debtor): (i64, i64), yen: i64, due_on: Date) {
    counter.report(|conn, _| {
        let entry = conn.next_ids("ledger", 1)?;
        conn.execute_text(
            "insert into ledger (household_id, levy_year, entry_id, act_id, decision_id, debtor_id, fiscal_year, instalment, \
             due_on, method, debit, credit, medical_yen, support_yen, care_yen, child_yen) \
             values ($1, 2026, $2, -1, 0, $3, 2026, 1, $4, 1, 1, 2, $5, 0, 0, 0)",
            &[home.into(), entry.into(), debtor.into(), due_on.into(), yen.into()],
        )?;
        Ok(())
    });
}

fn examined(counter: &Counter, id: i64) -> Examined {
    counter
        .store
        .read(|conn| application::examine(conn, &counter.rules, id, today()))
        .unwrap()
}

/// 施行規則 第27条の14の2第1項: 適用区分 on a 資格確認書 is the same 認定 as that of the 限度額適用認定証.
// covers: CRT-008, CRT-030
#[test]
fn arrears_keep_the_class_off_a_confirmation_but_not_the_confirmation() {
    for counter in both(today()) {
        household(&counter, 3);
        owe(&counter, (HOME, 1), 12_000, day(2026, 9, 30));
        let mut new = asked("confirmation", 1);
        new.wish.class_on_face = true;
        let id = apply(&counter, &new).unwrap();
        assert!(examined(&counter, id).approval_needed);
        let (code, message) = refused(decide(&counter, id));
        assert_eq!(code, "certificate.arrears");
        assert!(message.contains("適用区分を書いた資格確認書"), "{message}");
        // 法第9条第2項: without the class it is due all the same.
        let id = apply(&counter, &asked("confirmation", 1)).unwrap();
        assert!(!examined(&counter, id).approval_needed);
        let plain = decide(&counter, id).unwrap();
        assert_eq!(
            (plain.class.as_str(), plain.kind.as_str()),
            ("", "confirmation")
        );
        // 特別の事情, and a second person's word.
        new.wish.circumstance = "世帯主の入院（施行令第28条の6第2号）".into();
        let id = apply(&counter, &new).unwrap();
        assert_eq!(
            refused(decide(&counter, id)).0,
            "certificate.arrears.approval"
        );
        let (permit, chief) = (counter.chief_may(), counter.chief());
        allow(&counter.store, &permit, &chief, id, "診断書を確認").unwrap();
        let paper = decide(&counter, id).unwrap();
        assert_eq!(paper.face.value(Item::Class), Some("ウ"));
    }
}

/// 施行規則 第27条の14の4第1項・第27条の14の5第1項: from 70 on no arrears keep the class back.
// covers: CRT-030
#[test]
fn arrears_do_not_keep_the_class_of_the_elderly_off_a_confirmation() {
    for counter in both(today()) {
        counter.household(HOME, 1, day(1954, 5, 5), day(2026, 4, 1));
        counter.card(1, false);
        let verdict = Verdict {
            class: 12,
            tenths: 3,
            pending: 0,
        };
        counter.judged(HOME, 1, YEAR, verdict);
        owe(&counter, (HOME, 1), 12_000, day(2026, 9, 30));
        let mut new = asked("confirmation", 1);
        new.wish.class_on_face = true;
        let id = apply(&counter, &new).unwrap();
        assert!(!examined(&counter, id).approval_needed);
        let paper = decide(&counter, id).unwrap();
        assert_eq!(paper.face.value(Item::Class), Some("現役並みⅡ"));
    }
}

/// 施行規則 第27条の13第2項: the recognition of an illness rests on 医師の意見書, on whichever paper it stands. A wish that the
/// kind cannot carry is not dropped in silence.
// covers: CRT-007, CRT-016
#[test]
fn an_illness_on_a_confirmation_needs_the_doctor_s_word() {
    for counter in both(today()) {
        household(&counter, 1);
        let mut new = asked("confirmation", 1);
        new.wish.disease = Some(9);
        assert_eq!(refused(apply(&counter, &new)).0, "疾病の名称");
        new.wish.disease = Some(1);
        let (field, message) = refused(apply(&counter, &new));
        assert_eq!(field, "医師の意見書");
        assert!(message.contains("第27条の13第2項"), "{message}");
        new.wish.doctor_opinion = true;
        let id = apply(&counter, &new).unwrap();
        let paper = decide(&counter, id).unwrap();
        assert_eq!((paper.disease, paper.face.value(Item::Class)), (1, None));
        assert!(paper.face.value(Item::Disease).is_some());
        let mut other = asked("proof_gain", 1);
        other.wish.class_on_face = true;
        assert_eq!(refused(apply(&counter, &other)).0, "資格確認書への記載");
    }
}

/// 施行規則 第27条の14の2第1項: 「当該被保険者の属する世帯の世帯主が保険料を滞納」 — the debts of whoever is head on the day, of an
/// earlier household too; not those of a head before.
// covers: CRT-030
#[test]
fn arrears_are_those_of_the_head_of_the_day() {
    for counter in both(today()) {
        household(&counter, 3);
        counter.member(HOME, 2, 2, day(1982, 1, 1), day(2026, 4, 1));
        counter.card(2, false);
        owe(&counter, (HOME, 1), 12_000, day(2026, 9, 30));
        let id = apply(&counter, &asked("ceiling", 2)).unwrap();
        assert_eq!(examined(&counter, id).overdue.len(), 1);
        // The head is another: what the one before owes is not theirs.
        counter.report(|conn, act| {
            let since = Span::new(day(2026, 10, 1), None);
            record_household(conn, act, HOME, since, &head_of(HOME, 2))
        });
        assert_eq!(examined(&counter, id).overdue, []);
        decide(&counter, id).unwrap();
        // What the head owes of a household of before is, with what is paid of it.
        counter.report(|conn, act| {
            let then = Span::new(day(2024, 4, 1), Some(day(2026, 4, 1)));
            record_household(conn, act, 77, then, &head_of(77, 2))
        });
        owe(&counter, (77, 2), 5_000, day(2026, 2, 28));
        owe(&counter, (77, 3), 9_000, day(2026, 2, 28));
        let id = apply(&counter, &asked("ceiling", 2)).unwrap();
        let shown = examined(&counter, id);
        let owed: Vec<(i64, i64)> = shown
            .overdue
            .iter()
            .map(|one| (one.household_id, one.left.0))
            .collect();
        assert_eq!((owed, shown.approval_needed), (vec![(77, 5_000)], true));
        let (code, message) = refused(decide(&counter, id));
        assert_eq!(code, "certificate.arrears");
        assert!(message.contains("5,000円"), "{message}");
    }
}
