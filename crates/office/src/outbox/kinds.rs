//! 種類・異動区分・状態 of a message.

use crate::names::{code_of, label_of, named};

/// 連携ファイルの種類.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layout {
    /// 資格情報（世帯）.
    Household,
    /// 資格情報（個人）.
    Person,
}

impl Layout {
    /// Both, in the order in which they are sent: a person belongs to a household.
    pub const ALL: [Self; 2] = [Self::Household, Self::Person];

    const NAMES: [(Self, &'static str, &'static str); 2] = [
        (Self::Household, "kss_household", "資格情報（世帯）"),
        (Self::Person, "kss_person", "資格情報（個人）"),
    ];

    /// Name of its layout, as stored.
    #[must_use]
    pub fn code(self) -> &'static str {
        code_of(&Self::NAMES, self)
    }

    /// As shown.
    #[must_use]
    pub fn label_ja(self) -> &'static str {
        label_of(&Self::NAMES, self)
    }

    pub(super) fn from_code(code: &str) -> Option<Self> {
        named(&Self::NAMES, code)
    }
}

/// 異動区分 of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Division {
    /// 登録.
    New,
    /// 更新.
    Change,
    /// 取消.
    Cancel,
}

impl Division {
    const NAMES: [(Self, i64, &'static str); 3] = [
        (Self::New, 1, "登録"),
        (Self::Change, 2, "更新"),
        (Self::Cancel, 3, "取消"),
    ];

    /// As sent.
    #[must_use]
    pub fn code(self) -> i64 {
        let found = Self::NAMES.iter().find(|row| row.0 == self);
        found.map_or(0, |row| row.1)
    }

    /// As shown.
    #[must_use]
    pub fn label_ja(self) -> &'static str {
        let found = Self::NAMES.iter().find(|row| row.0 == self);
        found.map_or("", |row| row.2)
    }

    pub(super) fn read(code: i64) -> Option<Self> {
        let found = Self::NAMES.iter().find(|row| row.1 == code);
        found.map(|row| row.0)
    }

    /// What a message does that leads from what was told to what is to be told; empty texts are nothing.
    pub(super) fn between(told: &str, content: &str) -> Self {
        match (told.is_empty(), content.is_empty()) {
            (_, true) => Self::Cancel,
            (true, false) => Self::New,
            (false, false) => Self::Change,
        }
    }
}

/// 送信の状態.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// 送信待ち.
    Waiting,
    /// 送信済: in a file; the result is not confirmed.
    Sent,
    /// 受付済.
    Acknowledged,
    /// 受付不可: the receiver refused it.
    Refused,
    /// 取下げ: what it was about was undone before it went out, or it was replaced.
    Withdrawn,
}

impl State {
    const NAMES: [(Self, &'static str, &'static str); 5] = [
        (Self::Waiting, "waiting", "送信待ち"),
        (Self::Sent, "sent", "送信済（結果未確認）"),
        (Self::Acknowledged, "acknowledged", "受付済"),
        (Self::Refused, "refused", "受付不可"),
        (Self::Withdrawn, "withdrawn", "取下げ"),
    ];

    /// Every state, in order.
    pub const ALL: [Self; 5] = [
        Self::Waiting,
        Self::Sent,
        Self::Acknowledged,
        Self::Refused,
        Self::Withdrawn,
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

    /// The state of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        named(&Self::NAMES, code)
    }
}
