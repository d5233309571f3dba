//! 文書の印刷と返り: counts that tie, 支援措置 looked at in the moment of printing, one printing and one answer each.

use crate::counter::{Counter, on_both};
use ::office::OfficeError;
use ::office::eligibility::letters::desk::{self, Answer, Batch, What};
use ::office::eligibility::letters::{Letter, LetterKind, of_person};
use ::office::eligibility::status::Whereabouts;
use ::office::eligibility::status::whereabouts;
use ::office::eligibility::waves::{self, Wave};
use ::office::registry::representative::{self, Representative, Standing};
use ::office::registry::slot;
use ::office::registry::support::{self as measure, Measure, MeasureKind};
use ::office::registry::{Resident, record, timeline};
use ::office::security::permit::{
    ApproveEligibility, HandleWork, PrintNotice, RegisterContact, RegisterResident, RunEligibility,
};
use ::office::security::{Role, Session};
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
    print_as(counter, &counter.clerk, set)
}

fn print_as(
    counter: &Counter,
    session: &Session,
    set: &dyn Fn(&Letter) -> Result<String, OfficeError>,
) -> Option<Batch> {
    desk::print(
        &counter.desk.store,
        (&crate::support::permit::<PrintNotice>(session), session),
        &session.acting("試験", counter.today.get(), counter.desk.tick(), None),
        (LetterKind::UnreportedFirst, 0),
        set,
    )
    .unwrap()
    .map(|done| done.0)
}

/// 支援措置 begins today.
fn hide(counter: &Counter, person: i64) {
    let store = &counter.desk.store;
    let seen = store
        .read(|conn| ::office::registry::event::version(conn, person))
        .unwrap();
    measure::register(
        store,
        &counter.permit::<RegisterResident>(),
        &counter.acting(),
        person,
        seen,
        Span::new(counter.today.get(), None),
        &Measure {
            kind: MeasureKind::Full,
            ends_on: None,
            history_number: 0,
            origin: "counter".to_owned(),
        },
    )
    .unwrap();
}

/// The person moves, or the 送付先 is another one.
fn moves(counter: &Counter, person: i64, address: &str) {
    counter.desk.report(counter.today.get(), |conn, act| {
        let standing = timeline::<Resident>(conn, person, None)?;
        let moved = Resident {
            address: address.to_owned(),
            ..standing.last().unwrap().fact.clone()
        };
        record(
            conn,
            act,
            person,
            Span::new(counter.today.get(), None),
            &moved,
        )
    });
}

/// The chief allows a letter for the place they see.
fn allow(counter: &Counter, letter_id: i64, reason: &str, seen: &str) -> Result<(), OfficeError> {
    desk::allow(
        &counter.desk.store,
        &crate::support::permit::<ApproveEligibility>(&counter.chief),
        &counter.as_chief(),
        letter_id,
        (reason, seen),
    )
}

/// The place a letter goes to now, as a page hands it to who decides.
fn place(counter: &Counter, letter_id: i64) -> String {
    let today = counter.today.get();
    let looked = counter.desk.store.read(|conn| {
        let letter = desk::get(conn, letter_id)?.unwrap();
        desk::look(conn, letter, today)
    });
    desk::digest(&looked.unwrap().letter.content.addressee)
}

fn code_of(result: Result<(), OfficeError>) -> &'static str {
    match result {
        Err(OfficeError::Refusal(refusal)) => refusal.code,
        Err(OfficeError::Conflict(_)) => "conflict",
        other => panic!("{other:?}"),
    }
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

