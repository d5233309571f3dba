//! 証の窓口: applied for, decided, issued, printed, handed over, lost, issued again, given back, undone.
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
use law::certificate::{Item, MailClass, Place};
use law::day;
use office::ActId;
use office::certificate::fact::{Sanction, SanctionKind, Setting, record_setting};
use office::certificate::measure::{Lifting, Order};
use office::certificate::record::Division;
use office::certificate::reissue::{ReissueReason, again, undo};
use office::certificate::{deliver, event, find, give_back, issue, letter};
use office::registry::{Resident, record, record_person};

/// A household of two under 70: one with マイナ保険証, one without.
fn family(counter: &Counter) {
    counter.household(HOME, 1, day(1980, 5, 5), day(2026, 4, 1));
    counter.member(HOME, 2, 2, day(1982, 6, 6), day(2026, 4, 1));
    counter.card(1, false);
    counter.card(2, true);
}

// covers: CRT-001, CRT-017, CRT-032, FIL-087, FIL-170, FIL-171, FIL-172, FIL-173, FIL-174
#[test]
fn a_certificate_is_issued_with_its_number_and_kept_as_printed() {
    for counter in both(today()) {
        family(&counter);
        let first = counter.issue_due(HOME, 1, day(2026, 11, 20)).unwrap();
        assert_eq!(
            (first.kind.as_str(), first.division),
            ("confirmation", Division::New)
        );
        assert_eq!(
            (first.effective_from, first.expires_on),
            (today(), Some(day(2027, 7, 31)))
        );
        assert_eq!(
            (
                first.symbol.as_str(),
                first.number_on_face.as_str(),
                first.branch.as_str()
            ),
            ("港", "0000100", "01")
        );
        assert_eq!(
            (first.face_name.as_str(), first.face_kana.as_str()),
            ("見本　1", "ミホン")
        );
        assert!(law::certificate::code::number_holds(&first.number));
        assert_eq!(first.reason, "新規取得");
        let second = counter.issue_due(HOME, 2, day(2026, 11, 20)).unwrap();
        assert_eq!(second.kind, "notice");
        // 70歳未満のお知らせ shows no end.
        assert_eq!(second.face.value(Item::ExpiresOn), None);
        assert_eq!(first.face.value(Item::ExpiresOn), Some("令和9年7月31日"));
        counter.hand(&first);
        // The person changes their name: a reprint still shows the day of issue.
        counter.report(|conn, act| {
            let renamed = Resident {
                name: "見本　改姓".into(),
                ..resident(1, day(1980, 5, 5))
            };
            record(conn, act, 1, Span::new(day(2026, 11, 20), None), &renamed)
        });
        let printed = (first.certificate_id, first.form_stock.as_str());
        let again =
            deliver::print(&counter.store, &counter.may(), &counter.acting(), printed).unwrap();
        assert_eq!(
            (again.face.value(Item::Name), again.printed),
            (Some("見本　1"), 2)
        );
        assert_eq!(again.face, first.face);
        // And the rules it was made under are kept.
        let kept = counter
            .store
            .read(|conn| office::certificate::KeptRules::recall(conn, &first.rule_hash))
            .unwrap();
        assert_eq!(kept.hash, counter.rules.hash);
        counter.verify();
    }
}

