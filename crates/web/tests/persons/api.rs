//! The API: what a program asks and orders, with the same permissions and the same record as the pages.

use crate::common::browser::{Browser, Seen};
use crate::common::pages;
use crate::common::steps::person;
use axum::body::Body;
use axum::http::{Request as HttpRequest, StatusCode, header};
use db::Store;
use law::day;
use office::eligibility::{NewChange, NewEvent, Request};
use office::registry::load_household;
use serde_json::{Value, json};

const HOME: i64 = 1_000_001;

async fn send(browser: &mut Browser, path: &str, body: &Value) -> (StatusCode, Value) {
    let request = HttpRequest::post(path)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body.to_string()))
        .unwrap();
    read(browser.send(request).await)
}

async fn ask(browser: &mut Browser, path: &str) -> (StatusCode, Value) {
    read(browser.get(path).await)
}

fn read(seen: Seen) -> (StatusCode, Value) {
    let value = serde_json::from_str(&seen.text).unwrap_or(Value::Null);
    (seen.status, value)
}

fn members(store: &Store) -> Vec<i64> {
    let found = store
        .read(|conn| load_household(conn, HOME, day(2026, 6, 15), None))
        .unwrap()
        .unwrap();
    found.members.iter().map(|one| one.person_id).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_finds_people_and_households_and_leaves_a_record() {
    let (store, router) = pages(4);
    let (mut program, _) = person(&router, "viewer01").await;
    let (status, home) = ask(&mut program, &format!("/api/v1/households/{HOME}")).await;
    assert_eq!(status, StatusCode::OK, "{home}");
    assert_eq!(home["household_id"], HOME);
    assert!(home["version"].is_i64());
    let listed = home["members"].as_array().unwrap();
    for member in members(&store) {
        assert!(
            listed.iter().any(|one| one["person_id"] == member),
            "{home}"
        );
    }
    let latest = store
        .read(|conn| office::security::access::latest(conn, 1))
        .unwrap();
    assert_eq!(latest[0].subject, Some(HOME));
    // As of a day before anybody was registered there is nobody; a day nobody can read is told.
    let (status, body) = ask(&mut program, &format!("/api/v1/households/{HOME}?as_of=R8")).await;
    assert_eq!(
        (status, body["code"].as_str()),
        (StatusCode::UNPROCESSABLE_ENTITY, Some("api.as_of"))
    );
    let (status, body) = ask(
        &mut program,
        &format!("/api/v1/households/{HOME}?known_at=1"),
    )
    .await;
    assert_eq!(
        (status, body["code"].as_str()),
        (StatusCode::NOT_FOUND, Some("api.household"))
    );
    let (status, _) = ask(&mut program, "/api/v1/households/77").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let name = listed[0]["name"].as_str().unwrap();
    let found = program.search_api(name).await;
    assert_eq!(found.status, StatusCode::OK, "{}", found.text);
    let hits: serde_json::Value = serde_json::from_str(&found.text).unwrap();
    assert!(
        hits.as_array()
            .unwrap()
            .iter()
            .any(|hit| hit["person_id"] == listed[0]["person_id"]),
        "{hits}"
    );
    let (status, _) = ask(&mut program, "/api/v1/people/77/judgement").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_previewed_carried_out_once_and_refused_to_those_who_may_not() {
    let (store, router) = pages(4);
    let (mut program, _) = person(&router, "shikaku01").await;
    let leaving = *members(&store).last().unwrap();
    let (_, home) = ask(&mut program, &format!("/api/v1/households/{HOME}")).await;
    let loss = NewChange::Loss {
        person_id: leaving,
        elsewhere_from: None,
    };
    let event = NewEvent::new("died", day(2026, 6, 10), Some(day(2026, 6, 15)), loss);
    let version = home["version"].as_i64().unwrap();
    let request = serde_json::to_value(Request::of(vec![event]).seen(HOME, version)).unwrap();
    let order = json!({ "request_id": "api-1", "request": request });
    let (status, shown) = send(&mut program, "/api/v1/eligibility/preview", &order).await;
    assert_eq!(status, StatusCode::OK, "{shown}");
    assert_eq!(shown["act_id"], 0);
    let look = json!({ "request": request });
    let (status, body) = send(&mut program, "/api/v1/eligibility/preview", &look).await;
    assert_eq!(status, StatusCode::OK, "a look changes nothing: {body}");
    assert_eq!(shown["people"], json!([leaving]));
    let insured = |store: &Store| members(store).len();
    let before = insured(&store);
    let (status, done) = send(&mut program, "/api/v1/eligibility/register", &order).await;
    assert_eq!(status, StatusCode::OK, "{done}");
    let (_, again) = send(&mut program, "/api/v1/eligibility/register", &order).await;
    assert_eq!(again["repeated"], true, "{again}");
    if done["proposal_id"].is_null() {
        assert_eq!(insured(&store), before - 1);
    } else {
        assert_eq!(insured(&store), before, "a second person decides first");
    }
    // Unknown words are refused, other sites and types are, and so is whoever may only look.
    let odd = json!({ "request_id": "api-2", "request": request, "more": 1 });
    let (status, body) = send(&mut program, "/api/v1/eligibility/preview", &odd).await;
    assert_eq!(
        (status, body["code"].as_str()),
        (StatusCode::UNPROCESSABLE_ENTITY, Some("api.json"))
    );
    // An order that does not say which one it is could be carried out twice.
    for bare in [
        json!({ "request": request }),
        json!({ "request_id": " ", "request": request }),
    ] {
        let (status, body) = send(&mut program, "/api/v1/eligibility/register", &bare).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        let message = body["message"].as_str().unwrap();
        assert!(message.contains("request_id"), "{message}");
    }
    let form = HttpRequest::post("/api/v1/eligibility/register")
        .header(header::CONTENT_TYPE, "text/plain")
        .body(Body::from(order.to_string()))
        .unwrap();
    assert_eq!(
        program.send(form).await.status,
        StatusCode::UNSUPPORTED_MEDIA_TYPE
    );
    let other_site = HttpRequest::post("/api/v1/eligibility/register")
        .header(header::CONTENT_TYPE, "application/json")
        .header("sec-fetch-site", "cross-site")
        .body(Body::from(order.to_string()))
        .unwrap();
    assert_eq!(program.send(other_site).await.status, StatusCode::FORBIDDEN);
    let (mut viewer, _) = person(&router, "viewer01").await;
    let (status, _) = send(&mut viewer, "/api/v1/eligibility/register", &order).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paper_is_issued_by_a_program_and_a_wrong_expectation_is_refused() {
    let (store, router) = pages(4);
    let (mut program, _) = person(&router, "counter01").await;
    let who = members(&store)[0];
    let order = |expected: Value, request: &str| {
        json!({
            "request_id": request,
            "household_id": HOME,
            "person_id": who,
            "arose_on": "2026-06-15",
            "reason": "新規加入",
            "expected": expected
        })
    };
    let (status, body) = send(
        &mut program,
        "/api/v1/certificates",
        &order(json!("no_such_kind"), "c-1"),
    )
    .await;
    assert_ne!(status, StatusCode::OK, "{body}");
    assert!(!body["message"].as_str().unwrap().is_empty(), "{body}");
    for bare in [json!(null), json!("")] {
        let mut wrong = order(json!("no_such_kind"), "c-2");
        wrong["request_id"] = bare;
        let (status, body) = send(&mut program, "/api/v1/certificates", &wrong).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert_eq!(
            body["code"], "api.json",
            "a paper is never issued twice: {body}"
        );
    }
    let none = store
        .read(|conn| office::certificate::find::of_household(conn, HOME, i64::MAX))
        .unwrap();
    assert!(none.is_empty());
    let (status, document) = ask(&mut program, "/api/openapi.json").await;
    assert_eq!(status, StatusCode::OK);
    for path in [
        "/api/v1/files",
        "/api/v1/certificates",
        "/api/v1/eligibility/register",
    ] {
        assert!(document["paths"][path].is_object(), "{path}");
    }
}
