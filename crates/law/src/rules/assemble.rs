//! Puts one municipality's year together from the national rows and the ordinance's, and checks that they fit.

use super::error::Place;
use super::instalment::{InstalmentPeriod, InstalmentRules};
use super::levy::{ComponentRules, LevyKind, LevyRules, ReductionRounding, ReductionTier};
use super::municipal::Municipal;
use super::municipal_collection::InstalmentPlan;
use super::municipal_levy::{ComponentMethod, ComponentRates, Method};
use super::national::{ComponentLaw, LevyTables, MaternityRules};
use super::series::Dated;
use crate::{FiscalYear, Refusal, Yen, day};

/// A misfit between rows: where, which field, and what to do.
pub(super) type Misfit = (Place, &'static str, String);

/// The levy rules of one year with what was found on the way.
pub(super) struct Assembled {
    /// The rules, of the components that are known.
    pub(super) rules: LevyRules,
    /// Rows that do not fit together.
    pub(super) misfits: Vec<Misfit>,
    /// Components that are not known, with what must be found out.
    pub(super) unknown: Vec<String>,
}

/// The levy rules of one year, and every misfit found on the way.
pub(super) fn levy_rules(
    national: &LevyTables,
    municipal: &Municipal,
    year: FiscalYear,
) -> Result<Assembled, Refusal> {
    let on = year.assessment_day();
    let subject = |what: &str| format!("{}（{}）の{what}", municipal.name, municipal.code);
    let rates = municipal
        .rates
        .at(on, "rules.rates.missing", &subject("料率"))?;
    let method = municipal
        .method
        .at(on, "rules.method.missing", &subject("計算方法"))?;
    let reduction = national
        .reduction
        .at(on, "rules.reduction.missing", "国の軽減判定の基準")?;
    let deduction =
        national
            .basic_deduction
            .at(on, "rules.basic_deduction.missing", "国の基礎控除")?;
    let laws = component_laws(national, year);
    if laws.is_empty() {
        return Err(Refusal::new(
            "rules.component.missing",
            format!("国の賦課区分に{year}の行がありません。rules/national に行を足してください"),
        ));
    }

    let mut misfits = Vec::new();
    check_codes(rates, method, &laws, &mut misfits);
    let mut status = rates
        .provenance
        .status
        .min(method.provenance.status)
        .min(reduction.provenance.status)
        .min(deduction.provenance.status);
    let (mut components, mut unknown) = (Vec::new(), Vec::new());
    for law in laws {
        status = status.min(law.provenance.status);
        let own = rates.value.iter().find(|own| own.code == law.value.code);
        let rounding = method
            .value
            .components
            .iter()
            .find(|part| part.codes.contains(&law.value.code));
        if let Some(own) = own
            && let Some(note) = &own.unknown
        {
            unknown.push(format!("{}: {note}", law.value.name_ja));
        } else if let (Some(own), Some(rounding)) = (own, rounding) {
            check_component(
                rates,
                own,
                rounding,
                law,
                &reduction.value.tiers,
                &mut misfits,
            );
            components.push(component(&law.value, own, rounding));
        }
    }
    let rules = LevyRules {
        municipality: municipal.code.clone(),
        municipality_name: municipal.name.clone(),
        kind: method.value.kind,
        fiscal_year: year,
        status,
        components,
        reduction: reduction.value.clone(),
        basic_deduction: deduction.value.clone(),
        base_rounding: method.value.base_rounding,
        cap_method: method.value.cap_method,
        loss_month: method.value.loss_month,
        maternity: maternity_of(national, year),
        total_unit: method.value.total_unit,
    };
    Ok(Assembled {
        rules,
        misfits,
        unknown,
    })
}

/// 産前産後の減額 of a year; its first months may lie within it.
pub(super) fn maternity_of(national: &LevyTables, year: FiscalYear) -> Option<MaternityRules> {
    let on = year.assessment_day();
    let in_year = |row: &&Dated<MaternityRules>| {
        row.span.from < year.end() && row.span.until.is_none_or(|end| on < end)
    };
    let row = national.maternity.rows().iter().find(in_year);
    row.map(|row| row.value)
}

/// The components of one year in the order of the cabinet order.
pub(super) fn component_laws(national: &LevyTables, year: FiscalYear) -> Vec<&Dated<ComponentLaw>> {
    let on = year.assessment_day();
    let mut laws: Vec<&Dated<ComponentLaw>> = national
        .components
        .values()
        .filter_map(|series| series.rows().iter().find(|row| row.span.contains(on)))
        .collect();
    laws.sort_by_key(|law| law.value.order);
    laws
}

fn component(
    law: &ComponentLaw,
    own: &ComponentRates,
    rounding: &ComponentMethod,
) -> ComponentRules {
    ComponentRules {
        code: law.code.clone(),
        name_ja: law.name_ja.clone(),
        payers: law.payers,
        income_rate: own.income_rate,
        asset_rate: own.asset_rate,
        per_capita: own.per_capita,
        per_adult: own.per_adult,
        per_household: own.per_household,
        cap: own.cap,
        specific_household: law.specific_household,
        preschool: law.preschool,
        minor_exempt: law.minor_exempt,
        income_rounding: rounding.income_rounding,
        reduction_rounding: rounding.reduction,
        reduction_table: own.table.clone(),
        person_unit: rounding.person_unit,
        amount_unit: rounding.amount_unit,
        amount_rounding: rounding.amount_rounding,
    }
}

/// Every component of the law has one row of rates and one of rounding, and nothing else has.
fn check_codes(
    rates: &Dated<Vec<ComponentRates>>,
    method: &Dated<Method>,
    laws: &[&Dated<ComponentLaw>],
    misfits: &mut Vec<Misfit>,
) {
    for law in laws {
        let code = &law.value.code;
        let found = rates.value.iter().filter(|own| own.code == *code).count();
        if found != 1 {
            misfits.push((
                rates.place.clone(),
                "component",
                format!(
                    "{} から、区分 {code}（{}）の行が{found}件あります。1件にしてください（率が分からない年度は [[unknown]] に書きます）",
                    rates.span.from, law.value.name_ja
                ),
            ));
        }
        let found = method
            .value
            .components
            .iter()
            .flat_map(|part| &part.codes)
            .filter(|own| *own == code)
            .count();
        if found != 1 {
            misfits.push((
                method.place.clone(),
                "component",
                format!(
                    "{} に、区分 {code}（{}）の端数の行が{found}件あります。codes を見直して1件にしてください",
                    rates.span.from, law.value.name_ja
                ),
            ));
        }
    }
    for own in &rates.value {
        if !laws.iter().any(|law| law.value.code == own.code) {
            misfits.push((
                rates.place.clone(),
                "component",
                format!(
                    "区分 {} は {} の国の賦課区分にありません。区分か期間を直してください",
                    own.code, rates.span.from
                ),
            ));
        }
    }
}

fn check_component(
    rates: &Dated<Vec<ComponentRates>>,
    own: &ComponentRates,
    rounding: &ComponentMethod,
    law: &Dated<ComponentLaw>,
    tiers: &[ReductionTier],
    misfits: &mut Vec<Misfit>,
) {
    let mut tell = |field: &'static str, message: String| {
        misfits.push((rates.place.clone(), field, message));
    };
    let (code, name) = (&own.code, &law.value.name_ja);
    if own.cap > law.value.cap {
        tell(
            "cap",
            format!(
                "{name}（{code}）の限度額{}が国の限度額{}を超えています。条例の額を確かめてください",
                own.cap, law.value.cap
            ),
        );
    }
    if own.cap == Yen::ZERO {
        tell(
            "cap",
            format!("{name}（{code}）の限度額が0円です。条例の額を書いてください"),
        );
    }
    if own.per_adult > Yen::ZERO && !law.value.minor_exempt {
        tell(
            "per_adult",
            format!("{name}（{code}）に18歳以上均等割はありません。子ども分だけの項目です"),
        );
    }
    let printed = matches!(rounding.reduction, ReductionRounding::Table);
    if printed == own.table.is_empty() {
        tell(
            "reduction",
            format!(
                "{name}（{code}）の軽減額の表と、計算方法の reduction が合いません。reduction = \"table\" のときだけ表を書いてください"
            ),
        );
    }
    if printed {
        let needed = tiers
            .iter()
            .map(|tier| tier.tenths)
            .chain(law.value.preschool.then_some(0));
        for tenths in needed {
            if own.table.iter().filter(|row| row.tenths == tenths).count() != 1 {
                tell(
                    "reduction",
                    format!("{name}（{code}）の軽減額の表に{tenths}割の行が1つ要ります"),
                );
            }
        }
    }
}

