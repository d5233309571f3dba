//! What no file may hold: left-overs, floats near money, paths of one machine; and how long a file may be.

use crate::sh;
use anyhow::{Context, Result};
use serde::Deserialize;
use std::path::Path;

/// A file holds one idea and fits in the head.
const MOST_LINES: usize = 400;
/// A list of tests is read one test at a time.
const MOST_TEST_LINES: usize = 800;
const ALLOWANCES: &str = "xtask/tidy-allow.toml";
const TEXT: [&str; 14] = [
    "rs", "toml", "html", "css", "mjs", "js", "typ", "sql", "md", "json", "csv", "sh", "yml", "txt",
];
const CODE: [&str; 8] = ["rs", "html", "css", "mjs", "js", "typ", "sql", "sh"];

/// Left-overs that stand for unfinished work. Written in halves so that this file does not find itself.
const LEFT_OVERS: [&str; 5] = [
    concat!("to", "do!("),
    concat!("unimpl", "emented!("),
    concat!("#[ig", "nore"),
    concat!("db", "g!("),
    concat!("assert!(", "true)"),
];
const LEFT_OVER_WORDS: [&str; 3] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
];
const MACHINE_FOLDERS: [&str; 5] = ["/work/", "/root/", "/farm/", "/tmp/", "/home/"];
const REGISTRY_HOSTS: [&str; 5] = ["crates", "npmjs", "pypi", "pythonhosted", "debian"];

#[derive(Deserialize)]
struct Allowances {
    /// Files that may be longer, each with its reason.
    #[serde(default)]
    long: Vec<Long>,
    /// Files of others that stand here unchanged.
    #[serde(default)]
    vendored: Vec<Vendored>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Long {
    file: String,
    /// How long it may be.
    lines: usize,
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vendored {
    file: String,
    /// Where it comes from, with version and licence.
    origin: String,
}

/// Reads every file of the project once.
pub fn check(root: &Path, wrong: &mut Vec<String>) -> Result<()> {
    let text =
        std::fs::read_to_string(root.join(ALLOWANCES)).context("cannot read the allowances")?;
    let allowances: Allowances = toml::from_str(&text).context("cannot read the allowances")?;
    stale(root, &allowances, wrong);
    for path in sh::files(root, Path::new(""))? {
        let name = path.display().to_string();
        if !name.is_ascii() {
            wrong.push(format!("{name}: file names are ASCII"));
        }
        let vendored = allowances
            .vendored
            .iter()
            .any(|allowed| allowed.file == name);
        let script = path.extension().is_none();
        if vendored || !(script || sh::has_extension(&path, &TEXT)) {
            continue;
        }
        let Ok(text) = std::fs::read_to_string(root.join(&path)) else {
            if !name.contains("/data/") && !script {
                wrong.push(format!("{name}: not UTF-8"));
            }
            continue;
        };
        // Tests at the end of a file do not count: they belong to the idea they test.
        let lines = text
            .lines()
            .take_while(|line| *line != "#[cfg(test)]")
            .count();
        let tests = name.contains("/tests/") || name.ends_with("/tests.rs");
        let usual = if tests { MOST_TEST_LINES } else { MOST_LINES };
        let long = allowances.long.iter().find(|long| long.file == name);
        let most = long.map_or(usual, |long| long.lines);
        if sh::has_extension(&path, &CODE) && lines > most {
            wrong.push(format!("{name}: {lines} lines, at most {most}"));
        }
        for (number, line) in text.lines().enumerate() {
            for what in line_faults(&name, line) {
                wrong.push(format!("{name}:{}: {what}", number + 1));
            }
        }
        if name.starts_with("crates/law/src") || name.starts_with("crates/office/src") {
            money(&name, &text, wrong);
        }
        if name.starts_with("crates/web/src") && has_word(&text, &["Sql", "Sql2"]) {
            wrong.push(format!(
                "{name}: `web` reaches tables through the office, never by SQL"
            ));
        }
    }
    Ok(())
}

/// An allowance whose file is gone has to go too, and none stands without a reason.
fn stale(root: &Path, allowances: &Allowances, wrong: &mut Vec<String>) {
    let long = allowances.long.iter().map(|one| (&one.file, &one.reason));
    let vendored = allowances
        .vendored
        .iter()
        .map(|one| (&one.file, &one.origin));
    for (file, reason) in long.chain(vendored) {
        if !root.join(file).is_file() {
            wrong.push(format!("{ALLOWANCES}: {file} does not exist"));
        }
        if reason.trim().is_empty() {
            wrong.push(format!("{ALLOWANCES}: {file} has no reason"));
        }
    }
}

fn line_faults(name: &str, line: &str) -> Vec<String> {
    let mut found = Vec::new();
    let catalogue = name.starts_with("docs/requirements/requirements");
    for left_over in LEFT_OVERS {
        if line.contains(left_over) {
            found.push(format!("`{left_over}` is left over"));
        }
    }
    if !catalogue && has_word(line, &LEFT_OVER_WORDS) {
        found.push("a mark of unfinished work is left over".to_owned());
    }
    for folder in MACHINE_FOLDERS {
        if names_folder(line, folder) {
            found.push(format!("`{folder}` is a path of one machine"));
        }
    }
    if name != "Cargo.lock" && names_registry(line) {
        found.push("names the host of a package registry".to_owned());
    }
    found
}

/// Whether one of the words stands alone in the line.
fn has_word(line: &str, words: &[&str]) -> bool {
    line.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
        .any(|word| words.contains(&word))
}

/// A folder at the beginning of a path: at the start of the line or after a quote, blank, `(` or `=`.
fn names_folder(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        let after = line
            .get(at + folder.len()..)
            .and_then(|text| text.chars().next());
        before.is_none_or(|letter| "\"' =(`".contains(letter))
            && after.is_some_and(|letter| letter.is_ascii_lowercase())
    })
}

