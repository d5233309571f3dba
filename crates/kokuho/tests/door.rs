//! 出口: what leaves by the binary goes to whom the table lists, whole or not at all, sealed where it is carried, and is
//! written down; one person's records are one list.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod support;

use db::testing::TestStore;
use law::day;
use office::registers::{Given, Registers, take_step};
use office::security::authorize;
use office::security::login::command_session;
use office::security::permit::KeepRegister;
use std::fs;
use std::path::Path;
use std::process::Output;
use support::medium::approved_medium;
use support::ran::*;
use support::*;

fn ran(store: &TestStore, staff: &str, words: &[&str]) -> Output {
    ran_on(store.url(), staff, "20260720", words)
}

/// A key: its file, and the public half.
fn key(folder: &Folder, name: &str) -> (String, String) {
    let path = folder.at(name);
    let text = good(plain(&["backup", "key", "--out", &path]));
    let public = text
        .split_whitespace()
        .find(|word| word.starts_with("age1"));
    (path, public.unwrap().to_owned())
}

// covers: SEC-049, OUT-048
#[test]
fn what_is_carried_to_a_successor_is_read_with_the_key_alone_and_stands_in_the_register() {
    let city = namespace("sqlite");
    fill(&city, 6);
    let folder = Folder::new("carried");
    let (secret, public) = key(&folder, "key.txt");
    let (other, _) = key(&folder, "other.txt");
    let out = folder.at("out");
    let hand = |staff: &str, more: &[&str]| {
        let words = ["handover", "--out", &out, "insured"];
        ran(&city, staff, &[&words, more].concat())
    };
    let medium = ["--medium-number", "USB-1", "--approval-number", "A-1"];
    let request = ["--request-number", "移行8-1"];
    // Neither without a request, nor open, nor without a medium, nor by somebody who keeps no register.
    assert!(refused(hand("kanri", &[])).contains("依頼票"));
    assert!(refused(hand("kanri", &request)).contains("--seal-to"));
    let open = [&request[..], &medium].concat();
    assert!(refused(hand("kanri", &open)).contains("--seal-to"));
    let bare = [&request[..], &["--seal-to", &public]].concat();
    assert!(refused(hand("kanri", &bare)).contains("--medium-number"));
    let sealed = [&bare[..], &medium].concat();
    // Not in the register; approved under another number; to be brought back by yesterday.
    assert!(refused(hand("kanri", &sealed)).contains("媒体管理簿にありません"));
    approved_medium(&city, "USB-0", "A-0", "2026-07-19");
    let named = |number, approval| {
        let medium = ["--medium-number", number, "--approval-number", approval];
        [&bare[..], &medium].concat()
    };
    assert!(refused(hand("kanri", &named("USB-0", "A-0"))).contains("返却期限"));
    approved_medium(&city, "USB-1", "A-1", "2099-03-31");
    assert!(refused(hand("kanri", &named("USB-1", "A-2"))).contains("承認番号「A-2」"));
    assert_eq!(folder.all(), ["key.txt", "other.txt"], "not a byte");
    let records = numbers(&city, "select count(*) from provision_record");
    assert_eq!(records, [0], "refused before anything is read");
    assert!(refused(hand("tanto", &sealed)).contains("媒体管理簿"));
    let elsewhere = [&sealed[..], &["--recipient", "nhi-aggregate"]].concat();
    assert!(refused(hand("kanri", &elsewhere)).contains("提供先の表"));
    let otherwise = [&sealed[..], &["--purpose", "統計"]].concat();
    assert!(refused(hand("kanri", &otherwise)).contains("統計"));
    assert_eq!(folder.all(), ["key.txt", "other.txt"]);

    assert!(good(hand("kanri", &sealed)).contains("媒体管理簿の"));
    let files: Vec<String> = folder
        .all()
        .into_iter()
        .filter(|name| name.starts_with("out/"))
        .collect();
    assert_eq!(files.len(), 2, "{files:?}");
    let name = texts(
        &city,
        "select name from resident_fact order by subject limit 1",
    )[0]
    .clone();
    let number = texts(
        &city,
        "select cast(subject as text) from insured_fact order by subject limit 1",
    )[0]
    .clone();
    for file in &files {
        assert!(file.ends_with(".age"), "{file}");
        let bytes = fs::read(folder.0.join(file)).unwrap();
        for word in [&name, &number] {
            let clear = bytes.windows(word.len()).any(|at| at == word.as_bytes());
            assert!(!clear, "{file} can be read");
        }
    }
    let paths: Vec<String> = files.iter().map(|file| folder.at(file)).collect();
    let open = |key: &str, out: &str| {
        let words = ["unseal", "--key", key, "--out", out];
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        plain(&[&words[..], &paths].concat())
    };
    let seen = folder.at("seen");
    assert!(refused(open(&other, &seen)).contains("封を開けません"));
    good(open(&secret, &seen));
    let opened: Vec<String> = folder
        .all()
        .into_iter()
        .filter(|name| name.starts_with("seen/"))
        .collect();
    assert_eq!(opened.len(), 2, "{opened:?}");
    let all: String = opened
        .iter()
        .map(|file| fs::read_to_string(folder.0.join(file)).unwrap())
        .collect();
    assert!(all.contains(&number));
    // A step of the entry that is there, with both files; the medium goes on to be given back and destroyed.
    let count = |text: &str| numbers(&city, text)[0];
    assert_eq!(
        count("select count(*) from register_entry where register = 'media'"),
        2
    );
    let copied = texts(
        &city,
        "select given from register_step where step = 'copy' and state = '使用承認'",
    );
    assert_eq!(copied.len(), 1);
    assert!(copied[0].contains(".age"), "{copied:?}");
    assert_eq!(
        count(
            "select count(*) from provision_file where sealed = 1 and medium_entry_id is not null"
        ),
        2
    );
    let given = [
        "provisions",
        "given",
        "--from",
        "20260701",
        "--to",
        "20260731",
    ];
    let auditor = refused(ran(&city, "tanto", &given));
    assert!(auditor.contains("監査担当"), "{auditor}");
}

