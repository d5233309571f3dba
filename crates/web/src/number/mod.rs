//! 個人番号 — the only pages that take or show an individual number: for a purpose of number-use affairs and a case, one at a
//! time, each use recorded before it happens. A number never stands in an address, a list or a form that is shown again.

pub mod find;
pub mod links;
pub mod person;
mod register;

use crate::desk::Desk;
use crate::fields::Fields;
use crate::view::entry::{Choice, Field, Input};
use law::Refusal;
use office::OfficeError;
use office::vault::{LinkRow, NumberPurpose, NumberUse, Vault};

/// The open vault.
///
/// # Errors
/// A refusal where this program was started without its key.
pub(crate) fn vault(desk: &Desk) -> Result<&Vault, OfficeError> {
    desk.app().vault().ok_or_else(|| {
        Refusal::new(
            "web.vault.closed",
            "番号の金庫が開かれていません。管理者が親鍵を指定して起動した端末で利用してください"
                .to_owned(),
        )
        .into()
    })
}

/// Whom a row of the confirmation list is about, for an address that names one; the list is kept in the vault.
///
/// # Errors
/// [`OfficeError::Store`].
pub(crate) fn behind(vault: Option<&Vault>, path: &str) -> Result<Vec<i64>, OfficeError> {
    let row = path
        .strip_prefix("/number/links/")
        .and_then(|row| row.parse().ok());
    let (Some(vault), Some(row)) = (vault, row) else {
        return Ok(Vec::new());
    };
    let people = |row: LinkRow| [Some(row.person_id), row.other_person_id];
    Ok(vault
        .row(row)?
        .into_iter()
        .flat_map(people)
        .flatten()
        .collect())
}

/// 利用目的 and 件名, asked before anything.
pub(crate) fn use_fields(fields: &Fields) -> Vec<Field> {
    let purposes: Vec<Choice> = NumberPurpose::ALL
        .iter()
        .map(|(purpose, code)| ((*code).to_owned(), purpose.label_ja().to_owned()))
        .collect();
    vec![
        Field::new(
            Input::Choice(purposes),
            "purpose",
            "利用目的",
            fields.text("purpose"),
        ),
        Field::new(Input::Text, "case", "件名・受付番号", fields.text("case"))
            .hint("目的と件名は利用の記録に残ります"),
    ]
}

/// 利用目的 and 件名, as typed.
///
/// # Errors
/// [`OfficeError::Input`] without either.
pub(crate) fn use_of(fields: &Fields) -> Result<NumberUse, OfficeError> {
    let typed = fields.text("purpose");
    let purpose = NumberPurpose::ALL
        .iter()
        .find(|(_, code)| *code == typed)
        .map(|(purpose, _)| *purpose)
        .ok_or_else(|| OfficeError::input("利用目的", "利用目的を選んでください"))?;
    NumberUse::new(purpose, fields.text("case"))
}

/// The field an input error belongs to.
pub(crate) fn field_of(label: &str) -> &'static str {
    match label {
        "利用目的" => "purpose",
        "件名" => "case",
        "個人番号" => "number",
        "様式" => "form",
        "提供者" => "ground",
        "確認書類" => "evidence",
        "解消の理由" | "差し戻しの理由" => "reason",
        "解消の方法" => "outcome",
        _ => "",
    }
}
