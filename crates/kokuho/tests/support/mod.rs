//! A made-up city on either engine, the binary as a child process, and every row of every table to compare.
#![allow(dead_code, reason = "each test uses a part")]

#[path = "../../../office/tests/support/medium.rs"]
pub mod medium;
pub mod ran;

use db::testing::TestStore;
use db::{Store, StoreError, StoreUrl, testing};
use exchange::shipped::Catalogue;
use law::rules::RuleBook;
use law::{Date, FiscalYear, day};
use office::Acting;
use office::certificate::card_list;
use office::import::{Incoming, Municipality, Options, receive};
use office::levy::{YearRules, year_rules};
use office::security::login::command_session;
use office::security::password::PasswordCost;
use office::security::permit::ManageStaff;
use office::security::staff::{NewStaff, open as open_account, open_first, prepare};
use office::security::{Role, Session, authorize};
use sim::files::{CityFiles, made_at};
use sim::{City, Plan};
use std::collections::BTreeMap;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// The municipality of the made-up city.
pub const WARD: &str = "131032";
/// 基準日 of its list of マイナ保険証.
pub const LIST_OF: Date = law::date::Date::constant(2026, 6, 30);

pub const KOKUHO: &str = env!("CARGO_BIN_EXE_kokuho");

/// How many: at work, in CI, and under `KOKUHO_DEEP=1`.
pub fn how_many(few: usize, samples: usize, all: usize) -> usize {
    let set = |name: &str, value: &str| std::env::var(name).is_ok_and(|found| found == value);
    if set("KOKUHO_DEEP", "1") {
        all
    } else if set("CI", "true") {
        samples
    } else {
        few
    }
}

/// Which moment to kill at is chance, and chance has a seed.
pub struct Moments {
    /// `KOKUHO_SEED`, or one that never changes.
    pub seed: u64,
    state: u64,
}

impl Moments {
    pub fn new() -> Self {
        let given = std::env::var("KOKUHO_SEED").ok();
        let seed = given
            .and_then(|text| text.parse().ok())
            .unwrap_or(20_261_120);
        Self { seed, state: seed }
    }

    /// A number below another.
    pub fn below(&mut self, most: u64) -> u64 {
        self.state = self
            .state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 33) % most.max(1)
    }

    /// Microseconds from a first to a last.
    pub fn between(&mut self, first: u64, last: u64) -> Duration {
        Duration::from_micros(first + self.below(last - first))
    }
}

/// One engine's empty namespace.
pub fn namespace(engine: &str) -> TestStore {
    match engine {
        "sqlite" => testing::sqlite(office::schema::MIGRATIONS).unwrap(),
        _ => testing::postgres(office::schema::MIGRATIONS).unwrap(),
    }
}

