//! All or nothing, alone or as if alone.

use crate::{execute, ints};
use db::testing::TestStore;
use db::{Cause, Engine, Sql, Store, StoreError, StoreOptions};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

const ADD: Sql = Sql {
    name: "add",
    text: "insert into thing (id, name) values ($1, $2)",
};

fn count(store: &Store) -> i64 {
    ints(store, "select count(*) from thing")[0]
}

pub fn an_error_rolls_back(store: &TestStore) {
    #[derive(Debug, PartialEq)]
    enum Refusal {
        Law,
        Store(StoreError),
    }
    impl From<StoreError> for Refusal {
        fn from(error: StoreError) -> Self {
            Self::Store(error)
        }
    }
    let refused = store.write(|conn| {
        conn.execute(&ADD, &[1.into(), "a".into()])?;
        conn.next_ids("n", 3)?;
        Err::<(), _>(Refusal::Law)
    });
    assert_eq!(refused, Err(Refusal::Law));
    assert_eq!(count(store), 0);
    assert_eq!(store.reserve_ids("n", 1), Ok(1));
}

pub fn a_panic_rolls_back(store: &TestStore) {
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        store.write(|conn| {
            conn.execute(&ADD, &[1.into(), "a".into()])?;
            if conn.engine() == Engine::Sqlite || conn.engine() == Engine::Postgres {
                panic!("in the middle");
            }
            Ok::<_, StoreError>(())
        })
    }));
    assert!(panicked.is_err());
    let in_read = catch_unwind(AssertUnwindSafe(|| {
        store.read(|_| -> Result<(), StoreError> { panic!("while reading") })
    }));
    assert!(in_read.is_err());
    assert_eq!(count(store), 0);
    execute(store, ADD.text, &[1.into(), "a".into()]).unwrap();
    assert_eq!(count(store), 1);
}

pub fn a_swallowed_failure_is_not_committed(store: &TestStore) {
    let swallowed = store.write(|conn| {
        conn.execute(&ADD, &[1.into(), "a".into()])?;
        let duplicate = conn.execute(&ADD, &[1.into(), "b".into()]).unwrap_err();
        assert!(duplicate.is_duplicate());
        let next = conn.execute(&ADD, &[2.into(), "c".into()]).unwrap_err();
        assert_eq!(
            next,
            StoreError::Aborted {
                statement: "add".to_owned()
            }
        );
        Ok::<_, StoreError>(())
    });
    assert_eq!(
        swallowed,
        Err(StoreError::Aborted {
            statement: "add".to_owned()
        })
    );
    assert_eq!(count(store), 0);
}

pub fn a_savepoint_contains_a_failure(store: &TestStore) {
    let kept = store.write(|conn| {
        conn.execute(&ADD, &[1.into(), "a".into()])?;
        let inner = conn.savepoint(|conn| {
            conn.execute(&ADD, &[2.into(), "b".into()])?;
            conn.savepoint(|conn| conn.execute(&ADD, &[3.into(), "c".into()]))?;
            conn.execute(&ADD, &[1.into(), "d".into()])
        });
        assert!(inner.unwrap_err().is_duplicate());
        // A failure that is swallowed inside a savepoint undoes the savepoint all the same.
        let swallowed = conn.savepoint(|conn| {
            conn.execute(&ADD, &[4.into(), "e".into()])?;
            let _ = conn.execute(&ADD, &[1.into(), "f".into()]);
            Ok::<_, StoreError>(())
        });
        assert!(matches!(swallowed, Err(StoreError::Aborted { .. })));
        conn.savepoint(|conn| conn.execute(&ADD, &[5.into(), "g".into()]))
    });
    assert_eq!(kept, Ok(1));
    assert_eq!(ints(store, "select id from thing order by id"), [1, 5]);
}

pub fn nested_use_is_refused(store: &TestStore) {
    let inner: Store = (*store).clone();
    let nested = store.write(|_| inner.write(|_| Ok::<_, StoreError>(())));
    assert_eq!(nested, Err(StoreError::Nested));
    let nested = store.write(|_| inner.read(|_| Ok::<_, StoreError>(())));
    assert_eq!(nested, Err(StoreError::Nested));
    let nested = store.read(|_| inner.read(|_| Ok::<_, StoreError>(())));
    assert_eq!(nested, Err(StoreError::Nested));
    // Another store is another matter, and the refusal leaves nothing behind.
    let other = db::testing::memory(&[]).unwrap();
    assert_eq!(store.read(|_| other.reserve_ids("n", 1)), Ok(1));
    assert_eq!(count(store), 0);
}

pub fn a_read_cannot_write(store: &TestStore) {
    let error = store
        .read(|conn| conn.execute(&ADD, &[1.into(), "a".into()]))
        .unwrap_err();
    assert_eq!(error.cause(), Some(Cause::Forbidden), "{error}");
    execute(store, ADD.text, &[1.into(), "a".into()]).unwrap();
    assert_eq!(count(store), 1);
}

