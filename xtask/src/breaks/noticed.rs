//! What was noticed, written down by the sources it was noticed in.

use super::Break;
use crate::sh;
use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};

const LIST: &str = "target/break/noticed.txt";

/// Sources that decide whether a test turns red.
const SOURCES: [&str; 4] = ["crates", "rules", "Cargo.toml", "Cargo.lock"];

/// The list of what turned red; a line for each, by its digest.
pub(super) struct Noticed {
    path: PathBuf,
    sources: [u8; 32],
    lines: BTreeSet<String>,
}

impl Noticed {
    /// The list of a workspace; empty where none is.
    pub(super) fn open(root: &Path) -> Result<Self> {
        let path = root.join(LIST);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error).with_context(|| path.display().to_string()),
        };
        Ok(Self {
            sources: sources(root)?,
            lines: text.lines().map(str::to_owned).collect(),
            path,
        })
    }

    /// Whether this mistake was noticed in these sources.
    pub(super) fn has(&self, broken: &Break) -> bool {
        self.lines.contains(&self.line(broken))
    }

    /// Writes down that it was.
    pub(super) fn add(&mut self, broken: &Break) -> Result<()> {
        let line = self.line(broken);
        if let Some(folder) = self.path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let mut file = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.path)?;
        writeln!(file, "{line}")?;
        self.lines.insert(line);
        Ok(())
    }

    fn line(&self, broken: &Break) -> String {
        let mut digest = Sha256::new_with_prefix(self.sources);
        digest.update(format!("{broken:?}"));
        format!("{} {}", sh::hex(&digest.finalize()), broken.name)
    }
}

fn sources(root: &Path) -> Result<[u8; 32]> {
    let mut digest = Sha256::new();
    for place in SOURCES.map(Path::new) {
        let files = match root.join(place).is_dir() {
            true => sh::files(root, place)?,
            false => vec![place.to_path_buf()],
        };
        for path in files {
            let bytes = std::fs::read(root.join(&path))
                .with_context(|| format!("cannot read {}", path.display()))?;
            digest.update(path.to_string_lossy().as_bytes());
            digest.update([0]);
            digest.update(Sha256::digest(&bytes));
        }
    }
    Ok(digest.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(replace: &str) -> Break {
        Break {
            name: "one".to_owned(),
            file: PathBuf::from("crates/a.rs"),
            find: "a".to_owned(),
            replace: replace.to_owned(),
            test: vec!["cargo".to_owned()],
            why: String::new(),
            incident: String::new(),
        }
    }

    #[test]
    fn what_was_noticed_is_known_until_the_sources_or_the_mistake_change() {
        let root = std::env::temp_dir().join(format!("kokuho-noticed-{}", std::process::id()));
        for place in SOURCES {
            std::fs::create_dir_all(root.join("crates")).unwrap();
            std::fs::create_dir_all(root.join("rules")).unwrap();
            if place.contains('.') {
                std::fs::write(root.join(place), "x").unwrap();
            }
        }
        std::fs::write(root.join("crates/a.rs"), "a").unwrap();
        Noticed::open(&root).unwrap().add(&broken("b")).unwrap();
        let again = Noticed::open(&root).unwrap();
        assert!(again.has(&broken("b")));
        assert!(!again.has(&broken("c")));
        std::fs::write(root.join("crates/a.rs"), "aa").unwrap();
        let changed = Noticed::open(&root).unwrap();
        std::fs::remove_dir_all(&root).unwrap();
        assert!(!changed.has(&broken("b")));
    }
}
