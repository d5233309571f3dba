//! 申請による証: received complete, examined, approved where it must be, granted or refused, issued with class and term.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod certificate_support;
#[path = "certificate_support/seek.rs"]
mod seek;

use certificate_support::*;
use law::certificate::{Item, Place};
use law::{Date, day};
use office::certificate::application::{self, Step, receive};
use office::certificate::fact::{Setting, record_setting};
use office::certificate::reissue::{ReissueReason, again};
use office::certificate::ruling::{allow, grant, refuse, withdraw};
use office::certificate::{find, follow, give_back, issue, letter};
use office::eligibility::status::circumstances;

// covers: CRT-005, CRT-008, CRT-009, CRT-016, CRT-024, CRT-025, CRT-026, FIL-153
#[test]
fn ceiling_and_reduction_certificates_show_the_judged_class() {
    for counter in both(today()) {
        household(&counter, 3);
        let id = apply(&counter, &asked("ceiling", 1)).unwrap();
        let shown = counter
            .store
            .read(|conn| application::examine(conn, &counter.rules, id, today()))
            .unwrap();
        assert_eq!(shown.proposal.unwrap().value(Item::Class), Some("ウ"));
        assert!(shown.overdue.is_empty() && !shown.approval_needed);
        let paper = decide(&counter, id).unwrap();
        assert_eq!(
            (paper.class.as_str(), paper.face.value(Item::Class)),
            ("A03", Some("ウ"))
        );
        assert_eq!(
            (paper.applied_on, paper.issued_on),
            (Some(today()), today())
        );
        assert_eq!(
            (paper.effective_from, paper.expires_on),
            (day(2026, 11, 1), Some(day(2027, 7, 31)))
        );
        assert_eq!(paper.face.value(Item::Number), Some(paper.number.as_str()));
        // A household that is taxed gets no reduction of meals.
        let refused_id = apply(&counter, &asked("meal_reduction", 1)).unwrap();
        let (code, message) = refused(decide(&counter, refused_id));
        assert_eq!(code, "certificate.conditions");
        assert!(message.contains("非課税の世帯の区分ではない"), "{message}");
        // 非課税: the combined paper takes the place of the first, which comes back.
        counter.hand(&paper);
        counter.judged(
            HOME,
            0,
            YEAR,
            Verdict {
                class: 5,
                ..Verdict::default()
            },
        );
        let mut long = asked("ceiling_meal", 1);
        long.wish.long_term_on = Some(day(2026, 12, 1));
        // 規則第26条の2: not before it was ruled.
        let (field, _) = refused(apply(&counter, &long));
        assert_eq!(field, "長期入院該当年月日");
        counter.long_stay(1, day(2026, 12, 1));
        let id = apply(&counter, &long).unwrap();
        let both = decide(&counter, id).unwrap();
        assert_eq!(
            (both.class.as_str(), both.long_term_on),
            ("A05", Some(day(2026, 12, 1)))
        );
        assert_eq!(both.face.value(Item::LongTerm), Some("令和8年12月1日"));
        let old = counter.get(paper.certificate_id);
        assert_eq!(
            (old.invalid_from, both.replaces),
            (Some(day(2026, 11, 1)), Some(old.certificate_id))
        );
        assert_eq!(counter.number("select count(*) from work_item where kind = 'certificate.return' and state = 'open'"), 1);
        give_back::collect(
            &counter.store,
            &counter.may(),
            &counter.acting(),
            paper.certificate_id,
            ("区分の変更", Some(day(2026, 11, 1))),
        )
        .unwrap();
        assert_eq!(counter.number("select count(*) from work_item where kind = 'certificate.return' and state = 'open'"), 0);
        // Every field of the record is searched.
        let filter = find::Filter {
            class: Some("A05".into()),
            kind: Some("ceiling_meal".into()),
            expires: (Some(day(2027, 7, 31)), Some(day(2027, 7, 31))),
            ..find::Filter::default()
        };
        let found = counter
            .store
            .read(|conn| find::search(conn, &filter, 0))
            .unwrap();
        assert_eq!(
            found
                .iter()
                .map(|one| one.certificate_id)
                .collect::<Vec<_>>(),
            [both.certificate_id]
        );
        let filter = find::Filter {
            place: Some(Place::Collected),
            issued: (Some(today()), None),
            ..find::Filter::default()
        };
        let found = counter
            .store
            .read(|conn| find::search(conn, &filter, 0))
            .unwrap();
        assert_eq!(
            found
                .iter()
                .map(|one| one.certificate_id)
                .collect::<Vec<_>>(),
            [paper.certificate_id]
        );
        assert_eq!(
            counter
                .store
                .read(|conn| find::by_number(conn, &both.number))
                .unwrap()
                .len(),
            1
        );
        counter.verify();
    }
}

