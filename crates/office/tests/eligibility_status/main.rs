//! 資格に付く状態: each stated, ended, undone and kept as it was known, on both engines.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod assistance;
mod facility;
mod office;
mod order;
mod register;
mod slip;
#[path = "../support/mod.rs"]
mod support;
mod whereabouts;
