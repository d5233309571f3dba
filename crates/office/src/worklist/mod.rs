//! 処理待ち — what a person has to look at: one list with owner and due day, fed by every area.
//!
//! The same matter (kind, subject, source) is opened once: a file read twice or a step run again adds nothing. An item
//! that fell away by itself ([`Outcome::Withdrawn`]) may be opened again, and one whose answer is taken back is. Who did what with an item is kept for ever in
//! its steps.

mod candidate;
mod handle;
mod item;
mod kind;
mod list;
mod reopen;

pub use candidate::{Candidate, Settled};
pub use handle::{
    Handover, answer, assign, open, open_all, open_of_source, settle, settle_by, withdraw_source,
};
pub use item::{Item, NewItem, Outcome, Owner, State, Step};
pub use kind::{
    ALL, BENEFIT_REVIEW, CERTIFICATE_COME_BACK, CERTIFICATE_END, CERTIFICATE_ISSUE,
    CERTIFICATE_REPLACE, CERTIFICATE_RETURN, DESTINATION_APPROVAL, DESTINATION_EXPIRY,
    ELIGIBILITY_AGE, ELIGIBILITY_APPROVAL, ELIGIBILITY_CANDIDATE, ELIGIBILITY_HEAD,
    ELIGIBILITY_OVERLAP, ELIGIBILITY_PENDING, ELIGIBILITY_PREFECTURE, ELIGIBILITY_UNREPORTED,
    IMPORT_MISSING, INTAKE_DIFFERENCE, JUDGEMENT_INVITE, JUDGEMENT_PENDING, Kind, LEVY_CHANGED,
    LEVY_HELD, MERGE_APPROVAL, MESSAGE_UNCONFIRMED, NONRESIDENT_EXPIRY, REGISTER_DUE,
    RESIDENT_EVENT, RETENTION_DUE, SANCTION_HEAD, STATUS_FACILITY, STATUS_RESIDENCE_PERIOD,
    STATUS_SPECIAL_CIRCUMSTANCES, STATUS_STUDENT, STATUS_WHEREABOUTS, SUPPORT_EXPIRY,
};
pub use list::{Count, Cursor, Filter, PAGE, Page, count_by_kind, get, list, steps};
pub use reopen::{done_about, left_by_night, reopen};

use db::Sql;

/// Statements of this area, prepared on both engines by a test.
#[must_use]
pub fn statements() -> Vec<Sql> {
    [handle::STATEMENTS, list::STATEMENTS, reopen::STATEMENTS].concat()
}
