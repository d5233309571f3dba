//! 仕事の一覧: jobs, notices, held rows.

pub mod files;
pub mod held;
pub mod jobs;
pub mod list;
pub mod notice;
pub mod notices;
pub mod yearly;
