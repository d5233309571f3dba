//! A row that waits, from the list to the register.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod common;
#[path = "../../office/tests/imports/desk.rs"]
mod import;

use axum::http::StatusCode;
use common::browser::Browser;
use common::pages_of_intake;
use exchange::Extent;
use import::{Desk, resident};

const PASSWORD: &str = "Correct-horse-7-battery";

#[tokio::test]
async fn a_held_row_is_corrected_beside_its_field_and_gone_from_the_list() {
    let store = db::testing::sqlite(office::schema::MIGRATIONS).unwrap();
    let desk = Desk::new(&store);
    let rows = [
        resident("1", "港　一郎", "ミナト　イチロウ", &[]),
        resident(
            "2",
            "港　花子",
            "ミナト　ハナコ",
            &[("birth_on", "1980-02-31")],
        ),
        resident(
            "3",
            "港　次郎",
            "ミナト　ジロウ",
            &[("birth_on", "1980-13-01")],
        ),
    ];
    let report = desk
        .take(&store, &desk.file("resident", 1, Extent::Full, &rows))
        .unwrap();
    assert_eq!((report.posted, report.held), (1, 2));
    let router = pages_of_intake(&store);
    let mut clerk = Browser::new(&router);
    let csrf = clerk.log_in("import", PASSWORD).await;
    assert!(clerk.get("/").await.text.contains("取込で保留・要確認の行"));

    let list = clerk.get("/held").await.text;
    let links: Vec<&str> = list
        .split("data-row href=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    assert_eq!(links.len(), 2, "{list}");
    let form = clerk.get(links[0]).await.text;
    assert!(form.contains("生年月日</label><input id=\"cell_birth_on\" name=\"cell_birth_on\" value=\"1980-02-31\" aria-invalid=\"true\""), "{form}");

    // Still wrong: it comes back with what was typed.
    let wrong = [
        ("csrf", csrf.as_str()),
        ("do", "correct"),
        ("cell_birth_on", "1980-02-30"),
    ];
    let refused = clerk.post(links[0], &every_cell(&form, &wrong)).await;
    assert_eq!(
        refused.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        refused.text
    );
    assert!(refused.text.contains("value=\"1980-02-30\""));

    let right = [
        ("csrf", csrf.as_str()),
        ("do", "correct"),
        ("cell_birth_on", "1980-02-29"),
    ];
    let settled = clerk.post(links[0], &every_cell(&form, &right)).await;
    assert_eq!(settled.location(), "/held", "{}", settled.text);
    let found = clerk.search("ミナト").await.text;
    assert!(found.contains("昭和55年2月29日"), "{found}");

    // The other one is put aside, which needs a reason.
    let aside = [("csrf", csrf.as_str()), ("do", "dismiss"), ("reason", "")];
    let refused = clerk.post(links[1], &aside).await;
    assert!(
        refused.text.contains("id=\"reason-wrong\""),
        "{}",
        refused.text
    );
    let aside = [
        ("csrf", csrf.as_str()),
        ("do", "dismiss"),
        ("reason", "二重に受け取った行"),
    ];
    assert_eq!(clerk.post(links[1], &aside).await.location(), "/held");
    assert!(
        clerk
            .get("/held")
            .await
            .text
            .contains("保留の行はありません")
    );
}

/// The fields of the form as the page has them, with some typed over.
fn every_cell<'f>(form: &'f str, typed: &[(&'f str, &'f str)]) -> Vec<(&'f str, &'f str)> {
    let mut fields = typed.to_vec();
    for input in form.split("<input id=\"cell_").skip(1) {
        let name = input
            .split(" name=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        let value = input
            .split(" value=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        if !fields.iter().any(|(held, _)| *held == name) {
            fields.push((name, value));
        }
    }
    fields
}
