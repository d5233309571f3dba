//! 履歴: random histories of statements, endings and undoings equal a naive picture of the days, on both engines.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_wrap,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "tests"
)]

use db::testing::{self, TestStore};
use db::{Conn, DatedTable, Engine, Migration, Span, Stamp, Store, StoreError, Value};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::cell::Cell;
use std::collections::BTreeMap;

const TABLE: DatedTable = DatedTable::new("address_fact", &["town", "floor"]);

const SCHEMA: &[Migration] = &[Migration::new(
    "0001",
    "create table address_fact (
       subject bigint not null, fact_no bigint not null, valid_from text not null, valid_until text,
       recorded_at bigint not null, superseded_at bigint, act_id bigint not null, superseded_by_act bigint,
       town text not null, floor bigint, primary key (subject, fact_no));
     create index address_fact_act on address_fact (act_id);
     create index address_fact_superseded on address_fact (superseded_by_act);",
)
.insert_only(&["address_fact"])];

/// The days the histories play on; an open span runs to the end.
const DAYS: usize = 24;

fn day(index: usize) -> Date {
    date(2026, 3, 20) + (index as i64).days()
}

fn span(from: usize, until: Option<usize>) -> Span {
    Span::new(day(from), until.map(day))
}

#[derive(Clone, Debug)]
enum Step {
    Put {
        subject: usize,
        from: usize,
        until: Option<usize>,
        town: u8,
    },
    Close {
        subject: usize,
        from: usize,
        until: Option<usize>,
    },
}

#[derive(Clone, Debug)]
enum Act {
    Change(Vec<Step>),
    /// Undo the act at this place among those before, counted around.
    Undo(usize),
}

/// One day of one subject: what each act that still counts made of it, oldest first.
type DayStack = Vec<(i64, Option<u8>)>;

/// The naive picture: every day by itself.
#[derive(Clone)]
struct Picture {
    days: [Vec<DayStack>; 2],
}

impl Picture {
    fn new() -> Self {
        Self {
            days: [vec![Vec::new(); DAYS], vec![Vec::new(); DAYS]],
        }
    }

    fn top(stack: &DayStack) -> Option<u8> {
        stack.last().and_then(|(_, town)| *town)
    }

    fn apply(&mut self, act: i64, step: &Step) {
        let (subject, from, until, town) = match *step {
            Step::Put {
                subject,
                from,
                until,
                town,
            } => (subject, from, until, Some(town)),
            Step::Close {
                subject,
                from,
                until,
            } => (subject, from, until, None),
        };
        for stack in &mut self.days[subject][from..until.unwrap_or(DAYS)] {
            let own = stack.last().is_some_and(|(by, _)| *by == act);
            if own {
                stack.pop();
            }
            // Ending something changes a day only where something stood before the act.
            if town.is_some() || Self::top(stack).is_some() {
                stack.push((act, town));
            }
        }
    }

    fn undo(&mut self, act: i64) {
        for stack in self.days.iter_mut().flatten() {
            stack.retain(|(by, _)| *by != act);
        }
    }

    fn towns(&self) -> [Vec<Option<u8>>; 2] {
        [0, 1].map(|subject| self.days[subject].iter().map(Self::top).collect())
    }
}

fn steps() -> impl Strategy<Value = Step> {
    let until = |from: usize| {
        prop_oneof![2 => Just(None), 5 => (from + 1..=DAYS).prop_map(Some)]
            .prop_map(|until| until.filter(|end| *end < DAYS))
    };
    let place = (0..2_usize, 0..DAYS)
        .prop_flat_map(move |(subject, from)| (Just(subject), Just(from), until(from)));
    prop_oneof![
        3 => (place.clone(), any::<u8>()).prop_map(|((subject, from, until), town)| Step::Put { subject, from, until, town }),
        1 => place.prop_map(|(subject, from, until)| Step::Close { subject, from, until }),
    ]
}

fn histories() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        3 => prop::collection::vec(steps(), 1..4).prop_map(Act::Change),
        1 => any::<prop::sample::Index>().prop_map(|index| Act::Undo(index.index(1000))),
    ];
    prop::collection::vec(act, 1..14)
}

/// The towns by day as the store knows them at a moment; also checks that standing rows never overlap.
fn stored(
    conn: &mut Conn,
    subject: i64,
    known_at: Option<i64>,
) -> Result<Vec<Option<u8>>, StoreError> {
    let mut towns = vec![None; DAYS];
    for fact in TABLE.timeline(conn, subject, known_at)? {
        for (index, town) in towns.iter_mut().enumerate() {
            if fact.valid.holds(day(index)) {
                assert_eq!(*town, None, "two rows on one day");
                let Value::Int(floor) = fact.values[1] else {
                    panic!("floor")
                };
                assert_eq!(fact.values[0], Value::Text(format!("{floor}丁目")));
                *town = Some(u8::try_from(floor).unwrap());
            }
        }
    }
    Ok(towns)
}

