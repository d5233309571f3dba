//! 証の事実を読む — the households of a stretch of numbers as of a day, as known at a moment, in a few statements.

use super::classes;
use super::fact::{Card, Sanction, Setting};
use super::previous;
use super::view::{Head, Household, Member, Person, Stay};
use crate::eligibility::status::circumstances;
use crate::error::OfficeError;
use crate::registry::fact::Values;
use crate::registry::hidden;
use db::{Conn, Row, Sql, StoreError, Value};
use law::certificate::Judged;
use law::{Date, Span};
use std::collections::BTreeMap;

/// Nothing is known after this: what stands now.
pub const NOW: i64 = i64::MAX;

/// 転入, of the codes of 国保資格取得事由: from another prefecture or from within this one.
const MOVED_IN: &str = "01";

const HEADS: Sql = Sql {
    name: "certificate.load.heads",
    text: "select subject, head_person_id, symbol, number, valid_from, valid_until from household_fact \
           where subject >= $1 and subject < $2 and recorded_at <= $3 and (superseded_at is null or superseded_at > $3) \
           order by subject, valid_from",
};
const SPANS: Sql = Sql {
    name: "certificate.load.spans",
    text: "select subject, household_id, branch, valid_from, valid_until, gain_cause, gained_on from insured_fact \
           where subject in (select subject from insured_fact where household_id >= $1 and household_id < $2) \
           and recorded_at <= $3 and (superseded_at is null or superseded_at > $3) order by subject, valid_from",
};
const PREFECTURE: Sql = Sql {
    name: "certificate.load.prefecture",
    text: "select subject, valid_from, valid_until, since_known from prefecture_fact \
           where subject in (select subject from insured_fact where household_id >= $1 and household_id < $2) \
           and recorded_at <= $3 and (superseded_at is null or superseded_at > $3) order by subject, valid_from",
};
const PERSONS: Sql = Sql {
    name: "certificate.load.persons",
    text: "select subject, valid_from, valid_until, name, kana, latin_name, alias, birth_on, sex, postal_code, address, \
           building from resident_fact \
           where subject in (select subject from insured_fact where household_id >= $1 and household_id < $2 \
           union select head_person_id from household_fact where subject >= $1 and subject < $2) \
           and recorded_at <= $3 and (superseded_at is null or superseded_at > $3) order by subject, valid_from",
};
/// 支援措置 on a day or later, as known at the moment: those whose own it is, and all whose papers it keeps back.
const WITHHELD: Sql = Sql {
    name: "certificate.load.withheld",
    text: concat!(
        "with ",
        hidden::touched!("$2", "$1"),
        " select person_id, cast(case when person_id in (select person_id from known) then 1 else 0 end as bigint) \
         from touched"
    ),
};
const CARDS: Sql = Sql {
    name: "certificate.load.cards",
    text: "select subject, linked, as_of, source from card_fact \
           where subject in (select subject from insured_fact where household_id >= $1 and household_id < $2) \
           and recorded_at <= $3 and (superseded_at is null or superseded_at > $3) \
           and valid_from <= $4 and (valid_until is null or valid_until > $4) order by subject",
};
const SETTINGS: Sql = Sql {
    name: "certificate.load.settings",
    text: "select subject, confirmation_asked, card_blocked, nondisclosure, special_exempt, name_choice, alias_kana, \
           sex_on_back, send_apart from certificate_setting_fact \
           where subject in (select subject from insured_fact where household_id >= $1 and household_id < $2 \
           union select head_person_id from household_fact where subject >= $1 and subject < $2) \
           and recorded_at <= $3 and (superseded_at is null or superseded_at > $3) \
           and valid_from <= $4 and (valid_until is null or valid_until > $4) order by subject",
};
const SANCTIONS: Sql = Sql {
    name: "certificate.load.sanctions",
    text: "select subject, valid_from, kind, noticed_on, answer_until, circumstance, ground from sanction_fact \
           where subject >= $1 and subject < $2 and recorded_at <= $3 and (superseded_at is null or superseded_at > $3) \
           and valid_from <= $4 and (valid_until is null or valid_until > $4) order by subject",
};
/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[
    HEADS, SPANS, PREFECTURE, PERSONS, WITHHELD, CARDS, SETTINGS, SANCTIONS,
];

