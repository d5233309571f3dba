//! 世帯の異動情報 — the households that are not at the end of a stretch of business days what they were before it, each with
//! everybody who belongs to it or belonged to it until then, and nobody of a household that stayed as it was.
//!
//! What changed is the difference between two states of knowledge: what was registered and taken back within the stretch is
//! no change, and a household that changed twice is told of once, as it stands after the last change.

mod file;

pub use file::{Given, LAYOUT, export};

use super::prefecture_days::{self, Told};
use crate::error::OfficeError;
use crate::registry::{FormerInsured, HouseholdHead, Kind, Resident, timeline};
use db::{Conn, Span, Sql};
use law::Date;
use std::collections::BTreeMap;

const MOMENTS: Sql = Sql {
    name: "eligibility.changes.moments",
    text: "select min(recorded_at), max(recorded_at) from act where business_date >= $1 and business_date <= $2",
};
const TOUCHED: Sql = Sql {
    name: "eligibility.changes.touched",
    text: "with acts as (select act_id from act where business_date >= $1 and business_date <= $2), \
           people as (select subject from resident_fact \
             where act_id in (select act_id from acts) or superseded_by_act in (select act_id from acts) \
             union select subject from prefecture_fact \
             where act_id in (select act_id from acts) or superseded_by_act in (select act_id from acts)) \
           select household_id from insured_fact where act_id in (select act_id from acts) \
             or superseded_by_act in (select act_id from acts) or subject in (select subject from people) \
           union select household_id from former_insured_fact where act_id in (select act_id from acts) \
             or superseded_by_act in (select act_id from acts) or subject in (select subject from people) \
           union select subject from household_fact where act_id in (select act_id from acts) \
             or superseded_by_act in (select act_id from acts) or head_person_id in (select subject from people) \
           order by 1",
};
const EVER: Sql = Sql {
    name: "eligibility.changes.ever",
    text: "select subject from insured_fact where household_id = $1 \
           union select subject from former_insured_fact where household_id = $1 \
           union select head_person_id from household_fact where subject = $1 order by 1",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[MOMENTS, TOUCHED, EVER];

/// 期間 — business days, first and last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// First business day.
    pub from: Date,
    /// Last business day.
    pub to: Date,
}

impl Stretch {
    /// Whether something that is true over some days reaches into the stretch or beyond.
    fn reached_by(self, valid: Span) -> bool {
        valid.until.is_none_or(|until| until > self.from)
    }
}

/// 世帯での立場 at the end of the stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// 世帯主 who is insured.
    Head,
    /// 擬制世帯主: the head, not insured.
    FictitiousHead,
    /// 被保険者.
    Member,
    /// 特定同一世帯所属者.
    Former,
    /// 世帯を離れた者.
    Left,
    /// 登録が取り消された者: never belonged to it, as is known now.
    Erased,
}

impl Part {
    /// Code in the file.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Head => "1",
            Self::FictitiousHead => "2",
            Self::Member => "3",
            Self::Former => "4",
            Self::Left => "5",
            Self::Erased => "9",
        }
    }
}

/// Somebody of a household that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// 宛名番号.
    pub person_id: i64,
    /// Where he or she stands in it.
    pub part: Part,
    /// Whether something of this very person changed.
    pub changed: bool,
    /// The record of the register at the end of the stretch.
    pub resident: Option<Resident>,
    /// 被保険者であった期間 in this household, those that reach the stretch.
    pub insured: Vec<Told>,
}

/// A household that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// 国保世帯番号.
    pub household_id: i64,
    /// The head at the end of the stretch, with 記号番号; the last one where there is none any more.
    pub head: Option<HouseholdHead>,
    /// Everybody, by 宛名番号.
    pub members: Vec<Member>,
}

/// 異動のあった世帯 of a stretch of business days, by number.
///
/// # Errors
/// [`OfficeError::Input`] when the stretch ends before it begins.
pub fn households(conn: &mut Conn, stretch: Stretch) -> Result<Vec<Changed>, OfficeError> {
    if stretch.to < stretch.from {
        return Err(OfficeError::input(
            "期間",
            "終わりの日が始まりの日より前です。始まりと終わりを確かめてください",
        ));
    }
    let days = [stretch.from.into(), stretch.to.into()];
    let moments = conn.query_one(&MOMENTS, &days, |row| {
        Ok((row.opt_int(0)?, row.opt_int(1)?))
    })?;
    let (Some(first), Some(last)) = moments else {
        return Ok(Vec::new());
    };
    let touched: Vec<i64> = conn.query(&TOUCHED, &days, |row| row.int(0))?;
    let mut changed = Vec::new();
    for household_id in touched {
        let before = seen(conn, household_id, first - 1)?;
        let after = seen(conn, household_id, last)?;
        changed.extend(compare(household_id, stretch, &before, &after));
    }
    Ok(changed)
}

