//! 印刷する内容 — what is printed, as plain typed data that `office` and `web` fill.
//!
//! Amounts are whole yen (`i64`). Days that are only shown come as Japanese text (「令和8年7月31日」) and are printed as
//! they come; the two days that decide whether a shop barcode may be printed are civil dates. Nothing is calculated
//! here: totals come with the content and are only checked against their parts.

mod certificate;
mod eligibility;
mod explanation;
mod levy;
mod list;
mod slip;

pub use certificate::{
    Certificate, CertificateItem, CertificateLetter, CertificatePaper, ItemWidth,
};
pub use eligibility::{AnswerForm, CertifiedPeriod, EligibilityLetter, EligibilityProof};
pub use explanation::{Explanation, Fact, Step};
pub use levy::{
    Change, Component, Instalment, LevyKind, LevyNotice, LevyTable, Line, Member, Method, Reduction,
};
pub use list::{Cell, Column, ListReport};
pub use slip::{PaymentCodes, PaymentSlip, PaymentSlips};

use serde::{Deserialize, Serialize};

/// 帳票1通 — one document with its key and its standing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// What the caller calls it: shown in errors and in the counts, never printed.
    pub key: String,
    /// The rules behind the content are not confirmed. An official paper is then refused unless `demo`.
    pub draft_rules: bool,
    /// A demonstration or training office: everything carries the watermark 見本.
    pub demo: bool,
    /// The paper is a draft by choice: watermark 見本.
    pub draft: bool,
    /// What to do with letters that no font has.
    pub missing_letters: MissingLetters,
    /// The content itself.
    pub content: Content,
}

impl Document {
    /// An official paper on confirmed rules.
    #[must_use]
    pub fn official(key: impl Into<String>, content: Content) -> Self {
        Self {
            key: key.into(),
            draft_rules: false,
            demo: false,
            draft: false,
            missing_letters: MissingLetters::Refuse,
            content,
        }
    }

    /// Whether the watermark 見本 is printed.
    #[must_use]
    pub fn is_sample(&self) -> bool {
        self.draft || self.demo || self.draft_rules
    }
}

/// 印刷できない文字の扱い — a letter no font has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MissingLetters {
    /// The document is refused and the letters are named.
    #[default]
    Refuse,
    /// 〓 is printed to be completed by hand; the counts say on how many documents.
    Geta,
}

/// Kinds of content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// 納入通知書・納税通知書.
    Levy(Box<LevyNotice>),
    /// 納付書.
    Slips(Box<PaymentSlips>),
    /// 計算内訳書.
    Explanation(Box<Explanation>),
    /// 一覧表.
    List(Box<ListReport>),
    /// 証.
    Certificate(Box<Certificate>),
    /// 証に関する通知.
    CertificateLetter(Box<CertificateLetter>),
    /// 資格の文書.
    EligibilityLetter(Box<EligibilityLetter>),
    /// 資格の証明書.
    EligibilityProof(Box<EligibilityProof>),
}

impl Content {
    /// Whether the paper acts outward as an official notice or a means of payment.
    #[must_use]
    pub fn is_official(&self) -> bool {
        matches!(
            self,
            Self::Levy(_)
                | Self::Slips(_)
                | Self::Certificate(_)
                | Self::CertificateLetter(_)
                | Self::EligibilityLetter(_)
                | Self::EligibilityProof(_)
        )
    }

    /// 発行者, of a paper that is issued in the name of the head of the municipality.
    #[must_use]
    pub fn issuer(&self) -> Option<&Office> {
        match self {
            Self::Levy(one) => Some(&one.office),
            Self::Certificate(one) => Some(&one.office),
            Self::CertificateLetter(one) => Some(&one.office),
            Self::EligibilityLetter(one) => Some(&one.letter.office),
            Self::EligibilityProof(one) => Some(&one.office),
            Self::Slips(_) | Self::Explanation(_) | Self::List(_) => None,
        }
    }
}

/// 発行元 — the office that issues the paper and answers for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Office {
    /// 都道府県名, for the review board: 「見本県」.
    pub prefecture: String,
    /// 市町村名: 「見本市」.
    pub municipality: String,
    /// 処分庁: 「見本市長」.
    pub head_title: String,
    /// Name of the head, empty where it is not printed.
    pub head_name: String,
    /// 担当: 「保険年金課 賦課係」.
    pub section: String,
    /// Postal code and address of the office.
    pub address: String,
    /// Telephone with extension.
    pub phone: String,
    /// Opening hours, empty where not printed.
    pub hours: String,
}

/// 窓あき封筒の宛名 — the address block that shows through the window.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// 郵便番号: 「300-0000」.
    pub postal_code: String,
    /// 住所: one entry a line (町字番地, 方書), at most four.
    pub address: Vec<String>,
    /// 宛名. 「様」 is added.
    pub addressee: String,
}
