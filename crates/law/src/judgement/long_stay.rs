//! 長期該当 — more than 90 days in hospital within 12 months while 非課税. 根拠: 国民健康保険法施行規則 第26条の2

use super::year::next_month;
use crate::date::day;
use crate::{Clause, Date, Refusal, Span, Statute};
use serde::{Deserialize, Serialize};

/// 長期該当の日数.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LongStayRules {
    /// More days than this (90): the 91st day begins it.
    pub days_over: i64,
    /// Within so many months, the month of the application the last of them (12).
    pub window_months: i64,
}

/// 長期該当の判定.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LongStay {
    /// First day of the window.
    pub window_from: Date,
    /// Days in hospital within the window while 区分オ・低所得Ⅱ.
    pub days: i64,
    /// Days in hospital within the window in another class, which do not count.
    pub days_not_counted: i64,
    /// Whether it holds.
    pub holds: bool,
    /// 長期該当年月日: the first of the month after the application.
    pub reduced_from: Date,
    /// 差額支給の期間: from the application to the end of its month.
    pub difference: Span,
}

/// Judges an application on the day it is made. `stays` and `low` (the days in 区分オ・低所得Ⅱ) are half-open and do not
/// overlap among themselves.
///
/// # Errors
/// A [`Refusal`] when two stays overlap: the same day would count twice.
pub fn judge(
    rules: LongStayRules,
    stays: &[Span],
    low: &[Span],
    applied_on: Date,
) -> Result<LongStay, Refusal> {
    let months = i64::from(applied_on.year()) * 12 + i64::from(applied_on.month())
        - 1
        - (rules.window_months - 1);
    let window_from = day(
        i16::try_from(months.div_euclid(12)).unwrap_or(applied_on.year()),
        i8::try_from(months.rem_euclid(12) + 1).unwrap_or(1),
        1,
    );
    let window = Span {
        from: window_from,
        until: Some(crate::date::next_day(applied_on)),
    };
    let mut sorted = stays.to_vec();
    sorted.sort_unstable_by_key(|stay| stay.from);
    let overlap = sorted
        .windows(2)
        .any(|pair| matches!(pair, [one, two] if one.until.is_none_or(|until| until > two.from)));
    if overlap {
        return Err(Refusal::new(
            "judgement.long_stay.overlap",
            "入院期間が重なっています。同じ日を2度数えないよう、期間を直してください".to_owned(),
        )
        .under(Clause::new(Statute::NhiRules, "第26条の2")));
    }
    let within: Vec<Span> = sorted
        .iter()
        .filter_map(|stay| stay.common(&window))
        .collect();
    let all: i64 = within.iter().map(length).sum();
    let days: i64 = within
        .iter()
        .flat_map(|stay| low.iter().filter_map(move |span| stay.common(span)))
        .map(|span| length(&span))
        .sum();
    let reduced_from = next_month(applied_on);
    Ok(LongStay {
        window_from,
        days,
        days_not_counted: all - days,
        holds: days > rules.days_over,
        reduced_from,
        difference: Span {
            from: applied_on,
            until: Some(reduced_from),
        },
    })
}

fn length(span: &Span) -> i64 {
    span.until.map_or(0, |until| {
        i64::from(span.from.until(until).map_or(0, |days| days.get_days()))
    })
}
