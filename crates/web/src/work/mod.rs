//! 仕事の一覧: jobs, notices, held rows.

pub mod held;
pub mod jobs;
pub mod notice;
pub mod notices;
