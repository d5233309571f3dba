//! 発効期日と有効期限.

use super::due::ratio_shown_from;
use super::facts::{Disease, Facts};
use super::kind::{End, Kind, Practice, Start, StayEnd};
use crate::date::{attains, next_day, previous_day};
use crate::{Date, Refusal, day};

/// One end that was looked at: which rule, and the last day it leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The rule.
    pub end: End,
    /// Last day of validity under it.
    pub last_on: Date,
}

/// 発効期日・有効期限 of one certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// 発効期日: the first day.
    pub effective_from: Date,
    /// 有効期限: the last day; `None` for a paper without an end.
    pub expires_on: Option<Date>,
    /// Every end that was looked at, the deciding one first.
    pub bounds: Vec<Bound>,
}

/// Days the term is counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moments {
    /// 交付日.
    pub issued_on: Date,
    /// 申請日, where there was an application.
    pub applied_on: Option<Date>,
    /// 異動日: the day the right arose or changed (取得, 割合の変更, 更新).
    pub arose_on: Date,
}

/// 発効期日と有効期限 of a kind for a person: the earliest of the ends that apply.
///
/// 根拠: 国民健康保険法施行規則 第6条第3項（5年以内）・第7条の2（更新）、国民健康保険法 第6条第8号（75歳）
///
/// # Errors
/// A [`Refusal`] when the certificate would have run out before it begins.
pub fn term(
    kind: &Kind,
    practice: &Practice,
    facts: &Facts,
    moments: Moments,
) -> Result<Term, Refusal> {
    let effective_from = start(kind, facts, moments);
    let counted_from = counted_from(kind, effective_from, moments);
    let mut bounds: Vec<Bound> = kind
        .ends
        .iter()
        .filter_map(|end| {
            let days = (effective_from, counted_from);
            last_day(*end, kind, practice, facts, days, moments)
                .map(|last_on| Bound { end: *end, last_on })
        })
        .collect();
    // A tie is told by the first rule of the row.
    bounds.sort_by_key(|bound| bound.last_on);
    let expires_on = bounds.first().map(|bound| bound.last_on);
    if let Some(bound) = bounds.first()
        && bound.last_on < effective_from
    {
        return Err(Refusal::new(
            "certificate.term.over",
            format!(
                "{}の有効期限（{}、{}）が発効期日{}より前になるため交付できません。事実を確かめてください",
                kind.name_ja,
                crate::era::wareki(bound.last_on),
                bound.end.label_ja(),
                crate::era::wareki(effective_from),
            ),
        ));
    }
    Ok(Term {
        effective_from,
        expires_on,
        bounds,
    })
}

/// 発効期日: the first day of the term, before its end is looked at.
///
/// The eligibility is that of the day of the application: who has lost it since had it in the month asked for. The class is
/// that of a household: a paper does not begin before the person came into it.
///
/// 根拠: 国民健康保険法施行令 第29条の3第1項、国民健康保険法施行規則 第27条の14の2
#[must_use]
pub fn start(kind: &Kind, facts: &Facts, moments: Moments) -> Date {
    let applied_on = moments.applied_on.unwrap_or(moments.issued_on);
    let insured = facts
        .span_on(applied_on)
        .or_else(|| facts.span_on(moments.issued_on));
    let insured_from = insured.map(|span| span.from);
    match kind.start {
        Start::Arose => moments.arose_on,
        Start::Issue => moments.issued_on,
        Start::ApplicationDay => applied_on,
        Start::ApplicationMonth => {
            let first = applied_on.first_of_month();
            let mut here = facts.in_household.iter();
            let came = here.find(|span| span.contains(applied_on));
            let first = came.map_or(first, |span| first.max(span.from));
            insured_from.map_or(first, |from| first.max(from))
        }
    }
}

/// The day from which a term is renewed, ends with 70 and shows a ratio: that of issue where an office issues a paper for
/// an 異動日 that lies behind, so that it is not over when it is handed out.
///
/// 根拠: 国民健康保険法施行規則 第6条第3項（交付の日から起算して）・第4項第5号
#[must_use]
pub fn counted_from(kind: &Kind, effective_from: Date, moments: Moments) -> Date {
    match kind.start {
        Start::Arose => effective_from.max(moments.issued_on),
        Start::Issue | Start::ApplicationDay | Start::ApplicationMonth => effective_from,
    }
}

fn last_day(
    end: End,
    kind: &Kind,
    practice: &Practice,
    facts: &Facts,
    (from, counted): (Date, Date),
    moments: Moments,
) -> Option<Date> {
    let renewal = || previous_day(next_renewal(kind.renewal_month, counted));
    match end {
        End::Renewal => Some(renewal()),
        End::RenewalWhereRatio => (ratio_shown_from(facts.birth_on) <= counted).then(renewal),
        End::RenewalWhereDialysis => (facts.disease == Some(Disease::Dialysis)
            && counted < ratio_shown_from(facts.birth_on))
        .then(renewal),
        // Someone past 70 already shows the ratio: nothing ends with that month.
        End::Age70 => {
            let shown = ratio_shown_from(facts.birth_on);
            (counted < shown).then(|| previous_day(shown))
        }
        End::Age75 => Some(attains(facts.birth_on, 75)),
        End::Stay => facts.stay_until.map(|until| match practice.stay_end {
            StayEnd::SameDay => until,
            StayEnd::NextDay => next_day(until),
        }),
        End::Student => facts.student_until,
        End::Years => Some(years_after(moments.issued_on, kind.years)),
        End::Loss => facts
            .span_on(from)
            .and_then(|span| span.until)
            .map(previous_day),
        End::Decided => facts.decided_until,
        End::Short => {
            let months = i32::from(practice.short_months);
            Some(renewal().min(months_after(moments.issued_on, months)))
        }
        // 区分 of the months of the term: what holds from a later day is for another paper.
        End::Class => facts
            .class_until
            .filter(|until| from < *until)
            .map(previous_day),
    }
}

/// The first day of the renewal month that lies after a day.
#[must_use]
pub fn next_renewal(month: u8, after: Date) -> Date {
    let month = i8::try_from(month.clamp(1, 12)).unwrap_or(8);
    let this = day(after.year(), month, 1);
    if this > after {
        this
    } else {
        day(after.year() + 1, month, 1)
    }
}

/// The last day of a period of years counted from a day, that day included.
///
/// 根拠: 国民健康保険法施行規則 第6条第3項（交付の日から起算して）、民法 第143条
#[must_use]
pub fn years_after(from: Date, years: u8) -> Date {
    let year = from.year() + i16::from(years);
    match Date::new(year, from.month(), from.day()) {
        Ok(same) => previous_day(same),
        Err(_) => day(year, from.month(), 28),
    }
}

/// The last day of the month that lies so many months after a day's month.
fn months_after(from: Date, months: i32) -> Date {
    let all = i32::from(from.year()) * 12 + i32::from(from.month()) - 1 + months;
    let year = i16::try_from(all.div_euclid(12)).unwrap_or(from.year());
    let month = i8::try_from(all.rem_euclid(12)).unwrap_or(0) + 1;
    day(year, month, 31)
}
