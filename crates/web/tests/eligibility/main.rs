//! 資格 through the pages: a family moves in, one leaves, a head follows, and everything can be taken back.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "../common/mod.rs"]
mod common;
mod days;
mod nationality;

use axum::http::StatusCode;
use common::browser::{Browser, Seen};
use common::pages;
use common::steps::{again, person, publish};
use db::{Span, Store};
use law::day;
use office::eligibility::open_proposals;
use office::registry::{
    FormerInsured, InsuredSpan, Resident, Sex, Status, load_household, record_person, timeline,
};
use office::security::authorize;
use office::security::login::command_session;
use office::security::permit::RegisterResident;
use office::worklist::{Candidate, Filter, Item, list};
use office::{OfficeError, acts};

const FAMILY: [(i64, &str, &str, &str, &str); 4] = [
    (
        9_000_001,
        "見本　一郎",
        "ミホン　イチロウ",
        "02",
        "1985-04-02",
    ),
    (
        9_000_002,
        "見本　花子",
        "ミホン　ハナコ",
        "12",
        "1987-08-09",
    ),
    (
        9_000_003,
        "見本　太郎",
        "ミホン　タロウ",
        "20",
        "2015-01-05",
    ),
    (
        9_000_004,
        "見本　次郎",
        "ミホン　ジロウ",
        "20",
        "2021-12-24",
    ),
];

/// A family in the residents' register, insured nowhere.
fn move_in(store: &Store) {
    store
        .write(|conn| {
            let session = command_session(conn, "counter01", "test", 0)?;
            let acting = session.acting("試験", day(2026, 6, 15), common::city::NOW, None);
            let permit = authorize::<RegisterResident>(&session)?;
            let details = acts::ActDetails::default();
            let act = acts::begin(conn, &acting, &permit, "registry.register", &details)?;
            for (id, name, kana, relationship, birth_on) in FAMILY {
                let resident = Resident {
                    status: Status::Resident,
                    name: name.to_owned(),
                    kana: kana.to_owned(),
                    latin_name: None,
                    alias: None,
                    former_surname: None,
                    birth_on: birth_on.parse().unwrap(),
                    birth_unknown: false,
                    sex: Sex::Unknown,
                    register_household: Some(777),
                    relationship: relationship.to_owned(),
                    postal_code: "1050001".to_owned(),
                    address: "東京都港区虎ノ門一丁目1番1号".to_owned(),
                    building: String::new(),
                    ward: String::new(),
                    resident_since: Some(day(2026, 6, 1)),
                    withheld: false,
                };
                record_person(conn, &act, id, 1, Span::since(day(2026, 6, 1)), &resident)?;
            }
            Ok::<_, OfficeError>(())
        })
        .unwrap();
}

