//! Undoing an act: the days it changed become what the other acts make of them.

use super::{DatedTable, Fact, Span, Stamp};
use crate::conn::Conn;
use crate::error::StoreError;
use crate::sql::Sql;
use std::collections::{BTreeMap, BTreeSet};

const RECORD_UNDO: Sql = Sql {
    name: "db.record_undo",
    text: "insert into dated_undo (table_name, act_id, undo_act_id, undone_at) values ($1, $2, $3, $4)",
};

/// Undoings that concern one subject's acts are few; those of the table that name one of its acts are picked here.
const UNDONE: Sql = Sql {
    name: "db.undone",
    text: "select undo_act_id from dated_undo where table_name = $1 and act_id = $2",
};

const IS_UNDOING: Sql = Sql {
    name: "db.is_undoing",
    text: "select count(*) from dated_undo where table_name = $1 and undo_act_id = $2",
};

/// The statements of this module, for the check on both engines.
pub(crate) const OWN: &[Sql] = &[RECORD_UNDO, UNDONE, IS_UNDOING];

/// What one act made of the days it changed: content, by the index of its row, or nothing.
struct Layer {
    recorded_at: i64,
    parts: Vec<(Span, Option<usize>)>,
}

impl DatedTable {
    /// Undoes all that an act did in this table: every subject it touched becomes what it would be had the act
    /// never been. Returns these subjects in order.
    ///
    /// An act that undoes must do nothing else in the table, and cannot itself be undone: state the facts anew.
    ///
    /// # Errors
    /// [`StoreError::Dated`] when the act was undone before, is itself an undoing, or the moment is not the latest.
    pub fn undo(&self, conn: &mut Conn, stamp: Stamp, act_id: i64) -> Result<Vec<i64>, StoreError> {
        if !conn
            .query(&UNDONE, &[self.name.into(), act_id.into()], |row| {
                row.int(0)
            })?
            .is_empty()
        {
            return Err(self.refuse(format!("処理{act_id}は取消済みです")));
        }
        if conn.query_one(&IS_UNDOING, &[self.name.into(), act_id.into()], |row| {
            row.int(0)
        })? > 0
        {
            return Err(self.refuse(format!(
                "処理{act_id}は取消の処理です。取り消さずに、あらためて登録してください"
            )));
        }
        let undid_before = conn.query_one(
            &IS_UNDOING,
            &[self.name.into(), stamp.act_id.into()],
            |row| row.int(0),
        )? > 0;
        let text = format!(
            "select {0} from {1} where act_id = $1 union select {0} from {1} where superseded_by_act = $1 order by 1",
            self.subject, self.name
        );
        let subjects = conn.collect(self.name, &text, &[act_id.into()], |row| row.int(0))?;
        if subjects.is_empty() {
            return Ok(subjects);
        }
        let record = [
            self.name.into(),
            act_id.into(),
            stamp.act_id.into(),
            stamp.recorded_at.into(),
        ];
        conn.execute(&RECORD_UNDO, &record)?;
        for subject in &subjects {
            self.lay_again(conn, stamp, *subject, undid_before)?;
        }
        Ok(subjects)
    }

    /// Makes the standing rows of a subject those that follow from the acts that were not undone.
    fn lay_again(
        &self,
        conn: &mut Conn,
        stamp: Stamp,
        subject: i64,
        undid_before: bool,
    ) -> Result<(), StoreError> {
        let rows = self.history(conn, subject)?;
        let moment = rows
            .iter()
            .map(|row| row.superseded_at.unwrap_or(row.recorded_at))
            .max()
            .unwrap_or(0);
        let later = if undid_before {
            moment > stamp.recorded_at
        } else {
            moment >= stamp.recorded_at
        };
        if later {
            return Err(self.refuse(format!("対象{subject}には、取消より新しい記録があります")));
        }
        let left_out = self.left_out(conn, &rows)?;
        let mut wanted = overlay(&layers(&rows, &left_out));
        let mut next_no = rows.last().map_or(1, |row| row.fact_no + 1);
        for row in rows.iter().filter(|row| row.superseded_at.is_none()) {
            let same = wanted.iter().position(|(span, source)| {
                *span == row.valid
                    && rows
                        .get(*source)
                        .is_some_and(|from| from.act_id == row.act_id && from.values == row.values)
            });
            match same {
                Some(index) => drop(wanted.remove(index)),
                None => self.supersede(conn, stamp, subject, row.fact_no)?,
            }
        }
        for (span, source) in wanted {
            if let Some(from) = rows.get(source) {
                self.insert(
                    conn,
                    stamp.recorded_at,
                    from.act_id,
                    subject,
                    &mut next_no,
                    span,
                    &from.values,
                )?;
            }
        }
        Ok(())
    }

