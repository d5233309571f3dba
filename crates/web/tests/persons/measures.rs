//! 要配慮などの申出 and 特別療養費 through the pages: what a clerk registers, and the paper that is due after it.

use crate::common::browser::{Browser, Seen};
use crate::common::pages;
use crate::common::steps::{again, person};
use axum::http::StatusCode;
use db::Store;
use law::day;
use office::certificate::fact::{Sanction, Setting};
use office::registry::{history, load_household, timeline};

pub const HOME: i64 = 1_000_001;

pub fn first_member(store: &Store) -> i64 {
    store
        .read(|conn| load_household(conn, HOME, day(2026, 6, 15), None))
        .unwrap()
        .unwrap()
        .members[0]
        .person_id
}

/// Types a form, looks at the preview and confirms it; twice is once.
pub async fn carried_out(
    clerk: &mut Browser,
    csrf: &str,
    path: &str,
    typed: &[(&str, &str)],
) -> String {
    let mut all = vec![("csrf", csrf), ("do", "preview")];
    all.extend(typed);
    let shown = clerk.post(path, &all).await;
    assert_eq!(shown.status, StatusCode::OK, "{path}: {}", shown.text);
    let done = clerk.post(path, &again(&shown, "confirm")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{path}: {}", done.text);
    let twice = clerk.post(path, &again(&shown, "confirm")).await;
    assert_eq!(twice.location(), done.location(), "{path}: done once");
    done.location().to_owned()
}

/// Whom the latest act of a kind was about, as it is asked before its page opens.
pub fn about(store: &Store, kind: &str) -> Vec<i64> {
    store
        .read(|conn| {
            let latest = format!("select max(act_id) from act where kind = '{kind}'");
            let act = conn.query_text(&latest, &[], |row| row.int(0))?.remove(0);
            office::concerned::of_act(conn, act, 50)
        })
        .unwrap()
}

/// What is wrong with a form, confirmed or not.
pub async fn wrong(clerk: &mut Browser, csrf: &str, path: &str, typed: &[(&str, &str)]) -> Seen {
    let mut all = vec![("csrf", csrf), ("do", "preview")];
    all.extend(typed);
    let shown = clerk.post(path, &all).await;
    if shown.status != StatusCode::OK {
        return shown;
    }
    clerk.post(path, &again(&shown, "confirm")).await
}

/// マイナ保険証 of the first member seen, and the household judged.
pub async fn seen_and_judged(clerk: &mut Browser, csrf: &str, store: &Store, linked: &str) {
    let linked_name = format!("linked_{}", first_member(store));
    let typed = [
        (linked_name.as_str(), linked),
        ("as_of", "R8.6.15"),
        ("source", "本人の申出"),
    ];
    let path = format!("/households/{HOME}/card");
    carried_out(clerk, csrf, &path, &typed).await;
    let path = format!("/households/{HOME}/judge");
    let typed = [("on", "R8.6.1"), ("reason", "試験")];
    carried_out(clerk, csrf, &path, &typed).await;
}

/// Which paper the page of issue would give the first member today.
async fn due(clerk: &mut Browser, csrf: &str, store: &Store) -> String {
    let paper = format!("paper_{}", first_member(store));
    let typed = [
        ("csrf", csrf),
        ("do", "preview"),
        (paper.as_str(), "1"),
        ("kind", ""),
        ("arose_on", "R8.6.15"),
        ("reason", "差替え"),
    ];
    let path = format!("/households/{HOME}/issue");
    let shown = clerk.post(&path, &typed).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    let title = shown.text.split("<dt>名称</dt>").nth(1).unwrap();
    let title = title.split("<dd").nth(1).unwrap();
    let title = title.split_once('>').unwrap().1;
    title.split('<').next().unwrap().trim().to_owned()
}

/// 国民健康保険法 第9条第2項: who asks for it has a 資格確認書 even with マイナ保険証, from the day it is registered on its page.
// covers: CRT-016
#[tokio::test(flavor = "multi_thread")]
async fn who_asked_for_it_is_due_a_confirmation_in_spite_of_the_card() {
    let (store, router) = pages(4);
    let (mut clerk, csrf) = person(&router, "counter01").await;
    seen_and_judged(&mut clerk, &csrf, &store, "yes").await;
    assert_eq!(due(&mut clerk, &csrf, &store).await, "資格情報のお知らせ");
    let member = first_member(&store);
    let path = format!("/people/{member}/setting");
    // A clerk finds it on the page of the person and on that of the papers.
    let list = format!("/households/{HOME}/certificates");
    for place in [format!("/people/{member}"), list] {
        let page = clerk.get(&place).await;
        assert!(page.text.contains(&path), "{place}: {}", page.text);
    }
    let asked = [
        ("from", "R8.6.15"),
        ("confirmation_asked", "1"),
        ("name_choice", "by_practice"),
    ];
    let done = carried_out(&mut clerk, &csrf, &path, &asked).await;
    let kept = store
        .read(|conn| timeline::<Setting>(conn, member, None))
        .unwrap();
    assert_eq!(kept.len(), 1, "once");
    assert!(kept[0].fact.confirmation_asked && kept[0].valid.from == day(2026, 6, 15));
    assert!(clerk.get(&done).await.status == StatusCode::OK);
    assert_eq!(due(&mut clerk, &csrf, &store).await, "資格確認書");
    let form = clerk.get(&path).await;
    assert!(form.text.contains("要配慮者などの申請"), "{}", form.text);
    // The same again, no day, and an alias nobody has, are told beside their fields.
    let alias = [("from", "R8.6.16"), ("name_choice", "alias")];
    let none = [("from", ""), ("name_choice", "real")];
    for (typed, field) in [
        (&asked[..], "from"),
        (&alias, "name_choice"),
        (&none, "from"),
    ] {
        let seen = wrong(&mut clerk, &csrf, &path, typed).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed:?}");
        assert!(
            seen.text.contains(&format!("id=\"{field}-wrong\"")),
            "{typed:?}: {}",
            seen.text
        );
    }
    // Withdrawn from the same day: nothing is asked any more.
    let withdrawn = [("from", "R8.6.15"), ("name_choice", "by_practice")];
    carried_out(&mut clerk, &csrf, &path, &withdrawn).await;
    assert_eq!(due(&mut clerk, &csrf, &store).await, "資格情報のお知らせ");
    let (mut viewer, csrf) = person(&router, "viewer01").await;
    assert_eq!(viewer.get(&path).await.status, StatusCode::FORBIDDEN);
    let seen = wrong(&mut viewer, &csrf, &path, &asked).await;
    assert_eq!(seen.status, StatusCode::FORBIDDEN);
}

