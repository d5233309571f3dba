//! Throw-away namespaces on both engines, for tests. PostgreSQL is never skipped: without it tests fail.

use crate::error::StoreError;
use crate::migrate::Migration;
use crate::options::StoreOptions;
use crate::store::Store;
use crate::transport;
use crate::url::StoreUrl;
use std::env;
use std::fs;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// The environment variable with the address of a cluster that tests may fill; its login must be a superuser.
pub const CLUSTER_VARIABLE: &str = "KOKUHO_TEST_PG";

/// A namespace that is removed when dropped; use it like a [`Store`].
pub struct TestStore {
    store: Store,
    owner: Option<StoreUrl>,
    remains: Remains,
}

enum Remains {
    Nothing,
    Folder(PathBuf),
    Schema(String, String),
}

impl Deref for TestStore {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

impl TestStore {
    /// The address under which the schema can be migrated, where it is another than the store's own.
    #[must_use]
    pub fn owner_url(&self) -> &StoreUrl {
        self.owner.as_ref().unwrap_or_else(|| self.url())
    }
}

impl Drop for TestStore {
    fn drop(&mut self) {
        match &self.remains {
            Remains::Nothing => {}
            // What cannot be removed is left to the temporary folder.
            Remains::Folder(path) => drop(fs::remove_dir_all(path)),
            Remains::Schema(url, name) => {
                if let Ok(mut client) =
                    transport::address(url, name).and_then(|address| address.connect(name))
                {
                    drop(client.batch_execute(&drop_namespace(name)));
                }
            }
        }
    }
}

fn drop_namespace(name: &str) -> String {
    format!(
        "set client_min_messages to warning; drop schema if exists {name} cascade;
         do $$ begin
           if exists (select from pg_roles where rolname = '{name}') then
             drop owned by {name}; drop role {name};
           end if;
         end $$;"
    )
}

static NEXT_NAME: AtomicU64 = AtomicU64::new(1);

fn fresh_name() -> String {
    format!(
        "t{}_{}",
        std::process::id(),
        NEXT_NAME.fetch_add(1, Ordering::Relaxed)
    )
}

/// A SQLite file in a folder of its own; it does not wait for the disk.
///
/// # Errors
/// When the file cannot be made or migrated.
pub fn sqlite(set: &[Migration]) -> Result<TestStore, StoreError> {
    let folder = env::temp_dir().join(format!("kokuho-{}", fresh_name()));
    drop(fs::remove_dir_all(&folder));
    fs::create_dir_all(&folder).map_err(|error| failed(&error.to_string()))?;
    let options = StoreOptions {
        durable: false,
        ..StoreOptions::default()
    };
    let store = Store::open_with(&StoreUrl::Sqlite(folder.join("store.db")), options)?;
    store.migrate(set)?;
    Ok(TestStore {
        store,
        owner: None,
        remains: Remains::Folder(folder),
    })
}

/// A SQLite store in memory; it has one connection, so a reader and a writer wait for each other.
///
/// # Errors
/// When it cannot be migrated.
pub fn memory(set: &[Migration]) -> Result<TestStore, StoreError> {
    let store = Store::open(&StoreUrl::SqliteMemory)?;
    store.migrate(set)?;
    Ok(TestStore {
        store,
        owner: None,
        remains: Remains::Nothing,
    })
}

/// A fresh schema, migrated by its owner and opened as the application's role.
///
/// # Errors
/// When there is no PostgreSQL, or the schema cannot be made or migrated.
pub fn postgres(set: &[Migration]) -> Result<TestStore, StoreError> {
    let admin = cluster_url()?;
    let name = fresh_name();
    let mut client = transport::address(&admin, CLUSTER_VARIABLE)?.connect(CLUSTER_VARIABLE)?;
    client
        .batch_execute(&drop_namespace(&name))
        .map_err(|error| failed(&error.to_string()))?;
    let url = Store::create_namespace(&admin, &name, &name, "test")?;
    let owner = StoreUrl::Postgres {
        url: admin.clone(),
        schema: name.clone(),
    };
    Store::open(&owner)?.migrate(set)?;
    let store = Store::open(&url)?;
    Ok(TestStore {
        store,
        owner: Some(owner),
        remains: Remains::Schema(admin, name),
    })
}

/// One namespace on each engine, SQLite first.
///
/// # Errors
/// As [`sqlite`] and [`postgres`].
pub fn both(set: &[Migration]) -> Result<[TestStore; 2], StoreError> {
    Ok([sqlite(set)?, postgres(set)?])
}

/// The administrator's address of the cluster for tests: the one given, or one started for this process.
///
/// # Errors
/// When none is given and none can be started.
pub fn cluster_url() -> Result<String, StoreError> {
    static CLUSTER: OnceLock<Result<Cluster, StoreError>> = OnceLock::new();
    if let Ok(url) = env::var(CLUSTER_VARIABLE) {
        return Ok(url);
    }
    match CLUSTER.get_or_init(Cluster::start) {
        Ok(cluster) => Ok(cluster.url.clone()),
        Err(error) => Err(error.clone()),
    }
}

/// A private PostgreSQL cluster in a temporary folder, reached by a socket file only. It has no durability
/// whatever (`fsync` is off) and is removed when this value is dropped or the process ends in any way.
pub struct Cluster {
    url: String,
    keeper: Child,
}

/// How a cluster is reached.
#[derive(Clone, Copy)]
enum Listening<'l> {
    /// By its socket file only.
    Socket,
    /// On a port of the loopback.
    Plain(u16),
    /// On a port of the loopback, over TLS too: certificate and key.
    Tls(&'l str, &'l str, u16),
}

