//! 資格異動 — what a clerk states, and what of it is kept.

pub use super::event_table::{of_act, of_household, of_person, one};
use crate::error::OfficeError;
use law::Date;
use law::eligibility::exclusion::Residence;
use law::eligibility::{HouseholdEvent, PersonEvent};
use serde::{Deserialize, Serialize};

/// 在留資格 as the residence card and the designation paper show it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResidencePaper {
    /// 在留資格, 「なし」 without one.
    pub status: String,
    /// 指定された活動 of 特定活動.
    pub activity: String,
    /// 在留期間 in months; none where it has no end.
    pub months: Option<u8>,
    /// 厚生労働大臣が別に定める者, and the ground on which it is said; none: nobody says so.
    ///
    /// 根拠: 国民健康保険法施行規則 第1条第1号
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excepted: Option<String>,
}

impl ResidencePaper {
    pub(super) fn read(&self, insured_before: bool) -> Residence {
        Residence {
            status: self.status.clone(),
            activity: self.activity.clone(),
            months: self.months,
            insured_before,
            excepted: self.excepted.is_some(),
        }
    }

    /// 厚生労働大臣が別に定める者: said with the ground, or not at all.
    ///
    /// 根拠: 国民健康保険法施行規則 第1条第1号
    pub(super) fn grounded(&self) -> Result<(), OfficeError> {
        let bare = |ground: &String| ground.trim().is_empty();
        if !self.excepted.as_ref().is_some_and(bare) {
            return Ok(());
        }
        Err(OfficeError::input(
            "厚生労働大臣が別に定める者",
            "厚生労働大臣が別に定める者に当たると認めた資料と理由を入れてください",
        ))
    }
}

/// What a new event says. A household numbered below zero is one that this request founds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case", tag = "what")]
pub enum NewChange {
    /// 取得.
    Gain {
        /// 宛名番号.
        person_id: i64,
        /// 国保世帯.
        household_id: i64,
        /// 都道府県の資格取得年月日, for somebody who comes from within the prefecture.
        prefecture_since: Option<Date>,
        /// 在留資格; needed for a foreigner.
        residence: Option<ResidencePaper>,
    },
    /// 喪失.
    Loss {
        /// 宛名番号.
        person_id: i64,
        /// 転出先で住所を有するに至った日, as far as it is known.
        elsewhere_from: Option<Date>,
    },
    /// 世帯変更.
    Move {
        /// 宛名番号.
        person_id: i64,
        /// The household gone to.
        household_id: i64,
    },
    /// 特定同一世帯所属者の引継ぎ.
    FormerStart {
        /// 宛名番号.
        person_id: i64,
        /// 国保世帯.
        household_id: i64,
        /// The day before the loss of 資格, by the certificate of the former municipality.
        since: Date,
    },
    /// 特定同一世帯所属者でなくなった.
    FormerEnd {
        /// 宛名番号.
        person_id: i64,
    },
    /// 国保世帯の設定.
    Found {
        /// 国保世帯, below zero for a new one.
        household_id: i64,
        /// 世帯主の宛名番号.
        head_person_id: i64,
        /// 記号; none: that of the office.
        symbol: Option<String>,
        /// 番号; none: given by the office.
        number: Option<String>,
    },
    /// 世帯主の変更.
    Head {
        /// 国保世帯.
        household_id: i64,
        /// 世帯主の宛名番号.
        head_person_id: i64,
    },
    /// 記号番号の変更.
    Renumber {
        /// 国保世帯.
        household_id: i64,
        /// 記号; none: as before.
        symbol: Option<String>,
        /// 番号.
        number: String,
    },
    /// 閉鎖.
    Close {
        /// 国保世帯.
        household_id: i64,
    },
}

/// An event as a clerk states it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewEvent {
    /// 事由: the key of its row in `rules/national/eligibility.toml`.
    pub cause: String,
    /// 異動日・該当日.
    pub occurred_on: Date,
    /// 届出日; none where nobody reported it.
    pub reported_on: Option<Date>,
    /// 連番 of the sender among events of one day; 0 where it gives none.
    pub sequence: i64,
    /// What it says.
    pub change: NewChange,
    /// In a clerk's words: grounds, papers seen.
    pub note: String,
    /// 届書の生年月日, held against the register where it is given.
    #[serde(default)]
    pub declared_birth_on: Option<Date>,
}