fn names_registry(line: &str) -> bool {
    line.match_indices("://").any(|(at, marker)| {
        let rest = line.get(at + marker.len()..).unwrap_or_default();
        let host: String = rest
            .chars()
            .take_while(|letter| letter.is_ascii_alphanumeric() || ".-".contains(*letter))
            .collect();
        REGISTRY_HOSTS
            .iter()
            .any(|registry| host.contains(registry))
    })
}

/// Money is counted in integers and never silently converted.
fn money(name: &str, text: &str, wrong: &mut Vec<String>) {
    for (number, line) in text.lines().enumerate() {
        let code = line.split("//").next().unwrap_or_default();
        if has_word(code, &["f32", "f64"]) {
            wrong.push(format!(
                "{name}:{}: no floats where money is counted",
                number + 1
            ));
        }
        let words: Vec<&str> = code.split_whitespace().collect();
        let casts = words.windows(2).any(|pair| match pair {
            ["as", kind] => has_word(
                kind,
                &[
                    "i8", "i16", "i32", "i64", "i128", "u8", "u16", "u32", "u64", "usize", "isize",
                ],
            ),
            _ => false,
        });
        if casts && name.starts_with("crates/law/src") {
            wrong.push(format!(
                "{name}:{}: no `as` between numbers in law",
                number + 1
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn left_overs_are_found_and_ordinary_words_are_not() {
        assert_eq!(line_faults("a.rs", concat!("// TO", "DO: later")).len(), 1);
        assert_eq!(line_faults("a.rs", concat!("    to", "do!()")).len(), 1);
        assert!(line_faults("a.rs", concat!("let TO", "DO_LIST = 1;")).is_empty());
    }

    #[test]
    fn paths_of_one_machine_are_found() {
        assert_eq!(
            line_faults("a.rs", concat!("open(\"/tm", "p/x\")")).len(),
            1
        );
        assert!(line_faults("a.rs", concat!("format!(\"{folder}/tm", "p/x\")")).is_empty());
        assert_eq!(
            line_faults("a.md", concat!("https://cra", "tes.io/x")).len(),
            1
        );
        assert!(line_faults("a.md", "https://www.city.example.jp/crates").is_empty());
    }

    #[test]
    fn casts_and_floats_are_found_near_money() {
        let mut wrong = Vec::new();
        money(
            "crates/law/src/a.rs",
            "let x = y as i64;\nlet z: f64 = 0;",
            &mut wrong,
        );
        money(
            "crates/law/src/a.rs",
            "use a as b; // as i64, f64",
            &mut wrong,
        );
        assert_eq!(wrong.len(), 2, "{wrong:?}");
    }
}
