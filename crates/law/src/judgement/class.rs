//! 区分 — the classes, and why one cannot be told yet.

use serde::{Deserialize, Serialize};

/// 70歳未満の所得区分. 根拠: 国民健康保険法施行令 第29条の3第1項
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Under70 {
    /// 区分オ: 市町村民税非課税.
    E,
    /// 区分エ: up to 210万円.
    D,
    /// 区分ウ: above 210万円 up to 600万円.
    C,
    /// 区分イ: above 600万円 up to 901万円.
    B,
    /// 区分ア: above 901万円, and 未申告 by the practice of the field.
    A,
}

impl Under70 {
    /// Every class, heaviest first.
    pub const ALL: [Self; 5] = [Self::A, Self::B, Self::C, Self::D, Self::E];

    /// As printed.
    #[must_use]
    pub const fn label_ja(self) -> &'static str {
        match self {
            Self::A => "区分ア",
            Self::B => "区分イ",
            Self::C => "区分ウ",
            Self::D => "区分エ",
            Self::E => "区分オ",
        }
    }

    /// As stored.
    #[must_use]
    pub const fn code(self) -> i64 {
        match self {
            Self::A => 1,
            Self::B => 2,
            Self::C => 3,
            Self::D => 4,
            Self::E => 5,
        }
    }

    /// The class of a stored code.
    #[must_use]
    pub fn from_code(code: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.code() == code)
    }
}

/// 70歳以上の所得区分. 根拠: 国民健康保険法施行令 第29条の3第4項
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Over70 {
    /// 低所得Ⅰ.
    Low1,
    /// 低所得Ⅱ.
    Low2,
    /// 一般.
    General,
    /// 現役並みⅠ (before 2018-08: 現役並み).
    Active1,
    /// 現役並みⅡ.
    Active2,
    /// 現役並みⅢ.
    Active3,
}

impl Over70 {
    /// Every class, heaviest first.
    pub const ALL: [Self; 6] = [
        Self::Active3,
        Self::Active2,
        Self::Active1,
        Self::General,
        Self::Low2,
        Self::Low1,
    ];

    /// As printed.
    #[must_use]
    pub const fn label_ja(self) -> &'static str {
        match self {
            Self::Active3 => "現役並みⅢ",
            Self::Active2 => "現役並みⅡ",
            Self::Active1 => "現役並みⅠ",
            Self::General => "一般",
            Self::Low2 => "低所得Ⅱ",
            Self::Low1 => "低所得Ⅰ",
        }
    }

    /// As stored.
    #[must_use]
    pub const fn code(self) -> i64 {
        match self {
            Self::Active3 => 11,
            Self::Active2 => 12,
            Self::Active1 => 13,
            Self::General => 14,
            Self::Low2 => 15,
            Self::Low1 => 16,
        }
    }

    /// The class of a stored code.
    #[must_use]
    pub fn from_code(code: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.code() == code)
    }
}

/// 保留 — why there is no final judgement. Nothing is guessed in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pending {
    /// 所得照会中: another municipality was asked and has not answered.
    Inquiry,
    /// 所得情報なし: the tax side has said nothing of a person who must have a record.
    IncomeMissing,
    /// 課税情報なし: income is known, but not whether (or on how much) 市町村民税 is charged, and the result hangs on it.
    TaxMissing,
    /// 未申告, where the municipality waits for the return.
    Unfiled,
}

impl Pending {
    /// Every reason.
    pub const ALL: [Self; 4] = [
        Self::Inquiry,
        Self::IncomeMissing,
        Self::TaxMissing,
        Self::Unfiled,
    ];

    /// As shown.
    #[must_use]
    pub const fn label_ja(self) -> &'static str {
        match self {
            Self::Inquiry => "保留（所得照会中）",
            Self::IncomeMissing => "保留（所得情報なし）",
            Self::TaxMissing => "保留（課税情報なし）",
            Self::Unfiled => "保留（未申告）",
        }
    }

    /// What is waited for, in a sentence.
    #[must_use]
    pub const fn reason_ja(self) -> &'static str {
        match self {
            Self::Inquiry => "所得照会中",
            Self::IncomeMissing => "所得情報なし",
            Self::TaxMissing => "課税情報なし",
            Self::Unfiled => "未申告",
        }
    }

    /// As stored.
    #[must_use]
    pub const fn code(self) -> i64 {
        match self {
            Self::Inquiry => 1,
            Self::IncomeMissing => 2,
            Self::TaxMissing => 3,
            Self::Unfiled => 4,
        }
    }

    /// The reason of a stored code.
    #[must_use]
    pub fn from_code(code: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }
}
