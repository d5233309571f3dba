//! What comes back, whatever was asked: headers, kinds of content, and nothing of the machine behind it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod common;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use common::browser::{Browser, Seen};
use common::city::{PASSWORD, STAFF};
use common::pages;
use common::routes::filled;

/// What stands in every answer but those of files that may be kept.
const STRICT: [(&str, &str); 7] = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    ("cache-control", "no-store"),
];

fn strict(seen: &Seen, what: &str) {
    let text = |name: &str| {
        let mut values = seen.headers.get_all(name).iter();
        let value = values.next().map_or("", |value| value.to_str().unwrap());
        assert!(values.next().is_none(), "{what}: {name} twice");
        value
    };
    for (name, wanted) in STRICT {
        assert_eq!(text(name), wanted, "{what}: {name}");
    }
    let policy = text("content-security-policy");
    for part in [
        "default-src 'none'",
        "script-src 'self';",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.contains(part), "{what}: {policy}");
    }
    assert!(
        !policy.contains("unsafe") && !policy.contains('*'),
        "{what}"
    );
    // Nothing tells a stranger what runs here.
    for silent in ["server", "x-powered-by", "via"] {
        assert_eq!(text(silent), "", "{what}: {silent}");
    }
    // No other site may read an answer.
    assert_eq!(text("access-control-allow-origin"), "", "{what}");
}

fn kind(seen: &Seen) -> String {
    seen.headers
        .get(header::CONTENT_TYPE)
        .map_or("", |value| value.to_str().unwrap())
        .to_owned()
}

async fn ask(browser: &mut Browser, method: &str, path: &str, csrf: &str) -> Seen {
    if method == "GET" {
        return browser.get(path).await;
    }
    let (kind, body) = if path.starts_with("/api/") {
        ("application/json", "{}".to_owned())
    } else {
        ("application/x-www-form-urlencoded", format!("csrf={csrf}"))
    };
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, kind)
        .body(Body::from(body))
        .unwrap();
    browser.send(request).await
}

// covers: SEC-059
#[tokio::test]
async fn every_answer_of_every_route_carries_the_strict_headers() {
    let (_store, router) = pages(2);
    for (method, path) in web::routes::list() {
        let mut nobody = Browser::new(&router);
        let seen = ask(&mut nobody, method, &filled(path), "").await;
        strict(&seen, &format!("{method} {path} for nobody"));
        for (login, _) in STAFF {
            if path == "/logout" {
                continue;
            }
            let mut browser = Browser::new(&router);
            let csrf = browser.log_in(login, PASSWORD).await;
            let seen = ask(&mut browser, method, &filled(path), &csrf).await;
            strict(&seen, &format!("{method} {path} for {login}"));
        }
    }
    let mut browser = Browser::new(&router);
    for (method, path) in [
        ("GET", "/nowhere"),
        ("GET", "/households/x"),
        ("GET", "/static/0/../../Cargo.toml"),
        ("PUT", "/login"),
        ("GET", "/login?next=%FF%FE"),
    ] {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .body(Body::empty())
            .unwrap();
        let seen = browser.send(request).await;
        assert!(!seen.status.is_server_error(), "{path}");
        strict(&seen, path);
    }
}

/// Lists without a person on them, for administrators.
const TABLES: [&str; 1] = ["/permissions.csv"];

#[tokio::test]
async fn no_page_hands_a_list_out_as_a_file() {
    let (_store, router) = pages(2);
    for (login, _) in STAFF {
        let mut browser = Browser::new(&router);
        browser.log_in(login, PASSWORD).await;
        for (_, path) in web::routes::list()
            .into_iter()
            .filter(|(method, path)| *method == "GET" && !TABLES.contains(path))
        {
            for more in ["", "?format=csv", "?export=1", "?download=csv"] {
                let path = filled(path);
                if path.contains('?') && !more.is_empty() {
                    continue;
                }
                let seen = browser.get(&format!("{path}{more}")).await;
                let kind = kind(&seen);
                let spread = ["csv", "excel", "spreadsheet", "zip", "octet-stream"];
                assert!(
                    spread.iter().all(|part| !kind.contains(part)),
                    "{path}{more} for {login}: {kind}"
                );
                assert!(
                    !seen.headers.contains_key(header::CONTENT_DISPOSITION) || kind.contains("pdf"),
                    "{path}{more} for {login}"
                );
            }
        }
        let mut csv = Request::get("/search").body(Body::empty()).unwrap();
        csv.headers_mut()
            .insert(header::ACCEPT, "text/csv".parse().unwrap());
        assert!(!kind(&browser.send(csv).await).contains("csv"));
        for nowhere in [
            "/export",
            "/api/v1/export",
            "/search.csv",
            "/households.csv",
        ] {
            assert_eq!(browser.get(nowhere).await.status, StatusCode::NOT_FOUND);
        }
    }
}

#[tokio::test]
async fn an_order_with_an_unknown_field_is_refused() {
    let (store, router) = pages(1);
    let acts = || {
        store
            .read(|conn| conn.query_text("select count(*) from act", &[], |row| row.int(0)))
            .unwrap()[0]
    };
    let before = acts();
    let mut browser = Browser::new(&router);
    browser.log_in("shikaku01", PASSWORD).await;
    let request = r#"{"undo":[],"events":[],"seen":[],"note":"x""#;
    for (path, body) in [
        ("/api/v1/eligibility/register", format!(r#"{{"request":{request}}},"individual_number":"0"}}"#)),
        ("/api/v1/eligibility/register", format!(r#"{{"request":{request},"individual_number":"0"}}}}"#)),
        ("/api/v1/eligibility/preview", format!(r#"{{"request":{request},"個人番号":"0"}}}}"#)),
        (
            "/api/v1/certificates",
            r#"{"household_id":1000001,"person_id":10000010,"arose_on":"2026-06-01","reason":"x","individual_number":"0"}"#.to_owned(),
        ),
        (
            "/api/v1/levy/calc",
            r#"{"municipality":"131032","fiscal_year":2026,"household":{},"individual_number":"0"}"#.to_owned(),
        ),
    ] {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.clone()))
            .unwrap();
        let seen = browser.send(request).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{path} {body}: {}", seen.text);
        assert!(
            seen.text.contains("unknown field") || seen.text.contains("missing field"),
            "{path}: {}",
            seen.text
        );
    }
    assert_eq!(acts(), before);
}

// covers: SEC-068
#[tokio::test]
async fn the_administrator_of_the_system_sees_no_person() {
    let (_store, router) = pages(2);
    let mut browser = Browser::new(&router);
    let csrf = browser.log_in("admin01", PASSWORD).await;
    let mut refused = 0;
    for (method, path) in web::routes::list() {
        let seen = ask(&mut browser, method, &filled(path), &csrf).await;
        assert!(!seen.status.is_server_error(), "{path}");
        for shown in ["1000001", "フリガナ</", "生年月日</"] {
            let asked = filled(path).contains(shown);
            assert!(
                asked || !seen.text.contains(shown),
                "{method} {path} shows {shown}"
            );
        }
        refused += usize::from(seen.status == StatusCode::FORBIDDEN);
        if path == "/logout" {
            browser.log_in("admin01", PASSWORD).await;
        }
    }
    assert!(refused > 60, "{refused}");
    for function in [
        "registry.view",
        "registry.search",
        "levy.view",
        "notice.print",
        "number.use",
    ] {
        assert!(
            !office::security::Role::Administrator.holds(function),
            "{function}"
        );
    }
}
