//! What a clerk changes: previewed, confirmed once, taken back, and never over the head of another.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod common;

use axum::http::StatusCode;
use common::browser::Browser;
use common::pages;
use common::steps::{again, person, publish};
use db::Store;
use office::levy::decision;
use office::registry::{Unemployment, YearIncome, timeline};

const HOUSEHOLD: i64 = 1_000_001;
const INCOME: &str = "/households/1000001/declare/income";

fn declared<'f>(csrf: &'f str, person: &'f str, business: &'f str) -> Vec<(&'f str, &'f str)> {
    vec![
        ("csrf", csrf),
        ("do", "preview"),
        ("person", person),
        ("year", "2026"),
        ("filing", "filed"),
        ("source", "簡易申告書"),
        ("received_on", "080615"),
        ("business", business),
    ]
}

fn decisions(store: &Store) -> usize {
    store
        .read(|conn| decision::history(conn, HOUSEHOLD))
        .unwrap()
        .len()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_income_is_declared_once_and_taken_back() {
    let (store, router) = pages(4);
    publish(&router, &store).await;
    let (mut clerk, csrf) = person(&router, "counter01").await;
    let before = decisions(&store);
    let person = (HOUSEHOLD * 10).to_string();

    let form = clerk.get(INCOME).await;
    assert!(form.text.contains("簡易申告"), "{}", form.text);
    let wrong = clerk
        .post(
            INCOME,
            &[
                ("csrf", &csrf),
                ("person", &person),
                ("received_on", "R8.13.1"),
                ("business", "多い"),
            ],
        )
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        wrong.text.contains("value=\"多い\""),
        "what was typed is kept"
    );

    let preview = clerk
        .post(INCOME, &declared(&csrf, &person, "9,876,000"))
        .await;
    assert_eq!(preview.status, StatusCode::OK, "{}", preview.text);
    assert!(preview.text.contains("9,876,000円"), "{}", preview.text);
    assert!(
        preview.text.contains("変更決定通知書"),
        "the paper is named"
    );
    assert!(preview.text.contains("なぜ変更後の金額になるか"));
    assert_eq!(decisions(&store), before, "nothing yet");

    // Back to the form with everything that was typed.
    let back = clerk.post(INCOME, &again(&preview, "edit")).await;
    assert!(back.text.contains("value=\"9,876,000\""), "{}", back.text);

    // What cannot be recorded is not done.
    let order = again(&preview, "confirm");
    let rename = |from: &str, to: &str| {
        let text = format!("alter table {from} rename to {to}");
        store.write(|conn| conn.execute_text(&text, &[])).unwrap();
    };
    rename("access_log", "access_log_away");
    let unrecorded = clerk.post(INCOME, &order).await;
    assert_eq!(unrecorded.status, StatusCode::INTERNAL_SERVER_ERROR);
    rename("access_log_away", "access_log");
    assert_eq!(decisions(&store), before, "not recorded, not done");

    // Twice at the same moment: one act, and both see it.
    let (mut other, other_csrf) = (Browser::new(&router), csrf.clone());
    other.take_over(&clerk);
    assert_eq!(other_csrf, csrf);
    let (first, second) = tokio::join!(clerk.post(INCOME, &order), other.post(INCOME, &order));
    assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.text);
    assert_eq!(first.location(), second.location());
    assert_eq!(decisions(&store), before + 1);
    let third = clerk.post(INCOME, &order).await;
    assert_eq!(third.location(), first.location(), "{}", third.text);
    assert_eq!(decisions(&store), before + 1);

    let done = clerk.get(first.location()).await;
    assert!(
        done.text.contains("所得の申告を行いました"),
        "{}",
        done.text
    );
    let undo = done
        .text
        .split("/undo/")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let undo = format!("/households/{HOUSEHOLD}/undo/{undo}");
    let asked = clerk.get(&undo).await;
    let shown = clerk.post(&undo, &again(&asked, "preview")).await;
    assert!(shown.text.contains("この処理を取り消す"), "{}", shown.text);
    let taken = clerk.post(&undo, &again(&shown, "confirm")).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text);
    assert_eq!(decisions(&store), before + 2);
    let tasks = clerk.get(&format!("/households/{HOUSEHOLD}/tasks")).await;
    assert!(tasks.text.contains("取消済"), "{}", tasks.text);
    let all = store
        .read(|conn| decision::history(conn, HOUSEHOLD))
        .unwrap();
    let mut totals: Vec<_> = all
        .iter()
        .map(|one| (one.sequence, one.outcome.parts.total()))
        .collect();
    totals.sort();
    assert_eq!(totals.first().unwrap().1, totals.last().unwrap().1);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_clerks_the_second_is_told_what_the_first_did() {
    let (store, router) = pages(4);
    publish(&router, &store).await;
    let (mut first, first_csrf) = person(&router, "counter01").await;
    let (mut second, second_csrf) = person(&router, "levy01").await;
    let person = (HOUSEHOLD * 10).to_string();
    let one = first
        .post(INCOME, &declared(&first_csrf, &person, "5,000,000"))
        .await;
    let other = second
        .post(INCOME, &declared(&second_csrf, &person, "7,000,000"))
        .await;
    let taken = first.post(INCOME, &again(&one, "confirm")).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text);
    let stood = decisions(&store);

    let stale = second.post(INCOME, &again(&other, "confirm")).await;
    assert_eq!(stale.status, StatusCode::CONFLICT, "{}", stale.text);
    assert!(stale.text.contains("先に変更されています"));
    assert!(stale.text.contains("見本 窓口担当"), "who: {}", stale.text);
    assert!(stale.text.contains("<td>所得</td>"), "what: {}", stale.text);
    assert_eq!(
        decisions(&store),
        stood,
        "nothing over the head of the first"
    );

    // Looked at again, the second may still mean it.
    let meant = second.post(INCOME, &again(&stale, "confirm")).await;
    assert_eq!(meant.status, StatusCode::SEE_OTHER, "{}", meant.text);
    let held = store
        .read(|conn| timeline::<YearIncome>(conn, HOUSEHOLD * 10, None))
        .unwrap();
    assert_eq!(held.len(), 1);
    assert_eq!(held[0].fact.income.business.0, 7_000_000);
}

