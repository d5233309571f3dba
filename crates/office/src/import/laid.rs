//! Facts of a chunk on their way into a table: those that lie where nothing stood go in bulk, others one by one.

use super::difference::{Changes, Known};
use super::plan::{Creates, Staged, Target};
use super::post::Desk;
use crate::acts::Act;
use crate::error::OfficeError;
use db::ColumnType::Int;
use db::{Conn, Span, Sql, Value};
use std::collections::BTreeSet;

const PERSONS_BETWEEN: Sql = Sql {
    name: "import.persons_between",
    text: "select person_id from person where person_id >= $1 and person_id <= $2",
};
const HOUSEHOLDS_BETWEEN: Sql = Sql {
    name: "import.households_between",
    text: "select household_id from household where household_id >= $1 and household_id <= $2",
};

/// Statements of this module.
pub(super) const STATEMENTS: &[Sql] = &[PERSONS_BETWEEN, HOUSEHOLDS_BETWEEN];

/// A fact that lies where nothing stood.
pub(super) struct Added<'s> {
    pub subject: i64,
    pub fact_no: i64,
    pub span: Span,
    pub values: Vec<Value>,
    pub staged: &'s Staged,
}

/// What was laid of a chunk, and whom it concerns.
#[derive(Default)]
pub(super) struct Laid<'s> {
    pub added: Vec<Added<'s>>,
    pub added_beside: Vec<Added<'s>>,
    /// Rows of subjects that were unknown.
    pub new: Vec<&'s Staged>,
    /// Subjects that were known and of which something changed.
    pub changed: BTreeSet<i64>,
}

impl<'s> Laid<'s> {
    pub fn first(&mut self, new: bool, subject: i64, group: &'s [Staged], changes: bool) {
        if !changes {
        } else if !new {
            self.changed.insert(subject);
        } else if self.new.last().is_none_or(|row| row.subject != subject) {
            self.new.extend(group);
        }
    }
}

/// Lays what changes of one subject: facts where nothing stood wait for the bulk load, others are written at once.
#[allow(
    clippy::too_many_arguments,
    reason = "the parts of one import, each made by one step before"
)]
pub(super) fn lay<'s>(
    conn: &mut Conn,
    desk: &Desk<'_>,
    target: &Target,
    subject: i64,
    stands: &[Known],
    mut changes: Changes<'s>,
    begun: &mut Option<Act>,
    added: &mut Vec<Added<'s>>,
) -> Result<(), OfficeError> {
    changes.close.append(&mut changes.withdrawn);
    let mut next_no = stands.iter().map(|known| known.fact_no).max().unwrap_or(0) + 1;
    if changes.close.is_empty() && !changes.overlaps {
        for (staged, span, values) in changes.put {
            added.push(Added {
                subject,
                fact_no: next_no,
                span,
                values,
                staged,
            });
            next_no += 1;
        }
        return Ok(());
    }
    let act = desk.act(conn, begun)?;
    for span in changes.close {
        target.table.close(conn, act.stamp(), subject, span)?;
    }
    for (_, span, values) in changes.put {
        target
            .table
            .put(conn, act.stamp(), subject, span, &values)?;
    }
    Ok(())
}

/// Loads facts that lie where nothing stood, and subjects that were unknown.
pub(super) fn load(
    conn: &mut Conn,
    desk: &Desk<'_>,
    target: &Target,
    added: &[Added<'_>],
    begun: &mut Option<Act>,
) -> Result<(), OfficeError> {
    let (Some(first), Some(last)) = (added.first(), added.last()) else {
        return Ok(());
    };
    let act = desk.act(conn, begun)?;
    create_subjects(
        conn,
        target.creates,
        (first.subject, last.subject),
        added,
        act,
    )?;
    let mut bulk = conn.bulk(target.table.name, &(target.columns)());
    for fact in added {
        bulk.push_int(fact.subject)?;
        bulk.push_int(fact.fact_no)?;
        bulk.push_text(&fact.span.from.to_string())?;
        match fact.span.until {
            Some(until) => bulk.push_text(&until.to_string())?,
            None => bulk.push_null()?,
        }
        bulk.push_int(act.recorded_at)?;
        bulk.push_int(act.id.0)?;
        for value in &fact.values {
            match value {
                Value::Null => bulk.push_null()?,
                Value::Int(int) => bulk.push_int(*int)?,
                Value::Text(text) => bulk.push_text(text)?,
                Value::Blob(bytes) => bulk.push_blob(bytes)?,
            }
        }
        bulk.end_row()?;
    }
    bulk.finish()?;
    Ok(())
}

fn create_subjects(
    conn: &mut Conn,
    creates: Creates,
    (first, last): (i64, i64),
    added: &[Added<'_>],
    act: Act,
) -> Result<(), OfficeError> {
    let sql = match creates {
        Creates::Nothing => return Ok(()),
        Creates::Person => &PERSONS_BETWEEN,
        Creates::Household => &HOUSEHOLDS_BETWEEN,
    };
    let there: BTreeSet<i64> = conn
        .query(sql, &[first.into(), last.into()], |row| row.int(0))?
        .into_iter()
        .collect();
    let new = added
        .iter()
        .filter(|fact| fact.fact_no == 1 && !there.contains(&fact.subject));
    if creates == Creates::Person {
        let mut bulk = conn.bulk(
            "person",
            &[("person_id", Int), ("kind", Int), ("act_id", Int)],
        );
        for fact in new {
            let kind = fact
                .staged
                .stated
                .as_ref()
                .map_or(1, |stated| stated.person_kind);
            bulk.row(&[fact.subject.into(), kind.into(), act.id.0.into()])?;
        }
        bulk.finish()?;
        return Ok(());
    }
    let mut bulk = conn.bulk("household", &[("household_id", Int), ("act_id", Int)]);
    for fact in new {
        bulk.row(&[fact.subject.into(), act.id.0.into()])?;
    }
    bulk.finish()?;
    Ok(())
}
