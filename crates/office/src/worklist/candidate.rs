//! 資格異動の候補 — what a fact of another register would mean here: a person, a cause, a day. A clerk confirms it.

use super::handle;
use super::item::{Item, NewItem, Outcome};
use super::kind::ELIGIBILITY_CANDIDATE;
use super::list::{Filter, list};
use crate::acts::Act;
use crate::error::OfficeError;
use db::Conn;
use law::Date;
use law::registry::CAUSES;
use serde::{Deserialize, Serialize};

/// 異動の候補.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// 宛名番号.
    pub person_id: i64,
    /// 国保世帯番号, where one is known.
    pub household_id: Option<i64>,
    /// 事由: the key of its row of the rules (`welfare_started`).
    pub cause: String,
    /// 異動日・該当日.
    pub occurred_on: Date,
    /// 他の市区町村に住所を有することとなった日 of a 喪失, where it is known: on the very day of the 喪失 it takes effect that day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elsewhere_from: Option<Date>,
    /// 届出日・連携日.
    pub reported_on: Option<Date>,
    /// What told it, in a clerk's words.
    pub told_by: String,
}

/// An event that was registered, as far as a candidate can ask for it.
#[derive(Clone, Copy, Debug)]
pub struct Settled<'a> {
    /// 事由: the key of its row of the rules.
    pub cause: &'a str,
    /// 取得 or 喪失.
    pub gain: bool,
    /// 異動日.
    pub occurred_on: Date,
}

impl Candidate {
    /// Whether it asks for a 取得.
    #[must_use]
    pub fn gains(&self) -> bool {
        CAUSES.iter().any(|cause| match cause.candidate {
            Some(law::registry::Candidate::Gain(key, _)) => self.cause.starts_with(key),
            _ => false,
        })
    }

    /// Whether it asks for a 喪失.
    #[must_use]
    pub fn loses(&self) -> bool {
        CAUSES.iter().any(|cause| match cause.candidate {
            Some(law::registry::Candidate::Loss(key, _)) => self.cause.starts_with(key),
            _ => false,
        })
    }

    /// As a matter of the list, due by the kind's own time from a day.
    #[must_use]
    pub fn item(&self, source: &str, title: &str, on: Date) -> NewItem {
        NewItem {
            household_id: self.household_id,
            // A struct of texts, numbers and days is always JSON.
            detail: serde_json::to_string(self).unwrap_or_default(),
            ..NewItem::about_person(ELIGIBILITY_CANDIDATE, self.person_id, source, title, on)
        }
    }

    /// Puts it on the list; `source` names what it follows from.
    ///
    /// # Errors
    /// [`OfficeError::Store`].
    pub fn open(
        &self,
        conn: &mut Conn,
        act: &Act,
        source: &str,
        title: &str,
        on: Date,
    ) -> Result<i64, OfficeError> {
        handle::open(conn, act, &self.item(source, title, on))
    }

    /// Settles what waits for a person and a cause once its event is registered; how many.
    ///
    /// # Errors
    /// [`OfficeError::Store`].
    pub fn settle(
        conn: &mut Conn,
        act: &Act,
        person_id: i64,
        cause: &str,
        note: &str,
    ) -> Result<i64, OfficeError> {
        Self::settle_where(conn, act, person_id, note, |one| one.cause == cause)
    }

    /// Settles what waits for a person and asks for what was just registered: a 取得 or 喪失 of the same day, whatever
    /// cause the residents' register named for it, or the very same cause. How many.
    ///
    /// # Errors
    /// [`OfficeError::Store`].
    pub fn settle_event(
        conn: &mut Conn,
        act: &Act,
        person_id: i64,
        event: &Settled<'_>,
        note: &str,
    ) -> Result<i64, OfficeError> {
        Self::settle_where(conn, act, person_id, note, |one| one.asks_for(event))
    }

    /// Whether an event of its person is what it asks for.
    #[must_use]
    pub fn asks_for(&self, event: &Settled<'_>) -> bool {
        let same_side = self.on_side(event.gain);
        self.occurred_on == event.occurred_on && (same_side || self.cause == event.cause)
    }

    /// Whether it asks for a 取得 or, otherwise, a 喪失.
    #[must_use]
    pub fn on_side(&self, gain: bool) -> bool {
        if gain { self.gains() } else { self.loses() }
    }

    fn settle_where(
        conn: &mut Conn,
        act: &Act,
        person_id: i64,
        note: &str,
        wanted: impl Fn(&Self) -> bool,
    ) -> Result<i64, OfficeError> {
        let mut settled = 0;
        for item_id in Self::waiting(conn, person_id, wanted)? {
            handle::answer(conn, act, item_id, note)?;
            settled += 1;
        }
        Ok(settled)
    }

    /// Takes off the list what waits for a person and is no more; how many.
    ///
    /// # Errors
    /// [`OfficeError::Store`].
    pub fn withdraw(
        conn: &mut Conn,
        act: &Act,
        person_id: i64,
        note: &str,
        wanted: impl Fn(&Self) -> bool,
    ) -> Result<i64, OfficeError> {
        let mut withdrawn = 0;
        for item_id in Self::waiting(conn, person_id, wanted)? {
            handle::settle(conn, act, item_id, Outcome::Withdrawn, note)?;
            withdrawn += 1;
        }
        Ok(withdrawn)
    }

    /// Whether anything of a kind waits for a person.
    ///
    /// # Errors
    /// [`OfficeError::Store`].
    pub fn waits(
        conn: &mut Conn,
        person_id: i64,
        wanted: impl Fn(&Self) -> bool,
    ) -> Result<bool, OfficeError> {
        Ok(!Self::waiting(conn, person_id, wanted)?.is_empty())
    }

    fn waiting(
        conn: &mut Conn,
        person_id: i64,
        wanted: impl Fn(&Self) -> bool,
    ) -> Result<Vec<i64>, OfficeError> {
        let filter = Filter {
            kind: Some(ELIGIBILITY_CANDIDATE),
            person_id: Some(person_id),
            ..Filter::default()
        };
        let items = list(conn, &filter, None, Date::MIN)?.items.into_iter();
        let of_person = items.filter(|item| Self::of(item).is_some_and(|one| wanted(&one)));
        Ok(of_person.map(|item| item.item_id).collect())
    }

    /// The candidate of an item; none when the item is of another kind.
    #[must_use]
    pub fn of(item: &Item) -> Option<Self> {
        serde_json::from_str(&item.detail)
            .ok()
            .filter(|_| item.kind == ELIGIBILITY_CANDIDATE.code)
    }
}
