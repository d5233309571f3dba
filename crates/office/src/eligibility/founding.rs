//! 設定日のさかのぼり — a household in which somebody is insured before its first day had its head on those days too: its
//! founding is stated for the earlier day as well, with the same symbol, number and head, in the act that made it so.
//!
//! 根拠: 国民健康保険法 第7条・第76条第1項
//!
//! What is stated here follows from the rest: it stands while somebody needs it and is taken back by the act after which
//! nobody does, so that a household comes out the same in whatever order its events were told.

use super::born::birth_of;
use super::consequence::{Consequences, Warning};
use super::event::{self, Event, Origin, Says, standing_of_household};
use super::event_table;
use super::project::{Reading, Touched, fold_of_household, fold_of_person};
use crate::acts::Act;
use crate::error::OfficeError;
use crate::registry::{HouseholdHead, InsuredSpan, Resident, Status, timeline};
use db::{Conn, Span, Sql};
use law::Date;
use law::eligibility::{
    CoverSpan, HouseholdChange, HouseholdEvent, HouseholdStanding, fold_household,
};
use law::era::wareki;
use std::collections::{BTreeMap, BTreeSet};

const EVER: Sql = Sql {
    name: "eligibility.founding.ever",
    text: "select distinct subject from insured_fact where household_id = $1 and superseded_at is null order by subject",
};
const HEADED: Sql = Sql {
    name: "eligibility.founding.headed",
    text: "select distinct subject from household_fact where head_person_id = $1 and subject <> $2 \
           and superseded_at is null order by subject",
};
const FIRST: Sql = Sql {
    name: "eligibility.founding.first",
    text: "select min(valid_from) from insured_fact where household_id = $1 and superseded_at is null",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[EVER, HEADED, FIRST];

/// The cause of a founding that was moved back; the office states it, nobody asks for it.
pub(super) const CAUSE: &str = "founding_moved_back";

/// The first day on which anybody is insured in a household, as the facts stand.
pub(super) fn first_day_insured(
    conn: &mut Conn,
    household_id: i64,
) -> Result<Option<Date>, OfficeError> {
    Ok(conn.query_one(&FIRST, &[household_id.into()], |row| row.opt_date(0))?)
}

/// Days in a household.
type Stay = (i64, Span);

/// What the events come to now, before it is written into the facts.
struct Now<'n, 'b> {
    act: &'n Act,
    reading: &'n Reading<'b>,
    /// Stays of the people the act touches.
    stays: BTreeMap<i64, Vec<Stay>>,
    /// First days of those whose cover differs, by household.
    joined: BTreeMap<i64, Date>,
}

/// Moves foundings back, and forth again, as the events that stand now ask for.
pub(super) fn follow(
    conn: &mut Conn,
    act: &Act,
    reading: &Reading<'_>,
    touched: &mut Touched,
    consequences: &mut Consequences,
) -> Result<(), OfficeError> {
    let mut now = Now {
        act,
        reading,
        stays: BTreeMap::new(),
        joined: BTreeMap::new(),
    };
    let mut homes: BTreeSet<i64> = touched.households.keys().copied().collect();
    for (person_id, before) in &touched.people {
        let after = fold_of_person(conn, reading, *person_id)?;
        if after.cover != before.cover {
            homes.extend(before.cover.iter().map(|span| span.household_id));
            for span in &after.cover {
                homes.insert(span.household_id);
                let first = now.joined.entry(span.household_id).or_insert(span.from);
                *first = span.from.min(*first);
            }
        }
        let stays = after.cover.iter().map(stay).collect();
        now.stays.insert(*person_id, stays);
    }
    for household_id in homes {
        one(conn, &now, touched, household_id, consequences)?;
    }
    Ok(())
}

fn stay(span: &CoverSpan) -> Stay {
    (span.household_id, Span::new(span.from, span.until))
}

/// 世帯の設定: its day and what it says.
struct Founding {
    on: Date,
    change: HouseholdChange,
    head_person_id: i64,
}

/// The founding by which a household begins.
fn founding(events: &[HouseholdEvent], standing: &HouseholdStanding) -> Option<Founding> {
    let on = standing.heads.first()?.from;
    let waits = |one: &HouseholdEvent| {
        let mut pending = standing.pending.iter();
        pending.any(|two| two.event_id == one.event_id)
    };
    let of_day = events
        .iter()
        .filter(|one| one.occurred_on == on && !waits(one));
    of_day
        .filter_map(|one| match one.change {
            HouseholdChange::Founded { head_person_id, .. } => Some(Founding {
                on,
                change: one.change.clone(),
                head_person_id,
            }),
            _ => None,
        })
        .next_back()
}

fn one(
    conn: &mut Conn,
    now: &Now<'_, '_>,
    touched: &mut Touched,
    household_id: i64,
    consequences: &mut Consequences,
) -> Result<(), OfficeError> {
    let joined = now.joined.get(&household_id).copied();
    let heads = timeline::<HouseholdHead>(conn, household_id, None)?;
    let kept = heads.first().map(|head| head.valid.from);
    if joined.zip(kept).is_some_and(|(joined, kept)| joined < kept) {
        // Heads that were loaded become events before anything is said of them.
        touched.household(conn, now.act, now.reading, household_id)?;
    }
    let mut events = event::of_household(conn, household_id)?;
    events.retain(|one| one.undone_by.is_none());
    let (moved, own): (Vec<Event>, Vec<Event>) =
        events.into_iter().partition(|one| one.cause == CAUSE);
    let own = standing_of_household(&own);
    let founded = founding(&own, &fold_household(&own));
    let wanted = match &founded {
        Some(founded) => {
            let before = touched.households.get(&household_id);
            let before = before.and_then(|one| one.heads.first().map(|head| head.from));
            let later = touched.households.contains_key(&household_id)
                && before.is_none_or(|before| before < founded.on);
            let asks = later || !moved.is_empty() || joined.is_some_and(|on| on < founded.on);
            let first = match asks {
                true => first_stay(conn, now, household_id)?,
                false => None,
            };
            first.filter(|first| *first < founded.on)
        }
        None => None,
    };
    let stands = |one: &Event| {
        let change = match &one.says {
            Says::Household { event, .. } => Some(&event.change),
            Says::Person { .. } => None,
        };
        wanted == Some(one.occurred_on) && change == founded.as_ref().map(|one| &one.change)
    };
    if moved.len() == usize::from(wanted.is_some()) && moved.iter().all(stands) {
        return Ok(());
    }
    touched.household(conn, now.act, now.reading, household_id)?;
    for gone in &moved {
        event_table::undo(conn, now.act, gone.event_id)?;
    }
    let (Some(founded), Some(from)) = (founded, wanted) else {
        return Ok(());
    };
    let already = moved.iter().map(|one| one.occurred_on).min();
    if already.is_none_or(|already| from < already) {
        had_its_head(conn, now, household_id, &founded, from)?;
        consequences.warn(Warning::FoundedBefore {
            household_id,
            head_person_id: founded.head_person_id,
            from,
            until: founded.on,
        });
    }
    state(conn, now.act, household_id, from, founded.change)
}

/// Writes the founding down for the earlier day.
fn state(
    conn: &mut Conn,
    act: &Act,
    household_id: i64,
    occurred_on: Date,
    change: HouseholdChange,
) -> Result<(), OfficeError> {
    let event_id = event_table::numbers(conn, 1)?;
    let event = HouseholdEvent {
        event_id,
        occurred_on,
        sequence: 0,
        change,
    };
    let event = Event {
        event_id,
        act_id: act.id.0,
        recorded_at: act.recorded_at,
        origin: Origin::Registered,
        cause: CAUSE.to_owned(),
        occurred_on,
        reported_on: None,
        says: Says::Household {
            household_id,
            event,
        },
        note: String::new(),
        undone_by: None,
        undone_at: None,
    };
    event_table::insert(conn, &event)
}

/// Where a person is insured, as the events say now.
fn stays_of(conn: &mut Conn, now: &Now<'_, '_>, person_id: i64) -> Result<Vec<Stay>, OfficeError> {
    if let Some(stays) = now.stays.get(&person_id) {
        return Ok(stays.clone());
    }
    let spans = timeline::<InsuredSpan>(conn, person_id, None)?.into_iter();
    Ok(spans
        .map(|row| (row.fact.household_id, row.valid))
        .collect())
}

/// Days on which somebody is insured in a household.
fn stays_in(
    conn: &mut Conn,
    now: &Now<'_, '_>,
    household_id: i64,
) -> Result<Vec<Span>, OfficeError> {
    let mut people = conn.query(&EVER, &[household_id.into()], |row| row.int(0))?;
    people.extend(now.stays.keys().copied());
    people.sort_unstable();
    people.dedup();
    let mut days = Vec::new();
    for person_id in people {
        let stays = stays_of(conn, now, person_id)?.into_iter();
        days.extend(stays.filter(|one| one.0 == household_id).map(|one| one.1));
    }
    Ok(days)
}

fn first_stay(
    conn: &mut Conn,
    now: &Now<'_, '_>,
    household_id: i64,
) -> Result<Option<Date>, OfficeError> {
    let days = stays_in(conn, now, household_id)?;
    Ok(days.into_iter().map(|days| days.from).min())
}

fn meets(days: Span, other: Span) -> bool {
    let before = |one: Span, two: Span| one.until.is_some_and(|until| until <= two.from);
    !before(days, other) && !before(other, days)
}

/// Refuses where the head cannot have been the head of this household on the earlier days: who was, is for somebody to say.
fn had_its_head(
    conn: &mut Conn,
    now: &Now<'_, '_>,
    household_id: i64,
    founded: &Founding,
    from: Date,
) -> Result<(), OfficeError> {
    let head = founded.head_person_id;
    let days = Span::new(from, Some(founded.on));
    let refuse = |why: &str, what: &str| {
        Err(OfficeError::input(
            "国保世帯",
            &format!(
                "国保世帯{household_id}は{}の設定です。{}からの加入にはその日からの世帯主が要りますが、世帯主（宛名番号{head}）は{why}。{what}",
                wareki(founded.on),
                wareki(from)
            ),
        ))
    };
    let here = resident(conn, head, days)?;
    if !here {
        return refuse(
            "その間ここに住民登録がありません",
            "その間の世帯主で新しい国保世帯を設定して加入させ、この世帯へは世帯の変更で移してください",
        );
    }
    let mut elsewhere: BTreeSet<i64> = stays_of(conn, now, head)?
        .into_iter()
        .filter(|one| one.0 != household_id && meets(one.1, days))
        .map(|one| one.0)
        .collect();
    let headed = conn.query(&HEADED, &[head.into(), household_id.into()], |row| {
        row.int(0)
    })?;
    for other in headed {
        let led = heads_of(conn, other)?;
        let led = led.filter(|one| one.0 == head && meets(one.1, days));
        let led: Vec<Span> = led.map(|one| one.1).collect();
        let lived = stays_in(conn, now, other)?.into_iter();
        let mut lived = lived.filter(|one| meets(*one, days));
        if lived.any(|stay| led.iter().any(|led| meets(stay, *led))) {
            elsewhere.insert(other);
        }
    }
    match elsewhere.first() {
        Some(other) => refuse(
            &format!("その間は国保世帯{other}に属しています"),
            &format!("国保世帯{other}に加入させ、この世帯へは世帯の変更で移してください"),
        ),
        None => Ok(()),
    }
}

/// Heads of a household, by its events or, where there are none, as they were loaded.
fn heads_of(
    conn: &mut Conn,
    household_id: i64,
) -> Result<impl Iterator<Item = (i64, Span)> + use<>, OfficeError> {
    let folded = fold_of_household(conn, household_id)?.heads.into_iter();
    let mut all: Vec<(i64, Span)> = folded
        .map(|head| (head.head_person_id, Span::new(head.from, head.until)))
        .collect();
    if all.is_empty() {
        let loaded = timeline::<HouseholdHead>(conn, household_id, None)?;
        all.extend(
            loaded
                .iter()
                .map(|row| (row.fact.head_person_id, row.valid)),
        );
    }
    Ok(all.into_iter())
}

/// Whether nothing says that a person was not here: not born, removed from the register, a resident only since later, or no more on
/// record at all.
fn resident(conn: &mut Conn, person_id: i64, days: Span) -> Result<bool, OfficeError> {
    if birth_of(conn, person_id)? > days.from {
        return Ok(false);
    }
    let records = timeline::<Resident>(conn, person_id, None)?;
    let gone = |row: &crate::registry::Dated<Resident>| {
        row.fact.status == Status::Removed && meets(row.valid, days)
    };
    let came = |row: &crate::registry::Dated<Resident>| {
        let until = days.until.unwrap_or(days.from);
        let since = row.fact.resident_since;
        row.valid.holds(until) && since.is_some_and(|since| since > days.from)
    };
    Ok(!records.is_empty() && !records.iter().any(|row| gone(row) || came(row)))
}
