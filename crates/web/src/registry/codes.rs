//! Codes in words, from the code lists that the files of neighbours use.

use exchange::{Catalogue, Layout};
use std::collections::BTreeMap;
use std::sync::LazyLock;

static CATALOGUE: LazyLock<Option<Catalogue>> = LazyLock::new(|| match Catalogue::shipped() {
    Ok(catalogue) => Some(catalogue),
    Err(error) => {
        tracing::error!(error = %error, "the shipped code lists cannot be read; codes are shown as they are");
        None
    }
});

/// The shipped layouts and code lists, where they can be read.
#[must_use]
pub fn catalogue() -> Option<&'static Catalogue> {
    CATALOGUE.as_ref()
}

/// The items of a received row as the clerk knows them, in the order of its layout: name, 項目名, value.
///
/// The layout is the smallest one that has all of them; without one the names stand as they are.
#[must_use]
pub fn items(cells: &BTreeMap<String, String>) -> Vec<(String, String, String)> {
    let layout = catalogue().and_then(|catalogue| {
        let fits = |layout: &&Layout| cells.keys().all(|name| layout.column(name).is_some());
        catalogue
            .layouts()
            .filter(fits)
            .min_by_key(|layout| layout.fields.len())
    });
    match layout {
        Some(layout) => layout
            .fields
            .iter()
            .filter_map(|field| {
                let value = cells.get(&field.name)?;
                Some((field.name.clone(), field.name_ja.clone(), value.clone()))
            })
            .collect(),
        None => cells
            .iter()
            .map(|(name, value)| (name.clone(), name.clone(), value.clone()))
            .collect(),
    }
}

/// Whether an item tells where somebody is, was or will be.
#[must_use]
pub fn tells_place(label: &str) -> bool {
    [
        "住所",
        "方書",
        "郵便番号",
        "町字",
        "番地",
        "送付先",
        "本籍",
        "所在地",
    ]
    .iter()
    .any(|word| label.contains(word))
}

/// The word of a code; a code that no list knows is shown as it is.
#[must_use]
pub fn word(list: &str, code: &str) -> String {
    CATALOGUE
        .as_ref()
        .and_then(|catalogue| catalogue.codes().label(list, code))
        .unwrap_or(code)
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::{items, word};
    use std::collections::BTreeMap;

    #[test]
    fn codes_are_shown_in_words() {
        assert_eq!(word("gain_cause", "01"), "転入");
        assert_eq!(word("loss_cause", "44"), "死亡");
        assert_eq!(word("relationship", "12"), "妻");
        assert_eq!(word("gain_cause", "ZZ"), "ZZ");
    }

    #[test]
    fn items_of_a_row_bear_the_names_clerks_know() {
        let row = |names: &[&str]| -> BTreeMap<String, String> {
            names
                .iter()
                .map(|name| ((*name).to_owned(), "1".to_owned()))
                .collect()
        };
        let insured = items(&row(&["gained_on", "gain_cause", "household_number"]));
        assert!(
            insured
                .iter()
                .all(|(name, label, _)| name != label && !label.is_ascii()),
            "{insured:?}"
        );
        let strange = items(&row(&["nobody_knows_this"]));
        assert_eq!(strange[0].1, "nobody_knows_this");
    }
}
