//! 判定の規則 — thresholds of the burden classes, looked up by the month of treatment (療養年月), and nothing else.

mod ceiling;
mod habits;
mod tables;

pub use ceiling::{Age, Ceiling, CeilingClass, MealClass, MealKind, StandardBurden};
pub use tables::JudgementTables;

use super::levy::{BasicDeduction, Status};
use crate::judgement::copay_relief::CopayReliefRules;
use crate::levy::EarnerThresholds;
use crate::levy::facts::FormerInsuredTie;
use crate::{Date, Refusal, Yen};
use serde::{Deserialize, Serialize};

/// 70歳未満の所得区分の境 — every bound is 「超える」: exactly on it is the lower class.
///
/// 根拠: 国民健康保険法施行令 第29条の3第1項第2号〜第4号
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassLimits {
    /// 区分ア above this (9,010,000).
    pub class_a_over: Yen,
    /// 区分イ above this (6,000,000).
    pub class_b_over: Yen,
    /// 区分ウ above this (2,100,000); up to it 区分エ.
    pub class_c_over: Yen,
}

/// 70歳以上の負担割合 — 根拠: 国民健康保険法施行令 第27条の2
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CopayRules {
    /// 3割 from this taxable income on (1,450,000).
    pub income_from: Yen,
    /// 2割 where the bases add up to no more than this (2,100,000).
    pub base_up_to: Yen,
    /// 2割 where the revenue of the only member of 70 and over is below this (3,830,000).
    pub revenue_single_below: Yen,
    /// 2割 where the revenues of several, or with a 特定同一世帯所属者, are below this (5,200,000).
    pub revenue_several_below: Yen,
    /// 調整控除 for each member under 16 (330,000).
    pub deduction_under_16: Yen,
    /// 調整控除 for each member of 16 to 18 (120,000).
    pub deduction_under_19: Yen,
    /// A member counts for the 調整控除 with 合計所得金額 up to this (380,000).
    pub child_income_up_to: Yen,
    /// Taken from the member's salary income before (100,000; nothing before 2021-08).
    pub child_salary_relief: Yen,
}

/// 現役並み所得者の段 — 根拠: 国民健康保険法施行令 第29条の3第4項第2号〜第4号
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActiveLimits {
    /// 現役並みⅢ from this taxable income on (6,900,000).
    pub third_from: Yen,
    /// 現役並みⅡ from this taxable income on (3,800,000).
    pub second_from: Yen,
}

/// 低所得Ⅰ — 根拠: 国民健康保険法施行令 第29条の3第4項第6号
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LowIncomeRules {
    /// 公的年金等控除 put in the place of the table (806,700).
    pub pension_deduction: Yen,
    /// Taken from salary income (100,000; nothing before 2021-08).
    pub salary_relief: Yen,
}

/// 特例対象被保険者等所属世帯特例基準 — 根拠: 国民健康保険法施行令 第29条の3第10項
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnemployedHouseholdRules {
    /// 地方税法 第314条の2第2項第1号の額 (430,000).
    pub base: Yen,
    /// For each 給与所得者等 beyond the first (100,000).
    pub per_earner: Yen,
    /// For each insured person and 特定同一世帯所属者 (570,000).
    pub per_head: Yen,
    /// 給与所得者等; the pension threshold stays at 1,100,000 here (附則第5条 does not reach this paragraph).
    pub earner: EarnerThresholds,
}

/// 未申告の扱い.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unfiled {
    /// 70歳未満は区分ア、70歳以上は一般・2割.
    HighestClass,
    /// 保留: no final judgement until a return is filed.
    Pending,
}

/// 所得更正の反映 — from when a corrected income counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CorrectionEffect {
    /// From the first day the income counts at all (8月1日 or joining): what the statute says of the income itself.
    Retroactive,
    /// From the first of the month after the correction came.
    NextMonth,
    /// Retroactive where the burden gets lighter, the next month where it gets heavier.
    RetroactiveWhenLighter,
}

