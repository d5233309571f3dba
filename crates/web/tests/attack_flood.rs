//! Too much: addresses that are not ours, floods of requests and of log-ins, bodies that would unpack into gigabytes.
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
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode, header};
use common::browser::{Browser, Seen};
use common::city::{self, PASSWORD};
use common::listening::config;
use db::testing::TestStore;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use web::App;
use web::edge::EdgePolicy;
use web::edge::limits::Rate;

fn pages(edge: EdgePolicy) -> (TestStore, Router) {
    let (store, office) = city::office(1);
    (store, web::router(App::new(config(edge), office)))
}

async fn from(browser: &mut Browser, address: &str, path: &str) -> Seen {
    let mut request = Request::get(path).body(Body::empty()).unwrap();
    let peer = SocketAddr::new(address.parse().unwrap(), 40_000);
    request.extensions_mut().insert(ConnectInfo(peer));
    browser.send(request).await
}

fn recorded(store: &TestStore, what: &str) -> Vec<String> {
    store
        .read(|conn| {
            conn.query_text(
                "select terminal from access_log where what = $1 and outcome = 'refused' order by entry_id",
                &[what.into()],
                |row| row.text(0),
            )
        })
        .unwrap()
}

// covers: SEC-063, SEC-069
#[tokio::test]
async fn who_comes_from_elsewhere_is_refused_and_recorded() {
    let (store, router) = pages(EdgePolicy::open());
    let mut browser = Browser::new(&router);
    assert_eq!(
        from(&mut browser, "10.1.2.3", "/login").await.status,
        StatusCode::OK
    );
    for path in ["/login", "/", "/health", "/nowhere"] {
        let seen = from(&mut browser, "203.0.113.9", path).await;
        assert_eq!(seen.status, StatusCode::FORBIDDEN, "{path}");
        assert!(seen.headers.contains_key(header::CONTENT_SECURITY_POLICY));
    }
    assert_eq!(recorded(&store, "edge.network"), ["203.0.113.9"; 4]);
    let (store, router) = pages(EdgePolicy {
        networks: vec!["10.1.0.0/16".parse().unwrap()],
        ..EdgePolicy::open()
    });
    let mut browser = Browser::new(&router);
    assert_eq!(
        from(&mut browser, "10.2.0.1", "/login").await.status,
        StatusCode::FORBIDDEN,
        "closed, but not listed"
    );
    assert_eq!(recorded(&store, "edge.network"), ["10.2.0.1"]);
}

