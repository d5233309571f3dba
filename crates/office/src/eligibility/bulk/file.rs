//! 一括処理の一覧 — a table out of a file, every row read and held against the register; what is wrong is said with its row
//! and field, all of it at once.

use super::lines::Change;
use crate::error::OfficeError;
use crate::registry::{HouseholdHead, timeline};
use db::{Conn, Sql};
use exchange::csv::{Record, Records};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const BEARER: Sql = Sql {
    name: "eligibility.bulk.bearer",
    text: "select subject from household_fact where symbol = $1 and number = $2 and subject <> $3 \
           and superseded_at is null order by subject limit 1",
};

/// Statements of this module.
pub(super) const STATEMENTS: &[Sql] = &[BEARER];

/// The most rows of one file.
pub const MOST_ROWS: usize = 5_000;

/// Heading of a table of towns.
pub const TOWN_HEADING: [&str; 3] = ["変更前の町名", "変更後の町名", "変更後の郵便番号"];
/// Heading of a table of numbers.
pub const NUMBER_HEADING: [&str; 5] = [
    "国保世帯番号",
    "変更前の記号",
    "変更前の番号",
    "変更後の記号",
    "変更後の番号",
];

/// One town of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TownRow {
    /// Line of the file, from 1.
    pub line: u64,
    /// How the address begins before.
    pub old: String,
    /// How it begins after.
    pub new: String,
    /// 郵便番号 after; none: as before.
    pub postal_code: Option<String>,
}

/// One household of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberRow {
    /// Line of the file, from 1.
    pub line: u64,
    /// 国保世帯番号.
    pub household_id: i64,
    /// 記号 and 番号 before, as whoever made the table knew them.
    pub before: (String, String),
    /// 記号 and 番号 after.
    pub after: (String, String),
}

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// Line of the file, from 1.
    pub line: u64,
    /// Name of the column.
    pub field: &'static str,
    /// What is wrong and what to do.
    pub message: String,
}

impl Wrong {
    fn new(line: u64, field: &'static str, message: &str) -> Self {
        Self {
            line,
            field,
            message: message.to_owned(),
        }
    }

    /// As shown.
    #[must_use]
    pub fn message_ja(&self) -> String {
        if self.field.is_empty() {
            return format!("{}行目: {}", self.line, self.message);
        }
        format!("{}行目「{}」: {}", self.line, self.field, self.message)
    }
}

/// A row of cells by the column's number; what a spreadsheet leaves around a word is taken off.
type Cells = (u64, Vec<String>);

