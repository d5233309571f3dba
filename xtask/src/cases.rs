//! `cargo xtask cases` — published worked examples of the levy, run against the engine to the yen.
//!
//! A file holds `cases` (a municipality's rates, a household, what was published) and `month_cases`
//! (which months count). Each case stands alone: one that cannot be read fails with a sentence that
//! names the key, and the others still run.

mod benefit;
mod fields;
mod household;
mod month;
mod tariff;

use anyhow::Context as _;
use fields::Fields;
use law::levy::{Assessor, ComponentLevy, Levy};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// The components of a case file in the order of the ordinance: key, name as printed.
const COMPONENTS: [(&str, &str); 4] = [
    ("medical", "医療分"),
    ("support", "後期高齢者支援金等分"),
    ("care", "介護納付金分"),
    ("kodomo", "子ども・子育て支援納付金分"),
];

/// Keys of a case that say where it comes from and do not change the calculation.
const ABOUT: [&str; 23] = [
    "id",
    "source",
    "source_url",
    "source_title",
    "source_date",
    "trust",
    "municipality",
    "code",
    "fiscal_year",
    "ryo_or_zei",
    "scope",
    "notes",
    "note",
    "verified",
    "difference",
    "computed",
    "naive_rule_difference",
    "title",
    "url",
    "comment",
    "remarks",
    "retrieved",
    "tags",
];

/// How many cases agreed to the yen, and one line for each that did not.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Cases that agreed in everything published.
    pub passed: usize,
    /// Cases of a kind that is not computed yet.
    pub waiting: usize,
    /// One line per failing case: expected, got and difference, or why it could not be run.
    pub failures: Vec<String>,
}

/// Runs case files, or every file under `cases/` where none is named, and prints failures and the count.
///
/// Returns whether every case passed.
///
/// # Errors
/// A file that cannot be read at all or is not JSON.
pub fn run(files: &[PathBuf]) -> anyhow::Result<bool> {
    let files = if files.is_empty() {
        shipped_files()?
    } else {
        files.to_vec()
    };
    let mut total = Outcome::default();
    for file in &files {
        let outcome = run_file(file)?;
        total.passed += outcome.passed;
        total.waiting += outcome.waiting;
        total.failures.extend(outcome.failures);
    }
    for line in &total.failures {
        println!("{line}");
    }
    println!("{} passed, {} failed", total.passed, total.failures.len());
    if total.waiting > 0 {
        println!("{} are of kinds that are not computed yet", total.waiting);
    }
    Ok(total.failures.is_empty())
}

/// `cases/levy.json`, `cases/benefits.json` and `cases/own/*.json` of this repository.
fn shipped_files() -> anyhow::Result<Vec<PathBuf>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../cases");
    let mut files = vec![folder.join("levy.json"), folder.join("benefits.json")];
    let own = folder.join("own");
    let listing = fs::read_dir(&own).with_context(|| format!("{} を読めません", own.display()))?;
    for entry in listing {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "json") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Runs one file.
///
/// # Errors
/// As [`run`].
pub fn run_file(file: &Path) -> anyhow::Result<Outcome> {
    let text =
        fs::read_to_string(file).with_context(|| format!("{} を読めません", file.display()))?;
    let content: Value = serde_json::from_str(&text)
        .with_context(|| format!("{} はJSONとして読めません", file.display()))?;
    let list = |key: &str| content.get(key).and_then(Value::as_array);
    let kinds = ["cases", "month_cases", "boundary_cases"];
    if kinds.iter().all(|kind| list(kind).is_none()) {
        anyhow::bail!(
            "{} に cases も month_cases も boundary_cases もありません。levy.json と同じ形にしてください",
            file.display()
        );
    }
    let mut outcome = Outcome::default();
    for (kind, check) in [
        ("cases", check_levy as fn(&Value) -> Result<(), String>),
        ("month_cases", month::check),
        ("boundary_cases", benefit::check),
    ] {
        for (place, case) in list(kind).into_iter().flatten().enumerate() {
            let of_benefits = kind == "boundary_cases" || benefit::is_one(case);
            if of_benefits && !benefit::is_computed(case) {
                outcome.waiting += 1;
                continue;
            }
            let check = if of_benefits { benefit::check } else { check };
            match check(case) {
                Ok(()) => outcome.passed += 1,
                Err(why) => outcome
                    .failures
                    .push(format!("{}: {why}", name_of(case, kind, place))),
            }
        }
    }
    Ok(outcome)
}

