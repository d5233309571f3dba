//! 名寄せ and 送付先: what one proposes another decides, with both sides before the eyes.

use crate::common::pages;
use crate::common::steps::{again, hide, person};
use axum::http::StatusCode;
use db::{Span, Store};
use law::day;
use office::registry::destination::{self, Destination, Use};
use office::registry::{Resident, Sex, Status, merge, record_person, slot, timeline};
use office::security::authorize;
use office::security::login::command_session;
use office::security::permit::{RegisterContact, RegisterResident};
use office::{OfficeError, acts};

const ONE: i64 = 9_100_001;
const OTHER: i64 = 9_100_002;

/// One person under two numbers: a resident, and a record of the office's own from before.
fn twice(store: &Store) {
    store
        .write(|conn| {
            let session = command_session(conn, "counter01", "test", 0)?;
            let now = crate::common::city::NOW;
            let acting = session.acting("試験", day(2026, 6, 15), now, None);
            let permit = authorize::<RegisterResident>(&session)?;
            let details = acts::ActDetails::default();
            let act = acts::begin(conn, &acting, &permit, "registry.register", &details)?;
            for (id, kind, status, address) in [
                (ONE, 1, Status::Resident, "東京都港区虎ノ門一丁目1番"),
                (OTHER, 3, Status::NonResident, "神奈川県藤沢市朝日町1番"),
            ] {
                let resident = Resident {
                    status,
                    name: "見本　重子".to_owned(),
                    kana: "ミホン　シゲコ".to_owned(),
                    latin_name: None,
                    alias: None,
                    former_surname: None,
                    birth_on: day(1979, 3, 4),
                    birth_unknown: false,
                    sex: Sex::Female,
                    register_household: None,
                    relationship: "02".to_owned(),
                    postal_code: "1050001".to_owned(),
                    address: address.to_owned(),
                    building: String::new(),
                    ward: String::new(),
                    resident_since: None,
                    withheld: false,
                };
                record_person(
                    conn,
                    &act,
                    id,
                    kind,
                    Span::since(day(2026, 1, 5)),
                    &resident,
                )?;
            }
            Ok::<_, OfficeError>(())
        })
        .unwrap();
}

// covers: ADR-008
#[tokio::test(flavor = "multi_thread")]
async fn two_numbers_are_held_side_by_side_joined_by_a_second_person_and_parted_again() {
    let (store, router) = pages(3);
    twice(&store);
    let (mut clerk, csrf) = person(&router, "shikaku01").await;
    let (mut chief, _) = person(&router, "shikaku02").await;
    let list = clerk.get("/merge").await;
    let path = format!("/merge/{ONE}/{OTHER}");
    assert!(list.text.contains(&path), "{}", list.text);
    assert!(
        clerk
            .get(&format!("/people/{ONE}"))
            .await
            .text
            .contains("同じ人かもしれない")
    );
    let form = clerk.get(&path).await;
    for words in [
        "虎ノ門一丁目1番",
        "藤沢市朝日町1番",
        "違う",
        "ミホン　シゲコ",
    ] {
        assert!(form.text.contains(words), "{words}: {}", form.text);
    }
    let mut fields = again(&form, "preview");
    fields.push(("csrf", &csrf));
    let kept = ONE.to_string();
    fields.push(("kept", &kept));
    let bare = clerk.post(&path, &fields).await;
    assert!(bare.text.contains("id=\"reason-wrong\""), "{}", bare.text);
    fields.push(("reason", "本人確認書類で同じ人と確認した"));
    let shown = clerk.post(&path, &fields).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    assert!(shown.text.contains("別の職員の承認が要ります"));
    let done = clerk.post(&path, &again(&shown, "confirm")).await;
    assert_eq!(done.location(), "/merge", "{}", done.text);
    let standing = || {
        store
            .read(|conn| merge::representative_of(conn, OTHER))
            .unwrap()
    };
    assert_eq!(
        standing(),
        OTHER,
        "nothing is joined before the second person"
    );

    // Whoever proposed cannot confirm, and the matter waits on the work list of those who can.
    let waiting = chief.get("/work?of=all").await;
    assert!(
        waiting.text.contains("名寄せの承認待ち"),
        "{}",
        waiting.text
    );
    let own = clerk.get("/register-proposals/1").await;
    assert!(
        own.text.contains("自分の申出は確認できません"),
        "{}",
        own.text
    );
    let forced = clerk
        .post(
            "/register-proposals/1",
            &[("csrf", &csrf), ("do", "approve"), ("request_id", "m-0")],
        )
        .await;
    assert_ne!(forced.status, StatusCode::SEE_OTHER);
    assert_eq!(standing(), OTHER);

    let page = chief.get("/register-proposals/1").await;
    assert!(
        page.text.contains("本人確認書類で同じ人と確認した"),
        "{}",
        page.text
    );
    let bare = chief
        .post("/register-proposals/1", &again(&page, "reject"))
        .await;
    assert!(
        bare.text.contains("id=\"note-wrong\""),
        "turned down without a reason"
    );
    let page = chief.get("/register-proposals/1").await;
    let ruled = chief
        .post("/register-proposals/1", &again(&page, "approve"))
        .await;
    assert_eq!(ruled.location(), "/register-proposals/1", "{}", ruled.text);
    assert_eq!(standing(), ONE);
    let shown = chief.get(&format!("/people/{OTHER}")).await;
    assert!(shown.text.contains("代表宛名"), "{}", shown.text);

    // Parted again: both histories are what they were.
    let undo = "/merges/1/undo";
    let form = chief.get(undo).await;
    assert!(form.text.contains("藤沢市朝日町1番"), "{}", form.text);
    let token = form.csrf();
    let wish = [
        ("csrf", token.as_str()),
        ("reason", "別人だった"),
        ("do", "preview"),
    ];
    let shown = chief.post(undo, &wish).await;
    let done = chief.post(undo, &again(&shown, "confirm")).await;
    assert_eq!(done.location(), "/merge", "{}", done.text);
    assert_eq!(standing(), OTHER);
    for (id, address) in [(ONE, "虎ノ門"), (OTHER, "藤沢市")] {
        let facts = store
            .read(|conn| timeline::<Resident>(conn, id, None))
            .unwrap();
        assert_eq!(facts.len(), 1);
        assert!(facts[0].fact.address.contains(address));
    }
    let page = chief.get(&format!("/people/{ONE}")).await;
    assert!(page.text.contains("取消済"), "{}", page.text);
}