// covers: SEC-070
#[tokio::test]
async fn a_flood_of_one_address_is_refused_told_once_and_leaves_the_others_alone() {
    let (store, router) = pages(EdgePolicy {
        per_address: Some(Rate {
            burst: 20,
            a_minute: 60,
        }),
        ..EdgePolicy::open()
    });
    let mut browser = Browser::new(&router);
    let mut refused = 0;
    for _ in 0..200 {
        let seen = from(&mut browser, "10.0.0.1", "/health").await;
        if seen.status == StatusCode::TOO_MANY_REQUESTS {
            assert_eq!(seen.headers[header::RETRY_AFTER], "2");
            refused += 1;
        }
    }
    assert_eq!(refused, 180);
    assert_eq!(
        recorded(&store, "edge.rate"),
        ["10.0.0.1"],
        "one line, not 180"
    );
    assert_eq!(
        from(&mut browser, "10.0.0.2", "/health").await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn one_session_cannot_flood_from_many_addresses() {
    let (_store, router) = pages(EdgePolicy {
        per_session: Some(Rate {
            burst: 30,
            a_minute: 60,
        }),
        ..EdgePolicy::open()
    });
    let mut browser = Browser::new(&router);
    browser.log_in("viewer01", PASSWORD).await;
    let mut refused = 0;
    for number in 0..60 {
        let seen = from(&mut browser, &format!("10.0.0.{number}"), "/health").await;
        refused += usize::from(seen.status == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!((30..60).contains(&refused), "{refused}");
    let mut other = Browser::new(&router);
    other.log_in("levy01", PASSWORD).await;
}

#[tokio::test]
async fn passwords_are_not_tried_at_the_speed_of_the_line() {
    let (_store, router) = pages(EdgePolicy {
        log_ins: Some(Rate {
            burst: 5,
            a_minute: 10,
        }),
        ..EdgePolicy::open()
    });
    let mut seen = Vec::new();
    for number in 0..8 {
        // Another account each time, so that no account is locked.
        let mut browser = Browser::new(&router);
        let csrf = browser.get("/login").await.csrf();
        let login = format!("nobody{number}");
        let fields = [
            ("csrf", csrf.as_str()),
            ("login", login.as_str()),
            ("password", "wrong-password-1"),
        ];
        seen.push(browser.post("/login", &fields).await.status.as_u16());
    }
    assert_eq!(seen, [422, 422, 422, 422, 422, 429, 429, 429]);
}

// covers: SEC-070
#[tokio::test]
async fn the_present_password_is_tried_no_faster_and_no_oftener_than_at_the_door() {
    let (_store, router) = pages(EdgePolicy {
        log_ins: Some(Rate {
            burst: 4,
            a_minute: 10,
        }),
        ..EdgePolicy::open()
    });
    let mut browser = Browser::new(&router);
    let csrf = browser.log_in("viewer01", PASSWORD).await;
    let mut seen = Vec::new();
    for _ in 0..5 {
        let seen_now = guess(&mut browser, &csrf).await;
        seen.push(seen_now.status.as_u16());
    }
    assert_eq!(seen, [422, 422, 422, 429, 429], "one went to the log-in");
    // As many as lock a log-in: the session is over, and the door says why.
    let (_store, router) = pages(EdgePolicy::open());
    let mut browser = Browser::new(&router);
    let csrf = browser.log_in("viewer01", PASSWORD).await;
    for turn in 1..5 {
        let seen = guess(&mut browser, &csrf).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{turn}");
        assert!(seen.text.contains("id=\"present-wrong\""), "{turn}");
    }
    let last = guess(&mut browser, &csrf).await;
    assert_eq!(last.location(), "/login?ended=locked", "{}", last.text);
    assert_eq!(browser.cookie("kokuho"), "");
    let door = browser.get(last.location()).await;
    assert!(door.text.contains("続けて間違えたため"), "{}", door.text);
    let csrf = door.csrf();
    let right = [
        ("csrf", csrf.as_str()),
        ("login", "viewer01"),
        ("password", PASSWORD),
    ];
    let seen = browser.post("/login", &right).await;
    assert!(
        seen.text.contains("ログインを止めています"),
        "{}",
        seen.text
    );
}

async fn guess(browser: &mut Browser, csrf: &str) -> Seen {
    let new = "Staple-4-lantern-quilt";
    let fields = [
        ("csrf", csrf),
        ("present", "Wrong-9-lantern-q"),
        ("password", new),
        ("again", new),
    ];
    browser.post("/me/password", &fields).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_thousand_log_ins_at_once_are_worked_on_a_few_at_a_time() {
    let (_store, router) = pages(EdgePolicy {
        log_ins: Some(Rate {
            burst: 200,
            a_minute: 1,
        }),
        log_ins_at_once: 2,
        ..EdgePolicy::open()
    });
    let mut door = Browser::new(&router);
    let csrf = door.get("/login").await.csrf();
    let cookie = format!("kokuho-door={csrf}");
    let body = format!("csrf={csrf}&login=nobody&password=wrong-password-1");
    let (worked, turned_away) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let tasks: Vec<_> = (0..10_000)
        .map(|_| {
            let (router, cookie, body) = (router.clone(), cookie.clone(), body.clone());
            let (worked, turned_away) = (Arc::clone(&worked), Arc::clone(&turned_away));
            tokio::spawn(async move {
                let request = Request::post("/login")
                    .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                    .header(header::COOKIE, cookie)
                    .body(Body::from(body))
                    .unwrap();
                let seen = Browser::new(&router).send(request).await;
                match seen.status {
                    StatusCode::UNPROCESSABLE_ENTITY => worked.fetch_add(1, Ordering::Relaxed),
                    StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                        turned_away.fetch_add(1, Ordering::Relaxed)
                    }
                    other => panic!("{other}: {}", seen.text),
                };
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(worked.load(Ordering::Relaxed), 200);
    assert_eq!(turned_away.load(Ordering::Relaxed), 9_800);
    // Whoever belongs here still gets in.
    assert_eq!(
        Browser::new(&router).get("/login").await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_body_that_has_to_be_unpacked_is_refused() {
    let (_store, router) = pages(EdgePolicy::open());
    let mut browser = Browser::new(&router);
    let csrf = browser.log_in("levy01", PASSWORD).await;
    for (packed, more) in [
        ("gzip", ""),
        ("br", ""),
        ("deflate, gzip", ""),
        ("identity", "x"),
    ] {
        let request = Request::post("/runs")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::CONTENT_ENCODING, packed)
            .body(Body::from(format!("csrf={csrf}")))
            .unwrap();
        let status = browser.send(request).await.status;
        assert_eq!(
            status == StatusCode::UNSUPPORTED_MEDIA_TYPE,
            more.is_empty(),
            "{packed}: {status}"
        );
    }
}
