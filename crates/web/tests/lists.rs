//! 一覧・勧奨・職権・文書・証明書・一括処理 through the pages.
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
use common::steps::{again, hide, person, publish};
use db::{Span, Store};
use law::day;
use office::eligibility::letters::desk as papers;
use office::eligibility::letters::{self, LetterKind};
use office::eligibility::overlap::{self, Reported, State, Taken};
use office::eligibility::{bulk, ex_officio, unreported};
use office::registry::{
    HouseholdHead, InsuredSpan, Resident, Sex, Status, record_person, timeline,
};
use office::security::authorize;
use office::security::login::command_session;
use office::security::permit::{RegisterResident, RunEligibility};
use office::{OfficeError, acts};
use std::time::{Duration, Instant};

/// A resident insured nowhere.
fn resident(store: &Store, id: i64, name: &str, withheld: bool) {
    store
        .write(|conn| {
            let session = command_session(conn, "counter01", "test", 0)?;
            let acting = session.acting("試験", day(2026, 6, 15), common::city::NOW, None);
            let permit = authorize::<RegisterResident>(&session)?;
            let details = acts::ActDetails::default();
            let act = acts::begin(conn, &acting, &permit, "registry.register", &details)?;
            let resident = Resident {
                status: Status::Resident,
                name: name.to_owned(),
                kana: "ミホン".to_owned(),
                latin_name: None,
                alias: None,
                former_surname: None,
                birth_on: day(1980, 5, 5),
                birth_unknown: false,
                sex: Sex::Unknown,
                register_household: Some(id),
                relationship: "02".to_owned(),
                postal_code: "1050001".to_owned(),
                address: "東京都港区虎ノ門一丁目1番1号".to_owned(),
                building: String::new(),
                ward: String::new(),
                resident_since: Some(day(2026, 5, 1)),
                withheld,
            };
            record_person(conn, &act, id, 1, Span::since(day(2026, 5, 1)), &resident)?;
            Ok::<_, OfficeError>(())
        })
        .unwrap();
}

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

/// The number of a line of a small table.
fn figure(seen: &Seen, label: &str) -> i64 {
    let rest = seen.text.split(&format!(">{label}")).nth(1).expect(label);
    let cell = rest.split("<td class=\"n\">").nth(1).expect(label);
    let text: String = cell.chars().take_while(|letter| *letter != '<').collect();
    text.trim().replace(',', "").parse().expect(&text)
}

fn count_of(store: &Store, kind: LetterKind) -> (i64, i64, i64) {
    let counts = store.read(papers::counts).unwrap();
    counts
        .iter()
        .find(|one| one.kind == kind)
        .map_or((0, 0, 0), |one| (one.decided, one.printed, one.answered))
}