// covers: CRT-015, CRT-017
#[test]
fn the_wrong_kind_and_the_wrong_form_cannot_be_issued() {
    let counter = sqlite(today());
    family(&counter);
    let due = |expected| issue::Due {
        household_id: HOME,
        person_id: 1,
        arose_on: today(),
        reason: "試験",
        expected: Some(expected),
    };
    for wrong in [
        "notice",
        "confirmation_special",
        "insured_card",
        "short_card",
    ] {
        let (code, message) = refused(issue::due(
            &counter.store,
            &counter.may(),
            &counter.acting(),
            &counter.rules,
            &due(wrong),
        ));
        assert_eq!(code, "certificate.kind.wrong");
        assert!(
            message.contains("資格確認書") && message.contains("マイナ保険証の利用登録がない"),
            "{message}"
        );
    }
    let certificate = counter.issue_due(HOME, 1, today()).unwrap();
    for stock in ["100201", "100199", "110101", ""] {
        let wrong = (certificate.certificate_id, stock);
        let (code, message) = refused(deliver::print(
            &counter.store,
            &counter.may(),
            &counter.acting(),
            wrong,
        ));
        assert_eq!(code, "certificate.form.wrong");
        assert!(
            message.contains("1001") && message.contains("青"),
            "{message}"
        );
    }
    assert_eq!(
        counter.get(certificate.certificate_id).place,
        Place::Decided
    );
    // Not printed, not handed over.
    let (code, _) = refused(deliver::hand_over(
        &counter.store,
        &counter.may(),
        &counter.acting(),
        certificate.certificate_id,
        "本人",
    ));
    assert_eq!(code, "certificate.state");
}

#[test]
fn what_nobody_knows_and_what_is_too_old_decides_nothing() {
    let counter = sqlite(today());
    counter.household(HOME, 1, day(1980, 5, 5), day(2026, 4, 1));
    let (code, message) = refused(counter.issue_due(HOME, 1, today()));
    assert_eq!(code, "certificate.due.none");
    assert!(message.contains("利用登録の状況が分からない"), "{message}");
    counter.card(1, false);
    counter.today.set(day(2027, 1, 4));
    counter.issue_due(HOME, 1, day(2027, 1, 4)).unwrap();
    counter.today.set(day(2027, 1, 5));
    let (code, message) = refused(counter.issue_due(HOME, 1, day(2027, 1, 5)));
    assert_eq!(code, "certificate.card_list.stale");
    assert!(
        message.contains("令和8年11月20日現在") && message.contains("46日"),
        "{message}"
    );
    // 要配慮者: the card no longer decides.
    let setting = Setting {
        confirmation_asked: true,
        ..Setting::default()
    };
    record_setting(
        &counter.store,
        &counter.may(),
        &counter.acting(),
        1,
        day(2027, 1, 5),
        &setting,
    )
    .unwrap();
    counter.issue_due(HOME, 1, day(2027, 1, 5)).unwrap();
}

// covers: CRT-021, CRT-022, CRT-031
#[test]
fn a_reissue_keeps_the_number_and_ends_the_earlier_copy() {
    for counter in both(today()) {
        family(&counter);
        let first = counter.issue_due(HOME, 1, today()).unwrap();
        let first = counter.hand(&first);
        let asked = (first.certificate_id, ReissueReason::Lost);
        let request = counter.asking("reissue-1");
        let second = again(
            &counter.store,
            &counter.may(),
            &request,
            &counter.rules,
            asked,
        )
        .unwrap();
        // The same request again gives the same paper, not a third one.
        let same = again(
            &counter.store,
            &counter.may(),
            &request,
            &counter.rules,
            asked,
        )
        .unwrap();
        assert_eq!(same.certificate_id, second.certificate_id);
        assert_eq!(counter.number("select count(*) from certificate"), 2);
        assert_eq!(
            (second.number.as_str(), second.copy_no),
            (first.number.as_str(), 2)
        );
        assert_eq!(
            (second.division, second.reason.as_str()),
            (Division::Reissue, "紛失")
        );
        assert!(
            second
                .face
                .back
                .iter()
                .any(|line| line.contains("再交付（2回目の交付）"))
        );
        assert_eq!(
            (second.effective_from, second.expires_on),
            (first.effective_from, first.expires_on)
        );
        let old = counter.get(first.certificate_id);
        assert_eq!((old.place, old.invalid_from), (Place::Lost, Some(today())));
        assert!(!old.usable_on(today()));
        // The scan code of the old copy is not that of the new one.
        assert_ne!(
            first.scan().figures().unwrap(),
            second.scan().figures().unwrap()
        );
        // It turns up again and is given back at once.
        give_back::found_again(
            &counter.store,
            &counter.may(),
            &counter.acting(),
            first.certificate_id,
        )
        .unwrap();
        let back = give_back::collect(
            &counter.store,
            &counter.may(),
            &counter.acting(),
            first.certificate_id,
            ("再交付後に発見", None),
        )
        .unwrap();
        assert_eq!(
            (back.place, back.collected_on),
            (Place::Collected, Some(today()))
        );
        let (code, _) = refused(again(
            &counter.store,
            &counter.may(),
            &counter.acting(),
            &counter.rules,
            asked,
        ));
        assert_eq!(code, "certificate.reissue.over");
        counter.verify();
    }
}

