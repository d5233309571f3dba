//! What leaves the house: PDF by PDF and file by file.

use super::hidden::{SECRETS, VICTIM, city_with_a_household_in_hiding};
use super::{Browser, PASSWORD, told};
use db::Store;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const KOKUHO: &str = env!("CARGO_BIN_EXE_kokuho");

fn kokuho(store: &Store, staff: &str, words: &[&str]) -> Output {
    Command::new(KOKUHO)
        .args(words)
        .args(["--store", &store.url().with_password()])
        .args([
            "--city",
            "131032",
            "--as",
            staff,
            "--business-date",
            "20260615",
        ])
        .output()
        .unwrap()
}

fn pdfs(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|one| one.unwrap().path())
        .collect();
    found.sort();
    found
}

fn text(path: &Path) -> String {
    let output = Command::new("pdftotext")
        .arg(path)
        .arg("-")
        .output()
        .unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

fn notice_of_the_victim(store: &Store) -> i64 {
    let all = store
        .read(|conn| office::notices::of_run(conn, 1, 0, 100))
        .unwrap();
    all.iter()
        .find(|one| one.addressee_id == VICTIM)
        .unwrap()
        .notice_id
}

// covers: SEC-102, QUA-026
#[tokio::test]
async fn a_notice_is_printed_alone_after_approval_and_looked_at_again_before_it_leaves() {
    let city = city_with_a_household_in_hiding().await;
    let store = &city.store;
    let folder = std::env::temp_dir().join(format!("kokuho-protected-{}", std::process::id()));
    drop(std::fs::remove_dir_all(&folder));
    let out = folder.to_str().unwrap();
    let print = || {
        kokuho(
            store,
            "levy01",
            &["notices", "print", "--run", "1", "--sample", "--out", out],
        )
    };
    let first = print();
    let said = String::from_utf8_lossy(&first.stdout).into_owned();
    assert!(
        !first.status.success() && said.contains("支援措置"),
        "{said}"
    );
    for path in pdfs(&folder) {
        assert_eq!(told(&text(&path)), None, "{}", path.display());
    }
    let posted = kokuho(store, "levy01", &["notices", "post", "--run", "1"]);
    assert!(
        !posted.status.success(),
        "the mailing closes only when nothing waits"
    );

    // Who approves is the chief, on the page.
    let notice = notice_of_the_victim(store);
    let mut clerk = Browser::new(&city.router);
    let csrf = clerk.log_in("levy01", PASSWORD).await;
    let path = format!("/notices/{notice}/support");
    let refused = clerk
        .post(&path, &[("csrf", &csrf), ("checked", "申出書を確認")])
        .await;
    assert_eq!(refused.status, axum::http::StatusCode::FORBIDDEN);
    let mut chief = Browser::new(&city.router);
    let csrf = chief.log_in("shikaku02", PASSWORD).await;
    // Only whoever approves sees where it goes, and approves that place.
    let page = format!("/notices/{notice}");
    assert_eq!(told(&clerk.get(&page).await.text), None);
    let shown = chief.get(&page).await.text;
    assert!(shown.contains("送達町八丁目8番8号"), "{shown}");
    let place = place_of(&shown);
    let blank = chief
        .post(
            &path,
            &[("csrf", &csrf), ("checked", " "), ("place", &place)],
        )
        .await;
    assert_eq!(blank.status, axum::http::StatusCode::UNPROCESSABLE_ENTITY);
    let allowed = chief
        .post(
            &path,
            &[
                ("csrf", &csrf),
                ("checked", "送付先の申出書を確認した"),
                ("place", &place),
            ],
        )
        .await;
    assert_eq!(
        allowed.status,
        axum::http::StatusCode::SEE_OTHER,
        "{}",
        allowed.text
    );
    let second = print();
    assert!(
        second.status.success(),
        "{}{}",
        String::from_utf8_lossy(&second.stdout),
        String::from_utf8_lossy(&second.stderr)
    );
    for path in pdfs(&folder) {
        let text = text(&path).replace(char::is_whitespace, "");
        let apart = path.to_string_lossy().contains("apart");
        // The registered address stands on no paper; the place it goes to on this one alone.
        for secret in SECRETS {
            let goes_there = matches!(
                *secret,
                "送達町八丁目" | "9980998" | "998-0998" | "つつみ荘"
            );
            assert!(
                !text.contains(secret) || apart && goes_there,
                "{} tells {secret}",
                path.display()
            );
        }
        assert_eq!(apart, text.contains("秘密花子"), "{}", path.display());
    }

    // The place changes after printing: what was approved is no longer where it goes.
    end_destination(store);
    let posted = kokuho(store, "levy01", &["notices", "post", "--run", "1"]);
    let said = String::from_utf8_lossy(&posted.stderr).into_owned();
    assert!(
        !posted.status.success() && said.contains("支援措置"),
        "{said}"
    );
    let seen_before = [
        ("csrf", csrf.as_str()),
        ("checked", "住所へ送る"),
        ("place", place.as_str()),
    ];
    let refused = chief.post(&path, &seen_before).await;
    assert_eq!(refused.status, axum::http::StatusCode::CONFLICT);
    let home = place_of(&chief.get(&page).await.text);
    let seen_now = [
        ("csrf", csrf.as_str()),
        ("checked", "住所へ送る"),
        ("place", home.as_str()),
    ];
    let again = chief.post(&path, &seen_now).await;
    assert_eq!(
        again.status,
        axum::http::StatusCode::SEE_OTHER,
        "{}",
        again.text
    );
    // The sheets bear the other place: they are printed anew.
    let posted = kokuho(store, "levy01", &["notices", "post", "--run", "1"]);
    let said = String::from_utf8_lossy(&posted.stderr).into_owned();
    assert!(
        !posted.status.success() && said.contains("まだ印刷されていません"),
        "{said}"
    );
    assert!(print().status.success());
    drop(std::fs::remove_dir_all(&folder));
    let posted = kokuho(store, "levy01", &["notices", "post", "--run", "1"]);
    assert!(
        posted.status.success(),
        "{}",
        String::from_utf8_lossy(&posted.stderr)
    );
}

/// The place that the form of the page is for.
fn place_of(page: &str) -> String {
    let rest = page.split("name=\"place\" value=\"").nth(1).unwrap();
    rest.split('"').next().unwrap().to_owned()
}

/// The 送付先 for papers of the levy ends.
fn end_destination(store: &Store) {
    store
        .write(|conn| {
            conn.execute_text(
                "update destination_fact set superseded_at = 9000000000000000, superseded_by_act = 1 \
                 where superseded_at is null",
                &[],
            )
        })
        .unwrap();
}

// covers: SEC-102
#[tokio::test]
async fn no_table_that_is_exported_has_the_address() {
    let city = city_with_a_household_in_hiding().await;
    for words in [["export", "levies"], ["export", "ledger"]] {
        let out = kokuho(
            &city.store,
            "levy01",
            &[words[0], words[1], "--year", "2026"],
        );
        assert!(
            out.status.success(),
            "{}",
            String::from_utf8_lossy(&out.stderr)
        );
        let text = String::from_utf8(out.stdout).unwrap();
        assert!(text.contains(&VICTIM.to_string()));
        assert_eq!(told(&text), None);
    }
}
