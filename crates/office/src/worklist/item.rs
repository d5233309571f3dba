//! An item of the list, its owner, its state and its history.

use super::kind::Kind;
use crate::security::Role;
use law::Date;

/// 担当: a role, and one of its members where somebody took the matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner {
    /// Role.
    pub role: Role,
    /// Member of staff.
    pub staff_id: Option<i64>,
}

impl Owner {
    /// Everybody of a role.
    #[must_use]
    pub const fn role(role: Role) -> Self {
        Self {
            role,
            staff_id: None,
        }
    }
}

/// A matter to put on the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewItem {
    /// Its kind.
    pub kind: Kind,
    /// 宛名番号 of whom it is about.
    pub person_id: Option<i64>,
    /// 国保世帯番号.
    pub household_id: Option<i64>,
    /// What is to be done, in one line.
    pub title: String,
    /// What a clerk needs beyond the title; JSON where another step reads it, or empty.
    pub detail: String,
    /// Where it comes from: `event/12`, `file/3/17`, `age/2026-11/75`. Together with kind and subject it names the
    /// matter.
    pub source: String,
    /// The day after which it is overdue.
    pub due_on: Date,
    /// Who looks after it; `None` is the owner of the kind.
    pub owner: Option<Owner>,
}

impl NewItem {
    /// A matter of a kind about a person, due by the kind's own time from a day.
    #[must_use]
    pub fn about_person(kind: Kind, person_id: i64, source: &str, title: &str, on: Date) -> Self {
        Self {
            kind,
            person_id: Some(person_id),
            household_id: None,
            title: title.to_owned(),
            detail: String::new(),
            source: source.to_owned(),
            due_on: kind.due_from(on),
            owner: None,
        }
    }

    /// A matter of a kind about a household, due by the kind's own time from a day.
    #[must_use]
    pub fn about_household(
        kind: Kind,
        household_id: i64,
        source: &str,
        title: &str,
        on: Date,
    ) -> Self {
        Self {
            person_id: None,
            household_id: Some(household_id),
            ..Self::about_person(kind, 0, source, title, on)
        }
    }

    /// Whom it is about, as one key.
    pub(super) fn subject(&self) -> String {
        let part = |letter: char, id: Option<i64>| {
            id.map_or_else(String::new, |id| format!("{letter}{id}"))
        };
        part('p', self.person_id) + &part('h', self.household_id)
    }

    pub(super) fn owner(&self) -> Owner {
        self.owner.unwrap_or(Owner::role(self.kind.owner))
    }
}

/// 状態.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// 未処理.
    Open,
    /// 処理済.
    Settled,
}

impl State {
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Settled => "settled",
        }
    }

    /// Name on pages.
    #[must_use]
    pub const fn label_ja(self) -> &'static str {
        match self {
            Self::Open => "未処理",
            Self::Settled => "処理済",
        }
    }
}

/// 結果 of a settled item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// 処理した: what the item asked for was done.
    Done,
    /// 対応不要: somebody looked and nothing is to be done.
    NotNeeded,
    /// 事由消滅: what it was about is no more; it may come back.
    Withdrawn,
}

impl Outcome {
    const NAMES: [(Self, &'static str, &'static str); 3] = [
        (Self::Done, "done", "処理した"),
        (Self::NotNeeded, "not_needed", "対応不要"),
        (Self::Withdrawn, "withdrawn", "事由消滅"),
    ];

    /// As stored and as posted by a form.
    #[must_use]
    pub fn code(self) -> &'static str {
        Self::NAMES
            .iter()
            .find(|row| row.0 == self)
            .map_or("", |row| row.1)
    }

    /// Name on pages.
    #[must_use]
    pub fn label_ja(self) -> &'static str {
        Self::NAMES
            .iter()
            .find(|row| row.0 == self)
            .map_or("", |row| row.2)
    }

    /// The outcome of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::NAMES
            .iter()
            .find(|row| row.1 == code)
            .map(|row| row.0)
    }
}

/// An item as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Number.
    pub item_id: i64,
    /// Code of its kind.
    pub kind: String,
    /// Name of its kind.
    pub kind_ja: String,
    /// 宛名番号.
    pub person_id: Option<i64>,
    /// 国保世帯番号.
    pub household_id: Option<i64>,
    /// What is to be done.
    pub title: String,
    /// What goes with it.
    pub detail: String,
    /// Where it comes from.
    pub source: String,
    /// The day after which it is overdue.
    pub due_on: Date,
    /// 期限超過: open, and its day is past on the day it was asked for.
    pub overdue: bool,
    /// Who looks after it.
    pub owner: Owner,
    /// State.
    pub state: State,
    /// Result, when settled.
    pub outcome: Option<Outcome>,
    /// The act that opened it.
    pub opened_act_id: i64,
    /// The act that settled it.
    pub settled_act_id: Option<i64>,
    /// How many steps it has: hand it back when changing it, so that a stale page is noticed.
    pub steps: i64,
}

/// One step of its history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Position, from 1.
    pub step_no: i64,
    /// `open`, `assign`, `settle`, `answer` (settled by the act that did what was asked for) or `reopen`.
    pub what: String,
    /// Who looked after it from then on.
    pub owner: Owner,
    /// Its day from then on.
    pub due_on: Date,
    /// Result.
    pub outcome: Option<Outcome>,
    /// In a clerk's words.
    pub note: String,
    /// The act.
    pub act_id: i64,
}
