//! 記録項目 — a store holds the tables and columns that the migrations declare, and nothing beside them.

use super::MIGRATIONS;
use crate::error::OfficeError;
use db::{Conn, Store, StoreUrl, dump};
use std::collections::{BTreeMap, BTreeSet};

/// Tables and columns (`table.column`) of a store that no migration declares: what was added by hand, for a purpose nobody
/// has written down.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn undeclared(conn: &mut Conn) -> Result<Vec<String>, OfficeError> {
    let declared = Store::open(&StoreUrl::SqliteMemory)?;
    declared.migrate(MIGRATIONS)?;
    let declared = columns(declared.read(dump::shapes)?);
    let mut beside = Vec::new();
    for (table, found) in columns(dump::shapes(conn)?) {
        let Some(known) = declared.get(&table) else {
            beside.push(table);
            continue;
        };
        beside.extend(found.difference(known).map(|one| format!("{table}.{one}")));
    }
    Ok(beside)
}

fn columns(shapes: Vec<dump::TableShape>) -> BTreeMap<String, BTreeSet<String>> {
    shapes
        .into_iter()
        .map(|shape| {
            let names = shape.columns.into_iter().map(|(name, _)| name);
            (shape.name, names.collect())
        })
        .collect()
}