/// Collected, written to, printed with counts that tie, answered by the code: nobody is asked twice.
// covers: QUA-013
#[tokio::test(flavor = "multi_thread")]
async fn a_wave_is_tried_written_printed_and_answered() {
    let (store, router) = pages(3);
    resident(&store, 9_000_001, "見本　一", false);
    resident(&store, 9_000_002, "見本　二", true);
    resident(&store, 9_000_003, "見本\u{e000}三", false);
    let expected = store
        .read(|conn| unreported::find(conn, "131032", day(2026, 6, 15), 0))
        .unwrap();
    let (mut clerk, csrf) = person(&router, "shikaku01").await;
    let csrf = csrf.as_str();
    let collect = "/lists/unreported/wave/collect";
    let (shown, to) = through(&mut clerk, collect, &[("csrf", csrf), ("do", "preview")]).await;
    let all = i64::try_from(expected.len()).unwrap();
    assert!(all >= 3);
    assert_eq!(figure(&shown, "新しく載る人"), all);
    assert_eq!(to, "/lists/unreported");
    let wave = "/lists/unreported/wave/wave";
    let tried = clerk.post(wave, &[("csrf", csrf), ("do", "preview")]).await;
    assert_eq!(figure(&tried, "作る文書"), all);
    assert_eq!(
        count_of(&store, LetterKind::UnreportedFirst).0,
        0,
        "a trial writes nothing"
    );
    through(&mut clerk, wave, &[("csrf", csrf), ("do", "preview")]).await;
    assert_eq!(count_of(&store, LetterKind::UnreportedFirst).0, all);
    let list = clerk.get("/lists/unreported").await;
    assert!(
        list.text.contains("国民健康保険の加入手続きのお願い"),
        "{}",
        list.text
    );
    assert_eq!(figure(&list, "未処理"), all);

    // Printed: the withheld one is held, the one without its letters refused, and the counts tie.
    let path = "/letters?kind=unreported_first";
    let page = clerk.get(path).await;
    assert!(
        page.text.contains("責任者の承認が要ります"),
        "{}",
        page.text
    );
    let done = clerk.post("/letters", &again(&page, "print")).await;
    assert_eq!(done.location(), path);
    let batches = store.read(papers::batches).unwrap();
    let first = batches.last().unwrap();
    assert!(first.ties());
    assert_eq!((first.decided, first.refused), (all, 1));
    assert!(first.held >= 1);
    assert_eq!(first.printed, all - first.held - 1);
    // The same order again prints nothing twice.
    clerk.post("/letters", &again(&page, "print")).await;
    assert_eq!(
        count_of(&store, LetterKind::UnreportedFirst).1,
        first.printed
    );
    let batch = format!("/letters/batches/{}", first.batch_id);
    let seen = clerk.get(&batch).await;
    assert!(
        seen.text.contains("一致") && seen.text.contains("印刷できない文字"),
        "{}",
        seen.text
    );
    let pdf = clerk.get(&format!("{batch}/paper")).await;
    assert_eq!(pdf.headers["content-type"], "application/pdf");
    assert!(pdf.text.contains("見本　一") && !pdf.text.contains("見本　二"));

    // A second person allows the withheld one; who wrote it may not.
    let letter_of = |id: i64| {
        store
            .read(|conn| letters::of_person(conn, id))
            .unwrap()
            .pop()
            .unwrap()
    };
    let hidden = letter_of(9_000_002);
    let page = clerk.get(&format!("/letters/{}", hidden.letter_id)).await;
    assert!(!page.text.contains("虎ノ門"), "the address stays hidden");
    assert!(!page.text.contains("印刷を承認する"));
    let (mut chief, _) = person(&router, "shikaku02").await;
    let path = format!("/letters/{}", hidden.letter_id);
    // Who decides sees where it goes, and a word for a place nobody saw is none.
    let page = chief.get(&path).await;
    assert!(page.text.contains("虎ノ門"), "{}", page.text);
    let mut fields = again(&page, "allow");
    fields.push(("words", "送付先を確かめた"));
    let blind: Vec<(&str, &str)> = fields
        .iter()
        .filter(|(name, _)| *name != "place" && *name != "request_id")
        .copied()
        .collect();
    let refused = chief.post(&path, &blind).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
    assert_eq!(
        chief.post(&path, &fields).await.status,
        StatusCode::SEE_OTHER
    );
    let page = chief.get(&path).await;
    assert!(!page.text.contains("虎ノ門"), "decided: {}", page.text);
    let page = clerk.get("/letters?kind=unreported_first").await;
    clerk.post("/letters", &again(&page, "print")).await;
    let seen = clerk.get(&format!("{path}/paper")).await;
    assert_eq!(seen.status, StatusCode::OK, "{}", seen.text);

    // 支援措置 after the printing: what was kept is not opened any more, alone or with the others.
    hide(&store, 9_000_001);
    let one = format!("/letters/{}/paper", letter_of(9_000_001).letter_id);
    for kept in [one, format!("{batch}/paper")] {
        let seen = clerk.get(&kept).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{kept}");
        assert!(seen.text.contains("支援措置"), "{kept}: {}", seen.text);
    }

    // The answer comes back with its code and closes the matter.
    let letter = letter_of(9_000_001);
    let code = papers::scan_of(letter.letter_id).unwrap();
    let wrong = clerk.get("/letters/scan?code=10010100000012340182").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let found = clerk.get(&format!("/letters/scan?code={code}")).await;
    assert_eq!(found.location(), format!("/letters/{}", letter.letter_id));
    let page = clerk.get(found.location()).await;
    let form = page.text.split("回答の内容").nth(1).unwrap();
    assert!(form.contains("回答を記録する"));
    let answer = [
        ("csrf", csrf),
        ("do", "answer"),
        ("words", "勤め先の健康保険に加入"),
        ("request_id", "answer-1"),
    ];
    let done = clerk.post(found.location(), &answer).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    assert_eq!(count_of(&store, LetterKind::UnreportedFirst).2, 1);
    let settled = clerk.get("/lists/unreported?state=settled").await;
    assert!(settled.text.contains("見本　一"), "{}", settled.text);
}

