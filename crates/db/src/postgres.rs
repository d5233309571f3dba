//! PostgreSQL: one connection, its prepared statements, and values by declared type.

use crate::error::{Cause, StoreError};
use crate::row::{Inner, Row};
use crate::transport::{Address, chain};
use crate::value::Value;
use bytes::{BufMut, BytesMut};
use postgres::fallible_iterator::FallibleIterator;
use postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use postgres::{Client, Statement};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// How many prepared statements a connection keeps before it starts anew.
const STATEMENTS_KEPT: usize = 1024;

/// One connection, set to its schema.
pub(crate) struct PgConn {
    pub(crate) client: Client,
    statements: HashMap<String, Kept>,
    /// Whether the schema has its counters yet: not before the first migration.
    pub(crate) counts: bool,
    /// Transactions begun.
    begun: u64,
}

/// A statement is kept for so many transactions of its connection at least, and for less than twice as many.
const PLANS_LAST: u64 = 1024;

/// A prepared statement, and the transaction from which on it is prepared anew.
struct Kept {
    statement: Statement,
    until: u64,
}

/// What a call gives back when either the engine or the caller's function failed.
pub(crate) enum Stop<E> {
    Store(StoreError),
    Caller(E),
}

impl<E> From<StoreError> for Stop<E> {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Connects and sets the schema; `schema` has been checked as a name.
pub(crate) fn connect(address: &Address, schema: &str, target: &str) -> Result<PgConn, StoreError> {
    let mut client = address.connect(target)?;
    // No compiling of plans: a statement whose limit is not known when it is planned looks dear, and compiling a search
    // that runs in 1 ms took 55 to 260 ms on every connection (docs/measurements.md). And a page fetched by its key costs
    // little more than the next one: what is asked for is asked by key, and lies in memory or on a disk without a head.
    // And one statement has one processor: a run that asks about the whole city would take all of them from the counter.
    client
        .batch_execute(&format!(
            "set search_path to \"{schema}\"; set timezone to 'UTC'; set client_encoding to 'UTF8'; \
             set client_min_messages to warning; set idle_in_transaction_session_timeout to '30min'; \
             set jit to off; set random_page_cost to 1.1; set max_parallel_workers_per_gather to 0"
        ))
        .map_err(|error| StoreError::Open { target: target.to_owned(), reason: chain(&error) })?;
    let counts = client
        .query_one("select to_regclass('counter') is not null", &[])
        .and_then(|row| row.try_get(0))
        .map_err(|error| StoreError::Open {
            target: target.to_owned(),
            reason: chain(&error),
        })?;
    Ok(PgConn {
        client,
        statements: HashMap::new(),
        counts,
        begun: 0,
    })
}

/// Refuses a database in which text would be ordered or stored otherwise than on SQLite, and a missing schema.
pub(crate) fn check_database(
    conn: &mut PgConn,
    schema: &str,
    target: &str,
) -> Result<(), StoreError> {
    let refuse = |reason: String| StoreError::Open {
        target: target.to_owned(),
        reason,
    };
    let row = conn
        .client
        .query_one(
            "select ('Z' < 'a')::int, ('a' < 'あ')::int, \
                    (current_setting('server_encoding') = 'UTF8')::int, \
                    (select count(*) from pg_namespace where nspname = $1)::int",
            &[&schema],
        )
        .map_err(|error| refuse(chain(&error)))?;
    let yes = |index: usize| {
        row.try_get::<usize, i32>(index)
            .is_ok_and(|value| value == 1)
    };
    if !(yes(0) && yes(1) && yes(2)) {
        return Err(refuse(
            "照合順序がCでないか、文字コードがUTF8でないデータベースです。create database 名前 template template0 \
             encoding 'UTF8' lc_collate 'C' lc_ctype 'C' で作ったデータベースを使ってください"
                .to_owned(),
        ));
    }
    if !yes(3) {
        return Err(refuse(format!(
            "スキーマ {schema} がありません。名前空間を先に作ってください"
        )));
    }
    Ok(())
}

impl PgConn {
    /// Counts a transaction; see [`PgConn::prepare`].
    pub(crate) fn begins(&mut self) {
        self.begun += 1;
    }

    /// The prepared statement for a text, prepared now and then anew: one that was planned while a table was empty reads all of
    /// it for every household once a yearly run has filled it. Each has a time of its own, for to plan all of them at once
    /// takes longer than a clerk should wait.
    pub(crate) fn prepare(&mut self, name: &str, text: &str) -> Result<Statement, StoreError> {
        let begun = self.begun;
        if let Some(kept) = self.statements.get(text).filter(|kept| begun < kept.until) {
            return Ok(kept.statement.clone());
        }
        let statement = self
            .client
            .prepare(text)
            .map_err(|error| failure(name, &error))?;
        if self.statements.len() >= STATEMENTS_KEPT {
            self.statements.clear();
        }
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        let kept = Kept {
            statement: statement.clone(),
            until: begun + PLANS_LAST + hasher.finish() % PLANS_LAST,
        };
        self.statements.insert(text.to_owned(), kept);
        Ok(statement)
    }

    fn prepare_for(
        &mut self,
        name: &str,
        text: &str,
        params: &[Value],
    ) -> Result<Statement, StoreError> {
        let statement = self.prepare(name, text)?;
        let types = statement.params();
        if types.len() != params.len() {
            return Err(StoreError::ParameterCount {
                statement: name.to_owned(),
                expected: types.len(),
                given: params.len(),
            });
        }
        for (index, (value, ty)) in params.iter().zip(types).enumerate() {
            if let Some(reason) = misfit(value, ty) {
                return Err(StoreError::Parameter {
                    statement: name.to_owned(),
                    number: index + 1,
                    reason,
                });
            }
        }
        Ok(statement)
    }

