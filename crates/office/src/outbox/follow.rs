//! What an act leaves to tell: what stands after it, less what the receiver has been told.

use super::content::{self, Contents, Known};
use super::kinds::{Division, Layout, State};
use super::table::{self, Message, New};
use crate::acts::Act;
use crate::error::OfficeError;
use crate::worklist::{self, MESSAGE_UNCONFIRMED};
use db::Conn;
use law::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Why the matter of a refused message is closed.
const REPLACED: &str = "後の連携に置き換えた";

/// What an act did to the outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    /// 種類.
    pub(crate) layout: Layout,
    /// 宛名番号 or 世帯番号.
    pub(crate) subject: i64,
    /// 異動区分 of the message that now waits; none where one that waited was withdrawn and nothing is left to tell.
    pub(crate) division: Option<Division>,
}

/// Writes and withdraws the messages of an act that changed `people` and `households`, in its transaction.
pub(crate) fn follow(
    conn: &mut Conn,
    act: &Act,
    decided_on: Date,
    people: &BTreeSet<i64>,
    households: &BTreeSet<i64>,
) -> Result<Vec<Told>, OfficeError> {
    let mut people = people.clone();
    for household_id in households {
        people.extend(content::members(conn, *household_id)?);
    }
    let asked: Vec<i64> = people.iter().copied().collect();
    let homes: Vec<i64> = households.iter().copied().collect();
    let after = Known::read(conn, &asked, &homes, act.recorded_at)?;
    let before = Known::read(conn, &asked, &homes, act.recorded_at - 1)?;
    let mut told = Vec::new();
    for home in homes {
        let change = (
            after.of_household(conn, home)?,
            before.of_household(conn, home)?,
        );
        let subject = (Layout::Household, home);
        told.extend(of_subject(conn, act, decided_on, subject, change)?);
    }
    for person_id in people {
        let change = (after.of_person(person_id)?, before.of_person(person_id)?);
        let subject = (Layout::Person, person_id);
        told.extend(of_subject(conn, act, decided_on, subject, change)?);
    }
    Ok(told)
}

fn of_subject(
    conn: &mut Conn,
    act: &Act,
    decided_on: Date,
    subject: (Layout, i64),
    (after, before): (Contents, Contents),
) -> Result<Vec<Told>, OfficeError> {
    let mut chains: BTreeMap<Date, Vec<Message>> = BTreeMap::new();
    for message in table::all(conn, subject.0, subject.1)? {
        chains.entry(message.valid_from).or_default().push(message);
    }
    let days: BTreeSet<Date> = after
        .keys()
        .chain(before.keys())
        .chain(chains.keys())
        .copied()
        .collect();
    let mut told = Vec::new();
    // What is taken back is told before what takes its place.
    let (gone, stays): (Vec<Date>, Vec<Date>) =
        days.into_iter().partition(|day| !after.contains_key(day));
    for day in gone.into_iter().chain(stays) {
        let wanted = after.get(&day).map_or("", String::as_str);
        let chain = chains.get(&day).map_or(&[][..], Vec::as_slice);
        let known = known(chain).unwrap_or_else(|| before.get(&day).map_or("", String::as_str));
        let latest = latest(chain);
        let change = change(chain, known, wanted);
        if let Change::Nothing = change {
            continue;
        }
        if let Some(open) = latest.filter(|one| open(one)) {
            table::withdraw(conn, act, open.message_id)?;
            let source = format!("outbox/message/{}", open.message_id);
            worklist::withdraw_source(conn, act, MESSAGE_UNCONFIRMED, &source, REPLACED)?;
        }
        let mut division = None;
        if let Change::Tell = change {
            let new = New {
                layout: subject.0,
                subject: subject.1,
                valid_from: day,
                content: wanted,
                told: known,
            };
            table::insert(conn, act, decided_on, &new)?;
            division = Some(Division::between(known, wanted));
        }
        told.push(Told {
            layout: subject.0,
            subject: subject.1,
            division,
        });
    }
    Ok(told)
}

enum Change {
    /// What waits, or was told, is what stands.
    Nothing,
    /// What waited is taken back; nothing else is to be told.
    Withdraw,
    /// A message is to be written.
    Tell,
}

fn change(chain: &[Message], known: &str, wanted: &str) -> Change {
    match latest(chain) {
        Some(message) if open(message) => {
            if message.content == wanted {
                Change::Nothing
            } else if known == wanted && !owed(chain) {
                Change::Withdraw
            } else {
                Change::Tell
            }
        }
        _ if known == wanted => Change::Nothing,
        _ => Change::Tell,
    }
}

/// Whether a period was to be told again for what goes out beside its content, and nothing has gone out since.
fn owed(chain: &[Message]) -> bool {
    let since = chain.iter().rposition(reached).map_or(0, |place| place + 1);
    chain
        .iter()
        .skip(since)
        .any(|one| !one.content.is_empty() && one.content == one.told)
}

fn reached(message: &Message) -> bool {
    matches!(message.state, State::Sent | State::Acknowledged)
}

/// Whether a message has not reached the receiver's register.
fn open(message: &Message) -> bool {
    matches!(message.state, State::Waiting | State::Refused)
}

/// The message about a period that counts: the latest that was not withdrawn.
pub(super) fn latest(chain: &[Message]) -> Option<&Message> {
    chain.iter().rfind(|one| one.state != State::Withdrawn)
}

/// What the receiver knows of a period, by every message about it, oldest first: the content of the latest that went out
/// and was not refused; what had been told before the first of them where none did.
pub(super) fn known(chain: &[Message]) -> Option<&str> {
    match chain.iter().rfind(|one| reached(one)) {
        Some(message) => Some(&message.content),
        None => chain.first().map(|message| message.told.as_str()),
    }
}
