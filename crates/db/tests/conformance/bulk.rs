//! Bulk loads on both engines.

use crate::{execute, ints};
use db::ColumnType::{Blob, Int, Text};
use db::testing::TestStore;
use db::{Cause, Cell, ColumnType, Sql, Store, StoreError, Value, bulk_probe};
use jiff::civil::date;
use std::time::Duration;

const WIDE: &[(&str, ColumnType)] = &[
    ("fiscal_year", Int),
    ("id", Int),
    ("yen", Int),
    ("note", Text),
    ("body", Blob),
];

pub fn a_load_takes_every_kind(store: &TestStore) {
    let rows: Vec<[Value; 5]> = (0..123_i64)
        .map(|id| {
            let note = if id % 3 == 0 {
                Value::Null
            } else {
                format!("行{id}'邉\u{e0106}").into()
            };
            let body = if id % 4 == 0 {
                Value::Null
            } else {
                vec![0, id as u8].into()
            };
            let yen = if id % 5 == 0 {
                Value::Null
            } else {
                (i64::MAX - id).into()
            };
            [2026.into(), id.into(), yen, note, body]
        })
        .collect();
    let loaded = store.write(|conn| {
        let mut load = conn.bulk("wide", WIDE);
        for row in &rows {
            load.row(row)?;
        }
        load.finish()
    });
    assert_eq!(loaded, Ok(123));
    let sql = Sql {
        name: "back",
        text: "select fiscal_year, id, yen, note, body from wide order by id",
    };
    let back = store.read(|conn| {
        conn.query(&sql, &[], |row| {
            (0..5)
                .map(|index| row.value(index))
                .collect::<Result<Vec<_>, _>>()
        })
    });
    assert_eq!(back.unwrap(), rows);
}

pub fn borrowed_cells_are_stored_as_values_are(store: &TestStore) {
    let days = [
        date(2026, 6, 30),
        date(1, 1, 9),
        date(0, 12, 31),
        date(9999, 10, 1),
        date(-1, 2, 3),
    ];
    let rows: Vec<[Value; 5]> = (0_i64..)
        .zip(days)
        .map(|(id, day)| {
            [
                2026.into(),
                id.into(),
                Value::Null,
                day.into(),
                vec![7, id as u8].into(),
            ]
        })
        .collect();
    let loaded = store.write(|conn| {
        let mut load = conn.bulk("wide", WIDE);
        for ((id, day), [.., body]) in (0_i64..).zip(days).zip(&rows) {
            load.cells(&[
                2026_i64.into(),
                id.into(),
                Cell::Null,
                day.into(),
                body.into(),
            ])?;
        }
        load.finish()
    });
    assert_eq!(loaded, Ok(5));
    let sql = Sql {
        name: "cells back",
        text: "select fiscal_year, id, yen, note, body from wide order by id",
    };
    let back = store.read(|conn| {
        conn.query(&sql, &[], |row| {
            (0..5)
                .map(|index| row.value(index))
                .collect::<Result<Vec<_>, _>>()
        })
    });
    assert_eq!(back.unwrap(), rows);
    let spoilt = store.write(|conn| {
        let mut load = conn.bulk("wide", WIDE);
        load.cells(&[
            Cell::Int(2026),
            Cell::Int(9),
            date(2026, 1, 1).into(),
            Cell::Null,
            Cell::Null,
        ])?;
        load.finish()
    });
    assert!(spoilt.unwrap_err().to_string().contains("yen"));
}

pub fn a_wrong_cell_spoils_a_load(store: &TestStore) {
    let rows: [(&[Value], &str); 6] = [
        (
            &["x".into(), 1.into(), 1.into(), Value::Null, Value::Null],
            "fiscal_year",
        ),
        (
            &[2026.into(), 1.into(), 1.into(), 1.into(), Value::Null],
            "note",
        ),
        (
            &[2026.into(), 1.into(), 1.into(), "a\0".into(), Value::Null],
            "note",
        ),
        (&[2026.into(), 1.into(), 1.into(), Value::Null], "body"),
        (
            &[
                2026.into(),
                1.into(),
                1.into(),
                Value::Null,
                Value::Null,
                1.into(),
            ],
            "wide",
        ),
        (
            &[2026.into(), 1.into(), 1.into(), Value::Null, "x".into()],
            "body",
        ),
    ];
    for (wrong, column) in rows {
        let error = store
            .write(|conn| {
                conn.execute_text("insert into ledger (id, yen) values (1, 1)", &[])?;
                let mut load = conn.bulk("wide", WIDE);
                load.row(&[2026.into(), 0.into(), 0.into(), "ok".into(), Value::Null])?;
                let refused = load.row(wrong);
                let finished = load.finish();
                assert!(refused.is_err());
                // Even a caller that goes on cannot commit.
                finished.and(refused)
            })
            .unwrap_err();
        assert!(error.to_string().contains("wide"), "{column}: {error}");
    }
    let swallowed = store.write(|conn| {
        let mut load = conn.bulk("wide", WIDE);
        let _ = load.row(&["x".into()]);
        drop(load);
        Ok::<_, StoreError>(())
    });
    assert!(
        matches!(swallowed, Err(StoreError::Aborted { .. })),
        "{swallowed:?}"
    );
    assert_eq!(ints(store, "select count(*) from wide"), [0]);
    assert_eq!(ints(store, "select count(*) from ledger"), [0]);
}

