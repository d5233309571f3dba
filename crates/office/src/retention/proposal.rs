//! 消去の提案 — the first of two people says which class is to be erased; what exactly is fixed with a digest, so that the
//! second agrees to nothing else.

use super::On;
use super::condition::{Keys, of_class};
use super::due::{self, Key};
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::hex;
use crate::security::permit::{Permit, ProposeErasure};
use db::{ColumnType, Conn, Sql};
use law::{Date, Refusal};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

const INSERT: Sql = Sql {
    name: "retention.proposal.insert",
    text: "insert into erasure (erasure_id, class, proposed_on, proposed_at, proposed_by, years, closed_before, keys, \
           keys_digest, reason, act_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
};
const LIST: Sql = Sql {
    name: "retention.proposal.list",
    text: "select e.erasure_id, e.class, e.proposed_on, e.proposed_by, coalesce(s.name, ''), e.years, e.closed_before, e.keys, \
           e.keys_digest, e.reason, r.approved, r.ruled_on, coalesce(t.name, ''), d.rows \
           from erasure e left join erasure_ruling r on r.erasure_id = e.erasure_id \
           left join erasure_done d on d.erasure_id = e.erasure_id left join staff s on s.staff_id = e.proposed_by \
           left join staff t on t.staff_id = r.ruled_by order by e.erasure_id desc",
};
const KEYS: Sql = Sql {
    name: "retention.proposal.keys",
    text: "select anchor, key1, key2 from erasure_key where erasure_id = $1 order by anchor, key1, key2",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[INSERT, LIST, KEYS];

/// A proposal as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Number.
    pub erasure_id: i64,
    /// 記録の区分.
    pub class: String,
    /// When.
    pub proposed_on: Date,
    /// By whom.
    pub proposed_by: i64,
    /// 氏名.
    pub proposer: String,
    /// By a term of so many years.
    pub years: i64,
    /// What was closed before this day.
    pub closed_before: Date,
    /// How many.
    pub keys: i64,
    /// SHA-256 over them, hexadecimal.
    pub keys_digest: String,
    /// In words.
    pub reason: String,
    /// Agreed to or not; `None` while it waits.
    pub approved: Option<bool>,
    /// When it was answered.
    pub ruled_on: Option<Date>,
    /// Who answered.
    pub ruler: String,
    /// How many rows went.
    pub rows: Option<i64>,
}

/// Proposes to erase everything of a class that is due. Nothing is erased by it.
///
/// # Errors
/// A refusal with code `retention.nothing` where nothing is due; [`OfficeError::Conflict`] while a proposal of the class
/// waits; [`OfficeError::Input`] without a reason.
pub fn propose(
    conn: &mut Conn,
    (acting, permit): (&Acting, &Permit<ProposeErasure>),
    on: On<'_>,
    (class, reason): (&str, &str),
) -> Result<i64, OfficeError> {
    if reason.trim().is_empty() {
        return Err(OfficeError::input(
            "理由",
            "消去の根拠（年次の消去、評価書の定めなど）を書いてください",
        ));
    }
    let waits = proposals(conn)?
        .into_iter()
        .any(|one| one.class == class && one.approved.is_none());
    if waits {
        return Err(OfficeError::Conflict(
            "この区分の提案が承認を待っています。先に承認か却下をしてください".to_owned(),
        ));
    }
    let due = due::due(conn, on, class)?;
    let Some(closed_before) = due.closed_before.filter(|_| !due.keys.is_empty()) else {
        return Err(Refusal::new(
            "retention.nothing",
            "保存期間を過ぎて消去できる記録はありません".to_owned(),
        )
        .into());
    };
    let keys: Vec<Key> = due.keys.into_iter().collect();
    let digest = digest(keys.iter().map(|key| (key.anchor, key.key1, key.key2)));
    let details = ActDetails {
        note: format!("{class} {}年 {}件 {digest}", due.kept.years, keys.len()),
        ..ActDetails::default()
    };
    let act = acts::begin(conn, acting, permit, "retention.propose", &details)?;
    let erasure_id = conn.next_ids("erasure", 1)?;
    conn.execute(
        &INSERT,
        &[
            erasure_id.into(),
            class.into(),
            acting.business_date.into(),
            act.recorded_at.into(),
            acting.staff_id.into(),
            i64::from(due.kept.years).into(),
            closed_before.into(),
            i64::try_from(keys.len()).unwrap_or(i64::MAX).into(),
            digest.into(),
            reason.trim().into(),
            act.id.0.into(),
        ],
    )?;
    let columns = [
        ("erasure_id", ColumnType::Int),
        ("anchor", ColumnType::Text),
        ("key1", ColumnType::Int),
        ("key2", ColumnType::Int),
    ];
    let mut bulk = conn.bulk("erasure_key", &columns);
    for key in &keys {
        bulk.push_int(erasure_id)?;
        bulk.push_text(key.anchor)?;
        bulk.push_int(key.key1)?;
        bulk.push_int(key.key2)?;
        bulk.end_row()?;
    }
    bulk.finish()?;
    Ok(erasure_id)
}

