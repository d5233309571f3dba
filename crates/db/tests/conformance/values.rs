//! What goes in comes out, and what cannot is refused.

use crate::{execute, ints};
use db::testing::TestStore;
use db::{Engine, Sql, Store, StoreError, Value};
use jiff::Timestamp;
use jiff::civil::date;

const INSERT: &str = "insert into thing (id, name, small, body) values ($1, $2, $3, $4)";

fn name_of(store: &Store, id: i64) -> String {
    let sql = Sql {
        name: "name",
        text: "select name from thing where id = $1",
    };
    store
        .read(|conn| conn.query_one(&sql, &[id.into()], |row| row.text(0)))
        .unwrap()
}

fn store_name(store: &Store, id: i64, name: &str) -> Result<u64, StoreError> {
    execute(
        store,
        "insert into thing (id, name) values ($1, $2)",
        &[id.into(), name.into()],
    )
}

pub fn placeholders_go_by_number(store: &TestStore) {
    execute(
        store,
        "insert into thing (name, id, code) values ($2, $1, $2)",
        &[5.into(), "五".into()],
    )
    .unwrap();
    let sql = Sql {
        name: "by number",
        text: "select id, name from thing where code = $2 and id >= $1 and name = $2 limit $3",
    };
    let found = store.read(|conn| {
        conn.query_one(&sql, &[1.into(), "五".into(), 9.into()], |row| {
            Ok((row.int(0)?, row.text(1)?))
        })
    });
    assert_eq!(found, Ok((5, "五".to_owned())));
}

pub fn every_kind_round_trips(store: &TestStore) {
    let bytes = vec![0, 255, 7];
    execute(
        store,
        INSERT,
        &[
            1.into(),
            date(2026, 4, 1).into(),
            true.into(),
            bytes.clone().into(),
        ],
    )
    .unwrap();
    execute(
        store,
        INSERT,
        &[2.into(), Value::Null, Value::Null, Value::Null],
    )
    .unwrap();
    let moment: Timestamp = "2026-11-20T01:02:03.456789Z".parse().unwrap();
    execute(
        store,
        INSERT,
        &[moment.into(), "x".into(), false.into(), Vec::new().into()],
    )
    .unwrap();
    let sql = Sql {
        name: "kinds",
        text: "select id, name, small, body from thing order by id",
    };
    store
        .read(|conn| {
            let rows = conn.query(&sql, &[], |row| {
                (0..row.width())
                    .map(|index| row.value(index))
                    .collect::<Result<Vec<_>, _>>()
            })?;
            assert_eq!(
                rows[0],
                [
                    1.into(),
                    "2026-04-01".into(),
                    1.into(),
                    bytes.clone().into()
                ]
            );
            assert_eq!(rows[1], [2.into(), Value::Null, Value::Null, Value::Null]);
            let mut seen = 0;
            conn.for_each(&sql, &[], |row| {
                match seen {
                    0 => {
                        assert_eq!(row.date(1)?, date(2026, 4, 1));
                        assert!(row.flag(2)?);
                        assert_eq!(row.blob(3)?, [0, 255, 7]);
                    }
                    1 => {
                        assert_eq!(
                            (row.opt_date(1)?, row.opt_int(2)?, row.opt_blob(3)?),
                            (None, None, None)
                        );
                        assert_eq!((row.opt_text(1)?, row.opt_instant(2)?), (None, None));
                    }
                    _ => {
                        assert_eq!(row.instant(0)?, moment);
                        assert_eq!(row.blob(3)?, Vec::<u8>::new());
                    }
                }
                seen += 1;
                Ok::<_, StoreError>(())
            })
        })
        .unwrap();
}

pub fn rare_characters_survive(store: &TestStore) {
    // A base with a variation selector, a supplementary ideograph, an emoji sequence, a combining mark, a lone selector.
    let names = [
        "邉\u{e0106}",
        "𠮷田",
        "👨\u{200d}👩\u{200d}👧",
        "か\u{3099}",
        "\u{fe00}",
        "髙﨑",
        "",
    ];
    for (id, name) in (1_i64..).zip(names) {
        store_name(store, id, name).unwrap();
        assert_eq!(name_of(store, id), name);
    }
}

