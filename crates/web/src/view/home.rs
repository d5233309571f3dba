//! 最初の画面 — what waits for this member of staff today.

use super::layout::{Layout, Tone};
use super::work::JobLine;
use askama::Template;
use law::Yen;

/// One thing that waits.
#[derive(Clone, Debug)]
pub struct Task {
    /// What.
    pub label: String,
    /// How many.
    pub count: String,
    /// 件, 世帯 …
    pub unit: String,
    /// Where.
    pub href: String,
    /// How loudly.
    pub tone: Tone,
}

/// The year so far, in one line for each levy year.
#[derive(Clone, Debug)]
pub struct YearLine {
    /// 令和8年度.
    pub year: String,
    /// 賦課世帯数.
    pub households: i64,
    /// 調定額.
    pub levied: Yen,
    /// 通知済.
    pub notices: i64,
    /// State in words.
    pub state: String,
    /// Run to open.
    pub href: String,
}

/// The first page.
#[derive(Clone, Debug, Template)]
#[template(path = "home.html")]
pub struct HomePage {
    /// Around it.
    pub page: Layout,
    /// What waits.
    pub tasks: Vec<Task>,
    /// Levy years.
    pub years: Vec<YearLine>,
    /// Whether the levy may be seen.
    pub sees_levy: bool,
    /// Latest jobs.
    pub jobs: Vec<JobLine>,
    /// Whether this member of staff may open households.
    pub may_search: bool,
}
