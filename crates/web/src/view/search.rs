//! 宛名検索.

use super::layout::{Badge, Layout};
use askama::Template;

/// One person found.
#[derive(Clone, Debug)]
pub struct Found {
    /// Where the row leads.
    pub href: String,
    /// 氏名.
    pub name: String,
    /// カナ.
    pub kana: String,
    /// 生年月日.
    pub birth: String,
    /// 年齢.
    pub age: String,
    /// 性別.
    pub sex: String,
    /// 住所; replaced by words where it is withheld.
    pub address: String,
    /// 記号・番号.
    pub number: String,
    /// 宛名番号.
    pub person_id: i64,
    /// 世帯主, 加入, 喪失 …
    pub standing: String,
    /// Warnings.
    pub badges: Vec<Badge>,
    /// Whether the person is no longer insured.
    pub gone: bool,
}

/// The search page.
#[derive(Clone, Debug, Template)]
#[template(path = "search.html")]
pub struct SearchPage {
    /// Around it.
    pub page: Layout,
    /// Who was found, in order of kana.
    pub found: Vec<Found>,
    /// How the words were read: カナ「ミナト」, 生年月日 …
    pub read_as: Vec<String>,
    /// Where the next ones are, by key; empty at the end.
    pub more_href: String,
    /// Whether anything was asked.
    pub asked: bool,
}

impl SearchPage {
    /// How many rows are not shown to the reader.
    fn closed(&self) -> usize {
        let hrefs = self.found.iter().map(|one| one.href.as_str());
        self.page.eyes.count(hrefs)
    }
}
