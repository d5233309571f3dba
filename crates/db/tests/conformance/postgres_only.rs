//! What only PostgreSQL has: roles, lost connections, serialization failures.

use crate::{SCHEMA, ints};
use db::testing::{self, cluster_url};
use db::{Cause, Sql, Sql2, Store, StoreError, StoreUrl, Value};
use std::sync::{Arc, Barrier};
use std::thread;

#[test]
fn a_namespace_sees_nothing_of_another() {
    let one = testing::postgres(SCHEMA).unwrap();
    let two = testing::postgres(SCHEMA).unwrap();
    one.write(|conn| conn.execute_text("insert into ledger (id, yen) values (1, 1)", &[]))
        .unwrap();
    assert_eq!(ints(&two, "select count(*) from ledger"), [0]);
    let StoreUrl::Postgres { schema, .. } = one.url() else {
        panic!("not PostgreSQL")
    };
    for text in [
        format!("select count(*) from {schema}.ledger"),
        format!("insert into {schema}.ledger (id, yen) values (2, 2)"),
        "create table public.x (id bigint)".to_owned(),
        "create temporary table x (id bigint)".to_owned(),
        "create schema x".to_owned(),
    ] {
        let error = two
            .write(|conn| conn.query_text(&text, &[], |row| row.int(0)))
            .unwrap_err();
        assert_eq!(error.cause(), Some(Cause::Forbidden), "{text}: {error}");
    }
}

#[test]
fn names_and_passwords_of_namespaces_are_guarded() {
    let admin = cluster_url().unwrap();
    for name in ["", "A", "a b", "a;b", "ä", "a\"", "1a"] {
        let refused = Store::create_namespace(&admin, name, "role", "x");
        assert!(matches!(refused, Err(StoreError::Name { .. })), "{name}");
    }
    assert!(Store::create_namespace(&admin, "guarded", "guarded", "").is_err());
    let name = format!("quoted_{}", std::process::id());
    let password = "it's a \\ \"hard\" 暗証 $1";
    let url = Store::create_namespace(&admin, &name, &name, password).unwrap();
    assert!(!format!("{url}").contains("hard"));
    assert!(Store::open(&url).is_ok());
    assert!(Store::open(&url.with_password().parse().unwrap()).is_ok());
    let again = Store::create_namespace(&admin, &name, &name, password);
    assert!(again.is_err());
    let missing = Store::open(&StoreUrl::Postgres {
        url: admin.clone(),
        schema: "no_such_schema".to_owned(),
    });
    assert!(
        missing
            .err()
            .unwrap()
            .to_string()
            .contains("no_such_schema")
    );
    let owner = Store::open(&StoreUrl::Postgres {
        url: admin,
        schema: name.clone(),
    })
    .unwrap();
    owner
        .write(|conn| {
            conn.execute_text(&format!("drop schema {name} cascade"), &[])?;
            conn.execute_text(&format!("drop role {name}"), &[])
        })
        .unwrap();
}

#[test]
fn a_role_made_after_the_migrations_gets_its_rights() {
    let admin = cluster_url().unwrap();
    let name = format!("late_{}", std::process::id());
    let url = Store::create_namespace(&admin, &name, &name, "x").unwrap();
    let owner = Store::open(&StoreUrl::Postgres {
        url: admin,
        schema: name.clone(),
    })
    .unwrap();
    let text = |text: String| owner.write(|conn| conn.execute_text(&text, &[])).unwrap();
    text(format!("revoke usage on schema {name} from {name}"));
    owner.migrate(SCHEMA).unwrap();
    text(format!("grant usage on schema {name} to {name}"));
    let store = Store::open(&url).unwrap();
    let add = Sql {
        name: "add",
        text: "insert into ledger (id, yen) values (1, 1)",
    };
    assert_eq!(
        store
            .write(|conn| conn.execute(&add, &[]))
            .unwrap_err()
            .cause(),
        Some(Cause::Forbidden)
    );
    assert!(store.grant(SCHEMA).is_err());
    owner.grant(SCHEMA).unwrap();
    assert_eq!(store.write(|conn| conn.execute(&add, &[])), Ok(1));
    assert!(
        store
            .write(|conn| conn.execute_text("delete from ledger", &[]))
            .is_err()
    );
    owner
        .write(|conn| {
            conn.execute_text(&format!("drop schema {name} cascade"), &[])?;
            conn.execute_text(&format!("drop role {name}"), &[])
        })
        .unwrap();
}

#[test]
fn write_skew_is_retried() {
    // Both read before either writes: one of them must run again, and then sees the other's row.
    let store = testing::postgres(SCHEMA).unwrap();
    let barrier = Arc::new(Barrier::new(2));
    let threads: Vec<_> = (1..=2_i64)
        .map(|id| {
            let (store, barrier) = ((*store).clone(), Arc::clone(&barrier));
            thread::spawn(move || {
                let mut runs = 0;
                store
                    .write(|conn| {
                        runs += 1;
                        let sum = conn
                            .query_text("select count(*) from ledger", &[], |row| row.int(0))?[0];
                        if runs == 1 {
                            barrier.wait();
                        }
                        let params = [id.into(), sum.into()];
                        conn.execute_text("insert into ledger (id, yen) values ($1, $2)", &params)
                    })
                    .unwrap();
                runs
            })
        })
        .collect();
    let runs: i32 = threads
        .into_iter()
        .map(|thread| thread.join().unwrap())
        .sum();
    assert!(runs >= 3, "{runs}");
    assert_eq!(ints(&store, "select yen from ledger order by yen"), [0, 1]);
}

