//! 納付書 — three parts on one strip: 領収証書, 納付書, 領収済通知書.

use super::{Office, Window};
use crate::barcode::Gs1Payload;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// 納付書のつづり — slips for one payer, three to a sheet; the address block takes the place of the first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentSlips {
    /// Issuer.
    pub office: Office,
    /// Address block above the slips, where they are mailed alone.
    pub window: Option<Window>,
    /// Words beside the address block.
    pub notes: Vec<String>,
    /// The slips in the order of their instalments.
    pub slips: Vec<PaymentSlip>,
}

/// 納付書1枚.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentSlip {
    /// 科目: 「国民健康保険料」.
    pub item: String,
    /// 相当年度: 「令和8年度」.
    pub levy_year: String,
    /// 調定年度: 「令和8年度」.
    pub assessed_year: String,
    /// 期別: 「第1期」.
    pub instalment: String,
    /// 通知書番号.
    pub notice_number: String,
    /// 納付義務者.
    pub payer: String,
    /// Address of the payer on the parts that stay with the office; one line.
    pub payer_address: String,
    /// 納期限, Japanese text.
    pub due_on: String,
    /// 本料・本税 in yen.
    pub principal_yen: i64,
    /// 延滞金 in yen.
    pub late_charge_yen: i64,
    /// 督促手数料 in yen.
    pub demand_fee_yen: i64,
    /// 合計金額 in yen: checked against its parts and against the barcode.
    pub total_yen: i64,
    /// 口座番号・加入者名 of the public funds: 「00100-0-000000 見本市会計管理者」; empty where not used.
    pub fund_account: String,
    /// The day of issue: a barcode whose last day lies before it is not printed.
    pub issued_on: Date,
    /// The shop barcode; none where the municipality does not use it.
    pub barcode: Option<Gs1Payload>,
    /// eL-QR payload as text; none where not used.
    pub qr: Option<String>,
    /// Numbers for Pay-easy or 地方税お支払サイト; none where not used.
    pub codes: Option<PaymentCodes>,
}

/// 収納機関番号など, printed as they come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentCodes {
    /// 収納機関番号.
    pub institution: String,
    /// 納付番号.
    pub number: String,
    /// 確認番号.
    pub confirmation: String,
    /// 納付区分.
    pub class: String,
}
