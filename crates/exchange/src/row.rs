//! One detail record with its cells under the names of their items.

use crate::codes::Codes;
use crate::field::{self, Day, Flaw};
use crate::layout::{Field, FieldType, Layout};
use law::Date;
use std::borrow::Cow;

/// One detail record.
#[derive(Clone, Copy, Debug)]
pub struct Row<'r> {
    /// Line where it begins, from 1.
    pub line: u64,
    /// Byte where it begins in the decoded text.
    pub start: usize,
    pub(crate) layout: &'r Layout,
    pub(crate) cells: &'r [Cow<'r, str>],
}

impl<'r> Row<'r> {
    /// A cell as it came; empty where there is none.
    #[must_use]
    pub fn text(&self, column: usize) -> &'r str {
        self.cells.get(column).map_or("", |cell| cell.as_ref())
    }

    /// A cell by the name of its item; empty where the layout has no such item.
    #[must_use]
    pub fn named(&self, name: &str) -> &'r str {
        self.layout
            .column(name)
            .map_or("", |column| self.text(column))
    }

    /// Where an item stands in the row.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        self.layout.column(name)
    }

    /// An integer; none where the cell is empty or is not one.
    #[must_use]
    pub fn int(&self, column: usize) -> Option<i64> {
        self.text(column).parse().ok()
    }

    /// A day; none where the cell is empty or is not one.
    #[must_use]
    pub fn day(&self, column: usize) -> Option<Day> {
        let text = self.text(column);
        if text.is_empty() {
            None
        } else {
            field::read_day(text, self.layout.dates).ok()
        }
    }

    /// A day of the calendar; none where the cell is empty, unknown or endless.
    #[must_use]
    pub fn date(&self, column: usize) -> Option<Date> {
        self.day(column).and_then(Day::date)
    }

    /// Name of an item as the clerk knows it.
    #[must_use]
    pub fn name_ja(&self, column: usize) -> &'r str {
        self.layout
            .fields
            .get(column)
            .map_or("", |field| field.name_ja.as_str())
    }

    /// Every cell of the row against its declaration.
    pub fn check(&self, codes: &Codes, flaws: &mut Vec<Flaw>) {
        for (cell, field) in self.cells.iter().zip(&self.layout.fields) {
            if cell.is_empty() && field.kind == FieldType::Date && self.is_unknown(field) {
                continue;
            }
            field::check(field, cell, self.layout.dates, codes, flaws);
        }
    }

    fn is_unknown(&self, field: &Field) -> bool {
        field
            .unknown_flag
            .as_deref()
            .is_some_and(|flag| self.named(flag) == "1")
    }

    /// The row as it came, cell by cell under the identifiers of its items; empty cells are left out.
    #[must_use]
    pub fn cells(&self) -> Vec<(&'r str, &'r str)> {
        let named = self.cells.iter().zip(&self.layout.fields);
        named
            .filter(|(cell, _)| !cell.is_empty())
            .map(|(cell, field)| (field.name.as_str(), cell.as_ref()))
            .collect()
    }
}
