//! 状態の行 — a status handed over in its own layout: each row a span, the whole history of its subject.

use super::cells::{born_by, first_day, int, last_day, municipality_of, own_row};
use super::directory::Directory;
use super::intake::Municipality;
use super::plan::{Creates, Plan, Replace, Staged, Stated, Target, no_duplicates, no_overlap};
use crate::eligibility::status::{DESCRIBED, Described, Subject, handover};
use crate::error::OfficeError;
use db::{ColumnType, Conn, Span, Value};
use exchange::{Flaw, Row};
use law::Date;
use std::collections::BTreeMap;

/// The layout of one status.
pub(super) struct StatusRows(&'static Described);

impl StatusRows {
    /// The plan of a layout.
    pub(super) fn of(layout: &str) -> Option<Self> {
        let code = layout.strip_prefix("status_")?;
        DESCRIBED.iter().find(|row| row.code == code).map(Self)
    }
}

/// Columns in which nothing is not the same as an empty text.
const NULLABLE: &[&str] = &["reported_on", "ruled_on", "refused_on", "loss_cause"];

impl Plan for StatusRows {
    fn subject_item(&self) -> &'static str {
        handover::subject_item(self.0.subject)
    }

    fn needs(&self) -> &'static [&'static str] {
        &["history_number", "valid_from", "valid_until"]
    }

    fn target(&self) -> Target {
        Target {
            table: self.0.table,
            columns: self.0.load,
            derived: &[],
            carried: &[],
            version: None,
            replace: Replace::Whole,
            creates: Creates::Nothing,
            expected: "",
            withdraws: false,
        }
    }

    fn municipality_of<'r>(&self, row: &Row<'r>) -> Option<&'r str> {
        municipality_of(row)
    }

    fn state(
        &self,
        row: &Row<'_>,
        municipality: &Municipality,
        _: Date,
        flaws: &mut Vec<Flaw>,
    ) -> Option<Stated> {
        own_row(row, municipality, flaws);
        let from = first_day(row, "valid_from", "開始年月日", flaws);
        let until = last_day(row, "valid_until", ("終了年月日", from), flaws);
        let span = Span::new(from?, until);
        let columns = self.0.table.columns.iter().zip(self.0.types);
        let values: Vec<Value> = columns
            .map(|(column, kind)| match (row.named(column), kind) {
                ("", _) if NULLABLE.contains(column) => Value::Null,
                (_, ColumnType::Int) => int(row, column).into(),
                (text, _) => text.into(),
            })
            .collect();
        match (self.0.check)(&values, span) {
            Ok(()) => {}
            Err(OfficeError::Input { field, message }) => {
                flaws.push(Flaw::hold(&field, "import.row.status", message));
            }
            Err(error) => flaws.push(Flaw::hold("行", "import.row.status", error.to_string())),
        }
        let mut stated = Stated::told(span.from, BTreeMap::new(), (int(row, "history_number"), 0));
        stated.until = span.until;
        stated.values = values;
        Some(stated)
    }

    fn together(&self, rows: &mut [Staged]) {
        no_duplicates(rows, "履歴番号");
        no_overlap(rows, "開始年月日", self.0.label_ja);
    }

    fn against(
        &self,
        conn: &mut Conn,
        directory: &mut Directory,
        row: &Staged,
        flaws: &mut Vec<Flaw>,
    ) -> Result<(), OfficeError> {
        match self.0.subject {
            Subject::Person => {
                let person = directory.person(conn, row.subject)?;
                born_by(person, row, "開始年月日", flaws);
            }
            Subject::Household if directory.heads(conn, row.subject)?.is_empty() => {
                flaws.push(Flaw::hold(
                    "国保世帯番号",
                    "import.row.unknown_household",
                    format!(
                        "国保世帯{}が登録されていません。国保世帯を先に取り込んでください",
                        row.subject
                    ),
                ));
            }
            Subject::Household | Subject::Facility => {}
        }
        Ok(())
    }
}