fn wait(city: &TestStore) {
    // Somebody leaves, so that there is something to tell: written straight into the outbox.
    let one = numbers(city, "select min(subject) from insured_fact")[0];
    city.write(|conn| {
        conn.execute_text(
            "insert into outbox_message (message_id, layout, subject, valid_from, division, content, told, state, decided_on, \
             act_id, result_note) select $1, 'kss_person', subject, valid_from, 1, $2, '', 'waiting', '2026-07-20', act_id, '' \
             from insured_fact where subject = $3 limit 1",
            &[
                900_000_i64.into(),
                "{\"household_id\":1,\"symbol\":\"11\",\"number\":\"1\",\"branch\":1,\"standing\":1,\"gained_on\":null,\
                 \"gain_cause\":\"\",\"lost_on\":null,\"loss_cause\":\"\",\"applied_until\":null}"
                    .into(),
                one.into(),
            ],
        )
    })
    .unwrap();
}

// covers: SEC-057
#[test]
fn a_transfer_that_fails_leaves_nothing_half_written_and_can_be_made_again() {
    let city = namespace("sqlite");
    fill(&city, 3);
    let waiting = numbers(
        &city,
        "select count(*) from outbox_message where state = 'waiting'",
    )[0];
    if waiting == 0 {
        wait(&city);
    }
    let folder = Folder::new("halfway");
    let out = folder.at("sent");
    fs::create_dir_all(&out).unwrap();
    // What a killed transfer left is gone with the next.
    fs::write(folder.0.join("sent/old.csv.7.kokuho-part"), "宛名").unwrap();
    let send = |more: &[&str]| {
        let words = ["messages", "export", "--out", &out];
        ran(&city, "tanto", &[&words, more].concat())
    };
    // In the place of the last of the files lies a folder: writing it fails at the very end.
    let insurer = "138032";
    let blocked = folder
        .0
        .join(format!("sent/kss_person_{insurer}_20260720_001.csv"));
    fs::create_dir_all(blocked.join("in-the-way")).unwrap();
    let failed = refused(send(&[]));
    assert!(failed.contains("--again"), "{failed}");
    let left = folder.all();
    assert_eq!(left, Vec::<String>::new(), "{left:?}");
    assert_eq!(numbers(&city, "select count(*) from provision_file"), [0]);
    fs::remove_dir_all(&blocked).unwrap();
    let numbers_of = numbers(&city, "select file_id from outbox_file order by file_id");
    for file in &numbers_of {
        good(send(&["--again", &file.to_string()]));
    }
    let left = folder.all();
    assert_eq!(left.len(), numbers_of.len(), "{left:?}");
    assert!(left.iter().all(|name| name.ends_with(".csv")), "{left:?}");
    assert_eq!(
        numbers(
            &city,
            "select outbox_file_id from provision_file order by record_id"
        ),
        numbers_of
    );
    // And the same for a table: over a file that is there, or into what is no folder.
    let there = folder.at("there.csv");
    fs::write(&there, "mine").unwrap();
    let table = |out: &str| {
        ran(
            &city,
            "tanto",
            &["export", "levies", "--year", "2026", "--out", out],
        )
    };
    assert!(refused(table(&there)).contains("既にあります"));
    assert_eq!(fs::read_to_string(&there).unwrap(), "mine");
    refused(table(&folder.at("there.csv/under.csv")));
    good(table(&folder.at("table.csv")));
    let left = folder.all();
    assert!(left.iter().all(|name| name.ends_with(".csv")), "{left:?}");
}