    /// Runs a query and hands each row to `f` as it arrives.
    pub(crate) fn for_each<E>(
        &mut self,
        name: &str,
        text: &str,
        params: &[Value],
        mut f: impl FnMut(&Row<'_>) -> Result<(), E>,
    ) -> Result<u64, Stop<E>> {
        let statement = self.prepare_for(name, text, params)?;
        let mut rows = self
            .client
            .query_raw(&statement, params.iter().map(Bound))
            .map_err(|error| failure(name, &error))?;
        let mut count = 0;
        while let Some(row) = rows.next().map_err(|error| failure(name, &error))? {
            f(&Row {
                inner: Inner::Postgres(&row),
                statement: name,
            })
            .map_err(Stop::Caller)?;
            count += 1;
        }
        Ok(count)
    }

    /// Runs a statement that gives no rows.
    pub(crate) fn execute(
        &mut self,
        name: &str,
        text: &str,
        params: &[Value],
    ) -> Result<u64, StoreError> {
        let statement = self.prepare_for(name, text, params)?;
        if !statement.columns().is_empty() {
            return Err(StoreError::RowCount {
                statement: name.to_owned(),
                expected: "行を返さない文",
                found: "行を返す文(query を使ってください)",
            });
        }
        let mut rows = self
            .client
            .query_raw(&statement, params.iter().map(Bound))
            .map_err(|error| failure(name, &error))?;
        while rows
            .next()
            .map_err(|error| failure(name, &error))?
            .is_some()
        {}
        Ok(rows.rows_affected().unwrap_or(0))
    }

    /// Runs statements without parameters.
    pub(crate) fn batch(&mut self, name: &str, text: &str) -> Result<(), StoreError> {
        self.client
            .batch_execute(text)
            .map_err(|error| failure(name, &error))
    }
}

/// The error of a statement with its class.
pub(crate) fn failure(name: &str, error: &postgres::Error) -> StoreError {
    let cause = match error.as_db_error() {
        Some(db) => match db.code().code() {
            "23505" => Cause::Unique,
            "23503" => Cause::ForeignKey,
            "42501" | "25006" => Cause::Forbidden,
            "40001" | "40P01" | "55P03" => Cause::Contention,
            "57P01" | "57P02" | "57P03" => Cause::Connection,
            code if code.starts_with("08") => Cause::Connection,
            code if code.starts_with("22") || code.starts_with("23") => Cause::Rule,
            _ => Cause::Other,
        },
        None if error.is_closed() || is_io(error) => Cause::Connection,
        None => Cause::Other,
    };
    // The engine's message alone: its detail line repeats the data of the row.
    let reason = match error.as_db_error() {
        Some(db) => format!("{} ({})", db.message(), db.code().code()),
        None => chain(error),
    };
    StoreError::Statement {
        statement: name.to_owned(),
        cause,
        reason,
    }
}

fn is_io(error: &postgres::Error) -> bool {
    std::error::Error::source(error).is_some_and(|source| source.is::<std::io::Error>())
}

/// Why a value cannot be bound to a placeholder of this type.
fn misfit(value: &Value, ty: &Type) -> Option<String> {
    if let Some(flaw) = value.flaw() {
        return Some(flaw.to_owned());
    }
    let fits = match (value, ty) {
        (Value::Null, _) => true,
        (Value::Int(_), &Type::INT8) => true,
        (Value::Int(int), &Type::INT4) => i32::try_from(*int).is_ok(),
        (Value::Int(int), &Type::INT2) => i16::try_from(*int).is_ok(),
        (Value::Int(int), &Type::BOOL) => *int == 0 || *int == 1,
        (Value::Text(_), &Type::TEXT | &Type::VARCHAR | &Type::BPCHAR | &Type::NAME) => true,
        (Value::Blob(_), &Type::BYTEA) => true,
        _ => false,
    };
    (!fits).then(|| {
        format!(
            "{}を型 {} に渡せません。値の範囲を確かめ、型が決まらない所には cast($n as bigint) と書いてください",
            value.kind(),
            ty.name()
        )
    })
}

/// A value bound by the declared type of its placeholder; checked by [`misfit`] before.
#[derive(Debug)]
struct Bound<'a>(&'a Value);

impl ToSql for Bound<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self.0 {
            Value::Null => return Ok(IsNull::Yes),
            Value::Int(int) => match *ty {
                Type::INT2 => out.put_i16(i16::try_from(*int)?),
                Type::INT4 => out.put_i32(i32::try_from(*int)?),
                Type::BOOL => out.put_u8(u8::from(*int != 0)),
                _ => out.put_i64(*int),
            },
            Value::Text(text) => out.put_slice(text.as_bytes()),
            Value::Blob(bytes) => out.put_slice(bytes),
        }
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// A cell lent from a row.
pub(crate) enum Cell<'r> {
    Int(i64),
    Text(&'r str),
    Blob(&'r [u8]),
    Numeric,
    Other,
}

impl<'r> FromSql<'r> for Cell<'r> {
    fn from_sql(
        ty: &Type,
        raw: &'r [u8],
    ) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(match *ty {
            Type::INT8 => Self::Int(i64::from_be_bytes(raw.try_into()?)),
            Type::INT4 => Self::Int(i32::from_be_bytes(raw.try_into()?).into()),
            Type::INT2 => Self::Int(i16::from_be_bytes(raw.try_into()?).into()),
            Type::BOOL => Self::Int(i64::from(raw != [0])),
            Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME => {
                Self::Text(std::str::from_utf8(raw)?)
            }
            Type::BYTEA => Self::Blob(raw),
            Type::NUMERIC => Self::Numeric,
            _ => Self::Other,
        })
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}
