//! Pages while the yearly runs go on: `kokuho serve` with a whole city behind it, the runs ordered through their pages, and
//! clerks who keep asking for a household, a name, the work list and the effect of a loss.

use super::clerks::{CLERKS, Clerks, PASSWORD, Phase, TODAY, login, loss};
use super::http::Browser;
use super::judgement::RESIDENT_TAX;
use super::waits::Found;
use super::{Folder, MUNICIPALITY, city, cluster, facts, open, place};
use crate::sh;
use anyhow::{Context, Result, bail};
use db::{Store, StoreUrl, Value};
use office::Acting;
use office::security::login::command_session;
use office::security::password::PasswordCost;
use office::security::permit::{ApproveCertificate, ApproveEligibility, ManageStaff};
use office::security::staff::{NewStaff, ReadyStaff, open as open_account, open_first, prepare};
use office::security::{Role, Session, authorize};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant, SystemTime};

/// 1.6 GB into the log of a cluster and nowhere else.
const WRITTEN: &str = "select count(pg_logical_emit_message(false, 'bench', repeat('x', 1000000))) from generate_series(1, 1600)";

/// Measures one engine; what it found is put behind what is there.
pub fn measure(binary: &Path, engine: &str, households: u64, found: &mut Found) -> Result<()> {
    let folder = Folder::make("pages")?;
    let cluster = cluster(engine)?;
    let url = place(cluster.as_ref(), &folder.0, "pages")?;
    let store = open(&url)?;
    facts::lay(&store, &city(households)?).context("facts")?;
    store.write(|conn| {
        conn.execute_text(RESIDENT_TAX, &[])?;
        let cards = "insert into card_fact (subject, fact_no, valid_from, valid_until, recorded_at, act_id, linked, as_of, source) \
             select distinct subject, 1, '2026-07-01', cast(null as text), 1, -1, \
             case when subject % 3 = 0 then 0 else 1 end, '2026-07-01', 'bench' from insured_fact";
        conn.execute_text(cards, &[])
    })?;
    let (clerk, chief) = staff(&store)?;
    let list = "insert into card_list (list_id, as_of, source, sha256, persons, changed, unmatched, act_id) \
         values (1, '2026-07-01', 'bench', 'bench', 0, 0, 0, $1)";
    store.write(|conn| {
        let act = conn.query_text("select max(act_id) from act", &[], |row| row.int(0))?;
        conn.execute_text(list, &[Value::from(act.first().copied().unwrap_or(1))])
    })?;
    let people = store.read(|conn| {
        let text = "select subject, household_id from insured_fact where valid_until is null order by subject";
        conn.query_text(text, &[], |row| Ok((row.int(0)?, row.int(1)?)))
    })?;
    if let Some(cluster) = &cluster {
        cluster.order("vacuum (analyze)")?;
        // As one that has been at work for a year: so many files of its log as it keeps (`min_wal_size`) are there to be used
        // again. On a cluster made a minute ago everybody's commit waits 50 ms whenever the next file has to be made.
        cluster.order(WRITTEN)?;
        cluster.order("checkpoint")?;
    }
    let server = Server::start(binary, &url, &folder.0)?;
    let phases = phases(
        &server,
        (&store, &chief),
        clerk.login(),
        (&people, &folder.0),
    )
    .with_context(|| server.said())?;
    drop(server);
    for phase in &phases {
        found.add(engine, (households, people.len()), phase);
    }
    Ok(())
}

/// The yearly runs through their pages, and what the clerks wait meanwhile.
fn phases(
    server: &Server,
    (store, chief): (&Store, &Session),
    clerk: &str,
    (people, folder): (&[(i64, i64)], &Path),
) -> Result<Vec<Phase>> {
    let mut phases = Vec::new();
    let office = Office { store, chief };
    let mut desk = Browser::enter(server.address, clerk, PASSWORD)?;
    // Pages once before anything is timed.
    let clerks = Clerks {
        address: server.address,
        people,
        folder,
    };
    // Something was registered this year: the rules of the year before are kept with it.
    if let Some((person_id, _)) = people.first() {
        let answer = desk.order("/api/v1/eligibility/register", &loss(*person_id)?)?;
        if answer.status != 200 {
            bail!("nothing was registered: {} {}", answer.status, answer.body);
        }
    }
    clerks.during("warm", || {
        std::thread::sleep(Duration::from_secs(2));
        Ok(())
    })?;
    phases.push(clerks.during("no run", || {
        std::thread::sleep(Duration::from_secs(10));
        Ok(())
    })?);
    let form = [("year", "2026"), ("decided_on", "20260710"), ("note", "")];
    phases.push(clerks.during("cut-over, calculating", || {
        ordered(&desk.post("/cut-over", &form)?)?;
        office.until("judgement_run", "calculated")
    })?);
    let run_id = office.approve_cut_over()?;
    phases.push(clerks.during("cut-over, publishing", || {
        ordered(&desk.post(&format!("/cut-over/{run_id}"), &[("do", "publish")])?)?;
        office.until("judgement_run", "published")
    })?);
    let form = [
        ("effective_from", "20260801"),
        ("issued_on", "20260715"),
        ("card_as_of", "20260701"),
        ("note", ""),
    ];
    phases.push(clerks.during("renewal, working out", || {
        ordered(&desk.post("/renewals", &form)?)?;
        office.until("certificate_run", "calculated")
    })?);
    let run_id = office.approve_renewal()?;
    phases.push(clerks.during("renewal, publishing", || {
        ordered(&desk.post(&format!("/renewals/{run_id}"), &[("do", "publish")])?)?;
        office.until("certificate_run", "published")
    })?);
    Ok(phases)
}

