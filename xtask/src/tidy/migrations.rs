//! A migration that has been shipped never changes: its text is held against a list of checksums.

use crate::sh;
use anyhow::Result;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

const LIST: &str = "xtask/migrations.sha256";

/// Reports migrations that changed, vanished or are not yet in the list.
pub fn check(root: &Path, wrong: &mut Vec<String>) -> Result<()> {
    let now = checksums(root)?;
    let list = std::fs::read_to_string(root.join(LIST)).unwrap_or_default();
    let shipped: BTreeMap<&str, &str> = list
        .lines()
        .filter_map(|line| line.split_once("  "))
        .map(|(sum, name)| (name, sum))
        .collect();
    for (name, sum) in &now {
        match shipped.get(name.as_str()) {
            None => wrong.push(format!(
                "{name}: new; `cargo xtask tidy --accept-migrations` adds it to {LIST}"
            )),
            Some(known) if *known != sum => {
                wrong.push(format!(
                    "{name}: a shipped migration changed; write a new one instead"
                ));
            }
            Some(_) => {}
        }
    }
    for name in shipped.keys().filter(|name| !now.contains_key(**name)) {
        wrong.push(format!("{name}: a shipped migration is gone"));
    }
    Ok(())
}

/// Writes the list anew.
pub fn accept(root: &Path) -> Result<()> {
    let mut text = String::new();
    for (name, sum) in checksums(root)? {
        let _ = writeln!(text, "{sum}  {name}");
    }
    std::fs::write(root.join(LIST), text)?;
    Ok(())
}

fn checksums(root: &Path) -> Result<BTreeMap<String, String>> {
    let mut found = BTreeMap::new();
    for path in sh::files(root, Path::new("crates"))? {
        let name = path.display().to_string();
        if name.contains("/schema/") && sh::has_extension(&path, &["sql"]) {
            let digest = Sha256::digest(std::fs::read(root.join(&path))?);
            found.insert(name, sh::hex(&digest));
        }
    }
    Ok(found)
}
