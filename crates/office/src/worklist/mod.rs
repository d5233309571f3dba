//! 処理待ち — what a person has to look at: one list with owner and due day, fed by every area.

use db::Sql;

/// Statements of this area, prepared on both engines by a test.
#[must_use]
pub fn statements() -> Vec<Sql> {
    Vec::new()
}
