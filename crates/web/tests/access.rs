//! Who gets through which door: every route for nobody, and every route for every role.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod common;

use axum::http::{StatusCode, header};
use common::browser::Browser;
use common::city::{PASSWORD, STAFF};
use common::pages;
use common::routes::filled;
use std::fmt::Write;

fn compare_with(file: &str, found: &str) {
    let path = format!("{}/tests/{file}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("KOKUHO_BLESS").is_some() {
        std::fs::write(&path, found).unwrap();
    }
    let golden = std::fs::read_to_string(&path).unwrap();
    assert_eq!(
        found, golden,
        "look at the difference; then run with KOKUHO_BLESS=1"
    );
}

#[tokio::test]
async fn nobody_gets_past_the_door_but_for_the_routes_on_the_list() {
    let (_store, router) = pages(1);
    let mut open = String::new();
    for (method, path) in web::routes::list() {
        let mut browser = Browser::new(&router);
        let path_filled = filled(path);
        let seen = match method {
            "GET" => browser.get(&path_filled).await,
            _ => browser.post(&path_filled, &[]).await,
        };
        let turned_away = seen.status == StatusCode::UNAUTHORIZED
            || seen.status == StatusCode::SEE_OTHER && seen.location().starts_with("/login");
        if !turned_away {
            writeln!(open, "{method} {path}").unwrap();
        }
        assert!(
            !seen.text.contains("ログアウト"),
            "{method} {path} shows a page of somebody"
        );
    }
    compare_with("unauthorized_routes.txt", &open);
}

#[tokio::test]
async fn roles_get_through_the_doors_of_the_golden_table() {
    let (_store, router) = pages(3);
    let mut table = String::from("# 経路 × 役割\n");
    for (method, path) in web::routes::list() {
        write!(table, "{method:<4} {path:<42}").unwrap();
        for (login, role) in STAFF {
            let mut browser = Browser::new(&router);
            let csrf = browser.log_in(login, PASSWORD).await;
            let path_filled = filled(path);
            let seen = if method == "GET" {
                browser.get(&path_filled).await
            } else if path.starts_with("/api/") {
                let request = axum::http::Request::post(path_filled)
                    .header(header::CONTENT_TYPE, "application/json")
                    .body(axum::body::Body::from("{}"))
                    .unwrap();
                browser.send(request).await
            } else {
                browser.post(&path_filled, &[("csrf", csrf.as_str())]).await
            };
            let refused = seen.status == StatusCode::FORBIDDEN
                && (seen.text.contains("権限がありません") || seen.text.contains("を使う権限"));
            assert!(
                !seen.status.is_server_error(),
                "{method} {path} {login}: {}",
                seen.text
            );
            write!(table, " {:<22}", if refused { "-" } else { role.code() }).unwrap();
        }
        let end = table.trim_end().len();
        table.truncate(end);
        table.push('\n');
    }
    compare_with("routes.golden.txt", &table);
}

// covers: SEC-003
#[tokio::test]
async fn a_refusal_says_who_may_and_is_recorded() {
    let (store, router) = pages(1);
    let mut browser = Browser::new(&router);
    browser.log_in("viewer01", PASSWORD).await;
    let seen = browser.get("/what-if").await;
    assert_eq!(seen.status, StatusCode::FORBIDDEN);
    assert!(seen.text.contains("賦課担当"), "{}", seen.text);
    let latest = store
        .read(|conn| office::security::access::latest(conn, 1))
        .unwrap();
    assert_eq!(
        (latest[0].what.as_str(), latest[0].outcome.as_str()),
        ("levy.run", "refused")
    );
}

#[tokio::test]
async fn a_page_that_either_of_two_functions_opens_leaves_no_refusal() {
    let (store, router) = pages(1);
    let mut browser = Browser::new(&router);
    browser.log_in("shikaku02", PASSWORD).await;
    for path in ["/cut-over", "/renewals"] {
        assert_eq!(browser.get(path).await.status, StatusCode::OK, "{path}");
        let latest = store
            .read(|conn| office::security::access::latest(conn, 20))
            .unwrap();
        assert!(
            latest.iter().all(|one| one.outcome != "refused"),
            "{path}: {latest:?}"
        );
    }
}

#[tokio::test]
async fn looking_at_a_household_leaves_a_record() {
    let (store, router) = pages(1);
    let mut browser = Browser::new(&router);
    browser.log_in("viewer01", PASSWORD).await;
    assert_eq!(
        browser.get("/households/1000001").await.status,
        StatusCode::OK
    );
    let latest = store
        .read(|conn| office::security::access::latest(conn, 1))
        .unwrap();
    assert_eq!(latest[0].what, "registry.view");
    assert_eq!(latest[0].subject, Some(1_000_001));
}