/// Registers the family and answers where it is now.
async fn join(clerk: &mut Browser, csrf: &str) -> String {
    let found = clerk.search("ミホン イチロウ").await;
    assert!(found.text.contains("/people/9000001"), "{}", found.text);
    let page = clerk.get("/people/9000001").await;
    assert!(
        page.text.contains("見本　花子、見本　太郎、見本　次郎"),
        "{}",
        page.text
    );
    assert!(page.text.contains("/people/9000001/gain"));
    let path = "/people/9000001/gain";
    let form = clerk.get(path).await;
    for (id, ..) in FAMILY {
        assert!(
            form.text
                .contains(&format!("name=\"join_{id}\" value=\"1\"")),
            "{}",
            form.text
        );
    }
    let mut typed = vec![
        ("csrf", csrf),
        ("cause", "01"),
        ("occurred_on", "080601"),
        ("reported_on", "R8.6.15"),
        ("target", "new"),
        ("head", "9000001"),
        ("join_9000001", "1"),
        ("join_9000002", "1"),
        ("join_9000003", "1"),
        ("join_9000004", "1"),
    ];
    // One code, three causes: asked, never guessed.
    let asked = clerk.post(path, &typed).await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
    let (_, choices) = asked.text.split_once("01には次の事由があります。").unwrap();
    let letter = choices
        .split(" 県外からの転入")
        .next()
        .unwrap()
        .rsplit('、')
        .next()
        .unwrap();
    typed[1] = ("cause", letter);
    let shown = clerk.post(path, &typed).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    for words in [
        "県外からの転入",
        "見本　次郎",
        "国保情報集約システム",
        "確かめる書類",
        "（4人）",
        "負担区分の変更",
        "証の交付と回収",
    ] {
        assert!(shown.text.contains(words), "{words}: {}", shown.text);
    }
    let done = clerk.post(path, &again(&shown, "confirm")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let result = clerk.get(done.location()).await;
    result.location().to_owned()
}

// covers: QUA-001, QUA-005
#[tokio::test(flavor = "multi_thread")]
async fn a_family_of_four_joins_and_the_first_year_is_read_out() {
    let (store, router) = pages(4);
    publish(&router, &store).await;
    move_in(&store);
    let (mut clerk, csrf) = person(&router, "counter01").await;
    let home = join(&mut clerk, &csrf).await;
    let page = clerk.get(&home).await;
    assert!(
        page.text.contains("資格異動の登録を行いました"),
        "{}",
        page.text
    );
    assert!(page.text.contains("見本　次郎"));
    let household: i64 = home
        .trim_start_matches("/households/")
        .split('?')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    let found = store
        .read(|conn| load_household(conn, household, day(2026, 6, 15), None))
        .unwrap()
        .unwrap();
    assert_eq!(found.members.len(), 4);
    assert_eq!(found.head.unwrap().fact.head_person_id, 9_000_001);
    // The first year's amount is on the levy page, with its reasons.
    let levy = clerk
        .get(&format!("/households/{household}/levy/2026"))
        .await;
    assert!(levy.text.contains("class=\"total\""), "{}", levy.text);
    assert!(
        !levy.text.contains("合いません"),
        "the reasons give the amount"
    );
    let register = clerk
        .get(&format!("/households/{household}/register"))
        .await;
    assert!(register.text.contains("世帯の設定"), "{}", register.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_loss_is_shown_carried_out_and_taken_back_by_who_may() {
    let (store, router) = pages(4);
    publish(&router, &store).await;
    move_in(&store);
    let (mut clerk, csrf) = person(&router, "shikaku01").await;
    let home = join(&mut clerk, &csrf).await;
    let household = home
        .trim_start_matches("/households/")
        .split('?')
        .next()
        .unwrap()
        .to_owned();
    let path = format!("/households/{household}/loss");
    let typed = [
        ("csrf", csrf.as_str()),
        ("cause", "42"),
        ("occurred_on", "R8.6.10"),
        ("reported_on", "R8.6.15"),
        ("leave_9000002", "1"),
    ];
    let shown = clerk.post(&path, &typed).await;
    let (shown, cause) = if shown.status == StatusCode::OK {
        (shown, "42")
    } else {
        // 42 has more than one cause.
        let (_, choices) = shown
            .text
            .split_once("42には次の事由があります。")
            .expect(&shown.text);
        let letter = choices.split(" 社会保険・共済への加入").next().unwrap();
        let letter = letter.rsplit('、').next().unwrap().to_owned();
        let mut typed = typed;
        typed[1] = ("cause", letter.as_str());
        (clerk.post(&path, &typed).await, "42a")
    };
    assert_eq!(shown.status, StatusCode::OK, "{cause}: {}", shown.text);
    let done = clerk.post(&path, &again(&shown, "confirm")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let spans = || {
        store
            .read(|conn| timeline::<InsuredSpan>(conn, 9_000_002, None))
            .unwrap()
    };
    assert_eq!(
        spans()[0].valid.until,
        Some(day(2026, 6, 11)),
        "the day after"
    );
    let page = clerk.get(done.location()).await;
    let page = clerk.get(page.location()).await;
    let act = page
        .text
        .split("/undo-events/")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let undo = format!("/households/{household}/undo-events/{act}");

    // The counter has no right to take it back.
    let (mut counter, _) = person(&router, "counter01").await;
    assert_eq!(counter.get(&undo).await.status, StatusCode::FORBIDDEN);

    let bare = clerk
        .post(&undo, &[("csrf", &csrf), ("do", "preview")])
        .await;
    assert!(bare.text.contains("note-wrong"), "a reason is asked for");
    let wish = [
        ("csrf", csrf.as_str()),
        ("do", "preview"),
        ("note", "別人の届出だった"),
    ];
    let shown = clerk.post(&undo, &wish).await;
    assert!(shown.text.contains("この処理を取り消す"), "{}", shown.text);
    let taken = clerk.post(&undo, &again(&shown, "confirm")).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text);
    if store.read(open_proposals).unwrap().is_empty() {
        assert_eq!(spans()[0].valid.until, None);
    } else {
        // A second person is asked for.
        let (mut chief, chief_csrf) = person(&router, "shikaku02").await;
        let list = chief.get("/approvals").await;
        assert!(list.text.contains("/approvals/1"), "{}", list.text);
        let one = chief.get("/approvals/1").await;
        assert!(one.text.contains("承認する"), "{}", one.text);
        let form = again(&one, "approve");
        let _ = chief_csrf;
        assert_eq!(
            chief.post("/approvals/1", &form).await.location(),
            "/approvals/1"
        );
        assert_eq!(spans()[0].valid.until, None);
    }
}

// covers: QUA-006, QUA-008
#[tokio::test(flavor = "multi_thread")]
async fn households_split_and_get_another_head() {
    let (store, router) = pages(4);
    publish(&router, &store).await;
    move_in(&store);
    let (mut clerk, csrf) = person(&router, "counter01").await;
    let home = join(&mut clerk, &csrf).await;
    let household = home
        .trim_start_matches("/households/")
        .split('?')
        .next()
        .unwrap()
        .to_owned();
    let path = format!("/households/{household}/change/head");
    let typed = [
        ("csrf", csrf.as_str()),
        ("occurred_on", "R8.6.14"),
        ("reported_on", "R8.6.15"),
        ("head", "9000002"),
    ];
    let shown = clerk.post(&path, &typed).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    let done = clerk.post(&path, &again(&shown, "confirm")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    // The same head once more is no change.
    let told = clerk.post(&path, &typed).await;
    assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(told.text.contains("id=\"head-wrong\""), "{}", told.text);
    let path = format!("/households/{household}/change/split");
    // 法76条: the head who parts is followed by somebody who stays.
    for successor in ["", "9000002"] {
        let typed = [
            ("csrf", csrf.as_str()),
            ("occurred_on", "R8.6.15"),
            ("reported_on", "R8.6.15"),
            ("head", "9000002"),
            ("leave_9000002", "1"),
            ("successor", successor),
        ];
        let told = clerk.post(&path, &typed).await;
        assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
        let beside = told.text.contains("id=\"successor-wrong\"");
        assert!(beside, "{successor}: {}", told.text);
    }
    let typed = [
        ("csrf", csrf.as_str()),
        ("occurred_on", "R8.6.15"),
        ("reported_on", "R8.6.15"),
        ("head", "9000001"),
        ("leave_9000001", "1"),
        ("successor", ""),
    ];
    let shown = clerk.post(&path, &typed).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    let done = clerk.post(&path, &again(&shown, "confirm")).await;
    let done = clerk.get(done.location()).await;
    assert_ne!(
        done.location().split('?').next().unwrap(),
        format!("/households/{household}")
    );
    let own = household.parse().unwrap();
    let left = store
        .read(|conn| load_household(conn, own, day(2026, 6, 15), None))
        .unwrap()
        .unwrap();
    assert_eq!(left.members.len(), 3);
    assert_eq!(left.head.unwrap().fact.head_person_id, 9_000_002);
}

/// 令29条の7第2項8号イ・規則4条: the slip of the former municipality leads to the page, which names the day before the loss; the
/// standing begins there and ends there.
// covers: QUA-021
#[tokio::test(flavor = "multi_thread")]
async fn a_former_insured_is_taken_over_by_the_slip_and_ended_on_its_own_page() {
    let (store, router) = pages(4);
    publish(&router, &store).await;
    move_in(&store);
    let (mut clerk, csrf) = person(&router, "counter01").await;
    let csrf = csrf.as_str();
    let home = join(&mut clerk, csrf).await;
    let household = home.trim_start_matches("/households/");
    let household = household.split('?').next().unwrap().to_owned();
    let loss = [
        ("csrf", csrf),
        ("cause", "42b"),
        ("occurred_on", "R8.6.10"),
        ("reported_on", "R8.6.15"),
        ("leave_9000002", "1"),
    ];
    let slip = [
        ("csrf", csrf),
        ("kind", "former_insured"),
        ("direction", "received"),
        ("made_on", "R8.6.12"),
        ("since", "R7.10.1"),
        ("municipality", "131041"),
        ("household", household.as_str()),
    ];
    let start = [
        ("csrf", csrf),
        ("occurred_on", "R8.6.12"),
        ("reported_on", "R8.6.12"),
        ("person", "9000002"),
        ("since", "R7.9.30"),
    ];
    let end = [
        ("csrf", csrf),
        ("occurred_on", "R8.6.14"),
        ("reported_on", "R8.6.15"),
        ("person", "9000002"),
    ];
    let former = || {
        let read = store.read(|conn| timeline::<FormerInsured>(conn, 9_000_002, None));
        let read = read.unwrap().into_iter();
        read.map(|row| (row.valid.from, row.valid.until))
            .collect::<Vec<_>>()
    };
    let asked = |key: &str| {
        let items = store
            .read(|conn| list(conn, &Filter::default(), None, day(2026, 6, 15)))
            .unwrap()
            .items;
        let own = |item: &Item| Candidate::of(item).is_some_and(|one| one.cause == key);
        items.into_iter().find(own)
    };
    let start_path = format!("/households/{household}/change/former-start");
    let end_path = format!("/households/{household}/change/former-end");
    let loss_path = format!("/households/{household}/loss");
    let steps: [(&str, &[(&str, &str)]); 2] =
        [(&loss_path, &loss), ("/people/9000002/status/slip", &slip)];
    for (path, typed) in steps {
        let shown = clerk.post(path, typed).await;
        assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
        let done = clerk.post(path, &again(&shown, "confirm")).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    }
    let item = asked("former_insured_started").unwrap();
    let page = clerk.get(&format!("/work/{}", item.item_id)).await;
    assert!(page.text.contains(&start_path), "{}", page.text);
    let form = clerk.get(&format!("{start_path}?person=9000002")).await;
    assert!(form.text.contains("令和7年9月30日"), "{}", form.text);
    let bare = clerk.post(&start_path, &start[..3]).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    let shown = clerk.post(&start_path, &start).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    let done = clerk.post(&start_path, &again(&shown, "confirm")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    assert_eq!(former(), [(day(2025, 9, 30), None)]);
    assert!(asked("former_insured_started").is_none(), "it is done");
    let shown = clerk.post(&end_path, &end).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    let done = clerk.post(&end_path, &again(&shown, "confirm")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    assert_eq!(former(), [(day(2025, 9, 30), Some(day(2026, 6, 14)))]);
}

/// What a clerk of the counter registered by mistake is taken back at once, by the same clerk on the same day.
#[tokio::test(flavor = "multi_thread")]
async fn a_clerk_takes_back_the_own_registration_of_the_day() {
    let (store, router) = pages(4);
    publish(&router, &store).await;
    move_in(&store);
    let (mut clerk, csrf) = person(&router, "counter01").await;
    let home = join(&mut clerk, &csrf).await;
    let (household, act) = home
        .trim_start_matches("/households/")
        .split_once("?done=")
        .unwrap();
    let page = clerk.get(&home).await;
    let undo = format!("/households/{household}/undo-events/{act}");
    assert!(page.text.contains(&undo), "{}", page.text);
    let wish = [
        ("csrf", csrf.as_str()),
        ("do", "preview"),
        ("note", "別の世帯の届出だった"),
    ];
    let shown = clerk.post(&undo, &wish).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    assert!(shown.text.contains("区分ごとの変更"), "{}", shown.text);
    let done = clerk.post(&undo, &again(&shown, "confirm")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    for (id, ..) in FAMILY {
        let spans = store
            .read(|conn| timeline::<InsuredSpan>(conn, id, None))
            .unwrap();
        assert!(spans.is_empty(), "as if it had never been");
    }
    // The household went with it: the clerk is shown the act, and whoever asks for the household is told of it.
    let result = clerk.get(done.location()).await;
    let taken = result.location().to_owned();
    assert!(taken.starts_with("/acts/"), "{}", result.text);
    let shown = clerk.get(&taken).await;
    assert_eq!(shown.status, StatusCode::OK);
    assert!(shown.text.contains("資格異動の取消"), "{}", shown.text);
    let number = taken.trim_start_matches("/acts/");
    for tab in ["", "/register", "/tasks"] {
        let gone = clerk.get(&format!("/households/{household}{tab}")).await;
        assert_eq!(gone.status, StatusCode::NOT_FOUND);
        let said = format!("世帯番号{household}の設定は、処理{number}で取り消されました");
        assert!(gone.text.contains(&said), "{tab}: {}", gone.text);
    }
    let never = clerk.get("/households/99999999").await;
    assert!(never.text.contains("この世帯は見つかりません"));
    let again = clerk.get(&undo).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        again.text.contains("すべて取り消されています"),
        "{}",
        again.text
    );
    let page = clerk.get("/people/9000001").await;
    assert!(!page.text.contains("household=0"), "{}", page.text);
}

// covers: SYS-002
#[tokio::test(flavor = "multi_thread")]
async fn the_persons_own_page_tells_of_cover_and_papers() {
    let (store, router) = pages(4);
    publish(&router, &store).await;
    move_in(&store);
    let (mut clerk, csrf) = person(&router, "counter01").await;
    let home = join(&mut clerk, &csrf).await;
    let before = clerk.get("/people/9000001").await;
    assert!(
        before.text.contains("交付した証はありません"),
        "{}",
        before.text
    );
    let home = home.split('?').next().unwrap();
    let typed = [
        ("csrf", csrf.as_str()),
        ("linked_9000001", "no"),
        ("as_of", "R8.6.15"),
        ("source", "本人の申出"),
        ("do", "preview"),
    ];
    let path = format!("{home}/card");
    let shown = clerk.post(&path, &typed).await;
    clerk.post(&path, &again(&shown, "confirm")).await;
    let typed = [
        ("csrf", csrf.as_str()),
        ("paper_9000001", "1"),
        ("kind", ""),
        ("arose_on", "R8.6.15"),
        ("reason", "新規加入"),
        ("do", "preview"),
    ];
    let path = format!("{home}/issue");
    let shown = clerk.post(&path, &typed).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    let done = clerk.post(&path, &again(&shown, "confirm")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let papers = store
        .read(|conn| office::certificate::find::of_person(conn, 9_000_001))
        .unwrap();
    let page = clerk.get("/people/9000001").await;
    let words = [
        papers[0].number.as_str(),
        papers[0].title.as_str(),
        "資格の期間",
        "令和8年6月1日",
        "転入",
    ];
    for word in words {
        assert!(page.text.contains(word), "{word}: {}", page.text);
    }
}

/// 規則第1条第1号・入管法第19条の3第1号: three months exclude however they are typed, and what cannot be read is said beside it.
#[tokio::test(flavor = "multi_thread")]
async fn incident_52_three_months_exclude_however_they_are_typed() {
    let (store, router) = pages(4);
    let foreign = "insert into person (person_id, kind, act_id) values (9000001, 2, 0)";
    let make = |conn: &mut db::Conn| conn.execute_text(foreign, &[]);
    store.write(make).unwrap();
    move_in(&store);
    let (mut clerk, csrf) = person(&router, "counter01").await;
    let path = "/people/9000001/gain";
    let mut told = async |months: &str, more: &[(&'static str, &'static str)]| {
        let mut typed = vec![
            ("csrf", csrf.as_str()),
            ("cause", "01"),
            ("occurred_on", "080601"),
            ("reported_on", "R8.6.15"),
            ("target", "new"),
            ("head", "9000001"),
            ("join_9000001", "1"),
            ("status_9000001", "留学"),
            ("months_9000001", months),
        ];
        typed.extend_from_slice(more);
        let asked = clerk.post(path, &typed).await;
        let Some((_, choices)) = asked.text.split_once("01には次の事由があります。")
        else {
            return asked;
        };
        let letter = choices.split(' ').next().unwrap().to_owned();
        typed[1] = ("cause", letter.as_str());
        clerk.post(path, &typed).await
    };
    // 厚生労働大臣が別に定める者: said with the ground, which is shown before it is confirmed.
    let ticked = ("excepted_9000001", "1");
    let bare = told("3月", &[ticked]).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(bare.text.contains("資料・理由: 入力して"), "{}", bare.text);
    let ground = ("excepted_why_9000001", "在学証明書で2年の課程");
    let excepted = told("3月", &[ticked, ground]).await;
    assert_eq!(excepted.status, StatusCode::OK, "{}", excepted.text);
    for word in ["厚生労働大臣が別に定める者", "在学証明書で2年の課程"] {
        assert!(excepted.text.contains(word), "{}", excepted.text);
    }
    let mut send = async |months: &str| told(months, &[]).await;
    for months in ["３", "3か月", "3月", "90日"] {
        let refused = send(months).await;
        assert!(
            refused.text.contains("3か月以下の在留期間"),
            "{months}: {}",
            refused.text
        );
    }
    let empty = send("").await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.text.contains("には在留期間があり"), "{}", empty.text);
    for months in ["無期限", "92日", "三月"] {
        let wrong = send(months).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            wrong.text.contains("を読めません"),
            "{months}: {}",
            wrong.text
        );
    }
    let long = send("１年３月").await;
    assert_eq!(long.status, StatusCode::OK, "{}", long.text);
}

/// Looks at an order whose cause is told by its code and, where the code has several, by its name.
async fn look(
    clerk: &mut Browser,
    path: &str,
    typed: &[(&str, &str)],
    (code, name): (&str, &str),
) -> Seen {
    let mut all = vec![("cause", code), ("do", "preview")];
    all.extend(typed);
    let shown = clerk.post(path, &all).await;
    let asked = format!("{code}には次の事由があります。");
    let Some((_, choices)) = shown.text.split_once(&asked) else {
        return shown;
    };
    let letter = choices.split(&format!(" {name}")).next().unwrap();
    let letter = letter.rsplit('、').next().unwrap().to_owned();
    all[0] = ("cause", &letter);
    clerk.post(path, &all).await
}

async fn confirm(clerk: &mut Browser, path: &str, shown: &Seen) {
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    let done = clerk.post(path, &again(shown, "confirm")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
}

fn spans(store: &Store, person: i64) -> Vec<(i64, law::Date, Option<law::Date>)> {
    let rows = store.read(|conn| timeline::<InsuredSpan>(conn, person, None));
    let rows = rows.unwrap().into_iter();
    rows.map(|row| (row.fact.household_id, row.valid.from, row.valid.until))
        .collect()
}
