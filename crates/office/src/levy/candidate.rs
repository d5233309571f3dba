//! 賦課の候補 — the rows of a run before it is published.

use super::decide::Outcome;
use crate::error::OfficeError;
use crate::ledger::Parts;
use db::{ColumnType, Conn, Row, Sql, StoreError};
use law::levy::instalment::Later;
use law::{Date, Months, Yen};

const COLUMNS: &[(&str, ColumnType)] = &[
    ("run_id", ColumnType::Int),
    ("household_id", ColumnType::Int),
    ("liable_id", ColumnType::Int),
    ("tenths", ColumnType::Int),
    ("months", ColumnType::Int),
    ("flags", ColumnType::Int),
    ("medical_yen", ColumnType::Int),
    ("support_yen", ColumnType::Int),
    ("care_yen", ColumnType::Int),
    ("child_yen", ColumnType::Int),
    ("over_cap_yen", ColumnType::Int),
    ("input_digest", ColumnType::Int),
    ("arose_on", ColumnType::Int),
    ("february_yen", ColumnType::Int),
    ("half_room_yen", ColumnType::Int),
];

const LATER_COLUMNS: &[(&str, ColumnType)] = &[
    ("run_id", ColumnType::Int),
    ("household_id", ColumnType::Int),
    ("liable_id", ColumnType::Int),
    ("after_on", ColumnType::Int),
    ("place", ColumnType::Int),
    ("yen", ColumnType::Int),
];
const LATER: Sql = Sql {
    name: "levy.candidate.later",
    text: "select household_id, liable_id, after_on, place, yen from levy_candidate_later \
           where run_id = $1 and household_id >= $2 and household_id < $3 \
           order by household_id, liable_id, after_on, place",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[LATER];

pub(super) fn insert(conn: &mut Conn, run_id: i64, rows: &[Outcome]) -> Result<(), OfficeError> {
    let mut bulk = conn.bulk("levy_candidate", COLUMNS);
    for row in rows {
        let [medical, support, care, child] = row.parts.columns();
        bulk.ints(&[
            run_id,
            row.household_id,
            row.liable_id,
            row.tenths,
            i64::from(row.months.0),
            row.flags,
            medical.0,
            support.0,
            care.0,
            child.0,
            row.over_cap.0,
            row.input_digest,
            day_number(row.arose_on),
            row.february.0,
            row.half_room.map_or(-1, |room| room.0),
        ])?;
    }
    bulk.finish()?;
    insert_later(conn, run_id, rows)
}

/// What waits for a day is rare: it has a table of its own.
fn insert_later(conn: &mut Conn, run_id: i64, rows: &[Outcome]) -> Result<(), OfficeError> {
    if rows.iter().all(|row| row.later.is_empty()) {
        return Ok(());
    }
    let mut bulk = conn.bulk("levy_candidate_later", LATER_COLUMNS);
    for row in rows {
        for one in &row.later {
            bulk.ints(&[
                run_id,
                row.household_id,
                row.liable_id,
                day_number(Some(one.after)),
                i64::try_from(one.component).unwrap_or(-1),
                one.yen.0,
            ])?;
        }
    }
    bulk.finish()?;
    Ok(())
}

/// Gives the candidates `from..until` of a run, in order of household and liable person, what of theirs waits for a day.
pub(super) fn attach_later(
    conn: &mut Conn,
    run_id: i64,
    (from, until): (i64, i64),
    outcomes: &mut [Outcome],
) -> Result<(), OfficeError> {
    let params = [run_id.into(), from.into(), until.into()];
    let later = conn.query(&LATER, &params, |row| {
        let place = row.int(3)?;
        let after = read_day(row, 2)?.ok_or_else(|| row.wrong(2, "日付がありません".to_owned()))?;
        let one = Later {
            after,
            component: usize::try_from(place)
                .map_err(|_| row.wrong(3, format!("{place}番目の区分はありません")))?,
            yen: Yen(row.int(4)?),
        };
        Ok(((row.int(0)?, row.int(1)?), one))
    })?;
    for (key, one) in later {
        let at = outcomes.binary_search_by_key(&key, |row| (row.household_id, row.liable_id));
        if let Some(row) = at.ok().and_then(|at| outcomes.get_mut(at)) {
            row.later.push(one);
        }
    }
    Ok(())
}

/// A day as yyyymmdd, 0 for none: candidates are rows of numbers alone.
pub(super) fn day_number(on: Option<Date>) -> i64 {
    on.map_or(0, |on| {
        i64::from(on.year()) * 10_000 + i64::from(on.month()) * 100 + i64::from(on.day())
    })
}

/// Reads what `levy_candidate` has beyond the amounts, from `at` on: the day the levy arose, last February's withholding,
/// what half of the pension leaves (-1: unknown).
pub(super) fn read(row: &Row, at: usize) -> Result<Outcome, StoreError> {
    let room = row.int(at + 2)?;
    Ok(Outcome {
        arose_on: read_day(row, at)?,
        february: Yen(row.int(at + 1)?),
        half_room: (room >= 0).then_some(Yen(room)),
        ..read_outcome(row, 0)?
    })
}

/// Reads a [`day_number`].
pub(super) fn read_day(row: &Row, at: usize) -> Result<Option<Date>, StoreError> {
    let number = row.int(at)?;
    let wrong = || row.wrong(at, format!("{number}は日付ではありません"));
    if number == 0 {
        return Ok(None);
    }
    let part = |divisor: i64, modulus: i64| i8::try_from(number / divisor % modulus);
    let year = i16::try_from(number / 10_000).map_err(|_| wrong())?;
    let (month, day) = (
        part(100, 100).map_err(|_| wrong())?,
        part(1, 100).map_err(|_| wrong())?,
    );
    Ok(Some(Date::new(year, month, day).map_err(|_| wrong())?))
}

/// Reads one candidate row laid out as in `levy_candidate` from `at` on: household, liable, tenths, months,
/// flags, four amounts, over the cap, digest.
pub(super) fn read_outcome(row: &Row, at: usize) -> Result<Outcome, StoreError> {
    let months = row.int(at + 3)?;
    Ok(Outcome {
        household_id: row.int(at)?,
        liable_id: row.int(at + 1)?,
        tenths: row.int(at + 2)?,
        months: Months(
            u16::try_from(months)
                .map_err(|_| row.wrong(at + 3, "月割の月ではありません".to_owned()))?,
        ),
        flags: row.int(at + 4)?,
        parts: Parts::from_columns([
            Yen(row.int(at + 5)?),
            Yen(row.int(at + 6)?),
            Yen(row.int(at + 7)?),
            Yen(row.int(at + 8)?),
        ]),
        over_cap: Yen(row.int(at + 9)?),
        input_digest: row.int(at + 10)?,
        arose_on: None,
        february: Yen::ZERO,
        half_room: None,
        later: Vec::new(),
    })
}
