//! What guards people and permissions, seen from the pages: the first password, hours, lists and what stands in them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod common;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use common::browser::Browser;
use common::city::PASSWORD;
use common::pages;
use common::routes::filled;
use common::steps::{agreed, person, publish};
use db::Span;
use office::registry::{HouseholdHead, Resident, record, timeline};
use office::security::authorize;
use office::security::login::command_session;
use office::security::permit::RegisterFact;

const GIVEN: &str = "てわたし-Kagi7-Tsukue";
const OWN: &str = "じぶんだけ-Suzume-41";

/// Routes reached by whoever has yet to choose a password: the door, what dresses the page, the change, the way out.
const FIRST: [(&str, &str); 8] = [
    ("GET", "/health"),
    ("GET", "/static/{hash}/{name}"),
    ("GET", "/login"),
    ("POST", "/login"),
    ("GET", "/login/second"),
    ("POST", "/login/second"),
    ("GET", "/me"),
    ("POST", "/me/password"),
];

// covers: SEC-007
#[tokio::test]
async fn whoever_was_given_a_password_reaches_nothing_before_choosing_one() {
    let (_store, router) = pages(1);
    let (mut admin, csrf) = person(&router, "admin01").await;
    let new = [
        ("csrf", csrf.as_str()),
        ("login", "levy09"),
        ("name", "見本 次郎"),
        ("password", GIVEN),
        ("roles", "levy"),
        ("roles", "administrator"),
    ];
    assert_eq!(admin.post("/staff", &new).await.location(), "/proposals");
    agreed(&router, 1).await;
    let mut clerk = Browser::new(&router);
    let door = clerk.get("/login").await.csrf();
    let typed = [
        ("csrf", door.as_str()),
        ("login", "levy09"),
        ("password", GIVEN),
        ("next", "/staff"),
    ];
    assert_eq!(
        clerk.post("/login", &typed).await.status,
        StatusCode::SEE_OTHER
    );
    let own = clerk.get("/me").await;
    assert_eq!(own.status, StatusCode::OK);
    assert!(own.text.contains("action=\"/me/password\"") && own.text.contains("他の人が設定"));
    for other in [
        "action=\"/me/totp",
        "action=\"/me/relations",
        "action=\"/me/emergency",
        "href=\"/staff\"",
    ] {
        assert!(!own.text.contains(other), "{other}");
    }
    let csrf = own.csrf();
    // Every route there is.
    for (method, path) in web::routes::list() {
        if FIRST.contains(&(method, path)) || path == "/logout" {
            continue;
        }
        let address = filled(path);
        let seen = if method == "GET" {
            clerk.get(&address).await
        } else if path.starts_with("/api/") {
            let request = Request::post(address)
                .header(header::CONTENT_TYPE, "application/json")
                .body(Body::from("{}"))
                .unwrap();
            clerk.send(request).await
        } else {
            clerk.post(&address, &[("csrf", csrf.as_str())]).await
        };
        let program = path.starts_with("/api/") || path.ends_with("/progress");
        if program {
            assert_eq!(seen.status, StatusCode::FORBIDDEN, "{method} {path}");
        } else {
            assert_eq!(seen.location(), "/me", "{method} {path} {}", seen.status);
        }
    }
    // The given one again, two that differ, one that was guessed: said beside the field.
    let change = |present: &'static str, new: &'static str, again: &'static str| {
        [
            ("csrf", csrf.clone()),
            ("present", present.to_owned()),
            ("password", new.to_owned()),
            ("again", again.to_owned()),
        ]
    };
    for (present, new, again, part) in [
        (GIVEN, GIVEN, GIVEN, "id=\"password-wrong\""),
        (GIVEN, OWN, PASSWORD, "id=\"again-wrong\""),
        (PASSWORD, OWN, OWN, "id=\"present-wrong\""),
    ] {
        let fields = change(present, new, again);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let seen = clerk.post("/me/password", &fields).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(seen.text.contains(part), "{part}: {}", seen.text);
    }
    let fields = change(GIVEN, OWN, OWN);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
    assert_eq!(
        clerk.post("/me/password", &fields).await.location(),
        "/login?ended=password"
    );
    assert_eq!(clerk.get("/staff").await.location(), "/login?next=%2Fstaff");
    clerk.log_in("levy09", OWN).await;
    assert_eq!(clerk.get("/staff").await.status, StatusCode::OK);
    // Reset by an administrator, the door is narrow again.
    let csrf = admin.get("/staff").await.csrf();
    // After those of the city and the second administrator.
    let account = format!("/staff/{}", common::city::STAFF.len() + 2);
    let reset = [
        ("csrf", csrf.as_str()),
        ("password", "まただれか-Tsubame-8"),
    ];
    admin.post(&format!("{account}/password"), &reset).await;
    assert_eq!(clerk.get("/staff").await.location(), "/login?next=%2Fstaff");
    let door = clerk.get("/login").await.csrf();
    let typed = [
        ("csrf", door.as_str()),
        ("login", "levy09"),
        ("password", "まただれか-Tsubame-8"),
        ("next", "/staff"),
    ];
    clerk.post("/login", &typed).await;
    assert_eq!(clerk.get("/staff").await.location(), "/me");
}

