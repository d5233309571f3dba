//! 取引 — how transactions begin and end, and how a writer on PostgreSQL stands among the others.
//!
//! There, of two transactions that take a number from the same counter the later to commit is run again. A long one
//! among many short ones would be run again for ever. Every second run therefore has the house to itself: it waits until
//! those at work have ended, and those who come after it wait for it.

use crate::conn::{Backend, Conn};
use crate::error::{Cause, StoreError};
use crate::sql::Engine;

/// Whether a writer runs beside others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// Beside others; who is in the way is noticed, and one of the two runs again.
    Beside,
    /// Alone.
    Alone,
    /// To be rolled back in any case; numbers of these counters are drawn ahead.
    Rehearsed(&'static [&'static str]),
}

impl Turn {
    /// The turn of a run, counted from 0.
    pub(crate) const fn of(attempt: u32) -> Self {
        if attempt % 2 == 1 {
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
            Self::Rehearsed(_) => "begin isolation level repeatable read",
        }
    }
}

impl Conn {
    /// Begins a transaction that only reads one snapshot, taken now.
    pub(crate) fn begin_read(&mut self, lock_out_writes: bool) -> Result<(), StoreError> {
        if lock_out_writes {
            self.control("pragma query_only = on")?;
        }
        self.control(match self.engine() {
            Engine::Sqlite => "begin; select 1 from sqlite_schema limit 1",
            Engine::Postgres => "begin isolation level repeatable read read only; select 1",
        })?;
        self.begins();
        Ok(())
    }

    /// Begins a transaction that writes as if it were alone.
    pub(crate) fn begin_write(&mut self, turn: Turn) -> Result<(), StoreError> {
        self.control(match &self.backend {
            Backend::Sqlite(_) => "begin immediate",
            Backend::Postgres(conn) if conn.counts => turn.begin(),
            Backend::Postgres(_) => "begin isolation level serializable",
        })?;
        if let Turn::Rehearsed(counters) = turn {
            self.rehearses(counters);
        }
        self.begins();
        Ok(())
    }

    fn begins(&mut self) {
        if let Backend::Postgres(conn) = &mut self.backend {
            conn.begins();
        }
    }

    /// Commits; after a failed statement nothing is committed.
    pub(crate) fn commit(&mut self) -> Result<(), StoreError> {
        self.ready()?;
        self.control("commit").map_err(|error| match error {
            StoreError::Statement {
                cause: Cause::Connection,
                reason,
                ..
            } => StoreError::CommitUnknown { reason },
            other => other,
        })
    }

    /// Rolls back and says whether the connection is fit for further use.
    pub(crate) fn rollback(&mut self, unlock_writes: bool) -> bool {
        self.failed = None;
        self.savepoints = 0;
        self.ahead = None;
        let rolled_back = match &self.backend {
            Backend::Sqlite(conn) => conn.is_autocommit() || self.control("rollback").is_ok(),
            Backend::Postgres(conn) => !conn.client.is_closed() && self.control("rollback").is_ok(),
        };
        let unlocked = !unlock_writes || self.control("pragma query_only = off").is_ok();
        self.failed = None;
        rolled_back && unlocked
    }

    /// Whether the transaction failed in a way that running it again may mend, and how.
    pub(crate) fn retry_reason(&self) -> Option<String> {
        self.failed
            .as_ref()
            .filter(|failure| failure.may_retry())
            .map(|failure| failure.reason.clone())
    }
}
