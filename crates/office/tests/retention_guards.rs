//! 消去の門: every table has its place, and what the migrations say is what the list of targets says.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use db::{dump, testing};
use office::retention::guards;
use office::retention::kept::KEPT;
use office::retention::targets::TARGETS;
use office::{schema, vault};
use std::collections::BTreeSet;
use std::path::Path;

/// The targets that a later migration must add its own gate for would be missing here.
#[test]
fn the_gates_in_the_migrations_are_those_of_the_targets() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut all = vec![
        (
            "schema/0039_retention.sqlite.sql".to_owned(),
            guards::sqlite(schema::MIGRATIONS, false),
        ),
        (
            "schema/0039_retention.postgres.sql".to_owned(),
            guards::postgres(false),
        ),
        (
            "vault/0003_erasure.sqlite.sql".to_owned(),
            guards::sqlite(vault::MIGRATIONS, true),
        ),
        (
            "vault/0003_erasure.postgres.sql".to_owned(),
            guards::postgres(true),
        ),
    ];
    for (at, (migration, _)) in guards::LATER.iter().enumerate() {
        all.push((
            format!("schema/{migration}.sqlite.sql"),
            guards::sqlite_later(schema::MIGRATIONS, at),
        ));
        all.push((
            format!("schema/{migration}.postgres.sql"),
            guards::postgres_later(at),
        ));
    }
    for (file, made) in all {
        let path = folder.join(&file);
        if std::env::var_os("KOKUHO_BLESS").is_some() {
            std::fs::write(&path, &made).unwrap();
        }
        let stored = std::fs::read_to_string(&path).unwrap();
        assert_eq!(stored, made, "KOKUHO_BLESS=1 writes {file} anew");
    }
}

#[test]
fn every_table_is_erased_by_a_class_or_kept_for_a_reason() {
    let store = testing::sqlite(schema::MIGRATIONS).unwrap();
    let tables: BTreeSet<String> = store
        .read(dump::shapes)
        .unwrap()
        .into_iter()
        .map(|shape| shape.name)
        .collect();
    let erased: BTreeSet<String> = TARGETS
        .iter()
        .map(|target| target.table.to_owned())
        .collect();
    let kept: BTreeSet<String> = KEPT.iter().map(|(table, _)| (*table).to_owned()).collect();
    let named: BTreeSet<String> = erased.union(&kept).cloned().collect();
    let missing: Vec<&String> = tables.difference(&named).collect();
    assert!(
        missing.is_empty(),
        "in crates/office/src/retention/targets.rs, TARGETS or KEPT must name {missing:?}"
    );
    assert_eq!(
        named.difference(&tables).collect::<Vec<_>>(),
        Vec::<&String>::new()
    );
    assert_eq!(
        erased.intersection(&kept).collect::<Vec<_>>(),
        Vec::<&String>::new()
    );
    for (table, reason) in KEPT {
        assert!(!reason.is_empty(), "{table}");
    }
}

#[test]
fn every_class_of_the_rules_has_its_targets() {
    let book = law::rules::RuleBook::shared().unwrap();
    let declared: BTreeSet<&str> = book
        .retention_classes()
        .into_iter()
        .map(|(code, _)| code)
        .collect();
    let mut targeted: BTreeSet<&str> = TARGETS.iter().map(|target| target.class).collect();
    targeted.insert("audit");
    assert_eq!(declared, targeted);
}
