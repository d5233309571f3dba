//! Scenarios of the office from report to ledger, on 港区's rules of 令和5年度 to 令和8年度 (料, 二方式, one yen, ten
//! instalments from June). The yen are worked by hand in the comments.
//!
//! 令和8年度: 医療 7.51 %/47,600円, 支援 2.80 %/17,600円, 介護 2.43 %/17,800円, 子ども 0.27 %/1,800円+73円. 7割軽減 leaves
//! 14,280 / 5,280 / 5,340 / 540 + 21. Due days: 6/30, 7/31, 8/31, 9/30, 11/2, 11/30, 1/4, 2/1, 3/1, 3/31.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "../support/mod.rs"]
mod support;

mod corrections;
mod eligibility;
mod households;
mod reductions;
mod runs;

use law::{Date, day};
use support::desk::{Desk, business, income, single};

/// The day of the first levy of 令和8年度.
const JUNE: Date = Date::constant(2026, 6, 12);

/// A single person without income, filed, insured for long: 7割, 20,121円 in 令和8年度.
fn poor(desk: &Desk, household: i64, id: i64, born_on: Date) {
    single(desk, household, id, born_on, day(2020, 4, 1));
    desk.report(day(2024, 4, 2), |conn, act| {
        for year in 2023..=2026 {
            income(conn, act, id, year, business(0))?;
        }
        Ok(())
    });
}
