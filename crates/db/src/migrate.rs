//! Migrations: forward only, recorded by name and hash, refused when one was changed or is missing.

use crate::conn::{Backend, Conn, OWN};
use crate::counted;
use crate::dated;
use crate::error::StoreError;
use crate::sql::{Engine, Sql, Sql2};
use crate::sqltext;
use crate::store::Store;
use crate::url::check_name;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fmt::Write;

/// One step of a schema. Once released it is never changed; a correction is a further step.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// The name, unique in its set; steps run in the order of the set.
    pub name: &'static str,
    /// The text for both engines: tables with `bigint`, `smallint`, `text` and `bytea` columns, indexes, inserts.
    pub sql: &'static str,
    /// What only SQLite needs, run after the common text.
    pub sqlite_only: &'static str,
    /// What only PostgreSQL needs, run after the common text. No triggers.
    pub postgres_only: &'static str,
    /// Tables that are only ever added to. Where a table has the columns `superseded_at` and `superseded_by_act`,
    /// these two may be set, once; nothing else may be updated or deleted.
    pub insert_only: &'static [&'static str],
}

impl Migration {
    /// A step with the same text on both engines.
    #[must_use]
    pub const fn new(name: &'static str, sql: &'static str) -> Self {
        Self {
            name,
            sql,
            sqlite_only: "",
            postgres_only: "",
            insert_only: &[],
        }
    }

    /// The same step, with tables that are only ever added to.
    #[must_use]
    pub const fn insert_only(self, tables: &'static [&'static str]) -> Self {
        Self {
            insert_only: tables,
            ..self
        }
    }

    fn sha256(&self) -> String {
        let mut hash = Sha256::new();
        for part in [self.name, self.sql, self.sqlite_only, self.postgres_only] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        for table in self.insert_only {
            hash.update(table.as_bytes());
            hash.update([0]);
        }
        hash.finalize()
            .iter()
            .fold(String::new(), |mut text, byte| {
                // Writing to a String cannot fail.
                let _ = write!(text, "{byte:02x}");
                text
            })
    }

    fn refuse(&self, reason: impl Into<String>) -> StoreError {
        StoreError::Migration {
            name: self.name.to_owned(),
            reason: reason.into(),
        }
    }
}

/// What this crate itself keeps in every namespace.
const BASE: Migration = Migration {
    name: "db-0001-base",
    sql: "create table counter (name text primary key, next_value bigint not null);
          create table dated_undo (
            table_name text not null, act_id bigint not null, undo_act_id bigint not null, undone_at bigint not null,
            primary key (table_name, act_id));",
    sqlite_only: "",
    postgres_only: "",
    insert_only: &["dated_undo"],
};

const CREATE_LEDGER: &str = "create table schema_migration \
    (position bigint primary key, name text not null unique, sha256 text not null)";

const HAS_LEDGER: Sql2 = Sql2 {
    name: "db.has_ledger",
    sqlite: "select count(*) from sqlite_schema where type = 'table' and name = 'schema_migration'",
    postgres: "select count(*) from pg_tables where schemaname = current_schema() and tablename = 'schema_migration'",
};

const APPLIED: Sql = Sql {
    name: "db.applied_migrations",
    text: "select name, sha256 from schema_migration order by position",
};

const RECORD: Sql = Sql {
    name: "db.record_migration",
    text: "insert into schema_migration (position, name, sha256) values ($1, $2, $3)",
};

const COLUMNS: Sql2 = Sql2 {
    name: "db.table_columns",
    sqlite: "select name from pragma_table_info($1) order by cid",
    postgres: "select attname::text from pg_attribute where attrelid = to_regclass($1) and attnum > 0 \
               and not attisdropped order by attnum",
};

/// Roles that may use this schema without owning it: the application's.
const GUEST_ROLES: &str = "select distinct r.rolname::text from pg_namespace n \
    cross join lateral aclexplode(n.nspacl) a join pg_roles r on r.oid = a.grantee \
    where n.nspname = current_schema() and a.privilege_type = 'USAGE' and a.grantee <> n.nspowner order by 1";

const TABLES: &str =
    "select tablename::text from pg_tables where schemaname = current_schema() order by 1";

