//! 券面 — the name on the face, and how ratio and class are worded.

use super::facts::Judged;
use crate::Refusal;
use serde::{Deserialize, Serialize};

/// 氏名の控え: every name the register holds of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Names {
    /// 氏名.
    pub name: String,
    /// その読み仮名.
    pub kana: String,
    /// ローマ字氏名.
    pub latin: Option<String>,
    /// 通称.
    pub alias: Option<String>,
    /// 通称の読み仮名.
    pub alias_kana: Option<String>,
}

/// 券面に印字する氏名の選択.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NameChoice {
    /// As the municipality does it where there is an alias.
    #[default]
    ByPractice,
    /// 本名.
    Real,
    /// 通称.
    Alias,
}

/// 券面の氏名, with the real name kept beside an alias.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaceName {
    /// 券面氏名.
    pub name: String,
    /// 券面氏名の読み仮名.
    pub kana: String,
    /// 本名, where the face shows the alias.
    pub real_name: Option<String>,
    /// 本名の読み仮名.
    pub real_kana: Option<String>,
}

/// The name a certificate shows.
///
/// # Errors
/// A [`Refusal`] when an alias is asked for and the register has none.
pub fn face_name(
    names: &Names,
    choice: NameChoice,
    alias_first: bool,
) -> Result<FaceName, Refusal> {
    // The register may itself carry the alias as the name used towards the person.
    let real = match (&names.latin, &names.alias) {
        (Some(latin), Some(alias)) if *alias == names.name => latin,
        _ => &names.name,
    };
    let as_real = || FaceName {
        name: real.clone(),
        kana: names.kana.clone(),
        real_name: None,
        real_kana: None,
    };
    let Some(alias) = &names.alias else {
        if choice == NameChoice::Alias {
            return Err(Refusal::new(
                "certificate.alias.none",
                "住民票に通称がないため、通称では交付できません。氏名で交付してください".to_owned(),
            ));
        }
        return Ok(as_real());
    };
    let shows_alias = match choice {
        NameChoice::Alias => true,
        NameChoice::Real => false,
        NameChoice::ByPractice => alias_first,
    };
    if !shows_alias {
        return Ok(as_real());
    }
    Ok(FaceName {
        name: alias.clone(),
        kana: names
            .alias_kana
            .clone()
            .unwrap_or_else(|| names.kana.clone()),
        real_name: Some(real.clone()),
        real_kana: Some(names.kana.clone()),
    })
}

/// 一部負担金の割合 as printed: 「2割」.
#[must_use]
pub fn ratio_ja(tenths: u8) -> String {
    format!("{tenths}割")
}

/// The code of the refusal that says that a judgement is held back.
pub const PENDING: &str = "certificate.judgement.pending";

/// 判定が決まっていること: a certificate that shows a judged value is not issued while it is held back.
///
/// # Errors
/// A [`Refusal`] that says why it is held back, or that nothing was judged.
pub fn decided<'j, T>(judged: &'j Judged<T>, what: &str) -> Result<&'j T, Refusal> {
    match judged {
        Judged::Decided { value, .. } => Ok(value),
        Judged::Pending(reason) => Err(Refusal::new(
            PENDING,
            format!(
                "{what}の判定が保留のため交付できません（{reason}）。保留を解いてから交付してください"
            ),
        )),
        Judged::None => Err(Refusal::new(
            "certificate.judgement.none",
            format!("{what}の判定がありません。先に判定してください"),
        )),
    }
}
