//! The facts of one household for one fiscal year, as the levy reads them.

use super::income::{Filing, Income};
use crate::{FiscalYear, Months, Yen};
use serde::{Deserialize, Serialize};

/// How a person stands to the household's insurance on the day the household is judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// 被保険者.
    #[default]
    Insured,
    /// 擬制世帯主: liable, not insured. Income and earner count, head count does not.
    FictitiousHead,
    /// 特定同一世帯所属者: moved on to 後期高齢者医療 in the same household. Counts in full for 軽減判定.
    FormerInsured,
    /// Insured only after the judgement day: charged, but not judged again (F19).
    JoinedLater,
}

/// One person in one fiscal year.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PersonYear {
    /// Standing on the judgement day.
    pub standing: Standing,
    /// Months charged as an insured person.
    pub insured: Months,
    /// Months charged the 介護分: insured, 40 to 64, not in an exempt facility.
    pub care: Months,
    /// 特例対象被保険者等: months in which salary income counts at 30/100.
    pub unemployed: Months,
    /// 出産被保険者: months of 産前産後.
    pub maternity: Months,
    /// 未就学児 (6歳到達後最初の3月31日以前) for this fiscal year.
    pub preschool: bool,
    /// 18歳到達後最初の3月31日以前 for this fiscal year.
    pub minor: bool,
    /// 65 or over for pension income of the income year.
    pub aged_65: bool,
    /// 給与所得者等 known otherwise than by revenue; `None` derives it from the revenue.
    pub earner: Option<bool>,
    /// 旧被扶養者: 所得割 waived while true.
    pub former_dependant: bool,
    /// 旧被扶養者: months (two years from acquisition) in which 均等割 and 平等割 are relieved.
    pub former_dependant_months: Months,
    /// 固定資産税額 the 資産割 is taken of, own share.
    pub asset_tax: Yen,
    /// 申告状態.
    pub filing: Filing,
    /// 所得照会中: the former municipality has not answered. Levied as zero, never reduced for it.
    pub inquiry_open: bool,
    /// Income of the preceding calendar year.
    pub income: Income,
}

/// 調整額・独自減額 — an amount the ordinance takes off one component before rounding and cap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Adjustment {
    /// Index of the component in the rule set.
    pub component: usize,
    /// Annual yen taken off.
    pub yen: Yen,
}

/// One liable person's household in one fiscal year.
///
/// Where the head changes within the year there are two of these, one for each liable person, with
/// disjoint months (国民健康保険法 第76条: the head is liable).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HouseholdYear {
    /// The fiscal year the levy belongs to (相当年度).
    pub fiscal_year: FiscalYear,
    /// Everyone who is charged or judged.
    pub people: Vec<PersonYear>,
    /// 特定世帯 months: 平等割 halved.
    #[serde(default)]
    pub specific_half: Months,
    /// 特定継続世帯 months: 平等割 at three quarters.
    #[serde(default)]
    pub specific_three_quarters: Months,
    /// A statutory reduction fixed from outside, in tenths (0, 2, 5, 7); `None` judges it.
    #[serde(default)]
    pub forced_reduction: Option<i64>,
    /// Amounts taken off before rounding and cap.
    #[serde(default)]
    pub adjustments: Vec<Adjustment>,
}
