//! 特定世帯・特定継続世帯 — one insured person left beside somebody who moved on to 後期高齢者医療.

use super::facts::{FormerInsuredTie, Habits, HeadSpan, PersonFacts};
use crate::{Date, FiscalYear, Months, Span};
use serde::{Deserialize, Serialize};

/// 「5年を経過する月」「8年を経過する月」の数え方 — where the half and the three quarters end.
///
/// 根拠: 国民健康保険法施行令 第29条の7第2項第8号
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpecificHouseholdEnd {
    /// 60か月・96か月, 特定月 being the first.
    Months,
    /// To the end of the fiscal year that holds the 60th and the 96th month.
    FiscalYearEnd,
}

/// Months of a fiscal year in which the 平等割 is halved, and those in which it stands at three quarters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SpecificMonths {
    /// 特定世帯.
    pub half: Months,
    /// 特定継続世帯.
    pub three_quarters: Months,
}

/// 特定同一世帯所属者としてまだ居るか — whether a span of standing beside the insured still ties on a day.
///
/// 根拠: 国民健康保険法施行令 第29条の7第2項第8号イ
#[must_use]
pub fn tied(habits: &Habits, heads: &[HeadSpan], span: Span, on: Date) -> bool {
    if !span.contains(on) {
        return false;
    }
    match habits.former_insured_tie {
        FormerInsuredTie::SameHousehold => true,
        FormerInsuredTie::SameHead => {
            let mut since = heads
                .iter()
                .filter(|head| head.from <= on && head.until.is_none_or(|until| span.from < until));
            let first = since.next().map(|head| head.person);
            since.all(|head| Some(head.person) == first)
        }
    }
}

/// 特定世帯・特定継続世帯の月 among the months of one liable head.
///
/// 根拠: 国民健康保険法施行令 第29条の7第2項第8号イ〜ハ、第3項第7号、第5項第9号
///
/// `insured` holds each person's charged months. A month qualifies when exactly one person is insured in it and
/// somebody's standing as 特定同一世帯所属者 reaches over its last day. 特定月 is the month of the day before the
/// loss, which is the first day of the span. Where several moved on, any of them within five years suffices.
#[must_use]
pub fn specific_months(
    habits: &Habits,
    year: FiscalYear,
    people: &[PersonFacts],
    heads: &[HeadSpan],
    insured: &[Months],
    charged: Months,
) -> SpecificMonths {
    let mut found = SpecificMonths::default();
    if people.iter().all(|person| person.former_insured.is_empty()) {
        return found;
    }
    for index in charged.iter() {
        if insured.iter().filter(|months| months.has(index)).count() != 1 {
            continue;
        }
        let last_day = year.month_start(index).last_of_month();
        let mut half = false;
        let mut three_quarters = false;
        for span in people.iter().flat_map(|person| &person.former_insured) {
            if !tied(habits, heads, *span, last_day) {
                continue;
            }
            let start = year.month_index(span.from);
            half |= index < end_of(habits, start, 60);
            three_quarters |= index < end_of(habits, start, 96);
        }
        let month = Months::between(index, index + 1);
        if half {
            found.half = found.half.or(month);
        } else if three_quarters {
            found.three_quarters = found.three_quarters.or(month);
        }
    }
    found
}

/// Index of the first month after `count` months from `start`, or after the fiscal year that holds the last.
fn end_of(habits: &Habits, start: i32, count: i32) -> i32 {
    let end = start + count;
    match habits.specific_household_end {
        SpecificHouseholdEnd::Months => end,
        SpecificHouseholdEnd::FiscalYearEnd => ((end - 1).div_euclid(12) + 1) * 12,
    }
}
