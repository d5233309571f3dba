//! The checklist of OWASP ASVS: complete, each item in one state, every named test there.

use crate::deferred::test_exists;
use anyhow::{Context, Result};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::Path;

/// How many items version 5.0.0 has at levels 1 and 2.
const ITEMS: [(u8, usize); 2] = [(1, 70), (2, 183)];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    item: Vec<Item>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    /// `chapter.section.number`.
    id: String,
    level: u8,
    /// What it asks, in our words.
    what: String,
    /// `file::function` of the test that shows it.
    test: Option<String>,
    /// Why it holds without a test.
    reason: Option<String>,
    /// Why it does not apply.
    not_applicable: Option<String>,
    /// What is missing.
    open: Option<String>,
}

impl Item {
    fn states(&self) -> [&Option<String>; 4] {
        [&self.test, &self.reason, &self.not_applicable, &self.open]
    }
}

/// Adds what is wrong with the checklist; prints how many items are in which state.
pub fn check(root: &Path, wrong: &mut Vec<String>) -> Result<()> {
    let text = std::fs::read_to_string(root.join("docs/security/asvs.toml"))
        .context("cannot read asvs.toml")?;
    let file: File = toml::from_str(&text).context("cannot read asvs.toml")?;
    wrong.extend(flaws(&file.item));
    for item in &file.item {
        if let Some(test) = &item.test
            && !test_exists(root, test)
        {
            wrong.push(format!("asvs {}: there is no test {test}", item.id));
        }
    }
    let count = |state: fn(&Item) -> bool| file.item.iter().filter(|item| state(item)).count();
    println!(
        "ASVS 5.0.0, levels 1 and 2: {} items: {} shown by a test, {} hold for a reason, {} do not apply, {} are open",
        file.item.len(),
        count(|item| item.test.is_some()),
        count(|item| item.reason.is_some()),
        count(|item| item.not_applicable.is_some()),
        count(|item| item.open.is_some())
    );
    Ok(())
}

fn flaws(items: &[Item]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for item in items {
        if !seen.insert(&item.id) {
            wrong.push(format!("asvs {} stands there twice", item.id));
        }
        let said: Vec<&String> = item.states().into_iter().flatten().collect();
        if said.len() != 1 || said.iter().any(|text| text.is_empty()) || item.what.is_empty() {
            wrong.push(format!("asvs {}: exactly one state, with words", item.id));
        }
    }
    for (level, wanted) in ITEMS {
        let found = items.iter().filter(|item| item.level == level).count();
        if found != wanted {
            wrong.push(format!(
                "asvs: {found} items of level {level}, the standard has {wanted}"
            ));
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(id: &str, state: &str) -> Item {
        let text = format!("id = \"{id}\"\nlevel = 1\nwhat = \"x\"\n{state}");
        toml::from_str(&text).unwrap()
    }

    #[test]
    fn an_item_has_one_state_and_one_place() {
        let good = item("1.1.1", "reason = \"x\"");
        let none = item("1.1.2", "");
        let two = item("1.1.3", "reason = \"x\"\nopen = \"y\"");
        let again = item("1.1.1", "reason = \"x\"");
        let wrong = flaws(&[good, none, two, again]).join("\n");
        for part in [
            "1.1.2: exactly one",
            "1.1.3: exactly one",
            "1.1.1 stands there twice",
            "4 items of level 1",
        ] {
            assert!(wrong.contains(part), "{part}: {wrong}");
        }
        assert!(
            toml::from_str::<Item>("id = \"1\"\nlevel = 1\nwhat = \"x\"\nstate = \"x\"").is_err()
        );
    }
}
