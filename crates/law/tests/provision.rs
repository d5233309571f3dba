//! 提供先・移転先の表: who stands in it on which day, and what is said of who does not.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use law::rules::RuleBook;
use law::rules::provision::{ProvisionKind, ProvisionMethod};
use law::{Date, day};
use std::collections::BTreeSet;

const FUJISAWA: &str = "142051";
const MINATO: &str = "131032";
const SAITAMA: &str = "111007";
/// 番号法の別表第二から命令の表へ移った日.
const MOVED: Date = jiff::civil::date(2024, 5, 27);
/// The rows of the order's table that the documents list.
const LISTED: [u16; 27] = [
    2, 3, 6, 13, 16, 19, 27, 38, 42, 48, 56, 65, 69, 83, 87, 101, 105, 125, 131, 137, 141, 145,
    158, 161, 164, 166, 173,
];
/// Those that began with the order.
const NEW: [u16; 5] = [13, 161, 164, 166, 173];
/// Those whose number in the documents is not a matter of medical insurance in the order.
const DISPUTED: [u16; 2] = [101, 105];

fn book() -> &'static RuleBook {
    RuleBook::shared().unwrap()
}

fn by_number(city: &str, on: Date) -> Vec<String> {
    book()
        .provisions(city, on)
        .into_iter()
        .filter(|row| row.provision.method == ProvisionMethod::NumberNetwork)
        .map(|row| row.code.to_owned())
        .collect()
}

fn refused(city: &str, code: &str, on: Date) -> &'static str {
    book().provision(city, code, on).unwrap_err().code
}

// covers: OUT-030
#[test]
fn there_were_25_recipients_and_27_from_the_day_of_the_order() {
    let before = MOVED.yesterday().unwrap();
    assert_eq!(by_number(FUJISAWA, before).len(), 25);
    assert_eq!(by_number(FUJISAWA, MOVED).len(), 27);
    let listed: Vec<String> = LISTED
        .iter()
        .map(|number| format!("network-{number:03}"))
        .collect();
    assert_eq!(by_number(FUJISAWA, MOVED), listed);
}

#[test]
fn every_row_of_the_order_is_there_with_its_article_from_its_day() {
    for number in LISTED {
        let code = format!("network-{number:03}");
        let before = MOVED.yesterday().unwrap();
        if DISPUTED.contains(&number) {
            assert_eq!(
                refused(FUJISAWA, &code, MOVED),
                "rules.provision.disputed",
                "{code}"
            );
            continue;
        }
        let row = book().provision(FUJISAWA, &code, MOVED).unwrap();
        assert!(
            row.clause.contains(&format!("の{number}の項")),
            "{}",
            row.clause
        );
        assert_eq!(row.provision.items, ["国民健康保険給付関係情報"]);
        assert_eq!(row.provision.awaits.as_deref(), Some("自治体中間サーバー"));
        assert!(row.provision.request);
        if NEW.contains(&number) {
            assert_eq!(
                refused(FUJISAWA, &code, before),
                "rules.provision.not_begun"
            );
            assert_eq!(row.provision.persons, "1万人未満");
        } else {
            let old = book().provision(FUJISAWA, &code, before).unwrap();
            assert!(old.clause.contains("別表第二"), "{}", old.clause);
        }
        assert_eq!(
            refused(FUJISAWA, &code, day(2015, 10, 4)),
            "rules.provision.not_begun"
        );
    }
}

// covers: OUT-028
#[test]
fn what_the_order_left_out_is_answered_before_and_called_deleted_after() {
    for code in [
        "network-former-01",
        "network-former-04",
        "network-former-30",
    ] {
        assert!(book().provision(FUJISAWA, code, day(2024, 5, 26)).is_ok());
        let refusal = book().provision(FUJISAWA, code, MOVED).unwrap_err();
        assert_eq!(refusal.code, "rules.provision.deleted");
        assert!(refusal.message_ja.contains("削除"), "{refusal}");
    }
    assert_eq!(
        refused(FUJISAWA, "network-999", MOVED),
        "rules.provision.unknown"
    );
}

// covers: OUT-029
#[test]
fn what_one_municipality_has_another_has_not() {
    let on = day(2024, 5, 26);
    for (code, cities) in [
        ("network-former-46", vec![MINATO]),
        ("network-former-88", vec![MINATO, SAITAMA]),
        ("network-former-09", vec![SAITAMA, "082104", "012131"]),
    ] {
        for city in [MINATO, SAITAMA, FUJISAWA, "082104", "012131"] {
            let found = book().provision(city, code, on).is_ok();
            assert_eq!(found, cities.contains(&city), "{code} {city}");
        }
    }
}

// covers: OUT-032
#[test]
fn what_goes_by_the_number_act_goes_by_its_network_alone() {
    for row in book().provisions(FUJISAWA, day(2026, 11, 20)) {
        if row.code.starts_with("network-") {
            assert_eq!(row.provision.method, ProvisionMethod::NumberNetwork);
            assert_eq!(row.provision.exports, Vec::<String>::new());
        }
    }
    let text = |method: &str, kind: &str, exports: &str| {
        format!(
            "[[provision]]\nfrom = 2024-05-27\ncode = \"x\"\nrecipient = \"a\"\npurpose = \"b\"\npersons = \"c\"\n\
             kind = \"{kind}\"\nitems = [\"d\"]\nscope = \"e\"\nmethod = \"{method}\"\ntiming = \"f\"\nrequest = true\n\
             exports = [{exports}]\ndisputed = false\nclause = \"g\"\nsource = \"h\"\nstatus = \"draft\"\ngrade = \"C\"\n\
             note = \"i\"\n"
        )
    };
    let read = |text: String| RuleBook::embedded_with(&[("rules/national/x.toml", text)]);
    assert!(read(text("number_network", "network", "")).is_ok());
    assert!(read(text("number_network", "network", "\"levy.table\"")).is_err());
    assert!(read(text("number_network", "transfer", "")).is_err());
    assert!(read(text("post", "network", "")).is_err());
}

// covers: OUT-044
#[test]
fn a_section_is_called_what_it_was_called_on_the_day() {
    let called = |code: &str, on: Date| {
        let row = book().provision(FUJISAWA, code, on).unwrap();
        assert_eq!(row.provision.kind, ProvisionKind::Transfer);
        row.provision.recipient.clone()
    };
    let first = |on| called("transfer-01", on);
    assert!(first(day(2021, 6, 8)).ends_with("障がい福祉課"));
    assert!(first(day(2021, 6, 9)).ends_with("子ども家庭課"));
    assert!(first(day(2025, 3, 19)).ends_with("子ども家庭センター"));
    assert!(called("transfer-07", day(2020, 4, 1)).starts_with("福祉健康部"));
    assert!(called("transfer-07", day(2026, 4, 1)).starts_with("福祉部"));
    let transfers = book()
        .provisions(FUJISAWA, day(2026, 4, 1))
        .into_iter()
        .filter(|row| row.provision.kind == ProvisionKind::Transfer)
        .map(|row| row.code.to_owned())
        .collect::<BTreeSet<_>>();
    let expected = (1..=11).map(|number| format!("transfer-{number:02}"));
    assert_eq!(transfers, expected.collect());
    assert_eq!(
        refused(MINATO, "transfer-01", day(2026, 4, 1)),
        "rules.provision.unknown"
    );
}
