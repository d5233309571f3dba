//! What some work took: time on the wall, and processor time of this process, which neighbours on the machine
//! lengthen far less.

use std::time::{Duration, Instant};

/// The kernel tells processor time in hundredths of a second.
const TICK: Duration = Duration::from_millis(10);

/// Time taken.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spent {
    /// From begin to end.
    pub wall: Duration,
    /// On all processors, by this process alone.
    pub processor: Duration,
}

impl Spent {
    /// Does the work and tells what it took.
    pub fn on<R>(work: impl FnOnce() -> R) -> (R, Self) {
        let (before, begun) = (processor_time(), Instant::now());
        let done = work();
        let spent = Self {
            wall: begun.elapsed(),
            processor: processor_time().saturating_sub(before),
        };
        (done, spent)
    }

    /// Both times together.
    pub fn plus(self, other: Self) -> Self {
        Self {
            wall: self.wall + other.wall,
            processor: self.processor + other.processor,
        }
    }
}

/// User and system time of this process so far; zero where the kernel does not tell.
fn processor_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name of the program stands in brackets and may hold spaces; the two times are the 12th and 13th after it.
    let after_name = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
    let ticks = after_name.split_whitespace().skip(11).take(2);
    let ticks: u32 = ticks.filter_map(|text| text.parse::<u32>().ok()).sum();
    TICK * ticks
}
