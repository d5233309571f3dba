//! 料率の試算 — the whole city under other rates, with who gains and who loses.

use super::words;
use crate::answer;
use crate::desk::{Desk, Posted};
use crate::fields::{Fields, note};
use crate::registry::names;
use crate::view::FieldError;
use crate::view::amounts::ChangeRow;
use crate::view::chart::{Chart, Column, Pair, Unit, histogram, pairs};
use crate::view::city::{CityPage, RateField, RateRow};
use crate::view::compare::Changed;
use crate::view::format::{count, moment_ja, yen_round};
use axum::http::StatusCode;
use axum::response::Response;
use law::rules::LevyRules;
use law::rules::levy::{ComponentRules, ReductionRounding};
use law::{FiscalYear, Rate, Yen};
use office::OfficeError;
use office::jobs::Everyone;
use office::levy::YearRules;
use office::levy::relevy::NOW;
use office::levy::what_if::{CityFacts, Comparison, Fate};
use office::security::permit::{Function, RunLevy};
use std::sync::Arc;

/// The city of one year, read once and kept for the next question.
#[derive(Clone)]
pub struct CityOfYear {
    rule_hash: String,
    read_at: i64,
    facts: Arc<CityFacts>,
}

/// How long the city is kept before it is read again, microseconds.
const KEPT_FOR: i64 = 10 * 60 * 1_000_000;
/// Households read at a time.
const CHUNK: i64 = 5_000;

/// The form with the rates that stand.
pub async fn page(desk: Desk) -> Response {
    desk.answer(|desk| {
        desk.permit::<RunLevy>()?;
        answer::page(&form(desk, &Fields::default(), Vec::new())?)
    })
    .await
}

/// The city under the rates typed.
pub async fn calculate(posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            desk.permit::<RunLevy>()?;
            desk.record(RunLevy::CODE, None)?;
            let mut errors = Vec::new();
            let rules = chosen(desk, &fields)?;
            let (other, tables_left) = typed_rules(&rules.levy, &fields, &mut errors);
            let mut page = form(desk, &fields, errors)?;
            if !page.page.errors.is_empty() {
                return answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
            }
            let city = city(desk, rules)?;
            let comparison = city.facts.compare(&rules.levy, &other)?;
            fill(desk, &mut page, &comparison)?;
            page.remarks.push(format!(
                "{}件の賦課を計算しました。事実は{}に読んだものです。",
                count(comparison.after.units),
                moment_ja(city.read_at)
            ));
            if tables_left {
                page.remarks.push(
                    "均等割・平等割を変えた区分の軽減額は、条例の表ではなく割合で計算しています。"
                        .to_owned(),
                );
            }
            answer::page(&page)
        })
        .await
}

fn chosen<'d>(desk: &'d Desk, fields: &Fields) -> Result<&'d YearRules, OfficeError> {
    let typed = fields.text("year").parse::<i16>().ok().map(FiscalYear);
    desk.rules(typed.unwrap_or_else(|| desk.usual_year()))
}

/// One rate or amount of a component.
struct Item {
    code: &'static str,
    label: &'static str,
    stands: fn(&ComponentRules) -> String,
    /// Whether the ordinances levied here may have it at all.
    used: fn(&ComponentRules) -> bool,
}

const ITEMS: [Item; 6] = [
    Item {
        code: "income",
        label: "所得割（%）",
        stands: |component| component.income_rate.percent(),
        used: |_| true,
    },
    Item {
        code: "asset",
        label: "資産割（%）",
        stands: |component| component.asset_rate.percent(),
        used: |component| component.asset_rate.0 > 0,
    },
    Item {
        code: "capita",
        label: "均等割（円）",
        stands: |component| component.per_capita.grouped(),
        used: |_| true,
    },
    Item {
        code: "adult",
        label: "18歳以上均等割（円）",
        stands: |component| component.per_adult.grouped(),
        used: |component| component.per_adult > Yen::ZERO,
    },
    Item {
        code: "household",
        label: "平等割（円）",
        stands: |component| component.per_household.grouped(),
        used: |_| true,
    },
    Item {
        code: "cap",
        label: "限度額（円）",
        stands: |component| component.cap.grouped(),
        used: |_| true,
    },
];

/// The items that any component of the rules uses.
fn items(rules: &LevyRules) -> impl Iterator<Item = &'static Item> {
    ITEMS
        .iter()
        .filter(|item| rules.components.iter().any(item.used))
}