// covers: CRT-006, CRT-010
#[test]
fn each_kind_of_reduction_has_its_own_paper_and_cycle() {
    let counter = sqlite(today());
    counter.household(HOME, 1, day(1959, 5, 5), day(2026, 4, 1));
    counter.card(1, false);
    counter.judged(
        HOME,
        0,
        YEAR,
        Verdict {
            class: 5,
            ..Verdict::default()
        },
    );
    for (kind, form) in [
        ("meal_reduction", "2002"),
        ("living_reduction", "2003"),
        ("ceiling_living", "2005"),
    ] {
        let id = apply(&counter, &asked(kind, 1)).unwrap();
        let paper = decide(&counter, id).unwrap();
        assert_eq!(&paper.form_stock[..4], form);
        assert_eq!(paper.face.value(Item::Class), Some("オ"));
        let paper = counter.hand(&paper);
        give_back::inspect(
            &counter.store,
            &counter.may(),
            &counter.acting(),
            paper.certificate_id,
        )
        .unwrap();
        let copy = again(
            &counter.store,
            &counter.may(),
            &counter.acting(),
            &counter.rules,
            (paper.certificate_id, ReissueReason::Damaged),
        )
        .unwrap();
        assert_eq!(
            (copy.copy_no, counter.get(paper.certificate_id).place),
            (2, Place::Collected)
        );
        counter.hand(&copy);
    }
    // Of one family one holds: the last.
    let history = counter.store.read(|conn| find::of_person(conn, 1)).unwrap();
    let usable: Vec<&str> = history
        .iter()
        .filter(|one| one.usable_on(today()))
        .map(|one| one.kind.as_str())
        .collect();
    assert_eq!(usable, ["ceiling_living"]);
    counter.verify();
}

// covers: CRT-004
#[test]
fn from_seventy_on_the_judged_ratio_and_class_stand_on_the_papers() {
    for counter in both(today()) {
        counter.household(HOME, 1, day(1954, 5, 5), day(2026, 4, 1));
        counter.card(1, false);
        // Nothing judged, then held back: no paper.
        assert_eq!(
            refused(counter.issue_due(HOME, 1, today())).0,
            "certificate.judgement.none"
        );
        counter.judged(
            HOME,
            1,
            YEAR,
            Verdict {
                pending: 4,
                ..Verdict::default()
            },
        );
        let (code, message) = refused(counter.issue_due(HOME, 1, today()));
        assert_eq!(code, "certificate.judgement.pending");
        assert!(message.contains("未申告"), "{message}");
        counter.judged(
            HOME,
            1,
            YEAR,
            Verdict {
                class: 12,
                tenths: 3,
                pending: 0,
            },
        );
        let paper = counter.issue_due(HOME, 1, today()).unwrap();
        assert_eq!((paper.ratio, paper.ratio_from), (3, Some(day(2026, 8, 1))));
        assert_eq!(
            paper.face.value(Item::Ratio),
            Some("3割（発効期日 令和8年8月1日）")
        );
        let id = apply(&counter, &asked("ceiling", 1)).unwrap();
        assert_eq!(
            decide(&counter, id).unwrap().face.value(Item::Class),
            Some("現役並みⅡ")
        );
        // 一般: the ratio alone tells the ceiling.
        counter.judged(
            HOME,
            1,
            (day(2026, 11, 1), YEAR.1),
            Verdict {
                class: 14,
                tenths: 2,
                pending: 0,
            },
        );
        let id = apply(&counter, &asked("ceiling", 1)).unwrap();
        let (_, message) = refused(decide(&counter, id));
        assert!(message.contains("割合で限度額が分かる"), "{message}");
        // The paper that says 3割 no longer fits.
        counter.hand(&paper);
        let acting = counter.acting();
        let tasks = counter
            .store
            .write(|conn| {
                let permit = counter.may::<office::security::permit::RegisterFact>();
                let act = office::acts::begin(
                    conn,
                    &acting,
                    &permit,
                    "test",
                    &office::acts::ActDetails::default(),
                )?;
                follow(conn, &act, &counter.rules, HOME, today())
            })
            .unwrap();
        assert!(
            tasks
                .iter()
                .any(|task| task.reason.contains("割合が変わりました")),
            "{tasks:?}"
        );
        let new = counter.issue_due(HOME, 1, today()).unwrap();
        assert_eq!((new.ratio, new.ratio_from), (2, Some(day(2026, 11, 1))));
        counter.verify();
    }
}