#[test]
fn a_lost_connection_is_replaced() {
    let store = testing::postgres(SCHEMA).unwrap();
    let mut runs = 0;
    store
        .write(|conn| {
            runs += 1;
            conn.execute_text("insert into ledger (id, yen) values (1, 1)", &[])?;
            if runs == 1 {
                conn.query_text(
                    "select pg_terminate_backend(pg_backend_pid())",
                    &[],
                    |row| row.flag(0),
                )?;
            }
            Ok::<_, StoreError>(())
        })
        .unwrap();
    assert_eq!(runs, 2);
    // Idle connections may die unseen as well.
    let other = Store::open(store.url()).unwrap();
    let kill = "select count(pg_terminate_backend(pid)) from pg_stat_activity \
                where usename = current_user and pid <> pg_backend_pid()";
    other
        .write(|conn| conn.query_text(kill, &[], |row| row.int(0)))
        .unwrap();
    assert_eq!(ints(&store, "select count(*) from ledger"), [1]);
}

#[test]
fn two_workers_never_take_the_same_chunk() {
    const TAKE: Sql2 = Sql2 {
        name: "take",
        sqlite: "update thing set small = 1 where id = (select id from thing where small = 0 order by id limit 1) returning id",
        postgres: "update thing set small = 1 where id = (select id from thing where small = 0 order by id limit 1 \
                   for update skip locked) returning id",
    };
    for store in testing::both(SCHEMA).unwrap() {
        let add = Sql {
            name: "add",
            text: "insert into thing (id, small) values ($1, 0)",
        };
        store
            .write(|conn| {
                (0..60).try_for_each(|id: i64| conn.execute(&add, &[id.into()]).map(drop))
            })
            .unwrap();
        let workers: Vec<_> = (0..3)
            .map(|_| {
                let store = (*store).clone();
                thread::spawn(move || {
                    let mut taken = Vec::new();
                    loop {
                        let next = store
                            .write(|conn| {
                                conn.query_opt(&TAKE.on(conn.engine()), &[], |row| row.int(0))
                            })
                            .unwrap();
                        match next {
                            Some(id) => taken.push(id),
                            None => return taken,
                        }
                    }
                })
            })
            .collect();
        let mut taken: Vec<i64> = workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap())
            .collect();
        taken.sort_unstable();
        assert_eq!(taken, (0..60).collect::<Vec<_>>(), "{:?}", store.engine());
    }
}

#[test]
fn narrow_columns_refuse_wide_numbers() {
    let store = testing::postgres(SCHEMA).unwrap();
    let wide: Value = 40_000.into();
    let error = store
        .write(|conn| {
            conn.execute_text(
                "insert into thing (id, small) values (1, $1)",
                std::slice::from_ref(&wide),
            )
        })
        .unwrap_err();
    assert!(
        matches!(error, StoreError::Parameter { number: 1, .. }),
        "{error}"
    );
    let error = store
        .write(|conn| {
            let columns = [
                ("fiscal_year", db::ColumnType::Int),
                ("id", db::ColumnType::Int),
            ];
            let mut load = conn.bulk("wide", &columns);
            load.ints(&[2026, 1])?;
            load.ints(&[40_000, 2])?;
            load.finish()
        })
        .unwrap_err();
    assert!(
        matches!(&error, StoreError::Bulk { row: 2, column, .. } if column == "fiscal_year"),
        "{error}"
    );
}

#[test]
fn a_store_can_be_used_and_dropped_beside_asynchronous_code() {
    let store = testing::postgres(SCHEMA).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .build()
        .unwrap();
    let url = store.url().clone();
    runtime.block_on(async move {
        let inner = tokio::task::spawn_blocking(move || {
            let store = Store::open(&url).unwrap();
            store.reserve_ids("n", 1).unwrap();
            store
        })
        .await
        .unwrap();
        drop(inner);
    });
}

/// A preview waits neither for a run that holds the counters nor for who waits to be alone, and neither waits for it.
#[test]
fn a_rehearsal_stands_in_nobodys_way() {
    const LONG: std::time::Duration = std::time::Duration::from_secs(5);
    let store = testing::postgres(SCHEMA).unwrap();
    let other = Store::open(store.url()).unwrap();
    let rehearsed = || {
        other.rehearse(&["n"], |conn| {
            let id = conn.next_ids("n", 1)?;
            let add = "insert into thing (id, name) values ($1, 'tried')";
            conn.execute_text(add, &[id.into()])?;
            Ok::<_, StoreError>(id)
        })
    };
    thread::scope(|scope| {
        let given = store.write(|conn| {
            let id = conn.next_ids("n", 200)?;
            conn.execute_text(
                "insert into thing (id, name) values ($1, 'run')",
                &[id.into()],
            )?;
            conn.execute_text("lock table counter in exclusive mode", &[])?;
            let (tell, told) = std::sync::mpsc::channel();
            scope.spawn(move || tell.send(rehearsed()));
            let tried = told.recv_timeout(LONG).expect("it waited for the run");
            assert_ne!(tried?, id);
            Ok::<_, StoreError>(id)
        });
        assert_eq!(given, Ok(1));
        // And the other way round: who writes meanwhile comes through.
        let tried = other.rehearse(&["n"], |conn| {
            let id = conn.next_ids("n", 1)?;
            let (tell, told) = std::sync::mpsc::channel();
            let writer = &store;
            scope.spawn(move || tell.send(writer.reserve_ids("n", 1)));
            let given = told.recv_timeout(LONG).expect("the writer waited");
            Ok::<_, StoreError>((id, given?))
        });
        let (id, given) = tried.unwrap();
        assert_eq!(given, 201);
        assert!(id > given, "{id}");
    });
    assert_eq!(ints(&store, "select count(*) from thing"), [1]);
    assert_eq!(store.reserve_ids("n", 1), Ok(202));
}
