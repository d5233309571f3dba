//! Reading a case: every key is named once, numbers keep their written digits, nothing is dropped.

use law::{FiscalYear, Rate};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// One JSON object being read. [`Fields::finish`] refuses keys that nobody asked for.
pub struct Fields<'j> {
    object: &'j Map<String, Value>,
    path: String,
    seen: BTreeSet<String>,
}

impl<'j> Fields<'j> {
    /// Starts reading an object; `path` is what errors put before a key.
    pub fn of(value: &'j Value, path: &str) -> Result<Self, String> {
        let object = value
            .as_object()
            .ok_or_else(|| format!("{path} は項目の組（オブジェクト）で書いてください"))?;
        Ok(Self {
            object,
            path: path.to_owned(),
            seen: BTreeSet::new(),
        })
    }

    /// The value of a key; an explicit null is the same as an absent key.
    pub fn take(&mut self, key: &str) -> Option<&'j Value> {
        self.seen.insert(key.to_owned());
        self.object.get(key).filter(|value| !value.is_null())
    }

    /// Keys that say something about the case and are not read.
    pub fn ignore(&mut self, keys: &[&str]) {
        self.seen.extend(keys.iter().map(|key| (*key).to_owned()));
    }

    /// Refuses keys that nobody asked for.
    pub fn finish(self) -> Result<(), String> {
        let unknown: Vec<&str> = self
            .object
            .keys()
            .filter(|key| !self.seen.contains(*key))
            .map(String::as_str)
            .collect();
        if unknown.is_empty() {
            Ok(())
        } else {
            Err(format!(
                "{}{} の意味を知りません",
                self.path,
                unknown.join("・")
            ))
        }
    }

    fn wrong<T>(&self, key: &str, text: &str, form: &str) -> Result<T, String> {
        Err(format!(
            "{}{key}「{text}」を読めません。{form}で書いてください",
            self.path
        ))
    }

    /// A number or text, in the digits it was written with.
    pub fn text(&mut self, key: &str) -> Result<Option<String>, String> {
        match self.take(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.trim().to_owned())),
            Some(Value::Number(number)) => Ok(Some(number.to_string())),
            Some(other) => self.wrong(key, &other.to_string(), "数か文字列"),
        }
    }

    /// A whole number of yen, persons or months.
    pub fn yen(&mut self, key: &str) -> Result<Option<i64>, String> {
        let Some(text) = self.text(key)? else {
            return Ok(None);
        };
        let digits = text.replace([',', '円'], "");
        let whole = digits.strip_suffix(".0").unwrap_or(&digits);
        match whole.parse() {
            Ok(number) => Ok(Some(number)),
            Err(_) => self.wrong(key, &text, "整数"),
        }
    }

    /// A whole number under the first of several names that is present.
    pub fn yen_of(&mut self, keys: &[&str]) -> Result<Option<i64>, String> {
        let mut found = None;
        for key in keys {
            let value = self.yen(key)?;
            if found.is_some() && value.is_some() {
                return self.wrong(key, "二重", "同じ意味の項目は一つだけ");
            }
            found = found.or(value);
        }
        Ok(found)
    }

    /// A mark: true or false, absent is false.
    pub fn mark(&mut self, key: &str) -> Result<bool, String> {
        Ok(self.choice(key)?.unwrap_or(false))
    }

    /// A mark that may be absent.
    pub fn choice(&mut self, key: &str) -> Result<Option<bool>, String> {
        match self.take(key) {
            None => Ok(None),
            Some(Value::Bool(mark)) => Ok(Some(*mark)),
            Some(other) => self.wrong(key, &other.to_string(), "true か false "),
        }
    }

    /// A percentage; absent is zero.
    pub fn rate(&mut self, key: &str) -> Result<Rate, String> {
        let Some(text) = self.text(key)? else {
            return Ok(Rate(0));
        };
        let plain = text.trim_end_matches(['%', '％']);
        Rate::from_percent(plain).or_else(|_| self.wrong(key, &text, "7.51 のような百分率"))
    }

    /// 割 — a share in tenths, written as 0.7 (or 7, or 7割).
    pub fn tenths(&mut self, key: &str) -> Result<Option<i64>, String> {
        let Some(text) = self.text(key)? else {
            return Ok(None);
        };
        let plain = text.strip_suffix('割').unwrap_or(&text);
        let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
        let fraction = fraction.trim_end_matches('0');
        match (whole.parse::<i64>(), fraction.parse::<i64>()) {
            (Ok(0), Ok(tenths)) if fraction.len() == 1 => Ok(Some(tenths)),
            (Ok(tenths @ (0 | 2..=9)), Err(_)) if fraction.is_empty() => Ok(Some(tenths)),
            _ => self.wrong(key, &text, "0.7 のような割合"),
        }
    }
}

/// 年度 of a case: `fy`, or the year in brackets of `fiscal_year` (「令和7年度(2025)」).
pub fn fiscal_year(fields: &mut Fields<'_>) -> Result<FiscalYear, String> {
    let year = match fields.yen("fy")? {
        Some(year) => Some(year),
        None => fields.text("fiscal_year")?.and_then(|text| {
            let (_, bracket) = text.split_once(['(', '（'])?;
            bracket.trim_end_matches([')', '）']).parse().ok()
        }),
    };
    year.and_then(|year| i16::try_from(year).ok())
        .filter(|year| (1990..2100).contains(year))
        .map(FiscalYear)
        .ok_or_else(|| "fy（年度の西暦）がありません。2026 のように書いてください".to_owned())
}
