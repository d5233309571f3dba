//! 休日 — the days on which the office is closed, and where a due day moves.

use crate::date::{day, next_day};
use crate::{Date, Refusal, Span};
use jiff::civil::Weekday;
use serde::{Deserialize, Serialize};

/// 休日の暦: national holidays by day, the closed days of every year, and for which days it is complete.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    /// The days for which the holidays are known.
    pub known: Span,
    /// 国民の祝日・振替休日・国民の休日, ascending.
    pub holidays: Vec<Date>,
    /// Closed every year, as (month, day): 12月29日〜1月3日.
    pub closed_every_year: Vec<(i8, i8)>,
}

impl Calendar {
    /// Whether the office is closed: a Saturday, a Sunday, a holiday, or a closed day of every year.
    ///
    /// 根拠: 地方税法 第20条の5第2項、地方税法施行令 第6条の18第2項、地方自治法 第4条の2
    #[must_use]
    pub fn is_closed(&self, on: Date) -> bool {
        matches!(on.weekday(), Weekday::Saturday | Weekday::Sunday)
            || self.closed_every_year.contains(&(on.month(), on.day()))
            || self.holidays.binary_search(&on).is_ok()
    }

    /// 期限の延長 — the day itself, or the first open day after it.
    ///
    /// 根拠: 地方税法 第20条の5第2項（料は条例・規則）
    ///
    /// # Errors
    /// A [`Refusal`] when the day lies where the holidays are not known.
    pub fn shift_to_open_day(&self, on: Date) -> Result<Date, Refusal> {
        let mut day = on;
        while self.known.contains(day) && self.is_closed(day) {
            day = next_day(day);
        }
        if self.known.contains(day) {
            return Ok(day);
        }
        Err(Refusal::new(
            "rules.calendar.unknown",
            format!(
                "{on} の休日が分かりません。休日の暦は {} からです。rules/national/calendar.toml に祝日を足してください",
                self.reach()
            ),
        ))
    }

    /// Open days strictly after `from`, counted until `count` of them have passed.
    ///
    /// # Errors
    /// As [`Calendar::shift_to_open_day`].
    pub fn open_days_after(&self, from: Date, count: u16) -> Result<Date, Refusal> {
        let mut on = from;
        for _ in 0..count {
            on = self.shift_to_open_day(next_day(on))?;
        }
        Ok(on)
    }

    fn reach(&self) -> String {
        match self.known.until {
            Some(until) => format!("{} から {until} の前日まで", self.known.from),
            None => self.known.from.to_string(),
        }
    }
}

impl Default for Calendar {
    /// Knows no day, and refuses every question.
    fn default() -> Self {
        let nothing = day(1, 1, 1);
        Self {
            known: Span {
                from: nothing,
                until: Some(nothing),
            },
            holidays: Vec::new(),
            closed_every_year: Vec::new(),
        }
    }
}
