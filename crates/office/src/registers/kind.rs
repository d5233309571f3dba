//! 台帳の定義 — read from `registers/*.toml`, refused when a step leads nowhere or asks for what is not there.

use crate::error::OfficeError;
use law::Date;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

const SHIPPED: &[&str] = &[
    include_str!("../../registers/media.toml"),
    include_str!("../../registers/outsourcing.toml"),
    include_str!("../../registers/people.toml"),
    include_str!("../../registers/requests.toml"),
    include_str!("../../registers/places.toml"),
    include_str!("../../registers/rooms.toml"),
];

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// Words.
    Text,
    /// A day.
    Date,
    /// A whole number, 0 or more.
    Number,
    /// One of the choices.
    Choice,
    /// All of the choices have to be ticked.
    Checklist,
    /// 根拠資料: the number or place of a document.
    Evidence,
}

/// A field of a register.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Its name in the store.
    pub code: String,
    /// Its name on pages.
    pub name: String,
    /// What it holds.
    pub kind: FieldKind,
    /// For a choice or a checklist.
    #[serde(default)]
    pub choices: Vec<String>,
    /// The same value is there once in the register.
    #[serde(default)]
    pub once: bool,
}

/// A step of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its name in the store.
    pub code: String,
    /// Its name on pages.
    pub name: String,
    /// The states it can be taken in; none for the step that opens an entry.
    #[serde(default)]
    pub from: Vec<String>,
    /// The state it leads to.
    pub to: String,
    /// Fields that have to be given with it.
    #[serde(default)]
    pub asks: Vec<String>,
    /// Fields that may be given with it.
    #[serde(default)]
    pub takes: Vec<String>,
    /// It counts only when a second person has agreed.
    #[serde(default)]
    pub two_persons: bool,
    /// The field with the 職員番号 of whoever neither takes this step nor agrees to it.
    pub not_by: Option<String>,
    /// The next step is due so many days after this one.
    pub due_days: Option<i64>,
    /// The next step is due on the day in this field.
    pub due_field: Option<String>,
    /// What was due before this step is due still.
    #[serde(default)]
    pub keeps_due: bool,
    /// Nothing is due any more.
    #[serde(default)]
    pub closes: bool,
}

/// A register.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// Its name in the store.
    pub code: String,
    /// Its name on pages.
    pub name: String,
    /// What it is kept for.
    pub purpose: String,
    /// Who keeps it.
    pub owner: String,
    /// The catalogue rows it answers.
    pub rows: Vec<String>,
    /// Its fields.
    #[serde(rename = "field")]
    pub fields: Vec<Field>,
    /// Its steps.
    #[serde(rename = "step")]
    pub steps: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    register: Vec<Register>,
}

/// Every register of a municipality.
#[derive(Clone, Debug, Default)]
pub struct Registers(BTreeMap<String, Register>);

impl Registers {
    /// Those that come with the program.
    ///
    /// # Errors
    /// [`OfficeError::Bug`]; a test keeps it from happening.
    pub fn shipped() -> Result<Self, OfficeError> {
        let mut registers = Self::default();
        for text in SHIPPED {
            registers.add(text)?;
        }
        Ok(registers)
    }

    /// Adds registers, or puts them in place of those of the same name.
    ///
    /// # Errors
    /// [`OfficeError::Bug`] that names the register and what does not fit.
    pub fn add(&mut self, toml_text: &str) -> Result<(), OfficeError> {
        let file: File = toml::from_str(toml_text)
            .map_err(|error| OfficeError::Bug(format!("台帳の定義を読めません: {error}")))?;
        for register in file.register {
            register
                .check()
                .map_err(|what| OfficeError::Bug(format!("台帳「{}」: {what}", register.name)))?;
            self.0.insert(register.code.clone(), register);
        }
        Ok(())
    }

    /// A register by its code.
    ///
    /// # Errors
    /// [`OfficeError::Input`] where there is none.
    pub fn get(&self, code: &str) -> Result<&Register, OfficeError> {
        self.0
            .get(code)
            .ok_or_else(|| OfficeError::input("台帳", &format!("「{code}」という台帳はありません")))
    }

