//! 賦課処理 — start, watch, look at, approve, publish.

use super::chart::Chart;
use super::layout::{Layout, Tone};
use super::work::JobLine;
use askama::Template;
use law::Yen;

/// One run.
#[derive(Clone, Debug)]
pub struct RunLine {
    /// Number.
    pub run_id: i64,
    /// 当初賦課, 月次賦課 …
    pub kind: String,
    /// 令和8年度.
    pub year: String,
    /// 決定日.
    pub decided: String,
    /// What was known: up to this moment.
    pub known: String,
    /// 作成中, 候補, 承認済, 確定 …
    pub state: String,
    /// How loudly.
    pub tone: Tone,
    /// 世帯数.
    pub households: i64,
    /// 賦課額.
    pub total: Yen,
    /// Why it was made.
    pub note: String,
    /// Where.
    pub href: String,
}

impl RunLine {
    /// 処理 12, for the head of a column.
    #[must_use]
    pub fn short(&self) -> String {
        format!("処理 {}", self.run_id)
    }
}

/// 賦課処理の一覧と開始.
#[derive(Clone, Debug, Template)]
#[template(path = "runs.html")]
pub struct RunsPage {
    /// Around it.
    pub page: Layout,
    /// Runs, newest first.
    pub runs: Vec<RunLine>,
    /// Whether a run may be started.
    pub may_run: bool,
    /// 年度 to choose from: value and label.
    pub years: Vec<(String, String)>,
    /// Kinds to choose from: value and label.
    pub kinds: Vec<(String, String)>,
    /// As typed: 決定日.
    pub decided_on: String,
    /// As typed: why.
    pub note: String,
    /// The chosen kind.
    pub kind: String,
    /// Makes the same order sent twice one.
    pub request_id: String,
}

/// A figure of a run and the households behind it.
#[derive(Clone, Debug)]
pub struct CountLine {
    /// What.
    pub label: String,
    /// How many.
    pub count: i64,
    /// How much; zero is left out.
    pub yen: Yen,
}

/// A household the run could not levy.
#[derive(Clone, Debug)]
pub struct HeldHousehold {
    /// 記号・番号 or 世帯番号.
    pub number: String,
    /// What is wrong and what to do.
    pub message: String,
    /// Stable code.
    pub code: String,
    /// The household.
    pub href: String,
}

/// One line of the tally: a kind of amount in each component.
#[derive(Clone, Debug)]
pub struct TallyRow {
    /// 均等割の軽減 7割 …
    pub label: String,
    /// In the order of the components: units, yen, and where the households are.
    pub cells: Vec<(i64, Yen, String)>,
}

/// One household of a run.
#[derive(Clone, Debug)]
pub struct RunHousehold {
    /// 世帯番号.
    pub household_id: i64,
    /// 記号・番号.
    pub number: String,
    /// 納付義務者.
    pub liable: String,
    /// 軽減.
    pub reduction: String,
    /// In the order of the components.
    pub components: Vec<Yen>,
    /// 年額.
    pub total: Yen,
    /// Where.
    pub href: String,
}

/// One run.
#[derive(Clone, Debug, Template)]
#[template(path = "run.html")]
pub struct RunPage {
    /// Around it.
    pub page: Layout,
    /// The run.
    pub run: RunLine,
    /// The job that makes it, while it is being made.
    pub job: Option<JobLine>,
    /// Names of components.
    pub components: Vec<String>,
    /// Sum by component.
    pub component_totals: Vec<Yen>,
    /// Revenue by component as a picture.
    pub chart: Option<Chart>,
    /// 軽減, 限度額, 未申告 …
    pub counts: Vec<CountLine>,
    /// What must be true before it is approved: sentence and whether it is.
    pub checks: Vec<(String, bool)>,
    /// Households that wait because their facts contradict each other.
    pub held: Vec<HeldHousehold>,
    /// How many of them there are.
    pub held_count: i64,
    /// The tally kept with the run; empty where none is kept.
    pub tally: Vec<TallyRow>,
    /// Where the tally is made; empty where it may not be.
    pub tally_href: String,
    /// Households, by key.
    pub households: Vec<RunHousehold>,
    /// Where the next ones are; empty at the end.
    pub more_href: String,
    /// Who did what when.
    pub history: Vec<String>,
    /// Where approval goes; empty where it may not be given.
    pub approve_href: String,
    /// Where publishing goes; empty where it may not be done.
    pub publish_href: String,
    /// Where going on with a stopped run goes; empty where there is nothing to go on with.
    pub resume_href: String,
    /// Where setting it aside goes; empty where it may not be done.
    pub cancel_href: String,
    /// Where taking a published run back goes; empty where it may not be done.
    pub undo_href: String,
    /// Why approval or publishing cannot be done by this member of staff now.
    pub blocked: String,
    /// Other runs to compare with: label and address.
    pub compare_with: Vec<(String, String)>,
    /// Makes the same order sent twice one.
    pub request_id: String,
}

impl RunPage {
    /// How many households are not shown to the reader.
    fn closed(&self) -> usize {
        let hrefs = self.households.iter().map(|one| one.href.as_str());
        self.page.eyes.count(hrefs)
    }

    /// How many of those held are not shown to the reader.
    fn closed_held(&self) -> usize {
        let hrefs = self.held.iter().map(|one| one.href.as_str());
        self.page.eyes.count(hrefs)
    }
}
