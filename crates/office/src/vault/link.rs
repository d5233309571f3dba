//! 番号紐付け確認リスト — the same person with another number, the same number on another person, no number at all: no
//! link is fixed until one person has proposed how and a second has agreed.

use super::Vault;
use super::keys::Keys;
use super::origin::Origin;
use super::register::Registration;
use crate::acts::Act;
use crate::error::OfficeError;
use db::{Conn, Row, Sql, StoreError, Value};

const INSERT: Sql = Sql {
    name: "vault.link.insert",
    text: "insert into number_link (link_id, kind, person_id, other_person_id, source, giver, evidence, form, ground, \
           key_version, sealed, recorded_at, act_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
};
const LIST: Sql = Sql {
    name: "vault.link.list",
    text: "select l.link_id, l.kind, l.person_id, l.other_person_id, l.recorded_at, s.step_no, s.step, s.outcome, \
           s.reason, s.staff_id from number_link l left join number_link_step s on s.link_id = l.link_id \
           and s.step_no = (select max(t.step_no) from number_link_step t where t.link_id = l.link_id) \
           where l.link_id > $1 and (s.step is null or s.step <> 2) order by l.link_id limit $2",
};
const ONE: Sql = Sql {
    name: "vault.link.one",
    text: "select l.link_id, l.kind, l.person_id, l.other_person_id, l.recorded_at, s.step_no, s.step, s.outcome, \
           s.reason, s.staff_id from number_link l left join number_link_step s on s.link_id = l.link_id \
           and s.step_no = (select max(t.step_no) from number_link_step t where t.link_id = l.link_id) \
           where l.link_id = $1",
};
const PENDING: Sql = Sql {
    name: "vault.link.pending",
    text: "select count(*) from number_link l where (l.person_id = $1 or l.other_person_id = $1) and not exists \
           (select 1 from number_link_step s where s.link_id = l.link_id and s.step = 2)",
};
const WAITING: Sql = Sql {
    name: "vault.link.waiting",
    text: "select l.link_id, l.other_person_id, l.source, l.giver, l.evidence, l.form, l.ground, l.key_version, l.sealed \
           from number_link l where l.person_id = $1 and l.kind = $2 and not exists \
           (select 1 from number_link_step s where s.link_id = l.link_id and s.step = 2) order by l.link_id",
};

/// Statements of this module.
pub(super) const STATEMENTS: &[Sql] = &[INSERT, LIST, ONE, PENDING, WAITING];

/// 確認リストの種別.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LinkKind {
    /// 同一人に異なる番号.
    OtherNumber,
    /// 同一番号が他の者に.
    SameNumber,
    /// 番号が空白.
    Blank,
}

impl LinkKind {
    const fn code(self) -> i64 {
        match self {
            Self::OtherNumber => 1,
            Self::SameNumber => 2,
            Self::Blank => 3,
        }
    }

    /// In words.
    #[must_use]
    pub const fn label_ja(self) -> &'static str {
        match self {
            Self::OtherNumber => "同一人に異なる番号",
            Self::SameNumber => "同一番号が他の者に登録済み",
            Self::Blank => "番号が空白",
        }
    }
}

/// How a row is settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LinkOutcome {
    /// What stands is right; what came is not linked.
    Keep,
    /// What came is right for this person; a number of theirs that stood ends.
    Link,
    /// What came is right for this person, and was wrongly linked to the other, whose link ends (紐付け訂正).
    Move,
}

impl LinkOutcome {
    pub(super) const fn code(self) -> i64 {
        match self {
            Self::Keep => 1,
            Self::Link => 2,
            Self::Move => 3,
        }
    }

    const fn from_code(code: i64) -> Option<Self> {
        match code {
            1 => Some(Self::Keep),
            2 => Some(Self::Link),
            3 => Some(Self::Move),
            _ => None,
        }
    }

    /// In words.
    #[must_use]
    pub const fn label_ja(self) -> &'static str {
        match self {
            Self::Keep => "登録済みの番号を維持",
            Self::Link => "届いた番号を登録",
            Self::Move => "他の者の紐付けを取り消して登録",
        }
    }
}

/// How far a row has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// Nobody has proposed anything, or the proposal was turned down.
    Open,
    /// Proposed, by this member of staff, for this reason.
    Proposed(LinkOutcome, i64, String),
    /// Agreed by a second person.
    Settled(LinkOutcome),
}

/// A row of the list; it holds no number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkRow {
    /// Number of the row.
    pub link_id: i64,
    /// Why it waits.
    pub kind: LinkKind,
    /// Whom the number came for.
    pub person_id: i64,
    /// Who has it already.
    pub other_person_id: Option<i64>,
    /// Since when, microseconds.
    pub recorded_at: i64,
    /// How far it has come.
    pub state: LinkState,
    pub(super) steps: i64,
}