pub fn an_unfinished_load_spoils(store: &TestStore) {
    let error = store
        .write(|conn| {
            let mut load = conn.bulk("ledger", &[("id", Int), ("yen", Int)]);
            load.ints(&[1, 1])?;
            drop(load);
            Ok::<_, StoreError>(())
        })
        .unwrap_err();
    assert!(
        matches!(&error, StoreError::Aborted { statement } if statement.contains("ledger")),
        "{error}"
    );
    let half_a_row = store.write(|conn| {
        let mut load = conn.bulk("ledger", &[("id", Int), ("yen", Int)]);
        load.push_int(1)?;
        load.finish()
    });
    assert!(matches!(half_a_row, Err(StoreError::Bulk { .. })));
    let nothing = store.write(|conn| conn.bulk("ledger", &[("id", Int), ("yen", Int)]).finish());
    assert_eq!(nothing, Ok(0));
    assert_eq!(ints(store, "select count(*) from ledger"), [0]);
}

pub fn a_load_obeys_the_table(store: &TestStore) {
    execute(store, "insert into ledger (id, yen) values (70, 1)", &[]).unwrap();
    for size in [75, 100, 150] {
        let error = store
            .write(|conn| {
                let mut load = conn.bulk("ledger", &[("id", Int), ("yen", Int)]);
                for id in 1..=size {
                    load.ints(&[id, id])?;
                }
                load.finish()
            })
            .unwrap_err();
        assert_eq!(error.cause(), Some(Cause::Unique), "{error}");
    }
    assert_eq!(ints(store, "select count(*) from ledger"), [1]);
    let missing = store.write(|conn| {
        let mut load = conn.bulk("no_such_table", &[("id", Int)]);
        load.ints(&[1])?;
        load.finish()
    });
    assert_eq!(missing.unwrap_err().cause(), Some(Cause::Other));
    let hostile = store.write(|conn| {
        conn.bulk("ledger; drop table ledger", &[("id", Int)])
            .ints(&[1])
    });
    assert!(matches!(hostile, Err(StoreError::Name { .. })));
}

pub fn loads_of_any_size_arrive(store: &TestStore) {
    let mut first = 0;
    for size in [1, 49, 50, 51, 99, 100, 101, 5000] {
        let loaded = store.write(|conn| {
            let mut load = conn.bulk("wide", &[("id", Int), ("fiscal_year", Int), ("note", Text)]);
            for id in first..first + size {
                load.push_int(id)?;
                load.push_int(id % 100)?;
                load.push_text(&"長い文".repeat((id % 40) as usize))?;
                load.end_row()?;
            }
            load.finish()
        });
        assert_eq!(loaded, Ok(size as u64));
        first += size;
    }
    assert_eq!(ints(store, "select count(*) from wide"), [first]);
    assert_eq!(
        ints(store, "select cast(sum(id) as bigint) from wide"),
        [first * (first - 1) / 2]
    );
    let lengths = ints(store, "select cast(sum(length(note)) as bigint) from wide");
    assert_eq!(lengths, [(0..first).map(|id| 3 * (id % 40)).sum::<i64>()]);
}

pub fn the_probe_loads_and_leaves_nothing(store: &TestStore) {
    let opened =
        (store.owner_url() != store.url()).then(|| Store::open(store.owner_url()).unwrap());
    let owner: &Store = opened.as_ref().unwrap_or(store);
    for _ in 0..2 {
        let mut ticks = 0;
        let elapsed = bulk_probe(owner, 1234, || {
            ticks += 7;
            Duration::from_secs(ticks)
        });
        assert_eq!(elapsed, Ok(Duration::from_secs(7)));
    }
    assert!(execute(store, "delete from bulk_probe", &[]).is_err());
}
