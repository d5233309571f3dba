//! 届出の期限 — fourteen days, and how late a report was.

use crate::rules::eligibility::Cause;
use crate::{Date, Span};
use jiff::ToSpan;

/// The last day on which a report is in time: the day of the event is not counted.
///
/// 根拠: 国民健康保険法施行規則 第2条から第4条・第8条から第13条、国民健康保険法 第111条、民法 第140条
#[must_use]
pub fn report_until(cause: &Cause, occurred_on: Date) -> Option<Date> {
    let days = cause.report_days?;
    occurred_on.checked_add(i64::from(days).days()).ok()
}

/// How many days after its term a report came; none when in time, or where nobody had to report.
#[must_use]
pub fn days_late(cause: &Cause, occurred_on: Date, reported_on: Option<Date>) -> Option<i64> {
    let until = report_until(cause, occurred_on)?;
    let reported_on = reported_on?;
    (reported_on > until).then(|| days_between(until, reported_on))
}

/// Whole days from one day to a later one; negative when it is earlier.
#[must_use]
pub fn days_between(from: Date, until: Date) -> i64 {
    i64::from((until - from).get_days())
}

/// Days that were in one set of ranges and are not in the other, in order.
///
/// What was insured and no longer is has to be looked at for benefits; what is insured now and was not, for levy and
/// papers.
#[must_use]
pub fn days_gone(before: &[Span], after: &[Span]) -> Vec<Span> {
    let mut left: Vec<Span> = before.to_vec();
    for gone in after {
        left = left
            .into_iter()
            .flat_map(|span| minus(span, *gone))
            .collect();
    }
    left.sort_by_key(|span| span.from);
    left
}

fn minus(span: Span, other: Span) -> Vec<Span> {
    let has_days = |span: &Span| span.until.is_none_or(|until| span.from < until);
    let overlaps = span.until.is_none_or(|until| other.from < until)
        && other.until.is_none_or(|until| span.from < until);
    if !overlaps {
        return vec![span];
    }
    let before = Span {
        from: span.from,
        until: Some(other.from),
    };
    let after = other.until.map(|from| Span {
        from,
        until: span.until,
    });
    [Some(before), after]
        .into_iter()
        .flatten()
        .filter(has_days)
        .collect()
}