/// The households `from..until` that exist, as of `on`, as known at `known_at`.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn households(
    conn: &mut Conn,
    (from, until): (i64, i64),
    on: Date,
    known_at: i64,
) -> Result<Vec<Household>, OfficeError> {
    let range = [from.into(), until.into(), known_at.into()];
    let dated = [from.into(), until.into(), known_at.into(), on.into()];
    let persons = persons(conn, &range, on)?;
    let classes = classes::standing(conn, (from, until), on, known_at)?;
    let mut members = members(conn, &range, (from, until), &persons)?;
    let span = |row: &Row| {
        let span = Span {
            from: row.date(1)?,
            until: row.opt_date(2)?,
        };
        Ok((row.int(0)?, (span, row.int(3)? != 0)))
    };
    for (person, held) in conn.query(&PREFECTURE, &range, span)? {
        if let Some(member) = members.get_mut(&person) {
            member.prefecture.push(held);
        }
    }
    for (person, card) in keyed::<Card>(conn, &CARDS, &dated)? {
        if let Some(member) = members.get_mut(&person) {
            member.card = Some(card);
        }
    }
    let settings: BTreeMap<i64, Setting> = keyed(conn, &SETTINGS, &dated)?.into_iter().collect();
    for (person, setting) in &settings {
        if let Some(member) = members.get_mut(person) {
            member.setting = setting.clone();
        }
    }
    for (person, days) in super::hold::of_members(conn, (from, until), known_at)? {
        if let Some(member) = members.get_mut(&person) {
            member.not_found = days;
        }
    }
    for (person, stay) in super::stay::stays(conn, (from, until), on, known_at)? {
        if let Some(member) = members.get_mut(&person) {
            member.stay = stay;
        }
    }
    let people: Vec<i64> = members.keys().copied().collect();
    for (person, papers) in previous::of(conn, &people, on)? {
        if let Some(member) = members.get_mut(&person) {
            member.previous = papers;
        }
    }
    let mut heads = heads(conn, &range, on)?;
    for (household, sanction) in conn.query(&SANCTIONS, &dated, read_sanction)? {
        if let Some(found) = heads.get_mut(&household) {
            found.sanction = Some(sanction);
        }
    }
    // What was notified before a measure began, or accepted at any time, keeps its paper back.
    for waits in circumstances::waiting(conn, (from, until), on, known_at)? {
        let found = heads.get_mut(&waits.household_id);
        if let Some((begins, sanction)) = found.and_then(|found| found.sanction.as_mut()) {
            sanction.circumstance |= waits.accepted || waits.since < *begins;
        }
    }
    let elsewhere = super::stay::elsewhere(conn, (from, until), on, known_at)?;
    let mut found = assemble(heads, members, &persons);
    for household in &mut found {
        let home = household.household_id;
        household.elsewhere = elsewhere.get(&household.head.person_id).cloned();
        let chosen = settings.get(&household.head.person_id);
        household.head_setting = chosen.cloned().unwrap_or_default();
        for member in &mut household.members {
            member.elsewhere = elsewhere.get(&member.person_id).cloned();
        }
        classes.put(home, &mut household.members, on);
    }
    Ok(found)
}

/// Ratio and class of the members of a household on another day than the one it was loaded for.
///
/// # Errors
/// [`OfficeError::Store`].
pub(super) fn judged_on(
    conn: &mut Conn,
    household: &mut Household,
    on: Date,
    known_at: i64,
) -> Result<(), OfficeError> {
    let home = household.household_id;
    let classes = classes::standing(conn, (home, home + 1), on, known_at)?;
    classes.put(home, &mut household.members, on);
    Ok(())
}

/// One household.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn household(
    conn: &mut Conn,
    household_id: i64,
    on: Date,
    known_at: i64,
) -> Result<Option<Household>, OfficeError> {
    let found = households(conn, (household_id, household_id + 1), on, known_at)?;
    Ok(found.into_iter().next())
}

fn assemble(
    heads: BTreeMap<i64, Household>,
    members: BTreeMap<i64, Member>,
    persons: &BTreeMap<i64, Person>,
) -> Vec<Household> {
    let mut households = heads;
    for member in members.into_values() {
        let mut homes: Vec<i64> = member.spans.iter().map(|span| span.household_id).collect();
        homes.sort_unstable();
        homes.dedup();
        let [leading @ .., last] = homes.as_slice() else {
            continue;
        };
        for home in leading {
            if let Some(household) = households.get_mut(home) {
                household.members.push(member.clone());
            }
        }
        let last = *last;
        if let Some(household) = households.get_mut(&last) {
            household.members.push(member);
        }
    }
    for household in households.values_mut() {
        household.head_person = persons.get(&household.head.person_id).cloned();
    }
    households.into_values().collect()
}

