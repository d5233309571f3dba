//! 住所・氏名等の更新 — what goes out with every message beside its content is read from the register when it goes out. Where
//! it alone changes, the period that stands is told again, so that the receiver keeps no old address, name or flag.

use super::content::{self, Contents, HouseholdContent, PersonContent};
use super::follow::{known, latest};
use super::kinds::{Layout, State};
use super::table::{self, Message, New};
use crate::acts::Act;
use crate::error::OfficeError;
use crate::levy::relevy::NOW;
use crate::registry::hidden::{reached, stands};
use crate::registry::{Dated, Resident, timeline};
use db::{Conn, Sql};
use law::Date;

/// Everyone whose address is hidden on a day or later.
macro_rules! hidden {
    ($day:literal $(, $known:literal)?) => {
        concat!(
            "(with seed as (select s.subject as person_id from support_fact s where ",
            stands!("s", $day $(, $known)?),
            "), ",
            reached!($day $(, $known)?),
            " select distinct person_id from reached)"
        )
    };
}

/// Records and flags that changed; and whose address is hidden and was not, or was and is no longer, whoever moved, was put
/// under a measure or joined by 名寄せ.
const CHANGED: Sql = Sql {
    name: "outbox.particulars.changed",
    text: concat!(
        "select t.subject, max(t.flag) from (\
         select subject, 0 as flag from resident_fact where recorded_at > $1 or superseded_at > $1 \
         or (superseded_at is null and valid_from > $2 and valid_from <= $3) \
         union select subject, 1 as flag from certificate_setting_fact where recorded_at > $1 or superseded_at > $1 \
         or (superseded_at is null and ((valid_from > $2 and valid_from <= $3) \
         or (valid_until > $2 and valid_until <= $3))) \
         union select w.person_id as subject, 1 as flag from (select person_id from ",
        hidden!("$2", "$1"),
        " b union all select person_id from ",
        hidden!("$3"),
        " n) w group by w.person_id having count(*) = 1) t \
         where t.subject > $4 group by t.subject order by t.subject limit $5"
    ),
};
const HEADED: Sql = Sql {
    name: "outbox.particulars.headed",
    text: "select distinct h.subject from household_fact h where h.head_person_id = $1 and h.superseded_at is null \
           and (h.valid_until is null or h.valid_until > $2) and exists (select 1 from insured_fact i \
           where i.household_id = h.subject and i.superseded_at is null \
           and (i.valid_until is null or i.valid_until > $2)) order by h.subject",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[CHANGED, HEADED];

/// What was looked at before: a day, and what was known then.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Before {
    /// The last day that was looked at.
    pub(crate) day: Date,
    /// The moment of the last look, microseconds since 1970 UTC.
    pub(crate) known_at: i64,
}

/// The next people after a number of whom something that goes out may have changed, by a record or by the passing of days; with
/// whether a flag did.
pub(crate) fn changed(
    conn: &mut Conn,
    before: Before,
    on: Date,
    (after, limit): (i64, i64),
) -> Result<Vec<(i64, bool)>, OfficeError> {
    let params = [
        before.known_at.into(),
        before.day.into(),
        on.into(),
        after.into(),
        limit.into(),
    ];
    Ok(conn.query(&CHANGED, &params, |row| Ok((row.int(0)?, row.flag(1)?)))?)
}

/// Tells the periods that stand of a person, and of the households the person is the head of, again where what goes out with
/// them changed. Returns how many messages were written.
pub(crate) fn tell(
    conn: &mut Conn,
    act: &Act,
    before: Before,
    on: Date,
    (person_id, flag): (i64, bool),
) -> Result<i64, OfficeError> {
    let was = timeline::<Resident>(conn, person_id, Some(before.known_at))?;
    // Who is new is told with what they are told of first.
    if was.is_empty() {
        return Ok(0);
    }
    let is = timeline::<Resident>(conn, person_id, None)?;
    if flag || carried(at(&was, before.day)) != carried(at(&is, on)) {
        tell_again(conn, act, on, person_id)
    } else {
        Ok(0)
    }
}

fn tell_again(conn: &mut Conn, act: &Act, on: Date, person_id: i64) -> Result<i64, OfficeError> {
    let contents = content::of_person(conn, person_id, NOW)?;
    let last = standing(contents, on, |text| {
        Ok(content::read::<PersonContent>(text)?.applied_until)
    })?;
    let mut written = again(conn, act, on, (Layout::Person, person_id), last)?;
    let homes: Vec<i64> = conn.query(&HEADED, &[person_id.into(), on.into()], |row| row.int(0))?;
    for household_id in homes {
        let contents = content::of_household(conn, household_id, NOW)?;
        let last = standing(contents, on, |text| {
            Ok(content::read::<HouseholdContent>(text)?.until)
        })?;
        written += again(conn, act, on, (Layout::Household, household_id), last)?;
    }
    Ok(written)
}

/// The latest record that has begun by a day, or the first one.
fn at(all: &[Dated<Resident>], on: Date) -> Option<&Resident> {
    let begun = all.iter().rfind(|row| row.valid.from <= on);
    begun.or(all.first()).map(|row| &row.fact)
}

/// What of a record goes out.
fn carried(resident: Option<&Resident>) -> Option<(&str, &str, Date, &str, &str, &str)> {
    resident.map(|one| {
        (
            one.name.as_str(),
            one.kana.as_str(),
            one.birth_on,
            one.postal_code.as_str(),
            one.address.as_str(),
            one.building.as_str(),
        )
    })
}

/// The last period that has not ended by a day, with its content.
fn standing(
    contents: Contents,
    on: Date,
    until: fn(&str) -> Result<Option<Date>, OfficeError>,
) -> Result<Option<(Date, String)>, OfficeError> {
    let Some((from, content)) = contents.into_iter().next_back() else {
        return Ok(None);
    };
    let ended = until(&content)?.is_some_and(|day| day <= on);
    Ok((!ended).then_some((from, content)))
}

/// Writes a message with the content that stands, where none waits that will carry the same. What was refused is
/// somebody's matter and carries what the register says when it is sent again.
fn again(
    conn: &mut Conn,
    act: &Act,
    on: Date,
    (layout, subject): (Layout, i64),
    standing: Option<(Date, String)>,
) -> Result<i64, OfficeError> {
    let Some((valid_from, content)) = standing else {
        return Ok(0);
    };
    let all = table::all(conn, layout, subject)?;
    if all.iter().any(|one| one.state == State::Waiting) {
        return Ok(0);
    }
    let chain: Vec<Message> = all
        .into_iter()
        .filter(|one| one.valid_from == valid_from)
        .collect();
    if latest(&chain).is_some_and(|one| one.state == State::Refused) {
        return Ok(0);
    }
    let new = New {
        layout,
        subject,
        valid_from,
        content: &content,
        told: known(&chain).unwrap_or(&content),
    };
    table::insert(conn, act, on, &new)?;
    Ok(1)
}
