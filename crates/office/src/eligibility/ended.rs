//! 残った資格 — insurance that goes on beyond what ends it: the residents' register had ended the residence, the 75th
//! birthday had passed or another scheme had begun before the 取得 was registered. The clerk is told before confirming, and the
//! 喪失 is a candidate that somebody owns.
//!
//! 根拠: 国民健康保険法 第6条第8号・第8条第1項、高齢者の医療の確保に関する法律 第52条第1号

use super::age::{self, AgeMove};
use super::consequence::{Consequences, Warning};
use super::covered;
use super::event::{NewChange, NewEvent};
use crate::acts::Act;
use crate::error::OfficeError;
use crate::registry::follow::{self, Leaving};
use crate::registry::{InsuredSpan, Resident, timeline};
use crate::worklist::{self, Candidate, ELIGIBILITY_CANDIDATE, Filter, Outcome};
use db::{Conn, Span, Sql};
use law::Date;
use law::date::next_day;
use law::era::wareki;

const ELSEWHERE: Sql = Sql {
    name: "eligibility.ended.elsewhere",
    text: "select (select count(*) from student_fact where subject = $1 and superseded_at is null and valid_from <= $2 \
           and (valid_until is null or valid_until > $2)), \
           (select count(*) from facility_stay_fact where subject = $1 and superseded_at is null and valid_from <= $2 \
           and (valid_until is null or valid_until > $2) and ($3 = '' or insurer = $3))",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[ELSEWHERE];

/// What had ended the insurance of a person before it was stated as it stands now: warned of, and on the work list.
///
/// # Errors
/// [`OfficeError::Store`].
pub(super) fn look(
    conn: &mut Conn,
    act: &Act,
    (person_id, own, today): (i64, &str, Date),
    cover: &[(Span, InsuredSpan)],
    found: &mut Consequences,
) -> Result<(), OfficeError> {
    if cover.is_empty() {
        return Ok(());
    }
    for leaving in leavings(conn, person_id, cover)? {
        let on = leaving.candidate.occurred_on;
        let source = leaving.source.as_str();
        leaving
            .candidate
            .open(conn, act, source, &leaving.title, today)?;
        let told_by = leaving.candidate.told_by;
        found.warn(Warning::ResidenceEnded {
            person_id,
            on,
            told_by,
        });
    }
    covered::begun(conn, act, (person_id, own, today), cover, found)?;
    let Some(birth_on) = timeline::<Resident>(conn, person_id, None)?
        .last()
        .map(|record| record.fact.birth_on)
    else {
        return Ok(());
    };
    for (span, fact) in cover {
        let one = (person_id, fact.household_id);
        if let Some(aged) = age::beyond_75(one, birth_on, *span, today) {
            candidate_of(conn, act, &aged, *span, today)?;
            let on = aged.effective_on;
            found.warn(Warning::Aged75 { person_id, on });
        }
    }
    Ok(())
}

/// The 転出・死亡・消除 of a person beyond which the insurance goes on, other than those of whoever left for a school or a
/// facility.
///
/// 根拠: 国民健康保険法 第8条第1項・第116条・第116条の2
///
/// # Errors
/// [`OfficeError::Store`].
pub(crate) fn leavings(
    conn: &mut Conn,
    person_id: i64,
    cover: &[(Span, InsuredSpan)],
) -> Result<Vec<Leaving>, OfficeError> {
    let mut all = Vec::new();
    for leaving in follow::leavings(conn, person_id)? {
        let on = leaving.candidate.occurred_on;
        if !goes_on_beyond(cover, on) {
            continue;
        }
        if stays_insured(conn, person_id, &leaving.candidate.cause, on)?.is_some() {
            continue;
        }
        all.push(leaving);
    }
    Ok(all)
}

/// Why somebody who moves out on a day stays insured here: for a school, or for a facility.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stays {
    /// 修学中の者.
    Student,
    /// 住所地特例.
    Facility,
}

/// Whether somebody who moves out on a day stays insured here all the same; no other cause leaves it so.
///
/// 根拠: 国民健康保険法 第116条・第116条の2
///
/// # Errors
/// [`OfficeError::Store`].
pub(crate) fn stays_insured(
    conn: &mut Conn,
    person_id: i64,
    cause: &str,
    on: Date,
) -> Result<Option<Stays>, OfficeError> {
    if !cause.starts_with("moved_out") {
        return Ok(None);
    }
    away(conn, "", (person_id, on))
}

