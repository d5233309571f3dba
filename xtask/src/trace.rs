//! `trace` — which requirement is shown by which test.
//!
//! A marker is a comment `covers:` followed by identifiers of the catalogue, above the test or the code
//! that shows the requirement.

use crate::deferred::{self, Deferred};
use crate::sh;
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

const FOLDER: &str = "docs/requirements";

#[derive(Deserialize)]
struct Row {
    id: String,
    area: String,
    title_ja: String,
}

#[derive(Deserialize)]
struct Required {
    /// Identifiers, or an area followed by `-*`.
    rows: Vec<String>,
}

/// Finds the markers, writes `coverage.md` and fails on unknown or missing rows.
pub fn run(root: &Path) -> Result<()> {
    let rows = catalogue(root)?;
    let markers = markers(root)?;
    let required = required(root, &rows)?;
    let known: BTreeSet<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    let (deferred, mut wrong) = deferred::read(root, &known)?;
    for (id, places) in &markers {
        if !known.contains(id.as_str()) {
            let places = places.iter().cloned().collect::<Vec<_>>().join(", ");
            wrong.push(format!("{id} is not in the catalogue: {places}"));
        }
    }
    for row in rows.iter().filter(|row| required.contains(&row.id)) {
        let elsewhere = deferred.iter().any(|one| one.row == row.id);
        if !elsewhere && !markers.contains_key(&row.id) {
            wrong.push(format!(
                "{} {} has no test that covers it",
                row.id, row.title_ja
            ));
        }
    }
    let text = report(&rows, &markers, &deferred);
    std::fs::write(root.join(FOLDER).join("coverage.md"), text)?;
    let covered = rows
        .iter()
        .filter(|row| markers.contains_key(&row.id))
        .count();
    println!(
        "{covered} of {} requirements have a marker, {} are required",
        rows.len(),
        required.len()
    );
    println!(
        "{} are to be finished with a system that does not exist yet:",
        deferred.len()
    );
    for one in &deferred {
        println!(
            "  {} with {}: here {} ({})",
            one.row, one.finished_with, one.mechanism, one.shown_by
        );
    }
    if !wrong.is_empty() {
        bail!("{}", wrong.join("\n"));
    }
    Ok(())
}

fn catalogue(root: &Path) -> Result<Vec<Row>> {
    let path = root.join(FOLDER).join("requirements.csv");
    let mut reader = csv::Reader::from_path(&path).context("cannot read the catalogue")?;
    reader
        .deserialize()
        .map(|row| row.context("cannot read a row of the catalogue"))
        .collect()
}

fn required(root: &Path, rows: &[Row]) -> Result<BTreeSet<String>> {
    let text = std::fs::read_to_string(root.join(FOLDER).join("required.toml"))?;
    let required: Required = toml::from_str(&text)?;
    let mut found = BTreeSet::new();
    for wanted in &required.rows {
        let matching: Vec<&Row> = match wanted.strip_suffix("-*") {
            Some(area) => rows.iter().filter(|row| row.area == area).collect(),
            None => rows.iter().filter(|row| row.id == *wanted).collect(),
        };
        if matching.is_empty() {
            bail!("required.toml names {wanted}, which is not in the catalogue");
        }
        found.extend(matching.into_iter().map(|row| row.id.clone()));
    }
    Ok(found)
}

/// Identifier to the files that mark it.
fn markers(root: &Path) -> Result<BTreeMap<String, BTreeSet<String>>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for folder in ["crates", "tests", "xtask/src"] {
        if !root.join(folder).is_dir() {
            continue;
        }
        for path in sh::files(root, Path::new(folder))? {
            if !sh::has_extension(&path, &["rs", "mjs", "js"]) {
                continue;
            }
            let text = std::fs::read_to_string(root.join(&path))?;
            for id in text.lines().flat_map(marked) {
                found
                    .entry(id)
                    .or_default()
                    .insert(path.display().to_string());
            }
        }
    }
    Ok(found)
}

/// The identifiers a line marks: `// covers: LEV-003, LEV-004`. A sentence that begins so marks nothing.
fn marked(line: &str) -> Vec<String> {
    let comment = line
        .trim_start()
        .trim_start_matches(['/', '!', '*'])
        .trim_start();
    let list = comment.strip_prefix("covers:").unwrap_or_default();
    let ids: Vec<&str> = list.split(',').map(str::trim).collect();
    match ids.first() {
        Some(first) if is_identifier(first) => ids.into_iter().map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

/// An area of three letters and a number: `LEV-003`.
fn is_identifier(text: &str) -> bool {
    text.split_once('-').is_some_and(|(area, number)| {
        let letters = area.chars().all(|letter| letter.is_ascii_uppercase());
        let digits = number.chars().all(|letter| letter.is_ascii_digit());
        letters && digits && !area.is_empty() && !number.is_empty()
    })
}

fn report(
    rows: &[Row],
    markers: &BTreeMap<String, BTreeSet<String>>,
    deferred: &[Deferred],
) -> String {
    let mut areas: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        areas.entry(&row.area).or_default().push(row);
    }
    let mut text = String::from(
        "# Requirements and the tests that show them\n\n\
         Written by `cargo xtask trace`. A requirement counts as shown when a test or the code under test \
         carries its identifier after `covers:`.\n\n\
         | area | requirements | shown |\n|---|---|---|\n",
    );
    for (area, rows) in &areas {
        let shown = rows
            .iter()
            .filter(|row| markers.contains_key(&row.id))
            .count();
        let _ = writeln!(text, "| {area} | {} | {shown} |", rows.len());
    }
    for (area, rows) in &areas {
        let shown: Vec<&&Row> = rows
            .iter()
            .filter(|row| markers.contains_key(&row.id))
            .collect();
        if shown.is_empty() {
            continue;
        }
        let _ = write!(
            text,
            "\n## {area}\n\n| id | requirement | where |\n|---|---|---|\n"
        );
        for row in shown {
            let places = markers.get(&row.id).map(|places| {
                places
                    .iter()
                    .map(|place| format!("`{place}`"))
                    .collect::<Vec<_>>()
                    .join("<br>")
            });
            let _ = writeln!(
                text,
                "| {} | {} | {} |",
                row.id,
                row.title_ja,
                places.unwrap_or_default()
            );
        }
    }
    text.push_str(
        "\n## To be finished with another system\n\n\
         | id | what holds here | shown by | finished with |\n|---|---|---|---|\n",
    );
    for one in deferred {
        let _ = writeln!(
            text,
            "| {} | {} | `{}` | {} |",
            one.row, one.mechanism, one.shown_by, one.finished_with
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_is_a_comment_of_its_own() {
        assert_eq!(
            marked("    // covers: LEV-003, LEV-004"),
            ["LEV-003", "LEV-004"]
        );
        assert_eq!(marked("/// covers: SYS-001"), ["SYS-001"]);
        assert!(marked("let text = \"covers: LEV-003\";").is_empty());
        assert!(marked("// this covers: LEV-003").is_empty());
        assert!(marked("/// covers: from the day after leaving, to the end").is_empty());
    }
}