    /// All of them, by code.
    pub fn iter(&self) -> impl Iterator<Item = &Register> {
        self.0.values()
    }
}

impl Register {
    /// A field by its code.
    #[must_use]
    pub fn field(&self, code: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.code == code)
    }

    /// The step that opens an entry.
    #[must_use]
    pub fn opening(&self) -> Option<&Step> {
        self.steps.iter().find(|step| step.from.is_empty())
    }

    /// The steps that can be taken in a state.
    pub fn steps_from<'r>(&'r self, state: &'r str) -> impl Iterator<Item = &'r Step> {
        self.steps
            .iter()
            .filter(move |step| step.from.iter().any(|from| from == state))
    }

    fn check(&self) -> Result<(), String> {
        let names: BTreeSet<&str> = self
            .fields
            .iter()
            .map(|field| field.code.as_str())
            .collect();
        if names.len() != self.fields.len() {
            return Err("同じ項目が二つあります".to_owned());
        }
        for field in &self.fields {
            let lists = matches!(field.kind, FieldKind::Choice | FieldKind::Checklist);
            if lists == field.choices.is_empty() {
                return Err(format!("項目「{}」の選択肢が合いません", field.name));
            }
        }
        if self
            .steps
            .iter()
            .filter(|step| step.from.is_empty())
            .count()
            != 1
        {
            return Err("始めの手続は一つだけにしてください".to_owned());
        }
        let states: BTreeSet<&str> = self.steps.iter().map(|step| step.to.as_str()).collect();
        for step in &self.steps {
            for field in step
                .asks
                .iter()
                .chain(&step.takes)
                .chain(&step.due_field)
                .chain(&step.not_by)
            {
                if !names.contains(field.as_str()) {
                    return Err(format!(
                        "手続「{}」の項目「{field}」がありません",
                        step.name
                    ));
                }
            }
            if let Some(from) = step
                .from
                .iter()
                .find(|from| !states.contains(from.as_str()))
            {
                return Err(format!(
                    "手続「{}」の状態「{from}」に至る手続がありません",
                    step.name
                ));
            }
            let dues = [
                step.due_days.is_some(),
                step.due_field.is_some(),
                step.keeps_due,
            ];
            if dues.into_iter().filter(|due| *due).count() > 1 {
                return Err(format!("手続「{}」の期限が二つあります", step.name));
            }
        }
        if !self.steps.iter().any(|step| step.closes) {
            return Err("終わりの手続がありません".to_owned());
        }
        Ok(())
    }
}

impl Field {
    /// What is wrong with a value, in words for beside the field.
    ///
    /// # Errors
    /// [`OfficeError::Input`].
    pub fn check(&self, value: &str) -> Result<(), OfficeError> {
        let wrong = |message: &str| Err(OfficeError::input(&self.name, message));
        if value.trim().is_empty() {
            return wrong("入力してください");
        }
        match self.kind {
            FieldKind::Text | FieldKind::Evidence => Ok(()),
            FieldKind::Date => value
                .parse::<Date>()
                .map(|_| ())
                .or_else(|_| wrong("年月日として読めません")),
            FieldKind::Number => value
                .parse::<u64>()
                .map(|_| ())
                .or_else(|_| wrong("0以上の整数を入れてください")),
            FieldKind::Choice if self.choices.iter().any(|choice| choice == value) => Ok(()),
            FieldKind::Choice => wrong(&format!("{}から選んでください", self.choices.join("・"))),
            FieldKind::Checklist => {
                let ticked: BTreeSet<&str> = value.lines().collect();
                let missing: Vec<&str> = self
                    .choices
                    .iter()
                    .map(String::as_str)
                    .filter(|choice| !ticked.contains(choice))
                    .collect();
                if missing.is_empty() {
                    return Ok(());
                }
                wrong(&format!("{}が確かめられていません", missing.join("・")))
            }
        }
    }
}
