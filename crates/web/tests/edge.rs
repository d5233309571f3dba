//! The edge: headers, tokens, cookies, limits.
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
use common::city::{PASSWORD, STAFF};
use common::pages;
use common::steps::agreed;

#[tokio::test]
async fn every_answer_carries_the_strict_headers() {
    let (_store, router) = pages(1);
    let mut browser = Browser::new(&router);
    for path in [
        "/login",
        "/",
        "/nowhere",
        "/health",
        web::assets::href("app.js"),
    ] {
        let seen = browser.get(path).await;
        let text = |name: &str| {
            seen.headers
                .get(name)
                .map_or("", |value| value.to_str().unwrap())
                .to_owned()
        };
        let policy = text("content-security-policy");
        assert!(
            policy.contains("default-src 'none'") && policy.contains("script-src 'self'"),
            "{path}: {policy}"
        );
        assert!(!policy.contains("unsafe"), "{path}");
        assert_eq!(text("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(text("x-frame-options"), "DENY", "{path}");
        let cached = text("cache-control");
        assert_eq!(
            cached.contains("immutable"),
            path.starts_with("/static/"),
            "{path}: {cached}"
        );
        assert_eq!(
            cached == "no-store",
            !path.starts_with("/static/"),
            "{path}: {cached}"
        );
    }
}

#[tokio::test]
async fn a_form_without_the_right_token_changes_nothing() {
    let (store, router) = pages(1);
    let mut browser = Browser::new(&router);
    let csrf = browser.log_in("levy01", PASSWORD).await;
    let order = |csrf: String| {
        vec![
            ("csrf".to_owned(), csrf),
            ("kind".to_owned(), "initial".to_owned()),
            ("year".to_owned(), "2026".to_owned()),
            ("decided_on".to_owned(), "080615".to_owned()),
        ]
    };
    for wrong in [String::new(), "0".repeat(64), csrf.to_uppercase()] {
        let fields = order(wrong);
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(k, v)| (k.as_str(), v.as_str()))
            .collect();
        assert_eq!(
            browser.post("/runs", &fields).await.status,
            StatusCode::FORBIDDEN
        );
    }
    let runs = || store.read(office::levy::run::list).unwrap().len();
    assert_eq!(runs(), 0);
    let fields = order(csrf);
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(k, v)| (k.as_str(), v.as_str()))
        .collect();
    let seen = browser.post("/runs", &fields).await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.text);
    assert!(seen.location().starts_with("/runs/"));
    assert_eq!(runs(), 1);
}

#[tokio::test]
async fn the_same_order_sent_twice_is_carried_out_once() {
    let (store, router) = pages(1);
    let mut browser = Browser::new(&router);
    let csrf = browser.log_in("levy01", PASSWORD).await;
    let order = [
        ("csrf", csrf.as_str()),
        ("kind", "initial"),
        ("year", "2026"),
        ("decided_on", "080615"),
        ("request_id", "order-1"),
    ];
    assert_eq!(
        browser.post("/runs", &order).await.status,
        StatusCode::SEE_OTHER
    );
    let again = browser.post("/runs", &order).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.text);
    assert!(again.text.contains("既に受け付けています"));
    assert_eq!(store.read(office::levy::run::list).unwrap().len(), 1);
}

#[tokio::test]
async fn an_account_is_opened_suspended_and_let_in_again() {
    let (_store, router) = pages(1);
    let mut admin = Browser::new(&router);
    let csrf = admin.log_in("admin01", PASSWORD).await;
    let new = |password: &'static str| {
        [
            ("csrf", csrf.clone()),
            ("login", "counter02".to_owned()),
            ("name", "見本 次郎".to_owned()),
            ("password", password.to_owned()),
            ("roles", "counter".to_owned()),
            ("roles", "viewer".to_owned()),
        ]
    };
    let weak = new("short");
    let weak: Vec<(&str, &str)> = weak.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let refused = admin.post("/staff", &weak).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text.contains("id=\"password-wrong\"")
            && refused.text.contains("value=\"counter02\"")
    );

    let good = new("まどぐち-Passw0rd-3");
    let good: Vec<(&str, &str)> = good.iter().map(|(k, v)| (*k, v.as_str())).collect();
    assert_eq!(admin.post("/staff", &good).await.location(), "/proposals");
    // It opens nothing until another administrator agrees.
    let list = admin.get("/staff").await.text;
    assert!(
        list.contains("発令の承認待ち") && !list.contains("窓口担当・照会のみ"),
        "{list}"
    );
    let mut clerk = Browser::new(&router);
    let door = clerk.get("/login").await.csrf();
    let typed = [
        ("csrf", door.as_str()),
        ("login", "counter02"),
        ("password", "まどぐち-Passw0rd-3"),
        ("next", "/"),
    ];
    let shut = clerk.post("/login", &typed).await;
    assert!(shut.text.contains("いまは利用できません"), "{}", shut.text);
    let own = [("csrf", csrf.as_str()), ("answer", "yes")];
    let alone = admin.post("/proposals/1", &own).await;
    assert!(
        alone.text.contains("提案した本人は承認できません"),
        "{}",
        alone.text
    );
    agreed(&router, 1).await;
    clerk.log_in("counter02", "まどぐち-Passw0rd-3").await;
    assert_eq!(clerk.get("/search").await.location(), "/me");
    let list = admin.get("/staff").await.text;
    assert!(
        list.contains("窓口担当・照会のみ") && !list.contains("発令の承認待ち"),
        "{list}"
    );

    // The new account comes after those of the city and the second administrator; suspending ends its session at once.
    let new = format!("/staff/{}", STAFF.len() + 2);
    let token = [("csrf", csrf.as_str())];
    assert_eq!(
        admin
            .post(&format!("{new}/suspend"), &token)
            .await
            .location(),
        "/staff"
    );
    assert_eq!(clerk.get("/").await.location(), "/login");
    assert_eq!(
        admin
            .post(&format!("{new}/resume"), &token)
            .await
            .location(),
        "/staff"
    );
    clerk.log_in("counter02", "まどぐち-Passw0rd-3").await;
    let own = admin.post("/staff/1/suspend", &token).await;
    assert!(
        own.text.contains("自分自身は停止できません"),
        "{}",
        own.text
    );
}

