//! 宛名検索 and 世帯.

pub mod acts;
pub mod arrive;
pub mod codes;
mod dwelling;
pub mod hand;
pub mod household;
pub mod incomes;
pub mod keep;
mod keep_fields;
pub mod kept;
pub mod lanes;
pub mod lines;
pub mod merge;
pub mod merge_change;
pub mod moved;
pub mod movement;
pub mod names;
pub mod outsider;
pub mod outsider_term;
pub mod person;
pub mod picture;
pub mod place;
pub mod proposals;
pub mod search;
pub mod tasks;
pub mod transfer;
