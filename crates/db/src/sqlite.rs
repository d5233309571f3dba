//! SQLite: opening a file, binding by number, running a statement.

use crate::error::{Cause, StoreError};
use crate::options::StoreOptions;
use crate::postgres::Stop;
use crate::row::{Inner, Row};
use crate::value::Value;
use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::types::Null;
use rusqlite::{CachedStatement, Connection, ErrorCode, OpenFlags, Statement};
use std::path::Path;

/// Prepared statements kept by each connection.
const STATEMENTS_KEPT: usize = 512;
/// So much of a file is mapped at most; what lies behind it is read.
const LARGEST_MAPPED: i64 = 2 << 30;

/// Opens a connection to a file, or to memory when there is no path.
pub(crate) fn connect(
    path: Option<&Path>,
    reader: bool,
    options: StoreOptions,
) -> Result<Connection, rusqlite::Error> {
    let conn = match path {
        Some(path) => Connection::open_with_flags(
            owned(path),
            OpenFlags::SQLITE_OPEN_READ_WRITE
                | OpenFlags::SQLITE_OPEN_CREATE
                | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?,
        None => Connection::open_in_memory()?,
    };
    conn.busy_timeout(options.busy_timeout)?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    // One file is one municipality: no statement reaches into another file, and none rewrites the schema as a table.
    conn.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    // Plans that do not depend on the values bound: otherwise SQLite parses a statement anew at each execution.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // Full: a commit that was reported survives a power cut. Bulk loads commit rarely, so it costs them nothing.
    conn.execute_batch(
        "pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; pragma recursive_triggers = on; \
         pragma trusted_schema = off; pragma temp_store = memory; pragma cache_size = -32768; \
         pragma encoding = 'UTF-8'; pragma journal_size_limit = 67108864;",
    )?;
    if !options.durable {
        conn.execute_batch("pragma synchronous = off")?;
    }
    if reader {
        conn.execute_batch("pragma query_only = on")?;
        if options.mapped {
            conn.pragma_update(None, "mmap_size", LARGEST_MAPPED)?;
        }
    }
    Ok(conn)
}

/// Makes a file that is not there yet readable for its owner alone; what SQLite lays beside it takes after it.
fn owned(path: &Path) -> &Path {
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        let mut made = std::fs::OpenOptions::new();
        made.write(true).create_new(true).mode(0o600);
        // A file that is there keeps its rights; one that cannot be made is told by SQLite.
        let _ = made.open(path);
    }
    path
}

/// The cached statement of a text with its parameters bound.
fn prepare<'c>(
    conn: &'c Connection,
    name: &str,
    text: &str,
    params: &[Value],
) -> Result<CachedStatement<'c>, StoreError> {
    let mut statement = conn
        .prepare_cached(text)
        .map_err(|error| failure(name, &error))?;
    let expected = placeholders(name, &statement)?;
    if expected != params.len() {
        return Err(StoreError::ParameterCount {
            statement: name.to_owned(),
            expected,
            given: params.len(),
        });
    }
    for position in 1..=statement.parameter_count() {
        let number = number_at(&statement, position).unwrap_or(0);
        let Some(value) = number.checked_sub(1).and_then(|index| params.get(index)) else {
            return Err(placeholder_error(name, number));
        };
        if let Some(flaw) = value.flaw() {
            return Err(StoreError::Parameter {
                statement: name.to_owned(),
                number,
                reason: flaw.to_owned(),
            });
        }
        bind(&mut statement, position, value).map_err(|error| failure(name, &error))?;
    }
    Ok(statement)
}

/// SQLite numbers `$n` by first appearance, so the number is read from the name.
fn number_at(statement: &Statement<'_>, position: usize) -> Option<usize> {
    statement
        .parameter_name(position)?
        .strip_prefix('$')?
        .parse()
        .ok()
}

