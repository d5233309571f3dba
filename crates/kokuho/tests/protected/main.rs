//! 支援措置 across all outputs: a household in hiding, in a city where everything has happened to it, is looked for by every
//! role on every page, in every list, file, paper and answer of the API.
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
mod hidden;
#[path = "../../../office/tests/imports/desk.rs"]
mod import;
mod papers;
#[path = "../../../web/tests/common/steps.rs"]
mod steps;
#[path = "../../../web/tests/common/walk.rs"]
mod walk;

use browser::Browser;
use city::{PASSWORD, STAFF};
use hidden::{ELDER, OTHER_SIDE, SECRETS, VICTIM, city_with_a_household_in_hiding};
use office::security::permit::{Function, RegisterContact, ReleaseWithheld};
use walk::There;

/// Where papers would go, as a proposal that waits shows it to its second person, and a notice that waits to whoever approves
/// it: the pages that have to.
const PROPOSED: &[&str] = &["送達町八丁目", "9980998", "998-0998", "つつみ荘"];

fn told(text: &str) -> Option<&'static str> {
    SECRETS.iter().copied().find(|secret| text.contains(secret))
}

// covers: SEC-102, QUA-026
#[tokio::test]
async fn no_role_finds_the_address_on_any_page_or_answer() {
    let city = city_with_a_household_in_hiding().await;
    let there = There {
        people: vec![VICTIM, VICTIM + 1, ELDER, OTHER_SIDE],
        households: vec![hidden::HOME, hidden::LEFT],
        others: 6,
        words: [
            "ヒミツ",
            "秘密",
            "S60.5.5",
            "7000011",
            "0312349999",
            "99-77",
        ]
        .map(str::to_owned)
        .to_vec(),
    };
    let all = walk::steps(&there);
    let mut shown = 0;
    for (login, role) in STAFF {
        let mut browser = Browser::new(&city.router);
        browser.log_in(login, PASSWORD).await;
        for step in &all {
            let seen = step.take(&mut browser).await;
            let path = step.to_string();
            assert!(
                !seen.status.is_server_error(),
                "{login} {path}: {}",
                seen.text
            );
            shown += usize::from(seen.status.is_success());
            let decides = role.holds(RegisterContact::CODE) && login != "counter01";
            let approves = role.holds(ReleaseWithheld::CODE) && path.starts_with("/notices/");
            let deciding = decides && path.starts_with("/register-proposals/") || approves;
            if let Some(secret) =
                told(&seen.text).filter(|secret| !(deciding && PROPOSED.contains(secret)))
            {
                let at = seen.text.find(secret).unwrap();
                let from = seen.text[..at]
                    .char_indices()
                    .rev()
                    .nth(160)
                    .map_or(0, |(at, _)| at);
                panic!(
                    "{} sees {secret} at {path}: …{}",
                    role.name_ja(),
                    &seen.text[from..at + secret.len()]
                );
            }
        }
    }
    assert!(
        shown > all.len(),
        "most of the pages were shown: {shown} of {}",
        all.len()
    );
}

// covers: SEC-102
#[tokio::test]
async fn the_other_side_of_a_broken_household_does_not_lead_there() {
    let city = city_with_a_household_in_hiding().await;
    let mut browser = Browser::new(&city.router);
    browser.log_in("counter01", PASSWORD).await;
    // By the number of the household that was left, only who stayed is found.
    let seen = browser.search_api("99-77").await;
    assert!(seen.text.contains("7000021"), "{}", seen.text);
    assert!(!seen.text.contains("7000011"), "{}", seen.text);
    // By name, who asks at the counter is found, without the address; and who lives there too.
    let seen = browser.search_api("秘密").await;
    assert!(seen.text.contains("7000011"), "{}", seen.text);
    let nowhere = seen.text.matches("\"address\":null").count();
    assert_eq!(nowhere, 3, "{}", seen.text);
}
