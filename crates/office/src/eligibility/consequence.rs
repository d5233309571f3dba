//! 影響 — what an event does to levy, papers, judgement and messages, shown before it is confirmed.

mod warning;

pub use warning::Warning;

use super::project::{HouseholdRewritten, PersonRewritten, Row};
use crate::certificate::Task;
use crate::judgement::Judged;
use crate::levy::Relevied;
use crate::levy::numbers::{instalment_number, label_ja};
use crate::levy::why::Explained;
use crate::outbox::{Division, Layout, Told};
use crate::registry::{FormerInsured, HouseholdHead, InsuredSpan};
use law::eligibility::report::days_gone;
use law::{Date, FiscalYear, Span, Yen};

/// A person's 資格 before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonChange {
    /// 宛名番号.
    pub person_id: i64,
    /// 適用の期間 before.
    pub before: Vec<Row<InsuredSpan>>,
    /// 適用の期間 after.
    pub after: Vec<Row<InsuredSpan>>,
    /// 特定同一世帯所属者 before.
    pub former_before: Vec<Row<FormerInsured>>,
    /// 特定同一世帯所属者 after.
    pub former_after: Vec<Row<FormerInsured>>,
    /// 都道府県の資格: 取得 and 喪失 after.
    pub prefecture: Vec<Span>,
}

/// A household's heads and numbers before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HouseholdChange {
    /// 国保世帯.
    pub household_id: i64,
    /// Before.
    pub before: Vec<Row<HouseholdHead>>,
    /// After.
    pub after: Vec<Row<HouseholdHead>>,
}

/// One instalment before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstalmentChange {
    /// 第3期, 随時1, 年金10月.
    pub label_ja: String,
    /// 納期限.
    pub due_on: Date,
    /// Yen before.
    pub before: Yen,
    /// Yen after.
    pub after: Yen,
}

/// What one liable person owes for one year, before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LevyChange {
    /// 国保世帯.
    pub household_id: i64,
    /// 納付義務者.
    pub liable_id: i64,
    /// 相当年度.
    pub levy_year: FiscalYear,
    /// Annual yen before.
    pub before: Yen,
    /// Annual yen after.
    pub after: Yen,
    /// After less before.
    pub difference: Yen,
    /// 期間制限: what can no longer be charged (positive) or given back (negative).
    pub barred: Yen,
    /// Instalments that change.
    pub instalments: Vec<InstalmentChange>,
}

impl LevyChange {
    pub(super) fn of(item: &Relevied) -> Self {
        let outcome = &item.after.outcome;
        let before = item
            .before
            .as_ref()
            .map_or(Yen::ZERO, |one| one.outcome.parts.total());
        let after = outcome.parts.total();
        let ordinary = item.replan.changes.iter().map(|change| InstalmentChange {
            label_ja: label_ja(instalment_number(change.key)),
            due_on: change.due_on,
            before: change.before.iter().copied().sum(),
            after: change.after.iter().copied().sum(),
        });
        let withheld = item.withheld.iter().map(|one| InstalmentChange {
            label_ja: label_ja(one.number),
            due_on: one.due_on,
            before: one.before.total(),
            after: one.after.total(),
        });
        Self {
            household_id: outcome.household_id,
            liable_id: outcome.liable_id,
            levy_year: item.after.levy_year,
            before,
            after,
            difference: after - before,
            barred: item.after.barred,
            instalments: ordinary
                .chain(withheld)
                .filter(|one| one.before != one.after)
                .collect(),
        }
    }
}

/// 保留 — a household whose levy, judgement or papers were refused; the registration stands and the matter is on the work list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldLevy {
    /// 国保世帯.
    pub household_id: i64,
    /// What is wrong and what to do.
    pub message_ja: String,
}

/// An event that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The event.
    pub event_id: i64,
    /// 宛名番号, where it is about a person.
    pub person_id: Option<i64>,
    /// 国保世帯, where it is about a household.
    pub household_id: Option<i64>,
    /// Why and what to do.
    pub message_ja: String,
}

/// 連携 — what a partner has to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Whom.
    pub partner_ja: &'static str,
    /// What.
    pub what_ja: &'static str,
    /// About whom.
    pub person_id: Option<i64>,
    /// About which household.
    pub household_id: Option<i64>,
}

