//! 年次切替 of a whole city: the judgement of a benefit year calculated, approved and published, while the counter reads
//! and judges households of its own.

use super::super::spent::Spent;
use super::super::table::{grouped, table};
use super::{Folder, MUNICIPALITY, city, facts, open, place, report};
use crate::postgres::Cluster;
use anyhow::{Context, Result};
use db::Store;
use law::rules::{JudgementBook, RuleBook};
use office::Acting;
use office::jobs::Flow;
use office::judgement::run::{self, RunRequest};
use office::judgement::{self, publish};
use office::security::login::command_session;
use office::security::password::PasswordCost;
use office::security::permit::{ApproveEligibility, Judge, ManageStaff, Permit, RunJudgement};
use office::security::staff::{NewStaff, ReadyStaff, open as open_account, open_first, prepare};
use office::security::{Role, Session, authorize};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::{Duration, Instant};

/// Households a chunk, as the office runs it.
const CHUNK: i64 = 2_048;
/// The benefit year.
const YEAR: i16 = 2026;

/// What the tax side says, from the incomes that were laid: charged above 450,000 yen, 課税所得 the income less 800,000.
pub const RESIDENT_TAX: &str = "insert into resident_tax_fact (subject, fact_no, valid_from, valid_until, recorded_at, act_id, \
    standing, taxable_income, abroad, source, received_on) \
    select subject, 1, valid_from, valid_until, 1, -1, \
    case when coalesce(salary, 0) + coalesce(pension, 0) + coalesce(business, 0) > 450000 then 1 else 2 end, \
    case when coalesce(salary, 0) + coalesce(pension, 0) + coalesce(business, 0) > 800000 \
    then coalesce(salary, 0) + coalesce(pension, 0) + coalesce(business, 0) - 800000 else 0 end, \
    0, 'bench', '2026-06-01' from income_fact where filing = 0";

/// Measures one engine; the row of the page.
pub fn measure(engine: &str, households: u64) -> Result<Vec<String>> {
    let book = RuleBook::embedded().map_err(|errors| anyhow::anyhow!("{errors:?}"))?;
    let book = book.judgement_of(MUNICIPALITY)?;
    let folder = Folder::make("judgement")?;
    let cluster = match engine {
        "postgres" => Some(Cluster::start_with(report::POSTGRES_SETTINGS)?),
        _ => None,
    };
    let store = open(&place(cluster.as_ref(), &folder.0, "judged")?)?;
    facts::lay(&store, &city(households)?).context("facts")?;
    store.write(|conn| conn.execute_text(RESIDENT_TAX, &[]))?;
    let insured = count(&store, "select count(*) from insured_fact")?;
    let (clerk, chief) = staff(&store)?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let clock = || 1_000;
    let now = AtomicI64::new(100);
    let request = RunRequest {
        book: &book,
        benefit_year: YEAR,
        decided_on: law::day(YEAR, 7, 20),
        chunk_households: CHUNK,
        note: String::new(),
    };
    let permit = allowed::<RunJudgement>(&clerk)?;
    let run_id = run::start(&store, &permit, &acting(&clerk, &now), &request)?;
    let over = AtomicBool::new(false);
    let counter = Counter {
        store: &store,
        book: &book,
        clerk: &clerk,
        now: &now,
        households: i64::try_from(households)?,
    };
    let (calculated, published, waits) = std::thread::scope(|scope| {
        let at_the_counter = scope.spawn(|| counter.serve(&over));
        let work = || -> Result<(Spent, Spent)> {
            let go_on = |_| Flow::Continue;
            let (state, calculated) =
                Spent::on(|| run::calculate(&store, run_id, threads, &clock, go_on));
            state?;
            let permit = allowed::<ApproveEligibility>(&chief)?;
            let changes = store.read(|conn| run::changes(conn, run_id))?;
            let confirmed = changes.ratio_changes();
            run::approve(&store, &permit, &acting(&chief, &now), run_id, confirmed)?;
            let permit = allowed::<RunJudgement>(&clerk)?;
            publish::begin(&store, &permit, &acting(&clerk, &now), run_id)?;
            let (state, published) =
                Spent::on(|| publish::publish(&store, run_id, threads, &clock, go_on));
            state?;
            Ok((calculated, published))
        };
        let done = work();
        over.store(true, Ordering::Relaxed);
        let waits = at_the_counter.join();
        let waits = waits.unwrap_or_else(|_| Err(anyhow::anyhow!("the counter stopped")))?;
        let (calculated, published) = done?;
        Ok::<_, anyhow::Error>((calculated, published, waits))
    })?;
    let decisions = count(&store, "select count(*) from judgement_decision")?;
    Ok(vec![
        engine.to_owned(),
        grouped(households.into()),
        grouped(u128::try_from(insured)?),
        grouped(u128::try_from(decisions)?),
        seconds(calculated.wall),
        seconds(calculated.processor),
        seconds(published.wall),
        seconds(published.processor),
        milliseconds(&waits.reads),
        milliseconds(&waits.writes),
    ])
}

