//! `bench` — measurements with machine, engine and size, written to `docs/measurements.md`.

mod machine;
mod table;

use anyhow::Result;
use clap::Args;
use machine::Machine;
use std::path::Path;

const PAGE: &str = "docs/measurements.md";

/// What to measure.
#[derive(Args, Debug)]
pub struct Options {}

/// Measures and writes.
pub fn run(root: &Path, _options: &Options) -> Result<()> {
    let machine = Machine::look(root);
    let text = std::fs::read_to_string(root.join(PAGE)).unwrap_or_default();
    let text = table::with_part(&text, "machine", &table::table(&["", ""], &machine.rows()));
    std::fs::write(root.join(PAGE), text)?;
    println!("{} {}", table::grouped(1), table::ratio(1, 1));
    Ok(())
}
