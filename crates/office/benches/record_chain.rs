//! 記録の鎖 walked and held against its seals: `cargo bench -p office --bench record_chain`.
//!
//! `KOKUHO_BENCH_ENTRIES` sets another number than a million; the store is a SQLite file.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement"
)]

use db::{Conn, Store, StoreOptions, StoreUrl};
use office::OfficeError;
use office::schema::MIGRATIONS;
use office::security::access::{Access, Outcome, record};
use office::security::chain::{self, Lane};
use office::security::seal::{self, SealKey};
use office::security::seal_check;
use std::time::{Duration, Instant};

fn rate(entries: u64, spent: Duration) -> u64 {
    let micros = u64::try_from(spent.as_micros()).unwrap().max(1);
    entries * 1_000_000 / micros
}

/// The best of three.
fn best(mut work: impl FnMut()) -> Duration {
    (0..3)
        .map(|_| {
            let begun = Instant::now();
            work();
            begun.elapsed()
        })
        .min()
        .unwrap()
}

fn lay(conn: &mut Conn, from: i64, until: i64) -> Result<(), OfficeError> {
    for number in from..until {
        let access = Access {
            staff_id: number % 200 + 1,
            terminal: "10.20.30.40",
            at: 1_790_000_000_000_000 + number * 1_003,
            what: "registry.view",
            subject: Some(1_000_000 + number % 90_000),
            purpose: "国民健康保険事務",
            outcome: Outcome::Shown,
        };
        record(conn, &access)?;
    }
    Ok(())
}

fn main() {
    let entries: u64 =
        std::env::var("KOKUHO_BENCH_ENTRIES").map_or(1_000_000, |text| text.parse().unwrap());
    let until = i64::try_from(entries).unwrap() + 1;
    let path = std::env::temp_dir().join(format!("kokuho-chain-{}.db", std::process::id()));
    // As `kokuho audit check` and `kokuho verify` open it.
    let options = StoreOptions {
        mapped: true,
        ..StoreOptions::default()
    };
    let store = Store::open_with(&StoreUrl::Sqlite(path.clone()), options).unwrap();
    store.migrate(MIGRATIONS).unwrap();
    let begun = Instant::now();
    let mut from = 1;
    while from < until {
        let end = until.min(from + 50_000);
        store.write(|conn| lay(conn, from, end)).unwrap();
        from = end;
    }
    println!(
        "recorded {entries}: {} a second",
        rate(entries, begun.elapsed())
    );
    let key = SealKey::from_bytes(&[7; 32]);
    store.write(|conn| seal::seal(conn, &key, 1)).unwrap();

    let walked = best(|| {
        store
            .read(|conn| {
                let walk = chain::walk(conn, Lane::Access, |_, _| {})?;
                assert!(walk.flaws.is_empty() && walk.entries == entries);
                Ok::<_, OfficeError>(())
            })
            .unwrap();
    });
    println!("walked: {} a second", rate(entries, walked));
    let checked = best(|| {
        store
            .read(|conn| {
                assert!(seal_check::check(conn, Some(&key.public()), &[])?.holds());
                Ok::<_, OfficeError>(())
            })
            .unwrap();
    });
    println!(
        "walked and held against the seal: {} a second",
        rate(entries, checked)
    );
    let text = "select l.link, e.entry_id, e.staff_id, e.terminal, e.at, e.what, e.subject, e.purpose, e.outcome \
                from access_log e join chain_link l on l.lane = 2 and l.entry_no = e.entry_id order by e.entry_id";
    let read = best(|| {
        store
            .read(|conn| {
                let rows =
                    conn.query_text(text, &[], |row| Ok(row.str(0)?.len() + row.str(3)?.len()))?;
                assert_eq!(rows.len(), usize::try_from(entries).unwrap());
                Ok::<_, OfficeError>(())
            })
            .unwrap();
    });
    println!(
        "the same rows read and nothing else: {} a second",
        rate(entries, read)
    );
    drop(store);
    for ending in ["", "-wal", "-shm"] {
        // What was not made is not there to be removed.
        let _ = std::fs::remove_file(format!("{}{ending}", path.display()));
    }
}
