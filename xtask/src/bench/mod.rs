//! `bench` — measurements with machine, engine and size, written to `docs/measurements.md`.

#[cfg(feature = "city")]
mod city;
mod levy;
mod machine;
#[cfg(feature = "city")]
mod memory;
mod people;
#[cfg(feature = "city")]
mod spent;
mod table;

use crate::sh;
use anyhow::{Result, bail};
use clap::Args;
use machine::Machine;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Notices printed with `--paper`.
const NOTICES: &str = "10000";
const PAGE: &str = "docs/measurements.md";
const TITLE: &str = "# Measurements\n\nWritten by `cargo xtask bench`; each part says what was measured, on how much.\n";

/// What to measure.
#[derive(Args, Debug)]
pub struct Options {
    /// Households for the rule evaluation in memory; 0 leaves it out.
    #[arg(long, default_value_t = 200_000)]
    pub rule_households: usize,
    /// Households of the largest city that is levied end to end; 0 leaves it out.
    #[arg(long, default_value_t = 100_000)]
    pub households: u64,
    /// Households of the city whose burden classes are cut over in August (1.74 persons each); 0 leaves it out.
    #[arg(long, default_value_t = 0)]
    pub judgement: u64,
    /// Households of the city behind the pages that are timed while the yearly runs go on; 0 leaves it out.
    #[arg(long, default_value_t = 0)]
    pub pages: u64,
    /// The `kokuho` that serves those pages; built where none is named.
    #[arg(long)]
    pub server: Option<PathBuf>,
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
    let of_a_city = options.households + options.judgement + options.pages > 0;
    let lacks_the_city = cfg!(not(feature = "city")) && of_a_city;
    if cfg!(debug_assertions) || lacks_the_city {
        return start_the_full_build(root, options);
    }
    let mut page = Page(root.join(PAGE));
    if options.rule_households > 0 {
        let machine = table::table(&["machine", ""], &Machine::look(root).rows());
        page.put("machine", &machine)?;
        let levy = levy::measure(options.rule_households)?;
        println!("{levy}");
        page.put("rule evaluation", &levy)?;
    }
    match options.engines.as_slice() {
        _ if options.households == 0 => {}
        #[cfg(feature = "city")]
        [engine] => city::measure(engine, options.households, &mut |name, part| {
            page.put(name, part)
        })?,
        // A process of its own for each engine: memory that the first gave back would count for the second.
        engines => {
            for engine in engines {
                let mut command = Command::new(std::env::current_exe()?);
                command.args(["bench", "--rule-households", "0", "--engines", engine]);
                command
                    .arg("--households")
                    .arg(options.households.to_string());
                sh::run(command.current_dir(root))?;
            }
        }
    }
    #[cfg(feature = "city")]
    if options.judgement > 0 {
        city::cut_over(&options.engines, options.judgement, &mut |name, part| {
            page.put(name, part)
        })?;
    }
    #[cfg(feature = "city")]
    if options.pages > 0 {
        let server = match &options.server {
            Some(path) => path.clone(),
            None => city::server(root)?,
        };
        let asked = (options.engines.as_slice(), options.pages);
        city::pages(root, &server, asked, &mut |name, part| page.put(name, part))?;
    }
    if options.paper {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let mut command = sh::cargo(root);
        command.args(["run", "--locked", "--release", "--package", "print"]);
        command.args(["--example", "notices", "--", NOTICES]);
        let told = sh::capture(command.arg(threads.to_string()))?;
        let part = format!(
            "## Notices\n\n納入通知書 as PDF, `cargo run --release --package print --example \
             notices -- {NOTICES} {threads}`:\n\n```text\n{}\n```",
            told.trim()
        );
        page.put("notices", &part)?;
    } else if !page.has("notices")? {
        let part = "## Notices\n\nNot measured here yet: `cargo xtask bench --paper` prints them.";
        page.put("notices", part)?;
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
    command
        .arg("--judgement")
        .arg(options.judgement.to_string());
    command.arg("--pages").arg(options.pages.to_string());
    if let Some(server) = &options.server {
        command.arg("--server").arg(server);
    }
    if options.paper {
        command.arg("--paper");
    }
    sh::run(&mut command)
}

/// The page, written after each part so that a run cut short leaves what it measured.
struct Page(PathBuf);

impl Page {
    fn has(&self, name: &str) -> Result<bool> {
        let page = std::fs::read_to_string(&self.0).unwrap_or_default();
        Ok(page.contains(&format!("<!-- {name} -->")))
    }

    fn put(&mut self, name: &str, part: &str) -> Result<()> {
        let page = std::fs::read_to_string(&self.0).unwrap_or_else(|_| TITLE.to_owned());
        std::fs::write(&self.0, table::with_part(&page, name, part))?;
        Ok(())
    }
}