// covers: CRT-018, CRT-019, CRT-023, CRT-031, CRT-035, FIL-179
#[test]
fn collection_inspection_and_the_notice_of_return_are_kept_and_found() {
    for counter in both(today()) {
        family(&counter);
        let certificate = counter.issue_due(HOME, 1, today()).unwrap();
        let id = counter.hand(&certificate).certificate_id;
        let inspected =
            give_back::inspect(&counter.store, &counter.may(), &counter.acting(), id).unwrap();
        assert_eq!(inspected.inspected_on, Some(today()));
        let outstanding = |counter: &Counter| {
            let filter = find::Filter {
                outstanding: Some(true),
                ..find::Filter::default()
            };
            let found = counter
                .store
                .read(|conn| find::search(conn, &filter, 0))
                .unwrap();
            found
                .into_iter()
                .map(|one| one.certificate_id)
                .collect::<Vec<_>>()
        };
        assert!(outstanding(&counter).is_empty());
        give_back::invalidate(
            &counter.store,
            &counter.may(),
            &counter.acting(),
            id,
            (day(2026, 12, 1), "社会保険加入"),
        )
        .unwrap();
        let asked = (id, "国民健康保険の資格喪失", day(2026, 12, 10));
        let letter_id = give_back::request_return(
            &counter.store,
            &counter.may(),
            &counter.acting(),
            &counter.rules,
            asked,
        )
        .unwrap();
        assert_eq!(outstanding(&counter), [id]);
        let kept = counter
            .store
            .read(|conn| letter::require(conn, letter_id))
            .unwrap();
        assert_eq!(kept.letter.title, "資格確認書の返還について");
        assert!(
            kept.letter
                .facts
                .iter()
                .any(|(label, value)| label == "返還の期限" && value == "令和8年12月10日")
        );
        assert_eq!(kept.letter.destination.addressee, "見本　1");
        let reason = ("限度額の変更", Some(day(2026, 11, 15)));
        give_back::collect(
            &counter.store,
            &counter.may(),
            &counter.acting(),
            id,
            reason,
        )
        .unwrap();
        assert!(outstanding(&counter).is_empty());
        let history = counter.store.read(|conn| event::history(conn, id)).unwrap();
        assert_eq!(
            history.last().unwrap().reason_arose_on,
            Some(day(2026, 11, 15))
        );
        let (code, message) = refused(give_back::collect(
            &counter.store,
            &counter.may(),
            &counter.acting(),
            id,
            reason,
        ));
        assert_eq!(code, "certificate.state");
        assert!(message.contains("すでに回収"), "{message}");
        let ahead = ("治癒", Some(day(2026, 12, 1)));
        assert_eq!(
            refused(give_back::collect(
                &counter.store,
                &counter.may(),
                &counter.acting(),
                id,
                ahead
            ))
            .0,
            "理由発生日"
        );
        counter.verify();
    }
}

