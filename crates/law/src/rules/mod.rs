//! 規則 — dated parameters with clause, source and status.
//!
//! `rules/national` holds what law and cabinet order fix, `rules/municipal/<code>` what an ordinance fixes.
//! [`RuleBook`] reads them all, refuses what does not fit, and answers for one municipality and one year.

mod assemble;
pub mod book;
pub mod calendar;
pub mod code;
pub mod error;
pub mod instalment;
pub mod late_charge;
pub mod levy;
mod municipal;
pub mod national;
mod row;
pub mod series;

pub use book::RuleBook;
pub use calendar::Calendar;
pub use error::{Place, RuleError};
pub use instalment::{InstalmentPeriod, InstalmentRules, RemainderTo};
pub use late_charge::{LateChargeRates, LateChargeRules};
pub use levy::LevyRules;
pub use series::{Grade, Provenance};
