//! 月割 — which months of a fiscal year a person is charged, from the dated facts.
//!
//! 根拠: 国民健康保険法 第7条・第8条、国民健康保険法施行令 第29条の7、条例の月割の条
//!
//! A levy runs from the month of acquisition to the month before the month of loss. Which day decides the
//! month of loss is the ordinance's choice ([`LossMonth`]); reaching 75 always counts by the birthday.

use super::facts::{InsuredSpan, LossCause, PersonFacts};
use crate::date::{attains, birthday, next_day, previous_day};
use crate::era::wareki;
use crate::rules::levy::LossMonth;
use crate::{Clause, Date, FiscalYear, Months, Refusal, Span, Statute, day};

/// 後期高齢者医療の被保険者となる日 — the 75th birthday.
///
/// 根拠: 高齢者の医療の確保に関する法律 第50条・第52条、国民健康保険法 第6条第8号
#[must_use]
pub fn late_elderly_on(birth_on: Date) -> Date {
    birthday(birth_on, 75)
}

/// 被保険者でなくなる最初の日, for judging who belongs to the household on a day.
///
/// 根拠: 国民健康保険法 第8条
///
/// The registered day of loss, except where the person is gone, or insured elsewhere by 後期, from the day of
/// the event itself: death, moving out, 後期高齢者医療.
#[must_use]
pub fn cover_ends_on(span: &InsuredSpan, birth_on: Date) -> Date {
    let ends_on = span.lost_on.map(|lost_on| match span.cause {
        Some(LossCause::Death | LossCause::LateElderly75 | LossCause::LateElderlyDisability) => {
            span.event_on.unwrap_or_else(|| previous_day(lost_on))
        }
        Some(LossCause::MovedOut) => span.event_on.unwrap_or(lost_on),
        _ => lost_on,
    });
    let at_75 = late_elderly_on(birth_on);
    ends_on.map_or(at_75, |ends_on| ends_on.min(at_75))
}

/// Whether a span of insurance covers a day.
#[must_use]
pub fn covers(span: &InsuredSpan, birth_on: Date, on: Date) -> bool {
    span.acquired_on <= on && on < cover_ends_on(span, birth_on)
}

/// 喪失月の判定日 — the day whose month is the first one not charged, as index from April of `year`.
///
/// 根拠: 国民健康保険法 第6条・第8条、条例の月割の条
fn first_month_not_charged(
    rule: LossMonth,
    year: FiscalYear,
    span: &InsuredSpan,
    birth_on: Date,
) -> Result<i32, Refusal> {
    let at_75 = late_elderly_on(birth_on);
    let index_at_75 = year.month_index(at_75);
    let Some(lost_on) = span.lost_on else {
        return Ok(index_at_75);
    };
    let by_event = |event: Option<Date>| event.unwrap_or_else(|| previous_day(lost_on));
    let index = match (rule, span.cause) {
        (_, Some(LossCause::LateElderly75)) => index_at_75,
        (LossMonth::EventMonth, None) => return Err(cause_missing(lost_on)),
        (LossMonth::EventMonth, Some(LossCause::Insurance | LossCause::LateElderlyDisability)) => {
            year.month_index(by_event(span.event_on))
        }
        (LossMonth::EventMonth | LossMonth::LossDayMonth, _) => year.month_index(lost_on),
        (LossMonth::LastDayKeepsMonth, _) => {
            year.month_index(lost_on) + i32::from(lost_on == lost_on.last_of_month())
        }
    };
    Ok(index.min(index_at_75))
}

fn cause_missing(lost_on: Date) -> Refusal {
    Refusal::new(
        "levy.facts.loss_cause.missing",
        format!(
            "喪失日{}の喪失事由がありません。喪失月は事由で決まるので、喪失事由を入れてください",
            wareki(lost_on)
        ),
    )
    .under(Clause::new(Statute::NhiAct, "第8条"))
}

/// 被保険者の月 — months charged, several spans united.
///
/// Joining and leaving in the same month counts nothing.
///
/// # Errors
/// A [`Refusal`] when a span ends before it begins, lacks what its month of loss depends on, or begins at 75 or
/// later.
pub fn insured_months(
    rule: LossMonth,
    year: FiscalYear,
    person: &PersonFacts,
) -> Result<Months, Refusal> {
    person
        .insured
        .iter()
        .try_fold(Months::NONE, |months, span| {
            Ok(months.or(months_of_span(rule, year, span, person.birth_on)?))
        })
}

/// The months of one span.
///
/// # Errors
/// As [`insured_months`].
pub fn months_of_span(
    rule: LossMonth,
    year: FiscalYear,
    span: &InsuredSpan,
    birth_on: Date,
) -> Result<Months, Refusal> {
    check_span(span, birth_on)?;
    let from = year.month_index(span.acquired_on);
    let until = first_month_not_charged(rule, year, span, birth_on)?;
    Ok(Months::between(from, until))
}

