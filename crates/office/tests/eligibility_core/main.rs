//! 資格 from the counter to spans, levy and work list, on both engines: every scenario of the field by name, and what must
//! always hold.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "../support/mod.rs"]
mod support;

mod as_of;
mod changes;
mod counter;
mod figures;
mod founding;
mod households;
mod loaded;
mod moves;
mod papers;
mod safety;
mod sanctions;
mod unseen;
