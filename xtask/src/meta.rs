//! What `cargo metadata` says of the workspace, as far as the checks need it.

use crate::sh;
use anyhow::{Context, Result};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::Path;

/// The answer of `cargo metadata`.
#[derive(Debug, Deserialize)]
pub struct Metadata {
    /// Every package of the lock file.
    pub packages: Vec<Package>,
    /// Identifiers of our own packages.
    pub workspace_members: BTreeSet<String>,
}

/// One package.
#[derive(Debug, Deserialize)]
pub struct Package {
    /// Cargo's identifier.
    pub id: String,
    /// Name.
    pub name: String,
    /// Version.
    pub version: String,
    /// SPDX expression.
    pub license: Option<String>,
    /// Where it came from; `None` for our own.
    pub source: Option<String>,
    /// What its manifest names.
    pub dependencies: Vec<Dependency>,
}

/// One line of a manifest.
#[derive(Debug, Deserialize)]
pub struct Dependency {
    /// Name of the package.
    pub name: String,
    /// `None` for a normal one, else `dev` or `build`.
    pub kind: Option<String>,
}

impl Metadata {
    /// Asks cargo.
    pub fn read(root: &Path) -> Result<Self> {
        let mut command = sh::cargo(root);
        command.args(["metadata", "--format-version", "1", "--locked"]);
        let text = sh::capture(&mut command)?;
        serde_json::from_str(&text).context("cannot read the answer of cargo metadata")
    }

    /// Our own packages.
    pub fn own(&self) -> impl Iterator<Item = &Package> {
        self.packages
            .iter()
            .filter(|package| self.workspace_members.contains(&package.id))
    }

    /// Packages of others.
    pub fn foreign(&self) -> impl Iterator<Item = &Package> {
        self.packages
            .iter()
            .filter(|package| !self.workspace_members.contains(&package.id))
    }

    /// Names of the foreign packages that our manifests name.
    pub fn direct(&self) -> BTreeSet<&str> {
        let own: BTreeSet<&str> = self.own().map(|package| package.name.as_str()).collect();
        self.own()
            .flat_map(|package| &package.dependencies)
            .map(|dependency| dependency.name.as_str())
            .filter(|name| !own.contains(name))
            .collect()
    }
}
