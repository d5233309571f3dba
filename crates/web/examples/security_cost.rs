//! What guarding costs: `cargo run -p web --example security_cost -- [PAGES [HOUSEHOLDS]]` (with `--release` for figures).
//!
//! Times one decision of authorization, seals and opens of the vault on one core, the record and the conditions of one
//! look, how long who hands a look over waits for it after some work, and a whole page of a household: how long it waits
//! for its record, and what writing that costs beside it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    dead_code,
    reason = "a measurement"
)]

#[path = "../tests/common/browser.rs"]
mod browser;
#[path = "../tests/common/city.rs"]
mod city;
#[path = "../tests/common/numbers.rs"]
mod numbers;

use browser::Browser;
use office::security::login::{Attempt, LoginPolicy, log_in, resume};
use office::security::password::PasswordCost;
use office::security::permit::{Function, RunLevy, ViewHousehold};
use office::security::recorder::Recorder;
use office::security::session::Session;
use office::security::{authorize, rows};
use std::hint::black_box;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};
use tracing::span::Id;
use tracing::{Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use web::{App, Clock, Config};

const DECISIONS: u32 = 5_000_000;
const NUMBERS: u64 = 200_000;
/// Microseconds between two looks of one person: 360 an hour, more than anybody opens in an hour of work.
const BETWEEN: i64 = 10_000_000;
const HOUSEHOLD: i64 = 1_000_001;

fn rate(how_many: u64, began: Instant) -> u64 {
    let micros = u64::try_from(began.elapsed().as_micros()).unwrap().max(1);
    how_many * 1_000_000 / micros
}

/// Seals and opens on this one thread: numbers a second.
fn vault() {
    let (_kept, vault) = numbers::empty_vault();
    let number = numbers::read(&numbers::Lots::new(7).number());
    let began = Instant::now();
    vault
        .keys
        .exercise(black_box(&number), (NUMBERS, 0))
        .unwrap();
    println!("vault: {} seals a second on one core", rate(NUMBERS, began));
    let began = Instant::now();
    vault
        .keys
        .exercise(black_box(&number), (1, NUMBERS))
        .unwrap();
    println!("vault: {} opens a second on one core", rate(NUMBERS, began));
}

fn main() {
    let pages: u32 = std::env::args()
        .nth(1)
        .map_or(300, |text| text.parse().expect("a number of pages"));
    let households: u64 = std::env::args()
        .nth(2)
        .map_or(60, |text| text.parse().expect("a number of households"));
    let (store, office) = city::office(households);
    let login = LoginPolicy {
        cost: PasswordCost::LOWEST,
        single_session: false,
        ..LoginPolicy::default()
    };
    let attempt = Attempt {
        login: "levy01",
        password: city::PASSWORD,
        terminal: "unknown",
        old_token: None,
        now: city::NOW,
    };
    let token = log_in(&store, &login, &attempt).unwrap().token;
    let session = resume(&store, &login, &token, "unknown", city::NOW)
        .unwrap()
        .unwrap();

    let began = Instant::now();
    for _ in 0..DECISIONS {
        black_box(authorize::<RunLevy>(black_box(&session)).unwrap());
    }
    let tenths = began.elapsed().as_nanos() * 10 / u128::from(DECISIONS);
    println!(
        "authorization: {}.{} ns a decision",
        tenths / 10,
        tenths % 10
    );
    vault();

    let began = Instant::now();
    for _ in 0..pages {
        black_box(resume(&store, &login, &token, "unknown", city::NOW).unwrap());
    }
    println!(
        "session, roles, permissions: {:?} a request",
        began.elapsed() / pages
    );

    let today = law::day(2026, 6, 15);
    let began = Instant::now();
    for _ in 0..pages {
        rows::allows(&store, &session, HOUSEHOLD, today)
            .unwrap()
            .unwrap();
    }
    let asked = began.elapsed() / pages;
    println!("conditions of rows: {asked:?} a look");
    let began = Instant::now();
    for n in 0..pages {
        let now = city::NOW + i64::from(n) * BETWEEN;
        let what = (ViewHousehold::CODE, Some(HOUSEHOLD));
        rows::open(&store, &session, what, (now, today)).unwrap();
    }
    let record = (began.elapsed() / pages).saturating_sub(asked);
    println!("record and alarms: {record:?} a look");
    beside(&store, &session, pages, today);

    let config = Config {
        business_date: Some(today),
        clock: Clock::Set(&NOW),
        login,
        ..city::config()
    };
    let router = web::router(App::new(config, office));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    tracing_subscriber::registry().with(Waits).init();
    let (page, waited) = runtime.block_on(async {
        let mut browser = Browser::new(&router);
        browser.log_in("levy01", city::PASSWORD).await;
        let path = format!("/households/{HOUSEHOLD}");
        assert!(browser.get(&path).await.status.is_success());
        WAITED.lock().unwrap().clear();
        let began = Instant::now();
        for _ in 0..pages {
            NOW.fetch_add(BETWEEN, Ordering::Relaxed);
            assert!(browser.get(&path).await.status.is_success());
        }
        (began.elapsed() / pages, Waited::all(pages))
    });
    let share = |nanos: u128| {
        let tenths = nanos * 1_000 / page.as_nanos().max(1);
        format!("{}.{} %", tenths / 10, tenths % 10)
    };
    println!(
        "a page of a household: {page:?}; it waits {} ns for its record at the end ({}; half of them below {} ns, 99 of 100 \
         below {} ns, the longest {} ns), which is written beside it in {} of its time",
        waited.mean,
        share(u128::from(waited.mean)),
        waited.half,
        waited.most,
        waited.longest,
        share(record.as_nanos())
    );
}

/// How long who hands a look over waits for it, having worked beside it for so long.
fn beside(store: &db::Store, session: &Session, pages: u32, today: law::Date) {
    let recorder = Recorder::start(store.clone()).unwrap();
    for micros in [0, 100, 200, 300, 1_000] {
        let mut waited = Duration::ZERO;
        for n in 0..pages {
            let now = city::NOW + i64::from(pages + n) * BETWEEN;
            let what = (ViewHousehold::CODE, Some(HOUSEHOLD));
            let look = rows::ask(store, session, what, (now, today)).unwrap();
            let began = Instant::now();
            let receipt = recorder.order(look);
            while began.elapsed() < Duration::from_micros(micros) {
                std::hint::spin_loop();
            }
            let began = Instant::now();
            receipt.wait().unwrap();
            waited += began.elapsed();
        }
        println!("waited after {micros} µs of work: {:?}", waited / pages);
    }
}

/// What the server takes for now.
static NOW: AtomicI64 = AtomicI64::new(city::NOW);

/// Nanoseconds that each page has waited for its record.
static WAITED: Mutex<Vec<u64>> = Mutex::new(Vec::new());

struct Waited {
    mean: u64,
    half: u64,
    most: u64,
    longest: u64,
}

impl Waited {
    /// Of all pages; one that did not wait counts as such.
    fn all(pages: u32) -> Self {
        let mut all = WAITED.lock().unwrap().clone();
        all.resize(usize::try_from(pages).unwrap(), 0);
        all.sort_unstable();
        let sum: u64 = all.iter().sum();
        Self {
            mean: sum / u64::from(pages),
            half: all[all.len() / 2],
            most: all[all.len() * 99 / 100],
            longest: *all.last().unwrap(),
        }
    }
}

/// Times the waits that the program itself tells of.
struct Waits;

struct Since(Instant);

impl<S: Subscriber + for<'s> LookupSpan<'s>> Layer<S> for Waits {
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        metadata.name() == "record.wait"
    }

    fn on_enter(&self, id: &Id, context: Context<'_, S>) {
        let span = context.span(id).unwrap();
        span.extensions_mut().insert(Since(Instant::now()));
    }

    fn on_exit(&self, id: &Id, context: Context<'_, S>) {
        let span = context.span(id).unwrap();
        let since = span.extensions_mut().remove::<Since>().unwrap();
        let waited = u64::try_from(since.0.elapsed().as_nanos()).unwrap();
        WAITED.lock().unwrap().push(waited);
    }
}
