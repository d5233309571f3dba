//! What a reader or writer holds while its transaction runs.

use crate::bulk::Bulk;
use crate::error::{Cause, StoreError};
use crate::postgres::{self, PgConn, Stop};
use crate::rehearsal::{self, Ahead};
use crate::row::Row;
use crate::sql::{Engine, Sql};
use crate::sqlite;
use crate::value::{ColumnType, Value};

/// The name under which statements made at run time appear in errors.
const MADE_TEXT: &str = "組み立てた文";

pub(crate) enum Backend {
    Sqlite(rusqlite::Connection),
    Postgres(Box<PgConn>),
}

/// Why the running transaction can only be rolled back.
pub(crate) struct Failure {
    pub(crate) statement: String,
    pub(crate) cause: Cause,
    pub(crate) reason: String,
}

impl Failure {
    /// Whether running the whole transaction again may succeed.
    pub(crate) fn may_retry(&self) -> bool {
        matches!(self.cause, Cause::Contention | Cause::Connection)
    }
}

/// A connection inside a transaction of [`crate::Store::read`] or [`crate::Store::write`].
///
/// After a statement failed, every further call fails with [`StoreError::Aborted`] and the transaction is rolled
/// back, on both engines alike; [`Conn::savepoint`] contains a failure that is expected.
pub struct Conn {
    pub(crate) backend: Backend,
    pub(crate) failed: Option<Failure>,
    pub(crate) savepoints: u32,
    pub(crate) ahead: Option<Ahead>,
}

impl Conn {
    pub(crate) fn new(backend: Backend) -> Self {
        Self {
            backend,
            failed: None,
            savepoints: 0,
            ahead: None,
        }
    }

