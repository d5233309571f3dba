//! 条例の規則: 賦課 — how an ordinance computes, and its rates and amounts.

use super::levy::{
    BaseRounding, CapMethod, IncomeRounding, LevyKind, LossMonth, ReductionRounding, ReductionRow,
};
use super::municipal::Municipal;
use super::row::Row;
use super::series::Dated;
use crate::{Rate, Rounding, Yen};

/// How an ordinance computes, apart from its figures.
#[derive(Clone, Debug)]
pub(super) struct Method {
    pub(super) kind: LevyKind,
    pub(super) base_rounding: BaseRounding,
    pub(super) cap_method: CapMethod,
    pub(super) loss_month: LossMonth,
    pub(super) total_unit: i64,
    pub(super) components: Vec<ComponentMethod>,
}

/// How one or more components are rounded.
#[derive(Clone, Debug)]
pub(super) struct ComponentMethod {
    pub(super) codes: Vec<String>,
    pub(super) income_rounding: IncomeRounding,
    pub(super) reduction: ReductionRounding,
    pub(super) person_unit: i64,
    pub(super) amount_unit: i64,
    pub(super) amount_rounding: Rounding,
}

/// Rates and amounts of one component in one period.
#[derive(Clone, Debug, Default)]
pub(super) struct ComponentRates {
    pub(super) code: String,
    /// What must be found out, where the component's figures are not known.
    pub(super) unknown: Option<String>,
    pub(super) income_rate: Rate,
    pub(super) asset_rate: Rate,
    pub(super) per_capita: Yen,
    pub(super) per_adult: Yen,
    pub(super) per_household: Yen,
    pub(super) cap: Yen,
    pub(super) table: Vec<ReductionRow>,
}

impl Municipal {
    /// `[[method]]`.
    pub(super) fn read_method(&mut self, row: Row<'_>) {
        let (span, provenance) = row.dated();
        let value = Method {
            kind: kind(&row),
            base_rounding: row.choice(
                "base_rounding",
                ("none", BaseRounding::None),
                &[
                    ("person_thousand", BaseRounding::PersonThousand),
                    ("household_thousand", BaseRounding::HouseholdThousand),
                ],
            ),
            cap_method: row.choice(
                "cap_method",
                ("monthly_composition", CapMethod::MonthlyComposition),
                &[("person_months", CapMethod::PersonMonths)],
            ),
            loss_month: row.choice(
                "loss_month",
                ("event_month", LossMonth::EventMonth),
                &[
                    ("loss_day_month", LossMonth::LossDayMonth),
                    ("last_day_keeps_month", LossMonth::LastDayKeepsMonth),
                ],
            ),
            total_unit: unit(&row, "total_unit"),
            components: row
                .rows("component")
                .into_iter()
                .map(component_method)
                .collect(),
        };
        check_tax_units(&row, &value);
        self.method.push(Dated {
            span,
            place: row.place.clone(),
            provenance,
            value,
        });
        row.finish();
    }

    /// `[[rates]]`.
    pub(super) fn read_rates(&mut self, row: Row<'_>) {
        let (span, provenance) = row.dated();
        let value: Vec<ComponentRates> = row
            .rows("component")
            .into_iter()
            .map(component_rates)
            .collect();
        if value.is_empty() {
            row.fault("component", "区分（医療分など）の行がありません");
        }
        self.rates.push(Dated {
            span,
            place: row.place.clone(),
            provenance,
            value,
        });
        row.finish();
    }
}

pub(super) fn kind(row: &Row<'_>) -> LevyKind {
    row.choice(
        "kind",
        ("premium", LevyKind::Premium),
        &[("tax", LevyKind::Tax)],
    )
}

pub(super) fn unit(row: &Row<'_>, field: &str) -> i64 {
    let unit = row.int(field, 1, 1000);
    if ![1, 10, 100, 1000].contains(&unit) {
        row.fault(field, "端数の単位は 1・10・100・1000 のどれかです");
    }
    unit
}

/// 地方税法 第20条の4の2第3項: a tax is cut to 100 yen, by component or as a whole.
fn check_tax_units(row: &Row<'_>, method: &Method) {
    if method.kind == LevyKind::Tax
        && method.total_unit % 100 != 0
        && method
            .components
            .iter()
            .any(|part| part.amount_unit % 100 != 0 || part.amount_rounding != Rounding::Floor)
    {
        row.fault(
            "total_unit",
            "税の確定金額は100円未満を切り捨てます（地方税法第20条の4の2第3項）。区分の amount_unit か total_unit を100にしてください",
        );
    }
}