#[tokio::test]
async fn a_form_sent_by_another_site_is_refused_even_with_the_token() {
    let (_store, router) = pages(1);
    let mut browser = Browser::new(&router);
    let csrf = browser.log_in("levy01", PASSWORD).await;
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("origin", "https://elsewhere.example"),
    ] {
        let request = Request::post("/logout")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::HOST, "localhost")
            .header(name, value)
            .body(Body::from(format!("csrf={csrf}")))
            .unwrap();
        assert_eq!(
            browser.send(request).await.status,
            StatusCode::FORBIDDEN,
            "{name}"
        );
    }
    assert_eq!(
        browser.get("/").await.status,
        StatusCode::OK,
        "still logged in"
    );
}

// covers: SEC-030
#[tokio::test]
async fn the_session_cookie_is_kept_from_scripts_and_ends_at_log_out() {
    let (_store, router) = pages(1);
    let mut browser = Browser::new(&router);
    let csrf = browser.get("/login").await.csrf();
    let fields = [
        ("csrf", csrf.as_str()),
        ("login", "levy01"),
        ("password", PASSWORD),
        ("next", "/jobs"),
    ];
    let seen = browser.post("/login", &fields).await;
    assert_eq!(seen.location(), "/jobs");
    let cookie = seen
        .headers
        .get(header::SET_COOKIE)
        .unwrap()
        .to_str()
        .unwrap();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"),
        "{cookie}"
    );
    let csrf = browser.get("/").await.csrf();
    let held = browser.get("/").await;
    assert!(held.text.contains("見本 賦課担当"));
    assert_eq!(
        browser
            .post("/logout", &[("csrf", csrf.as_str())])
            .await
            .location(),
        "/login?ended=1"
    );
    assert_eq!(browser.get("/").await.location(), "/login");
}

#[tokio::test]
async fn a_wrong_password_says_nothing_about_the_account() {
    let (_store, router) = pages(1);
    let mut said = Vec::new();
    for login in ["levy01", "nobody"] {
        let mut browser = Browser::new(&router);
        let csrf = browser.get("/login").await.csrf();
        let fields = [
            ("csrf", csrf.as_str()),
            ("login", login),
            ("password", "wrong-password-1"),
            ("next", "/"),
        ];
        let seen = browser.post("/login", &fields).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
        let note = seen
            .text
            .split("role=\"alert\">")
            .nth(1)
            .unwrap()
            .split("</div>")
            .next()
            .unwrap()
            .to_owned();
        assert!(note.contains("違います"));
        said.push(note);
    }
    assert_eq!(said[0], said[1]);
}

#[tokio::test]
async fn a_page_asked_for_before_log_in_is_shown_after_it() {
    let (_store, router) = pages(1);
    let mut browser = Browser::new(&router);
    let seen = browser.get("/households/1000001?as_of=080401").await;
    assert_eq!(
        seen.location(),
        "/login?next=%2Fhouseholds%2F1000001%3Fas_of%3D080401"
    );
    let door = browser.get(seen.location()).await;
    assert!(
        door.text
            .contains("value=\"/households/1000001?as_of=080401\"")
    );
}

#[tokio::test]
async fn too_large_a_body_is_refused() {
    let (_store, router) = pages(1);
    let mut browser = Browser::new(&router);
    let csrf = browser.log_in("levy01", PASSWORD).await;
    let long = "x".repeat(600 * 1024);
    let seen = browser
        .post("/runs", &[("csrf", csrf.as_str()), ("note", long.as_str())])
        .await;
    assert_eq!(seen.status, StatusCode::PAYLOAD_TOO_LARGE);
}
