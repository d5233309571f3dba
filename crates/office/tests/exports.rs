//! What leaves the program: every export has a row with purpose, ground and function, and nothing writes without one.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use office::exports::{ALL, table};
use office::security::permit;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What the words stand in without writing anything of its own: the table, and the answer that every PDF is handed over by.
const NOT_ASKED: &[&str] = &["office/src/exports.rs", "web/src/answer.rs"];

/// Words of code that hands bytes to a file, a browser or a partner.
const WRITES: &[&str] = &[
    "Permit<ExportData>",
    "CONTENT_DISPOSITION",
    "answer::pdf(",
    "fs::write(",
    "File::create",
    "Door::<",
    "door::whole(",
    "door::paper(",
    "OpenOptions",
    "Writer::new(",
    "render_many",
    "stdout().write_all",
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for one in std::fs::read_dir(folder).unwrap() {
        let path = one.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
}

// covers: SEC-052, SEC-022
#[test]
fn every_export_has_its_row_and_every_row_its_code() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut all = Vec::new();
    for name in ["office", "web", "kokuho", "sim"] {
        sources(&crates.join(name).join("src"), &mut all);
    }
    let writing: BTreeSet<String> = all
        .iter()
        .filter(|path| !path.ends_with("security/tests.rs"))
        .filter(|path| {
            let text = std::fs::read_to_string(path).unwrap();
            WRITES.iter().any(|word| text.contains(word))
        })
        .map(|path| path.strip_prefix(crates).unwrap().display().to_string())
        .filter(|path| !NOT_ASKED.contains(&path.as_str()))
        .collect();
    let listed: BTreeSet<String> = ALL
        .iter()
        .flat_map(|export| export.sources.iter().map(|source| (*source).to_owned()))
        .collect();
    let unlisted: Vec<&String> = writing.difference(&listed).collect();
    assert!(
        unlisted.is_empty(),
        "written out without a row in exports.rs: {unlisted:?}"
    );
    let gone: Vec<&String> = listed.difference(&writing).collect();
    assert!(gone.is_empty(), "a row of what writes nothing: {gone:?}");
    let functions: BTreeSet<&str> = permit::ALL.iter().map(|(code, _)| *code).collect();
    for export in ALL {
        assert!(functions.contains(export.function), "{}", export.code);
        assert!(!export.purpose_ja.is_empty() && !export.ground_ja.is_empty());
    }
    assert!(ALL.is_sorted_by(|one, two| one.code < two.code));
}

#[test]
fn the_table_is_the_one_in_git() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/exports.golden.txt");
    let found = table();
    if std::env::var_os("KOKUHO_BLESS").is_some() {
        std::fs::write(&path, &found).unwrap();
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        found, golden,
        "look at the difference; then run with KOKUHO_BLESS=1"
    );
}
