//! The pages of individual numbers: a purpose and a case first, one number at a time, two people for what does not fit, and
//! no digit anywhere else.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod common;

use axum::Router;
use axum::http::StatusCode;
use common::browser::{Browser, Seen};
use common::city;
use common::numbers::{Lots, empty_vault};
use common::steps::{again, person};
use db::testing::TestStore;
use web::App;

struct Pages {
    store: TestStore,
    _kept: TestStore,
    router: Router,
}

fn pages() -> Pages {
    let (store, office) = city::office(3);
    let (kept, vault) = empty_vault();
    let router = web::router(App::with_vault(city::config(), office, Some(vault)));
    Pages {
        store,
        _kept: kept,
        router,
    }
}

/// Two people of the city.
fn two(store: &db::Store) -> [i64; 2] {
    let ids = store
        .read(|conn| {
            conn.query_text(
                "select person_id from person order by person_id",
                &[],
                |row| row.int(0),
            )
        })
        .unwrap();
    [ids[0], ids[1]]
}

async fn register(browser: &mut Browser, csrf: &str, id: i64, number: &str) -> Seen {
    let fields = [
        ("csrf", csrf),
        ("do", "register"),
        ("number", number),
        ("source", "form"),
        ("giver", "person"),
        ("evidence", "card"),
        ("form", "資格取得届 受付8-101"),
        ("checked", "1"),
    ];
    browser.post(&format!("/number/people/{id}"), &fields).await
}

fn acts(store: &db::Store) -> Vec<(String, String, String)> {
    store
        .read(|conn| {
            conn.query_text(
                "select kind, purpose, note from act where kind like 'number.%' order by act_id",
                &[],
                |row| Ok((row.text(0)?, row.text(1)?, row.text(2)?)),
            )
        })
        .unwrap()
}

