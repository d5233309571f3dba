//! レイアウト — a file format as data: it parses and it writes, and a municipality can put its own in its place.

use crate::codes::Codes;
use crate::encoding::Encoding;
pub use crate::shape::{
    Balance, Certainty, DateForm, FieldType, Form, Heading, LetterRule, Newline, Quoting,
};
use serde::Deserialize;
use std::collections::{BTreeSet, HashMap};

/// One item.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Identifier.
    pub name: String,
    /// Name as the clerk knows it.
    pub name_ja: String,
    /// データ項目ID, where known.
    #[serde(default)]
    pub item_id: String,
    /// Type.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// Greatest length: characters in CSV, bytes in a fixed-length record.
    pub max: u16,
    /// Decimal places of a `9V`.
    #[serde(default)]
    pub decimals: u8,
    /// Whether it must be filled.
    #[serde(default)]
    pub required: bool,
    /// The list its codes come from.
    #[serde(default)]
    pub codes: Option<String>,
    /// The item that says (`1`) that this day is 不詳.
    #[serde(default)]
    pub unknown_flag: Option<String>,
    /// Which letters it may have.
    #[serde(default)]
    pub rule: Option<LetterRule>,
    /// The only value it may have: the kind of a record.
    #[serde(default)]
    pub constant: Option<String>,
    /// Where the item comes from, when elsewhere than the layout.
    #[serde(default)]
    pub source: String,
    /// How sure we are; taken from the layout when not given.
    #[serde(default = "inherited")]
    pub certainty: Certainty,
}

fn inherited() -> Certainty {
    // Replaced by the layout's own grade when it is loaded; the weakest grade until then.
    Certainty::Proposal
}

/// A file format.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// Identifier; also the 連携ID in file names unless `link_id` says otherwise.
    pub id: String,
    /// Name as a clerk knows it.
    pub title_ja: String,
    /// 業務ID of the sender in file names.
    #[serde(default)]
    pub business_id: String,
    /// 連携ID in file names.
    #[serde(default)]
    pub link_id: String,
    /// Encoding.
    #[serde(default)]
    pub encoding: Encoding,
    /// Shape.
    #[serde(default)]
    pub form: Form,
    /// Heading.
    #[serde(default)]
    pub heading: Heading,
    /// Quoting when writing.
    #[serde(default)]
    pub quoting: Quoting,
    /// End of record when writing.
    #[serde(default)]
    pub newline: Newline,
    /// How days are written.
    #[serde(default)]
    pub dates: DateForm,
    /// Where counts and sums come from.
    #[serde(default)]
    pub balance: Balance,
    /// Items whose sum the control carries.
    #[serde(default)]
    pub sums: Vec<String>,
    /// Items that name a row: no two rows of a file share them.
    #[serde(default)]
    pub key: Vec<String>,
    /// How sure we are.
    #[serde(default)]
    pub certainty: Certainty,
    /// Where it comes from.
    pub source: String,
    /// Items of the detail record, in order.
    pub fields: Vec<Field>,
    /// Items of a header record, for layouts that have one; its first item is a constant.
    #[serde(default)]
    pub header: Vec<Field>,
    /// Items of a trailer record, for layouts that have one; its first item is a constant.
    #[serde(default)]
    pub trailer: Vec<Field>,
    /// Where each item stands: rows are read by name a million times.
    #[serde(skip)]
    places: HashMap<String, usize>,
}

impl Layout {
    /// Reads a layout and checks that it makes sense.
    ///
    /// # Errors
    /// [`LayoutError`] that names the layout and the item.
    pub fn from_toml(text: &str, codes: &Codes) -> Result<Self, LayoutError> {
        let mut layout: Self =
            toml::from_str(text).map_err(|error| LayoutError::unreadable("レイアウト", &error))?;
        if layout.link_id.is_empty() {
            layout.link_id.clone_from(&layout.id);
        }
        let grade = layout.certainty;
        let lists = [&mut layout.fields, &mut layout.header, &mut layout.trailer];
        for field in lists
            .into_iter()
            .flatten()
            .filter(|field| field.certainty == Certainty::Proposal)
        {
            field.certainty = grade;
        }
        let places = layout
            .fields
            .iter()
            .enumerate()
            .map(|(place, field)| (field.name.clone(), place));
        layout.places = places.collect();
        layout.check(codes)?;
        Ok(layout)
    }

    fn check(&self, codes: &Codes) -> Result<(), LayoutError> {
        if self.fields.is_empty() {
            return Err(LayoutError::new(
                &self.id,
                "項目が一つもありません".to_owned(),
            ));
        }
        for fields in [&self.fields, &self.header, &self.trailer] {
            let mut seen = BTreeSet::new();
            for field in fields {
                if !seen.insert(&field.name) {
                    return Err(LayoutError::new(
                        &self.id,
                        format!("項目「{}」が二度あります", field.name),
                    ));
                }
                if field.max == 0 {
                    return Err(LayoutError::new(
                        &self.id,
                        format!("項目「{}」の長さが0です", field.name),
                    ));
                }
                if let Some(list) = &field.codes
                    && codes.list(list).is_none()
                {
                    let message = format!("項目「{}」のコード表「{list}」がありません", field.name);
                    return Err(LayoutError::new(&self.id, message));
                }
            }
        }
        let named = self.sums.iter().chain(&self.key);
        let flags = self
            .fields
            .iter()
            .filter_map(|field| field.unknown_flag.as_ref());
        for name in named.chain(flags) {
            if self.column(name).is_none() {
                return Err(LayoutError::new(
                    &self.id,
                    format!("項目「{name}」がありません"),
                ));
            }
        }
        for name in &self.sums {
            let summed = self.fields.iter().find(|field| &field.name == name);
            if !summed
                .is_some_and(|field| matches!(field.kind, FieldType::Digits | FieldType::Signed))
            {
                return Err(LayoutError::new(
                    &self.id,
                    format!("項目「{name}」は整数でないので合計できません"),
                ));
            }
        }
        let trailing = self.balance == Balance::Trailer;
        let marked =
            |fields: &[Field]| fields.first().is_some_and(|field| field.constant.is_some());
        if trailing && !(marked(&self.trailer) && marked(&self.fields)) {
            let message =
                "末尾レコードで照合するには、明細と末尾の先頭項目に constant が要ります".to_owned();
            return Err(LayoutError::new(&self.id, message));
        }
        if self.form == Form::Fixed && self.heading != Heading::None {
            return Err(LayoutError::new(
                &self.id,
                "固定長に見出し行はありません".to_owned(),
            ));
        }
        Ok(())
    }

    /// Where an item stands in a detail record, from 0.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        self.places.get(name).copied()
    }

    /// Length of a fixed-length detail record in bytes.
    #[must_use]
    pub fn record_bytes(&self) -> usize {
        self.fields.iter().map(|field| usize::from(field.max)).sum()
    }

    /// The letter between two cells.
    #[must_use]
    pub const fn delimiter(&self) -> u8 {
        match self.form {
            Form::Tsv => b'\t',
            Form::Csv | Form::Fixed => b',',
        }
    }
}

/// A layout or a list of codes that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("レイアウト定義「{layout}」: {message}")]
pub struct LayoutError {
    /// The layout or list.
    pub layout: String,
    /// What is wrong.
    pub message: String,
}

impl LayoutError {
    pub(crate) fn new(layout: &str, message: String) -> Self {
        Self {
            layout: layout.to_owned(),
            message,
        }
    }

    pub(crate) fn unreadable(what: &str, error: &toml::de::Error) -> Self {
        Self::new(what, format!("読めません: {error}"))
    }
}
