//! 資格に付く状態 through the pages: stated, corrected, ended, taken back; what follows shown before.
#![allow(
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
use common::steps::{again, person, publish};
use db::Store;
use law::day;
use office::eligibility::status::{Line, Subject, of_subject};
use office::registry::{CareExempt, InsuredSpan, Resident, timeline};

/// Somebody insured, of an age, in a household.
fn somebody(store: &Store, youngest: i16, oldest: i16) -> (i64, i64) {
    store
        .read(|conn| {
            for household in 1_000_001..1_000_200 {
                for place in 0..8 {
                    let id = household * 10 + place;
                    let Some(resident) = timeline::<Resident>(conn, id, None)?.into_iter().last()
                    else {
                        continue;
                    };
                    let age = law::date::age_on(resident.fact.birth_on, day(2026, 6, 15));
                    let spans = timeline::<InsuredSpan>(conn, id, None)?;
                    let now = spans.iter().find(|span| span.valid.holds(day(2026, 6, 15)));
                    let exempt = !timeline::<CareExempt>(conn, id, None)?.is_empty();
                    if let Some(span) = now
                        && (youngest..=oldest).contains(&age)
                        && !exempt
                        && !resident.fact.withheld
                        && span.valid.until.is_none()
                        && span.valid.from < day(2026, 4, 1)
                    {
                        return Ok::<_, office::OfficeError>((id, span.fact.household_id));
                    }
                }
            }
            panic!("nobody of {youngest} to {oldest}")
        })
        .unwrap()
}

fn lines(store: &Store, id: i64) -> Vec<Line> {
    store
        .read(|conn| of_subject(conn, Subject::Person, id, None))
        .unwrap()
}

