//! 発行者 — the office of a municipality as it stands on every paper: from its rules, nothing made up.

use anyhow::{Result, anyhow};
use law::rules::{OfficeText, RuleBook};
use print::content::Office;

/// Whose paper it is.
pub struct Issuer {
    code: String,
    municipality: String,
    text: OfficeText,
}

impl Issuer {
    /// The office of a municipality on a day.
    pub fn of(book: &RuleBook, code: &str, on: law::Date) -> Result<Self> {
        let known = book
            .municipalities()
            .into_iter()
            .find(|one| one.code == code);
        let municipality = known
            .ok_or_else(|| anyhow!("団体コード{code}の規則がありません"))?
            .name;
        Ok(Self {
            code: code.to_owned(),
            municipality,
            text: book.office(code, on)?,
        })
    }

    /// As it is printed. What the rules leave out stays empty; the printer refuses an official paper then.
    pub fn office(&self) -> Office {
        office(&self.code, &self.municipality, &self.text)
    }
}

/// The office of a municipality as it is printed.
pub fn office(code: &str, municipality: &str, text: &OfficeText) -> Office {
    Office {
        prefecture: law::prefecture::of_municipality(code)
            .unwrap_or_default()
            .to_owned(),
        municipality: municipality.to_owned(),
        // 市・区・町・村 and their 長: 港区 is answered for by 港区長.
        head_title: format!("{municipality}長"),
        head_name: text.chief_name.clone(),
        section: text.section.clone(),
        address: format!("{} {}", text.postal_code, text.address)
            .trim()
            .to_owned(),
        phone: text.phone.clone(),
        hours: String::new(),
    }
}
