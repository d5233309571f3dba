//! 拒否 — the law or the data forbids it.

use crate::clause::Clause;

/// Why the law or the data forbids something: a stable code, what to do in Japanese, and the clause.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message_ja}（{code}）")]
pub struct Refusal {
    /// Stable identifier, `area.thing.reason`.
    pub code: &'static str,
    /// What is wrong and what to do, for a clerk.
    pub message_ja: String,
    /// The provision that forbids it, where there is one.
    pub clause: Option<Clause>,
}

impl Refusal {
    /// A refusal without a clause of its own.
    #[must_use]
    pub fn new(code: &'static str, message_ja: String) -> Self {
        Self {
            code,
            message_ja,
            clause: None,
        }
    }

    /// Names the provision that forbids it.
    #[must_use]
    pub fn under(mut self, clause: Clause) -> Self {
        self.clause = Some(clause);
        self
    }
}
