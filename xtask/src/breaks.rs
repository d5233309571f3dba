//! `break` — known mistakes, put back one at a time into a private copy; each must turn the suite red.

use crate::sh;
use crate::tests_run::Count;
use anyhow::{Context, Result, bail};
use clap::Args;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

const FOLDER: &str = "xtask/breaks";

/// What to break.
#[derive(Args, Debug, Default)]
pub struct Options {
    /// Break this many, chosen by the seed.
    #[arg(long)]
    pub sample: Option<usize>,
    /// What the sample is drawn with; printed, so that a run can be repeated.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Break all of them (what happens without a sample, too).
    #[arg(long, conflicts_with = "sample")]
    pub all: bool,
    /// Break those whose name contains this.
    #[arg(long)]
    pub name: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "break")]
    breaks: Vec<Break>,
}

/// One known mistake.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Break {
    /// Short name, unique.
    name: String,
    /// File below the workspace root.
    file: PathBuf,
    /// Text that stands exactly once in the file.
    find: String,
    /// What the mistake puts there.
    replace: String,
    /// The narrow command that must fail.
    test: Vec<String>,
    /// Why it is wrong: the provision.
    why: String,
    /// Where it happened, or how it comes about.
    incident: String,
}

/// Breaks, tests, restores; counts the mistakes that were noticed and those that were not.
pub fn run(root: &Path, options: &Options) -> Result<Count> {
    let breaks = chosen(read(root)?, options);
    if breaks.is_empty() {
        bail!("no break is chosen");
    }
    let copy = Copy::make(root)?;
    copy.green(&breaks)?;
    let mut count = Count::default();
    for broken in &breaks {
        let begun = Instant::now();
        let noticed = copy.turns_red(broken);
        let seconds = begun.elapsed().as_secs();
        if let Ok(true) = noticed {
            count.passed += 1;
            println!("red    {} ({seconds} s)", broken.name);
            continue;
        }
        count.failed += 1;
        match noticed {
            Err(error) => println!("FAILED {error:#}"),
            Ok(_) => println!(
                "GREEN  {}: nothing noticed this mistake in {}\n       {} — {}",
                broken.name,
                broken.file.display(),
                broken.why,
                broken.incident
            ),
        }
    }
    println!(
        "{} known mistakes put back, {} noticed, {} not",
        breaks.len(),
        count.passed,
        count.failed
    );
    Ok(count)
}

/// Every break of every file, checked against the files it patches.
fn read(root: &Path) -> Result<Vec<Break>> {
    let mut breaks: Vec<Break> = Vec::new();
    for path in sh::files(root, Path::new(FOLDER))? {
        let text = std::fs::read_to_string(root.join(&path))?;
        let file: File =
            toml::from_str(&text).with_context(|| format!("cannot read {}", path.display()))?;
        breaks.extend(file.breaks);
    }
    for (index, broken) in breaks.iter().enumerate() {
        if breaks
            .iter()
            .take(index)
            .any(|earlier| earlier.name == broken.name)
        {
            bail!("two breaks are called {}", broken.name);
        }
        if broken.test.first().is_none_or(|program| program != "cargo") {
            bail!("{}: the test command must be a cargo command", broken.name);
        }
        patched(root, broken)?;
    }
    Ok(breaks)
}

/// The file with the mistake in it.
fn patched(root: &Path, broken: &Break) -> Result<String> {
    let text = std::fs::read_to_string(root.join(&broken.file))
        .with_context(|| format!("{}: cannot read {}", broken.name, broken.file.display()))?;
    match text.matches(&broken.find).count() {
        1 => Ok(text.replacen(&broken.find, &broken.replace, 1)),
        times => bail!(
            "{}: the text to break stands {times} times in {}",
            broken.name,
            broken.file.display()
        ),
    }
}

fn chosen(mut breaks: Vec<Break>, options: &Options) -> Vec<Break> {
    if let Some(part) = &options.name {
        breaks.retain(|broken| broken.name.contains(part));
    }
    if let Some(size) = options.sample {
        println!(
            "a sample of {size} of {} breaks, seed {}",
            breaks.len(),
            options.seed
        );
        fastrand::Rng::with_seed(options.seed).shuffle(&mut breaks);
        breaks.truncate(size);
    }
    breaks
}

