//! A small pool of connections with a limit and a patience. Whoever asks first is served first: long work that gives its
//! connection back and asks again at once goes behind everybody who has been waiting meanwhile.

use crate::conn::Conn;
use crate::error::StoreError;
use std::collections::VecDeque;
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
    /// Those who wait, first come first.
    queue: VecDeque<u64>,
    next: u64,
}

impl State {
    /// Whether the turn of a ticket has come and there is a connection for it.
    fn serves(&self, ticket: u64, limit: usize) -> bool {
        self.queue.front() == Some(&ticket) && (!self.idle.is_empty() || self.open < limit)
    }
}

impl Pool {
    pub(crate) fn new(limit: usize, patience: Duration) -> Self {
        let state = State {
            idle: Vec::new(),
            open: 0,
            queue: VecDeque::new(),
            next: 0,
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
        let mut state = self.lock();
        let ticket = state.next;
        state.next += 1;
        state.queue.push_back(ticket);
        let (mut state, _) = self
            .freed
            .wait_timeout_while(state, self.patience, |state| {
                !state.serves(ticket, self.limit)
            })
            .unwrap_or_else(PoisonError::into_inner);
        let served = state.serves(ticket, self.limit);
        state.queue.retain(|waiting| *waiting != ticket);
        if !served {
            drop(state);
            self.freed.notify_all();
            return Err(StoreError::Busy {
                seconds: self.patience.as_secs(),
            });
        }
        let idle = state.idle.pop();
        if idle.is_none() {
            state.open += 1;
        }
        drop(state);
        // Whoever is next may find another connection free.
        self.freed.notify_all();
        if let Some(conn) = idle {
            return Ok(conn);
        }
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
        self.freed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
