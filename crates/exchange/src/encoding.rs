//! 文字コード — bytes to text and back, without a single replaced character.
//!
//! A file in another encoding than the declared one is refused as a whole, before any row is looked at. `CP932` is
//! decoded and encoded strictly; on the way out each text is decoded again and compared, because the code page
//! folds `¥`, `−` and a few others into other letters without saying so.

use encoding_rs::SHIFT_JIS;
use serde::Deserialize;
use std::borrow::Cow;

/// The encoding a layout declares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// UTF-8 without a byte order mark.
    #[default]
    Utf8,
    /// UTF-8 with a byte order mark.
    Utf8Bom,
    /// Windows-31J, usually called Shift_JIS.
    Cp932,
    /// JIS X 0201: one byte for each letter, half-width katakana and ASCII.
    JisX0201,
}

impl Encoding {
    /// The name a clerk knows.
    #[must_use]
    pub const fn name_ja(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8（BOMなし）",
            Self::Utf8Bom => "UTF-8（BOM付き）",
            Self::Cp932 => "Shift_JIS（CP932）",
            Self::JisX0201 => "JIS X 0201（半角カナ）",
        }
    }

    /// Decodes a whole file.
    ///
    /// # Errors
    /// [`WrongEncoding`] when a single byte does not belong to the encoding.
    pub fn decode(self, bytes: &[u8]) -> Result<Cow<'_, str>, WrongEncoding> {
        if let Some(other) = utf16(bytes) {
            return Err(self.wrong(1, other));
        }
        match self {
            Self::Utf8 => match bytes.strip_prefix(BOM) {
                Some(_) => Err(self.wrong(1, "先頭にBOM（EF BB BF）があります")),
                None => self.utf8(bytes),
            },
            Self::Utf8Bom => match bytes.strip_prefix(BOM) {
                Some(rest) => self.utf8(rest),
                None => Err(self.wrong(1, "先頭にBOM（EF BB BF）がありません")),
            },
            Self::Cp932 => self.cp932(bytes),
            Self::JisX0201 => self.jis_x0201(bytes),
        }
    }

    fn utf8(self, bytes: &[u8]) -> Result<Cow<'_, str>, WrongEncoding> {
        std::str::from_utf8(bytes)
            .map(Cow::Borrowed)
            .map_err(|error| {
                let at = error.valid_up_to();
                let line = line_at(bytes, at);
                if error.error_len().is_none() {
                    return self.wrong(
                        line,
                        "ファイルの末尾が文字の途中で切れています。送り直してもらってください",
                    );
                }
                if SHIFT_JIS
                    .decode_without_bom_handling_and_without_replacement(bytes)
                    .is_some()
                {
                    return self.wrong(line, "Shift_JIS（CP932）のファイルのようです");
                }
                self.wrong(
                    line,
                    "UTF-8として読めないバイトがあります。途中で壊れた可能性があります",
                )
            })
    }

    fn cp932(self, bytes: &[u8]) -> Result<Cow<'_, str>, WrongEncoding> {
        if bytes.starts_with(BOM) {
            return Err(self.wrong(1, "UTF-8（BOM付き）のファイルです"));
        }
        // UTF-8 Japanese is nearly always invalid as CP932, but half-width kana pairs hide it: ask UTF-8 first.
        if !bytes.is_ascii()
            && let Err(error) = std::str::from_utf8(bytes)
        {
            let decoded = SHIFT_JIS.decode_without_bom_handling_and_without_replacement(bytes);
            if let Some(text) = decoded {
                return Ok(text);
            }
            // The longest readable part tells where it breaks.
            let at = broken_at(bytes).unwrap_or_else(|| error.valid_up_to());
            let reason = if at + 1 >= bytes.len() {
                "ファイルの末尾が文字の途中で切れています。送り直してもらってください"
            } else {
                "Shift_JIS（CP932）として読めないバイトがあります。途中で壊れた可能性があります"
            };
            return Err(self.wrong(line_at(bytes, at), reason));
        }
        if bytes.is_ascii() {
            return Ok(String::from_utf8_lossy(bytes));
        }
        let at = bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or(0);
        Err(self.wrong(line_at(bytes, at), "UTF-8のファイルのようです"))
    }

    fn jis_x0201(self, bytes: &[u8]) -> Result<Cow<'_, str>, WrongEncoding> {
        let mut text = String::with_capacity(bytes.len());
        for (at, byte) in bytes.iter().enumerate() {
            match *byte {
                b'\r' | b'\n' | 0x20..=0x7E => text.push(char::from(*byte)),
                0xA1..=0xDF => {
                    let kana = 0xFF61_u32 + u32::from(*byte - 0xA1);
                    text.extend(char::from_u32(kana));
                }
                _ => {
                    return Err(self.wrong(
                        line_at(bytes, at),
                        "半角カナ・英数字・記号以外のバイトがあります",
                    ));
                }
            }
        }
        Ok(Cow::Owned(text))
    }

    /// Encodes a text.
    ///
    /// # Errors
    /// The first character that the encoding cannot carry unchanged.
    pub fn encode(self, text: &str, out: &mut Vec<u8>) -> Result<(), char> {
        match self {
            Self::Utf8 | Self::Utf8Bom => out.extend_from_slice(text.as_bytes()),
            Self::Cp932 => {
                for letter in text.chars() {
                    encode_cp932(letter, out)?;
                }
            }
            Self::JisX0201 => {
                for letter in text.chars() {
                    out.push(jis_x0201_byte(letter).ok_or(letter)?);
                }
            }
        }
        Ok(())
    }

    /// What stands at the head of a written file.
    #[must_use]
    pub const fn head(self) -> &'static [u8] {
        match self {
            Self::Utf8Bom => BOM,
            _ => b"",
        }
    }

    fn wrong(self, line: u64, reason: &'static str) -> WrongEncoding {
        WrongEncoding {
            declared: self.name_ja(),
            line,
            reason,
        }
    }
}