/// A private copy of the workspace with a target folder of its own, kept between runs.
struct Copy {
    tree: PathBuf,
    target: PathBuf,
}

impl Copy {
    /// Brings the copy up to date: copies what differs, removes what is gone.
    fn make(root: &Path) -> Result<Self> {
        let folder = root.join("target/break");
        let copy = Self {
            tree: folder.join("tree"),
            target: folder.join("target"),
        };
        std::fs::create_dir_all(&copy.tree)?;
        let wanted = sh::files(root, Path::new(""))?;
        for old in sh::files(&copy.tree, Path::new(""))? {
            if wanted.binary_search(&old).is_err() {
                std::fs::remove_file(copy.tree.join(old))?;
            }
        }
        for path in &wanted {
            let (from, to) = (root.join(path), copy.tree.join(path));
            let bytes = std::fs::read(&from)?;
            // An unchanged file keeps its time, so that cargo builds nothing twice.
            if std::fs::read(&to).is_ok_and(|old| old == bytes) {
                continue;
            }
            if let Some(parent) = to.parent() {
                std::fs::create_dir_all(parent)?;
            }
            std::fs::write(&to, bytes)?;
        }
        Ok(copy)
    }

    /// Every test command passes before anything is broken; otherwise red would mean nothing.
    fn green(&self, breaks: &[Break]) -> Result<()> {
        let mut commands: Vec<&[String]> =
            breaks.iter().map(|broken| broken.test.as_slice()).collect();
        commands.sort();
        commands.dedup();
        for words in commands {
            let output = self.command(words, false).output()?;
            if !output.status.success() {
                let told = String::from_utf8_lossy(&output.stdout);
                let errors = String::from_utf8_lossy(&output.stderr);
                bail!(
                    "`{}` fails before anything is broken:\n{told}{errors}",
                    words.join(" ")
                );
            }
            if !String::from_utf8_lossy(&output.stdout).contains(" passed; ") {
                bail!("`{}` runs no test", words.join(" "));
            }
            let none = String::from_utf8_lossy(&output.stdout)
                .lines()
                .filter(|line| line.starts_with("test result: "))
                .all(|line| line.contains(" 0 passed; "));
            if none {
                bail!("`{}` selects no test", words.join(" "));
            }
        }
        Ok(())
    }

    /// Whether a test fails with the mistake in place. A mistake that does not compile proves nothing.
    fn turns_red(&self, broken: &Break) -> Result<bool> {
        let path = self.tree.join(&broken.file);
        let sound = std::fs::read_to_string(&path)?;
        std::fs::write(&path, patched(&self.tree, broken)?)?;
        let noticed = self.fails(broken);
        std::fs::write(&path, sound)?;
        noticed
    }

    fn fails(&self, broken: &Break) -> Result<bool> {
        let built = self.command(&broken.test, true).output()?;
        if !built.status.success() {
            let told = String::from_utf8_lossy(&built.stderr);
            bail!("{} does not compile:\n{told}", broken.name);
        }
        let mut command = self.command(&broken.test, false);
        let status = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()?;
        Ok(!status.success())
    }

    fn command(&self, words: &[String], only_build: bool) -> Command {
        let mut command = sh::cargo(&self.tree);
        // The program is cargo; `--no-run` stands before what belongs to the tests.
        command.args(words.iter().skip(1).take(1));
        if only_build {
            command.arg("--no-run");
        }
        command.args(words.iter().skip(2));
        command.env("CARGO_TARGET_DIR", &self.target);
        command.env("CARGO_PROFILE_DEV_DEBUG", "0");
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_break_fits_its_file() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let breaks = read(&root).unwrap();
        assert!(breaks.len() >= 25, "{}", breaks.len());
        for broken in breaks {
            assert_ne!(broken.find, broken.replace, "{}", broken.name);
            assert!(
                !broken.why.is_empty() && !broken.incident.is_empty(),
                "{}",
                broken.name
            );
        }
    }
}