/// Starts `kokuho` on a namespace as a member of staff.
pub fn kokuho(store: &StoreUrl, staff: &str, today: &str, words: &[&str]) -> Child {
    Command::new(KOKUHO)
        .args(words)
        .args(["--store", &store.with_password()])
        .args(["--city", WARD, "--as", staff, "--business-date", today])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Waits for a command's end; its complaint where it failed.
pub fn finish(child: Child) -> Result<(), String> {
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    output.status.success().then_some(()).ok_or(said)
}

/// Fills a namespace: accounts, the files of a city, a list of マイナ保険証. The same on every engine, to the moment.
pub fn fill(store: &Store, households: u64) {
    let book = RuleBook::embedded().unwrap();
    let year = *year_rules::years_of(&book, WARD).unwrap().last().unwrap();
    let rules = YearRules::from_book(&book, WARD, year).unwrap();
    let mut now = 1_000;
    let mut tick = || {
        now += 10;
        now
    };
    let clerk = accounts(store, tick());
    let catalogue = Catalogue::shipped().unwrap();
    let files = files(&catalogue, &rules, year, households);
    for pair in files.chunks(2) {
        let [data, control] = pair else { continue };
        let incoming = Incoming {
            name: &data.name,
            bytes: &data.bytes,
            control: Some(&control.bytes),
        };
        let acting = clerk.acting("取込", day(2026, 6, 10), tick(), None);
        let may = authorize(&clerk).unwrap();
        let here = Municipality::new(WARD);
        let report = receive(
            store,
            &catalogue,
            &may,
            &acting,
            &here,
            &incoming,
            &Options::default(),
        )
        .unwrap();
        assert_eq!(report.held, 0, "{}", data.name);
    }
    let people = numbers(
        store,
        "select distinct subject from insured_fact order by subject",
    );
    let cards: Vec<(i64, bool)> = people.iter().map(|id| (*id, id % 3 != 0)).collect();
    let acting = clerk.acting("取込", LIST_OF, tick(), None);
    let list = (LIST_OF, "試験", "digest");
    card_list::receive(store, &authorize(&clerk).unwrap(), &acting, list, &cards).unwrap();
}

fn files(
    catalogue: &Catalogue,
    rules: &YearRules,
    year: FiscalYear,
    households: u64,
) -> Vec<sim::files::SimFile> {
    let plan = Plan {
        municipality: WARD.to_owned(),
        city: rules.levy.municipality_name.clone(),
        year,
        households,
        seed: 20_261_120,
    };
    let city = City::new(plan).unwrap();
    let mut files = CityFiles::new(catalogue, city.plan()).unwrap();
    for household in city.households() {
        files.add(&household).unwrap();
    }
    files.finish(&made_at(year.assessment_day())).unwrap()
}

fn accounts(store: &Store, now: i64) -> Session {
    let staff: [(&str, Vec<Role>); 5] = [
        ("kanri", vec![Role::Administrator]),
        ("tanto", vec![Role::Levy, Role::Eligibility]),
        (
            "kacho",
            vec![
                Role::Supervisor,
                Role::EligibilitySupervisor,
                Role::Eligibility,
            ],
        ),
        ("mado", vec![Role::Counter]),
        ("kansa", vec![Role::Auditor]),
    ];
    let acting = Acting {
        staff_id: 0,
        terminal: "test".to_owned(),
        purpose: "試験".to_owned(),
        business_date: day(2026, 6, 1),
        now,
        request_id: None,
    };
    let session = |login: &str| {
        store
            .read(|conn| command_session(conn, login, "test", 0))
            .unwrap()
    };
    for (login, roles) in staff {
        let new = NewStaff {
            login: login.to_owned(),
            name: login.to_owned(),
            password: "Correct-horse-7-battery".to_owned(),
            roles,
            ward: String::new(),
        };
        let ready = prepare(new, PasswordCost::LOWEST)
            .unwrap()
            .of_demonstration();
        if login == "kanri" {
            store
                .write(|conn| open_first(conn, &acting, &ready))
                .unwrap();
        } else {
            let permit = authorize::<ManageStaff>(&session("kanri")).unwrap();
            store
                .write(|conn| open_account(conn, &acting, &permit, &ready))
                .unwrap();
        }
    }
    // The binary asks for the age of a password by the machine's clock, whatever moment the city was made at.
    store
        .write(|conn| conn.execute_text("update staff set password_set_at = 4000000000000000", &[]))
        .unwrap();
    session("tanto")
}

/// Texts of one column.
pub fn texts(store: &Store, text: &str) -> Vec<String> {
    store
        .read(|conn| conn.query_text(text, &[], |row| row.text(0)))
        .unwrap()
}

/// Numbers of one column.
pub fn numbers(store: &Store, text: &str) -> Vec<i64> {
    store
        .read(|conn| conn.query_text(text, &[], |row| row.int(0)))
        .unwrap()
}

/// Chunks of jobs that are done.
pub fn chunks_done(store: &Store) -> i64 {
    numbers(store, "select count(*) from job_chunk where state = 'done'")[0]
}

/// Columns that hold a moment of the wall clock: the moment of an act is told by the act itself.
const MOMENTS: [&str; 8] = [
    "recorded_at",
    "known_at",
    "created_at",
    "heartbeat_at",
    "superseded_at",
    "kept_at",
    "bound_at",
    "link",
];

/// Every row of every table, by table. A moment is told as the number of the act that has it, since no two processes
/// have the same clock; the links of the chain of acts, which are digests over those moments, are left out.
pub fn everything(store: &Store) -> BTreeMap<String, Vec<String>> {
    let tables = match store.url() {
        StoreUrl::Postgres { .. } => {
            "select cast(tablename as text) from pg_tables where schemaname = current_schema()"
        }
        _ => "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'",
    };
    let acts: BTreeMap<i64, i64> = store
        .read(|conn| {
            conn.query_text("select recorded_at, act_id from act", &[], |row| {
                Ok((row.int(0)?, row.int(1)?))
            })
        })
        .unwrap()
        .into_iter()
        .collect();
    texts(store, tables)
        .into_iter()
        .map(|table| {
            let mut rows = rows(store, &table, &acts).unwrap();
            rows.sort_unstable();
            (table, rows)
        })
        .collect()
}

fn rows(store: &Store, table: &str, acts: &BTreeMap<i64, i64>) -> Result<Vec<String>, StoreError> {
    let text = format!("select * from {table}");
    store.read(|conn| {
        conn.query_text(&text, &[], |row| {
            let cells = (0..row.width()).map(|at| {
                let name = row.column_name(at);
                // Salted anew for each city, before any run.
                if name == "password_hash" {
                    return Ok(String::new());
                }
                if !MOMENTS.contains(&name) {
                    return row.value(at).map(|value| format!("{name}={value:?}"));
                }
                let act = match row.opt_int(at) {
                    Ok(Some(moment)) => acts.get(&moment).copied(),
                    _ => None,
                };
                Ok(format!("{name}=act {act:?}"))
            });
            let cells: Result<Vec<String>, StoreError> = cells.collect();
            cells.map(|cells| cells.join(" | "))
        })
    })
}

/// Says which tables differ, and the first row on each side that the other lacks.
pub fn differences(
    expected: &BTreeMap<String, Vec<String>>,
    found: &BTreeMap<String, Vec<String>>,
) -> Vec<String> {
    let tables: std::collections::BTreeSet<&String> = expected.keys().chain(found.keys()).collect();
    let none = Vec::new();
    tables
        .into_iter()
        .filter_map(|table| {
            let one = expected.get(table).unwrap_or(&none);
            let two = found.get(table).unwrap_or(&none);
            let lacks = |of: &Vec<String>, other: &Vec<String>| {
                of.iter()
                    .find(|row| other.binary_search(row).is_err())
                    .cloned()
            };
            (one != two).then(|| {
                format!(
                    "{table}: {} rows and {}\n  lost:  {:?}\n  added: {:?}",
                    one.len(),
                    two.len(),
                    lacks(one, two),
                    lacks(two, one)
                )
            })
        })
        .collect()
}
