//! The raw limit of the engine: how fast rows of the usual shape can be loaded.

use crate::conn::Conn;
use crate::error::StoreError;
use crate::sql::Engine;
use crate::sqltext;
use crate::store::Store;
use crate::value::ColumnType::{Int, Text};
use std::time::Duration;

const TABLE: &str = "create table bulk_probe (
    fiscal_year smallint not null, household_id bigint not null, person_id bigint not null, income bigint not null,
    levied_yen bigint not null, capped_yen bigint not null, reduced_yen bigint not null, paid_yen bigint not null,
    months smallint not null, reduction smallint not null, note text not null, act_id bigint not null,
    primary key (fiscal_year, household_id))";

/// Loads `rows` rows of 12 columns into a table of their own, removes it again, and returns how long the load with
/// its commit took by the caller's clock. On PostgreSQL the store must be opened by the owner of the schema.
///
/// # Errors
/// When the table cannot be made, which also happens when a `bulk_probe` exists.
pub fn bulk_probe(
    store: &Store,
    rows: i64,
    mut clock: impl FnMut() -> Duration,
) -> Result<Duration, StoreError> {
    let create = match store.engine() {
        Engine::Sqlite => sqltext::for_sqlite(TABLE).map_err(|reason| StoreError::Migration {
            name: "bulk_probe".to_owned(),
            reason,
        })?,
        Engine::Postgres => TABLE.to_owned(),
    };
    store.write(|conn| conn.batch("db.bulk_probe", &create))?;
    let before = clock();
    let loaded = store.write(|conn| load(conn, rows));
    let elapsed = clock().saturating_sub(before);
    store.write(|conn| conn.batch("db.bulk_probe", "drop table bulk_probe"))?;
    loaded.map(|_| elapsed)
}

fn load(conn: &mut Conn, rows: i64) -> Result<u64, StoreError> {
    let columns = [
        ("fiscal_year", Int),
        ("household_id", Int),
        ("person_id", Int),
        ("income", Int),
        ("levied_yen", Int),
        ("capped_yen", Int),
        ("reduced_yen", Int),
        ("paid_yen", Int),
        ("months", Int),
        ("reduction", Int),
        ("note", Text),
        ("act_id", Int),
    ];
    let mut bulk = conn.bulk("bulk_probe", &columns);
    for row in 0..rows {
        for cell in [
            2026,
            row,
            row * 3,
            row % 7_000_000,
            row % 920_000,
            920_000,
            row % 50_000,
            0,
            row % 12,
            row % 4,
        ] {
            bulk.push_int(cell)?;
        }
        bulk.push_text("R8-1")?;
        bulk.push_int(1)?;
        bulk.end_row()?;
    }
    bulk.finish()
}
