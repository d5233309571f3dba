//! 保存と消去, 提供先 on their pages: held and released, proposed by one and erased by another, and what an auditor reads.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod common;

use axum::http::StatusCode;
use common::pages;
use common::steps::person;

/// The value of a hidden field of the form that is sent to an address.
fn hidden(page: &str, action: &str, name: &str) -> String {
    let form = page.split(&format!("action=\"{action}\"")).nth(1).unwrap();
    let field = form.split(&format!("name=\"{name}\"")).nth(1).unwrap();
    let value = field.split("value=\"").nth(1).unwrap();
    value.split('"').next().unwrap().to_owned()
}

// covers: SEC-056
#[tokio::test]
async fn one_proposes_another_erases_and_a_hold_comes_between() {
    let (store, router) = pages(1);
    // A file is as old as its entry by the clock: 1 May 2019.
    let act = "insert into act (act_id, kind, staff_id, terminal, purpose, permission, business_date, recorded_at, note) \
               values (1000, 'outbox.export', 1, '', '', '', '2019-05-01', 1556668800000000, '')";
    store.write(|conn| conn.execute_text(act, &[])).unwrap();
    for file in 1..=2 {
        let text = format!(
            "insert into outbox_file (file_id, layout, file_name, lines, sha256, body, made_on, act_id) \
             values ({file}, 'kss_person', 'old{file}.csv', 1, '', '見出し', '2019-05-01', 1000)"
        );
        store.write(|conn| conn.execute_text(&text, &[])).unwrap();
    }
    let (mut clerk, csrf) = person(&router, "admin01").await;
    let (mut chief, chief_csrf) = person(&router, "chief01").await;
    for (number, kind) in ["litigation", "arrears"].iter().enumerate() {
        let page = clerk.get("/retention").await;
        let token = hidden(&page.text, "/retention/holds", "request_id");
        let fields = [
            ("csrf", csrf.as_str()),
            ("request_id", token.as_str()),
            ("kind", kind),
            ("household", "1"),
            ("review_on", "R9.4.1"),
            ("ground", "令和8年（行ウ）第1号"),
        ];
        let placed = clerk.post("/retention/holds", &fields).await;
        assert_eq!(placed.status, StatusCode::SEE_OTHER, "{}", placed.text);
        // The same form sent once more places no second hold.
        let again = clerk.post("/retention/holds", &fields).await;
        assert_ne!(again.status, StatusCode::SEE_OTHER);
        let rows = store
            .read(|conn| {
                conn.query_text("select count(*) from retention_hold", &[], |row| row.int(0))
            })
            .unwrap();
        assert_eq!(rows, [i64::try_from(number).unwrap() + 1]);
    }
    for hold in 1..=2 {
        let fields = [("csrf", csrf.as_str()), ("reason", "終わった")];
        let ended = clerk
            .post(&format!("/retention/holds/{hold}/end"), &fields)
            .await;
        assert_eq!(ended.status, StatusCode::SEE_OTHER, "{}", ended.text);
    }
    let page = clerk.get("/retention").await;
    let token = hidden(&page.text, "/retention", "request_id");
    let fields = [
        ("csrf", csrf.as_str()),
        ("request_id", token.as_str()),
        ("class", "file"),
        ("reason", "年次の消去"),
    ];
    let proposed = clerk.post("/retention", &fields).await;
    assert_eq!(proposed.location(), "/retention/1", "{}", proposed.text);
    let approve = |csrf| [("csrf", csrf), ("do", "approve")];
    let alone = clerk.post("/retention/1", &approve(csrf.as_str())).await;
    assert!(alone.text.contains("別の職員"), "{}", alone.text);
    let done = chief
        .post("/retention/1", &approve(chief_csrf.as_str()))
        .await;
    assert_eq!(done.location(), "/retention/1", "{}", done.text);
    let paper = chief.get("/retention/1").await;
    assert!(paper.text.contains("消去証明"), "{}", paper.text);
    let left = store
        .read(|conn| conn.query_text("select count(*) from outbox_file", &[], |row| row.int(0)))
        .unwrap();
    assert_eq!(left, [0]);
}

// covers: OUT-048, SEC-052
#[tokio::test]
async fn an_auditor_reads_who_may_be_given_what_and_what_was_given() {
    let (store, router) = pages(1);
    let (mut auditor, _) = person(&router, "audit01").await;
    let page = auditor.get("/provisions").await;
    assert_eq!(page.status, StatusCode::OK);
    for words in [
        "国民健康保険団体連合会",
        "国民健康保険法 第113条の3",
        "第2条の表の42の項",
        "自治体中間サーバー",
        "根拠の確認まで渡しません",
        "この期間に渡したものはありません",
    ] {
        assert!(page.text.contains(words), "{words}");
    }
    // The table of another day is another table.
    let before = auditor.get("/provisions?on=R6.5.26").await;
    assert!(before.text.contains("別表第二の42の項") && !before.text.contains("第2条の表の42の項"));
    let text = "insert into provision_record (record_id, code, recipient, purpose, ground, items, method, export_code, \
                request_number, made_on, recorded_at, staff_id, act_id) values (1, 'successor', '後継システム', '移行', \
                '根拠', '資格', '媒体', 'eligibility.status', '移行8-1', '2026-06-10', 1, 1, 1)";
    store.write(|conn| conn.execute_text(text, &[])).unwrap();
    let file = "insert into provision_file (record_id, file_no, file_name, lines, bytes, sha256, sealed, medium_entry_id, \
                outbox_file_id, recorded_at, act_id) values (1, 1, 'insured.csv.age', 12, 99, '', 1, 7, null, 1, 1)";
    store.write(|conn| conn.execute_text(file, &[])).unwrap();
    let page = auditor.get("/provisions").await;
    for words in ["移行8-1", "insured.csv.age", "媒体管理簿7番"] {
        assert!(page.text.contains(words), "{words}");
    }
    let (mut clerk, _) = person(&router, "counter01").await;
    assert_eq!(clerk.get("/provisions").await.status, StatusCode::FORBIDDEN);
}
