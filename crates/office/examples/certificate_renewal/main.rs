//! 一斉更新の計測: a made-up city of insured persons, worked out and published as one renewal.
//! `renewal N [sqlite|postgres]` lays N households (1.6 persons each) and prints what each step took.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "measures time"
)]

mod city;

use city::lay;
use db::Store;
use db::testing;
use law::certificate::Condition;
use law::rules::RuleBook;
use law::{Date, day};
use office::Acting;
use office::certificate::run::{Request, approve, start};
use office::certificate::run_mail::{bags, mailed, printed};
use office::certificate::run_publish::{begin, publish};
use office::certificate::run_work::calculate;
use office::certificate::{KeptRules, card_list, run_read_back};
use office::jobs::{Flow, JobState};
use office::security::login::command_session;
use office::security::password::PasswordCost;
use office::security::permit::ManageStaff;
use office::security::staff::{NewStaff, open, open_first, prepare};
use office::security::{Role, Session, authorize};
use std::time::Instant;

const FROZEN: Date = law::date::Date::constant(2026, 7, 13);

fn main() {
    let mut arguments = std::env::args().skip(1);
    let households: i64 = arguments.next().map_or(1_000, |text| text.parse().unwrap());
    let engine = arguments.next().unwrap_or_else(|| "sqlite".into());
    let store = if engine == "postgres" {
        testing::postgres(office::schema::MIGRATIONS).unwrap()
    } else {
        testing::sqlite(office::schema::MIGRATIONS).unwrap()
    };
    let (clerk, chief) = staff(&store);
    let laid = timed("laid", || lay(&store, households));
    // What autovacuum does within a minute of a load; the tables of a city that has worked for a day have been counted.
    timed("counted", || {
        let owner = Store::open(store.owner_url()).unwrap();
        owner
            .write(|conn| conn.execute_text("analyze", &[]))
            .unwrap()
    });
    println!("{engine}: {households} households, {laid} insured");
    let moment = std::cell::Cell::new(1_000_000);
    let acting = |session: &Session| {
        moment.set(moment.get() + 10);
        session.acting("計測", FROZEN, moment.get(), None)
    };
    let rows: Vec<(i64, bool)> = Vec::new();
    let list = (FROZEN, "計測", "digest");
    card_list::receive(
        &store,
        &authorize(&clerk).unwrap(),
        &acting(&clerk),
        list,
        &rows,
    )
    .unwrap();
    let book = RuleBook::embedded().unwrap();
    let rules = KeptRules::from_book(&book, "131032").unwrap();
    assert!(
        rules
            .kinds
            .iter()
            .any(|kind| kind.asks(Condition::CardUsable))
    );
    let request = Request {
        rules: &rules,
        effective_from: day(2026, 8, 1),
        issued_on: day(2026, 7, 15),
        card_as_of: FROZEN,
        chunk_households: 2_000,
        note: "計測".into(),
    };
    let permit = authorize(&clerk).unwrap();
    let run_id = start(&store, &permit, &acting(&clerk), &request).unwrap();
    let clock = || 1_000_500;
    timed("calculated", || {
        let state = calculate(&store, run_id, 2, &clock, |_| Flow::Continue).unwrap();
        assert_eq!(state, JobState::Finished);
    });
    approve(&store, &authorize(&chief).unwrap(), &acting(&chief), run_id).unwrap();
    timed("envelopes", || {
        begin(&store, &permit, &acting(&clerk), run_id).unwrap()
    });
    timed("published", || {
        publish(&store, run_id, 2, &clock, |_| Flow::Continue).unwrap()
    });
    let stocks = ["100101", "100201"];
    let papers = timed("printed", || {
        printed(
            &store,
            &authorize(&clerk).unwrap(),
            &acting(&clerk),
            run_id,
            &stocks,
        )
        .unwrap()
    });
    timed("mailed", || {
        mailed(&store, &permit, &acting(&clerk), run_id).unwrap()
    });
    let bags = store.read(|conn| bags(conn, run_id)).unwrap();
    let envelopes: i64 = bags.iter().map(|bag| bag.envelopes).sum();
    let wrong = timed("read back", || {
        store
            .read(|conn| run_read_back::read_back(conn, run_id, (0, households / 100)))
            .unwrap()
    });
    println!(
        "{papers} papers, {envelopes} envelopes, {} bags, {} misprints in a hundredth",
        bags.len(),
        wrong.len()
    );
}

fn timed<T>(name: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let done = work();
    println!("{name}: {} ms", start.elapsed().as_millis());
    done
}

fn staff(store: &Store) -> (Session, Session) {
    let new = |login: &str, roles: Vec<Role>| {
        let staff = NewStaff {
            login: login.to_owned(),
            name: login.to_owned(),
            password: "Correct-horse-7-battery".to_owned(),
            roles,
            ward: String::new(),
        };
        prepare(staff, PasswordCost::LOWEST)
            .unwrap()
            .of_demonstration()
    };
    let acting = Acting {
        staff_id: 0,
        terminal: "bench".to_owned(),
        purpose: "計測".to_owned(),
        business_date: FROZEN,
        now: 1,
        request_id: None,
    };
    let session = |login: &str| {
        store
            .read(|conn| command_session(conn, login, "bench", 0))
            .unwrap()
    };
    let first = new("clerk01", vec![Role::Eligibility, Role::Administrator]);
    store
        .write(|conn| open_first(conn, &acting, &first))
        .unwrap();
    let clerk = session("clerk01");
    let permit = authorize::<ManageStaff>(&clerk).unwrap();
    let second = new("chief01", vec![Role::EligibilitySupervisor]);
    store
        .write(|conn| open(conn, &acting, &permit, &second))
        .unwrap();
    (clerk, session("chief01"))
}
