//! Errors before and beside the pages: each has a frame, says what can be done, and shows nothing of the inside.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod common;

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::{Request, StatusCode, header};
use axum::routing::get;
use common::browser::{Browser, Seen};
use common::city::{self, PASSWORD, STAFF};
use common::pages;
use db::testing::TestStore;
use std::io::Write;
use std::sync::{Arc, LazyLock, Mutex};
use web::App;

/// The technical log of this program, as it is written.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

static LOG: LazyLock<Log> = LazyLock::new(|| {
    let log = Log::default();
    let writer = log.clone();
    tracing_subscriber::fmt()
        .with_writer(move || writer.clone())
        .with_ansi(false)
        .init();
    log
});

fn logged() -> String {
    String::from_utf8(LOG.0.lock().unwrap().clone()).unwrap()
}

/// Whether a page has the one shape of an error, with so much in it.
fn framed(seen: &Seen, status: StatusCode, heading: &str) {
    assert_eq!(seen.status, status, "{heading}: {}", seen.text);
    let kind = seen.headers[header::CONTENT_TYPE].to_str().unwrap();
    assert_eq!(kind, "text/html; charset=utf-8", "{heading}");
    assert!(
        seen.text.contains(&format!("<h1>{heading}</h1>")),
        "{heading}: {}",
        seen.text
    );
    assert!(seen.text.contains("<html lang=\"ja\">") && seen.text.contains("role=\"alert\""));
    assert!(
        seen.text.contains("href=\"/\"") && seen.text.contains("ください"),
        "{heading}"
    );
    for inner in [
        "panicked",
        "axum",
        "Failed",
        "Cannot",
        "select ",
        "no such table",
        ".rs",
    ] {
        assert!(
            !seen.text.contains(inner),
            "{heading}: {inner} in {}",
            seen.text
        );
    }
}

/// Whether the page is one of somebody who is logged in, who finds the menu and the search there.
fn is_open(seen: &Seen) -> bool {
    let (menu, search) = (
        seen.text.contains("主なメニュー"),
        seen.text.contains("action=\"/search\""),
    );
    assert_eq!(menu, search, "{}", seen.text);
    menu
}

fn asked(method: &str, path: &str, kind: &str, body: impl Into<Body>) -> Request<Body> {
    let request = Request::builder().method(method).uri(path);
    request
        .header(header::CONTENT_TYPE, kind)
        .body(body.into())
        .unwrap()
}

const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test]
async fn an_unknown_address_has_a_page_that_leads_on() {
    let (_store, router) = pages(1);
    let mut nobody = Browser::new(&router);
    let mut clerk = Browser::new(&router);
    clerk.log_in("shikaku01", PASSWORD).await;
    let mut first = String::new();
    for path in [
        "/nowhere",
        "/households/1000001/nowhere",
        "/static/0/none.css",
        "/people/1/2/3?q=1",
    ] {
        let seen = nobody.get(path).await;
        framed(&seen, StatusCode::NOT_FOUND, "この画面はありません");
        assert!(!is_open(&seen) && !seen.text.contains("障害番号"), "{path}");
        // The same words whatever was asked for: nothing tells what is there.
        if first.is_empty() {
            first.clone_from(&seen.text);
        }
        assert_eq!(seen.text, first, "{path}");
        let seen = clerk.get(path).await;
        framed(&seen, StatusCode::NOT_FOUND, "この画面はありません");
        assert!(
            is_open(&seen) && seen.text.contains("href=\"/search\""),
            "{path}"
        );
    }
    // A stranger is not told which household there is: both addresses lead to the log-in.
    let (there, not) = (
        nobody.get("/households/1000001").await,
        nobody.get("/households/77").await,
    );
    assert_eq!(
        (there.status, not.status),
        (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER)
    );
    assert_eq!(there.text, not.text);
}

