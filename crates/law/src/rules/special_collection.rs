//! 特別徴収 — what the law fixes and what the ordinance or the office's practice adds.

use super::levy::Status;
use crate::Yen;
use serde::{Deserialize, Serialize};

/// 特別徴収の国の定め.
///
/// 根拠: 国民健康保険法施行令 第29条の11〜第29条の14、国民健康保険法施行規則 第32条の16・第32条の20、
/// 地方税法 第706条・第20条の4の2第9項
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpecialCollectionLaw {
    /// 年金の年額 from which withholding is possible (180,000).
    pub pension_minimum: Yen,
    /// The head and every insured person are at least this old (65).
    pub age_from: u8,
    /// The head is younger than this (75).
    pub age_until: u8,
    /// 年金年額をこの数で除した額 (6) …
    pub payments_a_year: u8,
    /// … and of that, one part in so many may be taken (2: 2分の1).
    pub share_divisor: u8,
    /// 支払回数割額の端数の単位 (100 yen), which goes to the first payment from October on.
    pub unit_yen: i64,
    /// Months of 仮徴収.
    pub provisional_months: Vec<u8>,
    /// Months of 本徴収.
    pub main_months: Vec<u8>,
}

/// 特別徴収の市の定め.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpecialCollectionRules {
    /// The weakest status of any parameter in here.
    pub status: Status,
    /// A head who turns 75 within the year pays ordinarily the whole year.
    pub exclude_year_of_75: bool,
    /// 見込額: the yearly amount is divided by this, 1 to 12 (国民健康保険法施行規則 第32条の21).
    pub estimate_divisor: u8,
    /// 平準化: from this month of 仮徴収 on the amount is changed to even out the year; `None` where it is not.
    pub level_from_month: Option<u8>,
    /// 中止の依頼: a payment fewer than this many days after a decision can no longer be stopped.
    pub stop_days: u8,
    /// 滞納のある世帯の口座振替への変更を認めない.
    pub arrears_bar_transfer: bool,
}
