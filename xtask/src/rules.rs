//! `rules` — every rule file read as a whole: municipality, years, status.

use anyhow::{Result, bail};
use law::FiscalYear;
use law::rules::RuleBook;
use law::rules::levy::Status;
use std::path::Path;

/// The shipped rule files, or every fault found in them.
pub fn book(root: &Path) -> Result<RuleBook> {
    let folder = Path::new("rules");
    let mut files = Vec::new();
    for path in crate::sh::files(root, folder)? {
        if crate::sh::has_extension(&path, &["toml"]) {
            let text = std::fs::read_to_string(root.join(&path))?;
            files.push((path.display().to_string(), text));
        }
    }
    RuleBook::parse(&files).or_else(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        bail!("{}", lines.join("\n"))
    })
}

/// Prints a line for each municipality: code, name, years; `?` marks a year that is still a draft.
pub fn run(root: &Path) -> Result<()> {
    let book = book(root)?;
    let (mut confirmed, mut draft) = (0_usize, 0_usize);
    let municipalities = book.municipalities();
    for entry in &municipalities {
        let mut years = Vec::new();
        for year in &entry.years {
            let rules = book.levy(&entry.code, *year)?;
            match rules.status {
                Status::Confirmed => {
                    confirmed += 1;
                    years.push(year.0.to_string());
                }
                Status::Draft => {
                    draft += 1;
                    years.push(format!("{}?", year.0));
                }
            }
        }
        let partial: Vec<String> = entry
            .partial_years
            .iter()
            .map(|year| label(*year))
            .collect();
        println!(
            "{} {} {}{}",
            entry.code,
            entry.name,
            years.join(" "),
            partial.join("")
        );
    }
    println!(
        "{} municipalities, {confirmed} years confirmed, {draft} years in draft (?)",
        municipalities.len()
    );
    Ok(())
}

/// A year of which only some components are known; it levies nobody.
fn label(year: FiscalYear) -> String {
    format!(" ({} in part)", year.0)
}
