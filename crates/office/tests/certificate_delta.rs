//! 一斉更新の凍結後: nobody who was approved is left out unseen, and no paper that became wrong leaves with the others.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod certificate_support;

use certificate_support::renewal::*;
use certificate_support::*;
use db::Span;
use law::certificate::Place;
use law::rules::RuleBook;
use law::{Date, FiscalYear, day};
use office::Acting;
use office::certificate::fact::{Setting, record_setting};
use office::certificate::run_delta::{Change, delta, held};
use office::certificate::run_enclose::envelope;
use office::certificate::run_mail::{mailed, printed};
use office::certificate::run_missed::missed;
use office::certificate::{Certificate, find, give_back};
use office::eligibility::Books;
use office::eligibility::status::{self, Entry, Student};
use office::jobs::Flow;
use office::levy::{YearRules, relevy};
use office::nightly;
use office::registry::destination::{self, Destination, Use};
use office::registry::detail::Detail;
use office::registry::representative::{self, Representative, Standing};
use office::registry::support::{Measure, MeasureKind};
use office::registry::{Resident, record, slot};
use office::security::permit::{RegisterContact, RegisterFact, RunEligibility};

const STOCKS: [&str; 2] = ["100101", "100201"];

/// Ten households of one adult, of whom a night has nothing to judge.
fn adults(counter: &Counter) {
    let mut cards = Vec::new();
    for home in 1..=10 {
        counter.household(home, home * 10, day(1970, 1, 2), day(2020, 4, 1));
        cards.push((home * 10, home % 2 == 0));
    }
    list(counter, FROZEN, "a", &cards);
}

/// Has a 送付先 agreed for somebody.
fn sent_to(counter: &Counter, person_id: i64, address: &str) {
    let place = Use {
        person_id,
        scheme: "nhi".into(),
        document: String::new(),
        from: day(2026, 7, 1),
        until: None,
    };
    let to = Destination {
        addressee: "見本　後見".into(),
        postal_code: "1060032".into(),
        address: address.into(),
        relation: "guardian".into(),
        ground: "審判書".into(),
        ..Destination::default()
    };
    let seen = |counter: &Counter| {
        counter
            .store
            .read(|conn| slot::version(conn, person_id))
            .unwrap()
    };
    let may = counter.may::<RegisterContact>();
    let acting = counter.acting();
    let proposal =
        destination::propose(&counter.store, &may, &acting, &place, &to, seen(counter)).unwrap();
    let (may, chief) = (counter.chief_may(), counter.chief());
    destination::decide(&counter.store, &may, &chief, proposal, true, "", &[]).unwrap();
}

fn paper(counter: &Counter, run_id: i64, person_id: i64) -> Option<Certificate> {
    let read = |conn: &mut db::Conn| find::of_person(conn, person_id);
    let all = counter.store.read(read).unwrap();
    all.into_iter().find(|one| one.run_id == run_id)
}

fn changes(counter: &Counter, run_id: i64) -> Vec<(i64, Change)> {
    let found = counter.store.read(|conn| delta(conn, run_id)).unwrap();
    found
        .iter()
        .map(|one| (one.person_id, one.change))
        .collect()
}

/// Open matters of the certificates of one person: kind and source.
fn waiting(counter: &Counter, person_id: i64) -> Vec<(String, String)> {
    let text = format!(
        "select kind, source from work_item where state = 'open' and kind like 'certificate.%' \
         and person_id = {person_id} order by item_id"
    );
    let row = |row: &db::Row<'_>| Ok((row.text(0)?, row.text(1)?));
    counter
        .store
        .read(|conn| conn.query_text(&text, &[], row))
        .unwrap()
}

fn print_all(counter: &Counter, run_id: i64) -> u64 {
    printed(
        &counter.store,
        &counter.may(),
        &counter.acting(),
        run_id,
        &STOCKS,
    )
    .unwrap()
}

fn mail_all(counter: &Counter, run_id: i64) -> u64 {
    mailed(&counter.store, &counter.may(), &counter.acting(), run_id).unwrap()
}

fn lost(counter: &Counter, person_id: i64, home: i64) {
    let days = (day(2020, 4, 1), day(2026, 7, 20));
    counter.report(|conn, act| lose(conn, act, person_id, home, days));
}

