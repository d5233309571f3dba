//! 賦課決定 — the rows of what stands. Immutable: the latest sequence of a liable person's year stands.

use super::decide::Outcome;
use crate::acts::Act;
use crate::error::OfficeError;
use crate::ledger::Parts;
use db::{ColumnType, Conn, Row, Sql, StoreError};
use law::{Date, FiscalYear, Months, Yen};

/// One decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Number.
    pub decision_id: i64,
    /// 相当年度.
    pub levy_year: FiscalYear,
    /// Counted from 1 within household, year and liable person.
    pub sequence: i64,
    /// Run it came from; zero at the counter.
    pub run_id: i64,
    /// 決定日.
    pub decided_on: Date,
    /// 決定・更正の理由.
    pub reason: String,
    /// Rule set.
    pub rule_hash: String,
    /// What the rule said; its `parts` are what is charged, after the limits of time.
    pub outcome: Outcome,
    /// What the rule says but may no longer be charged or given back (期間制限).
    pub barred: Yen,
}

const STANDING: Sql = Sql {
    name: "levy.decision.standing",
    text: "select d.household_id, d.liable_id, d.tenths, d.months, d.flags, d.medical_yen, d.support_yen, \
           d.care_yen, d.child_yen, d.over_cap_yen, d.input_digest, \
           d.decision_id, d.levy_year, d.sequence, d.run_id, d.decided_on, d.reason, d.rule_hash, d.barred_yen, \
           d.arose_on \
           from levy_decision d where d.household_id >= $1 and d.household_id < $2 and d.levy_year = $3 \
           and d.sequence = (select max(e.sequence) from levy_decision e where e.household_id = d.household_id \
           and e.levy_year = d.levy_year and e.liable_id = d.liable_id) \
           order by d.household_id, d.liable_id",
};
const HISTORY: Sql = Sql {
    name: "levy.decision.history",
    text: "select d.household_id, d.liable_id, d.tenths, d.months, d.flags, d.medical_yen, d.support_yen, \
           d.care_yen, d.child_yen, d.over_cap_yen, d.input_digest, \
           d.decision_id, d.levy_year, d.sequence, d.run_id, d.decided_on, d.reason, d.rule_hash, d.barred_yen, \
           d.arose_on \
           from levy_decision d where d.household_id = $1 order by d.levy_year desc, d.liable_id, d.sequence",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[STANDING, HISTORY];

/// What stands for the households `from..until` in a year, by household and liable person.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn standing(
    conn: &mut Conn,
    from: i64,
    until: i64,
    year: FiscalYear,
) -> Result<Vec<Decision>, OfficeError> {
    let params = [from.into(), until.into(), i64::from(year.0).into()];
    Ok(conn.query(&STANDING, &params, read)?)
}

/// Every decision of a household, latest year first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn history(conn: &mut Conn, household_id: i64) -> Result<Vec<Decision>, OfficeError> {
    Ok(conn.query(&HISTORY, &[household_id.into()], read)?)
}

fn read(row: &Row) -> Result<Decision, StoreError> {
    let year =
        i16::try_from(row.int(12)?).map_err(|_| row.wrong(12, "年度ではありません".to_owned()))?;
    Ok(Decision {
        outcome: Outcome {
            arose_on: super::candidate::read_day(row, 19)?,
            ..super::candidate::read_outcome(row, 0)?
        },
        decision_id: row.int(11)?,
        levy_year: FiscalYear(year),
        sequence: row.int(13)?,
        run_id: row.int(14)?,
        decided_on: row.date(15)?,
        reason: row.text(16)?,
        rule_hash: row.text(17)?,
        barred: Yen(row.int(18)?),
    })
}

const COLUMNS: &[(&str, ColumnType)] = &[
    ("household_id", ColumnType::Int),
    ("levy_year", ColumnType::Int),
    ("liable_id", ColumnType::Int),
    ("sequence", ColumnType::Int),
    ("decision_id", ColumnType::Int),
    ("run_id", ColumnType::Int),
    ("act_id", ColumnType::Int),
    ("decided_on", ColumnType::Text),
    ("reason", ColumnType::Text),
    ("rule_hash", ColumnType::Text),
    ("tenths", ColumnType::Int),
    ("months", ColumnType::Int),
    ("flags", ColumnType::Int),
    ("medical_yen", ColumnType::Int),
    ("support_yen", ColumnType::Int),
    ("care_yen", ColumnType::Int),
    ("child_yen", ColumnType::Int),
    ("over_cap_yen", ColumnType::Int),
    ("barred_yen", ColumnType::Int),
    ("input_digest", ColumnType::Int),
    ("arose_on", ColumnType::Int),
];

/// Writes decisions down in bulk; `first` is added to their numbers.
///
/// # Errors
/// [`OfficeError::Store`].
pub(super) fn insert<'d>(
    conn: &mut Conn,
    act: &Act,
    first: i64,
    decisions: impl IntoIterator<Item = &'d Decision>,
) -> Result<(), OfficeError> {
    let mut bulk = conn.bulk("levy_decision", COLUMNS);
    for decision in decisions {
        let outcome = &decision.outcome;
        let [medical, support, care, child] = outcome.parts.columns();
        bulk.cells(&[
            outcome.household_id.into(),
            i64::from(decision.levy_year.0).into(),
            outcome.liable_id.into(),
            decision.sequence.into(),
            (first + decision.decision_id).into(),
            decision.run_id.into(),
            act.id.0.into(),
            decision.decided_on.into(),
            decision.reason.as_str().into(),
            decision.rule_hash.as_str().into(),
            outcome.tenths.into(),
            i64::from(outcome.months.0).into(),
            outcome.flags.into(),
            medical.0.into(),
            support.0.into(),
            care.0.into(),
            child.0.into(),
            outcome.over_cap.0.into(),
            decision.barred.0.into(),
            outcome.input_digest.into(),
            super::candidate::day_number(outcome.arose_on).into(),
        ])?;
    }
    bulk.finish()?;
    Ok(())
}

/// An outcome of nothing, for a person who is no longer liable.
#[must_use]
pub(super) fn nothing(household_id: i64, liable_id: i64) -> Outcome {
    Outcome {
        household_id,
        liable_id,
        tenths: 0,
        months: Months::NONE,
        flags: 0,
        parts: Parts::default(),
        over_cap: Yen::ZERO,
        input_digest: 0,
        arose_on: None,
        february: Yen::ZERO,
        half_room: None,
        later: Vec::new(),
    }
}
