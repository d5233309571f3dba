//! 提供・移転 — whatever is handed to somebody goes to whom the table of the rules names for that purpose, is written down
//! before it is made and again when it is out, and is sealed where it is carried.
//!
//! 根拠: 番号法 第19条・第12条; 個人情報の保護に関する法律 第66条・第69条.

mod clear;
mod person;
mod record;
mod seal;
mod table;

pub use clear::{Asked, Cleared, clear};
pub use person::{Line, LineKind, asked_about, of_person};
pub use record::{Given, GivenFile, Medium, Sent, given, sent};
pub use seal::{seal, unseal};
pub use table::{HEADING, table};

use db::Sql;

/// Statements of this area, prepared on both engines by a test.
#[must_use]
pub fn statements() -> Vec<Sql> {
    [clear::STATEMENTS, person::STATEMENTS, record::STATEMENTS].concat()
}
