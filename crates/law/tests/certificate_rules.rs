//! 証の規則: nonsense is refused with file, row and field; a municipality's rows come before the nation's.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use law::day;
use law::rules::{CertificateRules, RuleBook};

const NATIONAL: &str = "rules/national/certificate.toml";

fn national() -> &'static str {
    let files = RuleBook::embedded_files();
    files
        .iter()
        .find(|(path, _)| path.ends_with("national/certificate.toml"))
        .unwrap()
        .1
}

fn path() -> &'static str {
    let files = RuleBook::embedded_files();
    files
        .iter()
        .find(|(path, _)| path.ends_with("national/certificate.toml"))
        .unwrap()
        .0
}

/// The faults when one text stands in place of another in the first row that has it.
fn faults(find: &str, replace: &str) -> Vec<String> {
    let text = national();
    assert!(text.contains(find), "{find}");
    let changed = text.replacen(find, replace, 1);
    match RuleBook::embedded_with(&[(path(), changed.as_str())]) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.iter().map(ToString::to_string).collect(),
    }
}

// covers: CRT-015
#[test]
fn nonsense_is_refused_by_row_and_field() {
    let table = [
        ("form_id = \"1001\"", "form_id = \"1\"", "form_id"),
        ("form_id = \"1001\"", "form_id = \"1002\"", "form_id"),
        (
            "form_version = \"01\"",
            "form_version = \"1\"",
            "form_version",
        ),
        (
            "number_prefix = \"10\"",
            "number_prefix = \"11\"",
            "number_prefix",
        ),
        ("renewal_month = 8", "renewal_month = 0", "renewal_month"),
        ("renewal_month = 8", "renewal_month = 13", "renewal_month"),
        ("years = 5", "years = 6", "years"),
        ("years = 5", "years = 0", "years"),
        ("\"sex\", ", "", "items"),
        (
            "\"card_not_usable\"]",
            "\"card_not_usable\", \"card_usable\"]",
            "conditions",
        ),
        ("\"special_noticed\", ", "", "conditions"),
        ("\"age75\"", "\"age76\"", "ends"),
        ("\"stay\", ", "\"stay\", \"stay\", ", "ends"),
        (
            "accepted_through = 2025-12-01",
            "accepted_through = 2024-11-01",
            "accepted_through",
        ),
        ("colour = \"橙\"", "colour = \"青\"", "colour"),
        ("paper = \"card\"", "paper = \"b5\"", "paper"),
        (
            "card_list_days = 45",
            "card_list_days = 0",
            "card_list_days",
        ),
        (
            "stay_end = \"same_day\"",
            "stay_end = \"never\"",
            "stay_end",
        ),
        (
            "mail = \"registered\"",
            "mail = \"registered\"\nweight = 3",
            "weight",
        ),
        ("status = \"draft\"", "status = \"confirmed\"", "status"),
        ("until = 2024-12-02", "until = 2018-04-01", "until"),
    ];
    for (find, replace, field) in table {
        let found = faults(find, replace);
        assert!(
            found
                .iter()
                .any(|fault| fault.contains(&format!("の項目 {field}"))
                    && fault.contains("certificate.toml")),
            "{replace}: {found:?}"
        );
    }
}

// covers: CRT-010, CRT-015
#[test]
fn a_kind_is_added_and_renamed_by_configuration() {
    let book = RuleBook::embedded().unwrap();
    let name = |code: &str, kind: &str| {
        let rules = book.certificate(code).unwrap();
        rules.kind(kind, day(2026, 4, 1)).unwrap().name_ja.clone()
    };
    assert_eq!(
        name("131032", "ceiling_meal"),
        "限度額適用・標準負担額減額認定証"
    );
    assert_eq!(
        name("012131", "ceiling_meal"),
        "限度額適用・食事療養標準負担額減額認定証"
    );
    assert_eq!(
        name("012131", "ceiling_living"),
        "限度額適用・生活療養標準負担額減額認定証"
    );
    // A kind of the municipality's own, from a day on, with a renewal of its own.
    let start = national().find("[[certificate_kind]]").unwrap();
    let row: String = national()[start..].split("\n\n").next().unwrap().to_owned();
    let own = row
        .replace("from = 2024-12-02", "from = 2026-10-01\nuntil = 2027-04-01")
        .replace("renewal_month = 8", "renewal_month = 12")
        .replace("colour = \"青\"", "colour = \"紺\"");
    let path = path().replace("national/", "municipal/131032/");
    let book = RuleBook::embedded_with(&[(path.as_str(), own.as_str())]).unwrap();
    let rules = book.certificate("131032").unwrap();
    let at = |on| {
        let kind = rules.kind("confirmation", on).unwrap();
        (kind.renewal_month, kind.form.colour.clone())
    };
    assert_eq!(at(day(2026, 9, 30)), (8, "青".to_owned()));
    assert_eq!(at(day(2026, 10, 1)), (12, "紺".to_owned()));
    assert_eq!(at(day(2027, 3, 31)), (12, "紺".to_owned()));
    assert_eq!(at(day(2027, 4, 1)), (8, "青".to_owned()));
    // The others keep the nation's.
    assert_eq!(
        book.certificate("012131")
            .unwrap()
            .kind("confirmation", day(2026, 12, 1))
            .unwrap()
            .renewal_month,
        8
    );
}

#[test]
fn the_rules_have_one_hash_and_come_back_from_their_text() {
    let book = RuleBook::embedded().unwrap();
    let rules = book.certificate("131032").unwrap();
    let text = rules.canonical_json().unwrap();
    assert_eq!(CertificateRules::from_canonical_json(&text).unwrap(), rules);
    let mut other = rules.clone();
    other.practices[0].card_list_days += 1;
    assert_ne!(other.hash().unwrap(), rules.hash().unwrap());
    assert!(
        book.citations()
            .iter()
            .any(|row| row.file.ends_with("certificate.toml") || row.file == NATIONAL)
    );
    // There is no default day: what the rows do not hold is refused.
    assert_eq!(
        rules.class("A01", day(2010, 1, 1)).unwrap_err().code,
        "rules.certificate.class"
    );
    assert_eq!(
        rules.practice(day(2010, 1, 1)).unwrap_err().code,
        "rules.certificate.practice"
    );
    assert_eq!(
        rules.kind("none", day(2026, 1, 1)).unwrap_err().code,
        "rules.certificate.unknown"
    );
}
