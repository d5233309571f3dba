//! 枠 — what a person has several of, each with dated facts of its own: 送付先 by scheme and document, 口座 by use,
//! 連絡先, 代表相続人・納税管理人.

use super::fact::{Dated, Kind, end, history, record, timeline};
use crate::acts::Act;
use crate::error::OfficeError;
use db::{Conn, Row, Span, Sql, StoreError};

/// 枠 of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Number: the subject of its facts.
    pub slot_id: i64,
    /// 宛名番号.
    pub person_id: i64,
    /// 制度, or what the area counts by first; empty for all.
    pub scheme: String,
    /// 文書の種類, or what the area counts by second; empty for all.
    pub detail: String,
}

/// A slot with what stands in it, in the order of days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled<F> {
    /// The slot.
    pub slot: Slot,
    /// Its facts.
    pub facts: Vec<Dated<F>>,
}

const FIND: Sql = Sql {
    name: "registry.slot.find",
    text: "select slot_id from registry_slot where person_id = $1 and topic = $2 and scheme = $3 and detail = $4",
};
const INSERT: Sql = Sql {
    name: "registry.slot.insert",
    text: "insert into registry_slot (slot_id, person_id, topic, scheme, detail, act_id) values ($1, $2, $3, $4, $5, $6)",
};
const OF_PERSON: Sql = Sql {
    name: "registry.slot.of_person",
    text: "select slot_id, person_id, scheme, detail from registry_slot where person_id = $1 and topic = $2 \
           order by scheme, detail",
};
const ONE: Sql = Sql {
    name: "registry.slot.one",
    text: "select slot_id, person_id, scheme, detail from registry_slot where slot_id = $1",
};
const VERSION: Sql = Sql {
    name: "registry.slot.version",
    text: "select coalesce(max(v), 0) from (\
           select facts.v from (\
           select s.person_id, f.act_id as v from registry_slot s join destination_fact f on f.subject = s.slot_id \
           where s.person_id = $1 \
           union all select s.person_id, f.superseded_by_act from registry_slot s \
           join destination_fact f on f.subject = s.slot_id where s.person_id = $1 \
           union all select s.person_id, f.act_id from registry_slot s join contact_fact f on f.subject = s.slot_id \
           where s.person_id = $1 \
           union all select s.person_id, f.superseded_by_act from registry_slot s \
           join contact_fact f on f.subject = s.slot_id where s.person_id = $1 \
           union all select s.person_id, f.act_id from registry_slot s join account_fact f on f.subject = s.slot_id \
           where s.person_id = $1 \
           union all select s.person_id, f.superseded_by_act from registry_slot s \
           join account_fact f on f.subject = s.slot_id where s.person_id = $1 \
           union all select s.person_id, f.act_id from registry_slot s join representative_fact f on f.subject = s.slot_id \
           where s.person_id = $1 \
           union all select s.person_id, f.superseded_by_act from registry_slot s \
           join representative_fact f on f.subject = s.slot_id where s.person_id = $1) facts) versions",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[FIND, INSERT, OF_PERSON, ONE, VERSION];

/// 版 of a person's 送付先, 連絡先, 口座 and representatives: it grows with everything that is written of them.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn version(conn: &mut Conn, person_id: i64) -> Result<i64, OfficeError> {
    Ok(conn.query_one(&VERSION, &[person_id.into()], |row| row.int(0))?)
}

/// Refuses a change that starts from an older state than the one that stands.
///
/// # Errors
/// [`OfficeError::Conflict`].
pub(crate) fn check_seen(conn: &mut Conn, person_id: i64, seen: i64) -> Result<(), OfficeError> {
    let now = version(conn, person_id)?;
    if now == seen {
        return Ok(());
    }
    Err(OfficeError::Conflict(format!(
        "宛名番号{person_id}の送付先・連絡先・口座などは、画面を開いた後に変わっています（版{seen}→{now}）。読み直して、違いを確かめてから登録してください"
    )))
}

fn read(row: &Row<'_>) -> Result<Slot, StoreError> {
    Ok(Slot {
        slot_id: row.int(0)?,
        person_id: row.int(1)?,
        scheme: row.text(2)?,
        detail: row.text(3)?,
    })
}

/// A slot by its number.
///
/// # Errors
/// [`OfficeError::Store`].
pub(crate) fn one(conn: &mut Conn, slot_id: i64) -> Result<Option<Slot>, OfficeError> {
    Ok(conn.query_opt(&ONE, &[slot_id.into()], read)?)
}

/// Every slot of a person under a topic, with what stands in it as known at a moment.
///
/// # Errors
/// [`OfficeError::Store`].
pub(crate) fn filled<F: Kind>(
    conn: &mut Conn,
    topic: &str,
    person_id: i64,
    known_at: Option<i64>,
) -> Result<Vec<Filled<F>>, OfficeError> {
    let slots = conn.query(&OF_PERSON, &[person_id.into(), topic.into()], read)?;
    slots
        .into_iter()
        .map(|slot| {
            Ok(Filled {
                facts: timeline(conn, slot.slot_id, known_at)?,
                slot,
            })
        })
        .collect()
}

/// Every row ever written of a person under a topic, those that were replaced included.
///
/// # Errors
/// [`OfficeError::Store`].
pub(crate) fn ever<F: Kind>(
    conn: &mut Conn,
    topic: &str,
    person_id: i64,
) -> Result<Vec<Filled<F>>, OfficeError> {
    let slots = conn.query(&OF_PERSON, &[person_id.into(), topic.into()], read)?;
    slots
        .into_iter()
        .map(|slot| {
            Ok(Filled {
                facts: history(conn, slot.slot_id)?,
                slot,
            })
        })
        .collect()
}

/// The place of a fact: whose it is and what it is for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'p> {
    pub topic: &'p str,
    pub person_id: i64,
    pub scheme: &'p str,
    pub detail: &'p str,
}

/// States a fact over a span in a place; the slot is made when it is new. Returns its number.
///
/// # Errors
/// [`OfficeError::Store`].
pub(crate) fn put<F: Kind>(
    conn: &mut Conn,
    act: &Act,
    place: &Place<'_>,
    span: Span,
    fact: &F,
) -> Result<i64, OfficeError> {
    let key = [
        place.person_id.into(),
        place.topic.into(),
        place.scheme.into(),
        place.detail.into(),
    ];
    let slot_id = match conn.query_opt(&FIND, &key, |row| row.int(0))? {
        Some(slot_id) => slot_id,
        None => {
            let slot_id = conn.next_ids("registry_slot", 1)?;
            let [person, topic, scheme, detail] = key;
            let params = [
                slot_id.into(),
                person,
                topic,
                scheme,
                detail,
                act.id.0.into(),
            ];
            conn.execute(&INSERT, &params)?;
            slot_id
        }
    };
    record(conn, act, slot_id, span, fact)?;
    Ok(slot_id)
}

/// Ends what stands in a slot from a day on. Returns whether anything stood.
///
/// # Errors
/// [`OfficeError::Store`].
pub(crate) fn close<F: Kind>(
    conn: &mut Conn,
    act: &Act,
    slot_id: i64,
    from: law::Date,
) -> Result<bool, OfficeError> {
    Ok(end::<F>(conn, act, slot_id, Span::since(from))? > 0)
}
