//! A run of days.

use jiff::civil::Date;

/// The days on which a fact is true: from the first, until before the second; `None` is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    /// First day.
    pub from: Date,
    /// First day after; open when `None`.
    pub until: Option<Date>,
}

impl Span {
    /// From a day on, without an end.
    #[must_use]
    pub const fn since(from: Date) -> Self {
        Self { from, until: None }
    }

    /// From a day until before another.
    #[must_use]
    pub const fn new(from: Date, until: Option<Date>) -> Self {
        Self { from, until }
    }

    /// Whether the span has at least one day.
    #[must_use]
    pub fn has_days(self) -> bool {
        self.until.is_none_or(|until| self.from < until)
    }

    /// Whether a day lies in the span.
    #[must_use]
    pub fn holds(self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }

    /// The days both spans have, if any.
    #[must_use]
    pub fn intersection(self, other: Self) -> Option<Self> {
        let from = self.from.max(other.from);
        let until = match (self.until, other.until) {
            (Some(one), Some(two)) => Some(one.min(two)),
            (one, two) => one.or(two),
        };
        Some(Self { from, until }).filter(|span| span.has_days())
    }

    /// The days of this span before and after another.
    #[must_use]
    pub fn minus(self, other: Self) -> [Option<Self>; 2] {
        let Some(middle) = self.intersection(other) else {
            return [Some(self), None];
        };
        let left = Some(Self {
            from: self.from,
            until: Some(middle.from),
        })
        .filter(|span| span.has_days());
        let right = middle
            .until
            .map(|from| Self {
                from,
                until: self.until,
            })
            .filter(|span| span.has_days());
        [left, right]
    }
}
