//! 一部負担金の減免・徴収猶予. 根拠: 国民健康保険法 第44条
//!
//! The act leaves the measure to the municipality, whose rule is a table of stages: how far the income may lie above the
//! standard of living, and what is done then.

use super::year::next_month;
use crate::{Clause, Date, Refusal, Span, Statute, Yen};
use serde::{Deserialize, Serialize};

/// 特別の理由.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HardshipReason {
    /// 災害（死亡・障害・資産の重大な損害）.
    Disaster,
    /// 農作物の不作・不漁.
    CropFailure,
    /// 事業の休廃止・失業.
    LossOfWork,
    /// これらに類する事由.
    Similar,
}

impl HardshipReason {
    /// Every reason.
    pub const ALL: [Self; 4] = [
        Self::Disaster,
        Self::CropFailure,
        Self::LossOfWork,
        Self::Similar,
    ];

    /// As stored.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Disaster => "disaster",
            Self::CropFailure => "crop_failure",
            Self::LossOfWork => "loss_of_work",
            Self::Similar => "similar",
        }
    }

    /// The reason of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }
}

/// 措置. 根拠: 国民健康保険法 第44条第1項各号
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// 減額, in per cent taken off.
    Reduce {
        /// 1 to 99.
        percent: u8,
    },
    /// 支払の免除.
    Exempt,
    /// 徴収猶予.
    Defer,
}

/// One stage: income up to so many thousandths of the standard of living.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// 実収入月額 ÷ 基準生活費 in thousandths, inclusive (1,155 for 1.155 times).
    pub up_to_permille: i64,
    /// What is done.
    pub measure: Measure,
}

/// 段階表 of one municipality.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CopayReliefRules {
    /// Stages, the lowest first.
    pub stages: Vec<Stage>,
    /// 預貯金 up to so many months of the standard of living (3).
    pub savings_months: i64,
    /// 減免 for at most so many months (3).
    pub relief_months: i64,
    /// 猶予 for at most so many months (6).
    pub deferral_months: i64,
    /// Only for stays in hospital.
    pub inpatient_only: bool,
}

/// An application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReliefFacts {
    /// Why.
    pub reason: HardshipReason,
    /// 実収入月額 of the household.
    pub monthly_income: Yen,
    /// 基準生活費 (月額).
    pub standard_of_living: Yen,
    /// 預貯金.
    pub savings: Yen,
    /// The treatment is a stay in hospital.
    pub inpatient: bool,
    /// 申請日.
    pub applied_on: Date,
    /// Months asked for.
    pub months: i64,
}

/// What is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReliefRuling {
    /// 措置.
    pub measure: Measure,
    /// From the first of the month of the application, bounded.
    pub span: Span,
    /// 実収入月額 ÷ 基準生活費 in thousandths, rounded up.
    pub permille: i64,
}

/// Judges an application against the table.
///
/// # Errors
/// A [`Refusal`] that names what keeps it from being granted.
pub fn judge(rules: &CopayReliefRules, facts: &ReliefFacts) -> Result<ReliefRuling, Refusal> {
    let refuse = |code, message: String| {
        Err(Refusal::new(code, message).under(Clause::new(Statute::NhiAct, "第44条第1項")))
    };
    if facts.standard_of_living <= Yen::ZERO {
        return refuse(
            "judgement.copay_relief.standard",
            "基準生活費が0円以下です。世帯の基準生活費を確かめてください".to_owned(),
        );
    }
    if rules.inpatient_only && !facts.inpatient {
        return refuse(
            "judgement.copay_relief.inpatient",
            "入院の一部負担金だけが対象です".to_owned(),
        );
    }
    let savings_up_to = Yen(facts.standard_of_living.0 * rules.savings_months);
    if facts.savings > savings_up_to {
        return refuse(
            "judgement.copay_relief.savings",
            format!(
                "預貯金{}が基準生活費の{}か月分{savings_up_to}を超えています",
                facts.savings, rules.savings_months
            ),
        );
    }
    let income = facts.monthly_income.at_least_zero().0 * 1000;
    let permille = (income + facts.standard_of_living.0 - 1) / facts.standard_of_living.0;
    let Some(stage) = rules
        .stages
        .iter()
        .find(|stage| permille <= stage.up_to_permille)
    else {
        return refuse(
            "judgement.copay_relief.income",
            format!(
                "実収入月額{}が基準生活費{}に対する上限を超えています",
                facts.monthly_income, facts.standard_of_living
            ),
        );
    };
    let most = match stage.measure {
        Measure::Defer => rules.deferral_months,
        Measure::Reduce { .. } | Measure::Exempt => rules.relief_months,
    };
    if !(1..=most).contains(&facts.months) {
        return refuse(
            "judgement.copay_relief.months",
            format!("期間は1か月から{most}か月までにしてください"),
        );
    }
    let from = facts.applied_on.first_of_month();
    let until = (0..facts.months).fold(from, |day, _| next_month(day));
    Ok(ReliefRuling {
        measure: stage.measure,
        span: Span {
            from,
            until: Some(until),
        },
        permille,
    })
}
