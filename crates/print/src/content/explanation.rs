//! 計算内訳書 — the steps of a calculation, for the counter.

use super::Office;
use serde::{Deserialize, Serialize};

/// 計算内訳書.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Explanation {
    /// Issuer.
    pub office: Office,
    /// Title: 「国民健康保険料 計算内訳書」.
    pub title: String,
    /// 作成日, Japanese text.
    pub issued_on: String,
    /// Facts above the steps: household, year, members.
    pub facts: Vec<Fact>,
    /// Steps in order.
    pub steps: Vec<Step>,
    /// Closing words.
    pub notes: Vec<String>,
}

/// One fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// 「世帯主」.
    pub label: String,
    /// Its value.
    pub value: String,
}

/// One step: what, how, on what ground, how much.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Group heading above the step; printed where it differs from the step before. May be empty.
    pub group: String,
    /// 「所得割額」.
    pub label: String,
    /// 「（2,500,000円 − 430,000円）× 7.51%」.
    pub formula: String,
    /// 根拠: 「条例第13条」.
    pub clause: String,
    /// Result in yen, where the step has one.
    pub amount_yen: Option<i64>,
    /// Printed strong: a subtotal or the decided amount.
    pub strong: bool,
}
