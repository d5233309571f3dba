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

/// Rows and rows of one key, as SQLite counts them in a city of 190,000 households.
const COUNTED: [(&str, &str, &str); 11] = [
    (
        "resident_fact",
        "sqlite_autoindex_resident_fact_1",
        "285000 1 1",
    ),
    ("resident_fact", "resident_by_household", "285000 2"),
    ("resident_fact", "resident_by_kana", "285000 57 1"),
    (
        "insured_fact",
        "sqlite_autoindex_insured_fact_1",
        "285000 1 1",
    ),
    ("insured_fact", "insured_by_household", "285000 2"),
    (
        "household_fact",
        "sqlite_autoindex_household_fact_1",
        "190000 1 1",
    ),
    ("household_fact", "household_by_head", "190000 1"),
    ("household_fact", "household_by_number", "190000 1"),
    ("support_fact", "sqlite_autoindex_support_fact_1", "300 1 1"),
    ("registry_slot", "registry_slot_place", "20000 2 1 1 1"),
    (
        "representative_fact",
        "sqlite_autoindex_representative_fact_1",
        "4000 1 1",
    ),
];

/// Each page, each hit of a search and each paper asks whose address is hidden: no such question reads a large table whole, not
/// for a filter before its index either.
#[test]
fn whose_address_is_hidden_is_looked_up_and_not_looked_through() {
    let store = db::testing::sqlite(office::schema::MIGRATIONS).unwrap();
    let asked: Vec<_> = office::statements::all()
        .into_iter()
        .filter(|sql| {
            sql.name.starts_with("registry.support.") || sql.name == "registry.search.number"
        })
        .collect();
    assert!(asked.len() > 6);
    let large = ["resident_fact", "insured_fact", "household_fact"];
    let mut found = Vec::new();
    for sql in &asked {
        let words: Vec<&str> = sql.text.split_whitespace().collect();
        let aliases: Vec<&str> = words
            .windows(2)
            .filter(|pair| large.contains(&pair[0]))
            .map(|pair| pair[1])
            .collect();
        for step in plan(&store, sql, &COUNTED) {
            let scanned = step.strip_prefix("SCAN ").unwrap_or_default();
            let scanned = scanned.split(' ').next().unwrap_or_default();
            let whole = large.contains(&scanned) || aliases.contains(&scanned);
            if whole || step.starts_with("BLOOM FILTER") || step.contains("AUTOMATIC") {
                found.push(format!("{}: {step}", sql.name));
            }
        }
    }
    assert_eq!(found, Vec::<String>::new());
}

/// 証を作れない人 of a renewal of 300,000 are asked for while everybody's registrations wait: no such question reads who has a
/// paper.
#[test]
fn who_gets_no_paper_is_looked_up_and_not_looked_through() {
    let store = db::testing::sqlite(office::schema::MIGRATIONS).unwrap();
    let of_a_run = [
        "certificate.refused.reasons",
        "certificate.refused.unjudged",
        "certificate.run.pull_left",
    ];
    let counts = [
        (
            "certificate_run_row",
            "sqlite_autoindex_certificate_run_row_1",
            "300000 300000 2 1",
        ),
        (
            "certificate_run_row",
            "certificate_run_row_refused",
            "300 300 100",
        ),
    ];
    for name in of_a_run {
        let all = office::statements::all();
        let sql = all.iter().find(|sql| sql.name == name).unwrap();
        let steps = plan(&store, sql, &counts);
        let first = steps.iter().find(|step| step.starts_with("SEARCH r "));
        assert!(
            first.is_some_and(|step| step.contains("certificate_run_row_refused")),
            "{name}: {steps:?}"
        );
        // What was found is gone through once more where it is counted (`c`), and nothing else is.
        let mut scans = steps.iter().filter(|step| step.starts_with("SCAN "));
        assert!(scans.all(|step| step == "SCAN c"), "{name}: {steps:?}");
    }
}

/// The steps in which SQLite answers a statement where its tables hold so many rows.
fn plan(store: &db::Store, sql: &db::Sql, counts: &[(&str, &str, &str)]) -> Vec<String> {
    let mut text = format!("explain query plan {}", sql.text);
    for number in (1..=9).rev() {
        text = text.replace(&format!("${number}"), "1");
    }
    let steps = store.write(|conn| {
        conn.execute_text("analyze", &[])?;
        conn.execute_text("delete from sqlite_stat1", &[])?;
        for (table, index, rows) in counts {
            let params = [(*table).into(), (*index).into(), (*rows).into()];
            conn.execute_text(
                "insert into sqlite_stat1 (tbl, idx, stat) values ($1, $2, $3)",
                &params,
            )?;
        }
        conn.execute_text("analyze sqlite_schema", &[])?;
        conn.query_text(&text, &[], |row| row.text(3))
    });
    steps.unwrap()
}
