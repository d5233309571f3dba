//! 届出・申告の世帯 — whose facts an act stated, and the households in which they count: each of them is levied again.

use super::book::{Circumstances, Relevied};
use super::relevy::{Books, carry_out};
use crate::acts::Act;
use crate::error::OfficeError;
use crate::trail::{self, Done};
use crate::worklist::{self, NewItem};
use db::{Conn, Sql};
use law::{Date, Refusal};

const STATED_OF: Sql = Sql {
    name: "levy.declare.stated_of",
    text: "select subject from income_fact where act_id = $1 union select subject from unemployment_fact where act_id = $1 \
           union select subject from maternity_fact where act_id = $1 \
           union select subject from former_dependant_fact where act_id = $1 \
           union select subject from care_exempt_fact where act_id = $1 order by 1",
};
const HOMES: Sql = Sql {
    name: "levy.declare.homes",
    text: "select home, max(stands) from (\
           select household_id as home, case when superseded_at is null then 1 else 0 end as stands \
           from insured_fact where subject = $1 \
           union all select household_id, case when superseded_at is null then 1 else 0 end \
           from former_insured_fact where subject = $1 \
           union all select subject, case when superseded_at is null then 1 else 0 end \
           from household_fact where head_person_id = $1) homes group by home order by home",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[STATED_OF, HOMES];

/// The act that stated something in a household.
///
/// # Errors
/// A refusal where the act stated nothing of this kind, or of nobody who is or was of the household.
pub fn stated(conn: &mut Conn, household_id: i64, act_id: i64) -> Result<Done, OfficeError> {
    let stated = trail::find(conn, act_id)?
        .filter(|done| done.kind.starts_with("levy.declare.") && done.kind != "levy.declare.undo");
    let Some(stated) = stated else {
        return Err(Refusal::new(
            "levy.declare.unknown",
            format!("処理{act_id}は届出・申告ではないため、ここでは取り消せません"),
        )
        .into());
    };
    for person_id in people(conn, act_id)? {
        if homes(conn, person_id)?
            .iter()
            .any(|(home, _)| *home == household_id)
        {
            return Ok(stated);
        }
    }
    Err(Refusal::new(
        "levy.declare.elsewhere",
        format!(
            "処理{act_id}は世帯{household_id}の人の届出・申告ではないため、ここでは取り消せません。その人の世帯の画面から取り消してください"
        ),
    )
    .into())
}

/// The households but one in which some people are or were insured, 特定同一世帯所属者 or head.
pub(super) fn elsewhere(
    conn: &mut Conn,
    household_id: i64,
    people: &[i64],
) -> Result<Vec<i64>, OfficeError> {
    let mut all = Vec::new();
    for person_id in people {
        let found = homes(conn, *person_id)?.into_iter();
        all.extend(found.filter(|(_, stands)| *stands).map(|(home, _)| home));
    }
    all.retain(|home| *home != household_id);
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

/// Levies other households of the people again. One whose levy is refused waits on the work list, and nobody at the counter
/// for it.
pub(super) fn relevy_elsewhere(
    conn: &mut Conn,
    books: &Books<'_>,
    act: &Act,
    day: Date,
    households: &[i64],
    given: (&str, Circumstances),
) -> Result<Vec<Relevied>, OfficeError> {
    let mut all = Vec::new();
    for household_id in households {
        let one = [*household_id];
        match conn.savepoint(|conn| carry_out(conn, books, act, day, &one, given)) {
            Ok(relevied) => all.extend(relevied),
            Err(OfficeError::Refusal(refusal)) => {
                let source = format!("levy/{household_id}");
                let (kind, why) = (worklist::LEVY_HELD, refusal.message_ja);
                let item = NewItem::about_household(kind, *household_id, &source, &why, day);
                worklist::open(conn, act, &item)?;
            }
            Err(other) => return Err(other),
        }
    }
    Ok(all)
}

/// Of whom an act stated something.
pub(super) fn people(conn: &mut Conn, act_id: i64) -> Result<Vec<i64>, OfficeError> {
    Ok(conn.query(&STATED_OF, &[act_id.into()], |row| row.int(0))?)
}

/// The households of somebody as they were ever written, each with whether that stands.
fn homes(conn: &mut Conn, person_id: i64) -> Result<Vec<(i64, bool)>, OfficeError> {
    Ok(conn.query(&HOMES, &[person_id.into()], |row| {
        Ok((row.int(0)?, row.int(1)? == 1))
    })?)
}
