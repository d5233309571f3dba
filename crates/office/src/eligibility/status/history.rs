//! Every status of a person, as of any day and as known at any moment, in one list.

use super::describe::{DESCRIBED, Described, Subject};
use crate::error::OfficeError;
use db::{Conn, Span, Value};

/// One span of one status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Code of the status.
    pub code: &'static str,
    /// Name of the status.
    pub label_ja: &'static str,
    /// The days.
    pub valid: Span,
    /// The act that stated it.
    pub act_id: i64,
    /// When it was written.
    pub recorded_at: i64,
    /// When it was replaced; `None` when it stands.
    pub superseded_at: Option<i64>,
    /// The act that replaced it.
    pub superseded_by_act: Option<i64>,
    /// Its columns by name.
    pub values: Vec<(&'static str, Value)>,
}

impl Line {
    /// A column by its name.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.values
            .iter()
            .find(|(column, _)| *column == name)
            .map(|(_, value)| value)
    }
}

/// The statuses of a subject by status and day, as known at a moment (`None`: now).
///
/// # Errors
/// [`OfficeError::Store`].
pub fn of_subject(
    conn: &mut Conn,
    subject: Subject,
    id: i64,
    known_at: Option<i64>,
) -> Result<Vec<Line>, OfficeError> {
    let mut lines = Vec::new();
    for described in DESCRIBED.iter().filter(|row| row.subject == subject) {
        let facts = described.table.timeline(conn, id, known_at)?;
        lines.extend(facts.into_iter().map(|fact| line(described, fact)));
    }
    Ok(lines)
}

/// Every status of a subject ever written, standing or replaced, by status in the order of writing.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn every(conn: &mut Conn, subject: Subject, id: i64) -> Result<Vec<Line>, OfficeError> {
    let mut lines = Vec::new();
    for described in DESCRIBED.iter().filter(|row| row.subject == subject) {
        let facts = described.table.history(conn, id)?;
        lines.extend(facts.into_iter().map(|fact| line(described, fact)));
    }
    Ok(lines)
}

fn line(described: &Described, fact: db::Fact) -> Line {
    Line {
        code: described.code,
        label_ja: described.label_ja,
        valid: fact.valid,
        act_id: fact.act_id,
        recorded_at: fact.recorded_at,
        superseded_at: fact.superseded_at,
        superseded_by_act: fact.superseded_by_act,
        values: described
            .table
            .columns
            .iter()
            .copied()
            .zip(fact.values)
            .collect(),
    }
}
