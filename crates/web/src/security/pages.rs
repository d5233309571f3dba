//! What the pages of administrators and auditors have in common: cards, an input error at the top, a done line.

use crate::answer;
use crate::desk::Desk;
use crate::fields::Fields;
use crate::view::FieldError;
use crate::view::cards::{Card, CardsPage, Note};
use axum::http::StatusCode;
use axum::response::Response;
use office::OfficeError;
use office::security::Role;

/// A page being put together.
pub(crate) struct Sheet {
    pub heading: String,
    pub notes: Vec<Note>,
    pub cards: Vec<Card>,
}

impl Sheet {
    pub(crate) fn new(heading: &str) -> Self {
        Self {
            heading: heading.to_owned(),
            notes: Vec::new(),
            cards: Vec::new(),
        }
    }

    pub(crate) fn show(
        self,
        desk: &Desk,
        errors: Vec<FieldError>,
    ) -> Result<Response, OfficeError> {
        let status = if errors.is_empty() {
            StatusCode::OK
        } else {
            StatusCode::UNPROCESSABLE_ENTITY
        };
        let mut layout = desk.layout(&self.heading);
        layout.errors = errors;
        let mut page = CardsPage::new(layout, &self.heading);
        page.notes = self.notes;
        page.cards = self.cards;
        answer::page_with(status, &page)
    }
}

/// After an order: on to the page that shows it; an input error shows the form again with what was typed.
pub(crate) fn or_again(
    result: Result<Response, OfficeError>,
    ids: &[(&str, &str)],
    again: impl FnOnce(Vec<FieldError>) -> Result<Response, OfficeError>,
) -> Result<Response, OfficeError> {
    match result {
        Err(OfficeError::Input { field, message }) => {
            let id = ids
                .iter()
                .find(|(name, _)| *name == field)
                .map_or("", |(_, id)| id);
            again(vec![FieldError {
                field: id.to_owned(),
                message: format!("{field}: {message}"),
            }])
        }
        other => other,
    }
}

/// The choices of a role.
pub(super) fn roles() -> Vec<(String, String)> {
    Role::ALL
        .into_iter()
        .map(|role| (role.code().to_owned(), role.name_ja().to_owned()))
        .collect()
}

/// The role that was chosen.
pub(super) fn chosen_role(fields: &Fields, name: &str) -> Result<Role, OfficeError> {
    Role::from_code(fields.text(name))
        .ok_or_else(|| OfficeError::input("役割", "一つ選んでください"))
}

/// Minutes of a day typed as `8:30` or `830`.
pub(super) fn minutes(text: &str) -> Option<i64> {
    let plain = text.replace('：', ":");
    let (hour, minute) = match plain.split_once(':') {
        Some((hour, minute)) => (hour.parse::<i64>().ok()?, minute.parse::<i64>().ok()?),
        None => {
            let number = plain.parse::<i64>().ok()?;
            (number / 100, number % 100)
        }
    };
    let right = (0..=24).contains(&hour) && (0..60).contains(&minute) && hour * 60 + minute <= 1440;
    right.then_some(hour * 60 + minute)
}

/// A minute of the day as it is typed.
pub(super) fn clock(minute: i64) -> String {
    format!("{}:{:02}", minute / 60, minute % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_the_day_are_taken_as_they_are_typed() {
        for (typed, read) in [
            ("8:30", Some(510)),
            ("08:30", Some(510)),
            ("830", Some(510)),
            ("17：15", Some(1035)),
            ("24:00", Some(1440)),
            ("24:01", None),
            ("8:60", None),
            ("", None),
            ("-1", None),
        ] {
            assert_eq!(minutes(typed), read, "{typed}");
        }
        assert_eq!(clock(510), "8:30");
    }
}