#[tokio::test]
async fn what_cannot_be_recorded_is_not_shown() {
    let (store, router) = pages(1);
    let mut browser = Browser::new(&router);
    browser.log_in("levy01", PASSWORD).await;
    let shown = browser.get("/households/1000001").await;
    assert_eq!(shown.status, StatusCode::OK);
    store
        .write(|conn| conn.execute_text("alter table access_log rename to access_log_away", &[]))
        .unwrap();
    for path in ["/households/1000001", "/work", "/certificates"] {
        let page = browser.get(path).await;
        assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR, "{path}");
        assert!(!page.text.contains("1000001"), "{path}: {}", page.text);
    }
    // And it goes on once the record can be written again.
    store
        .write(|conn| conn.execute_text("alter table access_log_away rename to access_log", &[]))
        .unwrap();
    let again = browser.get("/households/1000001").await;
    assert_eq!(again.status, StatusCode::OK);
}

// covers: SEC-033
#[tokio::test]
async fn everything_from_log_in_to_log_out_stands_in_the_record_with_who_when_where_and_what() {
    let (store, router) = pages(1);
    let mut browser = Browser::new(&router);
    let csrf = browser.log_in("levy01", PASSWORD).await;
    browser.get("/households/1000001").await;
    browser.search("ミナト").await;
    browser.get("/staff").await;
    let order = [
        ("csrf", csrf.as_str()),
        ("kind", "initial"),
        ("year", "2026"),
        ("decided_on", "R8.6.15"),
        ("request_id", "order-1"),
    ];
    assert!(
        browser
            .post("/runs", &order)
            .await
            .location()
            .starts_with("/runs/")
    );
    browser.post("/logout", &[("csrf", csrf.as_str())]).await;
    let mut stranger = Browser::new(&router);
    let csrf = stranger.get("/login").await.csrf();
    let wrong = [
        ("csrf", csrf.as_str()),
        ("login", "levy01"),
        ("password", "x"),
    ];
    stranger.post("/login", &wrong).await;
    let lines = store
        .read(|conn| office::security::access::latest(conn, 50))
        .unwrap();
    let staff = lines
        .iter()
        .find(|line| line.what == "login")
        .unwrap()
        .staff_id;
    for (what, outcome) in [
        ("login", "shown"),
        ("registry.view", "shown"),
        ("registry.search", "shown"),
        ("security.staff", "refused"),
        ("logout", "shown"),
        ("login", "failed"),
    ] {
        let line = lines
            .iter()
            .find(|line| line.what == what && line.outcome == outcome)
            .unwrap_or_else(|| panic!("{what} {outcome} is missing: {lines:?}"));
        assert_eq!(line.staff_id, staff, "{what}");
        assert!(line.at > 0 && !line.terminal.is_empty(), "{what}");
    }
    // What was typed into the search is nobody's business.
    assert!(!format!("{lines:?}").contains("ミナト"));
    // The order is an act with the same.
    let acts = store
        .read(|conn| {
            conn.query_text(
                "select staff_id, terminal, recorded_at, permission from act where permission = 'levy.run'",
                &[],
                |row| Ok((row.int(0)?, row.text(1)?, row.int(2)?, row.text(3)?)),
            )
        })
        .unwrap();
    assert!(
        !acts.is_empty()
            && acts
                .iter()
                .all(|act| act.0 == staff && !act.1.is_empty() && act.2 > 0)
    );
}

/// What was written down so far: lines of the record of access, and acts.
fn written(store: &db::Store) -> (i64, i64) {
    let last = |name: &'static str, text: &'static str| {
        let sql = db::Sql { name, text };
        store
            .read(|conn| conn.query_one(&sql, &[], |row| row.int(0)))
            .unwrap()
    };
    (
        last("test.entries", "select count(*) from access_log"),
        last("test.acts", "select count(*) from act"),
    )
}

// covers: SEC-033
#[tokio::test]
async fn every_route_leaves_a_record_of_what_was_shown_done_or_refused() {
    let (store, router) = pages(1);
    let mut silent = String::new();
    for (method, path) in web::routes::list() {
        let mut always = true;
        for (login, _) in STAFF {
            let mut browser = Browser::new(&router);
            let csrf = browser.log_in(login, PASSWORD).await;
            let before = written(&store);
            let path_filled = filled(path);
            if method == "GET" {
                browser.get(&path_filled).await;
            } else if path.starts_with("/api/") {
                let request = axum::http::Request::post(path_filled)
                    .header(header::CONTENT_TYPE, "application/json")
                    .body(axum::body::Body::from("{}"))
                    .unwrap();
                browser.send(request).await;
            } else {
                browser.post(&path_filled, &[("csrf", csrf.as_str())]).await;
            }
            always &= written(&store) > before;
        }
        if !always {
            writeln!(silent, "{method} {path}").unwrap();
        }
    }
    compare_with("unrecorded_routes.txt", &silent);
}