/// A household as known at a moment.
struct Seen {
    heads: Vec<(Span, HouseholdHead)>,
    people: BTreeMap<i64, One>,
}

/// A person in a household as known at a moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct One {
    insured: Vec<Told>,
    former: Vec<Span>,
    headed: Vec<Span>,
    residents: Vec<(Span, Resident)>,
}

impl One {
    fn belongs(&self) -> impl Iterator<Item = Span> {
        let insured = self.insured.iter().map(|one| one.valid);
        insured
            .chain(self.former.iter().copied())
            .chain(self.headed.iter().copied())
    }
}

fn facts<F: Kind>(
    conn: &mut Conn,
    subject: i64,
    known_at: i64,
) -> Result<Vec<(Span, F)>, OfficeError> {
    let all = timeline::<F>(conn, subject, Some(known_at))?;
    Ok(all.into_iter().map(|one| (one.valid, one.fact)).collect())
}

fn seen(conn: &mut Conn, household_id: i64, known_at: i64) -> Result<Seen, OfficeError> {
    let heads = facts::<HouseholdHead>(conn, household_id, known_at)?;
    let ever: Vec<i64> = conn.query(&EVER, &[household_id.into()], |row| row.int(0))?;
    let mut people = BTreeMap::new();
    for person in ever {
        let insured = prefecture_days::of_person(conn, person, Some(known_at))?.into_iter();
        let former = facts::<FormerInsured>(conn, person, known_at)?.into_iter();
        let mine = heads
            .iter()
            .filter(|(_, head)| head.head_person_id == person);
        let one = One {
            insured: insured
                .filter(|one| one.span.household_id == household_id)
                .collect(),
            former: former
                .filter(|(_, fact)| fact.household_id == household_id)
                .map(|(valid, _)| valid)
                .collect(),
            headed: mine.map(|(valid, _)| *valid).collect(),
            residents: facts::<Resident>(conn, person, known_at)?,
        };
        people.insert(person, one);
    }
    Ok(Seen { heads, people })
}

/// The household with its people, where anything of it differs.
fn compare(household_id: i64, stretch: Stretch, before: &Seen, after: &Seen) -> Option<Changed> {
    let nothing = One::default();
    let mut members = Vec::new();
    for (person_id, now) in &after.people {
        let was = before.people.get(person_id).unwrap_or(&nothing);
        let moved =
            (&was.insured, &was.former, &was.headed) != (&now.insured, &now.former, &now.headed);
        let mut spans = was.belongs().chain(now.belongs());
        if !moved && !spans.any(|valid| stretch.reached_by(valid)) {
            continue;
        }
        members.push(Member {
            person_id: *person_id,
            part: part(stretch.to, now),
            changed: moved || recent(stretch, was) != recent(stretch, now),
            resident: at(&now.residents, stretch.to).cloned(),
            insured: told(stretch, was, now),
        });
    }
    let changed = before.heads != after.heads || members.iter().any(|member| member.changed);
    changed.then(|| Changed {
        household_id,
        head: at(&after.heads, stretch.to).cloned(),
        members,
    })
}

/// What the register says of a person in the stretch and after.
fn recent(stretch: Stretch, one: &One) -> Vec<&(Span, Resident)> {
    let all = one.residents.iter();
    all.filter(|(valid, _)| stretch.reached_by(*valid))
        .collect()
}

/// The spans to be told of: those that reach the stretch, and those that are not what they were.
fn told(stretch: Stretch, was: &One, now: &One) -> Vec<Told> {
    let all = now.insured.iter();
    all.filter(|one| stretch.reached_by(one.valid) || !was.insured.contains(one))
        .cloned()
        .collect()
}

/// What is true on a day, or was last.
fn at<F>(facts: &[(Span, F)], day: Date) -> Option<&F> {
    let holds = facts.iter().find(|(valid, _)| valid.holds(day));
    holds.or_else(|| facts.last()).map(|(_, fact)| fact)
}

fn part(on: Date, one: &One) -> Part {
    // Whoever is to come is a member already; whoever is gone by the day is not.
    let lasts = |valid: &Span| valid.until.is_none_or(|until| until > on);
    let insured = one.insured.iter().any(|told| lasts(&told.valid));
    match (one.headed.iter().any(lasts), insured) {
        (true, true) => Part::Head,
        (true, false) => Part::FictitiousHead,
        (false, true) => Part::Member,
        (false, false) if one.former.iter().any(lasts) => Part::Former,
        (false, false) if one.belongs().next().is_some() => Part::Left,
        (false, false) => Part::Erased,
    }
}