pub fn counters_have_no_gaps(store: &TestStore) {
    assert_eq!(store.reserve_ids("payer", 10), Ok(1));
    assert_eq!(store.reserve_ids("payer", 1), Ok(11));
    assert_eq!(store.reserve_ids("slip", 5), Ok(1));
    assert_eq!(store.reserve_ids("payer", 1), Ok(12));
    assert!(matches!(
        store.reserve_ids("payer", 0),
        Err(StoreError::Parameter { .. })
    ));
}

pub fn a_rehearsal_leaves_nothing(store: &TestStore) {
    assert_eq!(store.reserve_ids("payer", 4), Ok(1));
    let done = store.rehearse(&["payer", "never"], |conn| {
        conn.execute(&ADD, &[1.into(), "a".into()])?;
        let there = conn.query_text("select count(*) from thing", &[], |row| row.int(0))?;
        let payers = [conn.next_ids("payer", 2)?, conn.next_ids("payer", 1)?];
        let others = [conn.next_ids("never", 3)?, conn.next_ids("never", 1)?];
        Ok::<_, StoreError>((there, payers, others, conn.next_ids("slip", 1)?))
    });
    let (there, payers, others, slip) = done.unwrap();
    assert_eq!(there, [1]);
    // Numbers follow each other, above all that were given.
    assert_eq!(payers[0] + 2, payers[1]);
    assert!(payers[0] >= 5, "{payers:?}");
    assert_eq!(others[0] + 3, others[1]);
    // What somebody is shown is the number that would be given.
    assert_eq!(slip, 1);
    assert_eq!(count(store), 0);
    assert_eq!(store.reserve_ids("payer", 1), Ok(5));
    assert_eq!(store.reserve_ids("never", 1), Ok(1));
    assert_eq!(store.reserve_ids("slip", 1), Ok(1));

    // A refusal of the caller's and a failure that the caller swallowed.
    let refused = store.rehearse(&[], |_| Err::<(), _>(StoreError::Nested));
    assert!(matches!(refused, Err(StoreError::Nested)), "{refused:?}");
    let swallowed = store.rehearse(&[], |conn| {
        let _ = conn.execute_text("insert into nowhere (id) values (1)", &[]);
        Ok::<_, StoreError>(())
    });
    assert!(
        matches!(swallowed, Err(StoreError::Aborted { .. })),
        "{swallowed:?}"
    );
    assert_eq!(store.reserve_ids("payer", 1), Ok(6));
}

pub fn causes_are_told_apart(store: &TestStore) {
    execute(store, "insert into ledger (id, yen) values (1, 1)", &[]).unwrap();
    execute(store, ADD.text, &[1.into(), "a".into()]).unwrap();
    let cause = |text: &'static str| execute(store, text, &[]).unwrap_err().cause();
    assert_eq!(
        cause("insert into thing (id) values (1)"),
        Some(Cause::Unique)
    );
    assert_eq!(
        cause("insert into part (thing_id, number, quantity) values (9, 1, 1)"),
        Some(Cause::ForeignKey)
    );
    assert_eq!(
        cause("insert into part (thing_id, number, quantity) values (1, 1, 0)"),
        Some(Cause::Rule)
    );
    assert_eq!(
        cause("insert into part (thing_id, number) values (1, 1)"),
        Some(Cause::Rule)
    );
    assert_eq!(
        cause("insert into nowhere (id) values (1)"),
        Some(Cause::Other)
    );
    assert_eq!(cause("delete from ledger"), Some(Cause::Forbidden));
    let named = execute(store, "insert into nowhere (id) values (1)", &[])
        .unwrap_err()
        .to_string();
    assert!(named.contains("試験の文"), "{named}");
}

pub fn a_reader_keeps_its_snapshot(store: &TestStore) {
    execute(store, ADD.text, &[1.into(), "a".into()]).unwrap();
    let (to_writer, begin) = mpsc::channel();
    let (to_reader, written) = mpsc::channel();
    let writer = {
        let store = (*store).clone();
        thread::spawn(move || {
            begin.recv().unwrap();
            execute(&store, ADD.text, &[2.into(), "b".into()]).unwrap();
            to_reader.send(()).unwrap();
        })
    };
    let all = Sql {
        name: "all",
        text: "select count(*) from thing",
    };
    store
        .read(|conn| {
            // The snapshot is taken before the first question is asked.
            to_writer.send(()).unwrap();
            written.recv().unwrap();
            assert_eq!(conn.query_one(&all, &[], |row| row.int(0))?, 1);
            assert_eq!(conn.query_one(&all, &[], |row| row.int(0))?, 1);
            Ok::<_, StoreError>(())
        })
        .unwrap();
    writer.join().unwrap();
    assert_eq!(count(store), 2);
}