// covers: SEC-010
#[tokio::test]
async fn hours_are_laid_down_from_a_day_on_and_the_page_shows_what_was_and_what_comes() {
    let (_store, router) = pages(1);
    let (mut admin, csrf) = person(&router, "admin01").await;
    let set = |since: &'static str, until: &'static str| {
        [
            ("csrf", csrf.clone()),
            ("role", "levy".to_owned()),
            ("days", "1".to_owned()),
            ("from", "8:30".to_owned()),
            ("until", until.to_owned()),
            ("since", since.to_owned()),
        ]
    };
    for (since, until) in [("", "17:15"), ("R8.7.1", "19:00")] {
        let fields = set(since, until);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
        assert_eq!(admin.post("/hours", &fields).await.location(), "/hours");
    }
    let page = admin.get("/hours").await.text;
    for part in [
        "8:30〜17:15",
        "8:30〜19:00",
        "これから",
        "改めた",
        "見本 システム管理者",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    for wrong in ["R8.6.14", "いつか"] {
        let fields = set(wrong, "20:00");
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let seen = admin.post("/hours", &fields).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            seen.text.contains("適用する日") && seen.text.contains("id=\"since-wrong\""),
            "{}",
            seen.text
        );
    }
    // Monday the 15th of June, ten o'clock: still the earlier hours.
    let mut clerk = Browser::new(&router);
    clerk.log_in("levy01", PASSWORD).await;
}

/// The head of a household lives in a ward from the first of June on; the name.
fn moves_to(store: &db::Store, household: i64, ward: &str) -> String {
    store
        .write(|conn| {
            let clerk = command_session(conn, "levy01", "test", 0)?;
            let permit = authorize::<RegisterFact>(&clerk)?;
            let acting = clerk.acting("試験", law::day(2026, 6, 1), common::city::NOW, None);
            let details = office::acts::ActDetails::default();
            let act = office::acts::begin(conn, &acting, &permit, "registry.register", &details)?;
            let heads = timeline::<HouseholdHead>(conn, household, None)?;
            let head = heads.last().unwrap().fact.head_person_id;
            let mut resident = timeline::<Resident>(conn, head, None)?.pop().unwrap().fact;
            ward.clone_into(&mut resident.ward);
            record(
                conn,
                &act,
                head,
                Span::since(law::day(2026, 6, 1)),
                &resident,
            )?;
            Ok::<_, office::OfficeError>(resident.name)
        })
        .unwrap()
}

/// Whoever belongs to another household than the first.
fn names(store: &db::Store) -> Vec<String> {
    store
        .read(|conn| {
            let text = "select distinct name from resident_fact r where not exists (select 1 from insured_fact i \
                        where i.subject = r.subject and i.household_id = 1000001) order by name";
            conn.query_text(text, &[], |row| row.text(0))
        })
        .unwrap()
}

