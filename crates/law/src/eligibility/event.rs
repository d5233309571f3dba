//! 異動 — the events of a person and of a household, and why one of them may have to wait.

use crate::Date;
use crate::era::wareki;
use std::collections::BTreeMap;

/// What an event says of one person.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PersonChange {
    /// 取得, into a household.
    Gain {
        /// 国保世帯.
        household_id: i64,
        /// 枝番.
        branch: i64,
        /// 都道府県の資格取得年月日, where the prefecture's 資格 began elsewhere; none while it is not known.
        prefecture_since: Option<Date>,
    },
    /// 喪失.
    Loss {
        /// The day on which a residence elsewhere begins, as far as it is known.
        elsewhere_from: Option<Date>,
    },
    /// 世帯変更, into another household of this municipality.
    Move {
        /// 国保世帯.
        household_id: i64,
        /// 枝番.
        branch: i64,
    },
    /// 特定同一世帯所属者 taken over from another municipality.
    FormerStart {
        /// 国保世帯.
        household_id: i64,
        /// The day before the loss of 資格, wherever that was.
        since: Date,
    },
    /// 特定同一世帯所属者でなくなった.
    FormerEnd,
}

/// One standing event of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonEvent {
    /// Its number, by which it is named; it decides nothing between events that differ.
    pub event_id: i64,
    /// 事由 (the key of its row).
    pub cause: String,
    /// 事由コード of a span that was loaded; the row's code otherwise.
    pub loaded_code: Option<String>,
    /// 異動日・該当日.
    pub occurred_on: Date,
    /// The day of the event is known; a loaded loss may give 喪失日 alone.
    pub occurred_known: bool,
    /// 届出日.
    pub reported_on: Option<Date>,
    /// The day of effect of a span that was loaded; otherwise it follows from the rule.
    pub fixed_on: Option<Date>,
    /// 連番 of the sender, where it gives one; orders events of one day.
    pub sequence: i64,
    /// What it says.
    pub change: PersonChange,
}

/// What an event says of one household.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HouseholdChange {
    /// 世帯の設定.
    Founded {
        /// 世帯主の宛名番号.
        head_person_id: i64,
        /// 記号.
        symbol: String,
        /// 番号.
        number: String,
    },
    /// 世帯主の変更.
    Head {
        /// 世帯主の宛名番号.
        head_person_id: i64,
    },
    /// 記号番号の変更.
    Number {
        /// 記号.
        symbol: String,
        /// 番号.
        number: String,
    },
    /// 閉鎖.
    Closed,
}

/// Whether the sender's 連番 says the order of all of these: each has one, and no two that say different things share it.
pub fn numbered<'e>(all: impl Iterator<Item = &'e PersonEvent>) -> bool {
    let mut said = BTreeMap::new();
    for event in all {
        let what = (&event.change, &event.cause);
        if event.sequence <= 0 || *said.entry(event.sequence).or_insert(what) != what {
            return false;
        }
    }
    true
}

/// One standing event of a household.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HouseholdEvent {
    /// Its number.
    pub event_id: i64,
    /// 異動日.
    pub occurred_on: Date,
    /// 連番 of the sender.
    pub sequence: i64,
    /// What it says.
    pub change: HouseholdChange,
}

/// Why an event has no effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A gain while insured since a day.
    InsuredAlready(Date),
    /// A loss of somebody who is not insured.
    NotInsured,
    /// A change of household of somebody who is not insured.
    MovedUninsured,
    /// A change into the household the person is in.
    SameHousehold,
    /// A gain on or after the 75th birthday.
    Aged75(Date),
    /// A change of household on or after the 75th birthday of somebody whose loss is not registered yet.
    MovedAt75(Date),
    /// An event before birth.
    BeforeBirth(Date),
    /// 特定同一世帯所属者 of somebody who is insured.
    FormerWhileInsured,
    /// The end of a standing as 特定同一世帯所属者 that nobody knows of.
    NotFormer,
    /// A change of a household that has not been founded.
    NoHousehold,
    /// A household founded twice.
    FoundedAlready(Date),
    /// The founding has been moved back: the same one is stated for an earlier day.
    FoundedBefore(Date),
    /// Another change of the same day, with a higher sequence, took its place.
    Overridden,
    /// Another change of the same day contradicts it and no sequence says which came last.
    Contradicted,
    /// The rule of its cause is missing.
    NoRule(String),
}

impl Reason {
    /// What is the matter and what to do.
    #[must_use]
    pub fn message_ja(&self) -> String {
        match self {
            Self::InsuredAlready(since) => format!(
                "{}から資格があるため、この取得はまだ効力がありません。間の喪失を登録するか、重複ならこの取得を取り消してください",
                wareki(*since)
            ),
            Self::NotInsured => "その日に資格がないため、この喪失はまだ効力がありません。取得を登録するか、誤りならこの喪失を取り消してください".to_owned(),
            Self::MovedUninsured => "その日に資格がないため、この世帯変更はまだ効力がありません。取得を登録してください".to_owned(),
            Self::SameHousehold => "すでにその世帯にいます。重複ならこの世帯変更を取り消してください".to_owned(),
            Self::Aged75(on) => format!(
                "{}に75歳に達しており、国民健康保険の被保険者になれません。生年月日と取得日を確かめてください（国民健康保険法第6条第8号）",
                wareki(*on)
            ),
            Self::MovedAt75(on) => format!(
                "{}に75歳に達しており、その日から国民健康保険の被保険者ではないため、この世帯変更は効力がありません。75歳到達による喪失を登録してください（国民健康保険法第6条第8号）",
                wareki(*on)
            ),
            Self::BeforeBirth(on) => format!(
                "生年月日（{}）より前の異動です。生年月日と異動日を確かめてください",
                wareki(*on)
            ),
            Self::FormerWhileInsured => "その日に資格があるため、特定同一世帯所属者になれません。喪失を登録してください".to_owned(),
            Self::NotFormer => "その日に特定同一世帯所属者ではありません。日を確かめてください".to_owned(),
            Self::NoHousehold => "その日に国保世帯がありません。世帯の設定の日を確かめてください".to_owned(),
            Self::FoundedAlready(since) => format!(
                "{}から国保世帯があります。重複ならこの設定を取り消してください",
                wareki(*since)
            ),
            Self::FoundedBefore(since) => format!(
                "同じ設定が{}にさかのぼって登録されています",
                wareki(*since)
            ),
            Self::Overridden => "同じ日の後の連番の異動が優先されています".to_owned(),
            Self::Contradicted => "同じ日に食い違う異動があり、連番からは順が決まりません。正しくない方を取り消してください".to_owned(),
            Self::NoRule(message) => message.clone(),
        }
    }

    /// Whether somebody has to look at it; an overridden event of the same day and a founding moved back need nobody.
    #[must_use]
    pub fn waits(&self) -> bool {
        !matches!(self, Self::Overridden | Self::FoundedBefore(_))
    }
}

/// An event without effect, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// The event.
    pub event_id: i64,
    /// Why.
    pub reason: Reason,
}
