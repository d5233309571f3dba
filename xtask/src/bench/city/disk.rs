//! How long the disk takes by itself while something is measured on it: no page that must be recorded is quicker.

use super::clerks::tell;
use anyhow::Result;
use std::fs::OpenOptions;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(60);
/// Longer than this is told at once, with the moment.
const SLOW: Duration = Duration::from_millis(50);

/// Writes the same 4 KiB again and again until it is over, and how long each took to be on the disk.
///
/// # Errors
/// Where the folder cannot be written to.
pub fn waits(folder: &Path, over: &AtomicBool) -> Result<Vec<Duration>> {
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
        let took = begun.elapsed();
        if took > SLOW {
            tell("the disk alone", took);
        }
        waits.push(took);
        std::thread::sleep(PAUSE);
    }
    Ok(waits)
}
