//! The law of municipal National Health Insurance as pure functions of facts and dated parameters.
//!
//! No clock, no database, no float, no randomness. One function per provision, each with its clause.

pub mod certificate;
pub mod clause;
pub mod collection;
pub mod date;
pub mod eligibility;
pub mod era;
pub mod judgement;
pub mod levy;
pub mod money;
pub mod prefecture;
pub mod reason;
pub mod refusal;
pub mod registry;
pub mod rules;

pub use clause::{Clause, Statute};
pub use date::{Date, FiscalYear, Months, Span, day};
pub use money::{Rate, Rounding, Yen};
pub use refusal::Refusal;
pub use rules::levy::Payers;
