//! 処理の実行 — one table-driven runner: job, step, chunk, attempt.
//!
//! A chunk and its mark are committed in one transaction and chunks are committed in order, so a run that
//! was killed anywhere and started again leaves the rows of an uninterrupted run. Reading and computing
//! happen outside the transaction; the counter never waits for a chunk's arithmetic.

mod everyone;
pub mod overview;
mod pipeline;
mod table;

pub use everyone::Everyone;
pub use pipeline::{Flow, Progress, run_in_order};
pub use table::{Chunk, Done, Job, JobState, STATEMENTS, create, load, open_chunks, set_state};

/// Statements of the cutting into chunks.
pub use everyone::STATEMENTS as EVERYONE;