fn form(desk: &Desk, fields: &Fields, errors: Vec<FieldError>) -> Result<CityPage, OfficeError> {
    let rules = chosen(desk, fields)?;
    let mut layout = desk.layout("料率の試算");
    layout.errors = errors;
    let rates = rules
        .levy
        .components
        .iter()
        .map(|component| RateRow {
            code: component.code.clone(),
            name: component.name_ja.clone(),
            fields: items(&rules.levy)
                .map(|item| field(component, item, fields))
                .collect(),
        })
        .collect();
    Ok(CityPage {
        page: layout,
        years: desk.years(),
        year: rules.year().0.to_string(),
        columns: items(&rules.levy)
            .map(|item| item.label.to_owned())
            .collect(),
        rates,
        answered: false,
        remarks: Vec::new(),
        revenue: Vec::new(),
        counts: Vec::new(),
        charts: Vec::new(),
        extremes: Vec::new(),
    })
}

fn name(component: &ComponentRules, item: &Item) -> String {
    format!("{}_{}", component.code, item.code)
}

fn field(component: &ComponentRules, item: &Item, fields: &Fields) -> RateField {
    let name = name(component, item);
    let stands = (item.stands)(component);
    RateField {
        label: item.label.to_owned(),
        value: if fields.has(&name) {
            fields.text(&name).to_owned()
        } else {
            stands.clone()
        },
        stands,
        name,
    }
}

/// The rules as typed, and whether printed tables of reductions had to be left for ratios.
fn typed_rules(
    rules: &LevyRules,
    fields: &Fields,
    errors: &mut Vec<FieldError>,
) -> (LevyRules, bool) {
    let mut other = rules.clone();
    let mut tables_left = false;
    let used: Vec<&Item> = items(rules).collect();
    for component in &mut other.components {
        let before = (
            component.per_capita,
            component.per_adult,
            component.per_household,
        );
        for item in &used {
            let name = name(component, item);
            if !fields.has(&name) {
                continue;
            }
            let label = format!("{} {}", component.name_ja, item.label);
            match item.code {
                "income" | "asset" => match Rate::from_percent(fields.text(&name)) {
                    Ok(rate) if rate.0 <= law::money::PPM && item.code == "income" => {
                        component.income_rate = rate
                    }
                    Ok(rate) if rate.0 <= law::money::PPM => component.asset_rate = rate,
                    Ok(_) => note(errors, &name, &format!("{label}: 100%以下にしてください")),
                    Err(message) => note(errors, &name, &format!("{label}: {message}")),
                },
                "capita" => component.per_capita = fields.yen(&name, &label, errors),
                "adult" => component.per_adult = fields.yen(&name, &label, errors),
                "household" => component.per_household = fields.yen(&name, &label, errors),
                _ => component.cap = fields.yen(&name, &label, errors),
            }
        }
        let after = (
            component.per_capita,
            component.per_adult,
            component.per_household,
        );
        if before != after && component.reduction_rounding == ReductionRounding::Table {
            // The ordinance's table belongs to the amounts it was printed with.
            component.reduction_rounding = ReductionRounding::FloorEach;
            component.reduction_table.clear();
            tables_left = true;
        }
    }
    (other, tables_left)
}

fn city(desk: &Desk, rules: &YearRules) -> Result<CityOfYear, OfficeError> {
    let held = desk.app().city().clone();
    if let Some(city) = held
        && city.rule_hash == rules.hash
        && desk.now() - city.read_at < KEPT_FOR
    {
        return Ok(city);
    }
    let Everyone { chunks, .. } = desk.store().read(|conn| Everyone::read(conn, CHUNK))?;
    let facts = CityFacts::read(desk.store(), rules, NOW, &chunks)?;
    let city = CityOfYear {
        rule_hash: rules.hash.clone(),
        read_at: desk.now(),
        facts: Arc::new(facts),
    };
    *desk.app().city() = Some(city.clone());
    Ok(city)
}

