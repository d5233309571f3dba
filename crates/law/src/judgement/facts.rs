//! 判定の事実 — the dated facts of a household as the judgement reads them.

use crate::levy::facts::{HeadSpan, Unemployment};
use crate::levy::{Filing, Income};
use crate::{Date, FiscalYear, Span, Yen};
use serde::{Deserialize, Serialize};

/// 課税非課税区分 of one fiscal year, as the tax side decided it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxStanding {
    /// 課税.
    Taxed,
    /// 非課税 (市町村民税が課されない).
    NotTaxed,
    /// 条例による免除.
    Exempted,
}

/// 調整控除の人数 as another municipality certified them, where our own register does not reach back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdjustmentCounts {
    /// 16歳未満の控除対象者.
    pub under_16: u8,
    /// 16歳以上19歳未満の控除対象者.
    pub under_19: u8,
}

/// 課税情報 of one fiscal year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaxVersion {
    /// 年度.
    pub fiscal_year: FiscalYear,
    /// When it came.
    pub known_on: Date,
    /// 課税非課税区分.
    pub standing: TaxStanding,
    /// 課税所得 (課税標準額) after every deduction; `None` where the record does not say.
    pub taxable_income: Option<Yen>,
    /// No address in Japan on 1 January (賦課期日に国内に住所なし): never 非課税 here, whatever the income.
    pub abroad: bool,
    /// 調整控除の人数, where they are certified from outside.
    pub adjustment: Option<AdjustmentCounts>,
}

/// 所得 of one fiscal year's assessment (the calendar year before).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IncomeVersion {
    /// 年度.
    pub fiscal_year: FiscalYear,
    /// When it came.
    pub known_on: Date,
    /// 申告状態.
    pub filing: Filing,
    /// 所得照会中.
    pub inquiry_open: bool,
    /// Item by item.
    pub income: Income,
}

/// 基準収入額 of one fiscal year's assessment. 根拠: 国民健康保険法施行規則 第24条の2
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevenueVersion {
    /// 年度.
    pub fiscal_year: FiscalYear,
    /// When it came.
    pub known_on: Date,
    /// 収入: every kind but 退職所得, before costs and deductions.
    pub revenue: Yen,
    /// 公簿による確認; otherwise stated with an application.
    pub by_record: bool,
}

/// 基準収入額適用申請 that was granted. 根拠: 国民健康保険法施行規則 第24条の3
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Application {
    /// The calendar year in whose August the benefit year it is for begins.
    pub benefit_year: i16,
    /// 申請日.
    pub received_on: Date,
}

/// One stay as a resident of the municipality.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stay {
    /// From 住民となった日 to the day of leaving.
    pub span: Span,
    /// It began with 国外転入.
    pub from_abroad: bool,
}

/// Dated facts of one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonFacts {
    /// 生年月日.
    pub birth_on: Date,
    /// 資格期間 in this household, in order, without overlap.
    #[serde(default)]
    pub insured: Vec<Span>,
    /// 特定同一世帯所属者である期間.
    #[serde(default)]
    pub former_insured: Vec<Span>,
    /// 非自発的失業.
    #[serde(default)]
    pub unemployments: Vec<Unemployment>,
    /// 所得, by year and in the order in which it became known.
    #[serde(default)]
    pub incomes: Vec<IncomeVersion>,
    /// 課税情報, likewise.
    #[serde(default)]
    pub taxes: Vec<TaxVersion>,
    /// 基準収入額, likewise.
    #[serde(default)]
    pub revenues: Vec<RevenueVersion>,
    /// 住民である期間 in order, of who ever came from abroad; empty for all others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stays: Vec<Stay>,
}

impl PersonFacts {
    /// A person of whom nothing is known but the day of birth.
    #[must_use]
    pub fn born(birth_on: Date) -> Self {
        Self {
            birth_on,
            insured: Vec::new(),
            former_insured: Vec::new(),
            unemployments: Vec::new(),
            incomes: Vec::new(),
            taxes: Vec::new(),
            revenues: Vec::new(),
            stays: Vec::new(),
        }
    }

    /// Whether the person is insured in this household on a day.
    #[must_use]
    pub fn insured_on(&self, on: Date) -> bool {
        self.insured.iter().any(|span| span.contains(on))
    }
}

/// Dated facts of one household.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HouseholdFacts {
    /// Everyone who was a member or the head at any time that matters.
    pub people: Vec<PersonFacts>,
    /// Who was head when.
    pub heads: Vec<HeadSpan>,
    /// 基準収入額適用申請.
    #[serde(default)]
    pub applications: Vec<Application>,
    /// Other households that somebody of this one headed on a 31 December.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headed_elsewhere: Vec<HeadedElsewhere>,
    /// Members of 70 and over who came within a month from another household here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moved_in: Vec<MovedIn>,
}

/// 世帯変更 — somebody who came within a month from another 国保世帯 of the same municipality, insured without a gap: no 加入
/// but a change of household, which counts from the next first. To the end of the month the verdict of the former one holds.
///
/// 根拠: 国民健康保険法 第42条第1項第4号
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MovedIn {
    /// Who, as an index into `people`.
    pub person: usize,
    /// 変更日: the first day in this household.
    pub on: Date,
    /// The day whose verdict goes on: the first of the month, or the day of joining the insurance within it.
    pub stood_on: Date,
    /// The household of that day; its people stand in the order of `people` here, with the spans they have in it.
    pub household: HouseholdFacts,
}

/// Another 国保世帯 that somebody headed on a 31 December: the 控除対象者 are those of that day, whichever household the
/// head is in now. 根拠: 国民健康保険法施行令 第27条の2第1項
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeadedElsewhere {
    /// The head, as an index into `people`.
    pub person: usize,
    /// 12月31日.
    pub on: Date,
    /// The members of that household; `insured` are the spans in it.
    pub people: Vec<PersonFacts>,
}

impl HouseholdFacts {
    /// Everyone of the household that a person headed on a 31 December, be it this one or another; empty for who headed none.
    #[must_use]
    pub fn headed_by(&self, person: usize, year_end: Date) -> &[PersonFacts] {
        if self.head_on(year_end) == Some(person) {
            return &self.people;
        }
        self.headed_elsewhere
            .iter()
            .find(|one| one.person == person && one.on == year_end)
            .map_or(&[], |one| one.people.as_slice())
    }

    /// 世帯変更 by which a person came into this household on a day.
    #[must_use]
    pub fn moved_in(&self, person: usize, on: Date) -> Option<&MovedIn> {
        self.moved_in
            .iter()
            .find(|one| one.person == person && one.on == on)
    }

    /// The head on a day, as an index into `people`.
    #[must_use]
    pub fn head_on(&self, on: Date) -> Option<usize> {
        self.heads
            .iter()
            .find(|span| span.from <= on && span.until.is_none_or(|until| on < until))
            .map(|span| span.person)
    }
}
