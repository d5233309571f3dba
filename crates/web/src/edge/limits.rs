//! 流量の制限 — how many requests one address or one session may send, in a table that cannot grow without end.

use std::collections::HashMap;

/// How many at once, and how many a minute after that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// So many at once.
    pub burst: u32,
    /// So many more with every minute.
    pub a_minute: u32,
}

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It goes on.
    Passes,
    /// It is refused. `first` is true once for each stretch of refusals, so that a flood writes one line.
    Refused {
        /// To come back after so many seconds.
        after_seconds: i64,
        /// Whether the one before was let through.
        first: bool,
    },
}

/// One request, in the unit the buckets count in: a minute of one request a minute.
const ONE: i64 = 60_000_000;
/// So many keys are remembered.
const MOST_KEYS: usize = 4_096;
/// What all keys share that come when the table is full.
const THE_REST: &str = "";

struct Bucket {
    level: i64,
    seen: i64,
    refusing: bool,
}

/// Token buckets by key.
pub struct Buckets {
    rate: Rate,
    of: HashMap<String, Bucket>,
}

impl Buckets {
    /// Empty.
    #[must_use]
    pub fn new(rate: Rate) -> Self {
        Self {
            rate,
            of: HashMap::new(),
        }
    }

    /// How many keys are remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.of.len()
    }

    /// Whether nothing is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.of.is_empty()
    }

    /// Takes one request of a key at a moment, microseconds since 1970-01-01T00:00:00Z.
    pub fn take(&mut self, key: &str, now: i64) -> Verdict {
        let full = i64::from(self.rate.burst) * ONE;
        let a_minute = i64::from(self.rate.a_minute);
        let filled = |bucket: &Bucket| {
            let gained = (now - bucket.seen).max(0).saturating_mul(a_minute);
            bucket.level.saturating_add(gained).min(full)
        };
        if !self.of.contains_key(key) && self.of.len() >= MOST_KEYS {
            // Whoever has been still for long enough needs no memory.
            self.of.retain(|_, bucket| filled(bucket) < full);
        }
        let known = self.of.contains_key(key) || self.of.len() < MOST_KEYS;
        let key = if known { key } else { THE_REST };
        let bucket = self.of.entry(key.to_owned()).or_insert(Bucket {
            level: full,
            seen: now,
            refusing: false,
        });
        bucket.level = filled(bucket);
        bucket.seen = now.max(bucket.seen);
        if bucket.level >= ONE {
            bucket.level -= ONE;
            bucket.refusing = false;
            return Verdict::Passes;
        }
        let first = !bucket.refusing;
        bucket.refusing = true;
        let missing = ONE - bucket.level;
        let micros = missing.checked_div(a_minute).unwrap_or(ONE);
        Verdict::Refused {
            after_seconds: micros / 1_000_000 + 1,
            first,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000;

    #[test]
    fn a_burst_passes_then_one_for_each_stretch_of_the_minute() {
        let mut buckets = Buckets::new(Rate {
            burst: 3,
            a_minute: 60,
        });
        for _ in 0..3 {
            assert_eq!(buckets.take("a", 0), Verdict::Passes);
        }
        let refused = |first| Verdict::Refused {
            after_seconds: 2,
            first,
        };
        assert_eq!(buckets.take("a", 0), refused(true));
        assert_eq!(buckets.take("a", 0), refused(false), "told once");
        assert_eq!(buckets.take("b", 0), Verdict::Passes, "another key");
        assert_eq!(buckets.take("a", SECOND), Verdict::Passes);
        assert!(matches!(
            buckets.take("a", SECOND),
            Verdict::Refused { first: true, .. }
        ));
        // A clock that goes back gives nothing.
        assert!(matches!(
            buckets.take("a", SECOND - 100 * SECOND),
            Verdict::Refused { .. }
        ));
        // Long silence fills up to the burst and no further.
        let later = 3_600 * SECOND;
        let passed = (0..10)
            .filter(|_| buckets.take("a", later) == Verdict::Passes)
            .count();
        assert_eq!(passed, 3);
    }

    #[test]
    fn a_flood_of_keys_does_not_grow_the_table() {
        let mut buckets = Buckets::new(Rate {
            burst: 2,
            a_minute: 60,
        });
        let mut passed = 0;
        for number in 0..100_000 {
            let verdict = buckets.take(&format!("key {number}"), 0);
            passed += usize::from(verdict == Verdict::Passes);
        }
        assert!(buckets.len() <= MOST_KEYS + 1, "{}", buckets.len());
        assert_eq!(passed, MOST_KEYS + 2, "the rest share one bucket");
        // When they have been still, there is room again.
        assert_eq!(buckets.take("new", 10 * SECOND), Verdict::Passes);
        assert!(buckets.len() <= 2, "{}", buckets.len());
    }
}
