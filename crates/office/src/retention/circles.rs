//! 世帯のまとまり — eligibility is erased by circles: a household with everybody who was ever in it, and they with every
//! household they were ever in. What one of them still needs, all of them keep. A loss that was entered late is as old as its
//! entry.

use super::due::{Before, Due, Held};
use super::hold::Holds;
use crate::error::OfficeError;
use db::{Conn, Sql};
use std::collections::{BTreeMap, BTreeSet};

/// Who belongs to which household until when, and when that was written down: 1 insured, 2 特定同一世帯所属者, 3 the head,
/// 4 an event.
const LINKS: Sql = Sql {
    name: "retention.due.links",
    text: "select 1, subject, household_id, case when superseded_at is null then valid_until else coalesce(valid_until, \
           valid_from) end, coalesce(superseded_at, recorded_at) from insured_fact \
           union all select 2, subject, household_id, coalesce(valid_until, valid_from), coalesce(superseded_at, recorded_at) \
           from former_insured_fact \
           union all select 3, head_person_id, subject, case when superseded_at is null then valid_until else \
           coalesce(valid_until, valid_from) end, coalesce(superseded_at, recorded_at) from household_fact \
           union all select 4, person_id, household_id, occurred_on, recorded_at from eligibility_event where person_id is not null \
           and household_id is not null order by 1, 2, 3",
};
/// Households and persons of which something of another class is still kept or open.
const STILL_LEVIED: Sql = Sql {
    name: "retention.due.still_levied",
    text: "select household_id from levy_decision union select household_id from ledger union select household_id from notice",
};
const OPEN_WORK: Sql = Sql {
    name: "retention.due.open_work",
    text: "select person_id, household_id from work_item where state = 'open'",
};
const WAITING: Sql = Sql {
    name: "retention.due.waiting",
    text: "select case when layout = 'kss_person' then subject end, case when layout = 'kss_person' then null else subject end \
           from outbox_message where state in ('waiting', 'sent', 'refused')",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[LINKS, STILL_LEVIED, OPEN_WORK, WAITING];

/// Persons and households that belong together: a household goes with everybody who was ever in it, and they with every
/// household they were ever in, or none of them.
#[derive(Default)]
struct Circles {
    /// The circle of a person (0, id) or household (1, id): its first member.
    parent: BTreeMap<(u8, i64), (u8, i64)>,
}

impl Circles {
    fn first(&mut self, of: (u8, i64)) -> (u8, i64) {
        let mut at = of;
        while let Some(above) = self.parent.get(&at).copied().filter(|above| *above != at) {
            at = above;
        }
        self.parent.insert(of, at);
        self.parent.entry(at).or_insert(at);
        at
    }

    fn join(&mut self, one: (u8, i64), other: (u8, i64)) {
        let (one, other) = (self.first(one), self.first(other));
        self.parent.insert(one.max(other), one.min(other));
    }
}

/// When the last of a household's insured lost it; what the head's own record says where nobody was insured.
#[derive(Default)]
struct Closing {
    insured: bool,
    insured_until: Option<Option<law::Date>>,
    others_until: Option<Option<law::Date>>,
    /// When the last of it was written down.
    recorded_at: i64,
}

fn later(known: &mut Option<Option<law::Date>>, next: Option<law::Date>) {
    *known = Some(match (*known, next) {
        (None, next) => next,
        (Some(None), _) | (Some(_), None) => None,
        (Some(Some(known)), Some(next)) => Some(known.max(next)),
    });
}

/// 資格: every circle whose last eligibility ended before the day, and of which nothing else is kept or open.
pub(super) fn eligibility(
    conn: &mut Conn,
    before: Before,
    holds: &Holds,
    due: &mut Due,
) -> Result<(), OfficeError> {
    let links = conn.query(&LINKS, &[], |row| {
        let link = (row.int(0)?, row.int(1)?, row.int(2)?);
        Ok((link, row.opt_date(3)?, row.int(4)?))
    })?;
    let mut circles = Circles::default();
    let mut closings: BTreeMap<i64, Closing> = BTreeMap::new();
    for ((kind, person, household), until, recorded_at) in links {
        circles.join((0, person), (1, household));
        let closing = closings.entry(household).or_default();
        closing.recorded_at = closing.recorded_at.max(recorded_at);
        if kind == 1 {
            closing.insured = true;
            later(&mut closing.insured_until, until);
        } else {
            later(&mut closing.others_until, until);
        }
    }
    let mut kept: BTreeMap<(u8, i64), Held> = BTreeMap::new();
    let mut young = BTreeSet::new();
    for (household, closing) in &closings {
        let until = if closing.insured {
            closing.insured_until
        } else {
            closing.others_until
        };
        // `valid_until` is the day of the loss itself.
        let ended = matches!(until, Some(Some(until)) if until < before.day);
        if !ended || closing.recorded_at >= before.moment {
            young.insert(circles.first((1, *household)));
        }
    }
    for household in conn.query(&STILL_LEVIED, &[], |row| row.int(0))? {
        kept.insert(circles.first((1, household)), Held::Needed);
    }
    for sql in [&OPEN_WORK, &WAITING] {
        let rows = conn.query(sql, &[], |row| Ok((row.opt_int(0)?, row.opt_int(1)?)))?;
        for (person, household) in rows {
            let members = [person.map(|id| (0, id)), household.map(|id| (1, id))];
            for member in members.into_iter().flatten() {
                kept.insert(circles.first(member), Held::Needed);
            }
        }
    }
    let members = holds.persons.iter().map(|id| (0, *id));
    for member in members.chain(holds.households.iter().map(|id| (1, *id))) {
        kept.insert(circles.first(member), Held::Hold);
    }
    let all: Vec<(u8, i64)> = circles.parent.keys().copied().collect();
    let recorded: BTreeSet<(u8, i64)> = closings
        .keys()
        .map(|household| circles.first((1, *household)))
        .collect();
    for member in all {
        let circle = circles.first(member);
        // Somebody who is only named in a hold or a matter has no eligibility to erase.
        if young.contains(&circle) || !recorded.contains(&circle) {
            continue;
        }
        let held = kept.get(&circle).copied();
        let (side, id) = member;
        let (anchor, code) = if side == 0 {
            ("insured", 1)
        } else {
            ("insured_household", 2)
        };
        due.take(anchor, (id, 0), held);
        if held.is_none() {
            due.take("insured_message", (id, code), None);
        }
    }
    Ok(())
}
