//! 延滞金・還付加算金 — rates by calendar year and what an ordinance adds to them.

use super::levy::Status;
use crate::Rate;
use serde::{Deserialize, Serialize};

/// 延滞金・還付加算金の割合 of one calendar year.
///
/// 根拠: 地方税法 附則第3条の2
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LateChargeRates {
    /// 暦年.
    pub year: i16,
    /// Yearly rate within the first period after the due day, in millionths.
    pub first_ppm: Rate,
    /// Yearly rate after the first period, in millionths.
    pub later_ppm: Rate,
    /// 還付加算金, yearly rate in millionths.
    pub refund_ppm: Rate,
}

/// 延滞金の計算方法 of one municipality: the ordinance for 料, 地方税法 第20条の4の2 for 税.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LateChargeRules {
    /// The weakest status of any parameter in here.
    pub status: Status,
    /// How many months from the day after the due day the lower rate holds: 1, or 3 where the ordinance says so.
    pub first_period_months: u8,
    /// 計算の基礎の端数: the unpaid amount is cut to a multiple of this (1,000 yen).
    pub base_unit: i64,
    /// Below this unpaid amount nothing is charged (2,000 yen).
    pub base_minimum: i64,
    /// 確定額の端数: the charge is cut to a multiple of this (100 yen).
    pub charge_unit: i64,
    /// Below this charge nothing is charged (1,000 yen).
    pub charge_minimum: i64,
    /// Days of the year in the division: 365, leap years too.
    pub days_in_year: i64,
    /// 督促手数料 in yen; zero where the ordinance takes none.
    pub reminder_fee_yen: i64,
    /// 督促状 goes out within this many days after the due day (税は20日、地方税法 第726条).
    pub reminder_within_days: i64,
}
