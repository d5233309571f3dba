//! One municipality cannot reach another, whatever is sent: a hostile session on each engine.

use crate::{SCHEMA, ints};
use db::testing::{self, TestStore};
use db::{Cause, Store, StoreError, StoreUrl};

/// Runs statements in one transaction; what the last one says.
fn run(store: &Store, texts: &[&str]) -> Result<Vec<String>, StoreError> {
    store.write(|conn| {
        let mut rows = Vec::new();
        for text in texts {
            rows = conn.query_text(text, &[], |row| {
                let value = row.value(0)?;
                Ok(format!("{value:?}"))
            })?;
        }
        Ok(rows)
    })
}

fn schema(store: &Store) -> String {
    let StoreUrl::Postgres { schema, .. } = store.url() else {
        panic!("not PostgreSQL")
    };
    schema.clone()
}

fn with_a_secret() -> TestStore {
    let store = testing::postgres(SCHEMA).unwrap();
    let text = "insert into ledger (id, yen) values (1, 424242)";
    store.write(|conn| conn.execute_text(text, &[])).unwrap();
    store
}

// covers: SEC-066
#[test]
fn a_hostile_role_reaches_no_other_schema_no_file_and_no_program() {
    let (one, two) = (with_a_secret(), testing::postgres(SCHEMA).unwrap());
    let (theirs, own) = (schema(&one), schema(&two));
    let refused = |texts: &[&str]| {
        let error = match run(&two, texts) {
            Ok(rows) => panic!("{texts:?} gave {rows:?}"),
            Err(error) => error,
        };
        assert!(!error.to_string().contains("424242"), "{error}");
        error
    };
    for text in [
        "select yen from {}.ledger",
        "select count(*) from {}.ledger",
        "select {}.ledger from {}.ledger",
        "insert into {}.ledger (id, yen) values (2, 2)",
        "update {}.ledger set yen = 0",
        "delete from {}.ledger",
        "truncate {}.ledger",
        "lock table {}.ledger in access exclusive mode",
        "drop table {}.ledger",
        "alter table {}.ledger add column x bigint",
        "drop schema {} cascade",
        "grant usage on schema {} to current_user",
        "grant select on all tables in schema {} to public",
        "create table {}.x (id bigint)",
        "create view {}.x as select 1",
        "copy {}.ledger to stdout",
        "copy (select * from {}.ledger) to stdout",
        "explain select * from {}.ledger where yen > 400000",
        "select * from query_to_xml('select * from {}.ledger', true, false, '')",
        "select * from schema_to_xml('{}', true, false, '')",
        "select has_table_privilege('{}.ledger', 'select') and (select count(*) > 0 from {}.ledger)",
        "do $$ begin perform * from {}.ledger; end $$",
        "do $$ begin execute 'select * from {}.ledger'; end $$",
        "select '{}.ledger'::regclass::text",
    ] {
        let error = refused(&[&text.replace("{}", &theirs)]);
        assert_eq!(error.cause(), Some(Cause::Forbidden), "{text}: {error}");
    }
    let path = format!("set local search_path to {theirs}");
    refused(&[&path, "select yen from ledger"]);
    for forbidden in [
        format!("set role {theirs}"),
        format!("set session authorization {theirs}"),
        "set role postgres".to_owned(),
        "set session authorization postgres".to_owned(),
        "alter role current_user superuser".to_owned(),
        "alter role current_user createrole".to_owned(),
        "alter role current_user bypassrls".to_owned(),
        format!("alter role {theirs} password 'x'"),
        format!("drop role {theirs}"),
        format!("grant {theirs} to {own}"),
        "grant pg_read_all_data to current_user".to_owned(),
        "create role mole superuser".to_owned(),
        "create schema mole".to_owned(),
        "create table mole (id bigint)".to_owned(),
        "create table public.mole (id bigint)".to_owned(),
        "create temporary table mole (id bigint)".to_owned(),
        "create function mole() returns bigint language sql security definer as 'select 1'"
            .to_owned(),
        "create extension dblink".to_owned(),
        "create extension file_fdw".to_owned(),
        "create server mole foreign data wrapper postgres_fdw".to_owned(),
        "create language plpython3u".to_owned(),
        "copy ledger to program 'id'".to_owned(),
        "copy ledger from program 'id'".to_owned(),
        "copy ledger to '/var/kokuho-mole'".to_owned(),
        "copy ledger from '/etc/passwd'".to_owned(),
        "select pg_read_file('/etc/passwd')".to_owned(),
        "select pg_read_binary_file('PG_VERSION')".to_owned(),
        "select pg_ls_dir('.')".to_owned(),
        "select pg_stat_file('PG_VERSION')".to_owned(),
        "select lo_import('/etc/passwd')".to_owned(),
        "select lo_export(1, '/var/kokuho-mole')".to_owned(),
        "select rolpassword from pg_authid".to_owned(),
        "select passwd from pg_shadow".to_owned(),
        "select pg_reload_conf()".to_owned(),
        "select pg_switch_wal()".to_owned(),
        "alter system set log_statement to 'all'".to_owned(),
        "set session_replication_role to replica".to_owned(),
        "set log_statement to 'none'".to_owned(),
        "load '/var/mole.so'".to_owned(),
    ] {
        refused(&[&forbidden]);
    }
    assert_eq!(ints(&one, "select yen from ledger"), [424_242]);
}

