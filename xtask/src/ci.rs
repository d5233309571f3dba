//! `ci` and `deep` — every check in order, a timing line each, stopping at the first failure.

use crate::tests_run::{Count, Draws};
use crate::{breaks, browser, cases, cite, licences, rules, sh, tests_run, tidy, trace};
use anyhow::{Result, bail};
use std::path::Path;
use std::time::Instant;

/// How much is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Samples where the whole would take hours: what every change has to pass.
    Samples,
    /// Everything in full.
    Full,
}

/// How many known mistakes a run with samples puts back.
const BREAK_SAMPLE: usize = 12;

type Run = fn(&Path, Depth) -> Result<Count>;

const STEPS: [(&str, Run); 11] = [
    ("fmt", fmt),
    ("clippy", clippy),
    ("deny", |root, _| {
        licences::run(root).map(|()| Count::default())
    }),
    ("tidy", |root, _| tidy::run(root).map(|()| Count::default())),
    ("cite", |root, _| cite::run(root).map(|()| Count::default())),
    ("rules", |root, _| {
        rules::run(root).map(|()| Count::default())
    }),
    ("tests", tests),
    ("cases", published),
    ("break", put_back),
    ("browser", |root, _| browser::run(root)),
    ("trace", |root, _| {
        trace::run(root).map(|()| Count::default())
    }),
];

/// Runs the steps, or those named; returns whether everything that was asked for ran and passed.
///
/// The last line counts the tests that really ran, in this form: `12 passed, 0 failed`.
pub fn run(root: &Path, only: &[String], depth: Depth) -> Result<bool> {
    for name in only {
        if !STEPS.iter().any(|(step, _)| step == name) {
            let known: Vec<&str> = STEPS.iter().map(|(step, _)| *step).collect();
            bail!(
                "there is no step `{name}`; the steps are {}",
                known.join(", ")
            );
        }
    }
    let begun = Instant::now();
    let mut total = Count::default();
    let mut failed_step = None;
    let mut times = Vec::new();
    for (name, step) in STEPS {
        if !only.is_empty() && !only.iter().any(|chosen| chosen == name) {
            continue;
        }
        println!("── {name}");
        let started = Instant::now();
        let result = step(root, depth);
        let time = seconds(started);
        let passed = match result {
            Ok(count) => {
                total.add(count);
                count.failed == 0
            }
            Err(error) => {
                eprintln!("{error:#}");
                total.failed += 1;
                false
            }
        };
        let word = if passed { "ok" } else { "FAILED" };
        println!("── {name} {word} in {time}");
        times.push(format!("{name} {time}"));
        if !passed {
            failed_step = Some(name);
            break;
        }
    }
    println!("── {} · together {}", times.join(" · "), seconds(begun));
    if let Some(name) = failed_step {
        println!("── stopped at {name}; what comes after it did not run");
    } else if !only.is_empty() {
        println!("── only {} ran", only.join(", "));
    }
    println!("{} passed, {} failed", total.passed, total.failed);
    Ok(failed_step.is_none())
}

fn seconds(since: Instant) -> String {
    let tenths = since.elapsed().as_millis() / 100;
    format!("{}.{} s", tenths / 10, tenths % 10)
}

fn fmt(root: &Path, _: Depth) -> Result<Count> {
    sh::run(sh::cargo(root).args(["fmt", "--all", "--check", "--", "-l"]))?;
    Ok(Count::default())
}

fn clippy(root: &Path, _: Depth) -> Result<Count> {
    let words = "clippy --locked --workspace --all-targets --features xtask/city -- -D warnings";
    sh::run(sh::cargo(root).args(words.split(' ')))?;
    Ok(Count::default())
}

fn tests(root: &Path, depth: Depth) -> Result<Count> {
    let release: &[&str] = match depth {
        Depth::Samples => &[],
        Depth::Full => &["--workspace", "--no-fail-fast", "--release"],
    };
    let rest: Vec<String> = release.iter().map(|word| (*word).to_owned()).collect();
    let draws = match depth {
        Depth::Samples => Draws::Samples,
        Depth::Full => Draws::All,
    };
    tests_run::run(root, &rest, draws)
}

/// The published cases count as one test: they pass together or the step fails.
fn published(_: &Path, _: Depth) -> Result<Count> {
    let passed = cases::run(&[])?;
    Ok(Count {
        passed: u64::from(passed),
        failed: u64::from(!passed),
    })
}

fn put_back(root: &Path, depth: Depth) -> Result<Count> {
    // The sample moves on from day to day, so that a month of runs puts back all of them.
    #[allow(
        clippy::disallowed_methods,
        reason = "the seed of a sample, printed with it"
    )]
    let today = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |since| since.as_secs() / 86_400);
    let options = match depth {
        Depth::Samples => breaks::Options {
            sample: Some(BREAK_SAMPLE),
            seed: today,
            ..breaks::Options::default()
        },
        // Hours: a run that was stopped goes on.
        Depth::Full => breaks::Options {
            resume: true,
            ..breaks::Options::default()
        },
    };
    breaks::run(root, &options)
}
