//! 賦課 — from facts to decisions, differences, postings and notices.

pub mod adjustment;
pub mod book;
pub mod candidate;
pub mod compare;
pub mod decide;
pub mod decision;
pub mod declare;
mod declare_check;
pub(crate) mod declare_whose;
pub mod deferral;
pub mod held;
pub mod load;
pub mod load_rare;
mod load_rows;
pub mod numbers;
mod provisional;
pub mod publish;
pub mod relevy;
pub mod relief;
mod relief_record;
pub mod run;
mod run_kind;
pub mod run_scope;
pub mod special;
pub mod special_files;
mod special_read;
mod special_request;
pub mod tally;
mod tally_lines;
pub mod undo;
pub mod what_if;
pub mod why;
pub mod year_rules;

pub use book::{Booking, Relevied, SmallIncrease};
pub use decide::Outcome;
pub use decision::Decision;
pub use year_rules::YearRules;

/// 更正 of one household in the act of what changed it.
pub(crate) fn relevy_within(
    conn: &mut db::Conn,
    books: &relevy::Books<'_>,
    act: &crate::Act,
    decided_on: law::Date,
    household_id: i64,
    reason: &str,
) -> Result<Vec<Relevied>, crate::OfficeError> {
    let given = (reason, book::Circumstances::default());
    relevy::carry_out(conn, books, act, decided_on, &[household_id], given)
}