impl NewEvent {
    /// An event of a cause and day, reported on a day.
    #[must_use]
    pub fn new(
        cause: &str,
        occurred_on: Date,
        reported_on: Option<Date>,
        change: NewChange,
    ) -> Self {
        Self {
            cause: cause.to_owned(),
            occurred_on,
            reported_on,
            sequence: 0,
            change,
            note: String::new(),
            declared_birth_on: None,
        }
    }

    /// The ground on which somebody is said to be 厚生労働大臣が別に定める者.
    #[must_use]
    pub fn excepted(&self) -> Option<&str> {
        match &self.change {
            NewChange::Gain { residence, .. } => residence.as_ref()?.excepted.as_deref(),
            _ => None,
        }
    }

    /// The note as it is kept: with the ground of what else no record would tell.
    pub(super) fn kept_note(&self) -> String {
        let Some(ground) = self.excepted() else {
            return self.note.clone();
        };
        let said = format!("厚生労働大臣が別に定める者（{}）", ground.trim());
        let said = [self.note.as_str(), &said];
        let said = said.into_iter().filter(|text| !text.is_empty());
        said.collect::<Vec<_>>().join("／")
    }

    /// The person it is about, where it is about one.
    #[must_use]
    pub fn person_id(&self) -> Option<i64> {
        match self.change {
            NewChange::Gain { person_id, .. }
            | NewChange::Loss { person_id, .. }
            | NewChange::Move { person_id, .. }
            | NewChange::FormerStart { person_id, .. }
            | NewChange::FormerEnd { person_id } => Some(person_id),
            NewChange::Found { .. }
            | NewChange::Head { .. }
            | NewChange::Renumber { .. }
            | NewChange::Close { .. } => None,
        }
    }

    /// The household it names, where it names one.
    #[must_use]
    pub fn household_id(&self) -> Option<i64> {
        match self.change {
            NewChange::Gain { household_id, .. }
            | NewChange::Move { household_id, .. }
            | NewChange::FormerStart { household_id, .. }
            | NewChange::Found { household_id, .. }
            | NewChange::Head { household_id, .. }
            | NewChange::Renumber { household_id, .. }
            | NewChange::Close { household_id } => Some(household_id),
            NewChange::Loss { .. } | NewChange::FormerEnd { .. } => None,
        }
    }
}

/// How an event came into the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Stated under an act of its own.
    Registered,
    /// Taken over: from a span that was loaded, on the first event after it, or from the file of another system.
    Loaded,
}

/// What a kept event says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Says {
    /// Of a person.
    Person {
        /// 宛名番号.
        person_id: i64,
        /// The event as the fold reads it.
        event: PersonEvent,
    },
    /// Of a household.
    Household {
        /// 国保世帯.
        household_id: i64,
        /// The event as the fold reads it.
        event: HouseholdEvent,
    },
}

/// An event as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Number.
    pub event_id: i64,
    /// The act that stated it.
    pub act_id: i64,
    /// When, microseconds since 1970 UTC.
    pub recorded_at: i64,
    /// How it came.
    pub origin: Origin,
    /// 事由.
    pub cause: String,
    /// 異動日.
    pub occurred_on: Date,
    /// 届出日.
    pub reported_on: Option<Date>,
    /// What it says.
    pub says: Says,
    /// In a clerk's words.
    pub note: String,
    /// The act that took it back.
    pub undone_by: Option<i64>,
    /// When it was taken back, microseconds since 1970 UTC.
    pub undone_at: Option<i64>,
}

/// The standing events among some, as the fold of a person reads them.
#[must_use]
pub fn standing_of_person(events: &[Event]) -> Vec<PersonEvent> {
    let standing = events.iter().filter(|event| event.undone_by.is_none());
    standing
        .filter_map(|event| match &event.says {
            Says::Person { event, .. } => Some(event.clone()),
            Says::Household { .. } => None,
        })
        .collect()
}

/// The standing events among some, as the fold of a household reads them.
#[must_use]
pub fn standing_of_household(events: &[Event]) -> Vec<HouseholdEvent> {
    let standing = events.iter().filter(|event| event.undone_by.is_none());
    standing
        .filter_map(|event| match &event.says {
            Says::Household { event, .. } => Some(event.clone()),
            Says::Person { .. } => None,
        })
        .collect()
}
