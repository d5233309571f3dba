//! `docs/dependencies.md` names every package our manifests name, with its licence, and no other.

use crate::meta::Metadata;
use anyhow::{Context, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const PAGE: &str = "docs/dependencies.md";
const BROWSER: &str = "tests/browser/package.json";

/// Compares the page with the manifests.
pub fn check(root: &Path, metadata: &Metadata, wrong: &mut Vec<String>) -> Result<()> {
    let text =
        std::fs::read_to_string(root.join(PAGE)).with_context(|| format!("cannot read {PAGE}"))?;
    let listed = rows(&text);
    let mut named: BTreeSet<String> = metadata.direct().into_iter().map(str::to_owned).collect();
    named.extend(browser(root)?);
    for name in &named {
        if !listed.contains_key(name) {
            wrong.push(format!("{PAGE}: {name} is used and not listed"));
        }
    }
    for (name, licence) in &listed {
        if !named.contains(name) {
            wrong.push(format!("{PAGE}: {name} is listed and not used"));
        }
        // An older generation of it further down may be under other words.
        let stated: Vec<&String> = metadata
            .foreign()
            .filter(|package| package.name == *name)
            .filter_map(|package| package.license.as_ref())
            .collect();
        if let Some(first) = stated.first()
            && !stated.contains(&licence)
        {
            wrong.push(format!("{PAGE}: {name} is under `{first}`"));
        }
    }
    Ok(())
}

/// Name to licence, from table rows of the form "| `name` | licence | …".
fn rows(text: &str) -> BTreeMap<String, String> {
    text.lines()
        .filter_map(|line| {
            let mut cells = line.strip_prefix("| `")?.split('|');
            let name = cells.next()?.trim().trim_end_matches('`');
            Some((name.to_owned(), cells.next()?.trim().to_owned()))
        })
        .collect()
}

/// The packages of the browser tests.
fn browser(root: &Path) -> Result<BTreeSet<String>> {
    let path = root.join(BROWSER);
    if !path.is_file() {
        return Ok(BTreeSet::new());
    }
    let package: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    Ok(["dependencies", "devDependencies"]
        .iter()
        .filter_map(|kind| package.get(kind)?.as_object())
        .flat_map(|packages| packages.keys().cloned())
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_from_the_table() {
        let rows =
            rows("| name | licence |\n|---|---|\n| `serde` | MIT OR Apache-2.0 | all | x |\n");
        assert_eq!(rows.len(), 1);
        assert_eq!(
            rows.get("serde").map(String::as_str),
            Some("MIT OR Apache-2.0")
        );
    }
}
