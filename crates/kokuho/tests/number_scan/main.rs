//! 番号の走査: a demonstration year in small, everything that comes out of it collected, and looked through for individual
//! numbers. What is planted is found.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "../../../web/tests/common/browser.rs"]
mod browser;
#[path = "../../../web/tests/common/city.rs"]
mod city;
mod months;
#[path = "../../../web/tests/common/numbers.rs"]
mod numbers;
#[path = "../../../web/tests/common/steps.rs"]
mod steps;
#[path = "../../../web/tests/common/walk.rs"]
mod walk;
mod year;

use browser::Browser;
use city::{PASSWORD, STAFF};
use office::vault::scan::{Hit, Wanted, Written, find};
use year::{Year, year};

/// Something collected: what it is, and its bytes.
struct Piece {
    what: String,
    bytes: Vec<u8>,
}

/// Where a number was found, in words without it.
fn suspects(pieces: &[Piece], wanted: &Wanted) -> Vec<(String, Written)> {
    let mut all = Vec::new();
    for piece in pieces {
        for Hit { written, .. } in find(&piece.bytes, wanted) {
            all.push((piece.what.clone(), written));
        }
    }
    all
}

/// Every page, answer, paper and table that the year left behind.
async fn collect(year: &Year) -> Vec<Piece> {
    let mut all = Vec::new();
    let there = year.there();
    for (login, _) in STAFF {
        let mut browser = Browser::new(&year.router);
        browser.log_in(login, PASSWORD).await;
        for step in walk::steps(&there) {
            let seen = step.take(&mut browser).await;
            let mut bytes = seen.text.into_bytes();
            for (name, value) in &seen.headers {
                bytes.extend(name.as_str().bytes().chain(*b": "));
                bytes.extend_from_slice(value.as_bytes());
                bytes.push(b'\n');
            }
            all.push(Piece {
                what: format!("{login} {step}"),
                bytes,
            });
        }
    }
    all.extend(year.commands());
    all.extend(year.databases());
    all.push(Piece {
        what: "technical log".to_owned(),
        bytes: year.log(),
    });
    all
}

// covers: SEC-019, SEC-020
#[tokio::test]
async fn nothing_that_a_year_leaves_behind_holds_a_number_and_planted_ones_are_found() {
    let year = year().await;
    let months = year.months();
    let mut pieces = collect(&year).await;
    pieces.extend(months);
    let kinds: Vec<&str> = pieces.iter().map(|piece| piece.what.as_str()).collect();
    for kind in [
        "/households/",
        ".pdf",
        "export levies",
        "store.db",
        "vault",
        "technical log",
        "table ",
        "certificate renewal",
        "nightly",
        "messages export",
    ] {
        assert!(
            kinds.iter().any(|what| what.contains(kind)),
            "{kind} was not collected"
        );
    }
    assert_eq!(suspects(&pieces, &year.wanted), []);
    assert!(year.loose().is_empty(), "{:?}", year.loose());
    // The one place: the answer to the order to show, which was not collected above.
    let shown = Piece {
        what: "shown".to_owned(),
        bytes: year.shown.clone(),
    };
    assert_eq!(
        suspects(&[shown], &year.wanted),
        [("shown".to_owned(), Written::Known)]
    );

    // Planted in a page's name, as an integer key, and in the log.
    let number = year.numbers[0].clone();
    let wide: String = number
        .chars()
        .map(|digit| char::from_u32(u32::from(digit) + 0xFEE0).unwrap())
        .collect();
    year.plant(
        "update resident_fact set alias = $1 where subject = $2",
        &wide,
    );
    year.plant(
        "insert into person (person_id, kind, act_id) values (cast($1 as bigint), $2 - $2 + 1, 1)",
        &number,
    );
    tracing::warn!(case = %number, "planted");
    let found = suspects(&collect(&year).await, &year.wanted);
    let has = |what: &str, written| {
        found
            .iter()
            .any(|(where_, how)| where_.contains(what) && *how == written)
    };
    assert!(has("/people/", Written::Known), "a page");
    assert!(has("table resident_fact", Written::Known), "a table");
    assert!(has("store.db", Written::Known), "a database page");
    assert!(
        has("store.db", Written::KnownInteger),
        "a database page, as an integer"
    );
    assert!(has("technical log", Written::Known), "the log");
}