/// The rows below a heading. Copied out of a spreadsheet they are divided by tabs, out of a file by commas.
fn rows(text: &str, heading: &[&'static str]) -> Result<Vec<Cells>, Vec<Wrong>> {
    let first = text.lines().next().unwrap_or("");
    let delimiter = if first.contains('\t') { b'\t' } else { b',' };
    let mut records = Records::new(text, delimiter);
    let mut record = Record::default();
    let (mut found, mut wrong): (Vec<Cells>, Vec<Wrong>) = (Vec::new(), Vec::new());
    let mut headed = false;
    loop {
        match records.next(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(broken) => {
                wrong.push(Wrong::new(broken.line, "", &broken.reason));
                break;
            }
        }
        let cells: Vec<String> = record
            .cells
            .iter()
            .map(|cell| cell.trim_matches([' ', '\u{3000}']).to_owned())
            .collect();
        if cells.iter().all(String::is_empty) {
            continue;
        }
        if !headed {
            headed = true;
            if cells.iter().map(String::as_str).ne(heading.iter().copied()) {
                let message = format!("見出しを「{}」の順にしてください", heading.join(","));
                return Err(vec![Wrong::new(record.line, "", &message)]);
            }
            continue;
        }
        if cells.len() != heading.len() {
            let message = format!(
                "項目が{}個あります。{}個にしてください",
                cells.len(),
                heading.len()
            );
            wrong.push(Wrong::new(record.line, "", &message));
            continue;
        }
        if found.len() == MOST_ROWS {
            let message =
                format!("一度に扱えるのは{MOST_ROWS}行までです。ファイルを分けてください");
            wrong.push(Wrong::new(record.line, "", &message));
            break;
        }
        found.push((record.line, cells));
    }
    if !headed {
        wrong.push(Wrong::new(1, "", "中身がありません"));
    } else if found.is_empty() && wrong.is_empty() {
        wrong.push(Wrong::new(1, "", "見出しの下に行がありません"));
    }
    if wrong.is_empty() {
        Ok(found)
    } else {
        Err(wrong)
    }
}

fn cell(cells: &[String], place: usize) -> String {
    cells.get(place).cloned().unwrap_or_default()
}

/// A table of towns.
///
/// # Errors
/// Every row that cannot be read or contradicts another one.
pub fn towns(text: &str) -> Result<Vec<TownRow>, Vec<Wrong>> {
    let [old_name, new_name, postal_name] = TOWN_HEADING;
    let mut wrong = Vec::new();
    let mut found: Vec<TownRow> = Vec::new();
    for (line, cells) in rows(text, &TOWN_HEADING)? {
        let (old, new) = (cell(&cells, 0), cell(&cells, 1));
        let postal = cell(&cells, 2).replace('-', "");
        for (name, value) in [(old_name, &old), (new_name, &new)] {
            if value.is_empty() {
                wrong.push(Wrong::new(line, name, "町名を入れてください"));
            }
        }
        if old == new && !old.is_empty() {
            wrong.push(Wrong::new(line, new_name, "変更前と違う町名にしてください"));
        }
        let seven_digits = postal.len() == 7 && postal.bytes().all(|byte| byte.is_ascii_digit());
        if !postal.is_empty() && !seven_digits {
            let message = format!("「{postal}」は7桁の数字ではありません");
            wrong.push(Wrong::new(line, postal_name, &message));
        }
        found.push(TownRow {
            line,
            old,
            new,
            postal_code: Some(postal).filter(|code| !code.is_empty()),
        });
    }
    let mut seen: BTreeMap<&str, u64> = BTreeMap::new();
    for row in &found {
        if let Some(first) = seen.insert(&row.old, row.line) {
            let message = format!("{first}行目と同じ町名です。一つにしてください");
            wrong.push(Wrong::new(row.line, old_name, &message));
        }
    }
    for row in &found {
        let other = prefixes(&row.new)
            .find_map(|start| seen.get(start))
            .filter(|line| **line != row.line);
        if let Some(other) = other {
            let message = format!(
                "{other}行目の変更前の町名で始まります。どちらが先か分からないので、2回に分けてください"
            );
            wrong.push(Wrong::new(row.line, new_name, &message));
        }
    }
    if wrong.is_empty() {
        Ok(found)
    } else {
        Err(wrong)
    }
}

/// A table of numbers.
///
/// # Errors
/// Every row that cannot be read or contradicts another one.
pub fn numbers(text: &str) -> Result<Vec<NumberRow>, Vec<Wrong>> {
    let [
        household_name,
        old_symbol,
        old_number,
        new_symbol,
        new_number,
    ] = NUMBER_HEADING;
    let mut wrong = Vec::new();
    let mut found = Vec::new();
    let mut households: BTreeMap<i64, u64> = BTreeMap::new();
    let mut given: BTreeMap<(String, String), u64> = BTreeMap::new();
    for (line, cells) in rows(text, &NUMBER_HEADING)? {
        let typed = cell(&cells, 0);
        let household_id = typed.parse::<i64>().ok().filter(|id| *id > 0);
        if household_id.is_none() {
            let message = format!("「{typed}」は世帯番号ではありません");
            wrong.push(Wrong::new(line, household_name, &message));
        }
        for (place, name) in [
            (1, old_symbol),
            (2, old_number),
            (3, new_symbol),
            (4, new_number),
        ] {
            if cell(&cells, place).is_empty() {
                wrong.push(Wrong::new(line, name, "空です。入れてください"));
            }
        }
        let before = (cell(&cells, 1), cell(&cells, 2));
        let after = (cell(&cells, 3), cell(&cells, 4));
        if before == after {
            wrong.push(Wrong::new(line, new_number, "変更前と同じです"));
        }
        if let Some(first) = given.insert(after.clone(), line) {
            let message = format!("{first}行目と同じ記号番号です");
            wrong.push(Wrong::new(line, new_number, &message));
        }
        let Some(household_id) = household_id else {
            continue;
        };
        if let Some(first) = households.insert(household_id, line) {
            let message = format!("{first}行目と同じ世帯です");
            wrong.push(Wrong::new(line, household_name, &message));
        }
        found.push(NumberRow {
            line,
            household_id,
            before,
            after,
        });
    }
    if wrong.is_empty() {
        Ok(found)
    } else {
        Err(wrong)
    }
}

/// The 国保世帯番号 that stand in a table of numbers, however much of it is wrong; none where it is another table.
#[must_use]
pub fn households_in(text: &str) -> Vec<i64> {
    let cells = rows(text, &NUMBER_HEADING).unwrap_or_default();
    cells
        .iter()
        .filter_map(|(_, cells)| cell(cells, 0).parse().ok())
        .collect()
}

/// What the register says against the rows of a table.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn against_register(conn: &mut Conn, change: &Change) -> Result<Vec<Wrong>, OfficeError> {
    let [household_name, _, old_number, _, new_number] = NUMBER_HEADING;
    let Change::NumberTable { rows, .. } = change else {
        return Ok(Vec::new());
    };
    let mut wrong = Vec::new();
    for row in rows {
        let heads = timeline::<HouseholdHead>(conn, row.household_id, None)?;
        let Some(head) = heads.last().map(|dated| &dated.fact) else {
            let message = format!("国保世帯{}はありません", row.household_id);
            wrong.push(Wrong::new(row.line, household_name, &message));
            continue;
        };
        if (&head.symbol, &head.number) != (&row.before.0, &row.before.1) {
            let message = format!(
                "国保世帯{}の記号番号は「{} {}」です。世帯番号か変更前の番号を直してください",
                row.household_id, head.symbol, head.number
            );
            wrong.push(Wrong::new(row.line, old_number, &message));
        }
        let params = [
            row.after.0.as_str().into(),
            row.after.1.as_str().into(),
            row.household_id.into(),
        ];
        if let Some(other) = conn.query_opt(&BEARER, &params, |found| found.int(0))? {
            let message = format!(
                "「{} {}」は国保世帯{other}の記号番号です。別の番号にしてください",
                row.after.0, row.after.1
            );
            wrong.push(Wrong::new(row.line, new_number, &message));
        }
    }
    Ok(wrong)
}

