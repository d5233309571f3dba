//! ログインの待ち行列 — a log-in takes much memory on purpose; only so many are worked on at once, some wait, and the rest
//! are told to come again. However many arrive, the machine keeps its memory for those who are in.

use law::Refusal;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// So many passwords are stretched at once: with 19 MiB each, 76 MiB at most.
pub const AT_ONCE: usize = 4;
/// So many log-ins wait.
pub const WAITING: usize = 128;

#[derive(Default)]
struct Line {
    inside: usize,
    waiting: usize,
    most_inside: usize,
    turned_away: u64,
}

static LINE: Mutex<Line> = Mutex::new(Line {
    inside: 0,
    waiting: 0,
    most_inside: 0,
    turned_away: 0,
});
static FREE: Condvar = Condvar::new();

fn line() -> MutexGuard<'static, Line> {
    LINE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A place inside; given back when dropped.
#[derive(Debug)]
pub struct Ticket(());

impl Drop for Ticket {
    fn drop(&mut self) {
        line().inside -= 1;
        FREE.notify_one();
    }
}

/// Waits for a place inside.
///
/// # Errors
/// A [`Refusal`] with code `security.login.busy` where too many wait already.
pub fn enter() -> Result<Ticket, Refusal> {
    let mut now = line();
    if now.inside >= AT_ONCE {
        if now.waiting >= WAITING {
            now.turned_away += 1;
            return Err(Refusal::new(
                "security.login.busy",
                "ログインが混み合っています。しばらく待ってからやり直してください".to_owned(),
            ));
        }
        now.waiting += 1;
        while now.inside >= AT_ONCE {
            now = FREE.wait(now).unwrap_or_else(PoisonError::into_inner);
        }
        now.waiting -= 1;
    }
    now.inside += 1;
    now.most_inside = now.most_inside.max(now.inside);
    Ok(Ticket(()))
}

/// The most that were ever inside at once, and how many were turned away: for `doctor` and for tests.
#[must_use]
pub fn seen() -> (usize, u64) {
    let now = line();
    (now.most_inside, now.turned_away)
}
