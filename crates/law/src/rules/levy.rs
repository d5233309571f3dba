//! The parameters of one municipality's levy in one fiscal year, as the rules read them.
//!
//! Nothing here is a default: the loader builds these from rule files and refuses what is missing.

use super::national::MaternityRules;
use crate::levy::income::EarnerThresholds;
use crate::{FiscalYear, Rate, Rounding, Yen};
use serde::{Deserialize, Serialize};

/// 料か税か — whether the municipality levies 保険料 (国民健康保険法 第76条) or 保険税 (地方税法 第703条の4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LevyKind {
    /// 国民健康保険料.
    Premium,
    /// 国民健康保険税.
    Tax,
}

impl LevyKind {
    /// 国民健康保険料 or 国民健康保険税.
    #[must_use]
    pub const fn name_ja(self) -> &'static str {
        match self {
            Self::Premium => "国民健康保険料",
            Self::Tax => "国民健康保険税",
        }
    }
}

/// 確認の状態 — how sure a parameter is. Nothing `Draft` prints an official notice outside the demo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Not yet held against the ordinance.
    Draft,
    /// Read from the ordinance or statute itself.
    Confirmed,
}

/// Who is charged a component.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Payers {
    /// Every insured person.
    Everyone,
    /// 介護納付金賦課被保険者: 40 to 64.
    CareAge,
}

/// 所得割の端数 — over whom the income levy is added up before its fraction is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IncomeRounding {
    /// 世帯の合計に率を掛けて1円未満切捨て.
    HouseholdFloor,
    /// 世帯の合計に率を掛けて1円未満四捨五入.
    HouseholdNearest,
    /// 1人ごとに1円未満切捨て.
    PersonFloor,
    /// 1人ごとに1円未満四捨五入.
    PersonNearest,
}

/// 課税標準の端数 — whether the income base is cut to 1,000 yen first (地方税法 第20条の4の2第1項).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BaseRounding {
    /// Not cut.
    None,
    /// Each person's base.
    PersonThousand,
    /// The household's base for the component.
    HouseholdThousand,
}

/// 軽減の端数 — how the statutory reduction of the per-capita and per-household parts becomes yen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum ReductionRounding {
    /// 途中で切らない.
    Exact,
    /// 軽減後の均等割計・平等割をそれぞれ1円未満切捨て.
    FloorTotals,
    /// 1人・1世帯あたり1円未満切捨て.
    FloorEach,
    /// The amount **taken off** each person and household is rounded to `unit` yen.
    AmountOff {
        /// Multiple the amount is brought to.
        unit: i64,
        /// Direction.
        rounding: Rounding,
    },
    /// The ordinance prints the amounts; see [`ComponentRules::reduction_table`].
    Table,
}

/// One row of an ordinance's table of reductions, for one tier (0 tenths: no statutory reduction).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReductionRow {
    /// 7, 5, 2 or 0.
    pub tenths: i64,
    /// Yen off one person's 均等割.
    pub per_capita: Yen,
    /// Yen off one person's 18歳以上均等割.
    #[serde(default)]
    pub per_adult: Yen,
    /// Yen off one household's 平等割.
    pub per_household: Yen,
    /// Yen off a 特定世帯's 平等割, of its halved amount.
    #[serde(default)]
    pub per_specific_half: Yen,
    /// Yen off a 特定継続世帯's 平等割, of its three-quarter amount.
    #[serde(default)]
    pub per_specific_three_quarters: Yen,
    /// Further yen off a 未就学児's 均等割, after `per_capita`.
    #[serde(default)]
    pub preschool: Yen,
}