fn write_step(conn: &mut Conn, stamp: Stamp, base: i64, step: &Step) -> Result<(), StoreError> {
    match *step {
        Step::Put {
            subject,
            from,
            until,
            town,
        } => {
            let values = [Value::Text(format!("{town}丁目")), i64::from(town).into()];
            TABLE.put(
                conn,
                stamp,
                base + subject as i64,
                span(from, until),
                &values,
            )
        }
        Step::Close {
            subject,
            from,
            until,
        } => TABLE
            .close(conn, stamp, base + subject as i64, span(from, until))
            .map(|_| ()),
    }
}

/// Plays one history on two fresh subjects and compares after every act, now and in retrospect.
fn play(store: &Store, base: i64, history: &[Act]) {
    let mut picture = Picture::new();
    let mut changes: Vec<i64> = Vec::new();
    let mut known: BTreeMap<i64, [Vec<Option<u8>>; 2]> = BTreeMap::new();
    for (index, act) in history.iter().enumerate() {
        let moment = 1000 + 10 * index as i64;
        let stamp = Stamp {
            act_id: base * 100 + index as i64,
            recorded_at: moment,
        };
        match act {
            Act::Change(steps) => {
                store
                    .write(|conn| {
                        steps
                            .iter()
                            .try_for_each(|step| write_step(conn, stamp, base, step))
                    })
                    .unwrap();
                steps
                    .iter()
                    .for_each(|step| picture.apply(stamp.act_id, step));
                changes.push(stamp.act_id);
            }
            Act::Undo(_) if changes.is_empty() => continue,
            Act::Undo(which) => {
                let undone = changes.remove(which % changes.len());
                store.write(|conn| TABLE.undo(conn, stamp, undone)).unwrap();
                picture.undo(undone);
            }
        }
        known.insert(moment, picture.towns());
        store.read(|conn| compare(conn, base, &known)).unwrap();
    }
}

fn compare(
    conn: &mut Conn,
    base: i64,
    known: &BTreeMap<i64, [Vec<Option<u8>>; 2]>,
) -> Result<(), StoreError> {
    for (place, (moment, towns)) in known.iter().enumerate() {
        let latest = place + 1 == known.len();
        for (subject, towns) in towns.iter().enumerate() {
            let id = base + subject as i64;
            assert_eq!(
                stored(conn, id, Some(*moment))?,
                *towns,
                "as known at {moment}"
            );
            assert_eq!(
                stored(conn, id, Some(*moment + 9))?,
                *towns,
                "as known after {moment}"
            );
            if latest {
                assert_eq!(stored(conn, id, None)?, *towns, "now");
                for probe in [0, DAYS / 2, DAYS - 1] {
                    let found = TABLE.as_of(conn, id, day(probe), None)?;
                    assert_eq!(found.is_some(), towns[probe].is_some());
                }
            }
        }
    }
    Ok(())
}

