//! 交付停止（居所不明）: no paper is issued to, handed to or mailed to a person whose papers are held.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod certificate_support;

use certificate_support::renewal::{FROZEN, calculated, list, published};
use certificate_support::*;
use db::Span;
use law::certificate::MailClass;
use law::{Date, day};
use office::certificate::reissue::{ReissueReason, again};
use office::certificate::{
    Certificate, deliver, find, give_back, issue, letter_print, run_mail, run_refused,
};
use office::eligibility::status::Whereabouts;
use office::registry::{end, record};

fn hold(notice: bool, certificate: bool) -> Whereabouts {
    Whereabouts {
        stage: 2,
        holds_notice: notice,
        holds_certificate: certificate,
        ground: "返戻".to_owned(),
        address: "東京都港区芝公園1-5-25".to_owned(),
        reported_on: None,
    }
}

fn held(counter: &Counter, person: i64, days: (Date, Date), fact: &Whereabouts) {
    counter.report(|conn, act| record(conn, act, person, Span::new(days.0, Some(days.1)), fact));
}

fn reissue(counter: &Counter, paper: &Certificate) -> Result<Certificate, office::OfficeError> {
    again(
        &counter.store,
        &counter.may(),
        &counter.acting(),
        &counter.rules,
        (paper.certificate_id, ReissueReason::Lost),
    )
}

// covers: CRT-031
#[test]
fn who_is_not_found_gets_no_paper_until_the_hold_is_ended() {
    for counter in both(today()) {
        household(&counter, 3);
        counter.member(HOME, 2, 2, day(1984, 1, 1), day(2026, 4, 1));
        counter.card(2, false);
        let days = (today(), day(2027, 3, 1));
        let first = counter.hand(&counter.issue_due(HOME, 1, today()).unwrap());
        let granted = apply(&counter, &asked("ceiling", 1)).unwrap();
        // What does not hold certificates, is only planned, or is over, stops nothing.
        held(&counter, 1, (day(2026, 11, 1), today()), &hold(true, true));
        held(&counter, 2, days, &hold(true, false));
        counter.hand(&counter.issue_due(HOME, 1, today()).unwrap());
        let unsent = counter.issue_due(HOME, 2, today()).unwrap();
        held(&counter, 1, days, &hold(true, true));
        let (code, message) = refused(counter.issue_due(HOME, 1, today()));
        assert_eq!(code, "certificate.whereabouts");
        assert!(message.contains("保留を終えて"), "{message}");
        assert_eq!(
            refused(decide(&counter, granted)).0,
            "certificate.whereabouts"
        );
        assert_eq!(
            refused(reissue(&counter, &first)).0,
            "certificate.reissue.over"
        );
        let standing = counter
            .store
            .read(|conn| find::of_person(conn, 1))
            .unwrap()
            .remove(0);
        assert_eq!(
            refused(reissue(&counter, &standing)).0,
            "certificate.whereabouts"
        );
        let due = issue::Due {
            household_id: HOME,
            person_id: 1,
            arose_on: today(),
            reason: "新規取得",
            expected: None,
        };
        let shown = counter
            .store
            .read(|conn| issue::preview(conn, &counter.rules, &due, today()));
        assert_eq!(refused(shown).0, "certificate.whereabouts");
        // A paper that is made is neither handed over nor mailed once the person is not found.
        let stock = unsent.form_stock.clone();
        let id = unsent.certificate_id;
        deliver::print(
            &counter.store,
            &counter.may(),
            &counter.acting(),
            (id, &stock),
        )
        .unwrap();
        counter.report(|conn, act| {
            end::<Whereabouts>(conn, act, 2, Span::new(today(), Some(days.1))).map(|_| ())
        });
        held(&counter, 2, days, &hold(false, true));
        let hand = || {
            deliver::hand_over(
                &counter.store,
                &counter.may(),
                &counter.acting(),
                id,
                "本人",
            )
        };
        let mail = (MailClass::Registered, "123");
        let sent = deliver::mail(&counter.store, &counter.may(), &counter.acting(), id, mail);
        assert_eq!(refused(sent).0, "certificate.whereabouts");
        assert_eq!(refused(hand()).0, "certificate.whereabouts");
        // The person is at the counter: the hold is ended, and the paper handed over at once.
        counter.report(|conn, act| {
            for person in [1, 2] {
                end::<Whereabouts>(conn, act, person, Span::new(today(), Some(days.1)))?;
            }
            Ok(())
        });
        hand().unwrap();
        reissue(&counter, &standing).unwrap();
        counter.verify();
    }
}

// covers: CRT-020, CRT-031
#[test]
fn a_renewal_makes_no_paper_for_who_is_not_found_and_none_is_mailed() {
    let counter = sqlite(FROZEN);
    for home in 1..=4 {
        counter.household(home, home * 10, day(1980, 5, 5), day(2020, 4, 1));
    }
    let cards: Vec<(i64, bool)> = (1..=4).map(|home| (home * 10, false)).collect();
    list(&counter, FROZEN, "a", &cards);
    let until = day(2026, 12, 1);
    held(&counter, 10, (day(2026, 7, 1), until), &hold(false, true));
    // Planned for a day after the issue.
    held(&counter, 20, (day(2026, 7, 20), until), &hold(false, true));
    held(&counter, 30, (day(2026, 7, 1), until), &hold(true, false));
    let run_id = calculated(&counter);
    let refused_rows = counter
        .store
        .read(|conn| run_mail::refused(conn, run_id, (0, 0)))
        .unwrap();
    let found: Vec<(i64, &str)> = refused_rows
        .iter()
        .map(|one| (one.person_id, one.code.as_str()))
        .collect();
    assert_eq!(found, [(10, "certificate.run.whereabouts")]);
    assert_eq!(
        run_refused::reason_ja("certificate.run.whereabouts"),
        "居所不明（交付停止）"
    );
    counter.today.set(day(2026, 7, 15));
    published(&counter, run_id);
    let stock = counter.rules.kind("confirmation", FROZEN).unwrap();
    let stock = stock.form.stock();
    run_mail::printed(
        &counter.store,
        &counter.may(),
        &counter.acting(),
        run_id,
        &[&stock],
    )
    .unwrap();
    let mail = || run_mail::mailed(&counter.store, &counter.may(), &counter.acting(), run_id);
    counter.today.set(day(2026, 7, 20));
    let (code, message) = refused(mail());
    assert_eq!(code, "certificate.run_mail.whereabouts");
    assert!(message.contains("宛名番号20"), "{message}");
    counter.today.set(day(2026, 7, 19));
    assert_eq!(mail().unwrap(), 3);
    counter.verify();
}

// covers: CRT-031
#[test]
fn a_letter_about_certificates_waits_while_its_reader_is_not_found() {
    let counter = sqlite(day(2026, 8, 3));
    counter.household(HOME, 1, day(1980, 5, 5), day(2020, 4, 1));
    let days = (day(2026, 10, 1), day(2026, 9, 10));
    let letter_id = give_back::notify_special(
        &counter.store,
        &counter.may(),
        &counter.acting(),
        &counter.rules,
        HOME,
        days,
    )
    .unwrap();
    let print =
        || letter_print::print(&counter.store, &counter.may(), &counter.acting(), letter_id);
    let until = day(2026, 9, 1);
    held(&counter, 1, (day(2026, 8, 3), until), &hold(true, false));
    let (code, message) = refused(print());
    assert_eq!(code, "certificate.letter.whereabouts");
    assert!(message.contains("発送停止（居所不明）"), "{message}");
    counter.today.set(until);
    assert_eq!(print().unwrap().letter_id, letter_id);
}
