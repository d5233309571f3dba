//! Codes in words, from the code lists that the files of neighbours use.

use exchange::Catalogue;
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
    use super::word;

    #[test]
    fn codes_are_shown_in_words() {
        assert_eq!(word("gain_cause", "01"), "転入");
        assert_eq!(word("loss_cause", "44"), "死亡");
        assert_eq!(word("relationship", "12"), "妻");
        assert_eq!(word("gain_cause", "ZZ"), "ZZ");
    }
}