// covers: SEC-057
#[test]
fn when_the_second_of_two_files_fails_the_first_is_not_left_half_written() {
    let city = namespace("sqlite");
    fill(&city, 3);
    let of = |layout: &str| {
        let text = format!(
            "select count(*) from outbox_message where layout = '{layout}' and state = 'waiting'"
        );
        numbers(&city, &text)[0]
    };
    if of("kss_person") == 0 {
        wait(&city);
    }
    if of("kss_household") == 0 {
        city.write(|conn| {
            conn.execute_text(
                "insert into outbox_message (message_id, layout, subject, valid_from, division, content, told, state, \
                 decided_on, act_id, result_note) select 900001, 'kss_household', subject, valid_from, 1, \
                 '{\"head_person_id\":' || cast(head_person_id as text) || ',\"standing\":1,\"symbol\":\"11\",\"number\":\"1\",\"until\":null}', '', \
                 'waiting', '2026-07-20', act_id, '' from household_fact order by subject limit 1",
                &[],
            )
        })
        .unwrap();
    }
    let folder = Folder::new("second");
    let out = folder.at("sent");
    // The household's file is written first; in the place of the person's lies a folder.
    let blocked = folder.0.join("sent/kss_person_138032_20260720_001.csv");
    fs::create_dir_all(blocked.join("in-the-way")).unwrap();
    let failed = refused(ran(&city, "tanto", &["messages", "export", "--out", &out]));
    assert!(failed.contains("kss_person"), "{failed}");
    assert_eq!(
        texts(&city, "select layout from outbox_file order by file_id"),
        ["kss_household", "kss_person"]
    );
    assert_eq!(folder.all(), Vec::<String>::new(), "nothing half-written");
    assert_eq!(
        numbers(&city, "select count(*) from provision_file"),
        [0],
        "what has not gone out is not written down"
    );
    fs::remove_dir_all(&blocked).unwrap();
    for file in ["1", "2"] {
        good(ran(
            &city,
            "tanto",
            &["messages", "export", "--out", &out, "--again", file],
        ));
    }
    assert_eq!(folder.all().len(), 2);
}