    /// The acts on these rows that make no layer: undone ones, and those that only undid.
    fn left_out(&self, conn: &mut Conn, rows: &[Fact]) -> Result<BTreeSet<i64>, StoreError> {
        let acts: BTreeSet<i64> = rows
            .iter()
            .map(|row| row.act_id)
            .chain(rows.iter().filter_map(|row| row.superseded_by_act))
            .collect();
        let mut left_out = BTreeSet::new();
        for act in acts {
            let undone_by =
                conn.query(&UNDONE, &[self.name.into(), act.into()], |row| row.int(0))?;
            if !undone_by.is_empty() {
                left_out.insert(act);
                left_out.extend(undone_by);
            }
        }
        Ok(left_out)
    }
}

/// The layers of a subject's acts, oldest first.
///
/// An act's own rows are those it stated at its moment and did not itself replace; rows that carry its number from
/// later moments are remains. What stood before the act, was superseded by it and is covered by nothing written at
/// its moment, it ended.
fn layers(rows: &[Fact], left_out: &BTreeSet<i64>) -> Vec<Layer> {
    let mut moments: BTreeMap<i64, i64> = BTreeMap::new();
    for row in rows {
        let moment = moments.entry(row.act_id).or_insert(row.recorded_at);
        *moment = row.recorded_at.min(*moment);
        if let (Some(act), Some(at)) = (row.superseded_by_act, row.superseded_at) {
            let moment = moments.entry(act).or_insert(at);
            *moment = at.min(*moment);
        }
    }
    let mut layers: Vec<Layer> = moments
        .into_iter()
        .filter(|(act, _)| !left_out.contains(act))
        .map(|(act, recorded_at)| Layer {
            recorded_at,
            parts: parts(rows, act, recorded_at),
        })
        .collect();
    layers.sort_by_key(|layer| layer.recorded_at);
    layers
}

fn parts(rows: &[Fact], act: i64, moment: i64) -> Vec<(Span, Option<usize>)> {
    let written: Vec<(usize, &Fact)> = rows
        .iter()
        .enumerate()
        .filter(|(_, row)| row.recorded_at == moment && row.superseded_at != Some(moment))
        .collect();
    let mut ended: Vec<Span> = rows
        .iter()
        .filter(|row| row.superseded_by_act == Some(act) && row.recorded_at < moment)
        .map(|row| row.valid)
        .collect();
    for (_, row) in &written {
        ended = ended
            .into_iter()
            .flat_map(|span| span.minus(row.valid))
            .flatten()
            .collect();
    }
    let stated = written
        .into_iter()
        .filter(|(_, row)| row.act_id == act)
        .map(|(index, row)| (row.valid, Some(index)));
    stated
        .chain(ended.into_iter().map(|span| (span, None)))
        .collect()
}

/// What stands when layers are laid over each other, in the order of days.
fn overlay(layers: &[Layer]) -> Vec<(Span, usize)> {
    let mut standing: Vec<(Span, usize)> = Vec::new();
    for (span, source) in layers.iter().flat_map(|layer| &layer.parts) {
        standing = standing
            .into_iter()
            .flat_map(|(old, from)| {
                old.minus(*span)
                    .into_iter()
                    .flatten()
                    .map(move |rest| (rest, from))
            })
            .collect();
        standing.extend(source.map(|from| (*span, from)));
    }
    standing.sort_by_key(|(span, _)| span.from);
    standing
}
