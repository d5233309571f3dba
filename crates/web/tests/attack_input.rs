//! Hostile input through every field of every form: never a failure of the machine, never anything unescaped in an answer,
//! never a row of anybody else.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod common;

use axum::body::Body;
use axum::http::Request;
use common::browser::{Browser, Seen};
use common::city::PASSWORD;
use common::forms::{Form, forms};
use common::hostile::{check, found, hard_names, hostile, others, stride};
use common::pages;
use common::routes::filled;
use std::collections::BTreeSet;
use web::answer::percent;

/// Who walks. The administrator comes last: accounts are opened and changed on the way.
const WALKERS: [&str; 5] = ["counter01", "shikaku01", "levy01", "chief01", "admin01"];

/// A likely value where a field is empty, so that the fields behind it are reached.
fn likely(name: &str, value: &str) -> String {
    if !value.is_empty() {
        return value.to_owned();
    }
    let day = [
        "_on", "on", "day", "from", "until", "date", "since", "birth",
    ];
    let yen = ["yen", "amount", "income", "number", "count", "percent"];
    if day.iter().any(|part| name.ends_with(part)) {
        "R8.6.1".to_owned()
    } else if yen.iter().any(|part| name.contains(part)) {
        "1".to_owned()
    } else {
        "試験".to_owned()
    }
}

async fn send(browser: &mut Browser, form: &Form, fields: &[(String, String)]) -> Seen {
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    if form.post {
        return browser.post(&form.action, &fields).await;
    }
    let query: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{}={}", percent(name), percent(value)))
        .collect();
    let path = form.action.split('?').next().unwrap_or("/");
    let request = Request::get(format!("{path}?{}", query.join("&"))).body(Body::empty());
    match request {
        Ok(request) => browser.send(request).await,
        // An address too long to be one never leaves a browser.
        Err(_) => browser.get(path).await,
    }
}

fn left_alone(action: &str) -> bool {
    // Ends the walk itself.
    [
        "/logout",
        "/password",
        "/suspend",
        "/revoke",
        "/hours",
        "/posts",
    ]
    .iter()
    .any(|part| action.contains(part))
}

#[tokio::test]
async fn no_field_of_any_form_takes_the_machine_down_or_comes_back_unescaped() {
    let (store, router) = pages(3);
    let before = others(&store);
    let bad = hostile();
    let names = hard_names();
    let mut kinds = BTreeSet::new();
    let mut walked = (0, 0, 0);
    for login in WALKERS {
        let mut browser = Browser::new(&router);
        browser.log_in(login, PASSWORD).await;
        let (all, _) = found(&mut browser, &mut kinds).await;
        for form in all.iter().filter(|form| !left_alone(&form.action)) {
            walked.0 += 1;
            // All fields at once.
            let every = bad.iter().step_by(stride(4));
            for value in every.chain(names.iter().skip(walked.0 % 40).step_by(stride(40))) {
                let seen = send(&mut browser, form, &form.with(|_, _| value.clone())).await;
                check(&seen, &format!("{} all fields {value:?}", form.action));
                walked.2 += 1;
            }
            // One after the other, the rest as likely as can be; then what comes back is sent on, as it is.
            for (place, field) in form.open.iter().enumerate() {
                walked.1 += 1;
                for value in bad.iter().skip(place % 9).step_by(stride(9)) {
                    let fields = form.with(|name, present| {
                        if name == field {
                            value.clone()
                        } else {
                            likely(name, present)
                        }
                    });
                    let what = format!("{} {field} {value:?}", form.action);
                    let seen = send(&mut browser, form, &fields).await;
                    check(&seen, &what);
                    walked.2 += 1;
                    let next = forms(&form.action, &seen.text)
                        .into_iter()
                        .find(|next| next.post && next.action == form.action);
                    if let Some(next) = next {
                        let seen = send(&mut browser, &next, &next.fields).await;
                        check(&seen, &format!("{what}, confirmed"));
                        walked.2 += 1;
                    }
                }
            }
        }
    }
    // What was kept is shown to everybody in some way; it is still harmless there.
    for login in WALKERS {
        let mut browser = Browser::new(&router);
        browser.log_in(login, PASSWORD).await;
        for (_, path) in web::routes::list()
            .into_iter()
            .filter(|(method, _)| *method == "GET")
        {
            let path = filled(path);
            check(&browser.get(&path).await, &path);
        }
    }
    let (all, fields, requests) = walked;
    assert!(all > 30 && fields > 100 && requests > 1_000, "{walked:?}");
    assert_eq!(others(&store), before, "rows of other households");
}