// covers: LEV-011
#[tokio::test(flavor = "multi_thread")]
async fn a_leaving_of_work_is_registered_by_its_code() {
    let (store, router) = pages(4);
    publish(&router, &store).await;
    let (mut clerk, csrf) = person(&router, "counter01").await;
    let path = "/households/1000001/declare/unemployment";
    let page = clerk.get("/households/1000001").await.text;
    assert!(page.contains("届出・申請"));
    let form = clerk.get(path).await.text;
    let choices = form.split("<select id=\"person\"").nth(1).unwrap();
    let choices = choices.split("</select>").next().unwrap();
    let people: Vec<&str> = choices
        .split("value=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    let mut registered = 0;
    for person in people {
        let wish = |code| {
            vec![
                ("csrf", csrf.as_str()),
                ("person", person),
                ("left_on", "R8.5.31"),
                ("leaving_code", code),
            ]
        };
        let refused = clerk.post(path, &wish("40")).await;
        assert!(
            refused.text.contains("leaving_code-wrong"),
            "{}",
            refused.text
        );
        let shown = clerk.post(path, &wish("２３")).await;
        if shown.status == StatusCode::OK {
            assert!(shown.text.contains("23 期間満了"), "{}", shown.text);
            assert!(shown.text.contains("令和8年6月1日から令和10年3月31日まで"));
            let done = clerk.post(path, &again(&shown, "confirm")).await;
            assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
            let id: i64 = person.parse().unwrap();
            let facts = store
                .read(|conn| timeline::<Unemployment>(conn, id, None))
                .unwrap();
            assert_eq!(facts.last().unwrap().fact.leaving_code, 23);
            registered += 1;
        } else {
            assert!(shown.text.contains("role=\"alert\""), "{}", shown.text);
        }
    }
    assert!(registered > 0);
}
