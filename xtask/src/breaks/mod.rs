//! `break` — known mistakes, put back one at a time into a private copy; each must turn the suite red.

mod copy;
mod noticed;
mod seed;

use crate::sh;
use crate::tests_run::Count;
use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use copy::Copy;
use noticed::Noticed;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

const FOLDER: &str = "xtask/breaks";

/// What to break.
#[derive(Args, Debug, Default)]
pub struct Options {
    /// Break this many, chosen by the seed.
    #[arg(long)]
    pub sample: Option<usize>,
    /// What the sample is drawn with; printed, so that a run can be repeated.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Break all of them (what happens without a sample, too).
    #[arg(long, conflicts_with = "sample")]
    pub all: bool,
    /// Break those whose name contains this, or one of several.
    #[arg(long)]
    pub name: Vec<String>,
    /// Break those that the tests of this package notice.
    #[arg(long)]
    pub package: Option<String>,
    /// Go on: leave out what was noticed before in the very same sources of the tested package and all it is built from.
    #[arg(long)]
    pub resume: bool,
    /// Break this many at a time, each in a copy of its own (some 8 GB of disk and one processor each).
    #[arg(long, default_value_t = 1)]
    pub workers: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "break")]
    breaks: Vec<Break>,
}

/// One known mistake.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Break {
    /// Short name, unique.
    name: String,
    /// File below the workspace root.
    file: PathBuf,
    /// Text that stands exactly once in the file.
    find: String,
    /// What the mistake puts there.
    replace: String,
    /// The narrow command that must fail.
    test: Vec<String>,
    /// Why it is wrong: the provision.
    why: String,
    /// Where it happened, or how it comes about.
    incident: String,
}

impl Break {
    /// The package whose tests notice it.
    fn package(&self) -> &str {
        let mut words = self.test.iter().skip_while(|word| *word != "-p");
        words.nth(1).map_or("", String::as_str)
    }
}

/// Breaks, tests, restores; counts the mistakes that were noticed and those that were not. What was noticed is written down
/// at once, so that a run that was stopped can go on.
pub fn run(root: &Path, options: &Options) -> Result<Count> {
    let mut waiting = chosen(read(root)?, options);
    let all = waiting.len();
    if all == 0 {
        bail!("no break is chosen");
    }
    let noticed = Noticed::open(root)?;
    if options.resume {
        waiting.retain(|broken| !noticed.has(broken));
        let before = all - waiting.len();
        println!("{before} of {all} were noticed before in the same sources");
    }
    // Taken from the end: first what was never noticed, for there a surprise is likeliest. Neighbours share what is built
    // again after the one before was restored.
    waiting.sort_by_cached_key(|one| (!noticed.had(one), one.file.clone(), one.test.clone()));
    let mut count = Count::default();
    count.passed += u64::try_from(all - waiting.len())?;
    let mut tests: Vec<Vec<String>> = waiting.iter().map(|one| one.test.clone()).collect();
    tests.sort();
    tests.dedup();
    let desk = Mutex::new(Desk {
        tests,
        proving: 0,
        waiting,
        noticed,
        count,
    });
    std::thread::scope(|scope| {
        let work = |worker| {
            let desk = &desk;
            scope.spawn(move || {
                let copy = Copy::make(root, worker)?;
                prove(desk, &copy)?;
                at_work(desk, &copy)
            })
        };
        let workers: Vec<_> = (0..options.workers.max(1)).map(work).collect();
        for worker in workers {
            match worker.join() {
                Ok(done) => done?,
                Err(_) => bail!("a worker ended in a panic"),
            }
        }
        Ok(())
    })?;
    let count = lock(&desk).count;
    println!(
        "{all} known mistakes put back, {} noticed, {} not",
        count.passed, count.failed
    );
    Ok(count)
}

/// What the workers share.
struct Desk {
    /// Commands that were not run on the sound sources yet.
    tests: Vec<Vec<String>>,
    /// Workers that run one.
    proving: usize,
    waiting: Vec<Break>,
    noticed: Noticed,
    count: Count,
}

fn lock(desk: &Mutex<Desk>) -> MutexGuard<'_, Desk> {
    desk.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs the tests before anything is broken: otherwise red would mean nothing. All of them first, for nothing has to be built