/// Whether a candidate of a 喪失 asks for nothing, because whoever moved out, or left one facility for another, stays insured here: a
/// school or a facility that was told after it. What asks about the school or the facility itself is for a person to settle. `own` is
/// this municipality.
///
/// 根拠: 国民健康保険法 第116条・第116条の2
///
/// # Errors
/// [`OfficeError::Store`].
pub(crate) fn is_answered(
    conn: &mut Conn,
    own: &str,
    (source, candidate): (&str, &Candidate),
) -> Result<bool, OfficeError> {
    let moved = follow::is_event(source)
        || ["facility/", "student/end/"]
            .iter()
            .any(|kind| source.starts_with(kind));
    if !moved || !candidate.cause.starts_with("moved_out") {
        return Ok(false);
    }
    let whose = (candidate.person_id, candidate.occurred_on);
    Ok(away(conn, own, whose)?.is_some())
}

/// Takes the candidates off the list that a school or a facility answers which is stated now.
///
/// # Errors
/// [`OfficeError::Store`].
pub(super) fn answered(
    conn: &mut Conn,
    act: &Act,
    own: &str,
    person_id: i64,
) -> Result<(), OfficeError> {
    let filter = Filter {
        kind: Some(ELIGIBILITY_CANDIDATE),
        person_id: Some(person_id),
        ..Filter::default()
    };
    for item in worklist::list(conn, &filter, None, Date::MIN)?.items {
        let Some(candidate) = Candidate::of(&item) else {
            continue;
        };
        if is_answered(conn, own, (&item.source, &candidate))? {
            worklist::settle(conn, act, item.item_id, Outcome::Withdrawn, STAYS_JA)?;
        }
    }
    Ok(())
}

/// Why a candidate is taken off the list of somebody who stays insured here.
pub(crate) const STAYS_JA: &str = "修学・住所地特例により、ここの被保険者のままです";

/// A school or a facility elsewhere on the day after a move; of the facilities those of whose insured `own` stays the insurer, or all.
fn away(
    conn: &mut Conn,
    own: &str,
    (person_id, on): (i64, Date),
) -> Result<Option<Stays>, OfficeError> {
    let params = [person_id.into(), next_day(on).into(), own.into()];
    let read = |row: &db::Row<'_>| Ok((row.int(0)?, row.int(1)?));
    let (student, facility) = conn.query_one(&ELSEWHERE, &params, read)?;
    Ok(match (student, facility) {
        (0, 0) => None,
        (0, _) => Some(Stays::Facility),
        _ => Some(Stays::Student),
    })
}

/// Warned of: a 喪失 by 転出 of somebody who stays insured here.
///
/// # Errors
/// [`OfficeError::Store`].
pub(super) fn look_at_loss(
    conn: &mut Conn,
    new: &NewEvent,
    found: &mut Consequences,
) -> Result<(), OfficeError> {
    let NewChange::Loss { person_id, .. } = new.change else {
        return Ok(());
    };
    if let Some(stays) = stays_insured(conn, person_id, &new.cause, new.occurred_on)? {
        found.warn(Warning::StaysInsured { person_id, stays });
    }
    Ok(())
}

/// Whether a span holds a day and goes on after the day on which a 喪失 of that day takes effect at the latest.
fn goes_on_beyond(cover: &[(Span, InsuredSpan)], on: Date) -> bool {
    cover
        .iter()
        .any(|(span, _)| span.holds(on) && span.until.is_none_or(|until| until > next_day(on)))
}

/// The 喪失 at 75 as a candidate; 1 where it is new on the list.
///
/// # Errors
/// [`OfficeError::Store`].
pub(crate) fn candidate_of(
    conn: &mut Conn,
    act: &Act,
    aged: &AgeMove,
    span: Span,
    today: Date,
) -> Result<i64, OfficeError> {
    let on = aged.effective_on;
    let title = if span.from < on {
        format!("{}に75歳に達しています: 喪失を登録する", wareki(on))
    } else {
        format!(
            "{}に75歳に達した後の取得です: 取得を取り消すか、生年月日を確かめる",
            wareki(on)
        )
    };
    let candidate = Candidate {
        person_id: aged.person_id,
        household_id: Some(aged.household_id),
        cause: "late_elderly_75".to_owned(),
        occurred_on: on,
        elsewhere_from: None,
        reported_on: None,
        told_by: "年齢到達（75歳）".to_owned(),
    };
    let item = candidate.item(&age::source_of(aged), &title, today);
    crate::worklist::open_all(conn, act, &[item])
}
