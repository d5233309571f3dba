//! Rule files that must be refused, each with a message that says where and what to do.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use law::rules::levy::Status;
use law::rules::{RuleBook, RuleError};
use law::{FiscalYear, Yen};

/// Two years of a small two-part tariff; every national file is the shipped one.
const TOWN: &str = include_str!("data/town.toml");

fn files(path: &str, text: &str) -> Vec<(String, String)> {
    let shipped = RuleBook::embedded_files().iter();
    let national = shipped.filter(|(path, _)| path.starts_with("rules/national/"));
    let mut files: Vec<(String, String)> = national
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect();
    files.push((path.to_owned(), text.to_owned()));
    files
}

const PATH: &str = "rules/municipal/131032/levy.toml";

fn book(text: &str) -> RuleBook {
    RuleBook::parse(&files(PATH, text)).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

fn faults(path: &str, text: &str) -> Vec<RuleError> {
    RuleBook::parse(&files(path, text)).unwrap_err()
}

/// The town with one text replaced by another, which must occur.
fn with(from: &str, to: &str) -> String {
    assert!(TOWN.contains(from), "{from}");
    TOWN.replacen(from, to, 1)
}

/// Asserts that exactly one fault is told, in this table, row and field, and that its message says so.
fn only(text: &str, table: &str, row: Option<usize>, field: &str, message: &str) {
    let all = faults(PATH, text);
    assert_eq!(all.len(), 1, "{all:#?}");
    assert_eq!(all[0].file, PATH);
    assert_eq!(
        (all[0].table.as_str(), all[0].row),
        (table, row),
        "{}",
        all[0]
    );
    assert_eq!(all[0].field.as_deref(), Some(field), "{}", all[0]);
    assert!(all[0].message_ja.contains(message), "{}", all[0]);
}

#[test]
fn the_town_itself_is_sound() {
    let rules = book(TOWN).levy("131032", FiscalYear(2025)).unwrap();
    assert_eq!(rules.components[0].per_capita, Yen(47_300));
    assert_eq!(rules.status, Status::Confirmed);
}

#[test]
fn an_unknown_key_is_refused() {
    let text = with("total_unit = 1", "total_unit = 1\ntotal_untit = 100");
    only(&text, "method", Some(1), "total_untit", "知らない項目");
    let text = with("[[rates]]", "[[rate]]");
    only(&text, "", None, "rate", "知らない表");
    let text = with("cap = 650000 }", "cap = 650000, cupo = 1 }");
    only(&text, "rates[1].component", Some(1), "cupo", "知らない項目");
}

#[test]
fn a_float_is_refused_wherever_it_stands() {
    let text = with("income_rate = \"8.69\"", "income_rate = 8.69");
    only(
        &text,
        "",
        None,
        "rates[1].component[1].income_rate",
        "小数 8.69",
    );
    let text = with("total_unit = 1", "total_unit = 1.0");
    only(&text, "", None, "method[1].total_unit", "小数");
}

#[test]
fn overlap_and_gap_are_refused() {
    let text = with("until = 2025-04-01", "until = 2025-05-01");
    only(&text, "rates", Some(2), "from", "期間が重なります");
    let text = with("until = 2025-04-01", "until = 2025-03-01");
    only(
        &text,
        "rates",
        Some(2),
        "from",
        "2025-03-01 から 2025-04-01 の前日までの行がありません",
    );
    let text = with("until = 2025-04-01", "until = 2024-04-01");
    let all = faults(PATH, &text);
    assert!(
        all.iter()
            .any(|one| one.message_ja.contains("until は from より後")),
        "{all:#?}"
    );
}

#[test]
fn rates_must_end() {
    let text = with("until = 2026-04-01\n", "");
    only(&text, "rates", Some(2), "until", "until を書いてください");
}

#[test]
fn a_row_without_clause_source_or_status_is_refused() {
    let at = "clause = \"条例 第2条\"\n";
    only(
        &with(at, ""),
        "rates",
        Some(1),
        "clause",
        "この項目がありません",
    );
    only(
        &with(at, "clause = \" \"\n"),
        "rates",
        Some(1),
        "clause",
        "空です",
    );
    let at = "source = \"例規集\"\nstatus = \"confirmed\"\ngrade = \"A\"\n\n[[method";
    only(
        &with(at, "status = \"confirmed\"\ngrade = \"A\"\n\n[[method"),
        "method",
        Some(1),
        "source",
        "この項目がありません",
    );
    only(
        &with(at, "source = \"例規集\"\ngrade = \"A\"\n\n[[method"),
        "method",
        Some(1),
        "status",
        "この項目がありません",
    );
    let text = with(
        "status = \"confirmed\"\ngrade = \"A\"",
        "status = \"confirmed\"\ngrade = \"B\"",
    );
    only(&text, "method", Some(1), "status", "draft にしてください");
    let text = with("status = \"confirmed\"", "status = \"sure\"");
    only(
        &text,
        "method",
        Some(1),
        "status",
        "\"draft\"・\"confirmed\"",
    );
}

#[test]
fn a_cap_above_the_national_cap_is_refused() {
    let text = with("cap = 240000", "cap = 250000");
    only(
        &text,
        "rates",
        Some(1),
        "cap",
        "限度額250,000円が国の限度額240,000円を超えています",
    );
    // Below it is the ordinance's right.
    assert!(
        book(&with("cap = 650000", "cap = 630000"))
            .levy("131032", FiscalYear(2024))
            .is_ok()
    );
}

#[test]
fn a_wrong_code_is_refused() {
    let all = faults("rules/municipal/131033/levy.toml", TOWN);
    let told: Vec<String> = all.iter().map(ToString::to_string).collect();
    assert!(
        told.iter()
            .any(|one| one.contains("検査数字が合いません（計算では2）")),
        "{told:#?}"
    );
    assert!(
        told.iter()
            .any(|one| one.contains("フォルダーの名前 131033 と合いません")),
        "{told:#?}"
    );
    let all = faults("rules/municipal/港区/levy.toml", TOWN);
    assert!(
        all.iter()
            .any(|one| one.message_ja.contains("6桁の数字ではありません"))
    );
    let all = faults("levy.toml", TOWN);
    assert!(
        all[0]
            .message_ja
            .contains("rules/municipal/団体コード6桁/名前.toml")
    );
}

#[test]
fn missing_components_and_table_rows_are_refused() {
    let text = with("code = \"care\"", "code = \"child\"");
    let all = faults(PATH, &text);
    assert!(
        all.iter()
            .any(|one| one.message_ja.contains("区分 care（介護分）の行が0件")),
        "{all:#?}"
    );
    assert!(
        all.iter()
            .any(|one| one.message_ja.contains("区分 child は")),
        "{all:#?}"
    );
    let text = with("\"support\", \"care\"]", "\"support\"]");
    let all = faults(PATH, &text);
    assert!(
        all.iter()
            .all(|one| one.message_ja.contains("端数の行が0件")),
        "{all:#?}"
    );
    let text = with("reduction = \"floor_each\"", "reduction = \"table\"");
    let all = faults(PATH, &text);
    for tenths in ["7割の行", "5割の行", "2割の行", "0割の行"] {
        assert!(
            all.iter().any(|one| one.message_ja.contains(tenths)),
            "{all:#?}"
        );
    }
}

#[test]
fn what_a_tax_may_not_choose_is_refused() {
    let text = with("kind = \"premium\"", "kind = \"tax\"");
    only(
        &text,
        "method",
        Some(1),
        "total_unit",
        "100円未満を切り捨てます",
    );
}

#[test]
fn figures_and_parts_must_agree() {
    let text = with("per_capita = 49100, ", "");
    only(
        &text,
        "rates[1].component",
        Some(1),
        "per_capita",
        "この項目がありません",
    );
    let text = with(
        "per_capita = 49100,",
        "per_capita = 49100, per_household = 1,",
    );
    only(
        &text,
        "rates[1].component",
        Some(1),
        "per_household",
        "parts に \"per_household\" がない",
    );
    let text = with("income_rate = \"8.69\"", "income_rate = \"8.69%\"");
    only(
        &text,
        "rates[1].component",
        Some(1),
        "income_rate",
        "%を付けず",
    );
}

#[test]
fn every_fault_is_told_at_once() {
    let text = with("kind = \"premium\"", "kind = \"fee\"")
        .replacen("total_unit = 1", "total_unit = 7", 1)
        .replacen("clause = \"条例 第2条\"\n", "", 1)
        .replacen("cap = 240000", "cap = \"240000\"", 1);
    let fields: Vec<_> = faults(PATH, &text)
        .into_iter()
        .map(|one| one.field.unwrap())
        .collect();
    assert_eq!(fields, ["kind", "total_unit", "clause", "cap"]);
    let all = faults(PATH, "from = \n");
    assert!(
        all[0].message_ja.contains("TOMLとして読めません"),
        "{all:?}"
    );
}

#[test]
fn national_tables_are_checked_too() {
    let shipped = RuleBook::embedded_files();
    let (path, text) = shipped
        .iter()
        .find(|(path, _)| path.ends_with("national/levy.toml"))
        .unwrap();
    let broken = text.replacen(
        "{ tenths = 5, per_head = 310000 }",
        "{ tenths = 8, per_head = 310000 }",
        1,
    );
    assert_ne!(&broken, text);
    let all = RuleBook::parse(&[(*path, broken.as_str())]).unwrap_err();
    assert!(all[0].message_ja.contains("割合の大きい順"), "{all:?}");
    let (path, text) = shipped
        .iter()
        .find(|(path, _)| path.ends_with("late-charge.toml"))
        .unwrap();
    let broken = text.replacen("until = 2001-01-01", "until = 2000-07-01", 1);
    let all = RuleBook::parse(&[(*path, broken.as_str())]).unwrap_err();
    assert!(
        all.iter().any(|one| one.message_ja.contains("暦年")),
        "{all:?}"
    );
}