#[test]
fn a_hostile_role_sees_no_rows_and_no_statements_of_another_in_the_catalogues() {
    let (one, two) = (with_a_secret(), testing::postgres(SCHEMA).unwrap());
    let owner = Store::open(one.owner_url()).unwrap();
    owner
        .write(|conn| conn.execute_text("analyze", &[]))
        .unwrap();
    let theirs = schema(&one);
    for empty in [
        format!("select tablename from pg_stats where schemaname = '{theirs}'"),
        format!("select most_common_vals::text from pg_stats where schemaname = '{theirs}'"),
        format!("select column_name from information_schema.columns where table_schema = '{theirs}'"),
        format!("select table_name from information_schema.tables where table_schema = '{theirs}'"),
        "select query from pg_stat_activity where usename <> current_user \
         and query <> '<insufficient privilege>' and query <> ''"
            .to_owned(),
        "select roleid::text from pg_auth_members m join pg_roles r on r.oid = m.member where r.rolname = current_user"
            .to_owned(),
        "select rolname::text from pg_roles where rolname = current_user and (rolsuper or rolcreaterole or rolcreatedb \
         or rolreplication or rolbypassrls or rolinherit)"
            .to_owned(),
    ] {
        assert_eq!(run(&two, &[&empty]).unwrap(), Vec::<String>::new(), "{empty}");
    }
    // The sessions of others cannot be ended.
    let pids = "select pid::text from pg_stat_activity where usename <> current_user and usename is not null limit 1";
    assert_eq!(run(&two, &[pids]).unwrap().len(), 1);
    let end = "select pg_terminate_backend(pid) from pg_stat_activity where usename <> current_user limit 1";
    let error = run(&two, &[end]).unwrap_err();
    assert_eq!(error.cause(), Some(Cause::Forbidden), "{error}");
    // What a role changes of its own defaults does not last: every connection sets its schema itself.
    let (own, path) = (
        schema(&two),
        format!("alter role current_user set search_path to {theirs}"),
    );
    run(&two, &[&path]).unwrap();
    let fresh = Store::open(two.url()).unwrap();
    let now = run(&fresh, &["select current_schema()::text"]).unwrap();
    assert!(now[0].contains(&own), "{now:?}");
}

