//! What a book answers: declared unknowns, the weakest status, and a hash that follows values alone.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use law::FiscalYear;
use law::rules::RuleBook;
use law::rules::levy::Status;

/// Two years of a small two-part tariff; every national file is the shipped one.
const TOWN: &str = include_str!("data/town.toml");

fn book(text: &str) -> RuleBook {
    let shipped = RuleBook::embedded_files().iter();
    let mut files: Vec<(&str, &str)> = shipped
        .filter(|(path, _)| path.starts_with("rules/national/"))
        .copied()
        .collect();
    files.push(("rules/municipal/131032/levy.toml", text));
    RuleBook::parse(&files).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

/// The town with one text replaced by another, which must occur.
fn with(from: &str, to: &str) -> String {
    assert!(TOWN.contains(from), "{from}");
    TOWN.replacen(from, to, 1)
}

#[test]
fn a_period_declared_unknown_is_no_gap_and_is_refused_with_its_note() {
    let start = TOWN.find("[[rates]]").unwrap();
    let end = TOWN.rfind("[[rates]]").unwrap();
    let unknown = "[[unknown]]\ntable = \"rates\"\nfrom = 2024-04-01\nuntil = 2025-04-01\nclause = \"条例\"\nsource = \"未確認\"\nstatus = \"draft\"\ngrade = \"C\"\nnote = \"令和6年度の告示で確認\"\n";
    let text = format!("{}{unknown}{}", &TOWN[..start], &TOWN[end..]);
    let refusal = book(&text).levy("131032", FiscalYear(2024)).unwrap_err();
    assert!(
        refusal.message_ja.contains("令和6年度の告示で確認"),
        "{refusal}"
    );
    assert!(book(&text).levy("131032", FiscalYear(2025)).is_ok());
}

#[test]
fn an_unknown_component_refuses_the_levy_and_nothing_else() {
    let care = "{ code = \"care\", parts = [\"income\", \"per_capita\"], income_rate = \"2.36\", per_capita = 16500, cap = 170000 }";
    let text = with(
        care,
        "{ code = \"care\", unknown = true, note = \"介護分を告示で確認\" }",
    );
    let book = book(&text);
    let refusal = book.levy("131032", FiscalYear(2024)).unwrap_err();
    assert!(
        refusal.message_ja.contains("介護分を告示で確認"),
        "{refusal}"
    );
    let known = book
        .levy_of_known_components("131032", FiscalYear(2024))
        .unwrap();
    assert_eq!((known.components.len(), known.status), (2, Status::Draft));
    assert!(book.levy("131032", FiscalYear(2025)).is_ok());
}

#[test]
fn status_is_the_weakest_of_the_parts() {
    let sure = "status = \"confirmed\"\ngrade = \"A\"";
    let draft = "status = \"draft\"\ngrade = \"B\"";
    let method_draft = with(sure, draft);
    let status = |text: &str, year| book(text).levy("131032", FiscalYear(year)).unwrap().status;
    assert_eq!(status(&method_draft, 2024), Status::Draft);
    assert_eq!(status(&method_draft, 2025), Status::Draft);
    let last = TOWN.rfind(sure).unwrap();
    let rates_draft = format!("{}{draft}{}", &TOWN[..last], &TOWN[last + sure.len()..]);
    assert_eq!(status(&rates_draft, 2024), Status::Confirmed);
    assert_eq!(status(&rates_draft, 2025), Status::Draft);
}

#[test]
fn the_hash_follows_values_and_nothing_else() {
    let text = |town: &str| {
        book(town)
            .levy("131032", FiscalYear(2024))
            .unwrap()
            .canonical_json()
            .unwrap()
    };
    let base = text(TOWN);
    // A comment, and keys in another order.
    assert_eq!(text(&with("total_unit = 1", "total_unit = 1 # 円")), base);
    assert_eq!(
        text(&with(
            "total_unit = 1\nclause = \"条例 第1条\"",
            "clause = \"条例 第1条\"\ntotal_unit = 1"
        )),
        base
    );
    assert_eq!(
        text(&with("clause = \"条例 第1条\"", "clause = \"条例 第10条\"")),
        base
    );
    for (from, to) in [
        ("per_capita = 49100", "per_capita = 49101"),
        ("\"8.69\"", "\"8.70\""),
        ("cap = 240000", "cap = 230000"),
        ("\"person_floor\"", "\"person_nearest\""),
        ("\"event_month\"", "\"loss_day_month\""),
        ("total_unit = 1", "total_unit = 10"),
        ("amount_unit = 1", "amount_unit = 10"),
        ("name = \"港区\"", "name = \"東京都港区\""),
        (
            "status = \"confirmed\"\ngrade = \"A\"",
            "status = \"draft\"\ngrade = \"A\"",
        ),
    ] {
        assert_ne!(text(&with(from, to)), base, "{from}");
    }
    // Another year's figures do not touch this year's text.
    assert_eq!(
        text(&with("per_capita = 47300", "per_capita = 47301")),
        base
    );
}

#[test]
fn a_file_of_the_municipality_replaces_the_shipped_one() {
    let own = [("rules/municipal/131032/levy.toml", TOWN)];
    let book = RuleBook::embedded_with(&own).unwrap();
    assert_eq!(
        book.levy("131032", FiscalYear(2025))
            .unwrap()
            .municipality_name,
        "港区"
    );
    assert!(book.levy("131032", FiscalYear(2026)).is_err());
    assert!(book.levy("111007", FiscalYear(2026)).is_ok());
}

#[test]
fn a_printed_table_of_reductions_is_read_as_it_stands() {
    let rows = "{ tenths = 7, per_capita = 34370, per_household = 0 }, \
                { tenths = 5, per_capita = 24550, per_household = 0, preschool = 12275 }, \
                { tenths = 2, per_capita = 9820, per_household = 0 }, \
                { tenths = 0, per_capita = 0, per_household = 0 }";
    let table = format!("per_capita = 49100, reduction = [{rows}],");
    let rounding = "reduction = \"floor_each\"\namount_unit = 1\namount_rounding = \"floor\"\n";
    let split = "[[method.component]]\ncodes = [\"medical\"]\nincome_rounding = \"person_floor\"\n\
                 reduction = \"table\"\namount_unit = 1\namount_rounding = \"floor\"\n";
    let text = with("per_capita = 49100,", &table)
        .replacen(
            "[\"medical\", \"support\", \"care\"]",
            "[\"support\", \"care\"]",
            1,
        )
        .replacen(rounding, &format!("{rounding}\n{split}"), 1);
    let end = text.rfind("[[rates]]").unwrap();
    let rules = book(&text[..end]).levy("131032", FiscalYear(2024)).unwrap();
    let rows = &rules.components[0].reduction_table;
    assert_eq!(rows.len(), 4);
    assert_eq!(
        (rows[1].tenths, rows[1].per_capita.0, rows[1].preschool.0),
        (5, 24_550, 12_275)
    );
    assert!(rules.components[1].reduction_table.is_empty());
}
