//! What was noticed, written down by the sources it was noticed in.

use super::Break;
use crate::sh;
use anyhow::{Context, Result};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};

const LIST: &str = "target/break/noticed.txt";

/// Sources that decide whether a test turns red, besides the crates it is built from.
const SOURCES: [&str; 3] = ["rules", "Cargo.toml", "Cargo.lock"];

/// The list of what turned red; a line for each, by its digest.
pub(super) struct Noticed {
    path: PathBuf,
    sources: BTreeMap<String, [u8; 32]>,
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

    /// Whether it was ever noticed, in whatever sources.
    pub(super) fn had(&self, broken: &Break) -> bool {
        let names = self.lines.iter().filter_map(|line| line.split_once(' '));
        names.map(|(_, name)| name).any(|name| name == broken.name)
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
        // A package nobody knows has no sources: cargo will say so.
        let sources = self.sources.get(broken.package()).unwrap_or(&[0; 32]);
        let mut digest = Sha256::new_with_prefix(sources);
        digest.update(format!("{broken:?}"));
        format!("{} {}", sh::hex(&digest.finalize()), broken.name)
    }
}

/// Of each package of ours: what stands in it, in every other of ours that it is built from, and in what all share.
fn sources(root: &Path) -> Result<BTreeMap<String, [u8; 32]>> {
    let shared = SOURCES
        .iter()
        .map(|place| digest(root, Path::new(place)))
        .collect::<Result<Vec<_>>>()?;
    let mut manifests = BTreeMap::new();
    for manifest in sh::files(root, Path::new("crates"))? {
        if manifest.file_name() != Some("Cargo.toml".as_ref()) {
            continue;
        }
        let text = std::fs::read_to_string(root.join(&manifest))?;
        let parsed: Manifest =
            toml::from_str(&text).with_context(|| format!("cannot read {}", manifest.display()))?;
        let folder = manifest.parent().unwrap_or(Path::new("")).to_path_buf();
        let own = digest(root, &folder)?;
        manifests.insert(parsed.package.name.clone(), (own, parsed.names()));
    }
    let mut all = BTreeMap::new();
    for name in manifests.keys() {
        let mut built_from = BTreeSet::from([name.as_str()]);
        let mut waiting = vec![name.as_str()];
        while let Some((_, names)) = waiting.pop().and_then(|next| manifests.get(next)) {
            let ours = names.iter().filter(|name| manifests.contains_key(*name));
            waiting.extend(
                ours.map(String::as_str)
                    .filter(|one| built_from.insert(one)),
            );
        }
        let mut whole = Sha256::new();
        shared.iter().for_each(|part| whole.update(part));
        for part in built_from.iter().filter_map(|one| manifests.get(*one)) {
            whole.update(part.0);
        }
        all.insert(name.clone(), whole.finalize().into());
    }
    Ok(all)
}

/// What a manifest says of the packages it is built from.
#[derive(Deserialize)]
struct Manifest {
    package: Named,
    #[serde(default)]
    dependencies: toml::Table,
    #[serde(default, rename = "dev-dependencies")]
    dev_dependencies: toml::Table,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

impl Manifest {
    fn names(&self) -> BTreeSet<String> {
        let all = self.dependencies.keys().chain(self.dev_dependencies.keys());
        all.cloned().collect()
    }
}

fn digest(root: &Path, place: &Path) -> Result<[u8; 32]> {
    let files = match root.join(place).is_dir() {
        true => sh::files(root, place)?,
        false => vec![place.to_path_buf()],
    };
    let mut digest = Sha256::new();
    for path in files {
        let bytes = std::fs::read(root.join(&path))
            .with_context(|| format!("cannot read {}", path.display()))?;
        digest.update(path.to_string_lossy().as_bytes());
        digest.update([0]);
        digest.update(Sha256::digest(&bytes));
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
            test: ["cargo", "test", "-p", "upper"].map(str::to_owned).to_vec(),
            why: String::new(),
            incident: String::new(),
        }
    }

    #[test]
    fn what_was_noticed_is_known_until_the_sources_or_the_mistake_change() {
        let root = std::env::temp_dir().join(format!("kokuho-noticed-{}", std::process::id()));
        let write = |path: &str, text: &str| {
            let path = root.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        for shared in ["rules/a.toml", "Cargo.toml", "Cargo.lock"] {
            write(shared, "x");
        }
        let manifest = |name: &str, below: &str| {
            write(
                &format!("crates/{name}/Cargo.toml"),
                &format!("[package]\nname = \"{name}\"\n[dev-dependencies]\n{below}"),
            );
            write(&format!("crates/{name}/lib.rs"), "a");
        };
        manifest("upper", "middle = \"1\"\nserde = \"1\"");
        manifest("middle", "lower = \"1\"");
        manifest("lower", "");
        manifest("beside", "upper = \"1\"");
        let known = |replace: &str| Noticed::open(&root).unwrap().has(&broken(replace));
        let ever = || Noticed::open(&root).unwrap().had(&broken("b"));
        assert!(!ever());
        Noticed::open(&root).unwrap().add(&broken("b")).unwrap();
        assert!(known("b"));
        assert!(!known("c"));
        write("crates/beside/lib.rs", "aa");
        assert!(known("b"), "it is not built from that");
        for source in ["crates/upper/lib.rs", "crates/lower/lib.rs", "rules/a.toml"] {
            write(source, "aa");
            assert!(!known("b"), "{source}");
            assert!(ever(), "{source}");
            Noticed::open(&root).unwrap().add(&broken("b")).unwrap();
            assert!(known("b"));
        }
        std::fs::remove_dir_all(&root).unwrap();
    }
}
