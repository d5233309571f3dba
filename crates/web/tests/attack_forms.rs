//! Orders that did not come from our own pages: without the token, with somebody else's, from another site, by another
//! method.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod common;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use common::browser::{Browser, Seen};
use common::city::PASSWORD;
use common::pages;
use common::routes::filled;
use db::Store;

const FORM: &str = "application/x-www-form-urlencoded";

/// What every order leaves behind, whatever it orders.
fn acts(store: &Store) -> i64 {
    store
        .read(|conn| conn.query_text("select count(*) from act", &[], |row| row.int(0)))
        .unwrap()[0]
}

/// Lines of the record of what was refused and of what was shown.
fn lines(store: &Store) -> [usize; 2] {
    let count = |outcome: &str| {
        let text = "select count(*) from access_log where outcome = $1 and what not in ('login', 'logout')";
        let all = store.read(|conn| conn.query_text(text, &[outcome.into()], |row| row.int(0)));
        usize::try_from(all.unwrap()[0]).unwrap()
    };
    [count("refused"), count("shown")]
}

/// The forms of the pages, log-in aside.
fn forms() -> impl Iterator<Item = &'static str> {
    web::routes::list()
        .into_iter()
        .filter(|(method, path)| *method == "POST" && !path.starts_with("/api/"))
        .map(|(_, path)| path)
        .filter(|path| !path.starts_with("/login"))
}

fn orders() -> impl Iterator<Item = &'static str> {
    web::routes::list()
        .into_iter()
        .filter(|(method, path)| *method == "POST" && path.starts_with("/api/"))
        .map(|(_, path)| path)
}

async fn send(
    browser: &mut Browser,
    path: &str,
    kind: &str,
    body: &str,
    more: &[(&str, &str)],
) -> Seen {
    let mut request = Request::post(path)
        .header(header::CONTENT_TYPE, kind)
        .header(header::HOST, "localhost");
    for (name, value) in more {
        request = request.header(*name, *value);
    }
    browser
        .send(request.body(Body::from(body.to_owned())).unwrap())
        .await
}

#[tokio::test]
async fn every_form_needs_the_token_of_its_own_session() {
    let (store, router) = pages(1);
    let mut other = Browser::new(&router);
    let theirs = other.log_in("shikaku01", PASSWORD).await;
    let mut browser = Browser::new(&router);
    let own = browser.log_in("levy01", PASSWORD).await;
    assert_ne!(own, theirs);
    let before = acts(&store);
    let [refused, shown] = lines(&store);
    let mut walked = 0;
    for path in forms() {
        let path = filled(path);
        let twice = format!("csrf={theirs}&csrf={own}");
        let query = format!("{path}?csrf={own}");
        for (path, body) in [
            (&path, String::new()),
            (&path, "csrf=".to_owned()),
            (&path, format!("csrf={theirs}")),
            (&path, format!("CSRF={own}")),
            (&path, twice),
            (&query, String::new()),
        ] {
            let seen = send(&mut browser, path, FORM, &body, &[]).await;
            assert_eq!(seen.status, StatusCode::FORBIDDEN, "{path}: {}", seen.text);
            assert!(
                seen.text.contains("送信を受け付けられません"),
                "{path} answered otherwise: {}",
                seen.text
            );
        }
        walked += 1;
    }
    assert!(walked > 40, "{walked}");
    assert_eq!(acts(&store), before);
    // Each of the six tries left its line.
    assert_eq!(lines(&store), [refused + 6 * walked, shown]);
}

