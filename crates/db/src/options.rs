//! How a store is opened.

use std::time::Duration;

/// How a store is opened; the defaults serve an office.
#[derive(Clone, Copy, Debug)]
pub struct StoreOptions {
    /// Connections for readers on SQLite; connections for all on PostgreSQL. At least 1.
    pub connections: usize,
    /// How long a caller waits for a free connection.
    pub patience: Duration,
    /// How long SQLite waits for a lock of another process.
    pub busy_timeout: Duration,
    /// How often a transaction is run before it gives up: contention, or a lost connection. At least 1.
    pub attempts: u32,
    /// Whether a reported commit on SQLite survives a power cut. Only throw-away stores may do without.
    pub durable: bool,
    /// Whether readers of a SQLite file look at it where the system keeps it, without a copy of each page. A disk that fails
    /// then ends the program: for commands that read a file through and end.
    pub mapped: bool,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self {
            connections: 8,
            patience: Duration::from_secs(120),
            busy_timeout: Duration::from_secs(10),
            attempts: 30,
            durable: true,
            mapped: false,
        }
    }
}
