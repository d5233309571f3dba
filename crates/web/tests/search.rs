//! 宛名検索: what is typed is in no address, and paging, going back and another window work all the same.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod common;

use axum::http::StatusCode;
use common::browser::{Browser, Seen};
use common::city::PASSWORD;
use common::pages;

/// Every address on a page and where it leads.
fn addresses(seen: &Seen) -> Vec<String> {
    let mut all = vec![seen.location().to_owned()];
    for mark in ["href=\"", "action=\"", "src=\""] {
        all.extend(
            seen.text
                .split(mark)
                .skip(1)
                .filter_map(|rest| rest.split('"').next())
                .map(str::to_owned),
        );
    }
    all
}

/// The names of those found, in their order.
fn names(seen: &Seen) -> Vec<String> {
    seen.text
        .split("data-row href=\"")
        .skip(1)
        .map(|rest| rest.split(&['>', '<'][..]).nth(1).unwrap().to_owned())
        .collect()
}

fn more(seen: &Seen) -> Option<String> {
    let (before, _) = seen.text.split_once("\">続きを見る")?;
    Some(before.rsplit_once("href=\"")?.1.to_owned())
}

#[tokio::test]
async fn what_is_typed_stands_in_no_address() {
    let (_store, router) = pages(60);
    let mut clerk = Browser::new(&router);
    clerk.log_in("counter01", PASSWORD).await;
    let everybody = clerk.search("ア").await;
    let name = names(&everybody)[0].clone();
    for words in [
        "ア",
        "S45.7.15",
        "ミナト S45.7.15",
        "19700715",
        name.as_str(),
    ] {
        let csrf = clerk.get("/search").await.csrf();
        let sent = clerk
            .post("/search", &[("csrf", csrf.as_str()), ("q", words)])
            .await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
        let (path, query) = sent.location().split_once('?').unwrap();
        assert_eq!(path, "/search");
        let sealed = query.strip_prefix("asked=").unwrap();
        assert!(
            sealed.bytes().all(|byte| byte.is_ascii_hexdigit()),
            "{sealed}"
        );
        let seen = clerk.get(sent.location()).await;
        for address in addresses(&sent).iter().chain(&addresses(&seen)) {
            for word in words.split(' ') {
                assert!(
                    !address.contains(word) && !address.contains(&web::answer::percent(word)),
                    "{words}: {address}"
                );
            }
            assert!(!address.contains('%') && address.is_ascii(), "{address}");
        }
    }
    // Words in an address are not searched for.
    let seen = clerk
        .get(&format!("/search?q={}", web::answer::percent(&name)))
        .await;
    assert!(seen.text.contains("探し方") && !seen.text.contains(&name));
}

#[tokio::test]
async fn paging_leads_through_everybody_once_and_back_is_the_same_page() {
    let (_store, router) = pages(400);
    let mut clerk = Browser::new(&router);
    let csrf = clerk.log_in("counter01", PASSWORD).await;
    let mut most = (0, "", String::new());
    for letter in [
        "ア", "イ", "カ", "コ", "サ", "ス", "タ", "ナ", "ハ", "マ", "ミ", "ヤ", "ワ",
    ] {
        let asked = [("csrf", csrf.as_str()), ("q", letter)];
        let address = clerk.post("/search", &asked).await.location().to_owned();
        let seen = clerk.get(&address).await;
        let many = names(&seen).len() + usize::from(more(&seen).is_some());
        if many > most.0 {
            most = (many, letter, address);
        }
    }
    let (_, letter, first) = most;
    let mut at = Some(first.clone());
    let mut numbers = Vec::new();
    let mut walked = 0;
    while let Some(address) = at {
        walked += 1;
        let seen = clerk.get(&address).await;
        assert_eq!(seen.status, StatusCode::OK);
        let rows = seen.text.split("<tr data-open").skip(1);
        numbers.extend(rows.map(|row| {
            row.split("<td class=\"n\">")
                .nth(2)
                .unwrap()
                .split('<')
                .next()
                .unwrap()
                .to_owned()
        }));
        at = more(&seen);
    }
    let mut once = numbers.clone();
    once.sort();
    once.dedup();
    assert!(
        once.len() == numbers.len() && !numbers.is_empty(),
        "{numbers:?}"
    );
    // Back to the first page: the same people, with the words in the box.
    let again = clerk.get(&first).await;
    assert!(
        again.text.contains(&format!("value=\"{letter}\"")),
        "{}",
        again.text
    );
    assert!(walked > 1, "one page was enough: {}", numbers.len());
}

#[tokio::test]
async fn an_address_of_another_session_says_nothing_and_what_to_do() {
    let (_store, router) = pages(60);
    let mut clerk = Browser::new(&router);
    let csrf = clerk.log_in("counter01", PASSWORD).await;
    let sent = clerk
        .post("/search", &[("csrf", csrf.as_str()), ("q", "ス")])
        .await;
    let address = sent.location().to_owned();
    let mut other = Browser::new(&router);
    other.log_in("shikaku01", PASSWORD).await;
    clerk.post("/logout", &[("csrf", csrf.as_str())]).await;
    clerk.log_in("counter01", PASSWORD).await;
    for browser in [&mut other, &mut clerk] {
        let seen = browser.get(&address).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            seen.text.contains("もう一度入力してください"),
            "{}",
            seen.text
        );
        assert!(names(&seen).is_empty() && !seen.text.contains("value=\"ス\""));
    }
    // Neither what is too long nor nothing becomes an address of an answer.
    let csrf = clerk.get("/search").await.csrf();
    let long = "ス".repeat(201);
    let seen = clerk
        .post("/search", &[("csrf", csrf.as_str()), ("q", &long)])
        .await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(seen.text.contains("200字まで"), "{}", seen.text);
    let seen = clerk
        .post("/search", &[("csrf", csrf.as_str()), ("q", "　 ")])
        .await;
    assert_eq!(seen.location(), "/search");
}
