//! Rows with their periods: no overlap, no gap that is not declared, and no answer outside them.

use super::error::{Faults, Place};
use super::levy::Status;
use crate::{Date, Refusal, Span};
use serde::{Deserialize, Serialize};

/// 確度 — how a value was learned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Grade {
    /// Read in the ordinance, the statute or the municipality's own page.
    A,
    /// Read in a second-hand copy that names the official page.
    B,
    /// General knowledge; to be confirmed before use.
    C,
}

impl Grade {
    /// The letter.
    #[must_use]
    pub const fn letter(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
        }
    }
}

/// 出典 — where a row comes from and how sure it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// The provision, as printed.
    pub clause: String,
    /// Where it was read.
    pub source: String,
    /// Draft or confirmed.
    pub status: Status,
    /// How it was learned.
    pub grade: Grade,
    /// What is still to be confirmed, or how it was read; may be empty.
    pub note: String,
}

/// A value with its period, its place in the files and its provenance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dated<T> {
    /// When it is in force.
    pub span: Span,
    /// Where it stands.
    pub place: Place,
    /// Where it comes from.
    pub provenance: Provenance,
    /// The value.
    pub value: T,
}

/// 未確認の期間 — a period declared as not known; asking for it is refused with its note.
pub(super) type Unknown = Dated<()>;

/// A row as a citation: where, when, and from what.
pub(super) type Cited<'s> = (&'s Place, Span, &'s Provenance);

/// One parameter through time.
#[derive(Clone, Debug)]
pub(super) struct Series<T> {
    rows: Vec<Dated<T>>,
    unknown: Vec<Unknown>,
}

impl<T> Default for Series<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Series<T> {
    pub(super) fn new() -> Self {
        Self {
            rows: Vec::new(),
            unknown: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, row: Dated<T>) {
        self.rows.push(row);
    }

    pub(super) fn declare_unknown(&mut self, row: Unknown) {
        self.unknown.push(row);
    }

    pub(super) fn rows(&self) -> &[Dated<T>] {
        &self.rows
    }

    /// Every row, the declared unknowns too, as (place, period, provenance).
    pub(super) fn cite<'s>(&'s self, into: &mut Vec<Cited<'s>>) {
        into.extend(
            self.rows
                .iter()
                .map(|row| (&row.place, row.span, &row.provenance)),
        );
        into.extend(
            self.unknown
                .iter()
                .map(|row| (&row.place, row.span, &row.provenance)),
        );
    }

    /// Puts the rows in order and notes overlaps, gaps, and periods left open before a later row.
    pub(super) fn settle(&mut self, faults: &Faults) {
        self.rows.sort_by_key(|row| row.span.from);
        let mut spans: Vec<(Span, &Place)> = self
            .rows
            .iter()
            .map(|row| (row.span, &row.place))
            .chain(self.unknown.iter().map(|row| (row.span, &row.place)))
            .collect();
        spans.sort_by_key(|(span, _)| span.from);
        for pair in spans.windows(2) {
            let [(earlier, _), (later, place)] = pair else {
                continue;
            };
            match earlier.until {
                None => faults.note(
                    place,
                    Some("from"),
                    format!(
                        "{} から終わりのない行があり、期間が重なります。前の行に until を書いてください",
                        earlier.from
                    ),
                ),
                Some(until) if until > later.from => faults.note(
                    place,
                    Some("from"),
                    format!(
                        "期間が重なります。前の行は {until} の前日まで、この行は {} からです。どちらかを直してください",
                        later.from
                    ),
                ),
                Some(until) if until < later.from => faults.note(
                    place,
                    Some("from"),
                    format!(
                        "{until} から {} の前日までの行がありません。行を足すか、分からないときは [[unknown]] に書いてください",
                        later.from
                    ),
                ),
                Some(_) => {}
            }
        }
    }

    /// Notes rows without an end: parameters of one year must not run on into the next.
    pub(super) fn must_close(&self, faults: &Faults) {
        for row in self.rows.iter().filter(|row| row.span.until.is_none()) {
            faults.note(
                &row.place,
                Some("until"),
                "年度ごとに定まる値です。until を書いてください（次の年度へそのまま使うことはできません）",
            );
        }
    }

    /// The row in force on a day.
    pub(super) fn at(
        &self,
        day: Date,
        code: &'static str,
        subject: &str,
    ) -> Result<&Dated<T>, Refusal> {
        let found = self.rows.iter().find(|row| row.span.contains(day));
        found.ok_or_else(|| Refusal::new(code, self.explain_absence(day, subject)))
    }

    fn explain_absence(&self, day: Date, subject: &str) -> String {
        let unknown = self.unknown.iter().find(|row| row.span.contains(day));
        if let Some(row) = unknown {
            return format!(
                "{subject}は {day} 時点の値が未確認です（{}）。{}",
                row.place.file, row.provenance.note
            );
        }
        let known: Vec<String> = self
            .rows
            .iter()
            .map(|row| match row.span.until {
                Some(until) => format!("{}〜{until}の前日", row.span.from),
                None => format!("{}〜", row.span.from),
            })
            .collect();
        let known = if known.is_empty() {
            "ありません".to_owned()
        } else {
            known.join("、")
        };
        format!(
            "{subject}に {day} の行がありません。登録されている期間: {known}。規則ファイルに行を足してください"
        )
    }
}
