//! The 当初賦課 killed a hundred times at random moments and started again: the rows are those of a run that
//! was left alone.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use db::{Store, StoreUrl};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const KOKUHO: &str = env!("CARGO_BIN_EXE_kokuho");
const KILLS: usize = 100;
const TABLES: [(&str, &str); 4] = [
    ("levy_candidate", "run_id, household_id, liable_id"),
    (
        "levy_decision",
        "household_id, levy_year, liable_id, sequence",
    ),
    ("ledger", "household_id, levy_year, entry_id"),
    ("notice", "notice_id"),
];

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("kokuho-{name}-{}", std::process::id()));
        drop(std::fs::remove_dir_all(&path));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

fn kokuho(store: &Path, staff: &str, words: &[&str]) -> Child {
    Command::new(KOKUHO)
        .args(words)
        .args(["--store", &format!("sqlite:{}", store.display())])
        .args([
            "--city",
            "131032",
            "--as",
            staff,
            "--business-date",
            "20260610",
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Runs a command to its end; true when it succeeded.
fn done(child: Child) -> bool {
    let output = child.wait_with_output().unwrap();
    if !output.status.success() {
        eprintln!("{}", String::from_utf8_lossy(&output.stderr));
    }
    output.status.success()
}

fn open(path: &Path) -> Store {
    Store::open(&StoreUrl::Sqlite(path.to_path_buf())).unwrap()
}

fn scalar(path: &Path, text: &str) -> Option<String> {
    open(path)
        .read(|conn| conn.query_text(text, &[], |row| row.text(0)))
        .unwrap()
        .pop()
}

fn rows(path: &Path, table: &str, order: &str) -> Vec<String> {
    let text = format!("select * from {table} order by {order}");
    open(path)
        .read(|conn| {
            conn.query_text(&text, &[], |row| {
                (0..row.width())
                    .filter(|index| row.column_name(*index) != "act_id")
                    .map(|index| row.value(index).map(|value| format!("{value:?}")))
                    .collect::<Result<Vec<_>, _>>()
                    .map(|cells| cells.join("|"))
            })
        })
        .unwrap()
}

fn copy(from: &Path, to: &Path) {
    // A store that was closed has all of itself in one file.
    std::fs::copy(from, to).unwrap();
}

fn run_state(path: &Path) -> Option<String> {
    scalar(path, "select state from levy_run order by run_id desc")
}

/// Starts what comes next for the store, or nothing when the run is published.
fn next_step(path: &Path) -> Option<Child> {
    match run_state(path).as_deref() {
        None => Some(kokuho(
            path,
            "tanto",
            &["levy", "run", "--year", "2026", "--chunk", "3"],
        )),
        Some("calculating") => Some(kokuho(
            path,
            "tanto",
            &[
                "levy", "run", "--year", "2026", "--chunk", "3", "--resume", "1",
            ],
        )),
        Some("calculated") => Some(kokuho(path, "kacho", &["levy", "approve", "1"])),
        Some("approved" | "publishing") => Some(kokuho(path, "kacho", &["levy", "publish", "1"])),
        _ => None,
    }
}

/// A small generator of its own: which moment to kill at is chance, and chance has a seed.
struct Moments(u64);

impl Moments {
    fn next(&mut self) -> Duration {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        Duration::from_micros(20_000 + (self.0 >> 33) % 480_000)
    }
}

#[test]
fn a_hundred_kills_leave_the_rows_of_an_uninterrupted_run() {
    let folder = Folder::new("kills");
    let demo = folder.0.join("demo");
    let made = Command::new(KOKUHO)
        .args(["demo", "--households", "180", "--import-only", "--folder"])
        .arg(&demo)
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(made.success());
    let whole = folder.0.join("whole.db");
    copy(&demo.join("city.db"), &whole);
    while let Some(step) = next_step(&whole) {
        assert!(done(step));
    }
    let expected = TABLES.map(|(table, order)| rows(&whole, table, order));
    assert!(expected.iter().all(|table| table.len() > 100));

    let seed = std::env::var("KOKUHO_SEED")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(20_261_120);
    let mut moments = Moments(seed);
    let (mut kills, mut in_the_middle) = (0, 0);
    let mut city = 0;
    while kills < KILLS {
        city += 1;
        let path = folder.0.join(format!("killed{city}.db"));
        copy(&demo.join("city.db"), &path);
        while let Some(mut step) = next_step(&path) {
            std::thread::sleep(moments.next());
            if kills < KILLS && step.try_wait().unwrap().is_none() {
                step.kill().unwrap();
                kills += 1;
                step.wait().unwrap();
                let done = scalar(
                    &path,
                    "select cast(count(*) as text) from job_chunk where state = 'done'",
                );
                in_the_middle += usize::from(
                    matches!(
                        run_state(&path).as_deref(),
                        Some("calculating" | "publishing")
                    ) && done.as_deref() != Some("0"),
                );
            }
            step.wait().unwrap();
        }
        for ((table, order), expected) in TABLES.iter().zip(&expected) {
            let found = rows(&path, table, order);
            assert!(
                found == *expected,
                "seed {seed}, city {city}: {table} differs after {kills} kills"
            );
        }
    }
    // Kills before the first chunk and after the last prove little: a good part must fall between.
    assert!(
        in_the_middle >= KILLS / 5,
        "only {in_the_middle} of {KILLS} kills fell within a run"
    );
}
