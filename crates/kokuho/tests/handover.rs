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
use support::*;

#[test]
fn the_register_goes_out_as_files_that_come_in_again() {
    let city = namespace("sqlite");
    fill(&city, 30);
    let folder = std::env::temp_dir().join(format!("kokuho-handover-{}", std::process::id()));
    let out = folder.join("out");
    let out = out.to_str().unwrap();
    let run = |staff: &str, words: &[&str]| finish(kokuho(city.url(), staff, "20260720", words));
    run("kanri", &["handover", "--out", out]).unwrap();
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

    let again = run("kanri", &["handover", "--out", out]).unwrap_err();
    assert!(again.contains("空ではありません"), "{again}");
    let unknown = run("kanri", &["handover", "--out", "x", "nothing"]).unwrap_err();
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
    let acts = || numbers(&city, "select count(*) from act where kind = 'levy.export'");
    for (staff, why) in [("mado", "権限"), ("nobody", "--as")] {
        let refused = run(staff).unwrap_err();
        assert!(refused.contains(why), "{staff}: {refused}");
    }
    assert_eq!(acts(), [0]);
    run("tanto").unwrap();
    assert_eq!(acts(), [1]);
}
