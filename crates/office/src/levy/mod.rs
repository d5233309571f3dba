//! 賦課 — from facts to decisions, differences, postings and notices.

pub mod book;
pub mod compare;
pub mod decide;
pub mod decision;
pub mod deferral;
pub mod held;
pub mod load;
pub mod publish;
pub mod relevy;
pub mod relief;
pub mod run;
pub mod special;
pub mod tally;
pub mod undo;
pub mod what_if;
pub mod why;
pub mod year_rules;

pub use book::{Booking, Relevied, SmallIncrease};
pub use decide::Outcome;
pub use decision::Decision;
pub use year_rules::YearRules;