// covers: CRT-020
#[test]
fn a_destination_that_changes_between_the_freeze_and_the_publishing_leaves_nobody_out() {
    for counter in both(FROZEN) {
        city(&counter);
        sent_to(&counter, 20, "東京都港区六本木1-1-1");
        let run_id = calculated(&counter);
        sent_to(&counter, 20, "東京都港区六本木9-9-9");
        sent_to(&counter, 70, "東京都港区六本木7-7-7");
        published(&counter, run_id);
        let read = |conn: &mut db::Conn| missed(conn, run_id);
        assert_eq!(counter.store.read(read).unwrap(), []);
        // What is written is what was approved; where it goes now is told.
        let written = paper(&counter, run_id, 20).expect("approved and written");
        assert_eq!(
            written.destination.address,
            ["東京都港区六本木1-1-1", "（見本　20様分）"]
        );
        let written = paper(&counter, run_id, 70).expect("approved and written");
        assert_eq!(written.destination.addressee, "見本　70");
        let told = [(20, Change::Changed), (70, Change::Changed)];
        assert_eq!(changes(&counter, run_id), told);
        assert_eq!(waiting(&counter, 20)[0].0, "certificate.replace");
        counter.verify();
    }
}

// covers: CRT-020
#[test]
fn whoever_was_approved_and_gets_no_paper_is_counted_and_on_the_list() {
    for counter in both(FROZEN) {
        city(&counter);
        let run_id = calculated(&counter);
        // A later paper of the family took the place of one; another cannot be made again as it was approved.
        let later = counter.issue_due(5, 50, RENEWAL).unwrap();
        let spoilt = format!(
            "update certificate_run_row set digest = 'other' where run_id = {run_id} and person_id in (70, 110)"
        );
        counter
            .store
            .write(|conn| conn.execute_text(&spoilt, &[]))
            .unwrap();
        published(&counter, run_id);
        let read = |conn: &mut db::Conn| missed(conn, run_id);
        let found: Vec<(i64, Option<i64>)> = counter
            .store
            .read(read)
            .unwrap()
            .into_iter()
            .map(|one| (one.person_id, one.covered_by))
            .collect();
        assert_eq!(
            found,
            [(50, Some(later.certificate_id)), (70, None), (110, None)]
        );
        let told = [(70, Change::Added), (110, Change::Added)];
        assert_eq!(changes(&counter, run_id), told);
        let wanted = (
            "certificate.issue".to_owned(),
            "due/confirmation/2026-08-01".to_owned(),
        );
        assert_eq!(waiting(&counter, 50), []);
        assert_eq!(waiting(&counter, 70), std::slice::from_ref(&wanted));
        // A paper for July does not answer for that of August; the one of August does.
        counter.issue_due(7, 70, day(2026, 7, 13)).unwrap();
        assert_eq!(waiting(&counter, 70), [wanted]);
        counter.issue_due(7, 70, RENEWAL).unwrap();
        assert_eq!(waiting(&counter, 70), []);
        assert_eq!(changes(&counter, run_id), [(110, Change::Added)]);
        counter.verify();
    }
}

// covers: CRT-020
#[test]
fn a_change_between_the_freeze_and_the_publishing_is_on_the_list_once_it_is_published() {
    for counter in both(FROZEN) {
        city(&counter);
        let run_id = calculated(&counter);
        lost(&counter, 10, 1);
        published(&counter, run_id);
        let id = paper(&counter, run_id, 10).unwrap().certificate_id;
        let wanted = ("certificate.return".to_owned(), format!("certificate/{id}"));
        assert_eq!(waiting(&counter, 10), [wanted]);
    }
}