// covers: ADR-012, ADR-014, ADR-015, ADR-018, ADR-020, SEC-019, SEC-020, SEC-028
#[tokio::test]
async fn a_number_is_registered_found_compared_and_shown_for_a_purpose_and_a_case() {
    let pages = pages();
    let number = Lots::new(1).number();
    let [one, _] = two(&pages.store);
    let (mut clerk, csrf) = person(&pages.router, "bango01").await;
    let csrf = csrf.as_str();
    let page = format!("/number/people/{one}");

    // Without the evidence or the checklist nothing is registered.
    let bare = [
        ("csrf", csrf),
        ("do", "register"),
        ("number", number.as_str()),
    ];
    let refused = clerk.post(&page, &bare).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        !refused.text.contains(&number),
        "what was typed is not shown again"
    );
    let mut wrong = number.clone().into_bytes();
    wrong[11] = if wrong[11] == b'9' {
        b'0'
    } else {
        wrong[11] + 1
    };
    let wrong = String::from_utf8(wrong).unwrap();
    let refused = register(&mut clerk, csrf, one, &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("検査用数字") && !refused.text.contains(&wrong));
    assert_eq!(acts(&pages.store), []);
    // The form carries a token, so that a double click registers once.
    let form = clerk.get(&page).await.text;
    let form = form
        .split("<form")
        .find(|form| form.contains("value=\"register\""));
    assert!(form.unwrap().contains("name=\"request_id\" value=\""));
    let done = register(&mut clerk, csrf, one, &number).await;
    assert!(done.text.contains("登録しました"), "{}", done.text);
    assert!(!done.text.contains(&number) && done.text.contains("個人番号カード"));

    // Found only under a purpose and a case; the address of the answer holds no digit of it.
    let case = [("purpose", "form"), ("case", "受付8-102")];
    for missing in [0, 1] {
        let mut fields = vec![("csrf", csrf), ("number", number.as_str())];
        fields.push(case[missing]);
        let refused = clerk.post("/number", &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!refused.text.contains(&number));
    }
    // A purpose that is not on the list joins nothing.
    let fields = [
        ("csrf", csrf),
        ("number", number.as_str()),
        ("purpose", "statistics"),
        case[1],
    ];
    let refused = clerk.post("/number", &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("利用目的を選んでください"));
    let fields = [
        ("csrf", csrf),
        ("number", number.as_str()),
        case[0],
        case[1],
    ];
    let found = clerk.post("/number", &fields).await;
    assert_eq!(found.location(), page, "{}", found.text);
    let last = acts(&pages.store).pop().unwrap();
    assert_eq!(last.0, "number.find");
    let looks = pages
        .store
        .read(|conn| office::security::access::latest(conn, 2))
        .unwrap();
    for (line, what) in looks.iter().zip(["number.use", "number.find"]) {
        assert_eq!((line.what.as_str(), line.subject), (what, Some(one)));
    }
    assert!(
        last.1.contains("特定") && last.2.contains("受付8-102"),
        "{last:?}"
    );

    // Compared without being shown; shown once, on order.
    let compare = |given: String| {
        let fields = [
            ("csrf", csrf.to_owned()),
            ("do", "confirm".to_owned()),
            ("purpose", "identity".to_owned()),
            ("case", "窓口8-7".to_owned()),
            ("presented", given),
        ];
        fields.to_vec()
    };
    for (given, said) in [
        (number.clone(), "同じです"),
        (Lots::new(2).number(), "違います"),
    ] {
        let fields = compare(given);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (*a, b.as_str())).collect();
        let seen = clerk.post(&page, &fields).await;
        assert!(
            seen.text.contains(said) && !seen.text.contains(&number),
            "{}",
            seen.text
        );
    }
    let plain = clerk.get(&page).await;
    assert!(plain.text.contains("届出") && !plain.text.contains(&number));
    let fields = [
        ("csrf", csrf),
        ("do", "show"),
        ("purpose", "linkage"),
        ("case", "照会8-3"),
    ];
    let shown = clerk.post(&page, &fields).await;
    assert_eq!(shown.text.matches(&number).count(), 1, "{}", shown.text);
    assert_eq!(shown.headers["cache-control"], "no-store");
    for (_, purpose, note) in acts(&pages.store) {
        assert!(!purpose.contains(&number) && !note.contains(&number));
    }

    // Who has no such function gets nowhere near.
    for login in ["counter01", "levy01", "viewer01", "admin01"] {
        let (mut other, csrf) = person(&pages.router, login).await;
        let fields = [
            ("csrf", csrf.as_str()),
            ("do", "show"),
            ("purpose", "linkage"),
            ("case", "照会8-3"),
        ];
        assert_eq!(
            other.get(&page).await.status,
            StatusCode::FORBIDDEN,
            "{login}"
        );
        assert_eq!(
            other.post(&page, &fields).await.status,
            StatusCode::FORBIDDEN
        );
        let fields = [
            ("csrf", csrf.as_str()),
            ("number", number.as_str()),
            case[0],
            case[1],
        ];
        assert_eq!(
            other.post("/number", &fields).await.status,
            StatusCode::FORBIDDEN
        );
        assert!(!other.get("/").await.text.contains("href=\"/number\""));
    }
    // A number typed into the ordinary search finds nobody.
    let (mut counter, _) = person(&pages.router, "counter01").await;
    for by_program in [false, true] {
        let seen = if by_program {
            counter.search_api(&number).await
        } else {
            counter.search(&number).await
        };
        assert_eq!(
            seen.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{}",
            seen.text
        );
        assert!(seen.text.contains("個人番号では検索できません") && !seen.text.contains(&number));
        let latest = pages
            .store
            .read(|conn| office::security::access::latest(conn, 3))
            .unwrap();
        let refused = latest
            .iter()
            .any(|line| (line.what.as_str(), line.outcome.as_str()) == ("number.use", "refused"));
        assert!(refused, "{latest:?}");
    }
}

