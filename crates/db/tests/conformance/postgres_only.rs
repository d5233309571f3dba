//! What only PostgreSQL has: roles, lost connections, serialization failures.

use crate::{SCHEMA, ints};
use db::testing::{self, cluster_url};
use db::{Cause, Sql, Sql2, Store, StoreError, StoreOptions, StoreUrl, Value};
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

/// What is planned while a table is small is not good for ever, and to plan everything at once is not quick.
#[test]
fn no_plan_is_kept_for_long_and_not_all_are_made_anew_at_once() {
    let one = StoreOptions {
        connections: 1,
        ..StoreOptions::default()
    };
    let shared = testing::postgres(SCHEMA).unwrap();
    let store = Store::open_with(shared.url(), one).unwrap();
    let texts: Vec<String> = (0..12)
        .map(|number| format!("select count(*) from ledger where id = $1 and yen <> {number}"))
        .collect();
    let used = "select cast(coalesce(max(generic_plans + custom_plans), 0) as bigint) from pg_prepared_statements \
                where statement like 'select count(*) from ledger where id = %'";
    let young = "select count(*) from pg_prepared_statements where generic_plans + custom_plans < 2 \
                 and statement like 'select count(*) from ledger where id = %'";
    let (mut oldest, mut most_anew) = (0, 0);
    for turn in 0..2_500 {
        store
            .read(|conn| {
                for text in &texts {
                    conn.query_text(text, &[Value::from(1_i64)], |row| row.int(0))?;
                }
                let used = conn.query_text(used, &[], |row| row.int(0))?;
                let young = conn.query_text(young, &[], |row| row.int(0))?;
                oldest = oldest.max(used[0]);
                if turn > 0 {
                    most_anew = most_anew.max(young[0]);
                }
                Ok::<_, StoreError>(())
            })
            .unwrap();
    }
    assert!((1_024..2_048).contains(&oldest), "used {oldest} times");
    assert!((1..6).contains(&most_anew), "{most_anew} at once");
}

/// What a run asks about the whole city leaves the other processors to the counter.
#[test]
fn one_statement_has_one_processor() {
    let store = testing::postgres(SCHEMA).unwrap();
    let fill = "insert into ledger (id, yen) select n, n from generate_series(1, 300000) as n";
    store.write(|conn| conn.execute_text(fill, &[])).unwrap();
    let gathers = |before: Option<&'static str>| {
        store.write(|conn| {
            conn.execute_text("analyze ledger", &[])?;
            if let Some(before) = before {
                conn.execute_text(before, &[])?;
            }
            let plan = conn.query_text(
                "explain select sum(yen) from ledger where yen <> 7",
                &[],
                |row| row.text(0),
            )?;
            Ok::<_, StoreError>(plan.iter().any(|line| line.contains("Gather")))
        })
    };
    assert_eq!(gathers(None), Ok(false));
    // Which the engine would do for a table of this size.
    let as_it_comes = "set local max_parallel_workers_per_gather to 2";
    assert_eq!(gathers(Some(as_it_comes)), Ok(true));
}

/// Counted is what is there now, and nobody is waited for who holds a table.
#[test]
fn a_table_that_was_filled_is_counted_unless_somebody_holds_it() {
    let store = testing::postgres(SCHEMA).unwrap();
    let counted = || {
        let text =
            "select cast(reltuples as bigint) from pg_class where oid = to_regclass('ledger')";
        ints(&store, text)[0]
    };
    let fill = |from: i64| {
        store
            .write(|conn| {
                (from..from + 100).try_for_each(|id| {
                    conn.execute_text("insert into ledger (id, yen) values ($1, 1)", &[id.into()])
                        .map(|_| ())
                })
            })
            .unwrap();
    };
    fill(1);
    store.count_anew(&["ledger"]).unwrap();
    assert_eq!(counted(), 100);
    fill(101);
    let StoreUrl::Postgres { schema, .. } = store.url() else {
        panic!("not PostgreSQL")
    };
    let owner = Store::open(&StoreUrl::Postgres {
        url: cluster_url().unwrap(),
        schema: schema.clone(),
    })
    .unwrap();
    let held = Barrier::new(2);
    thread::scope(|scope| {
        let holder = scope.spawn(|| {
            let text = "lock table ledger in share update exclusive mode";
            owner.read(|conn| {
                let locked = conn.execute_text(text, &[]);
                held.wait();
                held.wait();
                locked
            })
        });
        held.wait();
        let given_up = store.count_anew(&["ledger"]);
        held.wait();
        given_up.unwrap();
        holder.join().unwrap().unwrap();
    });
    assert_eq!(counted(), 100);
    store.count_anew(&["ledger"]).unwrap();
    assert_eq!(counted(), 200);
    assert!(store.count_anew(&[]).is_ok());
    assert!(store.count_anew(&["no_such_table"]).is_err());
    for other in [
        "pg_class",
        "pg_catalog.pg_class",
        "ledger; drop table ledger",
    ] {
        let asked = store.write(|conn| {
            let text = "select count_anew($1)";
            conn.query_text(text, &[other.into()], |row| row.int(0))
        });
        assert!(asked.is_err(), "{other}");
    }
    assert_eq!(ints(&store, "select count(*) from ledger"), [200]);
    let sqlite = testing::sqlite(SCHEMA).unwrap();
    assert!(sqlite.count_anew(&["ledger"]).is_ok());
}
