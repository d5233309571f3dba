//! 見たもの — a preview in one word, so that a confirmation says what it was given on.

use super::Shown;
use sha2::{Digest, Sha256};

/// What was shown, in one word.
pub(super) fn digest(shown: &Shown) -> String {
    let mut hash = Sha256::new();
    let mut put = |text: &str| {
        hash.update(text.as_bytes());
        hash.update([0]);
    };
    put(&shown.mark);
    for (name, value) in &shown.facts {
        put(name);
        put(value);
    }
    for block in &shown.blocks {
        put(&block.year);
        put(&block.liable);
        for row in block.components.iter().chain(&block.instalments) {
            put(&row.label);
            put(&format!("{}/{}", row.before.0, row.after.0));
        }
    }
    for card in &shown.cards {
        put(&card.title);
        let rows = card.table.iter().flat_map(|table| &table.rows);
        for cell in rows.flat_map(|row| &row.cells) {
            put(&cell.text);
        }
    }
    hash.finalize()
        .iter()
        .fold(String::new(), |mut text, byte| {
            use std::fmt::Write;
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}