/// How many placeholders a statement has; they must be `$1…$n` without a gap.
pub(crate) fn placeholders(name: &str, statement: &Statement<'_>) -> Result<usize, StoreError> {
    let count = statement.parameter_count();
    for position in 1..=count {
        match number_at(statement, position) {
            Some(number) if (1..=count).contains(&number) => {}
            other => return Err(placeholder_error(name, other.unwrap_or(position))),
        }
    }
    Ok(count)
}

fn placeholder_error(name: &str, number: usize) -> StoreError {
    StoreError::Parameter {
        statement: name.to_owned(),
        number,
        reason: "引数は $1 から欠番なく $n と書いてください".to_owned(),
    }
}

fn bind(statement: &mut Statement<'_>, position: usize, value: &Value) -> rusqlite::Result<()> {
    match value {
        Value::Null => statement.raw_bind_parameter(position, Null),
        Value::Int(int) => statement.raw_bind_parameter(position, int),
        Value::Text(text) => statement.raw_bind_parameter(position, text.as_str()),
        Value::Blob(bytes) => statement.raw_bind_parameter(position, bytes.as_slice()),
    }
}

/// Runs a query and hands each row to `f` as it is stepped to.
pub(crate) fn for_each<E>(
    conn: &Connection,
    name: &str,
    text: &str,
    params: &[Value],
    mut f: impl FnMut(&Row<'_>) -> Result<(), E>,
) -> Result<u64, Stop<E>> {
    let mut statement = prepare(conn, name, text, params)?;
    let mut rows = statement.raw_query();
    let mut count = 0;
    while let Some(row) = rows.next().map_err(|error| failure(name, &error))? {
        f(&Row {
            inner: Inner::Sqlite(row),
            statement: name,
        })
        .map_err(Stop::Caller)?;
        count += 1;
    }
    Ok(count)
}

/// Runs a statement that gives no rows.
pub(crate) fn execute(
    conn: &Connection,
    name: &str,
    text: &str,
    params: &[Value],
) -> Result<u64, StoreError> {
    let mut statement = prepare(conn, name, text, params)?;
    if statement.column_count() > 0 {
        return Err(StoreError::RowCount {
            statement: name.to_owned(),
            expected: "行を返さない文",
            found: "行を返す文(query を使ってください)",
        });
    }
    let changed = statement
        .raw_execute()
        .map_err(|error| failure(name, &error))?;
    u64::try_from(changed).map_err(|_| StoreError::RowCount {
        statement: name.to_owned(),
        expected: "64ビットに収まる行数",
        found: "それ以上",
    })
}

/// Runs statements without parameters.
pub(crate) fn batch(conn: &Connection, name: &str, text: &str) -> Result<(), StoreError> {
    conn.execute_batch(text)
        .map_err(|error| failure(name, &error))
}

/// Extended result codes that name the kind of a refused row (sqlite3.h).
const CONSTRAINT_FOREIGNKEY: i32 = 787;
const CONSTRAINT_PRIMARYKEY: i32 = 1555;
const CONSTRAINT_TRIGGER: i32 = 1811;
const CONSTRAINT_UNIQUE: i32 = 2067;
const CONSTRAINT_ROWID: i32 = 2579;

/// The error of a statement with its class.
pub(crate) fn failure(name: &str, error: &rusqlite::Error) -> StoreError {
    let cause = match error.sqlite_error() {
        Some(code) => match code.extended_code {
            CONSTRAINT_UNIQUE | CONSTRAINT_PRIMARYKEY | CONSTRAINT_ROWID => Cause::Unique,
            CONSTRAINT_FOREIGNKEY => Cause::ForeignKey,
            CONSTRAINT_TRIGGER => Cause::Forbidden,
            _ => match code.code {
                ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Cause::Contention,
                ErrorCode::ReadOnly => Cause::Forbidden,
                ErrorCode::ConstraintViolation | ErrorCode::TypeMismatch => Cause::Rule,
                _ => Cause::Other,
            },
        },
        None => Cause::Other,
    };
    StoreError::Statement {
        statement: name.to_owned(),
        cause,
        reason: error.to_string(),
    }
}
