//! 賦課の画面.

pub mod behind;
pub mod compare;
pub mod declare;
pub mod declare_fields;
pub mod declare_income;
pub mod deferral;
pub mod orders;
pub mod preview;
pub mod relief;
pub mod relief_apply;
mod relief_fields;
pub mod run;
pub mod runs;
pub mod show;
pub mod trial;
pub mod trial_of;
pub mod undo;
pub mod what_if;
pub mod words;
