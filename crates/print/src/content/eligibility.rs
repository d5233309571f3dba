//! 資格の文書 — letters with their answer form, and 資格の証明書.

use super::{CertificateLetter, Office};
use serde::{Deserialize, Serialize};

/// 勧奨・照会・職権処理の文書, with the form on which it is answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EligibilityLetter {
    /// The letter itself.
    pub letter: CertificateLetter,
    /// 回答書; none where no answer is asked for.
    pub answer: Option<AnswerForm>,
}

/// 回答書 — a page of its own, sent back by the addressee and read by its code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerForm {
    /// 回答の期限, Japanese text.
    pub until: String,
    /// 読取符号: twenty figures.
    pub scan: String,
    /// Facts beside their labels: whom it is about.
    pub facts: Vec<(String, String)>,
    /// Questions, each with what can be ticked.
    pub questions: Vec<(String, Vec<String>)>,
}

/// One period of the insurance as it is certified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertifiedPeriod {
    /// 記号・番号（枝番）.
    pub number: String,
    /// 適用開始年月日, Japanese text.
    pub from: String,
    /// 資格喪失年月日, Japanese text; empty while insured.
    pub until: String,
    /// 喪失の事由.
    pub cause: String,
}

/// 資格取得・喪失・加入期間の証明書.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EligibilityProof {
    /// 名称.
    pub title: String,
    /// 証明番号: 「第8-12号」.
    pub number: String,
    /// 氏名.
    pub name: String,
    /// 生年月日, Japanese text.
    pub birth_on: String,
    /// 住所; empty under 支援措置.
    pub address: String,
    /// The periods certified, oldest first.
    pub periods: Vec<CertifiedPeriod>,
    /// 証明日, Japanese text.
    pub issued_on: String,
    /// Issuer.
    pub office: Office,
}
