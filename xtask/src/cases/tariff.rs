//! A case's rates and conventions as a rule set.

use super::COMPONENTS;
use super::fields::Fields;
use law::levy::EarnerThresholds;
use law::rules::LevyRules;
use law::rules::levy::{
    BaseRounding, BasicDeduction, CapMethod, ComponentRules, IncomeRounding, LevyKind, LossMonth,
    ReductionRounding, ReductionRules, ReductionTier, Status,
};
use law::{FiscalYear, Payers, Rounding, Yen};
use serde_json::Value;

/// The rule set of a case, and what else its household is read with.
pub struct Tariff {
    /// What the engine runs.
    pub rules: LevyRules,
    /// The case-file key of each component, in the order of `rules.components`.
    pub codes: Vec<&'static str>,
    /// Whether thresholds for the statutory reduction were given.
    pub can_judge: bool,
}

/// Conventions that hold for one component.
struct Fractions {
    income: IncomeRounding,
    reduction: ReductionRounding,
    person_unit: i64,
    amount_unit: i64,
}

/// Reads `rates`, `convention`, `ryo_or_zei` and the municipality.
pub fn read(case: &mut Fields<'_>, fiscal_year: FiscalYear) -> Result<Tariff, String> {
    let empty = Value::Object(serde_json::Map::new());
    let convention = case.take("convention").unwrap_or(&empty);
    let rates = case.take("rates").ok_or("rates がありません")?;
    let mut rates = Fields::of(rates, "rates.")?;
    let base = rates.yen("base_deduction")?.unwrap_or(430_000);
    let (reduction, can_judge) = reduction(&mut rates, base)?;
    let mut components = Vec::new();
    let mut codes = Vec::new();
    for (code, name) in COMPONENTS {
        if let Some(values) = rates.take(code) {
            let mut values = Fields::of(values, &format!("rates.{code}."))?;
            let fractions = fractions(convention, code)?;
            components.push(component(&mut values, code, name, &fractions)?);
            values.finish()?;
            codes.push(code);
        }
    }
    rates.finish()?;
    let general = general(convention)?;
    let rules = LevyRules {
        municipality: case.text("code")?.unwrap_or_default(),
        municipality_name: case.text("municipality")?.unwrap_or_default(),
        kind: kind(case)?,
        fiscal_year,
        status: Status::Confirmed,
        components,
        reduction,
        basic_deduction: basic_deduction(base),
        base_rounding: general.base,
        cap_method: general.cap_method,
        loss_month: LossMonth::EventMonth,
        // A case gives the months of 産前産後 themselves.
        maternity: None,
        total_unit: general.total_unit,
    };
    Ok(Tariff {
        rules,
        codes,
        can_judge,
    })
}

fn kind(case: &mut Fields<'_>) -> Result<LevyKind, String> {
    match case.text("ryo_or_zei")?.as_deref() {
        Some("税" | "保険税" | "zei" | "tax") => Ok(LevyKind::Tax),
        Some("料" | "保険料" | "ryo" | "premium") | None => Ok(LevyKind::Premium),
        Some(other) => Err(format!("ryo_or_zei「{other}」は 料 か 税 で書いてください")),
    }
}

fn component(
    values: &mut Fields<'_>,
    code: &str,
    name: &str,
    fractions: &Fractions,
) -> Result<ComponentRules, String> {
    let yen = |value: Option<i64>| Yen(value.unwrap_or(0));
    Ok(ComponentRules {
        code: if code == "kodomo" { "child" } else { code }.to_owned(),
        name_ja: name.to_owned(),
        payers: if code == "care" {
            Payers::CareAge
        } else {
            Payers::Everyone
        },
        income_rate: values.rate("shotoku")?,
        asset_rate: values.rate("shisan")?,
        per_capita: yen(values.yen("kintou")?),
        per_adult: yen(values.yen("kintou18")?),
        per_household: yen(values.yen("byodo")?),
        // A component without a published cap is not capped.
        cap: Yen(values.yen("cap")?.unwrap_or(1_000_000_000)),
        specific_household: code != "care",
        preschool: code != "care",
        minor_exempt: code == "kodomo",
        income_rounding: fractions.income,
        reduction_rounding: fractions.reduction,
        reduction_table: Vec::new(),
        person_unit: fractions.person_unit,
        amount_unit: fractions.amount_unit,
        amount_rounding: Rounding::Floor,
    })
}

/// The thresholds: 43万円 and 10万円 unless given; 33万円 and no addition where 33万円 is deducted.
fn reduction(rates: &mut Fields<'_>, base: i64) -> Result<(ReductionRules, bool), String> {
    let old = base == 330_000;
    let mut rules = ReductionRules {
        base: Yen(if old { 330_000 } else { 430_000 }),
        per_earner: Yen(if old { 0 } else { 100_000 }),
        tiers: [7, 5, 2]
            .map(|tenths| ReductionTier {
                tenths,
                per_head: Yen::ZERO,
            })
            .to_vec(),
        pension_relief: Yen(150_000),
        earner: EarnerThresholds {
            salary: Yen(550_000),
            pension_under_65: Yen(600_000),
            pension_65: Yen(1_250_000),
        },
    };
    let Some(given) = rates.take("reduction") else {
        return Ok((rules, false));
    };
    let mut given = Fields::of(given, "rates.reduction.")?;
    if let Some(base) = given.yen("base")? {
        rules.base = Yen(base);
    }
    if let Some(addition) = given.yen("earner_add")? {
        rules.per_earner = Yen(addition);
    }
    let heads = [
        given.yen("seven")?.unwrap_or(0),
        given
            .yen("five")?
            .ok_or("rates.reduction.five がありません")?,
        given
            .yen("two")?
            .ok_or("rates.reduction.two がありません")?,
    ];
    for (tier, per_head) in rules.tiers.iter_mut().zip(heads) {
        tier.per_head = Yen(per_head);
    }
    given.finish()?;
    Ok((rules, true))
}

