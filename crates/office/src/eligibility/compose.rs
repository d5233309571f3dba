//! 世帯の異動の組立て — 分離, 合併, 世帯主の変更 and 再転入 as the events they consist of.
//!
//! 根拠: 国民健康保険法 第76条、国民健康保険法施行規則 第9条・第10条の2
//!
//! What a head owed stays his: decisions and ledger name the liable person, and none of these events names money.

use super::event::{NewChange, NewEvent};
use law::Date;

/// The day of a change and of its report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct When {
    /// 異動日.
    pub occurred_on: Date,
    /// 届出日.
    pub reported_on: Option<Date>,
}

impl When {
    const fn starting(self, occurred_on: Date) -> Self {
        Self {
            occurred_on,
            ..self
        }
    }

    fn event(self, cause: &str, change: NewChange) -> NewEvent {
        NewEvent::new(cause, self.occurred_on, self.reported_on, change)
    }
}

/// The number by which the first new household of a request is named in it.
pub const NEW_HOUSEHOLD: i64 = -1;

/// 新しい国保世帯の設定.
#[must_use]
pub fn found(when: When, household_id: i64, head_person_id: i64) -> NewEvent {
    when.event(
        "household_founded",
        NewChange::Found {
            household_id,
            head_person_id,
            symbol: None,
            number: None,
        },
    )
}

/// 取得 of a person into a household.
#[must_use]
pub fn gain(when: When, cause: &str, person_id: i64, household_id: i64) -> NewEvent {
    when.event(
        cause,
        NewChange::Gain {
            person_id,
            household_id,
            prefecture_since: None,
            residence: None,
        },
    )
}

/// 喪失 of a person.
#[must_use]
pub fn loss(when: When, cause: &str, person_id: i64) -> NewEvent {
    when.event(
        cause,
        NewChange::Loss {
            person_id,
            elsewhere_from: None,
        },
    )
}

/// 世帯変更 of a person.
#[must_use]
pub fn change_household(when: When, person_id: i64, household_id: i64) -> NewEvent {
    when.event(
        "household_changed",
        NewChange::Move {
            person_id,
            household_id,
        },
    )
}

/// 世帯主の変更.
#[must_use]
pub fn change_head(when: When, household_id: i64, head_person_id: i64) -> NewEvent {
    when.event(
        "head_changed",
        NewChange::Head {
            household_id,
            head_person_id,
        },
    )
}

/// 記号番号の変更. Nothing else changes: standings, branches and levy go on under the new number.
#[must_use]
pub fn renumber(when: When, household_id: i64, symbol: Option<&str>, number: &str) -> NewEvent {
    when.event(
        "renumbered",
        NewChange::Renumber {
            household_id,
            symbol: symbol.map(str::to_owned),
            number: number.to_owned(),
        },
    )
}

/// 世帯分離: some of the insured become a household of their own under a head; `successor` follows where the old
/// household's head is among those who go.
#[must_use]
pub fn split(
    when: When,
    household_id: i64,
    leaving: &[i64],
    head_person_id: i64,
    successor: Option<i64>,
) -> Vec<NewEvent> {
    let leaving: Vec<(i64, Date)> = on_the_day(when, leaving);
    split_from(when, household_id, &leaving, head_person_id, successor)
}

fn on_the_day(when: When, people: &[i64]) -> Vec<(i64, Date)> {
    let people = people.iter();
    people.map(|id| (*id, when.occurred_on)).collect()
}

/// 世帯分離, each of those who go from a day of his own.
pub(super) fn split_from(
    when: When,
    household_id: i64,
    leaving: &[(i64, Date)],
    head_person_id: i64,
    successor: Option<i64>,
) -> Vec<NewEvent> {
    let mut events = vec![found(when, NEW_HOUSEHOLD, head_person_id)];
    events.extend(
        leaving
            .iter()
            .map(|(person_id, on)| change_household(when.starting(*on), *person_id, NEW_HOUSEHOLD)),
    );
    events.extend(successor.map(|successor| change_head(when, household_id, successor)));
    events
}

/// 世帯合併: the insured of one household go over into another, which keeps its head; the old one is closed, and who
/// stood beside its insured no longer does.
#[must_use]
pub fn merge(
    when: When,
    from: i64,
    into: i64,
    insured: &[i64],
    former_insured: &[i64],
) -> Vec<NewEvent> {
    let (insured, former_insured) = (on_the_day(when, insured), on_the_day(when, former_insured));
    merge_from(when, from, into, &insured, &former_insured)
}

/// 世帯合併, each of the people from a day of his own.
pub(super) fn merge_from(
    when: When,
    from: i64,
    into: i64,
    insured: &[(i64, Date)],
    former_insured: &[(i64, Date)],
) -> Vec<NewEvent> {
    let moves = insured
        .iter()
        .map(|(person_id, on)| change_household(when.starting(*on), *person_id, into));
    let ends = former_insured.iter().map(|(person_id, on)| {
        when.starting(*on).event(
            "former_insured_ended",
            NewChange::FormerEnd {
                person_id: *person_id,
            },
        )
    });
    let closed = when.event("household_closed", NewChange::Close { household_id: from });
    moves.chain(ends).chain([closed]).collect()
}
