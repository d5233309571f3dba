//! One case from the run to the re-levy, through the pages alone.
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
use common::city::{NOW, PASSWORD};
use common::pages;
use db::Store;
use law::{FiscalYear, Yen, day};
use office::levy::run::{self, RunState};
use office::registry::{YearIncome, record, timeline, year_span};
use office::security::authorize;
use office::security::login::command_session;
use office::security::permit::RegisterFact;
use office::{Acting, OfficeError, acts};
use std::time::{Duration, Instant};

const HOUSEHOLD: i64 = 1_000_001;

/// Waits for the threads beside the pages.
fn until(store: &Store, state: RunState) {
    let end = Instant::now() + Duration::from_secs(60);
    loop {
        let runs = store.read(run::list).unwrap();
        if runs.first().is_some_and(|run| run.state == state) {
            return;
        }
        assert!(Instant::now() < end, "{runs:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

async fn person(router: &Router, login: &str) -> (Browser, String) {
    let mut browser = Browser::new(router);
    let csrf = browser.log_in(login, PASSWORD).await;
    (browser, csrf)
}

async fn start(clerk: &mut Browser, csrf: &str, order: &str) -> Seen {
    let fields = [
        ("csrf", csrf),
        ("kind", "initial"),
        ("year", "2026"),
        ("decided_on", "R8.6.15"),
        ("request_id", order),
    ];
    clerk.post("/runs", &fields).await
}

/// The income of the household's first person grows by so much.
fn earn(store: &Store, more: i64) {
    store
        .write(|conn| {
            let session = command_session(conn, "levy01", "test", NOW)?;
            let acting = Acting {
                now: NOW + 1,
                ..session.acting("試験", day(2026, 7, 1), NOW, None)
            };
            let permit = authorize::<RegisterFact>(&session)?;
            let act = acts::begin(
                conn,
                &acting,
                &permit,
                "registry.register",
                &acts::ActDetails::default(),
            )?;
            let person = HOUSEHOLD * 10;
            let held = timeline::<YearIncome>(conn, person, None)?;
            let mut income = held.first().expect("an income").fact.clone();
            income.filing = law::levy::Filing::Filed;
            income.inquiry_open = false;
            income.income.business += Yen(more);
            income.income.total_income = Yen::ZERO;
            record(conn, &act, person, year_span(FiscalYear(2026)), &income)?;
            Ok::<_, OfficeError>(())
        })
        .unwrap();
}

fn total(page: &str) -> i64 {
    let figure = page
        .split("class=\"total\">")
        .nth(1)
        .unwrap()
        .split("<small>")
        .next()
        .unwrap();
    figure.replace(',', "").trim().parse().unwrap()
}

fn value<'p>(page: &'p str, name: &str) -> &'p str {
    let rest = page
        .split(&format!("name=\"{name}\" value=\""))
        .nth(1)
        .unwrap();
    rest.split('"').next().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_run_to_the_re_levy() {
    let (store, router) = pages(6);
    let (mut clerk, csrf) = person(&router, "levy01").await;
    let (mut chief, chief_csrf) = person(&router, "chief01").await;

    let started = start(&mut clerk, &csrf, "run-1").await;
    assert_eq!(started.location(), "/runs/1", "{}", started.text);
    until(&store, RunState::Calculated);

    // The one who ran it has no button, and no way round it.
    assert!(!clerk.get("/runs/1").await.text.contains("/runs/1/approve"));
    let own = clerk.post("/runs/1/approve", &[("csrf", &csrf)]).await;
    assert_eq!(own.status, StatusCode::FORBIDDEN);

    // Publishing before approval is refused in words.
    let early = chief
        .post("/runs/1/publish", &[("csrf", &chief_csrf)])
        .await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(early.text.contains("承認してから確定"), "{}", early.text);

    let approved = chief
        .post("/runs/1/approve", &[("csrf", &chief_csrf)])
        .await;
    assert_eq!(approved.status, StatusCode::SEE_OTHER, "{}", approved.text);
    let published = chief
        .post("/runs/1/publish", &[("csrf", &chief_csrf)])
        .await;
    assert_eq!(
        published.status,
        StatusCode::SEE_OTHER,
        "{}",
        published.text
    );
    until(&store, RunState::Published);

    let levy = clerk
        .get(&format!("/households/{HOUSEHOLD}/levy/2026"))
        .await;
    assert_eq!(levy.status, StatusCode::OK);
    let before = total(&levy.text);
    assert!(levy.text.contains("国民健康保険法施行令第29条の7"));
    assert!(!levy.text.contains("合いません"));

    // Nothing has changed: the preview says so and offers nothing to confirm.
    let preview = clerk.get(&format!("/households/{HOUSEHOLD}/preview")).await;
    assert!(
        preview.text.contains("変更はありません"),
        "{}",
        preview.text
    );
    assert!(!preview.text.contains("/relevy"));

    earn(&store, 1_000_000);
    let preview = clerk.get(&format!("/households/{HOUSEHOLD}/preview")).await;
    let after = total(&preview.text);
    assert!(after > before);
    assert!(
        preview
            .text
            .contains(&format!("+{}円", Yen(after - before).grouped())),
        "{}",
        preview.text
    );
    assert!(preview.text.contains("変更決定通知書"));
    let digest = value(&preview.text, "digest").to_owned();

    // The facts move while the clerk looks: what was shown is not decided.
    earn(&store, 500_000);
    let order = |digest: &str| {
        vec![
            ("csrf".to_owned(), csrf.clone()),
            ("digest".to_owned(), digest.to_owned()),
            ("request_id".to_owned(), "relevy-1".to_owned()),
        ]
    };
    let path = format!("/households/{HOUSEHOLD}/relevy");
    let fields = order(&digest);
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(k, v)| (k.as_str(), v.as_str()))
        .collect();
    assert_eq!(
        clerk.post(&path, &fields).await.status,
        StatusCode::CONFLICT
    );

    // What lengthens the limits of time is chosen, shown, and kept with the act beside its reason.
    let asked = |years: &str| format!("/households/{HOUSEHOLD}/preview?adjustment={years}");
    let wrong = clerk.get(&asked("x")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("1から10までの年数"), "{}", wrong.text);
    let preview = clerk.get(&asked("5")).await;
    let words = "被用者保険との調整（国民健康保険法第110条の2第2項、5年）";
    assert!(preview.text.contains(words), "{}", preview.text);
    let after = total(&preview.text);
    let mut fields = order(value(&preview.text, "digest"));
    fields.push(("adjustment".to_owned(), "5".to_owned()));
    let unreasoned: Vec<(&str, &str)> = fields
        .iter()
        .map(|(k, v)| (k.as_str(), v.as_str()))
        .collect();
    let refused = clerk.post(&path, &unreasoned).await;
    assert_eq!(
        refused.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        refused.text
    );
    // With a reason too it is refused here: nobody of the household lost the insurance by employees' insurance.
    fields.push(("reason".to_owned(), "社保加入の届出が遅れた".to_owned()));
    let reasoned: Vec<(&str, &str)> = fields
        .iter()
        .map(|(k, v)| (k.as_str(), v.as_str()))
        .collect();
    let refused = clerk.post(&path, &reasoned).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("喪失事由42"), "{}", refused.text);

    let preview = clerk.get(&format!("/households/{HOUSEHOLD}/preview")).await;
    assert_eq!(total(&preview.text), after);
    let fields = order(value(&preview.text, "digest"));
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(k, v)| (k.as_str(), v.as_str()))
        .collect();
    let decided = clerk.post(&path, &fields).await;
    assert_eq!(decided.status, StatusCode::SEE_OTHER, "{}", decided.text);

    let levy = clerk
        .get(&format!("/households/{HOUSEHOLD}/levy/2026"))
        .await;
    assert_eq!(total(&levy.text), after);
    let history = store
        .read(|conn| office::levy::decision::history(conn, HOUSEHOLD))
        .unwrap();
    assert_eq!(history.len(), 2);
    // The books stand open: the first posting, and the difference of the correction above it.
    let books = levy.text.split("<h2>元帳").nth(1).unwrap();
    assert!(books.contains("<td>未収</td><td>賦課収入</td>"), "{books}");
    assert!(books.contains("賦課決定の調定"), "{books}");
    let first = clerk
        .get(&format!("/households/{HOUSEHOLD}/levy/2026?sequence=1"))
        .await;
    assert_eq!(
        total(&first.text),
        before,
        "what stood stays to be looked at"
    );

    // A second run shows the difference in the comparison, down to the household.
    assert_eq!(
        start(&mut clerk, &csrf, "run-2").await.status,
        StatusCode::SEE_OTHER
    );
    until(&store, RunState::Calculated);
    let second = store.read(run::list).unwrap()[0].run_id;
    let compared = clerk
        .get(&format!("/runs/compare?left=1&right={second}"))
        .await;
    assert!(
        compared
            .text
            .contains(&format!("+{}", Yen(after - before).grouped())),
        "{}",
        compared.text
    );
    assert!(
        compared
            .text
            .contains(&format!("/households/{HOUSEHOLD}\""))
    );

    // The notices of the first run are counted; the household shows the paper of the change.
    let notices = clerk.get("/notices?run=1").await;
    assert!(notices.text.contains("納入通知書"));
    let household = clerk.get(&format!("/households/{HOUSEHOLD}")).await;
    assert!(household.text.contains("変更決定通知書"));

    // A notice is held back with a reason and an end, and let go again.
    let order = |until: &'static str| {
        [
            ("csrf", csrf.as_str()),
            ("reason", "転居先の確認"),
            ("until", until),
        ]
    };
    let past = clerk.post("/notices/1/hold", &order("R8.6.1")).await;
    assert_eq!(past.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(past.text.contains("id=\"until-wrong\""), "{}", past.text);
    assert_eq!(
        clerk
            .post("/notices/1/hold", &order("R8.7.1"))
            .await
            .location(),
        "/notices/1"
    );
    let held = clerk.get("/notices/1").await.text;
    assert!(
        held.contains("送付止め") && held.contains("転居先の確認"),
        "{held}"
    );
    assert_eq!(
        clerk
            .post("/notices/1/release", &order(""))
            .await
            .location(),
        "/notices/1"
    );
    assert!(
        !clerk
            .get("/notices/1")
            .await
            .text
            .contains("/notices/1/release")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_past_is_shown_as_it_was_known() {
    let (store, router) = pages(2);
    let (mut clerk, _) = person(&router, "levy01").await;
    let path = format!("/households/{HOUSEHOLD}");
    let income = |page: &str| {
        page.split("<h2>世帯員</h2>")
            .nth(1)
            .unwrap()
            .split("</table>")
            .next()
            .unwrap()
            .to_owned()
    };
    let before = clerk.get(&path).await.text;
    earn(&store, 7_777_777);
    let after = clerk.get(&path).await.text;
    assert_ne!(income(&before), income(&after));
    let then = clerk.get(&format!("{path}?known_at=R8.6.14")).await.text;
    assert_eq!(
        income(&before),
        income(&then),
        "what the office knew the day before"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistyped_run_comes_back_with_what_was_typed() {
    let (_store, router) = pages(1);
    let (mut clerk, csrf) = person(&router, "levy01").await;
    let fields = [
        ("csrf", csrf.as_str()),
        ("kind", "initial"),
        ("year", "2026"),
        ("decided_on", "R8.2.30"),
        ("note", "所得取込後"),
    ];
    let seen = clerk.post("/runs", &fields).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        seen.text
            .contains("value=\"R8.2.30\" aria-invalid=\"true\"")
    );
    assert!(seen.text.contains("value=\"所得取込後\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_was_killed_is_gone_on_with_from_its_page() {
    let (store, router) = pages(4);
    // A program that was killed right after the order: the run is written down and nobody works on it.
    let years = common::city::years();
    store
        .read(|conn| command_session(conn, "levy01", "test", NOW))
        .map(|session| {
            let request = run::RunRequest {
                kind: run::RunKind::Initial,
                rules: &years[1],
                decided_on: day(2026, 6, 15),
                chunk_households: 2,
                note: String::new(),
            };
            let permit = authorize(&session).unwrap();
            let acting = session.acting("試験", day(2026, 6, 15), NOW, None);
            run::start(&store, &permit, &acting, &request).unwrap();
        })
        .unwrap();
    let (mut clerk, csrf) = person(&router, "levy01").await;
    let page = clerk.get("/runs/1").await;
    assert!(page.text.contains("/runs/1/resume"), "{}", page.text);
    let order = [("csrf", csrf.as_str())];
    assert_eq!(
        clerk.post("/runs/1/resume", &order).await.location(),
        "/runs/1"
    );
    until(&store, RunState::Calculated);
    let again = clerk.post("/runs/1/resume", &order).await;
    assert_eq!(
        again.status,
        StatusCode::CONFLICT,
        "nothing is left to go on with"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_published_run_is_taken_back_with_a_reason_and_its_tally_stays() {
    let (store, router) = pages(4);
    let (mut clerk, csrf) = person(&router, "levy01").await;
    let (mut chief, chief_csrf) = person(&router, "chief01").await;
    assert_eq!(
        start(&mut clerk, &csrf, "run-1").await.location(),
        "/runs/1"
    );
    until(&store, RunState::Calculated);
    let tallied = clerk.post("/runs/1/tally", &[("csrf", &csrf)]).await;
    assert_eq!(tallied.status, StatusCode::SEE_OTHER, "{}", tallied.text);
    assert!(
        clerk
            .get("/runs/1")
            .await
            .text
            .contains("集計（調定の内訳）")
    );
    chief
        .post("/runs/1/approve", &[("csrf", &chief_csrf)])
        .await;
    chief
        .post("/runs/1/publish", &[("csrf", &chief_csrf)])
        .await;
    until(&store, RunState::Published);

    let silent = chief
        .post("/runs/1/undo", &[("csrf", &chief_csrf), ("reason", " ")])
        .await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    let undone = chief
        .post(
            "/runs/1/undo",
            &[("csrf", &chief_csrf), ("reason", "料率の入力誤り")],
        )
        .await;
    assert_eq!(undone.location(), "/runs/1", "{}", undone.text);
    until(&store, RunState::Cancelled);
    let page = chief.get("/runs/1").await.text;
    assert!(page.contains("取消") && page.contains("集計（調定の内訳）"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_who_is_not_insured_leads_to_the_household() {
    let (store, router) = pages(40);
    let (mut clerk, _) = person(&router, "levy01").await;
    let heads = store
        .read(|conn| {
            conn.query_text(
                "select h.head_person_id, h.subject from household_fact h \
                 where not exists (select 1 from insured_fact i where i.subject = h.head_person_id) \
                 order by h.subject",
                &[],
                |row| Ok((row.int(0)?, row.int(1)?)),
            )
        })
        .unwrap();
    let (head, household) = heads[0];
    let seen = clerk.get(&format!("/people/{head}")).await;
    assert!(
        seen.text.contains(&format!("/households/{household}\"")),
        "{}",
        seen.text
    );
    let found = clerk.search(&head.to_string()).await;
    assert_eq!(found.location(), format!("/households/{household}"));
}