/// 法6条11号・規則1条: what a gain ex officio needs is asked for on its page.
// covers: QUA-001, QUA-013
#[tokio::test(flavor = "multi_thread")]
async fn a_gain_ex_officio_takes_the_paper_of_a_foreigner() {
    let (store, router) = pages(4);
    let foreign = "insert into person (person_id, kind, act_id) values (9000002, 2, 0)";
    let make = |conn: &mut db::Conn| conn.execute_text(foreign, &[]);
    store.write(make).unwrap();
    resident(&store, 9_000_002, "見本　外", false);
    let (mut clerk, csrf) = person(&router, "shikaku01").await;
    let page = clerk.get("/ex-officio/new").await;
    let mut options = page.text.split("<option");
    let place = options
        .find(|one| one.contains("（取得）") && one.contains("未届"))
        .map(|one| one.split('"').nth(1).unwrap().to_owned());
    let place = place.expect(&page.text);
    let typed = vec![
        ("csrf", csrf.as_str()),
        ("do", "preview"),
        ("person", "9000002"),
        ("cause", place.as_str()),
        ("event_on", "R8.5.10"),
        ("ground", "国民健康保険法第5条に該当"),
        ("evidence", "住民票"),
    ];
    let bare = clerk.post("/ex-officio/new", &typed).await;
    assert!(
        bare.text.contains("在留資格・活動・期間を入れて"),
        "{}",
        bare.text
    );
    // The other fields of the card say nothing without it, and nothing that was typed is passed over.
    for alone in [
        ("months", "3月"),
        ("activity", "医療滞在"),
        ("excepted_why", "計画で1年"),
    ] {
        let mut typed = typed.clone();
        typed.push(alone);
        let refused = clerk.post("/ex-officio/new", &typed).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text.contains("在留資格: 入力して"), "{alone:?}");
    }
    let mut full = typed.clone();
    full.extend([("status", "技能実習"), ("months", "3月")]);
    let short = clerk.post("/ex-officio/new", &full).await;
    assert!(short.text.contains("適用除外"), "{}", short.text);
    full.push(("excepted_why", "技能実習計画で1年"));
    let (shown, to) = through(&mut clerk, "/ex-officio/new", &full).await;
    assert!(shown.text.contains("技能実習計画で1年"), "{}", shown.text);
    assert_eq!(to, "/ex-officio");
    // Who approves sees it too.
    let (mut chief, _) = person(&router, "shikaku02").await;
    let page = chief.get("/approvals/1").await;
    assert!(page.text.contains("技能実習計画で1年"), "{}", page.text);
}