/// Everything an address can begin with, the longest first.
pub(super) fn prefixes(address: &str) -> impl Iterator<Item = &str> {
    let ends = address
        .char_indices()
        .map(|(at, letter)| at + letter.len_utf8());
    let ends: Vec<usize> = ends.collect();
    ends.into_iter().rev().filter_map(|end| address.get(..end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(wrong: Vec<Wrong>) -> Vec<String> {
        wrong.iter().map(Wrong::message_ja).collect()
    }

    #[test]
    fn a_table_of_towns_is_read_from_a_file_and_from_a_spreadsheet() {
        let file = "変更前の町名,変更後の町名,変更後の郵便番号\r\n東京都港区芝1,東京都港区南1,105-0011\r\n\r\n\"東京都港区芝2\",東京都港区南2,\r\n";
        let rows = towns(file).unwrap();
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].postal_code.as_deref(), Some("1050011"));
        assert_eq!((rows[1].line, rows[1].postal_code.clone()), (4, None));
        let pasted = towns(&file.replace(',', "\t").replace('"', "")).unwrap();
        assert_eq!(pasted, rows);
    }

    #[test]
    fn every_wrong_row_is_said_with_its_field() {
        let text = "変更前の町名,変更後の町名,変更後の郵便番号\nA,B,1\n,C,\nD,D,\nA,E,\nF,DX,\nG\n";
        let wrong = said(towns(text).unwrap_err());
        assert_eq!(wrong, ["7行目: 項目が1個あります。3個にしてください"]);
        let wrong = said(towns(&text.replace("\nG\n", "\n")).unwrap_err());
        for (row, field) in [
            (2, "変更後の郵便番号"),
            (3, "変更前の町名"),
            (4, "変更後の町名"),
            (5, "変更前の町名"),
            (6, "変更後の町名"),
        ] {
            let start = format!("{row}行目「{field}」: ");
            assert!(
                wrong.iter().any(|one| one.starts_with(&start)),
                "{start} {wrong:?}"
            );
        }
        for text in [
            "",
            "番号,町名\nA,B\n",
            "変更前の町名,変更後の町名,変更後の郵便番号\n",
        ] {
            assert_eq!(towns(text).unwrap_err().len(), 1, "{text}");
        }
    }

    #[test]
    fn a_household_and_a_number_stand_once_in_a_table() {
        let heading = NUMBER_HEADING.join(",");
        let text = format!(
            "{heading}\n1,港,1,新,1\n1,港,1,新,2\n2,港,2,新,1\nx,港,3,新,3\n4,港,4,港,4\n5,,5,新,5\n"
        );
        let wrong = said(numbers(&text).unwrap_err());
        for (row, field) in [
            (3, "国保世帯番号"),
            (4, "変更後の番号"),
            (5, "国保世帯番号"),
            (6, "変更後の番号"),
            (7, "変更前の記号"),
        ] {
            let start = format!("{row}行目「{field}」: ");
            assert!(
                wrong.iter().any(|one| one.starts_with(&start)),
                "{start} {wrong:?}"
            );
        }
        assert_eq!(wrong.len(), 5, "{wrong:?}");
    }

    #[test]
    fn an_address_begins_with_itself_first() {
        assert_eq!(
            prefixes("港区1").collect::<Vec<_>>(),
            ["港区1", "港区", "港"]
        );
    }
}
