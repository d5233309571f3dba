//! `kokuho handover`: what is written is taken in again by `kokuho import`, and nothing is written over.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod support;

use std::fs;
use std::process::Command;
use support::medium::approved_medium;
use support::*;

/// A key in a file; its public half.
fn new_key(path: &str) -> String {
    let made = Command::new(KOKUHO)
        .args(["backup", "key", "--out", path])
        .output()
        .unwrap();
    let text = String::from_utf8(made.stdout).unwrap();
    let public = text
        .split_whitespace()
        .find(|word| word.starts_with("age1"));
    public.unwrap().to_owned()
}

#[test]
fn the_register_goes_out_as_files_that_come_in_again() {
    let city = namespace("sqlite");
    fill(&city, 30);
    let folder = std::env::temp_dir().join(format!("kokuho-handover-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let at = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let (sealed, key) = (at("sealed"), at("key.txt"));
    let public = new_key(&key);
    let run = |staff: &str, words: &[&str]| finish(kokuho(city.url(), staff, "20260720", words));
    approved_medium(&city, "USB-1", "A-1", "2099-03-31");
    let carried = [
        ["--request-number", "移行8-1"],
        ["--seal-to", &public],
        ["--medium-number", "USB-1"],
        ["--approval-number", "A-1"],
    ]
    .concat();
    let hand = |more: &[&str]| {
        let words = ["handover", "--out"];
        run("kanri", &[&words, more, &carried].concat())
    };
    hand(&[&sealed]).unwrap();
    let out = at("out");
    let out = out.as_str();
    for file in fs::read_dir(&sealed).unwrap() {
        let path = file.unwrap().path();
        let words = [
            "unseal",
            "--key",
            &key,
            "--out",
            out,
            path.to_str().unwrap(),
        ];
        assert!(Command::new(KOKUHO).args(words).status().unwrap().success());
    }
    let mut names: Vec<String> = fs::read_dir(out)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let of = |layout: &str| names.iter().filter(|name| name.contains(layout)).count();
    assert_eq!(
        (of("_insured_1"), of("_insured_event_")),
        (2, 2),
        "{names:?}"
    );
    let path = |layout: &str| {
        let part = format!("K01_{layout}_");
        let name = names.iter().find(|name| name.starts_with(&part)).unwrap();
        format!("{out}/{name}")
    };
    let rows = |layout: &str| fs::read_to_string(path(layout)).unwrap().lines().count();
    let insured = numbers(
        &city,
        "select subject from insured_fact where superseded_at is null",
    );
    assert_eq!(rows("insured"), insured.len() + 1);
    assert!(rows("insured_event") > insured.len());

    let again = hand(&[&sealed]).unwrap_err();
    assert!(again.contains("空ではありません"), "{again}");
    let unknown = hand(&[&at("x"), "nothing"]).unwrap_err();
    assert!(unknown.contains("次から選んでください"), "{unknown}");

    let before = numbers(&city, "select count(*) from insured_fact");
    // The spans go out letter by letter as they came in.
    let same = run("tanto", &["import", &path("insured")]).unwrap_err();
    assert!(same.contains("import.file.duplicate"), "{same}");
    run("tanto", &["import", &path("insured_event")]).unwrap();
    let held = numbers(
        &city,
        "select count(*) from import_row where state = 'held'",
    );
    assert_eq!(held, [0]);
    assert_eq!(numbers(&city, "select count(*) from insured_fact"), before);
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_table_is_handed_out_to_whoever_may_have_it_and_is_written_down() {
    let city = namespace("sqlite");
    fill(&city, 3);
    let run = |staff: &str| {
        let words = ["export", "levies", "--year", "2026"];
        finish(kokuho(city.url(), staff, "20260720", &words))
    };
    let acts = || {
        numbers(
            &city,
            "select count(*) from act where kind = 'provision.clear'",
        )
    };
    for (staff, why) in [("mado", "権限"), ("nobody", "--as")] {
        let refused = run(staff).unwrap_err();
        assert!(refused.contains(why), "{staff}: {refused}");
    }
    assert_eq!(acts(), [0]);
    run("tanto").unwrap();
    assert_eq!(acts(), [1]);
    // What is only shown went out too.
    let told = numbers(&city, "select count(*) from provision_file");
    assert_eq!(told, [1]);
}
