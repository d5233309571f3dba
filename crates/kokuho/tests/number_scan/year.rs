//! The year: people get numbers, a levy is published, printed and exported, numbers are used.

use super::Piece;
use super::city::{self, CITY};
use super::numbers::{Lots, empty_vault, read};
use super::steps;
use super::walk::There;
use axum::Router;
use db::testing::TestStore;
use db::{Store, StoreUrl, Value};
use office::vault::IndividualNumber;
use office::vault::scan::Wanted;
use std::io::Write;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Mutex, OnceLock};
use web::App;

const KOKUHO: &str = env!("CARGO_BIN_EXE_kokuho");

pub struct Year {
    pub store: TestStore,
    pub kept: TestStore,
    pub router: Router,
    pub people: Vec<i64>,
    pub numbers: Vec<String>,
    pub wanted: Wanted,
    /// The answer to the order to show a number.
    pub shown: Vec<u8>,
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

static LINES: OnceLock<Lines> = OnceLock::new();

/// The technical log of the whole program, from the first year on.
fn listen() -> &'static Lines {
    LINES.get_or_init(|| {
        let lines = Lines::default();
        let writer = lines.clone();
        tracing_subscriber::fmt()
            .with_ansi(false)
            .with_max_level(tracing::Level::TRACE)
            .with_writer(move || writer.clone())
            .init();
        lines
    })
}

/// How many: in every run, and under `KOKUHO_DEEP=1`.
fn scale(few: usize, all: usize) -> usize {
    if std::env::var_os("KOKUHO_DEEP").is_some() {
        all
    } else {
        few
    }
}

pub async fn year() -> Year {
    listen();
    tracing::info!("a year begins");
    let (store, office) = city::office(u64::try_from(scale(4, 10)).unwrap());
    // The binary asks for the age of a password by the machine's clock.
    store
        .write(|conn| conn.execute_text("update staff set password_set_at = 4000000000000000", &[]))
        .unwrap();
    let (kept, vault) = empty_vault();
    let router = web::router(App::with_vault(city::config(), office, Some(vault)));
    let people: Vec<i64> = rows(&store, "select person_id from person order by person_id")
        .iter()
        .map(|row| row.parse().unwrap())
        .collect();
    let mut seed = [0_u8; 8];
    getrandom::fill(&mut seed).unwrap();
    let mut lots = Lots::new(u64::from_le_bytes(seed));
    let mut numbers: Vec<String> = people.iter().map(|_| lots.number()).collect();
    // The one that is planted: harder to find, because an integer loses the zero.
    let mut drawn = std::iter::repeat_with(|| lots.number());
    numbers[0] = drawn.find(|number| number.starts_with('0')).unwrap();
    let (mut clerk, csrf) = steps::person(&router, "bango01").await;
    for (person, number) in people.iter().zip(&numbers) {
        let fields = [
            ("csrf", csrf.as_str()),
            ("do", "register"),
            ("number", number.as_str()),
            ("source", "form"),
            ("giver", "person"),
            ("evidence", "card"),
            ("form", "資格取得届"),
            ("checked", "1"),
        ];
        let done = clerk
            .post(&format!("/number/people/{person}"), &fields)
            .await;
        assert!(done.text.contains("登録しました"), "{}", done.text);
    }
    // A duplicate waits in the list.
    let twice = [
        ("csrf", csrf.as_str()),
        ("do", "register"),
        ("number", numbers[0].as_str()),
        ("source", "form"),
        ("giver", "person"),
        ("evidence", "card"),
        ("form", "資格取得届"),
        ("checked", "1"),
    ];
    clerk
        .post(&format!("/number/people/{}", people[1]), &twice)
        .await;
    // Typed where it does not belong: into the search, a case, a purpose of another page.
    clerk.search(&numbers[2]).await;
    let find = [
        ("csrf", csrf.as_str()),
        ("purpose", "form"),
        ("case", "受付8-1"),
        ("number", numbers[2].as_str()),
    ];
    clerk.post("/number", &find).await;
    let show = [
        ("csrf", csrf.as_str()),
        ("do", "show"),
        ("purpose", "linkage"),
        ("case", "照会8-1"),
    ];
    let shown = clerk
        .post(&format!("/number/people/{}", people[2]), &show)
        .await
        .text
        .into_bytes();
    steps::publish(&router, &store).await;
    leave(&router, &store).await;
    let read: Vec<IndividualNumber> = numbers.iter().map(|number| read(number)).collect();
    Year {
        store,
        kept,
        router,
        people,
        wanted: read.iter().collect(),
        numbers,
        shown,
    }
}

