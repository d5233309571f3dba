//! A private PostgreSQL cluster for the tests: made in a temporary folder, gone at the end.

use crate::sh;
use anyhow::{Context, Result, bail};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A running cluster. Dropping it stops the server and removes its files.
#[derive(Debug)]
pub struct Cluster {
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
    as_user: Option<&'static str>,
}

impl Cluster {
    /// Makes and starts a cluster that listens on this machine only.
    ///
    /// PostgreSQL refuses to run as root; then it runs as the user `postgres` that Debian's package makes.
    pub fn start() -> Result<Self> {
        Self::start_with("-c fsync=off -c shared_buffers=256MB")
    }

    /// As [`Cluster::start`], with settings of the caller's.
    pub fn start_with(settings: &str) -> Result<Self> {
        let programs = programs()?;
        let as_user = is_root()?.then_some("postgres");
        let folder = std::env::temp_dir().join(format!("kokuho-postgres-{}", std::process::id()));
        std::fs::create_dir(&folder)
            .with_context(|| format!("cannot make {}", folder.display()))?;
        if let Some(user) = as_user {
            sh::run(Command::new("chown").arg(user).arg(&folder))?;
        }
        let cluster = Self {
            programs,
            folder,
            port: free_port()?,
            as_user,
        };
        let data = cluster.folder.join("data");
        let mut initdb = cluster.command("initdb");
        initdb.arg("-D").arg(&data);
        initdb.args([
            "-U",
            "kokuho",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        ]);
        sh::capture(&mut initdb)?;
        let options = format!(
            "-c listen_addresses=127.0.0.1 -c port={} -c unix_socket_directories= \
             -c max_connections=200 {settings}",
            cluster.port
        );
        let mut start = cluster.command("pg_ctl");
        start.arg("-D").arg(&data).arg("-o").arg(options);
        start.arg("-l").arg(cluster.folder.join("log"));
        start.args(["-w", "start"]);
        // pg_ctl leaves the server behind as its child; a captured pipe would never close.
        start.stdout(std::process::Stdio::null());
        sh::run(&mut start).with_context(|| cluster.log())?;
        Ok(cluster)
    }

    /// The address of its database, for `KOKUHO_TEST_PG`.
    pub fn url(&self) -> String {
        format!("postgres://kokuho@127.0.0.1:{}/postgres", self.port)
    }

    /// Has the administrator of the cluster order something.
    #[cfg(feature = "city")]
    pub fn order(&self, text: &str) -> Result<()> {
        let mut psql = self.command("psql");
        psql.args([
            "-h",
            "127.0.0.1",
            "-p",
            &self.port.to_string(),
            "-U",
            "kokuho",
        ]);
        psql.args(["-q", "-v", "ON_ERROR_STOP=1", "-c", text, "postgres"]);
        sh::run(&mut psql).with_context(|| self.log())
    }

    fn command(&self, name: &str) -> Command {
        let program = self.programs.join(name);
        let mut command = match self.as_user {
            Some(user) => {
                let mut command = Command::new("setpriv");
                command.args(["--reuid", user, "--regid", user, "--init-groups", "--"]);
                command.arg(program);
                command
            }
            None => Command::new(program),
        };
        command.current_dir(std::env::temp_dir());
        command
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let mut stop = self.command("pg_ctl");
        stop.arg("-D").arg(self.folder.join("data"));
        stop.args(["-m", "immediate", "-w", "stop"]);
        if let Err(error) = sh::capture(&mut stop) {
            eprintln!("the test cluster did not stop: {error}");
        }
        if let Err(error) = std::fs::remove_dir_all(&self.folder) {
            eprintln!("{} stays behind: {error}", self.folder.display());
        }
    }
}

/// The folder of `initdb` and `pg_ctl`: Debian's newest version, or wherever `pg_config` points.
fn programs() -> Result<PathBuf> {
    let debian = Path::new("/usr/lib/postgresql");
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir(debian)
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let version = path.file_name()?.to_str()?.parse().ok()?;
            path.join("bin/initdb")
                .is_file()
                .then(|| (version, path.join("bin")))
        })
        .collect();
    versions.sort();
    if let Some((_, newest)) = versions.pop() {
        return Ok(newest);
    }
    if let Ok(folder) = sh::capture(Command::new("pg_config").arg("--bindir")) {
        let folder = PathBuf::from(folder.trim());
        if folder.join("initdb").is_file() {
            return Ok(folder);
        }
    }
    bail!("the PostgreSQL server is missing; install Debian's package `postgresql` or run ./test")
}

fn is_root() -> Result<bool> {
    Ok(sh::capture(Command::new("id").arg("-u"))?.trim() == "0")
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