// covers: CRT-031
#[test]
fn mail_is_closed_by_scanning_and_what_came_back_opens_the_search_for_the_person() {
    for counter in both(today()) {
        family(&counter);
        let certificate = counter.issue_due(HOME, 1, today()).unwrap();
        let id = certificate.certificate_id;
        let stock = certificate.form_stock.clone();
        deliver::print(
            &counter.store,
            &counter.may(),
            &counter.acting(),
            (id, &stock),
        )
        .unwrap();
        let (field, _) = refused(deliver::mail(
            &counter.store,
            &counter.may(),
            &counter.acting(),
            id,
            (MailClass::Registered, ""),
        ));
        assert_eq!(field, "引受番号");
        deliver::mail(
            &counter.store,
            &counter.may(),
            &counter.acting(),
            id,
            (MailClass::Registered, "123-45-67890-1"),
        )
        .unwrap();
        let scanned = certificate.scan().figures().unwrap();
        // A figure misread is no certificate.
        let misread = scanned.replacen('1', "7", 1);
        assert_eq!(
            refused(deliver::delivered(
                &counter.store,
                &counter.may(),
                &counter.acting(),
                &misread
            ))
            .0,
            "certificate.code.unread"
        );
        // Nor is the code of a copy that does not exist.
        let other = law::certificate::ScanCode {
            copy: 2,
            ..certificate.scan()
        }
        .figures()
        .unwrap();
        assert_eq!(
            refused(deliver::delivered(
                &counter.store,
                &counter.may(),
                &counter.acting(),
                &other
            ))
            .0,
            "certificate.scan.mismatch"
        );
        let back = deliver::came_back(
            &counter.store,
            &counter.may(),
            &counter.acting(),
            (&scanned, "あて所に尋ねあたりません"),
        )
        .unwrap();
        assert_eq!(back.place, Place::ComeBack);
        let count = counter.number("select count(*) from work_item where kind = 'status.whereabouts' and person_id = 1 and state = 'open'");
        assert_eq!(count, 1);
        deliver::mail(
            &counter.store,
            &counter.may(),
            &counter.acting(),
            id,
            (MailClass::Specified, "999"),
        )
        .unwrap();
        let done = deliver::delivered(&counter.store, &counter.may(), &counter.acting(), &scanned)
            .unwrap();
        assert_eq!(done.place, Place::Holder);
        counter.verify();
    }
}

#[test]
fn undoing_leaves_what_would_be_and_refuses_when_the_paper_has_left() {
    for counter in both(today()) {
        family(&counter);
        let first = counter.issue_due(HOME, 1, today()).unwrap();
        let first = counter.hand(&first);
        let later = counter.issue_due(HOME, 1, day(2026, 12, 1)).unwrap();
        let old = counter.get(first.certificate_id);
        assert_eq!(
            (old.place, old.invalid_from, later.replaces),
            (
                Place::Holder,
                Some(day(2026, 12, 1)),
                Some(old.certificate_id)
            )
        );
        // Up to its day the earlier one holds.
        assert!(old.usable_on(day(2026, 11, 30)) && !old.usable_on(day(2026, 12, 1)));
        undo(
            &counter.store,
            &counter.may(),
            &counter.acting(),
            ActId(later.act_id),
            "対象者の誤り",
        )
        .unwrap();
        assert_eq!(counter.get(first.certificate_id).invalid_from, None);
        assert_eq!(counter.get(later.certificate_id).place, Place::Voided);
        let (code, message) = refused(undo(
            &counter.store,
            &counter.may(),
            &counter.acting(),
            ActId(first.act_id),
            "誤り",
        ));
        assert_eq!(code, "certificate.state");
        assert!(message.contains("本人へ渡っています"), "{message}");
        // Handing over is taken back, then the issue can be.
        let hand = counter
            .store
            .read(|conn| event::history(conn, first.certificate_id))
            .unwrap();
        let handed = hand
            .iter()
            .find(|one| one.kind.code() == "handed")
            .unwrap()
            .act_id;
        undo(
            &counter.store,
            &counter.may(),
            &counter.acting(),
            ActId(handed),
            "渡していない",
        )
        .unwrap();
        undo(
            &counter.store,
            &counter.may(),
            &counter.acting(),
            ActId(first.act_id),
            "誤り",
        )
        .unwrap();
        assert_eq!(counter.get(first.certificate_id).place, Place::Voided);
        assert_eq!(
            refused(undo(
                &counter.store,
                &counter.may(),
                &counter.acting(),
                ActId(-5),
                "誤り"
            ))
            .0,
            "certificate.undo.nothing"
        );
        counter.verify();
    }
}

