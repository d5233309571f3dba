//! 履歴表 — a kind of dated fact: its table, and its own columns to and from values.

use crate::acts::Act;
use crate::error::OfficeError;
use db::ColumnType::{Int, Text};
use db::{ColumnType, Conn, DatedTable, Span, Stamp, StoreError, Value};
use std::collections::BTreeMap;

/// A kind of dated fact.
pub trait Kind: Sized {
    /// Its table.
    const TABLE: DatedTable;
    /// The types of the table's own columns, in their order.
    const TYPES: &'static [ColumnType];
    /// The own columns as values.
    fn values(&self) -> Vec<Value>;
    /// The fact from its own columns.
    ///
    /// # Errors
    /// A column is of another kind than declared.
    fn read(values: &mut Values<'_>) -> Result<Self, StoreError>;
}

/// A fact with its days and where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dated<F> {
    /// Number of the row within its subject.
    pub fact_no: i64,
    /// The days on which it is true.
    pub valid: Span,
    /// When it was written, microseconds since 1970 UTC.
    pub recorded_at: i64,
    /// When it was replaced; `None` when it stands.
    pub superseded_at: Option<i64>,
    /// The act that stated it.
    pub act_id: i64,
    /// The act that replaced it.
    pub superseded_by_act: Option<i64>,
    /// What it says.
    pub fact: F,
}

impl Act {
    /// The stamp under which this act writes dated facts.
    #[must_use]
    pub fn stamp(&self) -> Stamp {
        Stamp {
            act_id: self.id.0,
            recorded_at: self.recorded_at,
        }
    }
}

/// Writes a fact over a span; what stood there is closed.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn record<F: Kind>(
    conn: &mut Conn,
    act: &Act,
    subject: i64,
    span: Span,
    fact: &F,
) -> Result<(), OfficeError> {
    F::TABLE.put(conn, act.stamp(), subject, span, &fact.values())?;
    Ok(())
}

/// Ends what stands over a span.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn end<F: Kind>(
    conn: &mut Conn,
    act: &Act,
    subject: i64,
    span: Span,
) -> Result<u64, OfficeError> {
    Ok(F::TABLE.close(conn, act.stamp(), subject, span)?)
}

/// The facts of a subject in the order of their days, as known at a moment (`None`: now).
///
/// # Errors
/// [`OfficeError::Store`].
pub fn timeline<F: Kind>(
    conn: &mut Conn,
    subject: i64,
    known_at: Option<i64>,
) -> Result<Vec<Dated<F>>, OfficeError> {
    F::TABLE
        .timeline(conn, subject, known_at)?
        .into_iter()
        .map(read)
        .collect()
}

/// The [`timeline`] of each of some subjects, in few statements; who has none is left out.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn timelines<F: Kind>(
    conn: &mut Conn,
    subjects: &[i64],
    known_at: Option<i64>,
) -> Result<BTreeMap<i64, Vec<Dated<F>>>, OfficeError> {
    let mut found = BTreeMap::new();
    for (subject, facts) in F::TABLE.timelines(conn, subjects, known_at)? {
        let facts: Vec<_> = facts.into_iter().map(read).collect::<Result<_, _>>()?;
        found.insert(subject, facts);
    }
    Ok(found)
}

/// Every row ever written of a subject, in the order of writing.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn history<F: Kind>(conn: &mut Conn, subject: i64) -> Result<Vec<Dated<F>>, OfficeError> {
    F::TABLE
        .history(conn, subject)?
        .into_iter()
        .map(read)
        .collect()
}

fn read<F: Kind>(fact: db::Fact) -> Result<Dated<F>, OfficeError> {
    Ok(Dated {
        fact_no: fact.fact_no,
        valid: fact.valid,
        recorded_at: fact.recorded_at,
        superseded_at: fact.superseded_at,
        act_id: fact.act_id,
        superseded_by_act: fact.superseded_by_act,
        fact: F::read(&mut Values {
            table: F::TABLE.name,
            values: &fact.values,
            at: 0,
        })?,
    })
}

/// The own columns of a row, taken one after another.
#[derive(Debug)]
pub struct Values<'v> {
    table: &'static str,
    values: &'v [Value],
    at: usize,
}

impl<'v> Values<'v> {
    /// The own columns of a table, from values in their order.
    #[must_use]
    pub const fn of(table: &'static str, values: &'v [Value]) -> Self {
        Self {
            table,
            values,
            at: 0,
        }
    }

    fn next(&mut self) -> Option<&Value> {
        let value = self.values.get(self.at);
        self.at += 1;
        value
    }

    fn wrong(&self) -> StoreError {
        StoreError::Dated {
            table: self.table.to_owned(),
            reason: format!("{}番目の列の型が違います", self.at),
        }
    }

    /// The next column, an integer.
    ///
    /// # Errors
    /// It is none.
    pub fn int(&mut self) -> Result<i64, StoreError> {
        self.opt_int()?.ok_or_else(|| self.wrong())
    }

    /// The next column, an integer or nothing.
    ///
    /// # Errors
    /// It is neither.
    pub fn opt_int(&mut self) -> Result<Option<i64>, StoreError> {
        match self.next() {
            Some(Value::Int(value)) => Ok(Some(*value)),
            Some(Value::Null) => Ok(None),
            _ => Err(self.wrong()),
        }
    }

    /// The next column, 0 or 1.
    ///
    /// # Errors
    /// It is neither.
    pub fn flag(&mut self) -> Result<bool, StoreError> {
        match self.int()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(self.wrong()),
        }
    }

    /// The next column, a text.
    ///
    /// # Errors
    /// It is none.
    pub fn text(&mut self) -> Result<String, StoreError> {
        self.opt_text()?.ok_or_else(|| self.wrong())
    }

    /// The next column, a text or nothing.
    ///
    /// # Errors
    /// It is neither.
    pub fn opt_text(&mut self) -> Result<Option<String>, StoreError> {
        match self.next() {
            Some(Value::Text(value)) => Ok(Some(value.clone())),
            Some(Value::Null) => Ok(None),
            _ => Err(self.wrong()),
        }
    }

    /// The next column, a day.
    ///
    /// # Errors
    /// It is none.
    pub fn date(&mut self) -> Result<law::Date, StoreError> {
        self.opt_date()?.ok_or_else(|| self.wrong())
    }

    /// The next column, a day or nothing.
    ///
    /// # Errors
    /// It is neither.
    pub fn opt_date(&mut self) -> Result<Option<law::Date>, StoreError> {
        let Some(text) = self.opt_text()? else {
            return Ok(None);
        };
        text.parse().map(Some).map_err(|_| self.wrong())
    }
}

/// The names and types of all columns a bulk load of a table fills.
#[must_use]
pub fn load_columns<F: Kind>() -> Vec<(&'static str, ColumnType)> {
    let head = [Int, Int, Text, Text, Int, Int];
    F::TABLE
        .load_columns()
        .into_iter()
        .zip(head.into_iter().chain(F::TYPES.iter().copied()))
        .collect()
}
