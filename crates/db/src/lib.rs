//! One SQL text on two engines: SQLite and PostgreSQL.
//!
//! A [`Store`] is one namespace (a file, a schema, or memory). [`Store::read`] gives a consistent snapshot,
//! [`Store::write`] a transaction that is isolated as if it were alone; both hand out a [`Conn`]. Statements are
//! hand-written [`Sql`] in the subset both engines share:
//!
//! - placeholders `$1…$n`; `cast($1 as bigint)` where PostgreSQL cannot infer the type of a bare one;
//! - columns are `bigint` (integers, flags 0/1, instants in microseconds since 1970 UTC), `smallint`, `text` (also
//!   days, `YYYY-MM-DD`) and `bytea`; sums are `cast(sum(x) as bigint)`;
//! - text is compared and ordered by code point on both engines;
//! - no sequences, no triggers on PostgreSQL, no `listen`/`notify`.
//!
//! Everything blocks. Nothing here knows what the tables mean.
// Every fallible function fails with `StoreError`, whose variants say when; repeating that per function says nothing.
#![allow(
    clippy::missing_errors_doc,
    reason = "StoreError documents its own variants"
)]

mod bulk;
mod conn;
mod counted;
pub mod dated;
pub mod dump;
mod error;
mod migrate;
mod namespace;
mod options;
mod pool;
mod postgres;
mod probe;
mod rehearsal;
mod row;
mod sql;
mod sqlite;
mod sqltext;
mod store;
#[cfg(feature = "testing")]
pub mod testing;
mod transaction;
mod transport;
mod url;
mod value;
pub mod weak;

pub use bulk::Bulk;
pub use conn::Conn;
pub use dated::{DatedTable, Fact, Span, Stamp};
pub use error::{Cause, StoreError};
pub use migrate::{Migration, check_statements};
pub use options::StoreOptions;
pub use probe::bulk_probe;
pub use row::{Raw, Row};
pub use sql::{Engine, Sql, Sql2};
pub use store::Store;
pub use url::{StoreUrl, check_name};
pub use value::{Cell, ColumnType, Value};
