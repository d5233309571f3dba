//! 取込 — outside files into dated facts, on both engines.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod again;
mod anything;
mod desk;
mod end_to_end;
mod held;
mod hostile;
mod incidents;
mod missing;
mod names;
mod own_events;
mod registry;
mod restart;
mod sim_city;
mod spans;
