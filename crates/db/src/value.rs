//! What goes into a statement: four kinds of value, the same on both engines.

use jiff::Timestamp;
use jiff::civil::Date;

/// A parameter of a statement or a cell of a bulk load.
///
/// Money, counts and identifiers are `Int`; yes/no is 0 or 1; a day is text `YYYY-MM-DD`; an instant is the
/// number of microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Value {
    /// No value.
    Null,
    /// A 64-bit integer.
    Int(i64),
    /// Unicode text without U+0000.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

/// A cell of a bulk load that only borrows: nothing is copied, and a day becomes its text on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell<'a> {
    /// No value.
    Null,
    /// A 64-bit integer.
    Int(i64),
    /// Unicode text without U+0000.
    Text(&'a str),
    /// Bytes.
    Blob(&'a [u8]),
    /// A day, stored as text `YYYY-MM-DD`.
    Day(Date),
}

impl From<i64> for Cell<'_> {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(value)
    }
}

impl From<Date> for Cell<'_> {
    fn from(value: Date) -> Self {
        Self::Day(value)
    }
}

impl<'a> From<&'a Value> for Cell<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Int(int) => Self::Int(*int),
            Value::Text(text) => Self::Text(text),
            Value::Blob(bytes) => Self::Blob(bytes),
        }
    }
}

/// `YYYY-MM-DD` of a day of the years 0 to 9999.
pub(crate) fn day_text(day: Date) -> [u8; 10] {
    let digit = |number: i16, place: i16| b'0' + u8::try_from(number / place % 10).unwrap_or(0);
    let (year, month, date) = (day.year(), i16::from(day.month()), i16::from(day.day()));
    [
        digit(year, 1000),
        digit(year, 100),
        digit(year, 10),
        digit(year, 1),
        b'-',
        digit(month, 10),
        digit(month, 1),
        b'-',
        digit(date, 10),
        digit(date, 1),
    ]
}

/// The kind of a column in a bulk load or a dated table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ColumnType {
    /// Integers of any declared width, flags and instants.
    Int,
    /// Text and days.
    Text,
    /// Bytes.
    Blob,
}

impl Value {
    /// The kind of the value, for messages.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Int(_) => "整数",
            Self::Text(_) => "文字列",
            Self::Blob(_) => "バイト列",
        }
    }

    /// Whether a column of this kind can hold the value.
    #[must_use]
    pub fn fits(&self, column: ColumnType) -> bool {
        matches!(
            (self, column),
            (Self::Null, _)
                | (Self::Int(_), ColumnType::Int)
                | (Self::Text(_), ColumnType::Text)
                | (Self::Blob(_), ColumnType::Blob)
        )
    }

    /// The reason why neither engine may be given this value, if there is one.
    ///
    /// PostgreSQL cannot store U+0000 in text, so both engines refuse it.
    pub(crate) fn flaw(&self) -> Option<&'static str> {
        match self {
            Self::Text(text) if text.as_bytes().contains(&0) => Some(NUL_TEXT),
            _ => None,
        }
    }
}

/// The sentence for text that holds U+0000.
pub(crate) const NUL_TEXT: &str = "文字列にNUL文字(U+0000)が含まれています。取り除いてください";

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<i32> for Value {
    fn from(value: i32) -> Self {
        Self::Int(value.into())
    }
}

impl From<i16> for Value {
    fn from(value: i16) -> Self {
        Self::Int(value.into())
    }
}

impl From<i8> for Value {
    fn from(value: i8) -> Self {
        Self::Int(value.into())
    }
}

impl From<u8> for Value {
    fn from(value: u8) -> Self {
        Self::Int(value.into())
    }
}

impl From<u16> for Value {
    fn from(value: u16) -> Self {
        Self::Int(value.into())
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Self::Int(value.into())
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Int(value.into())
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<&String> for Value {
    fn from(value: &String) -> Self {
        Self::Text(value.clone())
    }
}

impl From<Vec<u8>> for Value {
    fn from(value: Vec<u8>) -> Self {
        Self::Blob(value)
    }
}

impl From<&[u8]> for Value {
    fn from(value: &[u8]) -> Self {
        Self::Blob(value.to_vec())
    }
}

impl From<Date> for Value {
    fn from(value: Date) -> Self {
        Self::Text(value.to_string())
    }
}

impl From<Timestamp> for Value {
    fn from(value: Timestamp) -> Self {
        Self::Int(value.as_microsecond())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