/// Types a form, looks at the preview and confirms; answers preview and where it leads.
async fn through(clerk: &mut Browser, path: &str, typed: &[(&str, &str)]) -> (Seen, String) {
    let shown = clerk.post(path, typed).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    assert!(
        shown.text.contains("まだ何も変わっていません"),
        "{}",
        shown.text
    );
    let done = clerk.post(path, &again(&shown, "confirm")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let to = done.location().to_owned();
    (shown, to)
}

fn act_of(to: &str) -> i64 {
    to.split("done=").nth(1).unwrap().parse().unwrap()
}

// covers: QUA-012, QUA-031
#[tokio::test(flavor = "multi_thread")]
async fn a_student_is_stated_corrected_ended_and_taken_back() {
    let (store, router) = pages(30);
    let (id, home) = somebody(&store, 18, 64);
    let (mut clerk, csrf) = person(&router, "counter01").await;
    let list = format!("/people/{id}/statuses");
    let page = clerk.get(&list).await;
    assert!(
        page.text.contains("修学（マル学・マル遠）"),
        "{}",
        page.text
    );
    let path = format!("/people/{id}/status/student");
    let form = clerk.get(&path).await;
    assert!(
        form.text.contains(&format!("value=\"{home}\"")),
        "{}",
        form.text
    );
    let household = home.to_string();
    let typed = [
        ("csrf", csrf.as_str()),
        ("do", "preview"),
        ("from", "R8.4.1"),
        ("c_kind", "1"),
        ("c_school", "見本大学"),
        ("c_place", "271004"),
        ("c_course_end_on", "R12.3.31"),
        ("c_household_id", household.as_str()),
        ("c_reported_on", "R8.6.15"),
        ("note", "在学証明書"),
    ];
    let mut wrong = typed;
    wrong[4] = ("c_school", "");
    let refused = clerk.post(&path, &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text.contains("学校名: 入力してください"),
        "{}",
        refused.text
    );
    let (shown, to) = through(&mut clerk, &path, &typed).await;
    assert!(shown.text.contains("第116条"), "{}", shown.text);
    assert!(shown.text.contains("見本大学") && shown.text.contains("加わる"));
    let page = clerk.get(&to).await;
    assert!(
        page.text.contains("修学（学遠）の登録を行いました"),
        "{}",
        page.text
    );
    let stated = lines(&store, id);
    assert_eq!(stated.len(), 1);
    assert_eq!(
        stated[0].valid.until,
        Some(day(2030, 4, 1)),
        "without another day it ends with the course"
    );

    // A day before it began shows nothing; a day of it shows it.
    let before = clerk.get(&format!("{list}?as_of=R8.3.31")).await;
    assert!(
        before.text.contains("この日に当たる状態はありません"),
        "{}",
        before.text
    );
    let within = clerk.get(&format!("{list}?as_of=R9.1.1")).await;
    assert!(!within.text.contains("この日に当たる状態はありません"));

    // 訂正: shorter, and nothing of the old one is left.
    let form = clerk.get(&format!("{path}?was=2026-04-01")).await;
    assert!(form.text.contains("見本大学"), "{}", form.text);
    let mut corrected: Vec<(&str, &str)> = typed.to_vec();
    corrected[4] = ("c_school", "見本短期大学");
    corrected.extend([("was", "2026-04-01"), ("until", "R10.4.1")]);
    let (shown, to) = through(&mut clerk, &path, &corrected).await;
    assert!(shown.text.contains("なくなる") && shown.text.contains("訂正"));
    let stated = lines(&store, id);
    assert_eq!(stated.len(), 1);
    assert_eq!(stated[0].valid.until, Some(day(2028, 4, 1)));
    let correction = act_of(&to);

    // 終了.
    let end = format!("{path}/end");
    let typed_end = [
        ("csrf", csrf.as_str()),
        ("do", "preview"),
        ("from", "R8.6.10"),
        ("note", "退学"),
    ];
    let (_, to) = through(&mut clerk, &end, &typed_end).await;
    assert_eq!(lines(&store, id)[0].valid.until, Some(day(2026, 6, 10)));
    let ended = act_of(&to);

    // The clerk takes back what was done today: the end, then the correction.
    for (act, until) in [(ended, day(2028, 4, 1)), (correction, day(2030, 4, 1))] {
        let undo = format!("/people/{id}/undo-status/{act}");
        let typed = [
            ("csrf", csrf.as_str()),
            ("do", "preview"),
            ("note", "書類の写し違い"),
        ];
        let (shown, _) = through(&mut clerk, &undo, &typed).await;
        assert!(shown.text.contains("書類の写し違い"));
        assert_eq!(lines(&store, id)[0].valid.until, Some(until));
    }
    let page = clerk.get(&list).await;
    assert!(page.text.contains("置き換え・取消済"), "the history stays");
    // Once more is told, not done.
    let again = clerk
        .post(
            &format!("/people/{id}/undo-status/{ended}"),
            &[("csrf", &csrf), ("do", "preview"), ("note", "もう一度")],
        )
        .await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.text.contains("取消済み"), "{}", again.text);
}

/// 介護適用除外 moves the levy: every yen is shown with its reason before it is confirmed, and comes back with the undo.
// covers: QUA-022
#[tokio::test(flavor = "multi_thread")]
async fn what_a_status_does_to_the_levy_is_shown_with_its_reasons() {
    let (store, router) = pages(60);
    publish(&router, &store).await;
    let (id, home) = somebody(&store, 41, 63);
    let total = || {
        let outcomes = store
            .read(|conn| office::levy::decision::history(conn, home))
            .unwrap();
        outcomes.last().map(|one| one.outcome.parts.total())
    };
    let before = total();
    let (mut clerk, csrf) = person(&router, "shikaku01").await;
    let path = format!("/people/{id}/status/care_exempt");
    let typed = [
        ("csrf", csrf.as_str()),
        ("do", "preview"),
        ("from", "R8.4.1"),
        ("c_facility", "見本園"),
    ];
    let (shown, to) = through(&mut clerk, &path, &typed).await;
    assert!(
        shown.text.contains("なぜ変更後の金額になるか"),
        "{}",
        shown.text
    );
    assert_ne!(total(), before, "the levy follows without a hand");
    let undo = format!("/people/{id}/undo-status/{}", act_of(&to));
    let typed = [
        ("csrf", csrf.as_str()),
        ("do", "preview"),
        ("note", "別の人の入所だった"),
    ];
    let (shown, _) = through(&mut clerk, &undo, &typed).await;
    assert!(shown.text.contains("なぜ変更後の金額になるか"));
    assert_eq!(total(), before);
}

