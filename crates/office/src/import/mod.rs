//! 取込 — outside files into dated facts.
//!
//! Receive, hash, check the whole file (encoding, shape, municipality, counts and sums against the control), then post
//! in chunks ordered by person or household: what is right becomes facts under one act per chunk, what is wrong waits
//! in `import_row` with row, field and reason. The position in the file is kept in the same transaction as the facts,
//! so an import killed anywhere goes on when the same file is given again. A file with the content of the latest one of
//! its layout changes nothing; a row that says what stands already writes nothing. Whom a full file leaves out is kept
//! and waits in `import_row` too, except in files of a fiscal year, which replace the year.

mod absent;
mod attached;
mod by_hand;
mod cells;
mod chunk;
mod difference;
mod directory;
mod files;
mod gate;
mod held;
mod intake;
mod job;
mod laid;
mod malware;
mod missing;
mod own_events;
mod plan;
mod post;
mod rows_event;
mod rows_insurance;
mod rows_judgement;
mod rows_moves;
mod rows_nonresident;
mod rows_person;
mod rows_resident;
mod rows_status;
mod rows_support;
mod rows_tax;
mod rows_told;
mod scan;
mod scanner;
mod told_row;
mod told_take;

pub use absent::{
    Absent, AbsentCount, Decided, absent, counts as absent_counts, decide as decide_absent,
};
pub use attached::text_of;
pub use by_hand::{Typed, typed};
pub use files::{Received, files};
pub use held::{HeldRow, Settlement, held_rows, settle};
pub use intake::{ImportReport, Incoming, Municipality, Options, Progress, receive};
pub use scanner::{Scanner, check};

use db::Sql;

/// Whether files of a layout are taken in.
#[must_use]
pub fn takes_in(layout: &str) -> bool {
    intake::plan_of(layout).is_some()
}

/// Statements of this area, prepared on both engines by a test.
#[must_use]
pub fn statements() -> Vec<Sql> {
    [
        absent::STATEMENTS,
        directory::STATEMENTS,
        files::STATEMENTS,
        gate::STATEMENTS,
        held::STATEMENTS,
        job::STATEMENTS,
        missing::STATEMENTS,
        own_events::STATEMENTS,
        laid::STATEMENTS,
        rows_resident::STATEMENTS,
    ]
    .concat()
}
