//! `boundary_cases` of benefits — copay ratio, burden class and the month 70 counts from, held against the rules.

use law::judgement::{
    Application, HouseholdFacts, IncomeVersion, Moment, PersonFacts, RevenueVersion, TaxStanding,
    TaxVersion, benefit_year, benefit_year_start, judge_elder, judge_household, seventy_from,
    tax_year,
};
use law::levy::facts::HeadSpan;
use law::levy::{Filing, Income};
use law::reason::Silent;
use law::rules::{JudgementRules, RuleBook};
use law::{Date, Span, Yen, day};
use serde::Deserialize;
use serde_json::Value;

/// Any municipality: the thresholds are the cabinet order's.
const ANY_MUNICIPALITY: &str = "131032";

/// Kinds that are computed; others of the same files belong to the amounts of benefits.
const KINDS: [&str; 3] = ["ratio", "class", "date"];

/// Whether a case is one of burden classes.
pub fn is_one(case: &Value) -> bool {
    case.get("inputs").is_some()
}

/// Whether its kind is computed.
pub fn is_computed(case: &Value) -> bool {
    let kind = case.get("kind").and_then(Value::as_str);
    kind.is_some_and(|kind| KINDS.contains(&kind))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Inputs {
    #[serde(default)]
    on: Option<Date>,
    #[serde(default)]
    members: Vec<Member>,
    #[serde(default)]
    application: bool,
    #[serde(default)]
    born: Option<Date>,
}

/// One person: 課税所得, 旧ただし書き所得, 収入, and how they stand to the household.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Member {
    born: Date,
    #[serde(default)]
    taxable: Option<i64>,
    #[serde(default)]
    kyutadashi: i64,
    #[serde(default)]
    income: Option<i64>,
    #[serde(default)]
    pension_revenue: i64,
    #[serde(default)]
    untaxed: bool,
    #[serde(default)]
    unfiled: bool,
    #[serde(default)]
    abroad: bool,
    #[serde(default)]
    not_insured: bool,
    #[serde(default)]
    former_insured: bool,
}

/// Checks one case.
pub fn check(case: &Value) -> Result<(), String> {
    let kind = case.get("kind").and_then(Value::as_str).unwrap_or("");
    let inputs = case.get("inputs").cloned().unwrap_or(Value::Null);
    let inputs: Inputs =
        serde_json::from_value(inputs).map_err(|error| format!("inputs: {error}"))?;
    let expected = case.get("expected").ok_or("expected がありません")?;
    let on = match inputs.on {
        Some(on) => on,
        // A page of rules speaks of people who are 70: the first October in which its members are.
        None => {
            let members = inputs.members.iter();
            let seventy = members.map(|member| seventy_from(member.born)).max();
            let asked = october(case)?;
            seventy.map_or(asked, |seventy| {
                asked.max(day(seventy.year() + i16::from(seventy.month() > 10), 10, 1))
            })
        }
    };
    match kind {
        "date" => {
            let born = inputs.born.ok_or("inputs.born がありません")?;
            let from = seventy_from(born);
            let got = format!("{:04}-{:02}", from.year(), from.month());
            same(expected, "start", &Value::String(got))
        }
        "ratio" | "class" => {
            let rules = RuleBook::shared()
                .map_err(|errors| format!("{errors:?}"))?
                .judgement_of(ANY_MUNICIPALITY)
                .and_then(|book| book.at(on))
                .map_err(|refusal| refusal.to_string())?;
            judged(&rules, &facts(&inputs, on), on, expected)
        }
        other => Err(format!("kind「{other}」は扱いません")),
    }
}

/// October of the year a case speaks of.
fn october(case: &Value) -> Result<Date, String> {
    let text = case.get("as_of_date").and_then(Value::as_str);
    let year = text.and_then(|text| text.get(..4)?.parse().ok());
    Ok(day(
        year.ok_or("inputs.on か as_of_date がありません")?,
        10,
        1,
    ))
}

fn judged(
    rules: &JudgementRules,
    facts: &HouseholdFacts,
    on: Date,
    expected: &Value,
) -> Result<(), String> {
    let elder = judge_elder(rules, facts, Moment::of(on), &mut Silent);
    let household = judge_household(rules, facts, Moment::of(on), &mut Silent);
    if expected.get("ratio").is_some() {
        let tenths = elder.and_then(|one| one.tenths).map_or(0, i64::from);
        same(expected, "ratio", &Value::from(tenths))?;
    }
    if expected.get("class70").is_some() {
        let class = elder.and_then(|one| one.class);
        let label = class.map_or("保留", law::judgement::Over70::label_ja);
        same(expected, "class70", &Value::from(label))?;
    }
    if expected.get("class").is_some() {
        let class = household.and_then(|one| one.class);
        let label = class.map_or("保留", law::judgement::Under70::label_ja);
        same(expected, "class", &Value::from(label))?;
    }
    let known = ["ratio", "class70", "class"];
    let keys = expected.as_object().map_or(0, |all| {
        all.keys()
            .filter(|key| !known.contains(&key.as_str()))
            .count()
    });
    if keys > 0 || expected.as_object().is_none_or(serde_json::Map::is_empty) {
        return Err("expected には ratio・class70・class のどれかだけを書いてください".to_owned());
    }
    Ok(())
}

fn same(expected: &Value, key: &str, got: &Value) -> Result<(), String> {
    let wanted = expected
        .get(key)
        .ok_or(format!("expected.{key} がありません"))?;
    if wanted == got {
        return Ok(());
    }
    Err(format!("{key}: 期待 {wanted}、計算 {got}"))
}

/// The first member is the head; everyone is insured all along unless the case says otherwise.
fn facts(inputs: &Inputs, on: Date) -> HouseholdFacts {
    let fiscal_year = tax_year(on);
    let known_on = day(fiscal_year.0, 6, 1);
    let always = Span {
        from: day(2010, 4, 1),
        until: None,
    };
    let people = inputs.members.iter().map(|member| {
        let mut person = PersonFacts::born(member.born);
        if member.former_insured {
            person.former_insured.push(always);
        } else if !member.not_insured {
            person.insured.push(always);
        }
        person.incomes.push(IncomeVersion {
            fiscal_year,
            known_on,
            filing: if member.unfiled {
                Filing::Unfiled
            } else {
                Filing::Filed
            },
            inquiry_open: false,
            income: Income {
                business: Yen(if member.kyutadashi > 0 {
                    member.kyutadashi + 430_000
                } else {
                    0
                }),
                pension_revenue: Yen(member.pension_revenue),
                ..Income::default()
            },
        });
        if !member.unfiled {
            person.taxes.push(TaxVersion {
                fiscal_year,
                known_on,
                standing: if member.untaxed || member.abroad {
                    TaxStanding::NotTaxed
                } else {
                    TaxStanding::Taxed
                },
                taxable_income: member.taxable.map(Yen),
                abroad: member.abroad,
                adjustment: None,
            });
        }
        if let Some(revenue) = member.income {
            person.revenues.push(RevenueVersion {
                fiscal_year,
                known_on,
                revenue: Yen(revenue),
                by_record: false,
            });
        }
        person
    });
    let year = benefit_year(on);
    let application = inputs.application.then(|| Application {
        benefit_year: year,
        received_on: benefit_year_start(year).yesterday().unwrap_or(on),
    });
    HouseholdFacts {
        people: people.collect(),
        heads: vec![HeadSpan {
            person: 0,
            from: day(1990, 4, 1),
            until: None,
        }],
        applications: application.into_iter().collect(),
        ..HouseholdFacts::default()
    }
}
