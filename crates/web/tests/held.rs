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

/// 支援措置（住民基本台帳事務処理要領 第5-10）: what is said of a held row of somebody whose address is withheld, of one that
/// is tried again, and of one that another row drags along, does not quote the cells; and no hidden place goes with a number
/// that was typed over.
#[tokio::test]
async fn a_held_row_of_somebody_under_a_measure_quotes_no_place_and_moves_none() {
    let store = db::testing::sqlite(office::schema::MIGRATIONS).unwrap();
    let desk = Desk::new(&store);
    let known = [
        resident("7", "秘密　花子", "ヒミツ　ハナコ", &[]),
        resident(
            "8",
            "港　次郎",
            "ミナト　ジロウ",
            &[("household_number", "901")],
        ),
    ];
    desk.take(&store, &desk.file("resident", 1, Extent::Full, &known))
        .unwrap();
    let measure = vec![
        ("person_number", "7"),
        ("history_number", "1"),
        ("starts_on", "2026-01-01"),
        ("measure_kind", "1"),
    ];
    let told = desk
        .take(
            &store,
            &desk.file("support_measure", 2, Extent::Difference, &[measure]),
        )
        .unwrap();
    assert_eq!((told.posted, told.held), (1, 0));
    let moved = [("history_number", "2"), ("moved_on", "2026-05-01")];
    let place = [("town", "隠里\u{200B}九丁目"), ("lot", "隠里９番")];
    let rows = [
        resident(
            "7",
            "秘密　花子",
            "ヒミツ　ハナコ",
            &[moved, place].concat(),
        ),
        resident(
            "9",
            "港　三郎",
            "ミナト　サブロウ",
            &[("birth_on", "1980-13-01"), ("household_number", "902")],
        ),
    ];
    let report = desk
        .take(&store, &desk.file("resident", 3, Extent::Difference, &rows))
        .unwrap();
    assert_eq!(report.held, 2);
    let router = pages_of_intake(&store);
    let mut clerk = Browser::new(&router);
    let csrf = clerk.log_in("import", PASSWORD).await;
    let list = clerk.get("/held").await.text;
    let links: Vec<&str> = list
        .split("data-row href=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    assert_eq!(links.len(), 2, "{list}");
    assert!(!list.contains("隠里"), "{list}");
    assert!(
        list.contains("「住所_町字」をこのままでは登録できません"),
        "{list}"
    );
    // Of somebody else everything is said as it was.
    assert!(list.contains("1980-13-01"), "{list}");
    let form = clerk.get(links[0]).await.text;
    assert!(!form.contains("隠里"), "{form}");

    for typed in [
        [("csrf", csrf.as_str()), ("do", "retry")].as_slice(),
        &[("csrf", csrf.as_str()), ("do", "correct")],
        // A place that was not shown under another number, and under another household.
        &[
            ("csrf", csrf.as_str()),
            ("do", "correct"),
            ("cell_person_number", "8"),
            ("cell_town", "芝一丁目"),
        ],
        &[
            ("csrf", csrf.as_str()),
            ("do", "correct"),
            ("cell_household_number", "901"),
            ("cell_town", "芝一丁目"),
        ],
    ] {
        let refused = clerk.post(links[0], &every_cell(&form, typed)).await;
        assert_eq!(
            refused.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{typed:?}"
        );
        assert!(!refused.text.contains("隠里"), "{typed:?} {}", refused.text);
    }
    // The row of somebody else that is given the number takes the one of the number with it.
    let other = clerk.get(links[1]).await.text;
    let typed = [
        ("csrf", csrf.as_str()),
        ("do", "correct"),
        ("cell_person_number", "7"),
        ("cell_birth_on", "1980-05-05"),
    ];
    let refused = clerk.post(links[1], &every_cell(&other, &typed)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!refused.text.contains("隠里"), "{}", refused.text);

    // What is typed anew under the number it came for is registered.
    let typed = [
        ("csrf", csrf.as_str()),
        ("do", "correct"),
        ("cell_town", "芝一丁目"),
    ];
    let settled = clerk.post(links[0], &every_cell(&form, &typed)).await;
    assert_eq!(settled.location(), "/held", "{}", settled.text);
}

/// 支援措置（住民基本台帳事務処理要領 第5-10）: a row of somebody who is new and comes to live with a person whose address is
/// withheld tells the address of that person. J01 carries the household of the residents' register.
#[tokio::test]
async fn a_held_row_of_somebody_who_joins_a_hidden_household_shows_no_place() {
    let store = db::testing::sqlite(office::schema::MIGRATIONS).unwrap();
    let desk = Desk::new(&store);
    let known = [
        resident("7", "秘密　花子", "ヒミツ　ハナコ", &[]),
        resident(
            "8",
            "港　次郎",
            "ミナト　ジロウ",
            &[("household_number", "901")],
        ),
    ];
    desk.take(&store, &desk.file("resident", 1, Extent::Full, &known))
        .unwrap();
    let measure = vec![
        ("person_number", "7"),
        ("history_number", "1"),
        ("starts_on", "2026-01-01"),
        ("measure_kind", "1"),
    ];
    desk.take(
        &store,
        &desk.file("support_measure", 2, Extent::Difference, &[measure]),
    )
    .unwrap();
    let place = [("town", "隠里九丁目"), ("lot", "隠里９番")];
    let wrong = [("birth_on", "1980-13-01")];
    // 900 is the household of 7, 901 that of 8; 90x cannot be read.
    let joins = |number, home| {
        let more = [place, [wrong[0], ("household_number", home)]].concat();
        resident(number, "港　三郎", "ミナト　サブロウ", more.leak())
    };
    let rows = [joins("21", "900"), joins("22", "901"), joins("23", "90x")];
    let report = desk
        .take(&store, &desk.file("resident", 3, Extent::Difference, &rows))
        .unwrap();
    assert_eq!(report.held, 3);
    let router = pages_of_intake(&store);
    let mut clerk = Browser::new(&router);
    clerk.log_in("import", PASSWORD).await;
    let list = clerk.get("/held").await.text;
    let links: Vec<&str> = list
        .split("data-row href=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    let mut told = Vec::new();
    for link in &links {
        told.push(clerk.get(link).await.text.contains("隠里"));
    }
    assert_eq!(told, [false, true, false]);
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
