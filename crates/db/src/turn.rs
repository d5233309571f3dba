//! 順番 — how a writing transaction on PostgreSQL stands among the others.
//!
//! There, of two transactions that take a number from the same counter the later to commit is run again. A long one
//! among many short ones would be run again for ever. Every third run therefore has the house to itself: it waits until
//! those at work have ended, and those who come after it wait for it.

/// Whether a writer runs beside others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// Beside others; who is in the way is noticed, and one of the two runs again.
    Beside,
    /// Alone.
    Alone,
}

impl Turn {
    /// The turn of a run, counted from 0.
    pub(crate) const fn of(attempt: u32) -> Self {
        if attempt % 3 == 2 {
            Self::Alone
        } else {
            Self::Beside
        }
    }

    /// What begins the transaction. Locking a table takes no snapshot, so what others committed before is seen. Who would
    /// be alone gives up after two seconds behind a long one, for nobody else begins meanwhile.
    pub(crate) const fn begin(self) -> &'static str {
        match self {
            Self::Beside => {
                "begin isolation level serializable; lock table counter in row share mode"
            }
            Self::Alone => {
                "begin isolation level serializable; set local lock_timeout = '2s'; \
                 lock table counter in exclusive mode; set local lock_timeout = 0"
            }
        }
    }
}