pub fn hostile_text_stays_text(store: &TestStore) {
    let names = [
        "'; drop table thing; --",
        "\\'; select 1",
        "$1 $2",
        "%_",
        "\"",
        "\u{1b}[31m",
        "\r\n\t",
        "NULL",
        "?1 :a",
    ];
    for (id, name) in (1_i64..).zip(names) {
        store_name(store, id, name).unwrap();
        assert_eq!(name_of(store, id), name);
    }
    let long = "あ".repeat(500_000);
    store_name(store, 100, &long).unwrap();
    assert_eq!(name_of(store, 100), long);
}

pub fn nul_is_refused(store: &TestStore) {
    let error = store_name(store, 1, "a\0b").unwrap_err();
    assert!(
        matches!(&error, StoreError::Parameter { number: 2, .. }),
        "{error}"
    );
    assert!(error.to_string().contains("U+0000"), "{error}");
    assert_eq!(ints(store, "select count(*) from thing"), [0]);
}

pub fn extremes_survive(store: &TestStore) {
    for value in [i64::MIN, i64::MIN + 1, -1, 0, 1, i64::MAX - 1, i64::MAX] {
        execute(store, "insert into thing (id) values ($1)", &[value.into()]).unwrap();
    }
    let expected = [i64::MIN, i64::MIN + 1, -1, 0, 1, i64::MAX - 1, i64::MAX];
    assert_eq!(ints(store, "select id from thing order by id"), expected);
}

pub fn columns_are_checked(store: &TestStore) {
    store_name(store, 1, "港").unwrap();
    let sql = Sql {
        name: "named here",
        text: "select id, name, small from thing",
    };
    let refused = |read: fn(&db::Row<'_>) -> Result<(), StoreError>, column: &str, reason: &str| {
        let error = store.read(|conn| conn.query(&sql, &[], read)).unwrap_err();
        assert!(matches!(&error, StoreError::Column { .. }), "{error}");
        let text = error.to_string();
        assert!(
            text.contains("named here") && text.contains(column) && text.contains(reason),
            "{text}"
        );
    };
    refused(
        |row| row.int(1).map(|_| ()),
        "name",
        "整数のはずですが、文字列です",
    );
    refused(
        |row| row.text(0).map(|_| ()),
        "id",
        "文字列のはずですが、整数です",
    );
    refused(|row| row.int(2).map(|_| ()), "small", "nullです");
    refused(|row| row.date(1).map(|_| ()), "name", "日付");
    refused(|row| row.blob(1).map(|_| ()), "name", "バイト列のはず");
    refused(|row| row.int(3).map(|_| ()), "列3", "3個しかありません");
    let sum = Sql {
        name: "sum",
        text: "select cast(sum(id) as bigint), cast(2 as smallint), 1 = 1 from thing",
    };
    let sums = store.read(|conn| {
        conn.query_one(&sum, &[], |row| {
            Ok((row.int(0)?, row.int(1)?, row.flag(2)?))
        })
    });
    assert_eq!(sums, Ok((1, 2, true)));
}

pub fn parameters_are_counted(store: &TestStore) {
    for params in [vec![], vec![1.into(), 2.into()]] {
        let error = execute(store, "insert into thing (id) values ($1)", &params).unwrap_err();
        assert!(
            matches!(error, StoreError::ParameterCount { expected: 1, .. }),
            "{error}"
        );
    }
    let gap = execute(
        store,
        "insert into thing (id) values ($2)",
        &[1.into(), 2.into()],
    );
    assert!(gap.is_err());
}

pub fn wrong_kinds_are_refused(store: &TestStore) {
    for params in [
        [Value::from("十"), Value::Null, Value::Null, Value::Null],
        [1.into(), Value::Null, "x".into(), Value::Null],
        [1.into(), Value::Null, Value::Null, "x".into()],
    ] {
        assert!(execute(store, INSERT, &params).is_err(), "{params:?}");
    }
    // SQLite stores a number in a text column as its digits; PostgreSQL refuses it.
    let digits = execute(
        store,
        INSERT,
        &[1.into(), 5.into(), Value::Null, Value::Null],
    );
    match store.engine() {
        Engine::Sqlite => assert_eq!(name_of(store, 1), "5"),
        Engine::Postgres => assert!(matches!(
            digits,
            Err(StoreError::Parameter { number: 2, .. })
        )),
    }
}