// covers: CRT-020
#[test]
fn a_paper_that_became_wrong_is_neither_printed_nor_enclosed_nor_mailed_with_the_others() {
    for counter in both(FROZEN) {
        city(&counter);
        let run_id = calculated(&counter);
        published(&counter, run_id);
        // One becomes wrong before it is printed, one before it is mailed.
        lost(&counter, 10, 1);
        assert_eq!(print_all(&counter, run_id), 79);
        sent_to(&counter, 20, "東京都港区六本木1-1-1");
        let (first, second) = (
            paper(&counter, run_id, 10).unwrap(),
            paper(&counter, run_id, 20).unwrap(),
        );
        let found = counter.store.read(|conn| held(conn, run_id)).unwrap();
        assert_eq!(
            found.into_iter().collect::<Vec<_>>(),
            [first.certificate_id, second.certificate_id]
        );
        let inside = |person_id: i64| {
            let all = (1..=60).flat_map(|number| {
                let read = |conn: &mut db::Conn| envelope(conn, run_id, number);
                counter.store.read(read).unwrap().1
            });
            all.filter(|one| one.person_id == person_id).count()
        };
        assert_eq!((inside(10), inside(20), inside(30)), (0, 0, 1));
        assert_eq!(mail_all(&counter, run_id), 78);
        let place = |one: &Certificate| counter.get(one.certificate_id).place;
        assert_eq!(
            (place(&first), place(&second)),
            (Place::Decided, Place::Office)
        );
        assert_eq!(mail_all(&counter, run_id), 0, "and not the next time");
        assert_eq!(waiting(&counter, 10).len(), 1);
        assert_eq!(waiting(&counter, 20).len(), 1);
        counter.verify();
    }
}

// covers: CRT-020
#[test]
fn a_paper_taken_out_is_made_void_and_the_person_is_not_forgotten() {
    for counter in both(FROZEN) {
        city(&counter);
        let run_id = calculated(&counter);
        published(&counter, run_id);
        print_all(&counter, run_id);
        lost(&counter, 10, 1);
        sent_to(&counter, 20, "東京都港区六本木1-1-1");
        // 支援措置 since: nothing is mailed until the paper is taken out.
        counter.report(|conn, act| {
            let measure = Measure {
                kind: MeasureKind::Full,
                ends_on: None,
                history_number: 0,
                origin: "counter".to_owned(),
            };
            record(conn, act, 40, Span::since(day(2026, 7, 14)), &measure)
        });
        // Told, as before every mark.
        assert_eq!(print_all(&counter, run_id), 0);
        assert_eq!(waiting(&counter, 10)[0].0, "certificate.return");
        assert_eq!(waiting(&counter, 40)[0].0, "certificate.return");
        let mail = mailed(&counter.store, &counter.may(), &counter.acting(), run_id);
        let (code, message) = refused(mail);
        assert_eq!(code, "certificate.run_mail.support");
        assert!(message.contains("交付を取り消し"), "{message}");
        let void = |person_id: i64, reason: &str| {
            let id = paper(&counter, run_id, person_id).unwrap().certificate_id;
            let (may, acting) = (counter.may(), counter.acting());
            give_back::void(&counter.store, &may, &acting, &counter.rules, (id, reason))
        };
        assert_eq!(refused(void(10, " ")).0, "取消の理由");
        for person_id in [10, 20, 40] {
            assert_eq!(void(person_id, "抜取").unwrap().place, Place::Voided);
        }
        assert_eq!(refused(void(10, "抜取")).0, "certificate.state");
        // Who lost the insurance is done with; the others are still to get a paper, singly.
        let told = [(20, Change::Added), (40, Change::Added)];
        assert_eq!(changes(&counter, run_id), told);
        assert_eq!(waiting(&counter, 10), []);
        let due = |matter: &str, kind: &str| {
            let source = format!("due/{kind}/2026-08-01");
            [(format!("certificate.{matter}"), source)]
        };
        assert_eq!(waiting(&counter, 20), due("replace", "notice"));
        assert_eq!(waiting(&counter, 40), due("issue", "eligibility"));
        assert_eq!(mail_all(&counter, run_id), 77);
        // What has left the office is asked back, and not made void.
        assert_eq!(refused(void(30, "抜取")).0, "certificate.state");
        counter.issue_due(2, 20, RENEWAL).unwrap();
        assert_eq!(waiting(&counter, 20), []);
        assert_eq!(changes(&counter, run_id), [(40, Change::Added)]);
        counter.verify();
    }
}

