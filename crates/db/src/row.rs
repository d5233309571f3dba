//! One row of a result, read by position. Kinds are checked: nothing is converted silently.

use crate::error::StoreError;
use crate::postgres::Cell as Sent;
use crate::value::{Cell, Value};
use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::types::ValueRef;

/// One row of a result; columns are counted from 0.
///
/// Every reader fails with [`StoreError::Column`], which names the statement and the column, when the column is
/// missing, is null where a value is asked for, or is of another kind.
pub struct Row<'a> {
    pub(crate) inner: Inner<'a>,
    pub(crate) statement: &'a str,
}

pub(crate) enum Inner<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a ::postgres::Row),
}

/// A cell as it lies in the store: the bytes of a text, whether they are text or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Raw<'r> {
    /// No value.
    Null,
    /// A 64-bit integer.
    Int(i64),
    /// The bytes of a text.
    Text(&'r [u8]),
    /// Bytes.
    Blob(&'r [u8]),
}

/// A cell as either engine lends it.
enum Lent<'r> {
    Null,
    Int(i64),
    Text(&'r str),
    Blob(&'r [u8]),
    Other(&'static str),
}

impl Row<'_> {
    /// An integer; flags are 0 or 1.
    pub fn int(&self, index: usize) -> Result<i64, StoreError> {
        self.opt_int(index)?.ok_or_else(|| self.null(index))
    }

    /// An integer or null.
    pub fn opt_int(&self, index: usize) -> Result<Option<i64>, StoreError> {
        match self.lend(index)? {
            Lent::Null => Ok(None),
            Lent::Int(value) => Ok(Some(value)),
            other => Err(self.kind(index, "整数", &other)),
        }
    }

    /// Yes or no, stored as 1 or 0.
    pub fn flag(&self, index: usize) -> Result<bool, StoreError> {
        match self.int(index)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(self.wrong(index, "0か1のはずですが、他の整数です".to_owned())),
        }
    }

    /// Text, lent from the row without a copy.
    pub fn str(&self, index: usize) -> Result<&str, StoreError> {
        self.opt_str(index)?.ok_or_else(|| self.null(index))
    }

    /// Text or null, lent from the row without a copy.
    pub fn opt_str(&self, index: usize) -> Result<Option<&str>, StoreError> {
        match self.lend(index)? {
            Lent::Null => Ok(None),
            Lent::Text(value) => Ok(Some(value)),
            other => Err(self.kind(index, "文字列", &other)),
        }
    }

    /// Text.
    pub fn text(&self, index: usize) -> Result<String, StoreError> {
        self.str(index).map(str::to_owned)
    }

    /// Text or null.
    pub fn opt_text(&self, index: usize) -> Result<Option<String>, StoreError> {
        Ok(self.opt_str(index)?.map(str::to_owned))
    }

    /// A day, stored as text `YYYY-MM-DD`.
    pub fn date(&self, index: usize) -> Result<Date, StoreError> {
        self.opt_date(index)?.ok_or_else(|| self.null(index))
    }

    /// A day or null.
    pub fn opt_date(&self, index: usize) -> Result<Option<Date>, StoreError> {
        let Some(text) = self.opt_str(index)? else {
            return Ok(None);
        };
        parse_date(text).map(Some).ok_or_else(|| {
            self.wrong(
                index,
                "日付(YYYY-MM-DD)のはずですが、そう読めません".to_owned(),
            )
        })
    }

    /// An instant, stored as microseconds since 1970-01-01T00:00:00Z.
    pub fn instant(&self, index: usize) -> Result<Timestamp, StoreError> {
        self.opt_instant(index)?.ok_or_else(|| self.null(index))
    }

    /// An instant or null.
    pub fn opt_instant(&self, index: usize) -> Result<Option<Timestamp>, StoreError> {
        let Some(micros) = self.opt_int(index)? else {
            return Ok(None);
        };
        Timestamp::from_microsecond(micros)
            .map(Some)
            .map_err(|_| self.wrong(index, "時刻(マイクロ秒)の範囲を超えています".to_owned()))
    }

    /// Bytes.
    pub fn blob(&self, index: usize) -> Result<Vec<u8>, StoreError> {
        self.opt_blob(index)?.ok_or_else(|| self.null(index))
    }

    /// Bytes or null.
    pub fn opt_blob(&self, index: usize) -> Result<Option<Vec<u8>>, StoreError> {
        match self.lend(index)? {
            Lent::Null => Ok(None),
            Lent::Blob(value) => Ok(Some(value.to_vec())),
            other => Err(self.kind(index, "バイト列", &other)),
        }
    }

    /// Whatever the column holds.
    pub fn value(&self, index: usize) -> Result<Value, StoreError> {
        Ok(match self.cell(index)? {
            Cell::Null => Value::Null,
            Cell::Int(value) => Value::Int(value),
            Cell::Text(value) => Value::Text(value.to_owned()),
            Cell::Blob(value) => Value::Blob(value.to_vec()),
            Cell::Day(day) => day.into(),
        })
    }

    /// Whatever the column holds, lent from the row without a copy; a day is text here.
    pub fn cell(&self, index: usize) -> Result<Cell<'_>, StoreError> {
        Ok(match self.lend(index)? {
            Lent::Null => Cell::Null,
            Lent::Int(value) => Cell::Int(value),
            Lent::Text(value) => Cell::Text(value),
            Lent::Blob(value) => Cell::Blob(value),
            other @ Lent::Other(_) => {
                return Err(self.kind(index, "整数・文字列・バイト列", &other));
            }
        })
    }

    /// Whatever the column holds as it lies in the store, for who checks it rather than reads it.
    pub fn raw(&self, index: usize) -> Result<Raw<'_>, StoreError> {
        if let Inner::Sqlite(row) = self.inner {
            match row.get_ref(index) {
                Ok(ValueRef::Text(bytes)) => return Ok(Raw::Text(bytes)),
                Ok(ValueRef::Integer(value)) => return Ok(Raw::Int(value)),
                _ => {}
            }
        }
        Ok(match self.cell(index)? {
            Cell::Null => Raw::Null,
            Cell::Int(value) => Raw::Int(value),
            Cell::Text(text) => Raw::Text(text.as_bytes()),
            Cell::Blob(bytes) => Raw::Blob(bytes),
            // No engine lends a day.
            Cell::Day(_) => return Err(self.wrong(index, "扱わない型".to_owned())),
        })
    }

    /// How many columns the row has.
    #[must_use]
    pub fn width(&self) -> usize {
        match self.inner {
            Inner::Sqlite(row) => row.as_ref().column_count(),
            Inner::Postgres(row) => row.len(),
        }
    }

    /// The name of a column as the engine gives it; empty when there is no such column.
    #[must_use]
    pub fn column_name(&self, index: usize) -> &str {
        match self.inner {
            Inner::Sqlite(row) => row.as_ref().column_name(index).unwrap_or(""),
            Inner::Postgres(row) => row
                .columns()
                .get(index)
                .map_or("", ::postgres::Column::name),
        }
    }

    fn lend(&self, index: usize) -> Result<Lent<'_>, StoreError> {
        match self.inner {
            Inner::Sqlite(row) => match row.get_ref(index) {
                Ok(ValueRef::Null) => Ok(Lent::Null),
                Ok(ValueRef::Integer(value)) => Ok(Lent::Int(value)),
                Ok(ValueRef::Text(bytes)) => std::str::from_utf8(bytes)
                    .map(Lent::Text)
                    .map_err(|_| self.wrong(index, "UTF-8ではない文字列です".to_owned())),
                Ok(ValueRef::Blob(bytes)) => Ok(Lent::Blob(bytes)),
                Ok(ValueRef::Real(_)) => Ok(Lent::Other("浮動小数")),
                Err(_) => Err(self.missing(index)),
            },
            Inner::Postgres(row) => match row.try_get::<usize, Option<Sent<'_>>>(index) {
                Ok(None) => Ok(Lent::Null),
                Ok(Some(Sent::Int(value))) => Ok(Lent::Int(value)),
                Ok(Some(Sent::Text(value))) => Ok(Lent::Text(value)),
                Ok(Some(Sent::Blob(value))) => Ok(Lent::Blob(value)),
                Ok(Some(Sent::Numeric)) => Ok(Lent::Other(
                    "numeric(cast(sum(…) as bigint) と書いてください)",
                )),
                Ok(Some(Sent::Other)) => Ok(Lent::Other("扱わない型")),
                Err(_) if index >= row.len() => Err(self.missing(index)),
                Err(error) => Err(self.wrong(index, error.to_string())),
            },
        }
    }

    fn missing(&self, index: usize) -> StoreError {
        self.wrong(index, format!("列は{}個しかありません", self.width()))
    }

    fn null(&self, index: usize) -> StoreError {
        self.wrong(index, "値があるはずですが、nullです".to_owned())
    }

    fn kind(&self, index: usize, wanted: &str, found: &Lent<'_>) -> StoreError {
        let found = match found {
            Lent::Null => "null",
            Lent::Int(_) => "整数",
            Lent::Text(_) => "文字列",
            Lent::Blob(_) => "バイト列",
            Lent::Other(name) => name,
        };
        self.wrong(index, format!("{wanted}のはずですが、{found}です"))
    }

    /// An error that names this statement and column; for readers of richer kinds built on these.
    #[must_use]
    pub fn wrong(&self, index: usize, reason: String) -> StoreError {
        StoreError::Column {
            statement: self.statement.to_owned(),
            index,
            column: self.column_name(index).to_owned(),
            reason,
        }
    }
}