/// 賦課区分 — one component (医療, 支援, 介護, 子ども …) as data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComponentRules {
    /// `medical`, `support`, `care`, `child`.
    pub code: String,
    /// 医療分 and so on, as printed.
    pub name_ja: String,
    /// Who is charged.
    pub payers: Payers,
    /// 所得割率.
    pub income_rate: Rate,
    /// 資産割率; zero where there is none.
    pub asset_rate: Rate,
    /// 被保険者均等割額.
    pub per_capita: Yen,
    /// 18歳以上被保険者均等割額; zero where there is none.
    pub per_adult: Yen,
    /// 世帯別平等割額; zero where there is none.
    pub per_household: Yen,
    /// 賦課限度額.
    pub cap: Yen,
    /// 特定世帯・特定継続世帯 apply (not to 介護).
    pub specific_household: bool,
    /// 未就学児の減額 applies.
    pub preschool: bool,
    /// 18歳未満の均等割は全額減額.
    pub minor_exempt: bool,
    /// 所得割の端数.
    pub income_rounding: IncomeRounding,
    /// 軽減の端数.
    pub reduction_rounding: ReductionRounding,
    /// The ordinance's printed reductions, where `reduction_rounding` is `Table`.
    #[serde(default)]
    pub reduction_table: Vec<ReductionRow>,
    /// 1人ずつ(所得割+均等割)をこの単位で切り捨ててから足す; zero where the household is added up first.
    #[serde(default)]
    pub person_unit: i64,
    /// 区分の年額の端数の単位 (1, 10, 100).
    pub amount_unit: i64,
    /// 区分の年額の端数の向き.
    #[serde(default)]
    pub amount_rounding: Rounding,
}

/// One tier of 低所得者の軽減.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReductionTier {
    /// How many tenths come off: 7, 5, 2 (or 6, 4; 5, 3 where the ordinance chose them).
    pub tenths: i64,
    /// Added to the threshold for each insured person and 特定同一世帯所属者.
    pub per_head: Yen,
}

/// 軽減判定の基準.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReductionRules {
    /// 43万円 (33万円 to 令和2年度).
    pub base: Yen,
    /// 10万円 for each 給与所得者等 beyond the first (from 令和3年度).
    pub per_earner: Yen,
    /// Strongest tier first.
    pub tiers: Vec<ReductionTier>,
    /// Taken from pension income of persons of 65 and over (15万円).
    pub pension_relief: Yen,
    /// 給与所得者等 thresholds.
    pub earner: EarnerThresholds,
}

/// 基礎控除 by 合計所得金額, ascending; the last row has no upper limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BasicDeduction {
    /// Up to and including this 合計所得金額; `None` is everyone above.
    pub up_to: Option<Yen>,
    /// What is deducted.
    pub deduction: Yen,
}

/// 年度途中の異動と限度額 — which of the two readings an ordinance takes (levy.md 2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CapMethod {
    /// 月ごとの構成での年額(限度額適用後)の12分の1を足す: the cap is prorated too.
    MonthlyComposition,
    /// 人の月数で按分した合計に年間の限度額を当てる.
    PersonMonths,
}

/// 喪失月の数え方 — the month in which a person leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LossMonth {
    /// 6条1〜8号: up to the month before the one holding the day of the event (喪失日の前日).
    EventMonth,
    /// Up to the month before the one holding the day of loss, whatever the cause.
    LossDayMonth,
    /// As `LossDayMonth`, but a loss on the last day of a month keeps that month (和気町).
    LastDayKeepsMonth,
}

/// Everything the annual levy of one municipality and fiscal year needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevyRules {
    /// 全国地方公共団体コード, six digits with check digit.
    pub municipality: String,
    /// Name as printed.
    pub municipality_name: String,
    /// 料 or 税.
    pub kind: LevyKind,
    /// 相当年度.
    pub fiscal_year: FiscalYear,
    /// The weakest status of any parameter in here.
    pub status: Status,
    /// Components in the order of the ordinance.
    pub components: Vec<ComponentRules>,
    /// 軽減判定.
    pub reduction: ReductionRules,
    /// 基礎控除.
    pub basic_deduction: Vec<BasicDeduction>,
    /// 課税標準の端数.
    pub base_rounding: BaseRounding,
    /// 年度途中の限度額.
    pub cap_method: CapMethod,
    /// 喪失月.
    pub loss_month: LossMonth,
    /// 産前産後の減額; `None` before it existed.
    pub maternity: Option<MaternityRules>,
    /// 世帯の年額の端数の単位.
    pub total_unit: i64,
}

impl LevyRules {
    /// The 基礎控除 for a 合計所得金額.
    ///
    /// 根拠: 地方税法 第314条の2第2項
    #[inline]
    #[must_use]
    pub fn basic_deduction_for(&self, total_income: Yen) -> Yen {
        self.basic_deduction
            .iter()
            .find(|row| row.up_to.is_none_or(|limit| total_income <= limit))
            .map_or(Yen::ZERO, |row| row.deduction)
    }
}