#[tokio::test]
async fn what_cannot_be_read_has_the_same_shape() {
    let (_store, router) = pages(1);
    let mut clerk = Browser::new(&router);
    let csrf = clerk.log_in("levy01", PASSWORD).await;
    let mut nobody = Browser::new(&router);
    let long = format!("csrf={csrf}&note={}", "x".repeat(600 * 1024));
    let hostile = [
        (
            asked("PUT", "/runs", FORM, ""),
            StatusCode::METHOD_NOT_ALLOWED,
            "この操作はできません",
        ),
        (
            asked("POST", "/runs", FORM, long),
            StatusCode::PAYLOAD_TOO_LARGE,
            "大きすぎて受け取れません",
        ),
        (
            asked("POST", "/runs", "text/csv", "a,b"),
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "この形式は受け取れません",
        ),
        (
            asked("GET", "/households/x", FORM, ""),
            StatusCode::BAD_REQUEST,
            "読み取れません",
        ),
        (
            asked("POST", "/runs", "multipart/form-data", "x"),
            StatusCode::BAD_REQUEST,
            "読み取れません",
        ),
    ];
    for (request, status, heading) in hostile {
        let what = format!("{} {}", request.method(), request.uri());
        let seen = clerk.send(request).await;
        framed(&seen, status, heading);
        assert!(is_open(&seen), "{what}");
        let allowed = seen.headers.contains_key(header::ALLOW);
        assert_eq!(allowed, status == StatusCode::METHOD_NOT_ALLOWED, "{what}");
    }
    let at_the_door = [
        (
            asked("POST", "/login", "text/csv", "a,b"),
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "この形式は受け取れません",
        ),
        (
            asked("POST", "/login", FORM, "x".repeat(600 * 1024)),
            StatusCode::PAYLOAD_TOO_LARGE,
            "大きすぎて受け取れません",
        ),
        (
            asked("DELETE", "/login", FORM, ""),
            StatusCode::METHOD_NOT_ALLOWED,
            "この操作はできません",
        ),
        (
            asked("GET", "/login?next=%00", FORM, ""),
            StatusCode::BAD_REQUEST,
            "読み取れません",
        ),
    ];
    for (request, status, heading) in at_the_door {
        let seen = nobody.send(request).await;
        framed(&seen, status, heading);
        assert!(!is_open(&seen), "{heading}");
    }
    let packed = Request::post("/login").header(header::CONTENT_ENCODING, "gzip");
    let seen = nobody.send(packed.body(Body::from("x")).unwrap()).await;
    framed(
        &seen,
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "この形式は受け取れません",
    );
    assert!(seen.text.contains("圧縮した本文は受け取りません"));
}

#[tokio::test]
async fn a_program_gets_the_same_as_json() {
    let (_store, router) = pages(1);
    let mut program = Browser::new(&router);
    for signed_in in [false, true] {
        if signed_in {
            program.log_in("shikaku01", PASSWORD).await;
        }
        let seen = program.get("/api/v1/nowhere").await;
        let body: serde_json::Value = serde_json::from_str(&seen.text).unwrap();
        assert_eq!(
            (seen.status, &body["code"]),
            (StatusCode::NOT_FOUND, &"http.404".into())
        );
        assert!(
            body["message"].as_str().unwrap().contains("ください"),
            "{body}"
        );
        let seen = program
            .send(asked("PUT", "/api/v1/levy/calc", "application/json", "{}"))
            .await;
        let body: serde_json::Value = serde_json::from_str(&seen.text).unwrap();
        assert_eq!(body["code"], "http.405");
    }
}

/// The app with a clerk in it, to put routes of our own into.
fn app() -> (TestStore, App) {
    let (store, office) = city::office(1);
    (store, App::new(city::config(), office))
}

async fn made(Path(code): Path<u16>) -> (StatusCode, &'static str) {
    (
        StatusCode::from_u16(code).unwrap(),
        "Failed to do it in inner.rs",
    )
}

async fn breaks() -> &'static str {
    panic!("select secret from inner.rs")
}

#[tokio::test]
async fn every_status_of_an_error_has_the_frame_and_no_word_of_the_inside() {
    LazyLock::force(&LOG);
    let (_store, app) = app();
    let routes: Router<App> = Router::new()
        .route("/made/{code}", get(made))
        .route("/breaks", get(breaks));
    let mut nobody = Browser::new(&web::routes::around(routes, app));
    for code in (400..=431).chain([451, 500, 501, 502, 503, 504, 507]) {
        let seen = nobody.get(&format!("/made/{code}")).await;
        let heading = seen
            .text
            .split("<h1>")
            .nth(1)
            .unwrap_or("")
            .split("</h1>")
            .next()
            .unwrap();
        assert!(!heading.is_empty(), "{code}: {}", seen.text);
        framed(&seen, StatusCode::from_u16(code).unwrap(), heading);
        let numbered = seen.text.contains("障害番号 <b>");
        assert_eq!(numbered, code >= 500 && code != 503, "{code}");
    }
    for code in [200, 204, 304] {
        assert!(
            !nobody
                .get(&format!("/made/{code}"))
                .await
                .text
                .contains("<html")
        );
    }
    let seen = nobody.get("/breaks").await;
    framed(
        &seen,
        StatusCode::INTERNAL_SERVER_ERROR,
        "処理できませんでした",
    );
    assert_eq!(in_the_log(&number_on(&seen)), 1);
}