// covers: CRT-004
#[test]
fn the_elderly_certificate_of_old_showed_the_ratio_of_its_year() {
    let counter = sqlite(day(2024, 9, 2));
    counter.household(HOME, 1, day(1952, 5, 5), day(2020, 4, 1));
    counter.judged(
        HOME,
        1,
        (day(2024, 8, 1), day(2025, 8, 1)),
        Verdict {
            class: 14,
            tenths: 2,
            pending: 0,
        },
    );
    let due = issue::Due {
        household_id: HOME,
        person_id: 1,
        arose_on: day(2024, 9, 2),
        reason: "70歳到達",
        expected: Some("elderly_card"),
    };
    let card = issue::due(
        &counter.store,
        &counter.may(),
        &counter.acting(),
        &counter.rules,
        &due,
    )
    .unwrap();
    assert_eq!(
        (card.kind.as_str(), card.ratio, card.expires_on),
        ("elderly_card", 2, Some(day(2025, 7, 31)))
    );
    counter.today.set(day(2024, 12, 2));
    let (code, _) = refused(issue::due(
        &counter.store,
        &counter.may(),
        &counter.acting(),
        &counter.rules,
        &due,
    ));
    assert_eq!(code, "certificate.kind.expired");
}

// covers: CRT-007
#[test]
fn a_specified_disease_has_its_ceiling_by_age_and_class() {
    for counter in both(today()) {
        household(&counter, 1);
        let mut new = asked("disease", 1);
        assert_eq!(refused(apply(&counter, &new)).0, "疾病の名称");
        new.wish.disease = Some(1);
        assert_eq!(refused(apply(&counter, &new)).0, "医師の意見書");
        new.wish.doctor_opinion = true;
        let id = apply(&counter, &new).unwrap();
        let paper = decide(&counter, id).unwrap();
        assert_eq!(
            (paper.disease, paper.ceiling_yen, paper.expires_on),
            (1, 20_000, Some(day(2027, 7, 31)))
        );
        assert_eq!(paper.face.value(Item::Ceiling), Some("月額 20,000円"));
        // Another disease stands beside it; the class of the year does not matter to it.
        new.wish.disease = Some(2);
        let id = apply(&counter, &new).unwrap();
        let second = decide(&counter, id).unwrap();
        assert_eq!(
            (second.ceiling_yen, second.expires_on, second.replaces),
            (10_000, Some(day(2050, 5, 31)), None)
        );
        // The class falls: the ceiling on the paper is no longer right, and a copy of it is refused.
        counter.hand(&paper);
        counter.judged(
            HOME,
            0,
            YEAR,
            Verdict {
                class: 3,
                ..Verdict::default()
            },
        );
        let copy = (paper.certificate_id, ReissueReason::Lost);
        assert_eq!(
            refused(again(
                &counter.store,
                &counter.may(),
                &counter.acting(),
                &counter.rules,
                copy
            ))
            .0,
            "certificate.reissue.changed"
        );
        give_back::collect(
            &counter.store,
            &counter.may(),
            &counter.acting(),
            paper.certificate_id,
            ("限度額の変更", Some(today())),
        )
        .unwrap();
        counter.verify();
    }
}