/// The instalments of one year with their nominal due days.
pub(super) fn instalment_rules(
    municipal: &Municipal,
    year: FiscalYear,
) -> Result<InstalmentRules, Refusal> {
    let on = year.assessment_day();
    let subject = |what: &str| format!("{}（{}）の{what}", municipal.name, municipal.code);
    let plan = municipal
        .instalment
        .at(on, "rules.instalment.missing", &subject("納期"))?;
    let method = municipal
        .method
        .at(on, "rules.method.missing", &subject("計算方法"))?;
    Ok(InstalmentRules {
        municipality: municipal.code.clone(),
        fiscal_year: year,
        kind: method.value.kind,
        status: plan.provenance.status.min(method.provenance.status),
        periods: periods(&plan.value, year),
        unit_yen: plan.value.unit_yen,
        remainder: plan.value.remainder,
        notice_days_before_due: plan.value.notice_days_before_due,
        ad_hoc_due_days: plan.value.ad_hoc_due_days,
        care_attainment: plan.value.care_attainment,
    })
}

fn periods(plan: &InstalmentPlan, year: FiscalYear) -> Vec<InstalmentPeriod> {
    (1_u8..)
        .zip(&plan.due)
        .map(|(number, (month, day_of_month))| {
            let in_year = year.0 + i16::from(*month < 4);
            InstalmentPeriod {
                number,
                due_on: day(in_year, *month, day_of_month.unwrap_or(31)),
                provisional: usize::from(number) <= plan.provisional,
            }
        })
        .collect()
}