/// From the list of another insurer over two letters to a loss ex officio with a second person, and its notice.
// covers: QUA-024, QUA-014
#[tokio::test(flavor = "multi_thread")]
async fn a_double_insurance_goes_to_a_loss_ex_officio_with_a_second_person() {
    let (store, router) = pages(30);
    publish(&router, &store).await;
    let (id, resident) = store
        .read(|conn| {
            for household in 1_000_001..1_000_031_i64 {
                for place in 0..8 {
                    let id = household * 10 + place;
                    let spans = timeline::<InsuredSpan>(conn, id, None)?;
                    let open = spans.last().is_some_and(|span| span.valid.until.is_none());
                    let found = timeline::<Resident>(conn, id, None)?.into_iter().last();
                    if let Some(found) = found.filter(|one| open && !one.fact.withheld) {
                        return Ok::<_, OfficeError>((id, found.fact));
                    }
                }
            }
            panic!("nobody")
        })
        .unwrap();
    let row = Reported {
        as_of: day(2026, 6, 1),
        symbol: String::new(),
        number: String::new(),
        branch: None,
        name: resident.name.clone(),
        kana: resident.kana.clone(),
        sex: 0,
        birth_on: resident.birth_on,
        insurer_number: "06139999".to_owned(),
        insurer_name: "見本健康保険組合".to_owned(),
        gained_on: day(2026, 5, 10),
        lost_on: None,
    };
    let taken = store
        .write(|conn| {
            let session = command_session(conn, "shikaku01", "test", 0)?;
            let acting = session.acting("試験", day(2026, 4, 1), common::city::NOW, None);
            let permit = authorize::<RunEligibility>(&session)?;
            let details = acts::ActDetails::default();
            let act = acts::begin(conn, &acting, &permit, "import.chunk", &details)?;
            overlap::take(conn, &act, &row, day(2026, 4, 1))
        })
        .unwrap();
    assert!(
        matches!(taken, Taken::Matter { person_id, .. } if person_id == id),
        "{taken:?}"
    );
    let (mut clerk, csrf) = person(&router, "shikaku01").await;
    let csrf = csrf.as_str();
    let list = clerk.get("/lists/overlap").await;
    assert!(list.text.contains("見本健康保険組合"), "{}", list.text);
    let ask = "/lists/overlap/wave/ask";
    let (shown, _) = through(&mut clerk, ask, &[("csrf", csrf), ("do", "preview")]).await;
    assert_eq!(figure(&shown, "作る文書"), 1);
    let list = clerk.get("/lists/overlap?state=asked").await;
    assert!(
        list.text.contains("国民健康保険の資格についてのお尋ね"),
        "{}",
        list.text
    );

    // Answered: the other insurance is confirmed, the loss is to be registered.
    let letter = store
        .read(|conn| letters::of_person(conn, id))
        .unwrap()
        .pop()
        .unwrap();
    let path = format!("/letters/{}", letter.letter_id);
    let vague = [
        ("csrf", csrf),
        ("do", "answer"),
        ("double", ""),
        ("words", "はい"),
    ];
    let refused = clerk.post(&path, &vague).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let confirmed = [
        ("csrf", csrf),
        ("do", "answer"),
        ("double", "1"),
        ("words", "5月10日から加入"),
        ("request_id", "answer-2"),
    ];
    assert_eq!(
        clerk.post(&path, &confirmed).await.status,
        StatusCode::SEE_OTHER
    );
    let kept = store
        .read(|conn| overlap::list(conn, State::Proposed))
        .unwrap();
    assert_eq!(kept.len(), 1);

    // 職権: stated with ground and evidence, shown with every yen, approved by another, notified.
    let person_id = id.to_string();
    let page = clerk.get("/ex-officio/new").await;
    let place = page
        .text
        .split("<option")
        .find(|one| one.contains("（喪失）") && one.contains("社会保険"))
        .map(|one| one.split('"').nth(1).unwrap().to_owned());
    let place = place.expect(&page.text);
    let typed = [
        ("csrf", csrf),
        ("do", "preview"),
        ("person", person_id.as_str()),
        ("cause", place.as_str()),
        ("event_on", "R8.5.10"),
        ("ground", "国民健康保険法第6条第1号に該当"),
        ("evidence", "オンライン資格確認の資格情報"),
    ];
    let mut bare = typed;
    bare[5] = ("ground", "");
    let refused = clerk.post("/ex-officio/new", &bare).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let (shown, to) = through(&mut clerk, "/ex-officio/new", &typed).await;
    assert!(
        shown.text.contains("別の職員の承認が要ります"),
        "{}",
        shown.text
    );
    assert!(
        shown.text.contains("なぜ変更後の金額になるか"),
        "every yen has its reason"
    );
    assert_eq!(to, "/ex-officio");
    let spans = || {
        store
            .read(|conn| timeline::<InsuredSpan>(conn, id, None))
            .unwrap()
    };
    assert!(spans().last().unwrap().valid.until.is_none());
    let list = clerk.get("/ex-officio").await;
    assert!(
        list.text.contains("承認待ち") && !list.text.contains("通知を作る"),
        "{}",
        list.text
    );
    let (mut chief, _) = person(&router, "shikaku02").await;
    let list = chief.get("/ex-officio").await;
    let approval = list.text.split("/approvals/").nth(1).unwrap();
    let approval = format!("/approvals/{}", approval.split('"').next().unwrap());
    let page = chief.get(&approval).await;
    assert!(
        page.text.contains("なぜ変更後の金額になるか"),
        "{}",
        page.text
    );
    chief.post(&approval, &again(&page, "approve")).await;
    assert_eq!(spans().last().unwrap().valid.until, Some(day(2026, 5, 11)));
    let case_id = store.read(ex_officio::list).unwrap()[0].0;
    let notify = [("csrf", csrf), ("request_id", "notify-1")];
    let done = clerk.post(&format!("/ex-officio/{case_id}"), &notify).await;
    assert!(done.location().starts_with("/letters/"), "{}", done.text);
    let letter = clerk.get(done.location()).await;
    assert!(
        letter.text.contains("審査請求") && letter.text.contains("第6条第1号"),
        "{}",
        letter.text
    );
}

