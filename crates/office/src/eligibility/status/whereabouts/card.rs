//! 調査の記録 — the lines of the card of a person who is not found.

use super::Trial;
use crate::acts::{self, Act, ActDetails, Acting};
use crate::eligibility::status::{Subject, known};
use crate::error::OfficeError;
use crate::security::permit::{Permit, RegisterFact};
use crate::worklist::{self, NewItem, STATUS_WHEREABOUTS};
use db::{Conn, Sql, Store};
use law::Date;

pub(super) const INSERT: Sql = Sql {
    name: "status.whereabouts.insert",
    text: "insert into whereabouts_entry (entry_id, person_id, found_on, kind, finding, act_id) \
           values ($1, $2, $3, $4, $5, $6)",
};

/// 調査の記録 — a line on the card. The first one opens the matter on the list.
///
/// # Errors
/// [`OfficeError::Input`] without a finding.
pub fn note(
    store: &Store,
    permit: &Permit<RegisterFact>,
    acting: &Acting,
    person_id: i64,
    found_on: Date,
    trial: Trial,
    finding: &str,
) -> Result<i64, OfficeError> {
    store.write(|conn| {
        let act = acts::begin(
            conn,
            acting,
            permit,
            "status.whereabouts_note",
            &ActDetails::default(),
        )?;
        let line = (found_on, trial, finding);
        note_under(conn, &act, person_id, line, acting.business_date)
    })
}

/// Adds a line to the card under an act that is under way.
///
/// # Errors
/// As [`note`].
pub fn note_under(
    conn: &mut Conn,
    act: &Act,
    person_id: i64,
    (found_on, trial, finding): (Date, Trial, &str),
    today: Date,
) -> Result<i64, OfficeError> {
    if finding.trim().is_empty() {
        return Err(OfficeError::input(
            "調査の内容",
            "調べて分かったことを入れてください",
        ));
    }
    known(conn, Subject::Person, person_id)?;
    let entry_id = conn.next_ids("whereabouts_entry", 1)?;
    let params = [
        entry_id.into(),
        person_id.into(),
        found_on.into(),
        trial.code().into(),
        finding.into(),
        act.id.0.into(),
    ];
    conn.execute(&INSERT, &params)?;
    if !has_open_matter(conn, person_id, today)? {
        let item = NewItem::about_person(
            STATUS_WHEREABOUTS,
            person_id,
            &format!("whereabouts/{entry_id}"),
            "居所を調べる",
            today,
        );
        worklist::open(conn, act, &item)?;
    }
    Ok(entry_id)
}

fn has_open_matter(conn: &mut Conn, person_id: i64, on: Date) -> Result<bool, OfficeError> {
    Ok(!matters(conn, person_id, on)?.is_empty())
}

pub(super) fn matters(conn: &mut Conn, person_id: i64, on: Date) -> Result<Vec<i64>, OfficeError> {
    let filter = worklist::Filter {
        kind: Some(STATUS_WHEREABOUTS),
        person_id: Some(person_id),
        ..worklist::Filter::default()
    };
    let page = worklist::list(conn, &filter, None, on)?;
    Ok(page.items.iter().map(|item| item.item_id).collect())
}