// covers: SEC-105, LNK-018
#[test]
fn everything_about_one_person_is_one_list_for_an_open_request_and_taking_it_out_is_recorded() {
    let city = namespace("sqlite");
    fill(&city, 3);
    if numbers(&city, "select count(*) from outbox_message")[0] == 0 {
        wait(&city);
    }
    let person = numbers(
        &city,
        "select min(subject) from outbox_message where layout = 'kss_person'",
    )[0];
    let folder = Folder::new("disclosure");
    let sent = folder.at("sent");
    good(ran(&city, "tanto", &["messages", "export", "--out", &sent]));
    let session = city
        .read(|conn| command_session(conn, "tanto", "test", 0))
        .unwrap();
    let look = office::security::access::Access::of(
        &session,
        1_790_000_000_000_000,
        "/people/{id}",
        Some(person),
    );
    city.write(|conn| office::security::access::record(conn, &look))
        .unwrap();
    let other = numbers(
        &city,
        &format!("select max(subject) from insured_fact where subject <> {person}"),
    )[0];
    let look = office::security::access::Access::of(
        &session,
        1_790_000_000_000_001,
        "/elsewhere",
        Some(other),
    );
    city.write(|conn| office::security::access::record(conn, &look))
        .unwrap();

    let entry = request(&city, person);
    let number = entry.to_string();
    let out = folder.at("record.csv");
    let ask_to = |out: &str, staff: &str, request: &str| {
        let words = ["disclosure", "--request", request, "--out", out];
        ran(&city, staff, &words)
    };
    let ask = |staff: &str, request: &str| ask_to(&out, staff, request);
    assert!(refused(ask("tanto", &number)).contains("監査担当"));
    assert!(refused(ask("kansa", "999")).contains("999番はありません"));
    assert!(!Path::new(&out).exists());
    good(ask("kansa", &number));
    let text = fs::read_to_string(&out).unwrap();
    let has = |words: &[&str]| {
        text.lines()
            .any(|line| words.iter().all(|word| line.contains(word)))
    };
    assert!(
        has(&[
            "提供",
            "国民健康保険団体連合会",
            "第113条の3",
            "記号・番号",
            "tanto",
            "kss_person"
        ]),
        "{text}"
    );
    assert!(has(&["閲覧・利用", "/people/{id}", "tanto"]), "{text}");
    assert!(!text.contains("/elsewhere"), "{text}");
    assert_eq!(
        texts(
            &city,
            "select s.login from act a join staff s on s.staff_id = a.staff_id where a.kind = 'record.disclose'"
        ),
        ["kansa"]
    );
    assert_eq!(
        texts(
            &city,
            "select request_number from provision_record where export_code = 'record.person' and record_id in (select record_id from provision_file)"
        ),
        std::slice::from_ref(&number)
    );
    // Years later the file has been erased; to whom it went still stands in the record of provision.
    city.write(|conn| {
        conn.execute_text("drop trigger outbox_file_no_delete", &[])?;
        conn.execute_text("delete from outbox_file", &[])
    })
    .unwrap();
    let later = folder.at("later.csv");
    good(ask_to(&later, "kansa", &number));
    let told = |text: &str| -> Vec<String> {
        let kept = text.lines().filter(|line| line.contains("kss_person"));
        kept.map(str::to_owned).collect()
    };
    assert!(!told(&text).is_empty());
    assert_eq!(told(&fs::read_to_string(&later).unwrap()), told(&text));
}

/// A request for disclosure that is received.
fn request(city: &TestStore, person: i64) -> i64 {
    let keeper = city
        .read(|conn| command_session(conn, "kanri", "test", 0))
        .unwrap();
    let acting = keeper.acting("台帳", day(2026, 7, 1), 6, None);
    let permit = authorize::<KeepRegister>(&keeper).unwrap();
    let registers = Registers::shipped().unwrap();
    let given: Given = [
        ("request_number", "開8-1"),
        ("kind", "開示"),
        ("person_number", &person.to_string()),
        ("form", "様式1"),
        ("identity", "本人"),
    ]
    .into_iter()
    .map(|(field, value)| (field.to_owned(), value.to_owned()))
    .collect();
    let register = registers.get("disclosure").unwrap();
    city.write(|conn| {
        take_step(
            conn,
            (&acting, &permit),
            register,
            None,
            ("receive", &given),
        )
    })
    .unwrap();
    numbers(city, "select max(entry_id) from register_entry")[0]
}

// covers: SEC-040
#[test]
fn a_command_by_nobody_of_the_office_leaves_a_line() {
    let city = namespace("sqlite");
    fill(&city, 1);
    let failed = || {
        let text = "select count(*) from access_log where what = 'login' and outcome = 'failed' \
                    and staff_id = 0 and terminal = 'command-line'";
        numbers(&city, text)[0]
    };
    assert_eq!(failed(), 0);
    let words = ["statistics", "--year", "2026"];
    let told = refused(ran(&city, "nosuch", &words));
    assert!(told.contains("--as"), "{told}");
    assert_eq!(failed(), 1);
    // Who named nobody was not tried.
    refused(ran(&city, "", &words));
    assert_eq!(failed(), 1);
}