// covers: CRT-013
#[tokio::test(flavor = "multi_thread")]
async fn a_proof_is_tried_against_the_register_numbered_and_kept() {
    let (store, router) = pages(5);
    let id = store
        .read(|conn| {
            for id in 10_000_010..10_000_058_i64 {
                let spans = timeline::<InsuredSpan>(conn, id, None)?;
                if spans.last().is_some_and(|span| span.valid.until.is_none()) {
                    return Ok::<_, OfficeError>(id);
                }
            }
            panic!("nobody")
        })
        .unwrap();
    let (mut clerk, csrf) = person(&router, "counter01").await;
    let path = format!("/people/{id}/proof");
    assert!(
        clerk
            .get(&format!("/people/{id}"))
            .await
            .text
            .contains(&path)
    );
    let typed = |kind: &'static str| {
        [
            ("csrf", csrf.as_str()),
            ("do", "preview"),
            ("kind", kind),
            ("copies", "2"),
            ("handed_to", "本人（窓口）"),
        ]
    };
    let refused = clerk.post(&path, &typed("2")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text.contains("資格を喪失していません"),
        "{}",
        refused.text
    );
    let mut nobody = typed("1");
    nobody[4] = ("handed_to", "");
    assert!(
        clerk
            .post(&path, &nobody)
            .await
            .text
            .contains("交付先を入れてください")
    );
    let (shown, to) = through(&mut clerk, &path, &typed("1")).await;
    assert!(shown.text.contains("加入中"), "{}", shown.text);
    let log = clerk.get(&to).await;
    assert!(
        log.text.contains("証明番号 2026-1") && log.text.contains("2通")
            || log.text.contains("2026-1"),
        "{}",
        log.text
    );
    let pdf = clerk.get("/proofs/2026/1/paper").await;
    assert_eq!(pdf.headers["content-type"], "application/pdf");
    assert!(pdf.text.contains("国民健康保険資格取得証明書"));
    hide(&store, id);
    let kept = clerk.get("/proofs/2026/1/paper").await;
    assert_eq!(kept.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(kept.text.contains("支援措置"), "{}", kept.text);
}

