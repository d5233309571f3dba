//! The binary run to its end with what it said, and a folder of a test's own.

use super::{KOKUHO, WARD};
use db::StoreUrl;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder that is gone when the test ends.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("kokuho-{name}-{}", std::process::id()));
        drop(fs::remove_dir_all(&path));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn at(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    /// Everything below, by its path from here.
    pub fn all(&self) -> Vec<String> {
        fn below(folder: &Path, found: &mut Vec<PathBuf>) {
            for one in fs::read_dir(folder).unwrap() {
                let path = one.unwrap().path();
                if path.is_dir() {
                    below(&path, found);
                } else {
                    found.push(path);
                }
            }
        }
        let mut found = Vec::new();
        below(&self.0, &mut found);
        let mut names: Vec<String> = found
            .iter()
            .map(|path| path.strip_prefix(&self.0).unwrap().display().to_string())
            .collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

/// Runs the binary on the namespace of a store.
pub fn ran_on(store: &StoreUrl, staff: &str, today: &str, words: &[&str]) -> Output {
    Command::new(KOKUHO)
        .args(words)
        .args(["--store", &store.with_password()])
        .args(["--city", WARD, "--as", staff, "--business-date", today])
        .output()
        .unwrap()
}

/// Runs the binary with these words alone.
pub fn plain(words: &[&str]) -> Output {
    Command::new(KOKUHO).args(words).output().unwrap()
}

/// What it said, on both of its outputs.
pub fn said(output: &Output) -> String {
    let text = [&output.stdout[..], &output.stderr[..]].concat();
    String::from_utf8(text).unwrap()
}

/// What it said when it had to succeed.
pub fn good(output: Output) -> String {
    assert!(output.status.success(), "{}", said(&output));
    said(&output)
}

/// What it said when it had to refuse.
pub fn refused(output: Output) -> String {
    assert!(!output.status.success(), "{}", said(&output));
    said(&output)
}