pub fn text_is_ordered_by_code_point(store: &TestStore) {
    let mut names = vec![
        "a", "B", "Z", "b", "あ", "ア", "ｱ", "港", "芝", "𠮷", "é", "e\u{301}", "~", "１",
    ];
    for (id, name) in (1_i64..).zip(&names) {
        store_name(store, id, name).unwrap();
    }
    names.sort_unstable();
    let sql = Sql {
        name: "ordered",
        text: "select name from thing order by name",
    };
    assert_eq!(
        store
            .read(|conn| conn.query(&sql, &[], |row| row.text(0)))
            .unwrap(),
        names
    );
    let from = Sql {
        name: "from",
        text: "select count(*) from thing where name >= $1",
    };
    let found = store
        .read(|conn| conn.query_one(&from, &["あ".into()], |row| row.int(0)))
        .unwrap();
    assert_eq!(
        found,
        names.iter().filter(|name| **name >= "あ").count() as i64
    );
}

pub fn row_counts_are_checked(store: &TestStore) {
    store_name(store, 1, "a").unwrap();
    store_name(store, 2, "b").unwrap();
    let all = Sql {
        name: "all",
        text: "select id from thing",
    };
    let none = Sql {
        name: "none",
        text: "select id from thing where id = 9",
    };
    store
        .read(|conn| {
            assert!(
                conn.query_one(&all, &[], |row| row.int(0))
                    .unwrap_err()
                    .to_string()
                    .contains("all")
            );
            assert!(conn.query_opt(&all, &[], |row| row.int(0)).is_err());
            assert!(conn.query_one(&none, &[], |row| row.int(0)).is_err());
            assert_eq!(conn.query_opt(&none, &[], |row| row.int(0)), Ok(None));
            assert_eq!(
                conn.query_text("select id from thing where id = $1", &[2.into()], |row| row
                    .int(0)),
                Ok(vec![2])
            );
            Ok::<_, StoreError>(())
        })
        .unwrap();
    let changed =
        store.write(|conn| conn.execute_text("update thing set name = $1", &["c".into()]));
    assert_eq!(changed, Ok(2));
    let misuse = store.write(|conn| conn.execute(&all, &[]));
    assert!(matches!(misuse, Err(StoreError::RowCount { .. })));
}

pub fn rows_are_streamed(store: &TestStore) {
    store
        .write(|conn| {
            let mut load = conn.bulk(
                "ledger",
                &[("id", db::ColumnType::Int), ("yen", db::ColumnType::Int)],
            );
            for id in 0..20_000 {
                load.ints(&[id, 1])?;
            }
            load.finish()
        })
        .unwrap();
    let sql = Sql {
        name: "stream",
        text: "select id from ledger order by id",
    };
    #[derive(Debug, PartialEq)]
    enum Stop {
        Enough,
        Store(StoreError),
    }
    impl From<StoreError> for Stop {
        fn from(error: StoreError) -> Self {
            Self::Store(error)
        }
    }
    store
        .read(|conn| {
            let mut next = 0;
            let seen = conn.for_each(&sql, &[], |row| {
                assert_eq!(row.int(0)?, next);
                next += 1;
                Ok::<_, StoreError>(())
            })?;
            assert_eq!(seen, 20_000);
            let mut seen = 0;
            let stopped = conn.for_each(&sql, &[], |_| {
                seen += 1;
                if seen == 100 {
                    Err(Stop::Enough)
                } else {
                    Ok(())
                }
            });
            assert_eq!((stopped, seen), (Err(Stop::Enough), 100));
            // The connection is usable after a stream was left.
            assert_eq!(
                conn.query_text("select count(*) from ledger", &[], |row| row.int(0))?,
                [20_000]
            );
            Ok::<_, StoreError>(())
        })
        .unwrap();
}
