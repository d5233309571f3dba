//! 12月31日の世帯 — the children of another 国保世帯 that somebody of 70 and over headed on a 31 December.
//!
//! 根拠: 国民健康保険法施行令 第27条の2第1項

use super::load::{LoadedHousehold, Stretch, of_stretch};
use crate::error::OfficeError;
use db::{Conn, Sql};
use law::date::age_on;
use law::judgement::{HeadedElsewhere, PersonFacts, seventy_from};
use law::{Date, day};
use std::collections::BTreeMap;

const HEADED: Sql = Sql {
    name: "judgement.elsewhere.headed",
    text: "select h.head_person_id, h.subject, h.valid_from, h.valid_until from household_fact h \
           where h.head_person_id in (select subject from insured_fact where household_id >= $1 and household_id < $2) \
           and not (h.subject >= $1 and h.subject < $2) \
           and h.recorded_at <= $3 and (h.superseded_at is null or h.superseded_at > $3) \
           and h.valid_from <= $5 and (h.valid_until is null or h.valid_until > $4) \
           order by h.head_person_id, h.subject, h.valid_from",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[HEADED];

/// Of whom a household was, and when.
struct Headed {
    household_id: i64,
    from: Date,
    until: Option<Date>,
}

/// Gives every household what its elders headed elsewhere on the last day of the years read.
pub(super) fn attach(
    conn: &mut Conn,
    stretch: &Stretch,
    all: &mut [LoadedHousehold],
) -> Result<(), OfficeError> {
    let ends: Vec<Date> = (stretch.first_year.0..=stretch.last_year.0)
        .map(|year| day(year - 1, 12, 31))
        .collect();
    let (Some(first), Some(last)) = (ends.first(), ends.last()) else {
        return Ok(());
    };
    let mut headed: BTreeMap<i64, Vec<Headed>> = BTreeMap::new();
    let params = [
        stretch.from.into(),
        stretch.until.into(),
        stretch.known_at.into(),
        (*first).into(),
        (*last).into(),
    ];
    conn.for_each::<OfficeError>(&HEADED, &params, |row| {
        let one = Headed {
            household_id: row.int(1)?,
            from: row.date(2)?,
            until: row.opt_date(3)?,
        };
        headed.entry(row.int(0)?).or_default().push(one);
        Ok(())
    })?;
    for household in &*all {
        for span in &household.facts.heads {
            let Some(person) = household.person_ids.get(span.person) else {
                continue;
            };
            headed.entry(*person).or_default().push(Headed {
                household_id: household.household_id,
                from: span.from,
                until: span.until,
            });
        }
    }
    let mut found = Vec::new();
    for (at, household) in all.iter().enumerate() {
        for (index, person) in household.person_ids.iter().enumerate() {
            let elder = household.facts.people.get(index);
            if elder.is_none_or(|one| seventy_from(one.birth_on) > stretch.last_year.end()) {
                continue;
            }
            let theirs = headed.get(person).map_or(&[][..], Vec::as_slice);
            let others = theirs
                .iter()
                .filter(|one| one.household_id != household.household_id);
            for one in others {
                for on in &ends {
                    let held = one.from <= *on && one.until.is_none_or(|until| *on < until);
                    if held {
                        found.push((at, index, one.household_id, *on));
                    }
                }
            }
        }
    }
    for (at, person, household_id, on) in found {
        let people = children(conn, stretch, all, (household_id, on))?;
        if people.is_empty() {
            continue;
        }
        if let Some(household) = all.get_mut(at) {
            let one = HeadedElsewhere { person, on, people };
            household.facts.headed_elsewhere.push(one);
        }
    }
    Ok(())
}

/// The insured under 19 of a household on a 31 December.
fn children(
    conn: &mut Conn,
    stretch: &Stretch,
    all: &[LoadedHousehold],
    (household_id, on): (i64, Date),
) -> Result<Vec<PersonFacts>, OfficeError> {
    let near = all.iter().find(|one| one.household_id == household_id);
    let mut people = match near {
        Some(one) => one.facts.people.clone(),
        None => {
            let alone = Stretch {
                from: household_id,
                until: household_id + 1,
                ..*stretch
            };
            let loaded = of_stretch(conn, &alone)?;
            loaded
                .into_iter()
                .flat_map(|one| one.facts.people)
                .collect()
        }
    };
    people.retain(|one| one.birth_on <= on && one.insured_on(on) && age_on(one.birth_on, on) < 19);
    Ok(people)
}
