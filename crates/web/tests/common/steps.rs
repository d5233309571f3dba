//! Steps that many tests take: a year published, somebody logged in, a form sent on.

use super::browser::{Browser, Seen};
use super::city::PASSWORD;
use axum::Router;
use axum::http::StatusCode;
use db::{Span, Store};
use law::day;
use office::levy::run::{self, RunState};
use office::registry::event;
use office::registry::support::{self, Measure, MeasureKind};
use office::security::authorize;
use office::security::login::command_session;
use office::security::permit::RegisterResident;
use std::time::{Duration, Instant};

fn until(store: &Store, state: RunState) {
    let end = Instant::now() + Duration::from_secs(60);
    while store.read(run::list).unwrap()[0].state != state {
        assert!(Instant::now() < end, "the run does not end");
        std::thread::sleep(Duration::from_millis(20));
    }
}

pub async fn person(router: &Router, login: &str) -> (Browser, String) {
    let mut browser = Browser::new(router);
    let csrf = browser.log_in(login, PASSWORD).await;
    (browser, csrf)
}

/// A levy year is published.
pub async fn publish(router: &Router, store: &Store) {
    let (mut clerk, csrf) = person(router, "levy01").await;
    let (mut chief, chief_csrf) = person(router, "chief01").await;
    let fields = [
        ("csrf", csrf.as_str()),
        ("kind", "initial"),
        ("year", "2026"),
        ("decided_on", "R8.6.15"),
        ("request_id", "run-1"),
    ];
    clerk.post("/runs", &fields).await;
    until(store, RunState::Calculated);
    for step in ["approve", "publish"] {
        let seen = chief
            .post(&format!("/runs/1/{step}"), &[("csrf", &chief_csrf)])
            .await;
        assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.text);
    }
    until(store, RunState::Published);
}

/// The hidden fields of the page's last form, with the button pressed.
pub fn again<'p>(page: &'p Seen, button: &'p str) -> Vec<(&'p str, &'p str)> {
    let form = page.text.rsplit("data-keep>").next().unwrap();
    let form = form.split("</form>").next().unwrap();
    let mut fields: Vec<(&str, &str)> = form
        .split("<input type=\"hidden\" name=\"")
        .skip(1)
        .map(|rest| {
            let (name, rest) = rest.split_once("\" value=\"").unwrap();
            (name, rest.split('"').next().unwrap())
        })
        .collect();
    fields.push(("do", button));
    fields
}

/// The second administrator agrees to a proposal.
pub async fn agreed(router: &Router, number: i64) {
    let (mut other, csrf) = person(router, "admin02").await;
    let answer = [("csrf", csrf.as_str()), ("answer", "yes")];
    let seen = other.post(&format!("/proposals/{number}"), &answer).await;
    assert_eq!(seen.location(), "/proposals", "{}", seen.text);
}

/// 支援措置 of a person, from the business date of the pages on.
pub fn hide(store: &Store, person_id: i64) {
    let session = store
        .read(|conn| command_session(conn, "counter01", "test", 0))
        .unwrap();
    let acting = session.acting("試験", day(2026, 6, 15), super::city::NOW, None);
    let permit = authorize::<RegisterResident>(&session).unwrap();
    let seen = store.read(|conn| event::version(conn, person_id)).unwrap();
    let measure = Measure {
        kind: MeasureKind::Full,
        ends_on: None,
        history_number: 0,
        origin: "counter".to_owned(),
    };
    let span = Span::since(day(2026, 6, 15));
    support::register(store, &permit, &acting, person_id, seen, span, &measure).unwrap();
}