impl Store {
    /// Applies the steps that are not applied yet, all in one transaction; returns their names.
    ///
    /// On PostgreSQL this is done by the owner of the schema; afterwards the application's role may read and add
    /// everywhere, update and delete only where no step calls the table insert-only.
    ///
    /// # Errors
    /// [`StoreError::Migration`] when an applied step was changed, is missing from the set, or stands elsewhere in
    /// it, and when a step cannot be applied.
    pub fn migrate(&self, set: &[Migration]) -> Result<Vec<String>, StoreError> {
        let steps: Vec<Migration> = std::iter::once(BASE).chain(set.iter().copied()).collect();
        check_set(&steps)?;
        let done = self.write(|conn| {
            if !has_ledger(conn)? {
                let text = match conn.engine() {
                    Engine::Sqlite => {
                        format!("{} strict", CREATE_LEDGER.replace("bigint", "integer"))
                    }
                    Engine::Postgres => CREATE_LEDGER.to_owned(),
                };
                conn.batch(BASE.name, &text)?;
            }
            let applied = check_applied(conn, &steps)?;
            let mut done = Vec::new();
            for (position, step) in (1_i64..).zip(&steps).skip(applied) {
                apply(conn, step)?;
                conn.execute(
                    &RECORD,
                    &[position.into(), step.name.into(), step.sha256().into()],
                )?;
                done.push(step.name.to_owned());
            }
            if !done.is_empty() && conn.engine() == Engine::Postgres {
                grant(conn, &steps)?;
            }
            Ok::<_, StoreError>(done)
        })?;
        if !done.is_empty() {
            self.refresh();
        }
        Ok(done)
    }

    /// Gives the application's roles their rights once more: for a role that was made after the migrations.
    /// Does nothing on SQLite.
    ///
    /// # Errors
    /// [`StoreError::Statement`] when this store was not opened by the owner of the schema.
    pub fn grant(&self, set: &[Migration]) -> Result<(), StoreError> {
        let steps: Vec<Migration> = std::iter::once(BASE).chain(set.iter().copied()).collect();
        self.write(|conn| match conn.engine() {
            Engine::Sqlite => Ok(()),
            Engine::Postgres => grant(conn, &steps),
        })
    }

    /// The steps of a set that are not applied yet; changes nothing and needs no right but to read.
    ///
    /// # Errors
    /// As [`Store::migrate`], for applied steps.
    pub fn pending(&self, set: &[Migration]) -> Result<Vec<String>, StoreError> {
        let steps: Vec<Migration> = std::iter::once(BASE).chain(set.iter().copied()).collect();
        check_set(&steps)?;
        self.read(|conn| {
            let applied = if has_ledger(conn)? {
                check_applied(conn, &steps)?
            } else {
                0
            };
            Ok(steps
                .iter()
                .skip(applied)
                .map(|step| step.name.to_owned())
                .collect())
        })
    }
}

fn check_set(steps: &[Migration]) -> Result<(), StoreError> {
    let mut names = BTreeSet::new();
    for step in steps {
        if !names.insert(step.name) {
            return Err(step.refuse("同じ名前の移行が二つあります"));
        }
        for table in step.insert_only {
            check_name(table)?;
        }
        // The text is checked for SQLite on both engines, so that one cannot drift from the other.
        sqltext::for_sqlite(step.sql).map_err(|reason| step.refuse(reason))?;
    }
    Ok(())
}

/// The applied steps with their digests, in order.
pub(crate) fn applied(conn: &mut Conn) -> Result<Vec<(String, String)>, StoreError> {
    conn.query(&APPLIED, &[], |row| Ok((row.text(0)?, row.text(1)?)))
}

fn has_ledger(conn: &mut Conn) -> Result<bool, StoreError> {
    let sql = HAS_LEDGER.on(conn.engine());
    Ok(conn.query_one(&sql, &[], |row| row.int(0))? > 0)
}

/// How many steps are applied, after checking that they are the first ones of the set, unchanged.
fn check_applied(conn: &mut Conn, steps: &[Migration]) -> Result<usize, StoreError> {
    let applied = conn.query(&APPLIED, &[], |row| Ok((row.text(0)?, row.text(1)?)))?;
    for (index, (name, hash)) in applied.iter().enumerate() {
        let Some(step) = steps.get(index) else {
            return Err(StoreError::Migration {
                name: name.clone(),
                reason: "適用済みですが、このプログラムにありません。新しい版のプログラムを使ってください".to_owned(),
            });
        };
        if step.name != name {
            return Err(StoreError::Migration {
                name: name.clone(),
                reason: format!(
                    "適用済みの順番が合いません(この位置の移行は「{}」です)",
                    step.name
                ),
            });
        }
        if step.sha256() != *hash {
            return Err(step.refuse(
                "適用した後に内容が変更されています。元に戻し、変更は新しい移行にしてください",
            ));
        }
    }
    Ok(applied.len())
}

