//! `advisories` — known weaknesses of the packages in the lock file, read from a copy of the RustSec advisory database.
//!
//! The build does not reach the Internet, so the copy comes by hand: a checkout of `RustSec/advisory-db`, named with
//! `--db` or `KOKUHO_ADVISORY_DB`. Without one the task says that nothing was looked at.

use crate::meta::Metadata;
use anyhow::{Context, Result, bail};
use semver::{Version, VersionReq};
use serde::Deserialize;
use std::path::Path;

#[derive(Deserialize)]
struct Front {
    advisory: About,
    versions: Versions,
}

#[derive(Deserialize)]
struct About {
    id: String,
    package: String,
    /// Set where it was taken back.
    withdrawn: Option<String>,
    /// `unmaintained`, `notice` …; absent for a weakness.
    informational: Option<String>,
}

#[derive(Deserialize)]
struct Versions {
    #[serde(default)]
    patched: Vec<String>,
    #[serde(default)]
    unaffected: Vec<String>,
}

/// An advisory that concerns a package of ours.
struct Found {
    line: String,
    weakness: bool,
}

/// Reads every advisory and fails where one concerns a package of the lock file.
pub fn run(root: &Path, db: Option<&Path>) -> Result<()> {
    let Some(db) = db else {
        println!(
            "no copy of the advisory database is named: nothing was looked at (--db, KOKUHO_ADVISORY_DB)"
        );
        return Ok(());
    };
    let metadata = Metadata::read(root)?;
    let mut packages = Vec::new();
    for package in metadata.foreign() {
        packages.push((package.name.clone(), Version::parse(&package.version)?));
    }
    let mut read = 0;
    let mut found = Vec::new();
    for (name, _) in &packages {
        let folder = db.join("crates").join(name);
        let Ok(entries) = std::fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries {
            let path = entry?.path();
            let text = std::fs::read_to_string(&path)?;
            let front = front(&text).with_context(|| format!("cannot read {}", path.display()))?;
            read += 1;
            found.extend(concerns(&front, &packages)?);
        }
    }
    found.sort_by(|one, other| one.line.cmp(&other.line));
    found.dedup_by(|one, other| one.line == other.line);
    for one in &found {
        println!("{}", one.line);
    }
    println!(
        "{} packages, {read} advisories of them read, {} concern us",
        packages.len(),
        found.len()
    );
    if found.iter().any(|one| one.weakness) {
        bail!("packages with known weaknesses are used");
    }
    Ok(())
}

/// The head of an advisory: TOML between fences.
fn front(text: &str) -> Result<Front> {
    let (_, rest) = text.split_once("```toml").context("there is no head")?;
    let (head, _) = rest.split_once("```").context("the head does not end")?;
    Ok(toml::from_str(head)?)
}

/// The packages an advisory concerns.
fn concerns(front: &Front, packages: &[(String, Version)]) -> Result<Vec<Found>> {
    if front.advisory.withdrawn.is_some() {
        return Ok(Vec::new());
    }
    let mut safe = Vec::new();
    for text in front
        .versions
        .patched
        .iter()
        .chain(&front.versions.unaffected)
    {
        safe.push(VersionReq::parse(text)?);
    }
    let about = &front.advisory;
    let kind = about.informational.as_deref().unwrap_or("weakness");
    Ok(packages
        .iter()
        .filter(|(name, version)| {
            *name == about.package && !safe.iter().any(|wanted| wanted.matches(version))
        })
        .map(|(name, version)| Found {
            line: format!("{} {name} {version}: {kind}", about.id),
            weakness: about.informational.is_none(),
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    // covers: SEC-072
    #[test]
    fn an_advisory_concerns_the_versions_it_names() {
        let text = "```toml\n[advisory]\nid = \"RUSTSEC-2099-0001\"\npackage = \"made-up\"\ndate = \"2099-01-01\"\n\
                    [versions]\npatched = [\">= 1.2.3\"]\nunaffected = [\"< 1.0.0\"]\n```\n\n# A title\n";
        let front = front(text).unwrap();
        let concerned = |name: &str, version: &str| {
            let packages = [(name.to_owned(), Version::parse(version).unwrap())];
            concerns(&front, &packages).unwrap()
        };
        let hit = concerned("made-up", "1.2.2");
        assert!(hit.len() == 1 && hit[0].weakness);
        assert_eq!(hit[0].line, "RUSTSEC-2099-0001 made-up 1.2.2: weakness");
        for (name, version) in [
            ("made-up", "1.2.3"),
            ("made-up", "0.9.9"),
            ("other", "1.1.0"),
        ] {
            assert!(concerned(name, version).is_empty(), "{name} {version}");
        }
        let unmaintained = text.replace("date =", "informational = \"unmaintained\"\ndate =");
        let packages = [("made-up".to_owned(), Version::parse("1.0.0").unwrap())];
        let found = concerns(&super::front(&unmaintained).unwrap(), &packages).unwrap();
        assert!(found.len() == 1 && !found[0].weakness);
        let withdrawn = text.replace("date =", "withdrawn = \"2099-02-01\"\ndate =");
        assert!(
            concerns(&super::front(&withdrawn).unwrap(), &packages)
                .unwrap()
                .is_empty()
        );
        assert!(super::front("# no head").is_err());
    }
}
