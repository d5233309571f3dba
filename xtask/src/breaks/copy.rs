//! A private copy of the workspace, in which mistakes are put back.

use super::seed::seed;
use super::{Break, patched};
use crate::sh;
use anyhow::{Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A test that has not ended by then never will: whoever waits for it has noticed.
const LONGEST: Duration = Duration::from_secs(900);

/// A private copy of the workspace with a target folder of its own, kept between runs.
pub(super) struct Copy {
    tree: PathBuf,
    target: PathBuf,
}

impl Copy {
    /// Brings the copy up to date: copies what differs, removes what is gone.
    pub(super) fn make(root: &Path, worker: usize) -> Result<Self> {
        let folder = match worker {
            0 => root.join("target/break"),
            _ => root.join(format!("target/break-{worker}")),
        };
        let copy = Self {
            tree: folder.join("tree"),
            target: folder.join("target"),
        };
        std::fs::create_dir_all(&copy.tree)?;
        seed(root, &root.join("target"), &copy.target)?;
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

    /// Fails when a test command does not pass, or passes without a test.
    pub(super) fn green(&self, words: &[String]) -> Result<()> {
        let output = self.command(words, false).output()?;
        let told = String::from_utf8_lossy(&output.stdout);
        if !output.status.success() {
            let errors = String::from_utf8_lossy(&output.stderr);
            bail!(
                "`{}` fails before anything is broken ({}):\n{told}{}",
                words.join(" "),
                output.status,
                without_progress(&errors)
            );
        }
        let mut results = told
            .lines()
            .filter(|line| line.starts_with("test result: "));
        if results.all(|line| line.contains(" 0 passed; ")) {
            bail!("`{}` selects no test", words.join(" "));
        }
        Ok(())
    }

    /// Whether a test fails with the mistake in place. A mistake that does not compile proves nothing.
    pub(super) fn turns_red(&self, broken: &Break) -> Result<bool> {
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
        let mut test = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let begun = Instant::now();
        while begun.elapsed() < LONGEST {
            if let Some(status) = test.try_wait()? {
                return Ok(!status.success());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        test.kill()?;
        test.wait()?;
        Ok(true)
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
        // The same crate is built twice for every mistake.
        command.env("CARGO_INCREMENTAL", "1");
        command
    }
}

/// What cargo told besides what it was doing: the reason is at the end of hundreds of lines.
fn without_progress(errors: &str) -> String {
    const PROGRESS: [&str; 3] = ["Compiling ", "Downloading ", "Downloaded "];
    let lines = errors.split_inclusive('\n');
    lines
        .filter(|line| {
            !PROGRESS
                .iter()
                .any(|word| line.trim_start().starts_with(word))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_is_told_without_what_cargo_was_doing() {
        let errors = "   Compiling syn v2.0.1\nerror: could not compile `law`\n\ncaused by:\n  No space left\n";
        let told = "error: could not compile `law`\n\ncaused by:\n  No space left\n";
        assert_eq!(without_progress(errors), told);
    }
}
