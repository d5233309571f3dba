//! 前の証 — the papers that stand for some people, found by their numbers alone: a yearly run fills the tables of papers while
//! this is asked, and an engine that has not counted them since would rather read them whole.

use super::view::Previous;
use crate::error::OfficeError;
use db::{Conn, Row, Sql, StoreError, Value};
use law::Date;
use std::collections::BTreeMap;

/// How many are asked for by one statement.
const AT_ONCE: usize = 32;

const STANDING: Sql = Sql {
    name: "certificate.previous.standing",
    text: "select person_id, certificate_id, place, invalid_from from certificate_standing \
           where person_id in ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, \
           $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33) \
           and valid = 1 and (invalid_from is null or invalid_from > $1)",
};
const PAPERS: Sql = Sql {
    name: "certificate.previous.papers",
    text: "select certificate_id, kind, family, disease, effective_from, expires_on, class, ratio, ratio_from, face, number, \
           copy_no, household_id, long_term_on, run_id from certificate \
           where certificate_id in ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, \
           $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32)",
};

const ELIGIBILITY: Sql = Sql {
    name: "certificate.previous.eligibility",
    text: "select person_id, certificate_id from certificate_standing \
           where person_id in ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, \
           $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33) \
           and family = 'eligibility' and place <> 'voided' and run_id <> $1",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[STANDING, PAPERS, ELIGIBILITY];

/// The papers of some people that stand on a day or will be in force after it, by person, in the order of issue; who has none
/// is left out.
///
/// # Errors
/// [`OfficeError::Store`].
pub(super) fn of(
    conn: &mut Conn,
    people: &[i64],
    on: Date,
) -> Result<BTreeMap<i64, Vec<Previous>>, OfficeError> {
    let mut standing = BTreeMap::new();
    for some in people.chunks(AT_ONCE) {
        let mut params = vec![on.into()];
        params.extend(places(some));
        let read = |row: &Row| Ok((row.int(1)?, (row.int(0)?, row.text(2)?, row.opt_date(3)?)));
        standing.extend(conn.query(&STANDING, &params, read)?);
    }
    let mut previous: BTreeMap<i64, Vec<Previous>> = BTreeMap::new();
    for paper in printed(conn, standing.keys())? {
        if let Some((person_id, place, invalid_from)) = standing.remove(&paper.certificate_id) {
            previous.entry(person_id).or_default().push(Previous {
                place,
                invalid_from,
                ..paper
            });
        }
    }
    Ok(previous)
}

/// The papers of the family 資格 that some people ever had, void ones and those of a run left out, by person, in the order of issue.
/// Only what was printed is read.
///
/// # Errors
/// [`OfficeError::Store`].
pub(super) fn of_eligibility(
    conn: &mut Conn,
    people: &[i64],
    run_id: i64,
) -> Result<BTreeMap<i64, Vec<Previous>>, OfficeError> {
    let mut holders = BTreeMap::new();
    for some in people.chunks(AT_ONCE) {
        let mut params = vec![run_id.into()];
        params.extend(places(some));
        let read = |row: &Row| Ok((row.int(1)?, row.int(0)?));
        holders.extend(conn.query(&ELIGIBILITY, &params, read)?);
    }
    let mut found: BTreeMap<i64, Vec<Previous>> = BTreeMap::new();
    for paper in printed(conn, holders.keys())? {
        if let Some(person_id) = holders.get(&paper.certificate_id) {
            found.entry(*person_id).or_default().push(paper);
        }
    }
    Ok(found)
}

/// What was printed on papers, in the order of issue.
fn printed<'n>(
    conn: &mut Conn,
    numbers: impl Iterator<Item = &'n i64>,
) -> Result<Vec<Previous>, OfficeError> {
    let numbers: Vec<i64> = numbers.copied().collect();
    let mut found = Vec::with_capacity(numbers.len());
    for some in numbers.chunks(AT_ONCE) {
        found.extend(conn.query(&PAPERS, &places(some), read)?);
    }
    found.sort_unstable_by_key(|paper| paper.certificate_id);
    Ok(found)
}

/// One text for any number of them: the places that are left over ask for the same ones again.
fn places(some: &[i64]) -> Vec<Value> {
    let asked = some.iter().cycle().take(AT_ONCE);
    asked.map(|one| (*one).into()).collect()
}

/// What was printed; where the paper is now is not read here.
fn read(row: &Row) -> Result<Previous, StoreError> {
    Ok(Previous {
        certificate_id: row.int(0)?,
        kind: row.text(1)?,
        family: row.text(2)?,
        disease: row.int(3)?,
        place: String::new(),
        effective_from: row.date(4)?,
        expires_on: row.opt_date(5)?,
        invalid_from: None,
        class: row.text(6)?,
        ratio: u8::try_from(row.int(7)?).unwrap_or(0),
        ratio_from: row.opt_date(8)?,
        face: row.text(9)?,
        number: row.text(10)?,
        copy_no: row.int(11)?,
        household_id: row.int(12)?,
        long_term_on: row.opt_date(13)?,
        run_id: row.int(14)?,
    })
}
