//! 住民異動の記録 — events as they were stated, and those the office took back.

use super::detail::{from_json, to_json};
use crate::acts::Act;
use crate::error::OfficeError;
use db::{Conn, Row, Sql, StoreError};
use law::Date;
use law::registry::{Event, Items, Presence, cause};

/// Where an event came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// The residents' register, by file.
    File,
    /// Registered at a counter.
    Counter,
    /// A record that was loaded as it stood, whose person is in the register.
    LoadedPresent,
    /// A record that was loaded as it stood, whose person is taken out.
    LoadedRemoved,
}

impl Source {
    const fn code(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Counter => "counter",
            Self::LoadedPresent => "loaded",
            Self::LoadedRemoved => "loaded-removed",
        }
    }

    fn read(code: &str) -> Option<Self> {
        [
            Self::File,
            Self::Counter,
            Self::LoadedPresent,
            Self::LoadedRemoved,
        ]
        .into_iter()
        .find(|source| source.code() == code)
    }

    const fn loaded(self) -> Option<Presence> {
        match self {
            Self::LoadedPresent => Some(Presence::Present),
            Self::LoadedRemoved => Some(Presence::Removed),
            Self::File | Self::Counter => None,
        }
    }
}

/// 異動 as it is stated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvent {
    /// 異動事由, a code of the list.
    pub cause: String,
    /// 異動日, or the day that stands in for it.
    pub occurred_on: Date,
    /// 異動日 as it was sent, where it is 不詳 or no day of the calendar; empty otherwise.
    pub occurred_text: String,
    /// 届出日.
    pub reported_on: Option<Date>,
    /// 履歴番号 and 枝番号 of the sender.
    pub sequence: (i64, i64),
    /// The 履歴番号 and 枝番号 a 取消 names.
    pub refers_to: Option<(i64, i64)>,
    /// The whole record after the event.
    pub items: Items,
}

/// An event that stands in the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stated {
    /// Number of the event.
    pub event_id: i64,
    /// Where it came from.
    pub source: Source,
    /// What was stated.
    pub event: NewEvent,
    /// The act that stated it.
    pub act_id: i64,
    /// The act that took it back, if one did.
    pub undone_by_act: Option<i64>,
}

const INSERT: Sql = Sql {
    name: "registry.event.insert",
    text: "insert into resident_event (event_id, person_id, cause, occurred_on, occurred_text, reported_on, \
           history_number, branch_number, refers_history, refers_branch, origin, items, act_id) \
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
};
const OF_PERSON: Sql = Sql {
    name: "registry.event.of_person",
    text: "select e.event_id, e.cause, e.occurred_on, e.occurred_text, e.reported_on, e.history_number, \
           e.branch_number, e.refers_history, e.refers_branch, e.origin, e.items, e.act_id, u.act_id \
           from resident_event e left join resident_event_undone u on u.event_id = e.event_id \
           where e.person_id = $1 order by e.event_id",
};
const PERSON_OF: Sql = Sql {
    name: "registry.event.person",
    text: "select person_id from resident_event where event_id = $1",
};
const UNDO: Sql = Sql {
    name: "registry.event.undo",
    text: "insert into resident_event_undone (event_id, reason, act_id) values ($1, $2, $3)",
};
const VERSION: Sql = Sql {
    name: "registry.event.version",
    text: "select coalesce(max(act_id), 0) from (\
           select act_id from resident_event where person_id = $1 \
           union all select u.act_id from resident_event_undone u join resident_event e on e.event_id = u.event_id \
           where e.person_id = $1 \
           union all select act_id from resident_fact where subject = $1 \
           union all select superseded_by_act from resident_fact where subject = $1) versions",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[INSERT, OF_PERSON, PERSON_OF, UNDO, VERSION];

/// Writes an event down; returns its number.
///
/// # Errors
/// [`OfficeError::Store`].
pub(crate) fn insert(
    conn: &mut Conn,
    act: &Act,
    person_id: i64,
    source: Source,
    event: &NewEvent,
) -> Result<i64, OfficeError> {
    let event_id = conn.next_ids("resident_event", 1)?;
    conn.execute(
        &INSERT,
        &[
            event_id.into(),
            person_id.into(),
            event.cause.as_str().into(),
            event.occurred_on.into(),
            event.occurred_text.as_str().into(),
            event.reported_on.into(),
            event.sequence.0.into(),
            event.sequence.1.into(),
            event.refers_to.map(|(history, _)| history).into(),
            event.refers_to.map(|(_, branch)| branch).into(),
            source.code().into(),
            to_json(&event.items).into(),
            act.id.0.into(),
        ],
    )?;
    Ok(event_id)
}

/// Every event of a person, those taken back included, in the order in which they became known.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn of_person(conn: &mut Conn, person_id: i64) -> Result<Vec<Stated>, OfficeError> {
    Ok(conn.query(&OF_PERSON, &[person_id.into()], read)?)
}

fn read(row: &Row<'_>) -> Result<Stated, StoreError> {
    let refers_to = match (row.opt_int(7)?, row.opt_int(8)?) {
        (Some(history), Some(branch)) => Some((history, branch)),
        _ => None,
    };
    Ok(Stated {
        event_id: row.int(0)?,
        event: NewEvent {
            cause: row.text(1)?,
            occurred_on: row.date(2)?,
            occurred_text: row.text(3)?,
            reported_on: row.opt_date(4)?,
            sequence: (row.int(5)?, row.int(6)?),
            refers_to,
            items: from_json(row.str(10)?).map_err(|reason| row.wrong(10, reason))?,
        },
        source: Source::read(row.str(9)?)
            .ok_or_else(|| row.wrong(9, "異動の出所が分かりません".to_owned()))?,
        act_id: row.int(11)?,
        undone_by_act: row.opt_int(12)?,
    })
}

/// Whom an event is about; none when the number is unknown.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn person_of(conn: &mut Conn, event_id: i64) -> Result<Option<i64>, OfficeError> {
    Ok(conn.query_opt(&PERSON_OF, &[event_id.into()], |row| row.int(0))?)
}

/// Notes that an event was taken back.
///
/// # Errors
/// [`OfficeError::Store`].
pub(crate) fn mark_undone(
    conn: &mut Conn,
    act: &Act,
    event_id: i64,
    reason: &str,
) -> Result<(), OfficeError> {
    conn.execute(&UNDO, &[event_id.into(), reason.into(), act.id.0.into()])?;
    Ok(())
}

/// 版 of a person's record: it grows with everything that is written of it.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn version(conn: &mut Conn, person_id: i64) -> Result<i64, OfficeError> {
    Ok(conn.query_one(&VERSION, &[person_id.into()], |row| row.int(0))?)
}

/// The standing events as the law folds them.
///
/// # Errors
/// [`OfficeError::Bug`] when the store has a cause the list does not have.
pub(crate) fn standing(stated: &[Stated]) -> Result<Vec<Event>, OfficeError> {
    stated
        .iter()
        .filter(|one| one.undone_by_act.is_none())
        .map(|one| {
            let cause = cause(&one.event.cause).ok_or_else(|| {
                OfficeError::Bug(format!("異動{}の事由を知りません", one.event_id))
            })?;
            Ok(Event {
                no: one.event_id,
                cause,
                on: one.event.occurred_on,
                sequence: one.event.sequence,
                refers_to: one.event.refers_to,
                loaded: one.source.loaded(),
                items: one.event.items.clone(),
            })
        })
        .collect()
}
