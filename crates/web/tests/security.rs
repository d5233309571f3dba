//! 入口と記録: the way in with two factors, a session that nobody can plant, rows on every page, and nothing personal in the
//! technical log.
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
use common::browser::{Browser, Seen};
use common::city::{CITY, NOW, PASSWORD};
use common::{pages, pages_with};
use law::FiscalYear;
use office::security::Role;
use office::security::factor::FactorSetup;
use office::security::passkey::Origin;
use office::security::totp;
use office::vault::MasterKey;
use sim::{City, Plan};
use std::io::Write;
use std::sync::Mutex;
use tower::ServiceExt;

fn factors() -> Option<FactorSetup> {
    let origin = Origin::read("https://kokuho.example.lg.jp").unwrap();
    Some(FactorSetup::new(&MasterKey::from_bytes([9; 32]), Some(origin), "港区").unwrap())
}

/// A second administrator, and both of them logged in.
async fn administrators(router: &axum::Router) -> [(Browser, String); 2] {
    let mut one = Browser::new(router);
    let csrf = one.log_in("admin01", PASSWORD).await;
    let mut two = Browser::new(router);
    let second = two.log_in("admin02", PASSWORD).await;
    [(one, csrf), (two, second)]
}

/// One proposes, the other agrees.
async fn agree(both: &mut [(Browser, String); 2], number: i64, order: &[(&str, &str)]) {
    let [(one, csrf), (two, second)] = both;
    let mut fields = vec![("csrf", csrf.as_str()), ("reason", "試験")];
    fields.extend(order);
    let seen = one.post("/settings", &fields).await;
    assert_eq!(seen.location(), "/proposals", "{}", seen.text);
    let href = format!("/proposals/{number}");
    let own = one.post(&href, &[("csrf", csrf), ("answer", "yes")]).await;
    assert!(
        own.text.contains("提案した本人は承認できません"),
        "{}",
        own.text
    );
    let seen = two
        .post(&href, &[("csrf", second), ("answer", "yes")])
        .await;
    assert_eq!(seen.location(), "/proposals", "{}", seen.text);
}

async fn password(browser: &mut Browser, login: &str) -> Seen {
    let csrf = browser.get("/login").await.csrf();
    let fields = [
        ("csrf", csrf.as_str()),
        ("login", login),
        ("password", PASSWORD),
        ("next", "/jobs"),
    ];
    browser.post("/login", &fields).await
}

fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    let rest = text.split_once(before).expect(before).1;
    rest.split_once(after).expect(after).0
}

#[tokio::test]
async fn a_first_code_a_registered_generator_and_a_log_in_with_both_factors() {
    let (_store, router) = pages_with(1, factors());
    let mut both = administrators(&router).await;
    agree(
        &mut both,
        1,
        &[("what", "factor"), ("role", "levy"), ("value", "totp")],
    )
    .await;

    let mut clerk = Browser::new(&router);
    let seen = password(&mut clerk, "levy01").await;
    assert_eq!(seen.location(), "/login/second?next=%2Fjobs");
    assert!(
        clerk.get("/jobs").await.location().starts_with("/login"),
        "no session yet"
    );
    let page = clerk.get("/login/second?next=/jobs").await;
    assert!(page.text.contains("登録コード"), "{}", page.text);

    let [(admin, csrf), _] = &mut both;
    let seen = admin.post("/staff/5/code", &[("csrf", csrf)]).await;
    let code = between(&seen.text, "登録コード ", "</h2>").to_owned();
    let csrf = page.csrf();
    let wrong = clerk
        .post(
            "/login/second",
            &[("csrf", &csrf), ("kind", "code"), ("code", "AAAA-BBBB")],
        )
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let csrf = wrong.csrf();
    let seen = clerk
        .post(
            "/login/second",
            &[("csrf", &csrf), ("kind", "code"), ("code", &code)],
        )
        .await;
    assert_eq!(seen.location(), "/me");
    assert_eq!(
        clerk.get("/jobs").await.location(),
        "/me",
        "nothing but the registration"
    );
    assert_eq!(clerk.get("/").await.location(), "/me");

    let csrf = clerk.get("/me").await.csrf();
    let shown = clerk.post("/me/totp/new", &[("csrf", &csrf)]).await;
    assert!(shown.text.contains("<svg class=\"qr\""));
    let typed = between(&shown.text, "<code>", "</code>").replace(' ', "");
    let sealed = between(&shown.text, "name=\"sealed\" value=\"", "\"").to_owned();
    let secret = from_base32(&typed);
    let here = totp::step_of(NOW);
    let order = |code: &str| {
        [
            ("csrf".to_owned(), csrf.clone()),
            ("sealed".to_owned(), sealed.clone()),
            ("code".to_owned(), code.to_owned()),
        ]
    };
    for (code, status) in [
        (
            totp::code(&secret, here + 5),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (totp::code(&secret, here), StatusCode::SEE_OTHER),
    ] {
        let order = order(&code);
        let fields: Vec<(&str, &str)> = order
            .iter()
            .map(|(k, v)| (k.as_str(), v.as_str()))
            .collect();
        assert_eq!(
            clerk.post("/me/totp", &fields).await.status,
            status,
            "{code}"
        );
    }
    assert!(
        clerk.get("/me").await.location().starts_with("/login"),
        "logged in anew"
    );

    password(&mut clerk, "levy01").await;
    for (step, works) in [(here, false), (here + 1, true)] {
        let csrf = clerk.get("/login/second?next=/jobs").await.csrf();
        let code = totp::code(&secret, step);
        let fields = [
            ("csrf", csrf.as_str()),
            ("kind", "totp"),
            ("code", &code),
            ("next", "/jobs"),
        ];
        let seen = clerk.post("/login/second", &fields).await;
        assert_eq!(
            seen.location() == "/jobs",
            works,
            "replayed or not: {}",
            seen.text
        );
    }
    assert_eq!(clerk.get("/jobs").await.status, StatusCode::OK);
}

fn from_base32(text: &str) -> Vec<u8> {
    let (mut held, mut bits, mut bytes) = (0_u32, 0, Vec::new());
    for letter in text.bytes() {
        let value = if letter.is_ascii_digit() {
            letter - b'2' + 26
        } else {
            letter - b'A'
        };
        held = held << 5 | u32::from(value);
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xff).unwrap());
        }
    }
    bytes
}