// covers: SEC-066
#[test]
fn a_hostile_session_on_sqlite_reaches_no_other_file() {
    let one = testing::sqlite(SCHEMA).unwrap();
    let two = testing::sqlite(SCHEMA).unwrap();
    let StoreUrl::Sqlite(path) = one.url() else {
        panic!("not a file")
    };
    one.write(|conn| conn.execute_text("insert into ledger (id, yen) values (1, 424242)", &[]))
        .unwrap();
    let path = path.display();
    let attempts = [
        format!("attach database '{path}' as other"),
        "attach database ':memory:' as other".to_owned(),
        "attach database '' as other".to_owned(),
        format!("vacuum into '{path}.copy'"),
        "select load_extension('/var/mole.so')".to_owned(),
        "select readfile('/etc/passwd')".to_owned(),
        "select writefile('/var/kokuho-mole', 'x')".to_owned(),
        "update sqlite_schema set sql = 'x'".to_owned(),
        "create virtual table mole using csv(filename = '/etc/passwd')".to_owned(),
        format!("pragma temp_store_directory = '{path}'; select * from other.ledger"),
    ];
    for text in &attempts {
        let written = two.write(|conn| conn.execute_text(text, &[]).map(drop));
        assert!(written.is_err(), "{text} by a writer");
        let read: Result<Vec<String>, StoreError> =
            two.read(|conn| conn.query_text(text, &[], |row| row.text(0)));
        assert!(read.is_err(), "{text} by a reader");
    }
    // The switch that would let the schema be rewritten does nothing.
    let _ = two.write(|conn| conn.execute_text("pragma writable_schema = on", &[]));
    assert!(
        two.write(|conn| conn.execute_text("update sqlite_schema set sql = 'x'", &[]))
            .is_err()
    );
    assert!(!std::path::Path::new(&format!("{path}.copy")).exists());
    assert_eq!(ints(&one, "select yen from ledger"), [424_242]);
    assert_eq!(ints(&two, "select count(*) from ledger"), [0]);
}

#[test]
fn what_is_weak_about_a_namespace_is_told() {
    let (one, two) = (
        testing::postgres(SCHEMA).unwrap(),
        testing::postgres(SCHEMA).unwrap(),
    );
    assert_eq!(two.weaknesses().unwrap(), Vec::<String>::new());
    let owner = Store::open(two.owner_url()).unwrap();
    let told = |part: &str| {
        let weak = two.weaknesses().unwrap();
        assert!(
            weak.iter().any(|line| line.contains(part)),
            "{part}: {weak:?}"
        );
    };
    assert!(
        owner.weaknesses().unwrap()[0].contains("管理者の役割"),
        "the administrator's own connection"
    );
    let (theirs, own) = (schema(&one), schema(&two));
    let order = |text: String| owner.write(|conn| conn.execute_text(&text, &[])).unwrap();
    order(format!("grant usage on schema {own} to {theirs}"));
    told(&format!("別の役割 {theirs}"));
    order(format!("revoke usage on schema {own} from {theirs}"));
    order(format!("grant usage on schema {theirs} to {own}"));
    told(&format!("別のスキーマ {theirs}"));
    order(format!("revoke usage on schema {theirs} from {own}"));
    order(format!("alter role {own} createdb"));
    told("作成か複製の権限");
    order(format!("alter role {own} nocreatedb"));
    order(format!("grant {theirs} to {own}"));
    told("属しています");
    order(format!("revoke {theirs} from {own}"));
    order(format!("alter table ledger owner to {own}"));
    told("所有者");
    order("alter table ledger owner to current_user".to_owned());
    assert_eq!(two.weaknesses().unwrap(), Vec::<String>::new());
}

#[cfg(unix)]
#[test]
fn a_new_file_is_its_owners_alone_and_an_open_one_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let store = testing::sqlite(SCHEMA).unwrap();
    let StoreUrl::Sqlite(path) = store.url() else {
        panic!("not a file")
    };
    let text = "insert into ledger (id, yen) values (1, 1)";
    store.write(|conn| conn.execute_text(text, &[])).unwrap();
    assert_eq!(store.weaknesses().unwrap(), Vec::<String>::new());
    for ending in ["", "-wal", "-shm"] {
        let mode = std::fs::metadata(format!("{}{ending}", path.display()))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o077, 0, "{ending}");
    }
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644)).unwrap();
    let weak = store.weaknesses().unwrap();
    assert!(weak.len() == 1 && weak[0].contains("chmod 600"), "{weak:?}");
}
