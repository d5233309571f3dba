//! 申出と確認 — what one person proposes and another confirms or turns down; neither is ever changed.

use crate::acts::Act;
use crate::error::OfficeError;
use db::{Conn, Row, Sql, StoreError};
use law::Refusal;

/// 申出.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Number.
    pub proposal_id: i64,
    /// What it is about: `destination`, `merge`.
    pub kind: String,
    /// 宛名番号.
    pub person_id: i64,
    /// The other 宛名番号, for 名寄せ.
    pub other_id: Option<i64>,
    /// What is proposed, as JSON.
    pub body: String,
    /// 版 the proposal was made on.
    pub seen_version: i64,
    /// Who proposed it.
    pub staff_id: i64,
    /// Confirmed (`true`) or turned down; nothing while it waits.
    pub approved: Option<bool>,
    /// The act that proposed it.
    pub act_id: i64,
}

/// What is proposed.
pub(crate) struct NewProposal<'p> {
    pub kind: &'p str,
    pub person_id: i64,
    pub other_id: Option<i64>,
    pub body: String,
    pub seen_version: i64,
    pub staff_id: i64,
}

const INSERT: Sql = Sql {
    name: "registry.proposal.insert",
    text: "insert into registry_proposal (proposal_id, kind, person_id, other_id, body, seen_version, staff_id, act_id) \
           values ($1, $2, $3, $4, $5, $6, $7, $8)",
};
const GET: Sql = Sql {
    name: "registry.proposal.get",
    text: "select p.proposal_id, p.kind, p.person_id, p.other_id, p.body, p.seen_version, p.staff_id, r.approved, p.act_id \
           from registry_proposal p left join registry_ruling r on r.proposal_id = p.proposal_id \
           where p.proposal_id = $1",
};
const OPEN: Sql = Sql {
    name: "registry.proposal.open",
    text: "select p.proposal_id, p.kind, p.person_id, p.other_id, p.body, p.seen_version, p.staff_id, r.approved, p.act_id \
           from registry_proposal p left join registry_ruling r on r.proposal_id = p.proposal_id \
           where p.kind = $1 and r.proposal_id is null order by p.proposal_id",
};
const RULE: Sql = Sql {
    name: "registry.proposal.rule",
    text: "insert into registry_ruling (proposal_id, approved, note, staff_id, act_id) values ($1, $2, $3, $4, $5)",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[INSERT, GET, OPEN, RULE];

/// Writes a proposal down; returns its number.
///
/// # Errors
/// [`OfficeError::Store`].
pub(crate) fn insert(
    conn: &mut Conn,
    act: &Act,
    new: &NewProposal<'_>,
) -> Result<i64, OfficeError> {
    let proposal_id = conn.next_ids("registry_proposal", 1)?;
    let params = [
        proposal_id.into(),
        new.kind.into(),
        new.person_id.into(),
        new.other_id.into(),
        new.body.as_str().into(),
        new.seen_version.into(),
        new.staff_id.into(),
        act.id.0.into(),
    ];
    conn.execute(&INSERT, &params)?;
    Ok(proposal_id)
}

fn read(row: &Row<'_>) -> Result<Proposal, StoreError> {
    Ok(Proposal {
        proposal_id: row.int(0)?,
        kind: row.text(1)?,
        person_id: row.int(2)?,
        other_id: row.opt_int(3)?,
        body: row.text(4)?,
        seen_version: row.int(5)?,
        staff_id: row.int(6)?,
        approved: row.opt_int(7)?.map(|approved| approved == 1),
        act_id: row.int(8)?,
    })
}

/// A proposal by its number.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn get(conn: &mut Conn, proposal_id: i64) -> Result<Option<Proposal>, OfficeError> {
    Ok(conn.query_opt(&GET, &[proposal_id.into()], read)?)
}

/// Proposals of a kind that wait, the oldest first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn waiting(conn: &mut Conn, kind: &str) -> Result<Vec<Proposal>, OfficeError> {
    Ok(conn.query(&OPEN, &[kind.into()], read)?)
}

/// The proposal a second person is to decide on.
///
/// # Errors
/// [`OfficeError::Refusal`] when it is unknown, or the same person proposed it; [`OfficeError::Conflict`] when it was
/// decided before.
pub(crate) fn to_decide(
    conn: &mut Conn,
    kind: &str,
    proposal_id: i64,
    staff_id: i64,
) -> Result<Proposal, OfficeError> {
    let found = get(conn, proposal_id)?.filter(|found| found.kind == kind);
    let proposal = found.ok_or_else(|| {
        Refusal::new(
            "registry.proposal.unknown",
            format!("申出{proposal_id}はありません。一覧を読み直してください"),
        )
    })?;
    if proposal.approved.is_some() {
        return Err(OfficeError::Conflict(format!(
            "申出{proposal_id}は、ほかの人がすでに決めています。一覧を読み直してください"
        )));
    }
    if proposal.staff_id == staff_id {
        return Err(Refusal::new(
            "registry.proposal.same_person",
            "申し出た人は確認できません。別の職員が確認してください".to_owned(),
        )
        .into());
    }
    Ok(proposal)
}

/// Notes what the second person decided.
///
/// # Errors
/// [`OfficeError::Store`].
pub(crate) fn decide(
    conn: &mut Conn,
    act: &Act,
    proposal_id: i64,
    approved: bool,
    note: &str,
    staff_id: i64,
) -> Result<(), OfficeError> {
    let params = [
        proposal_id.into(),
        approved.into(),
        note.into(),
        staff_id.into(),
        act.id.0.into(),
    ];
    conn.execute(&RULE, &params)?;
    Ok(())
}
