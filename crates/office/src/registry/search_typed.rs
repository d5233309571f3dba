//! 検索欄の語 — what a clerk typed, taken apart: a day of birth, a number, a name.

use crate::error::OfficeError;
use law::Date;

/// What a clerk typed, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    pub text: String,
    pub birth_on: Option<Date>,
    pub number: Option<(Option<String>, String)>,
    /// Digits that are a day and may be a number just as well.
    pub either: Option<(Date, String)>,
}

impl Asked {
    /// Digits are what nothing else says: a number beside a day, a day beside a name or a number, both by themselves.
    fn settled(mut self) -> Self {
        if let Some((day, digits)) = self.either.take() {
            if self.birth_on.is_some() && self.number.is_none() {
                self.number = Some((None, digits));
            } else if self.birth_on.is_none() && (self.number.is_some() || !self.text.is_empty()) {
                self.birth_on = Some(day);
            } else if self.birth_on.is_none() {
                self.either = Some((day, digits));
            }
        }
        self
    }
}

/// Takes the typed text apart: dates, numbers, and the rest.
pub(super) fn understand(typed: &str, today: Date) -> Result<Asked, OfficeError> {
    let mut asked = Asked::default();
    let plain: String = typed
        .chars()
        .map(|letter| if letter.is_whitespace() { ' ' } else { letter })
        .collect();
    for word in plain.split(' ').filter(|word| !word.is_empty()) {
        let digits: String = word.chars().filter_map(half_digit).collect();
        let all_digits = digits.chars().count() == word.chars().count();
        if all_digits && digits.len() == 8 && law::era::date_input(&digits, today).is_err() {
            asked.number = Some((None, digits));
            continue;
        }
        let looks_dated = word.chars().any(|letter| half_digit(letter).is_some())
            && (!all_digits || matches!(digits.len(), 6 | 8));
        if looks_dated && asked.birth_on.is_none() {
            match law::era::date_input(word, today) {
                Ok(day) if all_digits => {
                    match asked.either.take() {
                        // Of two such words the first one is the day.
                        Some((first, _)) => {
                            asked.birth_on = Some(first);
                            asked.number = Some((None, digits));
                        }
                        None => asked.either = Some((day, digits)),
                    }
                    continue;
                }
                Ok(day) => {
                    asked.birth_on = Some(day);
                    continue;
                }
                Err(refusal) if !all_digits && !word.contains(['-', '－']) => {
                    return Err(OfficeError::input("検索", &refusal.message_ja));
                }
                Err(_) => {}
            }
        }
        if all_digits {
            asked.number = Some((None, digits));
        } else if let Some((symbol, number)) = word.split_once(['-', '－']).filter(|_| looks_dated)
        {
            let number: String = number
                .chars()
                .map(|letter| half_digit(letter).unwrap_or(letter))
                .collect();
            asked.number = Some((Some(symbol.to_owned()), number));
        } else {
            asked.text.push_str(word);
        }
    }
    Ok(asked.settled())
}

fn half_digit(letter: char) -> Option<char> {
    match letter {
        '0'..='9' => Some(letter),
        '０'..='９' => char::from_digit(u32::from(letter) - u32::from('０'), 10),
        _ => None,
    }
}
