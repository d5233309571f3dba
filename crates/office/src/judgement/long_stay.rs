//! 長期該当 — stays in hospital come with the application, are judged and kept; and what a paper may say of it.
//!
//! 根拠: 国民健康保険法施行規則 第26条の2・第26条の3

use super::benefit_facts::HospitalStay;
use super::decision::{self, HOUSEHOLD};
use super::standing::{Standing, standing};
use crate::acts::{self, Act, ActDetails, Acting};
use crate::error::OfficeError;
use crate::levy::relevy::NOW;
use crate::registry::{self, Dated, InsuredSpan, fact};
use crate::security::permit::{Judge, Permit};
use db::{Conn, Row, Sql, Store, StoreError};
use law::judgement::long_stay::{self, LongStay};
use law::judgement::meal::{MealFacts, meal_class};
use law::judgement::{Over70, Under70};
use law::rules::JudgementBook;
use law::rules::judgement::{CeilingClass, MealClass};
use law::{Date, Span};

const INSERT: Sql = Sql {
    name: "judgement.long_stay.insert",
    text: "insert into long_stay_ruling (ruling_id, person_id, applied_on, window_from, days, days_not_counted, \
           granted, reduced_from, recorded_at, act_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
};
// The same application judged again takes the place of what was judged before.
const STANDING: Sql = Sql {
    name: "judgement.long_stay.standing",
    text: "select r.applied_on, r.window_from, r.days, r.days_not_counted, r.granted, r.reduced_from, r.recorded_at, \
           case when exists (select 1 from long_stay_ruling l where l.person_id = r.person_id \
           and l.applied_on = r.applied_on and l.ruling_id > r.ruling_id) then 0 else 1 end \
           from long_stay_ruling r where r.person_id = $1 order by r.ruling_id desc",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[INSERT, STANDING];

/// A stay with its days; the day of leaving is the last of them.
pub type Stay = (db::Span, HospitalStay);

/// 長期該当の申請.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// 申請日.
    pub applied_on: Date,
    /// Every stay that is known, those of before with it.
    pub stays: Vec<Stay>,
}

/// 長期該当の決定 as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruling {
    /// 申請日.
    pub applied_on: Date,
    /// First day of the window.
    pub window_from: Date,
    /// Days that count.
    pub days: i64,
    /// Days in hospital in another class.
    pub days_not_counted: i64,
    /// 該当.
    pub granted: bool,
    /// 長期該当年月日, where it is granted.
    pub reduced_from: Date,
    /// When it was written.
    pub recorded_at: i64,
    /// Whether no later ruling on the same application took its place.
    pub stands: bool,
}

/// 長期該当の申請: the stays are registered, judged on the days in 区分オ・低所得Ⅱ that stand decided, and the ruling is kept.
///
/// # Errors
/// [`OfficeError::Input`] for a day that lies ahead or without stays; [`OfficeError::Refusal`] when stays overlap or the day
/// has no rule.
pub fn judge_long_stay(
    store: &Store,
    book: &JudgementBook,
    permit: &Permit<Judge>,
    acting: &Acting,
    person_id: i64,
    asked: &Asked,
) -> Result<LongStay, OfficeError> {
    complete(asked, acting.business_date)?;
    store.write(|conn| {
        let judged = preview(conn, book, person_id, asked)?;
        let details = ActDetails::default();
        let act = acts::begin(conn, acting, permit, "judgement.long_stay", &details)?;
        register(conn, &act, person_id, &asked.stays)?;
        let id = conn.next_ids("long_stay_ruling", 1)?;
        conn.execute(
            &INSERT,
            &[
                id.into(),
                person_id.into(),
                asked.applied_on.into(),
                judged.window_from.into(),
                judged.days.into(),
                judged.days_not_counted.into(),
                judged.holds.into(),
                judged.reduced_from.into(),
                act.recorded_at.into(),
                act.id.0.into(),
            ],
        )?;
        Ok(judged)
    })
}

/// What an application would come to. Nothing is written.
///
/// # Errors
/// As [`judge_long_stay`].
pub fn preview(
    conn: &mut Conn,
    book: &JudgementBook,
    person_id: i64,
    asked: &Asked,
) -> Result<LongStay, OfficeError> {
    let rules = book.tables().long_stay(asked.applied_on)?;
    let stays: Vec<Span> = asked.stays.iter().map(|(valid, _)| days(valid)).collect();
    let low = low_days(conn, person_id)?;
    Ok(long_stay::judge(rules, &stays, &low, asked.applied_on)?)
}

fn days(valid: &db::Span) -> Span {
    Span {
        from: valid.from,
        until: valid.until,
    }
}

fn complete(asked: &Asked, today: Date) -> Result<(), OfficeError> {
    if asked.applied_on > today {
        return Err(OfficeError::input(
            "申請日",
            "申請日が先の日です。受け付けた日を入れてください",
        ));
    }
    if asked.stays.is_empty() {
        return Err(OfficeError::input(
            "入院の期間",
            "入院した医療機関と期間を入れてください",
        ));
    }
    Ok(())
}

