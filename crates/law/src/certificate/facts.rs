//! 証の判断に要る事実 — what is known of one person on the day a certificate is decided.

use crate::{Date, Span};
use serde::{Deserialize, Serialize};

/// 判定の結果: decided, held back, or none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Judged<T> {
    /// 決定.
    Decided {
        /// What was judged.
        value: T,
        /// From which day.
        from: Date,
    },
    /// 保留, with its reason.
    Pending(String),
    /// Nothing was judged for the day.
    None,
}

impl<T> Judged<T> {
    /// What was decided.
    #[must_use]
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Decided { value, .. } => Some(value),
            Self::Pending(_) | Self::None => None,
        }
    }

    /// From which day it was decided.
    #[must_use]
    pub fn from(&self) -> Option<Date> {
        match self {
            Self::Decided { from, .. } => Some(*from),
            Self::Pending(_) | Self::None => None,
        }
    }
}

/// マイナ保険証の状態 as a list said it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardStatus {
    /// 利用登録あり.
    pub linked: bool,
    /// 一覧の基準日.
    pub as_of: Date,
}

/// 特定疾病.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Disease {
    /// 1 人工透析を要する慢性腎不全.
    Dialysis,
    /// 2 先天性血液凝固因子障害.
    Haemophilia,
    /// 3 血液製剤によるHIV感染症.
    Hiv,
}

impl Disease {
    /// All, in the order of their codes.
    pub const ALL: [Self; 3] = [Self::Dialysis, Self::Haemophilia, Self::Hiv];

    /// 区分 as the online check of eligibility has it.
    #[must_use]
    pub const fn code(self) -> i64 {
        match self {
            Self::Dialysis => 1,
            Self::Haemophilia => 2,
            Self::Hiv => 3,
        }
    }

    /// The disease of a code.
    #[must_use]
    pub fn of(code: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }

    /// As printed.
    #[must_use]
    pub const fn name_ja(self) -> &'static str {
        match self {
            Self::Dialysis => "人工腎臓を実施している慢性腎不全",
            Self::Haemophilia => {
                "血漿分画製剤を投与している先天性血液凝固第Ⅷ因子障害又は先天性血液凝固第Ⅸ因子障害"
            }
            Self::Hiv => {
                "抗ウイルス剤を投与している後天性免疫不全症候群（血液凝固因子製剤によるHIV感染）"
            }
        }
    }
}

/// What is known of one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// 生年月日.
    pub birth_on: Date,
    /// 適用の期間, in order.
    pub insured: Vec<Span>,
    /// Those of it in the household of the paper; empty where no household is asked about.
    #[serde(skip)]
    pub in_household: Vec<Span>,
    /// マイナ保険証: `None` when no list has named the person.
    pub card: Option<CardStatus>,
    /// 要配慮者・申請による資格確認書 even with マイナ保険証.
    pub confirmation_asked: bool,
    /// 自己情報提供不可 (支援措置): マイナ保険証 cannot be used.
    pub card_blocked: bool,
    /// 在留期間の満了日, or the last day of the 特例期間.
    pub stay_until: Option<Date>,
    /// マル学の終わり.
    pub student_until: Option<Date>,
    /// 特別療養費の適用開始日, the person's own exclusions left aside.
    pub special_from: Option<Date>,
    /// 原爆一般疾病医療費の支給等を受けることができる.
    pub special_exempt: bool,
    /// 事前通知に書いた期限: the last day for 弁明・特別の事情の届出.
    pub special_notice_until: Option<Date>,
    /// 特別の事情 is recorded.
    pub special_circumstance: bool,
    /// 短期証の該当.
    pub short_term: bool,
    /// 一部負担金の割合 in tenths.
    pub ratio: Judged<u8>,
    /// 適用区分 code.
    pub class: Judged<String>,
    /// First day on which another class is judged, or the judgement is held; `None` while none is known.
    pub class_until: Option<Date>,
    /// 認定された特定疾病.
    pub disease: Option<Disease>,
    /// 一部負担金の減免等 was granted.
    pub relief_granted: bool,
    /// 決定で定めた期間の末日.
    pub decided_until: Option<Date>,
}

impl Facts {
    /// A person of whom nothing but birth and eligibility is known.
    #[must_use]
    pub fn of(birth_on: Date, insured: Vec<Span>) -> Self {
        Self {
            birth_on,
            insured,
            in_household: Vec::new(),
            card: None,
            confirmation_asked: false,
            card_blocked: false,
            stay_until: None,
            student_until: None,
            special_from: None,
            special_exempt: false,
            special_notice_until: None,
            special_circumstance: false,
            short_term: false,
            ratio: Judged::None,
            class: Judged::None,
            class_until: None,
            disease: None,
            relief_granted: false,
            decided_until: None,
        }
    }

    /// The span of eligibility that holds a day.
    #[must_use]
    pub fn span_on(&self, day: Date) -> Option<Span> {
        self.insured.iter().copied().find(|span| span.contains(day))
    }
}
