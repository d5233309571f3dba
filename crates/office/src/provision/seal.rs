//! 封 — a file that is carried can be read by whoever holds the key of one of the recipients, and by nobody else.

use crate::backup::{Identity, Recipient};
use crate::error::OfficeError;
use age::{Decryptor, Encryptor};
use law::Refusal;
use std::io::{Read, Write};

/// Seals the bytes for the recipients.
///
/// # Errors
/// [`OfficeError::Input`] without a recipient.
pub fn seal(bytes: &[u8], recipients: &[Recipient]) -> Result<Vec<u8>, OfficeError> {
    let wrong = |error: &dyn std::fmt::Display| OfficeError::input("公開鍵", &error.to_string());
    let to = recipients.iter().map(|one| one as &dyn age::Recipient);
    let encryptor = Encryptor::with_recipients(to).map_err(|error| wrong(&error))?;
    let mut sealed = Vec::with_capacity(bytes.len() + 512);
    let mut out = encryptor
        .wrap_output(&mut sealed)
        .map_err(|error| wrong(&error))?;
    out.write_all(bytes).map_err(|error| wrong(&error))?;
    out.finish().map_err(|error| wrong(&error))?;
    Ok(sealed)
}

/// Opens a sealed file of at most `most` bytes.
///
/// # Errors
/// A refusal where the key is not that of a recipient, the file was changed or cut, or it is longer.
pub fn unseal(sealed: &[u8], identity: &Identity, most: u64) -> Result<Vec<u8>, OfficeError> {
    let wrong = |error: &dyn std::fmt::Display| -> OfficeError {
        Refusal::new(
            "provision.seal",
            format!(
                "封を開けません。宛先の鍵と、壊れていないファイルかを確かめてください（{error}）"
            ),
        )
        .into()
    };
    let decryptor = Decryptor::new(sealed).map_err(|error| wrong(&error))?;
    let open = decryptor
        .decrypt(std::iter::once(identity as &dyn age::Identity))
        .map_err(|error| wrong(&error))?;
    let mut bytes = Vec::new();
    open.take(most.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| wrong(&error))?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length <= most) {
        Ok(bytes)
    } else {
        Err(wrong(&"大きすぎます"))
    }
}
