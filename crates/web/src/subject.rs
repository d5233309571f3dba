//! 対象者 — whose page an address is: the households and people it names, or those behind a paper, a notice, an application,
//! an act, a row of a file, a matter that waits. Asked once, before a page is made.

use crate::fields::half_width;
use db::Conn;
use law::Date;
use office::OfficeError;
use office::certificate::{application, find, letter as certificate_letter};
use office::concerned::of_act;
use office::eligibility::letters::desk as letters;
use office::eligibility::{ex_officio, proof};
use office::import::{absent, held_rows};
use office::registry::{hand, merge, proposal};
use office::retention::hold;
use office::{notices, worklist};

/// An act about more than so many is an act of a job, about nobody in particular.
const OF_A_JOB: i64 = 50;
/// So many are asked before an act is taken back.
const TAKEN_BACK: i64 = 2_000;

/// The 宛名番号 and 世帯番号 behind an address; nothing where it is about nobody in particular.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn behind(conn: &mut Conn, path: &str, today: Date) -> Result<Vec<i64>, OfficeError> {
    let path = path.strip_prefix("/api/v1").unwrap_or(path);
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    let number = |text: &str| text.parse::<i64>().ok();
    match parts.as_slice() {
        ["households" | "people", id, rest @ ..] | ["number", "people", id, rest @ ..] => {
            let mut all: Vec<i64> = number(id).into_iter().collect();
            all.extend(of_undo(conn, rest)?);
            Ok(all)
        }
        ["facilities", _, rest @ ..] => of_undo(conn, rest),
        ["certificates", "of-act", act, ..] => match number(act) {
            Some(act) => Ok(find::by_act(conn, act)?
                .iter()
                .map(|paper| paper.person_id)
                .collect()),
            None => Ok(Vec::new()),
        },
        ["letters", "batches", id, ..] => {
            number(id).map_or_else(none, |id| letters::people_of_batch(conn, id))
        }
        ["proofs", year, id, ..] => match (number(year), number(id)) {
            (Some(year), Some(id)) => Ok(proof::holder(conn, (year, id))?.into_iter().collect()),
            _ => Ok(Vec::new()),
        },
        ["retention", "holds", id, ..] => number(id).map_or_else(none, |id| held(conn, id)),
        ["merge", one, other] => Ok([one, other]
            .into_iter()
            .filter_map(|one| number(one))
            .collect()),
        [area @ ("held" | "missing"), file, row] => match (number(file), number(row)) {
            (Some(file), Some(row)) => of_row(conn, area, (file, row)),
            _ => Ok(Vec::new()),
        },
        [area, id, ..] => number(id).map_or_else(none, |id| of_one(conn, area, id, today)),
        _ => Ok(Vec::new()),
    }
}

fn none() -> Result<Vec<i64>, OfficeError> {
    Ok(Vec::new())
}

/// Whose records a 保留 keeps from being erased.
fn held(conn: &mut Conn, hold_id: i64) -> Result<Vec<i64>, OfficeError> {
    let standing = hold::standing(conn)?.into_iter();
    Ok(standing
        .filter(|one| one.request.is_none() && one.hold_id == hold_id)
        .flat_map(|one| one.person_id.into_iter().chain(one.household_id))
        .collect())
}

/// Whom an act that is about to be taken back was about, where an address ends in one.
fn of_undo(conn: &mut Conn, rest: &[&str]) -> Result<Vec<i64>, OfficeError> {
    match rest {
        ["undo" | "undo-events" | "undo-status", act] => act
            .parse()
            .map_or_else(|_| none(), |act| of_act(conn, act, TAKEN_BACK)),
        _ => Ok(Vec::new()),
    }
}

/// Whom a row of a file is about.
fn of_row(conn: &mut Conn, area: &str, (file, row): (i64, i64)) -> Result<Vec<i64>, OfficeError> {
    if area == "missing" {
        let found = absent(conn, (file, row.saturating_sub(1)), 1)?;
        return Ok(found
            .iter()
            .filter(|one| (one.row.file_id, one.row.row_number) == (file, row))
            .map(|one| one.subject)
            .collect());
    }
    let found = held_rows(conn, Some(file), (file, row.saturating_sub(1)), 1)?;
    Ok(found
        .iter()
        .filter(|one| one.row_number == row)
        .filter_map(|one| {
            let cell = |item: &str| half_width(one.cells.get(item)?.trim()).parse().ok();
            cell("person_number").or_else(|| cell("household_number"))
        })
        .collect())
}

/// Whom a thing with a number of its own is about.
fn of_one(conn: &mut Conn, area: &str, id: i64, today: Date) -> Result<Vec<i64>, OfficeError> {
    let found: Vec<Option<i64>> = match area {
        "certificates" => vec![find::get(conn, id)?.map(|paper| paper.person_id)],
        "certificate-letters" => match certificate_letter::require(conn, id) {
            Ok(found) => vec![
                Some(found.letter.person_id),
                Some(found.letter.household_id),
            ],
            Err(store @ (OfficeError::Store(_) | OfficeError::Bug(_))) => return Err(store),
            Err(_) => Vec::new(),
        },
        "notices" => vec![notices::find(conn, id)?.map(|notice| notice.household_id)],
        "work" => worklist::get(conn, id, today)?
            .map_or_else(Vec::new, |item| vec![item.person_id, item.household_id]),
        "letters" => vec![letters::get(conn, id)?.map(|letter| letter.person_id)],
        "ex-officio" => vec![ex_officio::get(conn, id)?.map(|case| case.person_id)],
        "applications" => match application::require(conn, id) {
            Ok(found) => vec![Some(found.content.person_id)],
            Err(store @ (OfficeError::Store(_) | OfficeError::Bug(_))) => return Err(store),
            Err(_) => Vec::new(),
        },
        "approvals" => {
            return office::eligibility::proposal(conn, id)?
                .map_or_else(none, |found| found.request.named(conn));
        }
        "register-proposals" => proposal::get(conn, id)?.map_or_else(Vec::new, |found| {
            vec![Some(found.person_id), found.other_id]
        }),
        "merges" => merge::one(conn, id)?.map_or_else(Vec::new, |found| {
            vec![Some(found.kept_id), Some(found.joined_id)]
        }),
        "movements" => return hand::people_of(conn, id),
        "acts" => {
            let all = of_act(conn, id, OF_A_JOB + 1)?;
            let of_a_job = i64::try_from(all.len()).map_or(true, |count| count > OF_A_JOB);
            return Ok(if of_a_job { Vec::new() } else { all });
        }
        _ => Vec::new(),
    };
    let mut all: Vec<i64> = found.into_iter().flatten().collect();
    all.dedup();
    Ok(all)
}
