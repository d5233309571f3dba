//! 賦課の画面 — the amount, its instalments, its ledger, and why.

use super::amounts::{AmountTable, ChangeRow};
use super::layout::Layout;
use super::why::Why;
use askama::Template;
use law::Yen;

/// One decision of the year.
#[derive(Clone, Debug)]
pub struct DecisionLine {
    /// 1, 2, 3 …
    pub sequence: i64,
    /// When.
    pub decided: String,
    /// Why: 当初, 所得更正 …
    pub reason: String,
    /// 年額.
    pub total: Yen,
    /// Against the one before.
    pub change: Yen,
    /// What can no longer be charged.
    pub barred: Yen,
    /// Where it is shown.
    pub href: String,
    /// Whether this is the one shown.
    pub current: bool,
}

impl DecisionLine {
    /// The difference with its sign.
    #[must_use]
    pub fn signed(&self) -> String {
        super::format::signed(self.change)
    }
}

/// One instalment.
#[derive(Clone, Debug)]
pub struct InstalmentLine {
    /// 第1期, 随時1 …
    pub label: String,
    /// 納期限.
    pub due: String,
    /// 普通徴収, 特別徴収.
    pub method: String,
    /// In the order of the components.
    pub parts: Vec<Yen>,
    /// 期別額.
    pub amount: Yen,
    /// 納期限前, 納期限後.
    pub state: String,
}

/// One entry of the ledger.
#[derive(Clone, Debug)]
pub struct LedgerLine {
    /// When.
    pub when: String,
    /// What was booked, in words.
    pub what: String,
    /// 期別.
    pub instalment: String,
    /// 借方.
    pub debit: String,
    /// 貸方.
    pub credit: String,
    /// How much.
    pub amount: Yen,
    /// The act that booked it.
    pub act: i64,
}

/// The levy page.
#[derive(Clone, Debug, Template)]
#[template(path = "levy.html")]
pub struct LevyPage {
    /// Around it.
    pub page: Layout,
    /// 令和8年度.
    pub year: String,
    /// 国民健康保険料 or 国民健康保険税.
    pub kind: String,
    /// 納付義務者.
    pub liable: String,
    /// Decisions, newest first.
    pub decisions: Vec<DecisionLine>,
    /// 年額 that stands.
    pub total: Yen,
    /// Amounts by component; more than one where the liable person was head twice in the year.
    pub amounts: Vec<AmountTable>,
    /// Instalments.
    pub instalments: Vec<InstalmentLine>,
    /// Sum of the instalments.
    pub instalment_sum: Yen,
    /// Names of the components of the instalments.
    pub columns: Vec<String>,
    /// The ledger, newest first.
    pub ledger: Vec<LedgerLine>,
    /// Why: one tree for each component, then judgement of 軽減 and incomes.
    pub why: Vec<Why>,
    /// Set when the reasons worked out anew do not give the stored amount: an alarm.
    pub alarm: String,
    /// Other years, as (label, address, current).
    pub years: Vec<(String, String, bool)>,
    /// Where the preview of a re-levy is; empty where it may not be asked.
    pub preview_href: String,
    /// Where the notice is; empty where there is none.
    pub paper_href: String,
    /// Whether the rules are still a draft.
    pub draft: bool,
    /// Whether this is what a cancelled run left: it has no reasons until a new run is published.
    pub cancelled: bool,
    /// Whether somebody's income is not known yet, so that the amount will change.
    pub income_unknown: bool,
}

/// 再計算の確認 — what a confirmation would change for one liable person and year.
#[derive(Clone, Debug)]
pub struct PreviewBlock {
    /// 令和8年度.
    pub year: String,
    /// 納付義務者.
    pub liable: String,
    /// What changes besides the amount, in words.
    pub reasons: Vec<String>,
    /// 年額 before, after, difference.
    pub total: ChangeRow,
    /// Components, the sum last.
    pub components: Vec<ChangeRow>,
    /// Instalments, the sum last.
    pub instalments: Vec<ChangeRow>,
    /// 納期の過ぎた期から減る額: refunded or offset as far as paid.
    pub past_due_reduction: Yen,
    /// 期間制限で変えられない額.
    pub barred: Yen,
    /// The paper that will be made; empty where there is none.
    pub paper: String,
    /// Why, of the new amount.
    pub why: Vec<Why>,
}

/// 再計算の確認.
#[derive(Clone, Debug, Template)]
#[template(path = "preview.html")]
pub struct PreviewPage {
    /// Around it.
    pub page: Layout,
    /// What would change; nothing where the levies stand as they are.
    pub blocks: Vec<PreviewBlock>,
    /// Where the confirmation goes; empty where it may not be given.
    pub confirm_href: String,
    /// The digest of what is shown; the confirmation is refused when the facts have moved.
    pub digest: String,
    /// Makes the same confirmation sent twice one.
    pub request_id: String,
    /// Where to go back.
    pub back_href: String,
    /// Where to ask again under what lengthens the limits of time.
    pub preview_href: String,
    /// 被用者保険との調整: the years as given; empty where there is none.
    pub adjustment: String,
    /// 偽りその他不正の行為.
    pub fraud: bool,
    /// What was found, in words; empty where nothing was.
    pub found: String,
}
