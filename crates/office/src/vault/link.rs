//! 番号紐付け確認リスト — the same person with another number, the same number on another person, no number at all: no
//! link is fixed until one person has proposed how and a second has agreed.

use super::keys::Keys;
use super::number::IndividualNumber;
use super::origin::Origin;
use super::register::Registration;
use super::{Vault, rows};
use crate::acts::{self, Act, ActDetails, Acting};
use crate::error::OfficeError;
use crate::security::permit::{ApproveNumber, Permit, SettleNumber};
use db::{Conn, Row, Sql, Store, StoreError, Value};
use law::Refusal;

const INSERT: Sql = Sql {
    name: "vault.link.insert",
    text: "insert into number_link (link_id, kind, person_id, other_person_id, source, giver, evidence, form, ground, \
           key_version, sealed, recorded_at, act_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
};
const INSERT_STEP: Sql = Sql {
    name: "vault.link.step",
    text: "insert into number_link_step (link_id, step_no, step, outcome, reason, staff_id, recorded_at, act_id) \
           values ($1, $2, $3, $4, $5, $6, $7, $8)",
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
const VALUE: Sql = Sql {
    name: "vault.link.value",
    text: "select key_version, sealed, source, giver, evidence, form, ground from number_link where link_id = $1",
};
const PENDING: Sql = Sql {
    name: "vault.link.pending",
    text: "select count(*) from number_link l where (l.person_id = $1 or l.other_person_id = $1) and not exists \
           (select 1 from number_link_step s where s.link_id = l.link_id and s.step = 2)",
};

/// Statements of this module.
pub(super) const STATEMENTS: &[Sql] = &[INSERT, INSERT_STEP, LIST, ONE, VALUE, PENDING];

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
    const fn code(self) -> i64 {
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
    steps: i64,
}

pub(super) fn open(
    conn: &mut Conn,
    keys: &Keys,
    act: &Act,
    registration: &Registration,
    (kind, other): (LinkKind, Option<i64>),
) -> Result<i64, OfficeError> {
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

fn place(link_id: i64) -> String {
    format!("number_link|{link_id}")
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

    /// 一人目: proposes how a row is settled.
    ///
    /// # Errors
    /// [`OfficeError`] where the row is settled or proposed already, the outcome does not fit its kind, or no reason is
    /// given.
    pub fn propose(
        &self,
        office: &Store,
        permit: &Permit<SettleNumber>,
        acting: &Acting,
        link_id: i64,
        (outcome, reason): (LinkOutcome, &str),
    ) -> Result<(), OfficeError> {
        if reason.trim().is_empty() {
            return Err(OfficeError::input(
                "解消の理由",
                "何を確かめて、なぜそうするのかを入れてください",
            ));
        }
        let row = self.require(link_id)?;
        if row.state != LinkState::Open {
            return Err(OfficeError::Conflict(format!(
                "確認リスト{link_id}は、ほかの職員がすでに処理しています。開き直してください"
            )));
        }
        let fits = match row.kind {
            LinkKind::OtherNumber => outcome != LinkOutcome::Move,
            LinkKind::SameNumber => outcome != LinkOutcome::Link,
            LinkKind::Blank => outcome == LinkOutcome::Keep,
        };
        if !fits {
            return Err(OfficeError::input(
                "解消の方法",
                &format!("「{}」には使えない方法です", row.kind.label_ja()),
            ));
        }
        let act = self.begin(office, acting, permit, "number.link.propose", &row)?;
        self.store
            .write(|conn| step(conn, &act, acting, &row, (1, outcome, reason)))
    }

    /// 二人目: agrees, and the link is made, kept or moved.
    ///
    /// # Errors
    /// A refusal where it is the same person who proposed; [`OfficeError::Conflict`] where nothing is proposed.
    pub fn agree(
        &self,
        office: &Store,
        permit: &Permit<ApproveNumber>,
        acting: &Acting,
        link_id: i64,
    ) -> Result<LinkOutcome, OfficeError> {
        let row = self.require(link_id)?;
        let (outcome, reason) = second_person(&row, acting)?;
        let act = self.begin(office, acting, permit, "number.link.agree", &row)?;
        self.store.write(|conn| {
            step(conn, &act, acting, &row, (2, outcome, &reason))?;
            if outcome == LinkOutcome::Keep {
                return Ok(());
            }
            if let (LinkOutcome::Move, Some(other)) = (outcome, row.other_person_id) {
                rows::end(conn, &act, other)?;
            }
            let (number, origin) = value(conn, &self.keys, link_id)?;
            rows::put(conn, &self.keys, &act, row.person_id, (&number, &origin))
        })?;
        Ok(outcome)
    }

    /// 二人目: turns a proposal down; the row is open again.
    ///
    /// # Errors
    /// As [`Vault::agree`].
    pub fn turn_down(
        &self,
        office: &Store,
        permit: &Permit<ApproveNumber>,
        acting: &Acting,
        link_id: i64,
        reason: &str,
    ) -> Result<(), OfficeError> {
        let row = self.require(link_id)?;
        let (outcome, _) = second_person(&row, acting)?;
        let act = self.begin(office, acting, permit, "number.link.turn_down", &row)?;
        self.store
            .write(|conn| step(conn, &act, acting, &row, (3, outcome, reason)))
    }

    fn require(&self, link_id: i64) -> Result<LinkRow, OfficeError> {
        self.store
            .read(|conn| Ok::<_, OfficeError>(conn.query_opt(&ONE, &[link_id.into()], read)?))?
            .ok_or_else(|| {
                OfficeError::input("確認リスト", &format!("{link_id}番の行はありません"))
            })
    }

    fn begin<F>(
        &self,
        office: &Store,
        acting: &Acting,
        permit: &Permit<F>,
        kind: &str,
        row: &LinkRow,
    ) -> Result<Act, OfficeError> {
        let details = ActDetails {
            note: format!("確認リスト{} 宛名番号{}", row.link_id, row.person_id),
            ..ActDetails::default()
        };
        office.write(|conn| acts::begin(conn, acting, permit, kind, &details))
    }
}

fn second_person(row: &LinkRow, acting: &Acting) -> Result<(LinkOutcome, String), OfficeError> {
    let LinkState::Proposed(outcome, proposer, reason) = &row.state else {
        return Err(OfficeError::Conflict(format!(
            "確認リスト{}に、承認を待つ案はありません。開き直してください",
            row.link_id
        )));
    };
    if *proposer == acting.staff_id {
        return Err(Refusal::new(
            "vault.second_person",
            "案を出した職員は承認できません。ほかの職員が確かめてください".to_owned(),
        )
        .into());
    }
    Ok((*outcome, reason.clone()))
}

fn step(
    conn: &mut Conn,
    act: &Act,
    acting: &Acting,
    row: &LinkRow,
    (kind, outcome, reason): (i64, LinkOutcome, &str),
) -> Result<(), OfficeError> {
    let done = conn.execute(
        &INSERT_STEP,
        &[
            row.link_id.into(),
            (row.steps + 1).into(),
            kind.into(),
            outcome.code().into(),
            reason.into(),
            acting.staff_id.into(),
            act.recorded_at.into(),
            act.id.0.into(),
        ],
    );
    match done {
        Ok(_) => Ok(()),
        Err(error) if error.is_duplicate() => Err(OfficeError::Conflict(format!(
            "確認リスト{}は、ほかの職員が先に処理しました。開き直してください",
            row.link_id
        ))),
        Err(error) => Err(error.into()),
    }
}

fn value(
    conn: &mut Conn,
    keys: &Keys,
    link_id: i64,
) -> Result<(IndividualNumber, Origin), OfficeError> {
    let lost = || OfficeError::Bug(format!("確認リスト{link_id}の番号を読めません"));
    let (version, sealed, origin) = conn.query_one(&VALUE, &[link_id.into()], |row| {
        let codes = [row.int(2)?, row.int(3)?, row.int(4)?];
        Ok((
            row.int(0)?,
            row.opt_blob(1)?,
            Origin::from_codes(codes, row.text(5)?, row.text(6)?),
        ))
    })?;
    let number = keys.open_value(version, &sealed.ok_or_else(lost)?, &place(link_id))?;
    Ok((number, origin.ok_or_else(lost)?))
}
