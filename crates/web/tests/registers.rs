//! The registers on their pages: opened, agreed to by a second person, due, closed, and reported.
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
use office::registers::Registers;

// covers: SEC-048, SEC-053
#[tokio::test]
async fn a_medium_is_entered_approved_by_another_and_shown_when_overdue() {
    let (_store, router) = pages(1);
    let (mut clerk, csrf) = person(&router, "admin01").await;
    let (mut chief, chief_csrf) = person(&router, "chief01").await;
    let csrf = csrf.as_str();
    let list = clerk.get("/registers").await;
    for register in Registers::shipped().unwrap().iter() {
        assert!(list.text.contains(&register.name), "{}", register.name);
        let seen = clerk.get(&format!("/registers/{}", register.code)).await;
        assert_eq!(seen.status, StatusCode::OK);
        let seen = clerk
            .get(&format!("/registers/{}/new", register.code))
            .await;
        assert_eq!(seen.status, StatusCode::OK, "{}", register.code);
        for field in register.opening().unwrap().asks.iter() {
            let name = &register.field(field).unwrap().name;
            let choices = &register.field(field).unwrap().choices;
            let there =
                seen.text.contains(name) || choices.iter().any(|one| seen.text.contains(one));
            assert!(there, "{} {name}", register.code);
        }
    }
    let mut fields = vec![
        ("csrf", csrf),
        ("do", "enter"),
        ("medium_number", "M-01"),
        ("medium_kind", "USBメモリ"),
        ("storage_place", "執務室の耐火金庫"),
    ];
    let refused = clerk.post("/registers/media/new", &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("鍵の管理者") && refused.text.contains("M-01"));
    fields.push(("key_holder", "庶務係長"));
    let entered = clerk.post("/registers/media/new", &fields).await;
    assert_eq!(entered.location(), "/registers/media/1", "{}", entered.text);
    // The same medium twice is refused beside its field.
    let twice = clerk.post("/registers/media/new", &fields).await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
    let mut approve = vec![
        ("csrf", csrf),
        ("do", "approve"),
        ("seen", "1"),
        ("purpose", "国保連合会への提出"),
        ("user", "levy01"),
        ("approval_number", "8-001"),
        ("protection.0", "1"),
        ("return_on", "R8.6.1"),
    ];
    let unticked = clerk.post("/registers/media/1", &approve).await;
    assert_eq!(
        unticked.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        unticked.text
    );
    approve.push(("protection.1", "1"));
    let taken = clerk.post("/registers/media/1", &approve).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text);
    let own = clerk
        .post("/registers/media/1", &[("csrf", csrf), ("do", "agree!")])
        .await;
    assert_eq!(own.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", own.text);
    let chief_csrf = chief_csrf.as_str();
    let other = chief
        .post(
            "/registers/media/1",
            &[("csrf", chief_csrf), ("do", "agree!")],
        )
        .await;
    assert_eq!(other.status, StatusCode::SEE_OTHER, "{}", other.text);
    let seen = clerk.get("/registers/media/1").await.text;
    assert!(
        seen.contains("使用承認") && seen.contains("二人で確認"),
        "{seen}"
    );
    // The day of return is past.
    let list = clerk.get("/registers").await.text;
    assert!(
        list.contains("期限経過") && list.contains("/registers/media/1"),
        "{list}"
    );
    let report = clerk.get("/registers/safeguards").await.text;
    assert!(
        report.contains("SEC-048") && report.contains("媒体管理簿 1番"),
        "{report}"
    );
    assert!(
        report.contains("記録なし"),
        "what nothing exercised yet is said"
    );
    // Nobody without the function.
    let (mut viewer, _) = person(&router, "viewer01").await;
    assert_eq!(
        viewer.get("/registers/media").await.status,
        StatusCode::FORBIDDEN
    );
}