async fn with_cookie(router: &axum::Router, cookie: &str) -> axum::response::Response {
    let request = Request::get("/")
        .header(header::COOKIE, cookie)
        .body(Body::empty())
        .unwrap();
    router.clone().oneshot(request).await.unwrap()
}

#[tokio::test]
async fn a_planted_session_is_never_taken_over_by_a_log_in() {
    let (_store, router) = pages(1);
    let mut attacker = Browser::new(&router);
    attacker.log_in("viewer01", PASSWORD).await;
    for planted in ["ab".repeat(32), attacker.cookie("kokuho")] {
        let mut victim = Browser::new(&router);
        victim.plant("kokuho", &planted);
        let seen = password(&mut victim, "levy01").await;
        assert_eq!(seen.status, StatusCode::SEE_OTHER);
        let own = victim.cookie("kokuho");
        assert_ne!(own, planted);
        let answer = with_cookie(&router, &format!("kokuho={planted}")).await;
        assert_eq!(
            answer.status(),
            StatusCode::SEE_OTHER,
            "the planted one opens nothing"
        );
        let answer = with_cookie(&router, &format!("kokuho={own}")).await;
        assert_eq!(answer.status(), StatusCode::OK);
    }
}

#[tokio::test]
async fn rows_are_asked_on_every_page_of_a_household_and_a_person() {
    let (_store, router) = pages(1);
    let mut both = administrators(&router).await;
    let mut clerk = Browser::new(&router);
    clerk.log_in("counter01", PASSWORD).await;
    assert_eq!(
        clerk.get("/households/1000001").await.status,
        StatusCode::OK
    );
    let [(admin, csrf), (second, second_csrf)] = &mut both;
    let post = [
        ("csrf", csrf.as_str()),
        ("from", "080601"),
        ("kind", "regular"),
        ("ward", "北区"),
        ("ground", "発令 R8-6"),
        ("role_counter", "1"),
        ("role_eligibility", "1"),
    ];
    // A further role: it waits for the other administrator.
    let seen = admin.post("/staff/2/posts", &post).await;
    assert_eq!(seen.location(), "/proposals", "{}", seen.text);
    let waiting = second.get("/proposals").await.text;
    for part in ["発令 職員2", Role::Eligibility.name_ja(), "北区"] {
        assert!(waiting.contains(part), "{part}: {waiting}");
    }
    let own = [("csrf", csrf.as_str()), ("answer", "yes")];
    let seen = admin.post("/proposals/1", &own).await;
    assert!(seen.text.contains("提案した本人は承認できません"));
    let yes = [("csrf", second_csrf.as_str()), ("answer", "yes")];
    assert_eq!(
        second.post("/proposals/1", &yes).await.location(),
        "/proposals"
    );
    agree(
        &mut both,
        2,
        &[("what", "rows"), ("role", "counter"), ("value", "ward")],
    )
    .await;
    agree(
        &mut both,
        3,
        &[("what", "rows"), ("role", "eligibility"), ("value", "ward")],
    )
    .await;
    let mut asked = 0;
    for (method, path) in web::routes::list() {
        let of_subject = path.contains("/households/{id}") || path.contains("/people/{id}");
        if !of_subject {
            continue;
        }
        let filled = path
            .replace("{id}", "1000001")
            .replace("{year}", "2026")
            .replace("{what}", "unemployment")
            .replace("{kind}", "head")
            .replace("{topic}", "contact");
        let filled = ["{act}", "{event}", "{number}"]
            .iter()
            .fold(filled, |path, place| path.replace(place, "1"));
        let seen = if method == "GET" {
            clerk.get(&filled).await
        } else {
            let csrf = clerk.get("/me").await.csrf();
            clerk.post(&filled, &[("csrf", &csrf)]).await
        };
        assert_eq!(
            seen.status,
            StatusCode::FORBIDDEN,
            "{method} {path}: {}",
            seen.text
        );
        assert!(
            seen.text.contains("担当する区か案件の方ではありません"),
            "{method} {path}"
        );
        asked += 1;
    }
    assert!(asked > 30, "{asked}");
}