// covers: CRT-003, FIL-097
#[test]
fn special_treatment_begins_after_its_notice_and_spares_the_children() {
    for counter in both(day(2026, 8, 3)) {
        family(&counter);
        counter.member(HOME, 3, 3, day(2010, 7, 7), day(2026, 4, 1));
        counter.card(3, false);
        let days = (day(2026, 10, 1), day(2026, 9, 10));
        let letter_id = deliver_notice(&counter, days);
        let kept = counter
            .store
            .read(|conn| letter::require(conn, letter_id))
            .unwrap();
        assert_eq!(kept.letter.destination.addressee, "見本　1");
        let sanction = |noticed| Sanction {
            kind: SanctionKind::Special,
            noticed_on: noticed,
            answer_until: Some(day(2026, 9, 10)),
            circumstance: false,
            ground: "令和6年度第3期から滞納、勧奨4回".into(),
        };
        let span = Span::new(day(2026, 10, 1), None);
        let (code, _) = refused(counter.decide(HOME, &Order::Impose(span, &sanction(None))));
        assert_eq!(code, "certificate.sanction.notice");
        let early = Span::new(day(2026, 9, 10), None);
        let noticed = sanction(Some(day(2026, 8, 3)));
        assert_eq!(
            refused(counter.decide(HOME, &Order::Impose(early, &noticed))).0,
            "certificate.sanction.notice"
        );
        counter
            .decide(HOME, &Order::Impose(span, &noticed))
            .unwrap();
        counter.today.set(day(2026, 10, 1));
        for person in [1, 2, 3] {
            counter.card(person, person == 2);
        }
        let kinds: Vec<String> = [1, 2, 3]
            .iter()
            .map(|person| {
                counter
                    .issue_due(HOME, *person, day(2026, 10, 1))
                    .unwrap()
                    .kind
            })
            .collect();
        assert_eq!(
            kinds,
            ["confirmation_special", "notice_special", "confirmation"]
        );
        // Before 療養の給付 begins again it is told, on a day that is over.
        let end = |from, noticed_on| {
            let lifting = Lifting {
                from,
                noticed_on,
                reason: "完納",
            };
            counter.decide(HOME, &Order::Lift(&lifting))
        };
        let (from, today) = (day(2026, 11, 1), day(2026, 10, 1));
        let late = (day(2026, 9, 30), Some(today));
        for wrong in [(from, None), (from, Some(day(2026, 10, 2))), late] {
            let (code, _) = refused(end(wrong.0, wrong.1));
            assert_eq!(code, "解除の通知日", "{wrong:?}");
        }
        end(from, Some(today)).unwrap();
        let said = "select count(*) from act where kind = 'certificate.lift' and note like '%令和8年10月1日%'";
        assert_eq!(counter.number(said), 1);
        let none = refused(end(from, Some(today))).0;
        assert_eq!(none, "certificate.sanction.none");
        let back = counter.issue_due(HOME, 1, day(2026, 11, 1)).unwrap();
        assert_eq!(back.kind, "confirmation");
        // The history of the sanction stays.
        assert_eq!(
            counter.number("select count(*) from sanction_fact where subject = 100"),
            2
        );
    }
}

fn deliver_notice(counter: &Counter, days: (law::Date, law::Date)) -> i64 {
    give_back::notify_special(
        &counter.store,
        &counter.may(),
        &counter.acting(),
        &counter.rules,
        HOME,
        days,
    )
    .unwrap()
}

