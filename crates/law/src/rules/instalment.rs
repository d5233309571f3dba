//! 期割 — the instalments of one municipality and fiscal year, as the rules read them.

use super::levy::{LevyKind, Status};
use crate::{Date, FiscalYear};
use serde::{Deserialize, Serialize};

/// 端数の帰属 — which instalment takes what does not divide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RemainderTo {
    /// 最初の納期 (地方税法 第20条の4の2第6項、端数計算法 第3条).
    First,
    /// 最後の納期 (where the ordinance says so).
    Last,
}

/// 納期 — one instalment of the ordinary collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InstalmentPeriod {
    /// 期別, counted from 1.
    pub number: u8,
    /// 納期限 as the ordinance writes it, before it moves over holidays.
    pub due_on: Date,
    /// Whether this instalment belongs to the provisional levy (仮算定), before the annual amount is known.
    #[serde(default)]
    pub provisional: bool,
}

/// 40歳到達者の介護分 — when the care part of someone who reaches forty within the year is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CareAttainment {
    /// 到達後の残りの納期: by the instalments due after the day.
    FromAttainment,
    /// 全期: by all instalments, since the day is known beforehand. Rule sets kept before there was the choice read so,
    /// and were applied so.
    #[default]
    Spread,
}

/// 期割の規則 of one municipality and fiscal year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InstalmentRules {
    /// 全国地方公共団体コード, six digits with check digit.
    pub municipality: String,
    /// 相当年度.
    pub fiscal_year: FiscalYear,
    /// 料 or 税.
    pub kind: LevyKind,
    /// The weakest status of any parameter in here.
    pub status: Status,
    /// 納期, in the order of their number; due days ascend.
    pub periods: Vec<InstalmentPeriod>,
    /// 期別額の端数の単位: 1,000, 100, 10 or 1 yen.
    pub unit_yen: i64,
    /// Which instalment takes the remainder.
    pub remainder: RemainderTo,
    /// 通知書の交付期限: a notice goes out at least this many days before the due day (税は10日、地方税法 第713条).
    pub notice_days_before_due: i64,
    /// 随時の納期: the due day is the last day of the month after the decision; where fewer than this many
    /// days lie between the two, the last day of the month after that.
    pub ad_hoc_due_days: i64,
    /// 年度途中の40歳到達.
    #[serde(default)]
    pub care_attainment: CareAttainment,
}