// covers: CRT-011, CRT-012, CRT-013, CRT-014
#[test]
fn treatment_papers_and_proofs_stand_beside_the_others() {
    let counter = sqlite(today());
    household(&counter, 3);
    let mut relief = asked("relief_certificate", 1);
    assert_eq!(refused(apply(&counter, &relief)).0, "減免等の内容");
    relief.wish.relief = "一部負担金の免除（災害）".into();
    assert_eq!(refused(apply(&counter, &relief)).0, "期間の末日");
    relief.wish.until = Some(day(2027, 2, 19));
    let id = apply(&counter, &relief).unwrap();
    // 認定: a second person's word, and not that of who took it in.
    assert_eq!(
        refused(decide(&counter, id)).0,
        "certificate.approval.missing"
    );
    assert_eq!(
        refused(allow(
            &counter.store,
            &counter.chief_may(),
            &counter.acting(),
            id,
            "相当"
        ))
        .0,
        "certificate.approval.same_person"
    );
    allow(
        &counter.store,
        &counter.chief_may(),
        &counter.chief(),
        id,
        "相当",
    )
    .unwrap();
    let paper = decide(&counter, id).unwrap();
    assert_eq!(
        (paper.effective_from, paper.expires_on),
        (today(), Some(day(2027, 2, 19)))
    );
    assert_eq!(
        paper.face.value(Item::Relief),
        Some("一部負担金の免除（災害）")
    );
    for kind in ["special_certificate", "consultation_slip"] {
        let mut new = asked(kind, 1);
        new.wish.until = Some(day(2026, 12, 31));
        let id = apply(&counter, &new).unwrap();
        allow(
            &counter.store,
            &counter.chief_may(),
            &counter.chief(),
            id,
            "相当",
        )
        .unwrap();
        assert_eq!(decide(&counter, id).unwrap().kind, kind);
    }
    let mut own = asked("own_payment", 1);
    own.wish.periods = vec!["令和7年8月から令和8年7月まで　自己負担額 123,456円".into()];
    let id = apply(&counter, &own).unwrap();
    assert!(
        decide(&counter, id)
            .unwrap()
            .face
            .value(Item::Periods)
            .unwrap()
            .contains("123,456円")
    );
    let id = apply(&counter, &asked("proof_gain", 1)).unwrap();
    let proof = decide(&counter, id).unwrap();
    // Came by 転入: whether the prefecture's 資格 began then, nobody has said.
    assert_eq!(
        (
            proof.face.value(Item::Acquired),
            proof.face.value(Item::AppliedFrom),
            proof.expires_on
        ),
        (None, Some("令和8年4月1日"), None)
    );
    // Not lost, no proof of a loss.
    let id = apply(&counter, &asked("proof_loss", 1)).unwrap();
    assert_eq!(refused(decide(&counter, id)).0, "certificate.conditions");
    counter.report(|conn, act| lose(conn, act, 1, HOME, (day(2026, 4, 1), day(2026, 11, 20))));
    let id = apply(&counter, &asked("proof_loss", 1)).unwrap();
    assert_eq!(
        decide(&counter, id).unwrap().face.value(Item::LostOn),
        Some("令和8年11月20日")
    );
    let id = apply(&counter, &asked("proof_period", 1)).unwrap();
    assert_eq!(
        decide(&counter, id).unwrap().face.value(Item::Periods),
        Some("令和8年4月1日から令和8年11月19日まで")
    );
    // All of them stand side by side.
    let history = counter.store.read(|conn| find::of_person(conn, 1)).unwrap();
    assert_eq!(
        history
            .iter()
            .filter(|one| one.invalid_from.is_none())
            .count(),
        7
    );
}

fn owe(counter: &Counter, yen: i64, due_on: Date) {
    counter.report(|conn, _| {
        conn.execute_text(
            "insert into ledger (household_id, levy_year, entry_id, act_id, decision_id, debtor_id, fiscal_year, instalment, \
             due_on, method, debit, credit, medical_yen, support_yen, care_yen, child_yen) \
             values ($1, 2026, $2, -1, 0, 1, 2026, 1, $3, 1, 1, 2, $4, 0, 0, 0)",
            &[HOME.into(), conn_id(due_on).into(), due_on.into(), yen.into()],
        )?;
        Ok(())
    });
}

fn conn_id(due_on: Date) -> i64 {
    i64::from(due_on.day_of_year()) + 900_000
}

// covers: CRT-008, CRT-030
#[test]
fn arrears_hold_the_ceiling_certificate_back_until_a_reason_and_a_second_person() {
    for counter in both(today()) {
        household(&counter, 3);
        owe(&counter, 12_000, day(2026, 9, 30));
        owe(&counter, 12_000, day(2026, 11, 30));
        let id = apply(&counter, &asked("ceiling", 1)).unwrap();
        let shown = counter
            .store
            .read(|conn| application::examine(conn, &counter.rules, id, today()))
            .unwrap();
        // What is not yet due is no arrears.
        assert_eq!(
            (
                shown.overdue.len(),
                shown.overdue[0].left.0,
                shown.approval_needed
            ),
            (1, 12_000, true)
        );
        let (code, message) = refused(decide(&counter, id));
        assert_eq!(code, "certificate.arrears");
        assert!(
            message.contains("令和8年9月30日") && message.contains("12,000円"),
            "{message}"
        );
        let mut special = asked("ceiling", 1);
        special.wish.circumstance = "世帯主の入院（施行令第28条の6第2号）".into();
        let id = apply(&counter, &special).unwrap();
        assert_eq!(
            refused(decide(&counter, id)).0,
            "certificate.arrears.approval"
        );
        allow(
            &counter.store,
            &counter.chief_may(),
            &counter.chief(),
            id,
            "診断書を確認",
        )
        .unwrap();
        assert_eq!(decide(&counter, id).unwrap().kind, "ceiling");
        // A reduction of meals is not held back.
        counter.judged(
            HOME,
            0,
            YEAR,
            Verdict {
                class: 5,
                ..Verdict::default()
            },
        );
        let id = apply(&counter, &asked("meal_reduction", 1)).unwrap();
        decide(&counter, id).unwrap();
    }
}

