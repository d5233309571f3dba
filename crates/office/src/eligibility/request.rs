//! 申出 — what a clerk asks for in one act, and what comes of it.

use super::consequence::Consequences;
use super::event::{self, NewEvent, Says};
use crate::error::OfficeError;
use crate::levy::relevy;
use crate::security::permit::Function;
use db::Conn;
use law::Refusal;
use law::date::FiscalYear;
use law::levy::facts::FormerInsuredTie;
use law::rules::{EligibilityBook, RuleBook};
use serde::{Deserialize, Serialize};

/// The rules an eligibility event reads and sets in motion.
#[derive(Clone, Copy, Debug)]
pub struct Books<'b> {
    /// Every rule file.
    pub book: &'b RuleBook,
    /// 団体コード.
    pub municipality: &'b str,
    /// The rules of the years whose levy is open, and the calendar.
    pub levy: relevy::Books<'b>,
}

impl<'b> Books<'b> {
    /// 資格の規則 of the municipality.
    ///
    /// # Errors
    /// A [`Refusal`] when the municipality has no rule files.
    pub fn eligibility(&self) -> Result<EligibilityBook<'b>, Refusal> {
        self.book.eligibility_of(self.municipality)
    }

    /// What ends a standing as 特定同一世帯所属者, as the municipality reads it; where no year's rules are there to say,
    /// the reading of the order: a change of head ends it.
    ///
    /// 根拠: 国民健康保険法施行令 第29条の7第2項第8号イ
    #[must_use]
    pub fn former_insured_tie(&self, on: law::Date) -> FormerInsuredTie {
        let year = FiscalYear::of(on);
        let habits = self.book.household_habits(self.municipality, year);
        habits.map_or(FormerInsuredTie::SameHead, |habits| {
            habits.former_insured_tie
        })
    }
}

/// 見た版 — a household as the page showed it: whoever comes second is told what changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    /// 国保世帯.
    pub household_id: i64,
    /// As [`super::version`] gave it.
    pub version: i64,
}

/// Events to state, and events to take back, in one act. Both together are a 訂正.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Events taken back.
    pub undo: Vec<i64>,
    /// Events stated.
    pub events: Vec<NewEvent>,
    /// Households as they were seen.
    pub seen: Vec<Seen>,
    /// Why, in a clerk's words; must not be empty where something is taken back.
    pub note: String,
    /// Matters of the work list (candidates of a change, say) that this request deals with.
    #[serde(default)]
    pub settles: Vec<i64>,
}

impl Request {
    /// The 宛名番号 and 世帯番号 it names, and those of the events it takes back.
    ///
    /// # Errors
    /// [`OfficeError::Store`].
    pub fn named(&self, conn: &mut Conn) -> Result<Vec<i64>, OfficeError> {
        let stated = self.events.iter();
        let mut all: Vec<i64> = stated
            .flat_map(|event| [event.person_id(), event.household_id()])
            .chain(self.seen.iter().map(|seen| Some(seen.household_id)))
            .flatten()
            .collect();
        for id in &self.undo {
            all.extend(event::one(conn, *id)?.map(|event| match event.says {
                Says::Person { person_id, .. } => person_id,
                Says::Household { household_id, .. } => household_id,
            }));
        }
        // A household that is yet to be founded has no number.
        all.retain(|subject| *subject > 0);
        all.sort_unstable();
        all.dedup();
        Ok(all)
    }

    /// A request that states events.
    #[must_use]
    pub fn of(events: Vec<NewEvent>) -> Self {
        Self {
            events,
            ..Self::default()
        }
    }

    /// The same request on households as they were seen.
    #[must_use]
    pub fn seen(mut self, household_id: i64, version: i64) -> Self {
        self.seen.push(Seen {
            household_id,
            version,
        });
        self
    }

    /// 登録, 訂正 or 取消, as the act is called.
    #[must_use]
    pub const fn act_kind(&self) -> &'static str {
        match (self.undo.is_empty(), self.events.is_empty()) {
            (true, _) => "eligibility.register",
            (false, false) => "eligibility.correct",
            (false, true) => "eligibility.undo",
        }
    }
}

/// Functions under which consequences may be shown before anything is done.
pub trait MayPreview: Function {}
impl MayPreview for crate::security::permit::RegisterEligibility {}
impl MayPreview for crate::security::permit::ApproveEligibility {}
impl MayPreview for crate::security::permit::RunEligibility {}
impl MayPreview for crate::security::permit::UndoAct {}
impl MayPreview for crate::security::permit::UndoOwnAct {}

/// Functions under which what was registered may be taken back.
pub trait MayUndo: MayPreview {
    /// Whether only one's own act of the same business day.
    const OWN_TODAY: bool = false;
    /// Whether it may stand as the second person for what lies beyond the days of the rule.
    const SECOND: bool = false;
}
impl MayUndo for crate::security::permit::UndoAct {}
impl MayUndo for crate::security::permit::UndoOwnAct {
    const OWN_TODAY: bool = true;
}
impl MayUndo for crate::security::permit::ApproveEligibility {
    const SECOND: bool = true;
}

/// What came of a request.
#[derive(Clone, Debug, Default)]
pub struct Registered {
    /// The act.
    pub act_id: i64,
    /// The events stated, in the order of the request; empty while they wait for approval.
    pub event_ids: Vec<i64>,
    /// The numbers given to households the request founded: as named in the request, and as they are.
    pub founded: Vec<(i64, i64)>,
    /// The proposal that waits for a second person, where one is needed.
    pub proposal_id: Option<i64>,
    /// The same request was carried out before; nothing was done now.
    pub repeated: bool,
    /// What it set in motion; empty for a proposal or a repeated request.
    pub consequences: Consequences,
}
