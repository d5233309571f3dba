//! The three runs over a whole city (当初賦課, 年次切替, 一斉更新) killed at random moments and started again, on both
//! engines: every row of every table is that of a city whose runs were left alone.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod support;

use db::Store;
use std::process::Child;
use std::time::{Duration, Instant};
use support::*;

/// Households; with three to a chunk a run has many places to be killed at.
const HOUSEHOLDS: u64 = 120;

/// What comes next in a city, or nothing when all is done.
type Next = fn(&Store) -> Option<Child>;

fn state(store: &Store, table: &str) -> Option<(i64, String)> {
    let text = format!("select run_id, state from {table} order by run_id desc limit 1");
    store
        .read(|conn| conn.query_text(&text, &[], |row| Ok((row.int(0)?, row.text(1)?))))
        .unwrap()
        .pop()
}

/// 当初賦課.
fn levy(store: &Store) -> Option<Child> {
    let run = |staff: &str, words: &[&str]| Some(kokuho(store.url(), staff, "20260610", words));
    let calculate = ["levy", "run", "--year", "2026", "--chunk", "3"];
    match state(store, "levy_run") {
        None => run("tanto", &calculate),
        Some((id, state)) => {
            let id = id.to_string();
            match state.as_str() {
                "calculating" => {
                    let words: Vec<&str> =
                        calculate.iter().copied().chain(["--resume", &id]).collect();
                    run("tanto", &words)
                }
                "calculated" => run("kacho", &["levy", "approve", &id]),
                "approved" | "publishing" => run("kacho", &["levy", "publish", &id]),
                _ => None,
            }
        }
    }
}

/// 年次切替, and 一斉更新 after it.
fn yearly(store: &Store) -> Option<Child> {
    let run = |staff: &str, words: &[&str]| Some(kokuho(store.url(), staff, "20260710", words));
    let (judged, renewed) = (
        state(store, "judgement_run"),
        state(store, "certificate_run"),
    );
    let calculate = ["judgement", "run", "--year", "2026", "--chunk", "3"];
    let judging = match &judged {
        None => return run("tanto", &calculate),
        Some((_, state)) => state.as_str(),
    };
    let id = judged.as_ref().map_or(0, |one| one.0);
    let number = id.to_string();
    match judging {
        "calculating" => {
            let words: Vec<&str> = calculate
                .iter()
                .copied()
                .chain(["--resume", &number])
                .collect();
            return run("tanto", &words);
        }
        "calculated" => {
            let changes = store
                .read(|conn| office::judgement::run::changes(conn, id))
                .unwrap()
                .ratio_changes()
                .to_string();
            let words = ["judgement", "approve", &number, "--changes", &changes];
            return run("kacho", &words);
        }
        "approved" | "publishing" => return run("tanto", &["judgement", "publish", &number]),
        _ => {}
    }
    let Some((id, renewing)) = renewed else {
        let days = [
            "renewal",
            "run",
            "--chunk",
            "3",
            "--from",
            "20260801",
            "--issued-on",
            "20260715",
            "--list-as-of",
            "20260630",
        ];
        return run("tanto", &days);
    };
    let number = id.to_string();
    match renewing.as_str() {
        "calculating" => run("tanto", &["renewal", "run", "--resume", &number]),
        "calculated" => run("kacho", &["renewal", "approve", &number]),
        "approved" | "publishing" => run("tanto", &["renewal", "publish", &number]),
        _ => None,
    }
}

/// Lets a command work for a while and kills it. True when it was killed between two of its chunks: some were done since
/// it began, and it did not end by itself.
fn kill(store: &Store, moments: &mut Moments, mut child: Child) -> Option<bool> {
    let before = chunks_done(store);
    if moments.below(4) == 0 {
        // Anywhere from its very start.
        std::thread::sleep(moments.between(1_000, 300_000));
    } else {
        let begun = Instant::now();
        while chunks_done(store) == before
            && child.try_wait().unwrap().is_none()
            && begun.elapsed() < Duration::from_secs(20)
        {
            std::thread::sleep(Duration::from_millis(2));
        }
        std::thread::sleep(moments.between(0, 60_000));
    }
    if child.try_wait().unwrap().is_some() {
        finish(child).unwrap();
        return None;
    }
    child.kill().unwrap();
    child.wait().unwrap();
    Some(chunks_done(store) > before)
}

/// Runs to the end without a kill, then other cities with kills until there were enough, comparing every table.
fn killed_and_compared(engine: &str, kills: usize, next: Next, written: &[&str]) {
    let whole = namespace(engine);
    fill(&whole, HOUSEHOLDS);
    while let Some(step) = next(&whole) {
        finish(step).unwrap();
    }
    let expected = everything(&whole);
    for table in written {
        let rows = expected.get(*table).map_or(0, Vec::len);
        assert!(rows > 20, "{engine}: {rows} rows of {table} prove little");
    }
    let mut moments = Moments::new();
    let (mut done, mut between) = (0, 0);
    while done < kills {
        let city = namespace(engine);
        fill(&city, HOUSEHOLDS);
        while let Some(step) = next(&city) {
            if done >= kills {
                finish(step).unwrap();
            } else if let Some(within) = kill(&city, &mut moments, step) {
                done += 1;
                between += usize::from(within);
            }
        }
        let found = differences(&expected, &everything(&city));
        assert!(
            found.is_empty(),
            "{engine}, seed {}, after {done} kills:\n{}",
            moments.seed,
            found.join("\n")
        );
    }
    // Kills before the first chunk and after the last prove little: a good part must fall between.
    assert!(
        between * 4 >= kills,
        "{engine}: only {between} of {kills} kills fell within a run"
    );
}

const LEVY_TABLES: [&str; 4] = ["levy_candidate", "levy_decision", "ledger", "notice"];
const YEARLY_TABLES: [&str; 6] = [
    "judgement_candidate",
    "judgement_decision",
    "certificate_run_row",
    "certificate_envelope",
    "certificate",
    "certificate_standing",
];

#[test]
fn a_levy_killed_anywhere_leaves_the_rows_of_an_uninterrupted_one() {
    let kills = how_many(6, 24, 100);
    killed_and_compared("sqlite", kills, levy, &LEVY_TABLES);
    killed_and_compared("postgres", kills / 2, levy, &LEVY_TABLES);
}

// covers: JDG-001, CRT-020
#[test]
fn a_cut_over_and_a_renewal_killed_anywhere_leave_the_rows_of_uninterrupted_ones() {
    let kills = how_many(8, 24, 100);
    killed_and_compared("sqlite", kills, yearly, &YEARLY_TABLES);
    killed_and_compared("postgres", kills, yearly, &YEARLY_TABLES);
}
