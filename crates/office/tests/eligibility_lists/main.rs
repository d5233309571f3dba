//! 年齢到達, 資格重複, 未届, 職権 and 一括処理, on both engines.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod age;
mod assisted;
mod bulk;
mod corrected;
mod counter;
mod deemed;
mod ex_officio;
#[allow(dead_code, reason = "shared with the tests of imports")]
#[path = "../imports/desk.rs"]
mod files;
mod handover;
mod inquiry;
mod intake;
mod letters;
mod moves;
mod overlap;
mod proof;
mod renaming;
#[path = "../support/mod.rs"]
mod support;
mod unreported;
