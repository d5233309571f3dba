//! Days, fiscal years, months of a fiscal year, and the ages the law speaks of.

pub use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::fmt;

/// 年度 — the fiscal year, named by the calendar year in which it begins (2026 is 令和8年度).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FiscalYear(pub i16);

impl FiscalYear {
    /// The fiscal year that holds a day.
    #[must_use]
    pub fn of(day: Date) -> Self {
        Self(day.year() - i16::from(day.month() < 4))
    }

    /// 賦課期日 — the assessment date, the first day of the fiscal year. 根拠: 国民健康保険法 第76条の2、地方税法 第705条
    #[must_use]
    pub fn assessment_day(self) -> Date {
        day(self.0, 4, 1)
    }

    /// The first day of the following fiscal year.
    #[must_use]
    pub fn end(self) -> Date {
        self.next().assessment_day()
    }

    /// The following fiscal year.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }

    /// The preceding fiscal year.
    #[must_use]
    pub fn previous(self) -> Self {
        Self(self.0 - 1)
    }

    /// The first day of the `index`-th month, 0 for April to 11 for March; larger indexes run into later years.
    #[must_use]
    pub fn month_start(self, index: i32) -> Date {
        let months = i32::from(self.0) * 12 + 3 + index;
        let year = i16::try_from(months.div_euclid(12)).unwrap_or(self.0);
        let month = i8::try_from(months.rem_euclid(12)).unwrap_or(0) + 1;
        day(year, month, 1)
    }

    /// How many months after April of this year the month of `day` lies; negative before April.
    #[must_use]
    pub fn month_index(self, day: Date) -> i32 {
        (i32::from(day.year()) - i32::from(self.0)) * 12 + i32::from(day.month()) - 4
    }
}

impl fmt::Display for FiscalYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}年度", self.0)
    }
}

/// 月割の月 — which of the twelve months of one fiscal year hold, April first.
///
/// Bit 0 is April, bit 11 March.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Months(pub u16);

impl Months {
    /// No month.
    pub const NONE: Self = Self(0);
    /// All twelve months.
    pub const ALL: Self = Self(0x0FFF);

    /// The months whose index (0 for April) lies in `from..until`, cut to the year.
    #[must_use]
    pub fn between(from: i32, until: i32) -> Self {
        let (from, until) = (from.clamp(0, 12), until.clamp(0, 12));
        if from >= until {
            return Self::NONE;
        }
        Self((0x0FFF_u16 >> (12 - (until - from))) << from)
    }

    /// The first `count` months from April on.
    #[must_use]
    pub fn first(count: i32) -> Self {
        Self::between(0, count)
    }

    /// How many months hold, 0 to 12.
    #[inline]
    #[must_use]
    pub fn count(self) -> i64 {
        i64::from(self.0.count_ones())
    }

    /// Months in both.
    #[inline]
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Months in either.
    #[inline]
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Months in this map and not in the other.
    #[inline]
    #[must_use]
    pub fn except(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether no month holds.
    #[inline]
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether the `index`-th month (0 for April) holds.
    #[must_use]
    pub fn has(self, index: i32) -> bool {
        (0..12).contains(&index) && self.0 >> index & 1 == 1
    }

    /// The indexes of the months that hold, in order.
    pub fn iter(self) -> impl Iterator<Item = i32> {
        (0..12).filter(move |index| self.has(*index))
    }
}

impl fmt::Debug for Months {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Months({:012b})", self.0)
    }
}

/// A calendar day that is known to exist. Days outside the calendar are clamped to the month's last day.
#[must_use]
pub fn day(year: i16, month: i8, day_of_month: i8) -> Date {
    let first = Date::new(year, month.clamp(1, 12), 1).unwrap_or(Date::MIN);
    let last = first.days_in_month();
    Date::new(year, month.clamp(1, 12), day_of_month.clamp(1, last)).unwrap_or(first)
}

/// The day after.
#[must_use]
pub fn next_day(day: Date) -> Date {
    day.tomorrow().unwrap_or(day)
}

