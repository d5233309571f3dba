//! How the pages are served.

use crate::edge::EdgePolicy;
use law::Date;
use office::security::login::LoginPolicy;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicI64, Ordering};

/// Where the time comes from.
#[derive(Clone, Copy, Debug)]
pub enum Clock {
    /// The machine's clock.
    Machine,
    /// Always this moment, microseconds since 1970-01-01T00:00:00Z; for tests.
    Fixed(i64),
    /// The moment that stands there, likewise; for tests in which time goes on.
    Set(&'static AtomicI64),
}

impl Clock {
    /// Microseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn now(self) -> i64 {
        match self {
            Self::Machine => crate::clock::now_micros(),
            Self::Fixed(now) => now,
            Self::Set(now) => now.load(Ordering::Relaxed),
        }
    }
}

/// How the pages are served.
#[derive(Clone, Debug)]
pub struct Config {
    /// Address and port; port 0 takes a free one.
    pub listen: SocketAddr,
    /// 市区町村名, as printed.
    pub municipality_name: String,
    /// 全国地方公共団体コード, six digits.
    pub municipality_code: String,
    /// デモ, 研修 …; empty in production.
    pub environment: String,
    /// A line below the log-in form, for demonstrations; empty in production.
    pub login_hint: String,
    /// 業務日付; `None` is today in Japan.
    pub business_date: Option<Date>,
    /// Time.
    pub clock: Clock,
    /// Whether the pages are reached through TLS: cookies then travel on nothing else.
    pub behind_tls: bool,
    /// Log-in rules.
    pub login: LoginPolicy,
    /// The outer door.
    pub edge: EdgePolicy,
}

impl Config {
    /// 業務日付.
    #[must_use]
    pub fn business_date(&self) -> Date {
        self.business_date
            .unwrap_or_else(|| crate::view::format::day_in_japan(self.clock.now()))
    }
}