fn apply(conn: &mut Conn, step: &Migration) -> Result<(), StoreError> {
    let (text, tail) = match conn.engine() {
        Engine::Sqlite => (
            sqltext::for_sqlite(step.sql).map_err(|reason| step.refuse(reason))?,
            step.sqlite_only,
        ),
        Engine::Postgres => (step.sql.to_owned(), step.postgres_only),
    };
    for part in [text.as_str(), tail] {
        if !part.trim().is_empty() {
            conn.batch(step.name, part)?;
        }
    }
    for table in step.insert_only {
        let columns = table_columns(conn, table)?;
        if columns.is_empty() {
            return Err(step.refuse(format!("追記専用とされた表「{table}」がありません")));
        }
        if matches!(conn.backend, Backend::Sqlite(_)) {
            let triggers = insert_only_triggers(table, &columns);
            conn.batch(step.name, &triggers)?;
        }
    }
    Ok(())
}

pub(crate) fn table_columns(conn: &mut Conn, table: &str) -> Result<Vec<String>, StoreError> {
    let sql = COLUMNS.on(conn.engine());
    conn.query(&sql, &[table.into()], |row| row.text(0))
}

/// The columns of an insert-only table that may be set once: those that supersede a dated fact.
const SUPERSEDING: [&str; 2] = ["superseded_at", "superseded_by_act"];

fn can_be_superseded(columns: &[String]) -> bool {
    SUPERSEDING
        .iter()
        .all(|name| columns.iter().any(|column| column == name))
}

fn insert_only_triggers(table: &str, columns: &[String]) -> String {
    let raise = format!("begin select raise(abort, '{table} は追記専用です'); end;");
    let mut text = format!("create trigger {table}_no_delete before delete on {table} {raise}\n");
    if can_be_superseded(columns) {
        let fixed: Vec<&str> = columns
            .iter()
            .map(String::as_str)
            .filter(|column| !SUPERSEDING.contains(column))
            .collect();
        text += &format!(
            "create trigger {table}_no_update before update of {} on {table} {raise}\n",
            fixed.join(", ")
        );
        text += &format!(
            "create trigger {table}_superseded_once before update on {table} when old.superseded_at is not null {raise}\n"
        );
    } else {
        text += &format!("create trigger {table}_no_update before update on {table} {raise}\n");
    }
    text
}

/// Gives the application's roles their rights on every table of the schema.
fn grant(conn: &mut Conn, steps: &[Migration]) -> Result<(), StoreError> {
    let insert_only: BTreeSet<&str> = steps
        .iter()
        .flat_map(|step| step.insert_only.iter().copied())
        .collect();
    let roles = conn.query_text(GUEST_ROLES, &[], |row| row.text(0))?;
    for schema in conn.query_text("select current_schema()::text", &[], |row| row.text(0))? {
        counted::make(conn, &schema, &roles)?;
    }
    let tables = conn.query_text(TABLES, &[], |row| row.text(0))?;
    for role in &roles {
        for table in &tables {
            let rights = if table == "schema_migration" {
                "select".to_owned()
            } else if !insert_only.contains(table.as_str()) {
                "select, insert, update, delete".to_owned()
            } else if can_be_superseded(&table_columns(conn, table)?) {
                format!("select, insert, update ({})", SUPERSEDING.join(", "))
            } else {
                "select, insert".to_owned()
            };
            conn.batch(
                "db.grant",
                &format!("revoke all on \"{table}\" from \"{role}\"; grant {rights} on \"{table}\" to \"{role}\""),
            )?;
        }
    }
    Ok(())
}

/// Prepares every statement on the engine of the store and checks its placeholders.
///
/// # Errors
/// [`StoreError::Unprepared`] with one line, beginning with the name, for each statement that cannot be prepared.
pub fn check_statements(store: &Store, statements: &[Sql]) -> Result<(), StoreError> {
    let failures = store.read(|conn| {
        let mut failures = Vec::new();
        for sql in OWN.iter().chain(dated::OWN).chain(statements) {
            let checked = conn.savepoint(|conn| conn.prepare_noted(sql.name, sql.text));
            if let Err(error) = checked {
                failures.push(format!("{}: {error}", sql.name));
            }
        }
        Ok::<_, StoreError>(failures)
    })?;
    if failures.is_empty() {
        Ok(())
    } else {
        Err(StoreError::Unprepared { failures })
    }
}