/// The part of the page.
pub fn part(rows: &[Vec<String>]) -> String {
    format!(
        "## August cut-over\n\n年次切替 of a made-up city: every household and every member of 70 and over judged for a \
         benefit year, approved by a second person who states how many ratios change, and published as decisions, in \
         chunks of {} households; all processors read and compute, one writes. Meanwhile a counter asks for the standing \
         judgement of one person after another, and every half second judges a household again in an act of its own; \
         its waits are given as median / 99th of 100 / longest, in milliseconds.\n\n{}",
        grouped(u128::from(CHUNK.unsigned_abs())),
        table(
            &[
                "engine",
                "households",
                "insured",
                "decisions",
                "calculated, s",
                "processor, s",
                "published, s",
                "processor, s",
                "asking, ms",
                "judging again, ms",
            ],
            rows,
        )
    )
}

struct Counter<'a> {
    store: &'a Store,
    book: &'a JudgementBook,
    clerk: &'a Session,
    now: &'a AtomicI64,
    households: i64,
}

#[derive(Default)]
struct Waits {
    reads: Vec<Duration>,
    writes: Vec<Duration>,
}

impl Counter<'_> {
    fn serve(&self, over: &AtomicBool) -> Result<Waits> {
        let mut waits = Waits::default();
        let mut place: i64 = 0;
        let mut judged = Instant::now();
        while !over.load(Ordering::Relaxed) {
            place = (place + 7_919) % self.households.max(1);
            let begun = Instant::now();
            let on = law::day(YEAR, 8, 1);
            self.store
                .read(|conn| judgement::of_household(conn, place + 1, on, None))?;
            waits.reads.push(begun.elapsed());
            if judged.elapsed() > Duration::from_millis(500) {
                let permit = allowed::<Judge>(self.clerk)?;
                let acting = acting(self.clerk, self.now);
                let (begun, what) = (Instant::now(), (on, "窓口"));
                let household = [place + 1];
                judgement::rejudge_households(
                    self.store, self.book, &permit, &acting, &household, what,
                )?;
                waits.writes.push(begun.elapsed());
                judged = Instant::now();
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(waits)
    }
}

fn count(store: &Store, text: &str) -> Result<i64> {
    let found = store.read(|conn| conn.query_text(text, &[], |row| row.int(0)))?;
    found.first().copied().context("no count")
}

fn staff(store: &Store) -> Result<(Session, Session)> {
    let ready = |login: &str, roles: Vec<Role>| {
        let new = NewStaff {
            login: login.to_owned(),
            name: login.to_owned(),
            password: "Correct-horse-7-battery".to_owned(),
            roles,
            ward: String::new(),
        };
        prepare(new, PasswordCost::LOWEST).map(ReadyStaff::of_demonstration)
    };
    let alone = Acting {
        staff_id: 0,
        terminal: "bench".to_owned(),
        purpose: "bench".to_owned(),
        business_date: law::day(YEAR, 7, 1),
        now: 1,
        request_id: None,
    };
    let first = ready("judge01", vec![Role::Eligibility, Role::Administrator])?;
    store.write(|conn| open_first(conn, &alone, &first))?;
    let clerk = session(store, "judge01")?;
    let permit = allowed::<ManageStaff>(&clerk)?;
    let second = ready("judge02", vec![Role::EligibilitySupervisor])?;
    store.write(|conn| open_account(conn, &alone, &permit, &second))?;
    Ok((clerk, session(store, "judge02")?))
}

fn session(store: &Store, login: &str) -> Result<Session> {
    store
        .read(|conn| command_session(conn, login, "bench", 0))
        .context("no session")
}

fn allowed<F: office::security::permit::Function>(session: &Session) -> Result<Permit<F>> {
    Ok(authorize(session)?)
}

fn acting(session: &Session, now: &AtomicI64) -> Acting {
    let moment = now.fetch_add(10, Ordering::Relaxed);
    session.acting("bench", law::day(YEAR, 7, 20), moment, None)
}

fn seconds(time: Duration) -> String {
    let hundredths = time.as_millis().div_ceil(10);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// Median, 99th of 100 and longest, in milliseconds.
pub fn milliseconds(waits: &[Duration]) -> String {
    let mut sorted = waits.to_vec();
    sorted.sort_unstable();
    let at = |share: usize| sorted.get(sorted.len().saturating_sub(1) * share / 100);
    let tenth = |wait: Option<&Duration>| {
        wait.map_or("—".to_owned(), |wait| {
            let tenths = wait.as_micros().div_ceil(100);
            format!("{}.{}", tenths / 10, tenths % 10)
        })
    };
    format!(
        "{} / {} / {}",
        tenth(at(50)),
        tenth(at(99)),
        tenth(sorted.last())
    )
}