/// The day before.
#[must_use]
pub fn previous_day(day: Date) -> Date {
    day.yesterday().unwrap_or(day)
}

/// 年齢に達する日 — the day on which an age is completed: the day before the birthday.
///
/// 根拠: 年齢計算ニ関スル法律、民法 第143条
///
/// The period runs from the day of birth and ends with the day before the corresponding day.
/// A person born on 29 February completes an age on 28 February every year.
#[must_use]
pub fn attains(birth_on: Date, age: i16) -> Date {
    let year = birth_on.year() + age;
    match Date::new(year, birth_on.month(), birth_on.day()) {
        Ok(birthday) => previous_day(birthday),
        // No 29 February in that year: the period ends with the last day of the month.
        Err(_) => day(year, birth_on.month(), 28),
    }
}

/// 誕生日 — the day after the age is completed: the birthday, or 1 March in a year without 29 February.
#[must_use]
pub fn birthday(birth_on: Date, age: i16) -> Date {
    next_day(attains(birth_on, age))
}

/// The age completed by the end of a day.
#[must_use]
pub fn age_on(birth_on: Date, on: Date) -> i16 {
    let by_year = on.year() - birth_on.year() + 1;
    (0..=2)
        .map(|back| by_year - back)
        .find(|age| *age >= 0 && attains(birth_on, *age) <= on)
        .unwrap_or(0)
}

/// 「N歳に達する日以後の最初の3月31日」 — the first 31 March on or after the day an age is completed.
#[must_use]
pub fn first_march_end_from(birth_on: Date, age: i16) -> Date {
    let attained = attains(birth_on, age);
    previous_day(FiscalYear::of(attained).end())
}

/// Half-open range of days: `from` is in, `until` is not. `None` is an open end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Span {
    /// First day.
    pub from: Date,
    /// First day after the end, or open.
    pub until: Option<Date>,
}

impl Span {
    /// Whether a day lies in the range.
    #[must_use]
    pub fn contains(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }

    /// The days that lie in both; none where there are no such days.
    #[must_use]
    pub fn common(&self, other: &Self) -> Option<Self> {
        let from = self.from.max(other.from);
        let until = match (self.until, other.until) {
            (Some(one), Some(two)) => Some(one.min(two)),
            (one, two) => one.or(two),
        };
        until
            .is_none_or(|until| from < until)
            .then_some(Self { from, until })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn month_maps_cut_to_the_year() {
        assert_eq!(Months::between(0, 12), Months::ALL);
        assert_eq!(Months::between(-3, 2).count(), 2);
        assert_eq!(Months::between(5, 5), Months::NONE);
        assert_eq!(Months::between(11, 20).iter().collect::<Vec<_>>(), [11]);
    }

    #[test]
    fn ages_are_completed_the_day_before() {
        assert_eq!(attains(day(1983, 4, 1), 40), day(2023, 3, 31));
        assert_eq!(attains(day(1952, 2, 29), 75), day(2027, 2, 28));
        assert_eq!(birthday(day(1952, 2, 29), 75), day(2027, 3, 1));
        assert_eq!(attains(day(1952, 3, 1), 72), day(2024, 2, 29));
        assert_eq!(age_on(day(2000, 4, 1), day(2018, 3, 31)), 18);
        assert_eq!(age_on(day(2000, 4, 2), day(2018, 3, 31)), 17);
    }

    #[test]
    fn school_boundary_is_the_first_of_april() {
        assert_eq!(first_march_end_from(day(2020, 4, 1), 6), day(2026, 3, 31));
        assert_eq!(first_march_end_from(day(2020, 4, 2), 6), day(2027, 3, 31));
    }

    #[test]
    fn months_of_a_fiscal_year_run_from_april() {
        let year = FiscalYear(2026);
        assert_eq!(year.month_start(0), day(2026, 4, 1));
        assert_eq!(year.month_start(9), day(2027, 1, 1));
        assert_eq!(year.month_index(day(2026, 3, 31)), -1);
        assert_eq!(year.month_index(day(2027, 3, 1)), 11);
    }
}
