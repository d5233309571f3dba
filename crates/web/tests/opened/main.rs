//! Addresses opened directly: in a city where everything has happened to somebody, every route with a number in it is asked
//! for by every role, none of whom may open anybody. A route that is new is asked for as well.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "../common/mod.rs"]
mod common;
#[path = "../../../kokuho/tests/protected/hidden.rs"]
mod hidden;
#[path = "../../../office/tests/imports/desk.rs"]
mod import;
mod made;
mod typed;

use common::{browser, city, steps};

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use browser::{Browser, Seen};
use city::{PASSWORD, STAFF};
use common::walk::{There, filled};
use office::security::rows::OUTSIDE;
use std::collections::BTreeSet;

/// What is told to whoever may not open somebody.
const WORDS: &str = "担当する区か案件の方ではありません";

/// Routes with a number that are about nobody in particular, and why.
const ABOUT_NOBODY: &[(&str, &str)] = &[
    ("/static/{hash}/{name}", "what pages are dressed with"),
    ("/manual/{chapter}", "the manual"),
    ("/me/factors/{id}/end", "one's own factor"),
    ("/staff/{id}", "a member of staff"),
    ("/staff/{id}/password", "a member of staff"),
    ("/staff/{id}/suspend", "a member of staff"),
    ("/staff/{id}/resume", "a member of staff"),
    ("/staff/{id}/posts", "a member of staff"),
    ("/staff/{id}/unlock", "a member of staff"),
    ("/staff/{id}/revoke", "a member of staff"),
    ("/staff/{id}/code", "a member of staff"),
    ("/staff/{id}/new-factor", "a member of staff"),
    ("/staff/{id}/relation-end", "a member of staff"),
    ("/terminals/{id}/end", "a terminal"),
    ("/proposals/{id}", "a setting"),
    ("/emergencies/{id}", "a member of staff"),
    ("/alerts/{id}", "who looked, for the auditor alone"),
    ("/retention/{id}", "records by class; rows are masked"),
    ("/registers/{register}", "a list of entries"),
    (
        "/registers/{register}/new",
        "an entry that is not there yet",
    ),
    ("/registers/{register}/{id}", "an entry as it was typed"),
    (
        "/runs/{id}",
        "a levy of the whole city; its rows are masked",
    ),
    (
        "/runs/{id}/tally",
        "a tally of the whole city; its rows are masked",
    ),
    ("/runs/{id}/approve", "a levy of the whole city"),
    ("/runs/{id}/publish", "a levy of the whole city"),
    ("/runs/{id}/cancel", "a levy of the whole city"),
    ("/runs/{id}/undo", "a levy of the whole city"),
    ("/runs/{id}/resume", "a levy of the whole city"),
    ("/runs/{id}/posted", "the notices of a whole levy"),
    (
        "/cut-over/{id}",
        "a job over the whole city; its rows are masked",
    ),
    (
        "/renewals/{id}",
        "a job over the whole city; its rows are masked",
    ),
    (
        "/renewals/{id}/refused",
        "a job over the whole city; its rows are masked",
    ),
    ("/jobs/{id}", "figures of a job"),
    ("/jobs/{id}/progress", "figures of a job"),
    ("/lists/{list}", "a list; its rows are masked"),
    ("/lists/{list}/wave/{step}", "letters to a whole list"),
    ("/bulk/{bulk}", "a change of the whole city"),
    ("/bulk/rule/{id}", "a change of the whole city"),
    ("/bulk/rule-undo/{id}", "a change of the whole city"),
    ("/bulk/run/{id}", "a change of the whole city"),
    ("/bulk/undo/{id}", "a change of the whole city"),
    ("/facilities/{id}", "a facility; who lives there is masked"),
];

/// The record of who looked at whom, for the auditor: numbers, never names.
const RECORD: &[&str] = &["/access-log", "/alerts", "/alerts/{id}"];

/// What is seen of a route.
async fn asked(browser: &mut Browser, (method, path): (&str, &str), csrf: &str) -> Seen {
    if method == "GET" {
        return browser.get(path).await;
    }
    if path.starts_with("/api/") {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from("{}"))
            .unwrap();
        return browser.send(request).await;
    }
    let fields = [
        ("csrf", csrf),
        ("do", "preview"),
        ("request_id", ""),
        ("note", "確かめた"),
        ("reason", "確かめた"),
        ("words", "確かめた"),
    ];
    browser.post(path, &fields).await
}

/// Everybody who is in the register: names, kana, numbers.
fn everybody(store: &db::Store) -> Vec<String> {
    let column = |text: &str| {
        store
            .read(|conn| conn.query_text(text, &[], |row| row.text(0)))
            .unwrap()
    };
    let mut all = column("select distinct name from resident_fact");
    all.extend(column("select distinct kana from resident_fact"));
    all.extend(column("select cast(person_id as text) from person"));
    all
}