/// 基準収入額適用申請の反映.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApplicationEffect {
    /// From the first of the month after the application.
    NextMonth,
    /// From the first day of the benefit year it is for.
    Retroactive,
}

/// 公簿による収入の確認 — what on its own records tells the municipality the 収入 without an application.
///
/// 根拠: 国民健康保険法施行規則 第24条の3ただし書（確認を行うことができるとき）
///
/// The doubt: 収入 is what stands before costs and deductions (第24条の2), and a tax record holds incomes. An income of zero may hide
/// receipts — shares or land sold at a loss, a business that broke even, 一時所得 within its deduction — so that a record with 給与
/// and 年金 alone does not say that there was nothing else. The rule asks for an application and excuses from it only what the
/// municipality can confirm: without a choice of its own, nothing is confirmed by the absence of an income.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevenueRecord {
    /// Only 収入 that was confirmed as such, person by person.
    Confirmed,
    /// Also a tax record that shows nothing but 給与 and 公的年金等, with the 収入 of both.
    PayAlone,
}

impl RevenueRecord {
    /// How rules were read that were kept before this was asked.
    const fn unasked() -> Self {
        Self::PayAlone
    }
}

/// 市町村の判定の扱い — choices that no statute makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JudgementHabits {
    /// The weakest status of any choice in here.
    pub status: Status,
    /// 未申告.
    pub unfiled: Unfiled,
    /// A 擬制世帯主 who has not filed counts like an insured person who has not.
    pub unfiled_head_counts: bool,
    /// 所得更正.
    pub correction: CorrectionEffect,
    /// A return filed late (未申告 before).
    pub late_filing: CorrectionEffect,
    /// 基準収入額適用申請.
    pub application: ApplicationEffect,
    /// 公簿で確認できるときは申請を省く (規則第24条の3ただし書).
    pub revenue_by_record: bool,
    /// What confirms it.
    #[serde(default = "RevenueRecord::unasked")]
    pub revenue_record: RevenueRecord,
    /// What ends the standing of 特定同一世帯所属者.
    pub former_insured_tie: FormerInsuredTie,
}

impl JudgementHabits {
    /// Whether a judgement reads what was known before a correction.
    #[must_use]
    pub fn reads_history(&self) -> bool {
        self.correction != CorrectionEffect::Retroactive
            || self.late_filing != CorrectionEffect::Retroactive
    }

    /// What is assumed where no file of the municipality says anything; a draft, and marked as one.
    #[must_use]
    pub const fn assumed() -> Self {
        Self {
            status: Status::Draft,
            unfiled: Unfiled::HighestClass,
            unfiled_head_counts: true,
            correction: CorrectionEffect::Retroactive,
            late_filing: CorrectionEffect::Retroactive,
            application: ApplicationEffect::NextMonth,
            revenue_by_record: true,
            revenue_record: RevenueRecord::Confirmed,
            former_insured_tie: FormerInsuredTie::SameHead,
        }
    }
}

/// 判定の規則 of one municipality for one month of treatment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JudgementRules {
    /// 全国地方公共団体コード, six digits.
    pub municipality: String,
    /// The weakest status of any parameter in here.
    pub status: Status,
    /// 70歳未満.
    pub classes: ClassLimits,
    /// 70歳以上の負担割合.
    pub copay: CopayRules,
    /// 現役並みの段; before 2018-08 there was one class only.
    pub active: Option<ActiveLimits>,
    /// 低所得Ⅰ.
    pub low: LowIncomeRules,
    /// 特例対象被保険者等の世帯.
    pub unemployed: UnemployedHouseholdRules,
    /// 基礎控除 of the income year's fiscal year.
    pub basic_deduction: Vec<BasicDeduction>,
    /// Choices of the municipality.
    pub habits: JudgementHabits,
}