/// Each of several threads reads a sum and adds a row that depends on it; nothing may be lost.
fn compete(stores: Vec<Store>) -> i64 {
    const ROUNDS: usize = 15;
    let expected = (stores.len() * ROUNDS) as i64;
    let threads: Vec<_> = stores
        .into_iter()
        .map(|store| {
            thread::spawn(move || {
                let mut runs = 0;
                for _ in 0..ROUNDS {
                    store
                        .write(|conn| {
                            runs += 1;
                            let last = conn.query_text(
                                "select coalesce(max(id), 0) from ledger",
                                &[],
                                |row| row.int(0),
                            )?;
                            thread::yield_now();
                            let next = last[0] + 1;
                            conn.execute_text(
                                "insert into ledger (id, yen) values ($1, $1)",
                                &[next.into()],
                            )?;
                            conn.next_ids("competition", 1)
                        })
                        .unwrap();
                }
                runs
            })
        })
        .collect();
    let runs: i64 = threads
        .into_iter()
        .map(|thread| thread.join().unwrap())
        .sum();
    assert!(runs >= expected);
    expected
}

pub fn two_writers_lose_nothing(store: &TestStore) {
    let expected = compete(vec![(*store).clone(), (*store).clone(), (*store).clone()]);
    assert_eq!(ints(store, "select max(id) from ledger"), [expected]);
    assert_eq!(ints(store, "select count(*) from ledger"), [expected]);
    assert_eq!(store.reserve_ids("competition", 1), Ok(expected + 1));
}

/// As two processes would: each has its own connections and knows nothing of the other.
pub fn two_stores_lose_nothing(store: &TestStore) {
    let other = Store::open(store.url()).unwrap();
    let expected = compete(vec![(*store).clone(), other]);
    assert_eq!(ints(store, "select count(*) from ledger"), [expected]);
}

/// A lock of another process is waited for, and past that the transaction runs again.
pub fn a_held_lock_is_outlasted(store: &TestStore) {
    let options = StoreOptions {
        busy_timeout: Duration::from_millis(1),
        ..StoreOptions::default()
    };
    let other = Store::open_with(store.url(), options).unwrap();
    let (locked, go_on) = mpsc::channel();
    let holder = {
        let store: Store = (*store).clone();
        thread::spawn(move || {
            store
                .write(|conn| {
                    conn.execute(&ADD, &[1.into(), "a".into()])?;
                    conn.next_ids("lock", 1)?;
                    locked.send(()).unwrap();
                    thread::sleep(Duration::from_millis(60));
                    Ok::<_, StoreError>(())
                })
                .unwrap();
        })
    };
    go_on.recv().unwrap();
    let second = other.write(|conn| {
        conn.execute(&ADD, &[2.into(), "b".into()])?;
        conn.next_ids("lock", 1)
    });
    assert_eq!(second, Ok(2));
    holder.join().unwrap();
    assert_eq!(count(store), 2);
}

/// Waiting for a connection and running again both come to an end with a sentence.
pub fn patience_ends(store: &TestStore) {
    let options = StoreOptions {
        connections: 1,
        patience: Duration::from_millis(20),
        busy_timeout: Duration::from_millis(1),
        attempts: 2,
        ..StoreOptions::default()
    };
    let small = Store::open_with(store.url(), options).unwrap();
    let waiting = small.clone();
    small
        .read(|_| {
            let refused = thread::spawn(move || waiting.read(|_| Ok::<_, StoreError>(())))
                .join()
                .unwrap();
            assert!(
                matches!(refused, Err(StoreError::Busy { .. })),
                "{refused:?}"
            );
            Ok::<_, StoreError>(())
        })
        .unwrap();
    if store.engine() == Engine::Sqlite {
        let refused = store
            .write(|_| Ok::<_, StoreError>(small.reserve_ids("n", 1)))
            .unwrap();
        assert!(
            matches!(refused, Err(StoreError::Contention { attempts: 2, .. })),
            "{refused:?}"
        );
    } else {
        let mut runs = 0;
        let refused = small.write(|conn| {
            runs += 1;
            conn.execute_text(
                "do $$ begin raise exception 'again' using errcode = '40001'; end $$",
                &[],
            )
        });
        assert!(
            matches!(refused, Err(StoreError::Contention { attempts: 2, .. })),
            "{refused:?}"
        );
        assert_eq!(runs, 2);
    }
    assert_eq!(small.reserve_ids("n", 1), Ok(1));
}

/// A long transaction among many short ones that take from the same counter comes to its end.
pub fn a_long_one_comes_through_among_many_short_ones(store: &TestStore) {
    let options = StoreOptions {
        attempts: 3,
        ..StoreOptions::default()
    };
    let patient = Store::open_with(store.url(), options).unwrap();
    let (ended, end) = mpsc::channel::<()>();
    let end = std::sync::Mutex::new(end);
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                loop {
                    store.reserve_ids("n", 1).unwrap();
                    let told = end.lock().unwrap().try_recv();
                    if told == Err(mpsc::TryRecvError::Disconnected) {
                        break;
                    }
                }
            });
        }
        let long = catch_unwind(AssertUnwindSafe(|| {
            for _ in 0..5 {
                let taken = patient.write(|conn| {
                    conn.query_text("select count(*) from thing", &[], |row| row.int(0))?;
                    thread::sleep(Duration::from_millis(40));
                    conn.next_ids("n", 1)
                });
                assert!(taken.is_ok(), "{taken:?}");
            }
        }));
        drop(ended);
        long.unwrap();
    });
}
