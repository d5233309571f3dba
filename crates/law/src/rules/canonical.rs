//! 規則の組 — the parameters of one municipality and year as one canonical text with its hash.
//!
//! A decision names the rule set it was made under by this hash; the store keeps the text under it. The text is
//! JSON without spaces whose keys are in order, so it changes with every value and with nothing else.

use super::instalment::InstalmentRules;
use super::levy::LevyRules;
use super::practice::ReliefRules;
use super::{
    LateChargeRules, SmallChangeRules, SpecialCollectionLaw, SpecialCollectionRules, TimeLimits,
};
use crate::Refusal;
use crate::levy::facts::Habits;
use crate::levy::instalment::ChangeHabits;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// 規則の組: everything that decides an amount or a due day of one municipality and fiscal year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSet {
    /// 賦課.
    pub levy: LevyRules,
    /// 納期.
    pub instalments: InstalmentRules,
    /// 期別の変更の割り振り.
    pub change: ChangeHabits,
    /// 世帯の事実の読み方.
    pub household: Habits,
    /// 延滞金.
    pub late_charge: LateChargeRules,
    /// 特別徴収の市の定め.
    pub special_collection: SpecialCollectionRules,
    /// 特別徴収の国の定め.
    pub special_law: SpecialCollectionLaw,
    /// 期間制限.
    pub time_limits: TimeLimits,
    /// 少額の扱い.
    pub small_change: SmallChangeRules,
    /// 減免.
    pub reliefs: Vec<ReliefRules>,
}

impl RuleSet {
    /// The canonical text.
    ///
    /// # Errors
    /// A [`Refusal`] when the rules cannot be written as JSON, which no value of theirs allows.
    pub fn canonical_json(&self) -> Result<String, Refusal> {
        canonical(self)
    }

    /// Reads a canonical text back.
    ///
    /// # Errors
    /// A [`Refusal`] when the text is not that of a rule set.
    pub fn from_canonical_json(text: &str) -> Result<Self, Refusal> {
        read(text)
    }

    /// SHA-256 of the canonical text, in lower-case hexadecimal.
    ///
    /// # Errors
    /// As [`RuleSet::canonical_json`].
    pub fn hash(&self) -> Result<String, Refusal> {
        self.canonical_json().map(|text| hash_of(&text))
    }
}

impl LevyRules {
    /// The canonical text of the levy rules alone.
    ///
    /// # Errors
    /// As [`RuleSet::canonical_json`].
    pub fn canonical_json(&self) -> Result<String, Refusal> {
        canonical(self)
    }

    /// Reads a canonical text back.
    ///
    /// # Errors
    /// As [`RuleSet::from_canonical_json`].
    pub fn from_canonical_json(text: &str) -> Result<Self, Refusal> {
        read(text)
    }
}

/// SHA-256 of a text, in lower-case hexadecimal.
#[must_use]
pub fn hash_of(text: &str) -> String {
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(text.as_bytes()) {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

pub(super) fn canonical<T: Serialize>(value: &T) -> Result<String, Refusal> {
    let value = serde_json::to_value(value).map_err(|error| {
        Refusal::new(
            "rules.canonical.write",
            format!("規則の組を書き出せません。{error}"),
        )
    })?;
    let mut text = String::new();
    write_value(&value, &mut text);
    Ok(text)
}

pub(super) fn read<T: DeserializeOwned>(text: &str) -> Result<T, Refusal> {
    serde_json::from_str(text).map_err(|error| {
        Refusal::new(
            "rules.canonical.read",
            format!(
                "保存された規則の組を読めません。版の違う記録でないか確かめてください（{error}）"
            ),
        )
    })
}

/// Keys in order whatever the map keeps, so that the text does not depend on how it was built.
fn write_value(value: &Value, text: &mut String) {
    match value {
        Value::Object(fields) => {
            let mut keys: Vec<&String> = fields.keys().collect();
            keys.sort_unstable();
            text.push('{');
            for (index, key) in keys.into_iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                let _ = write!(text, "{}:", Value::String(key.clone()));
                if let Some(inner) = fields.get(key) {
                    write_value(inner, text);
                }
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                write_value(item, text);
            }
            text.push(']');
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            let _ = write!(text, "{value}");
        }
    }
}
