//! Clerks who keep asking while something goes on, and how long they wait.

use super::beside::{self, Look, Wait};
use super::http::Browser;
use anyhow::{Result, bail};
use law::{Date, day};
use office::eligibility::{NewChange, NewEvent, Request};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// The business day.
pub const TODAY: Date = law::date::Date::constant(2026, 7, 10);
/// Their password.
pub const PASSWORD: &str = "Correct-horse-7-battery";
/// Clerks at work.
pub const CLERKS: usize = 2;
/// What a clerk asks for.
pub const KINDS: [&str; 4] = ["household", "search", "work list", "preview"];
/// Between two questions of a clerk: the server refuses a session more than twenty a second.
pub const PAUSE: Duration = Duration::from_millis(60);

/// What an answer may take.
pub const GOAL: Duration = Duration::from_millis(100);

/// 職員番号 of a clerk.
pub fn login(clerk: usize) -> String {
    format!("clerk{clerk:02}")
}

/// Common surnames in kana.
const NAMES: [&str; 6] = [
    "サトウ",
    "スズキ",
    "タカハシ",
    "タナカ",
    "イトウ",
    "ワタナベ",
];

/// What happened in one stretch of time.
pub struct Phase {
    /// What went on.
    pub name: &'static str,
    /// How long it took.
    pub took: Duration,
    /// Waits by kind.
    pub waits: [Vec<Wait>; 4],
    /// How long the disk took for a page of 4 KiB of a file of its own.
    pub disk: Vec<Wait>,
    /// What somebody found who only slept and looked at the clock.
    pub machine: Vec<Look>,
}

/// An answer that took longer than it may, with what was slow beside it.
pub struct Late {
    /// What was asked for.
    pub kind: &'static str,
    /// How long it took.
    pub took: Duration,
    /// How much of it the disk was busy with 4 KiB of a file of its own.
    pub disk: Duration,
    /// How much of it nobody ran who only slept.
    pub machine: Duration,
    /// Processor time that other machines had meanwhile.
    pub given_away: Duration,
}

impl Phase {
    /// The answers that took longer than they may.
    pub fn late(&self) -> Vec<Late> {
        let kinds = KINDS.iter().zip(&self.waits);
        let all = kinds.flat_map(|(kind, waits)| waits.iter().map(move |wait| (*kind, wait)));
        all.filter(|(_, wait)| wait.took > GOAL)
            .map(|(kind, wait)| Late {
                kind,
                took: wait.took,
                disk: wait.shared_with(&self.disk),
                machine: wait.shared_with(self.machine.iter().map(|look| &look.late)),
                given_away: self
                    .machine
                    .iter()
                    .filter(|look| look.meets(wait))
                    .map(|look| look.given_away)
                    .sum(),
            })
            .collect()
    }
}

/// Clerks who ask while something goes on.
pub struct Clerks<'p> {
    /// Where the pages are.
    pub address: SocketAddr,
    /// 宛名番号 and 国保世帯 of those they ask for.
    pub people: &'p [(i64, i64)],
    /// A folder on the disk of the database.
    pub folder: &'p Path,
}

impl Clerks<'_> {
    /// Lets the clerks ask until some work is done.
    pub fn during(&self, name: &'static str, work: impl FnOnce() -> Result<()>) -> Result<Phase> {
        let over = AtomicBool::new(false);
        let waits: Mutex<[Vec<Wait>; 4]> = Mutex::default();
        let (took, worked, served, disk, machine) = std::thread::scope(|scope| {
            let disk = scope.spawn(|| beside::disk(self.folder, &over));
            let machine = scope.spawn(|| beside::machine(&over));
            let clerks: Vec<_> = (0..CLERKS)
                .map(|clerk| {
                    let (over, waits) = (&over, &waits);
                    scope.spawn(move || self.serve(clerk, over, waits))
                })
                .collect();
            let begun = Instant::now();
            let worked = work();
            let took = begun.elapsed();
            over.store(true, Ordering::Relaxed);
            let served: Vec<Result<()>> = clerks
                .into_iter()
                .map(|clerk| {
                    clerk
                        .join()
                        .unwrap_or_else(|_| Err(anyhow::anyhow!("a clerk stopped")))
                })
                .collect();
            let disk = disk
                .join()
                .unwrap_or_else(|_| Err(anyhow::anyhow!("nobody looked at the disk")));
            (took, worked, served, disk, machine.join())
        });
        worked?;
        served.into_iter().collect::<Result<()>>()?;
        let waits = waits
            .into_inner()
            .map_err(|_| anyhow::anyhow!("a clerk stopped"))?;
        Ok(Phase {
            name,
            took,
            waits,
            disk: disk?,
            machine: machine.map_err(|_| anyhow::anyhow!("nobody looked at the machine"))?,
        })
    }

    fn serve(&self, clerk: usize, over: &AtomicBool, waits: &Mutex<[Vec<Wait>; 4]>) -> Result<()> {
        // Nobody is logged in twice at once: each has an account of their own.
        let mut browser = Browser::enter(self.address, &login(clerk), PASSWORD)?;
        let mut place = clerk * 7_919;
        while !over.load(Ordering::Relaxed) {
            place += 104_729;
            let Some((person_id, household_id)) = self.people.get(place % self.people.len()) else {
                bail!("nobody lives here");
            };
            let kind = place % KINDS.len();
            let begun = Instant::now();
            let answer = match kind {
                0 => browser.get(&format!("/households/{household_id}"))?,
                1 => {
                    let name = NAMES
                        .get(place / 4 % NAMES.len())
                        .copied()
                        .unwrap_or("サトウ");
                    browser.search(name)?
                }
                2 => browser.get("/work?of=all")?,
                _ => browser.order("/api/v1/eligibility/preview", &loss(*person_id)?)?,
            };
            let wait = Wait::since(begun);
            if answer.status != 200 {
                bail!(
                    "{} answered {}: {}",
                    KINDS.get(kind).unwrap_or(&""),
                    answer.status,
                    answer.body
                );
            }
            if let Ok(mut waits) = waits.lock()
                && let Some(of_kind) = waits.get_mut(kind)
            {
                of_kind.push(wait);
            }
            std::thread::sleep(PAUSE);
        }
        Ok(())
    }
}

/// 社会保険への加入, as a program orders it or its preview.
pub fn loss(person_id: i64) -> Result<String> {
    let on = day(2026, 7, 1);
    let change = NewChange::Loss {
        person_id,
        elsewhere_from: None,
    };
    let request = Request::of(vec![NewEvent::new(
        "joined_insurance",
        on,
        Some(TODAY),
        change,
    )]);
    Ok(serde_json::json!({ "request": request, "request_id": "bench" }).to_string())
}
