//! Records of cells out of text, one at a time, with their line numbers; and limits on everything.

use std::borrow::Cow;

/// The longest record in bytes.
pub const LONGEST_RECORD: usize = 256 * 1024;
/// The most cells of a record.
pub const MOST_CELLS: usize = 2_000;

/// Why a text cannot be cut into records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Line where the record begins, from 1.
    pub line: u64,
    /// What is wrong.
    pub reason: String,
}

/// One record: where it begins and ends in the text, and its cells.
#[derive(Clone, Debug, Default)]
pub struct Record<'t> {
    /// Line where it begins, from 1.
    pub line: u64,
    /// Byte where it begins.
    pub start: usize,
    /// Its cells.
    pub cells: Vec<Cow<'t, str>>,
}

/// Cuts a text into records.
#[derive(Clone, Debug)]
pub struct Records<'t> {
    text: &'t str,
    delimiter: u8,
    at: usize,
    line: u64,
}

impl<'t> Records<'t> {
    /// From the beginning of a text.
    #[must_use]
    pub fn new(text: &'t str, delimiter: u8) -> Self {
        Self {
            text,
            delimiter,
            at: 0,
            line: 1,
        }
    }

    /// From a record that was seen before.
    #[must_use]
    pub fn at(text: &'t str, delimiter: u8, start: usize, line: u64) -> Self {
        Self {
            text,
            delimiter,
            at: start,
            line,
        }
    }

    /// Reads the next record into `record`; false at the end.
    ///
    /// # Errors
    /// [`Broken`], after which nothing more can be read.
    pub fn next(&mut self, record: &mut Record<'t>) -> Result<bool, Broken> {
        let text = self.text;
        let bytes = text.as_bytes();
        record.cells.clear();
        record.line = self.line;
        record.start = self.at;
        if self.at >= bytes.len() {
            return Ok(false);
        }
        loop {
            let cell = self.cell(record)?;
            record.cells.push(cell);
            if record.cells.len() > MOST_CELLS {
                return Err(self.broken(record, format!("項目が{MOST_CELLS}を超えています")));
            }
            match bytes.get(self.at) {
                Some(byte) if *byte == self.delimiter => self.at += 1,
                Some(b'\n') => {
                    self.at += 1;
                    self.line += 1;
                    return Ok(true);
                }
                Some(b'\r') if bytes.get(self.at + 1) == Some(&b'\n') => {
                    self.at += 2;
                    self.line += 1;
                    return Ok(true);
                }
                None => return Ok(true),
                Some(_) => {
                    return Err(
                        self.broken(record, "引用符（\"）の後に余分な文字があります".to_owned())
                    );
                }
            }
        }
    }

    fn cell(&mut self, record: &Record<'t>) -> Result<Cow<'t, str>, Broken> {
        if self.text.as_bytes().get(self.at) == Some(&b'"') {
            self.quoted(record)
        } else {
            self.plain(record)
        }
    }

    fn plain(&mut self, record: &Record<'t>) -> Result<Cow<'t, str>, Broken> {
        let bytes = self.text.as_bytes();
        let from = self.at;
        let rest = bytes.get(from..).unwrap_or(&[]);
        let length = rest
            .iter()
            .position(|byte| *byte == self.delimiter || matches!(byte, b'\n' | b'\r' | b'"'))
            .unwrap_or(rest.len());
        self.at = from + length;
        match bytes.get(self.at) {
            Some(b'"') => {
                return Err(self.broken(record, "項目の途中に引用符（\"）があります".to_owned()));
            }
            Some(b'\r') if bytes.get(self.at + 1) != Some(&b'\n') => {
                return Err(self.broken(record, "項目の途中に改行（CR）があります".to_owned()));
            }
            _ => {}
        }
        self.limit(record)?;
        Ok(Cow::Borrowed(self.text.get(from..self.at).unwrap_or("")))
    }

    fn quoted(&mut self, record: &Record<'t>) -> Result<Cow<'t, str>, Broken> {
        let bytes = self.text.as_bytes();
        let mut whole = String::new();
        let mut from = self.at + 1;
        loop {
            let rest = bytes.get(from..).unwrap_or(&[]);
            let Some(length) = rest
                .iter()
                .take(LONGEST_RECORD + 1)
                .position(|byte| *byte == b'"')
            else {
                return Err(self.broken(
                    record,
                    "引用符（\"）が閉じていません。途中で切れた可能性があります".to_owned(),
                ));
            };
            let end = from + length;
            self.at = end + 1;
            self.limit(record)?;
            let part = self.text.get(from..end).unwrap_or("");
            self.line += part
                .bytes()
                .fold(0, |lines, byte| lines + u64::from(byte == b'\n'));
            if bytes.get(end + 1) == Some(&b'"') {
                whole.push_str(part);
                whole.push('"');
                from = end + 2;
                continue;
            }
            if whole.is_empty() {
                return Ok(Cow::Borrowed(part));
            }
            whole.push_str(part);
            return Ok(Cow::Owned(whole));
        }
    }

    fn limit(&self, record: &Record<'t>) -> Result<(), Broken> {
        if self.at - record.start > LONGEST_RECORD {
            return Err(self.broken(record, format!("1件が{LONGEST_RECORD}バイトを超えています")));
        }
        Ok(())
    }

    fn broken(&self, record: &Record<'t>, reason: String) -> Broken {
        Broken {
            line: record.line,
            reason,
        }
    }
}

/// Writes one cell, quoted when `always` or when it has to be.
pub fn write_cell(out: &mut String, cell: &str, always: bool, delimiter: u8) {
    let needs = always
        || cell
            .bytes()
            .any(|byte| byte == delimiter || matches!(byte, b'"' | b'\r' | b'\n'))
        || cell.starts_with(' ')
        || cell.ends_with(' ');
    if !needs {
        out.push_str(cell);
        return;
    }
    out.push('"');
    for (place, part) in cell.split('"').enumerate() {
        if place > 0 {
            out.push_str("\"\"");
        }
        out.push_str(part);
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Result<Vec<(u64, Vec<String>)>, Broken> {
        let mut records = Records::new(text, b',');
        let mut record = Record::default();
        let mut found = Vec::new();
        while records.next(&mut record)? {
            found.push((
                record.line,
                record.cells.iter().map(|cell| cell.to_string()).collect(),
            ));
        }
        Ok(found)
    }

    #[test]
    fn records_carry_their_lines() {
        let found = all("\"a\",\"b\"\r\n\"c\r\nd\",e\n\"\"\"q\"\"\",\r\nlast,").unwrap();
        let lines: Vec<u64> = found.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [1, 2, 4, 5]);
        assert_eq!(found[1].1, ["c\r\nd", "e"]);
        assert_eq!(found[2].1, ["\"q\"", ""]);
        assert_eq!(found[3].1, ["last", ""]);
        assert_eq!(all("").unwrap(), []);
    }

    #[test]
    fn broken_records_are_told_with_their_line() {
        for (text, line) in [
            ("a,b\n\"c,d\n", 2),
            ("\"a\"b,c\n", 1),
            ("a\"b\n", 1),
            ("a\rb\n", 1),
            ("x\n\"a", 2),
        ] {
            assert_eq!(all(text).unwrap_err().line, line, "{text:?}");
        }
        assert!(all(&"x".repeat(LONGEST_RECORD + 1)).is_err());
        assert!(all(&",".repeat(MOST_CELLS + 1)).is_err());
    }
}
