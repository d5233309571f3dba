//! The one place in this crate that reads the clock; everything else is handed the time.

/// Microseconds since 1970-01-01T00:00:00Z.
#[must_use]
#[allow(
    clippy::disallowed_methods,
    reason = "the edge: a request begins now, and everything below is told when that was"
)]
pub fn now_micros() -> i64 {
    jiff::Timestamp::now().as_microsecond()
}