/// The clerk of the counter takes back what is his own and of today; what is another's, the eligibility role does.
#[tokio::test(flavor = "multi_thread")]
async fn the_counter_takes_back_only_its_own() {
    let (store, router) = pages(30);
    let (id, _) = somebody(&store, 18, 64);
    let (mut other, other_csrf) = person(&router, "shikaku01").await;
    let path = format!("/people/{id}/status/company_insurance");
    let typed = |csrf: &str| {
        [
            ("csrf", csrf.to_owned()),
            ("do", "preview".to_owned()),
            ("from", "R8.5.1".to_owned()),
            ("c_insurer_number", "06139999".to_owned()),
            ("c_insurer_name", "見本健康保険組合".to_owned()),
            ("c_relation", "1".to_owned()),
            ("c_source", "届出".to_owned()),
        ]
    };
    let form = typed(&other_csrf);
    let form: Vec<(&str, &str)> = form
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let (shown, to) = through(&mut other, &path, &form).await;
    assert!(shown.text.contains("二重に加入"), "{}", shown.text);
    let undo = format!("/people/{id}/undo-status/{}", act_of(&to));
    let (mut clerk, _) = person(&router, "counter01").await;
    let refused = clerk.get(&undo).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text);
    let list = clerk.get(&format!("/people/{id}/statuses")).await;
    assert!(
        !list.text.contains("undo-status"),
        "it is not offered either"
    );
    let list = other.get(&format!("/people/{id}/statuses")).await;
    assert!(list.text.contains("undo-status"));
}

// covers: QUA-011
#[tokio::test(flavor = "multi_thread")]
async fn a_stay_keeps_the_insurer_of_the_first_facility() {
    let (store, router) = pages(30);
    let (id, _) = somebody(&store, 30, 70);
    let (mut clerk, csrf) = person(&router, "shikaku01").await;
    for (name, place) in [("見本の丘", "131041"), ("見本の里", "271004")] {
        let typed = [
            ("csrf", csrf.as_str()),
            ("do", "preview"),
            ("from", "R2.4.1"),
            ("c_name", name),
            ("c_kind", "6"),
            ("c_municipality", place),
            ("c_postal_code", "1600022"),
            ("c_address", "見本県見本市一丁目"),
        ];
        through(&mut clerk, "/facilities/0", &typed).await;
    }
    let list = clerk.get("/facilities?facility=2").await;
    assert!(
        list.text.contains("見本の丘") && list.text.contains("見本の里"),
        "{}",
        list.text
    );
    let path = format!("/people/{id}/status/facility_stay");
    for (number, on, came_from) in [("1", "R8.4.1", "131032"), ("2", "R8.6.1", "131041")] {
        let typed = [
            ("csrf", csrf.as_str()),
            ("do", "preview"),
            ("facility", number),
            ("from", on),
            ("came_from", came_from),
            ("reported_on", "R8.6.15"),
        ];
        let (shown, _) = through(&mut clerk, &path, &typed).await;
        assert!(shown.text.contains("第116条の2"), "{}", shown.text);
    }
    let stays = lines(&store, id);
    let insurers: Vec<_> = stays
        .iter()
        .map(|line| line.value("insurer").unwrap())
        .collect();
    assert_eq!(
        insurers,
        [&db::Value::from("131032"), &db::Value::from("131032")]
    );
    // 退所 asks what becomes of the insurance.
    let typed = [
        ("csrf", csrf.as_str()),
        ("do", "preview"),
        ("from", "R8.6.14"),
        ("note", ""),
    ];
    let (shown, _) = through(&mut clerk, &format!("{path}/end"), &typed).await;
    assert!(shown.text.contains("退所: 戻らず"), "{}", shown.text);
}

