//! Dated facts: what is true from when until when, and since when the office knows it.
//!
//! A dated table has these columns, then its own:
//!
//! ```sql
//! create table address_fact (
//!   subject bigint not null,        -- whom the fact is about
//!   fact_no bigint not null,        -- 1, 2, 3 … for each subject, in the order of writing
//!   valid_from text not null,       -- first day on which it is true
//!   valid_until text,               -- first day on which it is no longer true; null: open
//!   recorded_at bigint not null,    -- when this row was written, microseconds since 1970 UTC
//!   superseded_at bigint,           -- when it was replaced; null: it stands
//!   act_id bigint not null,         -- the act that stated the content
//!   superseded_by_act bigint,       -- the act that replaced it
//!   town text not null,             -- own columns …
//!   primary key (subject, fact_no)
//! );
//! create index address_fact_by_act on address_fact (act_id);             -- for undoing
//! create index address_fact_by_end on address_fact (superseded_by_act);  -- for undoing
//! ```
//!
//! and belongs into [`crate::Migration::insert_only`]. Standing rows of a subject (`superseded_at is null`) never
//! overlap. Putting a fact over standing ones supersedes them and writes what remains of them, left and right, as new
//! rows that keep the act which stated their content. Nothing but `superseded_at` and `superseded_by_act` is ever
//! updated, and these once.
//!
//! Undoing an act makes the subject's facts what they would be if the act had never been, whatever was written since:
//! each act is a layer over the days it changed, and the layers of the acts that were not undone are laid again.

mod layers;
mod span;
mod write;

pub(crate) use layers::OWN;
pub use span::Span;

use crate::conn::Conn;
use crate::error::StoreError;
use crate::row::Row;
use crate::value::Value;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// How many subjects one statement of [`DatedTable::timelines`] asks for.
const AT_ONCE: usize = 16;

/// A table of dated facts.
#[derive(Clone, Copy, Debug)]
pub struct DatedTable {
    /// The table.
    pub name: &'static str,
    /// The column that says whom a fact is about, usually `subject`.
    pub subject: &'static str,
    /// The table's own columns, in the order in which values are given and read.
    pub columns: &'static [&'static str],
}

/// Under which act, and when, something is written. An act has one moment for all it writes in a table, and the
/// moments of the acts on one subject differ and grow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The act.
    pub act_id: i64,
    /// Its moment, microseconds since 1970-01-01T00:00:00Z.
    pub recorded_at: i64,
}

/// One row of a dated table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// Number of the row within its subject, from 1.
    pub fact_no: i64,
    /// The days on which it is true.
    pub valid: Span,
    /// When the row was written.
    pub recorded_at: i64,
    /// When it was replaced; `None` when it stands.
    pub superseded_at: Option<i64>,
    /// The act that stated the content.
    pub act_id: i64,
    /// The act that replaced it.
    pub superseded_by_act: Option<i64>,
    /// The table's own columns.
    pub values: Vec<Value>,
}

