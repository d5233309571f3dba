//! Requirements that another system finishes: what holds here already, and the test that shows it.

use anyhow::{Context, Result};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::Path;

/// A requirement whose other half is a system that does not exist yet.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deferred {
    /// Identifier of the catalogue.
    pub row: String,
    /// What holds here already.
    pub mechanism: String,
    /// The test that shows it: `file::function`.
    pub shown_by: String,
    /// The system that finishes it.
    pub finished_with: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    deferred: Vec<Deferred>,
}

/// Reads the list and says what is wrong with it: unknown rows, rows named twice, tests that do not exist.
pub fn read(root: &Path, known: &BTreeSet<&str>) -> Result<(Vec<Deferred>, Vec<String>)> {
    let path = root.join("docs/requirements/deferred.toml");
    let text = std::fs::read_to_string(&path).context("cannot read deferred.toml")?;
    let file: File = toml::from_str(&text).context("cannot read deferred.toml")?;
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for one in &file.deferred {
        if !known.contains(one.row.as_str()) {
            wrong.push(format!(
                "deferred.toml: {} is not in the catalogue",
                one.row
            ));
        }
        if !seen.insert(&one.row) {
            wrong.push(format!("deferred.toml: {} stands there twice", one.row));
        }
        if one.mechanism.is_empty() || one.finished_with.is_empty() {
            wrong.push(format!("deferred.toml: {} says too little", one.row));
        }
        if !test_exists(root, &one.shown_by) {
            wrong.push(format!(
                "deferred.toml: {}: there is no test {}",
                one.row, one.shown_by
            ));
        }
    }
    Ok((file.deferred, wrong))
}

/// Whether `file::function` names a test of the workspace.
pub fn test_exists(root: &Path, named: &str) -> bool {
    let Some((file, function)) = named.split_once("::") else {
        return false;
    };
    let Ok(text) = std::fs::read_to_string(root.join(file)) else {
        return false;
    };
    if has_extension(file, "rs") {
        let needle = format!("fn {function}(");
        return text
            .split(&needle)
            .next()
            .filter(|before| before.len() < text.len())
            .is_some_and(is_test);
    }
    text.contains(&format!("test('{function}'")) || text.contains(&format!("test(\"{function}\""))
}

/// Whether the last attribute before a function makes it a test.
fn is_test(before: &str) -> bool {
    before
        .lines()
        .rev()
        .map(str::trim)
        .take_while(|line| line.is_empty() || line.starts_with("#[") || *line == "async")
        .any(|line| line == "#[test]" || line.starts_with("#[tokio::test"))
}

fn has_extension(file: &str, wanted: &str) -> bool {
    Path::new(file)
        .extension()
        .is_some_and(|extension| extension == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_is_a_function_under_its_attribute() {
        assert!(is_test("\n#[test]\n"));
        assert!(is_test(
            "}\n\n#[tokio::test(flavor = \"multi_thread\")]\nasync "
        ));
        assert!(!is_test("#[test]\nfn one() {}\n\n"));
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let own = "xtask/src/deferred.rs::";
        assert!(test_exists(
            &root,
            &format!("{own}a_test_is_a_function_under_its_attribute")
        ));
        assert!(!test_exists(&root, &format!("{own}test_exists")));
        assert!(!test_exists(&root, "xtask/src/nowhere.rs::x"));
    }
}
