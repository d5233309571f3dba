//! 証の通知 on their pages: read, printed, and printed after a second person's word.

use crate::common::browser::Browser;
use crate::common::city::NOW;
use crate::common::pages;
use crate::common::steps::person;
use crate::measures::{HOME, carried_out, first_member, seen_and_judged, wrong};
use axum::http::StatusCode;
use db::{Span, Store};
use law::day;
use office::registry::support::{self, Measure, MeasureKind};
use office::security::authorize;
use office::security::login::command_session;
use office::security::permit::RegisterResident;

const SPECIAL: &str = "/households/1000001/special";

/// The letters that were printed.
fn printed(store: &Store) -> Vec<i64> {
    let count = "select count(*) from act where kind = 'certificate.letter_print'";
    store
        .read(|conn| conn.query_text(count, &[], |row| row.int(0)))
        .unwrap()
}

/// The first member lives in hiding from now on.
fn hidden(store: &Store) {
    let session = store
        .read(|conn| command_session(conn, "counter01", "test", NOW))
        .unwrap();
    let permit = authorize::<RegisterResident>(&session).unwrap();
    let acting = session.acting("試験", day(2026, 6, 15), NOW + 1, None);
    let measure = Measure {
        kind: MeasureKind::Full,
        ends_on: Some(day(2027, 4, 30)),
        history_number: 0,
        origin: "counter".to_owned(),
    };
    let who = first_member(store);
    let seen = store
        .read(|conn| office::registry::event::version(conn, who))
        .unwrap();
    let span = Span::since(day(2026, 6, 1));
    support::register(store, &permit, &acting, who, seen, span, &measure).unwrap();
}

async fn notice(clerk: &mut Browser, csrf: &str) -> String {
    let days = [("until", "R8.7.10"), ("from", "R8.8.1")];
    carried_out(clerk, csrf, &format!("{SPECIAL}/notice"), &days).await;
    let page = clerk.get(SPECIAL).await;
    let at = page.text.split("href=\"/certificate-letters/").nth(1);
    let id = at.unwrap().split('"').next().unwrap();
    format!("/certificate-letters/{id}")
}

/// 国保法第54条の3第3項: the letter is read as it was written, and each printing is an act.
// covers: CRT-003, SEC-102
#[tokio::test(flavor = "multi_thread")]
async fn a_letter_is_read_and_printed_and_one_to_who_hides_after_another_s_word() {
    assert_eq!(SPECIAL, format!("/households/{HOME}/special"));
    let (store, router) = pages(4);
    let (mut clerk, csrf) = person(&router, "counter01").await;
    let letter = notice(&mut clerk, &csrf).await;
    let list = clerk.get(&format!("/households/{HOME}/certificates")).await;
    assert!(list.text.contains(&letter), "{}", list.text);
    let page = clerk.get(&letter).await;
    for words in [
        "特別療養費の支給に関する事前通知書",
        "令和8年8月1日",
        "届出・弁明と返還の期限",
        "特別の事情がある場合",
        "〒",
        "できます",
    ] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    let paper = format!("{letter}/paper");
    assert!(page.text.contains(&paper), "{}", page.text);
    assert_eq!(printed(&store), [0], "looking is not printing");
    let pdf = clerk.get(&paper).await;
    assert_eq!(pdf.status, StatusCode::OK, "{}", pdf.text);
    assert!(pdf.text.starts_with("%PDF 特別療養費"), "{}", pdf.text);
    assert_eq!(printed(&store), [1]);
    let (mut viewer, _) = person(&router, "viewer01").await;
    assert_eq!(viewer.get(&letter).await.status, StatusCode::OK);
    assert_eq!(viewer.get(&paper).await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        clerk.get("/certificate-letters/999").await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    // Somebody hides: no place is shown to who does not decide, and nothing is printed before the word is given.
    hidden(&store);
    let page = clerk.get(&letter).await;
    for words in ["支援措置対象者の世帯です", "承認待ち"] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    assert!(!page.text.contains("〒"), "{}", page.text);
    assert!(!page.text.contains(&paper), "{}", page.text);
    assert!(!page.text.contains("value=\"allow\""), "{}", page.text);
    let refused = clerk.get(&paper).await;
    assert_eq!(
        refused.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        refused.text
    );
    let word = |csrf: &str, words: &str| {
        [("csrf", csrf), ("do", "allow"), ("words", words)]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    let typed = word(&csrf, "自分で承認");
    let typed: Vec<(&str, &str)> = typed
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    assert_eq!(
        clerk.post(&letter, &typed).await.status,
        StatusCode::FORBIDDEN
    );
    let (mut chief, csrf) = person(&router, "shikaku02").await;
    let page = chief.get(&letter).await;
    assert!(page.text.contains("〒"), "where it goes: {}", page.text);
    for (words, status) in [
        ("", StatusCode::UNPROCESSABLE_ENTITY),
        ("申出書で送り先を確かめた", StatusCode::SEE_OTHER),
    ] {
        let typed = [("csrf", csrf.as_str()), ("do", "allow"), ("words", words)];
        let done = chief.post(&letter, &typed).await;
        assert_eq!(done.status, status, "{words}: {}", done.text);
    }
    let page = clerk.get(&letter).await;
    assert!(page.text.contains("承認済み"), "{}", page.text);
    assert!(!page.text.contains("〒"), "{}", page.text);
    assert_eq!(clerk.get(&paper).await.status, StatusCode::OK);
    assert_eq!(printed(&store), [2]);
}

/// 国保法第54条の3第5項: told before it ends, and the end is registered with the days of the letter.
// covers: CRT-003
#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_a_measure_is_told_by_a_letter_whose_days_the_form_takes_over() {
    let (store, router) = pages(4);
    let (mut clerk, csrf) = person(&router, "counter01").await;
    seen_and_judged(&mut clerk, &csrf, &store, "no").await;
    let end = format!("{SPECIAL}/notice-end");
    let typed = [("from", "R8.6.20"), ("reason", "完納")];
    let none = wrong(&mut clerk, &csrf, &end, &typed).await;
    assert!(
        none.text.contains("解除する処分がありません"),
        "{}",
        none.text
    );
    let (mut chief, chief_csrf) = person(&router, "shikaku02").await;
    let begin = [
        ("noticed_on", "R8.4.20"),
        ("until", "R8.5.20"),
        ("from", "R8.6.1"),
        ("reason", "令和6年度第3期から滞納、勧奨4回"),
    ];
    let impose = format!("{SPECIAL}/impose");
    carried_out(&mut chief, &chief_csrf, &impose, &begin).await;
    let page = clerk.get(SPECIAL).await;
    assert!(page.text.contains(&end), "{}", page.text);
    let late = [("from", "R8.6.14"), ("reason", "完納")];
    let seen = wrong(&mut clerk, &csrf, &end, &late).await;
    assert!(seen.text.contains("id=\"from-wrong\""), "{}", seen.text);
    carried_out(&mut clerk, &csrf, &end, &typed).await;
    let page = clerk.get(SPECIAL).await;
    for words in [
        "特別療養費を適用中",
        "療養の給付等を行う旨の通知",
        "令和8年6月20日",
    ] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    let form = chief.get(&format!("{SPECIAL}/lift")).await;
    for words in ["令和8年6月15日", "令和8年6月20日"] {
        let value = format!("value=\"{words}\"");
        assert!(form.text.contains(&value), "{words}: {}", form.text);
    }
    assert_eq!(chief.get(&end).await.status, StatusCode::FORBIDDEN);
}
