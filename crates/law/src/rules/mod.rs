//! 規則 — dated parameters with clause, source and status.

pub mod levy;

pub use levy::LevyRules;
