//! Writing a file by its layout; what cannot be carried unchanged is refused with row and field.

use crate::codes::Codes;
use crate::csv::write_cell;
use crate::field::{self, Flaw, Severity};
use crate::layout::{Field, FieldType, Form, Heading, Layout, Newline, Quoting};

/// A row that cannot be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{row}件目 項目「{field}」: {message}")]
pub struct WriteError {
    /// Which row, from 1.
    pub row: u64,
    /// The item.
    pub field: String,
    /// What is wrong.
    pub message: String,
}

/// Writes rows by a layout and keeps counts and sums on the way.
#[derive(Debug)]
pub struct Writer<'l> {
    layout: &'l Layout,
    codes: &'l Codes,
    out: Vec<u8>,
    line: String,
    rows: u64,
    sums: Vec<(String, i64)>,
}

impl<'l> Writer<'l> {
    /// An empty file with its heading.
    #[must_use]
    pub fn new(layout: &'l Layout, codes: &'l Codes) -> Self {
        let sums = layout.sums.iter().map(|name| (name.clone(), 0)).collect();
        let mut writer = Self {
            layout,
            codes,
            out: layout.encoding.head().to_vec(),
            line: String::new(),
            rows: 0,
            sums,
        };
        let names: Option<Vec<&str>> = match layout.heading {
            Heading::None => None,
            Heading::Names => Some(
                layout
                    .fields
                    .iter()
                    .map(|field| field.name.as_str())
                    .collect(),
            ),
            Heading::NamesJa => Some(
                layout
                    .fields
                    .iter()
                    .map(|field| field.name_ja.as_str())
                    .collect(),
            ),
        };
        if let Some(names) = names {
            writer.heading(&names);
        }
        writer
    }

