//! 証に関する通知の印刷: an act each time, and a second person's word where somebody under 支援措置 lives in the household.
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
use law::day;
use office::certificate::fact::{Sanction, SanctionKind, Setting, record_setting};
use office::certificate::{Letter, give_back, letter, letter_print, measure};
use office::registry::destination::{self, Destination, Use};
use office::registry::support::{Measure, MeasureKind};
use office::registry::{record, slot};
use office::security::permit::RegisterContact;

// covers: QUA-026, SEC-102
#[test]
fn a_letter_to_a_household_in_hiding_is_printed_after_another_s_word() {
    for counter in both(day(2026, 8, 3)) {
        counter.household(HOME, 1, day(1980, 5, 5), day(2020, 4, 1));
        counter.member(HOME, 2, 2, day(1984, 1, 1), day(2020, 4, 1));
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
        assert_eq!(print().unwrap().letter_id, letter_id);
        // The letter goes to the head; whoever hides lives with the head.
        counter.report(|conn, act| {
            let measure = Measure {
                kind: MeasureKind::Full,
                ends_on: None,
                history_number: 0,
                origin: "counter".into(),
            };
            record(conn, act, 2, Span::since(day(2026, 8, 1)), &measure)
        });
        assert_eq!(refused(print()).0, "certificate.letter.support");
        let allow = |acting: &office::Acting| {
            let why = (letter_id, "申出書を確認");
            letter_print::allow(&counter.store, &counter.chief_may(), acting, why)
        };
        assert_eq!(
            refused(allow(&counter.acting())).0,
            "certificate.approval.same_person"
        );
        allow(&counter.chief()).unwrap();
        print().unwrap();
        let printed = counter
            .store
            .read(|conn| {
                conn.query_text(
                    "select count(*) from act where kind = 'certificate.letter_print'",
                    &[],
                    |row| row.int(0),
                )
            })
            .unwrap();
        assert_eq!(printed, [2]);
    }
}

/// Sends the head's papers about certificates elsewhere.
fn elsewhere(counter: &Counter, address: &str, until: law::Date) {
    let place = Use {
        person_id: 1,
        scheme: "nhi".to_owned(),
        document: "certificate".to_owned(),
        from: counter.today.get(),
        until: Some(until),
    };
    let hospital = Destination {
        addressee: "港 花子".to_owned(),
        postal_code: "2518601".to_owned(),
        address: address.to_owned(),
        building: "朝日病院".to_owned(),
        relation: "facility".to_owned(),
        ground: "送付先変更届".to_owned(),
        ..Destination::default()
    };
    let store = &counter.store;
    let seen = store.read(|conn| slot::version(conn, 1)).unwrap();
    let acting = counter.acting();
    let permit = counter.may::<RegisterContact>();
    let id = destination::propose(store, &permit, &acting, &place, &hospital, seen).unwrap();
    let second = counter.chief_may::<RegisterContact>();
    destination::decide(store, &second, &counter.chief(), id, true, "", &[]).unwrap();
}

fn special(counter: &Counter) -> (i64, Letter) {
    let days = (day(2026, 10, 1), day(2026, 9, 10));
    let acting = counter.acting();
    let id = give_back::notify_special(
        &counter.store,
        &counter.may(),
        &acting,
        &counter.rules,
        HOME,
        days,
    );
    let id = id.unwrap();
    let kept = counter.store.read(|conn| letter::require(conn, id));
    (id, kept.unwrap().letter)
}

/// 規則第27条の5の2第1項・第2項: with the notice of 第54条の3第3項 the 資格確認書 are asked back, not of those up to the 31 March after
/// 18 and not of those who can have 原爆一般疾病医療費.
// covers: CRT-002
#[test]
fn the_notice_before_special_asks_the_confirmations_back() {
    for counter in both(day(2026, 8, 3)) {
        counter.household(HOME, 1, day(1980, 5, 5), day(2020, 4, 1));
        // Seventeen; eighteen with her last 31 March behind her; eighteen with it ahead (born on 1 April: attained on 31 March).
        for (id, born_on) in [
            (2, day(2009, 8, 1)),
            (3, day(2008, 4, 1)),
            (4, day(2008, 4, 2)),
            (5, day(1960, 1, 1)),
            (6, day(1985, 1, 1)),
        ] {
            counter.member(HOME, id, id, born_on, day(2020, 4, 1));
        }
        let exempt = Setting {
            special_exempt: true,
            ..Setting::default()
        };
        let (may, acting) = (counter.may(), counter.acting());
        record_setting(&counter.store, &may, &acting, 5, day(2026, 8, 1), &exempt).unwrap();
        let mut papers = Vec::new();
        for person in 1..=6 {
            counter.card(person, person == 6);
            let paper = counter.issue_due(HOME, person, day(2026, 8, 3)).unwrap();
            papers.push(counter.hand(&paper));
        }
        let (_, words) = special(&counter);
        let asked: Vec<i64> = papers
            .iter()
            .map(|paper| counter.get(paper.certificate_id))
            .filter(|paper| paper.return_requested_on == Some(day(2026, 8, 3)))
            .map(|paper| paper.person_id)
            .collect();
        assert_eq!(asked, [1, 3]);
        let named: Vec<&str> = words
            .facts
            .iter()
            .filter(|(label, _)| label == "返還していただく資格確認書")
            .map(|(_, which)| which.as_str())
            .collect();
        assert_eq!(named.len(), 2, "{words:?}");
        assert!(named[0].contains(&papers[0].number), "{named:?}");
        let sentence = words.paragraphs.last().unwrap();
        assert!(
            sentence.contains("18歳に達する日以後の最初の3月31日までの人")
                && sentence.contains("返還も要りません"),
            "{sentence}"
        );
        counter.verify();
    }
}