fn told<'n>(seen: &Seen, path: &str, names: &'n [String]) -> Option<&'n str> {
    names
        .iter()
        .map(String::as_str)
        .find(|name| seen.text.contains(name) && !path.contains(name))
}

// covers: SEC-024
#[tokio::test(flavor = "multi_thread")]
async fn no_address_opens_somebody_who_may_not_be_opened() {
    let made = made::city().await;
    let (store, router) = (&made.store, &made.router);
    let names = everybody(store);
    let there = There {
        people: vec![hidden::VICTIM, hidden::OTHER_SIDE],
        households: vec![hidden::HOME, hidden::LEFT],
        others: made.others(),
        words: vec!["秘密".to_owned(), "ヒミツ".to_owned()],
    };
    // Before anything is narrowed, the addresses do tell.
    let mut telling = BTreeSet::new();
    for login in ["counter01", "shikaku01", "shikaku02", "levy01"] {
        let mut browser = Browser::new(router);
        browser.log_in(login, PASSWORD).await;
        for (method, route) in web::routes::list() {
            if method != "GET" || !route.contains('{') || telling.contains(route) {
                continue;
            }
            for path in made.addresses(filled(route, &there), route) {
                let seen = browser.get(&path).await;
                assert!(!seen.status.is_server_error(), "{path}: {}", seen.text);
                if told(&seen, &path, &names).is_some() {
                    telling.insert(route);
                }
            }
        }
    }
    made.narrow();
    let before = made.acts().len();
    let (mut refused, mut closed) = (BTreeSet::new(), BTreeSet::new());
    for (login, role) in STAFF {
        let mut browser = Browser::new(router);
        let csrf = browser.log_in(login, PASSWORD).await;
        for (method, route) in web::routes::list() {
            let nobody = ABOUT_NOBODY.iter().any(|(known, _)| *known == route);
            // Orders about nobody in particular are carried out.
            if route == "/logout" || (method == "POST" && (nobody || !route.contains('{'))) {
                continue;
            }
            for path in made.addresses(filled(route, &there), route) {
                let seen = asked(&mut browser, (method, &path), &csrf).await;
                let what = format!("{} {method} {path}", role.name_ja());
                assert!(!seen.status.is_server_error(), "{what}: {}", seen.text);
                let recorded = RECORD.contains(&route);
                let whose = told(&seen, &path, &names)
                    .filter(|name| !(recorded && name.parse::<i64>().is_ok()));
                if let Some(name) = whose {
                    let at = seen.text.find(name).unwrap();
                    let from = seen.text[..at].char_indices().rev().nth(200);
                    let from = from.map_or(0, |(at, _)| at);
                    panic!(
                        "{what} tells {name}: …{}",
                        &seen.text[from..at + name.len()]
                    );
                }
                if seen.text.contains(WORDS) || seen.text.contains(OUTSIDE) {
                    assert_eq!(seen.status, StatusCode::FORBIDDEN, "{what}");
                    refused.insert((method, route));
                    closed.insert(path);
                }
            }
        }
    }
    let done = made.acts().split_off(before);
    assert!(done.is_empty(), "carried out: {done:#?}");
    // Whatever wrote something of somebody is closed by its own number as well.
    for act in made.acts_about_somebody() {
        let path = format!("/acts/{act}");
        assert!(closed.contains(&path), "{path} is open");
    }
    let mut open = Vec::new();
    for (method, route) in web::routes::list() {
        let nobody = ABOUT_NOBODY.iter().any(|(known, _)| *known == route);
        if route.contains('{') && refused.contains(&(method, route)) == nobody {
            open.push(format!("{method} {route}"));
        }
    }
    assert!(
        open.is_empty(),
        "neither guarded nor about nobody: {open:#?}"
    );
    let known: BTreeSet<&str> = web::routes::list()
        .into_iter()
        .map(|(_, route)| route)
        .collect();
    for (route, _) in ABOUT_NOBODY {
        assert!(known.contains(route), "{route} is no route any more");
    }
    for route in [
        "/movements/{act}",
        "/merge/{one}/{other}",
        "/merges/{id}/undo",
        "/register-proposals/{id}",
        "/acts/{id}",
        "/approvals/{id}",
        "/letters/{id}",
        "/letters/batches/{id}/paper",
        "/proofs/{year}/{id}/paper",
        "/held/{file}/{row}",
        "/work/{id}",
        "/notices/{id}",
        "/certificates/{id}",
    ] {
        assert!(
            telling.contains(route),
            "{route} told nothing before: {telling:#?}"
        );
    }
}