impl Message {
    /// A message of the outbox, written or withdrawn by the act.
    pub(super) fn of(told: &Told) -> Self {
        let what_ja = match (told.layout, told.division) {
            (Layout::Person, Some(Division::New)) => "資格情報（個人）の登録",
            (Layout::Person, Some(Division::Change)) => "資格情報（個人）の更新",
            (Layout::Person, Some(Division::Cancel)) => "資格情報（個人）の取消",
            (Layout::Person, None) => "資格情報（個人）の送信前の取下げ",
            (Layout::Household, Some(Division::New)) => "資格情報（世帯）の登録",
            (Layout::Household, Some(Division::Change)) => "資格情報（世帯）の更新",
            (Layout::Household, Some(Division::Cancel)) => "資格情報（世帯）の取消",
            (Layout::Household, None) => "資格情報（世帯）の送信前の取下げ",
        };
        let of_person = told.layout == Layout::Person;
        Self {
            partner_ja: "国保情報集約システム",
            what_ja,
            person_id: of_person.then_some(told.subject),
            household_id: (!of_person).then_some(told.subject),
        }
    }
}

/// Everything an act sets in motion.
#[derive(Clone, Debug, Default)]
pub struct Consequences {
    /// People whose 資格 changes.
    pub people: Vec<PersonChange>,
    /// Households whose head or number changes.
    pub households: Vec<HouseholdChange>,
    /// Every household whose levy and papers were looked at.
    pub touched: Vec<i64>,
    /// Events that cannot take effect yet.
    pub waiting: Vec<Waiting>,
    /// Events that waited and now take effect.
    pub released: Vec<i64>,
    /// Levy by household, year and liable person.
    pub levies: Vec<LevyChange>,
    /// The same, as decided and replanned: for whoever shows every changed yen.
    pub relevied: Vec<Relevied>,
    /// Why, of each of `relevied`; filled by a preview, before its facts are rolled back.
    pub reasons: Vec<Vec<Explained>>,
    /// Households whose levy was refused.
    pub held: Vec<HeldLevy>,
    /// 判定 that change.
    pub judged: Vec<Judged>,
    /// Households that could not be judged again; the registration stands and the matter is on the work list.
    pub not_judged: Vec<HeldLevy>,
    /// 証 to issue, replace or collect.
    pub tasks: Vec<Task>,
    /// Households whose papers could not be worked out; the registration stands and the matter is on the work list.
    pub papers_held: Vec<HeldLevy>,
    /// What partners have to be told.
    pub messages: Vec<Message>,
    /// What a clerk should know.
    pub warnings: Vec<Warning>,
    /// Why a second person has to approve; empty where nobody has to.
    pub approval: Vec<String>,
}

impl Consequences {
    pub(super) fn note_person(&mut self, person: &PersonRewritten) {
        let differs =
            person.cover.differs() || person.former.differs() || person.prefecture.differs();
        if !differs {
            return;
        }
        let prefecture = person.prefecture.after.iter().map(|row| days(row.0));
        self.people.push(PersonChange {
            person_id: person.person_id,
            before: person.cover.before.clone(),
            after: person.cover.after.clone(),
            former_before: person.former.before.clone(),
            former_after: person.former.after.clone(),
            prefecture: prefecture.collect(),
        });
    }

    pub(super) fn note_household(&mut self, household: &HouseholdRewritten) {
        if !household.heads.differs() {
            return;
        }
        self.households.push(HouseholdChange {
            household_id: household.household_id,
            before: household.heads.before.clone(),
            after: household.heads.after.clone(),
        });
    }

    pub(super) fn warn(&mut self, warning: Warning) {
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }
}

fn spans(rows: &[Row<InsuredSpan>]) -> Vec<Span> {
    rows.iter().map(|row| days(row.0)).collect()
}

const fn days(valid: db::Span) -> Span {
    Span {
        from: valid.from,
        until: valid.until,
    }
}

/// Past days that were insured and no longer are; what lies after today is no retroactive loss.
#[must_use]
pub fn lost_days(
    before: &[Row<InsuredSpan>],
    after: &[Row<InsuredSpan>],
    today: Date,
) -> Vec<Span> {
    let gone = days_gone(&spans(before), &spans(after));
    let past = gone.into_iter().filter(|span| span.from < today);
    past.map(|span| Span {
        until: Some(span.until.map_or(today, |until| until.min(today))),
        ..span
    })
    .collect()
}

/// The fiscal years in which insured days come or go, up to that of a day.
#[must_use]
pub fn years_moved(
    before: &[Row<InsuredSpan>],
    after: &[Row<InsuredSpan>],
    today: Date,
) -> Vec<FiscalYear> {
    let (before, after) = (spans(before), spans(after));
    let mut moved = days_gone(&before, &after);
    moved.extend(days_gone(&after, &before));
    let mut years = Vec::new();
    for span in moved {
        let last = span.until.map_or(today, |until| until.min(today));
        let mut year = FiscalYear::of(span.from);
        while year.assessment_day() < last {
            years.push(year);
            year = year.next();
        }
    }
    years.sort_unstable();
    years.dedup();
    years
}
