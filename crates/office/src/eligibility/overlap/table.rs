//! Where a double insurance stands, from the list to its result.

use super::Reported;
use super::find::Rank;
use crate::acts::Act;
use crate::error::OfficeError;
use db::{Conn, Row, Sql, StoreError};

const INSERT: Sql = Sql {
    name: "eligibility.overlap.insert",
    text: "insert into overlap_row (row_id, as_of, list_key, person_id, rank, state, body, item_id, act_id) \
           values ($1, $2, $3, $4, $5, 'found', $6, $7, $8)",
};
const OF_KEY: Sql = Sql {
    name: "eligibility.overlap.of_key",
    text: "select row_id, person_id, rank, state, body, item_id from overlap_row where list_key = $1 \
           order by row_id desc limit 1",
};
const TOLD_AGAIN: Sql = Sql {
    name: "eligibility.overlap.told_again",
    text: "update overlap_row set as_of = $3, state = $4, body = $5, item_id = $6, rank = $7, act_id = $8 \
           where row_id = $1 and state = $2",
};
const ONE: Sql = Sql {
    name: "eligibility.overlap.one",
    text: "select row_id, person_id, rank, state, body, item_id from overlap_row where row_id = $1",
};
const OF_ITEM: Sql = Sql {
    name: "eligibility.overlap.of_item",
    text: "select row_id, person_id, rank, state, body, item_id from overlap_row where item_id = $1",
};
const LIST: Sql = Sql {
    name: "eligibility.overlap.list",
    text: "select row_id, person_id, rank, state, body, item_id from overlap_row where state = $1 \
           order by rank, row_id",
};
const OF_INSURER: Sql = Sql {
    name: "eligibility.overlap.of_insurer",
    text: "select row_id, person_id, rank, state, body, item_id from overlap_row where list_key >= $1 and list_key < $2 \
           and state in ('found', 'asked', 'warned', 'proposed') order by row_id",
};
const SET: Sql = Sql {
    name: "eligibility.overlap.set_state",
    text: "update overlap_row set state = $3, act_id = $4 where row_id = $1 and state = $2",
};
const COUNTS: Sql = Sql {
    name: "eligibility.overlap.counts",
    text: "select state, count(*) from overlap_row group by state order by state",
};

/// Statements of this module.
pub(super) const STATEMENTS: &[Sql] = &[
    INSERT, OF_KEY, TOLD_AGAIN, ONE, OF_ITEM, LIST, OF_INSURER, SET, COUNTS,
];

/// How far a double insurance has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// 未照会.
    Found,
    /// 照会中.
    Asked,
    /// 最終通知済.
    Warned,
    /// 喪失の候補.
    Proposed,
    /// 喪失済.
    Lost,
    /// 重複なし: the person answered so, or a later list names another day.
    Denied,
}

impl State {
    /// Every state: code and name, in the order of the way.
    pub const ALL: [(Self, &'static str, &'static str); 6] = [
        (Self::Found, "found", "未照会"),
        (Self::Asked, "asked", "照会中"),
        (Self::Warned, "warned", "最終通知済"),
        (Self::Proposed, "proposed", "喪失の候補"),
        (Self::Lost, "lost", "喪失済"),
        (Self::Denied, "denied", "重複なし"),
    ];

    /// As stored.
    #[must_use]
    pub fn code(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|row| row.0 == self)
            .map_or("", |row| row.1)
    }

    /// Name on pages.
    #[must_use]
    pub fn label_ja(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|row| row.0 == self)
            .map_or("", |row| row.2)
    }

    /// The state of a code.
    #[must_use]
    pub fn read(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|row| row.1 == code).map(|row| row.0)
    }
}

/// A double insurance as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Number.
    pub row_id: i64,
    /// 宛名番号.
    pub person_id: i64,
    /// How sure the match is.
    pub rank: Rank,
    /// How far it has come.
    pub state: State,
    /// The row as it came.
    pub row: Reported,
    /// The matter of the work list.
    pub item_id: i64,
}

