//! 様式 — paper, colour, printed items, numbers and mail of a kind of certificate.

use super::kind::word;
use serde::{Deserialize, Serialize};

/// 用紙.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Paper {
    /// カード (86 mm × 54 mm) on an A4 sheet with the address.
    Card,
    /// はがき大 (128 mm × 91 mm) on an A4 sheet with the address.
    Postcard,
    /// A4.
    A4,
}

impl Paper {
    /// As shown.
    #[must_use]
    pub fn label_ja(self) -> &'static str {
        match self {
            Self::Card => "A4台紙・カード型",
            Self::Postcard => "A4台紙・はがき型",
            Self::A4 => "A4通知",
        }
    }
}

/// 様式.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// 様式番号: four figures, printed and in the bar code; no other kind of the same time has it.
    pub id: String,
    /// 版, two figures.
    pub version: String,
    /// 用紙.
    pub paper: Paper,
    /// 色: the marker printed on the paper; within a family no two kinds of the same paper share one.
    pub colour: String,
}

impl Form {
    /// What the bar code and the stock carry: form and version.
    #[must_use]
    pub fn stock(&self) -> String {
        format!("{}{}", self.id, self.version)
    }
}

/// 印字する項目.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Item {
    /// 氏名.
    Name,
    /// 性別.
    Sex,
    /// 生年月日.
    Birth,
    /// 世帯主の氏名.
    Head,
    /// 住所.
    Address,
    /// 記号・番号・枝番.
    SymbolNumber,
    /// 保険者番号と保険者名.
    Insurer,
    /// 資格取得年月日.
    Acquired,
    /// 適用開始年月日.
    AppliedFrom,
    /// 資格喪失年月日.
    LostOn,
    /// 交付年月日.
    IssuedOn,
    /// 発効期日.
    EffectiveFrom,
    /// 有効期限.
    ExpiresOn,
    /// 一部負担金の割合と発効期日.
    Ratio,
    /// 適用区分.
    Class,
    /// 長期入院該当年月日.
    LongTerm,
    /// 認定疾病名.
    Disease,
    /// 自己負担限度額.
    Ceiling,
    /// 特別療養費を支給する旨.
    Special,
    /// 減免等の内容.
    Relief,
    /// 加入期間の一覧.
    Periods,
    /// 交付番号.
    Number,
}

impl Item {
    pub(crate) const WORDS: [(&'static str, Self); 22] = [
        ("name", Self::Name),
        ("sex", Self::Sex),
        ("birth", Self::Birth),
        ("head", Self::Head),
        ("address", Self::Address),
        ("symbol_number", Self::SymbolNumber),
        ("insurer", Self::Insurer),
        ("acquired", Self::Acquired),
        ("applied_from", Self::AppliedFrom),
        ("lost_on", Self::LostOn),
        ("issued_on", Self::IssuedOn),
        ("effective_from", Self::EffectiveFrom),
        ("expires_on", Self::ExpiresOn),
        ("ratio", Self::Ratio),
        ("class", Self::Class),
        ("long_term", Self::LongTerm),
        ("disease", Self::Disease),
        ("ceiling", Self::Ceiling),
        ("special", Self::Special),
        ("relief", Self::Relief),
        ("periods", Self::Periods),
        ("number", Self::Number),
    ];

    /// The heading on the paper.
    #[must_use]
    pub fn label_ja(self) -> &'static str {
        match self {
            Self::Name => "氏名",
            Self::Sex => "性別",
            Self::Birth => "生年月日",
            Self::Head => "世帯主氏名",
            Self::Address => "住所",
            Self::SymbolNumber => "記号・番号",
            Self::Insurer => "保険者",
            Self::Acquired => "資格取得年月日",
            Self::AppliedFrom => "適用開始年月日",
            Self::LostOn => "資格喪失年月日",
            Self::IssuedOn => "交付年月日",
            Self::EffectiveFrom => "発効期日",
            Self::ExpiresOn => "有効期限",
            Self::Ratio => "一部負担金の割合",
            Self::Class => "適用区分",
            Self::LongTerm => "長期入院該当年月日",
            Self::Disease => "認定疾病名",
            Self::Ceiling => "自己負担限度額",
            Self::Special => "特別療養",
            Self::Relief => "減免等の内容",
            Self::Periods => "加入期間",
            Self::Number => "交付番号",
        }
    }
}

/// 交付番号の付け方: prefix, running figures, check figure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberScheme {
    /// Figures in front; each kind has its own.
    pub prefix: String,
    /// How many running figures follow.
    pub digits: u8,
}

/// 郵便の種類.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailClass {
    /// 普通郵便.
    Ordinary,
    /// 特定記録郵便.
    Specified,
    /// 簡易書留.
    Registered,
}

impl MailClass {
    pub(crate) const WORDS: [(&'static str, Self); 3] = [
        ("ordinary", Self::Ordinary),
        ("specified", Self::Specified),
        ("registered", Self::Registered),
    ];

    /// As stored.
    #[must_use]
    pub fn code(self) -> &'static str {
        word(&Self::WORDS, self)
    }

    /// The class of a stored code.
    #[must_use]
    pub fn of(code: &str) -> Option<Self> {
        let found = Self::WORDS.iter().find(|(word, _)| *word == code);
        found.map(|(_, class)| *class)
    }

    /// As shown.
    #[must_use]
    pub fn label_ja(self) -> &'static str {
        match self {
            Self::Ordinary => "普通郵便",
            Self::Specified => "特定記録",
            Self::Registered => "簡易書留",
        }
    }
}