fn night(counter: &Counter, on: Date) -> nightly::Done {
    let book = RuleBook::embedded().unwrap();
    let year = YearRules::from_book(&book, WARD, FiscalYear(2026)).unwrap();
    let books = Books {
        book: &book,
        municipality: WARD,
        levy: relevy::Books {
            rules: std::slice::from_ref(&year),
            calendar: book.calendar(),
        },
    };
    let acting = Acting {
        business_date: on,
        ..counter.acting()
    };
    let clock = || counter.acting().now;
    let permit = counter.may::<RunEligibility>();
    let goes_on = |_: nightly::Heard| Flow::Continue;
    nightly::run(&counter.store, &permit, &acting, &books, &clock, goes_on).unwrap();
    let steps = counter.store.read(|conn| nightly::night(conn, on)).unwrap();
    let found = steps.into_iter().find(|(step, _)| step.code == "renewal");
    found.unwrap().1.unwrap()
}

// covers: CRT-020
#[test]
fn every_night_tells_what_changed_while_papers_wait_in_the_office() {
    for counter in both(FROZEN) {
        adults(&counter);
        let run_id = calculated(&counter);
        published(&counter, run_id);
        night(&counter, day(2026, 7, 15));
        lost(&counter, 10, 1);
        let done = night(&counter, day(2026, 7, 16));
        // The look at every paper of a changed household has put it on the list, and it stands there once.
        assert_eq!((done.page.found, done.page.opened), (1, 0));
        let told = waiting(&counter, 10);
        let taken_out = told.iter().filter(|one| one.0 == "certificate.return");
        assert_eq!(taken_out.count(), 1, "{told:?}");
        let done = night(&counter, day(2026, 7, 17));
        assert_eq!((done.page.found, done.page.opened), (0, 0));
        // Once everything right has left and the wrong one is void, no night asks any more.
        print_all(&counter, run_id);
        mail_all(&counter, run_id);
        let id = paper(&counter, run_id, 10).unwrap().certificate_id;
        let acting = counter.acting();
        give_back::void(
            &counter.store,
            &counter.may(),
            &acting,
            &counter.rules,
            (id, "抜取"),
        )
        .unwrap();
        lost(&counter, 20, 2);
        let done = night(&counter, day(2026, 7, 18));
        assert_eq!((done.page.found, done.page.opened), (0, 0));
    }
}

/// The monthly list of マイナ保険証 comes between the freeze and the mailing; and something is written that no paper shows.
// covers: CRT-020
#[test]
fn what_makes_no_other_paper_keeps_none_back() {
    for counter in both(FROZEN) {
        adults(&counter);
        let run_id = calculated(&counter);
        let next = |counter: &Counter, on: Date, name: &str| {
            counter.today.set(on);
            let rows: Vec<(i64, bool)> = (1..=10).map(|home| (home * 10, home % 2 == 0)).collect();
            list(counter, on, name, &rows);
        };
        next(&counter, day(2026, 7, 14), "b");
        assert_eq!(changes(&counter, run_id), []);
        published(&counter, run_id);
        next(&counter, day(2026, 7, 20), "c");
        // 資格確認書 is due without a card, asked for or not.
        let asked = Setting {
            confirmation_asked: true,
            ..Setting::default()
        };
        let (may, acting) = (counter.may(), counter.acting());
        record_setting(&counter.store, &may, &acting, 10, day(2026, 7, 1), &asked).unwrap();
        assert_eq!(changes(&counter, run_id), []);
        assert_eq!(print_all(&counter, run_id), 10);
        assert_eq!(mail_all(&counter, run_id), 10);
    }
}

