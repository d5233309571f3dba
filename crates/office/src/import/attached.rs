//! 添付ファイル — the text of a file that a clerk hands to a page: looked at for what it must never be, then decoded.

use super::scanner::{Scanner, check};
use crate::error::OfficeError;
use exchange::Encoding;

/// The text of a file: UTF-8, with or without BOM, or Shift_JIS as spreadsheets of the office write it.
///
/// # Errors
/// [`OfficeError::Refusal`] for a program, an archive or a document, and for what the scanner does not call clean;
/// [`OfficeError::Input`] when it is no text of those.
pub fn text_of(bytes: &[u8], scanner: Option<&Scanner>) -> Result<String, OfficeError> {
    check(bytes, scanner)?;
    let utf8 = Encoding::Utf8Bom
        .decode(bytes)
        .or_else(|_| Encoding::Utf8.decode(bytes));
    utf8.or_else(|_| Encoding::Cp932.decode(bytes))
        .map(std::borrow::Cow::into_owned)
        .map_err(|error| {
            let message = format!("{}行目を読めません。{}", error.line, error.reason);
            OfficeError::input("ファイル", &message)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_a_spreadsheet_is_read_and_nothing_else() {
        for bytes in [
            "町名".as_bytes(),
            "\u{feff}町名".as_bytes(),
            b"\x92\xac\x96\xbc",
        ] {
            assert_eq!(text_of(bytes, None).unwrap(), "町名");
        }
        assert!(matches!(
            text_of(b"PK\x03\x04", None),
            Err(OfficeError::Refusal(_))
        ));
        assert!(matches!(
            text_of(b"\x92\xac\xff\xff\x81", None),
            Err(OfficeError::Input { .. })
        ));
        let finds = Scanner::read("grep -q nothing-of-this").unwrap();
        assert!(matches!(
            text_of("町名".as_bytes(), Some(&finds)),
            Err(OfficeError::Refusal(_))
        ));
    }
}
