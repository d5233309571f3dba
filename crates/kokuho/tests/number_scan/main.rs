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

mod away;
#[path = "../../../web/tests/common/browser.rs"]
mod browser;
#[path = "../../../web/tests/common/city.rs"]
mod city;
#[path = "../../../office/tests/support/medium.rs"]
mod medium;
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

/// How much was looked at, and in how many places something was found; for `cargo xtask scan`, which shows it.
fn say(round: &str, pieces: &[Piece], found: &[(String, Written)]) {
    let tables: Vec<&Piece> = pieces
        .iter()
        .filter(|piece| piece.what.contains(" table "))
        .collect();
    let rows: usize = tables
        .iter()
        .filter(|piece| !piece.bytes.is_empty())
        .map(|piece| piece.bytes.iter().filter(|byte| **byte == b'\n').count() + 1)
        .sum();
    let of_somebody = |piece: &&Piece| STAFF.iter().any(|one| piece.what.starts_with(one.0));
    let pages = pieces.iter().filter(of_somebody).count();
    let bytes: usize = pieces.iter().map(|piece| piece.bytes.len()).sum();
    let others = pieces.len() - pages - tables.len();
    println!(
        "{round}: {pages} pages, {others} files and outputs, {rows} rows of {} tables, {bytes} bytes; \
         found in {} places",
        tables.len(),
        found.len()
    );
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
    pieces.extend(year.away("clean"));
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
        "sealed handover",
        "opened handover",
        "sealed tables",
        "opened tables",
        "sealed backup",
        "restored office table levy_decision",
        "restored vault table ",
        "sent again",
    ] {
        assert!(
            kinds.iter().any(|what| what.contains(kind)),
            "{kind} was not collected"
        );
    }
    let found = suspects(&pieces, &year.wanted);
    say("a year", &pieces, &found);
    assert_eq!(found, []);
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

    // Planted in a page's name, as an integer key, in the log, and in each kind of thing that is sent out.
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
    let mut pieces = collect(&year).await;
    year.plant_away(&number);
    pieces.extend(year.away("planted"));
    let found = suspects(&pieces, &year.wanted);
    say("planted", &pieces, &found);
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
    for kind in [
        "opened handover",
        "opened tables",
        "restored office table",
        "restored office",
        "sent again",
    ] {
        assert!(has(kind, Written::Known), "{kind}");
    }
    // What is sealed gives nothing away, whatever is in it.
    assert!(!found.iter().any(|(what, _)| what.starts_with("sealed")));
}