/// The first address on a page that begins so.
fn link(text: &str, start: &str) -> String {
    let rest = text.split_once(&format!("href=\"{start}")).expect(start).1;
    let rest = rest.split('"').next().unwrap().replace("&amp;", "&");
    format!("{start}{}", rest.replace("&#38;", "&"))
}

// covers: SEC-024
#[tokio::test]
async fn searches_and_lists_show_no_row_that_could_not_be_opened() {
    let (store, router) = pages(8);
    publish(&router, &store).await;
    let (mut admin, csrf) = person(&router, "admin01").await;
    let (mut second, second_csrf) = person(&router, "admin02").await;
    let own_name = moves_to(&store, 1_000_001, "北区");
    let others: Vec<String> = names(&store)
        .into_iter()
        .filter(|name| *name != own_name)
        .collect();
    let (mut clerk, clerk_csrf) = person(&router, "levy01").await;
    let freeze = [("csrf", clerk_csrf.as_str()), ("request_id", "tally-1")];
    assert_eq!(
        clerk.post("/runs/1/tally", &freeze).await.status,
        StatusCode::SEE_OTHER
    );
    let run = clerk.get("/runs/1").await.text;
    assert!(run.contains(&own_name) && others.iter().any(|name| run.contains(name)));
    let notices = link(&clerk.get("/notices").await.text, "/notices?");
    let lists = [
        "/runs/1".to_owned(),
        link(&run, "/runs/1/tally?"),
        notices,
        "/what-if".to_owned(),
    ];
    for path in &lists {
        assert!(!clerk.get(path).await.text.contains("担当外"), "{path}");
    }
    // From now on: 北区 alone.
    let post = [
        ("csrf", csrf.as_str()),
        ("from", "080601"),
        ("kind", "regular"),
        ("ward", "北区"),
        ("ground", "発令 R8-6"),
        ("role_levy", "1"),
    ];
    assert_eq!(
        admin.post("/staff/5/posts", &post).await.location(),
        "/staff/5"
    );
    let rule = [
        ("csrf", csrf.as_str()),
        ("reason", "試験"),
        ("what", "rows"),
        ("role", "levy"),
        ("value", "ward"),
    ];
    assert_eq!(
        admin.post("/settings", &rule).await.location(),
        "/proposals"
    );
    let agreed = [("csrf", second_csrf.as_str()), ("answer", "yes")];
    assert_eq!(
        second.post("/proposals/1", &agreed).await.location(),
        "/proposals"
    );
    for path in &lists {
        let seen = clerk.get(path).await;
        assert_eq!(seen.status, StatusCode::OK, "{path}");
        for name in &others {
            assert!(!seen.text.contains(name.as_str()), "{path} shows {name}");
        }
        if path != "/what-if" {
            assert!(
                seen.text.contains("担当外") && seen.text.contains("担当する区か案件の方ではない"),
                "{path}"
            );
        }
    }
    assert!(clerk.get("/runs/1").await.text.contains(&own_name));
    assert_eq!(
        clerk.get("/households/1000001").await.status,
        StatusCode::OK
    );
    // Each of the others, searched for by name: that there is one, and nothing else.
    let mut closed = 0;
    for name in &others {
        let seen = clerk.search(name).await;
        assert_eq!(seen.status, StatusCode::OK, "{name}");
        let table = seen.text.split_once("<tbody>").map_or("", |(_, rest)| rest);
        assert!(
            !table.contains(name.as_str()) && !table.contains("/households/1000002"),
            "{table}"
        );
        closed += usize::from(table.contains("担当外"));
        let told = clerk.search_api(name).await;
        assert!(!told.text.contains(name.as_str()), "{}", told.text);
        assert!(told.headers["kokuho-closed-rows"] != "0");
    }
    assert!(closed > 5, "{closed} of {}", others.len());
    let own = clerk.search(&own_name).await;
    assert_eq!(own.location(), "/households/1000001");
}
