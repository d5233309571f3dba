//! 件数表 — counts and sums that a sender declares for a file, and the balance against what is in it.

use crate::naming::FileName;
use crate::shipped::Catalogue;
use crate::table::{FileError, Table};
use crate::writer::Writer;

/// Whether a file holds everyone or only what changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Extent {
    /// 全件.
    Full,
    /// 差分.
    Difference,
}

impl Extent {
    /// Its code in the control file.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Full => "1",
            Self::Difference => "2",
        }
    }
}

/// What the sender declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Control {
    /// 市区町村コード.
    pub municipality: String,
    /// Name of the file it speaks of.
    pub file_name: String,
    /// Everyone or what changed.
    pub extent: Extent,
    /// Number of detail records.
    pub rows: u64,
    /// Sums by item.
    pub sums: Vec<(String, i64)>,
}

impl Control {
    /// A control of an empty file.
    #[must_use]
    pub fn new(municipality: &str, extent: Extent) -> Self {
        Self {
            municipality: municipality.to_owned(),
            file_name: String::new(),
            extent,
            rows: 0,
            sums: Vec::new(),
        }
    }

    /// The control of what a writer wrote.
    #[must_use]
    pub fn of(writer: &Writer<'_>, name: &FileName, extent: Extent) -> Self {
        Self {
            municipality: name.municipality.clone(),
            file_name: name.to_string(),
            extent,
            rows: writer.rows(),
            sums: writer.sums().to_vec(),
        }
    }

    /// Reads a control file.
    ///
    /// # Errors
    /// [`FileError`] when it is not in its layout or contradicts itself.
    pub fn read(bytes: &[u8], catalogue: &Catalogue) -> Result<Self, FileError> {
        let layout = catalogue.layout_or_missing("control")?;
        let table = Table::open(layout, bytes)?;
        let mut control: Option<Self> = None;
        let mut counted = false;
        table.for_each(|row| {
            let shape = |reason: &str| FileError::Shape {
                line: row.line,
                layout: layout.title_ja.clone(),
                reason: reason.to_owned(),
            };
            let mut flaws = Vec::new();
            row.check(catalogue.codes(), &mut flaws);
            if let Some(flaw) = flaws.first() {
                return Err(shape(&format!("「{}」: {}", flaw.field, flaw.message)));
            }
            let extent = if row.named("extent") == "1" {
                Extent::Full
            } else {
                Extent::Difference
            };
            let found = control.get_or_insert_with(|| Self {
                municipality: row.named("municipality_code").to_owned(),
                file_name: row.named("file_name").to_owned(),
                extent,
                rows: 0,
                sums: Vec::new(),
            });
            if found.municipality != row.named("municipality_code")
                || found.file_name != row.named("file_name")
                || found.extent != extent
            {
                return Err(shape("前の行と違うファイルについて書かれています"));
            }
            let value: i64 = row
                .named("value")
                .parse()
                .map_err(|_| shape("値が整数ではありません"))?;
            match row.named("item") {
                "rows" if !counted => {
                    counted = true;
                    found.rows = u64::try_from(value).map_err(|_| shape("件数が負の数です"))?;
                }
                "rows" => return Err(shape("件数が二度あります")),
                item => found.sums.push((item.to_owned(), value)),
            }
            Ok(())
        })?;
        match control {
            Some(control) if counted => Ok(control),
            _ => Err(FileError::Shape {
                line: 1,
                layout: layout.title_ja.clone(),
                reason: "件数がありません".to_owned(),
            }),
        }
    }

    /// Writes a control file.
    ///
    /// # Errors
    /// [`FileError`] when the catalogue has no control layout, or a name does not fit it.
    pub fn write(&self, catalogue: &Catalogue) -> Result<Vec<u8>, FileError> {
        let layout = catalogue.layout_or_missing("control")?;
        let mut writer = Writer::new(layout, catalogue.codes());
        let rows = i64::try_from(self.rows).unwrap_or(i64::MAX);
        let lines = std::iter::once(("rows", rows))
            .chain(self.sums.iter().map(|(name, sum)| (name.as_str(), *sum)));
        for (item, value) in lines {
            writer
                .row(&[
                    ("municipality_code", &self.municipality),
                    ("file_name", &self.file_name),
                    ("extent", self.extent.code()),
                    ("item", item),
                    ("value", &value.to_string()),
                ])
                .map_err(|error| FileError::Shape {
                    line: 1,
                    layout: layout.title_ja.clone(),
                    reason: error.to_string(),
                })?;
        }
        Ok(writer.finish())
    }

    /// Where the declared counts and sums differ from the counted ones; empty when they tie.
    #[must_use]
    pub fn differences(&self, rows: u64, sums: &[(String, i64)]) -> Vec<String> {
        let mut found = Vec::new();
        if rows != self.rows {
            found.push(format!("件数: 件数表は{}件、ファイルは{rows}件", self.rows));
        }
        for (item, counted) in sums {
            match self.sums.iter().find(|(name, _)| name == item) {
                Some((_, declared)) if declared == counted => {}
                Some((_, declared)) => found.push(format!(
                    "合計「{item}」: 件数表は{declared}、ファイルは{counted}"
                )),
                None => found.push(format!("合計「{item}」: 件数表にありません")),
            }
        }
        for (item, _) in &self.sums {
            if !sums.iter().any(|(name, _)| name == item) {
                found.push(format!(
                    "合計「{item}」: レイアウトで合計する項目ではありません"
                ));
            }
        }
        found
    }
}
