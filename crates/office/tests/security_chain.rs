//! 記録の鎖と封: whatever is done to one record in the raw database is found and named.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod support;

use db::testing;
use db::{Conn, Engine, Store};
use office::acts::{self, ActDetails};
use office::schema::MIGRATIONS;
use office::security::access::{Access, Outcome, record};
use office::security::chain::{self, Harm, Lane};
use office::security::permit::ViewHousehold;
use office::security::seal::{self, SealKey};
use office::security::seal_check::{self, Checked};
use office::{Acting, OfficeError};
use support::{permit, staff};

const ENTRIES: i64 = 120;
const SECRET: [u8; 32] = [7; 32];

fn key() -> SealKey {
    SealKey::from_bytes(&SECRET)
}

/// Acts and views, sealed twice, with some of both after the last seal.
fn lay(store: &Store) {
    let (clerk, _) = staff(store);
    for number in 1..=ENTRIES {
        let now = 1_790_000_000_000_000 + number * 1_000_003;
        let acting: Acting = clerk.acting("試験", law::day(2026, 6, 1), now, None);
        store
            .write(|conn| {
                let details = ActDetails {
                    note: format!("事由{number}"),
                    ..ActDetails::default()
                };
                let permit = permit::<ViewHousehold>(&clerk);
                acts::begin(conn, &acting, &permit, "test.act", &details)?;
                let mut access = Access::of(&clerk, now, "registry.view", Some(number));
                if number % 7 == 0 {
                    access.outcome = Outcome::Refused;
                }
                record(conn, &access)?;
                if number % 50 == 0 {
                    seal::seal(conn, &key(), now)?.unwrap();
                }
                Ok::<_, OfficeError>(())
            })
            .unwrap();
    }
}

fn check(conn: &mut Conn) -> Checked {
    seal_check::check(conn, Some(&key().public()), &[]).unwrap()
}

/// What the owner of the database can do and the application cannot.
fn open_the_tables(conn: &mut Conn) {
    if conn.engine() != Engine::Sqlite {
        return;
    }
    for table in ["act", "access_log", "chain_link", "chain_seal"] {
        for trigger in ["no_delete", "no_update"] {
            conn.execute_text(&format!("drop trigger {table}_{trigger}"), &[])
                .unwrap();
        }
    }
}

fn sql(conn: &mut Conn, text: &str) {
    assert!(conn.execute_text(text, &[]).unwrap() > 0, "{text}");
}

struct Deed {
    what: String,
    lane: Option<Lane>,
    numbers: std::ops::RangeInclusive<i64>,
}

/// One of everything that can be done to one entry, drawn by lot.
fn tamper(conn: &mut Conn, lots: &mut fastrand::Rng) -> Deed {
    let lane = Lane::ALL[lots.usize(..2)];
    let (table, id, texts, ints): (_, _, &[&str], &[&str]) = match lane {
        Lane::Acts => (
            "act",
            "act_id",
            &[
                "kind",
                "terminal",
                "purpose",
                "permission",
                "note",
                "business_date",
            ],
            &["staff_id", "recorded_at"],
        ),
        Lane::Access => (
            "access_log",
            "entry_id",
            &["terminal", "what", "purpose", "outcome"],
            &["staff_id", "at", "subject"],
        ),
    };
    let number = lots.i64(1..=ENTRIES);
    let code = lane.code();
    let mut numbers = number..=number;
    let what = match lots.u8(..10) {
        0 | 1 => {
            let column = texts[lots.usize(..texts.len())];
            sql(
                conn,
                &format!("update {table} set {column} = {column} || 'x' where {id} = {number}"),
            );
            format!("{table}.{column}")
        }
        2 | 3 => {
            let column = ints[lots.usize(..ints.len())];
            sql(
                conn,
                &format!(
                    "update {table} set {column} = coalesce({column}, 0) + 1 where {id} = {number}"
                ),
            );
            format!("{table}.{column}")
        }
        4 => {
            sql(conn, &format!("delete from {table} where {id} = {number}"));
            "entry deleted".to_owned()
        }
        5 => {
            sql(conn, &format!("delete from {table} where {id} = {number}"));
            sql(
                conn,
                &format!("delete from chain_link where lane = {code} and entry_no = {number}"),
            );
            "entry and link deleted".to_owned()
        }
        6 => {
            sql(
                conn,
                &format!("delete from chain_link where lane = {code} and entry_no = {number}"),
            );
            "link deleted".to_owned()
        }
        7 => {
            sql(
                conn,
                &format!(
                    "update chain_link set link = '{:064x}' where lane = {code} and entry_no = {number}",
                    lots.u64(..)
                ),
            );
            "link changed".to_owned()
        }
        8 => {
            let other = if number == ENTRIES { 1 } else { number + 1 };
            sql(
                conn,
                &format!("update {table} set {id} = -1000 where {id} = {number}"),
            );
            sql(
                conn,
                &format!("update {table} set {id} = {number} where {id} = {other}"),
            );
            sql(
                conn,
                &format!("update {table} set {id} = {other} where {id} = -1000"),
            );
            numbers = number.min(other)..=number.max(other);
            "two entries changed places".to_owned()
        }
        _ => {
            // The end cut off, and the counter set back as well where it is after the last seal.
            let keep = lots.i64(1..ENTRIES);
            sql(conn, &format!("delete from {table} where {id} > {keep}"));
            sql(
                conn,
                &format!("delete from chain_link where lane = {code} and entry_no > {keep}"),
            );
            // Opening two accounts were acts as well.
            numbers = keep + 1..=ENTRIES + 2;
            "end cut off".to_owned()
        }
    };
    Deed {
        what,
        lane: Some(lane),
        numbers,
    }
}

