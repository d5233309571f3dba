//! What the disk and the machine take by themselves while something is measured on them: no page that must be recorded is quicker
//! than the disk, and none is answered while the machine stands still.

use anyhow::Result;
use std::fs::OpenOptions;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Between two looks at the disk.
const PAUSE: Duration = Duration::from_millis(25);
/// How long who looks at the machine means to sleep.
const SLEEP: Duration = Duration::from_millis(5);

/// A stretch of time for which somebody waited.
#[derive(Clone, Copy, Debug)]
pub struct Wait {
    begun: Instant,
    /// How long.
    pub took: Duration,
}

impl Wait {
    /// One that began then and ends now.
    pub fn since(begun: Instant) -> Self {
        Self {
            begun,
            took: begun.elapsed(),
        }
    }

    /// How much of this wait those took that lie within it or run into it.
    pub fn shared_with<'w>(&self, others: impl IntoIterator<Item = &'w Self>) -> Duration {
        let end = self.begun + self.took;
        let shared = others.into_iter().map(|other| {
            let until = end.min(other.begun + other.took);
            until.saturating_duration_since(self.begun.max(other.begun))
        });
        shared.sum()
    }
}

/// Writes the same 4 KiB again and again until it is over, and how long each took to be on the disk.
///
/// # Errors
/// Where the folder cannot be written to.
pub fn disk(folder: &Path, over: &AtomicBool) -> Result<Vec<Wait>> {
    let path = folder.join("disk");
    let file = OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .open(path)?;
    let page = [7; 4_096];
    file.write_all_at(&page, 0)?;
    file.sync_all()?;
    let mut waits = Vec::new();
    while !over.load(Ordering::Relaxed) {
        let begun = Instant::now();
        file.write_all_at(&page, 0)?;
        file.sync_data()?;
        waits.push(Wait::since(begun));
        std::thread::sleep(PAUSE);
    }
    Ok(waits)
}

/// What somebody found who only slept and looked at the clock.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// How much longer than meant the sleep was.
    pub late: Wait,
    /// From the look before to this one.
    between: Wait,
    /// Processor time that other machines had of this one meanwhile; zero where nobody tells.
    pub given_away: Duration,
}

impl Look {
    /// Whether it was between these two looks that somebody waited.
    pub fn meets(&self, wait: &Wait) -> bool {
        !wait.shared_with([&self.between]).is_zero()
    }
}

/// Sleeps again and again until it is over, and how much longer than meant each sleep was: how long nobody ran who only wanted to
/// look at the clock.
pub fn machine(over: &AtomicBool) -> Vec<Look> {
    let mut looks = Vec::new();
    let mut given_before = given_away();
    while !over.load(Ordering::Relaxed) {
        let begun = Instant::now();
        std::thread::sleep(SLEEP);
        let late = Wait::since(begun + SLEEP);
        let given = given_away();
        looks.push(Look {
            late,
            between: Wait::since(begun),
            given_away: given.saturating_sub(given_before),
        });
        given_before = given;
    }
    looks
}

/// Processor time since the machine began that was wanted here and given to other machines by what this one runs in; zero where
/// nobody tells. The system counts it in hundredths of a second.
fn given_away() -> Duration {
    let text = std::fs::read_to_string("/proc/stat").unwrap_or_default();
    let told = text.lines().next().and_then(|line| {
        let hundredths: u64 = line.split_whitespace().nth(8)?.parse().ok()?;
        Some(Duration::from_millis(hundredths.saturating_mul(10)))
    });
    told.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(origin: Instant, from: u64, until: u64) -> Wait {
        Wait {
            begun: origin + Duration::from_millis(from),
            took: Duration::from_millis(until - from),
        }
    }

    #[test]
    fn what_was_slow_beside_an_answer_counts_for_as_long_as_it_ran_beside_it() {
        let origin = Instant::now();
        let answer = wait(origin, 100, 200);
        let beside = [(0, 90), (80, 130), (150, 160), (190, 400), (200, 300)]
            .map(|(from, until)| wait(origin, from, until));
        assert_eq!(
            answer.shared_with(&beside),
            Duration::from_millis(30 + 10 + 10)
        );
        assert_eq!(answer.shared_with(&[]), Duration::ZERO);
    }
}
