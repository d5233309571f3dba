//! 賦課処理の種類と状態.

use crate::names::{code_of, label_of, named};
use law::rules::InstalmentRules;

/// 賦課処理の種類.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunKind {
    /// 暫定賦課（仮算定）: the provisional instalments, before the year's levy is known.
    Provisional,
    /// 当初賦課（本算定）: the whole city.
    Initial,
    /// 月次・随時: households whose facts changed.
    Monthly,
    /// 即時: one household at the counter.
    Immediate,
}

impl RunKind {
    const NAMES: [(Self, &'static str, &'static str); 4] = [
        (Self::Provisional, "provisional", "暫定賦課"),
        (Self::Initial, "initial", "当初賦課"),
        (Self::Monthly, "monthly", "月次更正"),
        (Self::Immediate, "immediate", "即時賦課"),
    ];

    /// As stored.
    #[must_use]
    pub fn code(self) -> &'static str {
        code_of(&Self::NAMES, self)
    }

    /// As shown.
    #[must_use]
    pub fn label_ja(self) -> &'static str {
        label_of(&Self::NAMES, self)
    }

    /// The kind stored under a code.
    #[must_use]
    pub fn read(code: &str) -> Option<Self> {
        named(&Self::NAMES, code)
    }

    /// The kinds of run a municipality carries out for a whole city: with 仮算定 only where it has provisional instalments.
    #[must_use]
    pub fn of_city(instalments: &InstalmentRules) -> Vec<Self> {
        let provisional = instalments.periods.iter().any(|period| period.provisional);
        let first = provisional.then_some(Self::Provisional);
        first
            .into_iter()
            .chain([Self::Initial, Self::Monthly])
            .collect()
    }
}

/// 賦課処理の状態.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunState {
    /// Being calculated, or waiting to be.
    Calculating,
    /// Calculated; may be compared and approved.
    Calculated,
    /// Approved by a second person.
    Approved,
    /// Decisions, postings and notices are being written.
    Publishing,
    /// 確定: its decisions stand.
    Published,
    /// 取消: kept, never published.
    Cancelled,
}

impl RunState {
    const NAMES: [(Self, &'static str, &'static str); 6] = [
        (Self::Calculating, "calculating", "計算中"),
        (Self::Calculated, "calculated", "計算済"),
        (Self::Approved, "approved", "承認済"),
        (Self::Publishing, "publishing", "確定処理中"),
        (Self::Published, "published", "確定"),
        (Self::Cancelled, "cancelled", "取消"),
    ];

    /// As stored.
    #[must_use]
    pub fn code(self) -> &'static str {
        code_of(&Self::NAMES, self)
    }

    /// As shown.
    #[must_use]
    pub fn label_ja(self) -> &'static str {
        label_of(&Self::NAMES, self)
    }

    pub(super) fn read(code: &str) -> Option<Self> {
        named(&Self::NAMES, code)
    }
}