/// What 地方税法 fixes for a 税 and no ordinance may change: the fractions of late charges and the notice's term.
pub(super) fn tax_misfits(municipal: &Municipal) -> Vec<Misfit> {
    let is_tax = |on| {
        let found = municipal
            .method
            .rows()
            .iter()
            .find(|row| row.span.contains(on));
        found.is_some_and(|row| row.value.kind == LevyKind::Tax)
    };
    let mut misfits = Vec::new();
    for row in municipal.late_charge.rows() {
        let rules = &row.value;
        let fixed = rules.base_unit == 1000
            && rules.base_minimum == 2000
            && rules.charge_unit == 100
            && rules.charge_minimum == 1000
            && rules.first_period_months == 1;
        if is_tax(row.span.from) && !fixed {
            misfits.push((
                row.place.clone(),
                "base_unit",
                "税の延滞金は、基礎1,000円未満切捨て・2,000円未満は0、確定額100円未満切捨て・1,000円未満は0、最初の期間1か月と定まっています（地方税法第20条の4の2・第723条）".to_owned(),
            ));
        }
    }
    for row in municipal.instalment.rows() {
        if is_tax(row.span.from) && row.value.notice_days_before_due < 10 {
            misfits.push((
                row.place.clone(),
                "notice_days_before_due",
                "税の納税通知書は納期限の10日前までに交付します（地方税法第713条）。10以上にしてください".to_owned(),
            ));
        }
    }
    misfits
}
