//! 条例・規則の定めるそのほかの扱い — small change, reliefs, notice texts, retention, and choices of reading.

use super::levy::Status;
use crate::Yen;
use serde::{Deserialize, Serialize};

/// 少額の扱い — below which a change is not collected or not paid back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmallChangeRules {
    /// The weakest status of any parameter in here.
    pub status: Status,
    /// An increase below this many yen is not levied; zero: every yen is.
    pub increase_below: Yen,
    /// An overpayment below this many yen is not paid back on its own; zero: every yen is.
    pub refund_below: Yen,
}

/// 減免の種類.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReliefReason {
    /// 旧被扶養者.
    FormerDependant,
    /// 災害.
    Disaster,
    /// 所得激減.
    IncomeDrop,
    /// 生活困窮.
    Poverty,
    /// 収監等による給付制限 (国民健康保険法 第59条).
    Custody,
    /// 多子・子育て世帯など, the municipality's own.
    OwnScheme,
}

/// 減免の対象額.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReliefShareOf {
    /// The whole amount of the component.
    Whole,
    /// 所得割 (and 資産割).
    Income,
    /// 均等割.
    PerCapita,
    /// 平等割.
    PerHousehold,
}

/// One share that a relief takes off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReliefShare {
    /// What it is taken of.
    pub of: ReliefShareOf,
    /// Per cent, 0 to 100.
    pub percent: u8,
    /// For so many months from the month of acquisition; `None` as long as the reason lasts.
    pub months: Option<u8>,
    /// For a household in this tier of 軽減 (tenths); `None` for one without reduction.
    pub in_tier: Option<u8>,
}

/// 減免の定め — one reason of the ordinance or its 要綱.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReliefRules {
    /// 事由.
    pub reason: ReliefReason,
    /// Draft or confirmed.
    pub status: Status,
    /// 条例・要綱の条項, as printed.
    pub clause: String,
    /// Name used on pages and notices.
    pub name_ja: String,
    /// 申請が要る.
    pub on_application: bool,
    /// Fixed shares; empty where the mayor decides each case.
    pub shares: Vec<ReliefShare>,
    /// 市長が決める割合の上限 in per cent, where `shares` is empty.
    pub most_percent: u8,
}

/// 通知の問い合わせ先. A part nobody has confirmed is empty; nothing is made up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficeText {
    /// Draft or confirmed.
    pub status: Status,
    /// 担当課.
    pub section: String,
    /// 電話番号.
    pub phone: String,
    /// 郵便番号.
    pub postal_code: String,
    /// 所在地.
    pub address: String,
    /// 首長の職名 (市長・区長・町長).
    pub chief_title: String,
    /// 首長の氏名; empty where the municipality has not said, and then nothing official is printed.
    #[serde(default)]
    pub chief_name: String,
}

/// 保存年限 in years, counted from the end of the fiscal year in which the record was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetentionRules {
    /// Draft or confirmed.
    pub status: Status,
    /// 資格の記録.
    pub eligibility_years: u8,
    /// 賦課の記録.
    pub levy_years: u8,
    /// 収納の記録.
    pub collection_years: u8,
    /// 給付の記録.
    pub benefit_years: u8,
    /// 操作・閲覧の記録.
    pub access_log_years: u8,
}

/// 期間制限・時効 — how long a levy may be decided, collected and paid back, in years.
///
/// 根拠: 国民健康保険法 第110条・第110条の2、地方税法 第17条の5・第18条・第18条の3
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeLimits {
    /// 料 or 税.
    pub kind: super::levy::LevyKind,
    /// 増額・新規の賦課決定.
    pub increase_years: u8,
    /// 減額の賦課決定.
    pub decrease_years: u8,
    /// 偽りその他不正; the same as an increase where the law knows no longer period.
    pub fraud_years: u8,
    /// 徴収権の時効.
    pub collection_years: u8,
    /// 還付請求権の時効.
    pub refund_years: u8,
}
