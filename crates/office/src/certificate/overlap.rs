//! 証の重なり — of one family one paper holds on a day: what a new paper overlaps ends with it, and what has ended is over.

use super::event::{self, Happened};
use super::find::Certificate;
use super::record::New;
use super::task;
use crate::acts::Act;
use crate::error::OfficeError;
use db::{Conn, Sql};
use law::Date;
use law::certificate::{EventKind, Place};

const OVERLAPPING: Sql = Sql {
    name: "certificate.issue.overlapping",
    text: "select certificate_id from certificate_standing where person_id = $1 and family = $2 \
           and (disease = $3 or $2 <> 'disease') and valid = 1 and coalesce(expires_on, '9999-12-31') >= $4 \
           and (invalid_from is null \
           or (invalid_from > $4 and invalid_from > $6 and invalid_from > effective_from)) \
           and effective_from <= $5 order by certificate_id",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[OVERLAPPING];

/// Papers of the same family (of 特定疾病療養受療証: and the same disease) that hold on any day of the new one. One that was
/// over when the new one is issued keeps its own last day, however far back the new one reaches.
///
/// 根拠: 国民健康保険法施行規則 第7条第1項・第3項、第26条の3第5項、第27条の13第8項
pub(super) fn overlapping(conn: &mut Conn, new: &New<'_>) -> Result<Vec<i64>, OfficeError> {
    let kind = new.proposal.kind;
    if !kind.family.replaces() {
        return Ok(Vec::new());
    }
    let term = &new.proposal.term;
    let last = term.expires_on.unwrap_or(Date::MAX);
    let params = [
        new.person_id.into(),
        kind.family.code().into(),
        new.proposal.disease.map_or(0, |one| one.code()).into(),
        term.effective_from.into(),
        last.into(),
        new.issued_on.into(),
    ];
    Ok(conn.query(&OVERLAPPING, &params, |row| row.int(0))?)
}

/// Ends a paper that a new one overlaps on the new one's first day; one that never left the office is void.
pub(super) fn end_at_issue(
    conn: &mut Conn,
    act: &Act,
    old: &Certificate,
    new: &New<'_>,
    new_id: i64,
) -> Result<(), OfficeError> {
    let why = Happened::because(&format!(
        "{}（証{new_id}）の交付",
        new.proposal.kind.name_ja
    ));
    if matches!(old.place, Place::Decided | Place::Office) {
        event::append(conn, act, old, (EventKind::Voided, new.issued_on), &why)?;
        return task::voided(conn, act, old);
    }
    let from = new.proposal.term.effective_from.max(old.effective_from);
    event::append(conn, act, old, (EventKind::Invalidated, from), &why)?;
    Ok(())
}
