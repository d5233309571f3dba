//! Rows of one table held in memory: loaded in bulk, or read from one store to be loaded into another.

use super::super::spent::Spent;
use anyhow::Result;
use db::{ColumnType, Store, StoreError, Value};

/// Rows for one table.
#[derive(Debug)]
pub struct Table {
    name: &'static str,
    columns: Vec<(&'static str, ColumnType)>,
    rows: Vec<Vec<Value>>,
}

impl Table {
    /// A table without rows.
    pub fn new(name: &'static str, columns: Vec<(&'static str, ColumnType)>) -> Self {
        Self {
            name,
            columns,
            rows: Vec::new(),
        }
    }

    /// Adds a row in the order of the columns.
    pub fn push(&mut self, row: Vec<Value>) {
        self.rows.push(row);
    }

    /// How many rows it has.
    pub fn len(&self) -> usize {
        self.rows.len()
    }
}

/// Loads the rows in one transaction. Returns their number.
pub fn load(store: &Store, table: &Table) -> Result<u64> {
    let loaded = store.write(|conn| {
        let mut bulk = conn.bulk(table.name, &table.columns);
        for row in &table.rows {
            bulk.row(row)?;
        }
        bulk.finish()
    })?;
    Ok(loaded)
}

use ColumnType::{Int, Text};

/// The tables a levy writes, with the columns it writes.
const WRITTEN: [(&str, &[(&str, ColumnType)]); 4] = [
    (
        "levy_candidate",
        &[
            ("run_id", Int),
            ("household_id", Int),
            ("liable_id", Int),
            ("tenths", Int),
            ("months", Int),
            ("flags", Int),
            ("medical_yen", Int),
            ("support_yen", Int),
            ("care_yen", Int),
            ("child_yen", Int),
            ("over_cap_yen", Int),
            ("input_digest", Int),
            ("arose_on", Int),
            ("february_yen", Int),
            ("half_room_yen", Int),
        ],
    ),
    (
        "levy_decision",
        &[
            ("household_id", Int),
            ("levy_year", Int),
            ("liable_id", Int),
            ("sequence", Int),
            ("decision_id", Int),
            ("run_id", Int),
            ("act_id", Int),
            ("decided_on", Text),
            ("reason", Text),
            ("rule_hash", Text),
            ("tenths", Int),
            ("months", Int),
            ("flags", Int),
            ("medical_yen", Int),
            ("support_yen", Int),
            ("care_yen", Int),
            ("child_yen", Int),
            ("over_cap_yen", Int),
            ("barred_yen", Int),
            ("input_digest", Int),
            ("arose_on", Int),
        ],
    ),
    (
        "ledger",
        &[
            ("household_id", Int),
            ("levy_year", Int),
            ("entry_id", Int),
            ("act_id", Int),
            ("decision_id", Int),
            ("debtor_id", Int),
            ("fiscal_year", Int),
            ("instalment", Int),
            ("due_on", Text),
            ("method", Int),
            ("debit", Int),
            ("credit", Int),
            ("medical_yen", Int),
            ("support_yen", Int),
            ("care_yen", Int),
            ("child_yen", Int),
        ],
    ),
    (
        "notice",
        &[
            ("notice_id", Int),
            ("decision_id", Int),
            ("household_id", Int),
            ("addressee_id", Int),
            ("levy_year", Int),
            ("kind", Text),
            ("state", Text),
            ("run_id", Int),
            ("running_number", Int),
            ("pages", Int),
            ("act_id", Int),
        ],
    ),
];

/// The raw load of what a levy wrote.
#[derive(Clone, Debug, Default)]
pub struct Raw {
    /// Table and number of rows.
    pub rows: Vec<(&'static str, u64)>,
    /// Time within the second store.
    pub took: Spent,
}

impl Raw {
    /// All rows.
    pub fn all(&self) -> u64 {
        self.rows.iter().map(|(_, rows)| rows).sum()
    }
}

/// Loads what `from` holds of a levy into the empty `into`, stretch by stretch of household numbers, and counts the
/// time of the loading alone.
pub fn copy(from: &Store, into: &Store, stretches: &[(i64, i64)]) -> Result<Raw> {
    let mut raw = Raw::default();
    for (name, columns) in WRITTEN {
        let mut rows = 0;
        for stretch in stretches {
            let table = read(from, name, columns, *stretch)?;
            let (loaded, spent) = Spent::on(|| load(into, &table));
            rows += loaded?;
            raw.took = raw.took.plus(spent);
        }
        raw.rows.push((name, rows));
    }
    Ok(raw)
}

fn read(
    store: &Store,
    name: &'static str,
    columns: &[(&'static str, ColumnType)],
    (from, until): (i64, i64),
) -> Result<Table> {
    let names: Vec<&str> = columns.iter().map(|column| column.0).collect();
    let text = format!(
        "select {} from {name} where household_id >= $1 and household_id < $2",
        names.join(", ")
    );
    let rows = store.read(|conn| {
        conn.query_text(&text, &[from.into(), until.into()], |row| {
            (0..columns.len()).map(|index| row.value(index)).collect()
        })
    });
    let rows: Result<Vec<Vec<Value>>, StoreError> = rows;
    let mut table = Table::new(name, columns.to_vec());
    table.rows = rows?;
    Ok(table)
}
