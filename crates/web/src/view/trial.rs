//! 試算 — one household, also before it joins.

use super::amounts::AmountTable;
use super::layout::Layout;
use super::why::Why;
use askama::Template;
use law::Yen;

/// One person of the form, as typed.
#[derive(Clone, Debug, Default)]
pub struct TrialPerson {
    /// 1, 2, 3 …
    pub number: usize,
    /// 生年月日.
    pub birth: String,
    /// 給与収入.
    pub salary: String,
    /// 公的年金等収入.
    pub pension: String,
    /// その他の所得.
    pub other: String,
    /// 加入する, 擬制世帯主, 特定同一世帯所属者.
    pub standing: String,
    /// 申告.
    pub filing: String,
    /// 加入日; empty for the whole year.
    pub from: String,
    /// 喪失日; empty to the end of the year.
    pub until: String,
    /// 非自発的失業の離職日.
    pub unemployed: String,
}

/// The trial page.
#[derive(Clone, Debug, Template)]
#[template(path = "trial.html")]
pub struct TrialPage {
    /// Around it.
    pub page: Layout,
    /// 年度 to choose from: value and label.
    pub years: Vec<(String, String)>,
    /// The chosen one.
    pub year: String,
    /// People of the form.
    pub people: Vec<TrialPerson>,
    /// Whether there is a result.
    pub answered: bool,
    /// Amounts by component.
    pub amounts: AmountTable,
    /// Instalments: label, due day, amount.
    pub instalments: Vec<(String, String, Yen)>,
    /// Why.
    pub why: Vec<Why>,
    /// What the answer rests on, in words.
    pub remarks: Vec<String>,
}
