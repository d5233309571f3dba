//! `bench` — measurements with machine, engine and size, written to `docs/measurements.md`.

#[cfg(feature = "city")]
mod city;
mod levy;
mod machine;
#[cfg(feature = "city")]
mod memory;
mod people;
mod table;

use crate::sh;
use anyhow::{Result, bail};
use clap::Args;
use machine::Machine;
use std::path::{Path, PathBuf};

const PAGE: &str = "docs/measurements.md";
const TITLE: &str = "# Measurements\n\nWritten by `cargo xtask bench`; each part says what was measured, on how much.\n";

/// What to measure.
#[derive(Args, Debug)]
pub struct Options {
    /// Households for the rule evaluation in memory.
    #[arg(long, default_value_t = 200_000)]
    pub rule_households: usize,
    /// Households of the largest city that is levied end to end; 0 leaves it out.
    #[arg(long, default_value_t = 100_000)]
    pub households: u64,
    /// Engines for the whole city.
    #[arg(long, value_delimiter = ',', default_value = "sqlite,postgres")]
    pub engines: Vec<String>,
    /// Also print notices and count pages a second.
    #[arg(long)]
    pub paper: bool,
}

/// Measures and writes. A build without optimisation or without the city starts the one that has both.
pub fn run(root: &Path, options: &Options) -> Result<()> {
    for engine in &options.engines {
        if !["sqlite", "postgres"].contains(&engine.as_str()) {
            bail!("no engine is called {engine}: sqlite or postgres");
        }
    }
    if cfg!(debug_assertions) || cfg!(not(feature = "city")) {
        return start_the_full_build(root, options);
    }
    let mut page = Page(root.join(PAGE));
    let machine = table::table(&["machine", ""], &Machine::look(root).rows());
    page.put("machine", &machine)?;
    let levy = levy::measure(options.rule_households)?;
    println!("{levy}");
    page.put("rule evaluation", &levy)?;
    #[cfg(feature = "city")]
    if options.households > 0 {
        city::measure(
            city::Extent {
                households: options.households,
                engines: &options.engines,
            },
            &mut |name, part| page.put(name, part),
        )?;
    }
    if options.paper {
        let words = [
            "run",
            "--locked",
            "--release",
            "--package",
            "print",
            "--example",
            "notices",
        ];
        let told = sh::capture(sh::cargo(root).args(words))?;
        page.put(
            "notices",
            &format!("## Notices\n\n```text\n{}\n```", told.trim()),
        )?;
    }
    Ok(())
}

fn start_the_full_build(root: &Path, options: &Options) -> Result<()> {
    let mut command = sh::cargo(root);
    command.args(["run", "--locked", "--release", "--package", "xtask"]);
    command.args(["--features", "city", "--", "bench"]);
    command
        .arg("--rule-households")
        .arg(options.rule_households.to_string());
    command
        .arg("--households")
        .arg(options.households.to_string());
    command.arg("--engines").arg(options.engines.join(","));
    if options.paper {
        command.arg("--paper");
    }
    sh::run(&mut command)
}

/// The page, written after each part so that a run cut short leaves what it measured.
struct Page(PathBuf);

impl Page {
    fn put(&mut self, name: &str, part: &str) -> Result<()> {
        let page = std::fs::read_to_string(&self.0).unwrap_or_else(|_| TITLE.to_owned());
        std::fs::write(&self.0, table::with_part(&page, name, part))?;
        Ok(())
    }
}