/// Every proposal, the latest first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn proposals(conn: &mut Conn) -> Result<Vec<Proposal>, OfficeError> {
    Ok(conn.query(&LIST, &[], |row| {
        Ok(Proposal {
            erasure_id: row.int(0)?,
            class: row.text(1)?,
            proposed_on: row.date(2)?,
            proposed_by: row.int(3)?,
            proposer: row.text(4)?,
            years: row.int(5)?,
            closed_before: row.date(6)?,
            keys: row.int(7)?,
            keys_digest: row.text(8)?,
            reason: row.text(9)?,
            approved: row.opt_int(10)?.map(|flag| flag != 0),
            ruled_on: row.opt_date(11)?,
            ruler: row.text(12)?,
            rows: row.opt_int(13)?,
        })
    })?)
}

/// How many rows of which table a proposal would take away, before anything is decided.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn preview(
    conn: &mut Conn,
    proposal: &Proposal,
) -> Result<Vec<(&'static str, i64)>, OfficeError> {
    let mut conditions: Vec<(&'static str, Vec<String>)> = Vec::new();
    let mut place: BTreeMap<&str, usize> = BTreeMap::new();
    for target in of_class(&proposal.class) {
        let at = *place.entry(target.table).or_insert(conditions.len());
        if at == conditions.len() {
            conditions.push((target.table, Vec::new()));
        }
        if let Some((_, of_table)) = conditions.get_mut(at) {
            of_table.push(target.condition("r", Keys::Proposed));
        }
    }
    let mut counts = Vec::new();
    for (table, conditions) in conditions {
        let text = format!(
            "select count(*) from {table} r where {}",
            conditions.join(" or ")
        );
        let rows = conn.query_text(&text, &[proposal.erasure_id.into()], |row| row.int(0))?;
        let rows: i64 = rows.into_iter().sum();
        if rows > 0 {
            counts.push((table, rows));
        }
    }
    Ok(counts)
}

/// The keys that a proposal names.
pub(super) fn keys(
    conn: &mut Conn,
    erasure_id: i64,
) -> Result<Vec<(String, i64, i64)>, OfficeError> {
    Ok(conn.query(&KEYS, &[erasure_id.into()], |row| {
        Ok((row.text(0)?, row.int(1)?, row.int(2)?))
    })?)
}

/// The digest over keys in their order.
pub(super) fn digest<'k>(keys: impl Iterator<Item = (&'k str, i64, i64)>) -> String {
    let mut digest = Sha256::new();
    for (anchor, key1, key2) in keys {
        digest.update(format!("{anchor} {key1} {key2}\n"));
    }
    hex::write(&digest.finalize())
}
