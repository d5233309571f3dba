//! 規則 — dated parameters with clause, source and status.

pub mod instalment;
pub mod levy;

pub use instalment::{InstalmentPeriod, InstalmentRules, RemainderTo};
pub use levy::LevyRules;
