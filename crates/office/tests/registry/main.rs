//! The registry of persons on both engines: residents' events in any order, 住登外, destinations, accounts, 名寄せ, search.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod around;
mod changes;
mod desk;
mod events;
mod histories;
mod items;
mod joined;
mod measures;
mod outsiders;
mod papers;
mod scenarios;
#[path = "../support/mod.rs"]
mod support;
