//! 市全体の試算 — the whole city under other rates.

use super::amounts::ChangeRow;
use super::chart::Chart;
use super::layout::Layout;
use askama::Template;

/// The rates of one component, as typed, and as they stand.
#[derive(Clone, Debug, Default)]
pub struct RateRow {
    /// `medical` …; part of the names of the fields.
    pub code: String,
    /// 医療分 …
    pub name: String,
    /// The fields: name, label, value typed, value that stands.
    pub fields: Vec<RateField>,
}

/// One rate.
#[derive(Clone, Debug, Default)]
pub struct RateField {
    /// Name of the field.
    pub name: String,
    /// What it is.
    pub label: String,
    /// As typed.
    pub value: String,
    /// As it stands in the ordinance.
    pub stands: String,
}

impl RateField {
    /// Whether another value was typed.
    #[must_use]
    pub fn changed(&self) -> bool {
        self.value != self.stands
    }
}

/// The what-if page.
#[derive(Clone, Debug, Template)]
#[template(path = "city.html")]
pub struct CityPage {
    /// Around it.
    pub page: Layout,
    /// 年度 to choose from: value and label.
    pub years: Vec<(String, String)>,
    /// The chosen one.
    pub year: String,
    /// Labels of the fields, in order.
    pub columns: Vec<String>,
    /// Rates.
    pub rates: Vec<RateRow>,
    /// Whether there is a result.
    pub answered: bool,
    /// What the answer rests on, in words.
    pub remarks: Vec<String>,
    /// 賦課額 by component, the total last.
    pub revenue: Vec<ChangeRow>,
    /// Counts: 限度額到達, 軽減 …: label, before, after.
    pub counts: Vec<(String, i64, i64)>,
    /// Pictures.
    pub charts: Vec<Chart>,
    /// Households that pay most more and most less.
    pub extremes: Vec<super::compare::Changed>,
}

impl CityPage {
    /// How many rows are not shown to the reader.
    fn closed(&self) -> usize {
        let hrefs = self.extremes.iter().map(|one| one.href.as_str());
        self.page.eyes.count(hrefs)
    }
}
