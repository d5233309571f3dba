//! 台帳の画面 — every register as it is declared: what is in it, what is due, a step taken, a second person's word, and the
//! report of which safeguard was exercised when.

pub mod entry;
pub mod list;
pub mod report;

use crate::desk::Desk;
use crate::fields::Fields;
use crate::view::FieldError;
use crate::view::entry::{Choice, Field, Input};
use crate::view::format::day_ja;
use office::OfficeError;
use office::registers::{Field as Declared, FieldKind, Given, Register, Registers, Step};
use std::sync::LazyLock;

static REGISTERS: LazyLock<Option<Registers>> = LazyLock::new(|| match Registers::shipped() {
    Ok(registers) => Some(registers),
    Err(error) => {
        tracing::error!(error = %error, "the shipped registers cannot be read");
        None
    }
});

/// The registers of the municipality.
///
/// # Errors
/// [`OfficeError::Bug`] where the shipped ones cannot be read.
pub(crate) fn registers() -> Result<&'static Registers, OfficeError> {
    REGISTERS
        .as_ref()
        .ok_or_else(|| OfficeError::Bug("同梱の台帳の定義を読めません".to_owned()))
}

/// Name of one box of a checklist.
fn tick_name(code: &str, place: usize) -> String {
    format!("{code}.{place}")
}

/// The fields a step asks for, with what was typed.
pub(crate) fn inputs(desk: &Desk, register: &Register, step: &Step, typed: &Fields) -> Vec<Field> {
    let today = desk.business_date();
    let mut all = Vec::new();
    let asked = step.asks.iter().map(|code| (code, false));
    for (code, optional) in asked.chain(step.takes.iter().map(|code| (code, true))) {
        let Some(field) = register.field(code) else {
            continue;
        };
        let value = typed.text(code);
        let made = match field.kind {
            FieldKind::Checklist => {
                for (place, choice) in field.choices.iter().enumerate() {
                    let name = tick_name(code, place);
                    let ticked = typed.text(&name).to_owned();
                    all.push(Field::new(Input::Check, &name, choice, &ticked));
                }
                continue;
            }
            FieldKind::Choice => {
                let choices: Vec<Choice> = field
                    .choices
                    .iter()
                    .map(|choice| (choice.clone(), choice.clone()))
                    .collect();
                Field::new(Input::Choice(choices), code, &field.name, value)
            }
            FieldKind::Date => {
                let shown =
                    law::era::date_input(value, today).map_or_else(|_| value.to_owned(), day_ja);
                Field::new(Input::Day, code, &field.name, &shown)
            }
            FieldKind::Number => Field::new(Input::Text, code, &field.name, value),
            FieldKind::Text => Field::new(Input::Text, code, &field.name, value).wide(),
            FieldKind::Evidence => Field::new(Input::Text, code, &field.name, value)
                .hint("文書番号か保管場所")
                .wide(),
        };
        all.push(if optional {
            made.hint("なければ空欄")
        } else {
            made
        });
    }
    all
}

/// What was typed for a step, as the register keeps it.
pub(crate) fn given(
    desk: &Desk,
    register: &Register,
    step: &Step,
    typed: &Fields,
    errors: &mut Vec<FieldError>,
) -> Given {
    let today = desk.business_date();
    let mut given = Given::new();
    for code in step.asks.iter().chain(&step.takes) {
        let Some(field) = register.field(code) else {
            continue;
        };
        let value = match field.kind {
            FieldKind::Checklist => ticked(field, typed),
            FieldKind::Date => typed
                .day(code, &field.name, today, errors)
                .map_or_else(String::new, |day| day.to_string()),
            _ => typed.text(code).to_owned(),
        };
        if !value.is_empty() || step.asks.contains(code) {
            given.insert(code.clone(), value);
        }
    }
    given
}

fn ticked(field: &Declared, typed: &Fields) -> String {
    let all: Vec<&str> = field
        .choices
        .iter()
        .enumerate()
        .filter(|(place, _)| !typed.text(&tick_name(&field.code, *place)).is_empty())
        .map(|(_, choice)| choice.as_str())
        .collect();
    all.join("\n")
}

/// A kept value as a clerk reads it.
pub(crate) fn shown(field: &Declared, value: &str) -> String {
    match field.kind {
        FieldKind::Date => value.parse().map_or_else(|_| value.to_owned(), day_ja),
        FieldKind::Checklist => value.replace('\n', "、"),
        _ => value.to_owned(),
    }
}

/// The name of the field in the form, from its Japanese name.
pub(crate) fn field_of(register: &Register, label: &str) -> String {
    register
        .fields
        .iter()
        .find(|field| field.name == label)
        .map_or_else(String::new, |field| match field.kind {
            FieldKind::Checklist => tick_name(&field.code, 0),
            _ => field.code.clone(),
        })
}
