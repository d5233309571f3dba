//! 証と、証に関する通知.

use super::{Office, Window};
use serde::{Deserialize, Serialize};

/// 用紙.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CertificatePaper {
    /// カード (85.6 mm × 54 mm) with its back beside it, on an A4 sheet with the address.
    Card,
    /// はがき大 (128 mm × 91 mm) on an A4 sheet with the address.
    Postcard,
    /// A4.
    A4,
}

/// How much room an item takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemWidth {
    /// Half a row of a card.
    Half,
    /// A whole row.
    Whole,
    /// A whole row of two lines (住所).
    Tall,
    /// A whole row in large type (氏名).
    Large,
}

/// One item with its value as printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificateItem {
    /// Heading: 「氏名」.
    pub label: String,
    /// Value; line feeds begin new lines on an A4 paper.
    pub value: String,
    /// Room on a card.
    pub width: ItemWidth,
}

/// 証1枚.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// 名称.
    pub title: String,
    /// 様式番号: four figures.
    pub form_id: String,
    /// 版: two figures.
    pub form_version: String,
    /// 用紙.
    pub paper: CertificatePaper,
    /// 色 of the band, as the rules name it.
    pub colour: String,
    /// Items in their order.
    pub items: Vec<CertificateItem>,
    /// 裏面・備考.
    pub back: Vec<String>,
    /// 注意事項.
    pub notes: Vec<String>,
    /// 再交付の回: 2 and more is marked 再交付.
    pub copy: i64,
    /// 交付番号.
    pub number: String,
    /// 読取符号: twenty figures that begin with form and version.
    pub scan: String,
    /// 保険者番号, six figures.
    pub insurer_number: String,
    /// 保険者名.
    pub insurer_name: String,
    /// Address block.
    pub window: Window,
    /// Issuer.
    pub office: Office,
    /// 交付年月日, Japanese text.
    pub issued_on: String,
}

/// 返還通知・却下通知・特別療養費の事前通知.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificateLetter {
    /// 題名.
    pub title: String,
    /// 文書番号; may be empty.
    pub number: String,
    /// 日付, Japanese text.
    pub issued_on: String,
    /// Address block.
    pub window: Window,
    /// Issuer.
    pub office: Office,
    /// 本文, one paragraph an entry.
    pub paragraphs: Vec<String>,
    /// Facts beside their labels.
    pub facts: Vec<(String, String)>,
    /// Whether the right of appeal is printed: 国民健康保険審査会.
    pub appealable: bool,
}
