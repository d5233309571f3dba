//! 確認 — a deed carried out, looked at, and rolled back: the preview is the same code, so it cannot say something else.

use crate::error::OfficeError;
use db::{Conn, Store};

/// Counters that yearly runs or other previews take from and whose numbers no page shows before they are given. Numbers of
/// households, papers and people are not among them: a preview says which they would be.
const AHEAD: &[&str] = &[
    "act",
    "decision",
    "eligibility_event",
    "judgement_decision",
    "ledger",
    "outbox_message",
    "work_item",
];

/// Does something in a transaction that always rolls back, and answers what it came to.
///
/// # Errors
/// What the work fails with.
pub fn rolled_back<R>(
    store: &Store,
    work: impl FnMut(&mut Conn) -> Result<R, OfficeError>,
) -> Result<R, OfficeError> {
    store.rehearse(AHEAD, work)
}
