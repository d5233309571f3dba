//! 国の規則 — what law and cabinet order fix, as one year sees it.

use super::error::Faults;
use super::levy::{BasicDeduction, LevyKind, ReductionRules, ReductionTier, Status};
use super::practice::TimeLimits;
use super::row::Row;
use super::series::{Cited, Dated, Series};
use super::special_collection::SpecialCollectionLaw;
use crate::levy::EarnerThresholds;
use crate::{Date, FiscalYear, Payers, Yen};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// 賦課区分 as the cabinet order shapes it, for a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComponentLaw {
    /// `medical`, `support`, `care`, `child`.
    pub code: String,
    /// 医療分 and so on, as printed.
    pub name_ja: String,
    /// Place in the order of the cabinet order.
    pub order: u8,
    /// Who is charged.
    pub payers: Payers,
    /// 賦課限度額: no ordinance may go above it.
    pub cap: Yen,
    /// 特定世帯・特定継続世帯 apply.
    pub specific_household: bool,
    /// 未就学児の減額 applies.
    pub preschool: bool,
    /// 18歳未満の均等割は全額減額.
    pub minor_exempt: bool,
}

/// 産前産後の減額: which months.
///
/// 根拠: 国民健康保険法施行令 第29条の7第6項第8号
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaternityRules {
    /// The first day of the first month that can be deducted.
    pub from: Date,
    /// Months before the month of birth, one child.
    pub months_before_single: u8,
    /// Months before the month of birth, more than one child.
    pub months_before_multiple: u8,
    /// Months after the month of birth.
    pub months_after: u8,
}

/// What law and cabinet order fix for one fiscal year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NationalRules {
    /// 年度.
    pub fiscal_year: FiscalYear,
    /// The weakest status of any parameter in here.
    pub status: Status,
    /// 賦課区分 in the order of the cabinet order.
    pub components: Vec<ComponentLaw>,
    /// 軽減判定.
    pub reduction: ReductionRules,
    /// 基礎控除.
    pub basic_deduction: Vec<BasicDeduction>,
    /// 産前産後の減額, from the day it exists; its first months may lie within the year.
    pub maternity: Option<MaternityRules>,
    /// 特別徴収.
    pub special_collection: SpecialCollectionLaw,
    /// 期間制限・時効 of 料.
    pub premium_limits: TimeLimits,
    /// 期間制限・時効 of 税.
    pub tax_limits: TimeLimits,
}

impl NationalRules {
    /// 期間制限・時効 of a 料 or a 税.
    #[must_use]
    pub const fn limits_of(&self, kind: LevyKind) -> TimeLimits {
        match kind {
            LevyKind::Premium => self.premium_limits,
            LevyKind::Tax => self.tax_limits,
        }
    }
}

/// What the national tables say of the levy, row by row.
#[derive(Clone, Debug, Default)]
pub(super) struct LevyTables {
    pub(super) components: BTreeMap<String, Series<ComponentLaw>>,
    pub(super) reduction: Series<ReductionRules>,
    pub(super) basic_deduction: Series<Vec<BasicDeduction>>,
    pub(super) maternity: Series<MaternityRules>,
}

impl LevyTables {
    pub(super) fn settle(&mut self, faults: &Faults) {
        for series in self.components.values_mut() {
            series.settle(faults);
            series.must_close(faults);
        }
        self.reduction.settle(faults);
        self.reduction.must_close(faults);
        self.basic_deduction.settle(faults);
        self.maternity.settle(faults);
    }

