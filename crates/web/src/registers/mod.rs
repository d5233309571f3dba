//! 台帳の画面 — every register as it is declared: what is in it, what is due, a step taken, a second person's word, and the
//! report of which safeguard was exercised when.

pub mod entry;
pub mod extract;
pub mod list;
pub mod report;

use crate::desk::Desk;
use crate::fields::Fields;
use crate::view::FieldError;
use crate::view::entry::{Choice, Field, Form, Input};
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

/// Name of a field in the form of a step; several steps can stand on one page.
fn field_name(step: &Step, code: &str) -> String {
    format!("{}-{code}", step.code)
}

/// Name of one box of a checklist.
fn tick_name(step: &Step, code: &str, place: usize) -> String {
    format!("{}-{place}", field_name(step, code))
}

/// The fields a step asks for, with what was typed; a checklist under a heading of its own.
pub(crate) fn inputs(
    desk: &Desk,
    register: &Register,
    step: &Step,
    typed: &Fields,
    mut form: Form,
) -> Form {
    let mut plain = Vec::new();
    let asked = step.asks.iter().map(|code| (code, false));
    for (code, optional) in asked.chain(step.takes.iter().map(|code| (code, true))) {
        let Some(field) = register.field(code) else {
            continue;
        };
        if let FieldKind::Checklist = field.kind {
            if !plain.is_empty() {
                form = form.fields(std::mem::take(&mut plain));
            }
            form = form.section(&field.name, ticks(field, step, typed));
            continue;
        }
        let made = input(desk, field, step, typed);
        plain.push(if optional {
            made.hint("なければ空欄")
        } else {
            made
        });
    }
    if plain.is_empty() {
        form
    } else {
        form.fields(plain)
    }
}

fn ticks(field: &Declared, step: &Step, typed: &Fields) -> Vec<Field> {
    let tick = |(place, choice): (usize, &String)| {
        let name = tick_name(step, &field.code, place);
        Field::new(Input::Check, &name, choice, typed.text(&name))
    };
    field.choices.iter().enumerate().map(tick).collect()
}

fn input(desk: &Desk, field: &Declared, step: &Step, typed: &Fields) -> Field {
    let name = field_name(step, &field.code);
    let value = typed.text(&name);
    match field.kind {
        FieldKind::Choice => {
            let choices: Vec<Choice> = field
                .choices
                .iter()
                .map(|choice| (choice.clone(), choice.clone()))
                .collect();
            Field::new(Input::Choice(choices), &name, &field.name, value)
        }
        FieldKind::Date => {
            let shown = law::era::date_input(value, desk.business_date())
                .map_or_else(|_| value.to_owned(), day_ja);
            Field::new(Input::Day, &name, &field.name, &shown)
        }
        FieldKind::Number | FieldKind::Checklist => {
            Field::new(Input::Text, &name, &field.name, value)
        }
        FieldKind::Text => Field::new(Input::Text, &name, &field.name, value).wide(),
        FieldKind::Evidence => Field::new(Input::Text, &name, &field.name, value)
            .hint("文書番号か保管場所")
            .wide(),
    }
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
        let name = field_name(step, code);
        let value = match field.kind {
            FieldKind::Checklist => ticked(field, step, typed),
            FieldKind::Date => typed
                .day(&name, &field.name, today, errors)
                .map_or_else(String::new, |day| day.to_string()),
            _ => typed.text(&name).to_owned(),
        };
        if !value.is_empty() || step.asks.contains(code) {
            given.insert(code.clone(), value);
        }
    }
    given
}

fn ticked(field: &Declared, step: &Step, typed: &Fields) -> String {
    let all: Vec<&str> = field
        .choices
        .iter()
        .enumerate()
        .filter(|(place, _)| !typed.text(&tick_name(step, &field.code, *place)).is_empty())
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

/// The name of the field in the form of a step, from its Japanese name.
pub(crate) fn field_of(register: &Register, step: &Step, label: &str) -> String {
    register
        .fields
        .iter()
        .find(|field| field.name == label)
        .map_or_else(String::new, |field| match field.kind {
            FieldKind::Checklist => tick_name(step, &field.code, 0),
            _ => field_name(step, &field.code),
        })
}
