//! Files of neighbours: through the API, and whom a full one leaves out.

use crate::common::browser::Browser;
use crate::common::pages_of_intake;
use crate::import::{self, Desk, File, resident};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use exchange::Extent;
use office::import::{Options, held_rows};
use web::answer::percent;

const PASSWORD: &str = "Correct-horse-7-battery";

fn three() -> Vec<Vec<(&'static str, &'static str)>> {
    vec![
        resident("1", "港　一郎", "ミナト　イチロウ", &[]),
        resident("2", "港　花子", "ミナト　ハナコ", &[]),
        resident("3", "港　次郎", "ミナト　ジロウ", &[]),
    ]
}

/// Sends a file as a program would.
async fn send(browser: &mut Browser, file: &File, kind: &str) -> (StatusCode, serde_json::Value) {
    let control = file.control.as_ref().map_or_else(String::new, |control| {
        format!(
            "&control={}",
            percent(std::str::from_utf8(control).unwrap())
        )
    });
    let path = format!("/api/v1/files?name={}{control}", percent(&file.name));
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, kind)
        .body(Body::from(file.bytes.clone()))
        .unwrap();
    let seen = browser.send(request).await;
    let body = serde_json::from_str(&seen.text).unwrap_or(serde_json::Value::Null);
    (seen.status, body)
}

const BYTES: &str = "application/octet-stream";

