//! 宛名検索 and 世帯.

pub mod codes;
pub mod household;
pub mod names;
pub mod picture;
pub mod search;
