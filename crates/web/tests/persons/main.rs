//! Pages of the person register: 名寄せ, 送付先, 基準収入額, 全件ファイルにない人, files through the API, papers, and the jobs of
//! the year.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "../common/mod.rs"]
mod common;
#[path = "../../../office/tests/imports/desk.rs"]
mod import;

mod abroad;
mod api;
mod benefits;
mod confirmation;
mod hiding;
mod incomes;
mod intake;
mod joining;
mod letters;
mod long_stay;
mod measures;
mod papers;
mod revenue;
mod years;
