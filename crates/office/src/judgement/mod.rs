//! 判定 — burden classes as decisions with their reasons and history.

use db::Sql;

/// Statements of this area, prepared on both engines by a test.
#[must_use]
pub fn statements() -> Vec<Sql> {
    Vec::new()
}