fn ordered(answer: &super::http::Answer) -> Result<()> {
    if answer.status == 303 {
        return Ok(());
    }
    bail!(
        "the run was not ordered: {} {}",
        answer.status,
        answer.location
    )
}

/// The release build of the program without its papers, which no page here needs.
pub fn server(root: &Path) -> Result<std::path::PathBuf> {
    let mut command = sh::cargo(root);
    command.args(["build", "--locked", "--release", "--package", "kokuho"]);
    sh::run(command.arg("--no-default-features"))?;
    let folder = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root.join("target"), std::path::PathBuf::from);
    Ok(folder.join("release/kokuho"))
}

struct Server {
    child: Child,
    address: SocketAddr,
    log: PathBuf,
}

impl Server {
    fn start(binary: &Path, url: &StoreUrl, folder: &Path) -> Result<Self> {
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let path = folder.join("server.log");
        let log = std::fs::File::create(&path)?;
        let child = Command::new(binary)
            .args(["serve", "--city", MUNICIPALITY])
            .args(["--business-date", "20260710"])
            .args(["--listen", &address.to_string()])
            .args(["--store", &url.with_password()])
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .with_context(|| format!("{} does not start", binary.display()))?;
        let server = Self {
            child,
            address,
            log: path,
        };
        for _ in 0..300 {
            if TcpStream::connect(address).is_ok() {
                return Ok(server);
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        bail!("the server does not answer: {}", server.said())
    }

    /// What it said last.
    fn said(&self) -> String {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        let last = lines.len().saturating_sub(20);
        format!(
            "the server said: {}",
            lines.get(last..).unwrap_or_default().join("\n")
        )
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Who approves, and who looks whether a run is done.
struct Office<'s> {
    store: &'s Store,
    chief: &'s Session,
}

impl Office<'_> {
    fn until(&self, table: &str, state: &str) -> Result<()> {
        let text = format!("select state from {table} order by run_id desc limit 1");
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(1_800) {
            let found = self
                .store
                .read(|conn| conn.query_text(&text, &[], |row| row.text(0)))?;
            if found.first().is_some_and(|found| found == state) {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        bail!("the run did not become {state} within half an hour")
    }

    fn acting(&self) -> Acting {
        self.chief.acting("bench", TODAY, now(), None)
    }

    fn latest(&self, table: &str) -> Result<i64> {
        let text = format!("select max(run_id) from {table}");
        let found = self
            .store
            .read(|conn| conn.query_text(&text, &[], |row| row.int(0)))?;
        found.first().copied().context("no run")
    }

    fn approve_cut_over(&self) -> Result<i64> {
        let run_id = self.latest("judgement_run")?;
        let permit = authorize::<ApproveEligibility>(self.chief)?;
        let changes = self
            .store
            .read(|conn| office::judgement::run::changes(conn, run_id))?;
        let confirmed = changes.ratio_changes();
        office::judgement::run::approve(self.store, &permit, &self.acting(), run_id, confirmed)?;
        Ok(run_id)
    }

    fn approve_renewal(&self) -> Result<i64> {
        let run_id = self.latest("certificate_run")?;
        let permit = authorize::<ApproveCertificate>(self.chief)?;
        office::certificate::run::approve(self.store, &permit, &self.acting(), run_id)?;
        Ok(run_id)
    }
}

/// Microseconds since 1970.
#[allow(
    clippy::disallowed_methods,
    reason = "a clerk's moment, while the run beside it has moments of its own"
)]
fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let micros = since.map_or(0, |since| since.as_micros());
    i64::try_from(micros).unwrap_or(0)
}

fn staff(store: &Store) -> Result<(Session, Session)> {
    let ready = |login: &str, roles: Vec<Role>| {
        let new = NewStaff {
            login: login.to_owned(),
            name: login.to_owned(),
            password: PASSWORD.to_owned(),
            roles,
            ward: String::new(),
        };
        prepare(new, PasswordCost::LOWEST).map(ReadyStaff::of_demonstration)
    };
    let alone = Acting {
        staff_id: 0,
        terminal: "bench".to_owned(),
        purpose: "bench".to_owned(),
        business_date: TODAY,
        // The server asks for the age of a password by the clock.
        now: now(),
        request_id: None,
    };
    let session = |login: &str| {
        store
            .read(|conn| command_session(conn, login, "bench", 0))
            .context("no session")
    };
    let first = ready("pages00", vec![Role::Administrator])?;
    store.write(|conn| open_first(conn, &alone, &first))?;
    let permit = authorize::<ManageStaff>(&session("pages00")?)?;
    let others = [
        ("pages01".to_owned(), vec![Role::Eligibility]),
        ("pages02".to_owned(), vec![Role::EligibilitySupervisor]),
    ];
    let clerks = (0..CLERKS).map(|clerk| (login(clerk), vec![Role::Eligibility, Role::Counter]));
    for (login, roles) in others.into_iter().chain(clerks) {
        let account = ready(&login, roles)?;
        store.write(|conn| open_account(conn, &alone, &permit, &account))?;
    }
    Ok((session("pages01")?, session("pages02")?))
}