impl JudgementRules {
    /// 基礎控除 for a 合計所得金額. 根拠: 地方税法 第314条の2第2項
    #[must_use]
    pub fn basic_deduction_for(&self, total_income: Yen) -> Yen {
        self.basic_deduction
            .iter()
            .find(|row| row.up_to.is_none_or(|limit| total_income <= limit))
            .map_or(Yen::ZERO, |row| row.deduction)
    }

    /// The canonical text, under whose hash a decision remembers the rules.
    ///
    /// # Errors
    /// A [`Refusal`] when the rules cannot be written as JSON, which no value of theirs allows.
    pub fn canonical_json(&self) -> Result<String, Refusal> {
        super::canonical::canonical(self)
    }

    /// Reads a canonical text back.
    ///
    /// # Errors
    /// A [`Refusal`] when the text is not that of judgement rules.
    pub fn from_canonical_json(text: &str) -> Result<Self, Refusal> {
        super::canonical::read(text)
    }
}

/// 判定の規則 of one municipality through time.
#[derive(Clone, Debug)]
pub struct JudgementBook {
    pub(super) municipality: String,
    pub(super) tables: JudgementTables,
    pub(super) basic_deduction: super::series::Series<Vec<BasicDeduction>>,
    pub(super) habits: super::series::Series<JudgementHabits>,
    pub(super) copay_relief: super::series::Series<CopayReliefRules>,
}

impl JudgementBook {
    /// 全国地方公共団体コード, six digits.
    #[must_use]
    pub fn municipality(&self) -> &str {
        &self.municipality
    }

    /// Whether any month's judgement reads what was known before a correction.
    #[must_use]
    pub fn reads_history(&self) -> bool {
        self.habits
            .rows()
            .iter()
            .any(|row| row.value.reads_history())
    }

    /// What the cabinet order fixes, for ceilings and meals.
    #[must_use]
    pub fn tables(&self) -> &JudgementTables {
        &self.tables
    }

    /// The rules for the month of treatment that holds a day.
    ///
    /// # Errors
    /// A [`Refusal`] that names the table and what there is; no other month's row is used in its place.
    pub fn at(&self, on: Date) -> Result<JudgementRules, Refusal> {
        let month = on.first_of_month();
        let tables = &self.tables;
        let classes = tables.classes(month)?;
        let copay = tables.copay(month)?;
        let low = tables.low(month)?;
        let unemployed = tables.unemployed(month)?;
        let assessed = crate::judgement::tax_year(month).assessment_day();
        let deduction =
            self.basic_deduction
                .at(assessed, "rules.basic_deduction.missing", "国の基礎控除")?;
        let habits = self
            .habits
            .rows()
            .iter()
            .find(|row| row.span.contains(month))
            .map_or(JudgementHabits::assumed(), |row| row.value);
        let status = [
            classes.provenance.status,
            copay.provenance.status,
            low.provenance.status,
            unemployed.provenance.status,
            deduction.provenance.status,
            habits.status,
        ];
        Ok(JudgementRules {
            municipality: self.municipality.clone(),
            status: status.into_iter().min().unwrap_or(Status::Draft),
            classes: classes.value,
            copay: copay.value,
            active: tables.active(month),
            low: low.value,
            unemployed: unemployed.value,
            basic_deduction: deduction.value.clone(),
            habits,
        })
    }

    /// 一部負担金の減免・徴収猶予の段階表 on a day.
    ///
    /// # Errors
    /// A [`Refusal`] where the municipality has none: nothing is granted by another one's table.
    pub fn copay_relief(&self, on: Date) -> Result<&CopayReliefRules, Refusal> {
        let subject = format!("団体コード{}の一部負担金減免の段階表", self.municipality);
        self.copay_relief
            .at(on, "rules.copay_relief.missing", &subject)
            .map(|row| &row.value)
    }

    /// The first days of months on which any of the rules changes, in order.
    #[must_use]
    pub fn changes(&self) -> Vec<Date> {
        let mut days = self.tables.changes();
        days.extend(self.habits.rows().iter().map(|row| row.span.from));
        days.sort_unstable();
        days.dedup();
        days
    }
}
