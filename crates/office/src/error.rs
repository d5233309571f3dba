//! Errors by class: what a caller does next depends on the class alone.

use db::StoreError;
use law::Refusal;

/// Why a use case did not go through.
#[derive(Debug, thiserror::Error)]
pub enum OfficeError {
    /// Law or data forbids it: a sentence for the clerk, a code and perhaps a clause.
    #[error(transparent)]
    Refusal(#[from] Refusal),
    /// An input is wrong; shown beside its field.
    #[error("{field}: {message}")]
    Input {
        /// Name of the field as the clerk sees it.
        field: String,
        /// What is wrong and what to do.
        message: String,
    },
    /// Somebody else changed it first; reload and compare.
    #[error("{0}")]
    Conflict(String),
    /// The store failed.
    #[error("データベースで失敗しました: {0}")]
    Store(#[from] StoreError),
    /// An invariant broke; the request fails and an alarm is raised.
    #[error("内部の不整合です。管理者へ知らせてください: {0}")]
    Bug(String),
}

impl OfficeError {
    /// An input error beside a field.
    #[must_use]
    pub fn input(field: &str, message: &str) -> Self {
        Self::Input {
            field: field.to_owned(),
            message: message.to_owned(),
        }
    }
}