fn check_span(span: &InsuredSpan, birth_on: Date) -> Result<(), Refusal> {
    if span
        .lost_on
        .is_some_and(|lost_on| lost_on < span.acquired_on)
    {
        return Err(Refusal::new(
            "levy.facts.span.reversed",
            format!(
                "取得日{}より前の日が喪失日になっています。取得日と喪失日を確かめてください",
                wareki(span.acquired_on)
            ),
        ));
    }
    if span.lost_on.is_none() && (span.event_on.is_some() || span.cause.is_some()) {
        return Err(Refusal::new(
            "levy.facts.loss_day.missing",
            format!(
                "取得日{}の資格に喪失の事由または該当日だけがあり、喪失日がありません。喪失日を入れてください",
                wareki(span.acquired_on)
            ),
        ));
    }
    let at_75 = late_elderly_on(birth_on);
    if span.cause == Some(LossCause::LateElderly75)
        && span
            .lost_on
            .is_some_and(|lost_on| lost_on != at_75 && lost_on != next_day(at_75))
    {
        return Err(Refusal::new(
            "levy.facts.loss_at_75",
            format!(
                "75歳到達による喪失日は{}またはその翌日です。喪失日、生年月日、喪失事由を確かめてください",
                wareki(at_75)
            ),
        )
        .under(Clause::new(Statute::NhiAct, "第6条第8号")));
    }
    if span.acquired_on >= at_75 {
        return Err(Refusal::new(
            "levy.facts.acquired_at_75",
            format!(
                "取得日{}には75歳に達しており、国民健康保険の被保険者になれません。生年月日と取得日を確かめてください",
                wareki(span.acquired_on)
            ),
        )
        .under(Clause::new(Statute::NhiAct, "第6条第8号")));
    }
    Ok(())
}

/// 介護納付金賦課被保険者の月 — insured months from 40 to before 65, without the exempt ones.
///
/// 根拠: 介護保険法 第9条第2号、介護保険法施行法 第11条、年齢計算ニ関スル法律
///
/// From the month holding the day before the 40th birthday to the month before the one holding the day before
/// the 65th. A stay in an exempt facility frees the month of entry to the month before leaving: as with the
/// insurance itself the month of a change belongs to what follows it.
#[must_use]
pub fn care_months(year: FiscalYear, person: &PersonFacts, insured: Months) -> Months {
    let from = year.month_index(attains(person.birth_on, 40));
    let until = year.month_index(attains(person.birth_on, 65));
    let of_age = insured.and(Months::between(from, until));
    person
        .care_exempt
        .iter()
        .fold(of_age, |left, span| left.except(span_months(year, *span)))
}

/// The months of a half-open range, each change counting from the month that holds it.
#[must_use]
pub fn span_months(year: FiscalYear, span: Span) -> Months {
    let until = span.until.map_or(12, |until| year.month_index(until));
    Months::between(year.month_index(span.from), until)
}

/// 未就学児 — whether the 31 March after completing six lies in or after the fiscal year.
///
/// 根拠: 国民健康保険法施行令 第29条の7第6項第6号
#[must_use]
pub fn is_preschool(year: FiscalYear, birth_on: Date) -> bool {
    FiscalYear::of(attains(birth_on, 6)) >= year
}

/// 18歳未満被保険者 — whether the 31 March after completing eighteen lies in or after the fiscal year.
///
/// 根拠: 国民健康保険法施行令 第29条の7第6項第10号
#[must_use]
pub fn is_minor(year: FiscalYear, birth_on: Date) -> bool {
    FiscalYear::of(attains(birth_on, 18)) >= year
}

/// 65歳以上 for the pension income the levy reads: age on 31 December of the preceding year.
///
/// 根拠: 所得税法 第35条第4項、租税特別措置法 第41条の15の3、国民健康保険法施行令 附則第5条
///
/// 附則第5条 asks whether the 公的年金等控除額 of persons of 65 or over was taken, and the tax decides that by the
/// age on 31 December of the income year; a person born on 1 January completes the year on that very day.
#[must_use]
pub fn is_aged_65(year: FiscalYear, birth_on: Date) -> bool {
    attains(birth_on, 65) <= day(year.0 - 1, 12, 31)
}

/// 旧被扶養者の均等割・平等割の減免月 — two years from the month of acquisition.
///
/// 根拠: 国民健康保険法 第77条 (条例・減免取扱要綱)
#[must_use]
pub fn former_dependant_months(year: FiscalYear, since: Date) -> Months {
    let from = year.month_index(since);
    Months::between(from, from + 24)
}
