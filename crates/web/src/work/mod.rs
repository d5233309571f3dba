//! 仕事の一覧: jobs, notices, held rows.

pub mod cut_over;
pub mod files;
pub mod held;
pub mod item;
pub mod jobs;
pub mod list;
pub mod messages;
pub mod missing;
pub mod nightly;
pub mod notice;
pub mod notices;
pub mod renewals;
