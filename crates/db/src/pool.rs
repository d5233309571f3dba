//! A small pool of connections with a limit and a patience.

use crate::conn::Conn;
use crate::error::StoreError;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Connections of one kind; at most `limit` at a time.
pub(crate) struct Pool {
    state: Mutex<State>,
    freed: Condvar,
    limit: usize,
    patience: Duration,
}

struct State {
    idle: Vec<Conn>,
    open: usize,
}

impl Pool {
    pub(crate) fn new(limit: usize, patience: Duration) -> Self {
        let state = State {
            idle: Vec::new(),
            open: 0,
        };
        Self {
            state: Mutex::new(state),
            freed: Condvar::new(),
            limit: limit.max(1),
            patience,
        }
    }

    /// Lends an idle connection or a new one; waits when all are lent out. The borrower gives it back by
    /// [`Pool::give_back`].
    pub(crate) fn take(
        &self,
        connect: impl FnOnce() -> Result<Conn, StoreError>,
    ) -> Result<Conn, StoreError> {
        let (mut state, waited) = self
            .freed
            .wait_timeout_while(self.lock(), self.patience, |state| {
                state.idle.is_empty() && state.open >= self.limit
            })
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(conn) = state.idle.pop() {
            return Ok(conn);
        }
        if waited.timed_out() && state.open >= self.limit {
            return Err(StoreError::Busy {
                seconds: self.patience.as_secs(),
            });
        }
        state.open += 1;
        drop(state);
        connect().inspect_err(|_| self.give_back(None))
    }

    /// Closes the connections that are not in use.
    pub(crate) fn close_idle(&self) -> Vec<Conn> {
        let mut state = self.lock();
        let idle = std::mem::take(&mut state.idle);
        state.open = state.open.saturating_sub(idle.len());
        drop(state);
        self.freed.notify_all();
        idle
    }

    /// Takes a connection back; `None` says that it was closed.
    pub(crate) fn give_back(&self, conn: Option<Conn>) {
        let mut state = self.lock();
        match conn {
            Some(conn) => state.idle.push(conn),
            None => state.open = state.open.saturating_sub(1),
        }
        drop(state);
        self.freed.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