/// in between; ends when no worker runs one any more.
fn prove(desk: &Mutex<Desk>, copy: &Copy) -> Result<()> {
    while let Some(test) = take(desk) {
        let proved = copy.green(&test);
        let mut desk = lock(desk);
        desk.proving -= 1;
        let Err(error) = proved else { continue };
        let told_once = format!("{error:#}");
        let (unproven, others) = desk.waiting.drain(..).partition(|one| one.test == test);
        desk.waiting = others;
        let unproven: Vec<Break> = unproven;
        for broken in &unproven {
            let why = anyhow!("{} proves nothing: {told_once}", broken.name);
            told(&mut desk, broken, Err(why), 0)?;
        }
    }
    while lock(desk).proving > 0 {
        std::thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}

fn take(desk: &Mutex<Desk>) -> Option<Vec<String>> {
    let mut desk = lock(desk);
    let test = desk.tests.pop()?;
    desk.proving += 1;
    Some(test)
}

/// Takes one mistake after the other until none is left.
fn at_work(desk: &Mutex<Desk>, copy: &Copy) -> Result<()> {
    while let Some(broken) = next(desk) {
        let begun = Instant::now();
        let outcome = copy.turns_red(&broken);
        told(&mut lock(desk), &broken, outcome, begun.elapsed().as_secs())?;
    }
    Ok(())
}

fn next(desk: &Mutex<Desk>) -> Option<Break> {
    lock(desk).waiting.pop()
}

fn told(desk: &mut Desk, broken: &Break, outcome: Result<bool>, seconds: u64) -> Result<()> {
    match outcome {
        Ok(true) => {
            desk.count.passed += 1;
            desk.noticed.add(broken)?;
            println!("red    {} ({seconds} s)", broken.name);
        }
        Ok(false) => {
            desk.count.failed += 1;
            println!(
                "GREEN  {}: nothing noticed this mistake in {}\n       {} — {}",
                broken.name,
                broken.file.display(),
                broken.why,
                broken.incident
            );
        }
        Err(error) => {
            desk.count.failed += 1;
            println!("FAILED {error:#}");
        }
    }
    Ok(())
}

/// Every break of every file, checked against the files it patches.
fn read(root: &Path) -> Result<Vec<Break>> {
    let mut breaks: Vec<Break> = Vec::new();
    for path in sh::files(root, Path::new(FOLDER))? {
        let text = std::fs::read_to_string(root.join(&path))?;
        let file: File =
            toml::from_str(&text).with_context(|| format!("cannot read {}", path.display()))?;
        breaks.extend(file.breaks);
    }
    for (index, broken) in breaks.iter().enumerate() {
        if breaks
            .iter()
            .take(index)
            .any(|earlier| earlier.name == broken.name)
        {
            bail!("two breaks are called {}", broken.name);
        }
        if broken.test.first().is_none_or(|program| program != "cargo") {
            bail!("{}: the test command must be a cargo command", broken.name);
        }
        patched(root, broken)?;
    }
    Ok(breaks)
}

/// The file with the mistake in it.
fn patched(root: &Path, broken: &Break) -> Result<String> {
    let text = std::fs::read_to_string(root.join(&broken.file))
        .with_context(|| format!("{}: cannot read {}", broken.name, broken.file.display()))?;
    match text.matches(&broken.find).count() {
        1 => Ok(text.replacen(&broken.find, &broken.replace, 1)),
        times => bail!(
            "{}: the text to break stands {times} times in {}",
            broken.name,
            broken.file.display()
        ),
    }
}

fn chosen(mut breaks: Vec<Break>, options: &Options) -> Vec<Break> {
    if !options.name.is_empty() {
        let asked = |broken: &Break| options.name.iter().any(|part| broken.name.contains(part));
        breaks.retain(asked);
    }
    if let Some(package) = &options.package {
        breaks.retain(|broken| broken.package() == package);
    }
    if let Some(size) = options.sample {
        println!(
            "a sample of {size} of {} breaks, seed {}",
            breaks.len(),
            options.seed
        );
        fastrand::Rng::with_seed(options.seed).shuffle(&mut breaks);
        breaks.truncate(size);
    }
    breaks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_break_fits_its_file() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let breaks = read(&root).unwrap();
        assert!(breaks.len() >= 25, "{}", breaks.len());
        for broken in breaks {
            assert_ne!(broken.find, broken.replace, "{}", broken.name);
            assert!(
                !broken.why.is_empty() && !broken.incident.is_empty(),
                "{}",
                broken.name
            );
        }
    }
}
