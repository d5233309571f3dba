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

    fn meets(&self, other: &Self) -> bool {
        self.begun < other.begun + other.took && other.begun < self.begun + self.took
    }

    /// The longest of those that lie within this one or run into it.
    pub fn longest_of(&self, others: &[Self]) -> Duration {
        let met = others.iter().filter(|other| self.meets(other));
        met.map(|other| other.took).max().unwrap_or_default()
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

/// Sleeps again and again until it is over, and how much longer than meant each sleep was: how long nobody ran who only wanted to
/// look at the clock.
pub fn machine(over: &AtomicBool) -> Vec<Wait> {
    let mut waits = Vec::new();
    while !over.load(Ordering::Relaxed) {
        let begun = Instant::now();
        std::thread::sleep(SLEEP);
        waits.push(Wait::since(begun + SLEEP));
    }
    waits
}

/// Processor time, in hundredths of a second since the machine began, that was wanted here and given to other machines by what
/// this one runs in; `None` where nobody tells.
pub fn given_away() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/stat").ok()?;
    let first = text.lines().next()?;
    first.split_whitespace().nth(8)?.parse().ok()
}
