//! 16進 — bytes as lower-case hexadecimal digits and back, in one place for digests, keys and tokens.

use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};

/// Bytes as digits.
pub(crate) fn write(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}

/// The digits of a digest, without a string of their own.
pub(crate) fn digits(digest: &[u8; 32]) -> [u8; 64] {
    let mut digits = [0; 64];
    HEXLOWER.encode_mut(digest, &mut digits);
    digits
}

/// Digits as bytes; nothing where they are none.
pub(crate) fn read(text: &str) -> Option<Vec<u8>> {
    HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok()
}
