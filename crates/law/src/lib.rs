//! The law of municipal National Health Insurance as pure functions of facts and dated parameters.
//!
//! No clock, no database, no float, no randomness. One function per provision, each with its clause.

pub mod date;
pub mod money;

pub use date::{Date, FiscalYear, Months, Span, day};
pub use money::{Rate, Rounding, Yen};
