//! Worked examples of gains and losses, from `cases/eligibility.json`: days, both pairs, and the months of a levy.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use law::eligibility::{PersonChange, PersonEvent, fold_person};
use law::levy::facts::{InsuredSpan, LossCause, PersonFacts};
use law::levy::months::insured_months;
use law::rules::RuleBook;
use law::rules::levy::LossMonth;
use law::{Date, FiscalYear};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Book {
    #[serde(rename = "meta")]
    _meta: serde_json::Value,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    id: String,
    source: String,
    birth_on: Option<Date>,
    events: Vec<Told>,
    cover: Vec<Days>,
    #[serde(default)]
    former: Vec<Days>,
    prefecture: Option<Vec<Days>>,
    #[serde(default)]
    waiting: usize,
    months: BTreeMap<String, BTreeMap<String, Vec<i32>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    what: String,
    cause: String,
    on: Date,
    elsewhere_from: Option<Date>,
    prefecture_since: Option<Date>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct Days {
    from: Date,
    until: Option<Date>,
}

fn events(case: &Case) -> Vec<PersonEvent> {
    let numbered = (1..).zip(&case.events);
    numbered
        .map(|(event_id, told)| PersonEvent {
            event_id,
            cause: told.cause.clone(),
            loaded_code: None,
            occurred_on: told.on,
            occurred_known: true,
            reported_on: None,
            fixed_on: None,
            sequence: 0,
            change: match told.what.as_str() {
                "gain" => PersonChange::Gain {
                    household_id: 1,
                    branch: 1,
                    prefecture_since: told.prefecture_since,
                },
                "loss" => PersonChange::Loss {
                    elsewhere_from: told.elsewhere_from,
                },
                other => panic!("{other}"),
            },
        })
        .collect()
}

/// 喪失事由 of a code, as the months of the levy read it.
fn cause(code: &str) -> LossCause {
    match code {
        "41" => LossCause::MovedOut,
        "42" => LossCause::Insurance,
        "43" => LossCause::Welfare,
        "44" => LossCause::Death,
        "48" => LossCause::OfficialDeletion,
        "49" => LossCause::Other,
        "51" => LossCause::LateElderly75,
        "52" => LossCause::LateElderlyDisability,
        other => panic!("{other}"),
    }
}

fn rule(name: &str) -> LossMonth {
    match name {
        "event_month" => LossMonth::EventMonth,
        "loss_day_month" => LossMonth::LossDayMonth,
        "last_day_keeps_month" => LossMonth::LastDayKeepsMonth,
        other => panic!("{other}"),
    }
}

// covers: QUA-003, QUA-004, QUA-030
#[test]
fn worked_examples_of_gains_and_losses() {
    let text = include_str!("../../../cases/eligibility.json");
    let book: Book = serde_json::from_str(text).unwrap();
    assert!(book.cases.len() >= 12);
    let rules = RuleBook::shared()
        .unwrap()
        .eligibility_of("131032")
        .unwrap();
    for case in &book.cases {
        assert!(!case.source.is_empty());
        let birth_on = case.birth_on.unwrap_or(law::day(1980, 5, 5));
        let mut told = events(case);
        for _ in 0..told.len() {
            told.rotate_left(1);
            let standing = fold_person(&rules, birth_on, &told);
            let cover: Vec<Days> = standing
                .cover
                .iter()
                .map(|span| Days {
                    from: span.from,
                    until: span.until,
                })
                .collect();
            assert_eq!(cover, case.cover, "{}", case.id);
            let former: Vec<Days> = standing
                .former
                .iter()
                .map(|span| Days {
                    from: span.from,
                    until: span.until,
                })
                .collect();
            assert_eq!(former, case.former, "{}", case.id);
            assert_eq!(standing.pending.len(), case.waiting, "{}", case.id);
            if let Some(expected) = &case.prefecture {
                let held: Vec<Days> = standing
                    .prefecture
                    .iter()
                    .map(|span| Days {
                        from: span.since,
                        until: span.until,
                    })
                    .collect();
                assert_eq!(held, *expected, "{}", case.id);
            }
            let spans = standing.cover.iter().map(|span| InsuredSpan {
                acquired_on: span.from,
                lost_on: span.until,
                event_on: span.loss.as_ref().and_then(|loss| loss.occurred_on),
                cause: span.loss.as_ref().map(|loss| cause(&loss.code)),
            });
            let facts = PersonFacts {
                insured: spans.collect(),
                ..PersonFacts::born(birth_on)
            };
            for (year, by_rule) in &case.months {
                let year = FiscalYear(year.parse().unwrap());
                for (name, expected) in by_rule {
                    let months = insured_months(rule(name), year, &facts).unwrap();
                    let months: Vec<i32> = months.iter().collect();
                    assert_eq!(months, *expected, "{} {year} {name}", case.id);
                }
            }
        }
    }
}
