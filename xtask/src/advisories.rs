//! `advisories` — known weaknesses of the packages in the lock file, read from a copy of the RustSec advisory database.
//!
//! The build does not reach the Internet, so the copy comes by hand: a checkout of `RustSec/advisory-db`, named with
//! `--db` or `KOKUHO_ADVISORY_DB`. Without one the task says that nothing was looked at.
//!
//! A weakness that nothing from outside can reach is accepted by name in `docs/security/advisories.toml`, with its reason and
//! until when; one that no longer concerns us has to go from there.

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

const ACCEPTED: &str = "docs/security/advisories.toml";

/// What was looked at last, and which weaknesses are lived with.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Accepted {
    /// The day the database was read last.
    read_on: law::Date,
    /// The newest advisory in that copy.
    newest: String,
    /// Which copy it was, in words.
    copy: String,
    #[serde(default, rename = "accepted")]
    all: Vec<Reason>,
}

/// A weakness that nothing from outside can reach.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reason {
    id: String,
    package: String,
    why: String,
    /// The day on which the reason has to be looked at again.
    until: law::Date,
}

impl Accepted {
    fn read(text: &str) -> Result<Self> {
        let accepted: Self = toml::from_str(text)?;
        for one in &accepted.all {
            if one.why.trim().is_empty() {
                bail!("{} is accepted without a reason", one.id);
            }
        }
        Ok(accepted)
    }

    /// What is wrong: weaknesses that nobody accepted, and acceptances that are over.
    fn judge(&self, found: &[Found], today: law::Date) -> Vec<String> {
        let mut wrong = Vec::new();
        for one in found.iter().filter(|one| one.weakness) {
            let about = |reason: &&Reason| reason.id == one.id && reason.package == one.package;
            match self.all.iter().find(about) {
                None => wrong.push(format!("{}: not accepted by anybody", one.line)),
                Some(reason) if reason.until < today => {
                    wrong.push(format!("{}: was accepted until {}", one.line, reason.until));
                }
                Some(_) => {}
            }
        }
        for reason in &self.all {
            let concerns = |one: &&Found| reason.id == one.id && reason.package == one.package;
            if !found.iter().any(|one| concerns(&one)) {
                wrong.push(format!(
                    "{} {}: no longer concerns us, take it from {ACCEPTED}",
                    reason.id, reason.package
                ));
            }
        }
        wrong
    }
}

/// An advisory that concerns a package of ours.
struct Found {
    id: String,
    package: String,
    line: String,
    weakness: bool,
}

/// Reads every advisory and fails where one concerns a package of the lock file.
pub fn run(root: &Path, db: Option<&Path>) -> Result<()> {
    let path = root.join(ACCEPTED);
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let accepted = Accepted::read(&text).with_context(|| path.display().to_string())?;
    let Some(db) = db else {
        println!(
            "no copy of the advisory database is named: nothing was looked at (--db, KOKUHO_ADVISORY_DB); last on {}, up to {}, {}",
            accepted.read_on, accepted.newest, accepted.copy
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
    let wrong = accepted.judge(&found, today()?);
    if !wrong.is_empty() {
        bail!("{}", wrong.join("\n"));
    }
    Ok(())
}

#[allow(
    clippy::disallowed_methods,
    reason = "an acceptance ends on a day of the calendar, by the machine's clock"
)]
fn today() -> Result<law::Date> {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?;
    Ok(law::day(1970, 1, 1).checked_add(since)?)
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
            id: about.id.clone(),
            package: name.clone(),
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

    // covers: SEC-072
    #[test]
    fn a_weakness_is_lived_with_for_a_reason_and_for_a_time() {
        let text = "read_on = \"2099-01-02\"\nnewest = \"RUSTSEC-2099-0001\"\ncopy = \"a checkout\"\n\
                    [[accepted]]\nid = \"RUSTSEC-2099-0001\"\npackage = \"made-up\"\nwhy = \"nothing reads it\"\n\
                    until = \"2099-06-30\"\n";
        let accepted = Accepted::read(text).unwrap();
        let found = |id: &str, package: &str, weakness| Found {
            id: id.to_owned(),
            package: package.to_owned(),
            line: id.to_owned(),
            weakness,
        };
        let day = |text: &str| text.parse().unwrap();
        let known = || found("RUSTSEC-2099-0001", "made-up", true);
        assert_eq!(accepted.judge(&[known()], day("2099-06-30")), [""; 0]);
        assert_eq!(accepted.judge(&[known()], day("2099-07-01")).len(), 1);
        // Another advisory, the same one of another package, one that only says that nobody keeps it.
        let other = [known(), found("RUSTSEC-2099-0002", "made-up", true)];
        assert_eq!(accepted.judge(&other, day("2099-06-30")).len(), 1);
        let other = [known(), found("RUSTSEC-2099-0001", "else", true)];
        assert_eq!(accepted.judge(&other, day("2099-06-30")).len(), 1);
        let other = [known(), found("RUSTSEC-2099-0003", "else", false)];
        assert_eq!(accepted.judge(&other, day("2099-06-30")), [""; 0]);
        // Mended: the line has to go.
        let wrong = accepted.judge(&[], day("2099-06-30"));
        assert!(
            wrong.len() == 1 && wrong[0].contains("no longer"),
            "{wrong:?}"
        );
        assert!(Accepted::read(&text.replace("nothing reads it", " ")).is_err());
        assert!(Accepted::read(&text.replace("until = \"2099-06-30\"\n", "")).is_err());
    }
}
