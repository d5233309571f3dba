//! The outer door: who may connect at all, how much, how fast, and over what.

pub mod gate;
pub mod limits;
pub mod network;
pub mod tls;

use limits::Rate;
use network::Network;
use office::import::Scanner;
use std::time::Duration;
use tls::TlsFiles;

/// How the outer door behaves. The defaults serve an office; a test takes [`EdgePolicy::open`].
#[derive(Clone, Debug)]
pub struct EdgePolicy {
    /// Certificate and key, where the program speaks TLS itself.
    pub tls: Option<TlsFiles>,
    /// Plain HTTP is told to be right on an address that is not this machine's own.
    pub plain_allowed: bool,
    /// 許可する接続元; empty for this machine and the private networks (閉域).
    pub networks: Vec<Network>,
    /// Requests of one address; `None` for no limit.
    pub per_address: Option<Rate>,
    /// Requests of one session.
    pub per_session: Option<Rate>,
    /// Log-in attempts of one address, whoever they name.
    pub log_ins: Option<Rate>,
    /// So many passwords are worked on at once: each takes a core and its memory.
    pub log_ins_at_once: usize,
    /// Connections at once.
    pub connections: usize,
    /// Connections at once of one address.
    pub connections_of_one: usize,
    /// The handshake and the head of a request have to be there after so long.
    pub head_within: Duration,
    /// A body may pause for so long.
    pub body_pause: Duration,
    /// 検査の道具: what every file is shown to before it is taken; `None` where the municipality scans elsewhere.
    pub scanner: Option<Scanner>,
}

impl Default for EdgePolicy {
    fn default() -> Self {
        Self {
            tls: None,
            plain_allowed: false,
            networks: Vec::new(),
            per_address: Some(Rate {
                burst: 600,
                a_minute: 3_000,
            }),
            per_session: Some(Rate {
                burst: 240,
                a_minute: 1_200,
            }),
            log_ins: Some(Rate {
                burst: 30,
                a_minute: 30,
            }),
            log_ins_at_once: std::thread::available_parallelism().map_or(2, usize::from),
            connections: 1_024,
            connections_of_one: 128,
            head_within: Duration::from_secs(10),
            body_pause: Duration::from_secs(10),
            scanner: None,
        }
    }
}

impl EdgePolicy {
    /// As usual, but everybody logs in from this one machine: a demonstration, or the address of what ends TLS in front.
    #[must_use]
    pub fn of_one_machine() -> Self {
        let usual = Self::default();
        Self {
            log_ins: Some(Rate {
                burst: 600,
                a_minute: 600,
            }),
            connections_of_one: usual.connections,
            ..usual
        }
    }

    /// Without rates: for tests that send thousands of requests at one standing moment.
    #[must_use]
    pub fn open() -> Self {
        Self {
            per_address: None,
            per_session: None,
            log_ins: None,
            ..Self::default()
        }
    }
}
