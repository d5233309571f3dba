//! A household as of a day: who is and was in it, and what is known of each of them.

use super::super::fact::{Dated, timeline};
use super::super::insurance::HouseholdHead;
use super::{PersonPicture, people_seen};
use crate::error::OfficeError;
use db::{Conn, Sql};
use law::Date;

pub(super) const MEMBERS: Sql = Sql {
    name: "registry.members",
    text: "select distinct subject from insured_fact where household_id = $1 and valid_from <= $2 \
           and (valid_until is null or valid_until > $2) \
           and recorded_at <= $3 and (superseded_at is null or superseded_at > $3) order by subject",
};
pub(super) const FORMER_MEMBERS: Sql = Sql {
    name: "registry.former_members",
    text: "select distinct subject from former_insured_fact where household_id = $1 and valid_from <= $2 \
           and (valid_until is null or valid_until > $2) \
           and recorded_at <= $3 and (superseded_at is null or superseded_at > $3) order by subject",
};
pub(super) const EVER_MEMBERS: Sql = Sql {
    name: "registry.ever_members",
    text: "select distinct subject from insured_fact where household_id = $1 \
           and recorded_at <= $2 and (superseded_at is null or superseded_at > $2) order by subject",
};

pub(super) const TAKEN_BACK: Sql = Sql {
    name: "registry.load.taken_back",
    text: "select max(superseded_by_act) from household_fact where subject = $1 and not exists \
           (select 1 from household_fact s where s.subject = $1 and s.superseded_at is null)",
};

/// A household as known at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HouseholdPicture {
    /// 国保世帯番号.
    pub household_id: i64,
    /// Head and number on the day.
    pub head: Option<Dated<HouseholdHead>>,
    /// Heads and numbers over time.
    pub heads: Vec<Dated<HouseholdHead>>,
    /// 被保険者 on the day.
    pub members: Vec<PersonPicture>,
    /// 特定同一世帯所属者 on the day.
    pub former_members: Vec<PersonPicture>,
    /// The head on the day, who may be neither (擬制世帯主).
    pub head_person: Option<PersonPicture>,
    /// Everyone who was ever insured in the household, by 宛名番号.
    pub ever_members: Vec<i64>,
}

/// 被保険者 of a household on a day as known now, by 宛名番号.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn members_on(conn: &mut Conn, household_id: i64, on: Date) -> Result<Vec<i64>, OfficeError> {
    let params = [household_id.into(), on.into(), i64::MAX.into()];
    Ok(conn.query(&MEMBERS, &params, |row| row.int(0))?)
}

/// Loads a household as of a day as known at a moment (`None`: now); none when nothing was ever said of it.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn load_household(
    conn: &mut Conn,
    household_id: i64,
    as_of: Date,
    known_at: Option<i64>,
) -> Result<Option<HouseholdPicture>, OfficeError> {
    household_seen(conn, household_id, (as_of, as_of), known_at)
}

/// The act that took back everything that was known of a household; none for one that stands or never was.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn household_taken_back(
    conn: &mut Conn,
    household_id: i64,
) -> Result<Option<i64>, OfficeError> {
    Ok(conn.query_one(&TAKEN_BACK, &[household_id.into()], |row| row.opt_int(0))?)
}

/// A household as of any day, past or to come, as it may be seen on the business date: 支援措置 of today hides the addresses
/// of every day.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn household_seen(
    conn: &mut Conn,
    household_id: i64,
    (as_of, today): (Date, Date),
    known_at: Option<i64>,
) -> Result<Option<HouseholdPicture>, OfficeError> {
    let heads: Vec<Dated<HouseholdHead>> = timeline(conn, household_id, known_at)?;
    if heads.is_empty() {
        return Ok(None);
    }
    let known = known_at.unwrap_or(i64::MAX);
    let dated = [household_id.into(), as_of.into(), known.into()];
    let members = conn.query(&MEMBERS, &dated, |row| row.int(0))?;
    let former = conn.query(&FORMER_MEMBERS, &dated, |row| row.int(0))?;
    let ever_members = conn.query(&EVER_MEMBERS, &[household_id.into(), known.into()], |row| {
        row.int(0)
    })?;
    let head = heads.iter().find(|fact| fact.valid.holds(as_of)).cloned();
    let mut everybody: Vec<i64> = head.iter().map(|head| head.fact.head_person_id).collect();
    everybody.extend(members.iter().chain(&former));
    everybody.sort_unstable();
    everybody.dedup();
    let days = (as_of, today);
    let seen = people_seen(conn, &everybody, days, known_at)?;
    let one = |number: &i64| {
        seen.iter()
            .find(|person| person.person_id == *number)
            .cloned()
    };
    Ok(Some(HouseholdPicture {
        household_id,
        head_person: head
            .as_ref()
            .and_then(|head| one(&head.fact.head_person_id)),
        members: members.iter().filter_map(one).collect(),
        former_members: former.iter().filter_map(one).collect(),
        head,
        heads,
        ever_members,
    }))
}

/// Everyone who was ever insured in a household, is 特定同一世帯所属者 of it on a day or was ever its head, as known now, by
/// 宛名番号: whose names a page of it needs, and nothing else of them.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn household_people(
    conn: &mut Conn,
    household_id: i64,
    as_of: Date,
) -> Result<Vec<i64>, OfficeError> {
    let known = i64::MAX;
    let mut numbers = conn.query(&EVER_MEMBERS, &[household_id.into(), known.into()], |row| {
        row.int(0)
    })?;
    let dated = [household_id.into(), as_of.into(), known.into()];
    numbers.extend(conn.query(&FORMER_MEMBERS, &dated, |row| row.int(0))?);
    let heads: Vec<Dated<HouseholdHead>> = timeline(conn, household_id, None)?;
    numbers.extend(heads.iter().map(|head| head.fact.head_person_id));
    Ok(numbers)
}