/// 規則第27条の14の2第1項: 特別の事情 that were notified and accepted keep nothing back, and no second word is asked for; before
/// the decision they do not count.
// covers: CRT-030
#[test]
fn accepted_circumstances_free_the_ceiling_certificate_of_a_household_in_arrears() {
    for counter in both(today()) {
        household(&counter, 3);
        owe(&counter, 12_000, day(2026, 9, 30));
        let id = apply(&counter, &asked("ceiling", 1)).unwrap();
        let (ground, paper) = ("災害", "り災証明書");
        let (may, acting) = (counter.may(), counter.acting());
        circumstances::notify(&counter.store, &may, &acting, HOME, today(), ground, paper).unwrap();
        assert_eq!(refused(decide(&counter, id)).0, "certificate.arrears");
        let (may, acting) = (counter.chief_may(), counter.chief());
        let until = Some(day(2027, 3, 31));
        circumstances::rule(&counter.store, &may, &acting, HOME, until, "認める").unwrap();
        let shown = counter
            .store
            .read(|conn| application::examine(conn, &counter.rules, id, today()))
            .unwrap();
        assert_eq!(shown.overdue.len(), 1);
        assert!(shown.circumstances_accepted && !shown.approval_needed);
        assert_eq!(decide(&counter, id).unwrap().kind, "ceiling");
    }
}

/// 施行規則 第27条の14の4第1項・第27条の14の5第1項: for 70歳以上 the recognition knows no exception for arrears; 第27条の14の2
/// 第1項, which does, is about the classes under 70 (令 第29条の4第1項第1号・第2号).
// covers: CRT-030
#[test]
fn arrears_do_not_hold_the_ceiling_certificate_of_the_elderly_back() {
    for (kind, class, tenths) in [("ceiling", 12, 3), ("ceiling_meal", 15, 2)] {
        for counter in both(today()) {
            counter.household(HOME, 1, day(1954, 5, 5), day(2026, 4, 1));
            counter.card(1, false);
            let verdict = Verdict {
                class,
                tenths,
                pending: 0,
            };
            counter.judged(HOME, 1, YEAR, verdict);
            owe(&counter, 12_000, day(2026, 9, 30));
            let id = apply(&counter, &asked(kind, 1)).unwrap();
            let shown = counter
                .store
                .read(|conn| application::examine(conn, &counter.rules, id, today()))
                .unwrap();
            assert_eq!((shown.overdue.len(), shown.approval_needed), (1, false));
            assert_eq!(decide(&counter, id).unwrap().kind, kind);
        }
    }
}

