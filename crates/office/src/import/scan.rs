//! The first pass over a file: nothing is stored. Where each row lies, counts and sums, and whose file it is.

use super::intake::Municipality;
use super::plan::Plan;
use crate::error::OfficeError;
use exchange::{FileError, Row, Table};
use law::Refusal;

/// Where a row lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// Whom it is about; -1 when that cannot be read.
    pub subject: i64,
    /// Line in the file, from 1.
    pub line: u64,
    /// Byte in the decoded text.
    pub start: usize,
}

/// What the first pass found.
#[derive(Debug)]
pub(super) struct Scan {
    /// Every row, ordered by subject and then by line.
    pub places: Vec<Place>,
    /// Sums of the items that the control carries.
    pub sums: Vec<(String, i64)>,
    /// Counts and sums of the file's own last record, where it has one.
    pub trailer: Option<exchange::Control>,
}

/// Goes through the whole file once.
pub(super) fn scan(
    table: &Table<'_>,
    plan: &dyn Plan,
    municipality: &Municipality,
) -> Result<Scan, OfficeError> {
    let layout = table.layout();
    let subject = table.column(plan.subject_item()).map_err(refused)?;
    for item in plan.needs() {
        table.column(item).map_err(refused)?;
    }
    let columns: Vec<usize> = layout
        .sums
        .iter()
        .filter_map(|name| layout.column(name))
        .collect();
    let mut sums = vec![0_i64; columns.len()];
    let mut places = Vec::new();
    let mut foreign = Foreign::default();
    let trailer = table
        .for_each(|row: Row<'_>| {
            let number = row.int(subject).filter(|number| *number >= 0).unwrap_or(-1);
            places.push(Place {
                subject: number,
                line: row.line,
                start: row.start,
            });
            for (sum, column) in sums.iter_mut().zip(&columns) {
                // A cell that is no number is held later; the sender's sum cannot count it either.
                *sum = sum.saturating_add(row.int(*column).unwrap_or(0));
            }
            foreign.see(plan.municipality_of(&row), municipality, row.line);
            Ok::<(), FileError>(())
        })
        .map_err(refused)?;
    foreign.judge(municipality)?;
    places.sort_unstable();
    let names = columns
        .iter()
        .filter_map(|column| layout.fields.get(*column))
        .map(|field| field.name.clone());
    Ok(Scan {
        places,
        sums: names.zip(sums).collect(),
        trailer,
    })
}

/// Rows that name another municipality.
#[derive(Default)]
struct Foreign {
    seen: u64,
    others: u64,
    first: Option<(u64, String)>,
}

impl Foreign {
    fn see(&mut self, code: Option<&str>, municipality: &Municipality, line: u64) {
        let Some(code) = code else { return };
        self.seen += 1;
        if !municipality.holds(code) {
            self.others += 1;
            self.first.get_or_insert_with(|| (line, code.to_owned()));
        }
    }

    /// A file most of whose rows are another's is another's file; single rows are held one by one.
    fn judge(&self, municipality: &Municipality) -> Result<(), OfficeError> {
        match &self.first {
            Some((line, code)) if self.others * 2 > self.seen => Err(Refusal::new(
                "import.file.municipality",
                format!(
                    "別の団体のファイルです。{line}行目の市区町村コードは「{}」ですが、この団体は{}です。1行も取り込んでいません",
                    exchange::field::shown(code),
                    municipality.code
                ),
            )
            .into()),
            _ => Ok(()),
        }
    }
}

pub(super) fn refused(error: FileError) -> OfficeError {
    let code = match error {
        FileError::Encoding(_) => "import.file.encoding",
        FileError::Shape { .. } => "import.file.shape",
        FileError::Missing { .. } => "import.file.layout",
    };
    Refusal::new(code, error.to_string()).into()
}
