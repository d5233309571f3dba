//! `deny` — licences, unwanted packages and sources, read from `deny.toml` without any tool to install.

use crate::meta::Metadata;
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::Path;

/// The one registry packages come from.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

#[derive(Deserialize)]
struct Policy {
    licenses: Licenses,
    bans: Bans,
}

#[derive(Deserialize)]
struct Licenses {
    allow: BTreeSet<String>,
}

#[derive(Deserialize)]
struct Bans {
    deny: Vec<Ban>,
}

#[derive(Deserialize)]
struct Ban {
    name: String,
    /// Foreign packages that may still name it; our own manifests never may.
    #[serde(default)]
    wrappers: Vec<String>,
    reason: String,
}

/// Checks every package of the lock file.
pub fn run(root: &Path) -> Result<()> {
    let text = std::fs::read_to_string(root.join("deny.toml")).context("cannot read deny.toml")?;
    let policy: Policy = toml::from_str(&text).context("cannot read deny.toml")?;
    let metadata = Metadata::read(root)?;
    let direct = metadata.direct();
    let mut wrong = Vec::new();
    for package in metadata.foreign() {
        let name = format!("{} {}", package.name, package.version);
        match &package.license {
            None => wrong.push(format!("{name}: no licence is stated")),
            Some(expression) if !allows(&policy.licenses.allow, expression) => {
                wrong.push(format!(
                    "{name}: licence `{expression}` is not in deny.toml"
                ));
            }
            Some(_) => {}
        }
        if package.source.as_deref() != Some(REGISTRY) {
            wrong.push(format!("{name}: does not come from the registry"));
        }
        for ban in policy
            .bans
            .deny
            .iter()
            .filter(|ban| ban.name == package.name)
        {
            if ban.wrappers.is_empty() || direct.contains(package.name.as_str()) {
                wrong.push(format!("{name}: {}", ban.reason));
            }
        }
    }
    if !wrong.is_empty() {
        bail!("{}", wrong.join("\n"));
    }
    println!(
        "{} packages, every licence and source allowed",
        metadata.foreign().count()
    );
    Ok(())
}

/// Whether an SPDX expression can be satisfied with the allowed licences. `/` is the old way to write OR.
fn allows(allowed: &BTreeSet<String>, expression: &str) -> bool {
    let spaced = expression
        .replace('/', " OR ")
        .replace('(', " ( ")
        .replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut parser = Parser {
        allowed,
        words,
        at: 0,
    };
    let satisfied = parser.any();
    satisfied && parser.at == parser.words.len()
}

struct Parser<'a> {
    allowed: &'a BTreeSet<String>,
    words: Vec<&'a str>,
    at: usize,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a str> {
        self.words.get(self.at).copied()
    }

    fn take(&mut self, word: &str) -> bool {
        let found = self.peek() == Some(word);
        self.at += usize::from(found);
        found
    }

    fn any(&mut self) -> bool {
        let mut satisfied = self.all();
        while self.take("OR") {
            satisfied |= self.all();
        }
        satisfied
    }

    fn all(&mut self) -> bool {
        let mut satisfied = self.one();
        while self.take("AND") {
            satisfied &= self.one();
        }
        satisfied
    }

    fn one(&mut self) -> bool {
        if self.take("(") {
            let inner = self.any();
            return self.take(")") && inner;
        }
        let Some(mut licence) = self.peek().map(str::to_owned) else {
            return false;
        };
        self.at += 1;
        if self.take("WITH")
            && let Some(exception) = self.peek()
        {
            self.at += 1;
            licence = format!("{licence} WITH {exception}");
        }
        self.allowed.contains(&licence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_read_as_spdx_says() {
        let allowed = ["MIT", "Unicode-3.0", "Apache-2.0 WITH LLVM-exception"]
            .map(str::to_owned)
            .into();
        for good in [
            "MIT",
            "GPL-3.0 OR MIT",
            "MIT/GPL-3.0",
            "(GPL-3.0 OR MIT) AND Unicode-3.0",
            "Apache-2.0 WITH LLVM-exception",
        ] {
            assert!(allows(&allowed, good), "{good}");
        }
        for bad in [
            "",
            "GPL-3.0",
            "MIT AND GPL-3.0",
            "GPL-3.0 WITH LLVM-exception",
            "(MIT",
            "MIT MIT",
            "Apache-2.0",
        ] {
            assert!(!allows(&allowed, bad), "{bad}");
        }
    }
}
