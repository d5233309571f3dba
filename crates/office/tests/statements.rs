//! One SQL text on two engines: every named statement is prepared on both.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::string_slice,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn every_named_statement_is_prepared_on_both_engines() {
    let all = office::statements::all();
    for store in db::testing::both(office::schema::MIGRATIONS).unwrap() {
        db::check_statements(&store, &all).unwrap();
    }
    for store in db::testing::both(office::vault::MIGRATIONS).unwrap() {
        db::check_statements(&store, &office::vault::statements()).unwrap();
    }
}

/// The list is complete: each `name: "…"` of a `Sql` in the source is in it.
#[test]
fn no_statement_is_left_out_of_the_list() {
    let listed: BTreeSet<String> = office::statements::all()
        .iter()
        .chain(&office::vault::statements())
        .map(|sql| sql.name.to_owned())
        .collect();
    let mut found = BTreeSet::new();
    collect(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut found,
    );
    let missing: Vec<_> = found.difference(&listed).collect();
    assert!(
        missing.is_empty(),
        "not in office::statements::all(): {missing:?}"
    );
    assert!(listed.len() > 50);
}

fn collect(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let mut rest = text.as_str();
            while let Some(at) = rest.find(": Sql = Sql {") {
                rest = &rest[at + 13..];
                let name = rest.split('"').nth(1).unwrap();
                found.insert(name.to_owned());
            }
        }
    }
}
