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

/// A file that was taken in.
#[derive(Clone, Debug)]
pub struct FileLine {
    /// When.
    pub received: String,
    /// What kind.
    pub layout: String,
    /// Its name.
    pub name: String,
    /// Rows read.
    pub read: i64,
    /// Rows posted.
    pub posted: i64,
    /// Rows that wait.
    pub held: i64,
    /// Where its held rows are.
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
    /// Latest files.
    pub files: Vec<FileLine>,
    /// Latest jobs.
    pub jobs: Vec<JobLine>,
    /// Whether this member of staff may open households.
    pub may_search: bool,
}
