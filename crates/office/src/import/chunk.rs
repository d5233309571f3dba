//! A chunk: the rows of some subjects, read, checked and put together, before the store is touched.

use super::intake::Municipality;
use super::plan::{Plan, Staged};
use super::post::holds;
use super::scan::Place;
use exchange::{Codes, Flaw, Table};
use law::Date;
use rayon::prelude::*;

/// Rows of one chunk, about.
pub(super) const ROWS: usize = 8_000;

/// Cuts ordered places into chunks of whole subjects.
pub(super) fn chunks(places: &[Place], rows: usize) -> Vec<&[Place]> {
    let rows = if rows == 0 { ROWS } else { rows };
    let mut found = Vec::new();
    let mut rest = places;
    while !rest.is_empty() {
        let mut end = rest.len().min(rows);
        let last = rest.get(end.saturating_sub(1)).map(|place| place.subject);
        while rest.get(end).map(|place| place.subject) == last && end < rest.len() {
            end += 1;
        }
        let (head, tail) = rest.split_at(end);
        found.push(head);
        rest = tail;
    }
    found
}

/// Reads the rows of a chunk and looks at those of one subject together.
pub(super) fn stage(
    table: &Table<'_>,
    codes: &Codes,
    plan: &dyn Plan,
    municipality: &Municipality,
    today: Date,
    places: &[Place],
) -> Vec<Staged> {
    let mut rows: Vec<Staged> = places
        .par_iter()
        .with_min_len(256)
        .map(|place| {
            let read = table.row_at(place.start, place.line, |row| {
                let mut flaws = Vec::new();
                row.check(codes, &mut flaws);
                // Cells that are wrong in themselves say nothing: what they mean together is not asked.
                let stated = if holds(&flaws) {
                    None
                } else {
                    plan.state(&row, municipality, today, &mut flaws)
                };
                if stated.is_none() && !holds(&flaws) {
                    flaws.push(nothing_read());
                }
                (stated, flaws)
            });
            let (stated, flaws) = read.unwrap_or_else(|error| {
                (
                    None,
                    vec![Flaw::hold("行", "import.row.unreadable", error.to_string())],
                )
            });
            Staged {
                subject: place.subject,
                line: place.line,
                start: place.start,
                stated,
                flaws,
            }
        })
        .collect();
    rows.chunk_by_mut(|one, two| one.subject == two.subject)
        .for_each(|group| plan.together(group));
    rows
}

/// A row of which nothing was read is not one that says what stands already: it waits.
fn nothing_read() -> Flaw {
    Flaw::hold(
        "行",
        "import.row.nothing_read",
        "行の内容を読み取れません。日付の空欄・不詳がないか、送り元に確かめてください".to_owned(),
    )
}

/// When one row of a subject waits, the others do: half a history is a wrong history.
pub(super) fn hold_with_others(rows: &[Staged], flaws: &mut [Vec<Flaw>]) {
    let mut at = 0;
    for group in rows.chunk_by(|one, two| one.subject == two.subject) {
        let mine = flaws.get_mut(at..at + group.len()).unwrap_or_default();
        at += group.len();
        let first = group
            .iter()
            .zip(mine.iter())
            .find(|(_, flaws)| holds(flaws))
            .map(|(row, _)| row.line);
        let Some(line) = first else { continue };
        for flaws in mine.iter_mut().filter(|flaws| !holds(flaws)) {
            flaws.insert(
                0,
                Flaw::hold(
                    "行",
                    "import.row.with_other",
                    format!("同じ番号の{line}行目を保留したため、この行も保留しました"),
                ),
            );
        }
    }
}
