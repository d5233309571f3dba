//! What is taken back is taken back where it was done: an act of somebody else is refused at any other address, and whoever an
//! act is about is in the record of what was looked at.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod common;

use axum::http::StatusCode;
use common::browser::Browser;
use common::city::CITY;
use common::pages;
use common::steps::{again, person, publish};
use db::{Span, Store};
use law::day;
use law::rules::RuleBook;
use office::eligibility::compose::{When, loss};
use office::eligibility::{Books, Request, event, register};
use office::levy::{decision, relevy};
use office::registry::{InsuredSpan, YearIncome, record, timeline};
use office::security::authorize;
use office::security::login::command_session;
use office::security::permit::{RegisterEligibility, RegisterFact};
use office::{OfficeError, acts};

const HOME: i64 = 1_000_001;
const OTHER: i64 = 1_000_002;
const THIRD: i64 = 1_000_003;

/// What a household owed by each decision, in the order in which they were made.
fn totals(store: &Store, household: i64) -> Vec<i64> {
    let mut all = store
        .read(|conn| decision::history(conn, household))
        .unwrap();
    all.sort_by_key(|one| one.sequence);
    all.iter().map(|one| one.outcome.parts.total().0).collect()
}

fn business(store: &Store, person: i64) -> i64 {
    let held = store
        .read(|conn| timeline::<YearIncome>(conn, person, None))
        .unwrap();
    held[0].fact.income.business.0
}

