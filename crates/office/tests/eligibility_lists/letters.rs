//! 文書の印刷と返り: counts that tie, 支援措置 looked at in the moment of printing, one printing and one answer each.

use crate::counter::{Counter, on_both};
use ::office::OfficeError;
use ::office::eligibility::letters::desk::{self, Answer, Batch, What};
use ::office::eligibility::letters::{Letter, LetterKind, of_person};
use ::office::eligibility::status::Whereabouts;
use ::office::eligibility::status::whereabouts;
use ::office::eligibility::waves::{self, Wave};
use ::office::registry::support::{self as measure, Measure, MeasureKind};
use ::office::security::permit::{
    ApproveEligibility, HandleWork, PrintNotice, RegisterResident, RunEligibility,
};
use db::Span;
use law::day;

fn wave(counter: &Counter, wave: Wave) -> waves::Figures {
    let permit = counter.permit::<RunEligibility>();
    let store = &counter.desk.store;
    let books = counter.books();
    let practice = books
        .book
        .office_practice(books.municipality, counter.today.get())
        .unwrap();
    let of = (books.municipality, &practice);
    let tried = waves::preview(store, &permit, &counter.acting(), of, (wave, None)).unwrap();
    let again = waves::preview(store, &permit, &counter.acting(), of, (wave, None)).unwrap();
    assert_eq!(tried, again, "a trial changes nothing");
    let done = waves::run(store, &permit, &counter.acting(), of, (wave, None)).unwrap();
    assert_eq!(tried, done, "it does what was shown");
    done
}

fn print(counter: &Counter, set: &dyn Fn(&Letter) -> Result<String, OfficeError>) -> Option<Batch> {
    desk::print(
        &counter.desk.store,
        &counter.permit::<PrintNotice>(),
        &counter.acting(),
        (LetterKind::UnreportedFirst, 0),
        set,
    )
    .unwrap()
    .map(|done| done.0)
}

fn letter(counter: &Counter, person: i64) -> Letter {
    let all = counter
        .desk
        .store
        .read(|conn| of_person(conn, person))
        .unwrap();
    all.into_iter().next().unwrap()
}

fn whats(counter: &Counter, letter_id: i64) -> Vec<What> {
    let steps = counter
        .desk
        .store
        .read(|conn| desk::steps(conn, letter_id))
        .unwrap();
    steps.into_iter().map(|step| step.what).collect()
}

#[test]
fn what_is_decided_is_printed_held_or_refused_and_said_why() {
    on_both(day(2026, 6, 15), |counter| {
        let store = &counter.desk.store;
        for (id, name) in [(1, "見本　一"), (2, "見本　二"), (3, "見本　三")] {
            counter.named(id, name, "ミホン", day(1985, 1, 1), day(2025, 10, 1));
        }
        assert_eq!(wave(counter, Wave::UnreportedCollect)[0].1, 3);
        assert_eq!(wave(counter, Wave::UnreportedWave)[0].1, 3);
        // The measure begins after the letter was written.
        let seen = store
            .read(|conn| ::office::registry::event::version(conn, 2))
            .unwrap();
        measure::register(
            store,
            &counter.permit::<RegisterResident>(),
            &counter.acting(),
            2,
            seen,
            Span::new(day(2026, 6, 15), None),
            &Measure {
                kind: MeasureKind::Full,
                ends_on: None,
                history_number: 0,
                origin: "counter".to_owned(),
            },
        )
        .unwrap();
        let set = |one: &Letter| {
            if one.person_id == 3 {
                return Err(OfficeError::input("文書", "印刷できない文字"));
            }
            Ok(format!("版面{}", one.letter_id))
        };
        let first = print(counter, &set).unwrap();
        assert_eq!(
            (first.decided, first.printed, first.held, first.refused),
            (3, 1, 1, 1)
        );
        assert!(first.ties());
        let (one, two) = (letter(counter, 1).letter_id, letter(counter, 2).letter_id);
        assert_eq!(whats(counter, one), [What::Printed]);
        assert_eq!(whats(counter, two), [What::Held]);
        let kept = store
            .read(|conn| desk::papers(conn, first.batch_id))
            .unwrap();
        assert_eq!(kept, [format!("版面{one}")]);
        // What was printed is not printed again; what was not still waits.
        let second = print(counter, &set).unwrap();
        assert_eq!((second.decided, second.printed), (2, 0));
        // 支援措置: somebody else allows it.
        let allow = |reason: &str| {
            desk::allow(
                store,
                &crate::support::permit::<ApproveEligibility>(&counter.chief),
                &counter.as_chief(),
                two,
                reason,
            )
        };
        assert!(matches!(allow(" "), Err(OfficeError::Input { .. })));
        allow("送付先を確かめた").unwrap();
        let third = print(counter, &|one| Ok(one.letter_id.to_string())).unwrap();
        assert_eq!((third.decided, third.printed), (2, 2));
        assert!(print(counter, &set).is_none(), "nothing waits");
        let counts = store.read(desk::counts).unwrap();
        assert_eq!((counts[0].decided, counts[0].printed), (3, 3));
        // 発送 once.
        let mail = || {
            desk::mail(
                store,
                &counter.permit::<PrintNotice>(),
                &counter.acting(),
                third.batch_id,
            )
        };
        assert_eq!(mail().unwrap(), 2);
        assert!(matches!(mail(), Err(OfficeError::Conflict(_))));
    });
}

