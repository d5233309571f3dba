//! 技術ログ — what failed inside, for the administrator, on the standard error. It names statements and numbers of records,
//! never the data of a person; who did what is in the record of acts.

use std::io;
use tracing_subscriber::EnvFilter;

/// From which level on, by part of the program (`error`, `warn`, `web=debug`); `warn` unless told.
const LEVEL: &str = "KOKUHO_LOG";
/// `json` for a line of JSON each; text unless told.
const FORMAT: &str = "KOKUHO_LOG_FORMAT";

/// Opens the log. A level that cannot be read is told and `warn` taken.
pub fn open() {
    let asked = std::env::var(LEVEL).unwrap_or_default();
    let filter = EnvFilter::try_new(&asked)
        .ok()
        .filter(|_| !asked.is_empty());
    let unreadable = filter.is_none() && !asked.is_empty();
    let filter = filter.unwrap_or_else(|| EnvFilter::new("warn"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(false);
    // Opened once, at the beginning; nothing is lost where another log is open already.
    let opened = if std::env::var(FORMAT).is_ok_and(|format| format == "json") {
        log.json().try_init()
    } else {
        log.try_init()
    };
    if opened.is_ok() && unreadable {
        tracing::warn!("{LEVEL} cannot be read; warn is taken");
    }
}