/// Declares an income and answers the act.
async fn declares(clerk: &mut Browser, csrf: &str, (home, person): (i64, i64)) -> i64 {
    let person = person.to_string();
    let path = format!("/households/{home}/declare/income");
    let typed = [
        ("csrf", csrf),
        ("do", "preview"),
        ("person", person.as_str()),
        ("year", "2026"),
        ("filing", "filed"),
        ("source", "簡易申告書"),
        ("received_on", "080615"),
        ("business", "9,876,000"),
    ];
    let shown = clerk.post(&path, &typed).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    let done = clerk.post(&path, &again(&shown, "confirm")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    act_of(done.location())
}

fn act_of(to: &str) -> i64 {
    to.split("done=").nth(1).unwrap().parse().unwrap()
}

/// Asked for, looked at and sent: an address is refused each time, and says nothing of `secret`.
async fn refused(clerk: &mut Browser, csrf: &str, path: &str, secret: &str) {
    let asked = clerk.get(path).await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
    assert!(asked.text.contains("ここでは取り消せません"), "{path}");
    assert!(!asked.text.contains(secret), "{path}: {}", asked.text);
    for step in ["preview", "confirm"] {
        let typed = [
            ("csrf", csrf),
            ("do", step),
            ("note", "別人の届出だった"),
            ("request_id", "undo-elsewhere"),
            ("digest", ""),
            ("seen", "9999999999999999"),
        ];
        let sent = clerk.post(path, &typed).await;
        assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        assert!(!sent.text.contains(secret), "{path}: {}", sent.text);
    }
}

async fn taken_back(clerk: &mut Browser, csrf: &str, path: &str) {
    let typed = [
        ("csrf", csrf),
        ("do", "preview"),
        ("note", "別人の届出だった"),
    ];
    let shown = clerk.post(path, &typed).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    let done = clerk.post(path, &again(&shown, "confirm")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
}

/// 施行令 第29条の7: what was stated of a person counts in the levy of their household. Taken back from the page of another, the
/// statement would be gone and the levy would stand.
// covers: LEV-011
#[tokio::test(flavor = "multi_thread")]
async fn a_declared_income_is_taken_back_in_its_own_household_alone() {
    let (store, router) = pages(4);
    publish(&router, &store).await;
    let (mut clerk, csrf) = person(&router, "counter01").await;
    let earner = HOME * 10;
    let (before, elsewhere) = (totals(&store, HOME), totals(&store, OTHER));
    let act = declares(&mut clerk, &csrf, (HOME, earner)).await;
    let declared = totals(&store, HOME);
    assert_eq!(declared.len(), before.len() + 1);
    assert_ne!(declared.last(), before.last());
    let secret = earner.to_string();
    let path = format!("/households/{OTHER}/undo/{act}");
    refused(&mut clerk, &csrf, &path, &secret).await;
    assert_eq!(business(&store, earner), 9_876_000, "nothing is taken back");
    assert_eq!(totals(&store, HOME), declared);
    assert_eq!(totals(&store, OTHER), elsewhere);

    let own = format!("/households/{HOME}/undo/{act}");
    taken_back(&mut clerk, &csrf, &own).await;
    assert_ne!(business(&store, earner), 9_876_000);
    assert_eq!(totals(&store, HOME).last(), before.last());
}

/// Somebody who moved from one household to another counts in the levy of both: both follow what is declared of them, and both
/// follow when it is taken back from either.
// covers: LEV-011
#[tokio::test(flavor = "multi_thread")]
async fn both_households_of_somebody_who_moved_follow() {
    let (store, router) = pages(40);
    let (mover, home, to) = moves(&store);
    publish(&router, &store).await;
    let (mut clerk, csrf) = person(&router, "counter01").await;
    let before = [totals(&store, home), totals(&store, to)];
    let act = declares(&mut clerk, &csrf, (home, mover)).await;
    let declared = [totals(&store, home), totals(&store, to)];
    for (was, is) in before.iter().zip(&declared) {
        assert_eq!(is.len(), was.len() + 1);
        assert!(is.last() > was.last(), "{was:?} {is:?}");
    }
    taken_back(&mut clerk, &csrf, &format!("/households/{to}/undo/{act}")).await;
    for (was, is) in before
        .iter()
        .zip([totals(&store, home), totals(&store, to)])
    {
        assert_eq!(is.len(), was.len() + 2);
        assert_eq!(is.last(), was.last());
    }
}

/// A grown-up who is not the head is insured in another household from 1 May; answers person, household and the other.
fn moves(store: &Store) -> (i64, i64, i64) {
    store
        .write(|conn| {
            let session = command_session(conn, "levy01", "test", 0)?;
            let acting = session.acting("試験", day(2026, 6, 1), 1_780_000_000_000_000, None);
            let permit = authorize::<RegisterFact>(&session)?;
            let details = acts::ActDetails::default();
            let act = acts::begin(conn, &acting, &permit, "registry.register", &details)?;
            for home in HOME..HOME + 40 {
                let person = home * 10 + 1;
                let spans = timeline::<InsuredSpan>(conn, person, None)?;
                let incomes = timeline::<YearIncome>(conn, person, None)?;
                let Some(span) = spans
                    .last()
                    .filter(|span| span.valid.until.is_none() && span.valid.from < day(2026, 4, 1))
                else {
                    continue;
                };
                if incomes.is_empty() {
                    continue;
                }
                let to = if home == HOME { OTHER } else { HOME };
                let fact = InsuredSpan {
                    household_id: to,
                    branch: 90,
                    ..span.fact.clone()
                };
                record(conn, &act, person, Span::since(day(2026, 5, 1)), &fact)?;
                return Ok::<_, OfficeError>((person, home, to));
            }
            panic!("nobody to move");
        })
        .unwrap()
}

/// The losses of two people of two households, registered in one act.
fn lost(store: &Store, people: [i64; 2]) -> i64 {
    let book = RuleBook::shared().unwrap();
    let books = Books {
        book,
        municipality: CITY,
        levy: relevy::Books {
            rules: &[],
            calendar: book.calendar(),
        },
    };
    let session = store
        .read(|conn| command_session(conn, "shikaku01", "test", 0))
        .unwrap();
    let permit = authorize::<RegisterEligibility>(&session).unwrap();
    let acting = session.acting("試験", day(2026, 6, 15), common::city::NOW, None);
    let when = When {
        occurred_on: day(2026, 6, 10),
        reported_on: Some(day(2026, 6, 15)),
    };
    let request = Request::of(
        people
            .map(|one| loss(when, "joined_insurance", one))
            .to_vec(),
    );
    let done = register(store, &permit, &acting, &request, &books).unwrap();
    assert_eq!(done.proposal_id, None);
    done.act_id
}

fn looks(store: &Store) -> Vec<i64> {
    let text = "select subject from access_log where subject is not null order by entry_id";
    store
        .read(|conn| conn.query_text(text, &[], |row| row.int(0)))
        .unwrap()
}

fn alerts(store: &Store) -> i64 {
    let text = "select count(*) from audit_alert where kind = 'relative'";
    store
        .read(|conn| conn.query_text(text, &[], |row| row.int(0)))
        .unwrap()[0]
}

// covers: SEC-024
#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_taken_back_where_it_belongs_and_everybody_of_it_is_recorded() {
    let (store, router) = pages(4);
    let (one, two) = (HOME * 10, OTHER * 10);
    let act = lost(&store, [one, two]);
    let (mut clerk, csrf) = person(&router, "shikaku02").await;
    let own = two.to_string();
    let relative = [
        ("csrf", csrf.as_str()),
        ("person", own.as_str()),
        ("relation", "子"),
    ];
    let declared = clerk.post("/me/relations", &relative).await;
    assert_eq!(declared.status, StatusCode::SEE_OTHER, "{}", declared.text);
    let elsewhere = format!("/households/{THIRD}/undo-events/{act}");
    refused(&mut clerk, &csrf, &elsewhere, "joined_insurance").await;
    let standing = store.read(|conn| event::of_act(conn, act)).unwrap();
    assert!(standing.iter().all(|event| event.undone_by.is_none()));

    // The act is of this household too, and it is about the relative in the other one.
    for path in [
        format!("/households/{HOME}/undo-events/{act}"),
        format!("/acts/{act}?household={HOME}"),
    ] {
        let (seen, noticed) = (looks(&store).len(), alerts(&store));
        let shown = clerk.get(&path).await;
        assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
        let new = looks(&store).split_off(seen);
        for subject in [HOME, one, OTHER, two] {
            let found = new.iter().filter(|one| **one == subject).count();
            assert_eq!(found, 1, "{path} {subject}: {new:?}");
        }
        // The relative, and the household of the relative.
        assert_eq!(alerts(&store), noticed + 2, "{path}");
    }
    let path = format!("/households/{HOME}/undo-events/{act}");
    let (seen, noticed) = (looks(&store).len(), alerts(&store));
    taken_back(&mut clerk, &csrf, &path).await;
    let new = looks(&store).split_off(seen);
    assert_eq!(new.iter().filter(|one| **one == two).count(), 2, "{new:?}");
    assert_eq!(alerts(&store), noticed + 4);
    let standing = store.read(|conn| event::of_act(conn, act)).unwrap();
    assert!(standing.iter().all(|event| event.undone_by.is_some()));
}

// covers: SEC-024, QUA-031
#[tokio::test(flavor = "multi_thread")]
async fn a_status_is_taken_back_on_the_page_of_whom_it_is_about() {
    let (store, router) = pages(4);
    let (one, two) = (HOME * 10, OTHER * 10);
    let (mut clerk, csrf) = person(&router, "shikaku01").await;
    let path = format!("/people/{one}/status/care_certificate");
    let typed = [
        ("csrf", csrf.as_str()),
        ("do", "preview"),
        ("from", "R8.4.1"),
        ("c_insurer", "131032"),
        ("c_number", "0000012345"),
        ("c_category", "1"),
        ("note", "秘密の備考"),
    ];
    let shown = clerk.post(&path, &typed).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    let done = clerk.post(&path, &again(&shown, "confirm")).await;
    let act = act_of(done.location());
    let standing = || {
        let subject = office::eligibility::status::Subject::Person;
        let read =
            |conn: &mut db::Conn| office::eligibility::status::of_subject(conn, subject, one, None);
        store.read(read).unwrap().len()
    };
    assert_eq!(standing(), 1);
    for path in [
        format!("/people/{two}/undo-status/{act}"),
        format!("/households/{HOME}/undo-status/{act}"),
        format!("/facilities/{one}/undo-status/{act}"),
    ] {
        refused(&mut clerk, &csrf, &path, "秘密の備考").await;
        assert_eq!(standing(), 1, "{path}");
    }
    let own = format!("/people/{one}/undo-status/{act}");
    taken_back(&mut clerk, &csrf, &own).await;
    assert_eq!(standing(), 0);
}