impl DatedTable {
    /// A dated table whose subject column is `subject`.
    #[must_use]
    pub const fn new(name: &'static str, columns: &'static [&'static str]) -> Self {
        Self {
            name,
            subject: "subject",
            columns,
        }
    }

    /// States a fact over a span: what stood there is superseded, what remains of it left and right stands on.
    ///
    /// # Errors
    /// [`StoreError::Dated`] for an empty span, a wrong number of values, or a moment that is not later than the last.
    pub fn put(
        &self,
        conn: &mut Conn,
        stamp: Stamp,
        subject: i64,
        span: Span,
        values: &[Value],
    ) -> Result<(), StoreError> {
        if values.len() != self.columns.len() {
            let (wanted, given) = (self.columns.len(), values.len());
            return Err(self.refuse(format!("値は{wanted}個ですが、{given}個渡されました")));
        }
        let (mut next_no, _) = self.cut(conn, stamp, subject, span)?;
        self.insert(
            conn,
            stamp.recorded_at,
            stamp.act_id,
            subject,
            &mut next_no,
            span,
            values,
        )
    }

    /// Ends what stands over a span; what remains left and right stands on. Returns how many rows were touched;
    /// where nothing stands, nothing changes.
    ///
    /// # Errors
    /// As [`DatedTable::put`].
    pub fn close(
        &self,
        conn: &mut Conn,
        stamp: Stamp,
        subject: i64,
        span: Span,
    ) -> Result<u64, StoreError> {
        self.cut(conn, stamp, subject, span)
            .map(|(_, touched)| touched)
    }

    /// The fact that is true on a day, as it was known at a moment (`None`: as it is known now).
    pub fn as_of(
        &self,
        conn: &mut Conn,
        subject: i64,
        day: Date,
        known_at: Option<i64>,
    ) -> Result<Option<Fact>, StoreError> {
        let condition = "valid_from <= $3 and (valid_until is null or valid_until > $3)";
        let params = [
            subject.into(),
            known_at.unwrap_or(i64::MAX).into(),
            day.into(),
        ];
        let mut facts = self.known(conn, condition, &params)?;
        match facts.len() {
            0 | 1 => Ok(facts.pop()),
            found => Err(self.refuse(format!("対象{subject}の{day}に有効な行が{found}行あります"))),
        }
    }

    /// The facts of a subject in the order of their days, as known at a moment (`None`: now).
    pub fn timeline(
        &self,
        conn: &mut Conn,
        subject: i64,
        known_at: Option<i64>,
    ) -> Result<Vec<Fact>, StoreError> {
        self.known(
            conn,
            "true",
            &[subject.into(), known_at.unwrap_or(i64::MAX).into()],
        )
    }

    /// The [`DatedTable::timeline`] of each of some subjects, in few statements; who has none is left out.
    pub fn timelines(
        &self,
        conn: &mut Conn,
        subjects: &[i64],
        known_at: Option<i64>,
    ) -> Result<BTreeMap<i64, Vec<Fact>>, StoreError> {
        let places: Vec<String> = (2..AT_ONCE + 2).map(|place| format!("${place}")).collect();
        let text = format!(
            "{} where {subject} in ({}) and recorded_at <= $1 and (superseded_at is null or superseded_at > $1) \
             order by {subject}, valid_from",
            self.select_with(&format!(", {}", self.subject)),
            places.join(", "),
            subject = self.subject,
        );
        let mut found: BTreeMap<i64, Vec<Fact>> = BTreeMap::new();
        for some in subjects.chunks(AT_ONCE) {
            let mut params = vec![known_at.unwrap_or(i64::MAX).into()];
            // One text for any number of them: the places that are left over ask for the same ones again.
            let asked = some.iter().cycle().take(AT_ONCE);
            params.extend(asked.map(|subject| Value::from(*subject)));
            let own = self.columns.len();
            let rows = conn.collect(self.name, &text, &params, |row| {
                Ok((row.int(7 + own)?, read_fact_of(row, own)?))
            })?;
            for (subject, fact) in rows {
                found.entry(subject).or_default().push(fact);
            }
        }
        Ok(found)
    }

    /// Every row ever written about a subject, in the order of writing.
    pub fn history(&self, conn: &mut Conn, subject: i64) -> Result<Vec<Fact>, StoreError> {
        let text = format!(
            "{} where {} = $1 order by fact_no",
            self.select(),
            self.subject
        );
        conn.collect(self.name, &text, &[subject.into()], read_fact)
    }

    /// The names of the columns a bulk load fills, own columns last: subject, `fact_no` (1 for a new subject),
    /// `valid_from`, `valid_until`, `recorded_at`, `act_id`.
    #[must_use]
    pub fn load_columns(&self) -> Vec<&'static str> {
        let head = [
            self.subject,
            "fact_no",
            "valid_from",
            "valid_until",
            "recorded_at",
            "act_id",
        ];
        head.iter().chain(self.columns).copied().collect()
    }

    fn known(
        &self,
        conn: &mut Conn,
        condition: &str,
        params: &[Value],
    ) -> Result<Vec<Fact>, StoreError> {
        let text = format!(
            "{} where {} = $1 and recorded_at <= $2 and (superseded_at is null or superseded_at > $2) \
             and {condition} order by valid_from",
            self.select(),
            self.subject
        );
        conn.collect(self.name, &text, params, read_fact)
    }

    fn select(&self) -> String {
        self.select_with("")
    }

    fn select_with(&self, further: &str) -> String {
        let mut text = "select fact_no, valid_from, valid_until, recorded_at, superseded_at, act_id, superseded_by_act"
            .to_owned();
        for column in self.columns {
            text.push_str(", ");
            text.push_str(column);
        }
        text.push_str(further);
        text.push_str(" from ");
        text.push_str(self.name);
        text
    }

    fn refuse(&self, reason: String) -> StoreError {
        StoreError::Dated {
            table: self.name.to_owned(),
            reason,
        }
    }
}

fn read_fact(row: &Row<'_>) -> Result<Fact, StoreError> {
    read_fact_of(row, row.width() - 7)
}

/// A fact with so many own columns; what stands behind them is no part of it.
fn read_fact_of(row: &Row<'_>, own: usize) -> Result<Fact, StoreError> {
    Ok(Fact {
        fact_no: row.int(0)?,
        valid: Span {
            from: row.date(1)?,
            until: row.opt_date(2)?,
        },
        recorded_at: row.int(3)?,
        superseded_at: row.opt_int(4)?,
        act_id: row.int(5)?,
        superseded_by_act: row.opt_int(6)?,
        values: (7..7 + own)
            .map(|index| row.value(index))
            .collect::<Result<_, _>>()?,
    })
}