// covers: ADR-006, SYS-015
#[tokio::test(flavor = "multi_thread")]
async fn a_destination_waits_for_the_other_pair_of_eyes() {
    let (store, router) = pages(3);
    twice(&store);
    let (mut clerk, csrf) = person(&router, "counter01").await;
    let (mut second, _) = person(&router, "shikaku01").await;
    let path = format!("/people/{ONE}/keep/destination");
    let form = clerk.get(&path).await;
    let mut fields = again(&form, "preview");
    fields.extend([
        ("csrf", csrf.as_str()),
        ("from", "R8.6.15"),
        ("scheme", ""),
        ("document", ""),
        ("addressee", "見本　後見"),
        ("postal_code", "2510054"),
        ("address", "神奈川県藤沢市朝日町9番"),
        ("relation", "guardian"),
        ("ground", "登記事項証明書"),
    ]);
    let shown = clerk.post(&path, &fields).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    assert!(shown.text.contains("別の職員の確認が要ります"));
    let done = clerk.post(&path, &again(&shown, "confirm")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let place = || {
        store
            .read(|conn| {
                office::registry::mailing::address_for(
                    conn,
                    ONE,
                    "nhi",
                    "levy_notice",
                    day(2026, 6, 15),
                )
            })
            .unwrap()
            .address
    };
    assert_eq!(
        place(),
        "東京都港区虎ノ門一丁目1番",
        "papers go where they went"
    );
    let own = clerk.get("/register-proposals/1").await;
    assert!(
        own.text.contains("自分の申出は確認できません"),
        "{}",
        own.text
    );
    let page = second.get("/register-proposals/1").await;
    for words in [
        "虎ノ門一丁目1番",
        "朝日町9番",
        "見本　後見",
        "昭和54年3月4日",
    ] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    let ruled = second
        .post("/register-proposals/1", &again(&page, "approve"))
        .await;
    assert_eq!(ruled.location(), "/register-proposals/1", "{}", ruled.text);
    assert_eq!(place(), "神奈川県藤沢市朝日町9番");
    // Decided twice is told, not done.
    let late = second
        .post("/register-proposals/1", &again(&page, "approve"))
        .await;
    assert!(late.text.contains("すでに決めています") || late.status == StatusCode::SEE_OTHER);
}

// covers: SEC-102
#[tokio::test(flavor = "multi_thread")]
async fn a_new_place_of_somebody_in_hiding_is_shown_to_who_decides_alone() {
    let (store, router) = pages(3);
    twice(&store);
    hide(&store, ONE);
    let session = store
        .read(|conn| command_session(conn, "counter01", "test", 0))
        .unwrap();
    let acting = session.acting("試験", day(2026, 6, 15), crate::common::city::NOW, None);
    let permit = authorize::<RegisterContact>(&session).unwrap();
    let place = Use {
        person_id: ONE,
        scheme: String::new(),
        document: String::new(),
        from: day(2026, 6, 15),
        until: None,
    };
    let shelter = Destination {
        addressee: "見本　後見".to_owned(),
        postal_code: "2510054".to_owned(),
        address: "神奈川県藤沢市朝日町9番".to_owned(),
        relation: "guardian".to_owned(),
        ground: "登記事項証明書".to_owned(),
        ..Destination::default()
    };
    let seen = store.read(|conn| slot::version(conn, ONE)).unwrap();
    destination::propose(&store, &permit, &acting, &place, &shelter, seen).unwrap();
    let words = ["朝日町9番", "2510054", "見本　後見", "虎ノ門"];
    let sees = |text: &str| words.map(|one| text.contains(one));
    // Who proposed it, who looks things up, and the chief of another matter do not decide.
    for login in ["counter01", "viewer01", "shikaku02"] {
        let (mut reader, _) = person(&router, login).await;
        let page = reader.get("/register-proposals/1").await;
        assert_eq!(page.status, StatusCode::OK, "{login}");
        assert_eq!(sees(&page.text), [false; 4], "{login}: {}", page.text);
        assert!(page.text.contains("（非開示）"), "{login}: {}", page.text);
    }
    let (mut second, _) = person(&router, "shikaku01").await;
    let page = second.get("/register-proposals/1").await;
    assert_eq!(sees(&page.text), [true, true, true, false], "{}", page.text);
    let ruled = second
        .post("/register-proposals/1", &again(&page, "approve"))
        .await;
    assert_eq!(ruled.location(), "/register-proposals/1", "{}", ruled.text);
    let page = second.get("/register-proposals/1").await;
    assert_eq!(sees(&page.text), [false; 4], "{}", page.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn contacts_accounts_and_representatives_are_kept_with_their_days() {
    let (store, router) = pages(3);
    twice(&store);
    let (mut clerk, csrf) = person(&router, "counter01").await;
    type Form = (
        &'static str,
        &'static [(&'static str, &'static str)],
        &'static str,
    );
    let forms: [Form; 2] = [
        (
            "contact",
            &[
                ("kind", "mobile"),
                ("contact", "090-0000-0000"),
                ("from", "R8.6.1"),
            ],
            "090-0000-0000",
        ),
        (
            "representative",
            &[
                ("standing", "heir"),
                ("name", "見本　相続"),
                ("address", "東京都港区芝一丁目2番"),
                ("postal_code", "1050014"),
                ("relation", "長女"),
                ("ground", "代表者届"),
                ("from", "R8.6.1"),
            ],
            "見本　相続",
        ),
    ];
    for (topic, typed, words) in forms {
        let path = format!("/people/{ONE}/keep/{topic}");
        let form = clerk.get(&path).await;
        assert_eq!(form.status, StatusCode::OK);
        let choices = first_choices(&form.text);
        let mut fields = again(&form, "preview");
        fields.push(("csrf", &csrf));
        for (name, value) in typed {
            // A code that a list does not have is replaced by its first.
            let value = choices
                .iter()
                .find(|(field, all)| field == name && !all.iter().any(|one| one == value))
                .map_or(*value, |(_, all)| all[0].as_str());
            fields.push((name, value));
        }
        let shown = clerk.post(&path, &fields).await;
        assert_eq!(shown.status, StatusCode::OK, "{topic}: {}", shown.text);
        let done = clerk.post(&path, &again(&shown, "confirm")).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{topic}: {}", done.text);
        let page = clerk.get(&format!("/people/{ONE}")).await;
        assert!(page.text.contains(words), "{topic}: {}", page.text);
    }
}

/// The choices of each list of a form.
fn first_choices(text: &str) -> Vec<(String, Vec<String>)> {
    text.split("<select id=\"")
        .skip(1)
        .map(|rest| {
            let name = rest.split('"').next().unwrap().to_owned();
            let list = rest.split("</select>").next().unwrap();
            let all = list
                .split("<option value=\"")
                .skip(1)
                .map(|one| one.split('"').next().unwrap().to_owned())
                .collect();
            (name, all)
        })
        .collect()
}
