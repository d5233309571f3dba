//! 自庁で登録した異動のある行 — a file does not write over what was registered here event by event: what differs is held
//! until somebody registers it as an event or has the sender put it right.

use super::difference::{difference, read_known};
use super::plan::{Staged, Target};
use super::post::Reach;
use crate::error::OfficeError;
use db::{Conn, Sql};
use exchange::Flaw;
use std::collections::BTreeSet;

/// People with eligibility events among a stretch of numbers.
pub(super) const PEOPLE: Sql = Sql {
    name: "import.own_events.people",
    text: "select distinct person_id from eligibility_event where person_id >= $1 and person_id <= $2",
};
/// Households with eligibility events of their own among a stretch of numbers.
pub(super) const HOUSEHOLDS: Sql = Sql {
    name: "import.own_events.households",
    text: "select distinct household_id from eligibility_event \
           where household_id >= $1 and household_id <= $2 and person_id is null",
};

/// Statements of this module.
pub(super) const STATEMENTS: &[Sql] = &[PEOPLE, HOUSEHOLDS];

/// The subjects of some rows that have events of their own.
pub(super) fn subjects(
    conn: &mut Conn,
    sql: &Sql,
    rows: &[Staged],
) -> Result<BTreeSet<i64>, OfficeError> {
    let first = rows.iter().map(|row| row.subject).min().unwrap_or(0);
    let last = rows.iter().map(|row| row.subject).max().unwrap_or(0);
    let found = conn.query(sql, &[first.into(), last.into()], |row| row.int(0))?;
    Ok(found.into_iter().collect())
}

/// Holds the rows of one subject that say something else than what its events come to. Nothing is written.
pub(super) fn hold_differences(
    conn: &mut Conn,
    target: &Target,
    group: &[Staged],
    flaws: &mut [Vec<Flaw>],
) -> Result<u64, OfficeError> {
    let Some(subject) = group.first().map(|row| row.subject) else {
        return Ok(0);
    };
    let known = read_known(conn, target, Reach::Subjects, group)?;
    let stands = known.get(&subject).map_or(&[][..], Vec::as_slice);
    let changes = difference(target, stands, group, Reach::Subjects, |stated| {
        &stated.values
    });
    let differs = !changes.lines.is_empty() || !changes.close.is_empty();
    for (row, flaws) in group.iter().zip(flaws) {
        let of_row = changes.lines.contains(&row.line) || changes.lines.is_empty();
        if differs && of_row {
            flaws.push(Flaw::hold(
                "適用開始年月日",
                "import.row.own_events",
                "この人・世帯には窓口で登録した異動があり、ファイルの内容と違います。異動として登録するか、送り元で直してもらってください".to_owned(),
            ));
        }
    }
    Ok(0)
}
