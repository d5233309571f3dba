//! コード表 — lists of codes as data, replaceable by a municipality's own.

use crate::layout::LayoutError;
use serde::Deserialize;
use std::collections::BTreeMap;

/// One list of codes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeList {
    /// Identifier that fields name.
    pub id: String,
    /// Name as a clerk knows it.
    pub title_ja: String,
    /// Where the list comes from.
    pub source: String,
    /// Code and label, in the order of the list.
    pub entries: Vec<(String, String)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CodeFile {
    list: Vec<CodeList>,
}

/// Every list of codes in force.
#[derive(Clone, Debug, Default)]
pub struct Codes {
    lists: BTreeMap<String, CodeList>,
}

impl Codes {
    /// Reads lists from TOML; a list of the same identifier replaces the one before.
    ///
    /// # Errors
    /// [`LayoutError`] when the text is not a file of code lists, or a code stands twice in its list.
    pub fn add(&mut self, toml_text: &str) -> Result<(), LayoutError> {
        let file: CodeFile = toml::from_str(toml_text)
            .map_err(|error| LayoutError::unreadable("コード表", &error))?;
        for list in file.list {
            for (place, (code, _)) in list.entries.iter().enumerate() {
                if list
                    .entries
                    .iter()
                    .take(place)
                    .any(|(other, _)| other == code)
                {
                    return Err(LayoutError::new(
                        &list.id,
                        format!("コード「{code}」が二度あります"),
                    ));
                }
            }
            self.lists.insert(list.id.clone(), list);
        }
        Ok(())
    }

    /// Whether a code stands in a list.
    #[must_use]
    pub fn contains(&self, list: &str, code: &str) -> bool {
        self.label(list, code).is_some()
    }

    /// What a code means.
    #[must_use]
    pub fn label(&self, list: &str, code: &str) -> Option<&str> {
        let entries = &self.lists.get(list)?.entries;
        entries
            .iter()
            .find(|(found, _)| found == code)
            .map(|(_, label)| label.as_str())
    }

    /// The name of a list, for messages.
    #[must_use]
    pub fn title(&self, list: &str) -> String {
        self.lists.get(list).map_or_else(
            || format!("コード表「{list}」"),
            |list| format!("コード表「{}」", list.title_ja),
        )
    }

    /// A list, for pages that offer it.
    #[must_use]
    pub fn list(&self, id: &str) -> Option<&CodeList> {
        self.lists.get(id)
    }
}