struct RolledBack(Deed, Checked);

fn try_out(store: &Store, lots: &mut fastrand::Rng) -> RolledBack {
    let mut found = None;
    let outcome = store.write(|conn| {
        let deed = tamper(conn, lots);
        found = Some(RolledBack(deed, check(conn)));
        Err::<(), OfficeError>(OfficeError::Conflict("rolled back".to_owned()))
    });
    assert!(outcome.is_err());
    found.unwrap()
}

// covers: SEC-034, SEC-035
#[test]
fn a_thousand_tamperings_are_found_and_named() {
    for (store, times) in testing::both(MIGRATIONS).unwrap().iter().zip([1_000, 100]) {
        lay(store);
        let owner = Store::open(store.owner_url()).unwrap();
        // A SQLite file has one writer; on PostgreSQL the tables belong to another role.
        let raw: &Store = if store.engine() == Engine::Sqlite {
            store
        } else {
            &owner
        };
        raw.write(|conn| {
            open_the_tables(conn);
            assert!(check(conn).holds(), "{:?}", check(conn));
            Ok::<_, OfficeError>(())
        })
        .unwrap();
        let seed = 20_261_120;
        let mut lots = fastrand::Rng::with_seed(seed);
        for turn in 0..times {
            let RolledBack(deed, checked) = try_out(raw, &mut lots);
            assert!(
                !checked.chain.is_empty(),
                "seed {seed} turn {turn}: {} unnoticed",
                deed.what
            );
            let first = checked.chain.iter().min().unwrap();
            assert_eq!(Some(first.lane), deed.lane, "{}", deed.what);
            assert!(
                deed.numbers.contains(&first.from)
                    && checked
                        .chain
                        .iter()
                        .all(|flaw| flaw.until <= deed.numbers.end() + 1),
                "seed {seed} turn {turn}: {} at {:?}, found {:?}",
                deed.what,
                deed.numbers,
                checked.chain
            );
        }
        raw.read(|conn| {
            assert!(check(conn).holds());
            Ok::<_, OfficeError>(())
        })
        .unwrap();
    }
}

