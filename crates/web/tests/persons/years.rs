//! The jobs of the year through their pages: August's cut-over, the renewal, the people who reach an age.

use crate::common::browser::{Browser, Seen};
use crate::common::city::NOW;
use crate::common::pages;
use crate::common::steps::{again, person};
use axum::http::StatusCode;
use law::day;
use office::certificate::card_list;
use office::certificate::fact::{Card, record_card};
use office::security::authorize;
use office::security::login::command_session;
use office::security::permit::ImportFile;
use std::time::{Duration, Instant};

/// Looks at a page until it says something.
async fn until(browser: &mut Browser, path: &str, words: &str) -> Seen {
    let end = Instant::now() + Duration::from_secs(60);
    loop {
        let page = browser.get(path).await;
        if page.text.contains(words) {
            return page;
        }
        assert!(Instant::now() < end, "{words}: {}", page.text);
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The last form of a page that is not of the change pattern.
fn hidden(page: &Seen) -> Vec<(&str, &str)> {
    again(page, "")
        .into_iter()
        .filter(|(name, _)| *name != "do")
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn augusts_cut_over_is_judged_approved_by_another_and_settled() {
    let (_store, router) = pages(12);
    let (mut clerk, _) = person(&router, "shikaku01").await;
    let (mut chief, _) = person(&router, "shikaku02").await;
    let form = clerk.get("/cut-over").await;
    let mut fields = hidden(&form);
    let bare = clerk.post("/cut-over", &fields).await;
    assert_eq!(
        bare.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        bare.text
    );
    assert!(bare.text.contains("id=\"decided_on-wrong\""));
    fields.extend([
        ("year", "2026"),
        ("decided_on", "R8.6.15"),
        ("note", "試験"),
    ]);
    let begun = clerk.post("/cut-over", &fields).await;
    assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.text);
    let place = begun.location().to_owned();
    // Whoever ran it does not approve it.
    let page = until(&mut chief, &place, "この内容で承認する").await;
    let own = clerk.get(&place).await;
    assert!(!own.text.contains("この内容で承認する"), "{}", own.text);
    let mut order = hidden(&page);
    order.push(("do", "approve"));
    let forced = clerk.post(&place, &order).await;
    assert_eq!(forced.status, StatusCode::FORBIDDEN, "{}", forced.text);
    let done = chief.post(&place, &order).await;
    assert_eq!(done.location(), place, "{}", done.text);
    let page = until(&mut clerk, &place, "確定する").await;
    let mut order = hidden(&page);
    order.push(("do", "publish"));
    clerk.post(&place, &order).await;
    let page = until(&mut clerk, &place, ">確定</span>").await;
    assert!(!page.text.contains("取り消す"), "{}", page.text);
    assert!(clerk.get("/cut-over").await.text.contains(&place));
    // The household says so from August on.
    let judged = clerk.get("/households/1000001/judgement").await;
    assert!(judged.text.contains("令和8年8月"), "{}", judged.text);
}

/// A list of マイナ保険証 that holds everybody as without one.
fn nobody_linked(store: &db::Store) {
    let everybody = "select distinct subject from insured_fact order by subject";
    let people = store
        .read(|conn| conn.query_text(everybody, &[], |row| Ok((row.int(0)?, false))))
        .unwrap();
    let session = store
        .read(|conn| command_session(conn, "shikaku01", "test", NOW))
        .unwrap();
    let acting = session.acting("試験", day(2026, 6, 15), NOW, None);
    let permit = authorize::<ImportFile>(&session).unwrap();
    let list = (day(2026, 6, 15), "一覧", "0f");
    card_list::receive(store, &permit, &acting, list, &people).unwrap();
}

/// Begins something with its own form, lets another approve it and has it settled.
async fn carried_out(
    (clerk, chief): (&mut Browser, &mut Browser),
    path: &str,
    typed: &[(&str, &str)],
    (settle, end): (&str, &str),
) -> String {
    let form = clerk.get(path).await;
    let mut fields = hidden(&form);
    fields.extend(typed);
    let begun = clerk.post(path, &fields).await;
    assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.text);
    let place = begun.location().to_owned();
    let page = until(chief, &place, "この内容で承認する").await;
    let mut order = hidden(&page);
    order.push(("do", "approve"));
    let approved = chief.post(&place, &order).await;
    assert_eq!(approved.location(), place, "{}", approved.text);
    let page = until(clerk, &place, settle).await;
    let mut order = hidden(&page);
    order.push(("do", "publish"));
    let ordered = clerk.post(&place, &order).await;
    assert_eq!(ordered.location(), place, "{}", ordered.text);
    until(clerk, &place, end).await;
    place
}

/// The card of somebody in the renewal is linked after the freeze; the paper that was made before.
fn linked_since(store: &db::Store) -> i64 {
    let text = "select certificate_id, person_id from certificate order by certificate_id limit 1";
    let read = |row: &db::Row<'_>| Ok((row.int(0)?, row.int(1)?));
    let first = store.read(|conn| conn.query_text(text, &[], read)).unwrap();
    let (paper, person) = first[0];
    let session = store
        .read(|conn| command_session(conn, "shikaku01", "test", NOW))
        .unwrap();
    let acting = session.acting("試験", day(2026, 6, 15), NOW, None);
    let card = Card {
        linked: true,
        as_of: day(2026, 6, 15),
        source: "窓口確認".to_owned(),
    };
    let may = authorize(&session).unwrap();
    record_card(store, &may, &acting, person, &card).unwrap();
    paper
}

// covers: CRT-020
#[tokio::test(flavor = "multi_thread")]
async fn a_renewal_is_handed_out_printed_on_its_own_forms_and_mailed() {
    let (store, router) = pages(12);
    let (mut clerk, csrf) = person(&router, "shikaku01").await;
    let (mut chief, _) = person(&router, "shikaku02").await;
    let year = [
        ("year", "2026"),
        ("decided_on", "R8.6.15"),
        ("note", "試験"),
    ];
    let both = (&mut clerk, &mut chief);
    carried_out(both, "/cut-over", &year, ("確定する", ">確定</span>")).await;
    nobody_linked(&store);
    let days = [
        ("effective_from", "R8.8.1"),
        ("issued_on", "R8.7.15"),
        ("card_as_of", "R8.6.15"),
    ];
    let both = (&mut clerk, &mut chief);
    let place = carried_out(both, "/renewals", &days, ("交付を決定する", "印刷待ち")).await;
    let count = |place: &str| {
        let text = format!("select count(*) from certificate_standing where place = '{place}'");
        let rows = store.read(|conn| conn.query_text(&text, &[], |row| row.int(0)));
        rows.unwrap()[0]
    };
    let all = count("decided");
    assert!(all > 0, "{}", clerk.get(&place).await.text);
    let stocks = store
        .read(|conn| {
            conn.query_text("select distinct form_stock from certificate", &[], |row| {
                row.text(0)
            })
        })
        .unwrap();
    // One form too few, then exactly those of the run.
    let page = clerk.get(&place).await;
    let whole = stocks.join(" ");
    for stock in &stocks {
        assert!(
            page.text.contains(&format!("用紙 {stock}")),
            "{}",
            page.text
        );
    }
    assert!(!page.text.contains("全部を発送済みにする"), "{}", page.text);
    for (typed, status) in [
        (
            stocks[0].clone() + " 999999",
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (whole, StatusCode::SEE_OTHER),
    ] {
        let mut order = hidden(&page);
        order.retain(|(name, _)| *name != "stocks");
        order.extend([("stocks", typed.as_str()), ("do", "printed")]);
        let told = clerk.post(&place, &order).await;
        assert_eq!(told.status, status, "{typed}: {}", told.text);
    }
    assert_eq!((count("decided"), count("office")), (0, all));
    // One paper is no longer what it would be now: it is shown, stays behind, and is made void on its own page.
    let wrong = linked_since(&store);
    let page = clerk.get(&place).await;
    assert!(!page.text.contains("全部を印刷済みにする"), "{}", page.text);
    let link = format!("/certificates/{wrong}\"");
    assert!(page.text.contains(&link), "{}", page.text);
    assert!(page.text.contains("差替え"), "{}", page.text);
    assert!(!page.text.contains("追加"), "{}", page.text);
    let mut order = hidden(&page);
    order.push(("do", "mailed"));
    let told = clerk.post(&place, &order).await;
    assert_eq!(told.location(), place, "{}", told.text);
    assert_eq!((count("on_the_way"), count("office")), (all - 1, 1));
    let at = format!("/certificates/{wrong}");
    for (words, request, status) in [
        ("", "void-1", StatusCode::UNPROCESSABLE_ENTITY),
        ("凍結後の変更", "void-2", StatusCode::SEE_OTHER),
    ] {
        let fields = [
            ("csrf", csrf.as_str()),
            ("what", "void"),
            ("words", words),
            ("request_id", request),
        ];
        let told = clerk.post(&at, &fields).await;
        assert_eq!(told.status, status, "{words}: {}", told.text);
    }
    assert_eq!((count("office"), count("voided")), (0, 1));
    let page = clerk.get(&place).await;
    assert!(!page.text.contains("済みにする"), "{}", page.text);
    // What is due instead is on the list.
    let due =
        "select count(*) from work_item where kind = 'certificate.replace' and state = 'open'";
    let due = store.read(|conn| conn.query_text(due, &[], |row| row.int(0)));
    assert_eq!(due.unwrap(), [1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewal_is_made_and_can_be_called_off() {
    let (store, router) = pages(6);
    let (mut clerk, _) = person(&router, "shikaku01").await;
    let form = clerk.get("/renewals").await;
    let mut fields = hidden(&form);
    let bare = clerk.post("/renewals", &fields).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["effective_from", "issued_on", "card_as_of"] {
        assert!(
            bare.text.contains(&format!("id=\"{field}-wrong\"")),
            "{field}"
        );
    }
    fields.extend([
        ("effective_from", "R8.8.1"),
        ("issued_on", "R8.7.15"),
        ("card_as_of", "R8.6.15"),
    ]);
    // No renewal without the list of cards it stands on.
    let told = clerk.post("/renewals", &fields).await;
    assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        told.text
            .contains("取り込み済みの最新の一覧はまだありません"),
        "{}",
        told.text
    );
    nobody_linked(&store);
    let begun = clerk.post("/renewals", &fields).await;
    assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.text);
    let place = begun.location().to_owned();
    let page = until(&mut clerk, &place, "取り消す").await;
    assert!(page.text.contains("令和8年8月1日"), "{}", page.text);
    let mut order = hidden(&page);
    order.push(("do", "cancel"));
    let done = clerk.post(&place, &order).await;
    assert_eq!(done.location(), place, "{}", done.text);
    let page = clerk.get(&place).await;
    assert!(!page.text.contains("交付を決定する"), "{}", page.text);
    // A viewer sees no renewal.
    let (mut viewer, _) = person(&router, "viewer01").await;
    assert_eq!(viewer.get(&place).await.status, StatusCode::FORBIDDEN);
}

/// Orders something on the list of those who get no paper.
async fn ordered(browser: &mut Browser, list: &str, typed: &[(&str, &str)]) -> Seen {
    let page = browser.get(list).await;
    let mut order = hidden(&page);
    order.retain(|(name, _)| *name == "csrf" || *name == "request_id");
    order.extend(typed);
    browser.post(list, &order).await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_gets_no_paper_is_listed_and_pulled_out_before_the_approval() {
    let (store, router) = pages(60);
    let (mut clerk, _) = person(&router, "shikaku01").await;
    let (mut chief, _) = person(&router, "shikaku02").await;
    let form = clerk.get("/renewals").await;
    assert!(form.text.contains("kokuho import"), "{}", form.text);
    nobody_linked(&store);
    let form = clerk.get("/renewals").await;
    assert!(
        form.text.contains("value=\"令和8年6月15日\""),
        "{}",
        form.text
    );
    let mut fields = hidden(&form);
    fields.extend([
        ("effective_from", "R8.8.1"),
        ("issued_on", "R8.7.15"),
        ("card_as_of", "R8.6.15"),
    ]);
    let begun = clerk.post("/renewals", &fields).await;
    let place = begun.location().to_owned();
    let list = format!("{place}/refused");
    let page = until(&mut chief, &place, "この内容で承認する").await;
    assert!(page.text.contains("判定がない"), "{}", page.text);
    assert!(!page.text.contains("<td>certificate."), "{}", page.text);
    assert!(
        page.text
            .contains(&format!("{list}?reason=certificate.judgement.none"))
    );
    let approve = async |chief: &mut Browser| {
        let page = chief.get(&place).await;
        let mut order = hidden(&page);
        order.push(("do", "approve"));
        chief.post(&place, &order).await
    };
    // With somebody unjudged it is not approved, and the page says where to go.
    let told = approve(&mut chief).await;
    assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        told.text.contains("「証を作れない人」で一覧を開き"),
        "{}",
        told.text
    );
    let rows = store
        .read(|conn| {
            conn.query_text(
                "select household_id, person_id from certificate_run_row \
                 where reason_code = 'certificate.judgement.none' order by household_id, person_id",
                &[],
                |row| Ok((row.int(0)?.to_string(), row.int(1)?.to_string())),
            )
        })
        .unwrap();
    assert!(rows.len() > 2, "{rows:?}");
    let page = clerk.get(&list).await;
    for (home, one) in rows.iter().take(20) {
        assert!(page.text.contains(&format!("href=\"/people/{one}\"")));
        assert!(page.text.contains(&format!("href=\"/households/{home}\"")));
    }
    assert!(!page.text.contains("抜取済</span>"), "{}", page.text);
    // Who looks only has no form, and may not order.
    let looked = chief.get(&list).await;
    assert!(!looked.text.contains("name=\"person\""), "{}", looked.text);
    let one = [
        ("person", rows[0].1.as_str()),
        ("reason", "判定待ち"),
        ("do", "pull"),
    ];
    let forced = ordered(&mut chief, &list, &one).await;
    assert_eq!(forced.status, StatusCode::FORBIDDEN);
    // What is wrong comes back with what was typed.
    for (typed, field) in [
        (
            [("person", ""), ("household", ""), ("reason", "判定待ち")],
            "person",
        ),
        (
            [("person", "一"), ("household", ""), ("reason", "判定待ち")],
            "person",
        ),
        (
            [("person", "5"), ("household", ""), ("reason", "判定待ち")],
            "person",
        ),
        (
            [("person", ""), ("household", "5"), ("reason", "判定待ち")],
            "household",
        ),
        (
            [
                ("person", rows[0].1.as_str()),
                ("household", ""),
                ("reason", ""),
            ],
            "reason",
        ),
    ] {
        let told = ordered(&mut clerk, &list, &[&typed[..], &[("do", "pull")]].concat()).await;
        assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed:?}");
        assert!(
            told.text.contains(&format!("id=\"{field}-wrong\"")),
            "{typed:?} {}",
            told.text
        );
        for (name, value) in typed {
            if !value.is_empty() {
                let kept = format!("name=\"{name}\" value=\"{value}\"");
                assert!(told.text.contains(&kept), "{kept}");
            }
        }
    }
    let done = ordered(&mut clerk, &list, &one).await;
    assert_eq!(done.location(), list, "{}", done.text);
    let home = [
        ("household", rows[1].0.as_str()),
        ("reason", "世帯ごと"),
        ("do", "pull"),
    ];
    assert_eq!(ordered(&mut clerk, &list, &home).await.location(), list);
    let page = clerk.get(&list).await;
    assert!(page.text.contains("抜取（2件）"), "{}", page.text);
    assert!(page.text.contains("抜取済</span>"), "{}", page.text);
    // One is taken back; then all of the reason at once, with one reason in words.
    let pull = store
        .read(|conn| {
            conn.query_text("select min(pull_id) from certificate_pull", &[], |row| {
                row.int(0)
            })
        })
        .unwrap()[0]
        .to_string();
    let back = [("pull", pull.as_str()), ("do", "release")];
    assert_eq!(ordered(&mut clerk, &list, &back).await.location(), list);
    assert!(clerk.get(&list).await.text.contains("抜取（1件）"));
    let mut all = [
        ("code", "certificate.judgement.none"),
        ("words", ""),
        ("do", "pull_all"),
    ];
    let told = ordered(&mut clerk, &list, &all).await;
    assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(told.text.contains("id=\"words-wrong\""), "{}", told.text);
    all[1].1 = "判定待ち";
    assert_eq!(ordered(&mut clerk, &list, &all).await.location(), list);
    let approved = approve(&mut chief).await;
    assert_eq!(approved.location(), place, "{}", approved.text);
    // After the approval nobody is pulled out or put back.
    let late = ordered(&mut clerk, &list, &back).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = clerk.get(&list).await;
    assert!(!page.text.contains(">取消<"), "{}", page.text);
    let (mut viewer, _) = person(&router, "viewer01").await;
    assert_eq!(viewer.get(&list).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn ages_are_listed_for_a_stretch_and_confirmed_as_a_job() {
    let (_store, router) = pages(60);
    let (mut clerk, _) = person(&router, "shikaku01").await;
    let page = clerk.get("/ages?from=R8.4.1&until=R9.3.31").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.text.contains("未確認"),
        "a year of sixty households has somebody: {}",
        page.text
    );
    let wrong = clerk.get("/ages?from=R8.13.1&until=R9.3.31").await;
    assert!(wrong.text.contains("id=\"from-wrong\""), "{}", wrong.text);
    let order = hidden(&page);
    let begun = clerk.post("/ages", &order).await;
    assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.text);
    assert!(
        begun.location().starts_with("/jobs/"),
        "{}",
        begun.location()
    );
    until(&mut clerk, begun.location(), "完了").await;
    let (mut viewer, _) = person(&router, "viewer01").await;
    assert_eq!(viewer.get("/ages").await.status, StatusCode::FORBIDDEN);
}
