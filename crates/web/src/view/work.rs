//! 保留・通知・処理 — the work lists.

use super::layout::{Layout, Tone};
use askama::Template;
use law::Yen;

/// One row of a file that waits.
#[derive(Clone, Debug)]
pub struct HeldLine {
    /// File and row.
    pub place: String,
    /// The rows of the same file.
    pub file_href: String,
    /// 項目.
    pub field: String,
    /// Stable code of the reason.
    pub code: String,
    /// What is wrong and what to do.
    pub message: String,
    /// The row as received: item and value.
    pub body: Vec<(String, String)>,
    /// 担当.
    pub owner: String,
    /// Taken in, but to be looked at.
    pub review: bool,
    /// Where its form is.
    pub href: String,
}

/// One item of a row in the form.
#[derive(Clone, Debug)]
pub struct CellField {
    /// Name of the field.
    pub name: String,
    /// 項目名.
    pub label: String,
    /// As typed.
    pub value: String,
    /// Whether it is the one that is wrong.
    pub wrong: bool,
}

/// 保留の1行 — corrected, tried again or set aside.
#[derive(Clone, Debug, Template)]
#[template(path = "held_row.html")]
pub struct HeldRowPage {
    /// Around it.
    pub page: Layout,
    /// The row.
    pub row: HeldLine,
    /// Its items that say something or are wrong, as typed.
    pub cells: Vec<CellField>,
    /// Its empty items.
    pub empty: Vec<CellField>,
    /// Why it is set aside, as typed.
    pub reason: String,
    /// Makes the same order sent twice one.
    pub request_id: String,
}

/// 保留一覧.
#[derive(Clone, Debug, Template)]
#[template(path = "held.html")]
pub struct HeldPage {
    /// Around it.
    pub page: Layout,
    /// Rows.
    pub rows: Vec<HeldLine>,
    /// Where the next ones are; empty at the end.
    pub more_href: String,
    /// Where the rows of all files are; empty where these are they.
    pub all_href: String,
    /// How many wait in all, in words.
    pub total: String,
}

/// One batch of notices.
#[derive(Clone, Debug)]
pub struct NoticeBatch {
    /// Of which run.
    pub run: String,
    /// What.
    pub kind: String,
    /// 決定件数.
    pub decided: i64,
    /// 作成件数.
    pub printed: i64,
    /// 発送件数.
    pub posted: i64,
    /// 保留（送付止め・居所不明）.
    pub held: i64,
    /// 未作成: decided and neither made nor held.
    pub waiting: i64,
    /// 枚数.
    pub pages: i64,
    /// Where the list is.
    pub href: String,
}

/// One notice.
#[derive(Clone, Debug)]
pub struct NoticeRow {
    /// 通知書番号.
    pub serial: i64,
    /// Its page.
    pub href: String,
    /// 宛先.
    pub addressee: String,
    /// What.
    pub kind: String,
    /// 枚数.
    pub pages: i64,
    /// State in words.
    pub state: String,
    /// Why it is held; empty where it is not.
    pub reason: String,
    /// How loudly the state speaks.
    pub tone: Tone,
    /// The household.
    pub household_href: String,
    /// The PDF; empty where there is none.
    pub paper_href: String,
}