// covers: SEC-035
#[test]
fn a_chain_written_anew_from_some_entry_on_does_not_fit_its_seal() {
    let store = testing::memory(MIGRATIONS).unwrap();
    lay(&store);
    let outcome = store.write(|conn| {
        open_the_tables(conn);
        // Someone who knows how links are made changes an entry and makes all links after it again.
        sql(conn, "update access_log set staff_id = 99 where entry_id = 30");
        let mut links = Vec::new();
        conn.execute_text("delete from chain_link where lane = 2 and entry_no >= 30", &[])?;
        let rows = conn.query_text(
            "select entry_id, staff_id, terminal, at, what, subject, purpose, outcome from access_log \
             where entry_id >= 30 order by entry_id",
            &[],
            |row| {
                Ok(Access {
                    staff_id: row.int(1)?,
                    terminal: Box::leak(row.text(2)?.into_boxed_str()),
                    at: row.int(3)?,
                    what: Box::leak(row.text(4)?.into_boxed_str()),
                    subject: row.opt_int(5)?,
                    purpose: Box::leak(row.text(6)?.into_boxed_str()),
                    outcome: match row.str(7)? {
                        "shown" => Outcome::Shown,
                        "refused" => Outcome::Refused,
                        _ => Outcome::Failed,
                    },
                })
            },
        )?;
        sql(conn, "delete from access_log where entry_id >= 30");
        sql(conn, "update counter set next_value = 30 where name = 'access_log'");
        for row in &rows {
            record(conn, row)?;
            links.push(row.at);
        }
        assert_eq!(links.len(), 91);
        let walk = chain::walk(conn, Lane::Access, |_, _| {})?;
        assert_eq!(walk.flaws, []);
        let checked = check(conn);
        assert_eq!(checked.seal.len(), 2, "{:?}", checked.seal);
        assert_eq!(checked.seal[0].seal_no, 1);
        assert!(checked.seal[0].message_ja.contains("操作の記録の1番から50番"));
        Err::<(), OfficeError>(OfficeError::Conflict("rolled back".to_owned()))
    });
    assert!(
        matches!(outcome, Err(OfficeError::Conflict(_))),
        "{outcome:?}"
    );
}

/// SQLite keeps any bytes as a text: what was made unreadable is named like anything else that was changed, and stops nothing.
// covers: SEC-035
#[test]
fn bytes_that_are_no_text_are_found_where_they_are() {
    let store = testing::memory(MIGRATIONS).unwrap();
    lay(&store);
    for (text, from, until) in [
        (
            "update access_log set purpose = cast(x'fe41' as text) where entry_id = 40",
            40,
            40,
        ),
        (
            "update chain_link set link = cast(x'fe41' as text) where lane = 2 and entry_no = 41",
            41,
            42,
        ),
        (
            "update access_log set terminal = cast(x'ff' as text) where entry_id = 120",
            120,
            120,
        ),
    ] {
        let outcome = store.write(|conn| {
            open_the_tables(conn);
            sql(conn, text);
            let checked = check(conn);
            let found: Vec<_> = checked.chain.iter().map(|flaw| flaw.from).collect();
            assert_eq!(found, (from..=until).collect::<Vec<i64>>(), "{text}");
            assert!(checked.chain.iter().all(|flaw| flaw.harm == Harm::Changed));
            Err::<(), OfficeError>(OfficeError::Conflict("rolled back".to_owned()))
        });
        assert!(
            matches!(outcome, Err(OfficeError::Conflict(_))),
            "{outcome:?}"
        );
    }
}

// covers: SEC-035
#[test]
fn an_older_database_put_back_is_a_fork() {
    let store = testing::memory(MIGRATIONS).unwrap();
    lay(&store);
    let copies = store.read(seal::all).unwrap();
    assert_eq!(copies.len(), 2);
    let public = key().public();
    let outcome = store.write(|conn| {
        open_the_tables(conn);
        // As a backup taken after entry 60 would have it.
        for (table, id, lane, counter) in [
            ("act", "act_id", 1, "act"),
            ("access_log", "entry_id", 2, "access_log"),
        ] {
            sql(conn, &format!("delete from {table} where {id} > 60"));
            sql(
                conn,
                &format!("delete from chain_link where lane = {lane} and entry_no > 60"),
            );
            sql(
                conn,
                &format!("update counter set next_value = 61 where name = '{counter}'"),
            );
        }
        sql(conn, "delete from chain_seal where seal_no = 2");
        sql(
            conn,
            "update counter set next_value = 2 where name = 'chain_seal'",
        );
        assert!(
            check(conn).holds(),
            "inside, an older database is sound: {:?}",
            check(conn)
        );
        let checked = seal_check::check(conn, Some(&public), &copies)?;
        assert_eq!(checked.seal.len(), 1);
        assert!(
            checked.seal[0]
                .message_ja
                .contains("控えにある封がありません")
        );
        // Work goes on upon it: the next seal has the number of one that is kept outside.
        seal::seal(conn, &key(), 1)?.unwrap();
        let checked = seal_check::check(conn, Some(&public), &copies)?;
        assert_eq!(checked.seal.len(), 1);
        assert!(checked.seal[0].message_ja.contains("分岐"));
        Err::<(), OfficeError>(OfficeError::Conflict("rolled back".to_owned()))
    });
    assert!(
        matches!(outcome, Err(OfficeError::Conflict(_))),
        "{outcome:?}"
    );
}

