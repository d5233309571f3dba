//! 個人番号 — twelve digits that nothing outside the vault keeps, prints or logs.

use crate::error::OfficeError;
use std::fmt;
use zeroize::Zeroizing;

/// 個人番号. It has no `Display`; `Debug` shows no digit.
///
/// 根拠: 行政手続における特定の個人を識別するための番号の利用等に関する法律 第2条第5項
#[derive(Clone, PartialEq, Eq)]
pub struct IndividualNumber(Zeroizing<String>);

impl IndividualNumber {
    /// Reads a number as typed or as a file has it: digits of either width, blanks and hyphens between groups of four
    /// forgiven.
    ///
    /// # Errors
    /// [`OfficeError::Input`]; the message repeats no digit.
    pub fn read(typed: &str) -> Result<Self, OfficeError> {
        let mut digits = Zeroizing::new(String::with_capacity(12));
        for letter in typed.trim().chars() {
            match letter {
                '0'..='9' => digits.push(letter),
                '０'..='９' => digits.extend(narrow(letter)),
                ' ' | '\u{3000}' | '-' | '－' | '‐' | 'ー' => {}
                _ => {
                    return Err(wrong(
                        "数字以外の文字があります。12桁の数字だけを入れてください",
                    ));
                }
            }
        }
        if digits.len() != 12 {
            return Err(wrong("12桁ではありません。書類の番号を確かめてください"));
        }
        if !exchange::check_digit::individual_number(&digits) {
            return Err(wrong(
                "検査用数字が合いません。書類の番号を確かめて入れ直してください",
            ));
        }
        Ok(Self(digits))
    }

    /// The digits, for sealing, for an index, for a page shown under a number-use purpose, for a message to a partner.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What may stand beside it in a history: the last two digits.
    #[must_use]
    pub fn masked(&self) -> String {
        format!("**********{}", self.0.get(10..).unwrap_or_default())
    }
}

fn narrow(letter: char) -> Option<char> {
    let offset = u32::from(letter).checked_sub(u32::from('０'))?;
    char::from_digit(offset, 10)
}

fn wrong(message: &str) -> OfficeError {
    OfficeError::input("個人番号", message)
}

impl fmt::Debug for IndividualNumber {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("IndividualNumber(…)")
    }
}
