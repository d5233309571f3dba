//! Events of the residents' register typed at the counter: a family moves in and joins, others move, leave and are renamed,
//! and everything is taken back.
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
use common::browser::{Browser, Seen};
use common::pages;
use common::steps::{again, person};
use db::{Span, Store};
use law::day;
use office::registry::detail::Detail;
use office::registry::register::history;
use office::registry::{NonResident, Resident, Status, load_household, record, timeline};
use office::security::authorize;
use office::security::login::command_session;
use office::security::permit::RegisterResident;
use office::{OfficeError, acts};

const PATH: &str = "/people/arrive";

/// Names with letters outside the usual sets: a letter beyond the BMP, a variation selector, a compatibility ideograph.
const FAMILY: [(&str, &str, &str, &str, &str); 4] = [
    ("𠮷野　葛󠄀郎", "ヨシノ　カツロウ", "S60.4.2", "1", "02"),
    ("𠮷野　花子", "ヨシノ　ハナコ", "S62.8.9", "2", "12"),
    ("𠮷野　太郎", "ヨシノ　タロウ", "H27.1.5", "1", "20"),
    ("𠮷野　次﨑", "ヨシノ　ジロウ", "R3.12.24", "1", "20"),
];

fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn family(csrf: &str) -> Vec<(String, String)> {
    let mut typed = owned(&[
        ("csrf", csrf),
        ("rows", "4"),
        ("cause", "01"),
        ("occurred_on", "080601"),
        ("reported_on", "R8.6.15"),
        ("postal_code", "105-0011"),
        ("town", "芝公園一丁目"),
        ("lot", "5番25号"),
        ("before_prefecture", "14"),
        ("before_city", "藤沢市"),
        ("before_town", "朝日町1番地の1"),
        ("do", "preview"),
    ]);
    for (number, (name, kana, birth, sex, relationship)) in (1..).zip(FAMILY) {
        for (item, value) in [
            ("name", name),
            ("kana", kana),
            ("birth_on", birth),
            ("sex", sex),
            ("relationship", relationship),
        ] {
            typed.push((format!("p{number}_{item}"), value.to_owned()));
        }
    }
    typed
}

async fn post(clerk: &mut Browser, path: &str, typed: &[(String, String)]) -> Seen {
    let pairs: Vec<(&str, &str)> = typed
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    clerk.post(path, &pairs).await
}

