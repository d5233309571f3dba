//! Reads one row of a rule file field by field, noting every fault instead of stopping at the first.

use super::error::{Faults, Place};
use super::levy::Status;
use super::series::{Grade, Provenance};
use crate::{Date, Rate, Span, Yen};
use std::cell::RefCell;
use std::collections::BTreeSet;
use toml::{Table, Value};

/// One table of a rule file. A getter that finds nothing usable notes the fault and answers with a neutral
/// value; nothing read here is used unless the whole book is free of faults.
pub(super) struct Row<'a> {
    pub(super) place: Place,
    table: &'a Table,
    seen: RefCell<BTreeSet<String>>,
    faults: &'a Faults,
}

impl<'a> Row<'a> {
    pub(super) fn new(place: Place, table: &'a Table, faults: &'a Faults) -> Self {
        Self {
            place,
            table,
            seen: RefCell::default(),
            faults,
        }
    }

    pub(super) fn fault(&self, field: &str, message_ja: impl Into<String>) {
        self.faults.note(&self.place, Some(field), message_ja);
    }

    /// Whether the row has a field; asking counts as knowing it.
    pub(super) fn has(&self, field: &str) -> bool {
        self.get(field).is_some()
    }

    fn get(&self, field: &str) -> Option<&'a Value> {
        self.seen.borrow_mut().insert(field.to_owned());
        self.table.get(field)
    }

    fn need(&self, field: &str) -> Option<&'a Value> {
        let value = self.get(field);
        if value.is_none() {
            self.fault(
                field,
                "この項目がありません。条例・法令から値を確かめて書いてください",
            );
        }
        value
    }

    fn integer_of(&self, field: &str, value: &Value) -> i64 {
        value.as_integer().unwrap_or_else(|| {
            self.fault(
                field,
                "整数で書いてください（引用符や小数は使いません。率だけは \"7.51\" のように引用符で囲みます）",
            );
            0
        })
    }

    /// A whole number within bounds.
    pub(super) fn int(&self, field: &str, least: i64, most: i64) -> i64 {
        let Some(value) = self.need(field) else {
            return least;
        };
        let number = self.integer_of(field, value);
        if !(least..=most).contains(&number) {
            self.fault(
                field,
                format!("{number} は範囲の外です。{least} から {most} までの整数で書いてください"),
            );
            return least;
        }
        number
    }

    /// A small whole number within bounds.
    pub(super) fn small(&self, field: &str, least: u8, most: u8) -> u8 {
        u8::try_from(self.int(field, i64::from(least), i64::from(most))).unwrap_or(least)
    }

    /// A non-negative amount of yen.
    pub(super) fn yen(&self, field: &str) -> Yen {
        Yen(self.int(field, 0, 1_000_000_000))
    }

    /// A non-negative amount of yen, where the field may be absent.
    pub(super) fn yen_where_given(&self, field: &str) -> Option<Yen> {
        self.get(field)?;
        Some(self.yen(field))
    }

    /// A rate, written as a quoted decimal percentage.
    pub(super) fn rate(&self, field: &str) -> Rate {
        let Some(value) = self.need(field) else {
            return Rate(0);
        };
        let Some(text) = value.as_str() else {
            self.fault(
                field,
                "率は \"7.51\" のように、引用符で囲んだ百分率で書いてください",
            );
            return Rate(0);
        };
        Rate::from_percent(text).unwrap_or_else(|message_ja| {
            self.fault(field, message_ja);
            Rate(0)
        })
    }

    /// A text; empty is a fault.
    pub(super) fn text(&self, field: &str) -> String {
        let text = self.text_maybe_empty(field);
        if text.trim().is_empty() && self.table.get(field).is_some_and(Value::is_str) {
            self.fault(field, "空です。内容を書いてください");
        }
        text
    }

    /// A text that may be empty, but must be there.
    pub(super) fn text_maybe_empty(&self, field: &str) -> String {
        let Some(value) = self.need(field) else {
            return String::new();
        };
        value.as_str().map_or_else(
            || {
                self.fault(field, "引用符で囲んだ文字列で書いてください");
                String::new()
            },
            str::to_owned,
        )
    }

    /// A text, where the field may be absent.
    pub(super) fn text_where_given(&self, field: &str) -> Option<String> {
        self.get(field)?;
        Some(self.text(field))
    }

    /// A list of texts.
    pub(super) fn texts(&self, field: &str) -> Vec<String> {
        let Some(value) = self.need(field) else {
            return Vec::new();
        };
        let texts = value.as_array().map(|items| {
            let texts: Vec<String> = items
                .iter()
                .filter_map(|item| item.as_str().map(str::to_owned))
                .collect();
            (texts.len() == items.len()).then_some(texts)
        });
        texts.flatten().unwrap_or_else(|| {
            self.fault(field, "[\"…\", \"…\"] のように文字列の並びで書いてください");
            Vec::new()
        })
    }

    /// A list of months of the year.
    pub(super) fn months(&self, field: &str) -> Vec<u8> {
        let months = self.need(field).and_then(Value::as_array).map(|items| {
            let months: Vec<u8> = items
                .iter()
                .filter_map(Value::as_integer)
                .filter_map(|month| u8::try_from(month).ok())
                .filter(|month| (1..=12).contains(month))
                .collect();
            (months.len() == items.len()).then_some(months)
        });
        months.flatten().unwrap_or_else(|| {
            self.fault(field, "[4, 6, 8] のように月の並びで書いてください");
            Vec::new()
        })
    }

    /// True or false.
    pub(super) fn flag(&self, field: &str) -> bool {
        let Some(value) = self.need(field) else {
            return false;
        };
        value.as_bool().unwrap_or_else(|| {
            self.fault(field, "true または false で書いてください");
            false
        })
    }

    fn date_of(&self, field: &str, value: &Value) -> Option<Date> {
        let date = value
            .as_datetime()
            .filter(|datetime| datetime.time.is_none())
            .and_then(|datetime| datetime.to_string().parse().ok());
        if date.is_none() {
            self.fault(
                field,
                "日付を 2026-04-01 のように、引用符なしで書いてください",
            );
        }
        date
    }

    /// A day.
    pub(super) fn date(&self, field: &str) -> Date {
        self.need(field)
            .and_then(|value| self.date_of(field, value))
            .unwrap_or(Date::MIN)
    }

    /// A list of days.
    pub(super) fn dates(&self, field: &str) -> Vec<Date> {
        let Some(items) = self.need(field) else {
            return Vec::new();
        };
        let Some(items) = items.as_array() else {
            self.fault(
                field,
                "[2026-01-01, 2026-01-12] のように日付の並びで書いてください",
            );
            return Vec::new();
        };
        items
            .iter()
            .filter_map(|item| self.date_of(field, item))
            .collect()
    }

    /// One of a few words.
    pub(super) fn choice<T: Copy>(&self, field: &str, first: (&str, T), rest: &[(&str, T)]) -> T {
        let Some(value) = self.need(field) else {
            return first.1;
        };
        let word = value.as_str().unwrap_or_default();
        let found = std::iter::once(&first)
            .chain(rest)
            .find(|(name, _)| *name == word);
        found.map_or_else(
            || {
                let names: Vec<String> = std::iter::once(&first)
                    .chain(rest)
                    .map(|(name, _)| format!("\"{name}\""))
                    .collect();
                self.fault(
                    field,
                    format!("{} のどれかで書いてください", names.join("・")),
                );
                first.1
            },
            |(_, value)| *value,
        )
    }

    /// A nested table.
    pub(super) fn table(&self, field: &str) -> Option<Row<'a>> {
        let value = self.need(field)?;
        let table = value.as_table();
        if table.is_none() {
            self.fault(field, "{ … } の表で書いてください");
        }
        let place = self.nested(field, self.place.row);
        table.map(|table| Row::new(place, table, self.faults))
    }

    /// A nested array of tables; absent is empty.
    pub(super) fn rows(&self, field: &str) -> Vec<Row<'a>> {
        let Some(value) = self.get(field) else {
            return Vec::new();
        };
        let Some(items) = value.as_array() else {
            self.fault(field, "[[…]] の行の並びで書いてください");
            return Vec::new();
        };
        items
            .iter()
            .enumerate()
            .filter_map(|(index, item)| {
                let place = self.nested(field, Some(index + 1));
                let table = item.as_table();
                if table.is_none() {
                    self.fault(field, "[[…]] の行の並びで書いてください");
                }
                table.map(|table| Row::new(place, table, self.faults))
            })
            .collect()
    }

    fn nested(&self, field: &str, row: Option<usize>) -> Place {
        let outer = match (self.place.table.is_empty(), self.place.row) {
            (true, _) => String::new(),
            (false, Some(outer)) if row != self.place.row || !self.place.table.contains('.') => {
                format!("{}[{outer}].", self.place.table)
            }
            (false, _) => format!("{}.", self.place.table),
        };
        Place {
            file: self.place.file.clone(),
            table: format!("{outer}{field}"),
            row,
        }
    }

    /// `from`, `until` (half-open; an absent `until` is still in force), clause, source, status, grade, note.
    pub(super) fn dated(&self) -> (Span, Provenance) {
        let span = Span {
            from: self.date("from"),
            until: self
                .get("until")
                .and_then(|value| self.date_of("until", value)),
        };
        if let Some(until) = span.until
            && until <= span.from
        {
            self.fault(
                "until",
                "until は from より後の日にしてください（until の日は期間に含みません）",
            );
        }
        (span, self.provenance())
    }

    /// Clause, source, status, grade, note.
    pub(super) fn provenance(&self) -> Provenance {
        let status = self.choice(
            "status",
            ("draft", Status::Draft),
            &[("confirmed", Status::Confirmed)],
        );
        let grade = self.choice(
            "grade",
            ("C", Grade::C),
            &[("A", Grade::A), ("B", Grade::B)],
        );
        if status == Status::Confirmed && grade != Grade::A {
            self.fault(
                "status",
                "条文・条例の本文で確かめていない値（grade が A でない値）は draft にしてください",
            );
        }
        Provenance {
            clause: self.text("clause"),
            source: self.text("source"),
            status,
            grade,
            note: self.text_where_given("note").unwrap_or_default(),
        }
    }

    /// Notes every field that nobody asked for.
    pub(super) fn finish(self) {
        let seen = self.seen.borrow();
        for field in self.table.keys().filter(|field| !seen.contains(*field)) {
            self.fault(
                field,
                "知らない項目です。綴りを確かめるか、この行を消してください",
            );
        }
    }
}
