//! The words a layout is written in: types of items, shapes of files, and how sure we are.

use serde::Deserialize;

/// How sure we are of a layout or an item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// Official text, or two independent sources that agree.
    Official,
    /// One independent source.
    Single,
    /// General knowledge.
    Unconfirmed,
    /// Our own proposal, where the real one cannot be had.
    #[default]
    Proposal,
}

impl Certainty {
    /// Whether lengths bind: those of anything less than an official text may be out of date.
    #[must_use]
    pub fn is_official(self) -> bool {
        self == Self::Official
    }
}

/// The type of an item, in the words of the standard conventions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
pub enum FieldType {
    /// 半角文字列.
    #[serde(rename = "X")]
    Ascii,
    /// 全角文字列: any text.
    #[serde(rename = "N")]
    Text,
    /// 整数（符号なし）.
    #[serde(rename = "9")]
    Digits,
    /// 整数（符号つき）.
    #[serde(rename = "S9")]
    Signed,
    /// 小数.
    #[serde(rename = "9V")]
    Decimal,
    /// 日付.
    #[serde(rename = "DATE")]
    Date,
    /// 年.
    #[serde(rename = "YEAR")]
    Year,
    /// 時刻.
    #[serde(rename = "TIME")]
    Time,
    /// コード.
    #[serde(rename = "CODE")]
    Code,
}

/// How days are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateForm {
    /// `YYYY-MM-DD`.
    #[default]
    Iso,
    /// `YYYYMMDD`.
    Compact,
}

impl DateForm {
    /// An example, for messages.
    #[must_use]
    pub const fn example(self) -> &'static str {
        match self {
            Self::Iso => "2026-04-01",
            Self::Compact => "20260401",
        }
    }
}

/// Which letters a text may have beyond the general rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LetterRule {
    /// 氏名.
    Name,
    /// フリガナ.
    Kana,
}

/// The shape of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// Comma-separated.
    #[default]
    Csv,
    /// Tab-separated.
    Tsv,
    /// Fixed length in bytes, one record a line or records one after another.
    Fixed,
}

/// Whether the first record names the items.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Heading {
    /// No heading.
    #[default]
    None,
    /// The identifiers of the items.
    Names,
    /// The Japanese names of the items.
    NamesJa,
}

/// Which cells are written in quotes. Reading takes both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quoting {
    /// Every cell.
    #[default]
    All,
    /// Only where it is needed.
    Needed,
}

/// The end of a record when writing. Reading takes both, and refuses a file whose last record has none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Newline {
    /// CR LF.
    #[default]
    Crlf,
    /// LF.
    Lf,
    /// Nothing: fixed-length records one after another.
    None,
}

/// Where counts and sums of a file come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Balance {
    /// A control file beside it (`…_control.csv`), which must be there.
    #[default]
    Companion,
    /// Its last record, of the kind `trailer`.
    Trailer,
    /// Nowhere: the file cannot be balanced.
    None,
}