/// 施行規則 第26条の3第2項・第26条の6の4第2項・第27条の13第4項・第27条の14の2第2項・の4第2項・の5第2項: the papers go to who holds a
/// 資格確認書 on which the recognition does not stand; マイナ保険証 tells it by itself.
// covers: CRT-025
#[test]
fn papers_of_a_recognition_go_beside_a_confirmation_alone() {
    let kinds = [
        ("ceiling", 3),
        ("meal_reduction", 5),
        ("ceiling_meal", 5),
        ("disease", 5),
    ];
    for (kind, class) in kinds {
        for counter in both(today()) {
            household(&counter, class);
            counter.card(1, true);
            let mut new = asked(kind, 1);
            if kind == "disease" {
                new.wish.disease = Some(2);
                new.wish.doctor_opinion = true;
            }
            let id = apply(&counter, &new).unwrap();
            let (code, message) = refused(decide(&counter, id));
            assert_eq!(code, "certificate.beside.card", "{message}");
            // 要配慮の申請: a 資格確認書 is due, and the paper with it.
            let wanted = Setting {
                confirmation_asked: true,
                ..Setting::default()
            };
            let (permit, acting) = (counter.may(), counter.acting());
            record_setting(&counter.store, &permit, &acting, 1, today(), &wanted).unwrap();
            decide(&counter, id).unwrap();
            // One that says it already needs nothing beside it.
            let mut own = asked("confirmation", 1);
            own.wish.class_on_face = true;
            own.wish.disease = new.wish.disease;
            own.wish.doctor_opinion = new.wish.doctor_opinion;
            let id = apply(&counter, &own).unwrap();
            decide(&counter, id).unwrap();
            let id = apply(&counter, &new).unwrap();
            assert_eq!(
                refused(decide(&counter, id)).0,
                "certificate.beside.recorded"
            );
        }
    }
    // Nobody has said anything of the card.
    let counter = sqlite(today());
    counter.household(HOME, 1, day(1980, 5, 5), day(2026, 4, 1));
    let verdict = Verdict {
        class: 3,
        ..Verdict::default()
    };
    counter.judged(HOME, 0, YEAR, verdict);
    let id = apply(&counter, &asked("ceiling", 1)).unwrap();
    assert_eq!(
        refused(decide(&counter, id)).0,
        "certificate.beside.unknown"
    );
}

// covers: CRT-016
#[test]
fn an_application_goes_forward_only_and_a_refusal_has_its_letter() {
    for counter in both(today()) {
        household(&counter, 3);
        let mut nameless = asked("ceiling", 1);
        nameless.applicant = " ".into();
        assert_eq!(refused(apply(&counter, &nameless)).0, "申請者の氏名");
        let mut ahead = asked("ceiling", 1);
        ahead.applied_on = day(2026, 11, 21);
        assert_eq!(refused(apply(&counter, &ahead)).0, "申請日");
        assert_eq!(
            refused(apply(&counter, &asked("insured_card", 1))).0,
            "certificate.kind.expired"
        );
        // The same request twice is one application.
        let request = counter.asking("apply-1");
        let first = receive(
            &counter.store,
            &counter.may(),
            &request,
            &counter.rules,
            &asked("meal_reduction", 1),
        )
        .unwrap();
        let again = receive(
            &counter.store,
            &counter.may(),
            &request,
            &counter.rules,
            &asked("meal_reduction", 1),
        )
        .unwrap();
        assert_eq!(first, again);
        let early = issue::on_application(
            &counter.store,
            &counter.may(),
            &counter.acting(),
            &counter.rules,
            first,
        );
        assert_eq!(refused(early).0, "certificate.issue.not_granted");
        let reason = "住民税課税世帯のため";
        let letter_id = refuse(
            &counter.store,
            &counter.may(),
            &counter.acting(),
            &counter.rules,
            first,
            reason,
        )
        .unwrap();
        let kept = counter
            .store
            .read(|conn| letter::require(conn, letter_id))
            .unwrap();
        assert_eq!(
            kept.letter.title,
            "食事療養標準負担額減額認定証交付申請却下通知書"
        );
        assert!(
            kept.letter.appealable && kept.letter.facts.iter().any(|(_, value)| value == reason)
        );
        let state = |id| {
            counter
                .store
                .read(|conn| application::require(conn, id))
                .unwrap()
                .step
        };
        assert_eq!(state(first), Step::Refused);
        for result in [
            grant(
                &counter.store,
                &counter.may(),
                &counter.acting(),
                &counter.rules,
                first,
            ),
            withdraw(
                &counter.store,
                &counter.may(),
                &counter.acting(),
                first,
                "取下",
            ),
            allow(
                &counter.store,
                &counter.chief_may(),
                &counter.chief(),
                first,
                "相当",
            ),
        ] {
            assert_eq!(refused(result).0, "certificate.application.decided");
        }
        let second = apply(&counter, &asked("ceiling", 1)).unwrap();
        decide(&counter, second).unwrap();
        let twice = issue::on_application(
            &counter.store,
            &counter.may(),
            &counter.acting(),
            &counter.rules,
            second,
        );
        assert_eq!(refused(twice).0, "certificate.issue.done");
        let list = counter
            .store
            .read(|conn| application::of_household(conn, HOME))
            .unwrap();
        assert_eq!(
            list.iter()
                .map(|one| one.step.label_ja())
                .collect::<Vec<_>>(),
            ["交付決定", "却下"]
        );
    }
}