// covers: CRT-002, FIL-097
#[test]
fn a_household_in_arrears_had_a_short_certificate_and_its_history_is_kept() {
    let counter = sqlite(day(2024, 9, 2));
    counter.household(HOME, 1, day(1980, 5, 5), day(2020, 4, 1));
    let full = counter.issue_due(HOME, 1, day(2024, 9, 2)).unwrap();
    assert_eq!(
        (full.kind.as_str(), full.expires_on),
        ("insured_card", Some(day(2025, 7, 31)))
    );
    counter.hand(&full);
    let sanction = Sanction {
        kind: SanctionKind::ShortTerm,
        noticed_on: None,
        answer_until: None,
        circumstance: false,
        ground: "令和5年度第8期から滞納".into(),
    };
    counter
        .decide(
            HOME,
            &Order::Impose(Span::new(day(2024, 9, 2), None), &sanction),
        )
        .unwrap();
    let short = counter.issue_due(HOME, 1, day(2024, 9, 2)).unwrap();
    assert_eq!(
        (short.kind.as_str(), short.expires_on),
        ("short_card", Some(day(2025, 3, 31)))
    );
    let history = counter.store.read(|conn| find::of_person(conn, 1)).unwrap();
    assert_eq!(
        history
            .iter()
            .map(|one| one.kind.as_str())
            .collect::<Vec<_>>(),
        ["short_card", "insured_card"]
    );
    // The kind ended with 1 December 2024.
    counter.today.set(day(2024, 12, 2));
    let asked = (short.certificate_id, ReissueReason::Lost);
    counter.hand(&short);
    let (code, _) = refused(again(
        &counter.store,
        &counter.may(),
        &counter.acting(),
        &counter.rules,
        asked,
    ));
    assert_eq!(code, "certificate.kind.expired");
}

// covers: CRT-033, CRT-034, QUA-026, FIL-175, FIL-176, FIL-177, FIL-178
#[test]
fn alias_sex_on_the_back_and_nondisclosure_stand_on_the_paper_and_in_the_file() {
    for counter in both(today()) {
        counter.household(HOME, 1, day(1980, 5, 5), day(2026, 4, 1));
        counter.report(|conn, act| {
            let foreign = Resident {
                name: "ＮＧＵＹＥＮ　ＶＡＮ　ＡＮ".into(),
                kana: "グエン　ヴァン　アン".into(),
                latin_name: Some("ＮＧＵＹＥＮ　ＶＡＮ　ＡＮ".into()),
                alias: Some("阮　安".into()),
                ..resident(1, day(1980, 5, 5))
            };
            record_person(conn, act, 1, 2, Span::new(day(1980, 5, 5), None), &foreign)
        });
        counter.card(1, false);
        let setting = Setting {
            alias_kana: Some("ゲン　ヤス".into()),
            sex_on_back: true,
            nondisclosure: true,
            ..Setting::default()
        };
        record_setting(
            &counter.store,
            &counter.may(),
            &counter.acting(),
            1,
            day(2026, 11, 1),
            &setting,
        )
        .unwrap();
        let certificate = counter.issue_due(HOME, 1, today()).unwrap();
        assert_eq!(
            (
                certificate.face_name.as_str(),
                certificate.face_kana.as_str()
            ),
            ("阮　安", "ゲン　ヤス")
        );
        assert_eq!(
            certificate.real_name.as_deref(),
            Some("ＮＧＵＹＥＮ　ＶＡＮ　ＡＮ")
        );
        assert_eq!(
            certificate.real_kana.as_deref(),
            Some("グエン　ヴァン　アン")
        );
        assert_eq!(certificate.face.value(Item::Sex), Some("裏面参照"));
        assert_eq!(certificate.face.back, ["性別　女"]);
        assert!(certificate.sex_on_back && certificate.nondisclosure);
        // 支援措置: printing needs another's word.
        let print = (certificate.certificate_id, certificate.form_stock.as_str());
        assert_eq!(
            refused(deliver::print(
                &counter.store,
                &counter.may(),
                &counter.acting(),
                print
            ))
            .0,
            "certificate.print.support"
        );
        let own = deliver::allow_printing(
            &counter.store,
            &counter.chief_may(),
            &counter.acting(),
            certificate.certificate_id,
            "本人確認済",
        );
        assert_eq!(refused(own).0, "certificate.approval.same_person");
        deliver::allow_printing(
            &counter.store,
            &counter.chief_may(),
            &counter.chief(),
            certificate.certificate_id,
            "本人確認済",
        )
        .unwrap();
        deliver::print(&counter.store, &counter.may(), &counter.acting(), print).unwrap();
    }
}