    pub(super) fn cite<'s>(&'s self, into: &mut Vec<Cited<'s>>) {
        for series in self.components.values() {
            series.cite(into);
        }
        self.reduction.cite(into);
        self.basic_deduction.cite(into);
        self.maternity.cite(into);
    }

    pub(super) fn component(&mut self, row: Row<'_>) {
        let (span, provenance) = row.dated();
        let value = ComponentLaw {
            code: row.text("code"),
            name_ja: row.text("name"),
            order: row.small("order", 1, 9),
            payers: row.choice(
                "payers",
                ("everyone", Payers::Everyone),
                &[("care_age", Payers::CareAge)],
            ),
            cap: row.yen("cap"),
            specific_household: row.flag("specific_household"),
            preschool: row.flag("preschool"),
            minor_exempt: row.flag("minor_exempt"),
        };
        let series = self.components.entry(value.code.clone()).or_default();
        series.push(Dated {
            span,
            place: row.place.clone(),
            provenance,
            value,
        });
        row.finish();
    }

    pub(super) fn reduction(&mut self, row: Row<'_>) {
        let (span, provenance) = row.dated();
        let tiers: Vec<ReductionTier> = row
            .rows("tier")
            .into_iter()
            .map(|tier| {
                let value = ReductionTier {
                    tenths: tier.int("tenths", 1, 9),
                    per_head: tier.yen("per_head"),
                };
                tier.finish();
                value
            })
            .collect();
        if tiers.is_empty() {
            row.fault("tier", "軽減の段（7割・5割・2割）の行がありません");
        }
        if !tiers
            .windows(2)
            .all(|pair| matches!(pair, [a, b] if a.tenths > b.tenths && a.per_head < b.per_head))
        {
            row.fault(
                "tier",
                "軽減の段は割合の大きい順に並べ、加算額は小さい順にしてください",
            );
        }
        let earner = row.has("earner").then(|| row.table("earner")).flatten();
        let value = ReductionRules {
            base: row.yen("base"),
            per_earner: row.yen("per_earner"),
            tiers,
            pension_relief: row.yen("pension_relief"),
            earner: earner.map_or_else(no_earner_counts, |earner| {
                let value = EarnerThresholds {
                    salary: earner.yen("salary"),
                    pension_under_65: earner.yen("pension_under_65"),
                    pension_65: earner.yen("pension_65"),
                };
                earner.finish();
                value
            }),
        };
        if (value.per_earner > Yen::ZERO) != row.has("earner") {
            row.fault(
                "earner",
                "per_earner が0より大きい年は earner（給与所得者等の基準）が要り、0の年は要りません",
            );
        }
        self.reduction.push(Dated {
            span,
            place: row.place.clone(),
            provenance,
            value,
        });
        row.finish();
    }

    pub(super) fn basic_deduction(&mut self, row: Row<'_>) {
        let (span, provenance) = row.dated();
        let mut steps: Vec<BasicDeduction> = Vec::new();
        for step in row.rows("step") {
            steps.push(BasicDeduction {
                up_to: step.yen_where_given("up_to"),
                deduction: step.yen("deduction"),
            });
            step.finish();
        }
        let ascending = steps.windows(2).all(|pair| {
            matches!(pair, [a, b] if a.up_to.is_some() && b.up_to.is_none_or(|limit| Some(limit) > a.up_to))
        });
        if !ascending || steps.last().is_none_or(|last| last.up_to.is_some()) {
            row.fault(
                "step",
                "合計所得金額の低い順に並べ、最後の行だけ up_to を書かないでください",
            );
        }
        self.basic_deduction.push(Dated {
            span,
            place: row.place.clone(),
            provenance,
            value: steps,
        });
        row.finish();
    }

    pub(super) fn maternity(&mut self, row: Row<'_>) {
        let (span, provenance) = row.dated();
        let value = MaternityRules {
            from: span.from,
            months_before_single: row.small("months_before_single", 0, 12),
            months_before_multiple: row.small("months_before_multiple", 0, 12),
            months_after: row.small("months_after", 0, 12),
        };
        self.maternity.push(Dated {
            span,
            place: row.place.clone(),
            provenance,
            value,
        });
        row.finish();
    }
}

/// Thresholds nobody reaches: before 令和3年度 the number of earners had no part in the judgement.
fn no_earner_counts() -> EarnerThresholds {
    EarnerThresholds {
        salary: Yen(i64::MAX),
        pension_under_65: Yen(i64::MAX),
        pension_65: Yen(i64::MAX),
    }
}