fn number_on(seen: &Seen) -> String {
    let number = seen.text.split("障害番号 <b>").nth(1).expect("a number");
    number.split('<').next().unwrap().to_owned()
}

/// How many lines of the log name the number.
fn in_the_log(number: &str) -> usize {
    assert_eq!(number.len(), 8, "{number}");
    logged()
        .lines()
        .filter(|line| line.contains(number))
        .count()
}

#[tokio::test]
async fn an_inner_failure_shows_a_number_that_the_technical_log_explains() {
    LazyLock::force(&LOG);
    let (store, router) = pages(1);
    let mut clerk = Browser::new(&router);
    let mut second = Browser::new(&router);
    clerk.log_in("shikaku01", PASSWORD).await;
    second.log_in("levy01", PASSWORD).await;
    store
        .write(|conn| conn.execute_text("alter table work_item rename to work_item_away", &[]))
        .unwrap();
    let mut numbers = Vec::new();
    for _ in 0..2 {
        let seen = clerk.get("/work").await;
        framed(
            &seen,
            StatusCode::INTERNAL_SERVER_ERROR,
            "処理できませんでした",
        );
        assert!(
            is_open(&seen) && !seen.text.contains("work_item"),
            "{}",
            seen.text
        );
        numbers.push(number_on(&seen));
    }
    assert_ne!(numbers[0], numbers[1]);
    for number in &numbers {
        assert_eq!(in_the_log(number), 1);
        let log = logged();
        let line = log.lines().find(|line| line.contains(number)).unwrap();
        assert!(line.contains("work_item"), "{line}");
    }
    // Without the table of sessions nobody can be known: the closed frame, and a number all the same.
    store
        .write(|conn| conn.execute_text("alter table session rename to session_away", &[]))
        .unwrap();
    let seen = second.get("/runs").await;
    framed(
        &seen,
        StatusCode::INTERNAL_SERVER_ERROR,
        "処理できませんでした",
    );
    assert!(!is_open(&seen));
    assert_eq!(in_the_log(&number_on(&seen)), 1);
    let seen = second.search_api("1").await;
    let body: serde_json::Value = serde_json::from_str(&seen.text).unwrap();
    assert_eq!(in_the_log(body["number"].as_str().unwrap()), 1);
}

#[tokio::test]
async fn too_many_requests_are_told_in_the_same_shape() {
    let (_store, office) = city::office(1);
    let (_other, app) = app();
    let mut config = app.config().clone();
    config.edge.per_address = Some(web::edge::limits::Rate {
        burst: 3,
        a_minute: 1,
    });
    let mut nobody = Browser::new(&web::router(App::new(config, office)));
    for _ in 0..3 {
        assert_eq!(nobody.get("/login").await.status, StatusCode::OK);
    }
    let seen = nobody.get("/login").await;
    framed(&seen, StatusCode::TOO_MANY_REQUESTS, "混み合っています");
    assert!(seen.headers.contains_key(header::RETRY_AFTER));
    let seen = nobody.search_api("1").await;
    let body: serde_json::Value = serde_json::from_str(&seen.text).unwrap();
    assert_eq!(body["code"], "http.429");
}

#[tokio::test]
async fn the_menu_shows_what_opens_and_nothing_else() {
    let (_store, router) = pages(2);
    for (login, role) in STAFF {
        let mut browser = Browser::new(&router);
        browser.log_in(login, PASSWORD).await;
        let home = browser.get("/").await.text;
        let menu = home
            .split("aria-label=\"主なメニュー\"")
            .nth(1)
            .unwrap()
            .split("</nav>")
            .next()
            .unwrap();
        let shown: Vec<&str> = menu
            .split("<a href=\"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap())
            .collect();
        assert!(shown.len() >= 3, "{role:?}: {menu}");
        let entries = web::menu::AREAS.iter().flat_map(|area| area.entries);
        for entry in entries {
            let seen = browser.get(entry.href).await;
            let opens = seen.status != StatusCode::FORBIDDEN;
            assert_eq!(
                shown.contains(&entry.href),
                opens,
                "{role:?} {}: {}",
                entry.label,
                seen.status
            );
        }
    }
}