/// What is known of the stays becomes what was said now; what is the same stays as it was written.
fn register(conn: &mut Conn, act: &Act, person_id: i64, stays: &[Stay]) -> Result<(), OfficeError> {
    let known = fact::timeline::<HospitalStay>(conn, person_id, None)?;
    let same = |one: &Dated<HospitalStay>, stay: &Stay| one.valid == stay.0 && one.fact == stay.1;
    for one in &known {
        if !stays.iter().any(|stay| same(one, stay)) {
            fact::end::<HospitalStay>(conn, act, person_id, one.valid)?;
        }
    }
    for stay in stays {
        if !known.iter().any(|one| same(one, stay)) {
            fact::record(conn, act, person_id, stay.0, &stay.1)?;
        }
    }
    Ok(())
}

/// The rulings on a person, the latest first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn rulings(conn: &mut Conn, person_id: i64) -> Result<Vec<Ruling>, OfficeError> {
    let read = |row: &Row| -> Result<Ruling, StoreError> {
        Ok(Ruling {
            applied_on: row.date(0)?,
            window_from: row.date(1)?,
            days: row.int(2)?,
            days_not_counted: row.int(3)?,
            granted: row.flag(4)?,
            reduced_from: row.date(5)?,
            recorded_at: row.int(6)?,
            stands: row.flag(7)?,
        })
    };
    Ok(conn.query(&STANDING, &[person_id.into()], read)?)
}

/// The latest ruling by which somebody is 長期該当, as known on a day: granted within the year before.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn granted_on(
    conn: &mut Conn,
    person_id: i64,
    on: Date,
) -> Result<Option<Ruling>, OfficeError> {
    let year_before = law::day(on.year() - 1, on.month(), on.day());
    let all = rulings(conn, person_id)?.into_iter();
    Ok(all
        .filter(|one| one.stands && one.granted && one.applied_on >= year_before)
        .max_by_key(|one| one.applied_on))
}

/// Whether 長期該当 holds on a day.
pub(super) fn holds_on(conn: &mut Conn, person_id: i64, on: Date) -> Result<bool, OfficeError> {
    let year_before = law::day(on.year() - 1, on.month(), on.day());
    let all = rulings(conn, person_id)?;
    let holds =
        |one: &Ruling| one.granted && one.reduced_from <= on && one.applied_on >= year_before;
    Ok(all.iter().any(|one| one.stands && holds(one)))
}

/// The class of the ceiling that stands, where it is not held.
pub(super) fn class_of(standing: &Standing) -> Option<CeilingClass> {
    let class = if standing.seventy {
        standing.over70.map(CeilingClass::Over70)
    } else {
        standing.under70.map(CeilingClass::Under70)
    };
    class.filter(|_| standing.pending.is_none())
}

/// 長期入院該当年月日 that is typed for a paper: only a day that was ruled, and only while the class is 区分オ or 低所得Ⅱ.
///
/// 根拠: 国民健康保険法施行規則 第26条の2・第26条の3
///
/// # Errors
/// [`OfficeError::Input`] that says which of the two it is not.
pub(crate) fn may_be_written(
    conn: &mut Conn,
    person_id: i64,
    (day, applied_on): (Date, Date),
) -> Result<(), OfficeError> {
    const FIELD: &str = "長期入院該当年月日";
    let granted = granted_on(conn, person_id, applied_on)?;
    if granted.is_none_or(|one| one.reduced_from != day) {
        return Err(OfficeError::input(
            FIELD,
            "この日を長期該当年月日とする決定がありません。先に長期該当の申請（90日を超える入院）を受けて判定してください",
        ));
    }
    let standing = standing(conn, person_id, day.max(applied_on), None)?;
    let facts = MealFacts {
        class: standing.as_ref().and_then(class_of),
        long_stay: true,
        designated: false,
    };
    if meal_class(facts).0 != MealClass::LowLong {
        return Err(OfficeError::input(
            FIELD,
            "この日の区分がオ・低所得Ⅱと判定されていないため、長期入院の該当は書けません。判定を確かめてください",
        ));
    }
    Ok(())
}

/// The days on which a person's class was 区分オ or 低所得Ⅱ, as it stands decided: of the household in which the person was
/// insured on the day, and of the person alone from 70 on.
fn low_days(conn: &mut Conn, person_id: i64) -> Result<Vec<Span>, OfficeError> {
    let own = decision::of_person(conn, person_id, NOW)?;
    let mut spans: Vec<Span> = low_spans(&own, Over70::Low2.code());
    // 70歳以上の日は本人の区分による.
    let first_elder = decision::painted(&own)
        .into_iter()
        .flatten()
        .map(|one| one.from)
        .min();
    for cover in registry::timeline::<InsuredSpan>(conn, person_id, None)? {
        let id = cover.fact.household_id;
        let all = decision::of_households(conn, (id, id + 1), NOW, Date::MIN)?;
        let household: Vec<_> = all
            .into_iter()
            .filter(|one| one.subject_id == HOUSEHOLD)
            .collect();
        let mut here = Span {
            from: cover.valid.from,
            until: cover.valid.until,
        };
        here.until = match (here.until, first_elder) {
            (Some(until), Some(first)) => Some(until.min(first)),
            (until, first) => until.or(first),
        };
        let low = low_spans(&household, Under70::E.code()).into_iter();
        spans.extend(low.filter_map(|span| span.common(&here)));
    }
    Ok(spans)
}

fn low_spans(decisions: &[decision::Decision], class: i64) -> Vec<Span> {
    decision::painted(decisions)
        .into_iter()
        .flatten()
        .filter(|one| one.verdict.is_some_and(|verdict| verdict.class == class))
        .map(|one| Span {
            from: one.from,
            until: Some(one.until),
        })
        .collect()
}