fn component_method(row: Row<'_>) -> ComponentMethod {
    let value = ComponentMethod {
        codes: row.texts("codes"),
        income_rounding: row.choice(
            "income_rounding",
            ("household_floor", IncomeRounding::HouseholdFloor),
            &[
                ("household_nearest", IncomeRounding::HouseholdNearest),
                ("person_floor", IncomeRounding::PersonFloor),
                ("person_nearest", IncomeRounding::PersonNearest),
            ],
        ),
        reduction: reduction_rounding(&row),
        person_unit: if row.has("person_unit") {
            unit(&row, "person_unit")
        } else {
            0
        },
        amount_unit: unit(&row, "amount_unit"),
        amount_rounding: rounding(&row, "amount_rounding"),
    };
    row.finish();
    value
}

fn rounding(row: &Row<'_>, field: &str) -> Rounding {
    row.choice(
        field,
        ("floor", Rounding::Floor),
        &[("ceil", Rounding::Ceil), ("nearest", Rounding::Nearest)],
    )
}

fn reduction_rounding(row: &Row<'_>) -> ReductionRounding {
    let kind = row.choice(
        "reduction",
        ("exact", 0),
        &[
            ("floor_totals", 1),
            ("floor_each", 2),
            ("amount_off", 3),
            ("table", 4),
        ],
    );
    match kind {
        0 => ReductionRounding::Exact,
        1 => ReductionRounding::FloorTotals,
        2 => ReductionRounding::FloorEach,
        3 => ReductionRounding::AmountOff {
            unit: unit(row, "reduction_unit"),
            rounding: rounding(row, "reduction_rounding"),
        },
        _ => ReductionRounding::Table,
    }
}

/// 算定方式: what a component levies; exactly these figures must be given.
const PARTS: [(&str, &str); 5] = [
    ("income", "income_rate"),
    ("asset", "asset_rate"),
    ("per_capita", "per_capita"),
    ("per_adult", "per_adult"),
    ("per_household", "per_household"),
];

fn component_rates(row: Row<'_>) -> ComponentRates {
    if row.has("unknown") {
        return unknown_component(row);
    }
    let parts = row.texts("parts");
    for part in &parts {
        if !PARTS.iter().any(|(name, _)| name == part) {
            row.fault(
                "parts",
                format!("「{part}」は算定方式にありません。income・asset・per_capita・per_adult・per_household から選んでください"),
            );
        }
    }
    let levied = |part: &str| parts.iter().any(|name| name == part);
    for (part, field) in PARTS {
        if !levied(part) && row.has(field) {
            row.fault(
                field,
                format!("parts に \"{part}\" がないのに値があります。どちらかを直してください"),
            );
        }
    }
    let rate = |part: &str, field: &str| {
        if levied(part) {
            row.rate(field)
        } else {
            Rate(0)
        }
    };
    let yen = |part: &str| {
        if levied(part) {
            row.yen(part)
        } else {
            Yen::ZERO
        }
    };
    let value = ComponentRates {
        code: row.text("code"),
        unknown: None,
        income_rate: rate("income", "income_rate"),
        asset_rate: rate("asset", "asset_rate"),
        per_capita: yen("per_capita"),
        per_adult: yen("per_adult"),
        per_household: yen("per_household"),
        cap: row.yen("cap"),
        table: row
            .rows("reduction")
            .into_iter()
            .map(reduction_row)
            .collect(),
    };
    row.finish();
    value
}

/// A component whose figures nobody has confirmed: the year's levy is refused with the note.
fn unknown_component(row: Row<'_>) -> ComponentRates {
    if !row.flag("unknown") {
        row.fault(
            "unknown",
            "分からないときだけ unknown = true と書いてください。分かるときはこの項目を消してください",
        );
    }
    let value = ComponentRates {
        code: row.text("code"),
        unknown: Some(row.text("note")),
        ..ComponentRates::default()
    };
    row.finish();
    value
}

fn reduction_row(row: Row<'_>) -> ReductionRow {
    let optional = |field: &str| row.yen_where_given(field).unwrap_or(Yen::ZERO);
    let value = ReductionRow {
        tenths: row.int("tenths", 0, 9),
        per_capita: row.yen("per_capita"),
        per_adult: optional("per_adult"),
        per_household: row.yen("per_household"),
        per_specific_half: optional("per_specific_half"),
        per_specific_three_quarters: optional("per_specific_three_quarters"),
        preschool: optional("preschool"),
    };
    row.finish();
    value
}
