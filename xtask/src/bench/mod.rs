//! `bench` — measurements with machine, engine and size, written to `docs/measurements.md`.

mod levy;
mod machine;
mod people;
mod table;

use crate::sh;
use anyhow::Result;
use clap::Args;
use machine::Machine;
use std::path::Path;

const PAGE: &str = "docs/measurements.md";
const TITLE: &str = "# Measurements\n\nWritten by `cargo xtask bench`; each part says what was measured, on how much.\n";

/// What to measure.
#[derive(Args, Debug)]
pub struct Options {
    /// Households for the rule evaluation in memory.
    #[arg(long, default_value_t = 200_000)]
    pub rule_households: usize,
}

/// Measures and writes. A build without optimisation starts the optimised one instead.
pub fn run(root: &Path, options: &Options) -> Result<()> {
    if cfg!(debug_assertions) {
        let mut command = sh::cargo(root);
        command.args([
            "run",
            "--locked",
            "--release",
            "--package",
            "xtask",
            "--",
            "bench",
        ]);
        command
            .arg("--rule-households")
            .arg(options.rule_households.to_string());
        return sh::run(&mut command);
    }
    let page = std::fs::read_to_string(root.join(PAGE)).unwrap_or_else(|_| TITLE.to_owned());
    let machine = table::table(&["machine", ""], &Machine::look(root).rows());
    let page = table::with_part(&page, "machine", &machine);
    let levy = levy::measure(options.rule_households)?;
    println!("{levy}");
    let page = table::with_part(&page, "rule evaluation", &levy);
    std::fs::write(root.join(PAGE), page)?;
    Ok(())
}