// covers: ADR-016, ADR-017, ADR-021, SEC-041, SEC-042, SEC-046
#[tokio::test]
async fn what_does_not_fit_is_worked_off_by_two_people_on_the_list() {
    let pages = pages();
    let mut lots = Lots::new(3);
    let (first, second) = (lots.number(), lots.number());
    let [one, two] = two(&pages.store);
    let (mut clerk, csrf) = person(&pages.router, "bango01").await;
    let (mut chief, chief_csrf) = person(&pages.router, "bango02").await;
    register(&mut clerk, &csrf, one, &first).await;
    let same = register(&mut clerk, &csrf, two, &first).await;
    assert!(same.text.contains("まだ紐付けていません"), "{}", same.text);
    let other = register(&mut clerk, &csrf, one, &second).await;
    assert!(other.text.contains("同一人に異なる番号"), "{}", other.text);
    let blank = register(&mut clerk, &csrf, two, "").await;
    assert!(blank.text.contains("番号が空白"), "{}", blank.text);
    let list = clerk.get("/number/links").await;
    for word in ["同一番号が他の者", "同一人に異なる番号", "番号が空白"] {
        assert!(list.text.contains(word), "{word}: {}", list.text);
    }
    assert!(!list.text.contains(&first) && !list.text.contains(&second));

    // While it waits the number is not used for anything else.
    let fields = [
        ("csrf", csrf.as_str()),
        ("do", "show"),
        ("purpose", "linkage"),
        ("case", "照会8-3"),
    ];
    let seen = clerk.post(&format!("/number/people/{one}"), &fields).await;
    assert!(
        seen.text.contains("確認リスト") && !seen.text.contains(&first),
        "{}",
        seen.text
    );

    let row = "/number/links/2";
    let propose = [
        ("csrf", csrf.as_str()),
        ("do", "propose"),
        ("outcome", "link"),
        ("reason", "住基ネットで新しい番号を確かめた"),
    ];
    let without = [
        ("csrf", csrf.as_str()),
        ("do", "propose"),
        ("outcome", "link"),
        ("reason", ""),
    ];
    assert_eq!(
        clerk.post(row, &without).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(
        clerk.post(row, &propose).await.status,
        StatusCode::SEE_OTHER
    );
    let seen = chief.get(row).await.seen();
    let agree = |csrf, seen| [("csrf", csrf), ("do", "agree"), ("seen", seen)];
    let own = clerk.post(row, &agree(&csrf, &seen)).await;
    assert_eq!(own.status, StatusCode::FORBIDDEN);
    // What was not seen, or is no longer what was seen, is not agreed to.
    for stale in ["", "0"] {
        let refused = chief.post(row, &agree(&chief_csrf, stale)).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
    }
    let theirs = chief.post(row, &agree(&chief_csrf, &seen)).await;
    assert_eq!(theirs.status, StatusCode::SEE_OTHER, "{}", theirs.text);
    assert!(chief.get(row).await.text.contains("解消済"));

    // The new number leads to the person, the old one as an old one.
    let find = |number: &str| {
        vec![
            ("csrf".to_owned(), csrf.clone()),
            ("purpose".to_owned(), "form".to_owned()),
            ("case".to_owned(), "受付8-104".to_owned()),
            ("number".to_owned(), number.to_owned()),
        ]
    };
    let fields = find(&second);
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    assert_eq!(
        clerk.post("/number", &fields).await.location(),
        format!("/number/people/{one}")
    );
    let fields = find(&first);
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    assert!(
        clerk
            .post("/number", &fields)
            .await
            .text
            .contains("以前の番号")
    );
}

// covers: ADR-019
#[tokio::test]
async fn the_network_is_asked_by_four_items_or_three_with_the_address() {
    let pages = pages();
    let [one, _] = two(&pages.store);
    let (mut clerk, csrf) = person(&pages.router, "bango01").await;
    let page = format!("/number/people/{one}");
    for (ticked, allowed) in [
        (vec!["by_name", "by_birth"], false),
        (vec!["by_name", "by_birth", "by_sex"], false),
        (vec!["by_name", "by_birth", "by_address"], true),
        (vec!["by_name", "by_birth", "by_sex", "by_address"], true),
    ] {
        let mut fields = vec![
            ("csrf", csrf.as_str()),
            ("do", "query"),
            ("asking_case", "受付8-105"),
        ];
        fields.extend(ticked.iter().map(|name| (*name, "1")));
        let seen = clerk.post(&page, &fields).await;
        assert_eq!(
            seen.status.is_success(),
            allowed,
            "{ticked:?} {}",
            seen.text
        );
        if allowed {
            assert!(
                seen.headers["content-disposition"]
                    .to_str()
                    .unwrap()
                    .contains("attachment")
            );
            assert_eq!(seen.text.lines().count(), 2, "{}", seen.text);
        }
    }
    assert!(clerk.get(&page).await.text.contains("受付8-105"));
}

/// Registers somebody of no register; answers the 宛名番号.
async fn outsider(clerk: &mut Browser, csrf: &str, name: &str, birth_on: &str) -> i64 {
    let typed = [
        ("csrf", csrf),
        ("name", name),
        ("kana", "ミホン"),
        ("birth_on", birth_on),
        ("sex", "1"),
        ("address", "神奈川県川崎市見本町1番地"),
        ("from", "R8.6.15"),
        ("do", "preview"),
    ];
    let shown = clerk.post("/people/new", &typed).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    let done = clerk.post("/people/new", &again(&shown, "confirm")).await;
    let result = clerk.get(done.location()).await;
    let links = result.text.split("href=\"/people/").skip(1);
    let mut numbers = links.filter_map(|rest| rest.split('"').next()?.parse().ok());
    numbers.next().expect(name)
}

// covers: SYS-013
#[tokio::test]
async fn a_new_person_gets_a_number_of_their_own_and_one_link() {
    let pages = pages();
    let count = || {
        let people = "select count(*) from person";
        let read = |conn: &mut db::Conn| conn.query_text(people, &[], |row| row.int(0));
        pages.store.read(read).unwrap()[0]
    };
    let before = count();
    let (mut counter, csrf) = person(&pages.router, "counter01").await;
    let one = outsider(&mut counter, &csrf, "見本　一", "S50.1.2").await;
    let two = outsider(&mut counter, &csrf, "見本　二", "S60.3.4").await;
    assert_ne!(one, two);
    assert_eq!(count(), before + 2);
    let (mut clerk, csrf) = person(&pages.router, "bango01").await;
    let number = Lots::new(13).number();
    let done = register(&mut clerk, &csrf, one, &number).await;
    assert!(done.text.contains("登録しました"), "{}", done.text);
    let taken = register(&mut clerk, &csrf, two, &number).await;
    assert!(
        taken.text.contains("まだ紐付けていません"),
        "{}",
        taken.text
    );
    let find = [
        ("csrf", csrf.as_str()),
        ("number", number.as_str()),
        ("purpose", "form"),
        ("case", "受付8-103"),
    ];
    let found = clerk.post("/number", &find).await;
    assert_eq!(found.status, StatusCode::SEE_OTHER, "{}", found.text);
    let page = clerk.get(found.location()).await;
    assert!(page.text.contains("見本　一"), "{}", page.text);
    assert!(!page.text.contains("見本　二"), "{}", page.text);
}

// covers: ADR-020, SEC-028
#[tokio::test]
async fn a_number_typed_into_any_other_form_is_refused_recorded_and_kept_nowhere() {
    let pages = pages();
    let number = Lots::new(7).number();
    let [one, _] = two(&pages.store);
    let (mut clerk, csrf) = person(&pages.router, "shikaku01").await;
    let refused = |store: &db::Store| {
        let text = "select count(*) from access_log where outcome = 'refused'";
        let all = store.read(|conn| conn.query_text(text, &[], |row| row.int(0)));
        all.unwrap()[0]
    };
    let wide: String = number
        .chars()
        .map(|digit| char::from_u32(u32::from(digit) - 0x30 + 0xFF10).unwrap())
        .collect();
    for page in [
        format!("/people/{one}/keep/contact"),
        format!("/people/{one}/movement/record"),
        "/bulk/town".to_owned(),
    ] {
        for (field, text) in [
            ("remark", format!("番号 {number}")),
            ("note", format!("番号は{wide}と聞いた")),
            ("reason", number.clone()),
        ] {
            let before = refused(&pages.store);
            let fields = [("csrf", csrf.as_str()), ("do", "preview"), (field, &text)];
            let seen = clerk.post(&page, &fields).await;
            assert_eq!(
                seen.status,
                StatusCode::UNPROCESSABLE_ENTITY,
                "{page} {field}"
            );
            assert!(
                seen.text.contains("番号は番号の欄にだけ"),
                "{page}: {}",
                seen.text
            );
            assert!(!seen.text.contains(text.as_str()), "{page} {field}");
            assert_eq!(refused(&pages.store), before + 1, "{page} {field}");
        }
    }
}