/// 国民健康保険法 第54条の3第1項・第3項・第5項: notice, beginning, notice, end; and a mistake that never was.
// covers: CRT-003
#[tokio::test(flavor = "multi_thread")]
async fn special_treatment_is_noticed_begun_ended_and_taken_back_on_its_pages() {
    let (store, router) = pages(4);
    let (mut clerk, csrf) = person(&router, "counter01").await;
    seen_and_judged(&mut clerk, &csrf, &store, "no").await;
    assert_eq!(due(&mut clerk, &csrf, &store).await, "資格確認書");
    let list = clerk.get(&format!("/households/{HOME}/certificates")).await;
    let special = format!("/households/{HOME}/special");
    assert!(list.text.contains(&special), "{}", list.text);
    let at = |step: &str| format!("{special}/{step}");
    // The notice is the clerk's; its days stand in their order.
    let early = [("until", "R8.6.15"), ("from", "R8.8.1")];
    let seen = wrong(&mut clerk, &csrf, &at("notice"), &early).await;
    assert!(seen.text.contains("id=\"until-wrong\""), "{}", seen.text);
    let days = [("until", "R8.7.10"), ("from", "R8.8.1")];
    carried_out(&mut clerk, &csrf, &at("notice"), &days).await;
    assert_eq!(about(&store, "certificate.notify_special"), [HOME]);
    let page = clerk.get(&special).await;
    for words in ["処分なし", "令和8年7月10日", "令和8年8月1日"] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    for step in ["impose", "lift", "undo/1"] {
        assert_eq!(
            clerk.get(&at(step)).await.status,
            StatusCode::FORBIDDEN,
            "{step}"
        );
    }
    // The measure is the supervisor's, and opens with the days of the notice.
    let (mut chief, chief_csrf) = person(&router, "shikaku02").await;
    assert_eq!(chief.get(&at("notice")).await.status, StatusCode::FORBIDDEN);
    let form = chief.get(&at("impose")).await;
    for words in ["令和8年6月15日", "令和8年7月10日", "令和8年8月1日"] {
        assert!(
            form.text.contains(&format!("value=\"{words}\"")),
            "{words}: {}",
            form.text
        );
    }
    let begin = |from: &'static str| {
        [
            ("noticed_on", "R8.4.20"),
            ("until", "R8.5.20"),
            ("from", from),
            ("reason", "令和6年度第3期から滞納、勧奨4回"),
        ]
    };
    let seen = wrong(&mut chief, &chief_csrf, &at("impose"), &begin("R8.5.20")).await;
    assert!(
        seen.text.contains("期限を過ぎてから始めます"),
        "{}",
        seen.text
    );
    carried_out(&mut chief, &chief_csrf, &at("impose"), &begin("R8.6.1")).await;
    let page = chief.get(&special).await;
    assert!(page.text.contains("特別療養費を適用中"), "{}", page.text);
    assert_eq!(
        due(&mut clerk, &csrf, &store).await,
        "資格確認書（特別療養）"
    );
    // Before it ends it is told.
    let end = |noticed: &'static str| {
        [
            ("noticed_on", noticed),
            ("from", "R8.6.15"),
            ("reason", "完納"),
        ]
    };
    for untold in ["", "R8.6.16"] {
        let seen = wrong(&mut chief, &chief_csrf, &at("lift"), &end(untold)).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{untold}");
        assert!(
            seen.text.contains("id=\"noticed_on-wrong\""),
            "{}",
            seen.text
        );
    }
    carried_out(&mut chief, &chief_csrf, &at("lift"), &end("R8.6.12")).await;
    assert_eq!(due(&mut clerk, &csrf, &store).await, "資格確認書");
    let page = chief.get(&special).await;
    for words in ["処分なし", "完納（通知 令和8年6月12日）"] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    // Begun by mistake: taken back, and the history keeps it.
    carried_out(&mut chief, &chief_csrf, &at("impose"), &begin("R8.6.15")).await;
    let standing = || {
        store
            .read(|conn| timeline::<Sanction>(conn, HOME, None))
            .unwrap()
    };
    let mistaken = standing().last().unwrap().act_id;
    let undo = at(&format!("undo/{mistaken}"));
    assert!(chief.get(&special).await.text.contains(&undo));
    let seen = wrong(&mut chief, &chief_csrf, &undo, &[("reason", "")]).await;
    assert!(seen.text.contains("id=\"reason-wrong\""), "{}", seen.text);
    carried_out(
        &mut chief,
        &chief_csrf,
        &undo,
        &[("reason", "世帯の取り違え")],
    )
    .await;
    assert_eq!(due(&mut clerk, &csrf, &store).await, "資格確認書");
    assert_eq!(
        standing().len(),
        1,
        "what was lifted before stays as it was"
    );
    let all = store.read(|conn| history::<Sanction>(conn, HOME)).unwrap();
    assert!(all.iter().any(|one| one.act_id == mistaken));
}