/// A file that is not in the encoding its layout declares.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "文字コードが違います（{line}行目）。{declared}のはずですが、{reason}。1行も取り込んでいません"
)]
pub struct WrongEncoding {
    /// The declared encoding.
    pub declared: &'static str,
    /// The line of the first wrong byte, from 1.
    pub line: u64,
    /// What it looks like instead.
    pub reason: &'static str,
}

/// UTF-8 byte order mark.
const BOM: &[u8] = b"\xEF\xBB\xBF";

fn utf16(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        return Some("UTF-16のファイルです");
    }
    let head = bytes.get(..bytes.len().min(256)).unwrap_or(&[]);
    let zeros = head.iter().filter(|byte| **byte == 0).count();
    (zeros * 4 > head.len()).then_some("UTF-16またはバイナリのファイルのようです")
}

fn line_at(bytes: &[u8], at: usize) -> u64 {
    let before = bytes.get(..at).unwrap_or(bytes);
    1 + before
        .iter()
        .fold(0, |lines, byte| lines + u64::from(*byte == b'\n'))
}

/// Where CP932 breaks first.
fn broken_at(bytes: &[u8]) -> Option<usize> {
    let mut decoder = SHIFT_JIS.new_decoder_without_bom_handling();
    let mut out = String::with_capacity(bytes.len().saturating_mul(3));
    match decoder.decode_to_string_without_replacement(bytes, &mut out, true) {
        (encoding_rs::DecoderResult::Malformed(length, after), read) => {
            Some(read.saturating_sub(usize::from(length) + usize::from(after)))
        }
        _ => None,
    }
}