/// A change after the freeze, the person it concerns, and what it does to a paper.
type After = (&'static str, i64, Option<Change>, fn(&Counter));

/// Of each thing a paper is made from: told after the freeze, it is seen.
const AFTER: &[After] = &[
    ("送付先", 20, Some(Change::Changed), |counter| {
        sent_to(counter, 20, "東京都港区六本木1-1-1");
    }),
    // 31 is sent to together with the head, 30.
    (
        "世帯主の送付先",
        31,
        Some(Change::Changed),
        |counter| {
            sent_to(counter, 30, "東京都港区六本木1-1-1");
        },
    ),
    ("代表者", 20, Some(Change::Changed), |counter| {
        stand_in(counter, 20, None);
    }),
    ("代表者の転居", 60, Some(Change::Changed), |counter| {
        counter.report(|conn, act| {
            let moved = Resident {
                address: "東京都港区六本木2-2-2".into(),
                ..resident(9_000, day(1970, 1, 2))
            };
            record(conn, act, 9_000, Span::since(day(2026, 7, 14)), &moved)
        });
    }),
    ("在留期間", 50, Some(Change::Changed), |counter| {
        counter.report(|conn, act| {
            let detail = Detail {
                residence_status: "留学".to_owned(),
                stay_until: Some(day(2026, 12, 15)),
                ..Detail::default()
            };
            record(conn, act, 50, Span::since(day(2020, 4, 1)), &detail)
        });
    }),
    ("修学", 70, Some(Change::Changed), |counter| {
        let student = Entry {
            subject: 70,
            span: Span::since(day(2026, 4, 1)),
            status: Student {
                kind: 1,
                school: "北国大学".to_owned(),
                place: "011002".to_owned(),
                course_end_on: day(2027, 3, 31),
                household_id: 7,
                reported_on: None,
            },
            note: String::new(),
        };
        let may = counter.may::<RegisterFact>();
        status::register(&counter.store, &may, &counter.acting(), &student).unwrap();
    }),
    ("その後の証", 110, Some(Change::Dropped), |counter| {
        counter.issue_due(11, 110, RENEWAL).unwrap();
    }),
    ("支援措置", 80, Some(Change::Dropped), |counter| {
        counter.report(|conn, act| {
            let measure = Measure {
                kind: MeasureKind::Full,
                ends_on: None,
                history_number: 0,
                origin: "counter".to_owned(),
            };
            record(conn, act, 80, Span::since(day(2026, 7, 14)), &measure)
        });
    }),
    ("設定", 140, Some(Change::Changed), |counter| {
        let asked = Setting {
            confirmation_asked: true,
            ..Setting::default()
        };
        let (may, acting) = (counter.may(), counter.acting());
        record_setting(&counter.store, &may, &acting, 140, day(2026, 7, 1), &asked).unwrap();
    }),
];

fn stand_in(counter: &Counter, person_id: i64, number: Option<i64>) {
    let heir = Representative {
        representative_id: number,
        name: "見本　相続".into(),
        postal_code: "1060032".into(),
        address: "東京都港区六本木3-3-3".into(),
        relation: "子".into(),
        ground: "届出".into(),
        ..Representative::default()
    };
    let read = |conn: &mut db::Conn| slot::version(conn, person_id);
    let seen = counter.store.read(read).unwrap();
    let days = Span::since(day(2026, 7, 1));
    let (may, acting) = (counter.may(), counter.acting());
    let standing = Standing::Heir;
    representative::register(
        &counter.store,
        &may,
        &acting,
        person_id,
        standing,
        days,
        &heir,
        seen,
    )
    .unwrap();
}

// covers: CRT-020
#[test]
fn whatever_a_paper_is_made_from_is_seen_when_it_changes_after_the_freeze() {
    let mut unseen = Vec::new();
    for (what, person_id, expected, change) in AFTER {
        let counter = sqlite(FROZEN);
        city(&counter);
        counter.household(900, 9_000, day(1970, 1, 2), day(2020, 4, 1));
        stand_in(&counter, 60, Some(9_000));
        let run_id = calculated(&counter);
        assert_eq!(changes(&counter, run_id), [], "{what}");
        change(&counter);
        let found = changes(&counter, run_id);
        let hers = found.iter().find(|one| one.0 == *person_id);
        if hers.map(|one| one.1) != *expected {
            unseen.push((*what, found));
        }
    }
    assert_eq!(unseen, []);
}

#[test]
fn a_run_is_told_again_and_nothing_is_added_twice() {
    let counter = sqlite(FROZEN);
    adults(&counter);
    let run_id = calculated(&counter);
    published(&counter, run_id);
    lost(&counter, 10, 1);
    sent_to(&counter, 20, "東京都港区六本木1-1-1");
    let open = || {
        counter.number(
            "select count(*) from work_item where kind in ('certificate.return', 'certificate.replace') and state = 'open'",
        )
    };
    for _ in 0..2 {
        print_all(&counter, run_id);
        mail_all(&counter, run_id);
        night(&counter, counter.today.get());
        assert_eq!(open(), 2);
        counter.today.set(counter.today.get().tomorrow().unwrap());
    }
}
