//! The glossary and the code speak the same words.

use crate::sh;
use anyhow::{Context, Result};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::Path;

const GLOSSARY: &str = "docs/glossary.toml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Glossary {
    /// Files whose every public type, field and variant must be in here.
    complete: Vec<String>,
    /// Words of programming, which need no entry.
    plain: BTreeSet<String>,
    term: Vec<Term>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Term {
    /// The word of the law or the office.
    ja: String,
    /// How it is read, in hiragana.
    reading: String,
    /// The identifier in the code: a word, or `Type::Variant`.
    id: String,
    /// Where the law uses it; empty where no statute does.
    #[serde(default)]
    law: String,
    /// One line.
    meaning: String,
    /// What it is mixed up with.
    #[serde(default)]
    not: Vec<String>,
}

/// Every identifier of the glossary is public in the code; every public name of the files that must be
/// complete is in the glossary; no two entries are the same.
pub fn check(root: &Path, wrong: &mut Vec<String>) -> Result<()> {
    let text = std::fs::read_to_string(root.join(GLOSSARY)).context("cannot read the glossary")?;
    let glossary: Glossary = toml::from_str(&text).context("cannot read the glossary")?;
    let public = all_public_names(root)?;
    let mut seen = BTreeSet::new();
    let mut listed = BTreeSet::new();
    for term in &glossary.term {
        let Term { ja, id, .. } = term;
        for part in id.split("::") {
            if !public.contains(part) {
                wrong.push(format!(
                    "{GLOSSARY}: {ja}: `{part}` is not a public name of the code"
                ));
            }
            listed.insert(part);
        }
        if !seen.insert((ja.as_str(), id.as_str())) {
            wrong.push(format!("{GLOSSARY}: {ja} `{id}` stands twice"));
        }
        let unreadable = term.reading.is_empty() || !term.reading.chars().all(is_kana);
        if unreadable {
            wrong.push(format!("{GLOSSARY}: {ja}: the reading is not hiragana"));
        }
        if term.meaning.trim().is_empty() || term.law.contains('\n') {
            wrong.push(format!("{GLOSSARY}: {ja}: one line of meaning, one of law"));
        }
        if term.not.iter().any(|other| other == ja) {
            wrong.push(format!(
                "{GLOSSARY}: {ja} is not to be confused with itself"
            ));
        }
    }
    for file in &glossary.complete {
        let text = std::fs::read_to_string(root.join(file))
            .with_context(|| format!("cannot read {file}"))?;
        for name in public_names(&text, Functions::Skip) {
            if !listed.contains(name.as_str()) && !glossary.plain.contains(&name) {
                wrong.push(format!("{file}: `{name}` is not in {GLOSSARY}"));
            }
        }
    }
    Ok(())
}

fn is_kana(letter: char) -> bool {
    ('ぁ'..='ゖ').contains(&letter) || "ー・0123456789".contains(letter)
}

fn all_public_names(root: &Path) -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for path in sh::files(root, Path::new("crates"))? {
        let read = || std::fs::read_to_string(root.join(&path));
        if sh::has_extension(&path, &["rs"]) {
            names.extend(public_names(&read()?, Functions::Take));
        } else if sh::has_extension(&path, &["sql"]) {
            names.extend(
                read()?
                    .lines()
                    .filter_map(|line| first_word(line.trim_start())),
            );
        }
    }
    Ok(names)
}

/// Whether the names of functions are wanted too.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Functions {
    Take,
    Skip,
}

/// Names after `pub`, and the variants of public enums, up to the tests at the end of the file.
fn public_names(text: &str, functions: Functions) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut in_enum = false;
    for line in text
        .lines()
        .take_while(|line| line.trim() != "#[cfg(test)]")
    {
        if let Some(rest) = line.trim_start().strip_prefix("pub ") {
            in_enum = rest.starts_with("enum ");
            let function = rest.contains("fn ") && rest.contains('(');
            if functions == Functions::Take || !function {
                names.extend(declared(rest));
            }
        } else if line.starts_with('}') {
            in_enum = false;
        } else if in_enum && line.starts_with("    ") && !line.starts_with("     ") {
            names.extend(first_word(line.trim_start()).filter(|word| {
                word.chars()
                    .next()
                    .is_some_and(|letter| letter.is_ascii_uppercase())
            }));
        }
    }
    names
}

/// `fn name`, `struct Name`, `const NAME`, or a field `name: …`.
fn declared(rest: &str) -> Option<String> {
    let mut words = rest.split_whitespace().skip_while(|word| {
        matches!(
            *word,
            "fn" | "struct" | "enum" | "const" | "static" | "type" | "trait" | "async" | "mod"
        )
    });
    first_word(words.next()?).filter(|word| word != "use")
}

fn first_word(text: &str) -> Option<String> {
    let word: String = text
        .chars()
        .take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '_')
        .collect();
    (!word.is_empty()).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_from_declarations() {
        let text = "/// A.\npub struct Income {\n    /// B.\n    pub salary: Yen,\n    hidden: u8,\n}\n\
                    pub enum Kind {\n    /// C.\n    Tax,\n    Premium { rate: u8 },\n}\n\
                    pub const fn name_ja() {}\nfn quiet() {}\n#[cfg(test)]\npub fn late() {}\n";
        let sorted = |functions| {
            public_names(text, functions)
                .into_iter()
                .collect::<Vec<_>>()
        };
        let names = sorted(Functions::Take);
        assert_eq!(sorted(Functions::Skip).len(), names.len() - 1);
        assert_eq!(
            names,
            ["Income", "Kind", "Premium", "Tax", "name_ja", "salary"]
        );
    }
}
