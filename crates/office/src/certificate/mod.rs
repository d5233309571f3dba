//! 証 — certificates and notices of eligibility: application, issue, return, renewal.

use db::Sql;

/// Statements of this area, prepared on both engines by a test.
#[must_use]
pub fn statements() -> Vec<Sql> {
    Vec::new()
}