impl Cluster {
    /// Makes and starts a cluster with Debian's programs; as root, they run as the user `postgres`.
    ///
    /// # Errors
    /// [`StoreError::Open`] when PostgreSQL is not installed or does not start.
    pub fn start() -> Result<Self, StoreError> {
        Self::start_with(Listening::Socket)
    }

    /// As [`Cluster::start`], reached in plain on a port of the loopback.
    ///
    /// # Errors
    /// As [`Cluster::start`].
    pub fn start_plain(port: u16) -> Result<Self, StoreError> {
        Self::start_with(Listening::Plain(port))
    }

    /// As [`Cluster::start`], reached over TLS too, with a certificate and its key (PEM), on a port of the loopback.
    ///
    /// # Errors
    /// As [`Cluster::start`].
    pub fn start_tls(certificate: &str, key: &str, port: u16) -> Result<Self, StoreError> {
        Self::start_with(Listening::Tls(certificate, key, port))
    }

    fn start_with(listening: Listening<'_>) -> Result<Self, StoreError> {
        let programs = programs()?;
        let folder = env::temp_dir().join(format!("kokuho-pg-{}", fresh_name()));
        drop(fs::remove_dir_all(&folder));
        fs::create_dir_all(&folder).map_err(|error| failed(&error.to_string()))?;
        let as_root = output(Command::new("id").arg("-u"))?.trim() == "0";
        if as_root {
            output(Command::new("chown").arg("postgres").arg(&folder))?;
        }
        let data = folder.join("data");
        output(
            run_as(as_root, &programs.join("initdb"))
                .arg("--pgdata")
                .arg(&data)
                .args([
                    "--username=postgres",
                    "--auth=trust",
                    "--encoding=UTF8",
                    "--locale=C",
                    "--no-sync",
                ]),
        )?;
        let listen = match listening {
            Listening::Socket => "-c listen_addresses=".to_owned(),
            Listening::Plain(port) => format!("-c listen_addresses=127.0.0.1 -c port={port}"),
            Listening::Tls(certificate, key, port) => {
                tls_files(as_root, &data, (certificate, key))?;
                format!("-c listen_addresses=127.0.0.1 -c port={port} -c ssl=on")
            }
        };
        let settings = format!(
            "{listen} -c unix_socket_directories={} -c fsync=off -c synchronous_commit=off \
             -c full_page_writes=off -c max_connections=300 -c shared_buffers=256MB -c max_wal_size=2GB \
             -c max_pred_locks_per_transaction=256",
            folder.display()
        );
        let started = run_as(as_root, &programs.join("pg_ctl"))
            .args(["start", "--wait", "--silent", "--pgdata"])
            .arg(&data)
            .arg("--log")
            .arg(folder.join("log"))
            .args(["--options", &settings])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .map_err(|error| failed(&error.to_string()))?;
        if !started.success() {
            let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
            return Err(failed(&format!("PostgreSQLが起動しません: {log}")));
        }
        let keeper = keeper(as_root, &programs, &data, &folder)?;
        Ok(Self {
            url: match listening {
                Listening::Socket => {
                    format!("postgres://postgres@/postgres?host={}", folder.display())
                }
                Listening::Plain(port) | Listening::Tls(_, _, port) => {
                    format!("postgres://postgres@127.0.0.1:{port}/postgres")
                }
            },
            keeper,
        })
    }

    /// The superuser's address.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        drop(self.keeper.wait());
    }
}

/// Starts a shell that waits until its input ends, as it does when this process ends, and then removes the cluster.
fn keeper(as_root: bool, programs: &Path, data: &Path, folder: &Path) -> Result<Child, StoreError> {
    let script = "cat >/dev/null; \"$1/pg_ctl\" stop --silent --mode=immediate --pgdata \"$2\"; rm -rf \"$3\"";
    run_as(as_root, Path::new("/bin/sh"))
        .args(["-c", script, "keeper"])
        .arg(programs)
        .arg(data)
        .arg(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| failed(&error.to_string()))
}

/// Puts a certificate and its key where the server looks for them.
fn tls_files(
    as_root: bool,
    data: &Path,
    (certificate, key): (&str, &str),
) -> Result<(), StoreError> {
    for (name, text) in [("server.crt", certificate), ("server.key", key)] {
        let path = data.join(name);
        fs::write(&path, text).map_err(|error| failed(&error.to_string()))?;
        output(Command::new("chmod").arg("600").arg(&path))?;
        if as_root {
            output(Command::new("chown").arg("postgres").arg(&path))?;
        }
    }
    Ok(())
}

fn run_as(as_root: bool, program: &Path) -> Command {
    let mut command = if as_root {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    command.current_dir("/");
    command
}

/// The folder with the newest installed PostgreSQL's programs.
fn programs() -> Result<PathBuf, StoreError> {
    let versions = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let newest = versions
        .filter_map(|entry| {
            Some((
                entry.file_name().to_str()?.parse::<u32>().ok()?,
                entry.path().join("bin"),
            ))
        })
        .filter(|(_, bin)| bin.join("initdb").exists())
        .max();
    newest.map(|(_, bin)| bin).ok_or_else(|| {
        failed("PostgreSQLがありません。apt-get install postgresql で入れるか、KOKUHO_TEST_PG に接続先を指定してください")
    })
}

fn output(command: &mut Command) -> Result<String, StoreError> {
    let done = command
        .output()
        .map_err(|error| failed(&format!("{command:?}: {error}")))?;
    if !done.status.success() {
        return Err(failed(&format!(
            "{command:?}: {}",
            String::from_utf8_lossy(&done.stderr)
        )));
    }
    Ok(String::from_utf8_lossy(&done.stdout).into_owned())
}

fn failed(reason: &str) -> StoreError {
    StoreError::Open {
        target: "試験用の保存先".to_owned(),
        reason: reason.to_owned(),
    }
}
