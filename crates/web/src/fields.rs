//! What was typed into a form: read, and when it cannot be, said beside its field.

use crate::view::FieldError;
use crate::view::format::day_ja;
use law::era::Era;
use law::{Date, FiscalYear, Yen};

/// The pairs of a form.
#[derive(Clone, Default)]
pub struct Fields(Vec<(String, String)>);

impl std::fmt::Debug for Fields {
    /// The names alone: what was typed may be a password or a person.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_set()
            .entries(self.0.iter().map(|(name, _)| name))
            .finish()
    }
}

impl Fields {
    /// From decoded pairs.
    #[must_use]
    pub fn new(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// Whether the character NUL is anywhere: stores cannot keep it and pages cannot show it.
    #[must_use]
    pub fn has_nul(&self) -> bool {
        self.0
            .iter()
            .any(|(name, value)| name.contains('\0') || value.contains('\0'))
    }

    /// What was typed, without the blanks around it; empty where there was nothing.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value.trim_matches([' ', '\u{3000}', '\t']))
    }

    /// What was typed, blanks and all: for passwords.
    #[must_use]
    pub fn exact(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value.as_str())
    }

    /// Every value of a field that can be there more than once.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// Every pair, in the order of the form.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Whether the form has the field.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }

    /// A day as it goes back into its field: in full where it can be read, as it was typed where not.
    #[must_use]
    pub fn day_written(&self, name: &str, today: Date) -> String {
        let typed = self.text(name);
        law::era::date_input(typed, today).map_or_else(|_| typed.to_owned(), day_ja)
    }

    /// A day in any form a clerk types; `None` where nothing was typed. What cannot be read is noted.
    pub fn day(
        &self,
        name: &str,
        label: &str,
        today: Date,
        errors: &mut Vec<FieldError>,
    ) -> Option<Date> {
        let typed = self.text(name);
        if typed.is_empty() {
            return None;
        }
        match law::era::date_input(typed, today) {
            Ok(day) => Some(day),
            Err(refusal) => {
                note(errors, name, &format!("{label}: {}", refusal.message_ja));
                None
            }
        }
    }

    /// A day of birth. Bare digits are read in the latest era in which the day is not still to come.
    pub fn birth(
        &self,
        name: &str,
        label: &str,
        today: Date,
        errors: &mut Vec<FieldError>,
    ) -> Option<Date> {
        let typed = self.text(name);
        let past = |day: &Date| *day <= today;
        let read = |era| law::era::parse(typed, Some(era)).ok().map(|read| read.day);
        let eras = [Era::Reiwa, Era::Heisei, Era::Showa, Era::Taisho, Era::Meiji];
        let found = eras.into_iter().filter_map(read).find(past);
        match found {
            Some(day) => Some(day),
            None => {
                let day = self.required_day(name, label, today, errors)?;
                note(
                    errors,
                    name,
                    &format!(
                        "{label}: {}は業務日付より後の日です",
                        crate::view::format::day_ja(day)
                    ),
                );
                None
            }
        }
    }

    /// A day that must be there.
    pub fn required_day(
        &self,
        name: &str,
        label: &str,
        today: Date,
        errors: &mut Vec<FieldError>,
    ) -> Option<Date> {
        if self.text(name).is_empty() {
            note(errors, name, &format!("{label}: 日付を入力してください"));
            return None;
        }
        self.day(name, label, today, errors)
    }

    /// A code typed as `01`, as `01 転入` or as its label; answers code and label.
    pub fn code(
        &self,
        name: &str,
        label: &str,
        list: &[(String, String)],
        errors: &mut Vec<FieldError>,
    ) -> Option<(String, String)> {
        let typed = half_width(self.text(name));
        let head = typed.split([' ', '\u{3000}']).next().unwrap_or("");
        let found = list
            .iter()
            .find(|(code, _)| code == head)
            .or_else(|| list.iter().find(|(_, word)| *word == typed))
            .or_else(|| {
                // 1 for 01.
                let padded = format!("0{head}");
                list.iter().find(|(code, _)| *code == padded)
            });
        if found.is_none() {
            let message = if typed.is_empty() {
                format!("{label}: コードを入力してください")
            } else {
                format!("{label}: 「{typed}」は一覧にありません。コードを確かめてください")
            };
            note(errors, name, &message);
        }
        found.cloned()
    }

    /// An amount of zero or more yen: 1,234,567 or １２３４５６７. Nothing typed is zero.
    pub fn yen(&self, name: &str, label: &str, errors: &mut Vec<FieldError>) -> Yen {
        let typed = self.text(name);
        match read_amount(typed) {
            Some(amount) => Yen(amount),
            None => {
                note(
                    errors,
                    name,
                    &format!(
                        "{label}: 「{typed}」を金額として読めません。円単位の数字で入力してください"
                    ),
                );
                Yen::ZERO
            }
        }
    }

    /// A fiscal year among those that can be chosen.
    pub fn year(
        &self,
        name: &str,
        years: &[FiscalYear],
        errors: &mut Vec<FieldError>,
    ) -> Option<FiscalYear> {
        let found = self
            .text(name)
            .parse::<i16>()
            .ok()
            .map(FiscalYear)
            .filter(|year| years.contains(year));
        if found.is_none() {
            note(errors, name, "年度: 一覧から選んでください");
        }
        found
    }
}