fn encode_cp932(letter: char, out: &mut Vec<u8>) -> Result<(), char> {
    if letter.is_ascii() {
        out.extend(u8::try_from(u32::from(letter)));
        return Ok(());
    }
    let mut utf8 = [0_u8; 4];
    let text: &str = letter.encode_utf8(&mut utf8);
    let mut bytes = [0_u8; 8];
    let (result, _, written) = SHIFT_JIS
        .new_encoder()
        .encode_from_utf8_without_replacement(text, &mut bytes, true);
    let bytes = bytes.get(..written).unwrap_or(&[]);
    if result != encoding_rs::EncoderResult::InputEmpty {
        return Err(letter);
    }
    // The way back must give the same letter: U+00A5, U+203E and U+2212 would come back as others.
    match SHIFT_JIS.decode_without_bom_handling_and_without_replacement(bytes) {
        Some(back) if back == text => {
            out.extend_from_slice(bytes);
            Ok(())
        }
        _ => Err(letter),
    }
}

fn jis_x0201_byte(letter: char) -> Option<u8> {
    match letter {
        ' '..='~' => u8::try_from(u32::from(letter)).ok(),
        '｡'..='ﾟ' => u8::try_from(u32::from(letter) - 0xFF61 + 0xA1).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cp932(text: &str) -> Vec<u8> {
        let mut out = Vec::new();
        Encoding::Cp932.encode(text, &mut out).unwrap();
        out
    }

    #[test]
    fn the_other_encoding_is_refused_with_its_name() {
        let sjis = cp932("宛名番号\r\n髙橋﨑①～\r\n");
        let error = Encoding::Utf8.decode(&sjis).unwrap_err().to_string();
        assert!(
            error.contains("Shift_JIS") && error.contains("1行目"),
            "{error}"
        );
        let error = Encoding::Cp932
            .decode("宛名\r\n".as_bytes())
            .unwrap_err()
            .to_string();
        assert!(error.contains("UTF-8のファイル"), "{error}");
        for bytes in [b"\xFF\xFEa\0".as_slice(), b"a\0b\0c\0d\0"] {
            assert!(
                Encoding::Utf8
                    .decode(bytes)
                    .unwrap_err()
                    .to_string()
                    .contains("UTF-16")
            );
        }
        assert!(
            Encoding::Utf8
                .decode(b"\xEF\xBB\xBFa")
                .unwrap_err()
                .to_string()
                .contains("BOM")
        );
        assert!(Encoding::Utf8Bom.decode(b"a").is_err());
        assert_eq!(Encoding::Utf8Bom.decode(b"\xEF\xBB\xBFa").unwrap(), "a");
    }

    #[test]
    fn a_cut_letter_is_named() {
        let text = "一\r\n二".as_bytes();
        let error = Encoding::Utf8.decode(&text[..text.len() - 1]).unwrap_err();
        assert!(
            error.to_string().contains("途中で切れて") && error.line == 2,
            "{error}"
        );
        let sjis = cp932("東京\r\n港区");
        let error = Encoding::Cp932.decode(&sjis[..sjis.len() - 1]).unwrap_err();
        assert!(
            error.to_string().contains("途中で切れて") && error.line == 2,
            "{error}"
        );
    }

    #[test]
    fn cp932_carries_a_letter_unchanged_or_not_at_all() {
        for letter in ['¥', '‾', '−', '‖', '鷗', '𠮟', '\u{E0100}', '葛'] {
            let mut out = Vec::new();
            match Encoding::Cp932.encode(&letter.to_string(), &mut out) {
                Ok(()) => assert_eq!(Encoding::Cp932.decode(&out).unwrap(), letter.to_string()),
                Err(refused) => assert_eq!(refused, letter),
            }
        }
        assert!(Encoding::Cp932.encode("¥", &mut Vec::new()).is_err());
        assert_eq!(cp932("髙﨑"), [0xFB, 0xFC, 0xFA, 0xB1]);
    }

    #[test]
    fn one_byte_kana_goes_both_ways() {
        let mut out = Vec::new();
        Encoding::JisX0201.encode("ｱﾝﾞﾟ 1A", &mut out).unwrap();
        assert_eq!(Encoding::JisX0201.decode(&out).unwrap(), "ｱﾝﾞﾟ 1A");
        assert_eq!(Encoding::JisX0201.encode("ア", &mut out), Err('ア'));
        assert!(Encoding::JisX0201.decode(b"\x80").is_err());
    }
}
