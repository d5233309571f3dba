//! Migrations, insert-only tables and the check of statements.

use crate::{SCHEMA, execute, ints};
use db::testing::TestStore;
use db::{Cause, Engine, Migration, Sql, Store, StoreError, check_statements};

pub fn insert_only_tables_are(store: &TestStore) {
    execute(store, "insert into ledger (id, yen) values (1, 100)", &[]).unwrap();
    for text in [
        "update ledger set yen = 0",
        "update ledger set yen = 0 where id = 9",
        "delete from ledger",
        "insert into ledger (id, yen) values (1, 0) on conflict (id) do update set yen = 0",
    ] {
        // SQLite asks its triggers for each row, so a statement that touches none passes there, and changes none.
        if store.engine() == Engine::Sqlite && text.contains("id = 9") {
            assert_eq!(execute(store, text, &[]), Ok(0));
            continue;
        }
        let error = execute(store, text, &[]).unwrap_err();
        assert_eq!(error.cause(), Some(Cause::Forbidden), "{text}: {error}");
    }
    match store.engine() {
        Engine::Sqlite => {
            let replace = execute(
                store,
                "insert or replace into ledger (id, yen) values (1, 0)",
                &[],
            );
            assert_eq!(replace.unwrap_err().cause(), Some(Cause::Forbidden));
        }
        Engine::Postgres => {
            for text in [
                "truncate ledger",
                "drop table ledger",
                "alter table ledger add x bigint",
                "create table x (y bigint)",
            ] {
                let error = execute(store, text, &[]).unwrap_err();
                assert_eq!(error.cause(), Some(Cause::Forbidden), "{text}: {error}");
            }
        }
    }
    assert_eq!(ints(store, "select yen from ledger"), [100]);
}

pub fn statements_are_checked_by_name(store: &TestStore) {
    let good = Sql {
        name: "good",
        text: "select name from thing where id = $1 and small = $2",
    };
    let writes = Sql {
        name: "writes",
        text: "insert into ledger (id, yen) values ($1, $2) on conflict (id) do nothing",
    };
    let wrong = [
        Sql {
            name: "no_table",
            text: "select 1 from nowhere",
        },
        Sql {
            name: "no_column",
            text: "select colour from thing",
        },
        Sql {
            name: "no_sense",
            text: "selectt 1",
        },
        Sql {
            name: "gap",
            text: "select id from thing where id = $2",
        },
    ];
    assert_eq!(check_statements(store, &[good, writes]), Ok(()));
    let all: Vec<Sql> = wrong.into_iter().chain([good]).collect();
    let Err(StoreError::Unprepared { failures }) = check_statements(store, &all) else {
        panic!("not refused")
    };
    let names: Vec<&str> = failures
        .iter()
        .map(|line| line.split(':').next().unwrap())
        .collect();
    assert_eq!(names, ["no_table", "no_column", "no_sense", "gap"]);
}

pub fn migrations_are_forward_only(store: &TestStore) {
    const MORE: Migration =
        Migration::new("0003_more", "create table more (id bigint primary key);");
    const BROKEN: Migration = Migration::new(
        "0004_broken",
        "create table half (id bigint); create table more (id bigint);",
    );
    // In memory there is one namespace only; elsewhere the owner comes by his own address.
    let opened =
        (store.owner_url() != store.url()).then(|| Store::open(store.owner_url()).unwrap());
    let owner: &Store = opened.as_ref().unwrap_or(store);
    assert_eq!(owner.migrate(SCHEMA), Ok(vec![]));
    let mut set = SCHEMA.to_vec();
    set.push(MORE);
    assert_eq!(store.pending(&set), Ok(vec!["0003_more".to_owned()]));
    assert_eq!(owner.migrate(&set), Ok(vec!["0003_more".to_owned()]));
    assert_eq!(store.pending(&set), Ok(vec![]));
    assert_eq!(owner.migrate(&set), Ok(vec![]));
    assert_eq!(
        execute(store, "insert into more (id) values (1)", &[]),
        Ok(1)
    );

    let refused = |set: &[Migration], expected: &str| {
        for error in [
            owner.migrate(set).unwrap_err(),
            store.pending(set).unwrap_err(),
        ] {
            assert!(error.to_string().contains(expected), "{error}");
        }
    };
    refused(
        SCHEMA,
        "0003_more」: 適用済みですが、このプログラムにありません",
    );
    let changed = [
        set[0],
        set[1],
        Migration {
            sql: "create table more (id bigint primary key, x bigint);",
            ..MORE
        },
    ];
    refused(&changed, "0003_more」: 適用した後に内容が変更されています");
    refused(&[set[1], set[0], set[2]], "順番が合いません");
    refused(&[set[0], set[1], set[2], MORE], "同じ名前");
    let foreign = Migration::new("0004_foreign", "create table x (id integer primary key);");
    refused(
        &[set[0], set[1], set[2], foreign],
        "「integer」は書けません",
    );

    // A step that fails leaves nothing of itself behind.
    let error = owner
        .migrate(&[set[0], set[1], set[2], BROKEN])
        .unwrap_err();
    assert!(error.to_string().contains("0004_broken"), "{error}");
    assert!(execute(store, "insert into half (id) values (1)", &[]).is_err());
    assert_eq!(owner.migrate(&set), Ok(vec![]));
}