/// 支援措置（住民基本台帳事務処理要領 第5-10）: the facility, the school and what else tells a place are on no page of somebody
/// whose address is withheld, nor of their household; a correction that leaves them as they are does not need them.
// covers: QUA-011
#[tokio::test(flavor = "multi_thread")]
async fn what_tells_a_place_is_not_shown_of_somebody_under_a_measure() {
    let (store, router) = pages(30);
    let (id, home) = somebody(&store, 18, 39);
    let (mut clerk, csrf) = person(&router, "shikaku01").await;
    let typed = [
        ("csrf", csrf.as_str()),
        ("do", "preview"),
        ("from", "R2.4.1"),
        ("c_name", "見本の丘"),
        ("c_kind", "6"),
        ("c_municipality", "131041"),
        ("c_postal_code", "1600022"),
        ("c_address", "見本県見本市一丁目"),
    ];
    through(&mut clerk, "/facilities/0", &typed).await;
    let stay = format!("/people/{id}/status/facility_stay");
    let typed = [
        ("csrf", csrf.as_str()),
        ("do", "preview"),
        ("facility", "1"),
        ("from", "R8.4.1"),
        ("came_from", "131032"),
        ("reported_on", "R8.6.15"),
    ];
    through(&mut clerk, &stay, &typed).await;
    let household = home.to_string();
    let student = format!("/people/{id}/status/student");
    let typed = [
        ("csrf", csrf.as_str()),
        ("do", "preview"),
        ("from", "R8.4.1"),
        ("c_kind", "1"),
        ("c_school", "隠里大学"),
        ("c_place", "271004"),
        ("c_course_end_on", "R12.3.31"),
        ("c_household_id", household.as_str()),
        ("c_reported_on", "R8.6.15"),
    ];
    through(&mut clerk, &student, &typed).await;
    let exempt = format!("/people/{id}/status/care_exempt");
    let typed = [
        ("csrf", csrf.as_str()),
        ("do", "preview"),
        ("from", "R8.4.1"),
        ("c_facility", "隠里園"),
    ];
    through(&mut clerk, &exempt, &typed).await;
    let told = ["施設番号 1、", "隠里大学", "271004", "隠里園"];
    let pages = [
        format!("/people/{id}/statuses"),
        format!("/households/{home}/statuses"),
    ];
    for page in &pages {
        let seen = clerk.get(page).await.text;
        assert!(told.iter().all(|word| seen.contains(word)), "{seen}");
    }
    common::steps::hide(&store, id);
    for page in &pages {
        let seen = clerk.get(page).await.text;
        for word in told {
            assert!(!seen.contains(word), "{page} {word}: {seen}");
        }
        assert!(seen.contains("施設番号 （非開示）、"), "{seen}");
    }
    for (path, word) in [
        (&stay, "name=\"c_facility_id\" value=\"1\""),
        (&student, "隠里大学"),
        (&student, "271004"),
        (&exempt, "隠里園"),
    ] {
        let form = clerk.get(&format!("{path}?was=2026-04-01")).await.text;
        assert!(form.contains("変えないときは空欄のままにする"), "{form}");
        assert!(!form.contains(word), "{path} {word}: {form}");
    }
    let typed = [
        ("csrf", csrf.as_str()),
        ("do", "preview"),
        ("was", "2026-04-01"),
        ("from", "R8.4.2"),
        ("c_facility_id", ""),
        ("c_insurer", "131032"),
        ("c_reported_on", "R8.6.15"),
    ];
    let (shown, _) = through(&mut clerk, &stay, &typed).await;
    assert!(!shown.text.contains("施設番号 1"), "{}", shown.text);
    let stays = lines(&store, id);
    let stay = stays
        .iter()
        .find(|line| line.code == "facility_stay")
        .unwrap();
    assert_eq!(stay.valid.from, day(2026, 4, 2));
    assert_eq!(stay.value("facility_id"), Some(&db::Value::from(1_i64)));
}

