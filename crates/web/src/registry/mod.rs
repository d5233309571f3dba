//! 宛名検索 and 世帯.

pub mod acts;
pub mod codes;
pub mod household;
pub mod names;
pub mod person;
pub mod picture;
pub mod search;
pub mod tasks;