/// 発送停止（居所不明）: kept back while it stands, printed and mailed when it has ended; the search itself goes out.
#[test]
fn a_letter_to_who_is_not_found_waits_and_is_not_lost() {
    on_both(day(2026, 6, 15), |counter| {
        let store = &counter.desk.store;
        for (id, name) in [(1, "見本　一"), (2, "見本　二")] {
            counter.named(id, name, "ミホン", day(1985, 1, 1), day(2025, 10, 1));
        }
        wave(counter, Wave::UnreportedCollect);
        wave(counter, Wave::UnreportedWave);
        let hold = |person: i64, days: (law::Date, law::Date)| {
            let fact = Whereabouts {
                stage: 1,
                holds_notice: true,
                holds_certificate: false,
                ground: "返戻".to_owned(),
                address: "東京都港区芝公園1-5-25".to_owned(),
                reported_on: None,
            };
            let span = Span::new(days.0, Some(days.1));
            counter.desk.report(counter.today.get(), |conn, act| {
                ::office::registry::record(conn, act, person, span, &fact)
            });
        };
        hold(1, (day(2026, 6, 15), day(2026, 6, 20)));
        let set = |one: &Letter| Ok(format!("版面{}", one.letter_id));
        let first = print(counter, &set).unwrap();
        assert_eq!((first.decided, first.printed, first.held), (2, 1, 1));
        let (one, two) = (letter(counter, 1).letter_id, letter(counter, 2).letter_id);
        assert_eq!(whats(counter, one), [What::Held]);
        let said = store.read(|conn| desk::steps(conn, one)).unwrap();
        assert!(said[0].note.contains("発送停止（居所不明）"), "{said:?}");
        // Not found after the printing: it stays in the office, and goes when the hold has ended.
        hold(2, (day(2026, 6, 16), day(2026, 6, 20)));
        counter.today.set(day(2026, 6, 16));
        let mail = |batch: i64| {
            let permit = counter.permit::<PrintNotice>();
            desk::mail(store, &permit, &counter.acting(), batch)
        };
        let refused = mail(first.batch_id).unwrap_err();
        assert!(
            matches!(&refused, OfficeError::Refusal(it) if it.code == "eligibility.letter.whereabouts"),
            "{refused:?}"
        );
        assert!(
            !store
                .read(|conn| desk::is_mailed(conn, first.batch_id))
                .unwrap()
        );
        counter.today.set(day(2026, 6, 20));
        assert_eq!(mail(first.batch_id).unwrap(), 1);
        assert!(
            store
                .read(|conn| desk::is_mailed(conn, first.batch_id))
                .unwrap()
        );
        assert_eq!(whats(counter, two), [What::Printed, What::Mailed]);
        let second = print(counter, &set).unwrap();
        assert_eq!((second.decided, second.printed), (1, 1));
        assert_eq!(whats(counter, one), [What::Held, What::Printed]);
    });
}

// covers: QUA-023
#[test]
fn an_answer_closes_its_matter_and_a_letter_that_came_back_opens_a_search() {
    on_both(day(2026, 6, 15), |counter| {
        let store = &counter.desk.store;
        for (id, name) in [(1, "見本　一"), (2, "見本　二")] {
            counter.named(id, name, "ミホン", day(1985, 1, 1), day(2025, 10, 1));
        }
        wave(counter, Wave::UnreportedCollect);
        wave(counter, Wave::UnreportedWave);
        let permit = counter.permit::<HandleWork>();
        let answered = letter(counter, 1);
        let answer = |words: &str| {
            let answer = Answer {
                double: false,
                words,
            };
            desk::answer(
                store,
                &permit,
                &counter.acting(),
                answered.letter_id,
                &answer,
            )
        };
        assert!(matches!(answer(""), Err(OfficeError::Input { .. })));
        answer("勤め先の健康保険に加入した").unwrap();
        let open: Vec<i64> = counter
            .open_items()
            .iter()
            .filter_map(|item| item.person_id)
            .collect();
        assert_eq!(open, [2], "the other one still waits");
        let back = letter(counter, 2);
        desk::came_back(
            store,
            &permit,
            &counter.acting(),
            back.letter_id,
            "あて所に尋ねあたりません",
        )
        .unwrap();
        let card = store.read(|conn| whereabouts::card(conn, 2)).unwrap();
        assert_eq!(card.len(), 1);
        assert!(card[0].finding.contains("尋ねあたりません"));
        let kinds: Vec<String> = counter
            .open_items()
            .into_iter()
            .map(|item| item.kind)
            .collect();
        assert!(
            kinds.contains(&"status.whereabouts".to_owned()),
            "{kinds:?}"
        );
        assert!(matches!(
            desk::came_back(store, &permit, &counter.acting(), 999, "理由"),
            Err(OfficeError::Refusal(_))
        ));
    });
}
