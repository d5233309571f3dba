//! Hostile input through every part of every address and every field of the API.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod common;

use axum::body::Body;
use axum::http::{Request, header};
use common::browser::Browser;
use common::city::PASSWORD;
use common::hostile::{check, found, hostile, others, stride};
use common::pages;
use common::routes::filled;
use std::collections::BTreeSet;
use web::answer::percent;

#[tokio::test]
async fn no_address_takes_the_machine_down_or_comes_back_unescaped() {
    let (store, router) = pages(3);
    let before = others(&store);
    let bad = hostile();
    let mut browser = Browser::new(&router);
    browser.log_in("shikaku01", PASSWORD).await;
    let (_, addresses) = found(&mut browser, &mut BTreeSet::new()).await;
    let mut asked: BTreeSet<(String, String)> = addresses
        .iter()
        .filter_map(|address| address.split_once('?'))
        .flat_map(|(path, query)| {
            query
                .split('&')
                .filter_map(|pair| pair.split_once('='))
                .map(|(name, _)| (path.to_owned(), name.to_owned()))
                .collect::<Vec<_>>()
        })
        .collect();
    for (path, name) in [
        ("/search", "asked"),
        ("/households/1000001", "as_of"),
        ("/households/1000001", "known_at"),
        ("/api/v1/households/1000001", "as_of"),
        ("/api/v1/households/1000001", "known_at"),
        ("/work", "after"),
        ("/access-log", "before"),
        ("/login", "next"),
    ] {
        asked.insert((path.to_owned(), name.to_owned()));
    }
    for (path, name) in &asked {
        for value in bad.iter().filter(|value| value.len() < 8_000) {
            let address = format!("{path}?{name}={}", percent(value));
            check(&browser.get(&address).await, &address);
            let twice = format!(
                "{path}?{name}={}&{name}=1&{}=1",
                percent(value),
                percent(value)
            );
            check(&browser.get(&twice).await, &twice);
        }
    }
    for (method, path) in web::routes::list() {
        if !path.contains('{') {
            continue;
        }
        for value in bad
            .iter()
            .filter(|value| value.len() < 2_000)
            .step_by(stride(3))
        {
            let open = path.find('{').unwrap();
            let close = path.find('}').unwrap();
            let address = filled(&format!(
                "{}{}{}",
                &path[..open],
                percent(value),
                &path[close + 1..]
            ));
            let seen = if method == "GET" {
                browser.get(&address).await
            } else {
                browser.post(&address, &[]).await
            };
            check(&seen, &format!("{method} {address}"));
        }
    }
    for traversal in [
        "/static/../../../etc/passwd",
        "/static/..%2f..%2f..%2fetc%2fpasswd/app.css",
        "/static/0/..%2f..%2fCargo.toml",
        "/static/%2e%2e/%2e%2e",
        "/static/0/app.css%00.txt",
        "//etc/passwd",
    ] {
        let seen = browser.get(traversal).await;
        check(&seen, traversal);
        assert!(
            seen.status.is_client_error(),
            "{traversal}: {}",
            seen.status
        );
        assert!(!seen.text.contains("root:") && !seen.text.contains("[package]"));
    }
    assert_eq!(others(&store), before);
}

/// Every place in a JSON value, with something else there.
fn changed(whole: &serde_json::Value, value: &str) -> Vec<serde_json::Value> {
    use serde_json::Value as Json;
    let mut all = Vec::new();
    let mut put = |new: Json| all.push(new);
    match whole {
        Json::Object(map) => {
            for (key, inside) in map {
                for new in changed(inside, value) {
                    let mut map = map.clone();
                    map.insert(key.clone(), new);
                    put(Json::Object(map));
                }
            }
            let mut map = map.clone();
            map.insert(value.to_owned(), Json::Null);
            put(Json::Object(map));
        }
        Json::Array(list) => {
            for (place, inside) in list.iter().enumerate() {
                for new in changed(inside, value) {
                    let mut list = list.clone();
                    list[place] = new;
                    put(Json::Array(list));
                }
            }
        }
        _ => {
            put(Json::String(value.to_owned()));
            put(serde_json::json!(i64::MIN));
            put(serde_json::json!([[[[]]]]));
        }
    }
    all
}

#[tokio::test]
async fn no_field_of_the_api_takes_the_machine_down() {
    let (store, router) = pages(3);
    let before = others(&store);
    let mut browser = Browser::new(&router);
    browser.log_in("shikaku01", PASSWORD).await;
    let request = serde_json::json!({
        "request": { "undo": [1], "events": [], "seen": [{ "household_id": 1000001, "version": 0 }], "note": "x" },
        "request_id": "r"
    });
    let certificate = serde_json::json!({
        "household_id": 1000001, "person_id": 10000010, "arose_on": "2026-06-01", "reason": "01", "expected": "x",
        "request_id": "r"
    });
    let calc = serde_json::json!({
        "municipality": "131032", "fiscal_year": 2026, "household": { "people": [], "head": 0 }, "ordinance": "x = 1"
    });
    let orders = [
        ("/api/v1/eligibility/preview", request.clone()),
        ("/api/v1/eligibility/register", request),
        ("/api/v1/certificates", certificate),
        ("/api/v1/levy/calc", calc),
    ];
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for (path, whole) in &orders {
        let mut bodies: Vec<String> = hostile()
            .iter()
            .filter(|value| value.len() < 8_000)
            .flat_map(|value| changed(whole, value))
            .map(|body| body.to_string())
            .collect();
        bodies.extend(
            [
                "",
                "{",
                "null",
                "[]",
                "\"k0k\"",
                "{\"a\":1,\"a\":2}",
                "\u{feff}{}",
            ]
            .map(ToOwned::to_owned),
        );
        bodies.push(deep.clone());
        for body in bodies {
            let sent = Request::post(*path)
                .header(header::CONTENT_TYPE, "application/json")
                .body(Body::from(body.clone()))
                .unwrap();
            let seen = browser.send(sent).await;
            let shown: String = body.chars().take(200).collect();
            check(&seen, &format!("{path} {shown}"));
        }
        // What is no UTF-8 at all.
        let sent = Request::post(*path)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(vec![b'"', 0xff, 0xfe, b'"']))
            .unwrap();
        assert!(browser.send(sent).await.status.is_client_error());
    }
    assert_eq!(others(&store), before);
}