// covers: SEC-012
#[tokio::test]
async fn an_administrator_gives_themselves_neither_a_role_nor_a_password() {
    let (store, router) = pages(1);
    let mut admin = Browser::new(&router);
    let csrf = admin.log_in("admin01", PASSWORD).await;
    let number = store
        .read(|conn| {
            let text = "select staff_id from staff where login = 'admin01'";
            conn.query_text(text, &[], |row| row.int(0))
        })
        .unwrap()[0];
    let at = |what: &str| format!("/staff/{number}/{what}");
    assert!(
        !admin
            .get(&format!("/staff/{number}"))
            .await
            .text
            .contains(&at("posts"))
    );
    let all = [
        ("csrf", csrf.as_str()),
        ("from", "080601"),
        ("kind", "regular"),
        ("ground", "発令 R8-6"),
        ("role_administrator", "1"),
        ("role_number_user", "1"),
        ("role_supervisor", "1"),
    ];
    let password = [
        ("csrf", csrf.as_str()),
        ("password", "Eigen-5-quilt-lantern"),
    ];
    for (path, fields) in [
        (at("posts"), &all[..]),
        (at("password"), &password),
        (at("unlock"), &password[..1]),
    ] {
        let seen = admin.post(&path, fields).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        assert!(
            seen.text.contains("別の管理者に依頼"),
            "{path}: {}",
            seen.text
        );
    }
    assert_eq!(admin.get("/staff").await.status, StatusCode::OK);
    assert_ne!(admin.get("/runs").await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_address_is_written_in_its_own_letters() {
    let (_store, router) = pages(1);
    let mut browser = Browser::new(&router);
    let csrf = browser.log_in("counter01", PASSWORD).await;
    let plain = browser.get("/households/1000001").await;
    assert_eq!(plain.status, StatusCode::OK);
    // Whom it is about is read from the address as it came: 1 written as %31 would be about nobody.
    for path in [
        "/households/100000%31",
        "/households/%E4%B8%80",
        "/work/%31",
    ] {
        for seen in [
            browser.get(path).await,
            browser.post(path, &[("csrf", &csrf)]).await,
        ] {
            assert_eq!(
                seen.status,
                StatusCode::BAD_REQUEST,
                "{path}: {}",
                seen.text
            );
            assert!(
                seen.text.contains("画面のリンクから開いてください"),
                "{}",
                seen.text
            );
        }
    }
}

#[tokio::test]
async fn the_pages_of_administration_say_what_is_wrong_and_do_what_is_right() {
    let (_store, router) = pages(1);
    let mut admin = Browser::new(&router);
    let csrf = admin.log_in("admin01", PASSWORD).await;
    for (path, order, id) in [
        (
            "/hours",
            [
                ("role", "levy"),
                ("days", "work"),
                ("from", "25:00"),
                ("until", "17:15"),
            ],
            "from",
        ),
        (
            "/terminals",
            [
                ("address", ""),
                ("name", "1番窓口"),
                ("place", "本庁1階"),
                ("ward", ""),
            ],
            "address",
        ),
        (
            "/permissions",
            [
                ("role", "levy"),
                ("function", "levy.run"),
                ("may", "on"),
                ("reason", ""),
            ],
            "reason",
        ),
        (
            "/settings",
            [
                ("what", "factor"),
                ("role", "levy"),
                ("value", "nothing"),
                ("reason", "試験"),
            ],
            "value",
        ),
        (
            "/staff/2/posts",
            [
                ("from", "080701"),
                ("kind", "migration"),
                ("ground", "契約1"),
                ("last", ""),
            ],
            "last",
        ),
    ] {
        let mut fields = vec![("csrf", csrf.as_str())];
        fields.extend(order);
        let seen = admin.post(path, &fields).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        assert!(
            seen.text.contains(&format!("id=\"{id}-wrong\"")),
            "{path}: {}",
            seen.text
        );
    }
    for (path, order, to) in [
        (
            "/hours",
            [
                ("role", "levy"),
                ("days", "work"),
                ("from", "8:30"),
                ("until", "17:15"),
            ],
            "/hours",
        ),
        (
            "/terminals",
            [
                ("address", "10.0.0.9"),
                ("name", "1番窓口"),
                ("place", "本庁1階"),
                ("wire", "1"),
            ],
            "/terminals",
        ),
        (
            "/permissions",
            [
                ("role", "levy"),
                ("function", "levy.run"),
                ("may", "off"),
                ("reason", "試験"),
            ],
            "/proposals",
        ),
    ] {
        let mut fields = vec![("csrf", csrf.as_str())];
        fields.extend(order);
        assert_eq!(admin.post(path, &fields).await.location(), to, "{path}");
    }
    assert!(admin.get("/hours").await.text.contains("金曜"));
    assert!(admin.get("/terminals").await.text.contains("10.0.0.9"));
    let csv = admin.get("/permissions.csv").await;
    assert!(
        csv.text.starts_with('\u{feff}') && csv.text.contains("本庁,levy.run,賦課処理,賦課担当,可")
    );
    // The record of access is the auditor's, not the administrator's.
    assert_eq!(admin.get("/access-log").await.status, StatusCode::FORBIDDEN);
    let mut auditor = Browser::new(&router);
    auditor.log_in("audit01", PASSWORD).await;
    for path in [
        "/access-log",
        "/alerts",
        "/who-could-see?subject=1000001",
        "/emergencies",
    ] {
        assert_eq!(auditor.get(path).await.status, StatusCode::OK, "{path}");
    }
    assert_eq!(
        auditor.get("/households/1000001").await.status,
        StatusCode::FORBIDDEN
    );
}

static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Kept;

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LOG.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn personal_words() -> Vec<String> {
    let city = City::new(Plan {
        municipality: CITY.to_owned(),
        city: "東京都港区".to_owned(),
        year: FiscalYear(2026),
        households: 1,
        seed: 8,
    })
    .unwrap();
    let mut words = vec![PASSWORD.to_owned()];
    for household in city.households() {
        words.push(household.address.clone());
        for person in &household.people {
            words.push(person.name.clone());
            words.push(person.kana.clone());
            words.push(person.birth_on.to_string());
        }
    }
    words.retain(|word| word.chars().count() > 2);
    words
}

fn found(words: &[String]) -> Vec<String> {
    let log = String::from_utf8_lossy(&LOG.lock().unwrap()).into_owned();
    words
        .iter()
        .filter(|word| log.contains(*word))
        .cloned()
        .collect()
}

#[tokio::test]
async fn nothing_personal_is_in_the_technical_log() {
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(|| Kept)
        .init();
    let (store, router) = pages(1);
    let words = personal_words();
    assert!(words.len() >= 5);
    let mut clerk = Browser::new(&router);
    let csrf = clerk.log_in("shikaku01", PASSWORD).await;
    let name = words[2].clone();
    for path in [
        "/households/1000001".to_owned(),
        "/households/1000001/certificates".to_owned(),
        "/households/1000001/judgement".to_owned(),
        format!("/people/{}", web::answer::percent(&name)),
        "/households/1000001/gain".to_owned(),
    ] {
        clerk.get(&path).await;
    }
    clerk.search(&name).await;
    let typed = [
        ("csrf", csrf.as_str()),
        ("name", name.as_str()),
        ("person", name.as_str()),
    ];
    for (method, path) in web::routes::list() {
        if method == "POST" && !path.contains("logout") && !path.starts_with("/api/") {
            clerk.post(&path.replace("{id}", "1000001"), &typed).await;
        }
    }
    // The store fails in the middle of it: what it says goes into the log.
    let drop = db::Sql {
        name: "test.break",
        text: "drop table household_fact",
    };
    store.write(|conn| conn.execute(&drop, &[])).unwrap();
    let broken = clerk.get("/households/1000001").await;
    assert_eq!(broken.status, StatusCode::INTERNAL_SERVER_ERROR);
    let log = String::from_utf8_lossy(&LOG.lock().unwrap()).into_owned();
    assert!(
        log.contains("request failed"),
        "something was logged: {log}"
    );
    assert_eq!(found(&words), Vec::<String>::new());
    // The same scan finds what is planted.
    tracing::error!(planted = %name, "planted");
    assert_eq!(found(&words), [name]);
}
