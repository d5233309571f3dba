//! 現在の判定と履歴 — what holds on a day, month by month, as known now or at any moment.

use super::decision::{self, Decision, HOUSEHOLD};
use crate::error::OfficeError;
use crate::levy::relevy::NOW;
use crate::registry::{self, Resident};
use db::{Conn, Sql};
use law::Date;
use law::judgement::moment::copay_under70;
use law::judgement::year::next_month;
use law::judgement::{Over70, Pending, Under70};

/// What holds for a person on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// 国保世帯番号.
    pub household_id: i64,
    /// 70歳未満の所得区分 of the household; `None` while it is held.
    pub under70: Option<Under70>,
    /// 70歳以上の所得区分 of the person; `None` while it is held, and under 70.
    pub over70: Option<Over70>,
    /// 負担割合 in tenths; `None` while it is held.
    pub tenths: Option<u8>,
    /// Why something is held: no certificate is issued while this is there.
    pub pending: Option<Pending>,
    /// 70歳以上.
    pub seventy: bool,
    /// The decision about the household.
    pub household: Option<Decision>,
    /// The decision about the person, from 70 on.
    pub person: Option<Decision>,
}

const HOUSEHOLD_OF: Sql = Sql {
    name: "judgement.standing.household_of",
    text: "select household_id from insured_fact where subject = $1 \
           and valid_from <= $2 and (valid_until is null or valid_until > $2) \
           and recorded_at <= $3 and (superseded_at is null or superseded_at > $3)",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[HOUSEHOLD_OF];

/// What holds for a household on a day: the 70歳未満 decision; `None` where none was made.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn of_household(
    conn: &mut Conn,
    household_id: i64,
    on: Date,
    known_at: Option<i64>,
) -> Result<Option<Decision>, OfficeError> {
    let all = subject(conn, household_id, HOUSEHOLD, known_at)?;
    Ok(all.into_iter().find(|one| one.from <= on && on < one.until))
}

/// What holds for a person on a day; `None` where the person is not insured.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn standing(
    conn: &mut Conn,
    person_id: i64,
    on: Date,
    known_at: Option<i64>,
) -> Result<Option<Standing>, OfficeError> {
    let moment = known_at.unwrap_or(NOW);
    let params = [person_id.into(), on.into(), moment.into()];
    let Some(household_id) = conn.query_opt(&HOUSEHOLD_OF, &params, |row| row.int(0))? else {
        return Ok(None);
    };
    let resident = registry::timeline::<Resident>(conn, person_id, known_at)?;
    let Some(birth_on) = resident.last().map(|fact| fact.fact.birth_on) else {
        return Ok(None);
    };
    let household = of_household(conn, household_id, on, known_at)?;
    let class = household.as_ref().and_then(|one| one.verdict);
    let own = subject(conn, household_id, person_id, known_at)?;
    let person = own.into_iter().find(|one| one.from <= on && on < one.until);
    let young = copay_under70(birth_on, on);
    let elder = person.as_ref().and_then(|one| one.verdict);
    let held = match young {
        Some(_) => class,
        None => elder,
    };
    Ok(Some(Standing {
        household_id,
        under70: class.and_then(|one| Under70::from_code(one.class)),
        over70: elder.and_then(|one| Over70::from_code(one.class)),
        tenths: young.or_else(|| {
            elder.and_then(|one| u8::try_from(one.tenths).ok().filter(|tenths| *tenths > 0))
        }),
        pending: match held {
            Some(verdict) => Pending::from_code(verdict.pending),
            // Nobody has judged: nothing is known, and nothing is issued on it.
            None => Some(Pending::IncomeMissing),
        },
        seventy: young.is_none(),
        household,
        person,
    }))
}

/// The standing decisions of a subject in a household, in the order of their days.
fn subject(
    conn: &mut Conn,
    household_id: i64,
    subject_id: i64,
    known_at: Option<i64>,
) -> Result<Vec<Decision>, OfficeError> {
    let all = decision::of_households(
        conn,
        (household_id, household_id + 1),
        known_at.unwrap_or(NOW),
        Date::MIN,
    )?;
    let own: Vec<Decision> = all
        .into_iter()
        .filter(|one| one.subject_id == subject_id)
        .collect();
    Ok(decision::paint(&own))
}

/// One month of a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthLine {
    /// First day of the month.
    pub month: Date,
    /// What held on the first of it, or on the first day of it on which anything held.
    pub decision: Decision,
}

/// 月別履歴 of a person's class and ratio (from 70 on) or of a household (`person_id` `None`), as known at a moment.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn by_month(
    conn: &mut Conn,
    household_id: i64,
    person_id: Option<i64>,
    (from, until): (Date, Date),
    known_at: Option<i64>,
) -> Result<Vec<MonthLine>, OfficeError> {
    let standing = subject(conn, household_id, person_id.unwrap_or(HOUSEHOLD), known_at)?;
    let mut lines = Vec::new();
    let mut month = from.first_of_month();
    while month < until {
        let next = next_month(month);
        let found = standing
            .iter()
            .find(|one| one.from < next && month < one.until);
        lines.extend(found.map(|decision| MonthLine {
            month,
            decision: decision.clone(),
        }));
        month = next;
    }
    Ok(lines)
}
