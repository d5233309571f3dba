//! 賦課の画面.

pub mod compare;
pub mod orders;
pub mod preview;
pub mod run;
pub mod runs;
pub mod show;
pub mod trial;
pub mod what_if;
pub mod words;
