//! 窓口が先 — a run inside the server lets whoever stands at the counter go first.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A run waits no longer than this between two of its stretches: where somebody is always served, it still goes on.
const COURTESY: Duration = Duration::from_millis(20);

/// How many requests are being worked on.
#[derive(Debug, Default)]
pub(crate) struct Counter {
    served: Mutex<usize>,
    free: Condvar,
}

/// Somebody is served for as long as this is there.
struct Served<'c>(&'c Counter);

impl Drop for Served<'_> {
    fn drop(&mut self) {
        *self.0.served() -= 1;
        self.0.free.notify_all();
    }
}

impl Counter {
    /// Works on a request.
    pub(crate) fn serve<R>(&self, work: impl FnOnce() -> R) -> R {
        *self.served() += 1;
        let _served = Served(self);
        work()
    }

    /// Lets who is being served go first. Whether nobody is served any more.
    pub(crate) fn give_way(&self) -> bool {
        self.wait(COURTESY)
    }

    fn wait(&self, longest: Duration) -> bool {
        let waited = self
            .free
            .wait_timeout_while(self.served(), longest, |served| *served > 0);
        let (served, _) = waited.unwrap_or_else(PoisonError::into_inner);
        *served == 0
    }

    fn served(&self) -> MutexGuard<'_, usize> {
        self.served.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::mpsc;

    #[test]
    fn a_run_goes_on_when_nobody_is_served_and_after_a_while_in_any_case() {
        let counter = Counter::default();
        assert!(counter.give_way());
        let within = counter.serve(|| (counter.give_way(), counter.serve(|| counter.give_way())));
        assert_eq!(within, (false, false));
        assert!(counter.wait(Duration::ZERO));
    }

    #[test]
    fn a_run_waits_until_the_last_one_is_served() {
        let counter = Counter::default();
        std::thread::scope(|scope| {
            let counter = &counter;
            let (come, came) = mpsc::channel();
            // Whatever fails below, this end goes, and nobody is left waiting for it.
            let (go, gone) = mpsc::channel::<()>();
            scope.spawn(move || {
                counter.serve(|| {
                    come.send(()).unwrap();
                    gone.recv().unwrap();
                });
            });
            came.recv().unwrap();
            assert!(!counter.wait(Duration::ZERO));
            let run = scope.spawn(|| counter.wait(Duration::from_secs(20)));
            go.send(()).unwrap();
            assert!(run.join().unwrap());
        });
    }

    #[test]
    fn who_was_served_by_something_that_broke_is_served_no_more() {
        let counter = Counter::default();
        let broken = catch_unwind(AssertUnwindSafe(|| counter.serve(|| panic!("broken"))));
        assert!(broken.is_err());
        assert!(counter.wait(Duration::ZERO));
    }
}
