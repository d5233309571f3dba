//! What guards people and permissions, seen from the pages: the first password, hours, lists and what stands in them.
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
use common::browser::Browser;
use common::city::PASSWORD;
use common::pages;
use common::routes::filled;
use common::steps::person;

const GIVEN: &str = "てわたし-Kagi7-Tsukue";
const OWN: &str = "じぶんだけ-Suzume-41";

/// Routes reached by whoever has yet to choose a password: the door, what dresses the page, the change, the way out.
const FIRST: [(&str, &str); 8] = [
    ("GET", "/health"),
    ("GET", "/static/{hash}/{name}"),
    ("GET", "/login"),
    ("POST", "/login"),
    ("GET", "/login/second"),
    ("POST", "/login/second"),
    ("GET", "/me"),
    ("POST", "/me/password"),
];

// covers: SEC-007
#[tokio::test]
async fn whoever_was_given_a_password_reaches_nothing_before_choosing_one() {
    let (_store, router) = pages(1);
    let (mut admin, csrf) = person(&router, "admin01").await;
    let new = [
        ("csrf", csrf.as_str()),
        ("login", "levy09"),
        ("name", "見本 次郎"),
        ("password", GIVEN),
        ("roles", "levy"),
        ("roles", "administrator"),
    ];
    assert_eq!(admin.post("/staff", &new).await.location(), "/staff");
    let mut clerk = Browser::new(&router);
    let door = clerk.get("/login").await.csrf();
    let typed = [
        ("csrf", door.as_str()),
        ("login", "levy09"),
        ("password", GIVEN),
        ("next", "/staff"),
    ];
    assert_eq!(
        clerk.post("/login", &typed).await.status,
        StatusCode::SEE_OTHER
    );
    let own = clerk.get("/me").await;
    assert_eq!(own.status, StatusCode::OK);
    assert!(own.text.contains("action=\"/me/password\"") && own.text.contains("他の人が設定"));
    for other in [
        "action=\"/me/totp",
        "action=\"/me/relations",
        "action=\"/me/emergency",
        "href=\"/staff\"",
    ] {
        assert!(!own.text.contains(other), "{other}");
    }
    let csrf = own.csrf();
    // Every route there is.
    for (method, path) in web::routes::list() {
        if FIRST.contains(&(method, path)) || path == "/logout" {
            continue;
        }
        let address = filled(path);
        let seen = if method == "GET" {
            clerk.get(&address).await
        } else if path.starts_with("/api/") {
            let request = Request::post(address)
                .header(header::CONTENT_TYPE, "application/json")
                .body(Body::from("{}"))
                .unwrap();
            clerk.send(request).await
        } else {
            clerk.post(&address, &[("csrf", csrf.as_str())]).await
        };
        let program = path.starts_with("/api/") || path.ends_with("/progress");
        if program {
            assert_eq!(seen.status, StatusCode::FORBIDDEN, "{method} {path}");
        } else {
            assert_eq!(seen.location(), "/me", "{method} {path} {}", seen.status);
        }
    }
    // The given one again, two that differ, one that was guessed: said beside the field.
    let change = |present: &'static str, new: &'static str, again: &'static str| {
        [
            ("csrf", csrf.clone()),
            ("present", present.to_owned()),
            ("password", new.to_owned()),
            ("again", again.to_owned()),
        ]
    };
    for (present, new, again, part) in [
        (GIVEN, GIVEN, GIVEN, "id=\"password-wrong\""),
        (GIVEN, OWN, PASSWORD, "id=\"again-wrong\""),
        (PASSWORD, OWN, OWN, "id=\"present-wrong\""),
    ] {
        let fields = change(present, new, again);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let seen = clerk.post("/me/password", &fields).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(seen.text.contains(part), "{part}: {}", seen.text);
    }
    let fields = change(GIVEN, OWN, OWN);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
    assert_eq!(
        clerk.post("/me/password", &fields).await.location(),
        "/login?ended=password"
    );
    assert_eq!(clerk.get("/staff").await.location(), "/login?next=%2Fstaff");
    clerk.log_in("levy09", OWN).await;
    assert_eq!(clerk.get("/staff").await.status, StatusCode::OK);
    // Reset by an administrator, the door is narrow again.
    let csrf = admin.get("/staff").await.csrf();
    let account = format!("/staff/{}", common::city::STAFF.len() + 1);
    let reset = [
        ("csrf", csrf.as_str()),
        ("password", "まただれか-Tsubame-8"),
    ];
    admin.post(&format!("{account}/password"), &reset).await;
    assert_eq!(clerk.get("/staff").await.location(), "/login?next=%2Fstaff");
    let door = clerk.get("/login").await.csrf();
    let typed = [
        ("csrf", door.as_str()),
        ("login", "levy09"),
        ("password", "まただれか-Tsubame-8"),
        ("next", "/staff"),
    ];
    clerk.post("/login", &typed).await;
    assert_eq!(clerk.get("/staff").await.location(), "/me");
}

// covers: SEC-010
#[tokio::test]
async fn hours_are_laid_down_from_a_day_on_and_the_page_shows_what_was_and_what_comes() {
    let (_store, router) = pages(1);
    let (mut admin, csrf) = person(&router, "admin01").await;
    let set = |since: &'static str, until: &'static str| {
        [
            ("csrf", csrf.clone()),
            ("role", "levy".to_owned()),
            ("days", "1".to_owned()),
            ("from", "8:30".to_owned()),
            ("until", until.to_owned()),
            ("since", since.to_owned()),
        ]
    };
    for (since, until) in [("", "17:15"), ("R8.7.1", "19:00")] {
        let fields = set(since, until);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
        assert_eq!(admin.post("/hours", &fields).await.location(), "/hours");
    }
    let page = admin.get("/hours").await.text;
    for part in [
        "8:30〜17:15",
        "8:30〜19:00",
        "これから",
        "改めた",
        "見本 システム管理者",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    for wrong in ["R8.6.14", "いつか"] {
        let fields = set(wrong, "20:00");
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let seen = admin.post("/hours", &fields).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            seen.text.contains("適用する日") && seen.text.contains("id=\"since-wrong\""),
            "{}",
            seen.text
        );
    }
    // Monday the 15th of June, ten o'clock: still the earlier hours.
    let mut clerk = Browser::new(&router);
    clerk.log_in("levy01", PASSWORD).await;
}
