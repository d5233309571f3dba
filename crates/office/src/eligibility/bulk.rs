//! 一括処理 — 町名変更, a facility that moves, 記号番号: shown line by line before and after, carried out in stretches that
//! can be stopped and gone on with, and taken back as a whole.

mod carry;
mod file;
mod lines;
mod names;
mod renaming;
mod ruling;
mod undoing;

pub use carry::{confirm, run};
pub use file::{
    NUMBER_HEADING, NumberRow, TOWN_HEADING, TownRow, Wrong, against_register, households_in,
    numbers, towns,
};
pub use lines::{Change, Line, NumberRule, dry_run};
pub(crate) use renaming::{Renaming, of_person as renamings_of};
pub use ruling::{Bulk, SECOND_PERSON_FROM, list, needs_second, rule};
pub use undoing::{UndoState, UndoStep, ask_undo, rule_undo, undo, undo_steps};

use db::Sql;

/// Statements of this area.
#[must_use]
pub fn statements() -> Vec<Sql> {
    [
        carry::STATEMENTS,
        file::STATEMENTS,
        lines::STATEMENTS,
        names::STATEMENTS,
        renaming::STATEMENTS,
        ruling::STATEMENTS,
        undoing::STATEMENTS,
    ]
    .concat()
}
