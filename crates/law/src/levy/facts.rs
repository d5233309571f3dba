//! 世帯の事実 — the dated facts of a household, and what one head is liable for in a year.

use super::household::{Adjustment, HouseholdYear};
use super::income::{Filing, Income};
use super::specific_household::SpecificHouseholdEnd;
use crate::{Date, Months, Span, Yen};
use serde::{Deserialize, Serialize};

pub use super::liable::household_years;

/// 喪失事由, as far as the day and the month of loss depend on it.
///
/// 根拠: 国民健康保険法 第6条・第8条
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LossCause {
    /// 社会保険・共済の加入（第6条第1号〜第7号）: lost on the day after.
    Insurance,
    /// 75歳到達（第6条第8号）.
    LateElderly75,
    /// 障害認定による後期高齢者医療（第6条第8号）.
    LateElderlyDisability,
    /// 生活保護の開始（第6条第9号）: lost on the day itself.
    Welfare,
    /// 国民健康保険組合の加入（第6条第10号）: lost on the day itself.
    NhiSociety,
    /// 転出.
    MovedOut,
    /// 死亡.
    Death,
    /// 職権消除.
    OfficialDeletion,
    /// その他.
    Other,
}

/// 資格期間 — one acquisition and, once known, its loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InsuredSpan {
    /// 取得日.
    pub acquired_on: Date,
    /// 喪失日 as registered (the day after the event for 社保・後期・死亡).
    #[serde(default)]
    pub lost_on: Option<Date>,
    /// 該当日 — the day of the event itself; absent, it is taken to be the day before `lost_on` where the
    /// statute puts the loss on the day after.
    #[serde(default)]
    pub event_on: Option<Date>,
    /// 喪失事由.
    #[serde(default)]
    pub cause: Option<LossCause>,
}

/// 非自発的失業 — one leaving of employment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unemployment {
    /// 離職日.
    pub left_on: Date,
    /// 離職理由コード: 11, 12, 21, 22, 23, 31, 32, 33, 34.
    pub code: u8,
}

/// 出産 — one delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Maternity {
    /// 出産予定日, or 出産日 where it was notified or confirmed after the birth (規則第32条の10の3).
    pub delivery_on: Date,
    /// 多胎妊娠.
    pub multiple: bool,
}

/// Dated facts of one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonFacts {
    /// 生年月日.
    pub birth_on: Date,
    /// 資格期間 in this household.
    #[serde(default)]
    pub insured: Vec<InsuredSpan>,
    /// 特定同一世帯所属者である期間: from **the day before the loss** (75歳の誕生日) to the day of leaving the
    /// household.
    #[serde(default)]
    pub former_insured: Vec<Span>,
    /// 介護保険適用除外施設: from the day of entry to the day of leaving.
    #[serde(default)]
    pub care_exempt: Vec<Span>,
    /// 非自発的失業.
    #[serde(default)]
    pub unemployments: Vec<Unemployment>,
    /// 出産.
    #[serde(default)]
    pub maternities: Vec<Maternity>,
    /// 旧被扶養者: the day of acquisition as such.
    #[serde(default)]
    pub former_dependant_since: Option<Date>,
    /// 固定資産税額 of the fiscal year, own share.
    #[serde(default)]
    pub asset_tax: Yen,
    /// 申告状態 of the income year.
    #[serde(default)]
    pub filing: Filing,
    /// 所得照会中.
    #[serde(default)]
    pub inquiry_open: bool,
    /// Income of the preceding calendar year.
    #[serde(default)]
    pub income: Income,
}

impl PersonFacts {
    /// A person of whom nothing is known but the day of birth.
    #[must_use]
    pub fn born(birth_on: Date) -> Self {
        Self {
            birth_on,
            insured: Vec::new(),
            former_insured: Vec::new(),
            care_exempt: Vec::new(),
            unemployments: Vec::new(),
            maternities: Vec::new(),
            former_dependant_since: None,
            asset_tax: Yen::ZERO,
            filing: Filing::default(),
            inquiry_open: false,
            income: Income::default(),
        }
    }
}

/// 世帯主である期間, half-open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeadSpan {
    /// Index into [`HouseholdFacts::people`].
    pub person: usize,
    /// First day as head.
    pub from: Date,
    /// First day no longer head, or open.
    #[serde(default)]
    pub until: Option<Date>,
}

/// 調整額 granted to one liable head.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeadAdjustment {
    /// Index of the liable head.
    pub head: usize,
    /// What is taken off.
    pub adjustment: Adjustment,
}

/// Dated facts of one household for one fiscal year.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HouseholdFacts {
    /// Everyone who was a member of the household, insured or not, at any time that matters to the year.
    pub people: Vec<PersonFacts>,
    /// Who was head when; without gap over the insured months, and reaching back as far as a 特定同一世帯所属者.
    pub heads: Vec<HeadSpan>,
    /// 調整額・独自減額.
    #[serde(default)]
    pub adjustments: Vec<HeadAdjustment>,
}

/// 特定同一世帯所属者の継続 — what ends it besides leaving the household.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FormerInsuredTie {
    /// A change of head ends it.
    SameHead,
    /// Only leaving the household ends it.
    SameHousehold,
}

/// 世帯全員が抜けた後の再加入 — whether a household that comes back within the year is levied and judged anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rejoining {
    /// One levy for the year, judged on the first of its days.
    SameLevy,
    /// A levy of its own for each unbroken run of months, each judged on its own first day.
    NewLevy,
}

/// Choices of the ordinance that turn dated facts into months. There is no default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Habits {
    /// Where 特定世帯 and 特定継続世帯 end.
    pub specific_household_end: SpecificHouseholdEnd,
    /// What ends the standing of 特定同一世帯所属者.
    pub former_insured_tie: FormerInsuredTie,
    /// A household that leaves as a whole and comes back.
    pub rejoining: Rejoining,
}

/// 納付（納税）義務者ごとの1年 — what one head is liable for in one fiscal year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiableYear {
    /// Index of the liable head.
    pub head: usize,
    /// 軽減判定の基準日: 賦課期日, or the day the levy arises for this head.
    pub judged_on: Date,
    /// Months this head is liable for.
    pub months: Months,
    /// For each of `household.people`, the index of the person in the facts.
    pub members: Vec<usize>,
    /// What the levy reads.
    pub household: HouseholdYear,
}
