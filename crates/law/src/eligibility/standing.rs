//! 資格の期間 — what a person's events come to.

use super::event::Pending;
use super::prefecture::PrefectureSpan;
use crate::Date;

/// How one end of a span came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The event.
    pub event_id: i64,
    /// 事由コード as the neighbours know it; empty where a loaded span names none.
    pub code: String,
    /// 異動日・該当日; none where a loaded span does not say.
    pub occurred_on: Option<Date>,
    /// 届出日.
    pub reported_on: Option<Date>,
}

/// 適用の期間 — insured in one household of this municipality, from 適用開始 until 適用終了.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoverSpan {
    /// 国保世帯.
    pub household_id: i64,
    /// 枝番.
    pub branch: i64,
    /// First day.
    pub from: Date,
    /// 喪失日 or the day of the change of household; open while insured.
    pub until: Option<Date>,
    /// How it was gained; carried over a change of household.
    pub gain: Edge,
    /// How it was lost; none where it is open or goes on in another household.
    pub loss: Option<Edge>,
    /// The event this stretch begins with: the gain, or the change of household.
    pub opened_by: i64,
}

/// 特定同一世帯所属者である期間, before the household's heads are looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormerSpan {
    /// 国保世帯.
    pub household_id: i64,
    /// The day before the loss of 資格.
    pub from: Date,
    /// The day since which the person is so in this household; the same as `from` except where taken over.
    pub here_from: Date,
    /// First day no longer so, as far as the person's own events say.
    pub until: Option<Date>,
    /// The event it comes of.
    pub event_id: i64,
}

/// What a person's events come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonStanding {
    /// 適用の期間 in order of days.
    pub cover: Vec<CoverSpan>,
    /// 特定同一世帯所属者 in order of days.
    pub former: Vec<FormerSpan>,
    /// 都道府県の資格 in order of days.
    pub prefecture: Vec<PrefectureSpan>,
    /// What has no effect.
    pub pending: Vec<Pending>,
    /// 適用 of no day with which the 資格 of the prefecture ended: gained here on coming from within it and lost on the same day.
    /// `until` is `from`; the span is not among `cover`.
    ///
    /// 根拠: 国民健康保険法 第8条第2項
    pub passed: Vec<CoverSpan>,
    /// Gains and losses that meet on one day, so that not a day was insured.
    pub void: Vec<i64>,
}

impl PersonStanding {
    /// The cover that holds on a day.
    #[must_use]
    pub fn cover_on(&self, on: Date) -> Option<&CoverSpan> {
        self.cover
            .iter()
            .find(|span| span.from <= on && span.until.is_none_or(|until| on < until))
    }
}
