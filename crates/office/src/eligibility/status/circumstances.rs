//! 特別の事情 — notified by a household in arrears, with evidence; measures wait until it is decided.
//!
//! 根拠: 国民健康保険法 第54条の3・第63条の2、国民健康保険法施行令 第28条の6・第28条の7

use super::scheme::SpecialCircumstances;
use super::{Entry, noted, state};
use crate::acts::{self, Act, Acting};
use crate::error::OfficeError;
use crate::registry::fact::{self, Dated};
use crate::security::permit::{ApproveEligibility, Permit, RegisterFact};
use crate::worklist::{self, NewItem, Outcome, STATUS_SPECIAL_CIRCUMSTANCES};
use db::{Conn, Span, Sql, Store};
use law::{Date, Refusal};

const WAITING: Sql = Sql {
    name: "status.circumstances.waiting",
    text: "select subject, state, valid_from from special_circumstances_fact where subject >= $1 and subject < $2 \
           and state in (1, 2) and recorded_at <= $3 and (superseded_at is null or superseded_at > $3) \
           and valid_from <= $4 and (valid_until is null or valid_until > $4) order by subject",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[WAITING];

/// 審査中.
pub const PENDING: i64 = 1;
/// 認めた.
pub const ACCEPTED: i64 = 2;
/// 認めない.
pub const REJECTED: i64 = 3;

/// What pending and accepted circumstances mean.
pub const EFFECT_JA: &str =
    "決定までの間と認めた期間は、特別療養費への変更・一時差止・控除を行いません";

/// 特別の事情に関する届 of a household.
///
/// # Errors
/// [`OfficeError::Input`] without ground or evidence; [`OfficeError::Refusal`] for an unknown household or while
/// another one waits for its decision.
pub fn notify(
    store: &Store,
    permit: &Permit<RegisterFact>,
    acting: &Acting,
    household_id: i64,
    reported_on: Date,
    ground: &str,
    evidence: &str,
) -> Result<i64, OfficeError> {
    store.write(|conn| {
        let act = acts::begin(
            conn,
            acting,
            permit,
            "status.special_circumstances",
            &noted(ground),
        )?;
        notify_under(conn, &act, household_id, reported_on, (ground, evidence))
    })
}

/// Takes a notification under an act that is under way.
///
/// # Errors
/// As [`notify`].
pub fn notify_under(
    conn: &mut Conn,
    act: &Act,
    household_id: i64,
    reported_on: Date,
    (ground, evidence): (&str, &str),
) -> Result<i64, OfficeError> {
    let known = fact::timeline::<SpecialCircumstances>(conn, household_id, None)?;
    let waits =
        |one: &Dated<SpecialCircumstances>| one.fact.state == PENDING && one.valid.until.is_none();
    if known.iter().any(waits) {
        return Err(Refusal::new(
            "status.circumstances.pending",
            "審査中の特別の事情の届があります。決定してから次の届を受けてください".to_owned(),
        )
        .into());
    }
    let entry = Entry {
        subject: household_id,
        span: Span::new(reported_on, None),
        status: SpecialCircumstances {
            ground: ground.to_owned(),
            evidence: evidence.to_owned(),
            state: PENDING,
            ruled_on: None,
            reported_on: Some(reported_on),
        },
        note: String::new(),
    };
    state(conn, act, &entry)?;
    let item = NewItem::about_household(
        STATUS_SPECIAL_CIRCUMSTANCES,
        household_id,
        &format!("circumstances/{}", act.id.0),
        "特別の事情を審査する",
        reported_on,
    );
    worklist::open(conn, act, &item)?;
    Ok(act.id.0)
}

/// 特別の事情の決定 — by somebody who may approve. An accepted one holds until a day; a rejected one ends with the ruling. What
/// was accepted before the notification and holds longer than that goes on: nobody has ruled against it.
///
/// # Errors
/// [`OfficeError::Refusal`] when nothing waits.
pub fn rule(
    store: &Store,
    permit: &Permit<ApproveEligibility>,
    acting: &Acting,
    household_id: i64,
    accepted_until: Option<Date>,
    reason: &str,
) -> Result<(), OfficeError> {
    let on = acting.business_date;
    store.write(|conn| {
        let waiting = on_day(conn, household_id, on)?.filter(|found| found.fact.state == PENDING);
        let Some(waiting) = waiting else {
            return Err(Refusal::new(
                "status.circumstances.none",
                format!("国保世帯{household_id}に審査中の特別の事情の届はありません"),
            )
            .into());
        };
        let act = acts::begin(
            conn,
            acting,
            permit,
            "status.special_circumstances",
            &noted(reason),
        )?;
        let ruled = SpecialCircumstances {
            state: if accepted_until.is_some() {
                ACCEPTED
            } else {
                REJECTED
            },
            ruled_on: Some(on),
            ..waiting.fact
        };
        fact::end::<SpecialCircumstances>(conn, &act, household_id, Span::new(on, None))?;
        let until = accepted_until.unwrap_or_else(|| law::date::next_day(on));
        let entry = Entry {
            subject: household_id,
            span: Span::new(on, Some(until)),
            status: ruled,
            note: String::new(),
        };
        state(conn, &act, &entry)?;
        for stood in accepted_before(conn, household_id, waiting.act_id)? {
            let rest = Span::new(stood.valid.from.max(until), stood.valid.until);
            if rest.has_days() {
                fact::record(conn, &act, household_id, rest, &stood.fact)?;
            }
        }
        let filter = worklist::Filter {
            kind: Some(STATUS_SPECIAL_CIRCUMSTANCES),
            household_id: Some(household_id),
            ..worklist::Filter::default()
        };
        for item in worklist::list(conn, &filter, None, on)?.items {
            worklist::settle(conn, &act, item.item_id, Outcome::Done, reason)?;
        }
        Ok(())
    })
}

/// What stood as accepted and was covered by a notification.
fn accepted_before(
    conn: &mut Conn,
    household_id: i64,
    notified_by: i64,
) -> Result<Vec<Dated<SpecialCircumstances>>, OfficeError> {
    let mut all = fact::history::<SpecialCircumstances>(conn, household_id)?;
    all.retain(|row| row.superseded_by_act == Some(notified_by) && row.fact.state == ACCEPTED);
    Ok(all)
}

fn on_day(
    conn: &mut Conn,
    household_id: i64,
    on: Date,
) -> Result<Option<Dated<SpecialCircumstances>>, OfficeError> {
    let facts = fact::timeline::<SpecialCircumstances>(conn, household_id, None)?;
    Ok(facts.into_iter().find(|dated| dated.valid.holds(on)))
}

/// Whether measures against arrears of a household wait on a day: a notification waits for its decision, or was
/// accepted for that day. The day of a rejection belongs to what was accepted before and goes on after it.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn suspends_measures(
    conn: &mut Conn,
    household_id: i64,
    on: Date,
) -> Result<bool, OfficeError> {
    let facts = fact::timeline::<SpecialCircumstances>(conn, household_id, None)?;
    let Some(found) = facts.iter().find(|dated| dated.valid.holds(on)) else {
        return Ok(false);
    };
    let goes_on = |next: &Dated<SpecialCircumstances>| {
        next.fact.state == ACCEPTED
            && found.valid.until == Some(next.valid.from)
            && next.fact.ruled_on <= found.fact.ruled_on
    };
    Ok(found.fact.state != REJECTED || facts.iter().any(goes_on))
}

/// What makes measures wait on a day in a stretch of households.
pub(crate) struct Waiting {
    pub household_id: i64,
    /// Accepted, and not only notified.
    pub accepted: bool,
    /// The first day.
    pub since: Date,
}

/// The households `from..until` whose special circumstances are looked at or accepted on a day, as known at a moment.
///
/// # Errors
/// [`OfficeError::Store`].
pub(crate) fn waiting(
    conn: &mut Conn,
    (from, until): (i64, i64),
    on: Date,
    known_at: i64,
) -> Result<Vec<Waiting>, OfficeError> {
    let params = [from.into(), until.into(), known_at.into(), on.into()];
    Ok(conn.query(&WAITING, &params, |row| {
        Ok(Waiting {
            household_id: row.int(0)?,
            accepted: row.int(1)? == ACCEPTED,
            since: row.date(2)?,
        })
    })?)
}