/// 承認後・別封: one that was allowed goes by itself wherever it stands, and holds up nobody before it.
// covers: SEC-102
#[test]
fn an_allowed_letter_behind_others_waits_for_a_run_of_its_own() {
    on_both(day(2026, 6, 15), |counter| {
        for (id, name) in [(1, "見本　一"), (2, "見本　二"), (3, "見本　三")] {
            counter.named(id, name, "ミホン", day(1985, 1, 1), day(2025, 10, 1));
        }
        assert_eq!(wave(counter, Wave::UnreportedCollect)[0].1, 3);
        assert_eq!(wave(counter, Wave::UnreportedWave)[0].1, 3);
        hide(counter, 2);
        let two = letter(counter, 2).letter_id;
        allow(counter, two, "送付先を確かめた", &place(counter, two)).unwrap();
        let set = |one: &Letter| Ok(one.letter_id.to_string());
        for run in 1..=3 {
            let printed = print(counter, &set).unwrap();
            let of_run = (printed.decided, printed.printed, printed.held);
            assert_eq!(of_run, (1, 1, 0), "run {run}");
        }
        assert_eq!(whats(counter, two), [What::Allowed, What::Printed]);
        assert!(print(counter, &set).is_none(), "nothing waits");
    });
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
        hide(counter, 2);
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
        let seen = place(counter, two);
        let blank = allow(counter, two, " ", &seen);
        assert!(matches!(blank, Err(OfficeError::Input { .. })));
        allow(counter, two, "送付先を確かめた", &seen).unwrap();
        // By itself, and the others afterwards.
        let apart = print(counter, &|one| Ok(one.letter_id.to_string())).unwrap();
        assert_eq!((apart.decided, apart.printed), (1, 1));
        assert_eq!(whats(counter, two).last(), Some(&What::Printed));
        let third = print(counter, &|one| Ok(one.letter_id.to_string())).unwrap();
        assert_eq!((third.decided, third.printed), (1, 1));
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
        assert_eq!(mail().unwrap(), 1);
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

// covers: SEC-102
#[test]
fn a_word_for_a_letter_counts_for_the_place_it_was_given_for_alone() {
    on_both(day(2026, 6, 15), |counter| {
        let store = &counter.desk.store;
        for (id, name) in [(1, "見本　一"), (2, "見本　二")] {
            counter.named(id, name, "ミホン", day(1985, 1, 1), day(2025, 10, 1));
        }
        wave(counter, Wave::UnreportedCollect);
        wave(counter, Wave::UnreportedWave);
        let (one, two) = (letter(counter, 1).letter_id, letter(counter, 2).letter_id);
        let other = place(counter, one);
        assert_eq!(
            code_of(allow(counter, one, "確かめた", &other)),
            "eligibility.letter.ordinary"
        );
        // Fled after the letter was written: it goes where they live now, or not at all.
        hide(counter, 2);
        let seen = place(counter, two);
        moves(counter, 2, "東京都港区かくれ町9-9");
        assert_eq!(code_of(allow(counter, two, "確かめた", &seen)), "conflict");
        let seen = place(counter, two);
        allow(counter, two, "確かめた", &seen).unwrap();
        moves(counter, 2, "東京都港区べつの町8-8");
        let set = |one: &Letter| Ok(one.content.addressee.address.clone());
        let first = print(counter, &set).unwrap();
        assert_eq!((first.decided, first.printed, first.held), (2, 1, 1));
        assert_eq!(whats(counter, two).last(), Some(&What::Held));
        let seen = place(counter, two);
        allow(counter, two, "確かめた", &seen).unwrap();
        let second = print(counter, &set).unwrap();
        let kept = store
            .read(|conn| desk::papers(conn, second.batch_id))
            .unwrap();
        assert_eq!(
            kept,
            ["東京都港区べつの町8-8"],
            "the place the word was given for"
        );
        // Opened while it still goes there; afterwards the paper tells where they were.
        let opens = |letters: &[i64]| {
            store.read(|conn| desk::check_opening(conn, letters, counter.today.get()))
        };
        opens(&[two]).unwrap();
        assert_eq!(code_of(opens(&[one, two])), "eligibility.letter.mixed");
        moves(counter, 2, "東京都港区つぎの町7-7");
        assert_eq!(code_of(opens(&[two])), "eligibility.letter.waits");
        let seen = place(counter, two);
        allow(counter, two, "確かめた", &seen).unwrap();
        assert_eq!(code_of(opens(&[two])), "eligibility.letter.moved");
        // Printed first, hidden afterwards: what was kept is not opened without a word either.
        opens(&[one]).unwrap();
        hide(counter, 1);
        assert_eq!(code_of(opens(&[one])), "eligibility.letter.waits");
        let seen = place(counter, one);
        allow(counter, one, "確かめた", &seen).unwrap();
        opens(&[one]).unwrap();
    });
}

/// 発送直前の再確認: who came under 支援措置 between the printer and the post.
// covers: SEC-102
#[test]
fn a_printed_letter_stays_while_its_place_is_not_allowed() {
    on_both(day(2026, 6, 15), |counter| {
        let store = &counter.desk.store;
        for (id, name) in [(1, "見本　一"), (2, "見本　二")] {
            counter.named(id, name, "ミホン", day(1985, 1, 1), day(2025, 10, 1));
        }
        wave(counter, Wave::UnreportedCollect);
        wave(counter, Wave::UnreportedWave);
        let two = letter(counter, 2).letter_id;
        let set = |one: &Letter| Ok(one.content.addressee.address.clone());
        let batch = print(counter, &set).unwrap().batch_id;
        hide(counter, 2);
        let mail = || {
            let permit = counter.permit::<PrintNotice>();
            desk::mail(store, &permit, &counter.acting(), batch)
        };
        let mailed = || store.read(|conn| desk::is_mailed(conn, batch)).unwrap();
        assert_eq!(mail().unwrap(), 1, "the other one goes");
        assert!(!mailed());
        assert_eq!(whats(counter, two), [What::Printed]);
        assert_eq!(code_of(mail().map(drop)), "eligibility.letter.waits");
        // A word for the place that stands on it, and another place a moment later.
        moves(counter, 2, "東京都港区かくれ町9-9");
        let seen = place(counter, two);
        allow(counter, two, "確かめた", &seen).unwrap();
        assert_eq!(code_of(mail().map(drop)), "eligibility.letter.moved");
        assert!(!mailed());
    });
}

/// Who is addressed for somebody is addressed where they live: a letter that was written to whoever stood for the person is
/// asked about that home too, while they do and afterwards.
// covers: SEC-102
#[test]
fn a_letter_to_who_stands_for_another_waits_once_they_are_in_hiding() {
    on_both(day(2026, 6, 15), |counter| {
        let store = &counter.desk.store;
        for (id, name) in [(1, "見本　一"), (2, "見本　二")] {
            counter.named(id, name, "ミホン", day(1985, 1, 1), day(2025, 10, 1));
        }
        counter.named(9, "見本　九", "ミホン", day(1985, 1, 1), day(2026, 6, 14));
        moves(counter, 9, "東京都港区芝公園9-9-9");
        let stands_for = |person: i64, until: Option<law::Date>| {
            let seen = store.read(|conn| slot::version(conn, person)).unwrap();
            let by = Representative {
                representative_id: Some(9),
                ground: "届出".to_owned(),
                ..Representative::default()
            };
            let may = counter.permit::<RegisterContact>();
            let span = Span::new(day(2026, 6, 15), until);
            let (standing, acting) = (Standing::Heir, counter.acting());
            representative::register(store, &may, &acting, person, standing, span, &by, seen)
                .unwrap();
        };
        stands_for(1, Some(day(2026, 6, 20)));
        wave(counter, Wave::UnreportedCollect);
        wave(counter, Wave::UnreportedWave);
        let one = letter(counter, 1);
        assert_eq!(one.content.addressee.address, "東京都港区芝公園9-9-9");
        let set = |one: &Letter| Ok(one.content.addressee.address.clone());
        let batch = print(counter, &set).unwrap();
        assert_eq!((batch.decided, batch.printed), (2, 2), "9 came yesterday");
        let opens = || {
            let today = counter.today.get();
            store.read(|conn| desk::check_opening(conn, &[one.letter_id], today))
        };
        opens().unwrap();
        hide(counter, 9);
        let waits = || {
            assert_eq!(code_of(opens()), "eligibility.letter.waits");
            let may = counter.permit::<PrintNotice>();
            let mailed = desk::mail(store, &may, &counter.acting(), batch.batch_id);
            mailed.map(|letters| assert_eq!(letters, 1, "the letter to somebody else alone"))
        };
        waits().unwrap();
        assert_eq!(code_of(waits()), "eligibility.letter.waits");
        // They stand for the person no more, and the paper still bears where they live.
        counter.today.set(day(2026, 6, 20));
        assert_eq!(code_of(waits()), "eligibility.letter.waits");
        assert_eq!(whats(counter, one.letter_id), [What::Printed]);
        // A word for where the person lives does not let out what bears another place.
        let seen = place(counter, one.letter_id);
        allow(counter, one.letter_id, "確かめた", &seen).unwrap();
        assert_eq!(code_of(opens()), "eligibility.letter.moved");
    });
}

// covers: SEC-024
#[test]
fn who_has_one_ward_prints_the_letters_of_that_ward_alone() {
    on_both(day(2026, 6, 15), |counter| {
        let store = &counter.desk.store;
        for (id, name, ward) in [
            (1, "見本　一", "北区"),
            (2, "見本　二", "南区"),
            (3, "見本　三", "北区"),
        ] {
            counter.named(id, name, "ミホン", day(1985, 1, 1), day(2025, 10, 1));
            counter.desk.report(day(2025, 10, 1), |conn, act| {
                let standing = timeline::<Resident>(conn, id, None)?;
                let there = Resident {
                    ward: ward.to_owned(),
                    ..standing.last().unwrap().fact.clone()
                };
                record(conn, act, id, Span::new(day(2025, 10, 1), None), &there)
            });
        }
        wave(counter, Wave::UnreportedCollect);
        wave(counter, Wave::UnreportedWave);
        crate::support::staff_named(store, "kita01", &[Role::Eligibility]);
        store
            .write(|conn| {
                conn.execute_text(
                    "insert into security_setting (setting_no, key, value, set_at, act_id) \
                     values (1, 'rows.eligibility', 'ward', 1, 1)",
                    &[],
                )?;
                let ward = "update staff set ward = '北区' where login = 'kita01'";
                conn.execute_text(ward, &[])
            })
            .unwrap();
        let north = crate::support::session(store, "kita01");
        let set = |one: &Letter| Ok(one.letter_id.to_string());
        let batch = print_as(counter, &north, &set).unwrap();
        assert_eq!((batch.decided, batch.printed), (2, 2));
        assert!(print_as(counter, &north, &set).is_none());
        let there = [1, 2, 3].map(|id| whats(counter, letter(counter, id).letter_id));
        assert_eq!(
            there,
            [vec![What::Printed], Vec::new(), vec![What::Printed]]
        );
        assert_eq!(print(counter, &set).unwrap().printed, 1, "the main office");
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