pub(super) fn open(
    conn: &mut Conn,
    keys: &Keys,
    act: &Act,
    registration: &Registration,
    (kind, other): (LinkKind, Option<i64>),
) -> Result<i64, OfficeError> {
    keys.current(conn)?;
    let link_id = conn.next_ids("number_link", 1)?;
    let (version, sealed) = match &registration.number {
        Some(number) => {
            let (version, sealed) = keys.seal(number, &place(link_id))?;
            (version, Value::Blob(sealed))
        }
        None => (0, Value::Null),
    };
    let origin = &registration.origin;
    let [source, giver, evidence] = origin.codes();
    conn.execute(
        &INSERT,
        &[
            link_id.into(),
            kind.code().into(),
            registration.person_id.into(),
            other.into(),
            source.into(),
            giver.into(),
            evidence.into(),
            origin.form.as_str().into(),
            origin.ground.as_str().into(),
            version.into(),
            sealed,
            act.recorded_at.into(),
            act.id.0.into(),
        ],
    )?;
    Ok(link_id)
}

/// The row that waits for the same number of the same origin already.
pub(super) fn equal(
    conn: &mut Conn,
    keys: &Keys,
    registration: &Registration,
    (kind, other): (LinkKind, Option<i64>),
) -> Result<Option<i64>, OfficeError> {
    keys.current(conn)?;
    let params = [registration.person_id.into(), kind.code().into()];
    let waiting = conn.query(&WAITING, &params, |row| {
        let codes = [row.int(2)?, row.int(3)?, row.int(4)?];
        let origin = Origin::from_codes(codes, row.text(5)?, row.text(6)?);
        let same = row.opt_int(1)? == other && origin.as_ref() == Some(&registration.origin);
        Ok((row.int(0)?, same, row.int(7)?, row.opt_blob(8)?))
    })?;
    for (link_id, _, version, sealed) in waiting.into_iter().filter(|(_, same, ..)| *same) {
        let number = match sealed {
            Some(sealed) => Some(keys.open_value(version, &sealed, &place(link_id))?),
            None => None,
        };
        if number == registration.number {
            return Ok(Some(link_id));
        }
    }
    Ok(None)
}

pub(super) fn place(link_id: i64) -> String {
    format!("number_link|{link_id}")
}

impl LinkRow {
    /// How many steps were taken: what a page shows back when the second person answers.
    #[must_use]
    pub const fn steps(&self) -> i64 {
        self.steps
    }
}

fn read(row: &Row<'_>) -> Result<LinkRow, StoreError> {
    let kind = match row.int(1)? {
        1 => LinkKind::OtherNumber,
        2 => LinkKind::SameNumber,
        _ => LinkKind::Blank,
    };
    let outcome = row
        .opt_int(7)?
        .and_then(LinkOutcome::from_code)
        .unwrap_or(LinkOutcome::Keep);
    let state = match row.opt_int(6)? {
        Some(1) => LinkState::Proposed(outcome, row.int(9)?, row.text(8)?),
        Some(2) => LinkState::Settled(outcome),
        _ => LinkState::Open,
    };
    Ok(LinkRow {
        link_id: row.int(0)?,
        kind,
        person_id: row.int(2)?,
        other_person_id: row.opt_int(3)?,
        recorded_at: row.int(4)?,
        state,
        steps: row.opt_int(5)?.unwrap_or(0),
    })
}

impl Vault {
    /// Rows that are not settled, from after a row on.
    ///
    /// # Errors
    /// [`OfficeError::Store`].
    pub fn unsettled(&self, after: i64, how_many: i64) -> Result<Vec<LinkRow>, OfficeError> {
        self.store
            .read(|conn| Ok(conn.query(&LIST, &[after.into(), how_many.into()], read)?))
    }

    /// Whether a row of the list still concerns a person: their link is not fixed.
    ///
    /// # Errors
    /// [`OfficeError::Store`].
    pub fn is_pending(&self, person_id: i64) -> Result<bool, OfficeError> {
        self.store
            .read(|conn| Ok(conn.query_one(&PENDING, &[person_id.into()], |row| row.int(0))? > 0))
    }

    /// A row of the list, settled or not.
    ///
    /// # Errors
    /// [`OfficeError::Store`].
    pub fn row(&self, link_id: i64) -> Result<Option<LinkRow>, OfficeError> {
        self.store
            .read(|conn| Ok(conn.query_opt(&ONE, &[link_id.into()], read)?))
    }

    pub(super) fn require(&self, link_id: i64) -> Result<LinkRow, OfficeError> {
        self.row(link_id)?.ok_or_else(|| {
            OfficeError::input("確認リスト", &format!("{link_id}番の行はありません"))
        })
    }
}