fn heads(
    conn: &mut Conn,
    range: &[Value],
    on: Date,
) -> Result<BTreeMap<i64, Household>, OfficeError> {
    let rows = conn.query(&HEADS, range, |row| {
        let head = Head {
            person_id: row.int(1)?,
            symbol: row.text(2)?,
            number: row.text(3)?,
        };
        Ok((row.int(0)?, head, row.date(4)?, row.opt_date(5)?))
    })?;
    let mut found: BTreeMap<i64, Household> = BTreeMap::new();
    for (household_id, head, from, until) in rows {
        // The head of the day, or the last one before it where the household has ended.
        if from > on && found.contains_key(&household_id) {
            continue;
        }
        let held = found.get(&household_id).is_some_and(|one| one.headed);
        if held {
            continue;
        }
        found.insert(
            household_id,
            Household {
                household_id,
                head,
                headed: from <= on && until.is_none_or(|until| on < until),
                head_person: None,
                head_setting: Setting::default(),
                elsewhere: None,
                sanction: None,
                members: Vec::new(),
            },
        );
    }
    Ok(found)
}

fn members(
    conn: &mut Conn,
    range: &[Value],
    (from, until): (i64, i64),
    persons: &BTreeMap<i64, Person>,
) -> Result<BTreeMap<i64, Member>, OfficeError> {
    let rows = conn.query(&SPANS, range, |row| {
        let span = super::view::MemberSpan {
            household_id: row.int(1)?,
            branch: row.int(2)?,
            span: Span {
                from: row.date(3)?,
                until: row.opt_date(4)?,
            },
            moved_in: row.text(5)? == MOVED_IN,
            gained_on: row.opt_date(6)?,
        };
        Ok((row.int(0)?, span))
    })?;
    let mut members: BTreeMap<i64, Member> = BTreeMap::new();
    for (person_id, span) in rows {
        let Some(person) = persons.get(&person_id) else {
            continue;
        };
        let member = members.entry(person_id).or_insert_with(|| Member {
            person_id,
            person: person.clone(),
            spans: Vec::new(),
            prefecture: Vec::new(),
            card: None,
            setting: Setting::default(),
            elsewhere: None,
            not_found: Vec::new(),
            stay: Stay::default(),
            ratio: Judged::None,
            class: Judged::None,
            class_until: None,
            previous: Vec::new(),
        });
        member.spans.push(span);
    }
    members.retain(|_, member| {
        let homes = member.spans.iter();
        homes
            .map(|span| span.household_id)
            .any(|home| (from..until).contains(&home))
    });
    Ok(members)
}

fn persons(
    conn: &mut Conn,
    range: &[Value],
    on: Date,
) -> Result<BTreeMap<i64, Person>, OfficeError> {
    let rows = conn.query(&PERSONS, range, |row| {
        let person = Person {
            name: row.text(3)?,
            kana: row.text(4)?,
            latin: row.opt_text(5)?,
            alias: row.opt_text(6)?,
            birth_on: row.date(7)?,
            sex: row.int(8)?,
            postal_code: row.text(9)?,
            address: row.text(10)?,
            building: row.text(11)?,
            withheld: false,
            concerned: false,
        };
        Ok((row.int(0)?, row.date(1)?, person))
    })?;
    let mut found = BTreeMap::new();
    for (person_id, from, person) in rows {
        // The record of the day, or the last before it; where all lie ahead, the first.
        if from <= on || !found.contains_key(&person_id) {
            found.insert(person_id, person);
        }
    }
    let known_at = range.get(2).cloned().unwrap_or(Value::Int(NOW));
    let flagged = |row: &Row| Ok((row.int(0)?, row.flag(1)?));
    for (person_id, own) in conn.query(&WITHHELD, &[known_at, on.into()], flagged)? {
        if let Some(person) = found.get_mut(&person_id) {
            person.withheld = own;
            person.concerned = true;
        }
    }
    Ok(found)
}

/// Facts of a kind by subject: the subject, then the kind's own columns.
fn keyed<F: crate::registry::fact::Kind>(
    conn: &mut Conn,
    sql: &Sql,
    params: &[Value],
) -> Result<Vec<(i64, F)>, OfficeError> {
    Ok(conn.query(sql, params, |row| Ok((row.int(0)?, read_own::<F>(row, 1)?)))?)
}

fn read_own<F: crate::registry::fact::Kind>(row: &Row, skip: usize) -> Result<F, StoreError> {
    let values: Vec<Value> = (skip..row.width())
        .map(|column| row.value(column))
        .collect::<Result<_, _>>()?;
    F::read(&mut Values::of(F::TABLE.name, &values))
}

fn read_sanction(row: &Row) -> Result<(i64, (Date, Sanction)), StoreError> {
    Ok((row.int(0)?, (row.date(1)?, read_own::<Sanction>(row, 2)?)))
}