/// 通知書1通.
#[derive(Clone, Debug, Template)]
#[template(path = "notice.html")]
pub struct NoticePage {
    /// Around it.
    pub page: Layout,
    /// 通知書番号.
    pub notice_id: i64,
    /// What.
    pub kind: String,
    /// 令和8年度.
    pub year: String,
    /// 宛先.
    pub addressee: String,
    /// 枚数.
    pub pages: i64,
    /// State in words.
    pub state: String,
    /// How loudly it speaks.
    pub tone: Tone,
    /// Why it is held; empty where it is not.
    pub why_held: String,
    /// 発送停止（居所不明）: what it means; empty where the addressee is found.
    pub not_found: String,
    /// 支援措置: how it is to be handled; empty for an ordinary one.
    pub apart: String,
    /// Where the approval of a paper under 支援措置 goes; empty where none is wanted of this reader.
    pub approve_href: String,
    /// Whom and where it goes to now, for whoever approves it; empty for everybody else.
    pub goes_to: Vec<String>,
    /// That place as the approval is bound to it.
    pub place: String,
    /// The PDF; empty where there is none.
    pub paper_href: String,
    /// Where holding it back goes; empty where it cannot be held.
    pub hold_href: String,
    /// Where letting it go goes; empty where it is not held.
    pub release_href: String,
    /// Why, as typed.
    pub reason: String,
    /// Typed: how the place was checked.
    pub checked: String,
    /// Until when, as typed.
    pub until: String,
    /// Makes the same order sent twice one.
    pub request_id: String,
}

/// 通知書一覧.
#[derive(Clone, Debug, Template)]
#[template(path = "notices.html")]
pub struct NoticesPage {
    /// Around it.
    pub page: Layout,
    /// Batches.
    pub batches: Vec<NoticeBatch>,
    /// The chosen batch in words; empty where none is chosen.
    pub chosen: String,
    /// Where closing its mailing goes; empty where it cannot be closed now.
    pub posted_href: String,
    /// Makes the same order sent twice one.
    pub request_id: String,
    /// Its notices.
    pub rows: Vec<NoticeRow>,
    /// Where the next ones are; empty at the end.
    pub more_href: String,
}

/// One job.
#[derive(Clone, Debug)]
pub struct JobLine {
    /// Number.
    pub job_id: i64,
    /// What.
    pub kind: String,
    /// When it began.
    pub began: String,
    /// Who ordered it.
    pub ordered_by: String,
    /// When it last showed a sign of life.
    pub breath: String,
    /// Whether it is at work and has been silent for too long.
    pub silent: bool,
    /// State in words.
    pub state: String,
    /// How loudly.
    pub tone: Tone,
    /// How much there is.
    pub total: i64,
    /// How much is done.
    pub done: i64,
    /// What it last said.
    pub message: String,
    /// Whether it still runs.
    pub running: bool,
    /// Where.
    pub href: String,
}

impl JobLine {
    /// 12,345 / 60,000 世帯（20%）.
    #[must_use]
    pub fn progress(&self) -> String {
        use super::format::count;
        let percent = if self.total > 0 {
            self.done * 100 / self.total
        } else {
            0
        };
        format!("{} / {}（{percent}%）", count(self.done), count(self.total))
    }
}

/// One step of a job.
#[derive(Clone, Debug)]
pub struct StepLine {
    /// What.
    pub step: String,
    /// Chunks in all.
    pub chunks: i64,
    /// Chunks done.
    pub done: i64,
    /// Attempts beyond the first.
    pub retries: i64,
    /// Rows done.
    pub rows: i64,
    /// Yen, where the step has any.
    pub yen: Yen,
}

/// 処理状況一覧.
#[derive(Clone, Debug, Template)]
#[template(path = "jobs.html")]
pub struct JobsPage {
    /// Around it.
    pub page: Layout,
    /// Jobs, newest first.
    pub jobs: Vec<JobLine>,
    /// The next page; empty at the end.
    pub more_href: String,
}

/// 処理状況.
#[derive(Clone, Debug, Template)]
#[template(path = "job.html")]
pub struct JobPage {
    /// Around it.
    pub page: Layout,
    /// The job.
    pub job: JobLine,
    /// Its steps.
    pub steps: Vec<StepLine>,
    /// Where its result is; empty while there is none.
    pub result_href: String,
}

impl NoticesPage {
    /// How many rows are not shown to the reader.
    fn closed(&self) -> usize {
        let hrefs = self.rows.iter().map(|one| one.household_href.as_str());
        self.page.eyes.count(hrefs)
    }
}
