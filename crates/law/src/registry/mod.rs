//! 住民異動 — what the events of the residents' register make of one person, in whatever order they became known.

pub mod cause;
pub mod fold;

pub use cause::{CAUSES, Candidate, Cause, Side, cause};
pub use fold::{Event, Fate, Folded, Items, Presence, State, Waiting, fold};