/// 地方税法第20条・国保法第78条: a paper goes where the addressee has it sent, the letter about a certificate as the
/// certificate itself.
// covers: ADR-006
#[test]
fn a_letter_goes_where_the_head_has_papers_sent() {
    let counter = sqlite(day(2026, 8, 3));
    counter.household(HOME, 1, day(1980, 5, 5), day(2020, 4, 1));
    counter.member(HOME, 2, 2, day(1984, 1, 1), day(2020, 4, 1));
    let (_, home) = special(&counter);
    assert_eq!(home.destination.address, ["東京都港区芝公園1-5-25"]);
    elsewhere(&counter, "神奈川県藤沢市朝日町1番地の1", day(2026, 8, 20));
    let (id, there) = special(&counter);
    assert_eq!(there.destination.postal_code, "2518601");
    assert_eq!(
        there.destination.address[..2],
        ["神奈川県藤沢市朝日町1番地の1", "朝日病院"]
    );
    // 支援措置: only to a place that is registered on the day it is printed.
    counter.report(|conn, act| {
        let measure = Measure {
            kind: MeasureKind::Full,
            ends_on: None,
            history_number: 0,
            origin: "counter".into(),
        };
        record(conn, act, 2, Span::since(day(2026, 8, 1)), &measure)
    });
    let why = (id, "申出書を確認");
    letter_print::allow(&counter.store, &counter.chief_may(), &counter.chief(), why).unwrap();
    let print = || letter_print::print(&counter.store, &counter.may(), &counter.acting(), id);
    print().unwrap();
    counter.today.set(day(2026, 8, 20));
    assert_eq!(refused(print()).0, "certificate.letter.place");
}

/// 国保法第54条の3第5項・施行規則第27条の5の6: before 療養の給付 begins again, that and its day are told.
// covers: CRT-003
#[test]
fn that_benefits_begin_again_is_told_before_with_the_day() {
    for counter in both(day(2026, 10, 1)) {
        counter.household(HOME, 1, day(1980, 5, 5), day(2020, 4, 1));
        let tell = |from, reason| {
            let (may, acting) = (counter.may(), counter.acting());
            measure::notify_end(
                &counter.store,
                &may,
                &acting,
                &counter.rules,
                HOME,
                (from, reason),
            )
        };
        let from = day(2026, 11, 1);
        assert_eq!(refused(tell(from, "完納")).0, "certificate.sanction.none");
        let sanction = Sanction {
            kind: SanctionKind::Special,
            noticed_on: Some(day(2026, 8, 3)),
            answer_until: Some(day(2026, 9, 10)),
            circumstance: false,
            ground: "令和7年度第8期から滞納".into(),
        };
        let span = Span::since(day(2026, 10, 15));
        counter
            .decide(HOME, &measure::Order::Impose(span, &sanction))
            .unwrap();
        // A measure that has not begun on that day does not end on it; a day that is over is not told before.
        let early = refused(tell(day(2026, 10, 14), "完納")).0;
        assert_eq!(early, "certificate.sanction.none");
        let late = refused(tell(day(2026, 9, 30), "完納")).0;
        assert_eq!(late, "療養の給付に戻す日");
        assert_eq!(refused(tell(from, " ")).0, "解除の理由");
        let id = tell(from, "完納").unwrap();
        let kept = counter
            .store
            .read(|conn| letter::require(conn, id))
            .unwrap();
        assert_eq!(kept.made_on, day(2026, 10, 1));
        let facts = &kept.letter.facts;
        let said = |label: &str| {
            facts
                .iter()
                .find(|(one, _)| one == label)
                .unwrap()
                .1
                .clone()
        };
        assert_eq!(said("療養の給付等の開始の予定年月日"), "令和8年11月1日");
        assert_eq!(said("理由"), "完納");
        assert!(kept.letter.paragraphs[0].contains("療養の給付等を行います"));
        // The letter is no decision: the measure stands until it is lifted.
        let ahead = counter
            .store
            .read(|conn| letter_print::look(conn, &kept, &counter.acting()));
        let ahead = ahead.unwrap();
        assert_eq!((ahead.concerned, ahead.held), (false, false));
        let lifting = measure::Lifting {
            from,
            noticed_on: Some(kept.made_on),
            reason: "完納",
        };
        counter
            .decide(HOME, &measure::Order::Lift(&lifting))
            .unwrap();
        assert_eq!(refused(tell(from, "完納")).0, "certificate.sanction.none");
    }
}
