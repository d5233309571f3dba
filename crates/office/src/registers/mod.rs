//! 台帳 — media, contractors, training, checks, incidents, requests, forms and devices: registers with an owner, evidence
//! and a due day, each declared as data.
//!
//! A register says which fields an entry has and which steps it goes through: what each step asks for, from which state it
//! leads to which, whether a second person has to agree, and until when the next one is due.

pub mod control;
pub mod entry;
pub mod kind;
pub mod prove;
pub mod read;
pub mod remind;

pub use entry::{Given, Taken, agree, take_step, turn_down};
pub use kind::{Field, FieldKind, Register, Registers, Step};
pub use read::{Entry, entries, entry, overdue};

use db::Sql;

/// Statements of this area, prepared on both engines by a test.
#[must_use]
pub fn statements() -> Vec<Sql> {
    [control::STATEMENTS, entry::STATEMENTS, read::STATEMENTS].concat()
}