/// Registers the family and answers the address of the result and its people.
async fn arrive(clerk: &mut Browser, csrf: &str) -> (String, Vec<i64>) {
    let shown = post(clerk, PATH, &family(csrf)).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    let done = clerk.post(PATH, &again(&shown, "confirm")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let place = done.location().to_owned();
    let result = clerk.get(&place).await;
    let people = result
        .text
        .split("href=\"/people/")
        .skip(1)
        .filter_map(|rest| rest.split('"').next()?.parse().ok())
        .fold(Vec::new(), |mut all: Vec<i64>, one| {
            if !all.contains(&one) {
                all.push(one);
            }
            all
        });
    assert_eq!(people.len(), 4, "{}", result.text);
    (place, people)
}

fn records(store: &Store, person: i64) -> Vec<Resident> {
    store
        .read(|conn| timeline::<Resident>(conn, person, None))
        .unwrap()
        .into_iter()
        .map(|fact| fact.fact)
        .collect()
}

fn standing(store: &Store, person: i64) -> Resident {
    records(store, person).pop().unwrap()
}

// covers: QUA-001, ADR-002
#[tokio::test(flavor = "multi_thread")]
async fn a_family_is_typed_previewed_registered_and_joins() {
    let (store, router) = pages(4);
    let (mut clerk, csrf) = person(&router, "counter01").await;
    // The form opens with a few lines; a button gives one more, and keeps what was typed.
    let form = clerk.get(PATH).await;
    assert!(form.text.contains("name=\"p2_name\""), "{}", form.text);
    assert!(!form.text.contains("name=\"p3_name\""));
    let first = form.text.find("value=\"preview\"").unwrap();
    assert!(
        first < form.text.find("value=\"more\"").unwrap(),
        "Enter goes on, it does not add a line"
    );
    let more = owned(&[
        ("csrf", &csrf),
        ("rows", "2"),
        ("p1_name", FAMILY[0].0),
        ("do", "more"),
    ]);
    let longer = post(&mut clerk, PATH, &more).await;
    assert_eq!(longer.status, StatusCode::OK);
    assert!(longer.text.contains("name=\"p3_name\""));
    assert!(longer.text.contains(FAMILY[0].0));

    let shown = post(&mut clerk, PATH, &family(&csrf)).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    for words in [
        "まだ何も変わっていません",
        "01 国内転入",
        "令和8年6月1日",
        "東京都港区芝公園一丁目5番25号",
        "登録時に付番",
        FAMILY[0].0,
        FAMILY[3].0,
        "昭和60年4月2日",
    ] {
        assert!(shown.text.contains(words), "{words}: {}", shown.text);
    }
    let done = clerk.post(PATH, &again(&shown, "confirm")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let place = done.location().to_owned();
    // The same order sent twice is carried out once.
    let twice = clerk.post(PATH, &again(&shown, "confirm")).await;
    assert_eq!(twice.location(), place);
    let result = clerk.get(&place).await;
    assert!(result.text.contains("4人の異動を登録しました"));
    let gain = result.text.split("/gain?").next().unwrap();
    let head: i64 = gain.rsplit("/people/").next().unwrap().parse().unwrap();
    let resident = standing(&store, head);
    assert_eq!(resident.name, FAMILY[0].0, "letter by letter");
    assert_eq!(resident.status, Status::Resident);
    assert_eq!(resident.resident_since, Some(day(2026, 6, 1)));

    // Straight on to 国保加入: everyone of the household is there, on the day of the move.
    let form = clerk
        .get(&format!(
            "/people/{head}/gain?occurred_on=2026-06-01&reported_on=2026-06-15"
        ))
        .await;
    assert!(form.text.contains("令和8年6月1日"), "{}", form.text);
    for (name, ..) in FAMILY {
        assert!(form.text.contains(name), "{name}");
    }
    let all: Vec<String> = form
        .text
        .split("name=\"join_")
        .skip(1)
        .map(|rest| format!("join_{}", rest.split('"').next().unwrap()))
        .collect();
    assert_eq!(all.len(), 4);
    let path = format!("/people/{head}/gain");
    let mut typed = owned(&[
        ("csrf", &csrf),
        ("cause", "01"),
        ("occurred_on", "080601"),
        ("reported_on", "R8.6.15"),
        ("target", "new"),
        ("head", &head.to_string()),
        ("do", "preview"),
    ]);
    typed.extend(all.iter().map(|name| (name.clone(), "1".to_owned())));
    let asked = post(&mut clerk, &path, &typed).await;
    let (_, choices) = asked.text.split_once("01には次の事由があります。").unwrap();
    let letter = choices.split(" 県外からの転入").next().unwrap();
    typed[1].1 = letter.rsplit('、').next().unwrap().to_owned();
    let shown = post(&mut clerk, &path, &typed).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    let done = clerk.post(&path, &again(&shown, "confirm")).await;
    let home = clerk.get(done.location()).await.location().to_owned();
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
    assert_eq!(found.head.unwrap().fact.head_person_id, head);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_said_beside_its_field_and_nothing_is_lost() {
    let (store, router) = pages(4);
    let (mut clerk, csrf) = person(&router, "counter01").await;
    let bare = owned(&[("csrf", &csrf), ("do", "preview")]);
    let told = post(&mut clerk, PATH, &bare).await;
    assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["cause", "occurred_on", "town", "p1_name"] {
        let mark = format!("id=\"{field}-wrong\"");
        assert!(told.text.contains(&mark), "{field}: {}", told.text);
    }
    let wrong = [
        ("p2_birth_on", "R8.13.1", "p2_birth_on"),
        ("p3_relationship", "ZZ", "p3_relationship"),
        ("p4_sex", "9", "p4_sex"),
        ("before_city_code", "142051", "before_city_code"),
        ("p1_number", "12345678901234567", "p1_number"),
    ];
    for (name, value, field) in wrong {
        let mut typed = family(&csrf);
        typed.retain(|(one, _)| one != name);
        typed.push((name.to_owned(), value.to_owned()));
        let told = post(&mut clerk, PATH, &typed).await;
        let valid = name == "before_city_code" && told.status == StatusCode::OK;
        assert!(
            valid || told.text.contains(&format!("id=\"{field}-wrong\"")),
            "{field}: {}",
            told.text
        );
        assert!(valid || told.status == StatusCode::UNPROCESSABLE_ENTITY);
        // What was typed is still there.
        assert!(told.text.contains(FAMILY[1].0), "{field}");
    }
    assert_eq!(
        store
            .read(|conn| Ok::<_, office::OfficeError>(
                conn.query_text("select count(*) from resident_event", &[], |row| row.int(0))?[0]
            ))
            .unwrap(),
        0
    );
    // Whoever may only look does not even see the form.
    let (mut viewer, _) = person(&router, "viewer01").await;
    assert_eq!(viewer.get(PATH).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_known_is_not_numbered_again_unseen() {
    let (_store, router) = pages(4);
    let (mut clerk, csrf) = person(&router, "counter01").await;
    arrive(&mut clerk, &csrf).await;
    // The same child once more, without a number.
    let mut typed = owned(&[
        ("csrf", &csrf),
        ("rows", "1"),
        ("cause", "06"),
        ("occurred_on", "R8.6.10"),
        ("town", "三田二丁目"),
        ("p1_name", FAMILY[2].0),
        ("p1_kana", FAMILY[2].1),
        ("p1_birth_on", FAMILY[2].2),
        ("p1_sex", "1"),
        ("p1_relationship", "02"),
        ("do", "preview"),
    ]);
    let told = post(&mut clerk, PATH, &typed).await;
    assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        told.text.contains("同じ人かもしれない宛名"),
        "{}",
        told.text
    );
    let tick = told.text.split("name=\"p1_not_").nth(1).unwrap();
    let tick = format!("p1_not_{}", tick.split('"').next().unwrap());
    typed.push((tick, "1".to_owned()));
    let shown = post(&mut clerk, PATH, &typed).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
}

/// Opens a form of a person, lays what is typed over its hidden fields, confirms; answers the page of the act.
async fn carry_out(clerk: &mut Browser, csrf: &str, path: &str, typed: &[(&str, &str)]) -> String {
    let form = clerk.get(path).await;
    assert_eq!(form.status, StatusCode::OK, "{path}: {}", form.text);
    let mut fields = vec![("csrf", csrf)];
    fields.extend(
        again(&form, "preview")
            .into_iter()
            .filter(|(name, _)| name.starts_with("version")),
    );
    fields.push(("do", "preview"));
    fields.extend(typed);
    let shown = clerk.post(path, &fields).await;
    assert_eq!(shown.status, StatusCode::OK, "{path}: {}", shown.text);
    let done = clerk.post(path, &again(&shown, "confirm")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{path}: {}", done.text);
    done.location().to_owned()
}

// covers: QUA-007, QUA-009
#[tokio::test(flavor = "multi_thread")]
async fn people_move_split_are_renamed_and_leave() {
    let (store, router) = pages(4);
    let (mut clerk, csrf) = person(&router, "shikaku01").await;
    let (_, people) = arrive(&mut clerk, &csrf).await;
    let [father, mother, son, _] = people[..] else {
        panic!("four")
    };
    let on = |person: i64| format!("p{person}_on");
    let days = [("occurred_on", "R8.6.10"), ("reported_on", "R8.6.11")];
    // 転居 of two, into a household of their own.
    let (one, two) = (on(mother), on(son));
    let own = [
        ("cause", "41"),
        days[0],
        days[1],
        (one.as_str(), "1"),
        (two.as_str(), "1"),
        ("postal_code", "1080073"),
        ("town", "三田二丁目"),
        ("lot", "9番"),
        ("home", "new"),
    ];
    carry_out(
        &mut clerk,
        &csrf,
        &format!("/people/{mother}/movement/move"),
        &own,
    )
    .await;
    for person in [mother, son] {
        let now = standing(&store, person);
        assert_eq!(now.address, "東京都港区三田二丁目9番");
        assert_eq!(now.postal_code, "1080073");
        assert_eq!(
            records(&store, person)[0].address,
            "東京都港区芝公園一丁目5番25号",
            "the old address is kept"
        );
    }
    let homes = [father, mother, son].map(|person| standing(&store, person).register_household);
    assert_eq!(homes[1], homes[2]);
    assert_ne!(homes[0], homes[1]);
    // 氏名の修正: the old name is kept.
    let (tick, name, kana) = (
        on(mother),
        format!("p{mother}_name"),
        format!("p{mother}_kana"),
    );
    let renamed = [
        ("cause", "43"),
        ("occurred_on", "R8.6.12"),
        (tick.as_str(), "1"),
        (name.as_str(), "見本　花子"),
        (kana.as_str(), "ミホン　ハナコ"),
    ];
    let place = carry_out(
        &mut clerk,
        &csrf,
        &format!("/people/{mother}/movement/record"),
        &renamed,
    )
    .await;
    let names: Vec<String> = records(&store, mother)
        .into_iter()
        .map(|one| one.name)
        .collect();
    assert_eq!(names, [FAMILY[1].0, FAMILY[1].0, "見本　花子"]);
    let page = clerk.get(&format!("/people/{mother}")).await;
    assert!(page.text.contains("見本　花子") && page.text.contains(FAMILY[1].0));
    // …and comes back when the event is taken back, with a reason.
    let undo = format!("{place}/undo");
    carry_undo(&mut clerk, &csrf, &undo, "別人の届出だった").await;
    assert_eq!(standing(&store, mother).name, FAMILY[1].0);
    assert!(clerk.get(&place).await.text.contains("取り消されています"));
    // 転出 and 死亡.
    let tick = on(son);
    let left = [
        ("cause", "21"),
        ("occurred_on", "R8.6.14"),
        (tick.as_str(), "1"),
        ("planned_prefecture", "神奈川県"),
        ("planned_city", "藤沢市"),
    ];
    let place = carry_out(
        &mut clerk,
        &csrf,
        &format!("/people/{son}/movement/leave"),
        &left,
    )
    .await;
    assert_eq!(standing(&store, son).status, Status::Removed);
    assert!(!clerk.get(&place).await.text.contains("国保の加入へ進む"));
    let tick = on(father);
    let died = [
        ("cause", "23"),
        ("occurred_on", "R8.6.15"),
        (tick.as_str(), "1"),
    ];
    carry_out(
        &mut clerk,
        &csrf,
        &format!("/people/{father}/movement/leave"),
        &died,
    )
    .await;
    assert_eq!(standing(&store, father).status, Status::Removed);
    // Twice is refused at once, beside the cause.
    let path = format!("/people/{father}/movement/leave");
    let form = clerk.get(&path).await;
    let mut again_died: Vec<(&str, &str)> = again(&form, "preview")
        .into_iter()
        .filter(|(name, _)| name.starts_with("version_"))
        .collect();
    again_died.push(("csrf", &csrf));
    again_died.extend(died);
    let told = clerk.post(&path, &again_died).await;
    assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(told.text.contains("id=\"cause-wrong\""), "{}", told.text);
    // 世帯変更 by number.
    let tick = on(mother);
    let number = homes[0].unwrap().to_string();
    let dwelling = [
        ("cause", "52"),
        ("occurred_on", "R8.6.15"),
        (tick.as_str(), "1"),
        ("home", "other"),
        ("household_number", number.as_str()),
    ];
    carry_out(
        &mut clerk,
        &csrf,
        &format!("/people/{mother}/movement/dwelling"),
        &dwelling,
    )
    .await;
    assert_eq!(standing(&store, mother).register_household, homes[0]);
    assert_eq!(
        clerk
            .get(&format!("/people/{mother}/movement/nothing"))
            .await
            .status,
        StatusCode::NOT_FOUND
    );
}

async fn carry_undo(clerk: &mut Browser, csrf: &str, path: &str, reason: &str) {
    let form = clerk.get(path).await;
    let version = again(&form, "preview")
        .into_iter()
        .find(|(name, _)| *name == "version")
        .unwrap();
    let bare = clerk
        .post(path, &[("csrf", csrf), version, ("do", "preview")])
        .await;
    assert!(bare.text.contains("reason-wrong"), "a reason is asked for");
    let wish = [
        ("csrf", csrf),
        version,
        ("reason", reason),
        ("do", "preview"),
    ];
    let shown = clerk.post(path, &wish).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    let done = clerk.post(path, &again(&shown, "confirm")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
}

/// What a file says beside the columns of a record.
fn loaded(store: &Store, person_id: i64) {
    let items = [
        ("resident_kind", "1"),
        ("resident_state", "1"),
        ("city_code", common::city::CITY),
    ];
    let items = items.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let detail = Detail {
        items: items.into_iter().collect(),
        ..Detail::default()
    };
    store
        .write(|conn| {
            let session = command_session(conn, "counter01", "test", 0)?;
            let acting = session.acting("試験", day(2026, 6, 15), common::city::NOW, None);
            let permit = authorize::<RegisterResident>(&session)?;
            let details = acts::ActDetails::default();
            let act = acts::begin(conn, &acting, &permit, "registry.register", &details)?;
            let span = timeline::<Resident>(conn, person_id, None)?[0].valid;
            record(conn, &act, person_id, span, &detail)?;
            Ok::<_, OfficeError>(())
        })
        .unwrap();
}

/// docs/manual undo.md 「住民異動を取り消す」: 人の画面の「住民異動」の「取り消す」. The person was loaded as he stood, and the record that
/// was carried over with his first event is no event of the act.
// covers: QUA-007
#[tokio::test(flavor = "multi_thread")]
async fn the_first_event_of_a_loaded_person_is_one_event_and_is_taken_back_on_his_page() {
    let (store, router) = pages(4);
    let (mut clerk, csrf) = person(&router, "shikaku01").await;
    let insured = "select min(subject) from insured_fact where valid_until is null";
    let read = |conn: &mut db::Conn| conn.query_text(insured, &[], |row| row.int(0));
    let one = store.read(read).unwrap()[0];
    loaded(&store, one);
    let tick = format!("p{one}_on");
    let moved = [
        ("cause", "41"),
        ("occurred_on", "R8.6.10"),
        (tick.as_str(), "1"),
        ("town", "三田二丁目"),
        ("lot", "9番"),
        ("home", ""),
    ];
    let path = format!("/people/{one}/movement/move");
    let first = carry_out(&mut clerk, &csrf, &path, &moved).await;
    let result = clerk.get(&first).await;
    let said = result.text.contains("1人の異動を登録しました");
    assert!(said, "{}", result.text);
    assert!(!result.text.contains("国保の加入へ進む"));
    assert!(!result.text.contains("職権記載"), "{}", result.text);
    let matter = "転居（令和8年6月10日）による世帯の組替えの候補";
    assert_eq!(result.text.matches(matter).count(), 1, "{}", result.text);
    let of_act = clerk.get(&format!("{first}/undo")).await;
    assert!(of_act.text.contains("41 転居"), "{}", of_act.text);
    assert!(!of_act.text.contains("職権記載"), "{}", of_act.text);
    // Nobody dies tomorrow.
    let leave = format!("/people/{one}/movement/leave");
    let died = [
        ("cause", "23"),
        ("occurred_on", "R8.6.15"),
        (tick.as_str(), "1"),
    ];
    let to_come = [died[0], ("occurred_on", "R8.6.16"), died[2]];
    let form = clerk.get(&leave).await;
    let mut typed = again(&form, "preview");
    typed.extend(to_come);
    let told = clerk.post(&leave, &typed).await;
    assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(told.text.contains("死亡の日が今日より後"), "{}", told.text);
    let last = carry_out(&mut clerk, &csrf, &leave, &died).await;
    // The act and the event show what follows alike.
    let on_page = |cause: &str| {
        let known = store.read(|conn| history(conn, one)).unwrap();
        let of_cause = known.iter().find(|entry| entry.stated.event.cause == cause);
        let event = of_cause.unwrap().stated.event_id;
        format!("/people/{one}/undo-movement/{event}")
    };
    let path = on_page("23");
    let page = clerk.get(&format!("/people/{one}")).await;
    assert!(page.text.contains(&path), "{}", page.text);
    for path in [&format!("{last}/undo"), &path] {
        let form = clerk.get(path).await;
        let mut wish = again(&form, "preview");
        wish.push(("reason", "別人の届出だった"));
        let shown = clerk.post(path, &wish).await;
        assert_eq!(shown.status, StatusCode::OK, "{path}: {}", shown.text);
        let papers = shown.text.contains("証の交付と回収");
        assert!(papers, "{path}: {}", shown.text);
    }
    carry_undo(&mut clerk, &csrf, &path, "別人の届出だった").await;
    assert_eq!(standing(&store, one).status, Status::Resident);
    carry_undo(&mut clerk, &csrf, &on_page("41"), "別人の届出だった").await;
    assert!(!standing(&store, one).address.contains("三田二丁目9番"));
    let result = clerk.get(&first).await;
    let said = result.text.contains("この異動は取り消されています");
    assert!(said, "{}", result.text);
    assert!(!result.text.contains("異動を登録しました"));
    assert!(!result.text.contains(&format!("{first}/undo")));
    // Nothing is left to take back, and the page says so at once.
    for path in [&path, &format!("{first}/undo")] {
        let told = clerk.get(path).await;
        assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(told.text.contains("取り消されて"), "{}", told.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_page_is_told_and_changes_nothing() {
    let (store, router) = pages(4);
    let (mut clerk, csrf) = person(&router, "shikaku01").await;
    let (_, people) = arrive(&mut clerk, &csrf).await;
    let path = format!("/people/{}/movement/record", people[0]);
    let form = clerk.get(&path).await;
    let tick = format!("p{}_on", people[0]);
    let name = format!("p{}_name", people[0]);
    let mut typed: Vec<(&str, &str)> = again(&form, "preview")
        .into_iter()
        .filter(|(name, _)| name.starts_with("version_"))
        .collect();
    typed.extend([
        ("csrf", csrf.as_str()),
        ("cause", "43"),
        ("occurred_on", "R8.6.12"),
        (tick.as_str(), "1"),
        (name.as_str(), "見本　先"),
    ]);
    let shown = clerk.post(&path, &typed).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    // Somebody else is first.
    let other = [
        ("cause", "43"),
        ("occurred_on", "R8.6.12"),
        (tick.as_str(), "1"),
        (name.as_str(), "見本　別"),
    ];
    carry_out(&mut clerk, &csrf, &path, &other).await;
    let late = clerk.post(&path, &again(&shown, "confirm")).await;
    assert_ne!(late.status, StatusCode::SEE_OTHER, "{}", late.text);
    assert!(late.text.contains("変わっています"), "{}", late.text);
    assert_eq!(standing(&store, people[0]).name, "見本　別");
}

// covers: ADR-002, SYS-016
#[tokio::test(flavor = "multi_thread")]
async fn the_term_of_an_outsider_is_prolonged_and_who_left_becomes_one_under_the_same_number() {
    let (store, router) = pages(4);
    let (mut clerk, csrf) = person(&router, "shikaku01").await;
    let (_, people) = arrive(&mut clerk, &csrf).await;
    let son = people[2];
    let term = format!("/people/{son}/outsider");
    let seen = clerk.get(&term).await;
    assert!(seen.text.contains("住民は住民異動で"), "{}", seen.text);
    let tick = format!("p{son}_on");
    let left = [
        ("cause", "21"),
        ("occurred_on", "R8.6.12"),
        (tick.as_str(), "1"),
        ("planned_prefecture", "14"),
        ("planned_city", "藤沢市"),
        ("planned_town", "朝日町1番地の1"),
    ];
    let leave = format!("/people/{son}/movement/leave");
    carry_out(&mut clerk, &csrf, &leave, &left).await;
    let page = clerk.get(&format!("/people/{son}")).await;
    assert!(page.text.contains("住登外にする"), "{}", page.text);
    let terms = || {
        let read = |conn: &mut db::Conn| timeline::<NonResident>(conn, son, None);
        let all = store.read(read).unwrap();
        let of = |one: office::registry::Dated<NonResident>| (one.valid, one.fact.suspended);
        all.into_iter().map(of).collect::<Vec<_>>()
    };
    let former = [
        ("from", "R8.6.14"),
        ("expires_on", "R8.12.31"),
        ("postal_code", "251-0054"),
        ("address", "神奈川県藤沢市朝日町1番地の1"),
    ];
    carry_out(&mut clerk, &csrf, &term, &former).await;
    assert_eq!(standing(&store, son).status, Status::NonResident);
    let span = |from, until| Span::new(from, Some(until));
    let (begun, end) = (day(2026, 6, 14), day(2027, 1, 1));
    assert_eq!(terms(), [(span(begun, end), false)]);
    // 延長, and 使用停止 from a day on.
    let page = clerk.get(&format!("/people/{son}")).await;
    assert!(page.text.contains("住登外の期限"), "{}", page.text);
    let longer = [
        ("from", "R9.1.1"),
        ("expires_on", "R9.12.31"),
        ("suspended", "on"),
    ];
    carry_out(&mut clerk, &csrf, &term, &longer).await;
    let later = (span(end, day(2028, 1, 1)), true);
    assert_eq!(terms(), [(span(begun, end), false), later]);
    // Who died has heirs instead.
    let father = people[0];
    let tick = format!("p{father}_on");
    let died = [
        ("cause", "23"),
        ("occurred_on", "R8.6.15"),
        (tick.as_str(), "1"),
    ];
    carry_out(
        &mut clerk,
        &csrf,
        &format!("/people/{father}/movement/leave"),
        &died,
    )
    .await;
    let path = format!("/people/{father}/outsider");
    let form = clerk.get(&path).await;
    let mut dead = again(&form, "preview");
    dead.extend([
        ("from", "R8.6.16"),
        ("address", "神奈川県藤沢市朝日町1番地の1"),
    ]);
    let shown = clerk.post(&path, &dead).await;
    let told = clerk.post(&path, &again(&shown, "confirm")).await;
    assert!(told.text.contains("死亡の記載がある人"), "{}", told.text);
    // Nobody without the function, and no end before the beginning.
    let (mut levy, _) = person(&router, "levy01").await;
    assert_eq!(levy.get(&term).await.status, StatusCode::FORBIDDEN);
    let form = clerk.get(&term).await;
    let mut wrong = again(&form, "preview");
    wrong.extend([("from", "R9.2.1"), ("expires_on", "R9.1.31")]);
    let told = clerk.post(&term, &wrong).await;
    assert_eq!(
        told.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        told.text
    );
    assert!(told.text.contains("期限は登録の日以後"), "{}", told.text);
}