/// Somebody leaves, so that there is something to tell the partners.
async fn leave(router: &Router, store: &Store) {
    let one = rows(
        store,
        "select household_id, subject from insured_fact where valid_until is null and superseded_at is null \
         order by subject limit 1",
    )
    .pop()
    .unwrap();
    let (household, person) = one.split_once('\t').unwrap();
    let (mut clerk, csrf) = steps::person(router, "shikaku01").await;
    let path = format!("/households/{household}/loss");
    let who = format!("leave_{person}");
    let typed = [
        ("csrf", csrf.as_str()),
        ("cause", "42a"),
        ("occurred_on", "R8.6.10"),
        ("reported_on", "R8.6.15"),
        (who.as_str(), "1"),
    ];
    let shown = clerk.post(&path, &typed).await;
    let done = clerk.post(&path, &steps::again(&shown, "confirm")).await;
    assert_eq!(
        done.status,
        axum::http::StatusCode::SEE_OTHER,
        "{}",
        done.text
    );
    // A second person agrees.
    let waiting = store.read(office::eligibility::open_proposals).unwrap();
    assert_eq!(waiting.len(), 1);
    let (mut chief, _) = steps::person(router, "shikaku02").await;
    let shown = chief.get("/approvals/1").await;
    let done = chief
        .post("/approvals/1", &steps::again(&shown, "approve"))
        .await;
    assert_eq!(done.location(), "/approvals/1", "{}", done.text);
    assert!(!rows(store, "select message_id from outbox_message").is_empty());
}

pub(super) fn rows(store: &Store, text: &str) -> Vec<String> {
    store
        .read(|conn| {
            conn.query_text(text, &[], |row| {
                let mut cells = Vec::new();
                for column in 0..row.width() {
                    cells.push(match row.value(column)? {
                        Value::Int(value) => value.to_string(),
                        Value::Text(value) => value,
                        Value::Blob(bytes) => format!("{bytes:?}"),
                        other => format!("{other:?}"),
                    });
                }
                Ok(cells.join("\t"))
            })
        })
        .unwrap()
}

/// Every file of a database, and every table of it as text.
pub(super) fn database(name: &str, store: &Store) -> Vec<Piece> {
    let mut all = Vec::new();
    for file in std::fs::read_dir(folder(store)).unwrap() {
        let path = file.unwrap().path();
        if path.is_file() {
            // By another program: a file that this one closes loses the locks this one holds on it, and the next command
            // that ends takes the log of what was written here away.
            let read = Command::new("cat").arg(&path).output().unwrap();
            assert!(read.status.success(), "{}", path.display());
            all.push(Piece {
                what: format!("{name} {}", path.display()),
                bytes: read.stdout,
            });
        }
    }
    for table in rows(store, "select name from sqlite_master where type = 'table'") {
        all.push(Piece {
            what: format!("{name} table {table}"),
            bytes: rows(store, &format!("select * from {table}"))
                .join("\n")
                .into_bytes(),
        });
    }
    all
}

pub(super) fn folder(store: &Store) -> PathBuf {
    match store.url() {
        StoreUrl::Sqlite(path) => path.parent().unwrap().to_path_buf(),
        other => panic!("{other} is no file"),
    }
}

impl Year {
    pub fn there(&self) -> There {
        let households = rows(
            &self.store,
            "select household_id from household order by household_id",
        );
        There {
            people: self.people.iter().take(scale(3, 16)).copied().collect(),
            households: households
                .iter()
                .take(scale(2, 8))
                .map(|id| id.parse().unwrap())
                .collect(),
            others: 3,
            words: vec!["ア".to_owned(), "S60.5.5".to_owned()],
        }
    }

