//! What the published items are read from: the facts of one person as they stand on a day.

use super::detail::{Detail, item};
use super::fact::{Dated, timeline};
use super::insurance::{HouseholdHead, InsuredSpan};
use super::nonresident::NonResident;
use super::person::{Resident, Sex};
use super::{contact, destination};
use crate::error::OfficeError;
use db::{Conn, Sql};
use law::Date;
use law::registry::Items;

const ACTS: Sql = Sql {
    name: "registry.items.acts",
    text: "select min(a.business_date), max(a.business_date), max(a.act_id) from act a where a.act_id in (\
           select act_id from resident_fact where subject = $1 \
           union select superseded_by_act from resident_fact where subject = $1)",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[ACTS];

/// What is known of a person on a day.
pub(super) struct Known {
    pub(super) person_id: i64,
    pub(super) on: Date,
    pub(super) resident: Resident,
    pub(super) detail: Detail,
    pub(super) record: Items,
    pub(super) moved_on: Date,
    pub(super) before: Option<(Resident, Items)>,
    pub(super) acts: (String, String, i64),
    pub(super) insured: Option<Dated<InsuredSpan>>,
    pub(super) head: Option<(HouseholdHead, String)>,
    pub(super) terms: Option<Dated<NonResident>>,
    pub(super) destinations: String,
    pub(super) contacts: String,
}

pub(super) fn known(
    conn: &mut Conn,
    person_id: i64,
    on: Date,
) -> Result<Option<Known>, OfficeError> {
    let residents = timeline::<Resident>(conn, person_id, None)?;
    let details = timeline::<Detail>(conn, person_id, None)?;
    let Some(place) = residents.iter().rposition(|fact| fact.valid.from <= on) else {
        return Ok(None);
    };
    let Some(now) = residents.get(place) else {
        return Ok(None);
    };
    let detail_on = |day: Date| {
        details
            .iter()
            .rfind(|fact| fact.valid.from <= day)
            .map(|fact| fact.fact.clone())
            .unwrap_or_default()
    };
    let detail = detail_on(on);
    let before = residents
        .iter()
        .take(place)
        .rfind(|fact| fact.fact.address != now.fact.address)
        .map(|fact| {
            let record = detail_on(fact.valid.from).record(&fact.fact);
            (fact.fact.clone(), record)
        });
    let acts = conn.query_one(&ACTS, &[person_id.into()], |row| {
        Ok((row.text(0)?, row.text(1)?, row.int(2)?))
    })?;
    let insured = timeline::<InsuredSpan>(conn, person_id, None)?
        .into_iter()
        .rfind(|fact| fact.valid.from <= on);
    let head = match &insured {
        Some(span) => head_of(conn, span.fact.household_id, on)?,
        None => None,
    };
    let terms = timeline::<NonResident>(conn, person_id, None)?
        .into_iter()
        .rfind(|fact| fact.valid.from <= on);
    let moved = details.iter().rfind(|fact| fact.valid.from <= on);
    Ok(Some(Known {
        person_id,
        on,
        record: detail.record(&now.fact),
        moved_on: moved.map_or(now.valid.from, |fact| fact.valid.from),
        resident: now.fact.clone(),
        detail,
        before,
        acts,
        insured,
        head,
        terms,
        destinations: destinations(conn, person_id, on)?,
        contacts: contacts(conn, person_id, on)?,
    }))
}

fn head_of(
    conn: &mut Conn,
    household_id: i64,
    on: Date,
) -> Result<Option<(HouseholdHead, String)>, OfficeError> {
    let heads = timeline::<HouseholdHead>(conn, household_id, None)?;
    let Some(head) = heads.into_iter().rfind(|fact| fact.valid.from <= on) else {
        return Ok(None);
    };
    let people = timeline::<Resident>(conn, head.fact.head_person_id, None)?;
    let name = people
        .into_iter()
        .rfind(|fact| fact.valid.from <= on)
        .map(|fact| fact.fact.name)
        .unwrap_or_default();
    Ok(Some((head.fact, name)))
}

/// Every 送付先 with its days, its code, and when it was set and changed.
fn destinations(conn: &mut Conn, person_id: i64, on: Date) -> Result<String, OfficeError> {
    let found = destination::list(conn, person_id, None)?;
    let lines = found.iter().flat_map(|filled| {
        filled.facts.iter().map(|fact| {
            let one = &fact.fact;
            let end = fact.valid.until.map(law::date::previous_day);
            joined(&[
                one.address.clone() + &one.building,
                one.postal_code.clone(),
                one.address_code.clone(),
                fact.valid.from.to_string(),
                day(end),
                one.addressee.clone(),
                if fact.valid.holds(on) { "有効" } else { "" }.to_owned(),
            ])
        })
    });
    Ok(lines.collect::<Vec<_>>().join("／"))
}

fn contacts(conn: &mut Conn, person_id: i64, on: Date) -> Result<String, OfficeError> {
    let found = contact::list(conn, person_id, None)?;
    let standing = found
        .iter()
        .flat_map(|filled| &filled.facts)
        .filter(|fact| fact.valid.holds(on));
    Ok(standing
        .map(|fact| fact.fact.contact.clone())
        .collect::<Vec<_>>()
        .join("・"))
}

pub(super) fn day(day: Option<Date>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

/// Parts of one item; empty ones keep their place.
pub(super) fn joined(parts: &[String]) -> String {
    if parts.iter().all(String::is_empty) {
        String::new()
    } else {
        parts.join("・")
    }
}

impl Known {
    pub(super) fn item(&self, name: &str) -> String {
        item(&self.record, name).to_owned()
    }

    /// 前住所: what stood before here, else where the person came from.
    pub(super) fn before(&self) -> [String; 3] {
        if let Some((resident, record)) = &self.before {
            let code = item(record, "city_code").to_owned() + item(record, "town_code");
            let address = resident.address.clone() + &resident.building;
            return [address, resident.postal_code.clone(), code];
        }
        for group in ["within", "before"] {
            let parts = ["prefecture", "city", "town", "lot", "building", "abroad"];
            let address: String = parts
                .iter()
                .map(|part| self.item(&format!("{group}_{part}")))
                .collect();
            if !address.is_empty() {
                let code = self.item(&format!("{group}_city_code"))
                    + &self.item(&format!("{group}_town_code"));
                return [address, self.item(&format!("{group}_postal_code")), code];
            }
        }
        Default::default()
    }

    pub(super) fn number(&self) -> String {
        let Some((head, _)) = &self.head else {
            return String::new();
        };
        let branch = self.insured.as_ref().map_or(0, |span| span.fact.branch);
        format!("{} {} {branch:02}", head.symbol, head.number)
    }

    pub(super) fn age(&self) -> String {
        law::date::age_on(self.resident.birth_on, self.on).to_string()
    }

    pub(super) fn sex(&self) -> String {
        let told = self.item("sex_text");
        let name = match self.resident.sex {
            Sex::Male => "男",
            Sex::Female => "女",
            Sex::Unknown => "不明",
        };
        if told.is_empty() {
            name.to_owned()
        } else {
            told
        }
    }

    pub(super) fn relationship(&self) -> String {
        let told = self.item("relationship_text");
        if told.is_empty() {
            self.resident.relationship.clone()
        } else {
            told
        }
    }

    pub(super) fn birth(&self) -> String {
        let told = self.item("birth_on_unknown_text");
        if told.is_empty() {
            self.resident.birth_on.to_string()
        } else {
            told
        }
    }

    pub(super) fn span(&self, pick: impl Fn(&Dated<InsuredSpan>) -> String) -> String {
        self.insured.as_ref().map(pick).unwrap_or_default()
    }
}
