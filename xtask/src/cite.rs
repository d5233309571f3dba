//! `cite` — every provision that code and rule rows name, in one list.

use crate::{rules, sh};
use anyhow::{Result, bail};
use std::collections::BTreeMap;
use std::path::Path;

/// Prints every provision and fails on one that names no place in its statute.
pub fn run(root: &Path) -> Result<()> {
    let mut cited: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut wrong = Vec::new();
    for path in sh::files(root, Path::new("crates"))? {
        if !sh::has_extension(&path, &["rs"]) {
            continue;
        }
        let text = std::fs::read_to_string(root.join(&path))?;
        for (number, statute, place) in clauses(&text) {
            let at = format!("{}:{number}", path.display());
            if !names_a_place(&place) {
                wrong.push(format!("{at}: `{place}` names no place in {statute}"));
            }
            cited
                .entry(format!("{statute} {place}"))
                .or_default()
                .push(at);
        }
    }
    for (clause, places) in &cited {
        println!("{clause}  {}", places.join(" "));
    }
    println!("{} provisions cited in code", cited.len());
    rows(root, &mut wrong)?;
    if !wrong.is_empty() {
        bail!("{}", wrong.join("\n"));
    }
    if cited.is_empty() {
        bail!("no clause was found; has `Clause::new` been renamed?");
    }
    Ok(())
}

/// Prints what the rule rows cite, and reports rows without a clause or a source.
fn rows(root: &Path, wrong: &mut Vec<String>) -> Result<()> {
    let book = rules::book(root)?;
    let citations = book.citations();
    let mut cited: BTreeMap<&str, usize> = BTreeMap::new();
    for citation in &citations {
        if citation.clause.trim().is_empty() || citation.source.trim().is_empty() {
            wrong.push(format!(
                "{}: {} row {}: clause and source must be named",
                citation.file,
                citation.table,
                citation.row.map_or_else(String::new, |row| row.to_string()),
            ));
        }
        *cited.entry(&citation.clause).or_default() += 1;
    }
    for (clause, rows) in &cited {
        println!("{clause}  {rows}");
    }
    println!(
        "{} rule rows cite {} provisions",
        citations.len(),
        cited.len()
    );
    Ok(())
}

/// Line number, statute and place of every `Clause::new(statute, "place")` before the tests of a file.
fn clauses(text: &str) -> Vec<(usize, String, String)> {
    let end = text.find("\n#[cfg(test)]").unwrap_or(text.len());
    let code = text.get(..end).unwrap_or(text);
    code.match_indices("Clause::new(")
        .filter_map(|(at, marker)| {
            let number = code.get(..at)?.matches('\n').count() + 1;
            let (statute, rest) = code.get(at + marker.len()..)?.split_once(',')?;
            let place = rest.split('"').nth(1)?;
            let statute = statute.trim().trim_start_matches("Statute::");
            Some((number, statute.to_owned(), place.to_owned()))
        })
        .collect()
}

/// 第29条…, 附則第5条…, 別表…
fn names_a_place(place: &str) -> bool {
    let numbered = place.contains('条') && place.chars().any(|letter| letter.is_ascii_digit());
    (place.starts_with('第') || place.starts_with("附則")) && numbered || place.starts_with("別表")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_are_found_over_line_breaks() {
        let text = "a\nlet x = Clause::new(\n    Statute::NhiAct,\n    \"第76条\",\n);\n\
                    #[cfg(test)]\nClause::new(A, \"b\")";
        let found = clauses(text);
        assert_eq!(found, [(2, "NhiAct".to_owned(), "第76条".to_owned())]);
    }

    #[test]
    fn a_place_is_an_article() {
        assert!(names_a_place("第29条の7第2項"));
        assert!(names_a_place("附則第5条"));
        assert!(!names_a_place("第条"));
        assert!(!names_a_place(""));
    }
}
