//! `tests` — `cargo test` over the workspace, with a PostgreSQL cluster of its own beside it.

use crate::{postgres::Cluster, sh};
use anyhow::{Result, bail};
use std::path::Path;

/// How many tests passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Passed.
    pub passed: u64,
    /// Failed.
    pub failed: u64,
}

impl Count {
    /// Adds another count.
    pub fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// How much the tests that draw at random draw; told to them by the environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Draws {
    /// What somebody at work waits for; more where the environment says `CI=true`.
    Few,
    /// As in CI, wherever it runs: `CI=true`.
    Samples,
    /// The full number: `KOKUHO_DEEP=1`.
    All,
}

/// Runs every test on both engines, or those that `rest` selects.
///
/// `KOKUHO_TEST_PG` already set means a server is at hand and none is started.
pub fn run(root: &Path, rest: &[String], draws: Draws) -> Result<Count> {
    let mut command = sh::cargo(root);
    command.args(["test", "--locked"]);
    if rest.is_empty() {
        command.args(["--workspace", "--no-fail-fast"]);
    } else {
        command.args(rest);
    }
    match draws {
        Draws::Few => {}
        Draws::Samples => {
            command.env("CI", "true");
        }
        Draws::All => {
            command.env("KOKUHO_DEEP", "1");
        }
    }
    let cluster = match std::env::var_os("KOKUHO_TEST_PG") {
        Some(_) => None,
        None => Some(Cluster::start()?),
    };
    if let Some(cluster) = &cluster {
        command.env("KOKUHO_TEST_PG", cluster.url());
    }
    let mut count = Count::default();
    let mut ignored = 0;
    let status = sh::listen(&mut command, |line| {
        if let Some(result) = read_result(line) {
            count.add(result.count);
            ignored += result.ignored;
        }
    })?;
    if ignored > 0 {
        bail!("{ignored} tests were ignored; every test runs");
    }
    if !status.success() && count.failed == 0 {
        bail!("cargo test failed before a test did ({status})");
    }
    if count == Count::default() {
        bail!("cargo test ran no test");
    }
    Ok(count)
}

struct TestResult {
    count: Count,
    ignored: u64,
}

/// Reads `test result: ok. 12 passed; 0 failed; 0 ignored; …`.
fn read_result(line: &str) -> Option<TestResult> {
    let rest = line.trim().strip_prefix("test result: ")?;
    let (_, numbers) = rest.split_once(". ")?;
    let number = |label: &str| {
        numbers
            .split(';')
            .find_map(|part| part.trim().strip_suffix(label)?.trim().parse().ok())
    };
    Some(TestResult {
        count: Count {
            passed: number("passed")?,
            failed: number("failed")?,
        },
        ignored: number("ignored")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_s_line_is_counted() {
        let line = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s";
        let result = read_result(line).unwrap();
        let count = Count {
            passed: 12,
            failed: 3,
        };
        assert_eq!((result.count, result.ignored), (count, 1));
        assert!(read_result("test levy::a ... ok").is_none());
    }
}
