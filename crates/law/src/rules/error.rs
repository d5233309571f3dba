//! What is wrong in a rule file, said so that the person who wrote the file can put it right.

use std::cell::RefCell;
use std::fmt;

/// A fault in a rule file: file, table, row, field, and a Japanese sentence that says what to do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RuleError {
    /// Path of the file as handed in.
    pub file: String,
    /// Table, such as `rates` or `rates.component`; empty for the file as a whole.
    pub table: String,
    /// Row within the table, counted from 1; `None` where the fault is not in one row.
    pub row: Option<usize>,
    /// Field; `None` where the fault is not in one field.
    pub field: Option<String>,
    /// What is wrong and what to do.
    pub message_ja: String,
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if !self.table.is_empty() {
            write!(f, " の表 {}", self.table)?;
        }
        if let Some(row) = self.row {
            write!(f, " の{row}行目")?;
        }
        if let Some(field) = &self.field {
            write!(f, " の項目 {field}")?;
        }
        write!(f, ": {}", self.message_ja)
    }
}

impl std::error::Error for RuleError {}

/// Where something stands in the rule files.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Path of the file as handed in.
    pub file: String,
    /// Table.
    pub table: String,
    /// Row within the table, counted from 1.
    pub row: Option<usize>,
}

impl Place {
    /// The file as a whole.
    #[must_use]
    pub fn file(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            table: String::new(),
            row: None,
        }
    }
}

/// Faults gathered while reading, so that all of them are told at once.
#[derive(Debug, Default)]
pub(super) struct Faults(RefCell<Vec<RuleError>>);

impl Faults {
    /// Notes a fault in a row, or in one of its fields.
    pub(super) fn note(&self, place: &Place, field: Option<&str>, message_ja: impl Into<String>) {
        self.0.borrow_mut().push(RuleError {
            file: place.file.clone(),
            table: place.table.clone(),
            row: place.row,
            field: field.map(str::to_owned),
            message_ja: message_ja.into(),
        });
    }

    /// Everything noted, in the order of the files; the same fault is told once.
    pub(super) fn into_all(self) -> Vec<RuleError> {
        let mut all = self.0.into_inner();
        all.sort();
        all.dedup();
        all
    }

    /// How many faults were noted so far.
    pub(super) fn count(&self) -> usize {
        self.0.borrow().len()
    }
}
