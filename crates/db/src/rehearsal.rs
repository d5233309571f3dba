//! 予行 — a transaction that is always rolled back, and how on PostgreSQL it stands in nobody's way: it works on one snapshot, and
//! the numbers of counters that everybody takes from are drawn far ahead of them, so that no counter waits for it.

use crate::conn::Conn;
use crate::error::StoreError;
use crate::sql::{Engine, Sql};
use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};

/// How far ahead of a counter a rehearsal draws, and how far from the next rehearsal.
const FAR: i64 = 1_000_000;
/// So many rehearsals of one process stand apart from each other.
const LOTS: i64 = 1_000;

static BEGUN: AtomicI64 = AtomicI64::new(0);

/// Numbers drawn ahead, by counter.
pub(crate) struct Ahead {
    counters: &'static [&'static str],
    lot: i64,
    drawn: HashMap<String, Drawn>,
}

/// What was drawn ahead of one counter.
#[derive(Clone, Copy)]
struct Drawn {
    /// Where the counter stands.
    from: i64,
    /// How many were drawn.
    many: i64,
}

impl Ahead {
    /// Nothing drawn yet from any of these counters.
    pub(crate) fn of(counters: &'static [&'static str]) -> Self {
        let begun = BEGUN.fetch_add(1, Ordering::Relaxed);
        Self {
            counters,
            lot: FAR * (1 + begun.rem_euclid(LOTS)),
            drawn: HashMap::new(),
        }
    }
}

/// 次の番号 — what a counter would give next.
pub(crate) const NEXT: Sql = Sql {
    name: "db.next_value",
    text: "select next_value from counter where name = $1",
};

impl Conn {
    /// A block of numbers far ahead of a counter, which stays as it is; none where the counter is to be taken from.
    pub(crate) fn ids_ahead(
        &mut self,
        counter: &str,
        how_many: i64,
    ) -> Result<Option<i64>, StoreError> {
        let Some(ahead) = self.ahead.as_ref() else {
            return Ok(None);
        };
        if !ahead.counters.contains(&counter) {
            return Ok(None);
        }
        let lot = ahead.lot;
        let drawn = match ahead.drawn.get(counter) {
            Some(drawn) => *drawn,
            None => {
                let next = self.query_opt(&NEXT, &[counter.into()], |row| row.int(0))?;
                Drawn {
                    from: next.unwrap_or(1),
                    many: 0,
                }
            }
        };
        if let Some(ahead) = self.ahead.as_mut() {
            let many = drawn.many + how_many;
            let drawn = Drawn { many, ..drawn };
            ahead.drawn.insert(counter.to_owned(), drawn);
        }
        Ok(Some(drawn.from + lot + drawn.many))
    }

    /// The number that a counter would have given in place of one that a rehearsal drew ahead of it, as the counter stood when
    /// the rehearsal began; any other number as it is.
    #[must_use]
    pub fn number_if_done(&self, counter: &str, number: i64) -> i64 {
        let Some((lot, drawn)) = self
            .ahead
            .as_ref()
            .and_then(|ahead| Some((ahead.lot, ahead.drawn.get(counter)?)))
        else {
            return number;
        };
        let given = number - lot;
        if (drawn.from..drawn.from + drawn.many).contains(&given) {
            given
        } else {
            number
        }
    }

    /// Rehearses from now on, until it is rolled back. A file has one writer at a time in any case.
    pub(crate) fn rehearses(&mut self, counters: &'static [&'static str]) {
        self.ahead = match self.engine() {
            Engine::Postgres => Some(Ahead::of(counters)),
            Engine::Sqlite => None,
        };
    }
}