/// 基礎控除: 43万円 tapers by 合計所得金額 (from 令和3年度); any other amount is flat.
fn basic_deduction(base: i64) -> Vec<BasicDeduction> {
    let row = |up_to: Option<i64>, deduction| BasicDeduction {
        up_to: up_to.map(Yen),
        deduction: Yen(deduction),
    };
    if base != 430_000 {
        return vec![row(None, base)];
    }
    vec![
        row(Some(24_000_000), 430_000),
        row(Some(24_500_000), 290_000),
        row(Some(25_000_000), 150_000),
        row(None, 0),
    ]
}

/// Conventions of the whole rule set.
struct General {
    base: BaseRounding,
    cap_method: CapMethod,
    total_unit: i64,
}

fn general(convention: &Value) -> Result<General, String> {
    let mut fields = Fields::of(convention, "convention.")?;
    let base = match fields.yen("base_floor")? {
        None | Some(0 | 1) => BaseRounding::None,
        // 基準総所得 is each person's, whatever the rate is multiplied with later.
        Some(1_000) => BaseRounding::PersonThousand,
        Some(unit) => {
            return Err(format!(
                "convention.base_floor「{unit}」は 1 か 1000 で書いてください"
            ));
        }
    };
    let cap_method = match fields.text("proration")?.as_deref() {
        None | Some("monthly_composition") => CapMethod::MonthlyComposition,
        Some("person_months") => CapMethod::PersonMonths,
        Some(other) => {
            return Err(format!(
                "convention.proration「{other}」は monthly_composition か person_months で書いてください"
            ));
        }
    };
    let total_unit = unit(&mut fields, "total_floor")?.max(1);
    fields.ignore(&[
        "component_floor",
        "shotoku",
        "reduction",
        "reduction_unit",
        "person_component_floor",
        "kintou18",
    ]);
    fields.finish()?;
    Ok(General {
        base,
        cap_method,
        total_unit,
    })
}

/// A rounding unit in yen; absent is 0.
fn unit(fields: &mut Fields<'_>, key: &str) -> Result<i64, String> {
    match fields.yen(key)? {
        Some(unit) if unit < 1 => Err(format!("convention.{key} は 1 以上で書いてください")),
        unit => Ok(unit.unwrap_or(0)),
    }
}

/// Conventions of one component. A convention may be one value, or one for each component.
fn fractions(convention: &Value, code: &str) -> Result<Fractions, String> {
    let mut own = serde_json::Map::new();
    for (key, value) in convention.as_object().into_iter().flatten() {
        let value = match value {
            Value::Object(by_component) => by_component.get(code).or(by_component.get("default")),
            one => Some(one),
        };
        if let Some(value) = value {
            own.insert(key.clone(), value.clone());
        }
    }
    let own = Value::Object(own);
    let mut fields = Fields::of(&own, "convention.")?;
    let income = match fields.text("shotoku")?.as_deref() {
        None | Some("household" | "household_floor") => IncomeRounding::HouseholdFloor,
        Some("household_round" | "household_nearest") => IncomeRounding::HouseholdNearest,
        Some("person" | "person_floor") => IncomeRounding::PersonFloor,
        Some("person_round" | "person_nearest") => IncomeRounding::PersonNearest,
        Some(other) => return Err(format!("convention.shotoku「{other}」の意味を知りません")),
    };
    let step = unit(&mut fields, "reduction_unit")?.max(1);
    let off = |rounding| ReductionRounding::AmountOff {
        unit: step,
        rounding,
    };
    let reduction = match fields.text("reduction")?.as_deref() {
        None | Some("exact") => ReductionRounding::Exact,
        Some("floor_each") => ReductionRounding::FloorTotals,
        Some("person_floor") => ReductionRounding::FloorEach,
        Some("amount_nearest") => off(Rounding::Nearest),
        Some("amount_ceil") => off(Rounding::Ceil),
        Some("amount_floor") => off(Rounding::Floor),
        Some(other) => return Err(format!("convention.reduction「{other}」の意味を知りません")),
    };
    match fields.text("kintou18")?.as_deref() {
        None | Some("separate") => {}
        Some(other) => return Err(format!("convention.kintou18「{other}」の意味を知りません")),
    }
    Ok(Fractions {
        income,
        reduction,
        person_unit: unit(&mut fields, "person_component_floor")?,
        amount_unit: unit(&mut fields, "component_floor")?.max(1),
    })
}
