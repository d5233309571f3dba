//! バックアップと復元 — both namespaces of a municipality in one sealed file, taken while the office goes on, the same on both
//! engines; restored whole into empty namespaces or not at all.

mod digest;
mod frames;
pub mod keep;
pub mod manifest;
mod restore;
mod write;

pub use digest::Digested;
pub use keep::{Backup, Begun, Made};
pub use manifest::{Head, Header, Manifest, Part, TableCount};
pub use restore::{Restorer, check, restore};
pub use write::{Sources, write};

use crate::error::OfficeError;
use age::secrecy::ExposeSecret;
pub use age::x25519::{Identity, Recipient};
use db::Sql;
use zeroize::Zeroizing;

/// Statements of this area, prepared on both engines by a test.
#[must_use]
pub fn statements() -> Vec<Sql> {
    [keep::STATEMENTS, manifest::STATEMENTS, restore::STATEMENTS].concat()
}

/// A new key: what its file holds, and the public half that backups are sealed for.
#[must_use]
pub fn new_key() -> (Zeroizing<String>, String) {
    let identity = Identity::generate();
    let secret = Zeroizing::new(identity.to_string().expose_secret().to_owned());
    (secret, identity.to_public().to_string())
}

/// The key of a file's text; lines that begin with `#` are remarks.
///
/// # Errors
/// [`OfficeError::Input`].
pub fn read_key(text: &str) -> Result<Identity, OfficeError> {
    let mut lines = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    match (lines.next(), lines.next()) {
        (Some(line), None) => line.parse().ok(),
        _ => None,
    }
    .ok_or_else(|| {
        OfficeError::input(
            "復元の鍵",
            "AGE-SECRET-KEY-1 で始まる鍵が1行だけあるファイルを指定してください",
        )
    })
}

/// The public halves that a backup is sealed for.
///
/// # Errors
/// [`OfficeError::Input`].
pub fn read_recipients(given: &[String]) -> Result<Vec<Recipient>, OfficeError> {
    given
        .iter()
        .map(|text| {
            text.trim().parse().map_err(|_| {
                OfficeError::input(
                    "公開鍵",
                    &format!("「{text}」は公開鍵（age1…）として読めません"),
                )
            })
        })
        .collect()
}
