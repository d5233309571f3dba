//! 賦課保留 — households a run could not levy because their facts contradict each other.
//!
//! One such household does not stop a city. It is listed with the reason, stays as it stood, and is levied
//! once its facts are put right.

use crate::error::OfficeError;
use db::{ColumnType, Conn, Sql};
use law::Refusal;

/// A household that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// 国保世帯番号.
    pub household_id: i64,
    /// Stable code of the refusal.
    pub code: String,
    /// What is wrong and what to do.
    pub message: String,
}

impl Held {
    /// From what the rule said.
    #[must_use]
    pub fn new(household_id: i64, refusal: &Refusal) -> Self {
        Self {
            household_id,
            code: refusal.code.to_owned(),
            message: refusal.message_ja.clone(),
        }
    }
}

const COLUMNS: &[(&str, ColumnType)] = &[
    ("run_id", ColumnType::Int),
    ("household_id", ColumnType::Int),
    ("code", ColumnType::Text),
    ("message", ColumnType::Text),
];
const LIST: Sql = Sql {
    name: "levy.held.list",
    text: "select household_id, code, message from levy_held \
           where run_id = $1 and household_id >= $2 and household_id < $3 order by household_id",
};
const COUNT: Sql = Sql {
    name: "levy.held.count",
    text: "select count(*) from levy_held where run_id = $1",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[LIST, COUNT];

/// Writes held households down, in the transaction of their chunk.
pub(super) fn insert(conn: &mut Conn, run_id: i64, held: &[Held]) -> Result<(), OfficeError> {
    if held.is_empty() {
        return Ok(());
    }
    let mut bulk = conn.bulk("levy_held", COLUMNS);
    for one in held {
        bulk.row(&[
            run_id.into(),
            one.household_id.into(),
            one.code.as_str().into(),
            one.message.as_str().into(),
        ])?;
    }
    bulk.finish()?;
    Ok(())
}

/// The held households `from..until` of a run, by number.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn list(conn: &mut Conn, run_id: i64, from: i64, until: i64) -> Result<Vec<Held>, OfficeError> {
    let params = [run_id.into(), from.into(), until.into()];
    Ok(conn.query(&LIST, &params, |row| {
        Ok(Held {
            household_id: row.int(0)?,
            code: row.text(1)?,
            message: row.text(2)?,
        })
    })?)
}

/// How many households of a run wait.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn count(conn: &mut Conn, run_id: i64) -> Result<i64, OfficeError> {
    Ok(conn.query_one(&COUNT, &[run_id.into()], |row| row.int(0))?)
}