/// What is told of a record says what was done to it: a line that went with its link is not one that lost its link.
// covers: SEC-035
#[test]
fn what_was_taken_away_is_told_as_what_it_was() {
    let store = testing::memory(MIGRATIONS).unwrap();
    lay(&store);
    let lines = |from: i64, until: i64| {
        format!("delete from access_log where entry_id between {from} and {until}")
    };
    let links = |from: i64, until: i64| {
        format!("delete from chain_link where lane = 2 and entry_no between {from} and {until}")
    };
    let changed = |number| (number, number, Harm::Changed);
    for (taken, told) in [
        (vec![lines(40, 40)], vec![(40, 40, Harm::EntryGone)]),
        (
            vec![links(40, 40)],
            vec![(40, 40, Harm::LinkGone), changed(41)],
        ),
        (
            vec![lines(40, 42), links(40, 42)],
            vec![(40, 42, Harm::Missing), changed(43)],
        ),
        (
            vec![lines(1, 1), links(1, 1)],
            vec![(1, 1, Harm::Missing), changed(2)],
        ),
        (
            vec![lines(119, 120), links(119, 120)],
            vec![(119, 120, Harm::CutOff)],
        ),
        (
            vec![lines(30, 31), links(30, 30), lines(60, 60), links(90, 90)],
            vec![
                (30, 30, Harm::Missing),
                (31, 31, Harm::EntryGone),
                (60, 60, Harm::EntryGone),
                (90, 90, Harm::LinkGone),
                changed(91),
            ],
        ),
    ] {
        let outcome = store.write(|conn| {
            open_the_tables(conn);
            for text in &taken {
                sql(conn, text);
            }
            let walk = chain::walk(conn, Lane::Access, |_, _| {})?;
            let found: Vec<_> = walk
                .flaws
                .iter()
                .map(|flaw| (flaw.from, flaw.until, flaw.harm))
                .collect();
            assert_eq!(found, told, "{taken:?}");
            Err::<(), OfficeError>(OfficeError::Conflict("rolled back".to_owned()))
        });
        assert!(
            matches!(outcome, Err(OfficeError::Conflict(_))),
            "{outcome:?}"
        );
    }
}

#[test]
fn a_seal_is_not_put_on_what_is_broken_and_not_twice_on_the_same() {
    let store = testing::memory(MIGRATIONS).unwrap();
    lay(&store);
    store
        .write(|conn| {
            open_the_tables(conn);
            let third = seal::seal(conn, &key(), 5)?.unwrap();
            assert_eq!(third.seal_no, 3);
            assert_eq!(seal::seal(conn, &key(), 6)?, None);
            assert!(check(conn).holds());
            // Another key, a changed statement, a seal taken out.
            let other = SealKey::from_bytes(&[8; 32]).public();
            assert_eq!(seal_check::check(conn, Some(&other), &[])?.seal.len(), 3);
            sql(conn, "update chain_seal set statement = replace(statement, 'seal 2', 'seal  2') where seal_no = 2");
            assert_eq!(check(conn).seal[0].seal_no, 2);
            sql(conn, "delete from chain_seal where seal_no = 2");
            assert!(!check(conn).holds());
            sql(conn, "delete from access_log where entry_id = 120");
            let walk = chain::walk(conn, Lane::Access, |_, _| {})?;
            assert_eq!(walk.flaws[0].harm, Harm::EntryGone);
            let refused = seal::seal(conn, &key(), 7).unwrap_err();
            assert!(refused.to_string().contains("操作の記録の120番"), "{refused}");
            Ok::<_, OfficeError>(())
        })
        .unwrap();
}

#[test]
fn an_entry_is_proved_to_stand_under_its_seal() {
    let store = testing::memory(MIGRATIONS).unwrap();
    lay(&store);
    store
        .read(|conn| {
            assert!(seal::prove(conn, Lane::Acts, 77)?.is_some());
            assert!(
                seal::prove(conn, Lane::Acts, 119)?.is_none(),
                "not sealed yet"
            );
            Ok::<_, OfficeError>(())
        })
        .unwrap();
}
