//! 任意記載 at the counter: a 資格確認書 with 適用区分 applied for, decided and issued through the pages.

use crate::common::browser::Browser;
use crate::common::pages;
use crate::common::steps::{again, person};
use crate::long_stay::{HOME, PATIENT, patient, taxed};
use axum::http::StatusCode;
use law::certificate::Item;
use office::certificate::{application, find};

async fn confirmed(clerk: &mut Browser, path: &str, typed: &[(&str, &str)]) -> String {
    let shown = clerk.post(path, typed).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    let done = clerk.post(path, &again(&shown, "confirm")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    shown.text
}

/// 施行規則 第6条第1項第5号・第2項・第4項第7号: on request the class is written on the 資格確認書.
// covers: CRT-001, CRT-016
#[tokio::test(flavor = "multi_thread")]
async fn a_confirmation_with_the_class_is_applied_for_decided_and_issued() {
    let (store, router) = pages(4);
    let (mut clerk, csrf) = person(&router, "counter01").await;
    patient(&store);
    taxed(&store, false, 100);
    let member = PATIENT.to_string();
    let linked = format!("linked_{member}");
    let seen = [
        ("csrf", csrf.as_str()),
        (linked.as_str(), "no"),
        ("as_of", "R8.6.15"),
        ("source", "本人の申出"),
        ("do", "preview"),
    ];
    confirmed(&mut clerk, &format!("/households/{HOME}/card"), &seen).await;
    let path = format!("/households/{HOME}/apply");
    let form = clerk.get(&path).await;
    let list = form.text.split("id=\"kind-list\">").nth(1).unwrap();
    let list = list.split("</datalist>").next().unwrap();
    // After the papers that are granted on application alone, whose codes stay as they are.
    let options: Vec<&str> = list.split("<option value=\"").skip(1).collect();
    let named = |one: &&&str| one.contains("資格確認書") && !one.contains("特別療養");
    let offered: Vec<&&str> = options.iter().filter(named).collect();
    assert_eq!(offered.len(), 1, "{list}");
    assert_eq!(options.last(), offered.first().copied(), "{list}");
    let kind = offered[0].split('"').next().unwrap();
    let typed = |illness: &'static str, opinion: &'static str| {
        let mut typed = vec![
            ("csrf", csrf.as_str()),
            ("do", "preview"),
            ("kind", kind),
            ("person", member.as_str()),
            ("applied_on", "R8.6.15"),
            ("applicant", "見本　申請"),
            ("relation", "本人"),
            ("grounds", "入院のため"),
            ("class_on_face", "1"),
            ("disease", illness),
        ];
        if !opinion.is_empty() {
            typed.push(("doctor_opinion", opinion));
        }
        typed
    };
    let shown = clerk.post(&path, &typed("2", "")).await;
    let bare = clerk.post(&path, &again(&shown, "confirm")).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        bare.text.contains("id=\"doctor_opinion-wrong\""),
        "{}",
        bare.text
    );
    let shown = confirmed(&mut clerk, &path, &typed("2", "1")).await;
    for words in ["資格確認書への記載", "適用区分", "医師の意見書"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    let received = store
        .read(|conn| application::of_household(conn, HOME))
        .unwrap()
        .remove(0);
    assert_eq!(received.content.kind, "confirmation");
    assert!(received.content.wish.class_on_face);
    let place = format!("/applications/{}", received.application_id);
    let page = clerk.get(&place).await;
    for words in ["資格確認書への記載", "交付を決定する", "納付状況"] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    for (order, request) in [("grant", "g-1"), ("issue", "i-1")] {
        let said = [
            ("csrf", csrf.as_str()),
            ("do", order),
            ("request_id", request),
        ];
        let done = clerk.post(&place, &said).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    }
    let paper = store
        .read(|conn| find::of_household(conn, HOME, i64::MAX))
        .unwrap()
        .remove(0);
    assert_eq!((paper.kind.as_str(), paper.disease), ("confirmation", 2));
    assert_eq!(paper.face.value(Item::Class), Some("オ"));
}