/// How a failure names its case: the id and municipality, or the place in the file.
fn name_of(case: &Value, kind: &str, place: usize) -> String {
    let text = |key: &str| case.get(key).and_then(Value::as_str);
    match (text("id"), text("municipality")) {
        (Some(id), Some(municipality)) => format!("{id} {municipality}"),
        (Some(id), None) => id.to_owned(),
        (None, _) => format!("{kind}[{place}]"),
    }
}

/// Levies one case's household under its rates and compares everything published.
fn check_levy(case: &Value) -> Result<(), String> {
    let mut fields = Fields::of(case, "")?;
    fields.ignore(&ABOUT);
    let fiscal_year = fields::fiscal_year(&mut fields)?;
    let tariff = tariff::read(&mut fields, fiscal_year)?;
    let household = household::read(&mut fields, fiscal_year, &tariff)?;
    let expected = fields.take("expected").ok_or("expected がありません")?;
    fields.finish()?;
    let assessor = Assessor::new(&tariff.rules).map_err(|refusal| refusal.to_string())?;
    let levy = assessor
        .levy(&household)
        .map_err(|refusal| refusal.to_string())?;
    compare(expected, &tariff.codes, &levy)
}

/// Holds the published figures against the levy: one clause of text for each that differs.
fn compare(expected: &Value, codes: &[&str], levy: &Levy) -> Result<(), String> {
    let mut fields = Fields::of(expected, "expected.")?;
    let mut differences = Vec::new();
    let mut compared = 0;
    let mut hold = |label: &str, want: Option<i64>, got: i64| {
        let Some(want) = want else { return };
        compared += 1;
        if want != got {
            let off = got - want;
            differences.push(format!(
                "{label} expected {want}, got {got}, difference {off:+}"
            ));
        }
    };
    hold(
        "軽減割合(割)",
        fields.tenths("reduction")?,
        levy.reduction_tenths,
    );
    for (key, _) in COMPONENTS {
        let found = codes.iter().zip(&levy.components);
        let component = found
            .filter(|(code, _)| **code == key)
            .map(|(_, component)| *component)
            .next()
            .unwrap_or_default();
        hold(key, fields.yen(key)?, component.amount.0);
        let detail_key = format!("{key}_detail");
        if let Some(detail) = fields.take(&detail_key) {
            let mut detail = Fields::of(detail, &format!("expected.{detail_key}."))?;
            let split = detail.take("18歳以上均等割").is_some();
            for (part, got) in parts(&component, split) {
                hold(&format!("{key}.{part}"), detail.yen(part)?, got);
            }
            detail.finish()?;
        }
    }
    hold("total", fields.yen("total")?, levy.total.0);
    fields.finish()?;
    if compared == 0 {
        return Err("expected に比べる額がありません".to_owned());
    }
    if differences.is_empty() {
        Ok(())
    } else {
        Err(differences.join("; "))
    }
}

/// The parts of one component under the names that published examples use. Where 18歳以上均等割 is not
/// published apart (`split`), it is inside 均等割.
fn parts(component: &ComponentLevy, split: bool) -> [(&'static str, i64); 6] {
    let adult = component.per_adult.0;
    let inside = if split { 0 } else { adult };
    [
        ("所得割", component.income.0),
        ("資産割", component.asset.0),
        ("均等割", component.per_capita.0 + inside),
        ("18歳以上均等割", adult),
        ("平等割", component.per_household.0),
        ("限度超過額", component.over_cap.0),
    ]
}

#[cfg(test)]
mod tests;
