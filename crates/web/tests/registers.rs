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
        ("enter-medium_number", "M-01"),
        ("enter-medium_kind", "USBメモリ"),
        ("enter-storage_place", "執務室の耐火金庫"),
    ];
    let refused = clerk.post("/registers/media/new", &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("鍵の管理者") && refused.text.contains("M-01"));
    fields.push(("enter-key_holder", "庶務係長"));
    let entered = clerk.post("/registers/media/new", &fields).await;
    assert_eq!(entered.location(), "/registers/media/1", "{}", entered.text);
    // The same medium twice is refused beside its field.
    let twice = clerk.post("/registers/media/new", &fields).await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
    let mut approve = vec![
        ("csrf", csrf),
        ("do", "approve"),
        ("seen", "1"),
        ("approve-purpose", "国保連合会への提出"),
        ("approve-user", "levy01"),
        ("approve-approval_number", "8-001"),
        ("approve-protection-0", "1"),
        ("approve-return_on", "R8.6.1"),
    ];
    let unticked = clerk.post("/registers/media/1", &approve).await;
    assert_eq!(
        unticked.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        unticked.text
    );
    approve.push(("approve-protection-1", "1"));
    let taken = clerk.post("/registers/media/1", &approve).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text);
    let chief_csrf = chief_csrf.as_str();
    let bare = [("csrf", chief_csrf), ("do", "agree!")];
    let unseen = chief.post("/registers/media/1", &bare).await;
    assert_eq!(unseen.status, StatusCode::CONFLICT, "{}", unseen.text);
    let seen = chief.get("/registers/media/1").await.seen();
    let agree = |csrf| [("csrf", csrf), ("do", "agree!"), ("seen", seen.as_str())];
    let own = clerk.post("/registers/media/1", &agree(csrf)).await;
    assert_eq!(own.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", own.text);
    let other = chief.post("/registers/media/1", &agree(chief_csrf)).await;
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

// covers: SEC-017, SEC-052
#[tokio::test]
async fn a_table_is_asked_for_approved_by_another_and_handed_to_whom_it_was_approved_for() {
    let (store, router) = pages(1);
    let (mut keeper, csrf) = person(&router, "admin01").await;
    let (mut chief, chief_csrf) = person(&router, "chief01").await;
    let (mut clerk, clerk_csrf) = person(&router, "levy01").await;
    let entered = keeper
        .post(
            "/registers/extraction/new",
            &[
                ("csrf", csrf.as_str()),
                ("do", "enter"),
                ("enter-request_purpose", "保健事業の計画"),
                ("enter-ground", "国民健康保険法 第82条"),
                ("enter-view", "生年別・性別の被保険者数"),
                ("enter-user_login", "levy01"),
            ],
        )
        .await;
    assert_eq!(
        entered.location(),
        "/registers/extraction/1",
        "{}",
        entered.text
    );
    let pull = [("csrf", clerk_csrf.as_str()), ("request", "1")];
    let waiting = clerk.get("/extractions").await.text;
    assert!(
        waiting.contains("保健事業の計画") && !waiting.contains("抽出する</button>"),
        "{waiting}"
    );
    let early = clerk.post("/extractions", &pull).await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(early.text.contains("二人の承認"), "{}", early.text);
    let approve = [
        ("csrf", csrf.as_str()),
        ("do", "approve"),
        ("seen", "1"),
        ("approve-approval_number", "E-1"),
        ("approve-use_until", "R10.3.31"),
    ];
    keeper.post("/registers/extraction/1", &approve).await;
    let early = clerk.post("/extractions", &pull).await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY, "one person");
    let agree = [
        ("csrf", chief_csrf.as_str()),
        ("do", "agree!"),
        ("seen", "2"),
    ];
    chief.post("/registers/extraction/1", &agree).await;
    let open = clerk.get("/extractions").await.text;
    assert!(open.contains("抽出する</button>"), "{open}");
    let table = clerk.post("/extractions", &pull).await;
    assert_eq!(table.status, StatusCode::OK, "{}", table.text);
    let kept = &table.headers["content-disposition"];
    assert!(kept.to_str().unwrap().starts_with("attachment; "));
    assert!(
        table.text.starts_with("\u{feff}生年,性別,人数\r\n"),
        "{}",
        table.text
    );
    assert!(table.text.lines().count() > 1, "{}", table.text);
    // Neither seen nor taken by anybody else.
    let other = chief.get("/extractions").await.text;
    assert!(!other.contains("保健事業の計画"), "{other}");
    let other = [("csrf", chief_csrf.as_str()), ("request", "1")];
    let refused = chief.post("/extractions", &other).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("認められた職員"), "{}", refused.text);
    let acts = store
        .read(|conn| {
            let text = "select count(*) from act where kind = 'export.extract'";
            conn.query_text(text, &[], |row| row.int(0))
        })
        .unwrap();
    assert_eq!(acts, [1], "one table went out");
}

// covers: SEC-051
#[tokio::test]
async fn a_kind_of_device_that_is_not_listed_is_refused_and_the_attempt_is_in_the_record() {
    let (store, router) = pages(1);
    let (mut keeper, csrf) = person(&router, "admin01").await;
    let device = |kind: &'static str| {
        [
            ("csrf", csrf.as_str()),
            ("do", "enter"),
            ("enter-device_number", "T-01"),
            ("enter-device_kind", kind),
            ("enter-recording", "あり"),
            ("enter-wire_lock", "あり"),
            ("enter-place", "1番窓口"),
        ]
    };
    let path = "/registers/device/new";
    let refused = keeper.post(path, &device("私物の携帯電話")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text.contains("から選んでください"),
        "{}",
        refused.text
    );
    let last = store
        .read(|conn| office::security::access::latest(conn, 1))
        .unwrap();
    assert_eq!(last[0].what, "/registers/{register}/new");
    let list = keeper.get("/registers/device").await.text;
    assert!(!list.contains("T-01"), "{list}");
    let entered = keeper.post(path, &device("業務端末")).await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER, "{}", entered.text);
}
