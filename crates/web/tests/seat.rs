//! 窓口の選択: whoever is posted to several counters chooses one after log-in, and sits there in everything.
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
use common::city::{NOW, PASSWORD};
use common::steps::person;
use common::{pages, pages_with};
use db::{Span, Store};
use law::day;
use office::OfficeError;
use office::eligibility::Request;
use office::eligibility::event::{NewChange, NewEvent};
use office::eligibility::figures::receptions;
use office::registry::load_household;
use office::security::factor::FactorSetup;
use office::security::login::command_session;
use office::security::passkey::Origin;
use office::security::permit::ManageStaff;
use office::security::post::{self, Placed, Post, PostKind};
use office::security::setting::{factor_key, permission_key, rows_key};
use office::security::{Role, authorize};
use office::vault::MasterKey;

const HOME: &str = "/households/1000001";

/// 発令 of a member of staff from now on.
fn posted(store: &Store, login: &str, role: Role, ward: &str) {
    let wanted = Post {
        kind: PostKind::Regular,
        roles: vec![role],
        ward: ward.to_owned(),
        ground: "令和8年発令第1号".to_owned(),
    };
    store
        .write(|conn| {
            let admin = command_session(conn, "admin01", "test", NOW)?;
            let permit = authorize::<ManageStaff>(&admin)?;
            let acting = admin.acting("試験", day(2026, 6, 15), NOW, None);
            let whom = command_session(conn, login, "test", NOW)?.staff_id();
            let span = Span::since(day(2026, 4, 1));
            let placed = post::place(conn, &acting, &permit, whom, (span, &wanted))?;
            assert_eq!(placed, Placed::Holds, "{login}");
            Ok::<_, OfficeError>(())
        })
        .unwrap();
}

fn set(store: &Store, key: &str, value: &str) {
    let text = format!(
        "insert into security_setting (setting_no, key, value, set_at, act_id) \
         select 1000 + count(*), '{key}', '{value}', 1, 1 from security_setting"
    );
    store.write(|conn| conn.execute_text(&text, &[])).unwrap();
}

/// Sits down; answers where it leads.
async fn sit(clerk: &mut Browser, place: &str, next: &str) -> (StatusCode, String, String) {
    let csrf = clerk.get("/me/seat").await.csrf();
    let fields = [("csrf", csrf.as_str()), ("place", place), ("next", next)];
    let seen = clerk.post("/me/seat", &fields).await;
    (seen.status, seen.location().to_owned(), seen.text.clone())
}

fn sat(store: &Store) -> Vec<String> {
    let text = "select note from act where kind = 'counter.sit' order by act_id";
    store
        .read(|conn| conn.query_text(text, &[], |row| row.text(0)))
        .unwrap()
}

// covers: QUA-017
#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_several_counters_chooses_one_before_anything_else() {
    let (store, router) = pages(1);
    posted(&store, "counter01", Role::Counter, "本庁、西支所、東支所");
    let mut clerk = Browser::new(&router);
    clerk.log_in("counter01", PASSWORD).await;
    // Nothing opens, no order is taken; the page that was wanted is come back to.
    assert_eq!(clerk.get("/").await.location(), "/me/seat");
    let led = clerk.get(HOME).await.location().to_owned();
    assert_eq!(led, "/me/seat?next=%2Fhouseholds%2F1000001");
    assert_eq!(clerk.get("/me").await.location(), "/me/seat?next=%2Fme");
    let order = serde_json::json!({ "q": "ミナト" });
    let program = clerk.order("/api/v1/search", &order).await;
    assert_eq!(program.status, StatusCode::FORBIDDEN, "{}", program.text);
    let page = clerk.get(&led).await;
    for place in ["本庁", "西支所", "東支所"] {
        assert!(page.text.contains(&format!(">{place}</option>")), "{place}");
    }
    assert!(page.text.contains("value=\"/households/1000001\""));
    // A counter that the post does not name cannot be chosen.
    for place in ["南支所", "西支所、東支所", "-"] {
        let (status, _, text) = sit(&mut clerk, place, "/").await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{place}");
        assert!(text.contains("所属していない窓口です"), "{text}");
        assert_eq!(clerk.get("/").await.location(), "/me/seat");
    }
    assert!(sat(&store).is_empty());
    let (status, _, _) = sit(&mut clerk, "本庁", "/").await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert_eq!(sat(&store), ["本庁"]);
    let (_, next, _) = sit(&mut clerk, "西支所", HOME).await;
    assert_eq!(next, HOME);
    for path in ["/", HOME, "/search"] {
        let page = clerk.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(page.text.contains(">西支所</a>"), "{path}: {}", page.text);
    }
    assert_eq!(sat(&store), ["本庁", "西支所"]);
    // Nobody is sent elsewhere.
    let (_, next, _) = sit(&mut clerk, "西支所", "https://example.com/").await;
    assert_eq!(next, "/");
    // The next log-in asks again.
    let mut clerk = Browser::new(&router);
    clerk.log_in("counter01", PASSWORD).await;
    assert_eq!(clerk.get("/").await.location(), "/me/seat");
}

