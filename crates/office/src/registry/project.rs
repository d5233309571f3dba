//! 投影 — the dated facts that follow from events, written as the difference to what stands.

use crate::acts::Act;
use crate::error::OfficeError;
use db::{Conn, DatedTable, Span, Value};

/// A stretch of days and what the columns say in it.
pub(crate) type Wanted = (Span, Vec<Value>);

/// Joins neighbouring stretches that say the same.
pub(crate) fn joined(wanted: Vec<Wanted>) -> Vec<Wanted> {
    let mut joined: Vec<Wanted> = Vec::with_capacity(wanted.len());
    for (span, values) in wanted {
        match joined.last_mut() {
            Some((before, same)) if before.until == Some(span.from) && *same == values => {
                before.until = span.until;
            }
            _ => joined.push((span, values)),
        }
    }
    joined
}

/// Makes the standing facts of a subject those that are wanted: what stands as wanted is left, the rest is closed and
/// put. Returns whether anything changed.
///
/// # Errors
/// [`OfficeError::Store`].
pub(crate) fn lay(
    conn: &mut Conn,
    act: &Act,
    table: &DatedTable,
    subject: i64,
    wanted: &[Wanted],
) -> Result<bool, OfficeError> {
    let standing = table.timeline(conn, subject, None)?;
    let mut changed = false;
    for fact in &standing {
        let left = wanted.iter().fold(vec![fact.valid], |left, (span, _)| {
            left.into_iter()
                .flat_map(|rest| rest.minus(*span))
                .flatten()
                .collect()
        });
        for span in left {
            table.close(conn, act.stamp(), subject, span)?;
            changed = true;
        }
    }
    for (span, values) in wanted {
        let stands = standing
            .iter()
            .any(|fact| fact.valid == *span && fact.values == *values);
        if !stands {
            table.put(conn, act.stamp(), subject, *span, values)?;
            changed = true;
        }
    }
    Ok(changed)
}
