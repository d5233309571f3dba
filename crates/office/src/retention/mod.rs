//! 保存期間と消去 — what has outlived its term, class by class; who is held back; and its erasure by two people, in one act,
//! with a certificate.

mod certificate;
mod circles;
mod condition;
mod due;
pub mod erase;
pub mod guards;
pub mod hold;
pub mod kept;
mod older;
pub mod proposal;
pub mod targets;

pub use certificate::{Certificate, certificate};
pub use due::{Due, Held, due};
pub use erase::{Erased, approve, decline};
pub use hold::{Hold, HoldKind, Holds};
pub use older::backups_to_destroy;
pub use proposal::{Proposal, proposals, propose};

use db::Sql;

/// Statements of this area, prepared on both engines by a test.
#[must_use]
pub fn statements() -> Vec<Sql> {
    [
        certificate::STATEMENTS,
        circles::STATEMENTS,
        due::STATEMENTS,
        erase::STATEMENTS,
        hold::STATEMENTS,
        proposal::STATEMENTS,
    ]
    .concat()
}

/// What the classes are read for: a municipality on a day.
#[derive(Clone, Copy, Debug)]
pub struct On<'b> {
    /// The rules.
    pub book: &'b law::rules::RuleBook,
    /// 全国地方公共団体コード.
    pub municipality: &'b str,
    /// 業務日付.
    pub day: law::Date,
}