fn until_finished(store: &Store) {
    let end = Instant::now() + Duration::from_secs(60);
    while store.read(bulk::list).unwrap()[0].state != "finished" {
        assert!(Instant::now() < end, "the bulk change does not end");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// 町名 alone, 記号 with a second person, each tried before and taken back after.
#[tokio::test(flavor = "multi_thread")]
async fn bulk_changes_are_tried_approved_run_and_taken_back() {
    let (store, router) = pages(12);
    let (mut clerk, csrf) = person(&router, "shikaku01").await;
    let csrf = csrf.as_str();
    let head = || {
        store
            .read(|conn| timeline::<HouseholdHead>(conn, 1_000_001, None))
            .unwrap()
            .pop()
            .unwrap()
            .fact
    };
    let before = head();
    let typed = [
        ("csrf", csrf),
        ("do", "preview"),
        ("old", before.symbol.as_str()),
        ("new", "新記"),
        ("on", "R8.6.15"),
    ];
    let same = [
        ("csrf", csrf),
        ("do", "preview"),
        ("old", "あ"),
        ("new", "あ"),
        ("on", "R8.6.15"),
    ];
    let refused = clerk.post("/bulk/symbol", &same).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let (shown, _) = through(&mut clerk, "/bulk/symbol", &typed).await;
    assert!(
        shown.text.contains("別の職員の承認が要ります"),
        "{}",
        shown.text
    );
    assert!(shown.text.contains("12件"), "{}", shown.text);
    let list = clerk.get("/bulk").await;
    assert!(
        list.text.contains("承認待ち") && !list.text.contains("実行する"),
        "{}",
        list.text
    );
    let early = clerk.post("/bulk/run/1", &[("csrf", csrf)]).await;
    assert_eq!(
        early.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        early.text
    );
    assert_eq!(head(), before);
    let (mut chief, _) = person(&router, "shikaku02").await;
    let page = chief.get("/bulk").await;
    let done = chief.post("/bulk/rule/1", &again(&page, "approve")).await;
    assert_eq!(done.location(), "/bulk", "{}", done.text);
    let run = clerk.post("/bulk/run/1", &[("csrf", csrf)]).await;
    assert!(run.location().starts_with("/jobs/"), "{}", run.text);
    until_finished(&store);
    assert_eq!(head().symbol, "新記");
    let typed = [
        ("csrf", csrf),
        ("do", "preview"),
        ("note", "施行が延期された"),
    ];
    let (shown, _) = through(&mut clerk, "/bulk/undo/1", &typed).await;
    assert!(shown.text.contains("取消の申請だけ"), "{}", shown.text);
    assert_eq!(head().symbol, "新記", "nobody takes numbers back alone");
    let again_asked = clerk.post("/bulk/undo/1", &typed).await;
    assert!(
        again_asked.text.contains("承認を待っています"),
        "{}",
        again_asked.text
    );
    let page = chief.get("/bulk").await;
    assert!(page.text.contains("施行が延期された"), "{}", page.text);
    let done = chief
        .post("/bulk/rule-undo/1", &again(&page, "approve"))
        .await;
    assert_eq!(done.location(), "/bulk", "{}", done.text);
    through(&mut clerk, "/bulk/undo/1", &typed).await;
    assert_eq!(head().symbol, before.symbol);
    let list = clerk.get("/bulk").await;
    assert!(
        list.text.contains("取消済") && !list.text.contains("/bulk/undo/1"),
        "{}",
        list.text
    );

    // 町名: few lines, no second person.
    let address = store
        .read(|conn| timeline::<Resident>(conn, before.head_person_id, None))
        .unwrap()
        .pop()
        .unwrap()
        .fact
        .address;
    let typed = [
        ("csrf", csrf),
        ("do", "preview"),
        ("old", address.as_str()),
        ("new", "東京都港区新町一丁目"),
        ("on", "R8.6.15"),
    ];
    let (shown, _) = through(&mut clerk, "/bulk/town", &typed).await;
    assert!(!shown.text.contains("別の職員の承認が要ります"));
    clerk.post("/bulk/run/2", &[("csrf", csrf)]).await;
    until_finished(&store);
    let page = clerk
        .get(&format!("/people/{}", before.head_person_id))
        .await;
    let hidden = page.text.contains("（非開示）");
    assert!(hidden || page.text.contains("新町一丁目"), "{}", page.text);
    let nothing = clerk.post("/bulk/town", &typed).await;
    assert!(
        nothing.text.contains("該当するものがありません"),
        "{}",
        nothing.text
    );
}

/// A table comes as a file: every wrong row is said with its field, the right ones are tried and confirmed.
#[tokio::test(flavor = "multi_thread")]
async fn numbers_change_by_a_table_out_of_a_file() {
    let (store, router) = pages(12);
    let household = 1_000_001;
    let head = || {
        let heads = store
            .read(|conn| timeline::<HouseholdHead>(conn, household, None))
            .unwrap();
        heads.last().unwrap().fact.clone()
    };
    let before = head();
    let (mut clerk, csrf) = person(&router, "shikaku01").await;
    let csrf = csrf.as_str();
    let page = clerk.get("/bulk/numbers").await;
    assert!(page.text.contains("multipart/form-data"), "{}", page.text);
    let typed = [
        ("csrf", csrf),
        ("do", "preview"),
        ("on", "R8.6.15"),
        ("list", ""),
    ];
    let heading = bulk::NUMBER_HEADING.join(",");
    let row = |before_number: &str| {
        format!(
            "{heading}\r\n{household},{},{before_number},新記,{}\r\n",
            before.symbol, before.number
        )
    };
    let wrong = row("0");
    let file = ("list_file", wrong.as_bytes());
    let shown = clerk.post_file("/bulk/numbers", &typed, file).await;
    assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        shown.text.contains("2行目「変更前の番号」"),
        "{}",
        shown.text
    );
    let program = ("list_file", b"MZ\x90\x00".as_slice());
    let shown = clerk.post_file("/bulk/numbers", &typed, program).await;
    assert!(shown.text.contains("実行ファイル"), "{}", shown.text);
    let unsigned = [("csrf", "x"), ("do", "preview")];
    let refused = clerk
        .post_file("/bulk/numbers", &unsigned, ("list_file", b"a"))
        .await;
    assert_ne!(refused.status, StatusCode::OK);
    let right = row(&before.number);
    let file = ("list_file", right.as_bytes());
    let shown = clerk.post_file("/bulk/numbers", &typed, file).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    assert!(shown.text.contains("一覧 1行"), "{}", shown.text);
    let mut sent = typed.to_vec();
    sent.retain(|(name, _)| *name != "list");
    sent.push(("list", right.as_str()));
    through(&mut clerk, "/bulk/numbers", &sent).await;
    let (mut chief, _) = person(&router, "shikaku02").await;
    let page = chief.get("/bulk").await;
    chief.post("/bulk/rule/1", &again(&page, "approve")).await;
    clerk.post("/bulk/run/1", &[("csrf", csrf)]).await;
    until_finished(&store);
    assert_eq!(head().symbol, "新記");
    assert_eq!(head().number, before.number);
}

/// The trial of a bulk change counts everybody and tells no address under 支援措置.
#[tokio::test(flavor = "multi_thread")]
async fn the_trial_of_a_town_tells_no_withheld_address() {
    let (store, router) = pages(12);
    resident(&store, 77_000_001, "見本　守", true);
    resident(&store, 77_000_002, "見本　開", false);
    let (mut clerk, csrf) = person(&router, "shikaku01").await;
    let typed = [
        ("csrf", csrf.as_str()),
        ("do", "preview"),
        ("old", "東京都港区虎ノ門"),
        ("new", "東京都港区新門"),
        ("on", "R8.6.15"),
    ];
    let shown = clerk.post("/bulk/town", &typed).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    let told = shown.text.matches("虎ノ門一丁目1番1号").count();
    assert_eq!(told, 1, "{}", shown.text);
    assert!(shown.text.contains("（非開示）"), "{}", shown.text);
    assert!(shown.text.contains("77000001"), "{}", shown.text);
}
