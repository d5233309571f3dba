//! 資格 — the register of who is insured: events, the spans that follow from them, and what an event sets in motion.

pub mod status;

use db::Sql;

/// Statements of this area, prepared on both engines by a test.
#[must_use]
pub fn statements() -> Vec<Sql> {
    status::statements()
}
