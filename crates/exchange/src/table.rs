//! A whole file by its layout: records, typed cells, and what does not fit.

use crate::control::{Control, Extent};
use crate::csv::{Broken, Record, Records};
use crate::encoding::WrongEncoding;
use crate::field;
use crate::layout::{Balance, Field, Form, Heading, Layout, Newline};
use crate::row::Row;
use std::borrow::Cow;

/// The most records of one file.
pub const MOST_RECORDS: u64 = 50_000_000;

/// A file that is refused as a whole.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// Wrong encoding.
    #[error(transparent)]
    Encoding(#[from] WrongEncoding),
    /// It cannot be cut into records and cells.
    #[error(
        "{line}行目: {reason}。ファイルの形がレイアウト「{layout}」と違うため、1行も取り込んでいません"
    )]
    Shape {
        /// The line, from 1.
        line: u64,
        /// Name of the layout.
        layout: String,
        /// What is wrong.
        reason: String,
    },
    /// It is not the layout an import needs.
    #[error("レイアウト「{layout}」に取込に要る項目「{item}」がありません")]
    Missing {
        /// Name of the layout.
        layout: String,
        /// The item.
        item: String,
    },
}

/// The text of a file with its layout.
#[derive(Debug)]
pub struct Table<'b> {
    pub(crate) layout: &'b Layout,
    pub(crate) text: Cow<'b, str>,
}

impl<'b> Table<'b> {
    /// Decodes a file.
    ///
    /// # Errors
    /// [`FileError::Encoding`].
    pub fn open(layout: &'b Layout, bytes: &'b [u8]) -> Result<Self, FileError> {
        Ok(Self {
            layout,
            text: layout.encoding.decode(bytes)?,
        })
    }