    /// The layout it writes by.
    #[must_use]
    pub const fn layout(&self) -> &'l Layout {
        self.layout
    }

    fn heading(&mut self, names: &[&str]) {
        for (place, name) in names.iter().enumerate() {
            if place > 0 {
                self.line.push(char::from(self.layout.delimiter()));
            }
            write_cell(
                &mut self.line,
                name,
                self.layout.quoting == Quoting::All,
                self.layout.delimiter(),
            );
        }
        // Names of items are checked letters in every encoding a heading is used with.
        if self
            .layout
            .encoding
            .encode(&self.line, &mut self.out)
            .is_err()
        {
            self.out.extend_from_slice(self.line.as_bytes());
        }
        self.line.clear();
        self.end_record();
    }

    /// Adds a row given as pairs of item and value; items that are not given are empty.
    ///
    /// # Errors
    /// [`WriteError`] when a value does not fit its item or the encoding; nothing of the row is written.
    pub fn row(&mut self, cells: &[(&str, &str)]) -> Result<(), WriteError> {
        if let Some((unknown, _)) = cells
            .iter()
            .find(|(name, _)| self.layout.column(name).is_none())
        {
            return Err(self.error(unknown, "このレイアウトにない項目です".to_owned()));
        }
        let layout = self.layout;
        let values: Vec<&str> = layout
            .fields
            .iter()
            .map(|field| match &field.constant {
                Some(constant) => constant.as_str(),
                None => cells
                    .iter()
                    .find(|(name, _)| *name == field.name)
                    .map_or("", |(_, value)| *value),
            })
            .collect();
        self.values(&values)
    }

    /// Adds a row given as one value for each item in order.
    ///
    /// # Errors
    /// As [`Writer::row`].
    pub fn values(&mut self, values: &[&str]) -> Result<(), WriteError> {
        let layout = self.layout;
        if values.len() != layout.fields.len() {
            return Err(self.error(
                "",
                format!(
                    "項目は{}個ですが{}個渡されました",
                    layout.fields.len(),
                    values.len()
                ),
            ));
        }
        let before = self.out.len();
        let written = self.cells(values);
        if written.is_err() {
            self.out.truncate(before);
            return written;
        }
        self.end_record();
        self.rows += 1;
        for (name, sum) in &mut self.sums {
            let value = layout.column(name).and_then(|column| values.get(column));
            let value = value.and_then(|value| value.parse::<i64>().ok());
            *sum = sum.saturating_add(value.unwrap_or(0));
        }
        Ok(())
    }

    fn cells(&mut self, values: &[&str]) -> Result<(), WriteError> {
        let layout = self.layout;
        let mut flaws: Vec<Flaw> = Vec::new();
        for (place, (value, item)) in values.iter().zip(&layout.fields).enumerate() {
            field::check(item, value, layout.dates, self.codes, &mut flaws);
            if let Some(flaw) = flaws.iter().find(|flaw| flaw.severity == Severity::Hold) {
                return Err(self.error(&flaw.field, flaw.message.clone()));
            }
            if layout.form == Form::Fixed {
                self.fixed(item, value)?;
                continue;
            }
            self.line.clear();
            if place > 0 {
                self.line.push(char::from(layout.delimiter()));
            }
            write_cell(
                &mut self.line,
                value,
                layout.quoting == Quoting::All,
                layout.delimiter(),
            );
            self.encode(item)?;
        }
        Ok(())
    }

    fn encode(&mut self, item: &Field) -> Result<(), WriteError> {
        let line = std::mem::take(&mut self.line);
        let done = self.layout.encoding.encode(&line, &mut self.out);
        self.line = line;
        done.map_err(|letter| {
            let point = u32::from(letter);
            let name = self.layout.encoding.name_ja();
            self.error(&item.name_ja, format!("「{letter}」（U+{point:04X}）は{name}で表せません。代わりの文字を決めてください"))
        })
    }

    /// Numbers right with zeros, texts left with spaces; a text that is too long is refused, never cut.
    fn fixed(&mut self, item: &Field, value: &str) -> Result<(), WriteError> {
        self.line.clear();
        self.line.push_str(value);
        let from = self.out.len();
        self.encode(item)?;
        let width = usize::from(item.max);
        let length = self.out.len() - from;
        let Some(missing) = width.checked_sub(length) else {
            return Err(self.error(
                &item.name_ja,
                format!("{length}バイトあります。{width}バイトまでです"),
            ));
        };
        let padding = |byte: u8| std::iter::repeat_n(byte, missing);
        if item.kind == FieldType::Digits {
            self.out.splice(from..from, padding(b'0'));
        } else {
            self.out.extend(padding(b' '));
        }
        Ok(())
    }

    fn end_record(&mut self) {
        self.out.extend_from_slice(match self.layout.newline {
            Newline::Crlf => b"\r\n",
            Newline::Lf => b"\n",
            Newline::None => b"",
        });
    }

    /// How many rows were written.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Sums of the items that the control carries.
    #[must_use]
    pub fn sums(&self) -> &[(String, i64)] {
        &self.sums
    }

    /// The file. A layout that is balanced by its last record gets it here.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        let layout = self.layout;
        if !layout.trailer.is_empty() {
            self.trailer();
        }
        self.out
    }

    fn trailer(&mut self) {
        let layout = self.layout;
        for (place, item) in layout.trailer.iter().enumerate() {
            let sum = item
                .name
                .strip_prefix("sum_")
                .and_then(|name| self.sums.iter().find(|(found, _)| found == name));
            let value = match (&item.constant, sum) {
                (Some(constant), _) => constant.clone(),
                (None, Some((_, sum))) => sum.to_string(),
                (None, None) if item.name == "rows" => self.rows.to_string(),
                (None, None) => String::new(),
            };
            if layout.form == Form::Fixed {
                let width = usize::from(item.max);
                let padded = match item.kind {
                    FieldType::Digits => format!("{value:0>width$}"),
                    _ => format!("{value:<width$}"),
                };
                self.out.extend_from_slice(padded.as_bytes());
                continue;
            }
            self.line.clear();
            if place > 0 {
                self.line.push(char::from(layout.delimiter()));
            }
            write_cell(
                &mut self.line,
                &value,
                layout.quoting == Quoting::All,
                layout.delimiter(),
            );
            self.out.extend_from_slice(self.line.as_bytes());
        }
        self.end_record();
    }

    fn error(&self, field: &str, message: String) -> WriteError {
        WriteError {
            row: self.rows + 1,
            field: field.to_owned(),
            message,
        }
    }
}