fn random_histories(store: &TestStore, cases: u32) {
    let next = Cell::new(0_i64);
    // A deep run plays twenty times as many.
    let deep = std::env::var_os("KOKUHO_DEEP").is_some();
    let config = Config {
        cases: if deep { cases * 20 } else { cases },
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new(config)
        .run(&histories(), |history| {
            next.set(next.get() + 2);
            play(store, next.get(), &history);
            Ok(())
        })
        .unwrap();
}

#[test]
fn histories_equal_the_naive_picture_on_sqlite() {
    random_histories(&testing::sqlite(SCHEMA).unwrap(), 300);
}

#[test]
fn histories_equal_the_naive_picture_on_postgres() {
    random_histories(&testing::postgres(SCHEMA).unwrap(), 120);
}

fn town(name: &str) -> [Value; 2] {
    [name.into(), Value::Null]
}

fn stamp(act_id: i64) -> Stamp {
    Stamp {
        act_id,
        recorded_at: 1000 + act_id,
    }
}

#[test]
fn remains_keep_the_act_that_stated_them() {
    for store in testing::both(SCHEMA).unwrap() {
        let rows = store
            .write(|conn| {
                TABLE.put(conn, stamp(1), 7, Span::since(day(0)), &town("芝"))?;
                TABLE.put(conn, stamp(2), 7, span(3, Some(5)), &town("麻布"))?;
                TABLE.timeline(conn, 7, None)
            })
            .unwrap();
        let seen: Vec<_> = rows
            .iter()
            .map(|row| (row.valid, row.act_id, row.recorded_at))
            .collect();
        let expected = [
            (span(0, Some(3)), 1, 1002),
            (span(3, Some(5)), 2, 1002),
            (Span::since(day(5)), 1, 1002),
        ];
        assert_eq!(seen, expected, "{:?}", store.engine());
        let history = store.read(|conn| TABLE.history(conn, 7)).unwrap();
        assert_eq!(history.len(), 4);
        assert_eq!(
            (history[0].superseded_at, history[0].superseded_by_act),
            (Some(1002), Some(2))
        );
    }
}

#[test]
fn an_earlier_act_can_be_undone_under_a_later_one() {
    for store in testing::both(SCHEMA).unwrap() {
        let names = store
            .write(|conn| {
                TABLE.put(conn, stamp(1), 7, Span::since(day(0)), &town("芝"))?;
                TABLE.put(conn, stamp(2), 7, Span::since(day(4)), &town("麻布"))?;
                TABLE.put(conn, stamp(3), 7, Span::since(day(8)), &town("赤坂"))?;
                assert_eq!(TABLE.undo(conn, stamp(4), 2)?, vec![7]);
                let facts = TABLE.timeline(conn, 7, None)?;
                Ok::<_, StoreError>(
                    facts
                        .into_iter()
                        .map(|fact| (fact.valid, fact.values[0].clone()))
                        .collect::<Vec<_>>(),
                )
            })
            .unwrap();
        assert_eq!(
            names,
            vec![
                (span(0, Some(8)), "芝".into()),
                (Span::since(day(8)), "赤坂".into())
            ]
        );
    }
}

#[test]
fn what_would_blur_the_record_is_refused() {
    for store in testing::both(SCHEMA).unwrap() {
        let prepared = store.write(|conn| {
            TABLE.put(conn, stamp(5), 7, Span::since(day(0)), &town("芝"))?;
            TABLE.put(conn, stamp(6), 7, Span::since(day(2)), &town("麻布"))?;
            TABLE.undo(conn, stamp(7), 6).map(|_| ())
        });
        assert_eq!(prepared, Ok(()));
        let later = Stamp {
            act_id: 9,
            recorded_at: 9000,
        };
        let refused =
            |what: &str, expected: &str, f: &dyn Fn(&mut Conn) -> Result<(), StoreError>| {
                let error = store.write(f).unwrap_err().to_string();
                assert!(
                    error.contains("address_fact") && error.contains(expected),
                    "{what}: {error}"
                );
            };
        refused("an earlier moment", "より新しい記録", &|conn| {
            TABLE.put(conn, stamp(4), 7, Span::since(day(3)), &town("芝"))
        });
        refused(
            "the moment of another act",
            "同じ記録時刻の別の処理",
            &|conn| {
                TABLE.put(
                    conn,
                    Stamp {
                        act_id: 8,
                        ..stamp(7)
                    },
                    7,
                    Span::since(day(3)),
                    &town("芝"),
                )
            },
        );
        refused(
            "an act with two moments",
            "一つではありません",
            &|conn| {
                TABLE.put(
                    conn,
                    Stamp { act_id: 5, ..later },
                    7,
                    Span::since(day(3)),
                    &town("芝"),
                )
            },
        );
        refused(
            "an undoing that does more",
            "取消の処理7では",
            &|conn| {
                TABLE.put(
                    conn,
                    Stamp { act_id: 7, ..later },
                    8,
                    Span::since(day(3)),
                    &town("芝"),
                )
            },
        );
        refused("undone twice", "取消済み", &|conn| {
            TABLE.undo(conn, later, 6).map(|_| ())
        });
        refused("undoing an undoing", "取消の処理です", &|conn| {
            TABLE.undo(conn, later, 7).map(|_| ())
        });
        refused(
            "undoing in the past",
            "取消より新しい記録",
            &|conn| {
                TABLE
                    .undo(
                        conn,
                        Stamp {
                            act_id: 9,
                            ..stamp(7)
                        },
                        5,
                    )
                    .map(|_| ())
            },
        );
        refused("no day", "日がありません", &|conn| {
            TABLE.put(conn, later, 7, span(3, Some(3)), &town("芝"))
        });
        refused("too few values", "値は2個", &|conn| {
            TABLE.put(conn, later, 7, Span::since(day(3)), &["芝".into()])
        });
    }
}

#[test]
fn undoing_an_act_that_did_nothing_here_changes_nothing() {
    for store in testing::both(SCHEMA).unwrap() {
        let subjects = store.write(|conn| TABLE.undo(conn, stamp(2), 1)).unwrap();
        assert_eq!(subjects, Vec::<i64>::new());
    }
}

#[test]
fn facts_cannot_be_rewritten_behind_the_helper() {
    for store in testing::both(SCHEMA).unwrap() {
        store
            .write(|conn| TABLE.put(conn, stamp(1), 7, Span::since(day(0)), &town("芝")))
            .unwrap();
        for text in [
            "update address_fact set town = 'x'",
            "update address_fact set valid_until = '2030-01-01'",
            "delete from address_fact",
        ] {
            let error = store
                .write(|conn| conn.execute_text(text, &[]))
                .unwrap_err();
            assert_eq!(error.cause(), Some(db::Cause::Forbidden), "{text}: {error}");
        }
        let reopen = "update address_fact set superseded_at = null, superseded_by_act = null";
        store
            .write(|conn| TABLE.close(conn, stamp(2), 7, Span::since(day(0))))
            .unwrap();
        if store.engine() == Engine::Sqlite {
            // PostgreSQL has no trigger to say "once"; there the right covers the two columns alone.
            assert!(store.write(|conn| conn.execute_text(reopen, &[])).is_err());
        }
    }
}
