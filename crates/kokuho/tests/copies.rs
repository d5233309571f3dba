//! バックアップ・復元・保存期間 by the binary: what is backed up comes back whole, an older copy is told as a fork, and what outlived
//! its term goes by two people with a certificate.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod support;

use db::testing::TestStore;
use db::{Store, StoreUrl};
use law::day;
use office::backup::keep;
use office::security::authorize;
use office::security::login::command_session;
use office::security::permit::MakeBackup;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;
use support::ran::*;
use support::*;

/// Every row but those that the taking of the copy and its restoring write themselves.
fn content(store: &Store) -> BTreeMap<String, Vec<String>> {
    let own = [
        "act",
        "chain_link",
        "chain_seal",
        "backup",
        "backup_end",
        "register_entry",
        "register_step",
        "register_once",
        "provision_record",
        "provision_file",
        "namespace_owner",
        "schema_migration",
        "counter",
        "access_log",
        "audit_alert",
    ];
    let mut all = everything(store);
    all.retain(|table, _| !own.contains(&table.as_str()) && !table.contains("sequence"));
    all
}

const TODAY: &str = "20260720";

// covers: SEC-074, SEC-035
#[test]
fn what_is_backed_up_comes_back_and_an_older_copy_is_told_as_a_fork() {
    let city = namespace("sqlite");
    fill(&city, 8);
    let folder = Folder::new("copies");
    let url = city.url().clone();
    let (key, other) = (folder.at("key.txt"), folder.at("other.txt"));
    let (seal_key, copies) = (folder.at("seal.txt"), folder.at("copies.jsonl"));
    let made = good(plain(&["backup", "key", "--out", &key]));
    let public = made
        .split_whitespace()
        .find(|word| word.starts_with("age1"))
        .unwrap();
    good(plain(&["backup", "key", "--out", &other]));
    good(plain(&["audit", "key", "--out", &seal_key]));
    let seal = || {
        let words = ["audit", "seal", "--key", &seal_key, "--copies", &copies];
        good(ran_on(&url, "kansa", TODAY, &words))
    };
    seal();
    let before = content(&city);
    let kept = folder.at("kept");
    let back_up = |staff: &str, more: &[&str]| {
        let words = [
            "backup",
            "make",
            "--to",
            public,
            "--folder",
            &kept,
            "--place",
            "国内第二センター",
            "--key-holder",
            "課長",
        ];
        ran_on(&url, staff, TODAY, &[&words, more].concat())
    };
    assert!(refused(back_up("tanto", &[])).contains("システム管理者"));
    assert!(refused(back_up("kanri", &["--country", "US"])).contains("国内"));
    let told = good(back_up("kanri", &[]));
    assert!(told.contains("媒体管理簿"), "{told}");
    let file = fs::read_dir(&kept)
        .unwrap()
        .map(|one| one.unwrap().path())
        .find(|path| path.extension().is_some_and(|end| end == "age"))
        .unwrap();
    let file = file.to_str().unwrap();
    good(plain(&["backup", "check", file, "--key", &key]));
    refused(plain(&["backup", "check", file, "--key", &other]));
    assert!(good(ran_on(&url, "kanri", TODAY, &["backup", "list"])).contains("完了"));
    assert_eq!(
        differences(&before, &content(&city)),
        Vec::<String>::new(),
        "a backup changes nothing"
    );

    // The office goes on, and is sealed again with a copy outside.
    good(ran_on(
        &url,
        "tanto",
        TODAY,
        &["judgement", "run", "--year", "2026"],
    ));
    seal();
    assert!(content(&city) != before);
    good(ran_on(
        &url,
        "kansa",
        TODAY,
        &["verify", "--year", "2026", "--copies", &copies],
    ));

    let again = |name: &str| -> StoreUrl { format!("sqlite:{}", folder.at(name)).parse().unwrap() };
    let restore = |into: &StoreUrl, key: &str, more: &[&str]| {
        let words = ["restore", file, "--key", key];
        ran_on(into, "kanri", TODAY, &[&words, more].concat())
    };
    let fresh = again("wrong.db");
    refused(restore(&fresh, &other, &[]));
    // Whole, and as it was, where nobody asks what came later.
    let fresh = again("fresh.db");
    good(restore(&fresh, &key, &[]));
    let restored = Store::open(&fresh).unwrap();
    assert_eq!(
        differences(&before, &content(&restored)),
        Vec::<String>::new()
    );
    let told = |store: &Store| {
        let text = "select count(*) from audit_alert where kind = 'restored'";
        let all = store.read(|conn| conn.query_text(text, &[], |row| row.int(0)));
        all.unwrap()[0]
    };
    assert_eq!((told(&city), told(&restored)), (0, 1));
    assert!(
        good(ran_on(
            &fresh,
            "kansa",
            TODAY,
            &["verify", "--year", "2026"]
        ))
        .contains("一致")
    );
    drop(restored);
    // Held against the copies outside, it is an older state in the place of a newer one.
    let verified = refused(ran_on(
        &fresh,
        "kansa",
        TODAY,
        &["verify", "--year", "2026", "--copies", &copies],
    ));
    assert!(
        verified.contains("古いデータベースに戻されています"),
        "{verified}"
    );
    let fork = again("fork.db");
    let told = refused(restore(&fork, &key, &["--copies", &copies]));
    assert!(
        told.contains("復元しました") && told.contains("戻されています"),
        "{told}"
    );
    // Never over data.
    assert!(refused(restore(&url, &key, &[])).contains("空"));
    // A changed byte is noticed, and nothing is written.
    let mut bytes = fs::read(file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    let damaged = folder.at("damaged.age");
    fs::write(&damaged, &bytes).unwrap();
    let empty = again("empty.db");
    refused(ran_on(
        &empty,
        "kanri",
        TODAY,
        &["restore", &damaged, "--key", &key],
    ));
    let store = Store::open(&empty).unwrap();
    assert_eq!(numbers(&store, "select count(*) from act"), [0]);
}

/// The clock is past it.
const PAST: &str = "20260720";
/// It has not come.
const AHEAD: &str = "20991231";

/// What was sent long ago.
fn files(store: &TestStore) -> i64 {
    numbers(store, "select count(*) from outbox_file")[0]
}

// covers: SEC-056
#[test]
fn what_outlived_its_term_goes_by_two_people_and_what_is_held_stays() {
    let city = namespace("sqlite");
    fill(&city, 4);
    let url = city.url().clone();
    let run = |staff: &str, today: &str, words: &[&str]| {
        ran_on(&url, staff, today, &[&["retention"], words].concat())
    };
    let sent = |file: i64, on: &str| {
        let text = format!(
            "insert into outbox_file (file_id, layout, file_name, lines, sha256, body, made_on, act_id) \
             values ({file}, 'kss_person', 'sent{file}.csv', 1, '', '見出し', '{on}', 1)"
        );
        city.write(|conn| conn.execute_text(&text, &[])).unwrap();
    };
    (1..=2).for_each(|file| sent(file, "2019-05-01"));
    sent(3, "2026-07-01");
    let due = |today: &str| {
        let text = good(run("kanri", today, &["due"]));
        text.lines()
            .find(|line| line.starts_with("file"))
            .unwrap()
            .to_owned()
    };
    let late = due(PAST);
    assert!(late.contains("消去できるもの2件"), "{late}");
    // A business date that has not come makes nothing older: neither shown, nor proposed.
    let reason = ["--reason", "年次の消去"];
    for words in [&["due"][..], &[&["propose", "file"], &reason[..]].concat()] {
        let told = refused(run("kanri", AHEAD, words));
        assert!(told.contains("より後です"), "{words:?}: {told}");
    }
    let person = numbers(&city, "select min(subject) from insured_fact")[0].to_string();
    let hold = [
        "hold",
        "--kind",
        "litigation",
        "--person",
        &person,
        "--ground",
        "令和13年（行ウ）第7号",
        "--review-on",
        "20350401",
    ];
    good(run("kanri", PAST, &hold));
    let held = due(PAST);
    assert!(
        held.contains("消去できるもの0件") && held.contains("保留"),
        "{held}"
    );
    refused(run(
        "kanri",
        PAST,
        &["propose", "file", "--reason", "年次の消去"],
    ));
    assert!(good(run("kanri", PAST, &["due"])).contains("令和13年（行ウ）第7号"));
    good(run(
        "kanri",
        PAST,
        &["release", "1", "--reason", "判決の確定"],
    ));
    good(run(
        "kanri",
        PAST,
        &["propose", "file", "--reason", "年次の消去"],
    ));
    assert!(refused(run("kanri", PAST, &["approve", "1"])).contains("承認も却下もできません"));
    refused(run("tanto", PAST, &["approve", "1"]));
    refused(run("kanri", PAST, &["certificate", "1"]));
    let told = refused(run("kacho", AHEAD, &["approve", "1"]));
    assert!(told.contains("より後です"), "{told}");
    assert_eq!(files(&city), 3, "nothing goes by one person");
    good(run("kacho", PAST, &["show", "1"]));
    good(run("kacho", PAST, &["approve", "1"]));
    assert_eq!(files(&city), 1, "what is young stays");
    let paper = good(run("kanri", PAST, &["certificate", "1"]));
    assert!(
        paper.contains("消去証明 1") && paper.contains("outbox_file"),
        "{paper}"
    );
    refused(run("kacho", PAST, &["approve", "1"]));
    // The night lists and does not erase: what is left of other classes is there as it was.
    good(ran_on(&url, "kansa", PAST, &["verify", "--year", "2026"]));
    // A certificate that somebody writes over says so.
    city.write(|conn| {
        conn.execute_text("drop trigger if exists erasure_count_no_update", &[])?;
        conn.execute_text("update erasure_count set rows = rows + 1", &[])
    })
    .unwrap();
    assert!(refused(run("kanri", PAST, &["certificate", "1"])).contains("書き換えられ"));
}

/// The file has its name only when 媒体管理簿 knows it; what was cut off before that goes with the next backup.
#[test]
fn what_a_backup_that_was_cut_off_left_goes_with_the_next() {
    let city = namespace("sqlite");
    fill(&city, 2);
    let folder = Folder::new("cut-off");
    let kept = folder.at("kept");
    let (_, public) = office::backup::new_key();
    let back_up = |place: &str| {
        let words = [
            "backup",
            "make",
            "--to",
            &public,
            "--folder",
            &kept,
            "--place",
            place,
            "--key-holder",
            "課長",
        ];
        ran_on(city.url(), "kanri", TODAY, &words)
    };
    // What the register would not take is said before anything is written.
    let nowhere = refused(back_up(" "));
    assert!(nowhere.contains("保管場所"), "{nowhere}");
    assert!(!Path::new(&kept).exists());

    let session = city
        .read(|conn| command_session(conn, "kanri", "test", 0))
        .unwrap();
    let permit = authorize::<MakeBackup>(&session).unwrap();
    fs::create_dir_all(&kept).unwrap();
    let begin = |number: i64| {
        let acting = session.acting("試験", day(2026, 7, 1), number, None);
        let to = [public.clone()];
        let begun = city
            .write(|conn| keep::begin(conn, (&acting, &permit), "131032", &to))
            .unwrap();
        let part = Path::new(&kept).join(format!("{}.kokuho.part", begun.name));
        fs::write(&part, "書きかけ").unwrap();
        (begun.name, part)
    };
    let (cut_off, left) = begin(1);
    let (at_work, going_on) = begin(2);
    let lock = File::open(&going_on).unwrap();
    lock.try_lock().unwrap();
    let told = good(back_up("国内第二センター"));
    assert!(
        told.contains(&cut_off) && !told.contains(&at_work),
        "{told}"
    );
    assert!(!left.exists());
    assert!(going_on.exists(), "somebody else is making it");
    let list = good(ran_on(city.url(), "kanri", TODAY, &["backup", "list"]));
    let state = |name: &str| {
        let line = list.lines().find(|line| line.starts_with(name)).unwrap();
        line.split(' ').nth(2).unwrap().to_owned()
    };
    assert_eq!(
        (state(&cut_off), state(&at_work)),
        ("中止".to_owned(), "途切れた".to_owned())
    );
}