#[tokio::test(flavor = "multi_thread")]
async fn a_file_comes_through_the_api_and_its_counts_balance() {
    let store = db::testing::sqlite(office::schema::MIGRATIONS).unwrap();
    let desk = Desk::new(&store);
    let router = pages_of_intake(&store);
    let mut rows = three();
    rows[2] = resident(
        "3",
        "港　次郎",
        "ミナト　ジロウ",
        &[("birth_on", "1980-13-01")],
    );
    let file = desk.file("resident", 1, Extent::Full, &rows);
    // Nobody gets in without a log-in.
    let mut stranger = Browser::new(&router);
    let (status, _) = send(&mut stranger, &file, BYTES).await;
    assert!(status == StatusCode::UNAUTHORIZED || status == StatusCode::SEE_OTHER);
    let mut clerk = Browser::new(&router);
    clerk.log_in("import", PASSWORD).await;
    // A form of another site could send this type.
    let (status, body) = send(&mut clerk, &file, "text/plain").await;
    assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{body}");
    let (status, body) = send(&mut clerk, &file, BYTES).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let count = |name: &str| body[name].as_u64().unwrap();
    assert_eq!(body["layout"], "resident");
    assert_eq!(
        (count("rows_read"), count("posted"), count("held")),
        (3, 2, 1)
    );
    assert_eq!(
        count("rows_read"),
        count("posted") + count("same") + count("held"),
        "every row is accounted for"
    );
    // The same file twice changes nothing.
    let (status, body) = send(&mut clerk, &file, BYTES).await;
    assert_ne!(status, StatusCode::OK);
    assert!(
        body["message"].as_str().unwrap().contains("取込済み"),
        "{body}"
    );
    // A control that does not tie: not a row is taken.
    let mut wrong = desk.file("resident", 2, Extent::Full, &three());
    let other = desk.file("resident", 2, Extent::Full, &three()[..1]);
    wrong.control = other.control;
    let (status, body) = send(&mut clerk, &wrong, BYTES).await;
    assert_ne!(status, StatusCode::OK, "{body}");
    assert!(!body["message"].as_str().unwrap().is_empty());
    // Another municipality's file, and none at all.
    let mut foreign = desk.file("resident", 3, Extent::Full, &three());
    foreign.name = foreign.name.replace(import::CITY, "141003");
    let (status, body) = send(&mut clerk, &foreign, BYTES).await;
    assert_ne!(status, StatusCode::OK);
    assert!(
        body["message"].as_str().unwrap().contains("別の団体"),
        "{body}"
    );
    let mut empty = desk.file("resident", 4, Extent::Full, &three());
    empty.bytes.clear();
    let (status, _) = send(&mut clerk, &empty, BYTES).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    // It is in the book of received files, once.
    let book = clerk.get("/files").await;
    assert_eq!(book.text.matches(&file.name).count(), 1, "{}", book.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_every_neighbour_come_through_the_same_door() {
    let store = db::testing::sqlite(office::schema::MIGRATIONS).unwrap();
    let desk = Desk::new(&store);
    let router = pages_of_intake(&store);
    let mut clerk = Browser::new(&router);
    clerk.log_in("import", PASSWORD).await;
    let residents = desk.file("resident", 1, Extent::Full, &three());
    assert_eq!(send(&mut clerk, &residents, BYTES).await.0, StatusCode::OK);
    // 介護・後期・生活保護・税・オンライン資格確認: an empty difference of each layout is received and counted.
    for (serial, layout) in (10..).zip([
        "resident_event",
        "income",
        "resident_tax",
        "care_insured",
        "late_elderly",
        "public_assistance",
        "online_status",
        "overlap_list",
    ]) {
        let file = desk.file(layout, serial, Extent::Difference, &[]);
        let (status, body) = send(&mut clerk, &file, BYTES).await;
        assert_eq!(status, StatusCode::OK, "{layout}: {body}");
        assert_eq!(body["layout"], layout);
        assert_eq!(body["rows_read"], 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_a_full_file_leaves_out_is_decided_one_by_one() {
    let store = db::testing::sqlite(office::schema::MIGRATIONS).unwrap();
    let desk = Desk::new(&store);
    desk.take(&store, &desk.file("resident", 1, Extent::Full, &three()))
        .unwrap();
    let options = Options {
        force: true,
        ..Options::default()
    };
    let second = desk.file("resident", 2, Extent::Full, &three()[..1]);
    let report = desk.take_with(&store, &second, &options).unwrap();
    assert_eq!(report.missing, 2);
    let router = pages_of_intake(&store);
    let mut clerk = Browser::new(&router);
    let csrf = clerk.log_in("import", PASSWORD).await;
    let list = clerk.get("/missing").await;
    assert!(
        list.text.contains("港　花子") && list.text.contains("港　次郎"),
        "{}",
        list.text
    );
    let links: Vec<String> = list
        .text
        .split("href=\"/missing/")
        .skip(1)
        .map(|rest| format!("/missing/{}", rest.split('"').next().unwrap()))
        .collect();
    assert_eq!(links.len(), 2, "{}", list.text);
    let order = |decided: &'static str, reason: &'static str, request: &'static str| {
        [
            ("csrf".to_owned(), csrf.clone()),
            ("decided".to_owned(), decided.to_owned()),
            ("reason".to_owned(), reason.to_owned()),
            ("request_id".to_owned(), request.to_owned()),
        ]
    };
    async fn post(
        clerk: &mut Browser,
        path: &str,
        fields: &[(String, String)],
    ) -> crate::common::browser::Seen {
        let pairs: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        clerk.post(path, &pairs).await
    }
    let waiting = || {
        store
            .read(|conn| held_rows(conn, None, (0, 0), 50))
            .unwrap()
            .len()
    };
    // Asking: the row stays, somebody owns the question.
    let bare = post(&mut clerk, &links[0], &order("ask", "", "a-1")).await;
    assert!(bare.text.contains("id=\"reason-wrong\""), "{}", bare.text);
    let asked = post(
        &mut clerk,
        &links[0],
        &order("ask", "住民課に電話で照会", "a-2"),
    )
    .await;
    assert_eq!(asked.location(), "/missing", "{}", asked.text);
    assert_eq!(waiting(), 2);
    assert!(clerk.get("/missing").await.text.contains("照会中"));
    // Gone: refused while the person is still registered.
    let gone = post(&mut clerk, &links[0], &order("gone", "", "a-3")).await;
    assert_eq!(gone.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(gone.text.contains("まだ登録されたまま"), "{}", gone.text);
    // Still here: needs a reason, and closes the question with it.
    let here = post(&mut clerk, &links[0], &order("here", "", "a-4")).await;
    assert!(here.text.contains("id=\"reason-wrong\""), "{}", here.text);
    let here = post(&mut clerk, &links[0], &order("here", "送り元の漏れ", "a-5")).await;
    assert_eq!(here.location(), "/missing", "{}", here.text);
    assert_eq!(waiting(), 1);
    let open = store
        .read(|conn| {
            Ok::<_, office::OfficeError>(
                conn.query_text(
                    "select count(*) from work_item where kind = 'import.missing' and state = 'open'",
                    &[],
                    |row| row.int(0),
                )?[0],
            )
        })
        .unwrap();
    assert_eq!(open, 0);
    // Gone once the last day is known.
    let left = resident(
        "3",
        "港　次郎",
        "ミナト　ジロウ",
        &[
            ("history_number", "2"),
            ("resident_state", "2"),
            ("move_cause", "21"),
            ("moved_on", "2026-05-01"),
        ],
    );
    desk.take(
        &store,
        &desk.file("resident", 3, Extent::Difference, &[left]),
    )
    .unwrap();
    let gone = post(&mut clerk, &links[1], &order("gone", "", "a-6")).await;
    assert_eq!(gone.location(), "/missing", "{}", gone.text);
    assert_eq!(waiting(), 0);
    let list = clerk.get("/missing").await;
    assert!(
        list.text.contains("決めるものはありません"),
        "{}",
        list.text
    );
    assert_eq!(clerk.get(&links[1]).await.status, StatusCode::NOT_FOUND);
}