fn fill(desk: &Desk, page: &mut CityPage, comparison: &Comparison) -> Result<(), OfficeError> {
    let (before, after) = (&comparison.before, &comparison.after);
    page.answered = true;
    page.revenue = before
        .components
        .iter()
        .zip(&after.components)
        .map(|(old, new)| ChangeRow::of(&old.name_ja, "", old.amount, new.amount))
        .collect();
    page.revenue
        .push(ChangeRow::of("合計", "", before.total, after.total));
    let tiers: Vec<(String, i64, i64)> = before
        .tiers
        .iter()
        .zip(&after.tiers)
        .map(|(old, new)| {
            let label = if old.0 == 0 {
                "軽減なし".to_owned()
            } else {
                words::reduction(old.0)
            };
            (label, old.1, new.1)
        })
        .collect();
    let at_cap: Vec<(String, i64, i64)> = before
        .components
        .iter()
        .zip(&after.components)
        .map(|(old, new)| {
            (
                format!("{} 限度額到達", old.name_ja),
                old.at_cap,
                new.at_cap,
            )
        })
        .collect();
    let (fewer, same, more) = comparison.fewer_same_more;
    page.charts = charts(comparison, &tiers, &at_cap);
    page.counts = tiers.into_iter().chain(at_cap).collect();
    page.remarks.push(format!(
        "減る世帯{}、変わらない世帯{}、増える世帯{}。",
        count(fewer),
        count(same),
        count(more)
    ));
    let (gainers, losers) = &comparison.extremes;
    let chosen: Vec<Fate> = losers
        .iter()
        .take(10)
        .chain(gainers.iter().take(10))
        .copied()
        .collect();
    page.extremes = desk.store().read(|conn| extremes(desk, conn, &chosen))?;
    Ok(())
}

fn charts(
    comparison: &Comparison,
    tiers: &[(String, i64, i64)],
    at_cap: &[(String, i64, i64)],
) -> Vec<Chart> {
    let revenue: Vec<Pair> = comparison
        .before
        .components
        .iter()
        .zip(&comparison.after.components)
        .map(|(old, new)| Pair {
            label: old.name_ja.clone(),
            before: old.amount.0,
            after: new.amount.0,
        })
        .collect();
    let of = |list: &[(String, i64, i64)]| -> Vec<Pair> {
        list.iter()
            .map(|(label, before, after)| Pair {
                label: label.trim_end_matches(" 限度額到達").to_owned(),
                before: *before,
                after: *after,
            })
            .collect()
    };
    vec![
        pairs("chart-revenue", "区分ごとの賦課額", Unit::Yen, &revenue),
        histogram("chart-fates", "年額の増減の分布", &columns(comparison)),
        pairs("chart-tiers", "軽減の世帯数", Unit::Households, &of(tiers)),
        pairs(
            "chart-caps",
            "限度額に達した世帯数",
            Unit::Households,
            &of(at_cap),
        ),
    ]
}

/// The classes of difference, those without change in the middle.
fn columns(comparison: &Comparison) -> Vec<Column> {
    let mut columns = Vec::new();
    let classes = &comparison.histogram;
    let same = Column {
        label: "同じ".to_owned(),
        count: comparison.fewer_same_more.1,
        sign: 0,
    };
    for (index, (least, number)) in classes.iter().enumerate() {
        if least.0 == 1 {
            columns.push(same.clone());
        }
        let next = classes.get(index + 1).map(|(next, _)| *next);
        let label = match (least.0, next) {
            (i64::MIN, Some(next)) => format!("{}未満", yen_round(next)),
            (1, _) => "〜5千円".to_owned(),
            (_, Some(_) | None) => format!("{}〜", yen_round(*least)),
        };
        columns.push(Column {
            label: label.replace("円", "").replace("5,000", "5千"),
            count: *number,
            sign: if least.0 < 0 { -1 } else { 1 },
        });
    }
    columns
}

fn extremes(desk: &Desk, conn: &mut db::Conn, fates: &[Fate]) -> Result<Vec<Changed>, OfficeError> {
    let today = desk.business_date();
    fates
        .iter()
        .map(|fate| {
            let head = office::registry::timeline::<office::registry::HouseholdHead>(
                conn,
                fate.household_id,
                None,
            )?
            .last()
            .map(|head| head.fact.head_person_id);
            let liable = match head {
                Some(head) => names::people(conn, today, [head])?.person(head),
                None => String::new(),
            };
            let change = ChangeRow::of("", "", fate.before, fate.after);
            Ok(Changed {
                household_id: fate.household_id,
                number: names::household_number(conn, fate.household_id, today)?,
                liable,
                what: String::new(),
                before: fate.before,
                after: fate.after,
                change: change.change,
                href: format!("/households/{}", fate.household_id),
            })
        })
        .collect()
}
