//! 状態の欄 — the columns of a status as the clerk knows them: names, kinds and codes from its declared layout.

use crate::registry::codes::catalogue;
use crate::view::format::day_ja;
use db::Value;
use exchange::{Field, FieldType};
use office::OfficeError;
use office::eligibility::status::handover::layout_of;
use office::eligibility::status::{Described, Line};
use office::registry::HIDDEN;

/// 国民健康保険法 第6条 in short, by item.
pub const EXCLUSIONS: [&str; 11] = [
    "健康保険の被保険者",
    "船員保険の被保険者",
    "共済組合の組合員",
    "私立学校教職員共済制度の加入者",
    "健康保険の被扶養者",
    "船員保険・共済組合の被扶養者",
    "日雇特例被保険者（手帳に余白がある間）とその被扶養者",
    "後期高齢者医療の被保険者",
    "生活保護を受けている世帯（停止中を除く）",
    "国民健康保険組合の被保険者",
    "省令で定める特別の理由がある者",
];

/// The columns of a status: each with the field of its layout.
///
/// # Errors
/// [`OfficeError::Bug`] where the shipped layouts do not declare it.
pub fn of(described: &Described) -> Result<Vec<(&'static str, &'static Field)>, OfficeError> {
    let id = layout_of(described);
    let layout = catalogue()
        .and_then(|catalogue| catalogue.layout(&id))
        .ok_or_else(|| OfficeError::Bug(format!("状態のレイアウト{id}がありません")))?;
    described
        .table
        .columns
        .iter()
        .map(|column| {
            let field = layout.fields.iter().find(|field| field.name == *column);
            field
                .map(|field| (*column, field))
                .ok_or_else(|| OfficeError::Bug(format!("{id}に項目{column}がありません")))
        })
        .collect()
}

/// Codes and words of a column; empty where it has none.
#[must_use]
pub fn choices(described: &Described, field: &Field) -> Vec<(String, String)> {
    if described.code == "exclusion" && field.name == "item" {
        let items = (1..).zip(EXCLUSIONS);
        return items
            .map(|(number, words): (i64, _)| (number.to_string(), format!("第{number}号 {words}")))
            .collect();
    }
    if described.code == "late_elderly" {
        let own: &[(&str, &str)] = match field.name.as_str() {
            "gain_cause" => &[("1", "年齢到達"), ("2", "障害認定")],
            "loss_cause" => &[
                ("", "（喪失していない）"),
                ("withdrawn", "障害認定の撤回"),
                ("other", "その他"),
            ],
            _ => &[],
        };
        return own
            .iter()
            .map(|(code, words)| ((*code).to_owned(), (*words).to_owned()))
            .collect();
    }
    let list = field
        .codes
        .as_deref()
        .and_then(|list| catalogue().and_then(|catalogue| catalogue.codes().list(list)));
    list.map(|list| list.entries.clone()).unwrap_or_default()
}

/// Whether a column is a yes or no.
#[must_use]
pub fn is_flag(field: &Field) -> bool {
    field.codes.as_deref() == Some("flag")
}

/// Whether a column is a day.
#[must_use]
pub fn is_day(field: &Field) -> bool {
    matches!(field.kind, FieldType::Date)
}

/// A value in words; empty where there is none.
#[must_use]
pub fn word(described: &Described, field: &Field, value: &Value) -> String {
    let code = match value {
        Value::Int(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        Value::Null | Value::Blob(_) => return String::new(),
    };
    if is_flag(field) {
        return if code == "1" { "する" } else { "しない" }.to_owned();
    }
    if is_day(field) {
        return code.parse().map_or(code, day_ja);
    }
    choices(described, field)
        .into_iter()
        .find(|(known, _)| *known == code)
        .map_or(code, |(_, words)| words)
}

/// What a line says, name and value; what tells a place is left out for whoever must not be found.
///
/// # Errors
/// As [`of`].
pub fn said(line: &Line, withheld: bool) -> Result<Vec<(String, String)>, OfficeError> {
    let Some(described) = Described::find(line.code) else {
        return Ok(Vec::new());
    };
    let mut said = Vec::new();
    for (column, field) in of(described)? {
        let value = line.value(column).unwrap_or(&Value::Null);
        let mut text = word(described, field, value);
        if withheld && described.tells_place(column) && !text.is_empty() {
            HIDDEN.clone_into(&mut text);
        }
        if !text.is_empty() {
            said.push((field.name_ja.clone(), text));
        }
    }
    Ok(said)
}

/// The same in one text.
///
/// # Errors
/// As [`of`].
pub fn in_one(line: &Line, withheld: bool) -> Result<String, OfficeError> {
    let parts: Vec<String> = said(line, withheld)?
        .into_iter()
        .map(|(name, value)| format!("{name} {value}"))
        .collect();
    Ok(parts.join("、"))
}

/// The days of a line.
#[must_use]
pub fn days(line: &Line) -> (String, String) {
    (
        day_ja(line.valid.from),
        line.valid.until.map_or_else(String::new, day_ja),
    )
}
