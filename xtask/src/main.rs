//! Everything CI runs, as one program: `cargo xtask <task>`.

mod advisories;
mod bench;
mod breaks;
mod browser;
mod cases;
mod ci;
mod cite;
mod deferred;
mod licences;
mod meta;
mod postgres;
mod rules;
mod sh;
mod tests_run;
mod tidy;
mod trace;

use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// The tasks of this workspace.
#[derive(Parser)]
struct Options {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Everything CI runs, in order, stopping at the first failure.
    Ci {
        /// Run these steps alone, by name.
        #[arg(long, value_delimiter = ',')]
        only: Vec<String>,
    },
    /// Everything in full: all break tests, full-size samples, release builds where it is heavy.
    Deep,
    /// Licences, unwanted packages and sources, from deny.toml.
    Deny,
    /// Known weaknesses of packages, from a copy of the RustSec database.
    Advisories {
        /// A checkout of RustSec/advisory-db.
        #[arg(long, env = "KOKUHO_ADVISORY_DB")]
        db: Option<PathBuf>,
    },
    /// Floors, file sizes, left-overs, glossary, dependency list, migrations.
    Tidy {
        /// Take the migrations as they are now into the list of shipped ones.
        #[arg(long)]
        accept_migrations: bool,
    },
    /// Every provision the rules cite.
    Cite,
    /// Every rule file: municipality, years, status.
    Rules,
    /// Unit, integration and property tests on both engines.
    Tests {
        /// Passed on to `cargo test`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        rest: Vec<String>,
    },
    /// Published worked examples, to the yen.
    Cases {
        /// A file to run instead of the shipped ones; may be repeated.
        #[arg(long)]
        file: Vec<PathBuf>,
    },
    /// Put known mistakes back; the suite must turn red.
    Break(breaks::Options),
    /// Pages in a real browser.
    Browser,
    /// The manual's ways walked in a real browser, and its pictures taken anew.
    Manual,
    /// Looks through everything a demonstration year leaves behind and sends out for individual numbers; planted ones are
    /// found.
    Scan {
        /// The large form: more people, more pages (`KOKUHO_DEEP=1`).
        #[arg(long)]
        deep: bool,
    },
    /// Which requirement is shown by which test.
    Trace,
    /// Measures speed and memory and writes docs/measurements.md.
    Bench(bench::Options),
}

fn main() -> ExitCode {
    match run(Options::parse().task) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Whether the task found everything in order.
fn run(task: Task) -> anyhow::Result<bool> {
    let root = sh::root()?;
    match task {
        Task::Ci { only } => return ci::run(&root, &only, ci::Depth::Samples),
        Task::Deep => return ci::run(&root, &[], ci::Depth::Full),
        Task::Deny => licences::run(&root)?,
        Task::Advisories { db } => advisories::run(&root, db.as_deref())?,
        Task::Tidy {
            accept_migrations: true,
        } => tidy::migrations::accept(&root)?,
        Task::Tidy { .. } => tidy::run(&root)?,
        Task::Cite => cite::run(&root)?,
        Task::Rules => rules::run(&root)?,
        Task::Tests { rest } => {
            return Ok(tests_run::run(&root, &rest, tests_run::Draws::Few)?.failed == 0);
        }
        Task::Cases { file } => return cases::run(&file),
        Task::Break(options) => return Ok(breaks::run(&root, &options)?.failed == 0),
        Task::Browser => return Ok(browser::run(&root)?.failed == 0),
        Task::Manual => return Ok(browser::manual(&root)?.failed == 0),
        Task::Scan { deep } => {
            let scan = ["-p", "kokuho", "--test", "number_scan", "--", "--nocapture"];
            let scan = scan.map(str::to_owned);
            let draws = if deep {
                tests_run::Draws::All
            } else {
                tests_run::Draws::Few
            };
            return Ok(tests_run::run(&root, &scan, draws)?.failed == 0);
        }
        Task::Trace => trace::run(&root)?,
        Task::Bench(options) => bench::run(&root, &options)?,
    }
    Ok(true)
}