// covers: QUA-010
#[tokio::test(flavor = "multi_thread")]
async fn circumstances_are_notified_at_the_counter_and_ruled_on_by_another() {
    let (_store, router) = pages(30);
    let (mut clerk, csrf) = person(&router, "counter01").await;
    let path = "/households/1000002/status/special_circumstances";
    let typed = [
        ("csrf", csrf.as_str()),
        ("do", "preview"),
        ("reported_on", "R8.6.15"),
        ("ground", "災害により財産に著しい損失を受けた"),
        ("evidence", "り災証明書"),
    ];
    let (shown, to) = through(&mut clerk, path, &typed).await;
    assert!(
        shown.text.contains("特別の事情を審査する"),
        "{}",
        shown.text
    );
    assert!(
        clerk
            .get(&to)
            .await
            .text
            .contains("特別の事情の登録を行いました")
    );
    let rule = "/households/1000002/circumstances";
    assert_eq!(clerk.get(rule).await.status, StatusCode::FORBIDDEN);
    let (mut chief, csrf) = person(&router, "shikaku02").await;
    let list = chief.get("/households/1000002/statuses").await;
    assert!(list.text.contains(rule), "{}", list.text);
    let typed = [
        ("csrf", csrf.as_str()),
        ("do", "preview"),
        ("ruling", "1"),
        ("until", "R9.4.1"),
        ("note", "り災の程度を確認した"),
    ];
    through(&mut chief, rule, &typed).await;
    let list = chief.get("/households/1000002/statuses").await;
    assert!(list.text.contains("認めた"), "{}", list.text);
}

// covers: QUA-021, QUA-023
#[tokio::test(flavor = "multi_thread")]
async fn slips_trials_holds_and_assistance_go_through_their_own_forms() {
    let (store, router) = pages(30);
    let (id, home) = somebody(&store, 30, 64);
    let (mut clerk, csrf) = person(&router, "counter01").await;
    let household = home.to_string();
    let csrf = csrf.as_str();
    let trial = format!("/people/{id}/status/trial");
    let typed = [
        ("csrf", csrf),
        ("do", "preview"),
        ("trial", "visited"),
        ("found_on", "R8.6.14"),
        ("finding", "表札なし。郵便物がたまっている"),
    ];
    let (shown, _) = through(&mut clerk, &trial, &typed).await;
    assert!(
        shown.text.contains("居所を調べる"),
        "the matter it opens: {}",
        shown.text
    );
    let hold = format!("/people/{id}/status/whereabouts");
    let mut typed = vec![
        ("csrf", csrf),
        ("do", "preview"),
        ("stage", "1"),
        ("from", "R8.6.15"),
        ("until", "R9.6.15"),
        ("certificate", "1"),
        ("ground", "現地調査"),
    ];
    let refused = clerk.post(&hold, &typed).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("6か月以内"), "{}", refused.text);
    typed[4] = ("until", "R8.12.15");
    let (shown, to) = through(&mut clerk, &hold, &typed).await;
    assert!(shown.text.contains("資格は失われません"), "{}", shown.text);
    let page = clerk.get(&to).await;
    assert!(page.text.contains("表札なし") && page.text.contains("保留を終える日"));
    let slip = format!("/people/{id}/status/slip");
    let typed = [
        ("csrf", csrf),
        ("do", "preview"),
        ("kind", "former_insured"),
        ("direction", "received"),
        ("made_on", "R8.6.10"),
        ("since", "R7.10.1"),
        ("municipality", "131041"),
        ("household", household.as_str()),
    ];
    let (shown, to) = through(&mut clerk, &slip, &typed).await;
    assert!(
        shown.text.contains("特定同一世帯所属者の引継ぎを登録する"),
        "{}",
        shown.text
    );
    assert!(clerk.get(&to).await.text.contains("旧国保被保険者連絡票"));
    let assistance = format!("/people/{id}/status/public_assistance");
    let mut typed = vec![
        ("csrf", csrf),
        ("do", "preview"),
        ("change", "2"),
        ("from", "R8.6.1"),
        ("office", "131032"),
        ("case_number", "K001"),
        ("reported_on", "R8.6.15"),
    ];
    let refused = clerk.post(&assistance, &typed).await;
    assert!(
        refused.text.contains("停止」にはなりません"),
        "{}",
        refused.text
    );
    typed[2] = ("change", "1");
    let (shown, to) = through(&mut clerk, &assistance, &typed).await;
    assert!(
        shown.text.contains("資格の異動を登録する"),
        "{}",
        shown.text
    );
    // Taken back: the candidate leaves the work list with it.
    let undo = format!("/people/{id}/undo-status/{}", act_of(&to));
    let typed = [
        ("csrf", csrf),
        ("do", "preview"),
        ("note", "他市の連絡だった"),
    ];
    let (shown, _) = through(&mut clerk, &undo, &typed).await;
    assert!(shown.text.contains("処理待ちから外れる"), "{}", shown.text);
}