/// `YYYY-MM-DD` and nothing else.
fn parse_date(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    let number = |from: usize, until: usize| -> Option<i16> {
        bytes.get(from..until)?.iter().try_fold(0_i16, |sum, byte| {
            byte.is_ascii_digit()
                .then(|| sum * 10 + i16::from(byte - b'0'))
        })
    };
    if bytes.len() != 10 || bytes.get(4) != Some(&b'-') || bytes.get(7) != Some(&b'-') {
        return None;
    }
    let month = i8::try_from(number(5, 7)?).ok()?;
    let day = i8::try_from(number(8, 10)?).ok()?;
    Date::new(number(0, 4)?, month, day).ok()
}

#[cfg(test)]
mod tests {
    use super::parse_date;
    use jiff::civil::date;

    #[test]
    fn only_iso_days_are_days() {
        assert_eq!(parse_date("2026-04-01"), Some(date(2026, 4, 1)));
        assert_eq!(parse_date("2024-02-29"), Some(date(2024, 2, 29)));
        for wrong in [
            "2026-4-1",
            "2026-02-29",
            "20260401",
            "2026-04-01T",
            "２０２６-04-01",
            "",
            "+026-04-01",
        ] {
            assert_eq!(parse_date(wrong), None, "{wrong}");
        }
    }
}
