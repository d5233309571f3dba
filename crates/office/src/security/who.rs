//! 見ることができた職員 — who could see a person on a day, by the posts, permissions and rows that stood then, and who did.

use super::hours::begin;
use super::permission;
use super::permit::{Function, Permit, ReviewAccess, ViewHousehold, ViewLevy};
use super::post::{self, Holder};
use super::role::Role;
use super::rows::{self, Viewer};
use super::seat;
use super::setting::{self, Settings};
use crate::error::OfficeError;
use db::{Conn, Sql};
use law::Date;
use std::collections::{BTreeMap, BTreeSet};

const SUSPENDED: Sql = Sql {
    name: "who.suspended",
    text: "select note, kind, recorded_at from act where kind in ('staff.suspend', 'staff.resume') \
           and recorded_at < $1 order by act_id",
};
const CHANGES: Sql = Sql {
    name: "who.changes",
    text: "select distinct set_at from security_setting where set_at >= $1 and set_at < $2",
};
const EMERGENCIES: Sql = Sql {
    name: "who.emergencies",
    text: "select b.staff_id, b.role from break_glass b join break_glass_step t on t.use_id = b.use_id \
           and t.what = 'given' where t.at < $2 and t.until > $1 and not exists (select 1 from break_glass_step e \
           where e.use_id = b.use_id and e.what = 'ended' and e.at <= $1)",
};
const HOMES: Sql = Sql {
    name: "who.homes",
    text: "select household_id from insured_fact where subject = $1 union \
           select subject from household_fact where head_person_id = $1",
};
const LOOKS: Sql = Sql {
    name: "who.looks",
    text: "select staff_id, count(*) from access_log where subject = $1 and at >= $2 and at < $3 \
           and outcome = 'shown' group by staff_id",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[SUSPENDED, CHANGES, EMERGENCIES, HOMES, LOOKS];

/// Functions that show a person or a household.
const SHOWING: [&str; 2] = [ViewHousehold::CODE, ViewLevy::CODE];
const DAY: i64 = 86_400_000_000;

/// Somebody who could see the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Could {
    /// Identifier.
    pub staff_id: i64,
    /// 職員番号.
    pub login: String,
    /// 氏名.
    pub name: String,
    /// Their roles that day.
    pub roles: Vec<Role>,
    /// 所属する区.
    pub ward: String,
    /// Only by an emergency.
    pub by_emergency: bool,
    /// How often they looked that day.
    pub looks: i64,
}

/// Who could see a 宛名番号 or 世帯番号 on a day. A permission or a row that held for any part of the day counts.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn could_see(
    conn: &mut Conn,
    _permit: &Permit<ReviewAccess>,
    subject: i64,
    on: Date,
) -> Result<Vec<Could>, OfficeError> {
    let (from, until) = (begin(on), begin(on) + DAY);
    let away = away(conn, from, until)?;
    let mut emergencies: BTreeMap<i64, Vec<Role>> = BTreeMap::new();
    let given = conn.query(&EMERGENCIES, &[from.into(), until.into()], |row| {
        Ok((row.int(0)?, row.text(1)?))
    })?;
    for (staff_id, role) in given {
        emergencies
            .entry(staff_id)
            .or_default()
            .extend(Role::from_code(&role));
    }
    let versions = versions(conn, from, until)?;
    let looks = looks(conn, subject, from, until)?;
    let mut found = Vec::new();
    for holder in post::held(conn, on, until - 1)? {
        if away.contains(&holder.staff_id) {
            continue;
        }
        let own = could(conn, &versions, &holder, (subject, on), (from, until))?;
        let more = emergencies.remove(&holder.staff_id).unwrap_or_default();
        let by_emergency = !own && shows(&versions, &more, &holder.ward);
        if own || by_emergency {
            let mut roles = holder.roles;
            roles.extend(more);
            found.push(Could {
                staff_id: holder.staff_id,
                login: holder.login,
                name: holder.name,
                roles,
                ward: holder.ward,
                by_emergency,
                looks: looks.get(&holder.staff_id).copied().unwrap_or(0),
            });
        }
    }
    Ok(found)
}

/// The settings at the beginning of a day and after each change in it.
fn versions(conn: &mut Conn, from: i64, until: i64) -> Result<Vec<Settings>, OfficeError> {
    let mut moments = vec![from];
    moments.extend(conn.query(&CHANGES, &[from.into(), until.into()], |row| row.int(0))?);
    moments
        .into_iter()
        .map(|moment| setting::as_of(conn, moment))
        .collect()
}

fn shows(versions: &[Settings], roles: &[Role], ward: &str) -> bool {
    versions
        .iter()
        .flat_map(|settings| {
            let places = seat::places(ward);
            places
                .into_iter()
                .map(|place| permission::at_any_time(settings, roles, &place))
        })
        .any(|functions| SHOWING.iter().any(|code| functions.holds(code)))
}

fn could(
    conn: &mut Conn,
    versions: &[Settings],
    holder: &Holder,
    (subject, on): (i64, Date),
    day: (i64, i64),
) -> Result<bool, OfficeError> {
    // At whichever of their counters they sat.
    for place in seat::places(&holder.ward) {
        let viewer = Viewer {
            staff_id: holder.staff_id,
            roles: &holder.roles,
            ward: &place,
        };
        for settings in versions {
            if shows(std::slice::from_ref(settings), &holder.roles, &place)
                && rows::held(conn, settings, viewer, (subject, on), day)?
            {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Whose account was suspended for the whole day.
fn away(conn: &mut Conn, from: i64, until: i64) -> Result<BTreeSet<i64>, OfficeError> {
    let mut away = BTreeSet::new();
    let steps = conn.query(&SUSPENDED, &[until.into()], |row| {
        Ok((row.text(0)?, row.text(1)?, row.int(2)?))
    })?;
    for (note, kind, at) in steps {
        let Ok(staff_id) = note.parse::<i64>() else {
            continue;
        };
        if kind == "staff.resume" {
            away.remove(&staff_id);
        } else if at < from {
            away.insert(staff_id);
        }
    }
    Ok(away)
}

fn looks(
    conn: &mut Conn,
    subject: i64,
    from: i64,
    until: i64,
) -> Result<BTreeMap<i64, i64>, OfficeError> {
    let mut subjects: BTreeSet<i64> = rows::people_of(conn, subject)?.into_iter().collect();
    subjects.extend(conn.query(&HOMES, &[subject.into()], |row| row.int(0))?);
    let mut looks = BTreeMap::new();
    for one in subjects {
        let params = [one.into(), from.into(), until.into()];
        for (staff_id, number) in
            conn.query(&LOOKS, &params, |row| Ok((row.int(0)?, row.int(1)?)))?
        {
            *looks.entry(staff_id).or_insert(0) += number;
        }
    }
    Ok(looks)
}
