//! 表の出し入れ — every table of a namespace read out and loaded whole, the same on both engines, for backups.

use crate::conn::Conn;
use crate::error::StoreError;
use crate::migrate;
use crate::postgres::Stop;
use crate::sql::Sql2;
use crate::url::check_name;
use crate::value::{ColumnType, Value};

/// A table as it is read out: its columns in their order, and the order of its rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableShape {
    /// The name.
    pub name: String,
    /// Name and kind of each column.
    pub columns: Vec<(String, ColumnType)>,
    /// The columns of the primary key, in its order.
    pub key: Vec<String>,
}

const COLUMNS: Sql2 = Sql2 {
    name: "db.dump_columns",
    sqlite: "select name, lower(type), pk from pragma_table_info($1) order by cid",
    postgres: "select a.attname::text, format_type(a.atttypid, a.atttypmod), \
               coalesce(array_position(i.indkey::int2[], a.attnum) + 1, 0)::bigint \
               from pg_attribute a left join pg_index i on i.indrelid = a.attrelid and i.indisprimary \
               where a.attrelid = to_regclass($1) and a.attnum > 0 and not a.attisdropped order by a.attnum",
};

/// The name of the reading statement in errors.
const READ: &str = "表の読み出し";

/// What the migrations keep for themselves; it says which form the other tables have and is never loaded.
const LEDGER: &str = "schema_migration";

/// Every table of the namespace but the list of migrations, by name.
///
/// # Errors
/// [`StoreError::Name`] for a table that no migration made.
pub fn shapes(conn: &mut Conn) -> Result<Vec<TableShape>, StoreError> {
    let tables = conn.engine_text(
        "select name from sqlite_schema where type = 'table' and name not like 'sqlite%' order by name",
        "select tablename::text from pg_tables where schemaname = current_schema() order by 1",
    );
    let names = conn.query_text(tables, &[], |row| row.text(0))?;
    names
        .into_iter()
        .filter(|name| name != LEDGER)
        .map(|name| shape(conn, name))
        .collect()
}

fn shape(conn: &mut Conn, name: String) -> Result<TableShape, StoreError> {
    check_name(&name)?;
    let sql = COLUMNS.on(conn.engine());
    let rows = conn.query(&sql, &[name.as_str().into()], |row| {
        Ok((row.text(0)?, row.text(1)?, row.int(2)?))
    })?;
    let mut key: Vec<(i64, String)> = Vec::new();
    let mut columns = Vec::new();
    for (column, kind, place) in rows {
        check_name(&column)?;
        if place > 0 {
            key.push((place, column.clone()));
        }
        columns.push((column, kind_of(&kind)));
    }
    key.sort();
    Ok(TableShape {
        name,
        columns,
        key: key.into_iter().map(|(_, column)| column).collect(),
    })
}

fn kind_of(declared: &str) -> ColumnType {
    match declared {
        "text" => ColumnType::Text,
        "blob" | "bytea" => ColumnType::Blob,
        _ => ColumnType::Int,
    }
}

impl TableShape {
    /// How many rows there are.
    ///
    /// # Errors
    /// As [`Conn::query_text`].
    pub fn count(&self, conn: &mut Conn) -> Result<i64, StoreError> {
        let text = format!("select count(*) from {}", self.name);
        let counts = conn.query_text(&text, &[], |row| row.int(0))?;
        Ok(counts.into_iter().sum())
    }

    /// Hands out every row, in the order of the primary key, as it arrives.
    ///
    /// # Errors
    /// As [`Conn::for_each`]; an error of `each` stops it.
    pub fn read<E: From<StoreError>>(
        &self,
        conn: &mut Conn,
        mut each: impl FnMut(&[Value]) -> Result<(), E>,
    ) -> Result<u64, E> {
        let names: Vec<&str> = self.columns.iter().map(|(name, _)| name.as_str()).collect();
        let order = if self.key.is_empty() {
            names.join(", ")
        } else {
            self.key.join(", ")
        };
        let text = format!(
            "select {} from {} order by {order}",
            names.join(", "),
            self.name
        );
        let mut values = Vec::with_capacity(names.len());
        let read = conn.stream(READ, &text, &[], |row| {
            values.clear();
            for place in 0..row.width() {
                values.push(row.value(place)?);
            }
            each(&values)
        });
        read.map_err(|stop| match stop {
            Stop::Store(error) => error.into(),
            Stop::Caller(error) => error,
        })
    }

    /// Loads the rows that `next` gives, until it gives none; returns how many.
    ///
    /// # Errors
    /// As [`crate::Bulk`]; an error of `next` leaves the transaction to be rolled back.
    pub fn load<E: From<StoreError>>(
        &self,
        conn: &mut Conn,
        mut next: impl FnMut() -> Result<Option<Vec<Value>>, E>,
    ) -> Result<u64, E> {
        check_name(&self.name)?;
        let columns: Vec<(&str, ColumnType)> = self
            .columns
            .iter()
            .map(|(name, kind)| (name.as_str(), *kind))
            .collect();
        let mut bulk = conn.bulk(&self.name, &columns);
        while let Some(values) = next()? {
            bulk.row(&values)?;
        }
        Ok(bulk.finish()?)
    }
}

/// Name and digest of every applied migration, in order: two namespaces with the same list have the same tables.
///
/// # Errors
/// When there are no migrations at all.
pub fn applied(conn: &mut Conn) -> Result<Vec<(String, String)>, StoreError> {
    migrate::applied(conn)
}
