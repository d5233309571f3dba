//! 二つの賦課処理を比べる.

use super::amounts::ChangeRow;
use super::layout::Layout;
use super::run::RunLine;
use askama::Template;
use law::Yen;

/// A household whose amount differs.
#[derive(Clone, Debug)]
pub struct Changed {
    /// 世帯番号.
    pub household_id: i64,
    /// 記号・番号.
    pub number: String,
    /// 納付義務者.
    pub liable: String,
    /// What changed in words: 軽減 7割→5割, 医療分 …
    pub what: String,
    /// In the first run.
    pub before: Yen,
    /// In the second.
    pub after: Yen,
    /// The difference.
    pub change: Yen,
    /// Where.
    pub href: String,
}

impl Changed {
    /// The difference with its sign.
    #[must_use]
    pub fn signed(&self) -> String {
        super::format::signed(self.change)
    }

    /// The class that colours it.
    #[must_use]
    pub fn class(&self) -> &'static str {
        super::format::sign_class(self.change)
    }
}

/// The comparison of two runs.
#[derive(Clone, Debug, Template)]
#[template(path = "compare.html")]
pub struct ComparePage {
    /// Around it.
    pub page: Layout,
    /// The first.
    pub left: RunLine,
    /// The second.
    pub right: RunLine,
    /// Sums by component, the total last.
    pub totals: Vec<ChangeRow>,
    /// How many liable persons, in all and by 軽減: label, in the first, in the second.
    pub counts: Vec<(String, i64, i64)>,
    /// Households that differ, by key.
    pub changed: Vec<Changed>,
    /// Where the next ones are; empty at the end.
    pub more_href: String,
}

impl ComparePage {
    /// How many rows are not shown to the reader.
    fn closed(&self) -> usize {
        let hrefs = self.changed.iter().map(|one| one.href.as_str());
        self.page.eyes.count(hrefs)
    }
}
