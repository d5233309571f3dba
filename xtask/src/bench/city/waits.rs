//! What the clerks waited, as a part of the page.

use super::super::machine;
use super::super::table::{grouped, table};
use super::beside::Wait;
use super::clerks::{CLERKS, PAUSE, Phase};
use super::judgement::milliseconds;
use std::path::Path;
use std::time::Duration;

/// Rows of the page.
#[derive(Default)]
pub struct Found {
    rows: Vec<Vec<String>>,
    late: Vec<Vec<String>>,
}

impl Found {
    /// Puts what one stretch of time was like behind what is there.
    pub fn add(&mut self, engine: &str, city: (u64, usize), phase: &Phase) {
        self.rows.push(row(engine, city, phase));
        self.late.extend(late(engine, phase));
    }
}

/// The part of the page.
pub fn part(root: &Path, found: &Found) -> String {
    format!(
        "## Pages while the yearly runs go on\n\n`cargo xtask bench --pages N`: `kokuho serve` (release build) with a made-up \
         city behind it; the cut-over and the renewal are ordered through their pages and run inside the server. Meanwhile \
         {CLERKS} clerks ask over HTTP, one after the other and {} ms apart, for a household's page, a search by a common \
         surname in kana, the work list, and the effect of a loss on register, levy, judgement, papers and messages \
         (preview). Waits are median / 99th of 100 / longest, in milliseconds; of the disk, what 4 KiB of a file of its own \
         took to be on it meanwhile; of the machine, how much later somebody woke who only slept, and in brackets the \
         processor time that other machines had of this one. {} {}\n\n{}{}",
        PAUSE.as_millis(),
        machine::Machine::look(root).in_a_line(),
        written_late(),
        table(
            &[
                "engine",
                "households",
                "insured",
                "meanwhile",
                "took, s",
                "household",
                "search",
                "work list",
                "preview",
                "disk",
                "machine",
                "over 100 ms",
            ],
            &found.rows,
        ),
        late_part(&found.late),
    )
}

/// The answers that took longer than they may, with what was slow beside each.
fn late_part(late: &[Vec<String>]) -> String {
    if late.is_empty() {
        return String::new();
    }
    let heads = [
        "engine",
        "meanwhile",
        "over 100 ms",
        "took, ms",
        "the disk alone, ms",
        "the machine alone, ms",
        "given away, ms",
    ];
    format!(
        "\nAnswers over 100 ms, how much of each the disk was busy with its own 4 KiB, how much of it nobody ran who only slept, \
         and the processor time that other machines had meanwhile:\n\n{}",
        table(&heads, late)
    )
}

/// How much the system lets lie in memory before it writes to the disk: what comes at once is in the way of who must be recorded.
fn written_late() -> String {
    let told = |name: &str| {
        let text = std::fs::read_to_string(format!("/proc/sys/vm/{name}"));
        text.map_or_else(|_| "unknown".to_owned(), |text| text.trim().to_owned())
    };
    format!(
        "`vm.dirty_background_bytes` {}, `vm.dirty_background_ratio` {}.",
        told("dirty_background_bytes"),
        told("dirty_background_ratio")
    )
}

fn late(engine: &str, phase: &Phase) -> Vec<Vec<String>> {
    let rows = phase.late().into_iter().map(|late| {
        let mut cells = vec![
            engine.to_owned(),
            phase.name.to_owned(),
            late.kind.to_owned(),
        ];
        let took = [late.took, late.disk, late.machine, late.given_away];
        cells.extend(took.map(|took| took.as_millis().to_string()));
        cells
    });
    rows.collect()
}

fn row(engine: &str, (households, insured): (u64, usize), phase: &Phase) -> Vec<String> {
    let tenths = phase.took.as_millis().div_ceil(100);
    let mut cells = vec![
        engine.to_owned(),
        grouped(households.into()),
        grouped(insured as u128),
        phase.name.to_owned(),
        format!("{}.{}", tenths / 10, tenths % 10),
    ];
    let took = |waits: &[Wait]| -> Vec<Duration> { waits.iter().map(|wait| wait.took).collect() };
    let waits = phase.waits.iter().chain([&phase.disk]);
    cells.extend(waits.map(|waits| milliseconds(&took(waits))));
    let late: Vec<Wait> = phase.machine.iter().map(|look| look.late).collect();
    let given: Duration = phase.machine.iter().map(|look| look.given_away).sum();
    cells.push(format!(
        "{} ({})",
        milliseconds(&took(&late)),
        given.as_millis()
    ));
    let asked: usize = phase.waits.iter().map(Vec::len).sum();
    cells.push(format!(
        "{} of {}",
        phase.late().len(),
        grouped(asked as u128)
    ));
    cells
}