// covers: QUA-017
#[tokio::test(flavor = "multi_thread")]
async fn one_counter_is_no_question() {
    let (store, router) = pages(1);
    posted(&store, "counter01", Role::Counter, "西支所");
    let (mut clerk, _) = person(&router, "counter01").await;
    let page = clerk.get("/").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("<span>西支所</span>"), "{}", page.text);
    let (status, _, _) = sit(&mut clerk, "東支所", "/").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let (mut clerk, _) = person(&router, "levy01").await;
    let page = clerk.get("/").await;
    assert!(!page.text.contains("/me/seat"), "{}", page.text);
    assert!(sat(&store).is_empty());
}

// covers: QUA-017
#[tokio::test(flavor = "multi_thread")]
async fn what_is_open_is_what_is_open_at_the_counter_that_was_chosen() {
    let (store, router) = pages(1);
    posted(&store, "counter01", Role::Counter, "本庁、西支所、東支所");
    let cell = permission_key(Role::Counter, "registry.search", "西支所");
    set(&store, &cell, "off");
    set(&store, &rows_key(Role::Counter), "ward");
    let mut clerk = Browser::new(&router);
    clerk.log_in("counter01", PASSWORD).await;
    for (place, search, home) in [
        ("西支所", StatusCode::FORBIDDEN, StatusCode::FORBIDDEN),
        ("東支所", StatusCode::OK, StatusCode::FORBIDDEN),
        ("本庁", StatusCode::OK, StatusCode::OK),
        ("西支所", StatusCode::FORBIDDEN, StatusCode::FORBIDDEN),
    ] {
        sit(&mut clerk, place, "/").await;
        assert_eq!(clerk.get("/search").await.status, search, "{place}");
        assert_eq!(clerk.get(HOME).await.status, home, "{place}");
    }
    // A transfer takes the counter away from whoever sits there.
    posted(&store, "counter01", Role::Counter, "東支所、南支所");
    assert_eq!(clerk.get("/").await.location(), "/me/seat");
    let (status, _, _) = sit(&mut clerk, "西支所", "/").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        clerk.get("/search").await.location(),
        "/me/seat?next=%2Fsearch"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_factor_is_asked_for_whatever_is_chosen() {
    let origin = Origin::read("https://kokuho.example.lg.jp").unwrap();
    let factors = FactorSetup::new(&MasterKey::from_bytes([9; 32]), Some(origin), "港区").unwrap();
    let (store, router) = pages_with(1, Some(factors));
    posted(&store, "counter01", Role::Counter, "西支所、東支所");
    set(&store, &factor_key(Role::Counter), "totp");
    let mut clerk = Browser::new(&router);
    let csrf = clerk.get("/login").await.csrf();
    let fields = [
        ("csrf", csrf.as_str()),
        ("login", "counter01"),
        ("password", PASSWORD),
        ("next", "/"),
    ];
    let seen = clerk.post("/login", &fields).await;
    assert!(
        seen.location().starts_with("/login/second"),
        "{}",
        seen.location()
    );
    assert!(clerk.get("/me/seat").await.location().starts_with("/login"));
}

// covers: QUA-017
#[tokio::test(flavor = "multi_thread")]
async fn what_is_received_is_listed_by_the_counter_that_was_chosen() {
    let (store, router) = pages(4);
    posted(&store, "counter01", Role::Counter, "本庁、西支所、東支所");
    let mut clerk = Browser::new(&router);
    clerk.log_in("counter01", PASSWORD).await;
    let today = day(2026, 6, 15);
    let homes: Vec<i64> = store
        .read(|conn| {
            let text = "select distinct household_id from insured_fact where superseded_at is null order by household_id";
            conn.query_text(text, &[], |row| row.int(0))
        })
        .unwrap();
    let mut expected = Vec::new();
    for (number, (place, home)) in ["西支所", "東支所"].into_iter().zip(homes).enumerate() {
        sit(&mut clerk, place, "/").await;
        let found = store.read(|conn| load_household(conn, home, today, None));
        let leaving = found.unwrap().unwrap().members.last().unwrap().person_id;
        let loss = NewChange::Loss {
            person_id: leaving,
            elsewhere_from: None,
        };
        let event = NewEvent::new("died", day(2026, 6, 10), Some(today), loss);
        let request = serde_json::to_value(Request::of(vec![event])).unwrap();
        let order =
            serde_json::json!({ "request_id": format!("seat-{number}"), "request": request });
        let done = clerk.order("/api/v1/eligibility/register", &order).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.text);
        expected.push((place, leaving));
    }
    for (place, leaving) in &expected {
        let found = store.read(|conn| receptions(conn, today, Some(place)));
        let found = found.unwrap();
        let people: Vec<Option<i64>> = found.iter().map(|one| one.person_id).collect();
        assert_eq!(people, [Some(*leaving)], "{place}");
        let page = clerk
            .get(&format!(
                "/receptions?place={}",
                web::answer::percent(place)
            ))
            .await;
        let here = format!("/people/{leaving}\"");
        assert!(page.text.contains(&here), "{}", page.text);
        for (_, other) in expected.iter().filter(|(other, _)| other != place) {
            assert!(!page.text.contains(&format!("/people/{other}\"")));
        }
    }
    // At first the list is that of the counter one sits at.
    let page = clerk.get("/receptions").await;
    assert!(page.text.contains(&format!("/people/{}\"", expected[1].1)));
    assert!(!page.text.contains(&format!("/people/{}\"", expected[0].1)));
    assert!(
        store
            .read(|conn| receptions(conn, today, Some("本庁")))
            .unwrap()
            .is_empty()
    );
}