/// Notes an error beside a field.
pub fn note(errors: &mut Vec<FieldError>, field: &str, message: &str) {
    errors.push(FieldError {
        field: field.to_owned(),
        message: message.to_owned(),
    });
}

/// Digits typed in full width, as half width.
pub(crate) fn half_width(typed: &str) -> String {
    typed
        .chars()
        .map(|letter| match letter {
            '０'..='９' => {
                let digit = u32::from(letter) - u32::from('０');
                char::from_digit(digit, 10).unwrap_or(letter)
            }
            other => other,
        })
        .collect()
}

/// Digits with or without separators, half or full width.
fn read_amount(typed: &str) -> Option<i64> {
    let mut digits = String::new();
    for letter in typed.chars() {
        match letter {
            '0'..='9' => digits.push(letter),
            '０'..='９' => {
                let digit = u32::from(letter) - u32::from('０');
                digits.push(char::from_digit(digit, 10)?);
            }
            ',' | '，' | '円' | ' ' => {}
            _ => return None,
        }
    }
    if digits.is_empty() {
        return typed.is_empty().then_some(0);
    }
    // Twelve digits hold any income; more is a slip of the hand.
    (digits.len() <= 12).then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_they_are_typed() {
        assert_eq!(read_amount(""), Some(0));
        assert_eq!(read_amount("1,234,567"), Some(1_234_567));
        assert_eq!(read_amount("１２３４"), Some(1234));
        for wrong in ["-1", "12a", "円", "1234567890123", "一万"] {
            assert_eq!(read_amount(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn bare_digits_of_a_birth_are_never_in_the_future() {
        let today = law::day(2026, 6, 1);
        for (typed, year) in [
            ("450715", 1970),
            ("020505", 2020),
            ("100101", 1998),
            ("S10.1.1", 1935),
        ] {
            let fields = Fields::new(vec![("b".to_owned(), typed.to_owned())]);
            let mut errors = Vec::new();
            let day = fields.birth("b", "生年月日", today, &mut errors).unwrap();
            assert_eq!((day.year(), errors.len()), (year, 0), "{typed}");
        }
        let fields = Fields::new(vec![("b".to_owned(), "R9.1.1".to_owned())]);
        let mut errors = Vec::new();
        assert_eq!(fields.birth("b", "生年月日", today, &mut errors), None);
        assert_eq!(errors.len(), 1);
    }

    #[test]
    fn what_cannot_be_read_is_said_beside_the_field() {
        let fields = Fields::new(vec![("birth".to_owned(), " R8.13.1 ".to_owned())]);
        let mut errors = Vec::new();
        let today = law::day(2026, 6, 1);
        assert_eq!(fields.day("birth", "生年月日", today, &mut errors), None);
        assert_eq!(errors.len(), 1);
        assert_eq!(errors[0].field, "birth");
        assert!(errors[0].message.starts_with("生年月日: "));
    }
}