#[tokio::test]
async fn every_form_of_another_site_is_refused_with_the_right_token() {
    let (store, router) = pages(1);
    let mut browser = Browser::new(&router);
    let csrf = browser.log_in("levy01", PASSWORD).await;
    let before = acts(&store);
    let [refused, shown] = lines(&store);
    let mut tried = 0;
    let body = format!("csrf={csrf}");
    for path in forms() {
        let path = filled(path);
        for foreign in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "https://localhost.example"),
            ("origin", "null"),
        ] {
            let seen = send(&mut browser, &path, FORM, &body, &[foreign]).await;
            assert_eq!(seen.status, StatusCode::FORBIDDEN, "{path} {foreign:?}");
            assert!(seen.text.contains("送信を受け付けられません"), "{path}");
            tried += 1;
        }
    }
    assert_eq!(acts(&store), before);
    assert_eq!(lines(&store), [refused + tried, shown]);
    // The same page of our own is heard.
    let own = [("sec-fetch-site", "same-origin")];
    let seen = send(&mut browser, "/logout", FORM, &body, &own).await;
    assert_eq!(seen.location(), "/login?ended=1");
}

#[tokio::test]
async fn every_order_of_a_program_is_json_from_our_own_site() {
    let (store, router) = pages(1);
    let mut browser = Browser::new(&router);
    browser.log_in("shikaku01", PASSWORD).await;
    let before = acts(&store);
    let [refused, shown] = lines(&store);
    let mut tried = 0;
    for path in orders() {
        for kind in [FORM, "text/plain", "multipart/form-data; boundary=x", ""] {
            let seen = send(&mut browser, path, kind, "{}", &[]).await;
            assert_eq!(
                seen.status,
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "{path} {kind}"
            );
            tried += 1;
        }
        for foreign in [
            ("sec-fetch-site", "cross-site"),
            ("origin", "https://localhost.example"),
        ] {
            let seen = send(&mut browser, path, "application/json", "{}", &[foreign]).await;
            assert_eq!(seen.status, StatusCode::FORBIDDEN, "{path} {foreign:?}");
            tried += 1;
        }
    }
    assert_eq!(acts(&store), before);
    assert_eq!(lines(&store), [refused + tried, shown]);
}

#[tokio::test]
async fn nobody_is_logged_in_by_another_site() {
    let (_store, router) = pages(1);
    let mut browser = Browser::new(&router);
    let csrf = browser.get("/login").await.csrf();
    let other = Browser::new(&router).get("/login").await.csrf();
    let body = |csrf: &str| {
        let password = web::answer::percent(PASSWORD);
        format!("csrf={csrf}&login=levy01&password={password}&next=%2F")
    };
    for (token, more) in [
        (String::new(), &[][..]),
        (other, &[][..]),
        (csrf.clone(), &[("sec-fetch-site", "cross-site")][..]),
    ] {
        let seen = send(&mut browser, "/login", FORM, &body(&token), more).await;
        assert_eq!(seen.status, StatusCode::FORBIDDEN);
        let set = seen.headers.get_all(header::SET_COOKIE);
        assert!(
            set.iter()
                .all(|cookie| cookie.to_str().unwrap().starts_with("kokuho-door=")),
            "no session is opened"
        );
    }
    assert_eq!(browser.get("/").await.location(), "/login");
}

#[tokio::test]
async fn no_route_answers_to_a_method_that_the_table_does_not_name() {
    let (store, router) = pages(1);
    let mut browser = Browser::new(&router);
    let csrf = browser.log_in("levy01", PASSWORD).await;
    let before = acts(&store);
    let list = web::routes::list();
    for (_, path) in &list {
        let path_filled = filled(path);
        for method in [
            "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "KOKUHO",
        ] {
            if list.contains(&(method, path)) {
                continue;
            }
            // A route in words may also be what stands in a place of another route.
            let request = Request::builder()
                .method(Method::from_bytes(method.as_bytes()).unwrap())
                .uri(&path_filled)
                .header(header::CONTENT_TYPE, FORM)
                .header("x-http-method-override", "POST")
                .header("x-method-override", "POST")
                .body(Body::from(format!("csrf={csrf}&_method=POST")))
                .unwrap();
            let seen = browser.send(request).await;
            assert_eq!(
                seen.status,
                StatusCode::METHOD_NOT_ALLOWED,
                "{method} {path}"
            );
        }
    }
    assert_eq!(acts(&store), before);
}
