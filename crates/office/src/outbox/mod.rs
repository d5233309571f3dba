//! 連携の送信箱 — what 国保情報集約システム has to be told of the register, decided in the act that changed it.
//!
//! A message is about one period of one person, or of one household's head and number. What is told is always the
//! difference between what the receiver has been told and what stands: an act that is undone before its message went out
//! leaves nothing to tell, and one that is undone later is told with a 取消. Name, address and flags go out as they are on the
//! day of the file; where they alone change, the night has the period that stands told again.

mod balance;
mod content;
mod export;
mod follow;
mod kinds;
mod particulars;
mod result;
mod table;

pub use balance::{Untold, balance};
pub use content::{HouseholdContent, PersonContent};
pub use export::{OutFile, export, file, files};
pub(crate) use follow::{Told, follow};
pub use kinds::{Division, Layout, State};
pub(crate) use particulars::{Before, changed, tell};
pub use result::{confirm, refused_item, resend};
pub use table::{
    Message, counts, list, of_act, of_file, of_household, of_person, one, unconfirmed,
};

use db::Sql;

/// Statements of this area, prepared on both engines by a test.
#[must_use]
pub fn statements() -> Vec<Sql> {
    [
        balance::STATEMENTS,
        content::STATEMENTS,
        export::STATEMENTS,
        particulars::STATEMENTS,
        table::STATEMENTS,
    ]
    .concat()
}
