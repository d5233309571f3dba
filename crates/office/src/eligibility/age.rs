//! 年齢到達 — what age alone brings about: listed for a stretch of days, shown before it is done, confirmed in one act for
//! each stretch of people, once for each person and age.
//!
//! 根拠: 年齢計算ニ関スル法律、国民健康保険法 第6条第8号・第8条・第42条、介護保険法 第9条、国民健康保険法施行令 第29条の7

mod confirm;
mod corrected;
mod find;
mod matter;

pub(crate) use confirm::one;
pub use confirm::{confirm, preview, request_of, run, start};
pub(crate) use corrected::{birth_corrected, of_another_birth};
pub use find::{AgeMove, Milestone, list, list_within};
pub(crate) use find::{beyond_75, left_behind};
pub(crate) use matter::{matters, registered, source_of};

use db::Sql;

/// 喪失事由 of 75歳到達.
pub(crate) const AT_75: &str = "late_elderly_75";

/// Statements of this area.
#[must_use]
pub fn statements() -> Vec<Sql> {
    [confirm::STATEMENTS, find::STATEMENTS].concat()
}