    /// The engine this connection talks to.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match self.backend {
            Backend::Sqlite(_) => Engine::Sqlite,
            Backend::Postgres(_) => Engine::Postgres,
        }
    }

    /// The one of two texts that belongs to this engine.
    #[must_use]
    pub fn engine_text<'t>(&self, sqlite: &'t str, postgres: &'t str) -> &'t str {
        match self.engine() {
            Engine::Sqlite => sqlite,
            Engine::Postgres => postgres,
        }
    }

    /// Reads all rows of a statement through `map`.
    pub fn query<T>(
        &mut self,
        sql: &Sql,
        params: &[Value],
        map: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        self.collect(sql.name, sql.text, params, map)
    }

    /// Reads the one row of a statement or none; two rows are an error.
    pub fn query_opt<T>(
        &mut self,
        sql: &Sql,
        params: &[Value],
        map: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let mut rows = self.collect(sql.name, sql.text, params, map)?;
        if rows.len() > 1 {
            return Err(row_count(sql.name, "0行か1行", "2行以上"));
        }
        Ok(rows.pop())
    }

    /// Reads the one row of a statement; none or two are an error.
    pub fn query_one<T>(
        &mut self,
        sql: &Sql,
        params: &[Value],
        map: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.query_opt(sql, params, map)?
            .ok_or_else(|| row_count(sql.name, "1行", "0行"))
    }

    /// Reads rows of a statement made at run time (search screens); same placeholders, never data in the text.
    pub fn query_text<T>(
        &mut self,
        text: &str,
        params: &[Value],
        map: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        self.collect(MADE_TEXT, text, params, map)
    }

    /// Hands each row to `f` as it arrives and keeps none; returns how many there were. An error of `f` stops it.
    pub fn for_each<E: From<StoreError>>(
        &mut self,
        sql: &Sql,
        params: &[Value],
        f: impl FnMut(&Row<'_>) -> Result<(), E>,
    ) -> Result<u64, E> {
        self.stream(sql.name, sql.text, params, f)
            .map_err(|stop| match stop {
                Stop::Store(error) => error.into(),
                Stop::Caller(error) => error,
            })
    }

    /// Runs a statement without a result; returns the number of rows it touched.
    pub fn execute(&mut self, sql: &Sql, params: &[Value]) -> Result<u64, StoreError> {
        self.run(sql.name, sql.text, params)
    }

    /// Runs a statement made at run time; same placeholders, never data in the text.
    pub fn execute_text(&mut self, text: &str, params: &[Value]) -> Result<u64, StoreError> {
        self.run(MADE_TEXT, text, params)
    }

    /// Loads many rows into one table; see [`Bulk`]. Nothing else can run until [`Bulk::finish`].
    pub fn bulk<'c>(&'c mut self, table: &'c str, columns: &[(&'c str, ColumnType)]) -> Bulk<'c> {
        Bulk::new(self, table, columns)
    }

    /// Takes a block of numbers from a counter of this namespace; returns the first.
    ///
    /// Counters begin at 1 and have no gaps: the block is given back when the transaction is rolled back. Writers
    /// that take from the same counter wait for each other, so take blocks, not single numbers, in long work.
    pub fn next_ids(&mut self, counter: &str, how_many: i64) -> Result<i64, StoreError> {
        if how_many < 1 {
            return Err(StoreError::Parameter {
                statement: NEXT_IDS.name.to_owned(),
                number: 2,
                reason: "採番する個数は1以上にしてください".to_owned(),
            });
        }
        if let Some(first) = self.ids_ahead(counter, how_many)? {
            return Ok(first);
        }
        self.query_one(&NEXT_IDS, &[counter.into(), how_many.into()], |row| {
            row.int(0)
        })
    }

    /// Runs `f` so that its failure undoes only what `f` did and the transaction goes on.
    ///
    /// Contention and lost connections are not contained: they end the whole transaction, which is run again.
    pub fn savepoint<R, E: From<StoreError>>(
        &mut self,
        f: impl FnOnce(&mut Self) -> Result<R, E>,
    ) -> Result<R, E> {
        self.savepoints += 1;
        let name = format!("sp{}", self.savepoints);
        let done = self.inside_savepoint(&name, f);
        self.savepoints = self.savepoints.saturating_sub(1);
        done
    }

    fn inside_savepoint<R, E: From<StoreError>>(
        &mut self,
        name: &str,
        f: impl FnOnce(&mut Self) -> Result<R, E>,
    ) -> Result<R, E> {
        self.ready()?;
        self.control(&format!("savepoint {name}"))?;
        let done = f(self);
        if self.failed.as_ref().is_some_and(Failure::may_retry) {
            return done.and_then(|_| Err(self.aborted().into()));
        }
        match done {
            Ok(value) if self.failed.is_none() => {
                self.control(&format!("release savepoint {name}"))?;
                Ok(value)
            }
            other => {
                let aborted = self.failed.is_some().then(|| self.aborted());
                self.failed = None;
                self.control(&format!(
                    "rollback to savepoint {name}; release savepoint {name}"
                ))?;
                match (other, aborted) {
                    (Ok(_), Some(error)) => Err(error.into()),
                    (other, _) => other,
                }
            }
        }
    }

    pub(crate) fn collect<T>(
        &mut self,
        name: &str,
        text: &str,
        params: &[Value],
        mut map: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut all = Vec::new();
        let read = self.stream(name, text, params, |row| {
            all.push(map(row)?);
            Ok::<(), StoreError>(())
        });
        match read {
            Ok(_) => Ok(all),
            Err(Stop::Store(error) | Stop::Caller(error)) => Err(error),
        }
    }

    pub(crate) fn stream<E>(
        &mut self,
        name: &str,
        text: &str,
        params: &[Value],
        f: impl FnMut(&Row<'_>) -> Result<(), E>,
    ) -> Result<u64, Stop<E>> {
        self.ready()?;
        let done = match &mut self.backend {
            Backend::Sqlite(conn) => sqlite::for_each(conn, name, text, params, f),
            Backend::Postgres(conn) => conn.for_each(name, text, params, f),
        };
        if let Err(Stop::Store(error)) = &done {
            note(&mut self.failed, error);
        }
        done
    }

    pub(crate) fn run(
        &mut self,
        name: &str,
        text: &str,
        params: &[Value],
    ) -> Result<u64, StoreError> {
        self.ready()?;
        let done = match &mut self.backend {
            Backend::Sqlite(conn) => sqlite::execute(conn, name, text, params),
            Backend::Postgres(conn) => conn.execute(name, text, params),
        };
        if let Err(error) = &done {
            note(&mut self.failed, error);
        }
        done
    }

    /// Runs statements without parameters: migrations and transaction control.
    pub(crate) fn batch(&mut self, name: &str, text: &str) -> Result<(), StoreError> {
        let done = match &mut self.backend {
            Backend::Sqlite(conn) => sqlite::batch(conn, name, text),
            Backend::Postgres(conn) => conn.batch(name, text),
        };
        if let Err(error) = &done {
            note(&mut self.failed, error);
        }
        done
    }

    pub(crate) fn control(&mut self, text: &str) -> Result<(), StoreError> {
        self.batch("取引の制御", text)
    }

    pub(crate) fn ready(&self) -> Result<(), StoreError> {
        if self.failed.is_some() {
            Err(self.aborted())
        } else {
            Ok(())
        }
    }

    fn aborted(&self) -> StoreError {
        let statement = self
            .failed
            .as_ref()
            .map_or_else(String::new, |failure| failure.statement.clone());
        StoreError::Aborted { statement }
    }

    /// Prepares a text and says how many placeholders it has; for checks.
    pub(crate) fn prepare_noted(&mut self, name: &str, text: &str) -> Result<usize, StoreError> {
        let done = match &mut self.backend {
            Backend::Sqlite(conn) => conn
                .prepare(text)
                .map_err(|error| sqlite::failure(name, &error))
                .and_then(|statement| sqlite::placeholders(name, &statement)),
            Backend::Postgres(conn) => conn
                .client
                .prepare(text)
                .map(|statement| statement.params().len())
                .map_err(|error| postgres::failure(name, &error)),
        };
        done.inspect_err(|error| note(&mut self.failed, error))
    }
}

/// Remembers that the engine refused a statement.
pub(crate) fn note(failed: &mut Option<Failure>, error: &StoreError) {
    if let StoreError::Statement {
        statement,
        cause,
        reason,
    } = error
        && failed.is_none()
    {
        *failed = Some(Failure {
            statement: statement.clone(),
            cause: *cause,
            reason: reason.clone(),
        });
    }
}

fn row_count(statement: &str, expected: &'static str, found: &'static str) -> StoreError {
    StoreError::RowCount {
        statement: statement.to_owned(),
        expected,
        found,
    }
}

/// 採番 — takes a block of numbers and returns its first.
const NEXT_IDS: Sql = Sql {
    name: "db.next_ids",
    text: "insert into counter (name, next_value) values ($1, 1 + cast($2 as bigint)) \
           on conflict (name) do update set next_value = counter.next_value + cast($2 as bigint) \
           returning next_value - cast($2 as bigint)",
};

/// The statements this crate itself runs, for the check on both engines.
pub(crate) const OWN: &[Sql] = &[NEXT_IDS, rehearsal::NEXT];