    /// Puts a number where it must not be, for the third person.
    pub fn plant(&self, sql: &str, number: &str) {
        let connection = [Value::from(number), self.people[2].into()];
        self.store
            .write(|conn| {
                conn.execute_text("drop trigger if exists resident_fact_no_update", &[])?;
                conn.execute_text(sql, &connection)
            })
            .unwrap();
    }

    /// Puts a number where a table, a message and the register's file take it from.
    pub fn plant_away(&self, number: &str) {
        let run = |text: &str| {
            self.store
                .write(|conn| conn.execute_text(text, &[]))
                .unwrap_or_else(|error| panic!("{text}: {error}"));
        };
        for table in ["levy_decision", "outbox_file", "insured_fact"] {
            run(&format!("drop trigger if exists {table}_no_update"));
        }
        run(&format!(
            "update levy_decision set liable_id = {number} where decision_id = (select min(decision_id) from levy_decision)"
        ));
        run(&format!("update outbox_file set body = body || '{number}'"));
        run(&format!(
            "update insured_fact set household_id = {number} where subject = (select max(subject) from insured_fact \
             where superseded_at is null) and superseded_at is null"
        ));
    }

    fn kokuho(&self, words: &[&str]) -> Vec<u8> {
        self.kokuho_as("levy01", "20260615", words)
    }

    pub(super) fn kokuho_as(&self, login: &str, today: &str, words: &[&str]) -> Vec<u8> {
        let out = Command::new(KOKUHO)
            .args(words)
            .args(["--store", &self.store.url().with_password()])
            .args(["--city", CITY, "--as", login, "--business-date", today])
            .output()
            .unwrap();
        assert!(
            out.status.success(),
            "{words:?} {}",
            String::from_utf8_lossy(&out.stderr)
        );
        [out.stdout, out.stderr].concat()
    }

    /// What the commands write and say: papers, as they are and as text, and tables.
    pub fn commands(&self) -> Vec<Piece> {
        let mut all = Vec::new();
        let papers = folder(&self.store).join("papers");
        let out = papers.to_str().unwrap().to_owned();
        let print = ["notices", "print", "--run", "1", "--sample", "--out", &out];
        all.push(Piece {
            what: print.join(" "),
            bytes: self.kokuho(&print),
        });
        for path in std::fs::read_dir(&papers).into_iter().flatten() {
            let path = path.unwrap().path();
            let text = Command::new("pdftotext")
                .arg(&path)
                .arg("-")
                .output()
                .unwrap();
            assert!(text.status.success());
            all.push(Piece {
                what: format!("text of {}", path.display()),
                bytes: text.stdout,
            });
        }
        for words in [
            vec!["export", "levies", "--year", "2026"],
            vec!["export", "ledger", "--year", "2026"],
            vec!["verify", "--year", "2026"],
        ] {
            all.push(Piece {
                what: words.join(" "),
                bytes: self.kokuho(&words),
            });
        }
        all.push(Piece {
            what: "doctor".to_owned(),
            bytes: self.kokuho_as("audit01", "20260615", &["doctor"]),
        });
        all
    }

    /// Every file of both databases, and every table as text.
    pub fn databases(&self) -> Vec<Piece> {
        let mut all = database("office", &self.store);
        all.extend(database("vault", &self.kept));
        all
    }

    /// Files beside the databases that nobody asked for.
    pub fn loose(&self) -> Vec<String> {
        [&self.store, &self.kept]
            .into_iter()
            .flat_map(|store| std::fs::read_dir(folder(store)).unwrap())
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .filter(|name| !name.starts_with("store.db"))
            .filter(|name| !matches!(name.as_str(), "papers" | "sent" | "away"))
            .collect()
    }

    pub fn log(&self) -> Vec<u8> {
        listen().0.lock().unwrap().clone()
    }
}
