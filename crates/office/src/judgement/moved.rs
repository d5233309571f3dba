//! 世帯変更 — members of 70 and over who came within a month from another household here, with the household whose verdict
//! holds for them to the end of that month; and the households that a household's verdict reaches in this way.
//!
//! 根拠: 国民健康保険法 第42条第1項第4号

use super::elsewhere;
use super::load::{LoadedHousehold, Stretch, of_stretch};
use crate::error::OfficeError;
use db::{Conn, Sql};
use law::Date;
use law::judgement::{HouseholdFacts, MovedIn, PersonFacts, benefit_year_start, seventy_from};
use std::collections::BTreeMap;

const MOVED: Sql = Sql {
    name: "judgement.moved.in",
    text: "select i.household_id, i.subject, i.valid_from from insured_fact i \
           join insured_fact b on b.subject = i.subject and b.valid_until = i.valid_from \
           and b.household_id <> i.household_id \
           where i.household_id >= $1 and i.household_id < $2 \
           and i.recorded_at <= $3 and (i.superseded_at is null or i.superseded_at > $3) \
           and b.recorded_at <= $3 and (b.superseded_at is null or b.superseded_at > $3) \
           and i.valid_from >= $4 and i.valid_from < $5 order by i.household_id, i.valid_from, i.subject",
};
const SPANS: Sql = Sql {
    name: "judgement.moved.spans",
    text: "select household_id, valid_from, valid_until from insured_fact \
           where subject = $1 and valid_until is not null \
           and recorded_at <= $2 and (superseded_at is null or superseded_at > $2) order by valid_from",
};
/// Where those who left a household went on in the month in which they left it.
const REACHED: Sql = Sql {
    name: "judgement.moved.reached",
    text: "select distinct m.household_id from insured_fact b join insured_fact m on m.subject = b.subject \
           and m.household_id <> b.household_id and m.valid_from >= b.valid_until \
           and substr(m.valid_from, 1, 7) = substr(b.valid_until, 1, 7) \
           where b.household_id = $1 and b.valid_until > $2 \
           and b.superseded_at is null and m.superseded_at is null order by m.household_id",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[MOVED, SPANS, REACHED];

/// Gives every household the former households of its elders who came within a month.
pub(super) fn attach(
    conn: &mut Conn,
    stretch: &Stretch,
    mut all: Vec<LoadedHousehold>,
) -> Result<Vec<LoadedHousehold>, OfficeError> {
    let params = [
        stretch.from.into(),
        stretch.until.into(),
        stretch.known_at.into(),
        benefit_year_start(stretch.first_year.0).into(),
        benefit_year_start(stretch.last_year.0 + 1).into(),
    ];
    let moves = conn.query(&MOVED, &params, |row| {
        Ok((row.int(0)?, row.int(1)?, row.date(2)?))
    })?;
    let mut former: BTreeMap<i64, Vec<Former>> = BTreeMap::new();
    for (household_id, person_id, on) in moves {
        let place = all.binary_search_by_key(&household_id, |one| one.household_id);
        let Some(household) = place.ok().and_then(|place| all.get(place)) else {
            continue;
        };
        let birth_on = household
            .person_ids
            .iter()
            .position(|id| *id == person_id)
            .and_then(|person| Some(household.facts.people.get(person)?.birth_on));
        let month = on.first_of_month();
        if on == month || birth_on.is_none_or(|birth_on| seventy_from(birth_on) > month) {
            continue;
        }
        if let Some(one) = former_of(conn, stretch, person_id, on)? {
            former.entry(household_id).or_default().push(one);
        }
    }
    for household in &mut all {
        if let Some(former) = former.remove(&household.household_id) {
            put(household, &former);
        }
    }
    Ok(all)
}

/// From where somebody came.
struct Former {
    person_id: i64,
    on: Date,
    stood_on: Date,
    household: LoadedHousehold,
}

/// The household in which a person stood on the first of the month of a 世帯変更, or joined the insurance within it.
fn former_of(
    conn: &mut Conn,
    stretch: &Stretch,
    person_id: i64,
    on: Date,
) -> Result<Option<Former>, OfficeError> {
    let params = [person_id.into(), stretch.known_at.into()];
    let spans = conn.query(&SPANS, &params, |row| {
        Ok((row.int(0)?, row.date(1)?, row.opt_date(2)?))
    })?;
    let month = on.first_of_month();
    let (mut stood_on, mut home) = (on, None);
    while stood_on > month {
        let Some(before) = spans.iter().find(|one| one.2 == Some(stood_on)) else {
            break;
        };
        (stood_on, home) = (before.1.max(month), Some(before.0));
    }
    let Some(home) = home else { return Ok(None) };
    let alone = Stretch {
        from: home,
        until: home + 1,
        ..*stretch
    };
    let mut loaded = of_stretch(conn, &alone)?;
    elsewhere::attach(conn, &alone, &mut loaded)?;
    Ok(loaded.pop().map(|household| Former {
        person_id,
        on,
        stood_on,
        household,
    }))
}

/// Puts former households beside a household: everyone of them stands among its people, without a span in it.
fn put(household: &mut LoadedHousehold, former: &[Former]) {
    let mut others: BTreeMap<i64, Date> = BTreeMap::new();
    for one in former {
        let people = one.household.facts.people.iter();
        for (id, person) in one.household.person_ids.iter().zip(people) {
            if !household.person_ids.contains(id) {
                others.insert(*id, person.birth_on);
            }
        }
    }
    for (id, birth_on) in others {
        household.person_ids.push(id);
        household.facts.people.push(PersonFacts::born(birth_on));
    }
    for one in former {
        let place = |id: i64| household.person_ids.iter().position(|known| *known == id);
        let (Some(person), Some(there)) = (place(one.person_id), in_order(household, one)) else {
            continue;
        };
        household.facts.moved_in.push(MovedIn {
            person,
            on: one.on,
            stood_on: one.stood_on,
            household: there,
        });
    }
}

/// The facts of a former household with its people in the order of those of another one.
fn in_order(household: &LoadedHousehold, former: &Former) -> Option<HouseholdFacts> {
    let there = &former.household;
    let here = |place: usize| {
        let id = there.person_ids.get(place)?;
        household.person_ids.iter().position(|known| known == id)
    };
    let mut facts = there.facts.clone();
    facts.people = household
        .person_ids
        .iter()
        .zip(&household.facts.people)
        .map(|(id, person)| {
            let known = there.person_ids.iter().position(|known| known == id);
            known
                .and_then(|place| there.facts.people.get(place))
                .map_or_else(|| PersonFacts::born(person.birth_on), Clone::clone)
        })
        .collect();
    for head in &mut facts.heads {
        head.person = here(head.person)?;
    }
    for one in &mut facts.headed_elsewhere {
        one.person = here(one.person)?;
    }
    Some(facts)
}

/// The other households into which the verdict of a household reaches: somebody left it on a day or later, and went on within
/// the month.
///
/// # Errors
/// [`OfficeError::Store`].
pub(super) fn reached(
    conn: &mut Conn,
    household_id: i64,
    from: Date,
) -> Result<Vec<i64>, OfficeError> {
    let params = [household_id.into(), from.into()];
    Ok(conn.query(&REACHED, &params, |row| row.int(0))?)
}
