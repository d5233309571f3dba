//! `tidy` — the habits of the house that no compiler checks.

pub mod asvs;
pub mod dependencies;
pub mod floors;
pub mod glossary;
pub mod migrations;
pub mod text;

use crate::meta::Metadata;
use anyhow::{Result, bail};
use std::path::Path;

/// Runs every check and reports everything found, one line each.
pub fn run(root: &Path) -> Result<()> {
    let metadata = Metadata::read(root)?;
    let mut wrong = Vec::new();
    floors::check(&metadata, &mut wrong);
    text::check(root, &mut wrong)?;
    dependencies::check(root, &metadata, &mut wrong)?;
    glossary::check(root, &mut wrong)?;
    migrations::check(root, &mut wrong)?;
    asvs::check(root, &mut wrong)?;
    if !wrong.is_empty() {
        bail!("{}\n{} things are not tidy", wrong.join("\n"), wrong.len());
    }
    Ok(())
}
