//! 条例の規則 — one municipality's rule files as rows through time.

use super::error::Faults;
use super::instalment::RemainderTo;
use super::levy::{
    BaseRounding, CapMethod, IncomeRounding, LevyKind, LossMonth, ReductionRounding, ReductionRow,
};
use super::row::Row;
use super::series::{Dated, Provenance, Series};
use crate::{Rate, Rounding, Yen};

/// One municipality's rows.
#[derive(Clone, Debug)]
pub(super) struct Municipal {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) files: Vec<String>,
    pub(super) method: Series<Method>,
    pub(super) rates: Series<Vec<ComponentRates>>,
    pub(super) instalment: Series<InstalmentPlan>,
}

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
#[derive(Clone, Debug)]
pub(super) struct ComponentRates {
    pub(super) code: String,
    pub(super) income_rate: Rate,
    pub(super) asset_rate: Rate,
    pub(super) per_capita: Yen,
    pub(super) per_adult: Yen,
    pub(super) per_household: Yen,
    pub(super) cap: Yen,
    pub(super) table: Vec<ReductionRow>,
}

/// 納期 as a pattern of months and days.
#[derive(Clone, Debug)]
pub(super) struct InstalmentPlan {
    pub(super) due: Vec<(i8, Option<i8>)>,
    pub(super) provisional: usize,
    pub(super) unit_yen: i64,
    pub(super) remainder: RemainderTo,
    pub(super) notice_days_before_due: i64,
    pub(super) ad_hoc_due_days: i64,
}

impl Municipal {
    pub(super) fn new(code: &str) -> Self {
        Self {
            code: code.to_owned(),
            name: String::new(),
            files: Vec::new(),
            method: Series::new(),
            rates: Series::new(),
            instalment: Series::new(),
        }
    }

    pub(super) fn settle(&mut self, faults: &Faults) {
        self.method.settle(faults);
        self.rates.settle(faults);
        self.rates.must_close(faults);
        self.instalment.settle(faults);
        self.instalment.must_close(faults);
    }

    /// `[municipality]`.
    pub(super) fn identity(&mut self, row: Row<'_>) {
        let code = row.text("code");
        if code != self.code {
            row.fault(
                "code",
                format!(
                    "フォルダーの名前 {} と合いません。どちらかを直してください",
                    self.code
                ),
            );
        }
        self.name = row.text("name");
        row.finish();
    }

    /// `[[unknown]]`: a period declared as not known.
    pub(super) fn unknown(&mut self, row: Row<'_>) {
        let (span, provenance) = row.dated();
        if provenance.note.is_empty() {
            row.fault("note", "何を確かめればよいかを書いてください");
        }
        let table = row.text("table");
        let unknown = Dated {
            span,
            place: row.place.clone(),
            provenance,
            value: (),
        };
        match table.as_str() {
            "method" => self.method.declare_unknown(unknown),
            "rates" => self.rates.declare_unknown(unknown),
            "instalment" => self.instalment.declare_unknown(unknown),
            _ => row.fault("table", "この表は未確認の期間を書けません"),
        }
        row.finish();
    }

    /// `[[method]]`.
    pub(super) fn method(&mut self, row: Row<'_>) {
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
    pub(super) fn rates(&mut self, row: Row<'_>) {
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

    /// `[[instalment]]`.
    pub(super) fn instalment(&mut self, row: Row<'_>) {
        let (span, provenance) = row.dated();
        let due: Vec<(i8, Option<i8>)> = row
            .texts("due")
            .iter()
            .filter_map(|text| {
                let day = month_and_day(text);
                if day.is_none() {
                    row.fault(
                        "due",
                        format!(
                            "「{text}」を読めません。\"6/end\"（6月末日）や \"12/25\" のように書いてください"
                        ),
                    );
                }
                day
            })
            .collect();
        let order = |(month, day): &(i8, Option<i8>)| ((month + 8) % 12, day.unwrap_or(31));
        if due.is_empty()
            || !due
                .windows(2)
                .all(|pair| matches!(pair, [a, b] if order(a) < order(b)))
        {
            row.fault("due", "納期限を4月から翌年3月の順に、1つ以上並べてください");
        }
        let value = InstalmentPlan {
            provisional: usize::from(row.small("provisional", 0, 12)),
            due,
            unit_yen: unit(&row, "unit"),
            remainder: row.choice(
                "remainder",
                ("first", RemainderTo::First),
                &[("last", RemainderTo::Last)],
            ),
            notice_days_before_due: row.int("notice_days_before_due", 0, 90),
            ad_hoc_due_days: row.int("ad_hoc_due_days", 0, 90),
        };
        if value.provisional > value.due.len() {
            row.fault("provisional", "仮算定の期の数が納期の数を超えています");
        }
        self.instalment.push(Dated {
            span,
            place: row.place.clone(),
            provenance,
            value,
        });
        row.finish();
    }

    /// Every row of this municipality, as (place, provenance).
    pub(super) fn provenances(&self) -> Vec<(&super::error::Place, crate::Span, &Provenance)> {
        let mut all = Vec::new();
        self.method.cite(&mut all);
        self.rates.cite(&mut all);
        self.instalment.cite(&mut all);
        all
    }
}

pub(super) fn kind(row: &Row<'_>) -> LevyKind {
    row.choice(
        "kind",
        ("premium", LevyKind::Premium),
        &[("tax", LevyKind::Tax)],
    )
}

fn unit(row: &Row<'_>, field: &str) -> i64 {
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

/// `6/end` or `12/25`.
fn month_and_day(text: &str) -> Option<(i8, Option<i8>)> {
    let (month, day) = text.split_once('/')?;
    let month: i8 = month
        .parse()
        .ok()
        .filter(|month| (1..=12).contains(month))?;
    if day == "end" {
        return Some((month, None));
    }
    let day: i8 = day.parse().ok()?;
    let last = crate::day(2025, month, 31).day();
    (1..=last).contains(&day).then_some((month, Some(day)))
}
