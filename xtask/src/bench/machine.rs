//! What a measurement was taken on.

use crate::sh;
use std::path::Path;
use std::process::Command;

/// Facts of the machine and the tools, as the system tells them.
#[derive(Debug)]
pub struct Machine {
    /// Processor, as the kernel names it.
    pub processor: String,
    /// Cores the program may use.
    pub cores: usize,
    /// Memory in MiB.
    pub memory_mib: u64,
    /// Operating system.
    pub system: String,
    /// Compiler.
    pub compiler: String,
    /// Commit, with a mark where files differ from it.
    pub commit: String,
}

impl Machine {
    /// Asks the system; what cannot be found out is said to be unknown.
    pub fn look(root: &Path) -> Self {
        Self {
            processor: field("/proc/cpuinfo", "model name").unwrap_or_else(unknown),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            memory_mib: field("/proc/meminfo", "MemTotal")
                .and_then(|text| text.split_whitespace().next()?.parse::<u64>().ok())
                .map_or(0, |kib| kib / 1024),
            system: std::fs::read_to_string("/etc/os-release")
                .ok()
                .and_then(|text| {
                    let line = text
                        .lines()
                        .find_map(|line| line.strip_prefix("PRETTY_NAME="))?;
                    Some(line.trim_matches('"').to_owned())
                })
                .unwrap_or_else(unknown),
            compiler: told(Command::new("rustc").arg("--version")),
            commit: told(sh::program("git", root).args(["describe", "--always", "--dirty"])),
        }
    }

    /// As rows of a table.
    pub fn rows(&self) -> Vec<Vec<String>> {
        [
            ("processor", self.processor.clone()),
            ("cores", self.cores.to_string()),
            ("memory", format!("{} MiB", self.memory_mib)),
            ("system", self.system.clone()),
            ("compiler", self.compiler.clone()),
            ("commit", self.commit.clone()),
        ]
        .map(|(name, value)| vec![name.to_owned(), value])
        .into()
    }
}

#[cfg(feature = "city")]
impl Machine {
    /// In one sentence, with the load of the last minute: other programs lengthen what is measured.
    pub fn in_a_line(&self) -> String {
        let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
        format!(
            "Machine: {}, {} cores, {} MiB, {}, commit {}; load average at the end {}.",
            self.processor,
            self.cores,
            self.memory_mib,
            self.system,
            self.commit,
            load.split(' ').next().unwrap_or("unknown")
        )
    }
}

fn unknown() -> String {
    "unknown".to_owned()
}

fn told(command: &mut Command) -> String {
    sh::capture(command).map_or_else(|_| unknown(), |text| text.trim().to_owned())
}

fn field(file: &str, name: &str) -> Option<String> {
    let text = std::fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}
