//! 特別徴収, 減免, 納付猶予, 少額, 集計 and 確定の取消, from report to ledger, on 港区's rules of 令和8年度.
//!
//! A single person without income owes 14,280 + 5,280 + 561 = 20,121円 in the year (7割), over ten ordinary instalments
//! 2,013円 and nine of 2,012円.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "../support/mod.rs"]
mod support;

mod adjustment;
mod deferral;
mod monthly;
mod pension;
mod provisional;
mod relief;
mod small_change;
mod tally;
mod undo;

use law::{Date, day};
use support::desk::{Desk, business, income, single};

/// The day of the first levy of 令和8年度.
const JUNE: Date = Date::constant(2026, 6, 12);

/// A single person without income, filed, insured for long.
fn poor(desk: &Desk, household: i64, id: i64, born_on: Date) {
    single(desk, household, id, born_on, day(2020, 4, 1));
    desk.report(day(2026, 4, 2), |conn, act| {
        income(conn, act, id, 2026, business(0))
    });
}