fn read(row: &Row<'_>) -> Result<Kept, StoreError> {
    let state = State::read(row.str(3)?)
        .ok_or_else(|| row.wrong(3, "資格重複の状態を知りません".to_owned()))?;
    let rank = Rank::read(row.int(2)?)
        .ok_or_else(|| row.wrong(2, "資格重複の確からしさを知りません".to_owned()))?;
    Ok(Kept {
        row_id: row.int(0)?,
        person_id: row.int(1)?,
        rank,
        state,
        row: serde_json::from_str(row.str(4)?).map_err(|error| row.wrong(4, error.to_string()))?,
        item_id: row.int(5)?,
    })
}

pub(super) fn insert(
    conn: &mut Conn,
    act: &Act,
    key: &str,
    person_id: i64,
    rank: Rank,
    item_id: i64,
    row: &Reported,
) -> Result<(), OfficeError> {
    let row_id = conn.next_ids("overlap_row", 1)?;
    let params = [
        row_id.into(),
        row.as_of.into(),
        key.into(),
        person_id.into(),
        rank.code().into(),
        body_of(row)?.into(),
        item_id.into(),
        act.id.0.into(),
    ];
    conn.execute(&INSERT, &params)?;
    Ok(())
}

fn body_of(row: &Reported) -> Result<String, OfficeError> {
    serde_json::to_string(row)
        .map_err(|error| OfficeError::Bug(format!("資格重複の行を書き出せません: {error}")))
}

pub(super) fn known(conn: &mut Conn, key: &str) -> Result<bool, OfficeError> {
    Ok(of_key(conn, key)?.is_some())
}

pub(super) fn of_key(conn: &mut Conn, key: &str) -> Result<Option<Kept>, OfficeError> {
    Ok(conn.query_opt(&OF_KEY, &[key.into()], read)?)
}

/// What a later list says of a double insurance that is known: its row, and where its matter stands now.
pub(super) fn told_again(
    conn: &mut Conn,
    act: &Act,
    kept: &Kept,
    row: &Reported,
    (state, item_id, rank): (State, i64, Rank),
) -> Result<(), OfficeError> {
    let params = [
        kept.row_id.into(),
        kept.state.code().into(),
        row.as_of.into(),
        state.code().into(),
        body_of(row)?.into(),
        item_id.into(),
        rank.code().into(),
        act.id.0.into(),
    ];
    if conn.execute(&TOLD_AGAIN, &params)? != 1 {
        return Err(changed(kept.row_id));
    }
    Ok(())
}

fn changed(row_id: i64) -> OfficeError {
    OfficeError::Conflict(format!(
        "資格重複{row_id}は、ほかの人がすでに処理しています。一覧を読み直してください"
    ))
}

pub(super) fn set_state(
    conn: &mut Conn,
    row_id: i64,
    before: State,
    after: State,
    act: &Act,
) -> Result<(), OfficeError> {
    let params = [
        row_id.into(),
        before.code().into(),
        after.code().into(),
        act.id.0.into(),
    ];
    if conn.execute(&SET, &params)? != 1 {
        return Err(changed(row_id));
    }
    Ok(())
}

/// One double insurance.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn get(conn: &mut Conn, row_id: i64) -> Result<Option<Kept>, OfficeError> {
    Ok(conn.query_opt(&ONE, &[row_id.into()], read)?)
}

/// The double insurance a matter of the work list is about.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn of_item(conn: &mut Conn, item_id: i64) -> Result<Option<Kept>, OfficeError> {
    Ok(conn.query_opt(&OF_ITEM, &[item_id.into()], read)?)
}

/// Those of a state, the surest first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn list(conn: &mut Conn, state: State) -> Result<Vec<Kept>, OfficeError> {
    Ok(conn.query(&LIST, &[state.code().into()], read)?)
}

/// Those of a person and an insurer that are under way. `of_both` begins their keys and ends with `/`.
pub(super) fn of_insurer(conn: &mut Conn, of_both: &str) -> Result<Vec<Kept>, OfficeError> {
    // `0` is the character after `/`.
    let after = format!("{}0", of_both.trim_end_matches('/'));
    Ok(conn.query(&OF_INSURER, &[of_both.into(), after.into()], read)?)
}

/// How many stand where: name and number.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn by_state(conn: &mut Conn) -> Result<Vec<(&'static str, i64)>, OfficeError> {
    let rows = conn.query(&COUNTS, &[], |row| Ok((row.text(0)?, row.int(1)?)))?;
    Ok(rows
        .into_iter()
        .filter_map(|(code, count)| Some((State::read(&code)?.label_ja(), count)))
        .collect())
}