    /// The layout.
    #[must_use]
    pub fn layout(&self) -> &'b Layout {
        self.layout
    }

    /// Where an item stands; for importers, which name what they need.
    ///
    /// # Errors
    /// [`FileError::Missing`].
    pub fn column(&self, name: &str) -> Result<usize, FileError> {
        self.layout.column(name).ok_or_else(|| FileError::Missing {
            layout: self.layout.title_ja.clone(),
            item: name.to_owned(),
        })
    }

    /// Goes through all detail records in order; the heading is checked, header and trailer records are taken aside.
    ///
    /// Returns what the trailer record says, when the layout has one.
    ///
    /// # Errors
    /// [`FileError::Shape`], or what `f` fails with.
    pub fn for_each<E: From<FileError>>(
        &self,
        mut f: impl FnMut(Row<'_>) -> Result<(), E>,
    ) -> Result<Option<Control>, E> {
        if self.layout.form == Form::Fixed {
            return self.for_each_fixed(f);
        }
        let mut records = Records::new(&self.text, self.layout.delimiter());
        let mut record = Record::default();
        let mut trailer = None;
        let mut count = 0_u64;
        let mut heading = self.layout.heading != Heading::None;
        self.check_end()?;
        while records
            .next(&mut record)
            .map_err(|broken| self.broken(broken))?
        {
            if heading {
                self.check_heading(&record)?;
                heading = false;
                continue;
            }
            count += 1;
            if count > MOST_RECORDS {
                return Err(self
                    .shape(record.line, format!("件数が{MOST_RECORDS}を超えています"))
                    .into());
            }
            self.hand_out(
                record.line,
                record.start,
                &record.cells,
                &mut trailer,
                &mut f,
            )?;
        }
        if heading {
            return Err(self.shape(1, "空のファイルです".to_owned()).into());
        }
        Ok(trailer)
    }

    pub(crate) fn hand_out<E: From<FileError>>(
        &self,
        line: u64,
        start: usize,
        cells: &[Cow<'_, str>],
        trailer: &mut Option<Control>,
        f: &mut impl FnMut(Row<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        if trailer.is_some() {
            return Err(self
                .shape(line, "末尾レコードの後に行があります".to_owned())
                .into());
        }
        let first = cells.first().map_or("", |cell| cell.as_ref());
        if is_kind(&self.layout.trailer, first) {
            *trailer = Some(self.read_trailer(line, cells)?);
            return Ok(());
        }
        if is_kind(&self.layout.header, first) {
            return Ok(());
        }
        self.check_width(line, cells, &self.layout.fields)?;
        if self
            .layout
            .fields
            .first()
            .is_some_and(|field| field.constant.as_deref().is_some_and(|kind| kind != first))
        {
            return Err(self
                .shape(
                    line,
                    format!("レコード区分「{}」が分かりません", field::shown(first)),
                )
                .into());
        }
        f(Row {
            line,
            start,
            layout: self.layout,
            cells,
        })
    }

    /// Reads one record that [`Table::for_each`] handed out before.
    ///
    /// # Errors
    /// [`FileError::Shape`] when there is none.
    pub fn row_at<T>(
        &self,
        start: usize,
        line: u64,
        f: impl FnOnce(Row<'_>) -> T,
    ) -> Result<T, FileError> {
        if self.layout.form == Form::Fixed {
            let (cells, _) = self.fixed_cells(line, start)?;
            return Ok(f(Row {
                line,
                start,
                layout: self.layout,
                cells: &cells,
            }));
        }
        let mut records = Records::at(&self.text, self.layout.delimiter(), start, line);
        let mut record = Record::default();
        records
            .next(&mut record)
            .map_err(|broken| self.broken(broken))?;
        self.check_width(line, &record.cells, &self.layout.fields)?;
        Ok(f(Row {
            line,
            start,
            layout: self.layout,
            cells: &record.cells,
        }))
    }

    /// A file whose last record has no end of line was cut off, unless the layout has none at all.
    fn check_end(&self) -> Result<(), FileError> {
        if self.layout.newline == Newline::None || self.text.is_empty() || self.text.ends_with('\n')
        {
            return Ok(());
        }
        let line = 1 + self
            .text
            .bytes()
            .fold(0, |lines, byte| lines + u64::from(byte == b'\n'));
        Err(self.shape(
            line,
            "最後の行が改行で終わっていません。途中で切れた可能性があります".to_owned(),
        ))
    }

    fn check_heading(&self, record: &Record<'_>) -> Result<(), FileError> {
        self.check_width(record.line, &record.cells, &self.layout.fields)?;
        for (cell, field) in record.cells.iter().zip(&self.layout.fields) {
            let expected = match self.layout.heading {
                Heading::NamesJa => &field.name_ja,
                Heading::Names | Heading::None => &field.name,
            };
            if cell != expected {
                let reason = format!(
                    "見出しの「{}」は「{expected}」のはずです",
                    field::shown(cell)
                );
                return Err(self.shape(record.line, reason));
            }
        }
        Ok(())
    }

    fn check_width(
        &self,
        line: u64,
        cells: &[Cow<'_, str>],
        fields: &[Field],
    ) -> Result<(), FileError> {
        if cells.len() == fields.len() {
            return Ok(());
        }
        Err(self.shape(
            line,
            format!(
                "項目が{}個ありますが、{}個のはずです",
                cells.len(),
                fields.len()
            ),
        ))
    }

    fn read_trailer(&self, line: u64, cells: &[Cow<'_, str>]) -> Result<Control, FileError> {
        self.check_width(line, cells, &self.layout.trailer)?;
        let mut control = Control::new("", Extent::Full);
        for (cell, field) in cells.iter().zip(&self.layout.trailer) {
            let number = || {
                cell.trim().parse::<i64>().map_err(|_| {
                    self.shape(
                        line,
                        format!("末尾レコードの「{}」が整数ではありません", field.name_ja),
                    )
                })
            };
            match field.name.strip_prefix("sum_") {
                Some(summed) => control.sums.push((summed.to_owned(), number()?)),
                None if field.name == "rows" => {
                    control.rows = u64::try_from(number()?).unwrap_or(u64::MAX)
                }
                None => {}
            }
        }
        Ok(control)
    }

    fn broken(&self, broken: Broken) -> FileError {
        self.shape(broken.line, broken.reason)
    }

    pub(crate) fn shape(&self, line: u64, reason: String) -> FileError {
        FileError::Shape {
            line,
            layout: self.layout.title_ja.clone(),
            reason,
        }
    }

    /// Whether the file is to be balanced by a file beside it.
    #[must_use]
    pub fn needs_companion(&self) -> bool {
        self.layout.balance == Balance::Companion
    }
}

fn is_kind(fields: &[Field], first: &str) -> bool {
    fields
        .first()
        .and_then(|field| field.constant.as_deref())
        .is_some_and(|kind| kind == first)
}
